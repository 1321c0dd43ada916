"""Moodle's two tables: an assignment's worksheet, which has the participants' numbers, and the gradebook, which has names."""

from __future__ import annotations

import re
from dataclasses import dataclass

from derivcheck.grading.gradebooks.layouts import Layout, by_labels, by_name, by_number, chosen
from derivcheck.grading.gradebooks.tables import Table
from derivcheck.grading.gradebooks.words import columns, means
from derivcheck.usage import UsageError

_PARTICIPANT = re.compile(r"[^\d]*?(?P<number>[0-9]+)\s*")


@dataclass(frozen=True, slots=True)
class _Activity:
    """A column about an activity, ``Assignment: Week 3 (Real)``: kind, title, and as what it is shown."""

    kind: str
    title: str
    shown: str

    @classmethod
    def read(cls, header: str) -> _Activity | None:
        """The activity that a header names."""
        kind, colon, rest = header.partition(":")
        rest, shown = rest.strip(), ""
        before, opening, inside = rest.rpartition("(")
        if opening and before.strip() and inside.endswith(")") and ")" not in inside[:-1]:
            rest, shown = before.strip(), inside[:-1]
        return cls(kind, rest, shown) if kind and colon and rest else None


def is_worksheet(table: Table) -> bool:
    """Whether a table has the header of a worksheet for grading offline."""
    header = _header(table)
    return bool(columns(header, "identifier") and columns(header, "grade"))


def is_gradebook(table: Table) -> bool:
    """Whether a table has the header of an exported gradebook."""
    header = _header(table)
    return bool((columns(header, "first name") and columns(header, "last name")) or columns(header, "email"))


def worksheet(table: Table, column: str | None) -> Layout:
    """Where the points of the assignment go; raises ``UsageError`` where that cannot be told."""
    header = _header(table)
    if columns(header, "scale") and not columns(header, "maximum"):
        raise UsageError("this assignment is graded on a scale, for which there are no points")
    points = chosen(header, columns(header, "grade"), column)
    identifier = columns(header, "identifier")[0]
    labels = [at for at in (*columns(header, "id number"), *columns(header, "email")) if at != identifier]
    found = {row: _PARTICIPANT.fullmatch(table.value(row, identifier)) for row in range(1, len(table.rows))}
    people = {row: by_labels(table, row, labels) | {by_number("moodle", it["number"])} for row, it in found.items() if it}
    maxima = tuple((row, at) for at in columns(header, "maximum")[:1] for row in people)
    comments = columns(header, "comments")
    return Layout(points, people, comments[0] if len(comments) == 1 else None, maxima)


def gradebook(table: Table, column: str | None) -> Layout:
    """Where the points of an activity go; raises ``UsageError`` where that cannot be told."""
    header = _header(table)
    activities = {at: found for at, text in enumerate(header) if (found := _Activity.read(text))}
    texts = {at for at, it in activities.items() if means(it.kind, "feedback") or means(it.shown, "feedback")}
    others = {at for at, it in activities.items() if means(it.shown, "not points")}
    points = chosen(header, [at for at in activities if at not in texts | others], column)
    title = activities[points].title
    feedback = [at for at in texts if activities[at].title == title]
    names = [*columns(header, "first name")[:1], *columns(header, "last name")[:1]]
    labels = [*columns(header, "id number"), *columns(header, "email")]
    people = {
        row: by_labels(table, row, labels) | ({by_name(*(table.value(row, at) for at in names))} if len(names) == 2 else set())
        for row in range(1, len(table.rows))
    }
    return Layout(points, people, feedback[0] if len(feedback) == 1 else None)


def _header(table: Table) -> list[str]:
    return [cell.value for cell in table.rows[0]]
