"""Derivatives of scalar terms as terms, by the rules of every textbook.

The kernel's own derivatives use no fact about their variable; here the variable lies in a known range, and what is written
down holds wherever the function is analytic, so that such facts may be used when it is compared.
"""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import Refused, occurs
from derivcheck.kernel.analysis.needs import rational
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, number
from derivcheck.kernel.vocabulary import build

TWO = number(2)


def slope(term: Term, x: Symbol) -> Term:
    """The derivative of a scalar term by a symbol; raises ``Refused`` for an operator without a rule."""
    if not occurs(x, term):
        return ZERO
    match term.op:
        case "symbol":
            return ONE
        case "neg":
            return c.mul(number(-1), slope(term.args[0], x))
        case "add":
            total: Term = ZERO
            for a in term.args:
                total = c.add(total, slope(a, x))
            return total
        case "mul":
            return _product(term, x)
        case "div":
            above, below = term.args
            changes = c.add(c.mul(slope(above, x), below), c.mul(number(-1), c.mul(above, slope(below, x))))
            return build("div", changes, _squared(below)) if occurs(x, below) else build("div", slope(above, x), below)
        case "pow":
            return _power(term, x)
        case "derivative":
            order = int(term.args[0].number) + 1
            return c.mul(Term("derivative", (number(order), term.args[1]), term.data), slope(term.args[1], x))
        case "apply" if len(term.args) == 1 and not term.args[0].shape:
            return c.mul(Term("derivative", (ONE, term.args[0]), term.data), slope(term.args[0], x))
    rule = OUTER.get(term.op)
    if rule is None or len(term.args) != 1:
        raise Refused(f"{term.op} is not differentiated here")
    return c.mul(rule(term.args[0]), slope(term.args[0], x))


def _product(term: Term, x: Symbol) -> Term:
    total: Term = ZERO
    for k, a in enumerate(term.args):
        part = slope(a, x)
        for other in (*term.args[:k], *term.args[k + 1:]):
            part = c.mul(part, other)
        total = c.add(total, part)
    return total


def _power(term: Term, x: Symbol) -> Term:
    base, exponent = term.args
    q = rational(exponent)
    if q is not None:
        return c.mul(c.mul(number(q), c.power(base, q - 1)), slope(base, x))
    inner = c.mul(slope(exponent, x), build("log", base))
    if occurs(x, base):
        inner = c.add(inner, build("div", c.mul(exponent, slope(base, x)), base))
    return c.mul(term, inner)


def _squared(g: Term) -> Term:
    return build("pow", g, TWO)


def _over(below: Term) -> Term:
    return build("div", ONE, below)


def _one_plus(g: Term, sign: int) -> Term:
    return build("add", ONE, c.mul(number(sign), _squared(g)))


OUTER: dict[str, Callable[[Term], Term]] = {
    "exp": lambda g: build("exp", g),
    "log": _over,
    "sqrt": lambda g: _over(c.mul(TWO, build("sqrt", g))),
    "cbrt": lambda g: _over(c.mul(number(3), _squared(build("cbrt", g)))),
    "abs": lambda g: build("sign", g),
    "sin": lambda g: build("cos", g),
    "cos": lambda g: build("neg", build("sin", g)),
    "tan": lambda g: _over(_squared(build("cos", g))),
    "cot": lambda g: build("neg", _over(_squared(build("sin", g)))),
    "sec": lambda g: build("div", build("sin", g), _squared(build("cos", g))),
    "csc": lambda g: build("neg", build("div", build("cos", g), _squared(build("sin", g)))),
    "sinh": lambda g: build("cosh", g),
    "cosh": lambda g: build("sinh", g),
    "tanh": lambda g: _over(_squared(build("cosh", g))),
    "coth": lambda g: build("neg", _over(_squared(build("sinh", g)))),
    "asin": lambda g: _over(build("sqrt", _one_plus(g, -1))),
    "acos": lambda g: build("neg", _over(build("sqrt", _one_plus(g, -1)))),
    "atan": lambda g: _over(_one_plus(g, 1)),
    "asinh": lambda g: _over(build("sqrt", _one_plus(g, 1))),
    "acosh": lambda g: _over(c.mul(build("sqrt", build("add", g, number(-1))), build("sqrt", build("add", g, ONE)))),
    "atanh": lambda g: _over(_one_plus(g, -1)),
    "erf": lambda g: c.mul(
        build("div", TWO, build("sqrt", Term("constant", (), "pi"))), build("exp", build("neg", _squared(g)))
    ),
}
"""The derivative of each function at its argument."""
