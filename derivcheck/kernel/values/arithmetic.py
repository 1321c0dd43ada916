"""Arithmetic on exact rationals and rigorous balls: every operation is exact, encloses the value, or says it cannot.

A number is an ``fmpq``, a ``Gaussian`` rational (never with imaginary part 0), or an ``arb`` or ``acb`` ball that
contains the value (never an ``acb`` with imaginary part exactly 0), or, where the evaluation asks for them, a real ball
with its ``Closed`` form.  Operations raise ``UndefinedHere`` where the
operation has no value and ``UndeterminedHere`` where the ball is too wide to tell, or the work too large.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from flint import acb, arb, fmpq, fmpz

from derivcheck.kernel.values import closed
from derivcheck.kernel.values.closed import Closed

EXACT_BITS = 20_000
"""Rationals higher than this continue as balls, so that repeated powers stay cheap."""


class UndefinedHere(ArithmeticError):
    """The operation has no value at these arguments."""


class UndeterminedHere(ArithmeticError):
    """The value cannot be told at this precision, or by the means there are; the message says why."""


@dataclass(frozen=True, slots=True)
class Gaussian:
    """The Gaussian rational ``re + im*i`` with ``im != 0``."""

    re: fmpq
    im: fmpq


Number: TypeAlias = "fmpq | Gaussian | arb | acb | Closed"
ZERO, ONE, TWO = fmpq(0), fmpq(1), fmpq(2)
HALF = fmpq(1, 2)


def gaussian(re: fmpq, im: fmpq) -> Number:
    """``re + im*i`` in its simplest representation."""
    return _bounded(Gaussian(re, im)) if im != 0 else _bounded(re)


def ball(x: Number) -> arb | acb:
    """The number as a ball at the current precision."""
    if isinstance(x, fmpq):
        return arb(x)
    if isinstance(x, Closed):
        return x.value
    return acb(arb(x.re), arb(x.im)) if isinstance(x, Gaussian) else x


def plain(x: Number) -> fmpq | Gaussian | arb | acb:
    """The number without its closed form."""
    return x.value if isinstance(x, Closed) else x


def is_exact(x: Number) -> bool:
    """Whether the number is a rational or Gaussian rational."""
    return isinstance(x, fmpq | Gaussian)


def is_real(x: Number) -> bool:
    """Whether the number is certainly real."""
    return isinstance(x, fmpq | arb | Closed)


def parts(x: Number) -> tuple[fmpq, fmpq] | None:
    """Real and imaginary part of an exact number, ``None`` for a ball."""
    if isinstance(x, fmpq):
        return x, ZERO
    return (x.re, x.im) if isinstance(x, Gaussian) else None


def _bounded(x: fmpq | Gaussian) -> Number:
    height = x.height_bits() if isinstance(x, fmpq) else max(x.re.height_bits(), x.im.height_bits())
    return ball(x) if height > EXACT_BITS else x


def _tidy(x: arb | acb) -> Number:
    if not x.is_finite():
        raise UndeterminedHere("a ball is not finite")
    return x.real if isinstance(x, acb) and x.imag.is_zero() else x


def is_zero(x: Number) -> bool:
    """Whether the number is zero; undetermined for a ball that contains zero and more."""
    if isinstance(x, fmpq):
        return bool(x == 0)
    if isinstance(x, Gaussian):
        return False
    x = ball(x)
    if x.is_zero():
        return True
    if x.contains(0):
        raise UndeterminedHere("whether a value is 0")
    return False


def sign(x: Number) -> int:
    """-1, 0 or 1; undefined for numbers that are not real, undetermined for a ball around 0."""
    if isinstance(x, fmpq):
        return (x > 0) - (x < 0)
    x = plain(x)
    if isinstance(x, arb):
        if x > 0:
            return 1
        if x < 0:
            return -1
        if x.is_zero():
            return 0
        raise UndeterminedHere("the sign of a value")
    if isinstance(x, acb) and x.imag.contains(0):
        raise UndeterminedHere("whether a value is real")
    raise UndefinedHere("an order of complex numbers")


def equal(a: Number, b: Number) -> bool:
    """Whether two numbers are equal; undetermined for balls that overlap."""
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return bool(a == b)
    return is_zero(add(a, neg(b)))


def integer(x: Number) -> int | None:
    """The integer that a number is, ``None`` if it is none; undetermined for a ball around one."""
    if isinstance(x, fmpq):
        return int(x.p) if x.q == 1 else None
    if isinstance(x, Gaussian) or not ball(x).contains_integer():
        return None
    raise UndeterminedHere("whether a value is an integer")


def neg(a: Number) -> Number:
    """``-a``."""
    if isinstance(a, Closed):
        return closed.neg(a)
    return Gaussian(-a.re, -a.im) if isinstance(a, Gaussian) else -a


def _forms(a: Number, b: Number) -> tuple[Closed, Closed] | None:
    """Two numbers of which one has a closed form and the other one too, or is rational."""
    if isinstance(a, Closed) and isinstance(b, Closed | fmpq):
        return a, closed.lifted(b)
    return (closed.lifted(a), b) if isinstance(b, Closed) and isinstance(a, fmpq) else None


def add(a: Number, b: Number) -> Number:
    """``a + b``."""
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return _bounded(a + b)
    x, y = parts(a), parts(b)
    if x and y:
        return gaussian(x[0] + y[0], x[1] + y[1])
    if forms := _forms(a, b):
        return closed.add(*forms)
    return _tidy(ball(a) + ball(b))


def mul(a: Number, b: Number) -> Number:
    """``a*b``."""
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return _bounded(a * b)
    x, y = parts(a), parts(b)
    if x and y:
        return gaussian(x[0] * y[0] - x[1] * y[1], x[0] * y[1] + x[1] * y[0])
    if forms := _forms(a, b):
        return closed.mul(*forms)
    if (isinstance(a, fmpq) and a == 0) or (isinstance(b, fmpq) and b == 0):
        return ZERO
    return _tidy(ball(a) * ball(b))


def div(a: Number, b: Number) -> Number:
    """``a/b``; undefined for ``b = 0``."""
    if is_zero(b):
        raise UndefinedHere("division by 0")
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return _bounded(a / b)
    x, y = parts(a), parts(b)
    if x and y:
        square = y[0] * y[0] + y[1] * y[1]
        return gaussian((x[0] * y[0] + x[1] * y[1]) / square, (x[1] * y[0] - x[0] * y[1]) / square)
    if isinstance(b, Closed) and isinstance(a, Closed | fmpq):
        return mul(a, closed.inverse(b))
    if isinstance(a, Closed) and isinstance(b, fmpq):
        return mul(a, 1 / b)
    if isinstance(a, fmpq) and a == 0:
        return ZERO
    return _tidy(ball(a) / ball(b))


def root(x: fmpq, n: int) -> fmpq | None:
    """The rational n-th root of a nonnegative rational, if it has one."""
    if x.height_bits() > EXACT_BITS:
        return None
    p, q = x.p.root(n), x.q.root(n)
    return fmpq(p, q) if p**n == x.p and q**n == x.q else None


def integer_power(a: Number, n: int) -> Number:
    """``a**n`` for an integer n, by which ``0**0 = 1`` and ``0**-1`` is undefined."""
    if n < 0:
        return div(ONE, integer_power(a, -n))
    if n == 0:
        return ONE
    if isinstance(a, fmpq):
        if a == 1 or a == 0:
            return a
        if a == -1:
            return -a if n % 2 == 0 else a
        return a**n if (a.height_bits() + 1) * n <= EXACT_BITS else _tidy(arb(a) ** fmpz(n))
    if isinstance(a, Gaussian) and n <= 64:
        half = integer_power(a, n // 2)
        return mul(mul(half, half), a) if n % 2 else mul(half, half)
    return _tidy(ball(a) ** fmpz(n))


def power(a: Number, b: Number, principal: bool) -> Number:
    """``a**b``: over the reals undefined for non-integer powers of negative numbers, else the principal value."""
    if isinstance(b, fmpq) and b.q == 1:
        return integer_power(a, int(b.p))
    if is_real(b) and is_real(a):
        positive = sign(a)
        if positive > 0:
            return _positive_power(a, b)
        if positive == 0:
            return _zero_power(b)
        if not principal:
            if isinstance(b, arb) and b.contains_integer():
                raise UndeterminedHere("whether an exponent is an integer")
            raise UndefinedHere("a non-integer power of a negative number")
    elif is_zero(a):
        return _zero_power(_real_part(b))
    if isinstance(b, fmpq) and b.q == 2:
        return integer_power(unary("sqrt", a, principal), int(b.p))
    return unary("exp", mul(b, unary("log", a, principal)), principal)


def _positive_power(a: Number, b: Number) -> Number:
    if isinstance(a, fmpq) and isinstance(b, fmpq) and b.q < 100 and (exact := root(a, int(b.q))) is not None:
        return integer_power(exact, int(b.p))
    return _tidy((ball(a).log() * ball(b)).exp())


def _zero_power(b: Number) -> Number:
    if sign(b) > 0:
        return ZERO
    raise UndefinedHere("a power of 0 whose exponent is not positive")


def _real_part(x: Number) -> Number:
    if isinstance(x, Gaussian):
        return x.re
    return x.real if isinstance(x, acb) else x


def _at(op: str) -> Callable[[arb | acb], Number]:
    def apply(x: arb | acb) -> Number:
        value: arb | acb = getattr(x, op)()
        return _tidy(value)
    return apply


EXACT_VALUES: dict[str, dict[fmpq, fmpq]] = {
    **{name: {ZERO: ONE} for name in ("exp", "cos", "cosh")},
    **{name: {ZERO: ZERO} for name in ("sin", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "erf")},
    **{name: {ONE: ZERO} for name in ("log", "acos", "acosh")},
    "sqrt": {ZERO: ZERO},
}
"""Arguments at which a transcendental function is rational; by Lindemann's theorem the only ones for most of them."""

BOUNDS: dict[str, tuple[fmpq | None, fmpq | None, bool]] = {
    "log": (ZERO, None, False), "sqrt": (ZERO, None, True), "asin": (fmpq(-1), ONE, True), "acos": (fmpq(-1), ONE, True),
    "acosh": (ONE, None, True), "atanh": (fmpq(-1), ONE, False),
}
"""Where functions are defined over the reals: from, to, and whether the ends belong to it."""

INVERTED = {"acot": "atan", "asec": "acos", "acsc": "asin", "acoth": "atanh", "asech": "acosh", "acsch": "asinh"}
QUOTIENTS = {"tan": ("sin", "cos"), "cot": ("cos", "sin"), "sec": ("", "cos"), "csc": ("", "sin"),
             "coth": ("cosh", "sinh"), "sech": ("", "cosh"), "csch": ("", "sinh")}


def unary(op: str, x: Number, principal: bool) -> Number:
    """An elementary function at a number, by its row in the vocabulary; principal values if ``principal``."""
    if op in STEPS:
        return STEPS[op](x)
    if op in INVERTED:
        return unary(INVERTED[op], div(ONE, x), principal)
    if op in QUOTIENTS:
        above, below = QUOTIENTS[op]
        return div(unary(above, x, principal) if above else ONE, unary(below, x, principal))
    if isinstance(x, fmpq) and (exact := _exact_value(op, x, principal)) is not None:
        return exact
    if is_real(x) and op in BOUNDS and not _in_bounds(op, x):
        if not principal:
            raise UndefinedHere(f"{op} outside its domain")
        return _beyond(op, x)
    if op == "log" and is_zero(x):
        raise UndefinedHere("log(0)")
    if op == "erf" and not is_real(x):
        return _tidy(acb(ball(x)).erf())
    return _at(op)(ball(x))


def _exact_value(op: str, x: fmpq, principal: bool) -> Number | None:
    if (value := EXACT_VALUES.get(op, {}).get(x)) is not None:
        return value
    if op != "sqrt" or (x < 0 and not principal):
        return None
    exact = root(abs(x), 2)
    return None if exact is None else exact if x > 0 else gaussian(ZERO, exact)


def _in_bounds(op: str, x: Number) -> bool:
    low, high, closed = BOUNDS[op]
    above = 1 if low is None else sign(add(x, neg(low)))
    below = 1 if high is None else sign(add(high, neg(x)))
    return min(above, below) >= (0 if closed else 1)


def _beyond(op: str, x: Number) -> Number:
    if (op == "log" and is_zero(x)) or (op == "atanh" and is_zero(add(mul(x, x), fmpq(-1)))):
        raise UndefinedHere(f"{op} at a pole")
    return _at(op)(acb(ball(x)))


def _absolute(x: Number) -> Number:
    if isinstance(x, fmpq):
        return abs(x)
    if isinstance(x, Gaussian):
        return unary("sqrt", x.re * x.re + x.im * x.im, False)
    return _tidy(abs(ball(x)))


def _sign(x: Number) -> Number:
    return fmpq(sign(x)) if is_real(x) or is_zero(x) else div(x, _absolute(x))


def _cube_root(x: Number) -> Number:
    if not is_real(x):
        return power(x, fmpq(1, 3), True)
    s = sign(x)
    return ZERO if s == 0 else mul(fmpq(s), _positive_power(_absolute(x), fmpq(1, 3)))


def _floor(x: Number) -> Number:
    if isinstance(x, fmpq):
        return fmpq(x.floor())
    if not isinstance(x, arb):
        raise UndefinedHere("the floor of a complex number")
    exact = x.floor().unique_fmpz() if x.rel_accuracy_bits() > 0 and abs(x) < arb(2) ** EXACT_BITS else None
    if exact is None:
        raise UndeterminedHere("the floor of a value")
    return fmpq(exact)


def _ceiling(x: Number) -> Number:
    return neg(_floor(neg(x)))


def _gamma(x: Number) -> Number:
    if isinstance(x, fmpq) and x.q == 1:
        if x <= 0:
            raise UndefinedHere("gamma at a pole")
        if x <= 1000:
            return fmpq(math.factorial(int(x.p) - 1))
    return _tidy(ball(x).gamma())


def _sigmoid(x: Number) -> Number:
    return div(ONE, add(ONE, unary("exp", neg(x), True)))


def _imaginary_part(x: Number) -> Number:
    if isinstance(x, Gaussian):
        return x.im
    return x.imag if isinstance(x, acb) else ZERO


def _conjugate(x: Number) -> Number:
    if isinstance(x, Gaussian):
        return Gaussian(x.re, -x.im)
    return x.conjugate() if isinstance(x, acb) else x


STEPS: dict[str, Callable[[Number], Number]] = {
    "abs": _absolute, "sign": _sign, "cbrt": _cube_root, "floor": _floor, "ceiling": _ceiling, "gamma": _gamma,
    "factorial": lambda x: _gamma(add(x, ONE)), "sigmoid": _sigmoid, "relu": lambda x: x if sign(x) > 0 else ZERO,
    "re": _real_part, "im": _imaginary_part, "conj": _conjugate,
}


def binomial(n: Number, k: Number, principal: bool) -> Number:
    """``binomial(n, k)``: for an integer k a polynomial in n, 0 for negative k; else by gamma functions.

    Where both are negative integers conventions differ, so it is left undetermined.
    """
    integral = integer(k)
    if integral is not None:
        whole = integer(n) if isinstance(n, fmpq) else None
        if whole is not None and whole >= 0:
            integral = min(integral, whole - integral)
        elif whole is not None and integral < 0:
            raise UndeterminedHere("a binomial coefficient of two negative integers")
        return _falling(n, integral) if integral >= 0 else ZERO
    rest = add(add(n, neg(k)), ONE)
    above = integer(add(n, ONE)) if isinstance(n, fmpq) else None
    if above is not None and above <= 0:
        raise UndefinedHere("binomial at a pole")
    if is_exact(rest) and (pole := integer(rest)) is not None and pole <= 0:
        return ZERO
    return div(_gamma(add(n, ONE)), mul(_gamma(add(k, ONE)), _gamma(rest)))


def _falling(n: Number, k: int) -> Number:
    if k > 2000:
        raise UndeterminedHere("a binomial coefficient is too large")
    whole = integer(n) if isinstance(n, fmpq) else None
    if whole is not None and whole.bit_length() * k <= EXACT_BITS:  # the coefficient is no longer than n**k
        return _bounded(fmpq(math.comb(whole, k) if whole >= 0 else (-1) ** k * math.comb(k - whole - 1, k)))
    value: Number = ONE
    for j in range(k):
        value = div(mul(value, add(n, fmpq(-j))), fmpq(j + 1))
    return value


def show(x: Number, digits: int = 10) -> str:
    """The number as a reader writes it: ``-1/2``, ``0.6931471806``, ``2*i``, ``1/2 - 3*i``; a decimal is rounded."""
    x = plain(x)
    if isinstance(x, fmpq):
        return str(x)
    if isinstance(x, arb):
        return "0.0" if x.contains(0) else str(x.str(digits, radius=False))
    re, im = (x.re, x.im) if isinstance(x, Gaussian) else (x.real, x.imag)
    shown = show(im, digits)
    size = {"1": "i", "-1": "-i"}.get(shown, f"{shown}*i")
    if (is_exact(re) and is_zero(re)) or (isinstance(re, arb) and re.is_zero()):
        return size
    return f"{show(re, digits)} - {size[1:]}" if size.startswith("-") else f"{show(re, digits)} + {size}"
