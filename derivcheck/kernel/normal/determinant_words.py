"""Determinants of sums of words: multiplicative, and det(1 + X Y) = det(1 + Y X) (Sylvester).

With an invertible summand L taken out, N = L (1 + W); where all words of W begin with one letter, that letter may go to
their end.  Of all forms that are met, transposed ones included, the least stands for them all; one of size 1 is a scalar.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from derivcheck.kernel.normal.inverse_words import freed, inverse, invertible
from derivcheck.kernel.normal.letters import Letter, Word, Words, is_row, is_square, product_of, stem
from derivcheck.kernel.normal.polynomials import Poly, PolyKey, constant, freeze
from derivcheck.kernel.normal.powers import power
from derivcheck.kernel.terms import ONE, Term
from derivcheck.kernel.vocabulary import build

if TYPE_CHECKING:
    from derivcheck.kernel.normal.words import Alphabet

MOST_FORMS = 40


def determinant(alphabet: Alphabet, words: Words, size: Term) -> Poly:
    """The determinant of a square sum of words of a size."""
    alg = alphabet.normaliser.alg
    alg.budget.spend(20)
    if not words:
        return {}
    if len(words) == 1:
        ((word, c),) = words.items()
        return alg.multiply(_to_the_size(alphabet, c, size), _of_word(alphabet, word, size))
    found = freed(alphabet, words)
    if found is not None:
        factor, product, _ = found
        return alg.multiply(determinant(alphabet, product, size), alg.power(determinant(alphabet, factor, size), -1))
    shared = _shared_end(words)
    if shared is not None:
        letter, rest = shared
        return alg.multiply(_of_letter(alphabet, letter), determinant(alphabet, rest, size))
    best: tuple[tuple[object, ...], Poly, Words, Term] | None = None
    for outer, w in _unit_forms(alphabet, words, size):
        for scale, form, length in _forms(alphabet, w, size):
            key = _order(form, length)
            if best is None or key < best[0]:
                best = (key, alg.multiply(outer, scale), form, length)
    if best is None:
        return alphabet.plain_scalar(build("det", alphabet.term_of(words, size)))
    _, outside, form, length = best
    if length == ONE:
        return alg.multiply(outside, alg.add(constant(1), form.get((), {})))
    total = alphabet.total([{(): constant(1)}, form])
    return alg.multiply(outside, alphabet.plain_scalar(build("det", alphabet.term_of(total, length))))


def _to_the_size(alphabet: Alphabet, c: Poly, size: Term) -> Poly:
    return power(alphabet.normaliser.alg, c, alphabet.plain_scalar(size))


def _of_word(alphabet: Alphabet, word: Word, size: Term) -> Poly:
    if all(is_square(letter.term.shape) for letter in word):
        return alphabet.normaliser.alg.product(*(_of_letter(alphabet, letter) for letter in word))
    return alphabet.plain_scalar(build("det", product_of(word)))


def _of_letter(alphabet: Alphabet, letter: Letter) -> Poly:
    if letter.inverse_of is None:
        return alphabet.plain_scalar(build("det", letter.term))
    inner = determinant(alphabet, alphabet.inverses[letter.inverse_of], letter.term.shape[0])
    return alphabet.normaliser.alg.power(inner, -1)


def _shared_end(words: Words) -> tuple[Letter, Words] | None:
    """A square letter at the beginning or the end of all words, and the words without it."""
    for end in (0, -1):
        ends = {word[end] if word else None for word in words}
        letter = next(iter(ends)) if len(ends) == 1 else None
        if letter is not None and is_square(letter.term.shape):
            return letter, {(word[1:] if end == 0 else word[:-1]): c for word, c in words.items()}
    return None


def _unit_forms(alphabet: Alphabet, words: Words, size: Term) -> Iterator[tuple[Poly, Words]]:
    """det(L) and W for each summand L with which N = L (1 + W); the multiple of 1 is preferred."""
    candidates = [()] if () in words else list(words)
    for lead in candidates:
        one = {lead: words[lead]}
        if not invertible(alphabet, one, size) and not (alphabet.clearing and _supposed(alphabet, lead)):
            continue
        rest = {word: c for word, c in words.items() if word != lead}
        inverted = inverse(alphabet, one, build("inv", alphabet.term_of(one, size)))
        yield determinant(alphabet, one, size), alphabet.product(inverted, rest)


def _supposed(alphabet: Alphabet, lead: Word) -> bool:
    """Take a symbol for invertible: that it is so but at isolated points, and that this is enough, is asked at the end."""
    if len(lead) != 1 or stem(lead[0].term).op != "symbol":
        return False
    alphabet.normaliser.alg.divided.add(freeze(alphabet.plain_scalar(build("det", lead[0].term))))
    return True


def _forms(alphabet: Alphabet, w: Words, size: Term) -> Iterator[tuple[Poly, Words, Term]]:
    """All (f, W', k) met with det(1 + W) = f det(1 + W') for a W' of size k."""
    pending: list[tuple[Poly, Words, Term]] = [(constant(1), w, size), (constant(1), alphabet.mirrored(w), size)]
    seen: set[tuple[tuple[Word, PolyKey], ...]] = set()
    while pending and len(seen) < MOST_FORMS:
        factor, form, length = pending.pop()
        key = tuple(sorted(((word, freeze(c)) for word, c in form.items()), key=repr))
        if key in seen:
            continue
        seen.add(key)
        if length == ONE and form.keys() - {()}:
            continue  # a product with one row and one column that is written with matrices, which no entry is read off
        yield factor, form, length
        if length == ONE:
            continue
        turned = _turned(alphabet, form)
        if turned is not None:
            pending.append((factor, *turned))
        if len(form) == 1 and invertible(alphabet, form, length):
            inverted = inverse(alphabet, form, build("inv", alphabet.term_of(form, length)))
            scale = alphabet.normaliser.alg.multiply(factor, determinant(alphabet, form, length))
            pending.append((scale, inverted, length))


def _turned(alphabet: Alphabet, form: Words) -> tuple[Words, Term] | None:
    """The first letter of all words at their end."""
    firsts = {word[0] if word else None for word in form}
    letter = next(iter(firsts)) if len(firsts) == 1 else None
    if letter is None:
        return None
    shape = letter.term.shape
    length = ONE if len(shape) == 1 else shape[1]
    if is_row(shape):
        return None
    summands = (alphabet.reduced((*word[1:], letter), c) for word, c in form.items())
    return alphabet.total(summands), length


def _order(form: Words, length: Term) -> tuple[object, ...]:
    letters = sorted(" ".join(repr(letter.term) for letter in word) for word in form)
    return (length != ONE, sum(len(word) for word in form), letters)
