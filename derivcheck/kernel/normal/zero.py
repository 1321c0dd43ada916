"""Is a polynomial in normal form zero?  Yes is a proof; no answers nothing, for atoms need not be independent."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_poly, fmpz_poly

from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.gammas import related
from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    AtomKey,
    Exponent,
    Monomial,
    Poly,
    PolyKey,
    constant,
    freeze,
    integral,
    thaw,
    variable,
)
from derivcheck.kernel.normal.powers import absolute_power, exponential, power
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.normal.sums import sum_over

DEEPEST = 4


def vanishes(alg: Algebra, p: Poly, depth: int = 0) -> bool:
    """Whether ``p`` is proved to be zero wherever it is defined."""
    for step in (related, _clear_denominators, _close_geometric_sums, _reduce_by_equations, _reduce_roots_of_unity):
        if not p:
            return True
        p = step(alg, p)
    if not p:
        return True
    return depth < DEEPEST and any(_sums_vanish(alg, p, bounds, depth) for bounds in _ranges(alg, p))


def _clear_denominators(alg: Algebra, p: Poly) -> Poly:
    """``p`` times the bases that it divides by, so that fractions meet over one denominator."""
    for _ in range(20):
        lowest: dict[int, Exponent] = {}
        for m in p:
            for a, e in m:
                if e < 0 and alg.keys[a][0] == "base":
                    lowest[a] = min(lowest.get(a, 0), e)
        if not lowest:
            return p
        a = max(lowest)
        base = thaw(alg.keys[a][1])
        total: Poly = {}
        for m, c in p.items():
            here = next((e for b, e in m if b == a), 0)
            rest: Poly = {tuple(x for x in m if x[0] != a): c}
            e = integral(here - lowest[a])
            factor = alg.power(base, e) if isinstance(e, int) else absolute_power(alg, base, e)
            total = alg.add(total, alg.multiply(rest, factor))
        p = total
    return p


def _close_geometric_sums(alg: Algebra, p: Poly) -> Poly:
    """``p`` times (1 - b)**2 for each Σ_1^n b**k or Σ_1^n k*b**k in it, with these sums in closed form.

    The base must differ from 1 for this, which is recorded as something the kernel divided by.
    """
    for _ in range(4):
        found = next(((a, form) for m in p for a, e in m if e == 1 and (form := _geometric(alg, a)) is not None), None)
        if found is None:
            return p
        a, (base, closed) = found
        alg.divided.add(freeze(alg.subtract(base, constant(1))))
        scale = alg.power(alg.subtract(constant(1), base), 2)
        total: Poly = {}
        for m, c in p.items():
            rest: Poly = {tuple(x for x in m if x[0] != a): c}
            exponent = next((e for b, e in m if b == a), 0)
            if exponent not in (0, 1):
                return p
            total = alg.add(total, alg.multiply(rest, closed if exponent else scale))
        p = total
    return p


def _geometric(alg: Algebra, a: int) -> tuple[Poly, Poly] | None:
    """b and (1 - b)**2 Σ_1^n k**j b**k, for a sum atom of that form with j in {0, 1} and n the upper end."""
    key = alg.keys[a]
    if key[0] != "sum" or len(key[1]) != 1 or thaw(key[1][0][0]) != constant(1):
        return None
    bound = alg.intern(("bound", key[3]))
    n = thaw(key[1][0][1])
    if sign_of(alg, n) not in {"+", "0+"} and ((low := least(alg, n)) is None or low < 0):
        return None
    weight = 0
    base: Poly | None = None
    for b, e in key[2]:
        inner = alg.keys[b]
        if b == bound and e == 1:
            weight = 1
        elif inner[0] == "ipow" and base is None and inner[2] == ((bound, 1),) and bound not in alg.variables_of(inner[1]):
            base = alg.power(thaw(inner[1]), e)
        elif inner[0] == "exp" and base is None and (rest := _quotient(inner[1], ((bound, 1),))) is not None:
            if any(bound in alg.variables[x] for x, _ in rest):
                return None
            base = exponential(alg, {rest: fmpq(Fraction(e).numerator, Fraction(e).denominator)})
        else:
            return None
    if base is None:
        return None
    last = power(alg, base, n)
    gap = alg.subtract(constant(1), base)
    if weight == 0:
        return base, alg.product(gap, base, alg.subtract(constant(1), last))
    inside = alg.add(constant(1), alg.multiply(last, alg.subtract(alg.multiply(n, base), alg.add(n, constant(1)))))
    return base, alg.multiply(base, inside)


def _reduce_by_equations(alg: Algebra, p: Poly) -> Poly:
    """The remainder of division by the assumed equations that could not be oriented as rewritings of one atom."""
    for names, leading, equation in alg.equations:
        if names & alg.blocked:
            continue
        for _ in range(200):
            found = next(((m, q) for m in p if (q := _quotient(m, leading)) is not None), None)
            if found is None:
                break
            m, q = found
            p = alg.subtract(p, alg.multiply({q: p[m] / equation[leading]}, equation))
    return p


def _quotient(m: Monomial, by: Monomial) -> Monomial | None:
    exponents = dict(m)
    for a, e in by:
        if a not in exponents or exponents[a] < e:
            return None
        exponents[a] = integral(exponents[a] - e)
    return tuple(sorted((a, e) for a, e in exponents.items() if e != 0))


# -- roots of unity ----------------------------------------------------------------------------------------------------


def _reduce_roots_of_unity(alg: Algebra, p: Poly) -> Poly:
    """``p`` with exp(i*pi*q), i and square roots of small primes written in one cyclotomic field.

    Square roots of primes are Gauss sums (Ireland and Rosen, A Classical Introduction to Modern Number Theory, ch. 6).
    """
    turn = alg.ids.get(("exp", tuple(sorted(((alg.intern(("i",)), 1), (alg.intern(("pi",)), 1))))))
    if turn is None or not any(a == turn for m in p for a, _ in m):
        return p
    unit = alg.intern(("i",))
    roots = {a: int(alg.keys[a][1]) for m in p for a, e in m if alg.keys[a][0] == "prime" and e == Fraction(1, 2)}
    roots = {a: prime for a, prime in roots.items() if prime <= 60}
    order = lcm(4, *(Fraction(e).denominator * 2 for m in p for a, e in m if a == turn), *(4 * prime for prime in roots.values()))
    if order > 2000:
        return p
    modulus = fmpq_poly(fmpz_poly.cyclotomic(order))
    grouped: dict[Monomial, fmpq_poly] = {}
    for m, c in p.items():
        value = fmpq_poly([c])
        rest: list[tuple[int, Exponent]] = []
        for a, e in m:
            if a == turn:
                value = value * _monic(int(Fraction(e) * order / 2) % order) % modulus
            elif a == unit:
                value = value * _monic(order // 4 * int(e) % order) % modulus
            elif a in roots and e == Fraction(1, 2):
                value = value * _gauss_root(roots[a], order) % modulus
            else:
                rest.append((a, e))
        grouped[tuple(rest)] = grouped.get(tuple(rest), fmpq_poly([0])) + value
    return {} if all((value % modulus).degree() < 0 for value in grouped.values()) else p


def _monic(k: int) -> fmpq_poly:
    return fmpq_poly([0] * k + [1])


def _gauss_root(prime: int, order: int) -> fmpq_poly:
    """sqrt(prime) as a polynomial in a primitive root of unity of an order divisible by 4*prime."""
    if prime == 2:
        eighth = order // 8
        return _monic(eighth) + _monic(order - eighth)
    step = order // prime
    total = fmpq_poly([0])
    for k in range(1, prime):
        sign = 1 if pow(k, (prime - 1) // 2, prime) == 1 else -1
        total = total + sign * _monic(k * step % order)
    return total if prime % 4 == 1 else total * _monic(3 * order // 4)


# -- sums over one range, combined --------------------------------------------------------------------------------------


def _ranges(alg: Algebra, p: Poly) -> Iterator[tuple[PolyKey, PolyKey]]:
    seen = set()
    for m in p:
        for a, e in m:
            if alg.keys[a][0] == "sum" and e == 1:
                for bounds in alg.keys[a][1]:
                    if bounds not in seen:
                        seen.add(bounds)
                        yield bounds


def _sums_vanish(alg: Algebra, p: Poly, bounds: tuple[PolyKey, PolyKey], depth: int) -> bool:
    """Whether ``p`` is Σ over one range of a body that vanishes: every term must be such a sum, or a multiple of Σ 1."""
    lower, upper = thaw(bounds[0]), thaw(bounds[1])
    v = alg.fresh(lower, upper)
    try:
        count = alg.add(alg.subtract(upper, lower), constant(1))
        body: Poly = {}
        for m, c in p.items():
            part = _as_summand(alg, m, bounds, v, count)
            if part is None:
                return False
            body = alg.add(body, alg.scale(part, c))
        return vanishes(alg, body, depth + 1)
    finally:
        alg.close()


def _as_summand(alg: Algebra, m: Monomial, bounds: tuple[PolyKey, PolyKey], v: int, count: Poly) -> Poly | None:
    for a, e in m:
        key = alg.keys[a]
        if key[0] == "sum" and e == 1 and bounds in key[1]:
            rest: Poly = {tuple(x for x in m if x[0] != a): fmpq(1)}
            return alg.multiply(rest, _opened_at(alg, key, key[1].index(bounds), v))
    if len(count) == 1 and UNIT not in count and sign_of(alg, count) in {"+", "0+"}:
        ((size, scale),) = count.items()
        reduced = _quotient(m, size)
        if reduced is not None:
            return {reduced: 1 / scale}
    return None


def _opened_at(alg: Algebra, key: AtomKey, position: int, v: int) -> Poly:
    """The summand of a sum atom at index ``v`` in place of one of its bound indices; the others stay summed."""
    _, bounds, m, start = key
    others = [alg.fresh(thaw(lower), thaw(upper)) for k, (lower, upper) in enumerate(bounds) if k != position]
    try:
        numbers = iter(others)
        chosen = [v if k == position else next(numbers) for k in range(len(bounds))]
        values = {alg.intern(("bound", start + k)): variable(w) for k, w in enumerate(chosen)}
        body = alg.substitute({m: fmpq(1)}, values)
        return sum_over(alg, others, body) if others else body
    finally:
        for _ in others:
            alg.close()

