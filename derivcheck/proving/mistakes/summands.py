"""Summands missing or one too many."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from derivcheck.kernel.terms import ONE, ZERO, number
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.mistakes.mistake import Edit, sign_of, unsigned
from derivcheck.proving.mistakes.places import SCALED, Place, negated, product, total, weight
from derivcheck.proving.mistakes.surroundings import Piece, Surroundings


def missing_term(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A summand more."""
    if place.role not in SCALED - {"summand"} or place.term == ZERO:
        return
    present = {unsigned(t) for t in place.term.args} if place.term.op == "add" else set()
    for piece in (Piece(ONE, 1), *around.pieces(place.bound)):
        for term in (piece.term, negated(piece.term)):
            if piece.kind == "complement" or unsigned(term) == unsigned(place.term) or unsigned(term) in present:
                continue
            try:
                new = total(place.term, term)
            except ShapeError:
                break
            yield Edit(new, piece.size + 0.25, "the term {} {} is missing", (sign_of(term), unsigned(term)))


def missing_cross_term(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The term ``2*a*b`` beside two squares."""
    if place.term.op == "add":
        squares = [t.args[0] for t in map(unsigned, place.term.args) if t.op == "pow" and t.args[1] == number(2)]
        for a, b in combinations(squares, 2):
            term = product(number(2), a, b)
            for cross in (term, negated(term)):
                yield Edit(total(place.term, cross), 1.2, "the term {} {} is missing", (sign_of(cross), term))


def missing_delta(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A summand more that is there only where two indices agree."""
    if place.role not in {"whole", "body"}:
        return
    indices = around.indices(place.bound)
    for k, i in enumerate(indices):
        for j in indices[k + 1 :]:
            hot = build("indicator", build("eq", i, j))
            for factor in (None, *(p.term for p in around.pieces(place.bound) if p.size <= 1)):
                piece = hot if factor is None else build("mul", hot, factor)
                if len(piece.shape) == len(place.term.shape):
                    for term in (piece, negated(piece)):
                        new = total(place.term, term)
                        yield Edit(new, 2.5, "the term {} {} is missing", (sign_of(term), unsigned(term)))


def extra_term(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A summand less."""
    terms = place.term.args
    if place.term.op != "add":
        return
    for k, extra in enumerate(terms):
        new = total(*terms[:k], *terms[k + 1 :])
        yield Edit(new, weight(extra), "the term {} {} is one too many", (sign_of(extra), unsigned(extra)))
