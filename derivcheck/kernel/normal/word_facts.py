"""Equations between matrices that are assumed, as rewritings of words: ``P @ P = P``, ``A @ B = eye(n)``, ``A = Q @ L @ Q.T``.

An equation with a symbol alone on a side replaces the symbol; any other is oriented at a longest word.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.kernel.normal.letters import Word, Words, is_square, stem
from derivcheck.kernel.normal.polynomials import constant, constant_value
from derivcheck.kernel.normal.requirement import KNOWN
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.normal.words import Alphabet
from derivcheck.kernel.terms import Term, free_symbols


def equations(assumptions: tuple[Term, ...]) -> Iterator[tuple[Term, Term]]:
    """The equations between arrays among the assumptions."""
    for fact in assumptions:
        if fact.op == "and":
            yield from equations(fact.args)
        elif fact.op == "eq" and fact.args[0].shape and not any(s.type.kind == "bound" for s in free_symbols(fact)):
            yield fact.args[0], fact.args[1]


def learn_equations(alphabet: Alphabet) -> None:
    """Give an alphabet the assumed equations of its context, each with its transpose."""
    for left, right in equations(alphabet.normaliser.context.assumptions):
        difference = alphabet.total([alphabet.read(left), alphabet.scaled(alphabet.read(right), constant(-1))])
        for mirrored in (False, True):
            # read by the rules so far: what they show already would turn them round
            equation = alphabet.mirrored(difference) if mirrored else difference
            equation = alphabet.product(equation, {(): constant(1)})
            for rule in _oriented(alphabet, equation):
                if all(pattern != rule[0] for pattern, _ in alphabet.rules):
                    alphabet.rules.append(rule)


def _oriented(alphabet: Alphabet, equation: Words) -> Iterator[tuple[Word, Words]]:
    lead = _lead(alphabet, equation)
    if lead is None:
        return
    value = constant_value(equation[lead])
    if value is None:
        return
    rest = alphabet.scaled({word: c for word, c in equation.items() if word != lead}, constant(-1 / value))
    yield lead, rest
    if _regular_multiple(alphabet, rest) and all(is_square(letter.term.shape) for letter in lead):
        for k in range(1, len(lead)):
            yield lead[k:] + lead[:k], rest


def _regular_multiple(alphabet: Alphabet, words: Words) -> bool:
    """Whether a sum of words is a multiple of 1 by what is not 0: square factors of it then commute in a circle."""
    return words.keys() == {()} and sign_of(alphabet.normaliser.alg, words[()]) in KNOWN["nonzero"]


def _lead(alphabet: Alphabet, equation: Words) -> Word | None:
    """A symbol that stands alone and nowhere else, or a longest word."""
    plain = [word for word, c in equation.items() if word and constant_value(c) is not None]
    for word in plain:
        if len(word) == 1 and stem(word[0].term).op == "symbol" and word[0].inverse_of is None:
            others = [v for v in equation if v != word]
            if all(stem(word[0].term) not in letter.term.walk() for v in others for letter in v):
                return word
    longest = max((len(word) for word in plain), default=0)
    found = [word for word in plain if len(word) == longest]
    return (found[-1] if alphabet.last else found[0]) if found else None
