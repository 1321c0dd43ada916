"""Letters of matrix words: arrays that are not taken apart, and what their declarations say of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from derivcheck.kernel.normal.polynomials import Poly
from derivcheck.kernel.terms import ONE, Shape, Term
from derivcheck.kernel.vocabulary import build, same_size, transposed


@dataclass(frozen=True, slots=True)
class Letter:
    """An array that is not taken apart, or its transpose; ``term`` has the shape of what stands in the word.

    inverse_of: for an inverse, the number of what it is the inverse of.
    """

    term: Term
    inverse_of: int | None = None


Word: TypeAlias = tuple[Letter, ...]
Words: TypeAlias = dict[Word, Poly]


def attributes(term: Term) -> frozenset[str]:
    """The declared attributes of a symbol, of a member of a family, or of the transpose of such."""
    inner = stem(term)
    if inner.op == "entry" and inner.args[0].op == "symbol" and len(inner.args) - 1 == len(inner.args[0].symbol.type.family):
        inner = inner.args[0]
    return inner.symbol.type.attributes if inner.op == "symbol" else frozenset()


def stem(term: Term) -> Term:
    """A term without its transposition."""
    return term.args[0] if term.op == "transpose" else term


def symmetric(term: Term) -> bool:
    """Whether a letter is its own transpose by its declaration or its form."""
    return bool(attributes(term) & {"symmetric", "diagonal"}) or (term.op == "diag" and len(term.shape) == 2)


def antisymmetric(term: Term) -> bool:
    """Whether a letter is by its declaration its own transpose but for the sign."""
    return "antisymmetric" in attributes(term)


def cancels(a: Letter, b: Letter) -> bool:
    """Whether two neighbours are an orthogonal matrix and its transpose."""
    if "orthogonal" not in attributes(a.term) or stem(a.term) != stem(b.term):
        return False
    return (a.term.op == "transpose") != (b.term.op == "transpose") or symmetric(a.term)


def repeats(a: Letter, b: Letter) -> bool:
    """Whether two neighbours are the same idempotent matrix."""
    return a == b and "idempotent" in attributes(a.term)


def is_row(shape: Shape) -> bool:
    """Whether a shape is that of a row."""
    return len(shape) == 2 and shape[0] == ONE


def is_square(shape: Shape) -> bool:
    """Whether a shape is that of a square matrix."""
    return len(shape) == 2 and same_size(*shape) and transposed(shape) == shape


def product_of(word: Word) -> Term:
    """The product of the letters of a word that is not empty."""
    product = word[0].term
    for letter in word[1:]:
        product = build("matmul", product, letter.term)
    return product


def rank_one(word: Word) -> int | None:
    """Where a word falls apart into a column and a row: the number of letters of the column."""
    for position, letter in enumerate(word[:-1]):
        if len(letter.term.shape) == 1 and is_row(word[position + 1].term.shape):
            return position + 1
    return None
