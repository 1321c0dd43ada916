"""The act of typesetting: how tightly a laid piece binds, and the parentheses that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from derivcheck.kernel.terms import Term
from derivcheck.syntax.boxes import Atom, Box, Fence, Row
from derivcheck.syntax.lettering import Names

OR, AND, NOT, RELATION, SUM, MINUS, PRODUCT, FACTOR, ATOM = 1, 2, 3, 4, 5, 6, 7, 8, 9
"""Precedences: ``MINUS`` is what begins with a sign, which reaches no further than the first factor; ``FACTOR`` is what stands
alone in a product; only an ``ATOM`` carries exponents and ``!``."""

COMMA = Atom("operator", ", ", ",")
_APPLY = Atom("operator", "", "\u2061")


@dataclass(frozen=True, slots=True)
class Laid:
    """A box and how tightly its outermost operator binds; open: its end would take in a factor that follows it.

    bare: it is a name without scripts, so that an index can stand below it.
    """

    box: Box
    level: int = FACTOR
    open: bool = False
    bare: bool = False


Writer: TypeAlias = "Callable[[Typesetting, Term], Laid]"


@dataclass(frozen=True, slots=True)
class Typesetting:
    """One formula's typesetting: the names around it, and how each operator is written.

    It calls the writers as directly as it can, so that the deepest term that can be read does not exhaust the stack.
    """

    names: Names
    writers: Mapping[str, Writer]

    def laid(self, term: Term) -> Laid:
        """The term as it is written where nothing surrounds it."""
        return self.writers[term.op](self, term)

    def box(self, term: Term) -> Box:
        """The term's box where commas, braces or a bar set it apart."""
        return self.writers[term.op](self, term).box

    def within(self, term: Term, level: int, last: bool = True) -> Box:
        """The term's box, in parentheses if it binds more loosely than ``level``, or is open and something follows it."""
        return enclosed(self.writers[term.op](self, term), level, last).box

    def listed(self, terms: Sequence[Term]) -> Box:
        """Terms with commas between them."""
        return self.box(terms[0]) if len(terms) == 1 else joined(tuple(map(self.box, terms)), COMMA)

    def called(self, head: Box, terms: Sequence[Term]) -> Laid:
        """A function and its arguments in parentheses."""
        return Laid(Row((head, _APPLY, parentheses(self.listed(terms)))))


def enclosed(laid: Laid, level: int, last: bool = True) -> Laid:
    """The piece itself, or in parentheses where ``Typesetting.within`` wants them."""
    return laid if laid.level >= level and (last or not laid.open) else Laid(parentheses(laid.box))


def parentheses(box: Box) -> Fence:
    """A box in parentheses."""
    return Fence("parentheses", box)


def joined(boxes: Sequence[Box], sign: Box) -> Row:
    """Boxes with a sign between them."""
    return Row(tuple(piece for box in boxes for piece in (sign, box))[1:])


def operator(latex: str, text: str) -> Atom:
    """A sign, as LaTeX writes it and as a character."""
    return Atom("operator", latex, text)
