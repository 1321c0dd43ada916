"""Arithmetic on NumPy arrays with tangents: what the batch evaluation computes with.  NaN stands for undefined.

Axes are counted from the right: the dimensions of the array, then the instances, then one axis per bound index or
``diff`` around it, the innermost leftmost.  An operand may lack leading axes on which it does not depend.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

if TYPE_CHECKING:  # numpy.typing takes longer to import than it may
    from numpy.typing import NDArray

Floats: TypeAlias = "NDArray[Any]"
Operand: TypeAlias = "Floats | Tangent"


class Uncovered(Exception):
    """The batch evaluation does not cover a term."""


@dataclass(frozen=True, slots=True)
class Tangent:
    """A value and its derivatives by the directions of one ``diff``, which run along that diff's own axis."""

    tag: int
    value: Operand
    change: Operand


def split(x: Operand, tag: int) -> tuple[Operand, Operand | None]:
    """The part of an operand below a tag, and its change."""
    return (x.value, x.change) if isinstance(x, Tangent) and x.tag == tag else (x, None)


def linear(function: Callable[[Floats], Floats], x: Operand) -> Operand:
    """A linear function of an operand."""
    return Tangent(x.tag, linear(function, x.value), linear(function, x.change)) if isinstance(x, Tangent) else function(x)


def _tag(a: Operand, b: Operand) -> int:
    return max(x.tag for x in (a, b) if isinstance(x, Tangent))


def add(a: Operand, b: Operand) -> Operand:
    """``a + b``."""
    if not isinstance(a, Tangent) and not isinstance(b, Tangent):
        return np.asarray(a + b)
    tag = _tag(a, b)
    (x, p), (y, q) = split(a, tag), split(b, tag)
    return Tangent(tag, add(x, y), _plus(p, q))


def _plus(p: Operand | None, q: Operand | None) -> Operand:
    if p is None or q is None:
        rest = p if q is None else q
        assert rest is not None
        return rest
    return add(p, q)


def neg(a: Operand) -> Operand:
    """``-a``."""
    return linear(np.negative, a)


def bilinear(function: Callable[[Floats, Floats], Floats], a: Operand, b: Operand) -> Operand:
    """A product of some kind, by the product rule."""
    if not isinstance(a, Tangent) and not isinstance(b, Tangent):
        return function(a, b)
    tag = _tag(a, b)
    (x, p), (y, q) = split(a, tag), split(b, tag)
    left = None if p is None else bilinear(function, p, y)
    right = None if q is None else bilinear(function, x, q)
    return Tangent(tag, bilinear(function, x, y), _plus(left, right))


def mul(a: Operand, b: Operand) -> Operand:
    """``a*b``, entry by entry."""
    return bilinear(np.multiply, a, b)


def _divide(a: Floats, b: Floats) -> Floats:
    quotient = np.divide(a, b)
    return quotient if np.all(b) else np.asarray(np.where(b == 0, np.nan, quotient))


def div(a: Operand, b: Operand) -> Operand:
    """``a/b``, entry by entry."""
    if not isinstance(a, Tangent) and not isinstance(b, Tangent):
        return _divide(a, b)
    tag = _tag(a, b)
    (x, p), (y, q) = split(a, tag), split(b, tag)
    quotient = div(x, y)
    left = None if p is None else div(p, y)
    right = None if q is None else neg(div(mul(quotient, q), y))
    return Tangent(tag, quotient, _plus(left, right))


def power(a: Operand, b: Operand) -> Operand:
    """``a**b``, entry by entry."""
    if not isinstance(a, Tangent) and not isinstance(b, Tangent):
        result = np.power(a + 0, b)
        if not np.all(a):
            result = np.where((a == 0) & (np.real(b) < 0), np.nan, result)
        return np.asarray(result)
    tag = _tag(a, b)
    (x, p), (y, q) = split(a, tag), split(b, tag)
    value = power(x, y)
    left = None if p is None else mul(mul(y, power(x, add(y, np.asarray(-1.0)))), p)
    if left is not None:
        zero = base(y) == 0
        left = linear(lambda z: np.where(zero, 0.0, z), left) if np.any(zero) else left
    right = None if q is None else mul(mul(value, call("log", x)), q)
    return Tangent(tag, value, _plus(left, right))


def base(x: Operand) -> Floats:
    """The values below all tangents."""
    while isinstance(x, Tangent):
        x = x.value
    return x


def count(x: Operand) -> int:
    """How many numbers an operand consists of, its changes included."""
    return count(x.value) + count(x.change) if isinstance(x, Tangent) else x.size


def choose(condition: Floats, a: Operand, b: Operand) -> Operand:
    """``a`` where the condition is 1, ``b`` where it is 0, else undefined."""
    if not isinstance(a, Tangent) and not isinstance(b, Tangent):
        return np.asarray(np.where(condition == 1, a, np.where(condition == 0, b, np.nan)))
    tag = _tag(a, b)
    (x, p), (y, q) = split(a, tag), split(b, tag)
    zero = np.zeros(())
    return Tangent(tag, choose(condition, x, y), choose(condition, zero if p is None else p, zero if q is None else q))


def call(op: str, x: Operand) -> Operand:
    """A function of the vocabulary entry by entry, by the chain rule."""
    if not isinstance(x, Tangent):
        return VALUES[op](x + 0 if np.iscomplexobj(x) else x)  # -0 as an imaginary part would take the wrong side of a cut
    if op in COMPOSED:
        return COMPOSED[op](x)
    if op not in SLOPES:
        raise Uncovered(op)
    return Tangent(x.tag, call(op, x.value), mul(SLOPES[op](x.value), x.change))


def _log(x: Floats) -> Floats:
    value = np.log(x)
    return value if np.all(x) else np.asarray(np.where(x == 0, np.nan, value))


def _reciprocal(function: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    return lambda x: _divide(np.ones(()), function(x))


def _of_reciprocal(function: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    return lambda x: function(_divide(np.ones(()), x))


def _cube_root(x: Floats) -> Floats:
    return np.asarray(np.power(x, 1 / 3) if np.iscomplexobj(x) and np.any(x.imag) else np.cbrt(np.real(x)))


def _sigmoid(x: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-x)))


def _only_real(function: Callable[[Floats], Floats]) -> Callable[[Floats], Floats]:
    def apply(x: Floats) -> Floats:
        return np.where(x.imag == 0, function(x.real), np.nan) if np.iscomplexobj(x) else function(x)
    return apply


def _each(function: Callable[..., float]) -> Callable[..., Floats]:
    """A function of floats entry by entry, NaN where it has no value and infinite where it is too large for a float."""
    def guarded(*x: float) -> float:
        try:
            return function(*x) if all(map(math.isfinite, x)) else math.nan
        except ValueError:
            return math.nan
        except (OverflowError, ZeroDivisionError):  # a Gamma function too large, or too small, for a float
            return math.inf

    return np.vectorize(guarded, otypes=[float])


MOST_FACTORS = 300
"""How many factors a binomial coefficient of whole numbers may have."""


def _binomial(n: float, k: float) -> float:
    if k.is_integer() and n.is_integer() and n >= 0:
        if min(k, n - k) > MOST_FACTORS:
            return math.inf  # too long to multiply out, which is not known then
        return float(math.comb(int(n), int(k))) if k >= 0 else 0.0
    return math.gamma(n + 1) / (math.gamma(k + 1) * math.gamma(n - k + 1))


def binomial(n: Operand, k: Operand) -> Operand:
    """``binomial(n, k)`` of reals; not under a derivative."""
    if isinstance(n, Tangent) or isinstance(k, Tangent) or np.iscomplexobj(n) or np.iscomplexobj(k):
        raise Uncovered("binomial")
    return _each(_binomial)(n, k)


def _sign(x: Floats) -> Floats:
    return np.asarray(np.where(x == 0, 0, x / np.abs(x))) if np.iscomplexobj(x) else np.asarray(np.sign(x))


VALUES: dict[str, Callable[[Floats], Floats]] = {
    "exp": np.exp, "log": _log, "sqrt": np.sqrt, "cbrt": _cube_root, "abs": np.abs, "sign": _sign,
    "sin": np.sin, "cos": np.cos, "tan": np.tan, "cot": _reciprocal(np.tan), "sec": _reciprocal(np.cos),
    "csc": _reciprocal(np.sin), "sinh": np.sinh, "cosh": np.cosh, "tanh": np.tanh, "coth": _reciprocal(np.tanh),
    "sech": _reciprocal(np.cosh), "csch": _reciprocal(np.sinh),
    "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh,
    "acot": _of_reciprocal(np.arctan), "asec": _of_reciprocal(np.arccos), "acsc": _of_reciprocal(np.arcsin),
    "acoth": _of_reciprocal(np.arctanh), "asech": _of_reciprocal(np.arccosh), "acsch": _of_reciprocal(np.arcsinh),
    "sigmoid": _sigmoid, "relu": _only_real(lambda x: np.maximum(x, 0)), "floor": _only_real(np.floor),
    "ceiling": _only_real(np.ceil), "erf": _only_real(_each(math.erf)), "gamma": _only_real(_each(math.gamma)),
    "factorial": _only_real(_each(lambda x: math.gamma(x + 1))), "re": np.real, "im": np.imag, "conj": np.conjugate,
}

ONE = np.ones(())


def _square(x: Operand) -> Operand:
    return mul(x, x)


def _under(x: Operand) -> Operand:
    return add(ONE, neg(_square(x)))


def _half(x: Operand) -> Operand:
    return mul(np.asarray(0.5), x)


SLOPES: dict[str, Callable[[Operand], Operand]] = {
    "exp": lambda x: call("exp", x),
    "log": lambda x: div(ONE, x),
    "sqrt": lambda x: _half(div(ONE, call("sqrt", x))),
    "cbrt": lambda x: div(np.asarray(1 / 3), _square(call("cbrt", x))),
    "sin": lambda x: call("cos", x),
    "cos": lambda x: neg(call("sin", x)),
    "tan": lambda x: add(ONE, _square(call("tan", x))),
    "sinh": lambda x: call("cosh", x),
    "cosh": lambda x: call("sinh", x),
    "tanh": lambda x: _under(call("tanh", x)),
    "asin": lambda x: div(ONE, call("sqrt", _under(x))),
    "acos": lambda x: neg(div(ONE, call("sqrt", _under(x)))),
    "atan": lambda x: div(ONE, add(ONE, _square(x))),
    "asinh": lambda x: div(ONE, call("sqrt", add(_square(x), ONE))),
    "acosh": lambda x: div(ONE, mul(call("sqrt", add(x, neg(ONE))), call("sqrt", add(x, ONE)))),
    "atanh": lambda x: div(ONE, _under(x)),
    "abs": lambda x: _sign(base(x)),
    "erf": lambda x: mul(np.asarray(2 / math.sqrt(math.pi)), call("exp", neg(_square(x)))),
    "sigmoid": lambda x: mul(call("sigmoid", x), add(ONE, neg(call("sigmoid", x)))),
    "relu": lambda x: np.asarray(np.real(base(x)) > 0, dtype=float),
    **{name: (lambda x: np.zeros(())) for name in ("sign", "floor", "ceiling", "im")},
    **{name: (lambda x: ONE) for name in ("re", "conj")},
}


def _over(name: str) -> Callable[[Operand], Operand]:
    return lambda x: div(ONE, call(name, x))


def _at_reciprocal(name: str) -> Callable[[Operand], Operand]:
    return lambda x: call(name, div(ONE, x))


COMPOSED: dict[str, Callable[[Operand], Operand]] = {
    "cot": _over("tan"), "sec": _over("cos"), "csc": _over("sin"), "coth": _over("tanh"),
    "sech": _over("cosh"), "csch": _over("sinh"),
    "acot": _at_reciprocal("atan"), "asec": _at_reciprocal("acos"), "acsc": _at_reciprocal("asin"),
    "acoth": _at_reciprocal("atanh"), "asech": _at_reciprocal("acosh"), "acsch": _at_reciprocal("asinh"),
}
