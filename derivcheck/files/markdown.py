"""Markdown: fenced YAML, headers in comments, displays; code and the text around are left alone."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches

from derivcheck.diagnostic import InputError
from derivcheck.files.blocks import (
    ENVIRONMENTS,
    MARK,
    OPENING,
    STRAY,
    Block,
    Fence,
    Formula,
    Header,
    Paragraphs,
    Trouble,
    display_at,
    marked,
    with_plain_line_ends,
)
from derivcheck.files.containers import Line, lines
from derivcheck.files.source import Excerpt, Source
from derivcheck.syntax.latex.displays import split
from derivcheck.syntax.latex.relations import relation_at
from derivcheck.syntax.latex.unjudged import unjudged

_ITEM = r"(?:[-*+]|[0-9]{1,9}[.)])[ \t]++"
_PREFIX = rf"[ \t]*+(?:(?:>|{_ITEM})[ \t]*+)*+"
_RELATION = r"<=>|<==|=>|<=|>=|:=|=|<|>"
_INLINE = r"\$(?:[^$\\\n]|\\.)++\$|\\\((?:[^\\\n]|\\[^()\n])++\\\)"
_NUMBER = r"\([0-9]+[a-z]?\)"
_STRONG = r"(?:\*{1,3}|_{1,3})?"
_LIKE = "derivcheck"
_NEXT = re.compile(
    rf"^(?P<fence>{_PREFIX}(?P<bar>`{{3,}}|~{{3,}})(?P<info>[^\n`]*)$)"
    rf"|^(?P<line>{_PREFIX}{_STRONG}[ \t|]*+(?:(?:{_INLINE}|{_RELATION}|{_NUMBER})[ \t|]*+)++[.,;:]?{_STRONG}[.,;:]?[ \t]*+"
    r"(?:%[^\n]*+)?)$"
    r"|(?P<comment><!--)"
    r"|(?P<code>`+)"
    rf"|(?P<doubled>\\\\(?:\[|begin[ \t]*\{{(?:{ENVIRONMENTS})\*?\}}))"
    rf"|(?P<display>{OPENING})"
    r"|(?P<dollar>\$(?=[^\s$]))"
    r"|(?P<escape>\\.)"
    rf"|(?P<mark>(?<!\S){MARK})",
    re.MULTILINE | re.DOTALL,
)
_INLINE_END = re.compile(r"(?:[^$\\]|\\.)*+(?<!\s)\$(?![$0-9])", re.DOTALL)
_ON_LINE = re.compile(rf"(?P<inline>{_INLINE})|(?P<relation>{_RELATION})|(?P<number>{_NUMBER})|(?P<comment>%.*)")
_AHEAD = re.compile(r"[\s>|]*(?:\$\$?|\\\[)?[ \t]*")
_CELL = re.compile(r"\$`|`\$|\\.|[$|\t]|[^\\$|\t`]+|`", re.DOTALL)
_QUOTED = re.compile(_PREFIX)
_HEADER = re.compile(r"\s*derivcheck\b:?[ \t]*", re.IGNORECASE)
_FIRST = re.compile(r"\s*+([A-Za-z-]{6,100}+)[ \t]*+:?[ \t]*+$", re.MULTILINE)
_OPTION = re.compile(r"[ \t>]*:[a-z-]+:[^\n]*\n")
_FORMULA = re.compile(rf"{OPENING}|\$\S")
_RUN = re.compile(r"`+")
_LINE = re.compile(r"[^\r\n]*+(?:\r\n?|\n)|[^\r\n]++")
_UNQUOTE = "> \t"


def blocks(source: Source, cells: Sequence[tuple[int, int]] | None = None) -> list[Block]:
    """What the Markdown of a source holds, or of cells of it, none of which goes on in the next."""
    text = with_plain_line_ends(source.text)
    scanner = _Scanner(source, text)
    return [block for start, end in cells or [(0, len(text))] for block in scanner.blocks(start, end)]


@dataclass(slots=True)
class _Scanner:
    """A walk over Markdown.

    runs: where the runs of each number of backticks are; asked: the offset whose line's quotation was asked for last, and
    its depth.
    """

    source: Source
    text: str
    at: int = 0
    end: int = 0
    paragraphs: Paragraphs = field(init=False)
    runs: dict[int, list[int]] = field(default_factory=dict)
    lines: dict[int, Line] = field(default_factory=dict)
    asked: int = 0
    depth: int = 0

    def __post_init__(self) -> None:
        self.paragraphs = Paragraphs.of(self.text)
        for run in _RUN.finditer(self.text):
            self.runs.setdefault(len(run.group()), []).append(run.start())

    def blocks(self, start: int, end: int) -> Iterator[Block]:
        """The blocks between two offsets in their order."""
        self.at, self.end = start, end
        self.lines = lines(self.text, start, end)
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
                case "doubled":
                    yield self._doubled(found)
                case "mark":
                    yield Trouble(found.start(), found.end(), STRAY, code="bad-expectation")
                case "code":
                    self._past_code(found)
                case "dollar":
                    inline = _INLINE_END.match(self.text, self.at, self._limit())
                    self.at = inline.end() if inline else self.at

    def _quotation(self, at: int) -> int:
        """How many signs of a quotation stand in front of the line of an offset behind those asked for before."""
        line = self.text.rfind("\n", self.asked, at)
        if line >= 0 or not self.asked:
            quoted = _QUOTED.match(self.text, line + 1, at)
            self.depth = quoted.group().count(">") if quoted else 0
        self.asked = at
        return self.depth

    def _limit(self) -> int:
        """Where the paragraph ends."""
        return min(self.paragraphs.end(self.at), self.end)

    def _past_code(self, found: re.Match[str]) -> None:
        """Code goes on to the next run of as many backticks; without one they mean themselves."""
        runs = self.runs.get(len(found.group()), [])
        place = bisect_left(runs, found.end())
        if place < len(runs) and runs[place] < self._limit():
            self.at = runs[place] + len(found.group())

    def _fence(self, found: re.Match[str]) -> Iterator[Block]:
        """A block of code, or of YAML or a formula for us; it ends with what holds it, such as the item of a list."""
        bar, start = found["bar"], found.start()
        line = self.lines[start]
        if line.indented:
            return
        closing = re.compile(rf"^{_PREFIX}{bar[0]}{{{len(bar)},}}[ \t]*$", re.MULTILINE)
        last = line.last
        closed = closing.search(self.text, min(found.end(), last), last)
        self.at = closed.end() if closed else last
        words = {word.removeprefix(".") for word in re.split(r"[\s{}]+", found["info"].lower())}
        if closed is None:
            if _LIKE in words or "math" in words or (last == self.end and _FORMULA.search(self.text, found.end(), last)):
                message = f"this block is not closed, and hides all that follows: write {bar} on a line of its own"
                yield Trouble(found.start("bar"), last, message, ours=_LIKE in words)
            return
        first = min(found.end() + 1, closed.start())
        if _LIKE in words:
            yield Fence(start, self.at, _unindented(self.source, first, closed.start(), found.start("bar") - start))
        elif "math" in words:
            yield self._mathematics(start, first, closed)

    def _mathematics(self, start: int, first: int, closed: re.Match[str]) -> Formula:
        """A block that holds a formula."""
        while option := _OPTION.match(self.text, first, closed.start()):
            first = option.end()
        self.at, mark = marked(self.text, closed.end(), self.end)
        inside = _unquoted("\n" + self.text[first : closed.start()], self.text[start:first].split("\n")[0].count(">"))[1:]
        blanks = " " * (first - start), " " * (closed.end() - closed.start())
        return Formula(start, self.at, blanks[0] + inside + blanks[1] + mark)

    def _comment(self, start: int) -> Iterator[Block]:
        close = self.text.find("-->", self.at, self.end)
        header = _HEADER.match(self.text, self.at, self.end)
        first_word = _FIRST.match(self.text, self.at, close if close >= 0 else self.end)
        self.at = close + 3 if close >= 0 else self.end
        if close < 0:
            message = "this comment is not closed, and hides all that follows: write -->"
            yield Trouble(start, self.end, message, ours=header is not None)
        elif header:
            first = min(header.end(), close)
            depth = self._quotation(start)
            yield Header(start, self.at, _outside(self.source, first, close, depth))
        elif first_word and get_close_matches(first_word[1].lower(), [_LIKE], cutoff=0.85):
            yield Trouble(start, self.at, f"{first_word[1]} begins no header: write {_LIKE}", ours=True)

    def _doubled(self, found: re.Match[str]) -> Trouble:
        """A display whose signs are written with two backslashes, as some writers of Markdown want."""
        opener = found.group()[1:]
        message = f"nothing of this display is judged: its first sign is not read with two backslashes, write {opener}"
        return Trouble(found.start(), found.end(), message, code="not-judged", severity="warning")

    def _display(self, found: re.Match[str]) -> Formula | Trouble:
        made = display_at(self.text, self.text, found.start(), found.end(), self._limit())
        self.at = made.end
        depth = self._quotation(found.start())
        return replace(made, text=_unquoted(made.text, depth)) if isinstance(made, Formula) and depth else made

    def _line(self, found: re.Match[str]) -> Iterator[Formula | Trouble]:
        """Formulas that fill a line: each is a display that begins with the relation in front of it."""
        prefix = _QUOTED.match(self.text, found.start())
        words = list(_ON_LINE.finditer(self.text, prefix.end() if prefix else found.start(), found.end()))
        numbers = [word for word in words if word.lastgroup == "number"]
        inlines = [word for word in words if word.lastgroup == "inline"]
        if not inlines:
            return
        end = found.end() if words[-1].lastgroup == "comment" else max(word.end() for word in (*inlines, *numbers))
        self.at, mark = (end, "") if words[-1].lastgroup == "comment" else marked(self.text, end, self.end)
        made = list(self._formulas(_starts(words), end, numbers))
        listed = prefix is not None and re.search(_ITEM, prefix.group()) is not None
        begun = words[0].lastgroup == "relation" or relation_at(made[0].text.lstrip(), 0) is not None
        if listed and not (numbers or mark or begun or "%!" in words[-1].group()):
            yield from self._listed(made)
            return
        if numbers or any(map(_relates, made)) or (len(made) == 1 and self._goes_on()):
            yield from made[:-1]
            yield replace(made[-1], end=self.at, text=made[-1].text + mark)
        else:
            self.at = found.end()

    def _listed(self, made: Sequence[Formula]) -> Iterator[Trouble]:
        """An item of a list states what is assumed as often as what is derived, so it is told and not judged."""
        if any(map(_relates, made)):
            message = "an item of a list is not judged: write $$…$$ if it is a step, or assume: in the header if it is assumed"
            yield Trouble(made[0].start, made[-1].end, message, code="not-judged", severity="warning")

    def _goes_on(self) -> bool:
        """Whether what follows directly begins with a relation."""
        ahead = _AHEAD.match(self.text, self.at, self.end)
        return ahead is not None and relation_at(self.text, ahead.end()) is not None

    def _formulas(self, starts: list[int], end: int, numbers: list[re.Match[str]]) -> Iterator[Formula]:
        number = numbers[-1].group()[1:-1] if numbers else None
        begins = [word.start() for word in numbers]
        for start, after in zip(starts, [*starts[1:], end], strict=True):
            letters = list(self.text[start:after])
            for word in numbers[bisect_left(begins, start) : bisect_left(begins, after)]:
                letters[word.start() - start : word.end() - start] = " " * len(word.group())
            yield Formula(start, after, _undollared("".join(letters)), number if after == end else None)


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
    inside = False
    kept: list[str] = []
    for word in _CELL.findall(text):
        sign = word[0] == "$" or word[-1] == "$" or word in {r"\(", r"\)"}
        inside ^= sign
        kept.append(" " * len(word) if sign or (word in "|\t" and not inside) else word)
    return "".join(kept)


def _relates(formula: Formula) -> bool:
    """Whether a formula holds a relation, be it one that is not judged."""
    try:
        return any(part.relation or part.states or unjudged(part.text) for part in split(formula.text).parts)
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


def _outside(source: Source, start: int, end: int, depth: int) -> Excerpt:
    """Text without the signs of a quotation at the beginning of its lines after the first."""
    kept: list[str] = []
    offsets: list[int] = []
    at = start
    for number, line in enumerate(_LINE.findall(source.text, start, end)):
        quoted = re.match(rf"[ \t]*(?:>[ \t]?){{{depth}}}", line) if number and depth else None
        cut = quoted.end() if quoted else 0
        kept.append(line[cut:])
        offsets.extend(range(at + cut, at + len(line)))
        at += len(line)
    return Excerpt(source.path, "".join(kept), source, [*offsets, end])


def _unindented(source: Source, start: int, end: int, width: int) -> Excerpt:
    """Lines without the indentation of the block they stand in, and without the signs of a quotation."""
    kept: list[str] = []
    offsets: list[int] = []
    at = start
    for line in _LINE.findall(source.text, start, end):
        lead = len(line) - len(line.lstrip(_UNQUOTE))
        cut = min(width, lead)
        kept.append(line[cut:])
        offsets.extend(range(at + cut, at + len(line)))
        at += len(line)
    return Excerpt(source.path, "".join(kept), source, [*offsets, end])
