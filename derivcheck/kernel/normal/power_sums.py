"""Sums of powers of the index in closed form, also over ranges that indicators narrow."""

from __future__ import annotations

from flint import fmpq

from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.indicators import at_least_zero
from derivcheck.kernel.normal.polynomials import (
    Algebra,
    Monomial,
    Poly,
    constant,
    thaw,
)


def power_sum(alg: Algebra, v: int, m: Monomial) -> Poly | None:
    """Σ v**k in closed form (Faulhaber), also over a range that indicators narrow at one end."""
    lower, upper = alg.ranges[v]
    k = 0
    for a, e in m:
        if a == v and isinstance(e, int) and e > 0:
            k = e
        elif alg.keys[a][0] == "at_least_zero":
            narrowed = _narrow(alg, v, thaw(alg.keys[a][1]), lower, upper)
            if narrowed is None:
                return None
            lower, upper = narrowed
        else:
            return None
    if k > 40:
        return None
    before = alg.subtract(lower, constant(1))
    nonempty = at_least_zero(alg, alg.subtract(upper, before))
    return alg.multiply(nonempty, alg.subtract(_faulhaber(alg, k, upper), _faulhaber(alg, k, before)))


def _narrow(alg: Algebra, v: int, p: Poly, lower: Poly, upper: Poly) -> tuple[Poly, Poly] | None:
    """The range where also ``p >= 0``, if that moves one end to a place known to lie within it."""
    c = p.get(((v, 1),))
    rest = {m: x for m, x in p.items() if m != ((v, 1),)}
    if c not in (1, -1) or v in alg.variables_of(rest.items()):
        return None
    end = alg.scale(rest, -c)
    inside = alg.subtract(end, lower) if c == 1 else alg.subtract(upper, end)
    beyond = alg.subtract(upper, end) if c == 1 else alg.subtract(end, lower)
    near, far = least(alg, inside), least(alg, beyond)
    if near is None or near < 0 or far is None or far < -1:
        return None
    return (end, upper) if c == 1 else (lower, end)


def _faulhaber(alg: Algebra, k: int, n: Poly) -> Poly:
    """1**k + … + n**k (0 for n = 0) as a polynomial in n, with Bernoulli numbers (B1 = +1/2)."""
    total: Poly = {}
    binomial = fmpq(1)
    for j in range(k + 1):
        bernoulli = fmpq.bernoulli(j) * (-1 if j == 1 else 1)
        total = alg.add(total, alg.scale(alg.power(n, k + 1 - j), binomial * bernoulli / (k + 1)))
        binomial = binomial * (k + 1 - j) / (j + 1)
    return total
