"""Inverses of sums of words: of products letter by letter, freed of the inverses in them, and by Sherman and Morrison."""

from __future__ import annotations

from typing import TYPE_CHECKING

from derivcheck.kernel.normal.definite import regular
from derivcheck.kernel.normal.letters import Letter, Words, attributes, is_square, rank_one
from derivcheck.kernel.normal.polynomials import Poly, Undefined, Unsupported, constant, constant_value
from derivcheck.kernel.normal.requirement import KNOWN
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import build

if TYPE_CHECKING:
    from derivcheck.kernel.normal.words import Alphabet


def inverse(alphabet: Alphabet, words: Words, term: Term) -> Words:
    """The inverse of a sum of words, which ``term`` names."""
    if len(words) == 1:
        ((word, c),) = words.items()
        if all(is_square(letter.term.shape) for letter in word):
            inverted: Words = {(): alphabet.normaliser.alg.power(c, -1)}
            for letter in reversed(word):
                inverted = alphabet.product(inverted, inverted_letter(alphabet, letter))
            return inverted
    if not words:
        raise Undefined("the inverse of a matrix of zeros")
    size = term.shape[0]
    if alphabet.clearing:
        cleared = _cleared(alphabet, words, size) or _sherman_morrison(alphabet, words, size)
        if cleared is not None:
            return cleared
    return _named(alphabet, words, term)


def _named(alphabet: Alphabet, words: Words, term: Term) -> Words:
    """A letter for the inverse, of the sum with the coefficient of one of its longest words divided out."""
    longest = max(map(len, words))
    chosen = [c for word, c in words.items() if len(word) == longest]
    c = chosen[-1] if alphabet.last else chosen[0]
    if constant_value(c) is not None or sign_of(alphabet.normaliser.alg, c) not in KNOWN["nonzero"]:
        return {(alphabet.named_inverse(term, words),): constant(1)}
    scale = alphabet.normaliser.alg.power(c, -1)
    divided = alphabet.scaled(words, scale)
    name = build("inv", alphabet.term_of(divided, term.shape[0]))
    return {(alphabet.named_inverse(name, divided),): scale}


def inverted_letter(alphabet: Alphabet, letter: Letter) -> Words:
    """The inverse of a square letter."""
    if letter.inverse_of is not None:
        return alphabet.inverses[letter.inverse_of]
    if "orthogonal" in attributes(letter.term):
        return alphabet.mirrored({(letter,): constant(1)})
    return {(alphabet.named_inverse(build("inv", letter.term), {(letter,): constant(1)}),): constant(1)}


def freed(alphabet: Alphabet, words: Words) -> tuple[Words, Words, bool] | None:
    """A sum of words multiplied, at the left or else at the right, by what one of the inverses at that end is the inverse of.

    Where that leaves fewer inverses: the factor, the product, and whether the factor stands at the left.
    """
    for left in (True, False):
        ends = {(w[0] if left else w[-1]).inverse_of for w in words if w} - {None}
        for k in sorted(k for k in ends if k is not None):
            factor = alphabet.inverses[k]
            product = alphabet.product(factor, words) if left else alphabet.product(words, factor)
            if product and _inverses_in(product) < _inverses_in(words):
                return factor, product, left
    return None


def _inverses_in(words: Words) -> int:
    return sum(letter.inverse_of is not None for word in words for letter in word)


def _cleared(alphabet: Alphabet, words: Words, size: Term) -> Words | None:
    """inv(N) as inv(M N) M or as M inv(N M)."""
    found = freed(alphabet, words)
    if found is None:
        return None
    factor, product, left = found
    inner = inverse(alphabet, product, build("inv", alphabet.term_of(product, size)))
    return alphabet.product(inner, factor) if left else alphabet.product(factor, inner)


def _sherman_morrison(alphabet: Alphabet, words: Words, size: Term) -> Words | None:
    """inv(M + c u v.T) = inv(M) - c inv(M) u v.T inv(M)/(1 + c v.T inv(M) u) for an invertible M."""
    outer = [word for word in words if rank_one(word) is not None]
    rest = {word: c for word, c in words.items() if word not in outer}
    if len(outer) != 1 or not invertible(alphabet, rest, size):
        return None
    (word,) = outer
    split = rank_one(word)
    alg = alphabet.normaliser.alg
    column, row = ({word[:split]: constant(1)}, {word[split:]: constant(1)})
    plain = inverse(alphabet, rest, build("inv", alphabet.term_of(rest, size)))
    before, after = alphabet.product(plain, column), alphabet.product(row, plain)
    inner = alphabet.product(row, before).get((), {})
    scale = alg.power(alg.add(constant(1), alg.multiply(words[word], inner)), -1)
    change = alphabet.scaled(alphabet.product(before, after), alg.scale(alg.multiply(words[word], scale), -1))
    return alphabet.total([plain, change])


def invertible(alphabet: Alphabet, words: Words, size: Term) -> bool:
    """Whether a sum of words is known to be invertible wherever the claim speaks."""
    if len(words) != 1:
        return bool(words) and _determinant_known(alphabet, alphabet.term_of(words, size))
    ((word, c),) = words.items()
    return sign_of(alphabet.normaliser.alg, c) in KNOWN["nonzero"] and all(invertible_letter(alphabet, it) for it in word)


def invertible_letter(alphabet: Alphabet, letter: Letter) -> bool:
    """Whether a letter is a matrix that is known to be invertible wherever the claim speaks."""
    if not is_square(letter.term.shape):
        return False
    return letter.inverse_of is not None or _determinant_known(alphabet, letter.term)


def _determinant_known(alphabet: Alphabet, term: Term) -> bool:
    if regular(alphabet.normaliser, term, alphabet.scalars):
        return True
    try:
        value: Poly = alphabet.plain_scalar(build("det", term))
    except Unsupported:
        return False
    return sign_of(alphabet.normaliser.alg, value) in KNOWN["nonzero"]


