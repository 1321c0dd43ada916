"""A display split into steps: rows, relations at the top level, remarks, comments.

Offsets stay true: the text of a part has blanks where the display has what is no formula.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from derivcheck.diagnostic import Diagnostic, Span
from derivcheck.syntax.latex.items import Item, Items
from derivcheck.syntax.latex.relations import LINKS, leading
from derivcheck.syntax.latex.rows import RELATING, Row, operator, prose, rows
from derivcheck.syntax.tokens import MAX_TEXT, fail

__all__ = ["LINKS", "Display", "Part", "leading", "split"]

_CUT = re.compile(r"[^\S ]")
_SPACING = frozenset({"thin", "quad"})


@dataclass(frozen=True, slots=True)
class Part:
    """One step of a display, from ``start`` to ``end``.

    text: as long as that, beginning with the relation if there is one; relation: its plain spelling; by: the stated reason;
    mark: where the expectation stands, from its ``%!`` on; notes: remarks beside it; first_of_row, first_of_chain: whether it
    begins a row, and a chain of its own; states: whether it holds a relation that does not begin it; label, number: what its
    row is called.
    """

    start: int
    end: int
    text: str
    relation: str | None = None
    by: str | None = None
    mark: Span | None = None
    notes: tuple[str, ...] = ()
    first_of_row: bool = False
    first_of_chain: bool = False
    states: bool = False
    label: str | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Display:
    """The steps of a display; open: it ends with a relation or link that has nothing after it, its last part."""

    parts: tuple[Part, ...] = ()
    open: bool = False
    name: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class _Chunk:
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
        return all(item.kind in RELATING | _SPACING for item in self.items)

    @property
    def states(self) -> bool:
        return any(item.kind in {"relation", "states"} for item in self.items[1:])


def split(text: str, start: int = 0, whole: bool = False) -> Display:
    """The steps of a display whose text begins at an offset; raises ``InputError`` (``too-large``).

    whole: rows are statements and are not split at their relations.
    """
    if len(text) > MAX_TEXT:
        fail("too-large", f"the display is longer than {MAX_TEXT:,} characters; split it", Span(start, start + len(text)))
    found = Items(text, start).read()
    made = rows(found)
    chunks = _Splitting(found, whole or _links(made)).chunks(made)
    _name(made, chunks)
    diagnostics = tuple(_comments(found, chunks, start))
    masked = _masked(found)
    parts = tuple(_part(chunk, masked, start) for chunk in chunks)
    name = next((_called(part) for part in parts if _called(part)), None)
    return Display(parts, bool(chunks) and chunks[-1].bare, name, diagnostics)


def _links(made: Sequence[Row]) -> bool:
    """Whether the display is a chain of statements: a link stands in it, and not merely at its very beginning."""
    items = [item for row in made for item in row.items]
    return any(item.kind == "link" for item in items[1:])


def _called(part: Part) -> str | None:
    return part.label or (f"eq-{part.number}" if part.number else None)


@dataclass(slots=True)
class _Splitting:
    """Rows to chunks; statements: only links and rows part the display."""

    found: Items
    statements: bool
    made: list[_Chunk] = field(default_factory=list)

    def chunks(self, made: Sequence[Row]) -> list[_Chunk]:
        """The chunks of all rows; a row may go on with the last chunk of the row before."""
        waiting: list[str] = []
        for row in made:
            before = len(self.made)
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
        pieces = list(self._pieces(row))
        if self.made and self._goes_on(row, pieces[0]):
            self.made[-1].items += pieces.pop(0).items
        elif self.made:
            self._drop_repeated(pieces[0])
        if pieces:
            pieces[0].first_of_row = True
            pieces[0].first_of_chain |= row.named or pieces[0].relation is None
        self.made += pieces

    def _goes_on(self, row: Row, first: _Chunk) -> bool:
        """Whether a row belongs to the last chunk: a formula or a statement that is not complete."""
        last = self.made[-1]
        if row.named:
            return False
        if first.relation is not None:
            incomplete = self.statements and first.relation not in LINKS and not last.states
            return incomplete or (last.bare and last.relation != first.relation)
        return last.bare or self.found.joining or operator(last.items[-1]) or operator(first.items[0])

    def _drop_repeated(self, first: _Chunk) -> None:
        """A relation at the end of a row is repeated at the beginning of the next."""
        last = self.made[-1]
        if last.bare and last.relation == first.relation:
            self.found.blanks.append((last.items[0].start, last.items[-1].end))
            self.made.pop()

    def _pieces(self, row: Row) -> Iterator[_Chunk]:
        for number, segment in enumerate(self._segments(row)):
            for place, items in enumerate(self._parted(segment)):
                yield _Chunk(items, row, first_of_chain=number > 0 and place == 0)

    def _segments(self, row: Row) -> Iterator[list[Item]]:
        r"""The formulas that a comma with a ``\quad`` sets apart; in a chain of statements they stay together."""
        if self.statements:
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
        while after < len(items) and items[after].kind in _SPACING:
            after += 1
        quad = any(item.kind == "quad" for item in items[at:after])
        return after if quad and after < len(items) else 0

    def _parted(self, items: list[Item]) -> Iterator[list[Item]]:
        """The words parted before each relation or link that begins a part."""
        begin, formula, spoken = 0, False, False
        kinds = {"link"} if self.statements else RELATING
        for at, item in enumerate(items):
            spoken |= item.kind == "text" and self._speaks(items, at)
            if formula and item.kind in kinds and not spoken:
                yield self._tidy(items[begin:at])
                begin, formula = at, False
            formula |= item.kind not in RELATING | _SPACING
        yield self._tidy(items[begin:])

    def _speaks(self, items: Sequence[Item], at: int) -> bool:
        """Whether a text is words between formulas, such as a condition: what it says of a relation behind it is not known."""
        end = items[at].end
        after = next((item for item in items[at + 1 :] if item.kind not in _SPACING), None)
        attached = self.found.text[end : end + 1] in {"(", "_", "^"}
        return prose(items[at].value) and not attached and after is not None and after.kind not in RELATING

    def _tidy(self, items: list[Item]) -> list[Item]:
        r"""Without the ``\quad`` around the relation in front and at the end, and without a comma before a link."""
        kept = list(items)
        while len(kept) > 1 and (kept[-1].kind in _SPACING or (kept[-1].kind == "comma" and self.statements)):
            self._blank(kept.pop())
        while len(kept) > 1 and kept[0].kind in RELATING and kept[1].kind in _SPACING:
            self._blank(kept.pop(1))
        return kept

    def _blank(self, item: Item) -> None:
        self.found.blanks.append((item.start, item.end))


def _name(made: Sequence[Row], chunks: Sequence[_Chunk]) -> None:
    """Labels and numbers go to the first part of their row, or to the part before it."""
    if not chunks:
        return
    starts = [chunk.items[0].start for chunk in chunks]
    for row in made:
        place = bisect_left(starts, row.start)
        own = chunks[place] if place < len(chunks) and starts[place] < row.end else chunks[max(0, place - 1)]
        own.labels += row.labels
        own.numbers += row.numbers


def _comments(found: Items, chunks: Sequence[_Chunk], start: int) -> Iterator[Diagnostic]:
    """Reasons and marks go to the last part that has a formula before them."""
    full = [chunk for chunk in chunks if not chunk.bare]
    starts = [chunk.items[0].start for chunk in full]
    for comment in found.comments:
        text = found.text[comment.start : comment.end]
        mark = text.find("%!")
        span = Span(start + comment.start + max(mark, 0), start + comment.start + len(text.rstrip()))
        place = bisect_left(starts, comment.start)
        if not place:
            if mark >= 0:
                yield Diagnostic("bad-expectation", "a mark stands behind the step it speaks of; no step is before it", span)
            continue
        owner = full[place - 1]
        reason = text[1 : mark if mark >= 0 else None].strip() if mark else ""
        if reason and not comment.alone:
            owner.reasons.append(reason)
        if mark >= 0 and owner.marks:
            yield Diagnostic("bad-expectation", "a step has one mark %!; this is its second", span)
        elif mark >= 0:
            owner.marks.append(span)


def _masked(found: Items) -> str:
    """The text with blanks for what is no formula, on one line."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(found.blanks):
        if end > at:
            kept += [found.text[at:start], " " * (end - max(at, start))]
            at = end
    return _CUT.sub(" ", "".join([*kept, found.text[at:]]))


def _part(chunk: _Chunk, masked: str, start: int) -> Part:
    first, last = chunk.items[0].start, chunk.items[-1].end
    over = [item.over for item in chunk.items[:1] if item.over]
    return Part(
        start + first,
        start + last,
        masked[first:last],
        chunk.relation,
        " ".join([*over, *chunk.reasons]) or None,
        chunk.marks[0] if chunk.marks else None,
        tuple(chunk.notes),
        chunk.first_of_row,
        chunk.first_of_chain,
        chunk.states,
        chunk.labels[0] if chunk.labels else None,
        chunk.numbers[0] if chunk.numbers else None,
    )
