"""The search for the smallest edits of a step after which it follows from the one before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from operator import attrgetter

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import LOGIC, ONE, Claim, Term, free_symbols, is_family, number
from derivcheck.kernel.vocabulary import ShapeError, build, same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.mistakes import factors
from derivcheck.proving.mistakes.functions import numeral, value_of
from derivcheck.proving.mistakes.mistake import Edit, Edits, sign_of, unsigned
from derivcheck.proving.mistakes.places import SCALED, Place, negated, nodes, places, replaced, total
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.proving.mistakes.table import CODES, TABLE
from derivcheck.proving.repairing.agreement import Agreement
from derivcheck.proving.repairing.solving import Solving
from derivcheck.proving.screening.batch import Batches

NODES_TRIED = 24_000
"""How many nodes the edited terms that are screened may have together: a bound on time that is the same everywhere."""

NODES_TRIED_IN_PAIRS = 4_000

PROPOSAL = 2
"""How many nodes the making of an edited term counts for, whether it is screened or not."""

MORE = 16
"""How many nodes a repair may have beyond twice those of the wrong step."""

MOST_PROOFS = 6
"""How many edits that agree numerically are handed to the kernel."""

NAMING = frozenset({"wrong-index", "dropped-hat", "wrong-symbol", "missing-function"})
"""Mistakes that come together with another one often enough to be looked for in pairs."""

RENAMING = frozenset({"dropped-hat", "wrong-symbol"})
"""Mistakes that put one declared name for another."""

LARGEST_IN_PAIRS = 1.25
"""The largest edit of a pair."""


ROWS = {mistake.code: row for row, mistake in enumerate(TABLE)}


@dataclass(frozen=True)
class Candidate:
    """A step after edits, the last of them at a path in ``whole``; code: of the mistake that they undo; rank: how large it is."""

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


class Repairs:
    """The search for the smallest edit of the right side that makes it equal to the left, proved."""

    def __init__(self, judge: Judge, batches: Batches, left: Term, right: Term) -> None:
        screen = Agreement(batches, left)
        self.vanishing = bool(screen.views) and screen.vanishes()
        self.possible = bool(screen.views) and not self.vanishing
        self.search = _Search(judge, left, right, screen)

    def single(self) -> Candidate | None:
        """A single edit; ``None`` if none was found."""
        search = self.search
        if not self.possible:
            return None
        return search.first(search.singles(), NODES_TRIED) or search.first(search.solved(), NODES_TRIED)

    def double(self) -> Candidate | None:
        """Two edits, one of them a sign or a name, to be asked for where a single one does not do."""
        search = self.search
        if not self.possible or search.proofs >= MOST_PROOFS:
            return None
        return search.first(search.opposites(), NODES_TRIED) or search.first(search.pairs(), NODES_TRIED_IN_PAIRS)


class _Search:
    """The edited steps in the order in which they are tried; none is tried twice."""

    def __init__(self, judge: Judge, left: Term, right: Term, screen: Agreement) -> None:
        self.judge = judge
        self.left = left
        self.right = right
        self.screen = screen
        self.around = Surroundings(left, right, judge.context)
        self.largest = 2 * nodes(right) + MORE
        self.seen = {right}
        self.negative: list[Candidate] = []
        self.proofs = 0
        self.limit = 0

    def first(self, candidates: Iterator[Candidate], budget: int) -> Candidate | None:
        """The first that agrees with the left side on the instances and is proved."""
        self.limit = self.screen.spent + budget
        for candidate in candidates:
            match self.screen.sign(candidate.term):
                case 1 if not self.vanishing(candidate) and self.proved(candidate.term):
                    return candidate
                case -1:
                    self.negative.append(candidate)
            if self.proofs >= MOST_PROOFS or self.screen.spent > self.limit:
                return None
        return None

    def vanishing(self, candidate: Candidate) -> bool:
        """Whether an edit only makes a part of the step 0, which is no repair of that part."""
        parts = [candidate.term]
        for k in candidate.path:
            parts.append(parts[-1].args[k] if k < len(parts[-1].args) else parts[-1])
        closed = (t for t in parts[1:] if not any(s.type.kind in {"bound", "variable"} for s in free_symbols(t)))
        return any(t.op != "number" and self.screen.is_zero(t) for t in closed if t.op not in LOGIC and not is_family(t))

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

    def solved(self) -> Iterator[Candidate]:
        """The step with another number at one place, or a number more, read off the values of both sides."""
        return self._fitting(self._solved()) if same_shape(self.left.shape, self.right.shape) else iter(())

    def _solved(self) -> Iterator[Candidate]:
        for place in places(self.right):
            with suppress(ShapeError):
                yield from self._solved_at(place)
        for place, code, edit in Solving(self.screen, self.around).edits(self.right):
            yield self._made(place, code, edit)

    def _solved_at(self, place: Place) -> Iterator[Candidate]:
        term = place.term
        if (old := value_of(term)) is not None:
            if (found := self._step(place, numeral(old + 1))) is not None:
                new = numeral(old + found)
                yield self._made(place, "wrong-number", Edit(new, 1, "the number should be {}, not {}", (new, term)))
            return
        if place.role in SCALED and (found := self._step(place, build("mul", number(2), term))) not in {None, Fraction(-1)}:
            yield self._made(place, "missing-factor", factors.scaled(term, 1 + found))
        if place.role in SCALED - {"summand"} and not term.shape and (found := self._step(place, total(term, ONE))) is not None:
            more = numeral(found)
            said = Edit(total(term, more), 1.75, "the term {} {} is missing", (sign_of(more), unsigned(more)))
            yield self._made(place, "missing-term", said)

    def _step(self, place: Place, new: Term) -> Fraction | None:
        """How often the change from what stands at a place to a new term is to be made there."""
        return self.screen.step(self.right, replaced(self.right, place.path, new))

    def _made(self, place: Place, code: str, edit: Edit) -> Candidate:
        return Candidate(self.right, place.path, code, (edit,), (edit.size, ROWS[code]))

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
            with suppress(ShapeError):
                copied = two.term == self.left  # so many edits copy any step
                if two.rank[0] <= LARGEST_IN_PAIRS and not copied and not _again(one, two):
                    yield self._together(one, two)

    def _together(self, one: Candidate, two: Candidate) -> Candidate:
        code = min(one, two, key=lambda c: c.rank[1]).code
        return replace(two, code=code, edits=(*one.edits, *two.edits))

    def _edited(self, whole: Term, codes: Collection[str]) -> Iterator[Candidate]:
        rows = [(row, m.code, undo) for row, m in enumerate(TABLE) if m.code in codes for undo in m.undo]
        for place in places(whole):
            for row, code, undo in rows:
                yield from self._at(whole, place, row, code, undo)

    def _at(self, whole: Term, place: Place, row: int, code: str, undo: Edits) -> Iterator[Candidate]:
        with suppress(ShapeError):
            for edit in undo(place, self.around):
                self.screen.spent += PROPOSAL
                yield Candidate(whole, place.path, code, (edit,), (edit.size, row))

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


def _again(one: Candidate, two: Candidate) -> bool:
    """Whether a second edit is about what the first has put there: both together are no two slips."""
    inside = two.path[: len(one.path)] == one.path
    codes = {one.code, two.code}
    return inside and (codes <= RENAMING or codes == {"missing-function"})
