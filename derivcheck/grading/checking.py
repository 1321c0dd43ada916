"""A key looked at before anything is graded with it: whether its own steps are right, and what full marks look like."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.grading.grade import Key, mark
from derivcheck.grading.layouts import Identity
from derivcheck.grading.marks import Graded, points
from derivcheck.grading.submissions import File, Submission
from derivcheck.running.means import Means
from derivcheck.running.report import StepReport
from derivcheck.running.run import judge
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Handed


@dataclass(frozen=True, slots=True)
class Checked:
    """What a key earns as an answer to itself, and what is wrong: sentences, none for a key that can be relied on."""

    graded: Graded
    wrong: tuple[str, ...]


def checked(key: Key, suffix: str, settings: Settings, means: Means) -> Checked:
    """The key graded with itself."""
    name = f"key{suffix}"
    files = tuple(judge([Handed(name, key.data, key.path, key.data)], settings, means).files)
    submission = Submission("key", (File(name, key.data),), Identity(None), "")
    graded = mark(key, submission, files)
    return Checked(graded, tuple(_wrong(graded)))


def _wrong(graded: Graded) -> Iterator[str]:
    for answer in graded.answers:
        for step in answer.report.steps if answer.report else ():
            if step.verdict not in {None, "proved"}:
                yield f"{answer.question}, step {step.index} is {step.verdict}: {_why(step)}"
        for it in answer.marks:
            if it.points != it.worth:
                earned = f"{points(it.points)} of {points(it.worth)}"
                yield f"{answer.question}, item {it.item}: the key's own steps earn {earned}: {it.reason}"


def _why(step: StepReport) -> str:
    if step.verdict == "checked":
        return "it held on every instance, and is not proved"
    said = step.diagnosis.message if step.diagnosis else step.reason
    return said or (step.diagnostics[0].message if step.diagnostics else "no reason is known")


def described(key: Key, found: Checked) -> Iterator[str]:
    """The questions with their items, what each wants, and what the key's own steps earn."""
    for question, answer in zip(key.questions, found.graded.answers, strict=True):
        title = f": {question.title}" if question.title else ""
        yield f"{question.name}{title} ({points(answer.worth)} points)"
        compared = answer.report.compared if answer.report else None
        if question.form:
            yield f"  the result must have {', '.join(question.form)}"
        largest = compared.largest if compared else question.grading.largest_step
        if largest:
            yield f"  a step may pass over {largest} of the key's {question.length} steps"
        for item, it in zip(question.grading.items, answer.marks, strict=True):
            more = [f"needs {', '.join(item.depends)}"] if item.depends else []
            more += [] if item.follows else ["correct answer only"]
            extra = f" ({'; '.join(more)})" if more else ""
            yield f"  {it.item} {it.kind} {points(it.worth)} for {', '.join(item.wanted)}{extra}: {it.reason}"
        yield f"  full marks: {' '.join(map(str, answer.outcomes))}"
