"""What went wrong in a refuted step, in words that a person can use, and what would be right.

Single edits of the step are tried, the smallest first: each is screened on the instances in floating point, and the first
that agrees and that the judge proves is the repair.  Where no edit helps, the numbers say how the two sides differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import LOGIC, Claim, Term
from derivcheck.kernel.vocabulary import ShapeError, describe, same_shape
from derivcheck.proving.batch import Batch, Batches, Sampling
from derivcheck.proving.decide import Judge
from derivcheck.proving.differences import difference
from derivcheck.proving.floats import Floats
from derivcheck.proving.mistakes import SLIPS
from derivcheck.proving.places import Place, nodes, places, replaced
from derivcheck.proving.slip import Edit
from derivcheck.proving.surroundings import Surroundings

NODES_TRIED = 12_000
"""How many nodes the edited terms that are screened may have together: a bound on time that is the same everywhere."""

MOST_PROOFS = 6
"""How many edits that agree numerically are handed to the kernel."""

TOLERANCE = 1e-7

REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
STRICT = {"<": "<=", ">": ">="}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake by its code, one sentence, and the term that would be right, if one was found."""

    code: str
    message: str
    repair: Term | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An edit at a place, as an instance of a slip."""

    code: str
    place: Place
    edit: Edit
    rank: tuple[float, int]


def diagnose(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    """The likely mistake in a step that is refuted; ``None`` if none was found.  A repair is always a term that is proved."""
    if left.op in LOGIC or right.op in LOGIC:
        return None
    if relation in REVERSED:
        return _wrong_relation(judge, left, relation, right)
    if relation != "=":
        return None
    found = _repaired(judge, left, right)
    if found is not None:
        return found
    if not same_shape(left.shape, right.shape):
        return Diagnosis("shape-mismatch", f"the step before is {describe(left.shape)}, this one is {describe(right.shape)}")
    said = difference(_batches(judge), left, right)
    return None if said is None else Diagnosis("differs", said)


def _batches(judge: Judge) -> Batches:
    """The judge's instances; it has drawn none where it needed none, as for sides that differ in shape."""
    if judge.batches is None:
        judge.batches = Batches(judge.context, Sampling(samples=judge.options.samples, seed=judge.options.seed))
    return judge.batches


def _wrong_relation(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    for other in (STRICT.get(relation), REVERSED[relation], STRICT.get(REVERSED[relation]), "="):
        if other and isinstance(judge.kernel.prove(Claim(left, other, right, judge.context)), Proof):
            return Diagnosis("wrong-relation", f"the relation should be {other}, not {relation}")
    return None


def _repaired(judge: Judge, left: Term, right: Term) -> Diagnosis | None:
    """The smallest edit of the step that makes it follow from the one before."""
    screen = _Screen(judge, left)
    if not screen.views or screen.vanishes():
        return None
    tries = MOST_PROOFS
    for candidate, repair in _admissible(left, right, judge):
        if screen.agrees(repair):
            if _proved(judge, left, repair):
                return Diagnosis(candidate.code, candidate.edit.message(), repair)
            tries -= 1
        if not tries or screen.spent > NODES_TRIED:
            return None
    return None


def _proved(judge: Judge, left: Term, repair: Term) -> bool:
    """Whether the kernel and then the judge accept the repair; the kernel alone first, since that is quick."""
    if not isinstance(judge.kernel.prove(Claim(left, "=", repair, judge.context)), Proof):
        return False
    decision = judge.decide(left, "=", repair)
    return decision.verdict == "proved" and all(c.kind == "point" or c.gained for c in decision.conditions)


def _admissible(left: Term, right: Term, judge: Judge) -> Iterator[tuple[Candidate, Term]]:
    """The edited steps, the smallest edit first, without repetition: of the left side's shape and not too large."""
    around = Surroundings(left, right, judge.context)
    candidates = [c for place in places(right) for c in _candidates(place, around)]
    largest = 2 * nodes(right) + 3
    seen = {right}
    for candidate in sorted(candidates, key=attrgetter("rank")):
        try:
            repair = replaced(right, candidate.place.path, candidate.edit.new)
        except ShapeError:
            continue
        if repair not in seen and same_shape(repair.shape, left.shape) and nodes(repair) <= largest:
            seen.add(repair)
            yield candidate, repair


def _candidates(place: Place, around: Surroundings) -> Iterator[Candidate]:
    for row, slip in enumerate(SLIPS):
        try:
            for edit in slip.edits(place, around):
                yield Candidate(slip.code, place, edit, (edit.size, row))
        except ShapeError:
            continue


@dataclass(slots=True)
class _View:
    """A batch and the left side's values on it."""

    batch: Batch
    left: Floats


class _Screen:
    """Compares edited steps with the left side on the instances, and counts what that costs."""

    def __init__(self, judge: Judge, left: Term) -> None:
        batches = _batches(judge)
        pairs = zip(batches.batches, batches.values(left), strict=True)
        views = [_View(batch, values) for batch, values in pairs if values is not None and np.isfinite(values).any()]
        self.views = sorted(views, key=lambda view: abs(sum(view.batch.sizes.values()) - 2 * len(view.batch.sizes)))
        self.spent = 0

    def vanishes(self) -> bool:
        """Whether the left side is 0; too much is 0 for an edit that leads there to mean anything."""
        return all(np.all(np.abs(view.left[np.isfinite(view.left)]) < TOLERANCE) for view in self.views)

    def agrees(self, term: Term) -> bool:
        """Whether the term has the left side's values wherever that is defined."""
        size = nodes(term)
        for view in self.views:
            self.spent += size
            values = view.batch.values(term)
            if values is None or values.shape != view.left.shape or not _close(view.left, values):
                return False
        return True


def _close(left: Floats, right: Floats) -> bool:
    both = np.isfinite(left) & np.isfinite(right)
    if 2 * both.sum() < np.isfinite(left).sum():
        return False
    a, b = left[both], right[both]
    return bool(np.all(np.abs(a - b) <= TOLERANCE * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-3)))
