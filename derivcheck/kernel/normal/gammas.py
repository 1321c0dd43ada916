"""Normal forms of the Gamma function, factorials and binomial coefficients: recurrence, reflection and multiplication."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from flint import fmpq

from derivcheck.kernel.normal.atoms import function
from derivcheck.kernel.normal.indicators import integer_valued
from derivcheck.kernel.normal.polynomials import UNIT, Algebra, Poly, PolyKey, Unsupported, constant, constant_value, freeze, thaw
from derivcheck.kernel.normal.powers import absolute_power, exponential, power
from derivcheck.kernel.normal.signs import sign_of

LARGEST_LOWER = 200
"""The largest lower argument of a binomial coefficient that is multiplied out."""

LARGEST_MULTIPLE = 12
"""The largest m for which the Gamma function of m*p is written by those of p + k/m."""


def factorial(alg: Algebra, p: Poly) -> Poly:
    """p! as Gamma(p + 1)."""
    return gamma(alg, alg.add(p, constant(1)))


def gamma(alg: Algebra, p: Poly) -> Poly:
    """Γ(p + k) = (p + k - 1) … p Γ(p) with a constant of 1 or more and less than 2 in p.

    Where one of the factors is 0, Γ(p) is not defined and Γ(p + k) may be: they count among what is divided by.
    """
    fixed = p.get(UNIT, fmpq(0))
    shift = int(fixed.p) // int(fixed.q) - 1
    value = constant_value(p)
    if value is not None:
        if value.q == 1 and value <= 0:
            raise Unsupported("the Gamma function at a pole")
        shift += value.q != 1  # no fraction is a pole, and Γ(1/2) is known
        if value == fmpq(1, 2):
            return absolute_power(alg, alg.atom(("pi",)), Fraction(1, 2))
    if abs(shift) > 2000:
        raise Unsupported("a Gamma function that far from its base")
    if shift == 0:
        return constant(1) if value == 1 else function(alg, "gamma", [p])
    base = alg.subtract(p, constant(shift))
    result = gamma(alg, base)
    for k in range(shift):
        factor = alg.add(base, constant(k))
        alg.assumed.add(freeze(factor))
        result = alg.multiply(result, factor)
    for k in range(-shift):
        result = alg.multiply(result, alg.power(alg.subtract(base, constant(k + 1)), -1))
    return result


def binomial(alg: Algebra, n: Poly, k: Poly) -> Poly:
    """n over k, multiplied out where k or n - k is a small whole number, else by Gamma functions.

    That n - k may stand for k needs an n that is no negative whole number: where n - k is 0 or more, k is negative with n,
    and nothing is defined.
    The formula with Gamma functions holds where none of them has a pole, and 1/Γ is 0 at a pole: what vanishes at whole
    numbers counts among what is divided by.
    """
    rest = alg.subtract(n, k)
    for lower in (k, rest):
        value = constant_value(lower)
        if value is not None and value.q == 1 and value <= LARGEST_LOWER:
            if lower is rest and value < 0 and sign_of(alg, n) not in {"+", "0+", "0"}:
                continue
            return _falling(alg, n, int(value))
    discrete = [p for p in (n, k, rest) if integer_valued(alg, p)]
    if discrete:
        raise Unsupported("a binomial coefficient with a symbolic lower argument")
    for p in (n, k, rest):
        if constant_value(p) is None:
            alg.assumed.add(freeze(sine_of_pi(alg, p)))
    below = alg.multiply(factorial(alg, k), factorial(alg, rest))
    return alg.multiply(factorial(alg, n), alg.power(below, -1))


def _falling(alg: Algebra, n: Poly, k: int) -> Poly:
    """n (n - 1) … (n - k + 1) / k!, and 0 for a negative k."""
    result = constant(1) if k >= 0 else {}
    for j in range(k):
        result = alg.scale(alg.multiply(result, alg.subtract(n, constant(j))), fmpq(1, j + 1))
    return result


def sine_of_pi(alg: Algebra, p: Poly) -> Poly:
    """sin(pi*p), by exponentials."""
    angle = alg.product(alg.atom(("i",)), alg.atom(("pi",)), p)
    both = alg.subtract(exponential(alg, angle), exponential(alg, alg.scale(angle, -1)))
    return alg.multiply(both, {((alg.intern(("i",)), 1),): fmpq(-1, 2)})


def related(alg: Algebra, p: Poly) -> Poly:
    """``p`` with Gamma functions of multiples of one argument, and of arguments of both signs, written by those of one.

    Γ(m*z) is the product of Γ(z + k/m) times a power of m; Γ(z) Γ(1 - z) is pi/sin(pi*z), where that is not 0.
    """
    atoms = {a: thaw(alg.keys[a][2][0]) for m in p for a, _ in m if alg.keys[a][:2] == ("function", "gamma")}
    units: dict[PolyKey, int] = {}
    for argument in atoms.values():
        direction, _, below = _direction(argument)
        units[direction] = lcm(units.get(direction, 1), below)
    values: dict[int, Poly] = {}
    for a, argument in atoms.items():
        value = _in_units(alg, argument, units)
        if value is not None:
            values[a] = value
    if not values:
        return p
    total: Poly = {}
    for m, c in p.items():
        term: Poly = {tuple(x for x in m if x[0] not in values): c}
        for a, e in m:
            if a in values:
                if not isinstance(e, int):
                    return p
                term = alg.multiply(term, alg.power(values[a], e))
        total = alg.add(total, term)
    return total


def _direction(p: Poly) -> tuple[PolyKey, int, int]:
    """The varying part of p as a/b times a primitive polynomial with a positive leading coefficient: that, a with its sign, b."""
    varying = {m: c for m, c in p.items() if m != UNIT}
    if not varying:
        return (), 1, 1
    above, below = gcd(*(int(c.p) for c in varying.values())), lcm(*(int(c.q) for c in varying.values()))
    ratio = fmpq(above, below)
    if varying[max(varying)] < 0:
        ratio = -ratio
    return freeze({m: c / ratio for m, c in varying.items()}), int(ratio.p), int(ratio.q)


def _in_units(alg: Algebra, p: Poly, units: dict[PolyKey, int]) -> Poly | None:
    """Γ(p) by Gamma functions of the unit of its direction and of positive sign; ``None`` if it is one, or cannot be."""
    direction, above, below = _direction(p)
    value = constant_value(p)
    if above < 0 or (value is not None and value > fmpq(1, 2)):
        sine = sine_of_pi(alg, p)
        if not sine or (value is not None and value.q == 1):
            return None
        if value is None:
            alg.assumed.add(freeze(sine))
        mirrored = alg.subtract(constant(1), p)
        other = _in_units(alg, mirrored, units) or gamma(alg, mirrored)
        return alg.multiply(alg.atom(("pi",)), alg.power(alg.multiply(sine, other), -1))
    times = above * units.get(direction, 1) // below
    if value is not None or times == 1 or times > LARGEST_MULTIPLE:
        return None
    part = alg.scale(p, fmpq(1, times))
    parts = [gamma(alg, alg.add(part, constant(fmpq(k, times)))) for k in range(times)]
    turns = absolute_power(alg, alg.scale(alg.atom(("pi",)), 2), Fraction(1 - times, 2))
    scale = power(alg, constant(times), alg.subtract(p, constant(fmpq(1, 2))))
    return alg.product(turns, scale, *parts)
