"""Bounds of integer-valued polynomials: how small and how large an index expression can be."""

from __future__ import annotations

from flint import fmpq

from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    Poly,
    constant,
    constant_value,
)


def least(alg: Algebra, p: Poly) -> fmpq | None:
    """A lower bound of an integer-valued polynomial that is linear in its index variables, or ``None``."""
    value = constant_value(p)
    if value is not None:
        return value
    for _ in range(12):
        ranged = [a for m in p for a, _ in m if a in alg.ranges or _upper(alg, a) is not None]
        if not ranged:
            break
        a = max(ranged)
        end = _upper(alg, a)
        lower, upper = alg.ranges[a] if end is None else (constant(1), end)
        c = p.get(((a, 1),))
        rest = {m: c for m, c in p.items() if m != ((a, 1),)}
        if c is None or any(b == a for m in rest for b, _ in m):
            return None
        p = alg.add(rest, alg.scale(lower if c > 0 else upper, c))
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



def _upper(alg: Algebra, a: int) -> Poly | None:
    """How far an entry of a family of indices runs."""
    key = alg.keys[a]
    return alg.uppers.get(key[1]) if alg.uppers and key[0] == "entry" else None
