"""Normal forms of sums and products over an index, of conditions, indicators and cases."""

from __future__ import annotations

from collections.abc import Callable

from derivcheck.kernel.normal.indicators import at_least_zero, condition, delta, integer_valued
from derivcheck.kernel.normal.normal_form import Bindings, Normaliser, Rule
from derivcheck.kernel.normal.polynomials import (
    VARIABLES,
    Algebra,
    Poly,
    Unsupported,
    constant,
    constant_value,
    variable,
)
from derivcheck.kernel.normal.powers import exponential, logarithm
from derivcheck.kernel.normal.products import indexed_product
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.normal.sums import summation
from derivcheck.kernel.terms import Term


def _sum(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _indexed(n, term, indices, env, summation)


def _prod(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _indexed(n, term, indices, env, indexed_product)


def _indexed(
    n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings, combine: Callable[[Algebra, int, Poly], Poly]
) -> Poly:
    body, lower_term, upper_term, *conditions = term.args
    lower, upper = n.scalar(lower_term, env), n.scalar(upper_term, env)
    for end in (lower, upper):
        if not integer_valued(n.alg, end):
            raise Unsupported("a range whose ends are not integers")
    length = constant_value(n.alg.subtract(upper, lower))
    if length is not None and length < 12:
        return _term_by_term(n, term, indices, env, lower, int(length))
    low, high = hull(n, lower, least=True), hull(n, upper, least=False)
    v = n.alg.fresh(low, high)
    try:
        inner = {**env, term.symbol: variable(v)}
        value = n.entry(body, indices, inner)
        switch = n.alg.product(
            at_least_zero(n.alg, n.alg.subtract(variable(v), lower)),
            at_least_zero(n.alg, n.alg.subtract(upper, variable(v))),
            *(indicator(n, c, inner) for c in conditions),
        )
        if term.op == "prod" and switch != constant(1) and sign_of(n.alg, value) == "+" and n.alg.real(value):
            return exponential(n.alg, summation(n.alg, v, n.alg.multiply(switch, logarithm(n.alg, value))))
        return combine(n.alg, v, _switched(n, term.op, switch, value))
    finally:
        n.alg.close()


def _switched(n: Normaliser, op: str, switch: Poly, value: Poly) -> Poly:
    """The body where the index is admitted, and the neutral element elsewhere."""
    if op == "sum" or switch == constant(1):
        return n.alg.multiply(switch, value)
    return n.alg.add(constant(1), n.alg.multiply(switch, n.alg.subtract(value, constant(1))))


def _term_by_term(
    n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings, lower: Poly, length: int
) -> Poly:
    body, _, _, *conditions = term.args
    total = constant(0 if term.op == "sum" else 1)
    for step in range(length + 1):
        inner = {**env, term.symbol: n.alg.add(lower, constant(step))}
        switch = n.alg.product(constant(1), *(indicator(n, c, inner) for c in conditions))
        if switch:
            value = _switched(n, term.op, switch, n.entry(body, indices, inner))
            total = n.alg.add(total, value) if term.op == "sum" else n.alg.multiply(total, value)
        elif term.op == "prod":
            continue
    return total


def hull(n: Normaliser, end: Poly, least: bool) -> Poly:
    """An end that does not depend on other open indices: the furthest that it can reach."""
    for _ in range(8):
        inside = [a for m in end for a, _ in m if a in n.alg.ranges and n.alg.keys[a][0] in VARIABLES]
        if not inside:
            return end
        a = max(inside)
        c = end.get(((a, 1),))
        rest = {m: x for m, x in end.items() if m != ((a, 1),)}
        if c is None or a in n.alg.variables_of(rest.items()):
            raise Unsupported("a range that is not linear in another index")
        lower, upper = n.alg.ranges[a]
        end = n.alg.add(rest, n.alg.scale(lower if (c > 0) == least else upper, c))
    raise Unsupported("a range that depends on too many indices")


def indicator(n: Normaliser, term: Term, env: Bindings) -> Poly:
    """1 where a condition holds, else 0."""
    alg = n.alg
    match term.op:
        case "true":
            return constant(1)
        case "false":
            return {}
        case "not":
            return alg.subtract(constant(1), indicator(n, term.args[0], env))
        case "and":
            return alg.product(*(indicator(n, a, env) for a in term.args))
        case "or":
            return alg.subtract(constant(1), alg.product(*(alg.subtract(constant(1), indicator(n, a, env)) for a in term.args)))
        case "ne":
            return alg.subtract(constant(1), _compare(n, "eq", term.args[0], term.args[1], env))
        case "in":
            value, lower, upper = term.args
            return alg.multiply(_compare(n, "le", lower, value, env), _compare(n, "le", value, upper, env))
        case relation:
            return _compare(n, relation, term.args[0], term.args[1], env)


def _compare(n: Normaliser, relation: str, left: Term, right: Term, env: Bindings) -> Poly:
    if left.shape:
        raise Unsupported("a condition on arrays")
    a, b = n.scalar(left, env), n.scalar(right, env)
    if relation in {"gt", "ge"}:
        a, b, relation = b, a, {"gt": "lt", "ge": "le"}[relation]
    difference = n.alg.subtract(b, a)
    if integer_valued(n.alg, difference):
        if relation == "eq":
            return delta(n.alg, difference)
        return at_least_zero(n.alg, n.alg.subtract(difference, constant(1 if relation == "lt" else 0)))
    n.real_only(difference, "a comparison")
    return condition(n.alg, {"eq": "eq", "lt": "gt", "le": "ge"}[relation], difference)


def _indicator(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return indicator(n, term.args[0], env)


def _delta(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _compare(n, "eq", term.args[0], term.args[1], env)


def _cases(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    total: Poly = {}
    remaining = constant(1)
    for k in range(0, len(term.args), 2):
        holds = indicator(n, term.args[k + 1], env) if k + 1 < len(term.args) else constant(1)
        here = n.alg.multiply(remaining, holds)
        if here:
            total = n.alg.add(total, n.alg.multiply(here, n.entry(term.args[k], indices, env)))
        remaining = n.alg.multiply(remaining, n.alg.subtract(constant(1), holds))
    return total


INDEX_RULES: dict[str, Rule] = {
    "sum": _sum,
    "prod": _prod,
    "indicator": _indicator,
    "delta": _delta,
    "cases": _cases,
}
"""Operators that bind an index or depend on a condition."""
