"""Declarations read into the scope in which steps are read; everything wrong with them is named at once."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import Declarations
from derivcheck.files.source import Piece
from derivcheck.syntax import Scope, assume, declare_all, define_all


def build(declarations: Declarations) -> tuple[Scope, tuple[Diagnostic, ...]]:
    """The scope, and what is wrong with the declarations: with any diagnostic the scope is not to be used."""
    found: list[Diagnostic] = []
    scope = Scope(layout=declarations.layout or "mixed", defined=declarations.defined, macros=declarations.macros)
    scope, problems = declare_all(scope, [(d.name.text, d.type.text) for d in declarations.symbols])
    for place, part, diagnostic in problems:
        declared = declarations.symbols[place]
        found += (declared.type if part == "type" else declared.name).locate([diagnostic])
    scope = _renamed(scope, declarations)  # definitions may use the other names
    scope, problems = define_all(scope, [(left.text, right.text) for left, right in declarations.definitions])
    for place, part, diagnostic in problems:
        left, right = declarations.definitions[place]
        found += (left if part == "left" else right).locate([diagnostic])
    scope, misspelt = _spelled(scope, declarations)
    found += misspelt
    for fact in declarations.assumptions:
        scope, wrong = add_fact(scope, fact)
        found += wrong
    return scope, tuple(dict.fromkeys(found))


def _renamed(scope: Scope, declarations: Declarations) -> Scope:
    """The scope in which other names stand for the same symbols."""
    known = scope.symbols
    others = {name.text: known[meant] for name, meant in declarations.renamed if meant in known and name.text not in known}
    return replace(scope, symbols={**known, **others}) if others else scope


def _spelled(scope: Scope, declarations: Declarations) -> tuple[Scope, list[Diagnostic]]:
    """The scope with how LaTeX spells its names, and what is wrong with the spellings."""
    given = [declared for declared in declarations.symbols if declared.latex]
    if not given:
        return scope, []
    from derivcheck.syntax.latex.names import check_spelling  # derivations without LaTeX do without it

    found: list[Diagnostic] = []
    for piece in (piece for declared in given for piece in declared.latex):
        try:
            check_spelling(piece.text)
        except InputError as error:
            found += piece.locate(error.diagnostics)
    latex = {} if found else {d.name.text: tuple(piece.text for piece in d.latex) for d in given}
    return replace(scope, latex=latex), found


def add_fact(scope: Scope, fact: Piece) -> tuple[Scope, tuple[Diagnostic, ...]]:
    """The scope in which the fact is assumed too, or the same scope and what is wrong with the fact."""
    try:
        return assume(scope, fact.text), ()
    except InputError as error:
        return scope, fact.locate(error.diagnostics)
