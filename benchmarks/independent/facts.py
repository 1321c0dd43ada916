"""Assumptions at an instance, for all values of the indices that they quantify over."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from derivcheck.kernel.terms import Symbol, Term, free_symbols
from independent.evaluate import Evaluator
from independent.values import Inconclusive, Undefined


def places(evaluator: Evaluator, fact: Term) -> Iterator[dict[Symbol, int]]:
    """The values of the quantified indices of a fact, each within the array that it is an index of."""
    bound = sorted((s for s in free_symbols(fact) if s.type.kind == "bound"), key=lambda s: s.name)
    ranges = [range(1, _upper(evaluator, fact, it) + 1) for it in bound]
    for chosen in itertools.product(*ranges):
        yield dict(zip(bound, chosen, strict=True))


def _upper(evaluator: Evaluator, fact: Term, it: Symbol) -> int:
    """The size of a dimension that a quantified index runs over."""
    for term in fact.walk():
        if term.op == "entry":
            for size, index in zip(term.args[0].shape[-len(term.args) + 1:] if _row(term) else term.args[0].shape, term.args[1:],
                                   strict=False):
                if it in free_symbols(index):
                    return evaluator.whole(size, {})
    return 1


def _row(term: Term) -> bool:
    return len(term.args) == 2 and len(term.args[0].shape) == 2 and not term.shape


def holds(evaluator: Evaluator, fact: Term) -> bool:
    """Whether a fact holds for all values of its quantified indices at which it is defined."""
    defined = 0
    for local in places(evaluator, fact):
        try:
            if not evaluator.truth(fact, local):
                return False
            defined += 1
        except Undefined:
            if not local:
                return False
        except Inconclusive:
            return False
    return defined > 0
