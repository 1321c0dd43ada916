"""Claims from text, for the tables of these tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.kernel.terms import Claim, Context, Term
from derivcheck.syntax.declarations import assume, declare_all, define_all
from derivcheck.syntax.reading import read_condition, read_expression
from derivcheck.syntax.scope import Scope


def scope(symbols: Mapping[str, str], define: Mapping[str, str] | None = None, facts: Sequence[str] = ()) -> Scope:
    """A scope in which declarations, definitions and assumptions are read without a problem."""
    found, problems = declare_all(Scope(), list(symbols.items()))
    assert not problems, problems
    found, problems = define_all(found, list((define or {}).items()))
    assert not problems, problems
    for fact in facts:
        found = assume(found, fact)
    return found


def parsed(text: str, symbols: Mapping[str, str], define: Mapping[str, str] | None = None) -> tuple[Term, Context]:
    """A term and its context."""
    where = scope(symbols, define)
    return read_expression(text, where), where.context()


def claimed(text: str, symbols: Mapping[str, str], facts: Sequence[str] = (), define: Mapping[str, str] | None = None) -> Claim:
    """The claim ``left = right``, ``left <= right`` or ``statement <=> statement`` that a text states."""
    where = scope(symbols, define, facts)
    for relation in (" <=> ", " => ", " == ", " = ", " <= ", " >= ", " < ", " > "):
        left, found, right = text.partition(relation)
        if found:
            read = read_condition if relation in {" <=> ", " => "} else read_expression
            return Claim(read(left, where), relation.strip().replace("==", "="), read(right, where), where.context())
    raise AssertionError(f"no relation in {text}")
