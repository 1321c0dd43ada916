"""Events as numbers, and the deviation of a variance."""

from __future__ import annotations

from derivcheck.kernel.terms import ONE, Term, number
from derivcheck.kernel.vocabulary import build


def happening(event: Term) -> Term:
    """1 where an event happens, else 0, by strict comparisons and equations alone, so that the same events look the same."""
    match event.op:
        case "and":
            return build("mul", *map(happening, event.args))
        case "or":
            return _not(build("mul", *(_not(happening(a)) for a in event.args)))
        case "not":
            return _not(happening(event.args[0]))
        case "le" | "ge" | "ne":
            return _not(happening(Term({"le": "gt", "ge": "lt", "ne": "eq"}[event.op], event.args)))
        case "gt":
            return build("indicator", Term("lt", event.args[::-1]))
    return build("indicator", event)


def _not(happening: Term) -> Term:
    return build("add", ONE, build("neg", happening))


def root_of(variance: Term) -> Term:
    """The square root of a variance, that of a square being the absolute value."""
    if variance == ONE:
        return ONE
    if variance.op == "pow" and variance.args[1] == number(2):
        base = variance.args[0]
        positive = base.op == "symbol" and base.symbol.type.kind == "positive"
        return base if positive else build("abs", base)
    return build("sqrt", variance)
