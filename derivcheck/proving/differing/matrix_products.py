"""Sums of products of entries as products of matrices and vectors: Σ_kl x[k]*A[k, l]*y[l] is ``x.T @ A @ y``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from derivcheck.kernel.normal.polynomials import Poly, PolyKey, thaw
from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import build

Bound: TypeAlias = "Mapping[PolyKey, PolyKey | None]"
"""The bound indices of a sum, each with the size that it runs up to from 1; ``None`` for another range."""


@dataclass(frozen=True, slots=True)
class Link:
    """A vector or matrix in a product, the indices at which its entry stands there, and the sizes that they run over."""

    array: Term
    indices: tuple[PolyKey, ...]
    sizes: tuple[PolyKey, ...]

    def other(self, index: PolyKey) -> PolyKey | None:
        """The index of a matrix beside the one given; ``None`` for a vector."""
        return None if len(self.indices) == 1 else self.indices[1 if self.indices[0] == index else 0]

    def open_at(self, bound: Bound) -> bool:
        """Whether a chain can begin here: with a vector, or with an index that stays."""
        return len(self.indices) == 1 or any(index not in bound for index in self.indices)


def linked(links: Sequence[Link], bound: Bound) -> tuple[Term, list[Poly]] | None:
    """Σ over bound indices of a product of entries, as one product of the arrays, with the indices that stay; or a trace.

    Each bound index must stand at two places, over the whole of the arrays there.  Raises ``ShapeError``.
    """
    if not all(_joins(links, index, size) for index, size in bound.items()):
        return None
    ends = [link for link in links if link.open_at(bound)]
    if not ends:
        return _trace(list(links))
    first = max(ends, key=lambda link: len(link.indices))
    start = next((index for index in first.indices if index not in bound), None)
    leads = next((index for index in first.indices if index in bound), None)
    row = len(first.indices) == 1 and len(first.array.shape) == 2
    as_it_is = row if start is None else first.indices[0] == start
    rest = list(links)
    rest.remove(first)
    chain, end = _followed(rest, leads)
    if rest:
        return None
    whole = product_of([first.array if as_it_is else transposed_product(first.array), *chain])
    return whole, [thaw(index) for index in (start, end) if index is not None]


def _joins(links: Sequence[Link], index: PolyKey, size: PolyKey | None) -> bool:
    own = [s for link in links for s, at in zip(link.sizes, link.indices, strict=True) if at == index]
    return len(own) == 2 and own == [size, size]


def _trace(links: list[Link]) -> tuple[Term, list[Poly]] | None:
    first = links.pop(0)
    chain, _ = _followed(links, first.indices[1])
    return None if links else (build("tr", product_of([first.array, *chain])), [])


def _followed(rest: list[Link], index: PolyKey | None) -> tuple[list[Term], PolyKey | None]:
    """The arrays that an index leads to one after the other, taken from the rest, and the index at the end."""
    chain: list[Term] = []
    while index is not None and (link := next((link for link in rest if index in link.indices), None)) is not None:
        rest.remove(link)
        along = link.indices[0] == index
        chain.append(link.array if along else transposed_product(link.array))
        index = link.other(index)
    return chain, index


def product_of(chain: Sequence[Term]) -> Term:
    """The product of matrices and vectors from the left."""
    return reduce(lambda a, b: build("matmul", a, b), chain)


def transposed_product(array: Term) -> Term:
    """The transpose, written on the factors of products and on the terms of sums."""
    match array.op:
        case "transpose":
            return array.args[0]
        case "matmul":
            return build("matmul", *map(transposed_product, reversed(array.args)))
        case "add" | "neg":
            return build(array.op, *map(transposed_product, array.args))
        case "mul" | "div":
            return build(array.op, *(transposed_product(a) if a.shape else a for a in array.args))
        case _:
            return build("transpose", array)
