"""Factoring polynomials, and complex conjugates of those in exponentials."""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from flint import fmpq, fmpz_mpoly_ctx

from derivcheck.kernel.normal.polynomials import (
    Algebra,
    Poly,
    constant,
    integral,
)


def irreducible_factors(alg: Algebra, q: Poly) -> tuple[fmpq, list[tuple[Poly, int]]]:
    """``q = c * product of f**k`` with irreducible factors f over the rationals; of what cannot be factored, itself.

    The constant is not 1 even where q has leading coefficient 1: the order of monomials does not respect products.
    """
    atoms = sorted({a for m in q for a, _ in m})
    denominator = lcm(*(Fraction(e).denominator for m in q for _, e in m))
    exponents = [int(e * denominator) for m in q for _, e in m]
    if len(q) < 2 or len(atoms) > 8 or min(exponents) < 0 or max(exponents) > 60:
        return fmpq(1), [(q, 1)] if q != constant(1) else []
    context = fmpz_mpoly_ctx.get([f"x{a}" for a in atoms], "lex")
    scale = lcm(*(int(c.q) for c in q.values()))
    terms = {tuple(int(dict(m).get(a, 0) * denominator) for a in atoms): int((c * scale).p) for m, c in q.items()}
    found = []
    try:
        factored, factors = context.from_dict(terms).factor()
    except OverflowError:  # flint puts the factors in order by machine integers
        return fmpq(1), [(q, 1)]
    outside = fmpq(factored) / scale
    for f, k in factors:
        poly: Poly = {}
        for powers, c in f.to_dict().items():
            m = tuple((a, integral(Fraction(int(e), denominator))) for a, e in zip(atoms, powers, strict=True) if e)
            poly[m] = fmpq(c)
        lead = poly[max(poly)]
        outside *= lead ** int(k)
        found.append((alg.scale(poly, 1 / lead), int(k)))
    return outside, found


def conjugate(alg: Algebra, p: Poly) -> Poly | None:
    """The complex conjugate of a polynomial in real atoms, i, and exponentials of imaginary multiples of real atoms."""
    total: Poly = {}
    for m, c in p.items():
        term = constant(c)
        for a, e in m:
            key = alg.keys[a]
            if a not in alg.imaginary:
                factor: Poly = {((a, e),): fmpq(1)}
            elif key[0] == "i":
                factor = {((a, e),): fmpq(-1 if e == 1 else 1)}
            elif key[0] == "exp" and all(b not in alg.imaginary or alg.keys[b][0] == "i" for b, _ in key[1]):
                factor = {((a, -e),): fmpq(1)}
            else:
                return None
            term = alg.multiply(term, factor)
        total = alg.add(total, term)
    return total


def square_sign(alg: Algebra, p: Poly) -> str | None:
    """``0+`` or ``0-`` for a real polynomial that is a multiple of a square."""
    c, m, q = alg.content(p)
    outside, factors = irreducible_factors(alg, q)
    if any(k % 2 for _, k in factors) or any(not isinstance(e, int) or e % 2 for _, e in m):
        return None
    return "0+" if c * outside > 0 else "0-"
