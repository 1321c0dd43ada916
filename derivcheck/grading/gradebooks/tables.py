"""Tables of separated values, cell by cell with their places in the file, so that one cell changes and nothing else does."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from derivcheck.usage import UsageError

_SEPARATORS = ",;\t"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it says, and where it stands in the text, its quotes included."""

    value: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells.

    text: the whole file; separator: between cells; mark, encoding: how the file's bytes say it; rows: without empty lines;
    lines: at which line of the file each row begins, from 1.
    """

    text: str
    separator: str
    mark: bytes
    encoding: str
    rows: tuple[tuple[Cell, ...], ...]
    lines: tuple[int, ...] = field(repr=False)

    def value(self, row: int, column: int) -> str:
        """What a cell says; nothing if the row is too short to have it."""
        cells = self.rows[row]
        return cells[column].value if column < len(cells) else ""

    def spliced(self, changes: Mapping[tuple[int, int], str]) -> bytes:
        """The file with some cells, by row and column, saying something else; quotes are added only where they must be.

        A row that is too short for a cell gets the separators that it lacks.
        """
        pieces, at = [], 0
        for (row, column), value in sorted(changes.items()):
            cells = self.rows[row]
            if column < len(cells):
                start, end, lacking = cells[column].start, cells[column].end, ""
            else:
                start = end = cells[-1].end
                last = max((other for (r, other) in changes if r == row and len(cells) <= other < column), default=len(cells) - 1)
                lacking = self.separator * (column - last)
            quoted = self.text[start : start + 1] == '"' and not lacking
            pieces += [self.text[at:start], lacking, self._written(value, quoted)]
            at = end
        return self.mark + "".join((*pieces, self.text[at:])).encode(self.encoding)

    def _written(self, value: str, quoted: bool) -> str:
        value = value.encode(self.encoding, "replace").decode(self.encoding)
        if quoted or any(c in value for c in f'"\r\n{self.separator}'):
            return '"' + value.replace('"', '""') + '"'
        return value


def read(data: bytes) -> Table:
    """A table as Canvas, Moodle or a spreadsheet writes it; raises ``UsageError`` where there is no text in it.

    As the ``csv`` module reads it: quotes count at the beginning of a cell only, and what follows the closing one belongs to it.
    """
    mark, encoding = next((pair for pair in _MARKS if data.startswith(pair[0])), (b"", "utf-8"))
    text = _decoded(data[len(mark) :], encoding)
    if text is None and not mark:
        encoding, text = "cp1252", _decoded(data, "cp1252")
    if text is None or "\0" in text or not text.strip():
        raise UsageError("the gradebook is no table that can be read: export it as CSV in UTF-8")
    separator = _separator(text)
    rows, lines = _rows(text, separator)
    return Table(text, separator, mark, encoding, rows, lines)


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_DANGEROUS) else text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _separator(text: str) -> str:
    """The separator that the first line has most of, outside quotes."""
    header = re.sub(r'"[^"]*+(?:"|\Z)', "", text.lstrip("\r\n")).splitlines()
    return max(_SEPARATORS, key=header[0].count if header else text.count)


def _rows(text: str, separator: str) -> tuple[tuple[tuple[Cell, ...], ...], tuple[int, ...]]:
    rows: list[tuple[Cell, ...]] = []
    lines: list[int] = []
    cells: list[Cell] = []
    quoted = r'(?:"(?P<quoted>[^"]*+(?:""[^"]*+)*+)(?:"|\Z))?'
    cell = re.compile(rf"{quoted}(?P<plain>[^{separator}\r\n]*+)(?P<end>{separator}|\r\n|\r|\n|\Z)")
    at, line, begun = 0, 1, 1
    while at < len(text) or cells:
        found = cell.match(text, at)
        assert found is not None  # every part of it may be empty
        value = (found["quoted"] or "").replace('""', '"') + found["plain"]
        cells.append(Cell(value, at, found.start("end")))
        line += len(re.findall(r"\r\n|\r|\n", found[0]))
        at = found.end()
        if found["end"] != separator:
            if len(cells) > 1 or cells[0].end > cells[0].start:
                rows.append(tuple(cells))
                lines.append(begun)
            cells, begun = [], line
    return tuple(rows), tuple(lines)
