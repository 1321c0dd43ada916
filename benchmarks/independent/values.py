"""Numbers of many digits and the functions of one number, with the domains that the language gives them.

A number is an ``int``, or an ``mpf`` or ``mpc`` of one mpmath context.  What is smaller than the digits can show beside what
it was the difference of is 0: ``sin(x)**2 + cos(x)**2 - 1`` is, and may not be divided by.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

import mpmath

Number: TypeAlias = Any
"""An ``int``, ``mpf`` or ``mpc``; mpmath is not typed."""


NOTHING = -(10**9)
"""The magnitude of 0."""


class Undefined(ArithmeticError):
    """There is no value here."""


class Inconclusive(ArithmeticError):
    """The value cannot be told here: too large, or too much work."""


class Unsupported(Exception):
    """The judge has no way to evaluate this operator."""


@dataclass(frozen=True, slots=True)
class Gaussian:
    """An exact complex number."""

    re: Fraction
    im: Fraction


INVERTED = {"acot": "atan", "asec": "acos", "acsc": "asin", "acoth": "atanh", "asech": "acosh", "acsch": "asinh"}
QUOTIENTS = {"tan": ("sin", "cos"), "cot": ("cos", "sin"), "sec": (None, "cos"), "csc": (None, "sin"), "tanh": ("sinh", "cosh"),
             "coth": ("cosh", "sinh"), "sech": (None, "cosh"), "csch": (None, "sinh")}
DOMAINS = {"log": lambda x: x > 0, "sqrt": lambda x: x >= 0, "asin": lambda x: abs(x) <= 1, "acos": lambda x: abs(x) <= 1,
           "acosh": lambda x: x >= 1, "atanh": lambda x: abs(x) < 1}
POLES = {"log": (0,), "atanh": (1, -1)}
ELEMENTARY = frozenset({"sin", "cos", "sinh", "cosh", "log", "sqrt", "asin", "acos", "atan", "asinh", "acosh", "atanh"})


class Numbers:
    """Arithmetic that is good to ``digits`` digits.

    depth: how many derivatives are taken one of the other, each of which costs the digits of its step; principal: over the
    complex numbers, with principal values.  ``floor`` is the binary logarithm of the largest rounding
    since it was set.
    """

    def __init__(self, digits: int, depth: int = 0, principal: bool = False) -> None:
        self.digits = digits
        self.mp = mpmath.MPContext()
        self.mp.dps = digits + sum(self.exponent(level) for level in range(min(depth, 5)))
        self.principal = principal
        self.bits = self.mp.prec * 3 // 4
        self.loose = digits * 5 // 2
        self.floor = NOTHING
        self.tiny = self.mp.mpf(2) ** -self.bits
        self._fractions: dict[Fraction, Number] = {}

    def exponent(self, level: int) -> int:
        """The step of a derivative inside ``level`` others is 10 to minus this; smaller, so that no two steps land together."""
        return self.digits * 2 // 3 + 5 * level

    def of(self, x: int | Fraction | Gaussian) -> Number:
        """An exact number at this precision."""
        if isinstance(x, Gaussian):
            return self.mp.mpc(self.of(x.re), self.of(x.im))
        if isinstance(x, int) or hasattr(x, "_mpf_"):
            return x
        if x not in self._fractions:
            whole = x.denominator == 1
            self._fractions[x] = x.numerator if whole else self.mp.mpf(x.numerator) / x.denominator
        return self._fractions[x]

    def magnitude(self, x: Number) -> int:
        """About the binary logarithm of ``|x|``; very negative for 0."""
        if isinstance(x, int):
            return x.bit_length() if x else NOTHING
        if hasattr(x, "_mpf_"):
            _, man, exp, count = x._mpf_
            return int(exp + count) if man else self._special(exp)
        return max(self.magnitude(x.real), self.magnitude(x.imag))

    @staticmethod
    def _special(exp: int) -> int:
        if exp:
            raise Inconclusive("a value is not finite")
        return NOTHING

    def add(self, xs: Sequence[Number], loose: bool = False) -> Number:
        """The sum; 0 where everything that the digits show has cancelled.  loose: the summands are numerical derivatives."""
        total: Number = 0
        for x in xs:
            total = total + x
        if isinstance(total, int):
            return total
        most = max(map(self.magnitude, xs))
        bits = self.loose if loose else self.bits
        self.lose(most)
        if not total or self.magnitude(total) < most - bits:
            self.floor = max(self.floor, most - self.bits) if total else self.floor
            return 0
        return self.tidy(total, most - bits) if hasattr(total, "_mpc_") else total

    def lose(self, most: int) -> None:
        """Remember the rounding of numbers of this magnitude."""
        self.floor = max(self.floor, most - self.mp.prec + 8)

    def tidy(self, x: Number, floor: int | None = None) -> Number:
        """A complex number without the part that is only rounding."""
        if not hasattr(x, "_mpc_"):
            return x
        floor = self.magnitude(x) - self.bits if floor is None else floor
        if self.magnitude(x.imag) < floor:
            return x.real
        return self.mp.mpc(0, x.imag) if self.magnitude(x.real) < floor else x

    def difference(self, a: Number, b: Number, loose: bool = False) -> Number:
        """``a - b``, 0 where they do not differ in what the digits show."""
        return self.add((a, -b), loose)

    def real(self, x: Number) -> Number:
        """A number that must be real to be ordered."""
        x = self.tidy(x)
        if hasattr(x, "_mpc_"):
            raise Undefined("complex numbers have no order")
        return x

    def integer(self, x: Number) -> int | None:
        """The integer that the number is, if it is one."""
        if isinstance(x, int):
            return x
        x = self.tidy(x)
        if hasattr(x, "_mpc_"):
            return None
        if self.magnitude(x) > 2000:
            raise Inconclusive("whether a huge number is an integer")
        nearest = int(self.mp.nint(x))
        return nearest if abs(x - nearest) <= self.tiny * max(1, abs(x)) else None

    def div(self, a: Number, b: Number) -> Number:
        if not b:
            raise Undefined("division by 0")
        if isinstance(a, int) and isinstance(b, int):
            return a // b if a % b == 0 else self.mp.mpf(a) / b
        return a / b

    def pow(self, a: Number, b: Number) -> Number:
        """``a**b``; 0**0 is 1, and over the reals a negative number has integer powers only."""
        n = self.integer(b)
        if not a:
            return self._power_of_zero(b, n)
        if n is not None:
            if abs(n) * (abs(self.magnitude(a)) + 1) > 40_000:
                raise Inconclusive("a power is too large")
            return a**n if n >= 0 else self.div(1, a**-n)
        a = self.tidy(a)
        if not self.principal and not hasattr(a, "_mpc_") and a < 0:
            raise Undefined("a non-integer power of a negative number")
        return self.exp(b * self.mp.log(a))

    def _power_of_zero(self, b: Number, n: int | None) -> Number:
        if n == 0:
            return 1
        if (b.real if hasattr(b, "_mpc_") else b) > 0:
            return 0
        raise Undefined("a negative power of 0")

    def exp(self, x: Number) -> Number:
        if self.magnitude(x) > 40:
            raise Inconclusive("an exponential is too large")
        return self.mp.exp(x) if x else 1

    def function(self, name: str, x: Number) -> Number:
        """A function of one number by its row in the vocabulary."""
        if name in OWN:
            return OWN[name](self, x)
        if name in INVERTED:
            return self.function(INVERTED[name], self.div(1, x))
        if name in QUOTIENTS:
            above, below = QUOTIENTS[name]
            return self.div(self.function(above, x) if above else 1, self.function(below, x))
        return self._elementary(name, x)

    def _elementary(self, name: str, x: Number) -> Number:
        x = self._settled(x) if self.principal or name in DOMAINS else x
        real = not hasattr(x, "_mpc_")
        if real and name in POLES and x in POLES[name]:
            raise Undefined(f"{name} at a pole")
        if real and name in DOMAINS and not self.principal and not DOMAINS[name](x):
            raise Undefined(f"{name} outside its domain")
        if self.magnitude(x) > (40 if name in {"sinh", "cosh"} else self.bits // 2) and name not in {"sqrt", "log"}:
            raise Inconclusive(f"{name} of a huge number")
        value = getattr(self.mp, name)(x)
        return 0 if name in {"sin", "cos"} and abs(x) > 1 and abs(value) <= self.tiny * abs(x) else value

    def _settled(self, x: Number) -> Number:
        """The argument without rounding where a domain ends: 1 and -1."""
        x = self.tidy(x)
        if isinstance(x, int):
            return x
        for end in (1, -1):
            if abs(x - end) <= self.tiny:
                return end
        return x

    def sign(self, x: Number) -> int:
        x = self.real(x)
        return (x > 0) - (x < 0)

    def binomial(self, n: Number, k: Number) -> Number:
        """A polynomial in n for an integer k, 0 for a negative one, else by gamma functions."""
        below, above = self.integer(k), self.integer(n)
        if below is None:
            if above is not None and above < 0:
                raise Undefined("a binomial coefficient at a pole")
            rest = self.integer(n - k)
            if rest is not None and rest < 0:
                return 0
            return self.div(_gamma(self, n + 1), _gamma(self, k + 1) * _gamma(self, n - k + 1))
        if below < 0 and above is not None and above < 0:
            raise Inconclusive("a binomial coefficient of two negative integers")
        if below > 2000:
            raise Inconclusive("a binomial coefficient is too large")
        value: Number = 1 if below >= 0 else 0
        for j in range(below):
            value = self.div(value * (n - j), j + 1)
        return value


def _gamma(numbers: Numbers, x: Number) -> Number:
    whole = numbers.integer(x)
    if whole is not None and whole <= 0:
        raise Undefined("gamma at a pole")
    if numbers.magnitude(x) > 12:
        raise Inconclusive("gamma of a huge number")
    return numbers.mp.gamma(x)


def _sign(numbers: Numbers, x: Number) -> Number:
    x = numbers.tidy(x)
    return x / abs(x) if hasattr(x, "_mpc_") else numbers.sign(x)


def _cube_root(numbers: Numbers, x: Number) -> Number:
    x, third = numbers.tidy(x), numbers.of(Fraction(1, 3))
    if hasattr(x, "_mpc_") or not x:
        return numbers.pow(x, third)
    return numbers.sign(x) * numbers.pow(abs(x), third)


def _floor(numbers: Numbers, x: Number) -> Number:
    x = numbers.real(x)
    whole = numbers.integer(x)
    return int(numbers.mp.floor(x)) if whole is None else whole


def _sigmoid(numbers: Numbers, x: Number) -> Number:
    return numbers.div(1, numbers.add((1, numbers.exp(-x))))


def _part(name: str) -> Callable[[Numbers, Number], Number]:
    def part(numbers: Numbers, x: Number) -> Number:
        x = numbers.tidy(x)
        if not hasattr(x, "_mpc_"):
            return 0 if name == "im" else x
        return {"re": x.real, "im": x.imag, "conj": x.conjugate()}[name]
    return part


OWN: dict[str, Callable[[Numbers, Number], Number]] = {
    "exp": Numbers.exp, "abs": lambda n, x: abs(x), "sign": _sign, "cbrt": _cube_root, "floor": _floor,
    "ceiling": lambda n, x: -_floor(n, -x), "gamma": _gamma, "factorial": lambda n, x: _gamma(n, x + 1), "sigmoid": _sigmoid,
    "relu": lambda n, x: x if n.sign(x) > 0 else 0, "erf": lambda n, x: n.mp.erf(x) if x else 0,
    "re": _part("re"), "im": _part("im"), "conj": _part("conj"),
}
