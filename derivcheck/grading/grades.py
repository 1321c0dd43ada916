"""``grades.csv``: a row for each submission, written as they are graded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from derivcheck.grading.gradebooks.tables import harmless
from derivcheck.grading.marks import Graded, points

_BEFORE = ("id", "status", "points", "most", "worth")


def table(graded: Iterable[Graded], items: Sequence[tuple[str, str]]) -> Iterator[str]:
    """The header, and a line for each submission as it comes.

    items: the questions and items of the key, in its order, as ``marks.items`` has them: the columns, called ``question/item``
    where there are several questions.  An item that is open shows the points that are certain; one that was not marked, none.
    """
    several = len({question for question, _ in items}) > 1
    names = [f"{question}/{item}" if several else item for question, item in items]
    yield line((*_BEFORE, *names, "outcomes"))
    for it in graded:
        marks = {(mark.question, mark.item): points(mark.points) for answer in it.answers for mark in answer.marks}
        totals = (points(it.points), points(it.most), points(it.worth))
        yield line((it.id, it.status, *totals, *(marks.get(item, "") for item in items), it.outcomes))


def line(cells: Iterable[str]) -> str:
    """A line of a CSV file, in which no cell is a formula."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerow([harmless(cell) for cell in cells])
    return written.getvalue()
