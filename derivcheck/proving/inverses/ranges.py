"""Between which multiples of pi an angle lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.kernel.terms import Term, number
from derivcheck.kernel.vocabulary import build

Holds = Callable[[Term, str, Term], bool]
"""Whether ``left relation right`` is proved."""

STEPS = 12
"""Bounds of terms are looked for among the multiples of pi over this."""

WIDEST = 2
"""Up to how many times pi bounds are looked for."""

PI = Term("constant", (), "pi")


@dataclass(frozen=True, slots=True)
class Range:
    """From low to high, in multiples of pi; open: whether the ends do not belong to it."""

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False

    def scaled(self, q: Fraction) -> Range:
        """The range of the multiple."""
        if q < 0:
            return Range(self.high * q, self.low * q, self.high_open, self.low_open)
        return Range(self.low * q, self.high * q, self.low_open, self.high_open)

    def plus(self, other: Range) -> Range:
        """The range of the sum."""
        low_open, high_open = self.low_open or other.low_open, self.high_open or other.high_open
        return Range(self.low + other.low, self.high + other.high, low_open, high_open)

    def within(self, low: Fraction, high: Fraction, strictly: bool = False) -> bool:
        """Whether it lies between two bounds, which are no values of it if ``strictly``."""
        above = self.low > low or (self.low == low and (self.low_open or not strictly))
        below = self.high < high or (self.high == high and (self.high_open or not strictly))
        return above and below


HALF, QUARTER, ZERO = Fraction(1, 2), Fraction(1, 4), Fraction(0)


def range_of(term: Term, holds: Holds) -> Range | None:
    """The range of an inverse circular function, of pi, or of another angle as far as its bounds are proved."""
    if term == PI:
        return Range(Fraction(1), Fraction(1))
    if term.op in {"asin", "acsc"}:
        return _turned(_signed(term, holds), term, holds, closed=True)
    if term.op in {"atan", "acot"}:
        return _turned(_signed(term, holds), term, holds, closed=False)
    if term.op in {"acos", "asec"}:
        found = _signed(term, holds)
        if found == "+":
            return Range(ZERO, HALF, False, holds(term.args[0], ">", number(0)))
        if found == "-":
            return Range(HALF, Fraction(1), holds(term.args[0], "<", number(0)), False)
        return Range(ZERO, Fraction(1))
    return _of_other(term, holds)


def _signed(term: Term, holds: Holds) -> str | None:
    """Whether the argument is known to be nonnegative (``+``) or nonpositive (``-``)."""
    return next((s for s, relation in (("+", ">="), ("-", "<=")) if holds(term.args[0], relation, number(0))), None)


def _turned(sign: str | None, term: Term, holds: Holds, closed: bool) -> Range:
    """From -pi/2 to pi/2, or one half of it by the sign of the argument, or half of that where the argument is at most 1."""
    a = term.args[0]
    strict = (sign == "+" and holds(a, ">", number(0))) or (sign == "-" and holds(a, "<", number(0)))
    size = HALF
    if term.op == "atan" and sign and holds(a if sign == "+" else build("neg", a), "<=", number(1)):
        size = QUARTER
    end_open = not closed and size == HALF
    if sign == "+":
        return Range(ZERO, size, strict, end_open)
    if sign == "-":
        return Range(-size, ZERO, end_open, strict)
    return Range(-size, size, end_open, end_open)


def _of_other(term: Term, holds: Holds) -> Range | None:
    """Bounds among the multiples of pi/12, found by halving: what holds for a bound holds for larger ones."""

    def bounded(side: Term) -> tuple[Fraction, bool] | None:
        def under(k: int, relation: str) -> bool:
            return holds(side, relation, build("mul", number(Fraction(k, STEPS)), PI))

        low, high = -WIDEST * STEPS - 1, WIDEST * STEPS
        if not under(high, "<="):
            return None
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if under(middle, "<=") else (middle, high)
        return Fraction(high, STEPS), under(high, "<")

    above, below = bounded(term), bounded(build("neg", term))
    if above is None or below is None:
        return None
    return Range(-below[0], above[0], below[1], above[1])
