"""Terms as quotients of polynomials in symbols and in the variables of an algebra."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from derivcheck.kernel.terms import Term, substitute
from derivcheck.proving.statements.algebra import BOUNDS, COUNTS, RISING, SCALARS, Algebra, NotCovered, same_sign
from derivcheck.proving.statements.angles import turned
from derivcheck.proving.statements.exponentials import exponential, logarithm, power_of_number
from derivcheck.proving.statements.formula import Formula, both, compared, implies
from derivcheck.proving.statements.indexed import indexed
from derivcheck.proving.statements.quotients import Poly, Quotient, constant
from derivcheck.proving.statements.roots import absolute, fractional

OPAQUE = frozenset({"atan", "asinh", "erf", "asin", "acos", "floor", "ceiling"})
"""Functions of which little is known here; they are defined everywhere, or where ``DEFINED`` says."""

DEFINED = frozenset({"asin", "acos"})
"""Functions that are defined on [-1, 1]."""


def value_of(algebra: Algebra, term: Term) -> Quotient:
    """The term as a quotient; what it needs to be defined is added to ``needs``.  Raises ``NotCovered``, ``TooLarge``."""
    if term.shape:
        raise NotCovered("arrays")
    handler = _TERMS.get(term.op)
    if handler is None:
        if term.op not in OPAQUE:
            raise NotCovered(term.op)
        return _opaque(algebra, term)
    return handler(algebra, term)


def _symbol(algebra: Algebra, term: Term) -> Quotient:
    it = term.symbol
    definition = algebra.context.definitions.get(it.name)
    if definition is not None and not definition.parameters:
        return value_of(algebra, definition.body)
    if it.type.kind not in SCALARS | COUNTS or it.type.shape or it.type.family or definition is not None:
        raise NotCovered(f"symbols of type {it.type.kind}")
    return Quotient(algebra.of_symbol(it))


def _constant(algebra: Algebra, term: Term) -> Quotient:
    name = str(term.data)
    if name not in BOUNDS:
        raise NotCovered(name)
    return Quotient(algebra.number(name))


def _sum(algebra: Algebra, term: Term) -> Quotient:
    total = constant(0)
    for part in term.args:
        total = total + value_of(algebra, part)
    return total


def _product(algebra: Algebra, term: Term) -> Quotient:
    total = constant(1)
    for part in term.args:
        total = total * value_of(algebra, part)
    return total


def _quotient(algebra: Algebra, term: Term) -> Quotient:
    return value_of(algebra, term.args[0]) * algebra.over(value_of(algebra, term.args[1]))


def _power(algebra: Algebra, term: Term) -> Quotient:
    base, exponent = term.args
    power = value_of(algebra, exponent)
    number = power.above.constant if not power.below else None
    if number is not None and number.denominator == 1:
        whole = int(number)
        if whole >= 0:
            return value_of(algebra, base) ** whole
        return algebra.over(value_of(algebra, base)) ** -whole
    if base.op == "constant" and base.data == "e":
        return exponential(algebra, power)
    value = value_of(algebra, base)
    if number is not None:
        return fractional(algebra, value, number)
    at = value.above.constant if not value.below else None
    if at is not None and at > 0:
        return power_of_number(algebra, at, power)
    if algebra.positive(value):
        return exponential(algebra, power * logarithm(algebra, value))
    raise NotCovered("a power of unknown sign")


def _square_root(algebra: Algebra, term: Term) -> Quotient:
    return fractional(algebra, value_of(algebra, term.args[0]), Fraction(1, 2))


def _cube_root(algebra: Algebra, term: Term) -> Quotient:
    value = value_of(algebra, term.args[0])
    above, below = value.above, value.denominator()
    return Quotient(algebra.variable(("cbrt", above, below), lambda v: [
        implies(compared("ne", below), compared("eq", v**3 * below - above))]))


def _absolute(algebra: Algebra, term: Term) -> Quotient:
    return Quotient(absolute(algebra, value_of(algebra, term.args[0])))


def _sign(algebra: Algebra, term: Term) -> Quotient:
    value = value_of(algebra, term.args[0])
    sign = value.oriented()
    return Quotient(algebra.variable(("sign", sign), lambda v: [
        implies(compared(op, sign), compared("eq", v - Poly.number(k))) for op, k in (("gt", 1), ("eq", 0), ("lt", -1))]))


def _extreme(algebra: Algebra, term: Term) -> Quotient:
    """The larger or the smaller of two is half of their sum and, or less, their distance."""
    found = value_of(algebra, term.args[0])
    for part in term.args[1:]:
        other = value_of(algebra, part)
        distance = Quotient(absolute(algebra, found - other))
        found = (found + other + (distance if term.op == "max" else -distance)) * constant(Fraction(1, 2))
    return found


def _ramp(algebra: Algebra, term: Term) -> Quotient:
    value = value_of(algebra, term.args[0])
    return (value + Quotient(absolute(algebra, value))) * constant(Fraction(1, 2))


def _log(algebra: Algebra, term: Term) -> Quotient:
    found = logarithm(algebra, value_of(algebra, term.args[0]))
    return found if len(term.args) == 1 else found * algebra.over(logarithm(algebra, value_of(algebra, term.args[1])))


def _exp(algebra: Algebra, term: Term) -> Quotient:
    return exponential(algebra, value_of(algebra, term.args[0]))


def _hyperbolic(algebra: Algebra, term: Term) -> Quotient:
    up = exponential(algebra, value_of(algebra, term.args[0]))
    down = up.inverse()
    half = constant(Fraction(1, 2))
    sine, cosine = (up - down) * half, (up + down) * half
    return _ratio(algebra, {"sinh": (sine, None), "cosh": (cosine, None), "tanh": (sine, cosine), "coth": (cosine, sine),
                        "sech": (constant(1), cosine), "csch": (constant(1), sine)}[term.op])


def _sigmoid(algebra: Algebra, term: Term) -> Quotient:
    up = exponential(algebra, value_of(algebra, term.args[0]))
    return up * algebra.over(constant(1) + up)


def _ratio(algebra: Algebra, parts: tuple[Quotient, Quotient | None]) -> Quotient:
    above, below = parts
    return above if below is None else above * algebra.over(below)


def _circular(algebra: Algebra, term: Term) -> Quotient:
    sine, cosine = turned(algebra, value_of(algebra, term.args[0]))
    return _ratio(algebra, {"sin": (sine, None), "cos": (cosine, None), "tan": (sine, cosine), "cot": (cosine, sine),
                        "sec": (constant(1), cosine), "csc": (constant(1), sine)}[term.op])


def _application(algebra: Algebra, term: Term) -> Quotient:
    definition = algebra.context.definitions.get(term.symbol.name)
    if definition is not None:
        return value_of(algebra, substitute(definition.body, dict(zip(definition.parameters, term.args, strict=True))))
    if len(term.args) != 1 or term.symbol.type.arguments[0].shape:
        raise NotCovered("a function of this kind")
    return _at(algebra, f"apply {term.symbol.name}", value_of(algebra, term.args[0]), [])


def _opaque(algebra: Algebra, term: Term) -> Quotient:
    value = value_of(algebra, term.args[0])
    where: list[Formula] = []
    if term.op in DEFINED:
        where = [compared("ge", (constant(1) - value).oriented()), compared("ge", (constant(1) + value).oriented())]
        algebra.needs += where
    return _at(algebra, term.op, value, where)


def _at(algebra: Algebra, function: str, value: Quotient, where: list[Formula]) -> Quotient:
    algebra.exact = False
    key = (function, value.above, value.denominator())
    found = algebra.variable(key, lambda v: [same_sign(op, value, v) for op in ("lt", "eq", "gt")] if function in RISING else ())
    algebra.arguments[algebra.names[key]] = (function, value, both(where))
    return Quotient(found)


_TERMS: dict[str, Callable[[Algebra, Term], Quotient]] = {
    "number": lambda a, t: constant(t.number), "constant": _constant, "symbol": _symbol, "add": _sum,
    "neg": lambda a, t: -value_of(a, t.args[0]), "mul": _product, "div": _quotient, "pow": _power,
    "sqrt": _square_root, "cbrt": _cube_root, "abs": _absolute, "sign": _sign,
    "max": _extreme, "min": _extreme, "relu": _ramp, "exp": _exp, "log": _log,
    "sigmoid": _sigmoid, "apply": _application,
    **dict.fromkeys(("sum", "entry", "dot", "matmul"), indexed),
    **dict.fromkeys(("sinh", "cosh", "tanh", "coth", "sech", "csch"), _hyperbolic),
    **dict.fromkeys(("sin", "cos", "tan", "cot", "sec", "csc"), _circular),
}
