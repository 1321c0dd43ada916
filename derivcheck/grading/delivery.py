"""The files of a graded class: each submission's as it comes, and those on the whole class at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from derivcheck.grading import feedback_html, feedback_markdown, feedback_zip, grades, result_json
from derivcheck.grading.class_page import ClassPicture
from derivcheck.grading.gradebooks.filling import Result
from derivcheck.grading.marks import Graded, points
from derivcheck.grading.overrides import Overrides
from derivcheck.grading.submissions import Submission
from derivcheck.grading.writing import made, write


class Delivery:
    """The files of a class in a folder.

    items: the questions and items of the key; results: what gradebooks get to know; waiting: how many submissions are for a
    person; done: how many there are; worth: what the key is worth.
    """

    def __init__(self, folder: Path, title: str, items: Sequence[tuple[str, str]], overrides: Overrides) -> None:
        self.folder = folder
        self.title = title
        self.overrides = overrides
        self.results: list[Result] = []
        self.items = items
        self._rows: list[str] = []
        self.waiting = self.done = 0
        self.worth = 0.0
        self._picture = ClassPicture()
        self._wanted: list[tuple[str, Path]] = []

    def add(self, submission: Submission, machine: Graded) -> Graded:
        """Write what one student is told; the marks with what a person decided."""
        graded = self.overrides.apply(machine)
        own = self.folder / "submissions" / graded.id
        made(own)
        write(own / "feedback.html", "".join(feedback_html.page(graded, self.title)).encode())
        write(own / "feedback.md", feedback_markdown.text(graded, self.title).encode())
        write(own / "result.json", result_json.encode(graded))
        self._picture.add(graded)
        self._rows += list(grades.table([graded], self.items))[1:]
        self._wanted.append((submission.wanted, own / "feedback.html"))
        decided = graded.points if graded.status != "review" else None
        self.results.append(Result(graded.id, submission.identity, decided, summary(graded)))
        self.done += 1
        self.waiting += graded.status == "review"
        self.worth = graded.worth
        return graded

    def finish(self) -> None:
        """Write what is said of all of them together."""
        write(self.folder / "grades.csv", "".join((*grades.table([], self.items), *sorted(self._rows))).encode())
        write(self.folder / "class.html", "".join(self._picture.page(self.title)).encode())
        feedback_zip.write(self.folder / "feedback.zip", self._wanted)


def summary(graded: Graded) -> str:
    """A line for a gradebook: the total, and what was lost for what reason."""
    return " ".join(_said(graded))


def _said(graded: Graded) -> Iterator[str]:
    yield f"{points(graded.points)} of {points(graded.worth)} points."
    for answer in graded.answers:
        for mark in answer.marks:
            if mark.points < mark.worth:
                yield f"{answer.question} {mark.item}: {points(mark.points)} of {points(mark.worth)}, {mark.reason}."
