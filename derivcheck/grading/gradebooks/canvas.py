"""The gradebook of Canvas: its header is in English everywhere, and students have the ids that names of files have too."""

from __future__ import annotations

import re

from derivcheck.grading.gradebooks.layouts import Layout, by_labels, by_number, chosen
from derivcheck.grading.gradebooks.tables import Table

_ASSIGNMENT = re.compile(r".*\([0-9]+\)\s*", re.DOTALL)
_IDENTIFYING = ("SIS User ID", "SIS Login ID")
_FIXED = ("Student", "ID", *_IDENTIFYING, "Integration ID", "Root Account", "Section")
_NOBODY = ("student, test", "test student")


def recognised(table: Table) -> bool:
    """Whether a table has the header that Canvas itself looks for."""
    header = [cell.value for cell in table.rows[0]]
    return len(header) > 2 and "Student" in header[0] and "ID" in header[1]


def layout(table: Table, column: str | None) -> Layout:
    """Where the points of an assignment go; raises ``UsageError`` where that cannot be told.

    Rows without an id are no students: what may be earned, and how it is posted.  Points Possible may stand in any of them.
    """
    header = [cell.value for cell in table.rows[0]]
    fixed = {at for at, text in enumerate(header) if text.strip() in _FIXED} | {0, 1}
    titled = [at for at, text in enumerate(header) if at not in fixed and _ASSIGNMENT.fullmatch(text)]
    points = chosen(header, titled, column)
    labels = [at for at, text in enumerate(header) if text.strip() in _IDENTIFYING]
    students = [row for row in range(1, len(table.rows)) if table.value(row, 1).strip().isdecimal()]
    people = {
        row: frozenset((by_number("canvas", table.value(row, 1)), *by_labels(table, row, labels)))
        for row in students
        if table.value(row, 0).strip().casefold() not in _NOBODY
    }
    return Layout(
        points,
        people,
        maxima=tuple((row, points) for row in range(1, len(table.rows)) if table.value(row, 0).strip() == "Points Possible"),
        excused=frozenset(row for row in students if table.value(row, points).strip().upper() == "EX"),
    )
