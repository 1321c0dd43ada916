"""What form a term has: whether it is expanded, factored or simplified, and what it leaves to be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import flint

from derivcheck.kernel.terms import Context, Symbol, Term
from derivcheck.running.answering.gathered import Gathering, Key, leaves, summands, written

CALCULUS = frozenset({"diff", "derivative", "integrate", "limit"})
_QUIET = frozenset({"add", "neg", "mul", "div", "pow", "number", "transpose", "matmul", "dot", "entry"})
"""Operators that do not make a term larger: how its parts are arranged is no work left."""
_MOST = 20_000
_LARGEST_POWER = 64


def has(form: str, term: Term) -> bool:
    """Whether a term has a form, one of ``files.grading.FORMS``."""
    return _TESTS[form](term)


def _without(*ops: str) -> Callable[[Term], bool]:
    return lambda term: not any(t.op in ops for t in term.walk())


def _is_expanded(term: Term) -> bool:
    """Whether nothing is multiplied out that could be."""
    for t in term.walk():
        sums = [a for a in t.args if a.op == "add"]
        if t.op == "mul" and sums:
            return False
        if t.op in {"div", "neg"} and t.args[0].op == "add":
            return False
        if t.op == "pow" and sums and t.args[1].op == "number" and t.args[1].number > 1:
            return False
    return True


def _is_simplified(term: Term) -> bool:
    """Whether like terms and factors are gathered, numbers worked out, and nothing can be cancelled at sight."""
    gathering = Gathering()
    gathered = all(len(t.args) <= summands(gathering.of(t)) for t in term.walk() if t.op == "add")
    return gathered and written(term) <= leaves(gathering.of(term))


def _is_factored(term: Term) -> bool:
    """Whether every factor is irreducible over the rationals, other functions taken as unknowns."""
    return all(_is_irreducible(factor) for factor in _factors(term))


def _factors(term: Term) -> Iterator[Term]:
    match term.op:
        case "mul" | "div":
            for a in term.args:
                yield from _factors(a)
        case "neg":
            yield from _factors(term.args[0])
        case "pow" if term.args[1].op == "number":
            yield from _factors(term.args[0])
        case _:
            yield term


def _is_irreducible(term: Term) -> bool:
    if term.op != "add":
        return True
    names: dict[Key, int] = {}
    gathering = Gathering()
    _collect(term, gathering, names)
    ring = flint.fmpq_mpoly_ctx.get([f"x{k}" for k in range(len(names))] or ["x0"], flint.Ordering.lex)
    _, factors = _polynomial(term, gathering, names, ring).factor()
    return sum(multiplicity for _, multiplicity in factors) <= 1


def _collect(term: Term, gathering: Gathering, names: dict[Key, int]) -> None:
    """Number what is not made of sums, products and powers."""
    if _inside(term):
        for a in term.args:
            _collect(a, gathering, names)
    elif term.op != "number":
        names.setdefault(gathering.of(term), len(names))


def _inside(term: Term) -> bool:
    if term.op == "div":
        return term.args[1].op == "number" and term.args[1].number != 0
    if term.op == "pow":
        power = term.args[1]
        return power.op == "number" and power.number.denominator == 1 and 0 <= power.number <= _LARGEST_POWER
    return term.op in {"add", "neg", "mul"}


def _polynomial(term: Term, gathering: Gathering, names: dict[Key, int], ring: flint.fmpq_mpoly_ctx) -> flint.fmpq_mpoly:
    if term.op == "number":
        return ring.constant(flint.fmpq(term.number.numerator, term.number.denominator))
    if not _inside(term):
        return ring.gens()[names[gathering.of(term)]]
    args = [_polynomial(a, gathering, names, ring) for a in (term.args[:1] if term.op in {"pow", "div"} else term.args)]
    match term.op:
        case "pow":
            return args[0] ** int(term.args[1].number)
        case "div":
            number = term.args[1].number
            return args[0] * ring.constant(flint.fmpq(number.denominator, number.numerator))
        case "neg":
            return -args[0]
    found = ring.constant(0 if term.op == "add" else 1)
    for a in args:
        found = found + a if term.op == "add" else found * a
    return found


_TESTS: dict[str, Callable[[Term], bool]] = {
    "expanded": _is_expanded,
    "factored": _is_factored,
    "simplified": _is_simplified,
    "no derivative": _without("diff", "derivative"),
    "no integral": _without("integrate"),
    "no limit": _without("limit"),
    "no sum": _without("sum", "prod"),
}


def left_to_do(term: Term, context: Context) -> int:
    """How much stands under derivatives, integrals and limits: the names and functions in it, definitions in their places."""
    found, stack, seen = 0, [(term, False)], 0
    while stack and seen < _MOST:
        it, under = stack.pop()
        seen += 1
        found += under and it.op not in _QUIET
        under = under or it.op in CALCULUS
        inside = it.args[:1] if it.op == "diff" else it.args  # by what it is differentiated is no work left
        stack += [(a, under) for a in inside]
        if under and isinstance(it.data, Symbol) and it.op in {"symbol", "apply"}:
            definition = context.definitions.get(it.data.name)
            if definition is not None and definition.symbol == it.data:
                stack.append((definition.body, under))
    return found
