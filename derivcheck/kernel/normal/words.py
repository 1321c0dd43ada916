"""Matrices as sums of words: what entries cannot show about inverses of sums (Woodbury, ridge regression, push-through).

A word is a product of letters: arrays that are not taken apart, and inverses of sums of words.  Each inverse brings its
equation, ``N inv(N) = inv(N) N = 1``, oriented at one of the longest words of N, so every rewriting shortens or lowers a
word; an equation between matrices that is assumed rewrites words as well (``word_facts``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from derivcheck.kernel.normal import inverse_words, word_equations, word_scalars
from derivcheck.kernel.normal.arrays import require_generic
from derivcheck.kernel.normal.letters import (
    Letter,
    Word,
    Words,
    antisymmetric,
    cancels,
    is_row,
    is_square,
    product_of,
    repeats,
    symmetric,
)
from derivcheck.kernel.normal.normal_form import Closure, Normaliser, array_template
from derivcheck.kernel.normal.polynomials import Poly, constant, constant_value, freeze
from derivcheck.kernel.normal.requirement import KNOWN
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.outcome import OutOfBudget
from derivcheck.kernel.terms import VARIABLE, Symbol, Term, number, substitute, symbol
from derivcheck.kernel.vocabulary import build

LONGEST = 14
LARGEST = 400


@dataclass(slots=True)
class Alphabet:
    """The letters of one claim; ``inverses`` holds for each inverse letter what it is the inverse of.

    last: whether of several longest words the last or the first orients an equation; clearing: whether an inverse of a sum
    is freed of the inverses in it; rules: words that assumed equations replace; scalars: placeholders for scalars in terms.
    """

    normaliser: Normaliser
    last: bool = False
    clearing: bool = False
    inverses: list[Words] = field(default_factory=list)
    letters: dict[Term, Letter] = field(default_factory=dict)
    rules: list[tuple[Word, Words]] = field(default_factory=list)
    scalars: dict[Symbol, Poly | Closure] = field(default_factory=dict)

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
                return self.product(self.read(term.args[0]), self.mirrored(self.read(term.args[1])))
            case "transpose":
                return self.mirrored(self.read(term.args[0]))
            case "eye":
                return {(): constant(1)}
            case "zeros":
                return {}
            case "inv":
                return inverse_words.inverse(self, self.read(term.args[0]), term)
            case "adj":
                return self._adjugate(term)
            case "pow":
                return self._power(term)
            case "sum":
                return self._sum(term)
            case _:
                definition = self.definition(term)
                return self.read(definition) if definition else self.reduced((self.letter(term),), constant(1))

    def definition(self, term: Term) -> Term | None:
        """What a defined symbol that stands whole is defined as."""
        found = self.normaliser.context.definitions.get(term.symbol.name) if term.op == "symbol" else None
        return found.body if found is not None and not found.parameters and term.symbol not in self.scalars else None

    def _sum(self, term: Term) -> Words:
        """A sum over a range of numbers, term by term."""
        body, *ends = term.args
        if len(ends) != 2 or any(end.op != "number" for end in ends) or ends[1].number - ends[0].number > LONGEST:
            return {(self.letter(term),): constant(1)}
        values = range(int(ends[0].number), int(ends[1].number) + 1)
        return self.total(self.read(substitute(body, {term.symbol: number(k)})) for k in values)

    def _multiple(self, term: Term) -> Words:
        arrays = [a for a in term.args if a.shape]
        alg = self.normaliser.alg
        factor = alg.product(*(self.scalar(a) for a in term.args if not a.shape))
        return self.scaled(self.read(arrays[0]), alg.power(factor, -1) if term.op == "div" else factor)

    def _adjugate(self, term: Term) -> Words:
        """det(A) inv(A), by continuity also where A is not invertible, if nothing keeps it from being so nearby."""
        (a,) = term.args
        alg = self.normaliser.alg
        require_generic(alg, array_template(self.normaliser, a, self.scalars))
        value = self.scalar(build("det", a))
        if sign_of(alg, value) not in KNOWN["nonzero"]:
            alg.divided.add(freeze(value))
        return self.scaled(self.read(build("inv", a)), value)

    def _power(self, term: Term) -> Words:
        exponent = constant_value(self.scalar(term.args[1]))
        if exponent is None or exponent.q != 1 or abs(int(exponent.p)) > LONGEST:
            return self._symbolic_power(term)
        k = int(exponent.p)
        base = self.read(term.args[0] if k >= 0 else build("inv", term.args[0]))
        result: Words = {(): constant(1)}
        for _ in range(abs(k)):
            result = self.product(result, base)
        return result

    def _symbolic_power(self, term: Term) -> Words:
        """A power as a letter, with what stands around a similar matrix outside: ``(P @ A @ inv(P))**k = P @ A**k @ inv(P)``.

        What is an inverse from one side only, as matrices that are not square may be, is so for positive exponents.
        """
        base, exponent = term.args
        words = self.read(base)
        word = next(iter(words)) if len(words) == 1 else ()
        ends = self.product({word[-1:]: constant(1)}, {word[:1]: constant(1)}) if len(word) > 1 else {}
        if ends != {(): constant(1)} or words[word] != constant(1):
            return {(self.letter(term),): constant(1)}
        if not is_square(word[0].term.shape) and sign_of(self.normaliser.alg, self.scalar(exponent)) != "+":
            return {(self.letter(term),): constant(1)}
        middle = self.read(build("pow", self.term_of({word[1:-1]: constant(1)}, base.shape[0]), exponent))
        return self.replaced(word[:1], middle, word[-1:], constant(1))

    def letter(self, term: Term) -> Letter:
        """The letter that a term is."""
        if term.op == "transpose" and symmetric(term):
            term = term.args[0]
        return self.letters.setdefault(term, Letter(term))

    def named_inverse(self, term: Term, words: Words) -> Letter:
        """The letter that is the inverse of a sum of words, whatever it was called first."""
        for k, known in enumerate(self.inverses):
            if known == words:
                return next(letter for letter in self.letters.values() if letter.inverse_of == k)
        self.inverses.append(words)
        name = term if term not in self.letters else build("inv", build("inv", term))
        return self.letters.setdefault(name, Letter(name, len(self.inverses) - 1))

    def mirrored(self, words: Words) -> Words:
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
            turned = self.mirrored(self.inverses[letter.inverse_of])
            return {(self.named_inverse(build("inv", build("transpose", inside)), turned),): constant(1)}
        if symmetric(letter.term):
            return {(letter,): constant(1)}
        if antisymmetric(letter.term):
            return {(letter,): constant(-1)}
        flipped = letter.term.args[0] if letter.term.op == "transpose" else build("transpose", letter.term)
        return self.reduced((self.letter(flipped),), constant(1))

    # -- scalars -------------------------------------------------------------------------------------------------------

    def scalar(self, term: Term) -> Poly:
        """The normal form of a scalar in which products of arrays are read as words."""
        return self.normaliser.scalar(word_scalars.prepared(self, term), self.scalars)

    def plain_scalar(self, term: Term) -> Poly:
        """The normal form of a scalar by its entries."""
        return self.normaliser.scalar(term, self.scalars)

    def placeholder(self, value: Poly) -> Term:
        """A term that stands for a scalar."""
        it = Symbol(f"scalar {len(self.scalars)}", VARIABLE)
        self.scalars[it] = value
        return symbol(it)

    def term_of(self, words: Words, size: Term) -> Term:
        """A sum of words that is a square matrix of this size, as a term."""
        summands = []
        for word, c in words.items():
            product = product_of(word) if word else build("eye", size)
            summands.append(product if c == constant(1) else build("mul", self.placeholder(c), product))
        if not summands:
            return build("zeros", size, size)
        return summands[0] if len(summands) == 1 else build("add", *summands)

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
        """A word by the equations of its inverses, of orthogonal and idempotent matrices, and by those that are assumed."""
        self.normaliser.alg.budget.spend(10)
        if not c:
            return {}
        if len(word) > LONGEST:
            raise OutOfBudget
        for position, (a, b) in enumerate(pairwise(word)):
            if cancels(a, b):
                return self.reduced(word[:position] + word[position + 2 :], c)
            if repeats(a, b):
                return self.reduced(word[:position] + word[position + 1 :], c)
        for position, letter in enumerate(word):
            if letter.inverse_of is not None:
                rewritten = word_equations.by_equation(self, word, position, letter.inverse_of)
                if rewritten is not None:
                    return self.scaled(rewritten, c)
        for pattern, instead in self.rules:
            for start in range(len(word) - len(pattern) + 1):
                if word[start : start + len(pattern)] == pattern:
                    return self.replaced(word[:start], instead, word[start + len(pattern) :], c)
        scalar = self._inner_product(word)
        if scalar is not None:
            rest, value = scalar
            return self.reduced(rest, self.normaliser.alg.multiply(c, value))
        return {word: c}

    def replaced(self, head: Word, middle: Words, tail: Word, c: Poly) -> Words:
        """A multiple of a word of which the middle is replaced."""
        return self.product(self.product({head: c}, middle), {tail: constant(1)})

    def _inner_product(self, word: Word) -> tuple[Word, Poly] | None:
        """The first row that a column follows, taken out of the word."""
        start: int | None = None
        for position, letter in enumerate(word):
            if is_row(letter.term.shape):
                start = position
            elif start is not None and len(letter.term.shape) == 1:
                value = self.plain_scalar(product_of(word[start : position + 1]))
                return word[:start] + word[position + 1 :], value
        return None
