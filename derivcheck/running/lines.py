"""Steps read into terms, each in the scope that holds where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import Derivation, RawStep
from derivcheck.files.steps import RELATION
from derivcheck.kernel.terms import LOGIC, RELATIONS, ZERO, Term
from derivcheck.running.scopes import add_fact
from derivcheck.syntax import ReadStep, Scope, read_step

_NOTHING = ReadStep(None, None, ZERO)
"""What stands before a step whose predecessors could not be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """A step as read.

    trail: the numbers of the readable steps before it that it continues, oldest first; read: ``None`` if it could not
    be read, and diagnostics says why; case: the condition of the case it stands in.
    """

    index: int
    raw: RawStep
    scope: Scope
    trail: tuple[int, ...]
    read: ReadStep | None
    diagnostics: tuple[Diagnostic, ...] = ()
    case: str | None = None

    @property
    def relation(self) -> str | None:
        """How it is linked to the step before: a relation, or a link between statements; ``None`` for a first step."""
        if not self.index:
            return None
        if self.read is None:
            written = RELATION.match(self.raw.text.text)
            return written[1] if written else None
        return self.read.relation or self.read.link or "<=>"

    @property
    def statement(self) -> bool:
        """Whether it states something rather than continuing a chain of expressions."""
        return self.read is not None and self.read.relation is None and self.read.term.op in LOGIC

    @property
    def text(self) -> str:
        """The author's words without the relation in front."""
        text = self.raw.text.text
        written = RELATION.match(text)
        return text[written.end() :].strip() if written else text.strip()


def read_lines(derivation: Derivation, scope: Scope) -> tuple[Line, ...]:
    """Every step of a derivation and of its cases, numbered through."""
    lines: list[Line] = []
    trail, scope = _read_into(lines, derivation.steps, scope, (), None)
    for case in derivation.cases:
        inner, wrong = add_fact(scope, case.when)
        _read_into(lines, case.steps, inner, trail, case.when.text, wrong)
    return tuple(lines)


def _read_into(
    lines: list[Line],
    steps: Sequence[RawStep],
    scope: Scope,
    trail: tuple[int, ...],
    case: str | None,
    wrong: tuple[Diagnostic, ...] = (),
) -> tuple[tuple[int, ...], Scope]:
    """Read steps one after the other; ``wrong`` is what makes all of them unreadable from the start."""
    for raw in steps:
        found = list(wrong)
        for fact in raw.assume:
            scope, more = add_fact(scope, fact)
            found.extend(more)
        index = len(lines)
        before = lines[trail[-1]].read if trail else _NOTHING if index else None
        read, more = (None, ()) if found else _read(raw, scope, before)
        lines.append(Line(index, raw, scope, trail, read, (*found, *more), case))
        if read is not None:
            trail = (*trail, index)
    return trail, scope


def _read(raw: RawStep, scope: Scope, before: ReadStep | None) -> tuple[ReadStep | None, tuple[Diagnostic, ...]]:
    if "$" in raw.text.text or raw.syntax == "latex":
        return None, _refused(raw, "syntax", "LaTeX is not read: write the step in plain syntax, without $")
    try:
        read = read_step(raw.text.text, scope, before.term if before else None)
    except InputError as error:
        return None, raw.text.locate(error.diagnostics)
    except RecursionError:
        return None, _refused(raw, "too-large", "the step is nested too deeply; split it with definitions")
    mixed = _mixed(read, before)
    return (None, _refused(raw, "syntax", mixed)) if mixed else (read, ())


def _refused(raw: RawStep, code: str, message: str) -> tuple[Diagnostic, ...]:
    return (Diagnostic(code, message, place=raw.text.place()),)


def _mixed(read: ReadStep, before: ReadStep | None) -> str | None:
    """Why a step cannot follow the one before: one is an expression, the other a statement."""
    if before is None or before is _NOTHING:
        return None
    states = before.relation is None and before.term.op in LOGIC
    if read.link is not None and not states:
        return "a statement cannot follow an expression; begin the line with a relation such as ="
    if read.relation is not None and states and before.term.op not in RELATIONS:
        return "a relation continues an expression or an equation; write <=>, => or <== and a statement"
    return None


def last_value(line: Line) -> Term:
    """What a relation in front of the next step continues: the line's expression, or its statement's right side."""
    if line.read is None:
        raise ValueError(f"step {line.index} was not read")
    term = line.read.term
    return term.args[1] if line.statement and term.op in RELATIONS else term
