"""Claims proved as sums of words, where entries do not decide."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from derivcheck.kernel.normal.letters import Words
from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import Undefined, Unsupported, constant
from derivcheck.kernel.normal.word_facts import equations, learn_equations
from derivcheck.kernel.normal.words import Alphabet
from derivcheck.kernel.normal.zero import vanishes
from derivcheck.kernel.outcome import OutOfBudget
from derivcheck.kernel.terms import Term


def equal(normaliser: Normaliser, left: Term, right: Term) -> bool:
    """Whether two sides are proved equal as sums of words, or as scalars made of such."""
    if not _worth_reading(normaliser, (left, right)):
        return False
    return any(_equal(Alphabet(normaliser, last, clearing), left, right) for clearing, last in product((False, True), repeat=2))


def _worth_reading(normaliser: Normaliser, sides: tuple[Term, ...]) -> bool:
    """Whether there is anything that words show and entries do not."""
    if any(True for _ in equations(normaliser.context.assumptions)):
        return True
    return any(_shows(t) for side in sides for t in _expanded(normaliser, side))


def _shows(term: Term) -> bool:
    if term.op == "symbol":
        return "idempotent" in term.symbol.type.attributes
    return term.op in {"inv", "det", "adj"} or (term.op == "pow" and bool(term.shape) and term.args[1].op != "number")


def _equal(alphabet: Alphabet, left: Term, right: Term) -> bool:
    try:
        learn_equations(alphabet)
        if not left.shape:
            alg = alphabet.normaliser.alg
            return vanishes(alg, alg.subtract(alphabet.scalar(left), alphabet.scalar(right)))
        difference = alphabet.total([alphabet.read(left), alphabet.scaled(alphabet.read(right), constant(-1))])
        return _vanish(alphabet, difference) or any(_vanish(alphabet, words) for words in _multiplied(alphabet, difference, 2))
    except (Unsupported, Undefined, OutOfBudget):
        return False


def _vanish(alphabet: Alphabet, words: Words) -> bool:
    return all(vanishes(alphabet.normaliser.alg, c) for c in words.values())


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
    """A term's parts, those of what is defined included."""
    pending, seen = [term], set[str]()
    while pending:
        for t in pending.pop().walk():
            yield t
            definition = normaliser.context.definitions.get(t.symbol.name) if t.op == "symbol" else None
            if definition is not None and definition.symbol.name not in seen:
                seen.add(definition.symbol.name)
                pending.append(definition.body)
