"""Comparing the two sides of a claim at one instance: the only place where numbers refute."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import flint
from flint import arb, fmpq

from derivcheck.kernel.outcome import Budget, Counterexample
from derivcheck.kernel.terms import LOGIC, Claim, Context, Symbol, Term, free_symbols
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.arithmetic import Number, UndefinedHere, UndeterminedHere, show
from derivcheck.kernel.values.evaluate import Evaluator, uses_complex
from derivcheck.kernel.values.instance import Entry, Instance, Undefined, Undetermined, Value, Values

RELATIONS = frozenset({"=", "<", "<=", ">", ">="})

PRECISIONS = (64, 128, 256, 512, 1024, 2048)
"""Bits of successive attempts to tell two balls apart."""

PRINCIPAL = "with principal roots"
"""The note of a counterexample at a point that the step loses: the reals have no value there, principal roots do."""

DIGITS = (6, 10)
"""How many digits of an irrational value are shown; the second where the first do not tell the sides apart."""


@dataclass(frozen=True, slots=True)
class Agree:
    """Both sides are defined and the relation holds there; exact: by rationals, not only by overlapping balls."""

    exact: bool


@dataclass(frozen=True, slots=True)
class Differ:
    """Both sides are defined and the relation fails there."""

    counterexample: Counterexample


@dataclass(frozen=True, slots=True)
class OneSided:
    """At some entry only one side is defined.  lost: the left one; gained: the right one; no entries differ."""

    lost: bool
    gained: bool


@dataclass(frozen=True, slots=True)
class Neither:
    """No entry is defined on either side."""


Comparison: TypeAlias = "Agree | Differ | OneSided | Neither | Undetermined"


def compare(claim: Claim, instance: Instance, precisions: Sequence[int] = PRECISIONS, budget: Budget | None = None) -> Comparison:
    """Whether the claim's relation holds at an instance, by balls of rising precision where values are not rational.

    budget: what the evaluations may spend together.  A difference is reported only when it is certain; values that
    overlap at the last precision count as equal if they are small (and as undetermined where ``<`` or ``>`` is claimed).
    """
    mode = uses_complex(claim.context, claim.left, claim.right)
    budget = budget or Budget(100_000)
    outcome: Comparison = Undetermined("no precision was tried")
    for precision in precisions:
        with flint.ctx.workprec(precision):
            evaluator = Evaluator(instance, claim.context, mode, budget)
            left, right = evaluator.values(claim.left), evaluator.values(claim.right)
            outcome, settled = _verdict(claim, instance, left, right, precision)
            if isinstance(outcome, OneSided) and outcome.lost and not mode and claim.relation == "=":
                outcome = _by_principal_values(claim, instance, left, budget) or outcome
        if settled:
            break
    return outcome


def _verdict(claim: Claim, instance: Instance, left: Values, right: Values, precision: int) -> tuple[Comparison, bool]:
    """The comparison at one precision, and whether a higher one could not change it."""
    if len(left.entries) != len(right.entries):
        unknown = (x.reason for x in (*left.entries, *right.entries) if isinstance(x, Undefined | Undetermined))
        reason = next(unknown, "the sizes differ")
        return Undetermined(reason), False
    if claim.left.op not in LOGIC and claim.relation not in RELATIONS:
        return Undetermined(f"{claim.relation} is not compared"), True
    if (claim.left.op in LOGIC) != (claim.right.op in LOGIC):
        return Undetermined("a statement is not comparable with a value"), True
    if claim.left.op in LOGIC:
        return _statements(claim, instance, left.entries[0], right.entries[0])
    lost = gained = agreed = False
    unresolved, undetermined = False, ""
    for position, (a, b) in enumerate(zip(left.entries, right.entries, strict=True)):
        if isinstance(a, Undetermined) or isinstance(b, Undetermined):
            undetermined = a.reason if isinstance(a, Undetermined) else b.reason if isinstance(b, Undetermined) else ""
        elif isinstance(a, Undefined) or isinstance(b, Undefined):
            lost, gained = lost or not isinstance(a, Undefined), gained or not isinstance(b, Undefined)
        else:
            holds = _holds(claim.relation, a, b)
            if holds is False:
                return Differ(_counterexample(claim, instance, left.sizes, position, a, b)), True
            agreed = True
            unresolved = unresolved or holds is None
            if holds is None and not _close(a, b, precision):
                undetermined = "the values are too large to be told apart"
    if undetermined:
        return Undetermined(undetermined), False
    if lost or gained:
        return OneSided(lost, gained), not unresolved
    if unresolved and claim.relation in {"<", ">"}:
        return Undetermined("the values cannot be told apart"), False
    return (Agree(not unresolved) if agreed or not left.entries else Neither()), not unresolved


def _close(a: Number, b: Number, precision: int) -> bool:
    """Whether overlapping balls are so small, in absolute terms, that calling their values equal says something.

    ``10**10**10`` and its successor overlap at every precision that can be afforded.
    """
    difference = arithmetic.add(a, arithmetic.neg(b))
    if not isinstance(difference, flint.arb | flint.acb):
        return True
    return bool(difference.abs_upper() < flint.arb(2) ** -(precision // 4))


def _holds(relation: str, a: Number, b: Number) -> bool | None:
    """Whether the relation holds, ``None`` where the balls overlap."""
    try:
        if relation == "=":
            return arithmetic.equal(a, b)
        s = arithmetic.sign(arithmetic.add(a, arithmetic.neg(b)))
    except UndeterminedHere:
        return None
    except UndefinedHere:
        return False
    return {"<": s < 0, "<=": s <= 0, ">": s > 0, ">=": s >= 0}[relation]


def _statements(claim: Claim, instance: Instance, a: Entry, b: Entry) -> tuple[Comparison, bool]:
    """Two statements: equivalent, or one implied by the other, at the instance."""
    for x in (a, b):
        if isinstance(x, Undetermined):
            return x, False
    if isinstance(a, Undefined) or isinstance(b, Undefined):
        both = isinstance(a, Undefined) and isinstance(b, Undefined)
        return (Neither() if both else OneSided(not isinstance(a, Undefined), not isinstance(b, Undefined))), True
    left, right = a == 1, b == 1
    holds = {"=>": not left or right, "<==": left or not right}.get(claim.relation, left == right)
    if holds:
        return Agree(True), True
    words = {True: "true", False: "false"}
    return Differ(Counterexample(*_shown(claim, instance), words[left], words[right])), True


def _by_principal_values(claim: Claim, instance: Instance, left: Values, budget: Budget) -> Differ | None:
    """Where only the left side is defined over the reals: a different real principal value of the right side refutes."""
    principal = Evaluator(instance, claim.context, True, budget).values(claim.right)
    if len(principal.entries) != len(left.entries):
        return None
    for position, (a, b) in enumerate(zip(left.entries, principal.entries, strict=True)):
        if isinstance(a, fmpq | arb) and isinstance(b, fmpq | arb) and _holds("=", a, b) is False:
            return Differ(_counterexample(claim, instance, left.sizes, position, a, b, PRINCIPAL))
    return None


def _counterexample(claim: Claim, instance: Instance, sizes: tuple[int, ...], position: int, a: Number, b: Number,
                    note: str = "") -> Counterexample:
    balls = arithmetic.ball(a), arithmetic.ball(b)
    digits = next((d for d in DIGITS if show(balls[0], d) != show(balls[1], d)), None)
    if digits is None and a != b:
        difference = show(arithmetic.add(a, arithmetic.neg(b)), 3)
        note = "; ".join(filter(None, (note, f"the difference is {difference}")))
    left, right = (show(x, digits or DIGITS[-1]) for x in (a, b))
    return Counterexample(*_shown(claim, instance), left, right, _index(sizes, position), note)


def _index(sizes: tuple[int, ...], position: int) -> tuple[int, ...]:
    index: list[int] = []
    for n in reversed(sizes):
        index.append(position % n + 1)
        position //= n
    return tuple(reversed(index))


def _shown(claim: Claim, instance: Instance) -> tuple[dict[str, int], dict[str, str]]:
    used = used_symbols(claim.context, claim.left, claim.right)
    names = [name for name in claim.context.symbols if name in used]
    sizes = {name: instance.sizes[name] for name in names if name in instance.sizes}
    return sizes, {name: show_value(instance.values[name]) for name in names if name in instance.values}


def used_symbols(context: Context, *terms: Term) -> frozenset[str]:
    """The names on which the values of terms depend: their free symbols, those of definitions, and sizes in types."""
    found: set[str] = set()
    waiting = [s for t in terms for s in _symbols(t)]
    while waiting:
        it = waiting.pop()
        if it.name in found:
            continue
        found.add(it.name)
        sizes = (*it.type.shape, *it.type.family, *(x for x in (it.type.upper, it.type.hot) if x is not None))
        waiting += [s for size in sizes for s in free_symbols(size)]
        if (definition := context.definitions.get(it.name)) is not None:
            waiting += [s for s in _symbols(definition.body) if s not in definition.parameters]
    return frozenset(found)


def _symbols(term: Term) -> Iterator[Symbol]:
    yield from free_symbols(term)
    for part in term.walk():
        if part.op in {"apply", "derivative"}:
            yield part.symbol


def show_value(value: Value) -> str:
    """A value of an instance as a reader writes it: ``1/2``, ``[1, 0]``, ``[[1, 2], [3, 4]]``, ``sqrt(2)``."""
    if isinstance(value, tuple):
        return f"[{', '.join(map(show_value, value))}]"
    if isinstance(value, fmpq | arithmetic.Gaussian):
        return show(value)
    return _show_term(value) if isinstance(value, Term) else str(value)


def _show_term(term: Term) -> str:
    args = [_show_term(a) if a.op not in {"add", "neg"} else f"({_show_term(a)})" for a in term.args]
    match term.op:
        case "number" | "constant":
            return str(term.data)
        case "symbol":
            return term.symbol.name
        case "neg":
            return f"-{args[0]}"
        case "add":
            return " + ".join(args)
        case "mul":
            return "*".join(args)
        case "div":
            return "/".join(args)
        case "pow":
            return "**".join(f"({a})" if "/" in a or "*" in a else a for a in args)
    return f"{term.op}({', '.join(map(_show_term, term.args))})"
