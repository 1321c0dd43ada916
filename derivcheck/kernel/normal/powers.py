"""Powers, exponentials and logarithms of polynomials.

Rules hold *where both sides are defined*; where that is, ``requirements`` says from the terms.  Over the reals a
logarithm or a non-integer power is defined only for a positive (nonnegative) base, so ``log(p)`` is kept as log|p| and
``p**q`` as |p|**q, which split over products whatever the signs of the factors.
"""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq, fmpz

from derivcheck.kernel.normal.factors import conjugate, irreducible_factors
from derivcheck.kernel.normal.indicators import integer_valued
from derivcheck.kernel.normal.polynomials import (
    INDICATORS,
    LARGEST_BITS,
    UNIT,
    Algebra,
    AtomKey,
    Exponent,
    Monomial,
    Poly,
    PolyKey,
    Undefined,
    Unsupported,
    constant,
    constant_value,
    freeze,
    integral,
    thaw,
    variable,
)
from derivcheck.kernel.normal.signs import atom_sign, sign_of
from derivcheck.kernel.outcome import OutOfBudget

LARGEST_FACTORED = 10**12


def rational(e: Exponent) -> fmpq:
    """An exponent as a rational coefficient."""
    return fmpq(e) if isinstance(e, int) else fmpq(e.numerator, e.denominator)


def rational_power(alg: Algebra, value: fmpq, e: Exponent) -> Poly:
    """A rational power of a nonnegative rational number, as radicals of distinct primes."""
    if isinstance(integral(e), int):
        return alg.power(constant(value), e)
    if value == 0:
        if e < 0:
            raise Undefined("division by zero")
        return {}
    if value < 0:
        raise Undefined("a root of a negative number")
    result = constant(1)
    for p, k in _factor(value):
        result = alg.multiply(result, prime_power(alg, ("prime", p), integral(k * Fraction(e))))
    return result


def _factor(value: fmpq) -> list[tuple[int, int]]:
    """Prime factors with exponents; a cofactor that is too large to factor stays whole."""
    factors: list[tuple[int, int]] = []
    for n, side in ((int(value.p), 1), (int(value.q), -1)):
        if n == 1:
            continue
        if n <= LARGEST_FACTORED:
            factors += [(int(p), side * int(k)) for p, k in fmpz(n).factor()]
        else:
            factors += [(p, side * k) for p, k in _trial_division(n)]
    return factors


def _trial_division(n: int) -> list[tuple[int, int]]:
    factors = []
    for p in range(2, 2000):
        k = 0
        for step in (256, 1):
            while n % p**step == 0:
                n //= p**step
                k += step
        if k:
            factors.append((p, k))
    if n > 1:
        factors.append((n, 1))
    return factors


def prime_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly:
    """p**e with the integer part of e taken out."""
    whole = int(e // 1)
    if abs(whole) * int(key[1]).bit_length() > LARGEST_BITS:
        raise OutOfBudget
    rest = integral(e - whole)
    c = fmpq(key[1]) ** whole
    return {UNIT: c} if rest == 0 else {((alg.intern(key), rest),): c}


def exponential(alg: Algebra, p: Poly) -> Poly:
    """exp(p) as a product of atoms ``E(m)**c``, one for each term ``c*m`` of p."""
    result = constant(1)
    for m, c in p.items():
        result = alg.multiply(result, _exponential_term(alg, m, c))
    return result


def _exponential_term(alg: Algebra, m: Monomial, c: fmpq) -> Poly:
    indicators = [(a, e) for a, e in m if alg.keys[a][0] in INDICATORS]
    if indicators:
        rest = tuple(x for x in m if x not in indicators)
        switch: Poly = {tuple(indicators): fmpq(1)}
        return alg.add(constant(1), alg.multiply(switch, alg.subtract(_exponential_term(alg, rest, c), constant(1))))
    exponent = integral(Fraction(int(c.p), int(c.q)))
    if len(m) == 1 and m[0][1] == 1 and alg.keys[m[0][0]][0] == "log":
        return absolute_power(alg, thaw(alg.keys[m[0][0]][1]), exponent)
    if len(m) == 1 and m[0][1] == 1 and alg.keys[m[0][0]][0] == "principal log" and isinstance(exponent, int):
        return alg.power(thaw(alg.keys[m[0][0]][1]), exponent)
    inverse = None if alg.complex else _exponential_of_inverse(alg, m, exponent)
    return exp_power(alg, ("exp", m), exponent) if inverse is None else inverse


def _exponential_of_inverse(alg: Algebra, m: Monomial, e: Exponent) -> Poly | None:
    """exp of a multiple of an inverse hyperbolic function, or of i times an inverse circular one, by roots of its argument."""
    inner = [(a, k) for a, k in m if alg.keys[a][0] == "function"]
    turning = [(a, k) for a, k in m if alg.keys[a][0] == "i"]
    if len(inner) != 1 or inner[0][1] != 1 or len(m) != 1 + len(turning):
        return None
    _, name, arguments = alg.keys[inner[0][0]]
    if name not in INVERSES or INVERSES[name][0] != bool(turning) or not (isinstance(e, int) or name == "atanh"):
        return None
    p = thaw(arguments[0])
    if name == "atanh":
        one = constant(1)
        above, below = (absolute_power(alg, q, integral(s * Fraction(e) / 2))
                        for q, s in ((alg.add(one, p), 1), (alg.subtract(one, p), -1)))
        return alg.multiply(above, below)
    constant_part, square = INVERSES[name][1:]
    root = absolute_power(alg, alg.add(constant(constant_part), alg.scale(alg.multiply(p, p), square)), Fraction(1, 2))
    i = alg.atom(("i",))
    match name:
        case "asin":
            unit = alg.add(root, alg.multiply(i, p))
        case "acos":
            unit = alg.add(p, alg.multiply(i, root))
        case "atan":
            over = alg.power(root, -1)
            unit = alg.multiply(alg.add(constant(1), alg.multiply(i, p)), over)
        case _:
            unit = alg.add(p, root)
    if e < 0 and turning:
        mirrored = conjugate(alg, unit)
        return None if mirrored is None else alg.power(mirrored, -e)
    if e < 0:
        other = alg.subtract(root, p) if name == "asinh" else alg.subtract(p, root)
        return alg.power(other, -e)
    return alg.power(unit, e)


INVERSES = {"asin": (True, 1, -1), "acos": (True, 1, -1), "atan": (True, 1, 1), "asinh": (False, 1, 1), "acosh": (False, -1, 1),
            "atanh": (False, 0, 0)}
"""Inverse functions: whether circular, and the c and s of the root of ``c + s*x**2`` in their exponentials."""


def exp_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly:
    """E(m)**e; powers of exp(i*pi*k) for an integer k are reduced modulo 2."""
    turns = half_turns(alg, key[1])
    if turns is None or (turns and not isinstance(e, int)):
        return {((alg.intern(key), integral(e)),): fmpq(1)}
    reduced = integral(e - 2 * ((e / Fraction(2)) // 1)) if not isinstance(e, int) else e % 2
    if reduced == 0:
        return constant(1)
    if not turns and reduced >= 1:
        return alg.scale(exp_power(alg, key, integral(reduced - 1)), -1)
    return {((alg.intern(key), reduced),): fmpq(1)}


def half_turns(alg: Algebra, m: Monomial) -> Monomial | None:
    """k where ``m = i*pi*k`` with k a product of integers (empty for 1), else ``None``."""
    kinds = {alg.keys[a][0]: e for a, e in m}
    if kinds.get("i") != 1 or kinds.get("pi") != 1:
        return None
    rest = tuple((a, e) for a, e in m if alg.keys[a][0] not in {"i", "pi"})
    return rest if integer_valued(alg, {rest: fmpq(1)}) else None


def logarithm(alg: Algebra, p: Poly) -> Poly:
    """log|p|, which is log(p) where that is defined over the reals; split over the factors of p."""
    if not p:
        raise Undefined("the logarithm of zero")
    if alg.complex and sign_of(alg, p) != "+":
        return variable(alg.intern(("principal log", freeze(p))))
    c, m, q = alg.content(p)
    if alg.complex:
        positive = tuple((a, e) for a, e in m if atom_sign(alg, a) == "+")
        q = alg.multiply(q, {tuple(x for x in m if x not in positive): fmpq(1 if c > 0 else -1)})
        m = positive
    elif not alg.real(p):
        m, q = UNIT, alg.scale(p, 1 / c)
        split = _log_modulus(alg, q)
        if split is not None:
            return alg.add(logarithm(alg, constant(abs(c))), split)
    result: Poly = {}
    for prime, k in _factor(abs(c)):
        result = alg.add(result, {((alg.intern(("log", freeze(constant(prime)))), 1),): fmpq(k)})
    for a, e in m:
        result = alg.add(result, alg.scale(_log_atom(alg, a), rational(e)))
    if q != constant(1):
        result = alg.add(result, {((alg.intern(("log", freeze(q))), 1),): fmpq(1)})
    return result


def _log_modulus(alg: Algebra, p: Poly) -> Poly | None:
    """log|p| for a p in exponentials, split over its factors; ``None`` where a conjugate is not known.

    Of a factor f that is not real it is half the logarithm of ``f * conjugate(f)``, which is positive and differentiable, so
    that sines, cosines and tangents of related angles meet in the same parts.
    """
    c, m, q = alg.content(p)
    outside, factors = irreducible_factors(alg, q)
    result = logarithm(alg, constant(abs(c * outside)))
    for a, e in m:
        part = _log_modulus(alg, thaw(alg.keys[a][1])) if alg.keys[a][0] == "base" and a in alg.imaginary else None
        if a not in alg.imaginary:
            part = _log_atom(alg, a)
        if part is not None:
            result = alg.add(result, alg.scale(part, rational(e)))
        elif conjugate(alg, variable(a)) not in ({((a, -1),): fmpq(1)}, {((a, 1),): fmpq(-1)}):
            return None
    for f, k in factors:
        mirrored = conjugate(alg, f)
        if mirrored is None:
            return None
        square = alg.multiply(f, mirrored)
        lead = abs(square[max(square)])
        parts = [logarithm(alg, constant(lead))]
        if len(square) > 1:
            parts.append({((alg.intern(("log", freeze(alg.scale(square, 1 / lead)))), 1),): fmpq(1)})
        result = alg.add(result, alg.scale(alg.add(*parts), fmpq(k, 2)))
    return result


def _log_atom(alg: Algebra, a: int) -> Poly:
    key = alg.keys[a]
    match key[0]:
        case "exp":
            return {key[1]: fmpq(1)}
        case "base" | "abs":
            p = thaw(key[1])
            return logarithm(alg, p) if len(p) == 1 else {((alg.intern(("log", key[1])), 1),): fmpq(1)}
        case "prime":
            return {((alg.intern(("log", freeze(constant(key[1])))), 1),): fmpq(1)}
        case _:
            return {((alg.intern(("log", freeze(variable(a)))), 1),): fmpq(1)}


def absolute_power(alg: Algebra, p: Poly, e: Exponent) -> Poly:
    """|p|**e for real p."""
    if not p:
        if e < 0:
            raise Undefined("division by zero")
        return {} if e != 0 else constant(1)
    if e == 0:
        return constant(1)
    c, m, q = alg.content(p)
    if not alg.real(p):
        root = _real_root(alg, q, m)
        if root is not None:
            return alg.multiply(rational_power(alg, abs(c), e), _absolute_primitive(alg, root, integral(2 * Fraction(e))))
        m, q = UNIT, alg.scale(p, 1 / c)
    result = rational_power(alg, abs(c), e)
    for a, k in m:
        result = alg.multiply(result, _absolute_atom(alg, a, integral(k * e)))
    if q != constant(1):
        result = alg.multiply(result, _absolute_primitive(alg, q, e))
    return result


def _real_root(alg: Algebra, q: Poly, m: Monomial) -> Poly | None:
    """A real r with |r|**2 = |m*q|, where m*q is a perfect square in exponentials: r is it or i times it."""
    outside, factors = irreducible_factors(alg, q)
    if abs(outside) != 1 or any(k % 2 for _, k in factors) or any(alg.keys[a][0] != "exp" for a, _ in m):
        return None
    half = tuple((a, integral(Fraction(e) / 2)) for a, e in m)
    root = alg.product({half: fmpq(1)}, *(alg.power(f, k // 2) for f, k in factors))
    mirrored = conjugate(alg, root)
    if mirrored == root:
        return root
    if mirrored is not None and not alg.add(mirrored, root):
        return alg.multiply(root, {((alg.intern(("i",)), 1),): fmpq(1)})
    return None


def _absolute_atom(alg: Algebra, a: int, e: Exponent) -> Poly:
    sign = atom_sign(alg, a)
    if sign in {"+", "0+"}:
        return alg.atom_power(a, e)
    if sign in {"-", "0-"} and isinstance(e, int):
        return alg.scale(alg.atom_power(a, e), -1 if e % 2 else 1)
    if isinstance(e, int) and e % 2 == 0:
        return alg.atom_power(a, e)
    key = alg.keys[a]
    if key[0] == "ipow":
        inner = absolute_power(alg, thaw(key[1]), 1)
        return integer_power(alg, inner, alg.scale({key[2]: fmpq(1)}, rational(e)))
    return abs_power(alg, ("abs", freeze(variable(a))), e)


def _absolute_primitive(alg: Algebra, q: Poly, e: Exponent) -> Poly:
    sign = sign_of(alg, q)
    if sign in {"+", "0+"}:
        split = None if isinstance(e, int) else _positive_parts(alg, q, e)
        return base_power_reduced(alg, freeze(q), e) if split is None else split
    if sign in {"-", "0-"}:
        flipped = alg.scale(q, -1)
        return alg.power(flipped, e) if isinstance(e, int) else base_power_reduced(alg, freeze(flipped), e)
    outside, factors = irreducible_factors(alg, q)
    if alg.real(q) and (len(factors) > 1 or factors[0][1] > 1):
        parts = (absolute_power(alg, f, integral(k * Fraction(e))) for f, k in factors)
        return alg.product(rational_power(alg, abs(outside), e), *parts)
    return abs_power(alg, ("abs", freeze(q)), e)


def _positive_parts(alg: Algebra, q: Poly, e: Exponent) -> Poly | None:
    """q**e as a product of powers of factors of known sign; ``None`` where q has but one, or one of unknown sign."""
    if not alg.real(q):
        return None
    outside, factors = irreducible_factors(alg, q)
    if outside < 0 or (len(factors) == 1 and factors[0][1] == 1):
        return None
    if any(sign_of(alg, f) not in {"+", "0+", "-", "0-"} for f, _ in factors):
        return None
    parts = (absolute_power(alg, f, integral(k * Fraction(e))) for f, k in factors)
    return alg.product(rational_power(alg, outside, e), *parts)


def abs_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly:
    """|p|**e with the even part of e as a power of p itself: exponents of the atom lie in (0, 2)."""
    even = 2 * int(Fraction(e) / 2 // 1)
    rest = integral(e - even)
    result: Poly = {((alg.intern(key), rest),): fmpq(1)} if rest else constant(1)
    return alg.multiply(result, alg.power(thaw(key[1]), even)) if even else result


def base_power_reduced(alg: Algebra, q: PolyKey, e: Exponent) -> Poly:
    """A power of a primitive sum: its whole part is expanded when e is positive and that is not too large."""
    if e < 0:
        return {((alg.intern(("base", q)), e),): fmpq(1)}
    whole = int(e // 1)
    rest = integral(e - whole)
    root: Poly = {((alg.intern(("base", q)), rest),): fmpq(1)} if rest else constant(1)
    return alg.multiply(root, alg.power(thaw(q), whole)) if whole else root


def power(alg: Algebra, base: Poly, exponent: Poly) -> Poly:
    """base**exponent over the reals (or, for complex values, integer and positive-base powers only)."""
    value = constant_value(exponent)
    if value is not None:
        if value.q == 1:
            if abs(int(value.p)) > 10**6 and constant_value(base) not in (0, 1, -1):
                raise OutOfBudget
            return alg.power(base, int(value.p))
        if alg.complex and sign_of(alg, base) not in {"+", "0+", "0"}:
            raise Unsupported("a root of a complex number")
        return absolute_power(alg, base, Fraction(int(value.p), int(value.q)))
    if sign_of(alg, base) == "+" and (alg.real(base) or not alg.complex):
        return exponential(alg, alg.multiply(exponent, logarithm(alg, base)))
    if integer_valued(alg, exponent):
        return integer_power(alg, base, exponent)
    return unsigned_power(alg, base, exponent)


def unsigned_power(alg: Algebra, base: Poly, exponent: Poly) -> Poly:
    """base**exponent for a base that need not be positive, as a product over the terms of the exponent.

    Below zero the power is defined for whole exponents only, where it is ``|base|**e * exp(i*pi*e)``: read so for every e,
    powers of one base multiply by adding their exponents, and so do those of 0.  Which terms of an exponent are whole is
    not known, so no part of such a power counts as real, and no fraction of an exponent is a root.
    """
    if not base or alg.complex:
        return {((alg.intern(("rpow", freeze(base), freeze(exponent))), 1),): fmpq(1)}
    inside = alg.scale(base, -1) if sign_of(alg, base) in {"-", "0-"} else base
    negative = inside is not base
    result = constant(1)
    if alg.real(base):
        c, m, q = alg.content(inside)
        apart = tuple((a, e) for a, e in m if atom_sign(alg, a) == "+")
        rest = tuple(x for x in m if x not in apart)
        outside: Poly = {apart: abs(c)}
        if outside != constant(1):
            result = exponential(alg, alg.multiply(exponent, logarithm(alg, outside)))
        inside = alg.multiply({rest: fmpq(1 if c > 0 else -1)}, q)
    parts = [freeze(p) for p in ((constant(-1), inside) if negative else (inside,)) if p != constant(1)]
    whole = {m: c for m, c in exponent.items() if integer_valued(alg, {m: c})}
    for part in parts:
        for m, c in exponent.items():
            if m not in whole:
                key = ("rpow", part, ((m, 1 / fmpq(c.q)),))
                result = alg.multiply(result, {((alg.intern(key), int(c.p)),): fmpq(1)})
        if whole:
            result = alg.multiply(result, integer_power(alg, thaw(part), whole))
    return result


def integer_power(alg: Algebra, base: Poly, exponent: Poly) -> Poly:
    """base**exponent for an integer-valued exponent that is not constant."""
    if not base:
        return {((alg.intern(("rpow", (), freeze(exponent))), 1),): fmpq(1)}
    fixed = exponent.get(UNIT, fmpq(0))
    result = constant(1)
    if fixed != 0:
        if fixed < 0 and sign_of(alg, base) not in {"+", "-", "n"}:
            alg.assumed.add(freeze(base))
        result = alg.power(base, int(fixed))
    varying = {m: c for m, c in exponent.items() if m != UNIT}
    if not alg.real(base) and not alg.complex and sign_of(alg, base) == "-":
        result = alg.multiply(result, integer_power(alg, constant(-1), varying))
        return alg.multiply(result, exponential(alg, alg.multiply(varying, logarithm(alg, base))))
    if len(base) > 1:
        return alg.multiply(result, _integer_powers(alg, freeze(base), varying))
    ((m, c),) = base.items()
    if c < 0:
        i_pi: Poly = {tuple(sorted(((alg.intern(("i",)), 1), (alg.intern(("pi",)), 1)))): fmpq(1)}
        result = alg.multiply(result, exponential(alg, alg.multiply(i_pi, varying)))
    if abs(c) != 1:
        result = alg.multiply(result, exponential(alg, alg.multiply(varying, logarithm(alg, constant(abs(c))))))
    for a, e in m:
        result = alg.multiply(result, _integer_power_of_atom(alg, a, alg.scale(varying, rational(e))))
    return result


def _integer_power_of_atom(alg: Algebra, a: int, exponent: Poly) -> Poly:
    key = alg.keys[a]
    if key[0] == "exp":
        return exponential(alg, alg.multiply(exponent, {key[1]: fmpq(1)}))
    if atom_sign(alg, a) == "+" and a not in alg.imaginary:
        return exponential(alg, alg.multiply(exponent, _log_atom(alg, a)))
    if key[0] == "ipow":
        return _integer_powers(alg, key[1], alg.multiply(exponent, {key[2]: fmpq(1)}))
    if key[0] in INDICATORS:
        raise Unsupported("a symbolic power of an indicator")
    return _integer_powers(alg, freeze(variable(a)), exponent)


def _integer_powers(alg: Algebra, base: PolyKey, exponent: Poly) -> Poly:
    result = constant(1)
    for m, c in exponent.items():
        result = alg.multiply(result, {((alg.intern(("ipow", base, m)), integral(Fraction(int(c.p), int(c.q)))),): fmpq(1)})
    return result


def signum(alg: Algebra, p: Poly) -> Poly:
    """sign(p): -1, 0 or 1."""
    sign = sign_of(alg, p)
    if sign in {"+", "-", "0"}:
        return constant({"+": 1, "-": -1, "0": 0}[sign])
    lead = p[max(p)]
    atom: Poly = {((alg.intern(("sign", freeze(alg.scale(p, 1 / lead)))), 1),): fmpq(1)}
    return alg.scale(atom, 1 if lead > 0 else -1)
