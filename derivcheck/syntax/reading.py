"""Reading a step, an expression, a condition."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from derivcheck.diagnostic import Span
from derivcheck.kernel.approximate import WRITTEN
from derivcheck.kernel.terms import LOGIC, RELATIONS, Term, number
from derivcheck.kernel.vocabulary import build
from derivcheck.syntax.elaborate import elaboration, whole
from derivcheck.syntax.environment import Elaboration
from derivcheck.syntax.parse import Node, Parser, parse
from derivcheck.syntax.scope import Scope
from derivcheck.syntax.tokens import Token, fail

CHAIN_RELATIONS = frozenset({"=", "<", "<=", ">", ">=", "~"})
"""What continues the chain of expressions when it begins a line."""

LINKS = frozenset({"<=>", "=>", "<=="})
"""What links a statement to the one before when it begins a line."""


@dataclass(frozen=True, slots=True)
class ReadStep:
    """A step as read.

    relation: the relation that continues the chain, whose right side ``term`` is; link: how a statement follows from the one
    before; at most one of them is set, and neither on the first line; laws: what LaTeX says below expectations, ``""`` where
    it says nothing, which is left out of the term.
    """

    relation: str | None
    link: str | None
    term: Term
    notes: tuple[str, ...] = ()
    laws: frozenset[str] = frozenset()


def read_expression(text: str, scope: Scope) -> Term:
    """The value that a text denotes; raises ``InputError``."""
    node = parse(text)
    term = whole(elaboration(scope), node)
    if term.op in LOGIC:
        fail("type", "an expression is wanted here, not a statement; write [condition] for 1 where it holds and 0 elsewhere",
             node.span)
    return term


def read_condition(text: str, scope: Scope) -> Term:
    """The condition that a text denotes; raises ``InputError``."""
    return elaboration(scope).condition(parse(text))


def read_step(text: str, scope: Scope, previous: Term | None) -> ReadStep:
    """One line of a derivation after the line whose term is ``previous`` (``None`` on the first line)."""
    parser = Parser(text)
    mark = parser.take() if parser.token.kind in CHAIN_RELATIONS | LINKS else None
    if mark is not None and previous is None:
        fail("syntax", f"the first line of a derivation has nothing before it: remove the {mark.text}", mark.span)
    if parser.token.kind == "end":
        fail("syntax", "the step is empty" if mark is None else f"something must follow {mark.text}", Span(0, parser.token.end))
    node = parser.expression()
    parser.finish()
    env = elaboration(scope)
    term = in_written_units(mark, node, whole(env, node))
    return linked(env, mark, term, node.span, previous)


def in_written_units(mark: Token | None, node: Node, term: Term) -> Term:
    """A decimal behind ``~`` whose last written digit is not its last nonzero one, as a multiple of that digit's unit."""
    if mark is None or mark.kind != "~":
        return term
    if node.kind == "neg" and term.op == "neg":
        inner = in_written_units(mark, node.children[0], term.args[0])
        return build("neg", inner) if inner != term.args[0] else term
    if node.kind != "number" or term.op != "number":
        return term
    digits, _, exponent = node.text.lower().partition("e")
    places = len(digits.partition(".")[2]) - int(exponent or 0)
    unit = Fraction(10) ** -places
    if term.number % unit or (places >= 0 and (places == 0 or term.number % (10 * unit))):
        return term
    return Term("mul", (number(term.number / unit), number(unit)), WRITTEN)


def linked(env: Elaboration, mark: Token | None, term: Term, span: Span, previous: Term | None) -> ReadStep:
    """The step that a term is behind its relation or link ``mark``; raises ``InputError`` where it cannot stand there."""
    if mark is not None and mark.kind in CHAIN_RELATIONS:
        return _continued(env, mark, term, span, previous)
    return _statement_or_first(env, mark, term, span, previous)


def _continued(env: Elaboration, mark: Token, term: Term, span: Span, previous: Term | None) -> ReadStep:
    if term.op in LOGIC:
        what = "write one relation a line" if term.op != "in" else "write the value alone"
        fail("syntax", f"after {mark.text} stands one expression: {what}, each line beginning with its own", span)
    before = previous.args[1] if previous is not None and previous.op in RELATIONS else previous
    if before is not None and before.shape:
        term = env.zero_like(term, before.shape)
    return ReadStep(mark.kind, None, term, tuple(env.notes))


def _statement_or_first(env: Elaboration, mark: Token | None, term: Term, span: Span, previous: Term | None) -> ReadStep:
    if term.op not in LOGIC:
        if mark is not None:
            fail("type", f"{mark.text} links statements: write an equation or inequality after it", span)
        if previous is not None:
            fail("syntax", "this line continues nothing: begin it with a relation such as =, or write a whole equation; a line "
                 "that belongs to the one above is indented", span)
    if previous is None:
        return ReadStep(None, None, term, tuple(env.notes))
    return ReadStep(None, mark.kind if mark else "<=>", term, tuple(env.notes))
