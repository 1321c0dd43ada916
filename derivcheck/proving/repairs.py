"""The search for the smallest edits of a step after which it follows from the one before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from operator import attrgetter

import numpy as np

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Term
from derivcheck.kernel.vocabulary import ShapeError, same_shape
from derivcheck.proving.batch import Batch, Batches
from derivcheck.proving.decide import Judge
from derivcheck.proving.floats import Floats
from derivcheck.proving.mistakes import CODES, SLIPS
from derivcheck.proving.places import Place, negated, nodes, places, replaced
from derivcheck.proving.slip import Edit, Slip
from derivcheck.proving.surroundings import Surroundings

NODES_TRIED = 9_000
"""How many nodes the edited terms that are screened may have together: a bound on time that is the same everywhere."""

NODES_TRIED_IN_PAIRS = 4_000

DERIVATIVE = 10
"""How many nodes a derivative counts for: its body is valued once for each direction."""

PROPOSAL = 2
"""How many nodes the making of an edited term counts for, whether it is screened or not."""

MOST_PROOFS = 6
"""How many edits that agree numerically are handed to the kernel."""

TOLERANCE = 1e-7

NAMING = frozenset({"wrong-index", "wrong-symbol", "missing-function"})
"""Slips that come together with another one often enough to be looked for in pairs."""

LARGEST_IN_PAIRS = 1.25
"""The largest edit of a pair."""


@dataclass(frozen=True)
class Candidate:
    """A step after edits, the last of them at a path in ``whole``; the code of the slip that they undo, and how large it is."""

    whole: Term
    path: tuple[int, ...]
    code: str
    edits: tuple[Edit, ...]
    rank: tuple[float, int]

    @cached_property
    def term(self) -> Term:
        """The edited step, made when it is tried, since most never are; raises ``ShapeError`` where the edit does not fit."""
        return replaced(self.whole, self.path, self.edits[-1].new)

    def message(self) -> str:
        """What was wrong, in one sentence."""
        return "; and ".join(edit.message() for edit in self.edits)


def repaired(judge: Judge, batches: Batches, left: Term, right: Term) -> Candidate | None:
    """The smallest edit of the right side that makes it equal to the left, proved; ``None`` if none was found."""
    screen = _Screen(batches, left)
    if not screen.views or screen.vanishes():
        return None
    search = _Search(judge, left, right, screen)
    single = search.first(search.singles(), NODES_TRIED)
    if single is not None or search.proofs >= MOST_PROOFS:
        return single
    return search.first(search.opposites(), NODES_TRIED) or search.first(search.pairs(), NODES_TRIED_IN_PAIRS)


class _Search:
    """The edited steps in the order in which they are tried; none is tried twice."""

    def __init__(self, judge: Judge, left: Term, right: Term, screen: _Screen) -> None:
        self.judge = judge
        self.left = left
        self.right = right
        self.screen = screen
        self.around = Surroundings(left, right, judge.context)
        self.largest = 2 * nodes(right) + 3
        self.seen = {right}
        self.negative: list[Candidate] = []
        self.proofs = 0
        self.limit = 0

    def first(self, candidates: Iterator[Candidate], budget: int) -> Candidate | None:
        """The first that agrees with the left side on the instances and is proved."""
        self.limit = self.screen.spent + budget
        for candidate in candidates:
            match self.screen.sign(candidate.term):
                case 1 if self.proved(candidate.term):
                    return candidate
                case -1:
                    self.negative.append(candidate)
            if self.proofs >= MOST_PROOFS or self.screen.spent > self.limit:
                return None
        return None

    def proved(self, term: Term) -> bool:
        """Whether the kernel and then the judge accept a term; the kernel alone first, since that is quick."""
        self.proofs += 1
        if not isinstance(self.judge.kernel.prove(Claim(self.left, "=", term, self.judge.context)), Proof):
            return False
        decision = self.judge.decide(self.left, "=", term)
        return decision.verdict == "proved" and all(c.kind == "point" or c.gained for c in decision.conditions)

    def singles(self) -> Iterator[Candidate]:
        """The step after one edit, the smallest first."""
        return self._fitting(self._edited(self.right, CODES))

    def opposites(self) -> Iterator[Candidate]:
        """The steps that agreed but for the sign, with the other sign."""
        for c in self.negative:
            sign = Edit(negated(c.term), 1, "the sign of the whole is wrong")
            yield Candidate(c.term, (), c.code, (*c.edits, sign), c.rank)

    def pairs(self) -> Iterator[Candidate]:
        """The step after two edits, the first of which is about a name."""
        fits = same_shape(self.left.shape, self.right.shape)
        second = {*NAMING, "sign"} if fits else {*NAMING, "missing-factor", "extra-factor"}
        for one in sorted(self._edited(self.right, NAMING), key=attrgetter("rank")):
            if one.rank[0] > LARGEST_IN_PAIRS or self.screen.spent > self.limit:
                return
            with suppress(ShapeError):
                yield from self._fitting(self._pairs_with(one, second))

    def _pairs_with(self, one: Candidate, second: Collection[str]) -> Iterator[Candidate]:
        """The step after an edit and each second one."""
        for two in self._edited(one.term, second):
            if two.rank[0] <= LARGEST_IN_PAIRS:
                yield self._together(one, two)

    def _together(self, one: Candidate, two: Candidate) -> Candidate:
        code = min(one, two, key=lambda c: c.rank[1]).code
        return replace(two, code=code, edits=(*one.edits, *two.edits))

    def _edited(self, whole: Term, codes: Collection[str]) -> Iterator[Candidate]:
        slips = [(row, slip) for row, slip in enumerate(SLIPS) if slip.code in codes]
        for place in places(whole):
            for row, slip in slips:
                yield from self._at(whole, place, row, slip)

    def _at(self, whole: Term, place: Place, row: int, slip: Slip) -> Iterator[Candidate]:
        with suppress(ShapeError):
            for edit in slip.edits(place, self.around):
                self.screen.spent += PROPOSAL
                yield Candidate(whole, place.path, slip.code, (edit,), (edit.size, row))

    def _fitting(self, candidates: Iterator[Candidate]) -> Iterator[Candidate]:
        """Those of the left side's shape that are not too large, sorted."""
        for candidate in sorted(candidates, key=attrgetter("rank")):
            try:
                term = candidate.term
            except ShapeError:
                continue
            if term not in self.seen and same_shape(term.shape, self.left.shape) and nodes(term) <= self.largest:
                self.seen.add(term)
                yield candidate


@dataclass(frozen=True, slots=True)
class _View:
    """A batch and the left side's values on it."""

    batch: Batch
    left: Floats


class _Screen:
    """Compares terms with the left side on the instances, and counts what that costs."""

    def __init__(self, batches: Batches, left: Term) -> None:
        pairs = zip(batches.batches, batches.values(left), strict=True)
        views = [_View(batch, values) for batch, values in pairs if values is not None and np.isfinite(values).any()]
        # Sizes of about 2 tell most apart and cost little, so they come first.
        self.views = sorted(views, key=lambda view: abs(sum(view.batch.sizes.values()) - 2 * len(view.batch.sizes)))
        self.spent = 0

    def vanishes(self) -> bool:
        """Whether the left side is 0; too much is 0 for an edit that leads there to mean anything."""
        return all(np.all(np.abs(view.left[np.isfinite(view.left)]) < TOLERANCE) for view in self.views)

    def sign(self, term: Term) -> int:
        """1 if the term has the left side's values wherever that is defined, -1 if it has the opposite ones, else 0."""
        size = nodes(term) + DERIVATIVE * sum(t.op == "diff" for t in term.walk())
        possible = [1, -1]
        for view in self.views:
            self.spent += size
            values = view.batch.values(term)
            if values is None or values.shape != view.left.shape:
                return 0
            possible = [sign for sign in possible if _close(view.left, values if sign > 0 else -values)]
            if not possible:
                return 0
        return possible[0]


def _close(left: Floats, right: Floats) -> bool:
    with np.errstate(all="ignore"):
        gap = np.abs(left - right)
        if np.any((gap > 2 * TOLERANCE * np.maximum(np.abs(left), 1e-3)) & (gap < np.inf)):
            return False  # nearly always: then some difference is certainly beyond the tolerance below
    both = np.isfinite(left) & np.isfinite(right)
    if 2 * both.sum() < np.isfinite(left).sum():
        return False
    a, b = left[both], right[both]
    return bool(np.all(np.abs(a - b) <= TOLERANCE * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-3)))
