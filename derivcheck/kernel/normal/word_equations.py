"""The equation of an inverse letter, ``N Y = Y N = 1``, as a rewriting of the words that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flint import fmpq

from derivcheck.kernel.normal.letters import Letter, Word, Words
from derivcheck.kernel.normal.polynomials import constant, constant_value

if TYPE_CHECKING:
    from derivcheck.kernel.normal.words import Alphabet


def by_equation(alphabet: Alphabet, word: Word, position: int, number: int) -> Words | None:
    """A word rewritten beside the inverse letter at a position, by its own equation or by that of a neighbour."""
    lead = _lead(alphabet, number)
    if lead is None:
        return None
    for before in (True, False):
        found = _beside(alphabet, word, position, number, lead, before)
        if found is None and len(lead[0]) == 1:
            found = _between(alphabet, word, position, number, lead, before)
        if found is not None:
            return found
    return None


def _beside(alphabet: Alphabet, word: Word, position: int, number: int, lead: tuple[Word, fmpq], before: bool) -> Words | None:
    """``w Y`` or ``Y w`` for the word w that orients the equation of Y, rewritten."""
    w, c = lead
    span = _span(word, position, len(w), before)
    if span is None or span[1] != w:
        return None
    head, _, tail = span
    letter = word[position]
    middle: Words = {(): constant(1)}
    for v, d in alphabet.inverses[number].items():
        if v != w:
            beside = alphabet.reduced((*v, letter) if before else (letter, *v), alphabet.normaliser.alg.scale(d, -1))
            middle = alphabet.total([middle, beside])
    return alphabet.replaced(head, alphabet.scaled(middle, constant(1 / c)), tail, constant(1))


def _between(alphabet: Alphabet, word: Word, position: int, number: int, lead: tuple[Word, fmpq], before: bool) -> Words | None:
    """``Z v Y`` or ``Y v Z``, where Y inverts c w + d v + … and Z inverts the letter w, as (Z - c Y - …)/d."""
    w, c = lead
    others = {v: d for v, d in alphabet.inverses[number].items() if v != w}
    v = max((v for v, d in others.items() if constant_value(d) is not None), key=len, default=None)
    span = None if v is None else _span(word, position, len(v) + 1, before)
    if v is None or span is None:
        return None
    head, part, tail = span
    z, inner = (part[0], part[1:]) if before else (part[-1], part[:-1])
    if inner != v or z.inverse_of is None or alphabet.inverses[z.inverse_of] != {w: constant(1)}:
        return None
    letter, alg = word[position], alphabet.normaliser.alg
    summands: list[Words] = [{(z,): constant(1)}, {(letter,): constant(-c)}]
    for u, d in others.items():
        if u != v:
            summands.append({_around(z, u, letter, before): alg.scale(d, -1)})
    middle = alphabet.scaled(alphabet.total(summands), alg.power(others[v], -1))
    return alphabet.replaced(head, middle, tail, constant(1))


def _around(z: Letter, inner: Word, y: Letter, before: bool) -> Word:
    return (z, *inner, y) if before else (y, *inner, z)


def _span(word: Word, position: int, size: int, before: bool) -> tuple[Word, Word, Word] | None:
    """So many letters before or after a position: what is before them and it, they, and what is after."""
    start = position - size if before else position + 1
    part = word[start : start + size] if start >= 0 else ()
    if len(part) < size:
        return None
    return (word[:start], part, word[position + 1 :]) if before else (word[:position], part, word[start + size :])


def _lead(alphabet: Alphabet, number: int) -> tuple[Word, fmpq] | None:
    """The word that orients an inverse's equation: a longest one with a rational coefficient."""
    best: tuple[Word, fmpq] | None = None
    for word, c in alphabet.inverses[number].items():
        value = constant_value(c)
        longer = best is None or len(word) > len(best[0]) or (alphabet.last and len(word) == len(best[0]))
        if word and value is not None and longer:
            best = (word, value)
    return best
