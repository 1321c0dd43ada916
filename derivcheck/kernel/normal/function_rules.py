"""Normal forms of functions: trigonometric ones as exponentials, extremes by absolute values, Gamma by its recurrence."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from flint import fmpq

from derivcheck.kernel.normal.arrays import opaque
from derivcheck.kernel.normal.atoms import function
from derivcheck.kernel.normal.constants import constant_floor
from derivcheck.kernel.normal.gammas import binomial, factorial, gamma
from derivcheck.kernel.normal.indicators import integer_valued
from derivcheck.kernel.normal.normal_form import Bindings, Closure, Normaliser, Rule, array_template
from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    Poly,
    Unsupported,
    constant,
)
from derivcheck.kernel.normal.powers import absolute_power, exponential, logarithm, power, signum
from derivcheck.kernel.terms import Symbol, Term


def _circular(alg: Algebra, p: Poly, sign: int) -> Poly:
    """exp(ip) + sign * exp(-ip)."""
    ip = alg.multiply(alg.atom(("i",)), p)
    return alg.add(exponential(alg, ip), alg.scale(exponential(alg, alg.scale(ip, -1)), sign))


def _sin(alg: Algebra, p: Poly) -> Poly:
    return alg.multiply(_circular(alg, p, -1), {((alg.intern(("i",)), 1),): fmpq(-1, 2)})


def _cos(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(_circular(alg, p, 1), fmpq(1, 2))


def _sinh(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(alg.subtract(exponential(alg, p), exponential(alg, alg.scale(p, -1))), fmpq(1, 2))


def _cosh(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(alg.add(exponential(alg, p), exponential(alg, alg.scale(p, -1))), fmpq(1, 2))


def _quotient(top: Callable[[Algebra, Poly], Poly], bottom: Callable[[Algebra, Poly], Poly]) -> Callable[[Algebra, Poly], Poly]:
    return lambda alg, p: alg.multiply(top(alg, p), alg.power(bottom(alg, p), -1))


def _one(alg: Algebra, p: Poly) -> Poly:
    return constant(1)


def _sigmoid(alg: Algebra, p: Poly) -> Poly:
    return alg.power(alg.add(constant(1), exponential(alg, alg.scale(p, -1))), -1)


def _cbrt(alg: Algebra, p: Poly) -> Poly:
    return alg.multiply(signum(alg, p), absolute_power(alg, p, Fraction(1, 3)))


def _relu(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(alg.add(p, absolute_power(alg, p, 1)), fmpq(1, 2))


def _floor(alg: Algebra, p: Poly) -> Poly:
    """The floor of what varies, with the whole terms beside it; that of a constant from balls around it."""
    whole = {m: c for m, c in p.items() if m != UNIT and integer_valued(alg, {m: c})}
    rest = alg.subtract(p, whole)
    fixed = rest.get(UNIT, fmpq(0)).floor()
    fraction = alg.subtract(rest, constant(fmpq(fixed)))
    varying = constant_floor(alg, fraction) if alg.real(fraction) or not alg.complex else None
    inside = constant(varying) if varying is not None else function(alg, "floor", [fraction])
    return alg.add(whole, constant(fmpq(fixed)), inside)


def _atom_function(name: str) -> Callable[[Algebra, Poly], Poly]:
    def rule(alg: Algebra, p: Poly) -> Poly:
        return function(alg, name, [p])

    return rule


def _of_reciprocal(name: str) -> Callable[[Algebra, Poly], Poly]:
    def rule(alg: Algebra, p: Poly) -> Poly:
        return function(alg, name, [alg.power(p, -1)])

    return rule


ANALYTIC: dict[str, Callable[[Algebra, Poly], Poly]] = {
    "exp": exponential,
    "sin": _sin,
    "cos": _cos,
    "tan": _quotient(_sin, _cos),
    "cot": _quotient(_cos, _sin),
    "sec": _quotient(_one, _cos),
    "csc": _quotient(_one, _sin),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _quotient(_sinh, _cosh),
    "coth": _quotient(_cosh, _sinh),
    "sech": _quotient(_one, _cosh),
    "csch": _quotient(_one, _sinh),
    "sigmoid": _sigmoid,
    "gamma": gamma,
    "factorial": factorial,
    **{name: _atom_function(name) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "erf")},
    "acot": _of_reciprocal("atan"),
    "asec": _of_reciprocal("acos"),
    "acsc": _of_reciprocal("asin"),
    "acoth": _of_reciprocal("atanh"),
    "asech": _of_reciprocal("acosh"),
    "acsch": _of_reciprocal("asinh"),
}


REAL: dict[str, Callable[[Algebra, Poly], Poly]] = {
    "sqrt": lambda alg, p: power(alg, p, constant(fmpq(1, 2))),
    "abs": lambda alg, p: absolute_power(alg, p, 1),
    "sign": signum,
    "cbrt": _cbrt,
    "relu": _relu,
    "floor": _floor,
    "ceiling": lambda alg, p: alg.scale(_floor(alg, alg.scale(p, -1)), -1),
}


def _function(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    p = n.entry(term.args[0], indices, env)
    if term.op in ANALYTIC:
        return ANALYTIC[term.op](n.alg, p)
    return REAL[term.op](n.alg, n.real_only(p, term.op))


def _log(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    value = logarithm(n.alg, n.entry(term.args[0], indices, env))
    if len(term.args) == 1:
        return value
    base = n.entry(term.args[1], indices if term.args[1].shape else (), env)
    return n.alg.multiply(value, n.alg.power(logarithm(n.alg, base), -1))


def _extreme(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """max(a, b) = (a + b + |a - b|)/2, min(a, b) = (a + b - |a - b|)/2."""
    values = [n.real_only(n.entry(a, indices if a.shape else (), env), term.op) for a in term.args]
    result = values[0]
    for value in values[1:]:
        spread = absolute_power(n.alg, difference, 1) if (difference := n.alg.subtract(result, value)) else {}
        spread = spread if term.op == "max" else n.alg.scale(spread, -1)
        result = n.alg.scale(n.alg.add(result, value, spread), fmpq(1, 2))
    return result


def _binomial(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    top, k = (n.scalar(a, env) for a in term.args)
    return binomial(n.alg, top, k)


def _apply(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    it = term.symbol
    definition = n.context.definitions.get(it.name)
    if definition is not None and definition.symbol == it:
        passed: dict[Symbol, Poly | Closure] = {}
        for parameter, argument in zip(definition.parameters, term.args, strict=True):
            passed[parameter] = Closure(argument, env) if argument.shape else n.scalar(argument, env)
        return n.entry(definition.body, indices, passed)
    return opaque(n.alg, it.name, (), [array_template(n, a, env) for a in term.args])


def _opaque_derivative(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    order, argument = term.args
    it = term.symbol
    if it.name in n.context.definitions:
        raise Unsupported("the derivative by a prime of a defined function")
    return opaque(n.alg, it.name, ((0, ()),) * int(order.number), [array_template(n, argument, env)])


FUNCTION_RULES: dict[str, Rule] = {
    **{name: _function for name in (*ANALYTIC, *REAL)},
    "log": _log,
    "min": _extreme,
    "max": _extreme,
    "binomial": _binomial,
    "apply": _apply,
    "derivative": _opaque_derivative,
}
"""Functions of numbers, and opaque or defined functions."""
