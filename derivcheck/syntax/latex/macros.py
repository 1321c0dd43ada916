"""Commands that a document defines: ``\\newcommand``, ``\\def``, ``\\DeclareMathOperator``."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice

_NAMING = re.compile(
    r"\\(?:[gex]?def|let|(?:re)?newcommand|providecommand|DeclareRobustCommand|DeclareMathOperator|(?:New|Renew|Provide)DocumentCommand)"
    r"\*?\s*+\{?\s*+\\(?P<name>[A-Za-z]++)")
_MARKDOWN = re.compile(r"(?P<opens>```|~~~|<!--)|`[^`\n]*`|^(?: {4}|\t)[^\n]*$", re.MULTILINE)
_TEX = re.compile(
    r"(?P<opens>\\begin\{(?:verbatim|lstlisting|comment)\}|\\iffalse\b)|(?P<last>\\end\{document\})|(?<!\\)%[^\n]*")
"""What defines nothing: ``opens`` goes on to what closes it, all other is whole."""
_DEFINITION = re.compile(
    r"\\(?P<how>(?:re)?newcommand|providecommand|DeclareMathOperator|def)\*?\s*+\{?\s*+\\(?P<name>[A-Za-z]++)\s*+\}?\s*+"
    r"(?:\[(?P<arity>[1-9])\]\s*+)?(?P<open>\{)")

MAX_BODY = 2000
"""How long the text may be that a macro stands for."""

MAX_MACROS = 1000
"""How many definitions are read; a command that a later one names is not known at all."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for: a text in which ``#1``, ``#2``, … are its arguments."""

    body: str
    arity: int = 0


def macros(text: str, tex: bool = False) -> dict[str, Macro]:
    """The macros that Markdown or TeX defines outside of code and comments.

    Those with optional arguments, with two meanings, or defined again in a way that is not read, are left out.
    """
    text = _defining(text, _TEX if tex else _MARKDOWN)
    found: dict[str, Macro] = {}
    torn: set[str] = set()
    times = Counter(naming["name"] for naming in _NAMING.finditer(text))
    for definition in islice(_DEFINITION.finditer(text), MAX_MACROS):
        times[definition["name"]] -= 1
        body = _braced(text, definition.start("open"))
        if body is not None:
            written = f"\\operatorname{{{body}}}" if definition["how"] == "DeclareMathOperator" else body
            name, made = definition["name"], Macro(written, int(definition["arity"] or 0))
            torn |= {name} if found.setdefault(name, made) != made else set()
    return {name: made for name, made in found.items() if name not in torn and not times[name]}


def _defining(text: str, other: re.Pattern[str]) -> str:
    """The text without code and comments; what is opened and never closed hides all that follows."""
    kept: list[str] = []
    at = 0
    while (found := other.search(text, at)) is not None:
        kept.append(text[at:found.start()])
        at = found.end()
        if found.lastgroup == "last":
            return " ".join(kept)
        if found.lastgroup == "opens":
            closer = {"<!--": "-->", "\\iffalse": "\\fi"}.get(found["opens"], found["opens"].replace("begin", "end"))
            end = text.find(closer, at)
            if end < 0:
                return " ".join(kept)
            at = end + len(closer)
    return " ".join([*kept, text[at:]])


def without_definitions(text: str) -> str:
    """A formula with blanks for the definitions in it."""
    kept, at = list(text), 0
    for definition in islice(_DEFINITION.finditer(text), MAX_MACROS):
        body = _braced(text, definition.start("open")) if definition.start() >= at else None
        if body is not None:
            at = definition.end() + len(body) + 1
            kept[definition.start():at] = " " * (at - definition.start())
    return "".join(kept)


def _braced(text: str, opening: int) -> str | None:
    """The inside of the braces that open at an offset; ``None`` if they are not closed soon."""
    depth = 0
    for at in range(opening, min(opening + MAX_BODY, len(text))):
        if text[at] in "{}" and text[at - 1] != "\\":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return text[opening + 1:at]
    return None
