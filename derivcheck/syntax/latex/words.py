"""What TeX sees: commands, letters, digits and signs, with the braces and environments that belong together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from derivcheck.diagnostic import Span
from derivcheck.syntax.latex.macros import Macro
from derivcheck.syntax.parse import MAX_DEPTH
from derivcheck.syntax.tokens import MAX_TEXT, fail

_WORD = re.compile(
    r"(?P<command>\\(?:[A-Za-z]+|.))|(?P<letter>[^\W\d_])|(?P<digit>[0-9])|(?P<space>\s+|%[^\n]*)|(?P<sign>.)", re.DOTALL)

MAX_EXPANSIONS = 20
"""How deep macros may be defined from macros."""

STYLES = frozenset({
    "mathbf", "boldsymbol", "bm", "bold", "mathrm", "mathit", "mathcal", "mathbb", "mathsf", "mathtt", "mathfrak", "mathscr",
    "vec",
    "text", "textbf", "textit", "textrm", "textsf", "texttt", "operatorname", "underline", "mathnormal", "pmb", "mathds", "mbox",
})
"""Commands that change how their argument looks and nothing else."""

_ACCENTS = frozenset({"hat", "widehat", "bar", "overline", "tilde", "widetilde", "dot", "ddot", "check", "breve"})
_ARITIES = {"frac": 2, "tfrac": 2, "dfrac": 2, "binom": 2, "sqrt": 1, "boxed": 1, "fbox": 1, "cancel": 1, "bcancel": 1,
            "xcancel": 1, "underbrace": 1, "overbrace": 1, "abs": 1, "norm": 1, "textcolor": 2}
_OPEN_ENDED = frozenset({"sum", "prod", "int", "lim", "nabla", "partial", "left", "right", "begin", "end"})
"""Commands that no argument without braces can hold."""

MAX_WORDS = 20_000
"""How many words macros may make of a formula."""

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
    """A word of TeX: kind is ``command`` (its text without the backslash), ``letter``, ``digit`` or ``sign``.

    glued: no space stands before it; a word of a macro stands where the macro does.
    """

    kind: str
    text: str
    start: int
    end: int
    glued: bool = False

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.start, self.end)

    def is_(self, sign: str) -> bool:
        """Whether it is this sign."""
        return self.text == sign and self.kind == "sign"

    @property
    def blank(self) -> bool:
        """Whether it is a command that leaves no mark on the page; the signs ``!`` and ``,`` do, ``\\!`` and ``\\,`` do not."""
        return self.kind == "command" and self.text in SPACES


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
        first, last = self.words[start], self.words[end - 1]
        return Span(first.start, last.end) if first.start <= last.start else Span(last.start, first.end)

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
        if word.kind == "command" and word.text in _OPEN_ENDED:
            fail("syntax", f"put braces around the argument that begins with {shown(word)}", word.span)
        if depth > MAX_DEPTH:
            fail("too-large", f"arguments are nested more than {MAX_DEPTH} deep; split the step", word.span)
        if word.kind != "command":
            return at + 1
        after = at + 1
        for _ in range(_ARITIES.get(word.text, word.text in STYLES or word.text in _ACCENTS)):
            after = self.argument(after, word, depth + 1)[2]
        return after

    def prose(self, start: int, end: int) -> str:
        """The words ``start`` to ``end`` as text, with one space where there was any."""
        parts = (("" if word.glued else " ") + word.text for word in self.words[start:end])
        return "".join(parts).strip()

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


def read_words(text: str, macros: Mapping[str, Macro] | None = None) -> Words:
    """The words of a formula, macros expanded; raises ``InputError`` where a brace or an environment is unbalanced."""
    if len(text) > MAX_TEXT:
        fail("too-large", f"the text is longer than {MAX_TEXT:,} characters; split it into steps", Span(0, 0))
    words = _scanned(text)
    if macros and any(word.kind == "command" and word.text in macros for word in words):
        words = _expanded(words, macros)
    return Words(words, _matched(words), text)


def _scanned(text: str) -> list[Word]:
    words: list[Word] = []
    glued = False
    for found in _WORD.finditer(text):
        kind = found.lastgroup or "sign"
        if kind != "space":
            written = found.group()
            words.append(Word(kind, written[1:] if kind == "command" else written, found.start(), found.end(), glued))
        glued = kind != "space"
    return words


def _expanded(words: Sequence[Word], macros: Mapping[str, Macro]) -> list[Word]:
    """The words with every macro replaced by what it stands for, as often as that holds macros again."""
    for _ in range(MAX_EXPANSIONS):
        found: list[Word] = []
        at = 0
        while at < len(words):
            word = words[at]
            macro = macros.get(word.text) if word.kind == "command" else None
            at += 1
            if macro is None:
                found.append(word)
                continue
            body = _scanned(macro.body)
            _check_macro(word, body, found[-1] if found else None)
            arguments, at = _macro_arguments(words, at, macro.arity, word)
            found += _body(body, arguments, word)
            if len(found) > MAX_WORDS:
                fail("too-large", f"\\{word.text} expands to more than {MAX_WORDS:,} words", word.span)
        words = found
        if not any(word.kind == "command" and word.text in macros for word in words):
            return found
    culprit = next(word for word in words if word.kind == "command" and word.text in macros)
    fail("too-large", f"\\{culprit.text} is defined from itself", culprit.span)


def _check_macro(owner: Word, body: Sequence[Word], before: Word | None) -> None:
    """Refuse a macro that is defined from itself, and one of several words as an argument without braces."""
    if any(word.kind == "command" and word.text == owner.text for word in body):
        fail("too-large", f"\\{owner.text} is defined from itself", owner.span)
    taking = before is not None and (before.is_("^") or before.is_("_") or (before.kind == "command" and (
        before.text in _ARITIES or before.text in STYLES or before.text in _ACCENTS)))
    decorated = len(body) > 2 and body[0].kind == "command" and (body[0].text in STYLES or body[0].text in _ACCENTS)
    if taking and len(body) != 1 and not (decorated and body[1].is_("{") and body[-1].is_("}")):
        fail("ambiguous", f"\\{owner.text} stands for several words: put braces around it where it is an argument", owner.span)


def _macro_arguments(words: Sequence[Word], at: int, arity: int, owner: Word) -> tuple[list[Sequence[Word]], int]:
    """The arguments that stand behind a macro, each a word or what is in braces."""
    found: list[Sequence[Word]] = []
    for _ in range(arity):
        if at >= len(words):
            fail("syntax", f"\\{owner.text} takes {arity} arguments, and one is missing", owner.span)
        stop, depth = at, 0
        while stop < len(words):
            depth += words[stop].is_("{") - words[stop].is_("}")
            stop += 1
            if depth <= 0:
                break
        found.append(words[at + 1:stop - 1] if words[at].is_("{") else words[at:stop])
        at = stop
    return found, at


def _body(body: Sequence[Word], arguments: Sequence[Sequence[Word]], owner: Word) -> list[Word]:
    """What a macro stands for here: its words stand where the macro does, those of its arguments where they are."""
    found: list[Word] = []
    at = 0
    while at < len(body):
        word = body[at]
        number = int(body[at + 1].text) if word.is_("#") and at + 1 < len(body) and body[at + 1].kind == "digit" else 0
        if 1 <= number <= len(arguments):
            found += arguments[number - 1]
            at += 1
        else:
            found.append(replace(word, start=owner.start, end=owner.end, glued=word.glued if at else owner.glued))
        at += 1
    return found


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
