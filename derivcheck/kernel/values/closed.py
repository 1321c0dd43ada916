"""Closed forms: balls with quotients of sums of powers of e, of primes, of pi, of logarithms and of other values.

By them the values that a person finds rational by head are known to be rational: ``exp(1)/exp(1)``, ``sqrt(2)**2``,
``log(4)/log(2)``.  Only the laws of a field and of powers are used, no independence of the atoms: what does not become
rational may still be rational, and whether it is zero is for its ball to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from flint import arb, fmpq, fmpz

Monomial: TypeAlias = "tuple[tuple[str, fmpq], ...]"
"""Atoms and their exponents, sorted; the exponent of a prime lies in [0, 1)."""

Polynomial: TypeAlias = "Mapping[Monomial, fmpq]"

UNIT: Monomial = ()
CONSTANT: Polynomial = {UNIT: fmpq(1)}

MOST_TERMS = 24
"""Of more terms a closed form continues as a ball."""

MOST_BITS = 256
"""As ``MOST_TERMS``, for the height of a coefficient or an exponent."""

LONGEST_NAME = 2_000
"""As ``MOST_TERMS``, for the letters of an atom: a function at an argument is named by all of that argument."""


@dataclass(frozen=True, slots=True)
class Closed:
    """The real number ``above/below`` and a ball that contains it."""

    value: arb
    above: Polynomial
    below: Polynomial


def atom(name: str, value: arb) -> Closed:
    """The number of a name: ``e``, ``pi``, ``log 2``, or a function at an argument."""
    return Closed(value, {((name, fmpq(1)),): fmpq(1)}, CONSTANT)


def closed(value: arb, above: Polynomial, below: Polynomial = CONSTANT) -> Closed | fmpq | arb:
    """The number as a rational where it is seen to be one, and as a ball where its form is too long."""
    above = {m: c for m, c in above.items() if c != 0}
    if not above:
        return _rational(value, fmpq(0))
    if (ratio := quotient(above, below)) is not None:
        above, below = dict([ratio]), CONSTANT
    else:
        monomial, coefficient = leading(below)
        above, below = over_term(above, monomial, coefficient), over_term(below, monomial, coefficient)
    if set(above) == {UNIT} and below == CONSTANT:
        return _rational(value, above[UNIT])
    short = len(above) <= MOST_TERMS and len(below) <= MOST_TERMS
    return Closed(value, above, below) if short and all(map(_is_low, (above, below))) else value


def _rational(value: arb, x: fmpq) -> fmpq | arb:
    return x if value.contains(x) else value


def _is_low(p: Polynomial) -> bool:
    return all(c.height_bits() <= MOST_BITS and all(e.height_bits() <= MOST_BITS for _, e in m) for m, c in p.items())


def lifted(x: Closed | fmpq) -> Closed:
    """A rational as a closed form."""
    return x if isinstance(x, Closed) else Closed(arb(x), {UNIT: x}, CONSTANT)


def neg(a: Closed) -> Closed:
    """``-a``."""
    return Closed(-a.value, {m: -c for m, c in a.above.items()}, a.below)


def add(a: Closed, b: Closed) -> Closed | fmpq | arb:
    """``a + b``."""
    value = a.value + b.value
    if a.below == b.below:
        return closed(value, _sum(a.above, b.above), a.below)
    return closed(value, _sum(product(a.above, b.below), product(b.above, a.below)), product(a.below, b.below))


def mul(a: Closed, b: Closed) -> Closed | fmpq | arb:
    """``a*b``; a numerator that is a multiple of the other's denominator is cancelled."""
    above, below = [a.above, b.above], [a.below, b.below]
    for i in (0, 1):
        if len(below[1 - i]) > 1 and (ratio := quotient(above[i], below[1 - i])) is not None:
            above[i], below[1 - i] = dict([ratio]), CONSTANT
    return closed(a.value * b.value, product(*above), product(*below))


def inverse(a: Closed) -> Closed | fmpq | arb:
    """``1/a``, for a number whose ball does not contain 0."""
    return closed(1 / a.value, a.below, a.above)


def _sum(p: Polynomial, q: Polynomial) -> Polynomial:
    total = dict(p)
    for m, c in q.items():
        total[m] = total.get(m, fmpq(0)) + c
    return {m: c for m, c in total.items() if c != 0}


def product(p: Polynomial, q: Polynomial) -> Polynomial:
    """The product; of two polynomials of closed forms, of which ``MOST_TERMS`` bounds the terms, it is never long."""
    total: dict[Monomial, fmpq] = {}
    for m, c in p.items():
        for n, d in q.items():
            monomial, factor = together(m, n)
            total[monomial] = total.get(monomial, fmpq(0)) + c * d * factor
    return {m: c for m, c in total.items() if c != 0}


def together(m: Monomial, n: Monomial, sign: int = 1) -> tuple[Monomial, fmpq]:
    """``m*n`` (``m/n`` for sign -1), and the rational that falls out of the powers of primes."""
    exponents = dict(m)
    for name, exponent in n:
        exponents[name] = exponents.get(name, fmpq(0)) + sign * exponent
    return powers(exponents)


def powers(exponents: Mapping[str, fmpq]) -> tuple[Monomial, fmpq]:
    """The monomial of some powers, and the rational that falls out of the powers of primes."""
    factor, kept = fmpq(1), {}
    for name, exponent in exponents.items():
        if name.isdigit():
            whole = exponent.floor()
            if abs(whole) <= MOST_BITS:
                factor *= fmpq(fmpz(name)) ** int(whole)
                exponent = exponent - whole
        if exponent != 0:
            kept[name] = exponent
    return tuple(sorted(kept.items())), factor


def quotient(p: Polynomial, q: Polynomial) -> tuple[Monomial, fmpq] | None:
    """The monomial and the coefficient by which q has to be multiplied to give p, if there are such."""
    if len(p) != len(q):
        return None
    names = sorted({name for m in (*p, *q) for name, _ in m})
    (m, c), (n, d) = leading(p, names), leading(q, names)
    monomial, factor = together(m, n, -1)
    coefficient = c / d * factor
    return (monomial, coefficient) if product({monomial: coefficient}, q) == p else None


def leading(p: Polynomial, names: list[str] | None = None) -> tuple[Monomial, fmpq]:
    """The term that is greatest by its exponents."""
    names = sorted({name for m in p for name, _ in m}) if names is None else names
    greatest = max(p, key=lambda m: [dict(m).get(name, fmpq(0)) for name in names])
    return greatest, p[greatest]


def over_term(p: Polynomial, monomial: Monomial, coefficient: fmpq) -> Polynomial:
    """The polynomial over a term."""
    inverted, factor = together(UNIT, monomial, -1)
    return product(p, {inverted: factor / coefficient})


def described(*polynomials: Polynomial) -> str:
    """A text that is the same for equal polynomials only."""
    return "/".join(str(sorted((m, str(c)) for m, c in p.items())) for p in polynomials)
