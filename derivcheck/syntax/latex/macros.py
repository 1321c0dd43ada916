"""Commands that a document defines: ``\\newcommand``, ``\\def``, ``\\DeclareMathOperator``."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DEFINITION = re.compile(
    r"\\(?P<how>(?:re)?newcommand|providecommand|DeclareMathOperator|def)\*?\s*\{?\s*\\(?P<name>[A-Za-z]+)\s*\}?\s*"
    r"(?:\[(?P<arity>[1-9])\]\s*)?(?P<open>\{)")

MAX_BODY = 2000
"""How long the text may be that a macro stands for."""


@dataclass(frozen=True, slots=True)
class Macro:
    """What a command stands for: a text in which ``#1``, ``#2``, … are its arguments."""

    body: str
    arity: int = 0


def macros(text: str) -> dict[str, Macro]:
    """The macros that a text defines; those with optional arguments, or with two meanings, are left out."""
    found: dict[str, Macro] = {}
    torn: set[str] = set()
    for definition in _DEFINITION.finditer(text):
        body = _braced(text, definition.start("open"))
        if body is not None:
            written = f"\\operatorname{{{body}}}" if definition["how"] == "DeclareMathOperator" else body
            name, made = definition["name"], Macro(written, int(definition["arity"] or 0))
            torn |= {name} if found.setdefault(name, made) != made else set()
    return {name: made for name, made in found.items() if name not in torn}


def _braced(text: str, opening: int) -> str | None:
    """The inside of the braces that open at an offset; ``None`` if they are not closed soon."""
    depth = 0
    for at in range(opening, min(opening + MAX_BODY, len(text))):
        if text[at] in "{}" and text[at - 1] != "\\":
            depth += 1 if text[at] == "{" else -1
            if depth == 0:
                return text[opening + 1:at]
    return None
