"""The state of one elaboration: the scope, what is bound around the piece at hand, and the notes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NoReturn, TypeAlias

from derivcheck.diagnostic import Span
from derivcheck.kernel.terms import LOGIC, Data, Symbol, Term
from derivcheck.kernel.vocabulary import ShapeError, build, describe
from derivcheck.syntax.parse import Node
from derivcheck.syntax.scope import Scope
from derivcheck.syntax.sorts import sizes_of, zeros
from derivcheck.syntax.tokens import fail

MAX_LEVELS = 40
"""How much deeper than its text a term may be."""

Handler: TypeAlias = "Callable[[Elaboration, Node], Term]"


class Elaboration:
    """Turns the nodes of one text into terms; ``handlers`` says how, by the kind of node.

    bound: the symbols that binders around the piece at hand introduce, by name; notes: remarks for the reader of the report.
    """

    def __init__(self, scope: Scope, handlers: Mapping[str, Handler], bound: Mapping[str, Symbol] | None = None) -> None:
        self.scope = scope
        self.handlers = handlers
        self.bound: Mapping[str, Symbol] = bound or {}
        self.notes: list[str] = []
        self.levels = 0

    def term(self, node: Node) -> Term:
        """The term of a node, a value or a condition."""
        return self.handlers[node.kind](self, node)

    def value(self, node: Node) -> Term:
        """The term of a node that must be a number or an array."""
        term = self.handlers[node.kind](self, node)
        if term.op in LOGIC:
            fail("type", "a condition is not a number: write [condition] for 1 where it holds and 0 elsewhere", node.span)
        return term

    def scalar(self, node: Node) -> Term:
        """The term of a node that must be a number."""
        term = self.value(node)
        if term.shape:
            fail("shape", f"a scalar is wanted here, not {describe(term.shape)}", node.span)
        return term

    def condition(self, node: Node) -> Term:
        """The term of a node that must be a condition."""
        term = self.handlers[node.kind](self, node)
        if term.op not in LOGIC:
            fail("type", "a condition is wanted here, such as i = j or x > 0, not a value", node.span)
        return term

    def under(self, bound: Symbol, read: Callable[[Node], Term], node: Node) -> Term:
        """``read(node)`` where ``bound`` shadows whatever has its name."""
        around = self.bound
        self.bound = {**around, bound.name: bound}
        term = read(node)
        self.bound = around
        return term

    def make(self, node: Node, op: str, *args: Term, data: Data = None) -> Term:
        """``build``, with the node's place on what does not fit."""
        try:
            return build(op, *args, data=data)
        except ShapeError as error:
            fail("shape", str(error), node.span)

    def note(self, text: str) -> None:
        """Remark something once."""
        if text not in self.notes:
            self.notes.append(text)

    def deepen(self, levels: int, node: Node) -> None:
        """Count levels that a short notation adds (several ranges, higher derivatives); raises ``InputError`` (``too-large``)."""
        self.levels += levels
        if self.levels > MAX_LEVELS:
            fail("too-large", f"more than {MAX_LEVELS} further ranges and derivatives; name a part of it in define", node.span)

    def match_zeros(self, terms: list[Term]) -> list[Term]:
        """Terms that must agree in shape, each literal 0 among arrays turned into the zero array."""
        shape = next((t.shape for t in terms if t.shape), ())
        return [self.zero_like(t, shape) for t in terms] if shape else terms

    def zero_like(self, term: Term, shape: tuple[Term, ...]) -> Term:
        """The zero array of a shape for a literal 0; any other term as it is."""
        if term.op == "neg" and is_zero(term.args[0]):
            inner = self.zero_like(term.args[0], shape)
            return Term("neg", (inner,), None, inner.shape)
        if not is_zero(term) or (array := zeros(shape)) is None:
            return term
        self.note(f"0 is read as zeros({sizes_of(shape)})")
        return array


def is_zero(term: Term) -> bool:
    """Whether a term is the literal 0."""
    return term.op == "number" and term.number == 0


def refuse(code: str, message: str) -> Handler:
    """A handler for pieces that cannot stand where an operand is wanted."""
    def handler(env: Elaboration, node: Node) -> NoReturn:
        fail(code, message, Span(node.start, node.end))
    return handler
