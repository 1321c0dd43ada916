"""What a context says about scalars: signs, and which terms vanish, by balls for constants and by the kernel for the rest."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import flint
from flint import fmpq

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Budget, Proof
from derivcheck.kernel.terms import ZERO, Claim, Context, Symbol, Term, Type, free_symbols
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Undefined, Undetermined

PRECISION = 256
MOST_QUESTIONS = 4_000
"""How many signs may be asked for while one claim is closed."""


class Refused(Exception):
    """A term cannot be closed; the message says why."""


class NoValues(Refused):
    """A function certainly has no values near a point, on the side at hand."""


class Outside(Refused):
    """Something that must be positive is negative on a whole range."""


class Divergent(Exception):
    """An integral, a limit or a series certainly has no finite value; the message says why.

    variable, place: where, if that is known; always: whatever values parameters have; side: that of the claim on which it stands.
    """

    def __init__(self, why: str, variable: str = "", place: Term | None = None, always: bool = False) -> None:
        super().__init__(why)
        self.variable = variable
        self.place = place
        self.always = always
        self.side = ""


class Nowhere(Exception):
    """Neither side of a claim has a value; the message says why."""


@dataclass(slots=True)
class Knowledge:
    """The facts of one context; budget: questions that are left, shared by all contexts of one claim."""

    context: Context
    budget: Budget = field(default_factory=lambda: Budget(MOST_QUESTIONS))
    signs: dict[Term, str | None] = field(default_factory=dict)
    kernel: Kernel | None = None

    def proves(self, left: Term, relation: str, right: Term = ZERO) -> bool:
        """Whether the kernel proves a relation wherever both sides are defined."""
        self.budget.spend(20)
        if self.kernel is None:
            self.kernel = Kernel(self.context, operations=20_000)
        return isinstance(self.kernel.prove(Claim(left, relation, right, self.context)), Proof)

    def sign(self, term: Term) -> str | None:
        """``+``, ``-`` or ``0`` where a real term has this sign wherever it is defined, ``None`` where that is unknown."""
        if term not in self.signs:
            self.budget.spend()
            self.signs[term] = self._sign(term)
        return self.signs[term]

    def _sign(self, term: Term) -> str | None:
        if term.op == "number":
            return "+" if term.number > 0 else "-" if term.number else "0"
        if not free_symbols(term):
            known = self._constant_sign(term)
            if known is not None:
                return known
            return "0" if self.proves(term, "=") else None
        for relation, sign in ((">", "+"), ("<", "-"), ("=", "0")):
            if self.proves(term, relation):
                return sign
        return None

    def value(self, term: Term) -> fmpq | flint.arb | None:
        """The value of a real constant: exact, or a ball."""
        found = evaluate(term, Instance(), self.context, PRECISION).entries[0]
        if isinstance(found, Undefined | Undetermined):
            return None
        number = arithmetic.plain(found)
        return number if isinstance(number, fmpq | flint.arb) else None

    def _constant_sign(self, term: Term) -> str | None:
        number = self.value(term)
        if number is None:
            return None
        return "+" if number > 0 else "-" if number < 0 else "0" if isinstance(number, fmpq) else None

    def nonzero(self, term: Term) -> bool:
        """Whether a term is known to vanish nowhere."""
        if self.sign(term) in {"+", "-"}:
            return True
        return term.op == "symbol" and term.symbol.type.kind in {"nonzero", "sign"}

    def declaring(self, name: str, *facts: Term, kind: str = "real") -> tuple[Symbol, Knowledge]:
        """A new symbol of a kind about which facts hold besides; the facts speak of ``fresh(name)``."""
        it = self.fresh(name, kind)
        context = replace(
            self.context, symbols={**self.context.symbols, it.name: it}, assumptions=(*self.context.assumptions, *facts)
        )
        return it, Knowledge(context, self.budget)

    def fresh(self, name: str, kind: str = "real") -> Symbol:
        """A symbol of a kind whose name nothing declared has."""
        while name in self.context.symbols or name in self.context.definitions:
            name += "_"
        return Symbol(name, Type(kind))


def occurs(it: Symbol, term: Term) -> bool:
    """Whether a symbol is free in a term."""
    return it in free_symbols(term)


def is_oo(term: Term) -> int:
    """1 for ``oo``, -1 for ``-oo``, 0 for any other term."""
    if term.op == "neg":
        return -is_oo(term.args[0])
    return int(term.op == "constant" and term.data == "oo")


