"""Matrices as sums of words: what entries cannot show about inverses of sums (Woodbury, ridge regression, push-through).

A word is a product of letters: arrays that are not taken apart, and inverses of sums of words.  Each inverse brings its
equation, ``N inv(N) = inv(N) N = 1``, oriented at one of the longest words of N, so every rewriting shortens or lowers a
word.  A claim is proved if the difference of its sides reduces to nothing, also after multiplication by some N whose
inverse occurs in it: N is invertible wherever the claim is defined.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from flint import fmpq

from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import Poly, Unsupported, constant, constant_value
from derivcheck.kernel.normal.zero import vanishes
from derivcheck.kernel.outcome import OutOfBudget
from derivcheck.kernel.terms import ONE, Shape, Term, number, substitute
from derivcheck.kernel.vocabulary import build, same_size, transposed

LONGEST = 14
LARGEST = 400


@dataclass(frozen=True, slots=True)
class Letter:
    """An array that is not taken apart, or its transpose; ``term`` has the shape of what stands in the word."""

    term: Term
    inverse_of: int | None = None


Word = tuple[Letter, ...]
Words = dict[Word, Poly]


@dataclass(slots=True)
class Alphabet:
    """The letters of one claim; ``inverses`` holds for each inverse letter what it is the inverse of.

    last: whether of several longest words the last or the first orients an equation.
    """

    normaliser: Normaliser
    last: bool
    inverses: list[Words] = field(default_factory=list)
    letters: dict[Term, Letter] = field(default_factory=dict)

    # -- reading -------------------------------------------------------------------------------------------------------

    def read(self, term: Term) -> Words:
        """A matrix or vector as a sum of words."""
        match term.op:
            case "add":
                return self.total(self.read(a) for a in term.args)
            case "neg":
                return self.scaled(self.read(term.args[0]), constant(-1))
            case "mul" | "div":
                return self._multiple(term)
            case "matmul":
                return self.product(self.read(term.args[0]), self.read(term.args[1]))
            case "outer":
                return self.product(self.read(term.args[0]), self._mirrored(self.read(term.args[1])))
            case "transpose":
                return self._mirrored(self.read(term.args[0]))
            case "eye":
                return {(): constant(1)}
            case "zeros":
                return {}
            case "inv":
                return self._inverse(term)
            case "pow":
                return self._power(term)
            case "sum":
                return self._sum(term)
            case _:
                definition = self._definition(term)
                return self.read(definition) if definition else {(self._letter(term),): constant(1)}

    def _definition(self, term: Term) -> Term | None:
        """What a defined symbol that stands whole is defined as."""
        found = self.normaliser.context.definitions.get(term.symbol.name) if term.op == "symbol" else None
        return found.body if found is not None and not found.parameters else None

    def _sum(self, term: Term) -> Words:
        """A sum over a range of numbers, term by term."""
        body, *ends = term.args
        if len(ends) != 2 or any(end.op != "number" for end in ends) or ends[1].number - ends[0].number > LONGEST:
            return {(self._letter(term),): constant(1)}
        values = range(int(ends[0].number), int(ends[1].number) + 1)
        return self.total(self.read(substitute(body, {term.symbol: number(k)})) for k in values)

    def _multiple(self, term: Term) -> Words:
        arrays = [a for a in term.args if a.shape]
        factor = self.normaliser.alg.product(*(self.normaliser.scalar(a, {}) for a in term.args if not a.shape))
        if term.op == "div":
            factor = self.normaliser.alg.power(factor, -1)
        return self.scaled(self.read(arrays[0]), factor)

    def _power(self, term: Term) -> Words:
        exponent = constant_value(self.normaliser.scalar(term.args[1], {}))
        if exponent is None or exponent.q != 1 or abs(int(exponent.p)) > LONGEST:
            raise Unsupported("a matrix power that is not a small whole number")
        k = int(exponent.p)
        base = self.read(term.args[0]) if k >= 0 else self._inverse(build("inv", term.args[0]))
        result: Words = {(): constant(1)}
        for _ in range(abs(k)):
            result = self.product(result, base)
        return result

    def _letter(self, term: Term) -> Letter:
        if "symmetric" in _attributes(term) and term.op == "transpose":
            term = term.args[0]
        return self.letters.setdefault(term, Letter(term))

    def _inverse(self, term: Term) -> Words:
        (inside,) = term.args
        words = self.read(inside)
        if len(words) == 1:
            ((word, c),) = words.items()
            if all(_is_square(letter.term.shape) for letter in word):
                inverted: Words = {(): self.normaliser.alg.power(c, -1)}
                for letter in reversed(word):
                    inverted = self.product(inverted, self._inverted(letter))
                return inverted
        return {(self._named_inverse(term, words),): constant(1)}

    def _inverted(self, letter: Letter) -> Words:
        if letter.inverse_of is not None:
            return self.inverses[letter.inverse_of]
        if "orthogonal" in _attributes(letter.term):
            return self._mirrored({(letter,): constant(1)})
        return {(self._named_inverse(build("inv", letter.term), {(letter,): constant(1)}),): constant(1)}

    def _named_inverse(self, term: Term, words: Words) -> Letter:
        for k, known in enumerate(self.inverses):
            if known == words:
                return next(letter for letter in self.letters.values() if letter.inverse_of == k)
        self.inverses.append(words)
        return self.letters.setdefault(term, Letter(term, len(self.inverses) - 1))

    def _mirrored(self, words: Words) -> Words:
        """The transpose."""
        result: Words = {}
        for word, c in words.items():
            turned: Words = {(): c}
            for letter in reversed(word):
                turned = self.product(turned, self._turned(letter))
            result = self.total([result, turned])
        return result

    def _turned(self, letter: Letter) -> Words:
        if letter.inverse_of is not None:
            (inside,) = letter.term.args
            mirrored = self._mirrored(self.inverses[letter.inverse_of])
            return {(self._named_inverse(build("inv", build("transpose", inside)), mirrored),): constant(1)}
        if letter.term.op == "transpose":
            return {(self._letter(letter.term.args[0]),): constant(1)}
        return {(self._letter(build("transpose", letter.term)),): constant(1)}

    # -- arithmetic ----------------------------------------------------------------------------------------------------

    def total(self, summands: Iterable[Words]) -> Words:
        """The sum of sums of words."""
        result: Words = {}
        for words in summands:
            for word, c in words.items():
                value = self.normaliser.alg.add(result.get(word, {}), c)
                if value:
                    result[word] = value
                else:
                    result.pop(word, None)
        return result

    def scaled(self, words: Words, factor: Poly) -> Words:
        """A scalar times a sum of words."""
        alg = self.normaliser.alg
        return {word: value for word, c in words.items() if (value := alg.multiply(c, factor))}

    def product(self, a: Words, b: Words) -> Words:
        """The product, with inner products of vectors taken out as scalars and inverses cancelled."""
        if len(a) * len(b) > LARGEST:
            raise OutOfBudget
        products = (self.reduced(v + w, self.normaliser.alg.multiply(c, d)) for v, c in a.items() for w, d in b.items())
        return self.total(products)

    def reduced(self, word: Word, c: Poly) -> Words:
        """A word by the equations of its inverses, and of orthogonal matrices."""
        self.normaliser.alg.budget.spend(10)
        if not c:
            return {}
        if len(word) > LONGEST:
            raise OutOfBudget
        scalar = self._inner_product(word)
        if scalar is not None:
            rest, value = scalar
            return self.reduced(rest, self.normaliser.alg.multiply(c, value))
        for position, pair in enumerate(pairwise(word)):
            if _cancels(*pair):
                return self.reduced(word[:position] + word[position + 2 :], c)
        for position, letter in enumerate(word):
            if letter.inverse_of is not None:
                rewritten = self._by_equation(word, position, letter.inverse_of)
                if rewritten is not None:
                    return self.scaled(rewritten, c)
        return {word: c}

    def _inner_product(self, word: Word) -> tuple[Word, Poly] | None:
        """The first row that a column follows, taken out of a word that is longer than the two."""
        start: int | None = None
        for position, letter in enumerate(word):
            if _is_row(letter.term.shape):
                start = position
            elif start is not None and len(letter.term.shape) == 1:
                product = word[start].term
                for inner in word[start + 1 : position + 1]:
                    product = build("matmul", product, inner.term)
                return word[:start] + word[position + 1 :], self.normaliser.scalar(product, {})
        return None

    def _by_equation(self, word: Word, position: int, number: int) -> Words | None:
        """``w Y`` or ``Y w`` for the word w that orients the equation of Y, rewritten."""
        lead = self._lead(number)
        if lead is None:
            return None
        w, c = lead
        others = {v: d for v, d in self.inverses[number].items() if v != w}
        letter, size = word[position], len(w)
        for before in (True, False):
            start = position - size if before else position + 1
            if start < 0 or word[start : start + size] != w:
                continue
            head, tail = (word[:start], word[position + 1 :]) if before else (word[:position], word[start + size :])
            middle: Words = self.total([{(): constant(1)}, *(self._beside(v, letter, d, before) for v, d in others.items())])
            scaled = self.scaled(middle, constant(1 / c))
            return self.product(self.product({head: constant(1)}, scaled), {tail: constant(1)})
        return None

    def _beside(self, v: Word, letter: Letter, d: Poly, before: bool) -> Words:
        minus = self.normaliser.alg.scale(d, -1)
        return self.reduced((*v, letter) if before else (letter, *v), minus)

    def _lead(self, number: int) -> tuple[Word, fmpq] | None:
        """The word that orients an inverse's equation: a longest one with a rational coefficient."""
        best: tuple[Word, fmpq] | None = None
        for word, c in self.inverses[number].items():
            value = constant_value(c)
            longer = best is None or len(word) > len(best[0]) or (self.last and len(word) == len(best[0]))
            if word and value is not None and longer:
                best = (word, value)
        return best

    def vanish(self, words: Words) -> bool:
        """Whether every coefficient is zero."""
        return all(vanishes(self.normaliser.alg, c) for c in words.values())


def equal(normaliser: Normaliser, left: Term, right: Term) -> bool:
    """Whether two matrices or vectors are proved equal as sums of words."""
    if not left.shape or not any(t.op == "inv" for side in (left, right) for t in _expanded(normaliser, side)):
        return False
    try:
        return any(_equal(Alphabet(normaliser, last), left, right) for last in (False, True))
    except Unsupported:
        return False


def _equal(alphabet: Alphabet, left: Term, right: Term) -> bool:
    difference = alphabet.total([alphabet.read(left), alphabet.scaled(alphabet.read(right), constant(-1))])
    return alphabet.vanish(difference) or any(alphabet.vanish(words) for words in _multiplied(alphabet, difference, 2))


def _multiplied(alphabet: Alphabet, words: Words, depth: int) -> Iterator[Words]:
    """Products with what the inverses at either end are inverses of: none of these loses anything."""
    if depth == 0:
        return
    for k in sorted({w[0].inverse_of for w in words if w and w[0].inverse_of is not None}):
        product = alphabet.product(alphabet.inverses[k], words)
        yield product
        yield from _multiplied(alphabet, product, depth - 1)
    for k in sorted({w[-1].inverse_of for w in words if w and w[-1].inverse_of is not None}):
        product = alphabet.product(words, alphabet.inverses[k])
        yield product
        yield from _multiplied(alphabet, product, depth - 1)


def _expanded(normaliser: Normaliser, term: Term) -> Iterator[Term]:
    for t in term.walk():
        yield t
        if t.op == "symbol" and (definition := normaliser.context.definitions.get(t.symbol.name)):
            yield from definition.body.walk()


def _attributes(term: Term) -> frozenset[str]:
    inner = term.args[0] if term.op == "transpose" else term
    return inner.symbol.type.attributes if inner.op == "symbol" else frozenset()


def _cancels(a: Letter, b: Letter) -> bool:
    """Whether two neighbours are an orthogonal matrix and its transpose."""
    if "orthogonal" not in _attributes(a.term):
        return False
    return (a.term.op == "transpose") != (b.term.op == "transpose") and _stem(a.term) == _stem(b.term)


def _stem(term: Term) -> Term:
    return term.args[0] if term.op == "transpose" else term


def _is_row(shape: Shape) -> bool:
    return len(shape) == 2 and shape[0] == ONE


def _is_square(shape: Shape) -> bool:
    return len(shape) == 2 and same_size(*shape) and transposed(shape) == shape
