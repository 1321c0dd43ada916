"""Rows parted into steps: at relations, or where they are statements at links alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from derivcheck.diagnostic import Span
from derivcheck.syntax.latex.columns import RELATING, SPACING, operator
from derivcheck.syntax.latex.items import Item, Items
from derivcheck.syntax.latex.relations import LINKS
from derivcheck.syntax.latex.rows import Row, prose


@dataclass(slots=True)
class Chunk:
    """The words of a part while the display is split."""

    items: list[Item]
    row: Row
    first_of_row: bool = False
    first_of_chain: bool = False
    reasons: list[str] = field(default_factory=list)
    marks: list[Span] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)

    @property
    def relation(self) -> str | None:
        return self.items[0].value if self.items[0].kind in RELATING else None

    @property
    def bare(self) -> bool:
        """Whether this is a relation with nothing after it."""
        return all(item.kind in RELATING | SPACING for item in self.items)

    @property
    def states(self) -> bool:
        return any(item.kind in {"relation", "states"} for item in self.items[1:])


class Mode(Enum):
    """How rows are parted: at relations; at links alone, each row a statement; at relations before the first link only."""

    CHAIN = "chain"
    STATEMENTS = "statements"
    CONCLUDED = "concluded"


def modes(made: Sequence[Row], joining: bool, whole: bool) -> list[Mode]:
    """How each row is parted: rows that go on with one another are parted alike, as the links in them say."""
    modes: list[Mode] = []
    for block in _blocks(made, joining):
        items = [item for row in block for item in row.items]
        link = next((at for at, item in enumerate(items) if at and item.kind == "link"), None)
        relations = sum(item.kind == "relation" for item in items[:link])
        mode = Mode.CHAIN if link is None else Mode.CONCLUDED if relations > 1 else Mode.STATEMENTS
        modes += [Mode.STATEMENTS if whole else mode] * len(block)
    return modes


def _blocks(made: Sequence[Row], joining: bool) -> Iterator[list[Row]]:
    """Rows gathered with those that go on with them."""
    block: list[Row] = []
    last: Item | None = None
    for row in made:
        if row.items:
            first = row.items[0]
            begins = first.kind not in RELATING and not operator(first) and not joining
            if row.fresh or row.named or (begins and last and last.kind not in RELATING and not operator(last)):
                yield block
                block = []
            last = row.items[-1]
        block.append(row)
    yield block


@dataclass(slots=True)
class Splitting:
    """Rows to chunks, each row in its mode; linked: a link stood in the rows that belong together."""

    found: Items
    modes: Sequence[Mode]
    mode: Mode = Mode.CHAIN
    linked: bool = False
    made: list[Chunk] = field(default_factory=list)

    @property
    def statements(self) -> bool:
        """Whether only links part the words that follow."""
        return self.mode is Mode.STATEMENTS or (self.mode is Mode.CONCLUDED and self.linked)

    def chunks(self, made: Sequence[Row]) -> list[Chunk]:
        """The chunks of all rows; a row may go on with the last chunk of the row before."""
        waiting: list[str] = []
        for row, mode in zip(made, self.modes, strict=True):
            before = len(self.made)
            self.mode = mode
            if row.items:
                self._row(row)
            added = self.made[before:]
            waiting += row.before
            if added:
                added[0].notes[:0] = waiting
                waiting = []
            if self.made:
                self.made[-1].notes += [*waiting, *row.after]
                waiting = []
            else:
                waiting += row.after
        return self.made

    def _row(self, row: Row) -> None:
        self.linked &= row.items[0].kind in RELATING
        pieces = list(self._pieces(row))
        if self.made and not row.fresh:
            if self._goes_on(row, pieces[0]):
                self.made[-1].items += pieces.pop(0).items
            else:
                self._drop_repeated(pieces[0])
        if pieces:
            pieces[0].first_of_row = True
            pieces[0].first_of_chain |= row.named or row.fresh or pieces[0].relation is None
        self.made += pieces

    def _goes_on(self, row: Row, first: Chunk) -> bool:
        """Whether a row belongs to the last chunk: a formula or a statement that is not complete."""
        last = self.made[-1]
        if row.named:
            return False
        if first.relation is not None:
            incomplete = self.statements and first.relation not in LINKS and not last.states
            return incomplete or (last.bare and last.relation != first.relation)
        return last.bare or self.found.joining or operator(last.items[-1]) or operator(first.items[0])

    def _drop_repeated(self, first: Chunk) -> None:
        """A relation at the end of a row is repeated at the beginning of the next."""
        last = self.made[-1]
        if last.bare and last.relation == first.relation:
            self.found.blanks.append((last.items[0].start, last.items[-1].end))
            self.made.pop()

    def _pieces(self, row: Row) -> Iterator[Chunk]:
        for number, segment in enumerate(self._segments(row)):
            for place, items in enumerate(self._parted(segment)):
                yield Chunk(items, row, first_of_chain=number > 0 and place == 0)

    def _segments(self, row: Row) -> Iterator[list[Item]]:
        r"""The formulas that a comma with a ``\quad`` sets apart; in a chain of statements they stay together."""
        if self.mode is not Mode.CHAIN:
            yield row.items
            return
        begin = 0
        for at, item in enumerate(row.items):
            if item.kind == "comma" and at > begin and (after := self._past_quad(row.items, at + 1)):
                self.found.blanks.append((item.start, row.items[after - 1].end))
                yield row.items[begin:at]
                begin = after
        yield row.items[begin:]

    def _past_quad(self, items: Sequence[Item], at: int) -> int:
        r"""The number of the word behind a ``\quad`` that begins here; 0 where there is none."""
        after = at
        while after < len(items) and items[after].kind in SPACING:
            after += 1
        quad = any(item.kind != "thin" for item in items[at:after])
        return after if quad and after < len(items) else 0

    def _parted(self, items: list[Item]) -> Iterator[list[Item]]:
        """The words parted before each relation or link that begins a part."""
        begin, formula, spoken = 0, False, False
        for at, item in enumerate(items):
            spoken |= item.kind == "text" and self._speaks(items, at)
            self.linked |= item.kind == "link"
            if formula and item.kind in ({"link"} if self.statements else RELATING) and not spoken:
                yield self._tidy(items[begin:at])
                begin, formula = at, False
            formula |= item.kind not in RELATING | SPACING
        yield self._tidy(items[begin:])

    def _speaks(self, items: Sequence[Item], at: int) -> bool:
        """Whether a text is words between formulas, such as a condition: what it says of a relation behind it is not known."""
        end = items[at].end
        after = next((item for item in items[at + 1 :] if item.kind not in SPACING), None)
        attached = self.found.text[end : end + 1] in {"(", "_", "^"}
        return prose(items[at].value) and not attached and after is not None and after.kind not in RELATING

    def _tidy(self, items: list[Item]) -> list[Item]:
        r"""Without the ``\quad`` around the relation in front and at the end, and without a comma before a link."""
        kept = list(items)
        while len(kept) > 1 and (kept[-1].kind in SPACING or (kept[-1].kind == "comma" and self.mode is not Mode.CHAIN)):
            self._blank(kept.pop())
        while len(kept) > 1 and kept[0].kind in RELATING and kept[1].kind in SPACING:
            self._blank(kept.pop(1))
        return kept

    def _blank(self, item: Item) -> None:
        self.found.blanks.append((item.start, item.end))
