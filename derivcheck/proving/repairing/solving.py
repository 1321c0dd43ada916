"""What a place of a wrong step lacks, read off the values of both sides instead of tried piece by piece.

Where the step depends linearly on what stands at a place, the values say by what it would have to be multiplied there, or
what would have to be added.  That is compared with the values of the pieces that stand around, of their products and their
quotients, up to a rational factor.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from derivcheck.kernel.terms import ONE, ZERO, Term, number
from derivcheck.kernel.vocabulary import ShapeError, build, same_shape
from derivcheck.proving.mistakes import factors
from derivcheck.proving.mistakes.functions import numeral
from derivcheck.proving.mistakes.mistake import Edit, sign_of, unsigned
from derivcheck.proving.mistakes.places import SCALED, Place, negated, nodes, places, product, replaced, total
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.proving.repairing.agreement import FEWEST, Agreement, simple
from derivcheck.proving.screening.floats import Floats

MOST_PIECES = 150
"""How many pieces are compared alone, the smallest first."""

MOST_IN_PAIRS = 40
"""How many are compared in products and quotients of two."""

MOST_FOUND = 3
"""How many readings of the values at one place are proposed, the smallest first."""

LARGEST = 6.0
"""The largest oversight that is proposed."""

TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class _Reading:
    """A term that has the values that are wanted, and how large an oversight it would be to forget it."""

    term: Term
    size: float


@dataclass(frozen=True, slots=True)
class _Pieces:
    """Terms with their sizes, and their values at the instances of one batch, one row each."""

    terms: tuple[Term, ...]
    sizes: Floats
    values: Floats


class Solving:
    """Reads off what is missing in one wrong step."""

    def __init__(self, agreement: Agreement, around: Surroundings) -> None:
        self.agreement = agreement
        self.around = around
        self.view = agreement.views[0]

    def edits(self, right: Term) -> Iterator[tuple[Place, str, Edit]]:
        """The edits of a step that its values suggest, each with its place and code."""
        there = self._values(right)
        if there is None:
            return
        for place in places(right):
            if place.role in SCALED:
                with suppress(ShapeError), np.errstate(all="ignore"):
                    yield from self._factors(right, place, there)
                    yield from self._terms(right, place, there)

    def _values(self, term: Term) -> Floats | None:
        self.agreement.spent += nodes(term)
        values = self.view.batch.values(term)
        if values is None or values.shape != self.view.wanted.shape or np.iscomplexobj(values):
            return None
        return values

    def _factors(self, right: Term, place: Place, there: Floats) -> Iterator[tuple[Place, str, Edit]]:
        if place.term.op == "number" and place.term != ONE:
            return  # a number is wrong rather than multiplied
        doubled = self._values(replaced(right, place.path, build("mul", number(2), place.term)))
        if doubled is not None:
            for found in self._readings(_constant(1 + _quotient(self.view.wanted - there, doubled - there))):
                if place.term == ONE and place.role == "whole" and found.term.args:
                    continue  # that is the left side in other words
                exchanged = _exchanged(place.term, found.term)
                if exchanged is not None:
                    old, meant, new = exchanged
                    yield place, "wrong-term", Edit(new, found.size, "{} should stand for {}", (meant, old))
                else:
                    yield place, "missing-factor", factors.more(place.term, found.term, 0.25 + found.size)

    def _terms(self, right: Term, place: Place, there: Floats) -> Iterator[tuple[Place, str, Edit]]:
        if place.role == "summand" or place.term == ZERO:
            return
        if place.role == "whole" and place.term.shape:
            yield from self._arrays(place, self.view.wanted - there)
        elif not place.term.shape:
            more = self._values(replaced(right, place.path, total(place.term, ONE)))
            if more is not None:
                for found in self._readings(_constant(_quotient(self.view.wanted - there, more - there))):
                    yield place, "missing-term", _more(place.term, found.term, 0.5 + found.size)

    def _arrays(self, place: Place, gap: Floats) -> Iterator[tuple[Place, str, Edit]]:
        """The scalar multiples of arrays that would have to be added to an array."""
        for piece in self.around.all_pieces:
            if same_shape(piece.term.shape, place.term.shape):
                values = self._values(piece.term)
                if values is not None:
                    for found in self._readings(_constant(_quotient(gap, values)), with_one=True):
                        term = piece.term if found.term == ONE else product(found.term, piece.term)
                        yield place, "missing-term", _more(place.term, term, piece.size + found.size - 0.5)

    @cached_property
    def _pieces(self) -> _Pieces:
        """The scalars that may be missing, valued."""
        terms, sizes, rows = [], [], []
        for piece in self.around.all_pieces[:MOST_PIECES]:
            values = None if piece.term.shape else self.view.batch.values(piece.term)
            if values is not None and not np.iscomplexobj(values) and np.all(np.isfinite(values)):
                terms.append(piece.term)
                sizes.append(piece.size)
                rows.append(values.ravel())
        return _Pieces(tuple(terms), np.array(sizes), np.array(rows))

    def _readings(self, wanted: Floats | None, with_one: bool = False) -> list[_Reading]:
        """The terms with the wanted values, the smallest first."""
        if wanted is None or not len(self._pieces.terms):
            return []
        p = self._pieces
        few = slice(0, MOST_IN_PAIRS)
        found = list(_matching(wanted, np.ones((1, len(wanted))), [1.0], lambda _: ONE)) if with_one else []
        for values, sizes, made in (
            (p.values, p.sizes, lambda k: p.terms[k]),
            (_quotient(np.ones_like(p.values), p.values), p.sizes + 0.5, lambda k: build("div", ONE, p.terms[k])),
            (*_pairs(p, few, np.multiply), lambda k: self._pair(k, few, product)),
            (*_pairs(p, few, _quotient), lambda k: self._pair(k, few, lambda a, b: build("div", a, b))),
        ):
            found += _matching(wanted, values, sizes, made)
        return sorted((r for r in found if r.size <= LARGEST), key=lambda r: r.size)[:MOST_FOUND]

    def _pair(self, k: int, few: slice, made: Callable[[Term, Term], Term]) -> Term:
        terms = self._pieces.terms[few]
        return made(terms[k // len(terms)], terms[k % len(terms)])


def _pairs(pieces: _Pieces, few: slice, combined: Callable[[Floats, Floats], Floats]) -> tuple[Floats, Floats]:
    """The values and sizes of all pairs of the first pieces."""
    values, sizes = pieces.values[few], pieces.sizes[few]
    both = combined(values[:, None, :], values[None, :, :]).reshape(-1, values.shape[-1])
    return both, (sizes[:, None] + sizes[None, :]).ravel()


def _matching(wanted: Floats, values: Floats, sizes: Sequence[float] | Floats, made: Callable[[int], Term]) -> Iterator[_Reading]:
    """The rows that are the wanted values up to a simple rational factor."""
    known = np.isfinite(wanted)
    goal, rows = wanted[known], values[:, known]
    largest = np.argmax(np.abs(rows), axis=1)  # where a quotient says most
    ratios = _quotient(goal[largest], rows[np.arange(len(rows)), largest])
    with np.errstate(all="ignore"):
        gaps = np.abs(goal - ratios[:, None] * rows)
    for k in np.flatnonzero(np.all(gaps <= TOLERANCE * np.maximum(1.0, np.abs(goal)), axis=1)):
        ratio = simple(float(ratios[k]))
        if ratio is not None and ratio != 0:
            term, size = made(int(k)), float(sizes[int(k)])
            if ratio not in {1, -1}:
                term, size = product(numeral(abs(ratio)), term), size + 0.75
            yield _Reading(term if ratio > 0 else negated(term), size + (0 if ratio > 0 else 0.25))


def _exchanged(term: Term, factor: Term) -> tuple[Term, Term, Term] | None:
    """What a quotient as a factor exchanges, if its divisor is a factor of the term: that, what is meant, and the result."""
    if factor.op != "div":
        return None
    meant, old = factor.args
    if term == old:
        return old, meant, meant
    if term.op == "mul" and old in term.args:
        return old, meant, product(*(meant if a == old else a for a in term.args))
    if term.op == "div" and (inner := _exchanged(term.args[0], factor)) is not None:
        return old, meant, build("div", inner[2], term.args[1])
    return None


def _more(term: Term, summand: Term, size: float) -> Edit:
    """The term with a summand more."""
    return Edit(total(term, summand), size, "the term {} {} is missing", (sign_of(summand), unsigned(summand)))


def _quotient(over: Floats, under: Floats) -> Floats:
    with np.errstate(all="ignore"):
        return np.where(np.abs(under) > 0, over / np.where(under == 0, 1.0, under), np.nan)


def _constant(values: Floats) -> Floats | None:
    """The one value at each instance, NaN where there is none; ``None`` where entries differ, or all instances have the same."""
    rows = values.reshape(len(values), -1)
    known = np.isfinite(rows)
    first: Floats = rows[np.arange(len(rows)), known.argmax(axis=1)]
    with np.errstate(all="ignore"):
        same = ~known | (np.abs(rows - first[:, None]) <= TOLERANCE * np.maximum(1.0, np.abs(first[:, None])))
    found = first[np.isfinite(first)]
    if not np.all(same) or len(found) < FEWEST or np.all(np.abs(found - found[0]) <= TOLERANCE * max(1.0, abs(found[0]))):
        return None  # a number is read off elsewhere
    return first
