"""What a submission earned, and why, as plain values: all that feedback, gradebooks and the picture of the class see.

Points are multiples of the key's ``rounding``.  Nothing here holds the name of a person.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from derivcheck.running.report import DerivationReport, Finding

STATUSES = ("graded", "review", "missing")
"""All points are decided; a person must look at it; nothing was handed in that could be graded."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What one item of a rubric earned.

    question, item: the names of the key's derivation and of its item; points: earned for certain; most: what it may come to
    when a person has looked at it, equal to points where nothing is open; worth: what it is worth; kind: ``M`` method, ``A``
    accuracy, ``B`` independent; code: the item's outcome (``earned``, ``earned-ft`` by follow-through, ``part``, ``lost``,
    ``open`` for a person, ``depends`` lost with the item it depends on, ``override`` by a person); reason: a sentence for the
    student; description, explanation: the key's words for the student, explanation only where points were lost; steps: the
    steps that it rests on; overridden: who decides instead of the machine, and why, if a person does.
    """

    question: str
    item: str
    points: float
    most: float
    worth: float
    kind: str
    code: str
    reason: str
    description: str = ""
    explanation: str = ""
    grader_note: str = ""
    steps: tuple[int, ...] = ()
    overridden: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Which mark of a submission it is."""
        return self.question, self.item


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one step, as ``S2:ok``: step, its number from 0; code: as docs/grading.md lists them."""

    step: int
    code: str

    def __str__(self) -> str:
        return f"S{self.step}:{self.code}"


@dataclass(frozen=True, slots=True)
class Answer:
    """One question's answer: marks in the order of the key's items, outcomes by step.

    report: the derivation that was graded, ``None`` where there is none; title: the question's; remarks: sentences for the
    student and the grader on the whole (assumptions of the student's own, more than one attempt); open: why a person must
    look at it, sentences for the grader.
    """

    question: str
    title: str | None
    marks: tuple[Mark, ...]
    outcomes: tuple[Outcome, ...] = ()
    report: DerivationReport | None = None
    remarks: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points that are certain."""
        return sum(mark.points for mark in self.marks)

    @property
    def most(self) -> float:
        """The points that it may come to."""
        return sum(mark.most for mark in self.marks)

    @property
    def worth(self) -> float:
        """The points that could be earned."""
        return sum(mark.worth for mark in self.marks)


@dataclass(frozen=True, slots=True)
class Graded:
    """One submission graded; id: opaque; findings: what could not be read in it; remarks: on the submission as a whole."""

    id: str
    answers: tuple[Answer, ...]
    findings: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def points(self) -> float:
        """The points that are certain."""
        return sum(answer.points for answer in self.answers)

    @property
    def most(self) -> float:
        """The points that it may come to."""
        return sum(answer.most for answer in self.answers)

    @property
    def worth(self) -> float:
        """The points that could be earned."""
        return sum(answer.worth for answer in self.answers)

    @property
    def status(self) -> str:
        """One of ``STATUSES``."""
        seen = any(mark.code == "override" for answer in self.answers for mark in answer.marks)
        unread = any(finding.severity == "error" for finding in self.findings)
        if (unread and not seen) or any(answer.open or answer.points != answer.most for answer in self.answers):
            return "review"
        return "graded" if seen or any(answer.report for answer in self.answers) else "missing"

    @property
    def outcomes(self) -> str:
        """The outcome codes of all answers, each question's behind its name where there are several."""
        several = len(self.answers) > 1
        said = ((it.question, " ".join(map(str, it.outcomes))) for it in self.answers)
        return "; ".join(f"{question}: {codes}" if several else codes for question, codes in said)


def points(value: float) -> str:
    """Points as they are written: ``4``, ``3.5``."""
    return f"{value:g}"


def items(graded: Iterable[Graded]) -> tuple[tuple[str, str], ...]:
    """The questions and items of a class, in the key's order: the columns of its tables."""
    return tuple(dict.fromkeys((mark.question, mark.item) for it in graded for answer in it.answers for mark in answer.marks))
