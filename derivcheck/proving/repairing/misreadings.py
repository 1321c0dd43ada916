"""What the step before was taken for: a mistake made in it that leads to just the wrong step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Term
from derivcheck.kernel.vocabulary import ShapeError, same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.mistakes.mistake import Edit, Mistake, quoted
from derivcheck.proving.mistakes.places import Place, places, replaced
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.proving.mistakes.table import TABLE
from derivcheck.proving.repairing.agreement import Agreement
from derivcheck.proving.screening.batch import Batches

NODES_TRIED = 3_000
"""How many nodes the misread steps that are screened may have together."""

MOST_PROOFS = 3
"""How many misreadings that agree numerically are handed to the kernel."""


@dataclass(frozen=True, slots=True)
class Misreading:
    """A mistake in the step before that explains the wrong step.

    old, new: a part of the step before, and what it was taken for; repair: what a broken law would have given, proved.
    """

    mistake: Mistake
    old: Term
    new: Term
    repair: Term | None = None

    @property
    def code(self) -> str:
        """The code of the mistake."""
        return self.mistake.code

    def message(self) -> str:
        """What was wrong, in one sentence."""
        if self.mistake.law:
            return f"{self.mistake.phrase}: {quoted(self.old)} is taken for {quoted(self.new)}"
        return f"it would follow if the step before had {quoted(self.new)} where it has {quoted(self.old)}"


def misreading(judge: Judge, batches: Batches, left: Term, right: Term, laws: bool) -> Misreading | None:
    """The smallest mistake in the left side that makes it equal to the right one, proved; laws: a broken law, else a slip."""
    wanted = Agreement(batches, right)
    if not wanted.views or wanted.vanishes():
        return None
    proofs = 0
    around = Surroundings(left, right, judge.context)
    for mistake, place, edit in sorted(_made(left, around, laws), key=lambda made: made[2].size):
        with suppress(ShapeError):
            taken = replaced(left, place.path, edit.new)
            if same_shape(taken.shape, right.shape) and wanted.sign(taken) == 1:
                proofs += 1
                if isinstance(judge.kernel.prove(Claim(taken, "=", right, judge.context)), Proof):
                    return Misreading(mistake, place.term, edit.new, _lawful(judge, left, place, edit))
        if proofs >= MOST_PROOFS or wanted.spent > NODES_TRIED:
            return None
    return None


def _made(left: Term, around: Surroundings, laws: bool) -> Iterator[tuple[Mistake, Place, Edit]]:
    """Every mistake of the table made at every place of a term, but those that would add what only the wrong step has."""
    rows = [(m, make) for m in TABLE if m.law is laws and not m.code.startswith("extra-") for make in m.make]
    for place in places(left):
        for mistake, make in rows:
            with suppress(ShapeError):
                for edit in make(place, around):
                    yield mistake, place, edit


def _lawful(judge: Judge, left: Term, place: Place, edit: Edit) -> Term | None:
    """The step before with the law rightly applied, if that is proved."""
    if edit.right is None:
        return None
    term = replaced(left, place.path, edit.right)
    decision = judge.decide(left, "=", term)
    return term if decision.verdict == "proved" and all(c.kind == "point" or c.gained for c in decision.conditions) else None
