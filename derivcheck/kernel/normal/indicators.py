"""Indicators: Kronecker deltas and integer inequalities, and conditions on reals; each is 0 or 1."""

from __future__ import annotations

from math import gcd

from flint import fmpq

from derivcheck.kernel.normal.bounds import greatest, least
from derivcheck.kernel.normal.polynomials import (
    INDICATORS,
    UNIT,
    VARIABLES,
    Algebra,
    Poly,
    constant,
    constant_value,
    freeze,
)
from derivcheck.kernel.normal.signs import sign_of


def delta(alg: Algebra, difference: Poly) -> Poly:
    """1 where an integer-valued difference is 0, else 0."""
    value = constant_value(difference)
    if value is not None:
        return constant(1 if value == 0 else 0)
    step = _common_step(difference)
    if (difference.get(UNIT, fmpq(0)) / step).q != 1:
        return {}
    difference = alg.scale(difference, fmpq(1 if difference[max(difference)] > 0 else -1) / step)
    key = freeze(difference)
    if key in alg.unequal:
        return {}
    low, high = least(alg, difference), greatest(alg, difference)
    if (low is not None and low > 0) or (high is not None and high < 0):
        return {}
    return {((alg.intern(("delta", key)), 1),): fmpq(1)}


def at_least_zero(alg: Algebra, p: Poly) -> Poly:
    """1 where an integer-valued polynomial is at least 0, else 0."""
    low, high = least(alg, p), greatest(alg, p)
    sign = sign_of(alg, p) if alg.facts else None
    if (low is not None and low >= 0) or sign in {"+", "0+", "0"}:
        return constant(1)
    if (high is not None and high < 0) or sign == "-":
        return {}
    step = _common_step(p)
    rest = p.get(UNIT, fmpq(0)) / step
    p = alg.add({m: c / step for m, c in p.items() if m != UNIT}, constant(fmpq(int(rest.p) // int(rest.q))))
    # its negation is said by its complement, but not under a sum, where renaming an index must not split the summand
    if p[max(p)] < 0 and all(alg.keys[a][0] == "index" for a in alg.variables_of(p.items())):
        return alg.subtract(constant(1), at_least_zero(alg, alg.subtract(constant(-1), p)))
    return {((alg.intern(("at_least_zero", freeze(p))), 1),): fmpq(1)}


def _common_step(p: Poly) -> int:
    """The greatest common divisor of the coefficients of the varying terms of an integer-valued polynomial."""
    step = 0
    for m, c in p.items():
        if m != UNIT:
            step = gcd(step, int(c.p))
    return step


HOLDS = {
    "gt": {"+": 1, "-": 0, "0-": 0, "0": 0},
    "ge": {"+": 1, "0+": 1, "0": 1, "-": 0},
    "eq": {"0": 1, "+": 0, "-": 0, "n": 0},
}


def condition(alg: Algebra, relation: str, p: Poly) -> Poly:
    """1 where ``p relation 0`` holds for a real p, else 0; relation is ``gt``, ``ge`` or ``eq``."""
    sign = sign_of(alg, p)
    decided = HOLDS[relation].get(sign or "")
    if decided is not None:
        return constant(decided)
    lead = p[max(p)]
    if relation == "eq":
        return {((alg.intern(("condition", "eq", freeze(alg.scale(p, 1 / lead)))), 1),): fmpq(1)}
    scaled = alg.scale(p, 1 / abs(lead))
    if lead < 0:
        other = "ge" if relation == "gt" else "gt"
        opposite: Poly = {((alg.intern(("condition", other, freeze(alg.scale(scaled, -1)))), 1),): fmpq(1)}
        return alg.subtract(constant(1), opposite)
    return {((alg.intern(("condition", relation, freeze(scaled))), 1),): fmpq(1)}


def integer_valued(alg: Algebra, p: Poly) -> bool:
    """Whether a polynomial takes integer values only, as far as its atoms' kinds tell."""
    return all(c.q == 1 and all(isinstance(e, int) and e > 0 and _is_integer(alg, a) for a, e in m) for m, c in p.items())


def _is_integer(alg: Algebra, a: int) -> bool:
    key = alg.keys[a]
    if key[0] == "entry":
        return alg.kind_of(key[1]) in {"integer", "natural", "sign", "index"}
    return key[0] in VARIABLES or key[0] in INDICATORS or key[0] == "size" or (key[0] == "function" and key[1] in {"floor"})
