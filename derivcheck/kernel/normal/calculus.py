"""Derivatives of normal forms: the product and chain rules; each kind of atom brings its own derivative."""

from __future__ import annotations

from derivcheck.kernel.normal.polynomials import (
    Algebra,
    Poly,
    Target,
    integral,
)
from derivcheck.kernel.normal.powers import rational


def derivative(alg: Algebra, p: Poly, target: Target) -> Poly:
    """The derivative of a polynomial by an entry of a symbol, by the product and chain rules on the normal form."""
    total: Poly = {}
    for m, c in p.items():
        for position, (a, e) in enumerate(m):
            change = atom_derivative(alg, a, target)
            if change:
                rest = m[:position] + m[position + 1 :]
                outer = alg.multiply({rest: c * rational(e)}, alg.atom_power(a, integral(e - 1)))
                total = alg.add(total, alg.multiply(outer, change))
    return total


def atom_derivative(alg: Algebra, a: int, target: Target) -> Poly:
    """The derivative of an atom, remembered."""
    memo = ("derivative", a, target, alg.blocked)
    found = alg.substituted.get(memo)
    if found is None:
        alg.budget.spend()
        key = alg.keys[a]
        found = alg.kinds[key[0]].derive(alg, key, target)
        alg.substituted[memo] = found
    return found
