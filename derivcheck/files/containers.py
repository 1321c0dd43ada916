"""What holds the lines of a Markdown text: quotations and the items of lists, as far as blocks of code end with them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_QUOTATION = re.compile(r"[ \t]{0,3}>[ \t]?")
_ITEM = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])(?:[ \t]+|$)")
_TAB = 4


@dataclass(frozen=True, slots=True)
class Line:
    """A line: whether it is indented as code, and where what holds it, a quotation or the item of a list, ends."""

    indented: bool
    last: int


def lines(text: str, start: int, end: int) -> dict[int, Line]:
    """The lines between two offsets by where they begin; an empty line belongs to what holds the one before."""
    begins: list[int] = []
    held: list[tuple[int, int]] = []
    indented: list[bool] = []
    columns: list[int] = []
    quotations, at = 0, start
    while at < end:
        stop = text.find("\n", at, end)
        stop = end if stop < 0 else stop
        depth, inside = _quotations(text, at, stop)
        written = bool(text[inside:stop].strip())
        if depth != quotations and (written or depth < quotations):
            columns, quotations = [], depth
        begins.append(at)
        indented.append(written and _descend(text, inside, stop, columns))
        held.append((quotations, columns[-1] if columns else 0))
        at = stop + 1
    limits = [min(pair) for pair in zip(*(_ends([line[by] for line in held], begins, end) for by in (0, 1)), strict=True)]
    return {at: Line(*line) for at, *line in zip(begins, indented, limits, strict=True)}


def _ends(depths: Sequence[int], begins: Sequence[int], end: int) -> list[int]:
    """For each line the end of the last one before a line of less depth."""
    found = [end] * len(depths)
    waiting: list[int] = []
    for number, depth in enumerate(depths):
        while waiting and depths[waiting[-1]] > depth:
            found[waiting.pop()] = begins[number] - 1
        waiting.append(number)
    return found


def _quotations(text: str, at: int, end: int) -> tuple[int, int]:
    """How many signs of a quotation stand in front, and where what follows them begins."""
    depth = 0
    while quoted := _QUOTATION.match(text, at, end):
        depth, at = depth + 1, quoted.end()
    return depth, at


def _descend(text: str, at: int, end: int, columns: list[int]) -> bool:
    """Leave the items that a line ends and enter those it begins; whether it is indented as code."""
    written = text[at:end].expandtabs(_TAB)
    width = len(written) - len(written.lstrip())
    while columns and width < columns[-1]:
        columns.pop()
    while width - (columns[-1] if columns else 0) < _TAB and (item := _ITEM.match(written, width)):
        begins = item.end() if item.end() - width <= _TAB + 1 and item.end() < len(written) else width + len(item[0].rstrip()) + 1
        columns.append(begins)
        if item.end() >= len(written):
            return False
        width = item.end()
    return width - (columns[-1] if columns else 0) >= _TAB
