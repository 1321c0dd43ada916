"""A display split into steps: rows, relations at the top level, remarks, comments.

Offsets stay true: the text of a part has blanks where the display has what is no formula.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from derivcheck.diagnostic import Diagnostic, Span
from derivcheck.syntax.latex.columns import RELATING, SPACING, operator
from derivcheck.syntax.latex.items import Item, Items
from derivcheck.syntax.latex.relations import LINKS, leading
from derivcheck.syntax.latex.rows import Row, rows
from derivcheck.syntax.latex.splitting import Chunk, Splitting, modes
from derivcheck.syntax.tokens import MAX_TEXT, fail

__all__ = ["LINKS", "Display", "Part", "leading", "split"]

_CUT = re.compile(r"[^\S ]")


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


def split(text: str, start: int = 0, whole: bool = False, names: Container[str] = ()) -> Display:
    """The steps of a display whose text begins at an offset; raises ``InputError`` (``syntax``, ``too-large``).

    whole: rows are statements and are not split at their relations; names: letters that are no equation's number.
    """
    if len(text) > MAX_TEXT:
        fail("too-large", f"the display is longer than {MAX_TEXT:,} characters; split it", Span(start, start + len(text)))
    found = Items(text, start).read()
    made = rows(found, names)
    chunks = Splitting(found, modes(made, found.joining, whole)).chunks(made)
    _name(made, chunks)
    diagnostics = (*_comments(found, chunks, start), *_gaps(chunks, start))
    masked = _masked(found)
    if chunks and masked.count("\\boxed") < text.count("\\boxed"):
        chunks[0].notes.append("\\boxed{X} is read as X")
    parts = tuple(_part(chunk, masked, start) for chunk in chunks)
    name = next((_called(part) for part in parts if _called(part)), None)
    return Display(parts, bool(chunks) and chunks[-1].bare, name, diagnostics)


def _called(part: Part) -> str | None:
    return part.label or (f"eq-{part.number}" if part.number else None)


def _name(made: Sequence[Row], unsorted: Sequence[Chunk]) -> None:
    """Labels and numbers go to the first part of their row, or to the part before it."""
    if not unsorted:
        return
    chunks = sorted(unsorted, key=lambda chunk: chunk.items[0].start)
    starts = [chunk.items[0].start for chunk in chunks]
    for row in made:
        place = bisect_left(starts, row.start)
        own = chunks[place] if place < len(chunks) and starts[place] < row.end else chunks[max(0, place - 1)]
        own.labels += row.labels
        own.numbers += row.numbers


def _comments(found: Items, chunks: Sequence[Chunk], start: int) -> Iterator[Diagnostic]:
    """Reasons and marks go to the last part that has a formula before them."""
    full = sorted((chunk for chunk in chunks if not chunk.bare), key=lambda chunk: chunk.items[0].start)
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


def _gaps(chunks: Sequence[Chunk], start: int) -> Iterator[Diagnostic]:
    """What sets two formulas apart and would be read as nothing between them."""
    for chunk in chunks:
        before: Item | None = None
        gap: Item | None = None
        for item in chunk.items:
            if item.kind in SPACING:
                gap = gap or (item if item.kind == "apart" else None)
                continue
            if gap and before and not any(it.kind in RELATING or operator(it) for it in (before, item)):
                message = f"{gap.value} sets two formulas apart: write a relation or an operator between them, or end the row"
                yield Diagnostic("ambiguous", message, Span(start + gap.start, start + gap.end))
            before, gap = item, None


def _masked(found: Items) -> str:
    """The text with blanks for what is no formula, on one line."""
    kept: list[str] = []
    at = 0
    for start, end in sorted(found.blanks):
        if end > at:
            kept += [found.text[at:start], " " * (end - max(at, start))]
            at = end
    return _CUT.sub(" ", "".join([*kept, found.text[at:]]))


def _part(chunk: Chunk, masked: str, start: int) -> Part:
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
