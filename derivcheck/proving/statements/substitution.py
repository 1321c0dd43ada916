"""Conclusions that become identities when what is given for a symbol is put in its place."""

from __future__ import annotations

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.normal.polynomials import Undefined, Unsupported
from derivcheck.kernel.outcome import OutOfBudget, Proof
from derivcheck.kernel.terms import RELATIONS, ZERO, Claim, Symbol, Term, free_symbols, substitute
from derivcheck.kernel.vocabulary import ShapeError, build

WRITTEN = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}

OF_A_FUNCTION = frozenset({"diff", "derivative", "integrate", "limit"})
"""Operators under which a symbol is more than its value, so that nothing may be put in its place."""


def follows_by_substitution(kernel: Kernel, premise: Term, conclusion: Term) -> bool:
    """Whether the kernel proves a conclusion once the equations given for single symbols are put into it, and loses nothing."""
    put = put_in(premise, conclusion)
    if put is None or any(w.op not in WRITTEN for w in members(put)):
        return False
    for relation in members(put):
        left, right = relation.args
        outcome = kernel.prove(Claim(left, WRITTEN[relation.op], right, kernel.context))
        if not isinstance(outcome, Proof) or outcome.conditions:
            return False
    return all(_keeps(kernel, premise, side) for relation in members(conclusion) for side in relation.args)


def put_in(premise: Term, conclusion: Term) -> Term | None:
    """The conclusion with what is given put in its place; ``None`` where a symbol is more than its value."""
    if any(t.op in OF_A_FUNCTION for side in (premise, conclusion) for t in side.walk()):
        return None
    return substitute(conclusion, _given(premise))


def _keeps(kernel: Kernel, premise: Term, side: Term) -> bool:
    """Whether all that a side of a conclusion needs to be defined is needed by what is given as well."""
    given = [a for m in members(premise) if m.op in RELATIONS for a in m.args if not a.shape]
    before = build("add", *given, ZERO) if given else ZERO
    try:
        kernel.requirements(before)
        if not kernel.requirements(side):
            return True
    except (OutOfBudget, Unsupported, Undefined, RecursionError):
        return False
    return all(c.gained for c in kernel.conditions(Claim(before, "=", side, kernel.context)))


def _given(premise: Term) -> dict[Symbol, Term]:
    """The symbols that equations of a premise say the values of, in terms of others, each once and none by itself."""
    values: dict[Symbol, Term] = {}
    for m in members(premise):
        if m.op != "eq":
            continue
        for left, right in (m.args, m.args[::-1]):
            value = substitute(right, values)
            if left.op == "symbol" and left.symbol not in values and left.symbol not in free_symbols(value):
                values = {s: substitute(t, {left.symbol: value}) for s, t in values.items()}
                values[left.symbol] = value
                break
    return values


def members(statement: Term) -> tuple[Term, ...]:
    """The statements that hold together where a statement holds."""
    return statement.args if statement.op == "and" else (statement,)


def all_sides(statement: Term) -> Term | None:
    """A scalar that is defined where all sides of the relations of a statement are; ``None`` where they are arrays."""
    found = [a for t in statement.walk() if t.op in RELATIONS for a in t.args]
    if any(a.shape for a in found):
        return None
    try:
        return build("add", *found, ZERO) if found else ZERO
    except ShapeError:
        return None
