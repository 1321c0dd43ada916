"""Styled lines written to a stream, in colour where it wants colour."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from typing import TextIO

from derivcheck.reports.layout import Fragment, Line, wrapped
from derivcheck.reports.wording import printable

STYLES = {
    "": "",
    "dim": "dim",
    "good": "green",
    "warn": "yellow",
    "bad": "bold red",
    "path": "bold underline",
    "name": "bold cyan",
}
_WIDEST = 120


def width(stream: TextIO) -> int:
    """How many columns to write: the terminal's, within reason, and 80 where there is none."""
    known = stream.isatty() or "COLUMNS" in os.environ
    return max(40, min(shutil.get_terminal_size().columns, _WIDEST)) if known else 80


def wants_color(stream: TextIO, choice: str) -> bool:
    """Whether to colour: ``always``, ``never``, or ``auto`` by NO_COLOR, FORCE_COLOR and the kind of the stream."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def ascii_only(stream: TextIO) -> bool:
    """Whether the stream's encoding lacks the marks."""
    try:
        "✓✗‼".encode(stream.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def plain(lines: Iterable[Line], columns: int) -> Iterator[str]:
    """The lines without any style, row by row."""
    rows = (row for it in lines for row in _rows(it, columns))
    return ("".join(text for _, text in row).rstrip() + "\n" for row in rows)


def write(lines: Iterable[Line], stream: TextIO, color: bool, columns: int) -> None:
    """Write the lines; characters that the stream lacks become escapes."""
    if not color:
        for row in plain(lines, columns):
            stream.write(_encodable(row, stream))
        return
    from rich.console import Console  # takes time to import, and plain output does without
    from rich.text import Text

    console = Console(
        file=stream,
        force_terminal=True,
        color_system="standard",  # whatever rich thinks of TERM: that colour is wanted has been decided
        no_color=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
    for styled in (row for it in lines for row in _rows(it, columns)):
        text = Text(no_wrap=True, end="\n")
        for style, part in styled:
            text.append(_encodable(part, stream), STYLES[style] or None)
        console.print(text, soft_wrap=True)


def tell(text: str) -> None:
    """Write to standard error what may speak of paths, names and texts of others: each line can only be read."""
    for row in text.split("\n"):
        print(printable(row), file=sys.stderr)


def _rows(it: Line, columns: int) -> Iterable[list[Fragment]]:
    return [list(it.fragments)] if it.fixed else wrapped(it, columns)


def _encodable(text: str, stream: TextIO) -> str:
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
