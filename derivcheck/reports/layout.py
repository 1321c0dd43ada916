"""Styled lines of text, wrapped to a width; ``as_text`` and ``explain`` write them, ``terminal`` prints them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivcheck.diagnostic import Place
from derivcheck.reports.wording import printable

Fragment = tuple[str, str]
"""A style and a text; the style is one of those that ``terminal`` knows."""


@dataclass(frozen=True, slots=True)
class Line:
    """Fragments on one line, wrapped under ``hang`` columns where they do not fit; fixed lines are cut instead."""

    fragments: tuple[Fragment, ...]
    hang: int = 0
    fixed: bool = False


def line(*fragments: Fragment, hang: int = 0) -> Line:
    """A line of fragments."""
    return Line(fragments, hang)


def wrapped(it: Line, width: int) -> Iterator[list[Fragment]]:
    """The line's fragments row by row; text is broken at spaces, and inside a word only where it is too long."""
    fragments = [(style, printable(text)) for style, text in it.fragments]
    if sum(columns(text) for _, text in fragments) <= width:
        yield fragments
        return
    row: list[Fragment] = []
    used = 0
    for style, text in fragments:
        for word in _words(text):
            for part in _broken(word, width - it.hang):
                if used + columns(part.rstrip()) > width and used > it.hang:
                    yield row
                    row, used = [("", " " * it.hang)], it.hang
                    part = part.lstrip()
                row[-1:] = [(style, row[-1][1] + part)] if row and row[-1][0] == style else [*row[-1:], (style, part)]
                used += columns(part)
    yield row


def columns(text: str) -> int:
    """How many columns a terminal gives to a text."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _words(text: str) -> Iterator[str]:
    """Words, each with the spaces before it."""
    start = 0
    for at in range(1, len(text)):
        if text[at] == " " and text[at - 1] != " ":
            yield text[start:at]
            start = at
    yield text[start:]


def _broken(word: str, width: int) -> Iterator[str]:
    """A word in parts that fit into a width; each character is looked at once, for a word may be as long as a file."""
    start, used = 0, 0
    for at, character in enumerate(word):
        wide = columns(character)
        if used + wide > width and at > start:
            yield word[start:at]
            start, used = at, 0
        used += wide
    yield word[start:]


def _fitting(text: str, width: int) -> int:
    """How many characters of a text that is too long fit into a width."""
    if text.isascii():
        return min(len(text), width)
    used = 0
    for count, character in enumerate(text):
        used += columns(character)
        if used > width:
            return count
    return len(text)


def snippet(excerpt: str, place: Place, style: str, width: int, indent: int) -> Sequence[Line]:
    """The author's line with carets under a place; a long line is cut around it."""
    bare = excerpt.lstrip()
    column = place.column - (len(excerpt) - len(bare))
    excerpt, number = bare, str(place.line)
    room = max(20, width - indent - len(number) - 3)
    start = max(0, column - 1)
    end = start + 1 + place.end_column - place.column if place.end_line == place.line else len(excerpt) + 1
    length = max(1, min(end - 1, len(excerpt.rstrip())) - start)
    first = 0 if len(excerpt) <= room else max(0, min(start - 4, len(excerpt) - room))
    shown = printable(excerpt.replace("\t", " ")[first:])
    shown = shown[: _fitting(shown, room)]
    before = columns(printable(excerpt.replace("\t", " ")[first:start]))
    carets = "^" * max(1, min(columns(printable(excerpt[start : start + length])), room - before))
    gutter = " " * (indent + len(number))
    return (
        Line((("dim", f"{' ' * indent}{number} | "), ("", shown)), fixed=True),
        Line((("dim", f"{gutter} | "), ("", " " * before), (style, carets)), fixed=True),
    )
