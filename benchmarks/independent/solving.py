"""Equations between reals solved by Newton's method with the least change, in many digits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from derivcheck.kernel.terms import Symbol, Term
from independent import arrays
from independent.arrays import Array, entries, item
from independent.draws import Smooth
from independent.evaluate import Evaluator
from independent.facts import places
from independent.values import Number, Undefined

MOVABLE = frozenset({"real", "positive", "nonnegative", "negative", "nonzero", "function"})
STEPS, PATIENCE = 30, 12
LARGEST = 20


def movable(it: Symbol) -> bool:
    """Whether the entries of a symbol may be moved one by one."""
    return it.type.kind in MOVABLE and not it.type.attributes - {"invertible"}


def equations(fact: Term) -> list[Term]:
    """The equations that a fact states."""
    if fact.op == "and":
        return [e for a in fact.args for e in equations(a)]
    return [fact] if fact.op == "eq" else []


def solve(evaluator: Evaluator, facts: Sequence[Term], unknowns: Sequence[Symbol], start: dict[str, Any]) \
        -> dict[str, Any] | None:
    """The start with the unknowns moved to a solution of the equations; ``None`` where the iteration does not settle."""
    mp = evaluator.numbers.mp
    point = [evaluator.numbers.of(x) * mp.mpf(1) for it in unknowns for x in _coordinates(start[it.name])]
    if len(point) > LARGEST:
        return None
    h = mp.mpf(10) ** (-mp.dps // 3)
    for step in range(STEPS):
        here = _residuals(evaluator, facts, unknowns, point)
        gap = max(map(abs, here), default=0)
        if step > PATIENCE and gap > 1e-3:
            return None
        if gap < mp.mpf(10) ** (-mp.dps * 4 // 5):
            return _moved(start, unknowns, [_exact(x) for x in point])
        columns = [_residuals(evaluator, facts, unknowns, [*point[:k], x + h, *point[k + 1:]]) for k, x in enumerate(point)]
        slopes = [[(c - r) / h for c, r in zip(column, here, strict=True)]
                  for column in columns]
        change = _least_change(evaluator, slopes, here, h)
        point = [x - dx for x, dx in zip(point, change, strict=True)]
        if max(map(abs, point)) > 10**6:
            return None
    return None


def _least_change(evaluator: Evaluator, slopes: list[list[Number]], here: list[Number], ridge: Number) -> list[Number]:
    """The least dx with J dx = here; a ridge settles equations that repeat each other."""
    m = len(here)
    gram = [[sum(s[i] * s[j] for s in slopes) + (ridge if i == j else 0) for j in range(m)] + [here[i]] for i in range(m)]
    if not arrays.eliminate(evaluator.numbers, gram, m):
        raise Undefined("a singular system")
    return [sum(s[i] * gram[i][m] for i in range(m)) for s in slopes]


def _residuals(evaluator: Evaluator, facts: Sequence[Term], unknowns: Sequence[Symbol], point: Sequence[Number]) -> list[Number]:
    evaluator.values, evaluator.memo, evaluator.work = _moved(evaluator.values, unknowns, point), {}, 0
    found: list[Number] = []
    for fact in facts:
        for local in places(evaluator, fact):
            left, right = (entries(evaluator.value(a, local)) for a in fact.args)
            found += [evaluator.numbers.real(item(a) - item(b)) for a, b in zip(left, right, strict=True)]
    return found


def _coordinates(value: Any) -> Sequence[Any]:
    return value.coefficients if isinstance(value, Smooth) else entries(value)


def _moved(values: dict[str, Any], unknowns: Sequence[Symbol], point: Sequence[Any]) -> dict[str, Any]:
    values, rest = dict(values), list(point)
    for it in unknowns:
        old = values[it.name]
        count = len(_coordinates(old))
        taken, rest = tuple(rest[:count]), rest[count:]
        if isinstance(old, Smooth):
            values[it.name] = replace(old, coefficients=taken)
        else:
            values[it.name] = Array(old.sizes, taken) if isinstance(old, Array) else taken[0]
    return values


def _exact(x: Number) -> Fraction:
    """The short fraction that a number is near, for at a double root it is only near; or else all its digits."""
    sign, man, exp, _ = x._mpf_
    value = Fraction(int(man)) * Fraction(2) ** exp * (-1 if sign else 1)
    short = value.limit_denominator(10**12)
    return short if abs(value - short) < Fraction(1, 10**30) else value
