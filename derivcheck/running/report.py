"""What was found out about one file, as plain values: with ``results`` all that ``reports`` ever see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from derivcheck.diagnostic import Place

VERDICTS = ("proved", "checked", "undecided", "refuted", "invalid", "conflict")
"""From best to worst; a derivation's verdict is its worst step's."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A diagnostic with its place, and the author's line there."""

    code: str
    message: str
    place: Place
    excerpt: str
    notes: tuple[str, ...] = ()
    severity: str = "error"


@dataclass(frozen=True, slots=True)
class NamedCondition:
    """Something a verdict needs: kind ``point``, ``domain`` or ``size``; gained: the step loses nothing there."""

    text: str
    kind: str
    gained: bool = False


@dataclass(frozen=True, slots=True)
class Witness:
    """A counterexample: values and sizes by name, and the two sides there; entry counts from 1."""

    values: Mapping[str, str]
    sizes: Mapping[str, int]
    left: str
    right: str
    entry: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What went wrong in a refuted step; repair: what would be right; holds_if: what would have to be assumed."""

    code: str
    message: str
    repair: str | None = None
    holds_if: str | None = None


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step.

    index: its number in the derivation, from 0; previous: the number of the step it was judged against; relation:
    how it is linked to that one; text: the author's, without the relation; reads_as: as it was understood, in plain
    syntax, and the same as latex and as mathml;
    verdict: one of ``VERDICTS``, or ``None`` where there is nothing to judge; case: the condition under which it stands;
    recovers: the number of the earlier step that it agrees with; corrects: the wrong steps that it sets right; carries: the
    wrong steps on whose errors it rests, though it follows from the step before; internal: the traceback of what failed
    inside, for a ``conflict``, or else of what the last note says; limit: what kept more from being found out, ``time``,
    ``memory`` or ``crash``.
    """

    index: int
    relation: str | None
    text: str
    reads_as: str | None
    place: Place
    excerpt: str
    verdict: str | None
    expect: str
    as_expected: bool
    latex: str | None = None
    mathml: str | None = None
    previous: int | None = None
    method: str | None = None
    conditions: tuple[NamedCondition, ...] = ()
    reason: str | None = None
    by: str | None = None
    remark: str | None = None
    instances: int = 0
    counterexample: Witness | None = None
    diagnosis: Diagnosis | None = None
    recovers: int | None = None
    corrects: tuple[int, ...] = ()
    carries: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    diagnostics: tuple[Finding, ...] = ()
    case: str | None = None
    milliseconds: float = 0.0
    internal: str | None = None
    limit: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """What the errors on the way have done to the result.

    step: the last one, of the derivation or of a case; against: the right step that it is held against; errors: the wrong
    steps on the way; sound: whether the result is right, ``None`` where that is not known; repair: what it should be.
    """

    step: int
    against: int
    errors: tuple[int, ...]
    sound: bool | None
    message: str
    repair: str | None = None
    case: str | None = None


@dataclass(frozen=True, slots=True)
class ComparedLine:
    """What a readable line of an answer has to do with the question.

    step: its number; arrives: whether it equals the result, ``yes``, ``no`` or ``unknown``, said of the last line; low, high: the
    first and the last of the key's lines that it may have come to; repeats: it is the line before, or an earlier
    one, in another order; weaker: its relation to the line before is none of the key's; lacks: the forms of the result that it
    has not; asks: it is the question, with more written around it or not; done: it leaves no more to differentiate,
    integrate or take limits of than the result; shows, may_show: the milestones that appear, or may; reaches: those than which
    it leaves no more to do; easier: no name of the result occurs in it, said of the last line.
    """

    step: int
    arrives: str
    low: int
    high: int
    repeats: bool = False
    weaker: bool = False
    lacks: tuple[str, ...] = ()
    asks: bool = False
    done: bool = False
    shows: tuple[str, ...] = ()
    may_show: tuple[str, ...] = ()
    reaches: tuple[str, ...] = ()
    easier: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """An answer held against its question.

    beginning: what the first line is: ``same`` as asked, ``equal``, ``other`` or ``unknown``; length: how many steps the key
    has; largest: how many of them one step may pass over; tells: how far a line has come shows in what it leaves to do;
    milestones: each with the number of the key's line that it has come to; remarks: for the student; flags: for a person.
    """

    question: str
    beginning: str
    lines: tuple[ComparedLine, ...]
    length: int
    largest: int
    tells: bool = False
    milestones: tuple[tuple[str, int], ...] = ()
    remarks: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DerivationReport:
    """One derivation; endings: one for each of its ends that is reached after an error; compared: with the question it answers,
    if it answers one."""

    name: str
    title: str | None
    source: str | None
    note: str | None
    steps: tuple[StepReport, ...]
    endings: tuple[Ending, ...] = ()
    compared: Compared | None = None

    @property
    def verdict(self) -> str | None:
        """The worst step's; ``None`` if no step was judged."""
        verdicts = [step.verdict for step in self.steps if step.verdict is not None]
        return max(verdicts, key=VERDICTS.index, default=None)


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file; limits: what kept more from being found out in it, as of ``StepReport.limit``; number: which of the run's files
    it is, from 0."""

    path: str
    findings: tuple[Finding, ...]
    derivations: tuple[DerivationReport, ...]
    limits: tuple[str, ...] = ()
    number: int = 0


def numbered(steps: Sequence[int]) -> str:
    """Steps by their numbers: ``step 2``, ``steps 2 and 4``, ``steps 2, 4 and 5``."""
    *rest, last = map(str, steps)
    return f"steps {', '.join(rest)} and {last}" if rest else f"step {last}"
