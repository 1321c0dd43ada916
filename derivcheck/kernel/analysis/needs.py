"""What the parts of a term need of a variable so that the term is analytic: ``positive`` or ``nonzero`` subterms.

A ``kink`` may vanish at isolated points, where the term is continuous.  Whatever has no row here is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from derivcheck.kernel.analysis.knowledge import Refused
from derivcheck.kernel.terms import ONE, Symbol, Term, number
from derivcheck.kernel.vocabulary import build

ENTIRE = frozenset({
    "add", "neg", "mul", "exp", "sin", "cos", "sinh", "cosh", "tanh", "sech", "atan", "asinh", "erf", "sigmoid", "apply",
    "derivative", "number", "constant", "symbol",
})
NEEDS = {
    "tan": ("nonzero", "cos"), "sec": ("nonzero", "cos"), "cot": ("nonzero", "sin"), "csc": ("nonzero", "sin"),
    "coth": ("nonzero", ""), "csch": ("nonzero", ""), "log": ("positive", ""), "sqrt": ("positive", ""), "cbrt": ("nonzero", ""),
}
"""What a function needs of its argument, or of a function of it, to be analytic."""

Need = tuple[str, Term]


def needs(term: Term, variable: Symbol, up_to_the_end: bool = False) -> Iterator[Need]:
    """The needs of a term, each of the simplest part that decides it; see ``_needs``."""
    for kind, g in _needs(term, variable, up_to_the_end):
        yield from _reduced(kind, g)


def _reduced(kind: str, g: Term) -> Iterator[Need]:
    """A need of a product, a root or the like as needs of its parts; roots have their own need that they are defined."""
    if kind == "kink":
        yield kind, g
    elif g.op in {"exp", "cosh"}:
        return
    elif g.op in {"sqrt", "abs"} or (kind == "nonzero" and g.op in {"neg", "cbrt"}):
        yield from _reduced("nonzero", g.args[0])
    elif kind == "nonzero" and g.op == "mul":
        for factor in g.args:
            yield from _reduced(kind, factor)
    elif kind == "nonzero" and (g.op == "div" or (g.op == "pow" and rational(g.args[1]))):
        yield from _reduced(kind, g.args[0])
    else:
        yield kind, g


def _needs(term: Term, variable: Symbol, up_to_the_end: bool) -> Iterator[Need]:
    """What the parts of a term need so that it is analytic; up to the end, so that it is continuous where the needs hold
    inside: roots and inverse functions are continuous at the ends of their domains."""
    if term.shape:
        raise Refused("arrays are not integrated")
    for a in term.args:
        yield from _needs(a, variable, up_to_the_end)
    if term.op in ENTIRE:
        return
    if term.op in NEEDS and len(term.args) == 1:
        kind, inner = NEEDS[term.op]
        if not (up_to_the_end and term.op in {"sqrt", "cbrt"}):
            yield kind, build(inner, term.args[0]) if inner else term.args[0]
        return
    match term.op:
        case "div":
            yield "nonzero", term.args[1]
        case "abs":
            yield "kink", term.args[0]
        case "sign":
            yield "nonzero", term.args[0]
        case "asin" | "acos":
            if not up_to_the_end:
                yield "positive", _one_less_square(term.args[0])
        case "atanh":
            yield "positive", _one_less_square(term.args[0])
        case "acosh":
            if not up_to_the_end:
                yield "positive", build("add", term.args[0], number(-1))
        case "pow":
            yield from _power_needs(term, up_to_the_end)
        case "diff":
            if up_to_the_end:
                raise Refused("a derivative at the end of a range")
        case _:
            raise Refused(f"where {term.op} is smooth is not known")


def _one_less_square(g: Term) -> Term:
    return build("add", ONE, build("neg", build("pow", g, number(2))))


def rational(term: Term) -> Fraction | None:
    """The rational number that a term is written as."""
    match term.op:
        case "number":
            return term.number
        case "neg":
            inner = rational(term.args[0])
            return None if inner is None else -inner
        case "div":
            above, below = rational(term.args[0]), rational(term.args[1])
            return above / below if above is not None and below else None
    return None


def _power_needs(term: Term, up_to_the_end: bool) -> Iterator[Need]:
    base, exponent = term.args
    q = rational(exponent)
    if q is not None and q.denominator == 1:
        if q < 0:
            yield "nonzero", base
    elif q is None and is_whole(exponent):
        if not rational(base):
            yield "nonzero", base
    elif (q is None or q < 0 or not up_to_the_end) and (rational(base) or 0) <= 0:
        yield "positive", base


def is_whole(term: Term) -> bool:
    """Whether a term is an integer by the kinds of its symbols."""
    if term.op == "symbol":
        return term.symbol.type.kind in {"integer", "natural", "size", "index", "sign"}
    if term.op == "number":
        return term.number.denominator == 1
    return term.op in {"add", "neg", "mul"} and all(map(is_whole, term.args))


def witness(need: Need) -> Term:
    """A term that is defined just where a need holds."""
    kind, g = need
    return build("div", ONE, g) if kind in {"nonzero", "kink"} else build("log", g)
