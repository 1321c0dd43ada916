"""What TeX sees: commands, letters, digits and signs, with the braces and environments that belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NoReturn

from derivcheck.diagnostic import Span
from derivcheck.syntax.parse import MAX_DEPTH
from derivcheck.syntax.tokens import MAX_TEXT, fail

_WORD = re.compile(
    r"(?P<command>\\(?:[A-Za-z]+|.))|(?P<letter>[^\W\d_])|(?P<digit>[0-9])|(?P<space>\s+|%[^\n]*)|(?P<sign>.)", re.DOTALL)

STYLES = frozenset({
    "mathbf", "boldsymbol", "bm", "bold", "mathrm", "mathit", "mathcal", "mathbb", "mathsf", "mathtt", "mathfrak", "mathscr",
    "vec",
    "text", "textbf", "textit", "textrm", "textsf", "texttt", "operatorname", "underline", "mathnormal", "pmb", "mathds", "mbox",
})
"""Commands that change how their argument looks and nothing else."""

_ACCENTS = frozenset({"hat", "widehat", "bar", "overline", "tilde", "widetilde", "dot", "ddot", "check", "breve"})
_ARITIES = {"frac": 2, "tfrac": 2, "dfrac": 2, "binom": 2, "sqrt": 1}

SPACES = frozenset({
    ",", ";", ":", "!", " ", ">", "quad", "qquad", "limits", "nolimits", "displaystyle", "textstyle", "scriptstyle", "hfill",
    "scriptscriptstyle", "mathstrut", "strut", "bf", "rm", "it", "nonumber", "notag", "\n", "thinspace", "enspace", "nobreak",
    "allowbreak", "medspace", "thickspace", "negthinspace", "middle",
})
"""Commands that leave no mark on the page, or only change sizes and fonts of what follows."""

SIZES = frozenset({"big", "Big", "bigg", "Bigg", "bigl", "Bigl", "biggl", "Biggl", "bigr", "Bigr", "biggr", "Biggr", "bigm",
                   "Bigm", "biggm", "Biggm"})
"""Commands that only make the bracket after them larger."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word of TeX: kind is ``command`` (its text without the backslash), ``letter``, ``digit`` or ``sign``."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)

    def is_(self, sign: str) -> bool:
        """Whether it is this sign."""
        return self.text == sign and self.kind == "sign"


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a formula without its spaces; match: the last word of what each opening word opens."""

    words: Sequence[Word]
    match: dict[int, int]
    text: str

    def __getitem__(self, at: int) -> Word:
        return self.words[at]

    def __len__(self) -> int:
        return len(self.words)

    def span(self, start: int, end: int) -> Span:
        """Where the words ``start`` to ``end`` (excluded) stand."""
        if start >= end:
            place = self.words[start].start if start < len(self.words) else len(self.text)
            return Span(place, place)
        return Span(self.words[start].start, self.words[end - 1].end)

    def argument(self, at: int, owner: Word, depth: int = 0) -> tuple[int, int, int]:
        """The inside of the argument that begins at ``at`` (braces or one word) and what follows it; raises ``InputError``."""
        if at >= len(self.words) or (self.words[at].text in {"}", "&"} and self.words[at].kind == "sign"):
            fail("syntax", f"{shown(owner)} lacks its argument: write {shown(owner)}{{…}}", owner.span)
        if self.words[at].is_("{"):
            close = self.match[at]
            return at + 1, close, close + 1
        return at, (after := self.unbraced(at, depth)), after

    def unbraced(self, at: int, depth: int) -> int:
        """Behind the one token that an argument without braces takes; a command of style or a fraction brings its own."""
        word = self.words[at]
        if depth > MAX_DEPTH:
            fail("too-large", f"arguments are nested more than {MAX_DEPTH} deep; split the step", word.span)
        if word.kind != "command" or word.text in {"left", "right", "begin", "end"}:
            return at + 1
        after = at + 1
        for _ in range(_ARITIES.get(word.text, word.text in STYLES or word.text in _ACCENTS)):
            after = self.argument(after, word, depth + 1)[2]
        return after

    def steps(self, start: int, end: int) -> Iterator[int]:
        """The words from ``start`` to ``end``, of braces, environments and ``\\left … \\right`` only the opening."""
        at = start
        while at < end:
            yield at
            at = self.match.get(at, at) + 1

    def body(self, begin: int) -> tuple[str, int, int]:
        """The name of the environment that opens at ``begin``, and its inside."""
        inner = self.match[begin + 1] + 1
        end = self.match[begin]
        while not self.words[end].is_("{"):
            end -= 1
        return environment(self.words, begin), inner, end - 1


def shown(word: Word) -> str:
    """A word as it is written."""
    return f"\\{word.text}" if word.kind == "command" else word.text


def read_words(text: str) -> Words:
    """The words of a formula; raises ``InputError`` where a brace or an environment is unbalanced."""
    if len(text) > MAX_TEXT:
        fail("too-large", f"the text is longer than {MAX_TEXT:,} characters; split it into steps", Span(0, 0))
    words: list[Word] = []
    for found in _WORD.finditer(text):
        kind = found.lastgroup or "sign"
        if kind == "command":
            words.append(Word(kind, found.group()[1:], found.start(), found.end()))
        elif kind != "space":
            words.append(Word(kind, found.group(), found.start(), found.end()))
    return Words(words, _matched(words), text)


def _matched(words: Sequence[Word]) -> dict[int, int]:
    """For each word that opens something (``{``, ``\\begin``, ``\\left``), the last word of what closes it."""
    match: dict[int, int] = {}
    open_: list[int] = []
    for at, word in enumerate(words):
        if _kind(word, _OPENERS):
            open_.append(at)
        elif (kind := _kind(word, _CLOSERS)) is not None:
            if not open_:
                fail("syntax", f"this {shown(word)} closes nothing: remove it, or open before it what it closes", word.span)
            opener = open_.pop()
            if _kind(words[opener], _OPENERS) != kind:
                _unclosed(words, opener)
            match[opener] = at
            if len(open_) > MAX_DEPTH:
                fail("too-large", f"braces are nested more than {MAX_DEPTH} deep; split the step", words[opener].span)
    if open_:
        _unclosed(words, open_[-1])
    for opener, closer in match.items():
        match[opener] = _last(words, opener, closer, match)
    return match


_OPENERS = {("sign", "{"): "brace", ("command", "begin"): "environment", ("command", "left"): "bracket"}
_CLOSERS = {("sign", "}"): "brace", ("command", "end"): "environment", ("command", "right"): "bracket"}


def _kind(word: Word, table: dict[tuple[str, str], str]) -> str | None:
    return table.get((word.kind, word.text))


def _last(words: Sequence[Word], opener: int, closer: int, match: dict[int, int]) -> int:
    """The last word of what closes: the brace after ``\\end{name``, the bracket after ``\\right``."""
    if words[opener].is_("{"):
        return closer
    if words[opener].text == "left":
        if closer + 1 >= len(words):
            fail("syntax", "\\right needs a bracket after it, such as \\right)", words[closer].span)
        return closer + 1
    begun, ended = environment(words, opener), environment(words, closer)
    if begun != ended:
        fail("syntax", f"\\begin{{{begun}}} is closed by \\end{{{ended}}}: write the same name in both", words[opener].span)
    return match[closer + 1]


def _unclosed(words: Sequence[Word], opener: int) -> NoReturn:
    word = words[opener]
    if word.is_("{"):
        fail("syntax", "this brace is never closed: a } is missing", word.span)
    if word.text == "left":
        after = shown(words[opener + 1]) if opener + 1 < len(words) else "("
        fail("syntax", f"this \\left{after} is never closed: a \\right is missing", word.span)
    name = environment(words, opener)
    fail("syntax", f"\\begin{{{name}}} is never closed: \\end{{{name}}} is missing", word.span)


def environment(words: Sequence[Word], at: int) -> str:
    """The name in the braces after ``\\begin`` or ``\\end``; raises ``InputError`` where there is none."""
    name: list[str] = []
    if at + 1 < len(words) and words[at + 1].is_("{"):
        for word in words[at + 2:]:
            if word.is_("}"):
                return "".join(name)
            name.append(word.text)
    fail("syntax", f"the name of the environment is missing: write \\{words[at].text}{{…}}", words[at].span)
