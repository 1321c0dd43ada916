"""The orders of bound indices among which the least key is sought: independent of how they were numbered before."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice, permutations, product

from derivcheck.kernel.normal.polynomials import (
    Algebra,
    Exponent,
    Monomial,
    PolyKey,
    freeze,
    variable,
)

LARGEST_ORDERINGS = 720


def orderings(
    alg: Algebra, variables: tuple[int, ...], m: Monomial, bounds: dict[int, tuple[PolyKey, ...]]
) -> Iterator[tuple[int, ...]]:
    """The orders of the bound variables worth comparing: all that respect a labelling-independent colour."""
    if len(variables) == 1:
        yield variables
        return
    colour: dict[int, str] = {v: repr(bounds[v]) for v in variables}
    for _ in range(2):
        marks = {v: sorted(_mark(alg, a, e, v, colour) for a, e in m if v in alg.variables[a]) for v in variables}
        colour = {v: repr((colour[v], marks[v])) for v in variables}
    groups: dict[str, list[int]] = {}
    for v in sorted(variables, key=lambda v: colour[v]):
        groups.setdefault(colour[v], []).append(v)
    choices = product(*(permutations(group) for group in groups.values()))
    for choice in islice(choices, LARGEST_ORDERINGS):
        yield tuple(v for group in choice for v in group)


def _mark(alg: Algebra, a: int, e: Exponent, v: int, colour: dict[int, str]) -> str:
    """An atom as seen from one of its variables: the names of the variables are forgotten, their colours kept."""
    key = alg.keys[a]
    if key[0] not in {"entry", "inv"}:
        return f"{key[0]}{e}"
    name, places = (key[1], key[2]) if key[0] == "entry" else (repr(key[3]), key[4:])
    itself = freeze(variable(v))
    seen = ["*" if part == itself else str(sorted(colour.get(x, str(x)) for x in alg.variables_of(part))) for part in places]
    declared = alg.types.get(name)
    if key[0] == "inv" or (declared and declared.attributes & {"symmetric", "antisymmetric"}):
        seen[-2:] = sorted(seen[-2:])  # their order is one of convenience
    return f"{name}{seen}{e}"
