"""Declarations read into the scope in which steps are read; everything wrong with them is named at once."""

from __future__ import annotations

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import Declarations
from derivcheck.files.source import Piece
from derivcheck.syntax import Scope, assume, declare_all, define_all


def build(declarations: Declarations) -> tuple[Scope, tuple[Diagnostic, ...]]:
    """The scope, and what is wrong with the declarations: with any diagnostic the scope is not to be used."""
    found: list[Diagnostic] = []
    scope = Scope(layout=declarations.layout or "mixed", defined=declarations.defined)
    scope, problems = declare_all(scope, [(d.name.text, d.type.text) for d in declarations.symbols])
    for place, part, diagnostic in problems:
        declared = declarations.symbols[place]
        found += (declared.type if part == "type" else declared.name).locate([diagnostic])
    scope, problems = define_all(scope, [(left.text, right.text) for left, right in declarations.definitions])
    for place, part, diagnostic in problems:
        left, right = declarations.definitions[place]
        found += (left if part == "left" else right).locate([diagnostic])
    for fact in declarations.assumptions:
        scope, wrong = add_fact(scope, fact)
        found += wrong
    return scope, tuple(dict.fromkeys(found))


def add_fact(scope: Scope, fact: Piece) -> tuple[Scope, tuple[Diagnostic, ...]]:
    """The scope in which the fact is assumed too, or the same scope and what is wrong with the fact."""
    try:
        return assume(scope, fact.text), ()
    except InputError as error:
        return scope, fact.locate(error.diagnostics)
