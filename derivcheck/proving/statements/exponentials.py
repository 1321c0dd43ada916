"""Exponentials and logarithms of quotients: sums become products, and products of what is positive become sums."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.proving.statements.algebra import Algebra, Key, Nowhere, defined, same_sign, summands
from derivcheck.proving.statements.formula import Formula, both, compared, implies
from derivcheck.proving.statements.quotients import ONE, Monomial, Poly, Quotient, constant
from derivcheck.proving.statements.roots import fractional, root_of


def exponential(algebra: Algebra, value: Quotient) -> Quotient:
    """The exponential of a sum as the product of those of its summands."""
    found = constant(1)
    for m, c, below in summands(value):
        if below is None and not m:
            found = found * _whole_power(algebra, algebra.number("e"), c)
            continue
        logarithm = _logarithm_of(algebra, m) if below is None else None
        if logarithm is not None:
            whole = c.denominator == 1
            found = found * (logarithm ** int(c) if whole and c > 0 else logarithm.inverse() ** -int(c) if whole
                             else fractional(algebra, logarithm, c))
            continue
        unit, times = algebra.in_units(("exp", m, below), c)
        at = Quotient(Poly(((m, unit),)), below or ())
        found = found * _whole_power(algebra, _exponential_of(algebra, ("exp", m, below, unit), at), Fraction(times))
    return found


def _exponential_of(algebra: Algebra, key: Key, at: Quotient) -> Poly:
    def known(v: Poly) -> list[Formula]:
        tangents = [compared("ge", v - ONE - at.above), compared("ge", ONE - v * (ONE - at.above))] if not at.below else []
        return [compared("gt", v), *tangents, *(same_sign(op, at, v - ONE) for op in ("lt", "eq", "gt"))]

    algebra.exact = False
    found = algebra.variable(key, known)
    algebra.invertible("exp", key, at)
    algebra.arguments[algebra.names[key]] = ("exp", at, both(()))
    return found


def _whole_power(algebra: Algebra, base: Poly, power: Fraction) -> Quotient:
    if power.denominator != 1:
        root = root_of(algebra, Quotient(base), power.denominator)
        return _whole_power(algebra, root, Fraction(power.numerator))
    positive = Quotient(base) ** abs(int(power))
    return positive if power >= 0 else positive.inverse()


def power_of_number(algebra: Algebra, base: Fraction, power: Quotient) -> Quotient:
    """A power of a positive number as one of powers of primes with the same summands in their exponents."""
    found = constant(1)
    for prime, times in _primes(base):
        found = found * exponential(algebra, power * constant(times) * _plain_logarithm(algebra, constant(prime)))
    return found


def _logarithm_of(algebra: Algebra, m: Monomial) -> Quotient | None:
    """What a variable is the logarithm of, if the monomial is one."""
    if len(m) == 1 and m[0][1] == 1 and m[0][0] in algebra.arguments and algebra.arguments[m[0][0]][0] == "log":
        return algebra.arguments[m[0][0]][1]
    return None


def logarithm(algebra: Algebra, value: Quotient) -> Quotient:
    """The logarithm of a positive value; of a product of what is known to be positive, as a sum."""
    algebra.needs.append(both((compared("gt", value.oriented()), defined(value))))
    if len(value.above.terms) > 1 or not algebra.positive(value) or any(len(p.terms) > 1 for p, _ in value.below):
        if not value.above.terms:
            raise Nowhere("a logarithm that is defined nowhere")
        return _plain_logarithm(algebra, value)
    (m, c), = value.above.terms
    found = constant(0)
    for prime, times in _primes(c):
        found = found + _plain_logarithm(algebra, constant(prime)) * constant(times)
    for name, e in (*m, *((p.terms[0][0][0][0], -e) for p, e in value.below)):
        function, at, _ = algebra.arguments.get(name, ("", constant(0), both(())))
        log = at if function == "exp" else _plain_logarithm(algebra, Quotient(Poly.variable(name)))
        found = found + log * constant(e)
    return found


def _plain_logarithm(algebra: Algebra, value: Quotient) -> Quotient:
    key = ("log", value.above, value.denominator())
    where = both((compared("gt", value.oriented()), defined(value)))

    def known(v: Poly) -> list[Formula]:
        less = value - constant(1)
        return [*(implies(where, same_sign(op, less, v)) for op in ("lt", "eq", "gt")),
                implies(where, compared("le", (Quotient(v) - less).oriented())),
                implies(where, compared("ge", (Quotient(v) * value - less).oriented()))]

    algebra.exact = False
    found = algebra.variable(key, known)
    algebra.invertible("log", key, value)
    algebra.arguments[algebra.names[key]] = ("log", value, where)
    return Quotient(found)


def _primes(value: Fraction) -> list[tuple[int, Fraction]]:
    """The primes of a number below a thousand with their exponents, and what is left of it as one."""
    found: list[tuple[int, Fraction]] = []
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in range(2, 1000):
            times = 0
            while whole % prime == 0:
                whole //= prime
                times += 1
            if times:
                found.append((prime, Fraction(sign * times)))
        if whole > 1:
            found.append((whole, Fraction(sign)))
    return found
