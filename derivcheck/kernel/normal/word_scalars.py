"""Scalars made of arrays, read as words: traces, inner products, norms, determinants.

Each is replaced by a placeholder for its value, so that what is around them is normalised as always.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING

from derivcheck.kernel.normal.determinant_words import determinant
from derivcheck.kernel.normal.letters import Word, Words, is_row, product_of
from derivcheck.kernel.normal.normal_form import dense
from derivcheck.kernel.normal.polynomials import Poly, Unsupported, constant
from derivcheck.kernel.normal.powers import absolute_power
from derivcheck.kernel.normal.signs import learn
from derivcheck.kernel.terms import BINDERS, Term
from derivcheck.kernel.vocabulary import build

if TYPE_CHECKING:
    from derivcheck.kernel.normal.words import Alphabet


def prepared(alphabet: Alphabet, term: Term) -> Term:
    """A scalar with placeholders for what is made of arrays; what varies with a bound index or is differentiated stays."""
    if term.op in BINDERS or term.op == "diff":
        return term
    if term.op == "symbol":
        definition = alphabet.definition(term)
        return prepared(alphabet, definition) if definition is not None and not term.shape else term
    reading = READINGS.get(term.op)
    if reading is not None and not term.shape:
        return alphabet.placeholder(reading(alphabet, term))
    if not term.args or any(a.shape for a in term.args):
        return term
    return Term(term.op, tuple(prepared(alphabet, a) for a in term.args), term.data, term.shape)


def _product(alphabet: Alphabet, term: Term) -> Poly:
    return _lone(alphabet.product(*(alphabet.read(a) for a in term.args)))


def _lone(words: Words) -> Poly:
    """The value of a product of a row and a column."""
    if words.keys() - {()}:
        raise Unsupported("a scalar whose words do not close")
    return words.get((), {})


def _dot(alphabet: Alphabet, term: Term) -> Poly:
    a, b = (alphabet.read(x) for x in term.args)
    return _inner(alphabet, a, b, term.args[0])


def _inner(alphabet: Alphabet, a: Words, b: Words, like: Term) -> Poly:
    """The sum of the products of the entries."""
    if is_row(like.shape):
        return _lone(alphabet.product(a, alphabet.mirrored(b)))
    product = alphabet.product(alphabet.mirrored(a), b)
    return _lone(product) if len(like.shape) == 1 else _trace_of(alphabet, product, like.shape[1])


def _norm(alphabet: Alphabet, term: Term) -> Poly:
    words = alphabet.read(term.args[0])
    total = alphabet.normaliser.real_only(_inner(alphabet, words, words, term.args[0]), "a norm")
    if dense(alphabet.normaliser, term):
        learn(alphabet.normaliser.alg, total, "0+")
    return absolute_power(alphabet.normaliser.alg, total, Fraction(1, 2))


def _trace(alphabet: Alphabet, term: Term) -> Poly:
    (a,) = term.args
    return _trace_of(alphabet, alphabet.read(a), a.shape[0])


def _trace_of(alphabet: Alphabet, words: Words, size: Term) -> Poly:
    alg = alphabet.normaliser.alg
    total: Poly = {}
    for word, c in words.items():
        value = _trace_of_word(alphabet, word) if word else alphabet.plain_scalar(size)
        total = alg.add(total, alg.multiply(c, value))
    return total


def _trace_of_word(alphabet: Alphabet, word: Word) -> Poly:
    """The trace of a word, turned until it can be rewritten."""
    for k in range(len(word)):
        turned = word[k:] + word[:k]
        size = turned[0].term.shape[0]
        reduced = alphabet.reduced(turned, constant(1))
        if is_row(turned[0].term.shape):
            return _lone(reduced)
        if reduced != {turned: constant(1)}:
            return _trace_of(alphabet, reduced, size)
    return alphabet.plain_scalar(build("tr", product_of(word)))


def _determinant(alphabet: Alphabet, term: Term) -> Poly:
    (a,) = term.args
    return determinant(alphabet, alphabet.read(a), a.shape[0])


READINGS: dict[str, Callable[[Alphabet, Term], Poly]] = {
    "matmul": _product,
    "dot": _dot,
    "norm": _norm,
    "frobenius": _norm,
    "tr": _trace,
    "det": _determinant,
}
"""Scalar operators whose arguments are read as words."""
