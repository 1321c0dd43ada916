"""The table that ``nbgrader export`` writes (nbgrader.readthedocs.io, Exporting grades)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from derivcheck.grading.grades import line
from derivcheck.grading.layouts import Identity
from derivcheck.grading.marks import Graded

_HEADER = (
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)


def table(class_: Iterable[tuple[Identity, Graded]], assignment: str) -> Iterator[str]:
    """The header, and a line for each submission as it comes.

    The student's id is the number that the platform gave, else the opaque one.  Nothing is taken off for being late.  Where a
    person must decide first there is no score.
    """
    yield line(_HEADER)
    for identity, it in class_:
        score = "" if it.status == "review" else str(float(it.points))
        who = identity.number or it.id
        yield line((assignment, "", "", who, "", "", "", score, "0.0", score, str(float(it.worth))))
