"""Where a derivative is taken of an expectation: that the two may be exchanged is a condition, and named."""

from __future__ import annotations

from collections.abc import Iterator, Set

from derivcheck.kernel.outcome import Condition
from derivcheck.kernel.terms import RELATIONS, Symbol, Term, free_symbols
from derivcheck.kernel.vocabulary import MEANS, build, build_diff
from derivcheck.proving.probability.expanding import is_random
from derivcheck.proving.probability.laws import NoMoment, degree


def conditions(left: Term, right: Term, lawful: Set[Symbol]) -> tuple[Condition, ...]:
    """The exchanges that only one side needs, as equations between a derivative and an expectation.

    lawful: the variables whose laws give the expectations in closed form or as finite sums.
    """
    sides = [dict.fromkeys(_exchanges(side, lawful)) for side in (left, right)]
    alone = [e for e in (*sides[0], *sides[1]) if not (e in sides[0] and e in sides[1])]
    return tuple(Condition(e, "domain") for e in dict.fromkeys(alone))


_SMOOTH = {**dict.fromkeys(("indicator", "sign", "floor", "ceiling", "cases", "delta", *RELATIONS), 0),
           **dict.fromkeys(("abs", "relu", "max", "min", "norm"), 1)}
"""Functions with jumps and kinks, and how many of their derivatives an expectation lets pass whatever the law is."""


def broken(condition: Condition) -> bool:
    """Whether an exchange takes more derivatives than a jump or kink in the expectation has: it fails for continuous laws."""
    body, count = condition.term.args[1].args[0], 0
    while body.op == "diff":
        body, count = body.args[0], count + 1
    return any(count > _SMOOTH.get(part.op, count) and any(map(is_random, free_symbols(part))) for part in body.walk())


def _exchanges(term: Term, lawful: Set[Symbol]) -> Iterator[Term]:
    for part in term.walk():
        if part.op != "diff":
            continue
        body, variable = part.args
        base = variable
        while base.op == "entry":
            base = base.args[0]
        if base.op != "symbol" or is_random(base.symbol):
            continue
        for mean in body.walk():
            if mean.op in MEANS and base.symbol in free_symbols(mean) and not _exact(mean, base.symbol, lawful):
                yield from _equations(mean, variable, str(part.data), _order(body, mean))


def _exact(mean: Term, by: Symbol, lawful: Set[Symbol]) -> bool:
    """Whether a law gives the expectation in closed form or as a finite sum, or linearity alone suffices."""
    inner, given = mean.args[: MEANS[mean.op]], mean.args[MEANS[mean.op]:]
    if all(s in lawful for s in free_symbols(mean) if is_random(s)):
        return True
    try:
        return all(degree(a, by) >= 0 for a in inner) and mean.op != "P" and not any(by in free_symbols(g) for g in given)
    except NoMoment:
        return False


def _order(body: Term, mean: Term) -> int:
    """How many derivatives stand between a derivative and an expectation inside it, which are exchanged before it."""
    count = 0
    while body != mean and body.op == "diff":
        body, count = body.args[0], count + 1
    return count if body == mean else 0


def _equations(mean: Term, variable: Term, layout: str, order: int) -> Iterator[Term]:
    for a in mean.args[: MEANS[mean.op]]:
        body = build("indicator", a) if mean.op == "P" else a
        for _ in range(order):
            body = build_diff(body, variable, layout)
        if variable.op == "symbol" and variable.symbol not in free_symbols(body):
            continue
        given = mean.args[MEANS[mean.op]:]
        outer = build_diff(build("E", body, *given), variable, layout)
        yield Term("eq", (outer, build("E", build_diff(body, variable, layout), *given)))
