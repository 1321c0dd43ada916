"""Sines and cosines of sums, from those of their summands."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.proving.statements.algebra import Algebra, Below, summands
from derivcheck.proving.statements.formula import compared
from derivcheck.proving.statements.quotients import ONE, Monomial, Poly, Quotient, constant
from derivcheck.proving.statements.roots import root_of

PARTS = {Fraction(0): (0, 1), Fraction(1, 6): (1, 3), Fraction(1, 4): (2, 2), Fraction(1, 3): (3, 1)}
"""Of parts of pi, the squares of twice the sine and twice the cosine; of 0 these themselves."""


def turned(algebra: Algebra, value: Quotient) -> tuple[Quotient, Quotient]:
    """Sine and cosine of a sum from those of its summands."""
    sine, cosine = constant(0), constant(1)
    pi = algebra.names.get(("constant", "pi"))
    for m, c, below in summands(value):
        if below is None and m == ((pi, 1),) and c % Fraction(1, 2) in PARTS:
            part = _part_of_turn(algebra, c)
        else:
            part = _multiple(algebra, m, c, below)
        sine, cosine = sine * part[1] + cosine * part[0], cosine * part[1] - sine * part[0]
    return sine, cosine


def _part_of_turn(algebra: Algebra, c: Fraction) -> tuple[Quotient, Quotient]:
    """Sine and cosine of ``c*pi`` with c a multiple of a sixth or of a quarter."""
    half = constant(Fraction(1, 2))
    doubled = PARTS[c % Fraction(1, 2)]
    sine, cosine = (Quotient(root_of(algebra, constant(n), 2)) * half if n > 1 else constant(n) for n in doubled)
    if c % Fraction(1, 2):
        sine, cosine = (half if x == constant(1) else x for x in (sine, cosine))
    for _ in range(int(c // Fraction(1, 2)) % 4):
        sine, cosine = cosine, -sine
    return sine, cosine


def _multiple(algebra: Algebra, m: Monomial, c: Fraction, below: Below | None) -> tuple[Quotient, Quotient]:
    unit, times = algebra.in_units(("sin", m, below), c)
    algebra.exact = False
    at = Quotient(Poly(((m, unit),)), below or ())
    square, over = at.above**2, at.denominator() ** 2
    s = algebra.variable(("sin", m, below, unit))
    algebra.invertible("sin", ("sin", m, below, unit), at)
    k = algebra.variable(("cos", m, below, unit), lambda v: [compared("eq", v * v + s * s - ONE)])  # which reaches the sine's
    algebra.axioms[algebra.names["sin", m, below, unit]] = [
        compared("eq", k * k + s * s - ONE), compared("le", s * s * over - square),
        compared("ge", (k - ONE).scaled(Fraction(2)) * over + square),
    ]
    sine, cosine = Poly(), ONE
    for _ in range(abs(times)):
        sine, cosine = sine * k + cosine * s, cosine * k - sine * s
    return Quotient(-sine if times < 0 else sine), Quotient(cosine)
