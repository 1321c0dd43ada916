"""The columns of a display: where an ``&`` sets equations apart, and what stands in the column beside one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from derivcheck.syntax.latex.items import Item, Items
from derivcheck.syntax.latex.relations import commands

SPACING = frozenset({"thin", "quad", "apart"})
RELATING = frozenset({"relation", "link"})
OPERATORS = commands("pm mp cdot times div odot otimes oplus ominus circ ast star bullet") | set("+-/*")
NUMBER = re.compile(r"\(\s*([0-9]+(?:\.[0-9]+)*[a-z]?|[A-Za-z]|[ivx]+|\*+|(?:\\ast|\\star|\\dagger)+)\s*\)", re.ASCII)
_BLANK = SPACING | {"amp"}


def operator(item: Item) -> bool:
    """Whether this is a sign between two formulas."""
    return item.kind == "formula" and item.value in OPERATORS


def equations(found: Items, items: list[Item]) -> list[tuple[int, list[Item]]]:
    """The words of each equation of a row, with the number of its column: after so many ``&`` the next one begins."""
    cells: list[tuple[int, list[Item]]] = []
    begin, column, signs = 0, 0, 0
    last: int | None = None
    ahead = following(items)
    counted = list(accumulate(item.kind == "amp" for item in items))
    for at, item in enumerate(items):
        if item.kind not in _BLANK:
            last = at
        if item.kind != "amp":
            continue
        signs += 1
        place = ahead[at]
        if place is None or signs % found.columns:
            continue
        before = items[last] if last is not None and last >= begin else None
        numbered = ahead[place] is None and before is not None and NUMBER.fullmatch(written(found, items[place]))
        if not numbered and _parts(before, items[place], counted[place] > signs):
            cells.append((column, items[begin:at]))
            begin, column = at + 1, signs // found.columns
    return [*cells, (column, items[begin:])]


def following(items: Sequence[Item]) -> list[int | None]:
    """For each word the number of the next one that is no blank."""
    found: list[int | None] = []
    ahead: int | None = None
    for at in range(len(items) - 1, -1, -1):
        found.append(ahead)
        ahead = at if items[at].kind not in _BLANK else ahead
    return found[::-1]


def _parts(before: Item | None, after: Item, crossed: bool) -> bool:
    """Whether an ``&`` sets equations apart: the formula before it does not go on; crossed: a further ``&`` follows."""
    if before is not None and (before.kind in RELATING or operator(before)):
        return False
    if after.kind == "formula" and not operator(after):
        return True
    return crossed and (after.kind == "relation" or (before is None and after.kind == "formula"))


def written(found: Items, item: Item) -> str:
    """The text of a word."""
    return found.text[item.start : item.end]
