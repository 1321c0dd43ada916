"""What a student wrote, bound to what the key declares: the key's word holds, and the student's own names are added to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import Case, Declarations, Declared, Derivation, Expectation, RawStep
from derivcheck.files.source import Piece
from derivcheck.kernel.terms import LOGIC
from derivcheck.running.answering.chained import apart
from derivcheck.running.answering.compared import Attempt
from derivcheck.running.answering.definitions import HEAD, Definition, parted
from derivcheck.running.answering.inferring import from_latex, type_of, typed, written
from derivcheck.running.answering.ordered import ordered
from derivcheck.running.answering.questions import Question
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lines import Line, read_lines
from derivcheck.syntax import Scope, read_type

_NAME = re.compile(r"[^\W\d]\w*")
_KEPT_KINDS = frozenset({"index", "size", "function"})
"""Kinds of types that a student's own name may have: others could say more about a value than is known of it."""


@dataclass(slots=True)
class _Binding:
    """What has been bound so far."""

    question: Question
    declarations: Declarations
    scope: Scope
    own: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    wrong: list[Diagnostic] = field(default_factory=list)

    def extend(self, more: Declarations) -> tuple[Diagnostic, ...]:
        """Take declarations over if they can be used beside the ones so far; else what is wrong with them."""
        declarations = _joined(self.declarations, more)
        scope, wrong = scopes.build(declarations)
        if wrong:
            return wrong
        if self._keeps_the_key(scope):
            self.declarations, self.scope = declarations, scope
        else:
            names = ", ".join(dict.fromkeys(it.name.text for it in more.symbols))
            self.flags.append(f"it gives another meaning to {names}, which the question's own words use: not used")
        return ()

    def _keeps_the_key(self, scope: Scope) -> bool:
        """Whether the key's declarations, which are read again beside others, still mean what they did."""
        key = self.question.scope
        return (
            key.symbols.items() <= scope.symbols.items()
            and key.definitions.items() <= scope.definitions.items()
            and scope.assumptions[: len(key.assumptions)] == key.assumptions
        )


def bound(question: Question, own: Derivation, before: Sequence[Definition] = ()) -> tuple[Attempt, tuple[Diagnostic, ...]]:
    """An answer under the key's declarations and its own names, and what is wrong with these.

    before: what was defined in front of it in its document.
    """
    layout = own.declarations.layout
    key = question.derivation.declarations
    turned = layout is not None and layout != (key.layout or "mixed") and layout in question.grading.layouts
    if turned and layout is not None:
        question = question.with_layout(layout)
    start = replace(
        question.derivation.declarations, syntax=own.declarations.syntax, macros={**key.macros, **own.declarations.macros}
    )
    binding = _Binding(question, start, question.scope if start == key else scopes.build(start)[0])
    if layout is not None and not turned and layout != (key.layout or "mixed"):
        binding.remarks.append(f"the layout {layout} is declared, and the question's is {key.layout or 'mixed'}, which holds")
    _spell(binding, own.declarations)
    _declare(binding, own.declarations)
    steps, lets = parted(own.steps, own.declarations.syntax)
    definitions = [Definition(left, right) for left, right in own.declarations.definitions]
    for definition in (*before, *definitions, *lets):
        _define(binding, definition)
    _assume(binding, own.declarations.assumptions)
    if question.start.op not in LOGIC:
        steps = apart(steps, own.declarations.syntax)
    steps = tuple(_unmarked(binding, raw) for raw in steps)
    cases = tuple(Case(case.when, tuple(_unmarked(binding, raw) for raw in case.steps)) for case in own.cases)
    if cases:
        binding.flags.append("the answer distinguishes cases: whether these are all of them is for a person to say")
    values = {it.name: getattr(own, it.name) for it in fields(Derivation)}
    values |= {"declarations": binding.declarations, "steps": steps, "cases": cases, "grading": None}
    # what a student calls things may hold a name, and reports are about the question
    values |= {"name": question.name, "title": question.derivation.title, "source": None, "note": None}
    if not steps:
        values["fault"] = own.fault or "nothing is left of it but definitions"
    attempt = Attempt(
        **values, question=question, own=tuple(binding.own), turned=turned, remarks=tuple(binding.remarks),
        flags=tuple(binding.flags),
    )
    return attempt, tuple(binding.wrong)


def _joined(declarations: Declarations, more: Declarations) -> Declarations:
    return replace(
        declarations,
        symbols=(*declarations.symbols, *more.symbols),
        definitions=(*declarations.definitions, *more.definitions),
        assumptions=(*declarations.assumptions, *more.assumptions),
        renamed=(*declarations.renamed, *more.renamed),
    )


def _spell(binding: _Binding, own: Declarations) -> None:
    """Take over how the student spells the key's names in LaTeX, where no other name is spelled so."""
    given = {it.name.text: it.latex for it in own.symbols if it.latex}
    taken = {piece.text for it in binding.declarations.symbols for piece in (it.name, *it.latex)}
    symbols = tuple(
        replace(it, latex=(*(it.latex or (it.name,)), *more)) if (more := _free(given.get(it.name.text, ()), taken)) else it
        for it in binding.declarations.symbols
    )
    if symbols == binding.declarations.symbols:
        return
    declarations = replace(binding.declarations, symbols=symbols)
    scope, wrong = scopes.build(declarations)
    if not wrong:
        binding.declarations, binding.scope = declarations, scope


def _free(spellings: Sequence[Piece], taken: set[str]) -> tuple[Piece, ...]:
    return tuple(piece for piece in spellings if piece.text not in taken)


def _declare(binding: _Binding, own: Declarations) -> None:
    """Declare the student's own indices, sizes and functions, and tell where a name of the key is declared as something else."""
    known = binding.scope.symbols
    defined = own.defined
    taken = {piece.text for it in binding.declarations.symbols for piece in (it.name, *it.latex)}
    for declared in own.symbols:
        name = declared.name.text
        if name not in known:
            declared = replace(declared, latex=_free(declared.latex, taken))
        try:
            found = read_type(declared.type.text, binding.scope)
        except InputError as error:
            if name not in known and name not in defined:
                binding.wrong += declared.type.locate(error.diagnostics)
            continue
        if name in known:
            if found != known[name].type:
                binding.remarks.append(f"{name} is what the question declares, whatever is declared here")
        elif name not in defined and found.kind in _KEPT_KINDS:
            binding.wrong += binding.extend(Declarations(symbols=(declared,)))
        elif name not in defined:
            plain = written(typed(found.family, found.shape), declared.type)
            binding.wrong += binding.extend(Declarations(symbols=(replace(declared, type=plain),)))


def _define(binding: _Binding, it: Definition) -> None:
    """Add a definition of the student's own, or another name; the key's names keep their meaning."""
    left, right = it.left, it.right
    if it.syntax == "latex":
        try:
            left, right = from_latex(binding.scope, it)
        except InputError as error:
            binding.wrong += error.diagnostics
            return
    head = HEAD.fullmatch(left.text.strip())
    if head is None:
        binding.wrong.append(Diagnostic("bad-definition", f"{left.text.strip()} cannot be defined", place=left.place()))
        return
    name, opening, parameters = head[1], head[2], [p.strip() for p in (head[3] or "").split(",") if p.strip()]
    if name in binding.scope.symbols:
        if not _says_the_same(binding, name, right):
            binding.remarks.append(f"{name} is what the question says it is, whatever is defined here")
        return
    meant = right.text.strip()
    if not parameters and _NAME.fullmatch(meant) and meant in binding.scope.symbols:
        _rename(binding, left, meant)
        return
    try:
        type_ = type_of(binding.scope, name, opening, parameters, right.text)
    except InputError as error:
        binding.wrong += right.locate(error.diagnostics)
        return
    declared = Declared(written(name, left), written(type_, left))
    binding.wrong += binding.extend(Declarations(symbols=(declared,), definitions=((left, right),)))
    if name in binding.scope.definitions:
        binding.own.append(name)


def _rename(binding: _Binding, name: Piece, meant: str) -> None:
    """Let a further name stand for one of the key's, in LaTeX too."""
    symbols = binding.declarations.symbols
    spelled = (replace(it, latex=(*(it.latex or (it.name,)), name)) if it.name.text == meant else it for it in symbols)
    binding.declarations = replace(binding.declarations, symbols=tuple(spelled))
    binding.wrong += binding.extend(Declarations(renamed=((name, meant),)))


def _says_the_same(binding: _Binding, name: str, right: Piece) -> bool:
    definitions = binding.question.derivation.declarations.definitions
    squeezed = right.text.replace(" ", "")
    return any(re.split(r"[\[(]", a.text)[0].strip() == name and b.text.replace(" ", "") == squeezed for a, b in definitions)


def _assume(binding: _Binding, facts: Sequence[Piece]) -> None:
    """Assume what the key assumes or allows; anything else is not used, and flagged."""
    kept = tuple(fact for fact in facts if _is_allowed(binding, fact))
    if kept:
        binding.wrong += binding.extend(Declarations(assumptions=kept))


def _is_allowed(binding: _Binding, fact: Piece) -> bool:
    scope, wrong = scopes.add_fact(binding.scope, fact)
    if not wrong and ordered(scope.assumptions[-1]) in binding.question.allowed:
        return True
    binding.flags.append(f"it assumes {fact.text.strip()}, which the question does not allow: not used")
    return False


def _unmarked(binding: _Binding, raw: RawStep) -> RawStep:
    """A step without what its author expects of it, and with allowed facts only."""
    facts = tuple(fact for fact in raw.assume if _is_allowed(binding, fact))
    return replace(raw, expectation=Expectation(), assume=facts)


def first_line(question: Question, derivation: Derivation, before: Sequence[Definition]) -> Line | None:
    """The first line of a derivation, read as an answer to a question; ``None`` where it cannot be."""
    attempt, _ = bound(question, derivation, before)
    scope, wrong = scopes.build(attempt.declarations)
    if wrong or not attempt.steps:
        return None
    (line,) = read_lines(replace(attempt, steps=attempt.steps[:1], cases=()), scope)
    return line if line.read else None

