"""TeX: headers in comments, displays; comments and verbatim text are left alone."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from derivcheck.files.blocks import (
    MARK,
    OPENING,
    STRAY,
    Block,
    Header,
    Paragraphs,
    Trouble,
    display_at,
    with_plain_line_ends,
)
from derivcheck.files.source import Excerpt, Source

_LITERAL = re.compile(
    r"(?P<comment>%[^\n]*)"
    r"|\\begin[ \t]*\{(?P<verbatim>(?:verbatim|Verbatim|lstlisting|comment|minted)\*?)\}"
    r"|\\(?:verb\*?|lstinline(?:\[[^\]\n]{0,200}\])?)(?P<bar>[^\sA-Za-z*{])"
    r"|\\(?:href|url|nolinkurl|path)[ \t]*(?P<address>\{)"
    r"|(?P<false>\\iffalse(?![A-Za-z]))"
    r"|\\.",
    re.DOTALL,
)
_BEGIN = re.compile(r"\\begin[ \t]*\{document\}")
_END = re.compile(r"\\end[ \t]*\{document\}")
_NEXT = re.compile(rf"(?P<display>{OPENING})|(?P<dollar>\$)|(?P<command>\\(?:begin[ \t]*\{{[^{{}}]*\}}|[A-Za-z]+|.))", re.DOTALL)
_DEFINED = re.compile(
    r"\\(?:re|provide)?(?:newcommand|def|DeclareRobustCommand)\*?[ \t]*+\{?[ \t]*+(?P<command>\\[A-Za-z]++)[^\n{]{0,200}+\{"
    r"|\\(?:re)?newenvironment\*?[ \t]*+\{(?P<environment>[^{}\n]{0,200}+)\}[^\n{]{0,200}+\{"
)
_OPENING = re.compile(OPENING)
_MARK = re.compile(MARK)
_INLINE_END = re.compile(r"(?:[^$\\]|\\.)*+\$", re.DOTALL)
_HEADER = re.compile(r"%+[ \t]*derivcheck[ \t]*(?::[ \t]*|(?=\n|$))", re.IGNORECASE)
_ADDRESS = re.compile(r"[^{}\n]*\}")
_FI = re.compile(r"\\fi(?![A-Za-z])")
_CONTINUED = re.compile(r"[ \t]*%+ ?")
_LONGEST_VERB = 2000
"""How many characters after ``\\verb`` are searched for its second bar, so that many without one stay cheap."""


def blocks(source: Source) -> list[Block]:
    """What a TeX file holds."""
    text = with_plain_line_ends(source.text)
    literal = _Literal(text)
    found: list[Block] = [*_headers(source, text, literal.comments), *_displays(text, literal)]
    return sorted(found, key=lambda block: block.start)


@dataclass(slots=True)
class _Literal:
    """A text's comments, and its structure: the text with blanks for comments and verbatim text."""

    text: str
    structure: str
    comments: list[int]

    def __init__(self, text: str) -> None:
        self.text, self.comments = text, []
        kept: list[str] = []
        at = 0
        while found := _LITERAL.search(text, at):
            start, end = self._blank(found)
            kept += [text[at:start], _blanked(text[start:end])]
            at = max(end, found.end()) if end > start else found.end()
            kept.append(text[max(start, end) : at])
        self.structure = "".join([*kept, text[at:]])

    def _blank(self, found: re.Match[str]) -> tuple[int, int]:
        """The stretch that a comment, or what begins verbatim text, makes blank."""
        if found["comment"]:
            line = self.text.rfind("\n", 0, found.start()) + 1
            if not self.text[line : found.start()].strip():
                self.comments.append(found.start())
            return found.span()
        if found["verbatim"]:
            close = self.text.find(rf"\end{{{found['verbatim']}}}", found.end())
            return found.end(), close if close >= 0 else len(self.text)
        if found["bar"]:
            close = self.text.find(found["bar"], found.end(), found.end() + _LONGEST_VERB)
            return found.end(), close if close >= 0 and "\n" not in self.text[found.end() : close] else found.end()
        if found["address"]:
            address = _ADDRESS.match(self.text, found.end())
            return found.end(), address.end() - 1 if address else found.end()
        if found["false"]:
            shown = _FI.search(self.text, found.end())
            return found.start(), shown.end() if shown else found.start()
        return found.start(), found.start()


def _blanked(text: str) -> str:
    return "".join("\n" if character == "\n" else " " for character in text)


def _headers(source: Source, text: str, comments: Sequence[int]) -> Iterator[Header]:
    """Comments that begin with ``derivcheck:``, each with the lines of comments that follow it."""
    place = 0
    while place < len(comments):
        start = comments[place]
        place += 1
        header = _HEADER.match(text, start)
        if not header:
            continue
        pieces = [(header.end(), _line_end(text, start))]
        while place < len(comments) and (follow := _CONTINUED.match(text, pieces[-1][1])) and follow.end() > comments[place]:
            if _HEADER.match(text, comments[place]):
                break
            pieces.append((follow.end(), _line_end(text, follow.end())))
            place += 1
        yield Header(start, pieces[-1][1], _excerpt(source, pieces))


def _line_end(text: str, at: int) -> int:
    """The offset behind the end of the line."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _excerpt(source: Source, pieces: Sequence[tuple[int, int]]) -> Excerpt:
    offsets = [offset for start, end in pieces for offset in range(start, end)]
    text = "".join(source.text[start:end] for start, end in pieces)
    return Excerpt(source.path, text, source, [*offsets, pieces[-1][1]])


def _displays(text: str, literal: _Literal) -> Iterator[Block]:
    structure, paragraphs = literal.structure, Paragraphs.of(text)
    shorthands = _shorthands(structure)
    begin, end = _BEGIN.search(structure), _END.search(structure)
    at, stop = begin.end() if begin else 0, end.start() if end and begin else len(text)
    taken: list[tuple[int, int]] = []
    while found := _NEXT.search(structure, at, stop):
        at = found.end()
        limit = min(paragraphs.end(at), stop)
        if found["display"]:
            made = display_at(text, structure, found.start(), at, limit)
            yield made
            at = made.end
            taken.append((made.start, made.end))
        elif found["dollar"]:
            inline = _INLINE_END.match(structure, at, limit)
            if not inline:
                yield Trouble(found.start(), limit, "this $ is not closed: write $ before the next empty line")
            at = inline.end() if inline else limit
        elif meant := shorthands.get(found["command"]):
            message = f"nothing of this display is judged: {found['command']} stands for {meant}, write that"
            yield Trouble(found.start(), at, message, code="not-judged", severity="warning")
    yield from _stray(text, literal.comments, taken)


def _shorthands(structure: str) -> dict[str, str]:
    """The commands that the text defines for the beginning of a display, and what they stand for."""
    found: dict[str, str] = {}
    for definition in _DEFINED.finditer(structure):
        inside = _OPENING.match(structure, definition.end())
        if inside:
            name = definition["command"] or rf"\begin{{{definition['environment']}}}"
            found[name] = inside.group()
    return found


def _stray(text: str, comments: Sequence[int], taken: Sequence[tuple[int, int]]) -> Iterator[Trouble]:
    """The marks in comments that stand in no display."""
    starts = [start for start, _ in taken]
    for comment in comments:
        place = bisect_right(starts, comment)
        mark = _MARK.match(text, comment)
        if mark and not (place and comment < taken[place - 1][1]):
            yield Trouble(comment, mark.end(), STRAY, code="bad-expectation")
