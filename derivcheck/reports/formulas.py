"""Formulas for a page: MathML, which may come from a stranger's report, read as XML and written anew from a list of elements.

What is left out of the list needs no style, link, script or namespace to show a formula; where an operator stands is what
MathML Core takes for granted, and so is that brackets grow, which is forbidden where nothing in them is tall: browsers leave a
gap beside those that could.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from xml.parsers import expat

from markupsafe import Markup, escape

from derivcheck.reports.markup import legible

_WORDS = frozenset({"mi", "mn", "mo", "mtext"})
_ELEMENTS = _WORDS | {
    "mrow", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup", "munder", "mover", "munderover",
    "mtable", "mtr", "mtd",
}
_ATTRIBUTES = {
    ("mfrac", "linethickness"): re.compile("0"),
    ("mover", "accent"): re.compile("true"),
    ("mspace", "width"): re.compile(r"[0-9](\.[0-9]{1,4})?em"),
}
_TALL = frozenset({"mfrac", "msqrt", "mroot", "munder", "munderover", "mtable"})
_BRACKETS = frozenset("()[]{}|‖⌊⌋⌈⌉")
_INVISIBLE = "\u00a0\u2061\u2062\u2063\u2064"
"""The space that stays, and the signs for application, times, comma and plus that stand in formulas without being seen."""

_LONGEST = 100_000
_COMMON = 4_000
"""How many characters a formula has at most that is kept to be written again."""

_DEEPEST = 200
"""Browsers flatten a page below 512 elements."""


def formula(mathml: str) -> Markup | None:
    """The formula as a ``math`` element; ``None`` for what is not a formula of this kind, or is too large to be shown.

    What begins with its element has no document type, so there are no entities that could grow.
    """
    if not mathml.startswith("<math") or len(mathml) > _LONGEST:
        return None
    return _anew(mathml) if len(mathml) > _COMMON else _known(mathml)


def _anew(mathml: str) -> Markup | None:
    writing = _Writing()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = writing.start
    parser.EndElementHandler = writing.end
    parser.CharacterDataHandler = writing.text
    try:
        parser.Parse(mathml, True)
    except (expat.ExpatError, ValueError):
        return None
    return Markup("".join(writing.written))


_known = lru_cache(maxsize=4_000)(_anew)
"""A class writes the same formulas again and again."""


@dataclass(slots=True)
class _Element:
    """An element that is being written: whether it holds anything tall, and where in the text its brackets are."""

    name: str
    at: int
    tall: bool
    brackets: list[int] = field(default_factory=list)


class _Writing:
    """Writes the elements that are in the list; raises ``ValueError`` for any other, and for text outside words."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.open: list[_Element] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if not self._fits(name):
            raise ValueError(f"{name} does not stand in formulas")
        kept = "".join(
            f' {key}="{value}"'
            for key, value in attributes.items()
            if (allowed := _ATTRIBUTES.get((name, key))) and allowed.fullmatch(value)
        )
        self.open.append(_Element(name, len(self.written), name in _TALL))
        self.written.append(f"<{name}{kept}>" if name != "math" else '<math displaystyle="true">')

    def _fits(self, name: str) -> bool:
        if not self.open:
            return name == "math"
        return name in _ELEMENTS and self.open[-1].name not in _WORDS and len(self.open) < _DEEPEST

    def end(self, name: str) -> None:
        ended = self.open.pop()
        if name == "mo" and self.written[-1] in _BRACKETS:
            self.open[-1].brackets.append(ended.at)
        for at in () if ended.tall else ended.brackets:
            self.written[at] = '<mo stretchy="false">'
        if self.open:
            self.open[-1].tall |= ended.tall
        self.written.append(f"</{name}>")

    def text(self, text: str) -> None:
        if self.open[-1].name in _WORDS:
            self.written.append("".join(c if c in _INVISIBLE else str(escape(legible(c))) for c in text))
        elif not text.isspace():
            raise ValueError("text stands between the elements")
