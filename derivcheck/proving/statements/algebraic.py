"""Formulas at points one of whose coordinates is a root of a polynomial: exact, by greatest common divisors and balls."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import flint
from flint import arb, fmpq, fmpq_poly

from derivcheck.proving.statements.formula import HOLDS, All, Compared, Formula, Some
from derivcheck.proving.statements.quotients import Poly
from derivcheck.proving.statements.solver import Root

PRECISION = 256
"""Bits of the ball in which a root is held."""


def at_root(formula: Formula, values: Mapping[str, Fraction | Root]) -> bool | None:
    """Whether a formula holds where its variables have these values, of which at most one is a root; ``None`` if unknown."""
    match formula:
        case All(parts) | Some(parts):
            told = [at_root(part, values) for part in parts]
            decisive = isinstance(formula, Some)
            return decisive if decisive in told else None if None in told else not decisive
        case Compared(op, poly):
            sign = _sign(poly, values)
            return None if sign is None else HOLDS[op](Fraction(sign))


def _sign(poly: Poly, values: Mapping[str, Fraction | Root]) -> int | None:
    roots = {name: v for name, v in values.items() if isinstance(v, tuple)}
    if len(roots) > 1 or not poly.variables() <= set(values):
        return None
    coefficients: dict[int, Fraction] = {}
    for m, c in poly.terms:
        power = 0
        for name, e in m:
            value = values[name]
            if isinstance(value, tuple):
                power = e
            else:
                c *= value**e
        coefficients[power] = coefficients.get(power, Fraction(0)) + c
    found = _polynomial([coefficients.get(k, Fraction(0)) for k in range(max(coefficients, default=0) + 1)])
    if not roots:
        constant = found[0]
        return (constant > 0) - (constant < 0)
    ((defining, which),) = roots.values()
    return _sign_at(found, _polynomial(defining), which)


def _polynomial(coefficients: list[Fraction] | tuple[Fraction, ...]) -> fmpq_poly:
    return fmpq_poly([fmpq(c.numerator, c.denominator) for c in coefficients])


def _sign_at(poly: fmpq_poly, defining: fmpq_poly, which: int) -> int | None:
    """The sign of a polynomial at a real root of another."""
    root = ball(defining, which)
    if root is None:
        return None
    shared = poly.gcd(defining) if poly.degree() >= 0 else defining
    with flint.ctx.workprec(PRECISION):
        if shared.degree() > 0 and not _at(defining // shared, root).contains(0):
            return 0
        value = _at(poly, root)
        return None if value.contains(0) else 1 if value > 0 else -1


def _at(poly: fmpq_poly, x: arb) -> arb:
    total = arb(0)
    for c in reversed(poly.coeffs()):
        total = total * x + c
    return total


def ball(defining: fmpq_poly | tuple[Fraction, ...], which: int) -> arb | None:
    """A ball around a real root of a polynomial, counted from the least, from 1."""
    poly = _polynomial(defining) if isinstance(defining, tuple) else defining
    poly = poly // poly.gcd(poly.derivative())
    with flint.ctx.workprec(PRECISION):
        roots: Any = poly.numer().complex_roots()  # pairs with multiplicities, whatever its stub says
        found = sorted((root.real for root, _ in roots if root.imag == 0), key=lambda r: r.mid())
    return found[which - 1] if 1 <= which <= len(found) else None
