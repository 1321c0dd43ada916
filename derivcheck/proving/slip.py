"""What a slip is: a row of the table of mistakes, the edits that it proposes, and how they are put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from derivcheck.kernel.terms import Term
from derivcheck.proving.places import Place, has_minus, negated
from derivcheck.proving.surroundings import Surroundings
from derivcheck.syntax.show import show

LONGEST = 60
"""How long a term may be that a message quotes in full."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change at one place: what stands there instead, and how large a slip it is.

    sentence: says so, with ``{}`` for each of its parts; it is written out only for the edit that is chosen.
    """

    new: Term
    size: float
    sentence: str
    parts: tuple[Term | str, ...] = ()

    def message(self) -> str:
        """The sentence in full."""
        return self.sentence.format(*(part if isinstance(part, str) else quoted(part) for part in self.parts))


Edits: TypeAlias = "Callable[[Place, Surroundings], Iterator[Edit]]"


@dataclass(frozen=True, slots=True)
class Slip:
    """A kind of mistake: its code, and the edits that would undo it at a place; raising ``ShapeError`` ends the edits."""

    code: str
    edits: Edits


def quoted(term: Term) -> str:
    """The term, or its beginning where it is long."""
    text = show(term)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2].rstrip()} …"


def unsigned(term: Term) -> Term:
    """The term without the minus signs before it."""
    return unsigned(negated(term)) if has_minus(term) else term


def sign_of(term: Term) -> str:
    """The sign of a summand."""
    return "-" if has_minus(term) else "+"
