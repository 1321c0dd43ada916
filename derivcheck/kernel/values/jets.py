"""Jets: numbers with their first-order changes, by which derivatives are evaluated (forward differentiation).

A jet of tag t is ``value + sum of parts[k]*e_k`` with infinitesimals e_k that belong to one ``diff``; nested derivatives
give nested jets, the outer ``diff`` having the smaller tag, and value and parts being numbers or jets of smaller tags.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flint import acb, fmpq

from derivcheck.kernel.values import arithmetic, closed_functions
from derivcheck.kernel.values.arithmetic import HALF, ONE, TWO, ZERO, Number, UndefinedHere, UndeterminedHere

Scalar: TypeAlias = "Number | Jet"


@dataclass(frozen=True, slots=True)
class Jet:
    """A value and its partial derivatives by the directions of one ``diff``; directions that are absent count 0."""

    tag: int
    value: Scalar
    parts: Mapping[int, Scalar]


def base(x: Scalar) -> Number:
    """The number below all jets."""
    while isinstance(x, Jet):
        x = x.value
    return x


def _split(x: Scalar, tag: int) -> tuple[Scalar, Mapping[int, Scalar]]:
    return (x.value, x.parts) if isinstance(x, Jet) and x.tag == tag else (x, {})


def _tag(*values: Scalar) -> int:
    return max(v.tag for v in values if isinstance(v, Jet))


def _sign(x: Scalar) -> int:
    s = arithmetic.sign(base(x))
    if s == 0 and isinstance(x, Jet):
        raise UndeterminedHere("a derivative at a kink or a jump")
    return s


def sign(x: Scalar) -> int:
    """-1, 0 or 1; undetermined at 0 if the value can change, since what depends on it may jump there."""
    return _sign(x)


Rule: TypeAlias = "Callable[[Calculus, Scalar], Scalar]"


@dataclass(frozen=True, slots=True)
class Calculus:
    """Arithmetic on numbers and jets.

    principal: complex principal values instead of undefined ones; closed: real values keep closed forms.
    """

    principal: bool
    closed: bool = False

    def add(self, a: Scalar, b: Scalar) -> Scalar:
        """``a + b``."""
        if not isinstance(a, Jet) and not isinstance(b, Jet):
            return arithmetic.add(a, b)
        tag = _tag(a, b)
        (x, p), (y, q) = _split(a, tag), _split(b, tag)
        parts = dict(p)
        for k, change in q.items():
            parts[k] = self.add(parts[k], change) if k in parts else change
        return Jet(tag, self.add(x, y), parts)

    def neg(self, a: Scalar) -> Scalar:
        """``-a``."""
        if isinstance(a, Jet):
            return Jet(a.tag, self.neg(a.value), {k: self.neg(p) for k, p in a.parts.items()})
        return arithmetic.neg(a)

    def mul(self, a: Scalar, b: Scalar) -> Scalar:
        """``a*b``, by the product rule."""
        if not isinstance(a, Jet) and not isinstance(b, Jet):
            return arithmetic.mul(a, b)
        tag = _tag(a, b)
        (x, p), (y, q) = _split(a, tag), _split(b, tag)
        return self._linear(tag, self.mul(x, y), (y, p), (x, q))

    def div(self, a: Scalar, b: Scalar) -> Scalar:
        """``a/b``, by the quotient rule; undefined for ``b = 0``."""
        if not isinstance(a, Jet) and not isinstance(b, Jet):
            return arithmetic.div(a, b)
        tag = _tag(a, b)
        (x, p), (y, q) = _split(a, tag), _split(b, tag)
        inverse = self.div(ONE, y)
        quotient = self.mul(x, inverse)
        return self._linear(tag, quotient, (inverse, p), (self.neg(self.mul(quotient, inverse)), q))

    def pow(self, a: Scalar, b: Scalar) -> Scalar:
        """``a**b``; where the base is 0 or negative only integer powers are differentiated."""
        if not isinstance(a, Jet) and not isinstance(b, Jet):
            raised = closed_functions.power if self.closed else arithmetic.power
            return raised(a, b, self.principal)
        tag = _tag(a, b)
        (x, p), (y, q) = _split(a, tag), _split(b, tag)
        value = self.pow(x, y)
        exponent = base(y)
        integral = isinstance(exponent, fmpq) and exponent.q == 1 and not q and not isinstance(y, Jet)
        if not integral and (not arithmetic.is_real(base(x)) or arithmetic.sign(base(x)) <= 0) and not self._away(x):
            raise UndeterminedHere("the derivative of a power of a number that is not positive")
        terms: list[tuple[Scalar, Mapping[int, Scalar]]] = []
        if p and not (integral and exponent == 0):
            terms.append((self.mul(y, self.pow(x, self.add(y, fmpq(-1)))), p))
        if q:
            terms.append((self.mul(value, self.call("log", x)), q))
        return self._linear(tag, value, *terms)

    def _away(self, x: Scalar) -> bool:
        """Whether a base lies off the cut of the complex power, which is then analytic there."""
        number = base(x)
        return self.principal and isinstance(number, acb) and not number.imag.contains(0)

    def _linear(self, tag: int, value: Scalar, *terms: tuple[Scalar, Mapping[int, Scalar]]) -> Scalar:
        parts: dict[int, Scalar] = {}
        for factor, changes in terms:
            for k, change in changes.items():
                part = self.mul(factor, change)
                parts[k] = self.add(parts[k], part) if k in parts else part
        return Jet(tag, value, parts) if parts else value

    def call(self, op: str, x: Scalar) -> Scalar:
        """A function of the vocabulary at a scalar, by the chain rule."""
        if not isinstance(x, Jet) and not self.closed:
            return arithmetic.unary(op, x, self.principal)
        if op in COMPOSED:
            return COMPOSED[op](self, x)
        if not isinstance(x, Jet):
            return closed_functions.function(op, x, self.principal)
        value = self.call(op, x.value)
        if op not in DERIVATIVES or (self.principal and op in NOT_ANALYTIC):
            raise UndeterminedHere(f"a derivative of {op}")
        try:
            slope = DERIVATIVES[op](self, x.value)
        except UndefinedHere:
            raise UndeterminedHere(f"the derivative of {op} at the end of its domain") from None
        return self._linear(x.tag, value, (slope, x.parts))

    def binomial(self, n: Scalar, k: Scalar) -> Scalar:
        """``binomial(n, k)``; a jet only in n, with a small integer k."""
        if not isinstance(n, Jet) and not isinstance(k, Jet):
            return arithmetic.binomial(n, k, self.principal)
        count = arithmetic.integer(k) if not isinstance(k, Jet) else None
        if count is None or count > 100:
            raise UndeterminedHere("a derivative of a binomial coefficient")
        value: Scalar = ONE if count >= 0 else ZERO
        for j in range(count):
            value = self.div(self.mul(value, self.add(n, fmpq(-j))), fmpq(j + 1))
        return value

    def greatest(self, values: list[Scalar], direction: int) -> Scalar:
        """The greatest (direction 1) or least (-1) of the values."""
        best, *others = values
        arithmetic.sign(base(best))
        for other in others:
            if direction * sign(self.add(other, self.neg(best))) > 0:
                best = other
        return best


def _plus(f: Calculus, x: Scalar, y: Scalar) -> Scalar:
    return f.add(x, y)


def _square(f: Calculus, x: Scalar) -> Scalar:
    return f.mul(x, x)


def _one_minus_square(f: Calculus, x: Scalar) -> Scalar:
    return f.add(ONE, f.neg(f.mul(x, x)))


def _constant_sign(f: Calculus, x: Scalar) -> Scalar:
    value = arithmetic.sign(base(x))
    if value == 0:
        raise UndeterminedHere("a derivative at a kink")
    return fmpq(value)


def _flat(f: Calculus, x: Scalar) -> Scalar:
    if arithmetic.integer(base(x)) is not None:
        raise UndeterminedHere("a derivative at a jump")
    return ZERO


def _step(f: Calculus, x: Scalar) -> Scalar:
    _constant_sign(f, x)
    return ZERO


NOT_ANALYTIC = frozenset({"abs", "sign", "re", "im", "conj", "floor", "ceiling", "relu"})

DERIVATIVES: dict[str, Rule] = {
    "exp": lambda f, x: f.call("exp", x),
    "log": lambda f, x: f.div(ONE, x),
    "sqrt": lambda f, x: f.div(HALF, f.call("sqrt", x)),
    "cbrt": lambda f, x: f.div(fmpq(1, 3), _square(f, f.call("cbrt", x))),
    "sin": lambda f, x: f.call("cos", x),
    "cos": lambda f, x: f.neg(f.call("sin", x)),
    "sinh": lambda f, x: f.call("cosh", x),
    "cosh": lambda f, x: f.call("sinh", x),
    "asin": lambda f, x: f.div(ONE, f.call("sqrt", _one_minus_square(f, x))),
    "acos": lambda f, x: f.div(fmpq(-1), f.call("sqrt", _one_minus_square(f, x))),
    "atan": lambda f, x: f.div(ONE, f.add(ONE, _square(f, x))),
    "asinh": lambda f, x: f.div(ONE, f.call("sqrt", f.add(_square(f, x), ONE))),
    "acosh": lambda f, x: f.div(ONE, f.mul(f.call("sqrt", f.add(x, fmpq(-1))), f.call("sqrt", f.add(x, ONE)))),
    "atanh": lambda f, x: f.div(ONE, _one_minus_square(f, x)),
    "tanh": lambda f, x: _one_minus_square(f, f.call("tanh", x)),
    "erf": lambda f, x: f.div(f.mul(TWO, f.call("exp", f.neg(_square(f, x)))), f.call("sqrt", _pi())),
    "abs": _constant_sign,
    "sign": _step,
    "floor": _flat,
    "ceiling": _flat,
    "re": lambda f, x: ONE,
    "conj": lambda f, x: ONE,
    "im": lambda f, x: ZERO,
}
"""The derivative of each elementary function that is not composed of others, as a function of its argument."""


def _quotient(above: str, below: str) -> Rule:
    return lambda f, x: f.div(f.call(above, x) if above else ONE, f.call(below, x))


def _inverted(name: str) -> Rule:
    return lambda f, x: f.call(name, f.div(ONE, x))


def _relu(f: Calculus, x: Scalar) -> Scalar:
    return x if sign(x) > 0 else ZERO


COMPOSED: dict[str, Rule] = {
    **{name: _quotient(*parts) for name, parts in arithmetic.QUOTIENTS.items()},
    **{name: _inverted(inner) for name, inner in arithmetic.INVERTED.items()},
    "sigmoid": lambda f, x: f.div(ONE, f.add(ONE, f.call("exp", f.neg(x)))),
    "relu": _relu,
}


def _pi() -> Number:
    from flint import arb

    return arb.pi()


def _total(f: Calculus, *xs: Scalar) -> Scalar:
    total = xs[0]
    for x in xs[1:]:
        total = f.add(total, x)
    return total


def _product_of(f: Calculus, *xs: Scalar) -> Scalar:
    total = xs[0]
    for x in xs[1:]:
        total = f.mul(total, x)
    return total


def _log(f: Calculus, x: Scalar, *to: Scalar) -> Scalar:
    value = f.call("log", x)
    return f.div(value, f.call("log", to[0])) if to else value


ENTRYWISE: dict[str, Callable[..., Scalar]] = {
    "add": _total,
    "mul": _product_of,
    "hadamard": _product_of,
    "neg": Calculus.neg,
    "div": Calculus.div,
    "log": _log,
    "binomial": Calculus.binomial,
    "max": lambda f, *xs: f.greatest(list(xs), 1),
    "min": lambda f, *xs: f.greatest(list(xs), -1),
}
"""Operators that act entry by entry, or on scalars."""
