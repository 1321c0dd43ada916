"""The laws of differentiation, broken as they commonly are, and what they say."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from derivcheck.kernel.terms import ONE, Term, free_symbols, number
from derivcheck.kernel.vocabulary import build, build_diff
from derivcheck.proving.mistakes.mistake import Edit
from derivcheck.proving.mistakes.places import Place, negated, product, total
from derivcheck.proving.mistakes.surroundings import Surroundings


def product_rule(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The derivative of a product taken for the product of the derivatives, or for one of the terms that it is."""
    term = place.term
    if term.op != "diff" or term.args[0].op != "mul" or term.args[0].shape:
        return
    factors = term.args[0].args
    derived = [_by(term, factor) for factor in factors]
    terms = [product(*factors[:k], d, *factors[k + 1 :]) for k, d in enumerate(derived)]
    right = total(*terms)
    for k in range(len(terms)):
        yield Edit(total(*terms[:k], *terms[k + 1 :]), 1.25, right=right)
    yield Edit(product(*derived), 1, right=right)


def undo_product_rule(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A product of derivatives that should be the derivative of a product."""
    if place.term.op != "mul":
        return
    derived = [t for t in place.term.args if t.op == "diff" and not t.args[0].shape]
    if len(derived) < 2 or len({t.args[1] for t in derived}) != 1:
        return
    f, g = derived[:2]
    rest = tuple(t for t in place.term.args if t is not f and t is not g)
    new = total(product(f, g.args[0]), product(f.args[0], g))
    yield Edit(product(new, *rest), 1.25, "the derivative of a product is {}", (new,))


def quotient_rule(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The derivative of a quotient taken for the quotient of the derivatives, or with a sign or the square wrong."""
    term = place.term
    body = around.unfolded(term.args[0]) if term.op == "diff" else term
    if term.op != "diff" or body.op != "div" or body.shape:
        return
    f, g = body.args
    df, dg, square = _by(term, f), _by(term, g), build("pow", g, number(2))
    first, second = product(df, g), product(f, dg)
    right = build("div", total(first, negated(second)), square)
    yield Edit(build("div", df, g), 1, right=right)
    if not term.args[1].shape:
        yield Edit(build("div", df, dg), 1, right=right)
    yield Edit(build("div", total(second, negated(first)), square), 1, right=right)
    yield Edit(build("div", total(first, second), square), 1, right=right)
    yield Edit(build("div", total(first, negated(second)), g), 1, right=right)


def undo_quotient_rule(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A quotient of derivatives that should be the derivative of a quotient."""
    term = place.term
    if term.op == "div" and all(t.op == "diff" and not t.args[0].shape for t in term.args):
        df, dg = term.args
        if df.args[1] == dg.args[1]:
            over = total(product(df, dg.args[0]), negated(product(df.args[0], dg)))
            new = build("div", over, build("pow", dg.args[0], number(2)))
            yield Edit(new, 1.25, "the derivative of a quotient is {}", (new,))


def power_rule(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The derivative of a power with the exponent left as it is, or not brought down."""
    term = place.term
    if term.op != "diff" or term.args[0].op != "pow" or term.args[0].shape:
        return
    base, exponent = term.args[0].args
    if free_symbols(exponent) & free_symbols(term.args[1]):
        return
    inner = () if base == term.args[1] else (_by(term, base),)
    lower = build("pow", base, _less_one(exponent))
    right = product(exponent, lower, *inner)
    yield Edit(product(exponent, term.args[0], *inner), 1, right=right)
    yield Edit(product(lower, *inner), 1, right=right)
    yield Edit(product(_less_one(exponent), lower, *inner), 1, right=right)


def chain_rule(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The derivative of a function of a function without that of the inner one."""
    term = place.term
    if term.op != "diff" or not term.args[0].args or term.args[0].shape:
        return
    function, variable = term.args
    inner = function.args[-1] if function.op == "div" else function.args[0]
    outer = _outer_derivative(function, inner)
    if outer is not None and inner != variable and not inner.shape and free_symbols(inner) & free_symbols(variable):
        yield Edit(outer, 1, right=product(outer, _by(term, inner)))


def _outer_derivative(function: Term, inner: Term) -> Term | None:
    """The derivative of a function at its argument, as it is written in tables."""
    if function.op in OUTER and len(function.args) == 1:
        return OUTER[function.op](inner)
    match function.op:
        case "apply" if len(function.args) == 1:
            return build("derivative", ONE, inner, data=function.symbol)
        case "pow" if not free_symbols(function.args[1]) & free_symbols(inner):
            return product(function.args[1], build("pow", inner, _less_one(function.args[1])))
        case "div":
            return negated(build("div", function.args[0], _squared(inner)))
    return None


def _squared(x: Term) -> Term:
    return build("pow", x, number(2))


def _over(x: Term) -> Term:
    return build("div", ONE, x)


OUTER: dict[str, Callable[[Term], Term]] = {
    "exp": lambda x: build("exp", x),
    "log": _over,
    "sqrt": lambda x: _over(product(number(2), build("sqrt", x))),
    "sin": lambda x: build("cos", x),
    "cos": lambda x: negated(build("sin", x)),
    "tan": lambda x: _over(_squared(build("cos", x))),
    "sinh": lambda x: build("cosh", x),
    "cosh": lambda x: build("sinh", x),
    "tanh": lambda x: total(ONE, negated(_squared(build("tanh", x)))),
    "sigmoid": lambda x: product(build("sigmoid", x), total(ONE, negated(build("sigmoid", x)))),
    "atan": lambda x: _over(total(ONE, _squared(x))),
}
"""The derivative of each function at a scalar argument."""


def _by(derivative: Term, body: Term) -> Term:
    """Another body under the same derivative."""
    return build_diff(body, derivative.args[1], str(derivative.data))


def _less_one(exponent: Term) -> Term:
    plain = exponent.op == "number" and exponent.number >= 1
    return number(exponent.number - 1) if plain else total(exponent, negated(ONE))
