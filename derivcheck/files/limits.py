"""How much a file may hold, so that reading and judging it ends: what is beyond is refused and never judged in part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files.document import Declarations, Derivation, Document

MOST = 1_000
"""How many derivations and mistakes a file may have, and how many steps, symbols, definitions and assumptions a derivation."""

MOST_STEPS = 10_000
"""How many steps a file may have, and how many displays and headers a document."""

MOST_LETTERS = 4_000_000
"""How many characters all derivations of a file may have, each with the declarations that it shares with others."""

_START = Place(1, 1, 1, 1)


def refuse(found: Sequence[Diagnostic], message: str, place: Place = _START) -> NoReturn:
    """Raise ``InputError`` with what was found wrong before, and that the file is too large."""
    raise InputError(*found[:MOST], Diagnostic("too-large", message, place=place))


def bounded(document: Document) -> Document:
    """The document, or the same without its derivations and with the reason, where it holds too much."""
    steps = [len(it.steps) + sum(len(case.steps) for case in it.cases) for it in document.derivations]
    long = next((it for it, count in zip(document.derivations, steps, strict=True) if count > MOST), None)
    if long is not None:
        return _emptied(document, f"the derivation {long.name} has more than {MOST:,} steps; split it", long.place)
    if sum(steps) > MOST_STEPS:
        return _emptied(document, f"a file may have {MOST_STEPS:,} steps; split it into several")
    if sum(map(_letters, document.derivations)) > MOST_LETTERS:
        message = f"the derivations of a file, each with its declarations, may have {MOST_LETTERS:,} characters; split the file"
        return _emptied(document, message)
    return document


def _emptied(document: Document, message: str, place: Place = _START) -> Document:
    wrong = Diagnostic("too-large", message, place=place)
    return Document(document.path, document.source, (), (*document.diagnostics, wrong))


def _letters(derivation: Derivation) -> int:
    steps = (*derivation.steps, *(step for case in derivation.cases for step in case.steps))
    return _declared(derivation.declarations) + sum(len(step.text.text) for step in steps)


def _declared(declarations: Declarations) -> int:
    symbols = sum(len(it.name.text) + len(it.type.text) for it in declarations.symbols)
    definitions = sum(len(left.text) + len(right.text) for left, right in declarations.definitions)
    return symbols + definitions + sum(len(fact.text) for fact in declarations.assumptions)
