"""Normal forms evaluated in floating point at an instance, one line a kind of atom; opaque functions and inverses aside."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from flint import fmpq

from derivcheck.kernel.normal.polynomials import Algebra, Poly, PolyKey, thaw
from derivcheck.kernel.values.instance import Instance, Value

Indices = Mapping[int, int]


class Unvalued(Exception):
    """An atom without a rule here, or without a value at this instance."""


def value(alg: Algebra, p: Poly, at: Instance, indices: Indices) -> complex:
    """The value of a polynomial whose open index variables have these values."""
    total = 0j
    for m, c in p.items():
        term = complex(int(c.p) / int(c.q))
        for a, e in m:
            if alg.keys[a][0] == "exp":  # its power is the exponential of a multiple, not a principal power
                term *= cmath.exp(float(e) * value(alg, {alg.keys[a][1]: fmpq(1)}, at, indices))
                continue
            base = atom(alg, a, at, indices)
            if base == 0 and e < 0:
                raise Unvalued("division by zero")
            term *= base ** float(e) if base != 0 else 0
        total += term
    return total


def atom(alg: Algebra, a: int, at: Instance, indices: Indices) -> complex:
    key = alg.keys[a]

    def part(k: PolyKey) -> complex:
        return value(alg, thaw(k), at, indices)

    match key[0]:
        case "size":
            return at.sizes[key[1]]
        case "index":
            return int(str(at.values[key[1]])) if key[1] in at.values else _hidden(key[1], at)
        case "fresh" | "bound":
            return indices[a]
        case "entry":
            places = [round(part(k).real) for k in key[2]]
            return complex(float(_number(reduce(_at, places, at.values[key[1]]))))
        case "pi" | "i":
            return math.pi if key[0] == "pi" else 1j
        case "prime":
            return key[1]
        case "delta":
            return float(abs(part(key[1])) < 0.5)
        case "at_least_zero":
            return float(part(key[1]).real > -0.5)
        case "condition":
            x = part(key[2]).real
            return float({"gt": x > 0, "ge": x >= 0, "eq": x == 0}[key[1]])
        case "log":
            return math.log(abs(_nonzero(part(key[1]))))
        case "base" | "abs":
            return part(key[1]) if key[0] == "base" else abs(part(key[1]))
        case "sign":
            return float((x := part(key[1]).real) > 0) - float(x < 0)
        case "ipow":
            return _power(part(key[1]), round(value(alg, {key[2]: fmpq(1)}, at, indices).real))
        case "function" if key[1] in FUNCTIONS:
            return FUNCTIONS[key[1]](part(key[2][0]).real)
        case "sum":
            return _sum(alg, key, at, indices)
    raise Unvalued(str(key[0]))


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "floor": math.floor, "asin": math.asin, "atan": math.atan, "erf": math.erf, "asinh": math.asinh, "gamma": math.gamma,
}


def _hidden(name: str, at: Instance) -> int:
    """The place at which a one-hot label is 1, which the kernel gives a name of its own."""
    label = at.values[name.removeprefix("the index where ").removesuffix(" is 1")]
    assert isinstance(label, tuple)
    return next(k for k, x in enumerate(label, start=1) if x == 1)


def _at(array: Value, place: int) -> Value:
    if not isinstance(array, tuple) or not 1 <= place <= len(array):
        raise Unvalued("an entry outside its range")
    return array[place - 1]


def _number(x: Value) -> float:
    return float(int(x.p) / int(x.q)) if hasattr(x, "p") and hasattr(x, "q") else float(str(x))


def _nonzero(x: complex) -> complex:
    if x == 0:
        raise Unvalued("the logarithm of zero")
    return x


def _power(base: complex, e: int) -> complex:
    if base == 0 and e < 0:
        raise Unvalued("division by zero")
    return base**e


def _sum(alg: Algebra, key: tuple[Any, ...], at: Instance, indices: Indices) -> complex:
    """Σ over independent ranges of one monomial."""
    _, bounds, m, start = key
    settings: list[dict[int, int]] = [dict(indices)]
    for k, (lower, upper) in enumerate(bounds):
        number = alg.intern(("bound", start + k))
        first, last = (round(value(alg, thaw(end), at, indices).real) for end in (lower, upper))
        settings = [{**s, number: w} for s in settings for w in range(first, last + 1)]
    return sum((value(alg, {m: fmpq(1)}, at, s) for s in settings), 0j)
