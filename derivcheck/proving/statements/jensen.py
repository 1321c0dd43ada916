"""Jensen's inequality for any function whose second derivative the kernel shows to have a sign."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Context, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import ShapeError, build

POSITIVE = frozenset({"positive"})

VARIABLE = "t_"
"""The name of the argument of the function; no author can write it in a claim beside the mean that it stands for."""


def jensen(kernel: Kernel, context: Context, below: Term, above: Term) -> bool:
    """Whether a claim is ``F(mean of g) <= mean of F(g)`` for a convex F, or the contrary for a concave one."""
    if VARIABLE in context.symbols:
        return False
    for side, other, relation in ((below, above, ">="), (above, below, "<=")):
        for mean, values, weight in _means(side):
            if _is(kernel, context, side, other, relation, mean, values, weight):
                return True
    return False


def _means(side: Term) -> Iterator[tuple[Term, Term, Term | None]]:
    """The means in a term: the mean itself, the sum of its values, and the weight of each, if they are not all alike."""
    for term in side.walk():
        if term.op == "div" and _full(term.args[0]) and term.args[1] == term.args[0].args[2]:
            yield term, term.args[0], None
        elif _full(term) and term.args[0].op == "mul":
            for factor in term.args[0].args:
                others = [a for a in term.args[0].args if a is not factor]
                if _is_weight(factor, term) and others:
                    value = build("mul", *others) if len(others) > 1 else others[0]
                    yield term, replace(term, args=(value, *term.args[1:])), factor


def _full(term: Term) -> bool:
    """Whether a term is a sum from 1 to a size."""
    return term.op == "sum" and len(term.args) == 3 and term.args[1] == number(1) and term.args[2].op == "symbol" \
        and term.args[2].symbol.type.kind == "size"


def _is_weight(factor: Term, total: Term) -> bool:
    """Whether a factor is the entry of probabilities at the index of a sum over all of them."""
    if factor.op != "entry" or factor.args[0].op != "symbol" or factor.args[1:] != (symbol(total.symbol),):
        return False
    weights = factor.args[0]
    return "simplex" in weights.symbol.type.attributes and weights.shape == (total.args[2],)


def _is(kernel: Kernel, context: Context, side: Term, other: Term, relation: str, mean: Term, values: Term,
        weight: Term | None) -> bool:
    """Whether one side is F at a mean, the other the mean of F, and F bends as the claim needs."""
    inside = values.args[0]
    kind = "positive" if _positive(kernel, context, inside) else "real"
    t = Symbol(VARIABLE, Type(kind))
    function = _replaced(side, mean, symbol(t))
    if values.symbol in free_symbols(function) or t not in free_symbols(function):
        return False
    try:
        each = substitute(function, {t: inside})
        body = each if weight is None else build("mul", weight, each)
        total = replace(values, args=(body, *values.args[1:]))
        averaged = build("div", total, values.args[2]) if weight is None else total
    except ShapeError:
        return False
    proved = kernel.prove(Claim(averaged, "=", other, context))
    if not isinstance(proved, Proof) or proved.conditions:
        return False
    wider = replace(context, symbols={**context.symbols, VARIABLE: t})
    slope = Term("diff", (function, symbol(t)), "mixed", ())
    bend = Kernel(wider).prove(Claim(Term("diff", (slope, symbol(t)), "mixed", ()), relation, number(0), wider))
    return isinstance(bend, Proof) and not bend.conditions and _smooth(kernel, wider, function)


def _smooth(kernel: Kernel, context: Context, function: Term) -> bool:
    """Whether a function is defined for all values of its argument, and built without corners or jumps."""
    corners = {"abs", "sign", "min", "max", "relu", "floor", "ceiling", "condition", "delta", "cases", "cbrt", "norm"}
    if any(t.op in corners for t in function.walk()):
        return False
    nothing = build("mul", number(0), function)
    outcome = Kernel(context).prove(Claim(nothing, "=", number(0), context))
    return isinstance(outcome, Proof) and not outcome.conditions


def _positive(kernel: Kernel, context: Context, inside: Term) -> bool:
    """Whether the values of a mean are positive, as far as their declaration says."""
    if inside.op == "entry" and inside.args[0].op == "symbol":
        return inside.args[0].symbol.type.kind in POSITIVE
    return False


def _replaced(term: Term, part: Term, by: Term) -> Term:
    """The term with each occurrence of a part replaced."""
    if term == part:
        return by
    return replace(term, args=tuple(_replaced(a, part, by) for a in term.args)) if term.args else term
