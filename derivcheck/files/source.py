"""Files as text, and pieces of them whose every character knows where it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from derivcheck.diagnostic import Diagnostic, Place, Span

_LINE_END = re.compile(r"\r\n|\r|\n")
LONGEST_LINE = 2000
"""How much of a line is shown: thousands of steps may stand on one, and each shows it."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file's path, as the user wrote it, and its text."""

    path: str
    text: str = field(repr=False)
    _starts: tuple[int, ...] = field(init=False, repr=False, default=(0,))

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", (0, *(match.end() for match in _LINE_END.finditer(self.text))))

    def place(self, start: int, end: int) -> Place:
        """Lines and columns of the characters ``start`` to ``end`` (excluded)."""
        line, column = self._position(start)
        end_line, end_column = self._position(max(start, end))
        return Place(line, column, end_line, end_column)

    def line(self, number: int) -> str:
        """The text of a line, counted from 1, without its end; the beginning of one that is very long."""
        start = self._starts[number - 1]
        end = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[start : min(end, start + LONGEST_LINE)].rstrip("\r\n")

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


@dataclass(frozen=True, slots=True)
class Excerpt(Source):
    """Text taken out of a source, whose places and lines are those of that source.

    offsets: the place in the source of each character, and of the end.
    """

    source: Source = field(repr=False)
    offsets: Sequence[int] = field(repr=False)

    def place(self, start: int, end: int) -> Place:
        """Lines and columns in the source of the characters ``start`` to ``end`` (excluded)."""
        length = len(self.text)
        start, end = min(start, length), min(end, length)
        last = self.offsets[end - 1] + 1 if end > start else self.offsets[start]
        return self.source.place(self.offsets[start], last)

    def line(self, number: int) -> str:
        """The text of a line of the source, counted from 1, without its end."""
        return self.source.line(number)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text taken out of a source, possibly unescaped, folded or joined.

    offsets: the place in the source of each character, and of the end; one more than there are characters.
    """

    source: Source = field(repr=False)
    text: str
    offsets: Sequence[int] = field(repr=False)

    @classmethod
    def whole(cls, source: Source, start: int, end: int) -> Piece:
        """The source's own characters from ``start`` to ``end``."""
        return cls(source, source.text[start:end], range(start, end + 1))

    def part(self, start: int, end: int) -> Piece:
        """The characters ``start`` to ``end`` (excluded) as a piece of their own."""
        last = self.offsets[end - 1] + 1 if end > start else self.offsets[start]
        return Piece(self.source, self.text[start:end], (*self.offsets[start:end], last))

    def stripped(self) -> Piece:
        """Without white space around it."""
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, max(start, len(self.text.rstrip())))

    def flat(self) -> Piece:
        """On one line, without white space around it."""
        return Piece(self.source, self.text.replace("\n", " "), self.offsets).stripped()

    def split(self, separator: str) -> tuple[Piece, ...]:
        """The stripped pieces between the separators."""
        pieces, start = [], 0
        for part in self.text.split(separator):
            pieces.append(self.part(start, start + len(part)).stripped())
            start += len(part) + len(separator)
        return tuple(pieces)

    def lines(self) -> tuple[Piece, ...]:
        """The piece line by line, without the line ends."""
        pieces, start = [], 0
        for line in self.text.split("\n"):
            pieces.append(self.part(start, start + len(line)))
            start += len(line) + 1
        return tuple(pieces)

    def place(self, span: Span | None = None) -> Place:
        """Where in the file the piece, or a stretch of it, stands."""
        length = len(self.text)
        start, end = (0, length) if span is None else (min(span.start, length), min(span.end, length))
        last = self.offsets[end - 1] + 1 if end > start else self.offsets[start]
        return self.source.place(self.offsets[start], last)

    def locate(self, diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Diagnostics about this piece of text, given their places in the file."""
        return tuple(replace(d, place=self.place(d.span)) for d in diagnostics)


def join(pieces: Sequence[Piece]) -> Piece:
    """Pieces of one source as one text, a space between them."""
    text = " ".join(piece.text for piece in pieces)
    offsets = [offset for piece in pieces for offset in piece.offsets]
    return Piece(pieces[0].source, text, offsets)
