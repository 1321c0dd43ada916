"""Submissions graded by hand, for the tests of what is written about them."""

from __future__ import annotations

from derivcheck.diagnostic import Place
from derivcheck.grading.marks import Answer, Graded, Mark, Outcome
from derivcheck.running.report import DerivationReport, Finding

REPORT = DerivationReport("q", None, None, None, ())
M1 = Mark(
    "q", "M1", 3.5, 4, 6, "M", "open", "One step is neither proved nor refuted.", "the steps", "", "not for students", (1, 2)
)
M2 = Mark("q", "M2", 2, 2, 2, "M", "earned", "The split appears.", "", "", "", (2,))
A1 = Mark("q", "A1", 0, 0, 2, "A", "lost", "The result is wrong.", "=cmd()|<b>", "Mind\x1b[31m the sign.", "", (3,))
OUTCOMES = (Outcome(0, "start"), Outcome(1, "undecided"), Outcome(2, "ok"), Outcome(3, "sign"))
FINDING = Finding("unreadable-file", "files of kind .pdf are read by a person", Place(1, 1, 1, 1), "")


def graded(
    *marks: Mark, id: str = "s0123456789", report: DerivationReport | None = REPORT, findings: tuple[Finding, ...] = ()
) -> Graded:
    """A submission with one question."""
    return Graded(id, (Answer("q", None, marks, OUTCOMES if report else (), report),), findings)


OPEN = graded(M1, M2, A1)
DONE = graded(M2, A1)
PDF = graded(Mark("q", "M1", 0, 6, 6, "M", "open", ""), report=None, findings=(FINDING,))
NOTHING = graded(Mark("q", "M1", 0, 0, 6, "M", "lost", "There is no answer."), report=None)
TWO = Graded("s2", (*DONE.answers, Answer("other", "The other", (Mark("other", "M1", 1, 1, 1, "M", "earned", ""),), (), REPORT)))
