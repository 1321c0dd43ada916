"""Diagnostics: what is wrong with an input, where, and what to write instead.  Rendering lives in ``reports``."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of one piece of text, as character offsets: ``start`` included, ``end`` excluded."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A stretch of a file: lines and columns count from 1, the end column is excluded."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding about an input.

    code: a key of ``CODES``; message: one phrase that says what is wrong and what to write instead; span: where, in
    the piece of text that was read (a step, a type, a definition); place: where in the file, once that is known;
    severity: ``error``, or ``warning`` for what leaves the exit status alone.
    """

    code: str
    message: str
    span: Span = Span(0, 0)
    place: Place | None = None
    notes: tuple[str, ...] = ()
    severity: str = "error"


class InputError(Exception):
    """An input cannot be used; carries its diagnostics."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = diagnostics


CODES: dict[str, str] = {
    # reading text
    "syntax": "the text is not in the language",
    "ambiguous": "the notation could mean two things",
    "too-large": "the input exceeds a limit of size, nesting or magnitude",
    # names and types
    "undeclared-name": "a name is used that is not declared",
    "duplicate-name": "a name is declared twice",
    "reserved-name": "a name belongs to the language",
    "unknown-type": "a type is not in the language",
    "bad-definition": "a definition is cyclic, of an undeclared name, or does not fit its declaration",
    "bad-assumption": "an assumption is not a relation that can be used",
    "contradiction": "the declarations or assumptions contradict each other",
    "shape": "the shapes of the operands do not fit together",
    "type": "an operand has the wrong type",
    "diff-variable": "one cannot differentiate by this",
    "free-index": "an index stands free on one side of a step only",
    "undefined-everywhere": "an expression is defined nowhere in the declared domain",
    # files
    "unreadable-file": "the file cannot be read",
    "yaml": "the file is not the YAML that is accepted",
    "unknown-key": "a key is not in the format",
    "duplicate-key": "a key stands twice in one mapping",
    "missing-key": "a key is missing",
    "bad-value": "a value has the wrong form",
    "no-derivation": "there is nothing to check",
    "no-step": "a derivation has a first line and no step to judge",
    "missing-relation": "no relation stands between a display and the one above it",
    "not-judged": "a relation stands where it cannot be judged",
    "bad-expectation": "a mark such as #! wrong is not in the format",
}
"""Every diagnostic's code and what it says; ``docs/diagnostics.md`` has a section for each."""
