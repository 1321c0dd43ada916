"""Terms of the right form written as the definitions that they are: exp(u[w]*v)/Σ exp(u[k]*v) as ``yhat[w]``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING

from flint import fmpq

from derivcheck.kernel.normal.polynomials import Monomial, Poly, integral, variable
from derivcheck.kernel.normal.sums import open_sum
from derivcheck.kernel.terms import Term, symbol
from derivcheck.kernel.vocabulary import build

if TYPE_CHECKING:
    from derivcheck.proving.differing.rendering import Axes, Rendering

MOST_INDICES = 6
"""At how many indices a definition is looked for in a term."""


def folded(r: Rendering, m: Monomial, among: Sequence[int]) -> tuple[list[Term], Monomial]:
    """Entries of defined symbols at some indices whose normal form divides a term, and what is left of it."""
    found: list[Term] = []
    indices = [v for v in among if v in r.alg.ranges][:MOST_INDICES]
    for it, entry in r.folds:
        for places in product(indices, repeat=len(symbol(it).shape)):
            rest = _divided(m, entry(tuple(map(variable, places))))
            if rest is not None:
                m = rest
                found.append(build("entry", symbol(it), *map(r.atom, places)) if places else symbol(it))
    return found, m


def folded_sum(r: Rendering, m: Monomial, axes: Axes) -> tuple[Term, Monomial] | None:
    """A sum with a defined symbol in it that divides its body and what stands before it, and what is left before it."""
    for a, e in m if r.folds else ():
        key = r.alg.keys[a]
        if key[0] != "sum" or e != 1 or len(key[1]) != 1:
            continue
        (v,), body = open_sum(r.alg, key)
        try:
            before: Poly = {tuple(x for x in m if x[0] != a): fmpq(1)}
            found = _folded_at(r, v, r.alg.multiply(before, body), axes)
            if found is not None:
                return found
        finally:
            r.alg.close()
    return None


def _folded_at(r: Rendering, v: int, p: Poly, axes: Axes) -> tuple[Term, Monomial] | None:
    if len(p) != 1:
        return None
    ((m, c),) = p.items()
    with r.naming((v,)) as (it,):
        defined, rest = folded(r, m, [v])
        if not defined:
            return None
        inside = tuple((a, e) for a, e in rest if v in r.alg.variables[a])
        array = any(not r.alg.variables[a].isdisjoint(axes) for a, _ in inside)
        factors = [*defined, r.monomial(inside, c, axes if array else ())] if inside or c != 1 else defined
        body = factors[0] if len(factors) == 1 else build("mul", *factors)
        ends = (r.polynomial(end) for end in r.alg.ranges[v])
        return build("sum", body, *ends, data=it), tuple(x for x in rest if x not in inside)


def _divided(m: Monomial, by: Poly) -> Monomial | None:
    """A term divided by another all of whose powers it holds; ``None`` where it does not."""
    if len(by) != 1:
        return None
    ((inner, c),) = by.items()
    if c != 1 or not inner:
        return None
    rest = dict(m)
    for a, e in inner:
        here = rest.get(a, 0)
        if here * e <= 0 or here * here < e * e:
            return None
        rest[a] = integral(here - e)
    return tuple((a, e) for a, e in sorted(rest.items()) if e)
