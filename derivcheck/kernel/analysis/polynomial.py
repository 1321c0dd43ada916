"""Terms as polynomials in one variable with rational coefficients, and their real zeros."""

from __future__ import annotations

from fractions import Fraction
from typing import cast

from flint import acb, arb, fmpq, fmpq_poly

from derivcheck.kernel.terms import Symbol, Term

HIGHEST = 60


def as_polynomial(term: Term, variable: Symbol) -> fmpq_poly | None:
    """The polynomial that a term is, if it is written as one."""
    match term.op:
        case "number":
            return fmpq_poly([fmpq(term.number.numerator, term.number.denominator)])
        case "symbol":
            return fmpq_poly([0, 1]) if term.symbol == variable else None
    parts = [as_polynomial(a, variable) for a in term.args]
    known = [p for p in parts if p is not None]
    if len(known) < len(parts) or not known:
        return None
    match term.op:
        case "add":
            return sum(known[1:], known[0])
        case "neg":
            return -known[0]
        case "mul":
            product = known[0]
            for factor in known[1:]:
                product = product * factor
            return product if product.degree() <= HIGHEST else None
        case "div" if known[1].degree() == 0:
            return known[0] / known[1][0]
        case "pow" if known[1].degree() <= 0:
            k = known[1][0]
            return known[0] ** int(k.p) if k.q == 1 and k >= 0 and k * max(known[0].degree(), 1) <= HIGHEST else None
    return None


def sign_inside(p: fmpq_poly, lower: fmpq | arb | None, upper: fmpq | arb | None) -> int | None:
    """The sign of a polynomial on an open interval where it has no zero; ``None`` where it has one, or that is unknown.

    lower, upper: ``None`` for an end at infinity.  Zeros at rational ends are allowed.
    """
    if p.degree() < 0:
        return None
    rest = p
    for end in (lower, upper):
        while isinstance(end, fmpq) and rest.degree() > 0 and rest(end) == 0:
            rest = rest // fmpq_poly([-end, 1])
    if rest.degree() > 0:
        for root, _ in cast("list[tuple[acb, int]]", rest.complex_roots()):
            if not root.imag.contains(0):
                continue
            below = lower is not None and bool(root.real < lower)
            above = upper is not None and bool(root.real > upper)
            if not below and not above:
                return None
    place = _between(lower, upper)
    value = p(place)
    return (value > 0) - (value < 0) if value != 0 else None


def _between(lower: fmpq | arb | None, upper: fmpq | arb | None) -> fmpq:
    """A rational number inside an open interval."""
    low, high = (None if end is None else _rational(end) for end in (lower, upper))
    if low is None:
        return fmpq(0) if high is None else high - 1
    return low + 1 if high is None else (low + high) / 2


def _rational(end: fmpq | arb) -> fmpq:
    if isinstance(end, fmpq):
        return end
    mantissa, exponent = end.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def fraction(q: fmpq) -> Fraction:
    """A rational of flint as one of Python."""
    return Fraction(int(q.p), int(q.q))
