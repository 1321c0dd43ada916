"""Elementary functions of closed forms: exponentials and logarithms by their laws, multiples of pi by a table."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, fmpq

from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.arithmetic import ONE, TWO, ZERO, Number, plain
from derivcheck.kernel.values.closed import (
    CONSTANT,
    LONGEST_NAME,
    UNIT,
    Closed,
    Monomial,
    Polynomial,
    atom,
    closed,
    described,
    leading,
    lifted,
    over_term,
    powers,
)

MOST_EXPONENT = 64
"""The greatest whole power of a closed form that is multiplied out."""

MOST_FACTORED = 10**12
"""The greatest number whose primes are looked for."""


def constant(name: str) -> Closed:
    """``e`` or ``pi``."""
    return atom(name, arb.const_e() if name == "e" else arb.pi())


def function(op: str, x: Number, principal: bool) -> Number:
    """An elementary function as ``arithmetic.unary`` has it, in closed form where that is known."""
    value = arithmetic.unary(op, plain(x), principal)
    if not isinstance(value, arb) or not isinstance(x, fmpq | Closed):
        return value
    if op in {"abs", "re", "conj"}:
        return arithmetic.neg(x) if op == "abs" and arithmetic.sign(x) < 0 else x
    form = FORMS[op](x, value) if op in FORMS else None
    return _named(f"{op}({described(*_parts(x))})", value) if form is None else form


def _named(name: str, value: arb) -> Closed | arb:
    return atom(name, value) if len(name) <= LONGEST_NAME else value


def _parts(x: fmpq | Closed) -> tuple[Polynomial, Polynomial]:
    form = lifted(x)
    return form.above, form.below


def power(a: Number, b: Number, principal: bool) -> Number:
    """``a**b`` as ``arithmetic.power`` has it, in closed form where that is known."""
    if isinstance(b, fmpq) and b.q == 1:
        return _whole_power(a, int(b.p))
    value = arithmetic.power(plain(a), plain(b), principal)
    real = isinstance(a, fmpq | Closed) and isinstance(b, fmpq | Closed)
    if not isinstance(value, arb) or not real or arithmetic.sign(a) <= 0:
        return value
    return function("exp", arithmetic.mul(b, function("log", a, principal)), principal)


def _whole_power(a: Number, n: int) -> Number:
    if not isinstance(a, Closed) or abs(n) > MOST_EXPONENT:
        return arithmetic.integer_power(plain(a), n)
    if n < 0:
        return arithmetic.div(ONE, _whole_power(a, -n))
    total: Number = ONE
    for _ in range(n):
        total = arithmetic.mul(total, a)
    return total


def _exp(x: fmpq | Closed, value: arb) -> Number | None:
    """e to a sum of a rational and of rational multiples of logarithms of primes is a product of powers."""
    form = lifted(x)
    if form.below != CONSTANT:
        return None
    exponents: dict[str, fmpq] = {}
    for monomial, coefficient in form.above.items():
        name = _exponential_of(monomial)
        if name is None:
            return None
        exponents[name] = coefficient
    monomial, factor = powers(exponents)
    return closed(value, {monomial: factor})


def _exponential_of(monomial: Monomial) -> str | None:
    if monomial == UNIT:
        return "e"
    (name, exponent), *others = monomial
    return name[4:] if not others and exponent == 1 and name.startswith("log ") and name[4:].isdigit() else None


def _log(x: fmpq | Closed, value: arb) -> Number | None:
    """The logarithm of a product of powers of e, of primes and of sums."""
    form, terms = lifted(x), dict[Monomial, fmpq]()
    for polynomial, sign in ((form.above, 1), (form.below, -1)):
        monomial, coefficient = leading(polynomial)
        exponents = _primes(coefficient)
        if exponents is None or any(name != "e" and not name.isdigit() for name, _ in monomial):
            return None
        rest = over_term(polynomial, monomial, coefficient)
        factors = [*exponents.items(), *monomial, *([(described(rest), ONE)] if rest != CONSTANT else [])]
        if any(len(name) > LONGEST_NAME for name, _ in factors):
            return None
        for name, exponent in factors:
            term = UNIT if name == "e" else ((f"log {name}", ONE),)
            terms[term] = terms.get(term, ZERO) + sign * exponent
    return closed(value, terms)


def _primes(x: fmpq) -> dict[str, fmpq] | None:
    """The exponents of the primes in a positive rational, ``None`` where they are not looked for."""
    if x <= 0 or max(int(x.p), int(x.q)) > MOST_FACTORED:
        return None
    return {str(p): fmpq(sign * n) for part, sign in ((x.p, 1), (x.q, -1)) for p, n in part.factor()}


def _root(degree: int) -> Callable[[fmpq | Closed, arb], Number | None]:
    def form(x: fmpq | Closed, value: arb) -> Number | None:
        s = arithmetic.sign(x)
        positive = x if s > 0 else arithmetic.neg(x)
        logarithm = function("log", positive, False)
        if not isinstance(logarithm, fmpq | Closed):
            return None
        found = _exp(_scaled(lifted(logarithm), fmpq(1, degree)), value * s)
        return None if found is None else found if s > 0 else arithmetic.neg(found)
    return form


def _scaled(x: Closed, by: fmpq) -> Closed:
    return Closed(x.value * by, {m: c * by for m, c in x.above.items()}, x.below)


SINES: dict[fmpq, tuple[fmpq, str]] = {
    fmpq(0): (ZERO, ""), fmpq(1, 6): (fmpq(1, 2), ""), fmpq(1, 4): (fmpq(1, 2), "2"), fmpq(1, 3): (fmpq(1, 2), "3"),
    fmpq(1, 2): (ONE, ""),
}
"""The sine of a multiple of pi up to pi/2: a rational, times the square root of a prime."""


def _sine(shift: fmpq) -> Callable[[fmpq | Closed, arb], Number | None]:
    """``sin(x + shift*pi)`` where x is a multiple of pi."""
    def form(x: fmpq | Closed, value: arb) -> Number | None:
        multiple = _over_pi(x)
        if multiple is None:
            return None
        turn = multiple + shift
        turn -= TWO * (turn / TWO).floor()
        sign, turn = (-1, turn - 1) if turn >= 1 else (1, turn)
        found = SINES.get(min(turn, 1 - turn))
        return None if found is None else closed(value, {((found[1], fmpq(1, 2)),) if found[1] else UNIT: sign * found[0]})
    return form


def _over_pi(x: fmpq | Closed) -> fmpq | None:
    form = lifted(x)
    return form.above.get((("pi", ONE),)) if len(form.above) == 1 and form.below == CONSTANT else None


def _hyperbolic(sign: int) -> Callable[[fmpq | Closed, arb], Number | None]:
    def form(x: fmpq | Closed, value: arb) -> Number | None:
        power, opposite = (function("exp", y, False) for y in (x, arithmetic.neg(x)))
        return arithmetic.div(arithmetic.add(power, opposite if sign > 0 else arithmetic.neg(opposite)), TWO)
    return form


def _tanh(x: fmpq | Closed, value: arb) -> Number | None:
    return arithmetic.div(function("sinh", x, False), function("cosh", x, False))


ANGLES: dict[str, dict[fmpq, fmpq]] = {
    "atan": {ONE: fmpq(1, 4), -ONE: fmpq(-1, 4)},
    "asin": {ONE: fmpq(1, 2), -ONE: fmpq(-1, 2), fmpq(1, 2): fmpq(1, 6), fmpq(-1, 2): fmpq(-1, 6)},
    "acos": {ZERO: fmpq(1, 2), -ONE: ONE, fmpq(1, 2): fmpq(1, 3), fmpq(-1, 2): fmpq(2, 3)},
}
"""Rationals whose angle is a rational multiple of pi, by that multiple."""


def _angle(op: str) -> Callable[[fmpq | Closed, arb], Number | None]:
    def form(x: fmpq | Closed, value: arb) -> Number | None:
        multiple = ANGLES[op].get(x) if isinstance(x, fmpq) else None
        return None if multiple is None else closed(value, {(("pi", ONE),): multiple})
    return form


FORMS: dict[str, Callable[[fmpq | Closed, arb], Number | None]] = {
    "exp": _exp, "log": _log, "sqrt": _root(2), "cbrt": _root(3), "sin": _sine(ZERO), "cos": _sine(fmpq(1, 2)),
    "sinh": _hyperbolic(-1), "cosh": _hyperbolic(1), "tanh": _tanh, **{op: _angle(op) for op in ANGLES},
}
"""Closed forms of functions at an argument, given the ball of the value; ``None`` where none is known."""
