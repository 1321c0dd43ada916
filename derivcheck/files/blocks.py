"""What a document holds for us, in its order: YAML, displays, and what cannot be told apart from them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from derivcheck.files.source import Source
from derivcheck.syntax.latex.arrangement import DISPLAYS, INNER

ENVIRONMENTS = "|".join(DISPLAYS + INNER)
OPENING = rf"\$\$|\\\[|\\begin[ \t]*\{{(?:{ENVIRONMENTS})\*?\}}"
"""What begins a display."""

MARK = r"%![ \t]*(?:right|wrong|invalid|conditional|open)\b"
"""A mark, wherever it stands."""

STRAY = "this mark speaks of no step: write it behind the step in the display, behind the display, or alone in the line below"

_EMPTY_LINE = re.compile(r"^[ \t>]*$", re.MULTILINE)
_LINE_ENDS = re.compile(r"\r\n?")
_UNESCAPED_DOLLARS = re.compile(r"(?:[^$\\]|\\.|\$(?!\$))*+(\$\$)", re.DOTALL)
_UNESCAPED_BRACKET = re.compile(r"(?:[^\\]|\\[^\]])*+(\\\])", re.DOTALL)
_MARK = re.compile(r"([ \t.,;]*(?:\n[ \t>]*)?)(%(?:[^\n%]*%)?![^\n]*)")
_OPENING = re.compile(OPENING)
_ENVIRONMENT_NAME = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Header:
    """Declarations for the displays that follow: their YAML."""

    start: int
    end: int
    yaml: Source


@dataclass(frozen=True, slots=True)
class Fence:
    """The YAML of a whole derivation file."""

    start: int
    end: int
    yaml: Source


@dataclass(frozen=True, slots=True)
class Formula:
    """A display from ``start`` to ``end``; text: as long as that, with blanks for the signs around it; number: its own."""

    start: int
    end: int
    text: str
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something that begins and is never closed, or is not read; ours: it holds YAML for us."""

    start: int
    end: int
    message: str
    ours: bool = False
    code: str = "syntax"
    severity: str = "error"


Block: TypeAlias = Header | Fence | Formula | Trouble


@dataclass(frozen=True, slots=True)
class Paragraphs:
    """Where the empty lines of a text are: no formula goes on behind one."""

    starts: Sequence[int] = field(repr=False)
    length: int

    @classmethod
    def of(cls, text: str) -> Paragraphs:
        """The paragraphs of a text."""
        return cls([found.start() for found in _EMPTY_LINE.finditer(text)], len(text))

    def end(self, at: int) -> int:
        """Where the paragraph ends in which an offset lies."""
        place = bisect_left(self.starts, at)
        return self.starts[place] if place < len(self.starts) else self.length


def with_plain_line_ends(text: str) -> str:
    """The text with every line ended by a line feed alone, as long as it was."""
    return _LINE_ENDS.sub(lambda found: " \n" if len(found.group()) > 1 else "\n", text)


def display_at(text: str, structure: str, start: int, inside: int, limit: int) -> Formula | Trouble:
    """The display that begins at ``start`` and whose formula begins at ``inside``, before ``limit``.

    structure: the text with blanks for what may hold no closing sign.
    """
    opener = text[start:inside]
    environment = _ENVIRONMENT_NAME.search(opener)
    if environment:
        found = re.compile(rf"(?s:.)*?(\\end[ \t]*\{{{re.escape(environment[1])}\}})").match(structure, inside, limit)
        closer = rf"\end{{{environment[1]}}}"
    else:
        found = (_UNESCAPED_DOLLARS if opener == "$$" else _UNESCAPED_BRACKET).match(structure, inside, limit)
        closer = "$$" if opener == "$$" else r"\]"
    if not found:
        return Trouble(start, limit, f"this {opener} is not closed: write {closer} before the next empty line")
    inner = text[start : found.end()] if environment else _between(text, start, inside, found.start(1), found.end())
    end, mark = marked(text, found.end(), limit)
    return Formula(start, end, inner + mark)


def _between(text: str, start: int, inside: int, close: int, end: int) -> str:
    """What stands between two signs, with blanks for them."""
    return " " * (inside - start) + text[inside:close] + " " * (end - close)


def marked(text: str, at: int, limit: int) -> tuple[int, str]:
    """Where a mark ends that stands behind a display or alone in the line below, and the text up to there."""
    found = _MARK.match(text, at, limit)
    if not found:
        return at, ""
    further = _OPENING.search(text, found.start(2), found.end())
    end = further.start() if further else found.end()
    return end, re.sub(r"[.,;]", " ", found[1]) + text[found.start(2) : end]
