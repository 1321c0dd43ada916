"""Integrals and limits in numbers, held against what SymPy makes of them symbolically.  Runs in SymPy's own process.

Nothing here proves or refutes: a difference only takes SymPy's word away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sympy

from derivcheck.proving.with_sympy.terms import Expression

ANALYTIC = (sympy.Integral, sympy.Limit)

_VALUES = ("7/5", "-11/7", "5/3", "-13/9")
"""Values of the first symbol at the points, of the next symbols with a shift; integers where integers are wanted."""

_SPECIAL = (("0", "0"), ("1", "0"), ("3/5", "-8/5"))
"""More points: the value of the first symbol and what each next one has more, so that some vanish, coincide, or differ in
sign.  A formula may well have no value there; what has one must agree."""

_NEAR = (sympy.Float("1e-20", 60), sympy.Float("-1e-20", 60))
_TOLERANCE = {True: 1e-8, False: 1e-9}
"""Relative difference that is tolerated with limits and without."""

_INSIDE = sympy.Rational(5, 13)
"""Where in its range an integral is cut in two: what an integrand loses to symmetry does not cancel in the parts."""


def agreeing(left: Expression, right: Expression) -> int | None:
    """At how many points both sides agree in numbers; ``None`` if they differ, or if no number can be had, at one."""
    limits = left.has(sympy.Limit) or right.has(sympy.Limit)
    symbols = sorted(left.free_symbols | right.free_symbols, key=str)
    count = 0
    for point, needed in _points(symbols):
        for near in _NEAR if limits else _NEAR[:1]:
            if not _agree((left, right), [_number(side, point, near) for side in (left, right)], needed, _TOLERANCE[limits]):
                return None
        count += needed
    return count


def _agree(sides: tuple[Expression, Expression], numbers: Sequence[complex | None], needed: bool, tolerance: float) -> bool:
    """Whether two numbers agree.  Where none is needed, a formula may have no number, but an integral that diverges differs."""
    a, b = numbers
    if a is None or b is None:
        diverges = any(n is None and side.has(*ANALYTIC) for n, side in zip(numbers, sides, strict=True))
        return not needed and not (diverges and a is not b)
    return abs(a - b) <= tolerance * max(abs(a), abs(b), 1)


def _points(symbols: Sequence[Expression]) -> Iterator[tuple[dict[Expression, Expression], bool]]:
    """Values of the symbols, and whether both sides must have a number there."""
    for turn, text in enumerate(_VALUES if symbols else ("1",)):
        start, step = sympy.Rational(text), 1 + sympy.Rational(turn + 2, 7)
        yield {s: _suited(s, start + (k * step if start > 0 else -k * step), turn) for k, s in enumerate(symbols)}, True
    for first, more in _SPECIAL if symbols else ():
        values = [sympy.Rational(first) + k * sympy.Rational(more) for k in range(len(symbols))]
        yield {s: _suited(s, value, 0) for s, value in zip(symbols, values, strict=True)}, False


def _suited(symbol: Expression, value: Expression, turn: int) -> Expression:
    """A value of the symbol's kind next to one that need not be."""
    if symbol.is_integer:
        value = sympy.sign(value) * (sympy.ceiling(abs(value)) + turn)
    if symbol.is_nonzero and value == 0:
        value = sympy.S.One
    return abs(value) if symbol.is_nonnegative else -abs(value) if symbol.is_negative else value


def _number(side: Expression, point: dict[Expression, Expression], near: Expression) -> complex | None:
    """The value at a point, integrals cut in two and an expression under a limit taken near by; ``None`` where there is none,
    or none that is known as exactly as it is compared."""
    there = side.subs(point).replace(lambda e: isinstance(e, sympy.Limit), lambda e: _approached(e, near))
    value = there.replace(lambda e: isinstance(e, sympy.Integral), _cut).evalf(30)
    if not value.is_number or value.has(sympy.nan, sympy.zoo, sympy.oo, *ANALYTIC):
        return None
    parts = value.as_real_imag()
    return complex(*map(float, parts)) if all(map(_sharp, parts)) else None


def _sharp(part: Expression) -> bool:
    """Whether a real number is finite and known with an error below the tolerance: SymPy writes ``0.e+441`` for what it lost."""
    if not isinstance(part, sympy.Float):
        return bool(part.is_finite)
    error = abs(part) * sympy.Integer(2) ** (1 - part._prec)
    return bool(error <= _TOLERANCE[False] * max(abs(part), 1) and abs(part) < 10**300)


def _cut(integral: Expression) -> Expression:
    body, (variable, *ends) = integral.args
    lower, upper = ends
    if lower.is_finite and upper.is_finite:
        middle = lower + _INSIDE * (upper - lower)
    else:
        middle = lower + _INSIDE if lower.is_finite else upper - _INSIDE if upper.is_finite else _INSIDE
    return sympy.Integral(body, (variable, lower, middle)) + sympy.Integral(body, (variable, middle, upper))


def _approached(limit: Expression, near: Expression) -> Expression:
    body, variable, place, sides = limit.args
    if place.is_infinite:
        return body.subs(variable, (1 if place is sympy.oo else -1) / abs(near))
    step = {"+": abs(near), "-": -abs(near)}.get(str(sides), near)
    return body.subs(variable, place + step)
