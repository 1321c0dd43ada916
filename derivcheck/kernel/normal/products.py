"""Indexed products: exponentials of sums where the factors are positive, atoms of their own elsewhere."""

from __future__ import annotations

from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.calculus import derivative
from derivcheck.kernel.normal.indicators import delta
from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    AtomKey,
    AtomKind,
    Exponent,
    Poly,
    PolyKey,
    Target,
    Unsupported,
    constant,
    constant_value,
    freeze,
    thaw,
    variable,
)
from derivcheck.kernel.normal.powers import exponential, logarithm
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.normal.sums import LARGEST_EXPLICIT, summation
from derivcheck.kernel.outcome import OutOfBudget


def indexed_product(alg: Algebra, variable: int, body: Poly) -> Poly:
    """Π of ``body`` over the range of an open index variable."""
    lower, upper = alg.ranges[variable]
    length = constant_value(alg.subtract(upper, lower))
    if length is not None:
        if length > LARGEST_EXPLICIT:
            raise OutOfBudget
        steps = range(int(length) + 1)
        return alg.product(*(alg.substitute(body, {variable: alg.add(lower, constant(k))}) for k in steps))
    if _vanishes_somewhere(alg, variable, body):
        return {}
    only = _single_place(alg, variable, body)
    if only is not None:
        return alg.multiply(delta(alg, alg.subtract(upper, lower)), alg.substitute(body, {variable: only}))
    if sign_of(alg, body) == "+" and alg.real(body):
        return exponential(alg, summation(alg, variable, logarithm(alg, body)))
    return _product_atom(alg, variable, body)


def _single_place(alg: Algebra, v: int, body: Poly) -> Poly | None:
    """The one index, certainly in the range, at which the body is not 0: the product is 0 unless it is the only one."""
    lower, upper = alg.ranges[v]
    shared = set.intersection(*({a for a, _ in m if a in alg.deltas} for m in body)) if body else set[int]()
    for a in sorted(shared):
        solved = alg.solve_index(thaw(alg.keys[a][1]), frozenset({v}))
        if solved is not None and _certainly_within(alg, solved[1], lower, upper):
            return solved[1]
    return None


def _certainly_within(alg: Algebra, value: Poly, lower: Poly, upper: Poly) -> bool:
    ends = least(alg, alg.subtract(value, lower)), least(alg, alg.subtract(upper, value))
    return all(end is not None and end >= 0 for end in ends)


def _vanishes_somewhere(alg: Algebra, v: int, body: Poly) -> bool:
    """Whether the body is zero at an index that is certainly in the range."""
    lower, upper = alg.ranges[v]
    candidates = [body] if set(body) <= {((v, 1),), UNIT} or len(body) == 2 else []
    candidates += [thaw(alg.keys[a][1]) for m in body for a, _ in m if a in alg.deltas]
    for candidate in candidates:
        solved = alg.solve_index(candidate, frozenset({v}))
        if solved is None:
            continue
        value = solved[1]
        if _certainly_within(alg, value, lower, upper) and not alg.substitute(body, {v: value}):
            return True
    return False


def _product_atom(alg: Algebra, v: int, body: Poly) -> Poly:
    lower, upper = alg.ranges[v]
    start = alg.height(body, lower, upper)
    renamed = alg.bound_from(start, (v,), body)
    return alg.atom(("prod", freeze(lower), freeze(upper), freeze(renamed), start))


def _product_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1], key[2], key[3])


def _rebuild_product(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    v = alg.fresh(parts[0], parts[1])
    try:
        body = alg.substitute(parts[2], {alg.intern(("bound", key[4])): variable(v)})
        return alg.power(indexed_product(alg, v, body), e)
    finally:
        alg.close()


def _product_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    """Π f' = Π f · Σ f'/f, which needs f != 0: recorded."""
    v = alg.fresh(thaw(key[1]), thaw(key[2]))
    try:
        body = alg.substitute(thaw(key[3]), {alg.intern(("bound", key[4])): variable(v)})
        change = derivative(alg, body, target)
        if not change:
            return {}
        raise Unsupported("the derivative of a product whose factors may vanish")
    finally:
        alg.close()


def _product_sign(alg: Algebra, key: AtomKey) -> str | None:
    return None


def _product_top(key: AtomKey) -> int:
    return int(key[4]) + 1


PRODUCT = AtomKind("prod", _product_parts, _rebuild_product, _product_derivative, _product_sign, top=_product_top)
