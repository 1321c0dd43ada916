"""Steps read into terms, each in the scope that holds where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import Derivation, RawStep
from derivcheck.files.steps import RELATION
from derivcheck.kernel.terms import LOGIC, RELATIONS, ZERO, Symbol, Term, free_symbols
from derivcheck.kernel.vocabulary import describe, same_shape, same_size
from derivcheck.running.judging import lets
from derivcheck.running.judging.scopes import add_fact
from derivcheck.syntax import ReadStep, Scope, read_step

_NOTHING = ReadStep(None, None, ZERO)
"""What stands before a step whose predecessors could not be read."""


@dataclass(frozen=True, slots=True)
class Line:
    """A step as read.

    trail: the numbers of the readable steps before it that it continues, oldest first; read: ``None`` if it could not
    be read; diagnostics: why it is invalid, read or not; case: the condition of the case it stands in.
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
            return _leading(self.raw.text.text)[0]
        return self.read.relation or self.read.link or "<=>"

    @property
    def statement(self) -> bool:
        """Whether it states something rather than continuing a chain of expressions."""
        return self.read is not None and self.read.relation is None and self.read.term.op in LOGIC

    @property
    def text(self) -> str:
        """The author's words without the relation in front."""
        text = self.raw.text.text
        return text[_leading(text)[1] :].strip()


def _leading(text: str) -> tuple[str | None, int]:
    """The relation in front of a step, plain or LaTeX, and where what follows it begins."""
    written = RELATION.match(text)
    if written:
        return written[1], written.end()
    if not text.lstrip().startswith("\\"):
        return None, 0
    from derivcheck.syntax.latex.relations import leading  # plain steps do not wait for what reads LaTeX

    return leading(text)


def read_lines(derivation: Derivation, scope: Scope) -> tuple[Line, ...]:
    """Every step of a derivation and of its cases, numbered through."""
    lines: list[Line] = []
    syntax = derivation.declarations.syntax or "plain"
    trail, scope = _read_into(lines, derivation.steps, scope, (), None, syntax)
    for case in derivation.cases:
        inner, wrong = add_fact(scope, case.when)
        _read_into(lines, case.steps, inner, trail, case.when.text, syntax, wrong)
    return tuple(lines)


def _read_into(
    lines: list[Line],
    steps: Sequence[RawStep],
    scope: Scope,
    trail: tuple[int, ...],
    case: str | None,
    syntax: str,
    wrong: tuple[Diagnostic, ...] = (),
) -> tuple[tuple[int, ...], Scope]:
    """Read steps one after the other; ``wrong`` is what makes all of them unreadable from the start.

    A line that defines a name is no step: what it defines holds in the steps behind it.
    """
    for raw in steps:
        found = list(wrong)
        for fact in raw.assume:
            scope, more = add_fact(scope, fact)
            found.extend(more)
        index = len(lines)
        let = lets.begun(raw, syntax) if "let" not in scope.symbols else None
        if let is not None:
            scope, more = lets.extended(scope, raw, let, syntax)
            if more or found:
                lines.append(Line(index, raw, scope, trail, None, (*found, *more), case))
            continue
        before = lines[trail[-1]].read if trail else _NOTHING if index else None
        read, more = (None, ()) if found else _read(raw, raw.syntax or syntax, scope, before)
        if read is not None and _passes_over(lines, trail, read):
            trail = trail[:-1]
            read, more = _read(raw, raw.syntax or syntax, scope, lines[trail[-1]].read)
        if read is not None and (differing := _of_other_laws(lines, read)):
            read, more = None, _refused(raw, "ambiguous", differing)
        lines.append(Line(index, raw, scope, trail, read, (*found, *more), case))
        if read is not None:
            trail = (*trail, index)
    return trail, scope


def _of_other_laws(lines: Sequence[Line], read: ReadStep) -> str | None:
    """Why expectations cannot be those of one law, where what stands below them in a derivation differs."""
    laws = read.laws.union(*(line.read.laws for line in lines if line.read is not None))
    if not read.laws or len(laws) < 2:
        return None
    said = " and ".join(f"E_{{{law}}}" if law else "E" for law in sorted(laws))
    return f"{said} in one derivation are taken for one law here: write E, and say by assume: which law a variable follows"


def _passes_over(lines: Sequence[Line], trail: tuple[int, ...], read: ReadStep) -> bool:
    """Whether a step goes on from before a line that spoke of an entry where the rest speaks of the whole."""
    if len(trail) < 2 or not lines[trail[-1]].diagnostics:
        return False
    shapes = [last_value(lines[index]).shape for index in trail[-2:]]
    return same_shape(read.term.shape, shapes[0]) and not same_shape(read.term.shape, shapes[1])


def _read(raw: RawStep, syntax: str, scope: Scope, before: ReadStep | None) -> tuple[ReadStep | None, tuple[Diagnostic, ...]]:
    reader = _latex if syntax == "latex" else read_step
    try:
        read = reader(raw.text.text, scope, before.term if before else None)
    except InputError as error:
        return None, raw.text.locate(error.diagnostics)
    except RecursionError:
        return None, _refused(raw, "too-large", "the step is nested too deeply; split it with definitions")
    mixed = _mixed(read, before)
    if mixed:
        return None, _refused(raw, "syntax", mixed)
    return read, _half_free(raw, read, before) if syntax == "latex" else ()


def _latex(text: str, scope: Scope, previous: Term | None) -> ReadStep:
    from derivcheck.syntax.latex.reading import read_latex_step  # derivations without LaTeX do not wait for its tables

    return read_latex_step(text, scope, previous)


def _half_free(raw: RawStep, read: ReadStep, before: ReadStep | None) -> tuple[Diagnostic, ...]:
    """What is wrong with a step whose sides differ in shape by an index: one speaks of an entry, the other of the whole."""
    if before is None or before is _NOTHING or read.relation is None:
        return ()
    left = before.term.args[1] if before.relation is None and before.term.op in RELATIONS else before.term
    right = read.term
    if same_shape(left.shape, right.shape):
        return ()
    for here, there, side in ((right, left, "right"), (left, right, "left")):
        lost = [size for size in there.shape if not any(same_size(size, kept) for kept in here.shape)]
        only = sorted(it.name for it in free_symbols(here) - free_symbols(there) if _runs_over(it, lost))
        if only and len(here.shape) < len(there.shape):
            message = (f"the index {only[0]} stands free on the {side} only: the {side} side is {describe(here.shape)}, "
                       f"the other {describe(there.shape)}; write the same entry, or the whole, on both")
            return (Diagnostic("free-index", message, place=raw.text.place()),)
    return ()


def _runs_over(it: Symbol, sizes: Sequence[Term]) -> bool:
    """Whether a symbol is an index up to one of these sizes."""
    upper = it.type.upper
    return it.type.kind == "index" and upper is not None and any(same_size(upper, size) for size in sizes)


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
