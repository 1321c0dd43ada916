"""Conjugate complex exponentials put together as cosines and sines, as which they were written."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from derivcheck.kernel.normal.polynomials import Algebra, Exponent, Monomial, Poly, PolyKey, freeze, thaw

Wave: TypeAlias = "tuple[str, Poly] | None"
"""``cos`` or ``sin`` and its angle."""


def waves(alg: Algebra, p: Poly) -> Iterator[tuple[Monomial, fmpq, Wave]] | None:
    """The terms of a polynomial as real factors, a number and a wave; ``None`` for one whose values are not real."""
    found: dict[tuple[Monomial, PolyKey], list[fmpq]] = {}
    for m, c in p.items():
        rest, angle, turned = _parted(alg, m)
        backward = bool(angle) and angle[max(angle)] < 0
        key = rest, freeze(alg.scale(angle, -1) if backward else angle)
        found.setdefault(key, [fmpq(0)] * 4)[2 * backward + turned] += c
    if any(b + back_b != 0 or (angle and a != back_a) for (_, angle), (a, b, back_a, back_b) in found.items()):
        return None
    return _written(found)


def _written(found: dict[tuple[Monomial, PolyKey], list[fmpq]]) -> Iterator[tuple[Monomial, fmpq, Wave]]:
    """``(a + i*b)*E(i*t) + (a - i*b)*E(-i*t)`` as ``2*a*cos(t) - 2*b*sin(t)``."""
    for (rest, angle), (a, b, back_a, back_b) in found.items():
        if not angle:
            yield rest, a, None
            continue
        for c, name in ((a + back_a, "cos"), (back_b - b, "sin")):
            if c != 0:
                yield rest, c, (name, thaw(angle))


def _parted(alg: Algebra, m: Monomial) -> tuple[Monomial, Poly, int]:
    """A term as real factors, the angle of its complex exponentials, and 1 for a factor i."""
    rest, turned = list[tuple[int, Exponent]](), 0
    angle: Poly = {}
    for a, e in m:
        key = alg.keys[a]
        if key[0] == "i":
            turned = 1
        elif key[0] == "exp" and a in alg.imaginary:
            inner = tuple(x for x in key[1] if alg.keys[x[0]][0] != "i")
            angle = alg.add(angle, {inner: fmpq(Fraction(e).numerator, Fraction(e).denominator)})
        else:
            rest.append((a, e))
    return tuple(rest), angle, turned
