"""A gradebook with a column filled: who stands in which row, and how that gradebook writes numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from derivcheck.grading.gradebooks import canvas, moodle
from derivcheck.grading.gradebooks.layouts import Layout, keys
from derivcheck.grading.gradebooks.tables import Table, harmless, read
from derivcheck.grading.layouts import Identity
from derivcheck.reports.wording import printable
from derivcheck.usage import UsageError

_COMMA = re.compile(r"\s*[0-9]+,[0-9]+\s*")
_POINT = re.compile(r"\s*[0-9]+\.[0-9]+\s*")


@dataclass(frozen=True, slots=True)
class Result:
    """What a gradebook gets to know of a submission.

    id: opaque; points: ``None`` where a person must decide first; feedback: text for the student, which any gradebook may show.
    """

    id: str
    identity: Identity
    points: float | None
    feedback: str = ""


@dataclass(frozen=True, slots=True)
class Filled:
    """A gradebook and what became of it.

    data: the file; filled: how many students have points now; undecided: the ids left to a person; missing: the ids of whom the
    gradebook does not know, or not without doubt; without: the lines of students without a submission; warnings: sentences.
    """

    data: bytes
    filled: int
    undecided: tuple[str, ...]
    missing: tuple[str, ...]
    without: tuple[int, ...]
    warnings: tuple[str, ...]


def filled(data: bytes, results: Sequence[Result], column: str | None = None, worth: float | None = None) -> Filled:
    """A gradebook that Canvas or Moodle exported, with points, and feedback where it has a column for that, and nothing else new.

    column: the header of the one to fill, if there are several; worth: what the key is worth, to be compared.  Points of which a
    person must decide leave their cells as they are.  Raises ``UsageError`` where the table or its column is not recognised.
    """
    table = read(data)
    layout = _layout(table, column)
    rows = _rows(layout, results)
    comma = _has_commas(table, layout)
    changes: dict[tuple[int, int], str] = {}
    for result, row in zip(results, rows, strict=True):
        if row is None or row in layout.excused or result.points is None:
            continue
        changes[row, layout.column] = _number(result.points, comma)
        if layout.feedback is not None and result.feedback:
            changes[row, layout.feedback] = _as_html(result.feedback)
    found = set(rows)
    return Filled(
        table.spliced(changes),
        sum(at == layout.column for _, at in changes),
        tuple(result.id for result, row in zip(results, rows, strict=True) if row is not None and result.points is None),
        tuple(result.id for result, row in zip(results, rows, strict=True) if row is None),
        tuple(table.lines[row] for row in layout.people if row not in found),
        tuple(_warnings(table, layout, found, worth)),
    )


def _layout(table: Table, column: str | None) -> Layout:
    if canvas.recognised(table):
        return canvas.layout(table, column)
    if moodle.is_worksheet(table):
        return moodle.worksheet(table, column)
    if moodle.is_gradebook(table):
        return moodle.gradebook(table, column)
    header = ", ".join(f"“{printable(cell.value.strip())}”" for cell in table.rows[0][:8])
    raise UsageError(f"this is no gradebook of Canvas or Moodle that is known: its header begins {header}")


def _rows(layout: Layout, results: Sequence[Result]) -> list[int | None]:
    """For each result its row, ``None`` unless one row, and no other result, has one of its keys."""
    known: dict[str, set[int]] = defaultdict(set)
    for row, told in layout.people.items():
        for key in told:
            known[key].add(row)
    found = [{row for key in keys(result.identity) for row in known.get(key, ())} for result in results]
    rows = [next(iter(some)) if len(some) == 1 else None for some in found]
    times = Counter(rows)
    return [row if times[row] == 1 else None for row in rows]


def _has_commas(table: Table, layout: Layout) -> bool:
    """Whether the gradebook writes decimal commas: as its numbers do, else wherever a comma separates nothing."""
    cells = [table.value(row, layout.column) for row in layout.people] + [table.value(*cell) for cell in layout.maxima]
    commas, points = (sum(1 for cell in cells if form.fullmatch(cell)) for form in (_COMMA, _POINT))
    return commas > points if commas or points else table.separator == ";"


def _number(value: float, comma: bool) -> str:
    """Points in full, ``3.5`` or ``3,5``, at most to a millionth."""
    text = format(Decimal(repr(round(value, 6))).normalize(), "f")
    return text.replace(".", ",") if comma else text


def _as_html(text: str) -> str:
    """A text as the HTML that Moodle takes feedback for, which no spreadsheet takes for a formula."""
    return harmless(escape(text.strip(), quote=False).replace("\r\n", "\n").replace("\n", "<br>"))


def _warnings(table: Table, layout: Layout, found: set[int | None], worth: float | None) -> Iterator[str]:
    column = table.rows[0][layout.column].value.strip()
    most = {table.value(*cell).strip() for cell in layout.maxima if table.value(*cell).strip()}
    if worth is not None and any(_value(text) != worth for text in most):
        yield (
            f"“{column}” is out of {', '.join(sorted(most))} and the key is worth {_number(worth, False)}: "
            "points were written as they are"
        )
    for row in sorted(layout.excused & found):
        yield f"the student in line {table.lines[row]} is excused and was left so"


def _value(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
