"""Polynomials in named variables with rational coefficients, and quotients of them that keep their denominators as factors.

Nothing is cancelled behind anyone's back: where a quotient is defined is what its term says, told by who makes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from typing import TypeAlias

Monomial: TypeAlias = "tuple[tuple[str, int], ...]"
"""Variables and their exponents, sorted by name."""

MOST_TERMS = 400
"""The terms of a polynomial beyond which a statement is too large."""

HIGHEST_POWER = 64
"""The largest exponent that is multiplied out."""


class TooLarge(Exception):
    """A polynomial would have too many terms, or too high a power."""


@dataclass(frozen=True, slots=True)
class Poly:
    """A polynomial: its coefficients by monomial, sorted, none zero."""

    terms: tuple[tuple[Monomial, Fraction], ...] = ()

    @staticmethod
    def of(terms: Mapping[Monomial, Fraction]) -> Poly:
        """The polynomial of these coefficients."""
        kept = tuple(sorted((m, c) for m, c in terms.items() if c))
        if len(kept) > MOST_TERMS:
            raise TooLarge("a polynomial has too many terms")
        return Poly(kept)

    @staticmethod
    def number(value: Fraction | int) -> Poly:
        """A constant."""
        return Poly((((), Fraction(value)),)) if value else ZERO

    @staticmethod
    def variable(name: str) -> Poly:
        """A variable by itself."""
        return Poly(((((name, 1),), Fraction(1)),))

    @property
    def constant(self) -> Fraction | None:
        """The value of a polynomial without variables."""
        if not self.terms:
            return Fraction(0)
        (m, c), *rest = self.terms
        return c if not rest and not m else None

    def variables(self) -> frozenset[str]:
        """The variables that occur."""
        return frozenset(name for m, _ in self.terms for name, _ in m)

    def __add__(self, other: Poly) -> Poly:
        total = dict(self.terms)
        for m, c in other.terms:
            total[m] = total.get(m, Fraction(0)) + c
        return Poly.of(total)

    def __neg__(self) -> Poly:
        return Poly(tuple((m, -c) for m, c in self.terms))

    def __sub__(self, other: Poly) -> Poly:
        return self + -other

    def __mul__(self, other: Poly) -> Poly:
        if len(self.terms) * len(other.terms) > MOST_TERMS**2 // 4:
            raise TooLarge("a polynomial has too many terms")
        total: dict[Monomial, Fraction] = {}
        for m, c in self.terms:
            for n, d in other.terms:
                product = _times(m, n)
                total[product] = total.get(product, Fraction(0)) + c * d
        return Poly.of(total)

    def scaled(self, factor: Fraction) -> Poly:
        """A multiple by a number."""
        return Poly(tuple((m, c * factor) for m, c in self.terms)) if factor else ZERO

    def __pow__(self, exponent: int) -> Poly:
        if exponent > HIGHEST_POWER:
            raise TooLarge("a power is too high to be multiplied out")
        return reduce(lambda a, b: a * b, (self,) * exponent, ONE)

    def primitive(self) -> tuple[Poly, Fraction]:
        """The multiple by a positive number whose first coefficient is 1 or -1, and that first coefficient's size."""
        size = abs(self.terms[0][1]) if self.terms else Fraction(1)
        return self.scaled(1 / size), size


def _times(a: Monomial, b: Monomial) -> Monomial:
    if not a or not b:
        return a or b
    exponents = dict(a)
    for name, e in b:
        exponents[name] = exponents.get(name, 0) + e
    return tuple(sorted(exponents.items()))


ZERO, ONE = Poly(), Poly((((), Fraction(1)),))


@dataclass(frozen=True, slots=True)
class Quotient:
    """A polynomial over a product of powers of polynomials, which are not zero where it is defined."""

    above: Poly
    below: tuple[tuple[Poly, int], ...] = ()

    def __neg__(self) -> Quotient:
        return Quotient(-self.above, self.below)

    def __add__(self, other: Quotient) -> Quotient:
        mine, theirs = dict(self.below), dict(other.below)
        common = {p: max(mine.get(p, 0), theirs.get(p, 0)) for p in {**mine, **theirs}}
        above = self.above * _missing(common, mine) + other.above * _missing(common, theirs)
        return Quotient(above, tuple(common.items()))

    def __sub__(self, other: Quotient) -> Quotient:
        return self + -other

    def __mul__(self, other: Quotient) -> Quotient:
        below = dict(self.below)
        for p, e in other.below:
            below[p] = below.get(p, 0) + e
        above = self.above * other.above
        return Quotient(above, tuple(below.items()) if above != ZERO else ())

    def inverse(self) -> Quotient:
        """One over it, where it is not zero."""
        value = self.above.constant
        if value is not None:
            return Quotient(self.denominator().scaled(1 / value))
        if len(self.above.terms) == 1:
            (m, c), = self.above.terms
            return Quotient(self.denominator().scaled(1 / c), tuple((Poly.variable(name), e) for name, e in m))
        factor, size = self.above.primitive()
        return Quotient(self.denominator().scaled(1 / size), ((factor, 1),))

    def __pow__(self, exponent: int) -> Quotient:
        if exponent > HIGHEST_POWER:
            raise TooLarge("a power is too high to be multiplied out")
        return Quotient(self.above**exponent, tuple((p, e * exponent) for p, e in self.below))

    def denominator(self) -> Poly:
        """The denominator multiplied out."""
        return reduce(lambda a, b: a * b, (p**e for p, e in self.below), ONE)

    def oriented(self) -> Poly:
        """A polynomial of the quotient's sign: the numerator times the denominators of odd powers."""
        return reduce(lambda a, b: a * b, (p for p, e in self.below if e % 2), self.above)


def _missing(wanted: Mapping[Poly, int], present: Mapping[Poly, int]) -> Poly:
    return reduce(lambda a, b: a * b, (p ** (e - present.get(p, 0)) for p, e in wanted.items()), ONE)


def constant(value: Fraction | int) -> Quotient:
    """A number as a quotient."""
    return Quotient(Poly.number(value))
