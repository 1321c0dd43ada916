"""What a mistake is: a row of the table, the edits that undo it and those that make it, and how they are put into words."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from derivcheck.kernel.terms import Term
from derivcheck.proving.mistakes.places import Place, has_minus, negated
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.syntax.show import show

LONGEST = 60
"""How long a term may be that a message quotes in full."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change at one place: what stands there instead, and how large a mistake it is.

    sentence: says what is wrong, with ``{}`` for each of its parts; it is written out only for the edit that is chosen.
    right: of an edit that makes a mistake, what the law says that the mistake breaks.
    """

    new: Term
    size: float
    sentence: str = ""
    parts: tuple[Term | str, ...] = ()
    right: Term | None = None

    def message(self) -> str:
        """The sentence in full."""
        return self.sentence.format(*(part if isinstance(part, str) else quoted(part) for part in self.parts))


Edits: TypeAlias = "Callable[[Place, Surroundings], Iterator[Edit]]"


@dataclass(frozen=True, slots=True)
class Mistake:
    """A row of the table.

    code: its name; phrase: what it is, for a reader; wrong: an example, a step and the wrong one after it, and near: two that
    look like them and are right, all in the plain syntax under ``table.DECLARED``; undo: the edits of a wrong term that
    would undo it; make: the edits of a right term that make it, which is also what the step before was taken for; law:
    whether it breaks a law, so that its name says more than that of the edit by which the result differs.  Raising
    ``ShapeError`` ends the edits at a place.
    """

    code: str
    phrase: str
    wrong: tuple[str, str]
    near: tuple[str, str]
    undo: tuple[Edits, ...] = ()
    make: tuple[Edits, ...] = ()
    law: bool = False


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
