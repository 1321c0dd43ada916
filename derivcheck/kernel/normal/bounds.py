"""Bounds of integer-valued polynomials: how small and how large an index expression can be."""

from __future__ import annotations

from flint import fmpq

from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    Poly,
)


def least(alg: Algebra, p: Poly) -> fmpq | None:
    """A lower bound of an integer-valued polynomial that is linear in its index variables, or ``None``."""
    for _ in range(12):
        ranged = [a for m in p for a, _ in m if a in alg.ranges]
        if not ranged:
            break
        a = max(ranged)
        lower, upper = alg.ranges[a]
        replacement: Poly = {}
        for m, c in p.items():
            if m == ((a, 1),):
                replacement = alg.add(replacement, alg.scale(lower if c > 0 else upper, c))
            elif any(b == a for b, _ in m):
                return None
            else:
                replacement = alg.add(replacement, {m: c})
        p = replacement
    total = fmpq(0)
    for m, c in p.items():
        if m == UNIT:
            total += c
        elif c < 0 or any(alg.keys[a][0] != "size" or not isinstance(e, int) or e < 0 for a, e in m):
            return None
        else:
            smallest = fmpq(1)
            for a, e in m:
                smallest *= fmpq(alg.size_least.get(alg.keys[a][1], 1)) ** int(e)
            total += c * smallest
    return total


def greatest(alg: Algebra, p: Poly) -> fmpq | None:
    """An upper bound, as ``least``."""
    low = least(alg, alg.scale(p, -1))
    return None if low is None else -low

