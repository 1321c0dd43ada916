"""What a student defines: the lines that say so, the displays that say nothing else, and what a definition is made of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from derivcheck.files.document import Derivation, RawStep
from derivcheck.files.source import Piece
from derivcheck.syntax import Scope

_LET = re.compile(r"\s*(?:let|where|with|set|define)\b[\s:]*(?=\S)", re.IGNORECASE)
_LATEX_LET = re.compile(
    r"\s*\\(?:text|mathrm|textrm|mbox|textit)\s*\{\s*(?:let|where|with|set|define)\b[\s:~]*\}\s*", re.IGNORECASE
)
_EQUALS = re.compile(r":=|=(?!=)")
HEAD = re.compile(r"([^\W\d]\w*)\s*(?:([\[(])\s*([^\W\d]\w*(?:\s*,\s*[^\W\d]\w*)*)\s*[\])])?")
LATEX_HEAD = re.compile(r"\\?([A-Za-z]+)(?:_\{?([A-Za-z])\}?|\s*\(\s*([A-Za-z])\s*\))?")


@dataclass(frozen=True, slots=True)
class Definition:
    """A name that a student defines: what is defined, such as ``p[k]``, and as what."""

    left: Piece
    right: Piece
    syntax: str | None = None


def parted(steps: Sequence[RawStep], syntax: str | None) -> tuple[tuple[RawStep, ...], tuple[Definition, ...]]:
    """The steps proper, and the lines that define something (``let t = u_o^T v_c``)."""
    kept: list[RawStep] = []
    lets: list[Definition] = []
    for raw in steps:
        found = _let(raw, syntax)
        if found is None:
            kept.append(raw)
        else:
            lets.append(found)
    return tuple(kept), tuple(lets)


def _let(raw: RawStep, syntax: str | None) -> Definition | None:
    text, syntax = raw.text, raw.syntax or syntax
    begun = _LATEX_LET.match(text.text) if syntax == "latex" else _LET.match(text.text)
    if begun is None:
        return None
    return split(text.part(begun.end(), len(text.text)).stripped(), syntax)


def split(text: Piece, syntax: str | None) -> Definition | None:
    """The definition that a text with an equals sign is."""
    equals = _EQUALS.search(text.text)
    if equals is None:
        return None
    left, right = text.part(0, equals.start()), text.part(equals.end(), len(text.text))
    return Definition(left.stripped(), right.stripped(), syntax)


def definition(derivation: Derivation, scope: Scope) -> Definition | None:
    """What a derivation defines that only says ``NAME = expression`` of a name that the key does not know."""
    steps = derivation.steps
    if len(steps) != 2 or derivation.cases:
        return None
    syntax = steps[0].syntax or derivation.declarations.syntax
    head = (LATEX_HEAD if syntax == "latex" else HEAD).fullmatch(steps[0].text.text.strip())
    right = steps[1].text.stripped()
    equals = _EQUALS.match(right.text)
    if head is None or equals is None or head[1] in scope.symbols or (head[2] and f"{head[1]}_{head[2]}" in scope.symbols):
        return None
    return Definition(steps[0].text.stripped(), right.part(equals.end(), len(right.text)).stripped(), syntax)
