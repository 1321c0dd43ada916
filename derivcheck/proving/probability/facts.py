"""What is assumed of random variables: which are independent, and which laws they follow."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from derivcheck.kernel.terms import Symbol, Term, free_symbols
from derivcheck.proving.probability.expanding import is_random


@dataclass(frozen=True, slots=True)
class Independence:
    """Groups of random variables that are independent of each other, given others or without condition."""

    groups: tuple[frozenset[Symbol], ...]
    given: frozenset[Symbol] = frozenset()

    def among(self, variables: frozenset[Symbol]) -> Independence | None:
        """What it says of some of the variables alone; ``None`` for nothing."""
        groups = tuple(g & variables for g in self.groups if g & variables)
        return Independence(groups, self.given) if len(groups) > 1 and self.given <= variables else None

    def apart(self, it: Symbol, others: frozenset[Symbol]) -> bool:
        """Whether it says that a variable and one of others are independent."""
        return any(it in g for g in self.groups) and any(others & g for g in self.groups if it not in g)

    def implied(self, blocks: Iterable[frozenset[Symbol]]) -> bool:
        """Whether its groups are independent because no block holds members of two of them."""
        return all(sum(bool(block & group) for group in self.groups) < 2 for block in blocks)

    @property
    def all(self) -> frozenset[Symbol]:
        """The variables of all groups."""
        return frozenset[Symbol]().union(*self.groups)


def independence(fact: Term) -> Independence:
    """The fact ``independent(X, [Y, Z] | W)``."""
    given: frozenset[Symbol] = frozenset()
    groups = []
    for member in fact.args:
        symbols = frozenset(a.symbol for a in (member.args if member.op in {"group", "given"} else (member,)))
        if member.op == "given":
            given = symbols
        else:
            groups.append(symbols)
    return Independence(tuple(groups), given)


def randoms(terms: Iterable[Term]) -> frozenset[Symbol]:
    """The random variables that occur in terms."""
    return frozenset(s for t in terms for s in free_symbols(t) if is_random(s))
