"""Graded submissions made by really judging what a student wrote, with marks by hand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from derivcheck.diagnostic import Place
from derivcheck.grading.marks import Answer, Graded, Mark, Outcome
from derivcheck.running.means import Means
from derivcheck.running.report import (
    DerivationReport,
    Diagnosis,
    Ending,
    FileReport,
    Finding,
    NamedCondition,
    StepReport,
    Witness,
)
from derivcheck.running.run import judge
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Text

HEADER = """\
symbols:
  "x, a": real
  "V, d": size
  o: index(V)
  u: vector(d)[V]
  v_c: vector(d)
"""

SQUARE = """\
derivations:
  square:
    title: The square of a sum
    steps: |
      (x + a)**2
"""


@cache
def judged(body: str) -> FileReport:
    """The report on derivations under the common header."""
    (found,) = judge([Text("answer.yaml", (HEADER + body).encode(), True)], Settings(), Means(jobs=0)).files
    return found


def square(*lines: str) -> DerivationReport:
    """The derivation of a square in these lines after the first."""
    return judged(SQUARE + "".join(f"      {line}\n" for line in lines)).derivations[0]


def outcomes(report: DerivationReport) -> tuple[Outcome, ...]:
    """The outcomes that the verdicts alone suggest."""
    return tuple(Outcome(it.index, _code(it)) for it in report.steps)


def _code(it: StepReport) -> str:
    if it.verdict is None:
        return "start"
    if it.verdict == "refuted":
        code = "recovers" if it.recovers is not None and not it.diagnosis else it.diagnosis.code if it.diagnosis else "wrong"
    else:
        code = {"proved": "ok", "invalid": "unreadable", "conflict": "undecided"}.get(it.verdict, it.verdict)
    return f"{code}-ft" if it.carries else code


def answer(report: DerivationReport | None, marks: Sequence[Mark], question: str = "square", **more: object) -> Answer:
    """An answer with those outcomes."""
    title = report.title if report else None
    found = outcomes(report) if report else ()
    return Answer(question, title, tuple(marks), **{"outcomes": found, "report": report, **more})  # type: ignore[arg-type]


def mark(item: str, points: float, worth: float = 4, most: float | None = None, question: str = "square", **more: object) -> Mark:
    """A mark whose code follows from its points."""
    top = points if most is None else most
    code = "open" if top > points else "earned" if points == worth else "part" if points else "lost"
    fields: dict[str, object] = {"code": code, "reason": f"the reason of {item}", **more}
    return Mark(question, item, points, top, worth, item[0], **fields)  # type: ignore[arg-type]


WRONG = ("= x**2 + a**2", "= a**2 + x**2", "= x**2 + a*a + 0*x")
RIGHT = ("= x**2 + 2*a*x + a**2",)
RECOVERS = ("= x**2 + a**2", "= x**2 + 2*a*x + a**2")
UNREAD = ("= x**2 + 2*a*x + y", "= x**2 + 2*a*x + a**2")
SIGN = ("= x**2 - 2*a*x + a**2",)


def submission(id: str, *lines: str, marks: Sequence[Mark] | None = None, **more: object) -> Graded:
    """A submission of one answer."""
    return Graded(id, (answer(square(*lines), marks or [mark("M1", 6, 6), mark("A1", 4)]),), **more)  # type: ignore[arg-type]


GRADIENT = """\
derivations:
  grad-vc:
    title: The gradient by the centre vector
    steps: |
      diff(log(exp(u[o].T @ v_c)/sum(exp(u[w].T @ v_c), w in 1..V)), v_c)
      = u[o] - diff(log(sum(exp(u[w].T @ v_c), w in 1..V)), v_c)   # the logarithm of a quotient
      = u[o] - sum(exp(u[w].T @ v_c)*u[w], w in 1..V)/sum(exp(u[k].T @ v_c), k in 1..V)
"""
FINDING = Finding("undeclared-name", "q is not declared", Place(7, 3, 7, 4), "  q = 3", ("declare it in `define:`",))
NOTE = "only graders may see this note"


def sample() -> Graded:
    """A submission in which nearly everything happens."""
    square_marks = [
        mark("M1", 2, 6, code="part", reason="1 of 3 steps is right", description="every step follows from the one before",
             grader_note=NOTE),
        mark("A1", 4, code="earned-ft", reason="the result follows from your own line 1"),
        mark("B1", 0, 1, code="depends", reason="it depends on M2", explanation="The cross term comes first."),
        mark("B2", 1, 2, code="override", overridden="the sign was copied wrongly from the sheet"),
    ]
    gradient = judged(GRADIENT).derivations[0]
    return Graded(
        "7f3a09c2",
        (
            answer(square(*WRONG), square_marks, remarks=("Your assumption `a > 0` was not used.",)),
            answer(gradient, [mark("M1", 1, 4, 3, "grad-vc"), mark("A1", 0, 2, question="grad-vc")], "grad-vc",
                   open=("for the grader: step 2 is unclear",)),
            answer(None, [mark("M1", 0, 3, question="last")], "last"),
        ),
        (FINDING,),
        ("There were two attempts; the last one counts.",),
    )


def holding(said: str, id: str = "s") -> Graded:
    """A submission in which every text is this one."""
    place = Place(3, 2, 3, 5)
    finding = Finding(said, said, place, f"x{said}", (said,))
    steps = tuple(
        StepReport(
            index, said, said, said, place, f"x{said}", verdict, said, False, mathml=said, previous=0, method=said,
            conditions=(NamedCondition(said, "domain"),), reason=said, by=said, remark=said, instances=3,
            counterexample=Witness({said: said}, {said: 1}, said, said, (), said), diagnosis=Diagnosis(said, said, said, said),
            notes=(said,), diagnostics=(finding,) if verdict == "invalid" else (), case=said, internal=said,
        )
        for index, verdict in enumerate([None, "proved", "refuted", "invalid", "undecided", "conflict", "checked"])
    )
    report = DerivationReport(said, said, said, said, steps, (Ending(2, 0, (1,), False, said, said, said),))
    codes = ("other", "ok-ft", "sign", "unreadable", "undecided", said, "checked")
    marks = (
        Mark(said, said, 1, 2, 3, "M", "open", said, said, said, said, (1,), said),
        Mark(said, f"{said}2", 0, 0, 3, "A", "lost", said, said, said, said),
    )
    found = Answer(said, said, marks, tuple(Outcome(at, code) for at, code in enumerate(codes)), report, (said,), (said,))
    return Graded(id, (found, found), (finding,), (said,))


def whole_class() -> list[Graded]:
    """Thirty submissions of one question, among them the same mistakes several times."""
    found = []
    for number, lines in enumerate([WRONG, RIGHT, RECOVERS, UNREAD, SIGN] * 6):
        earned = (number * 7) % 11 * 0.6
        marks = [
            mark("M1", min(earned, 6), 6, min(earned + 1, 6) if lines is UNREAD else None, grader_note=NOTE),
            mark("A1", 4 if lines is RIGHT else number % 3, 4),
        ]
        if number == 29:
            found.append(Graded(f"id{number:02}", (answer(None, marks),), (FINDING,)))
        elif number == 28:
            found.append(Graded(f"id{number:02}", (answer(None, [mark("M1", 0, 6), mark("A1", 0)]),)))
        else:
            found.append(submission(f"id{number:02}", *lines, marks=marks))
    return found
