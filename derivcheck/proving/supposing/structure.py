"""Assumptions about the entries of arrays: their sum, their length, their symmetry, their signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import combinations

from derivcheck.kernel.terms import ONE, ZERO, Claim, Symbol, Term, symbol
from derivcheck.kernel.vocabulary import build, same_shape, same_size
from derivcheck.proving.supposing.possible import Possible, arrays, fresh_indices, on_one_side, retyped, scalars, summed
from derivcheck.proving.supposing.signs import turns


def normalised(claim: Claim) -> Iterator[Possible]:
    """That the entries of a vector or a family of numbers add up to 1."""
    for it in filter(partial(summed, claim), arrays(claim, 1)) if claim.relation == "=" else ():
        (size,) = it.type.family + it.type.shape
        for k in fresh_indices(claim, 1):
            total = Term("sum", (build("entry", symbol(it), symbol(k)), ONE, size), k)
            yield Possible(Term("eq", (total, ONE)), apart=True)


def unit_vectors(claim: Claim) -> Iterator[Possible]:
    """That a vector has length 1."""
    for it in filter(partial(summed, claim), arrays(claim, 1)) if claim.relation == "=" else ():
        if it.type.shape:
            v = symbol(it)
            yield Possible(Term("eq", (build("matmul", build("transpose", v), v), ONE)), apart=True)


def one_hot(claim: Claim) -> Iterator[Possible]:
    """That the entry at a declared index is 1 and all others are 0, where an array has gone with the step."""
    for it in filter(partial(on_one_side, claim), filter(partial(summed, claim), arrays(claim, 1))):
        (size,) = it.type.family + it.type.shape
        for place in scalars(claim, ("index",)):
            if place.type.upper is not None and same_size(place.type.upper, size):
                for k in map(symbol, fresh_indices(claim, 1)):
                    hot = Term("indicator", (Term("eq", (k, symbol(place))),))
                    fact = Term("eq", (build("entry", symbol(it), k), hot))
                    yield Possible(fact, instead=retyped(it, "onehot", hot=place), apart=True)


def symmetric(claim: Claim) -> Iterator[Possible]:
    """That a square matrix is its own transpose."""
    for a, instead in _square(claim, "symmetric"):
        yield Possible(Term("eq", (a, build("transpose", a))), instead=instead, apart=True)


def orthogonal(claim: Claim) -> Iterator[Possible]:
    """That the transpose of a square matrix is its inverse."""
    for a, instead in _square(claim, "orthogonal"):
        product = build("matmul", build("transpose", a), a)
        yield Possible(Term("eq", (product, build("eye", a.shape[0]))), instead=instead, apart=True)


def _square(claim: Claim, attribute: str) -> Iterator[tuple[Term, dict[Symbol, Term]]]:
    for it in arrays(claim, 2):
        if not it.type.family and same_size(*it.type.shape) and not it.type.attributes & {attribute, "antisymmetric"}:
            yield symbol(it), retyped(it, attribute)


def commuting(claim: Claim) -> Iterator[Possible]:
    """That two matrices commute: the sides then differ by nothing but ``A @ B - B @ A``."""
    if claim.relation != "=" or len(claim.left.shape) != 2:
        return
    for one, other in combinations(arrays(claim, 2), 2):
        a, b = symbol(one), symbol(other)
        if same_shape(a.shape, claim.left.shape) and same_shape(a.shape, b.shape) and same_size(*a.shape):
            ab, ba = build("matmul", a, b), build("matmul", b, a)
            gaps = build("add", ab, build("neg", ba)), build("add", ba, build("neg", ab))
            rather = tuple(replace(claim, right=build("add", claim.right, gap)) for gap in gaps)
            yield Possible(Term("eq", (ab, ba)), rather=rather, apart=True)


def signs_of_entries(claim: Claim) -> Iterator[Possible]:
    """That no entry of an array is 0, or that all are nonnegative or positive, where a function turns on signs."""
    for it in (*arrays(claim, 1), *arrays(claim, 2)) if turns(claim) else ():
        indices = fresh_indices(claim, len(symbol(it).shape))
        entry = build("entry", symbol(it), *map(symbol, indices))
        for kind, op in (("nonzero", "ne"), ("nonnegative", "ge"), ("positive", "gt")):
            yield Possible(Term(op, (entry, ZERO)), instead=retyped(it, kind=kind), apart=True)
