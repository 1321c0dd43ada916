"""Markdown: fenced YAML, headers in comments, displays; code and the text around are left alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from derivcheck.diagnostic import InputError
from derivcheck.files.blocks import OPENING, Block, Fence, Formula, Header, Paragraphs, Trouble, display_at, with_plain_line_ends
from derivcheck.files.source import Excerpt, Source
from derivcheck.syntax.latex.displays import split

_PREFIX = r"[ \t]*+(?:>[ \t]*+)*+"
_RELATION = r"<=>|<==|=>|<=|>=|:=|=|<|>"
_INLINE = r"\$(?:[^$\\\n]|\\.)++\$"
_NUMBER = r"\([0-9]+[a-z]?\)"
_NEXT = re.compile(
    rf"^(?P<fence>{_PREFIX}(?:(?:[-*+]|[0-9]+[.)])[ \t]++)?(?P<bar>`{{3,}}|~{{3,}})(?P<info>[^\n`]*)$)"
    rf"|^(?P<line>{_PREFIX}[ \t|]*+(?:(?:{_INLINE}|{_RELATION}|{_NUMBER})[ \t|]*+)++(?:%[^\n]*+)?)$"
    r"|(?P<comment><!--)"
    r"|(?P<code>`+)"
    rf"|(?P<display>{OPENING})"
    r"|(?P<dollar>\$(?=[^\s$]))"
    r"|(?P<escape>\\.)",
    re.MULTILINE | re.DOTALL,
)
_INLINE_END = re.compile(r"(?:[^$\\]|\\.)*+(?<!\s)\$(?![$0-9])", re.DOTALL)
_ON_LINE = re.compile(rf"(?P<inline>{_INLINE})|(?P<relation>{_RELATION})|(?P<number>{_NUMBER})|(?P<comment>%.*)")
_QUOTED = re.compile(_PREFIX)
_HEADER = re.compile(r"\s*derivcheck\b:?[ \t]*")
_RUN = re.compile(r"`+")
_UNQUOTE = "> \t"


def blocks(source: Source, cells: Sequence[tuple[int, int]] | None = None) -> list[Block]:
    """What the Markdown of a source holds, or of cells of it, none of which goes on in the next."""
    text = with_plain_line_ends(source.text)
    scanner = _Scanner(source, text)
    return [block for start, end in cells or [(0, len(text))] for block in scanner.blocks(start, end)]


@dataclass(slots=True)
class _Scanner:
    """A walk over Markdown; runs: where the runs of each number of backticks are."""

    source: Source
    text: str
    at: int = 0
    end: int = 0
    paragraphs: Paragraphs = field(init=False)
    runs: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paragraphs = Paragraphs.of(self.text)
        for run in _RUN.finditer(self.text):
            self.runs.setdefault(len(run.group()), []).append(run.start())

    def blocks(self, start: int, end: int) -> Iterator[Block]:
        """The blocks between two offsets in their order."""
        self.at, self.end = start, end
        while found := _NEXT.search(self.text, self.at, self.end):
            self.at = found.end()
            match found.lastgroup:
                case "fence":
                    yield from self._fence(found)
                case "line":
                    yield from self._line(found)
                case "comment":
                    yield from self._comment(found.start())
                case "display":
                    yield self._display(found)
                case "code":
                    self._past_code(found)
                case "dollar":
                    inline = _INLINE_END.match(self.text, self.at, self._limit())
                    self.at = inline.end() if inline else self.at

    def _limit(self) -> int:
        """Where the paragraph ends."""
        return min(self.paragraphs.end(self.at), self.end)

    def _past_code(self, found: re.Match[str]) -> None:
        """Code goes on to the next run of as many backticks; without one they mean themselves."""
        runs = self.runs[len(found.group())]
        place = bisect_left(runs, found.end())
        if place < len(runs) and runs[place] < self._limit():
            self.at = runs[place] + len(found.group())

    def _fence(self, found: re.Match[str]) -> Iterator[Block]:
        bar, start = found["bar"], found.start()
        closing = re.compile(rf"^{_PREFIX}{bar[0]}{{{len(bar)},}}[ \t]*$", re.MULTILINE)
        closed = closing.search(self.text, found.end(), self.end)
        self.at = closed.end() if closed else self.end
        if found["info"].split()[:1] != ["derivcheck"]:
            return
        if closed is None:
            yield Trouble(start, self.end, f"this block is not closed: write {bar} on a line of its own", ours=True)
            return
        first = min(found.end() + 1, closed.start())
        yield Fence(start, self.at, _unindented(self.source, first, closed.start(), found.start("bar") - start))

    def _comment(self, start: int) -> Iterator[Block]:
        close = self.text.find("-->", self.at, self.end)
        header = _HEADER.match(self.text, self.at, self.end)
        self.at = close + 3 if close >= 0 else self.end
        if close < 0:
            message = "this comment is not closed, and hides all that follows: write -->"
            yield Trouble(start, self.end, message, ours=header is not None)
        elif header:
            first = min(header.end(), close)
            text = self.source.text[first:close]
            yield Header(start, self.at, Excerpt(self.source.path, text, self.source, range(first, close + 1)))

    def _display(self, found: re.Match[str]) -> Formula | Trouble:
        made = display_at(self.text, self.text, found.start(), found.end(), self._limit())
        self.at = made.end
        line = self.text.rfind("\n", 0, found.start()) + 1
        quoted = _QUOTED.match(self.text, line, found.start())
        depth = quoted.group().count(">") if quoted else 0
        return replace(made, text=_unquoted(made.text, depth)) if isinstance(made, Formula) and depth else made

    def _line(self, found: re.Match[str]) -> Iterator[Formula]:
        """Formulas that fill a line: each is a display that begins with the relation in front of it."""
        prefix = _QUOTED.match(self.text, found.start())
        words = list(_ON_LINE.finditer(self.text, prefix.end() if prefix else found.start(), found.end()))
        numbers = [word for word in words if word.lastgroup == "number"]
        if not any(word.lastgroup == "inline" for word in words):
            return
        made = list(self._formulas(_starts(words), found.end(), numbers))
        if numbers or any(map(_relates, made)):
            yield from made

    def _formulas(self, starts: list[int], end: int, numbers: list[re.Match[str]]) -> Iterator[Formula]:
        number = numbers[-1].group()[1:-1] if numbers else None
        for start, after in zip(starts, [*starts[1:], end], strict=True):
            text = self.text[start:after]
            for word in numbers:
                if start <= word.start() < after:
                    text = text[: word.start() - start] + " " * len(word.group()) + text[word.end() - start :]
            yield Formula(start, after, _undollared(text), number if after == end else None)


def _starts(words: Sequence[re.Match[str]]) -> list[int]:
    """Where the formulas of a line begin, each with the relations in front of it."""
    starts: list[int] = []
    fresh = True
    for word in words:
        if word.lastgroup in {"inline", "relation"}:
            if fresh:
                starts.append(word.start())
            fresh = word.lastgroup == "inline"
    return starts


def _undollared(text: str) -> str:
    """A formula on a line of its own without its dollars and what parts the cells of a table."""
    opened = re.compile(r"\\.|[$|\t]|[^\\$|\t]+", re.DOTALL)
    inside = False
    kept: list[str] = []
    for word in opened.findall(text):
        inside ^= word == "$"
        kept.append(" " if word == "$" or (word in "|\t" and not inside) else word)
    return "".join(kept)


def _relates(formula: Formula) -> bool:
    try:
        return any(part.relation or part.states for part in split(formula.text).parts)
    except InputError:
        return True


def _unquoted(text: str, depth: int) -> str:
    """The text without the signs of a quotation at the beginning of its lines, as long as it was."""
    first, *rest = text.split("\n")
    return "\n".join([first, *(_without_marks(line, depth) for line in rest)])


def _without_marks(line: str, depth: int) -> str:
    found = _QUOTED.match(line)
    written = found.group() if found else ""
    return written.replace(">", " ", depth) + line[len(written) :]


def _unindented(source: Source, start: int, end: int, width: int) -> Excerpt:
    """Lines without the indentation of the block they stand in, and without the signs of a quotation."""
    kept: list[str] = []
    offsets: list[int] = []
    at = start
    for line in source.text[start:end].splitlines(keepends=True):
        lead = len(line) - len(line.lstrip(_UNQUOTE))
        cut = min(width, lead)
        kept.append(line[cut:])
        offsets.extend(range(at + cut, at + len(line)))
        at += len(line)
    return Excerpt(source.path, "".join(kept), source, [*offsets, end])
