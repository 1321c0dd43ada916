"""Lines that define a name for what follows: ``let u = x**2 + 1``."""

from __future__ import annotations

import re

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import Expectation, RawStep
from derivcheck.files.source import Piece
from derivcheck.running.answering.definitions import HEAD, Definition, split
from derivcheck.running.answering.inferring import from_latex, type_of
from derivcheck.syntax import Scope, declare_all, define_all

_LET = re.compile(r"\s*let\s+", re.IGNORECASE)

_HOW = "write let NAME = expression; a block of LaTeX is parted at its relations, so write the steps as a list there"


def begun(raw: RawStep, syntax: str) -> Piece | None:
    """What stands behind the word in a line that begins with ``let``; ``None`` for any other line.

    Words in LaTeX stand beside the step already.
    """
    if (raw.syntax or syntax) == "latex":
        return raw.text if any(note.strip().lower() == "let" for note in raw.notes) else None
    found = _LET.match(raw.text.text)
    return raw.text.part(found.end(), len(raw.text.text)).stripped() if found else None


def extended(scope: Scope, raw: RawStep, text: Piece, syntax: str) -> tuple[Scope, tuple[Diagnostic, ...]]:
    """The scope in which the name is defined too, or the same scope and what is wrong with the line."""
    if raw.expectation != Expectation():
        return scope, _wrong(text, f"a definition claims nothing, so it cannot be expected to be {raw.expectation.kind}")
    definition = split(text, raw.syntax or syntax)
    if definition is None:
        return scope, _wrong(text, f"a line that begins with let defines a name: {_HOW}")
    try:
        return _defined(scope, definition)
    except InputError as error:
        return scope, definition.right.locate(error.diagnostics) if not _placed(error) else error.diagnostics


def _placed(error: InputError) -> bool:
    return any(diagnostic.place is not None for diagnostic in error.diagnostics)


def _defined(scope: Scope, it: Definition) -> tuple[Scope, tuple[Diagnostic, ...]]:
    left, right = from_latex(scope, it) if it.syntax == "latex" else (it.left, it.right)
    head = HEAD.fullmatch(left.text.strip())
    if head is None:
        return scope, _wrong(left, f"{left.text.strip() or 'nothing'} cannot be defined: {_HOW}, NAME[k] = … or NAME(t) = …")
    name, opening, parameters = head[1], head[2], [p.strip() for p in (head[3] or "").split(",") if p.strip()]
    if name in scope.symbols:
        message = f"{name} has a meaning already: let defines a new name; to assume {name} = …, write it under assume"
        return scope, _wrong(left, message)
    declared, problems = declare_all(scope, [(name, type_of(scope, name, opening, parameters, right.text))])
    found = [d for _, _, diagnostic in problems for d in left.locate([diagnostic])]
    if found:
        return scope, tuple(found)
    defined, problems = define_all(declared, [(left.text, right.text)])
    found = [d for _, part, diagnostic in problems for d in (left if part == "left" else right).locate([diagnostic])]
    return (scope, tuple(found)) if found else (defined, ())


def _wrong(where: Piece, message: str) -> tuple[Diagnostic, ...]:
    return (Diagnostic("bad-definition", message, place=where.place()),)
