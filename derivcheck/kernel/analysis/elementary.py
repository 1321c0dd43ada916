"""Antiderivatives of what every textbook's table begins with, proposed without asking anyone."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from flint import fmpq_poly

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import occurs
from derivcheck.kernel.analysis.needs import rational
from derivcheck.kernel.analysis.polynomial import as_polynomial, fraction
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, number, symbol
from derivcheck.kernel.vocabulary import build


def elementary(integrand: Term, variable: Symbol) -> Iterator[Term]:
    """An antiderivative of a sum of multiples of powers, exponentials, sines, cosines and derivatives of unknown functions of
    affine arguments, if the integrand is one."""
    found = _of(integrand, variable)
    if found is not None:
        yield found


def _of(f: Term, x: Symbol) -> Term | None:
    if not occurs(x, f):
        return build("mul", f, symbol(x))
    match f.op:
        case "add":
            parts = [_of(a, x) for a in f.args]
            known = [p for p in parts if p is not None]
            return build("add", *known) if len(known) == len(parts) else None
        case "neg":
            inner = _of(f.args[0], x)
            return None if inner is None else build("neg", inner)
        case "mul":
            inside = [a for a in f.args if occurs(x, a)]
            inner = _of(inside[0], x) if len(inside) == 1 else _of_unknown(inside, x)
            outside = [a for a in f.args if not occurs(x, a)]
            return inner if inner is None or not outside else build("mul", *outside, inner)
        case "div" if not occurs(x, f.args[1]):
            inner = _of(f.args[0], x)
            return None if inner is None else build("div", inner, f.args[1])
        case "div" if not occurs(x, f.args[0]):
            base, q = (f.args[1].args[0], rational(f.args[1].args[1])) if f.args[1].op == "pow" else (f.args[1], Fraction(1))
            inner = None if q is None else _power(base, -q, x)
            return None if inner is None else build("mul", f.args[0], inner)
    return _of_one(f, x)


def _of_unknown(factors: list[Term], x: Symbol) -> Term | None:
    """An antiderivative of a polynomial and a derivative of an unknown function: by substitution, or by parts."""
    unknown = [a for a in factors if a.op == "derivative" and len(a.args) == 2]
    rest = [a for a in factors if a not in unknown]
    p = as_polynomial(build("mul", *rest) if len(rest) > 1 else rest[0], x) if len(unknown) == 1 and rest else None
    if p is None:
        return None
    order, argument = unknown[0].args
    inner = as_polynomial(argument, x)
    if inner is not None and inner.degree() > 1 and inner.derivative().degree() == p.degree():
        ratio = p[p.degree()] / inner.derivative()[p.degree()]
        return c.mul(number(fraction(ratio)), _derived(unknown[0], -1)) if inner.derivative() * ratio == p else None
    slope = _slope(argument, x)
    if slope is None or p.degree() >= int(order.number):
        return None
    total, k = ZERO, 1
    while p.degree() >= 0:
        part = build("div", c.mul(_written(p, x), _derived(unknown[0], -k)), c.power(slope, Fraction(k)))
        total = c.add(total, part if k % 2 else build("neg", part))
        p, k = p.derivative(), k + 1
    return total


def _derived(unknown: Term, more: int) -> Term:
    """A derivative of an unknown function of another order, at the same argument."""
    order, argument = unknown.args
    n = int(order.number) + more
    return Term("derivative", (number(n), argument), unknown.data) if n else Term("apply", (argument,), unknown.data)


def _written(p: fmpq_poly, x: Symbol) -> Term:
    total: Term = ZERO
    for k in range(p.degree() + 1):
        total = c.add(total, c.mul(number(fraction(p[k])), c.power(symbol(x), Fraction(k))))
    return total


def _of_one(f: Term, x: Symbol) -> Term | None:
    """An antiderivative of one function of an affine argument, by its row in the table."""
    if f.op == "symbol":
        return _power(f, Fraction(1), x)
    if f.op in {"pow", "sqrt"}:
        q = Fraction(1, 2) if f.op == "sqrt" else rational(f.args[1])
        return None if q is None else _power(f.args[0], q, x)
    argument = f.args[-1]
    slope = _slope(argument, x)
    if slope is None:
        return None
    match f.op:
        case "exp":
            value = f
        case "sin":
            value = build("neg", build("cos", argument))
        case "cos":
            value = build("sin", argument)
        case "derivative":
            value = _derived(f, -1)
        case _:
            return None
    return value if slope == ONE else build("div", value, slope)


def _power(base: Term, q: Fraction, x: Symbol) -> Term | None:
    slope = _slope(base, x)
    if slope is None:
        return None
    raised = build("div", build("pow", base, number(q + 1)), number(q + 1)) if q != -1 else build("log", build("abs", base))
    return raised if slope == ONE else build("div", raised, slope)


def _slope(f: Term, x: Symbol) -> Term | None:
    """The factor of the variable in an affine function that is written as one."""
    if not occurs(x, f):
        return ZERO
    match f.op:
        case "symbol":
            return ONE
        case "neg":
            inner = _slope(f.args[0], x)
            return None if inner is None else c.mul(number(-1), inner)
        case "add":
            total: Term = ZERO
            for a in f.args:
                part = _slope(a, x)
                if part is None:
                    return None
                total = c.add(total, part)
            return total
        case "mul":
            inside = [a for a in f.args if occurs(x, a)]
            found = _slope(inside[0], x) if len(inside) == 1 else None
            for a in f.args:
                found = None if found is None else c.mul(found, a) if a is not inside[0] else found
            return found
        case "div" if not occurs(x, f.args[1]):
            inner = _slope(f.args[0], x)
            return None if inner is None else c.mul(inner, c.inverse(f.args[1]))
    return None
