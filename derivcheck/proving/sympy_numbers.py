"""Integrals and limits in numbers, held against what SymPy makes of them symbolically.  Runs in SymPy's own process.

Nothing here proves or refutes: a difference only takes SymPy's word away.
"""

from __future__ import annotations

from collections.abc import Iterator

import sympy

from derivcheck.proving.sympy_terms import Expression

ANALYTIC = (sympy.Integral, sympy.Limit)

_VALUES = ("7/5", "11/7", "5/3", "13/9")
"""Values of the first symbol at the points, of the next symbols with a shift; integers where integers are wanted."""

_NEAR = (sympy.Float("1e-9", 60), sympy.Float("-1e-9", 60))
_TOLERANCE = {True: 1e-5, False: 1e-9}
"""Relative difference that is tolerated with limits and without."""


def agreeing(left: Expression, right: Expression) -> int | None:
    """At how many points both sides agree in numbers; ``None`` if they differ, or if no number can be had, at one."""
    tolerance = _TOLERANCE[left.has(sympy.Limit) or right.has(sympy.Limit)]
    points = list(_points(left.free_symbols | right.free_symbols))
    for point in points:
        for near in _NEAR if tolerance == _TOLERANCE[True] else _NEAR[:1]:
            a, b = (_number(side, point, near) for side in (left, right))
            if a is None or b is None or abs(a - b) > tolerance * max(abs(a), abs(b), 1):
                return None
    return len(points)


def _points(symbols: set[Expression]) -> Iterator[dict[Expression, Expression]]:
    ordered = sorted(symbols, key=str)
    for shift, value in enumerate(_VALUES if ordered else ("1",)):
        start = sympy.Rational(value)
        yield {s: _suited(s, start + sympy.Rational(k * (shift + 2), 7) + k, shift) for k, s in enumerate(ordered)}


def _suited(symbol: Expression, value: Expression, turn: int) -> Expression:
    """A value of the symbol's kind: negative where it may be, at every other point."""
    if symbol.is_integer:
        value = sympy.ceiling(value) + turn
    return -value if symbol.is_negative or (not symbol.is_nonnegative and turn % 2) else value


def _number(side: Expression, point: dict[Expression, Expression], near: Expression) -> complex | None:
    """The value at a point to 30 digits, an expression under a limit taken near by; ``None`` where there is none."""
    there = side.subs(point).replace(lambda e: isinstance(e, sympy.Limit), lambda e: _approached(e, near))
    value = there.evalf(30)
    if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo, *ANALYTIC):
        return None
    return complex(value)


def _approached(limit: Expression, near: Expression) -> Expression:
    body, variable, place, _ = limit.args
    if place.is_infinite:
        return body.subs(variable, (1 if place is sympy.oo else -1) / abs(near))
    return body.subs(variable, place + near)
