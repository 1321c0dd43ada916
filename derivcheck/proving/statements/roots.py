"""Roots and absolute values of quotients."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.proving.statements.algebra import Algebra
from derivcheck.proving.statements.formula import Formula, both, compared, implies
from derivcheck.proving.statements.quotients import Poly, Quotient


def fractional(algebra: Algebra, value: Quotient, power: Fraction) -> Quotient:
    """A power that is not whole: of a base that is not negative, and not zero where the power is negative."""
    algebra.needs.append(compared("ge", value.oriented()))
    if power < 0:
        return fractional(algebra, algebra.over(value), -power)
    at = value.above.constant if not value.below else None
    if at is not None and at in {0, 1}:
        return value
    return Quotient(root_of(algebra, value, power.denominator)) ** power.numerator


def root_of(algebra: Algebra, value: Quotient, degree: int) -> Poly:
    """The root of a value that is not negative."""
    above, below = value.above, value.denominator()

    def known(v: Poly) -> list[Formula]:
        where = both((compared("ge", value.oriented()), compared("ne", below)))
        return [implies(where, both((compared("ge", v), compared("eq", v**degree * below - above))))]

    return algebra.variable(("root", above, below, degree), known)


def absolute(algebra: Algebra, value: Quotient) -> Poly:
    """The absolute value."""
    above, below, sign = value.above, value.denominator(), value.oriented()
    at = value.above.constant if not value.below else None
    if at is not None:
        return Poly.number(abs(at))

    def known(v: Poly) -> list[Formula]:
        up, down = compared("eq", v * below - above), compared("eq", v * below + above)
        return [implies(both((compared("ge", sign), compared("ne", below))), up),
                implies(both((compared("lt", sign), compared("ne", below))), down), compared("ge", v)]

    return algebra.variable(("abs", above, below), known)
