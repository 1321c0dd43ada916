"""Which random variables terms look at together, and which they take as given."""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.kernel.terms import Symbol, Term
from derivcheck.kernel.vocabulary import MEANS
from derivcheck.proving.probability.expanding import is_random
from derivcheck.proving.probability.facts import randoms


def conditionings(terms: Iterable[Term]) -> tuple[frozenset[Symbol], ...]:
    """The sets of variables that are given somewhere in terms."""
    found: dict[frozenset[Symbol], None] = {}
    for term in terms:
        for part in term.walk():
            if part.op in MEANS:
                given = frozenset(a.symbol for a in part.args[MEANS[part.op]:] if a.op == "symbol" and is_random(a.symbol))
                if given:
                    found[given] = None
    return tuple(found)


def together(terms: Iterable[Term]) -> tuple[frozenset[Symbol], ...]:
    """The sets of variables that one expectation sees, and that which all terms show outside of expectations."""
    found: dict[frozenset[Symbol], None] = {}
    shown: set[Symbol] = set()
    waiting = list(terms)
    while waiting:
        term = waiting.pop()
        if term.op in MEANS:
            found[randoms((term,))] = None
            shown |= randoms(term.args[MEANS[term.op]:]) if any(a.op == "symbol" for a in term.args[MEANS[term.op]:]) else set()
        elif term.op == "symbol":
            shown |= randoms((term,))
        else:
            waiting += term.args
    return (*found, frozenset(shown))
