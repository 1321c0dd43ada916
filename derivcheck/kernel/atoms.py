"""The table of atoms: exponentials, logarithms, powers, absolute values, deltas, entries, opaque functions.

Rules hold *where both sides are defined*; where that is, ``facts.requirements`` says from the terms.  Over the reals a
logarithm or a non-integer power is defined only for a positive (nonnegative) base, so ``log(p)`` is kept as log|p| and
``p**q`` as |p|**q, which split over products whatever the signs of the factors.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm

from flint import fmpq, fmpz, fmpz_mpoly_ctx

from derivcheck.kernel.outcome import OutOfBudget
from derivcheck.kernel.polynomials import (
    INDICATORS,
    LARGEST_BITS,
    UNIT,
    VARIABLES,
    Algebra,
    AtomKey,
    AtomKind,
    Exponent,
    Monomial,
    Poly,
    PolyKey,
    Target,
    Undefined,
    Unsupported,
    constant,
    constant_value,
    freeze,
    integral,
    thaw,
)

LARGEST_FACTORED = 10**12

# -- numbers -----------------------------------------------------------------------------------------------------------


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
        result = alg.multiply(result, _prime_power(alg, ("prime", p), integral(k * Fraction(e))))
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
        while n % p == 0:
            n //= p
            k += 1
        if k:
            factors.append((p, k))
    if n > 1:
        factors.append((n, 1))
    return factors


def _prime_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly:
    """p**e with the integer part of e taken out."""
    whole = int(e // 1)
    if abs(whole) * int(key[1]).bit_length() > LARGEST_BITS:
        raise OutOfBudget
    rest = integral(e - whole)
    c = fmpq(key[1]) ** whole
    return {UNIT: c} if rest == 0 else {((alg.intern(key), rest),): c}


def _imaginary_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    if not isinstance(e, int):
        raise Unsupported("a root of the imaginary unit")
    c = fmpq(-1 if e % 4 in (2, 3) else 1)
    return {((alg.intern(key), 1),): c} if e % 2 else {UNIT: c}


# -- exponentials ------------------------------------------------------------------------------------------------------


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
        inside = thaw(alg.keys[m[0][0]][1])
        if not alg.complex or alg.sign(inside) == "+":
            return absolute_power(alg, inside, exponent)
        if isinstance(exponent, int):
            return alg.power(inside, exponent)
    return _exp_power(alg, ("exp", m), exponent)


def _exp_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly:
    """E(m)**e; powers of exp(i*pi*k) for an integer k are reduced modulo 2."""
    turns = half_turns(alg, key[1])
    if turns is None or (turns and not isinstance(e, int)):
        return {((alg.intern(key), integral(e)),): fmpq(1)}
    reduced = integral(e - 2 * ((e / Fraction(2)) // 1)) if not isinstance(e, int) else e % 2
    if reduced == 0:
        return constant(1)
    if not turns and reduced >= 1:
        return alg.scale(_exp_power(alg, key, integral(reduced - 1)), -1)
    return {((alg.intern(key), reduced),): fmpq(1)}


def half_turns(alg: Algebra, m: Monomial) -> Monomial | None:
    """k where ``m = i*pi*k`` with k a product of integers (empty for 1), else ``None``."""
    kinds = {alg.keys[a][0]: e for a, e in m}
    if kinds.get("i") != 1 or kinds.get("pi") != 1:
        return None
    rest = tuple((a, e) for a, e in m if alg.keys[a][0] not in {"i", "pi"})
    return rest if integer_valued(alg, {rest: fmpq(1)}) else None


def integer_valued(alg: Algebra, p: Poly) -> bool:
    """Whether a polynomial takes integer values only, as far as its atoms' kinds tell."""
    return all(c.q == 1 and all(isinstance(e, int) and e > 0 and _is_integer(alg, a) for a, e in m) for m, c in p.items())


def _is_integer(alg: Algebra, a: int) -> bool:
    key = alg.keys[a]
    if key[0] == "entry":
        return alg.kind_of(key[1]) in {"integer", "natural", "sign"}
    return key[0] in VARIABLES or key[0] in INDICATORS or key[0] == "size" or (key[0] == "function" and key[1] in {"floor"})


# -- logarithms, absolute values, powers -------------------------------------------------------------------------------


def logarithm(alg: Algebra, p: Poly) -> Poly:
    """log|p|, which is log(p) where that is defined over the reals; split over the factors of p."""
    if not p:
        raise Undefined("the logarithm of zero")
    if alg.complex and alg.sign(p) != "+":
        return {((alg.intern(("log", freeze(p))), 1),): fmpq(1)}
    c, m, q = alg.content(p)
    if not alg.real(p):
        m, q = UNIT, alg.scale(p, 1 / c)
    result: Poly = {}
    for prime, k in _factor(abs(c)):
        result = alg.add(result, {((alg.intern(("log", freeze(constant(prime)))), 1),): fmpq(k)})
    for a, e in m:
        result = alg.add(result, alg.scale(_log_atom(alg, a), fmpq(*_pair(e))))
    if q != constant(1):
        result = alg.add(result, {((alg.intern(("log", freeze(q))), 1),): fmpq(1)})
    return result


def _pair(e: Exponent) -> tuple[int, int]:
    return (e, 1) if isinstance(e, int) else (e.numerator, e.denominator)


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
            return {((alg.intern(("log", freeze({((a, 1),): fmpq(1)}))), 1),): fmpq(1)}


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


def irreducible_factors(alg: Algebra, q: Poly) -> list[tuple[Poly, int]]:
    """The irreducible factors over the rationals, with multiplicities; of what cannot be factored, itself."""
    atoms = sorted({a for m in q for a, _ in m})
    denominator = lcm(*(Fraction(e).denominator for m in q for _, e in m))
    exponents = [int(e * denominator) for m in q for _, e in m]
    if len(q) < 2 or len(atoms) > 8 or min(exponents) < 0 or max(exponents) > 60:
        return [(q, 1)] if q != constant(1) else []
    context = fmpz_mpoly_ctx.get([f"x{a}" for a in atoms], "lex")
    scale = lcm(*(int(c.q) for c in q.values()))
    terms = {tuple(int(dict(m).get(a, 0) * denominator) for a in atoms): int((c * scale).p) for m, c in q.items()}
    found = []
    for f, k in context.from_dict(terms).factor()[1]:
        poly: Poly = {}
        for powers, c in f.to_dict().items():
            m = tuple((a, integral(Fraction(int(e), denominator))) for a, e in zip(atoms, powers, strict=True) if e)
            poly[m] = fmpq(c)
        found.append((alg.scale(poly, 1 / poly[max(poly)]), int(k)))
    return found


def _real_root(alg: Algebra, q: Poly, m: Monomial) -> Poly | None:
    """A real r with |r|**2 = |m*q|, where m*q is a perfect square in exponentials: r is it or i times it."""
    factors = irreducible_factors(alg, q)
    if any(k % 2 for _, k in factors) or any(alg.keys[a][0] != "exp" for a, _ in m):
        return None
    half = tuple((a, integral(Fraction(e) / 2)) for a, e in m)
    root = alg.product({half: fmpq(1)}, *(alg.power(f, k // 2) for f, k in factors))
    mirrored = conjugate(alg, root)
    if mirrored == root:
        return root
    if mirrored is not None and not alg.add(mirrored, root):
        return alg.multiply(root, {((alg.intern(("i",)), 1),): fmpq(1)})
    return None


def conjugate(alg: Algebra, p: Poly) -> Poly | None:
    """The complex conjugate of a polynomial in real atoms, i, and exponentials of imaginary multiples of real atoms."""
    total: Poly = {}
    for m, c in p.items():
        term = constant(c)
        for a, e in m:
            key = alg.keys[a]
            if a not in alg.imaginary:
                factor: Poly = {((a, e),): fmpq(1)}
            elif key[0] == "i":
                factor = {((a, e),): fmpq(-1 if e == 1 else 1)}
            elif key[0] == "exp" and all(b not in alg.imaginary or alg.keys[b][0] == "i" for b, _ in key[1]):
                factor = {((a, -e),): fmpq(1)}
            else:
                return None
            term = alg.multiply(term, factor)
        total = alg.add(total, term)
    return total


def _absolute_atom(alg: Algebra, a: int, e: Exponent) -> Poly:
    sign = alg.atom_sign(a)
    if sign in {"+", "0+"}:
        return alg.atom_power(a, e)
    if sign in {"-", "0-"} and isinstance(e, int):
        return alg.scale(alg.atom_power(a, e), (-1) ** e)
    if isinstance(e, int) and e % 2 == 0:
        return alg.atom_power(a, e)
    key = alg.keys[a]
    if key[0] == "ipow":
        inner = absolute_power(alg, thaw(key[1]), 1)
        return integer_power(alg, inner, alg.scale({key[2]: fmpq(1)}, fmpq(*_pair(e))))
    return _abs_power(alg, ("abs", freeze({((a, 1),): fmpq(1)})), e)


def _absolute_primitive(alg: Algebra, q: Poly, e: Exponent) -> Poly:
    sign = alg.sign(q)
    if sign in {"+", "0+"}:
        return _base_power_reduced(alg, freeze(q), e)
    if sign in {"-", "0-"}:
        flipped = alg.scale(q, -1)
        return alg.power(flipped, e) if isinstance(e, int) else _base_power_reduced(alg, freeze(flipped), e)
    factors = irreducible_factors(alg, q)
    if len(factors) > 1 or factors[0][1] > 1:
        if alg.real(q):
            parts = (absolute_power(alg, f, integral(k * Fraction(e))) for f, k in factors)
            return alg.product(constant(1), *parts)
    return _abs_power(alg, ("abs", freeze(q)), e)


def _abs_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly:
    """|p|**e with the even part of e as a power of p itself: exponents of the atom lie in (0, 2)."""
    even = 2 * int(Fraction(e) / 2 // 1)
    rest = integral(e - even)
    result: Poly = {((alg.intern(key), rest),): fmpq(1)} if rest else constant(1)
    return alg.multiply(result, alg.power(thaw(key[1]), even)) if even else result


def _reduce_abs(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    return None if 0 < e < 2 else _abs_power(alg, key, e)


def _base_power_reduced(alg: Algebra, q: PolyKey, e: Exponent) -> Poly:
    """A power of a primitive sum: its whole part is expanded when e is positive and that is not too large."""
    if e < 0:
        return {((alg.intern(("base", q)), e),): fmpq(1)}
    whole = int(e // 1)
    rest = integral(e - whole)
    root: Poly = {((alg.intern(("base", q)), rest),): fmpq(1)} if rest else constant(1)
    return alg.multiply(root, alg.power(thaw(q), whole)) if whole else root


def _reduce_base(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    if e < 1 or not alg.expandable(thaw(key[1]), int(e // 1)):
        return None
    return _base_power_reduced(alg, key[1], e)


def power(alg: Algebra, base: Poly, exponent: Poly) -> Poly:
    """base**exponent over the reals (or, for complex values, integer and positive-base powers only)."""
    value = constant_value(exponent)
    if value is not None:
        if value.q == 1:
            if abs(int(value.p)) > 10**6 and constant_value(base) not in (0, 1, -1):
                raise OutOfBudget
            return alg.power(base, int(value.p))
        if alg.complex and alg.sign(base) not in {"+", "0+", "0"}:
            raise Unsupported("a root of a complex number")
        return absolute_power(alg, base, Fraction(int(value.p), int(value.q)))
    if alg.sign(base) == "+" and alg.real(base):
        return exponential(alg, alg.multiply(exponent, logarithm(alg, base)))
    if integer_valued(alg, exponent):
        return integer_power(alg, base, exponent)
    return {((alg.intern(("rpow", freeze(base), freeze(exponent))), 1),): fmpq(1)}


def integer_power(alg: Algebra, base: Poly, exponent: Poly) -> Poly:
    """base**exponent for an integer-valued exponent that is not constant."""
    if not base:
        return {((alg.intern(("rpow", (), freeze(exponent))), 1),): fmpq(1)}
    fixed = exponent.get(UNIT, fmpq(0))
    result = constant(1)
    if fixed != 0:
        if fixed < 0 and alg.sign(base) not in {"+", "-", "n"}:
            alg.assumed.add(freeze(base))
        result = alg.power(base, int(fixed))
    varying = {m: c for m, c in exponent.items() if m != UNIT}
    if len(base) > 1:
        return alg.multiply(result, _integer_powers(alg, freeze(base), varying))
    ((m, c),) = base.items()
    if c < 0:
        i_pi: Poly = {tuple(sorted(((alg.intern(("i",)), 1), (alg.intern(("pi",)), 1)))): fmpq(1)}
        result = alg.multiply(result, exponential(alg, alg.multiply(i_pi, varying)))
    if abs(c) != 1:
        result = alg.multiply(result, exponential(alg, alg.multiply(varying, logarithm(alg, constant(abs(c))))))
    for a, e in m:
        result = alg.multiply(result, _integer_power_of_atom(alg, a, alg.scale(varying, fmpq(*_pair(e)))))
    return result


def _integer_power_of_atom(alg: Algebra, a: int, exponent: Poly) -> Poly:
    key = alg.keys[a]
    if key[0] == "exp":
        return exponential(alg, alg.multiply(exponent, {key[1]: fmpq(1)}))
    if alg.atom_sign(a) == "+" and a not in alg.imaginary:
        return exponential(alg, alg.multiply(exponent, _log_atom(alg, a)))
    if key[0] == "ipow":
        return _integer_powers(alg, key[1], alg.multiply(exponent, {key[2]: fmpq(1)}))
    if key[0] in INDICATORS:
        raise Unsupported("a symbolic power of an indicator")
    return _integer_powers(alg, freeze({((a, 1),): fmpq(1)}), exponent)


def _integer_powers(alg: Algebra, base: PolyKey, exponent: Poly) -> Poly:
    result = constant(1)
    for m, c in exponent.items():
        result = alg.multiply(result, {((alg.intern(("ipow", base, m)), integral(Fraction(int(c.p), int(c.q)))),): fmpq(1)})
    return result


# -- rows: parts, rebuilding, derivatives, signs -------------------------------------------------------------------------


def _no_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return ()


def _same(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.atom(key, e)


def _zero(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    return {}


def _positive(alg: Algebra, key: AtomKey) -> str | None:
    return "+"


def _nonnegative(alg: Algebra, key: AtomKey) -> str | None:
    return "0+"


def _nonzero(alg: Algebra, key: AtomKey) -> str | None:
    return "n"


def _unknown(alg: Algebra, key: AtomKey) -> str | None:
    return None


def _variable_sign(alg: Algebra, key: AtomKey) -> str | None:
    number = alg.ids[key]
    if number not in alg.ranges:
        return None
    low = alg.least(alg.ranges[number][0])
    return None if low is None else "+" if low > 0 else "0+" if low == 0 else None


def delta(alg: Algebra, difference: Poly) -> Poly:
    """1 where an integer-valued difference is 0, else 0."""
    value = constant_value(difference)
    if value is not None:
        return constant(1 if value == 0 else 0)
    step = _common_step(difference)
    if (difference.get(UNIT, fmpq(0)) / step).q != 1:
        return {}
    difference = alg.scale(difference, fmpq(1 if difference[max(difference)] > 0 else -1) / step)
    key = freeze(difference)
    if key in alg.unequal:
        return {}
    low, high = alg.least(difference), alg.greatest(difference)
    if (low is not None and low > 0) or (high is not None and high < 0):
        return {}
    return {((alg.intern(("delta", key)), 1),): fmpq(1)}


def at_least_zero(alg: Algebra, p: Poly) -> Poly:
    """1 where an integer-valued polynomial is at least 0, else 0."""
    low, high = alg.least(p), alg.greatest(p)
    sign = alg.sign(p) if alg.facts else None
    if (low is not None and low >= 0) or sign in {"+", "0+", "0"}:
        return constant(1)
    if (high is not None and high < 0) or sign == "-":
        return {}
    step = _common_step(p)
    rest = p.get(UNIT, fmpq(0)) / step
    p = alg.add({m: c / step for m, c in p.items() if m != UNIT}, constant(fmpq(int(rest.p) // int(rest.q))))
    if p[max(p)] < 0:
        return alg.subtract(constant(1), at_least_zero(alg, alg.subtract(constant(-1), p)))
    return {((alg.intern(("at_least_zero", freeze(p))), 1),): fmpq(1)}


def _common_step(p: Poly) -> int:
    """The greatest common divisor of the coefficients of the varying terms of an integer-valued polynomial."""
    step = 0
    for m, c in p.items():
        if m != UNIT:
            step = gcd(step, int(c.p))
    return step


def condition(alg: Algebra, relation: str, p: Poly) -> Poly:
    """1 where ``p relation 0`` holds for a real p, else 0; relation is ``gt``, ``ge`` or ``eq``."""
    sign = alg.sign(p)
    holds = {"gt": {"+": 1, "-": 0, "0-": 0, "0": 0}, "ge": {"+": 1, "0+": 1, "0": 1, "-": 0}, "eq": {"0": 1, "+": 0, "-": 0, "n": 0}}
    decided = holds[relation].get(sign or "")
    if decided is not None:
        return constant(decided)
    lead = p[max(p)]
    if relation == "eq":
        return {((alg.intern(("condition", "eq", freeze(alg.scale(p, 1 / lead)))), 1),): fmpq(1)}
    scaled = alg.scale(p, 1 / abs(lead))
    if lead < 0:
        other = "ge" if relation == "gt" else "gt"
        opposite: Poly = {((alg.intern(("condition", other, freeze(alg.scale(scaled, -1)))), 1),): fmpq(1)}
        return alg.subtract(constant(1), opposite)
    return {((alg.intern(("condition", relation, freeze(scaled))), 1),): fmpq(1)}


def _idempotent(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    return None if e == 1 else {((alg.intern(key), 1),): fmpq(1)}


def _rebuild_delta(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return delta(alg, parts[0])


def _rebuild_at_least_zero(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return at_least_zero(alg, parts[0])


def _rebuild_condition(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return condition(alg, key[1], parts[0])


def _condition_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    raise Unsupported("the derivative of a condition")


def _one_part(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1],)


def _monomial_part(key: AtomKey) -> tuple[PolyKey, ...]:
    return (((key[1], fmpq(1)),),)


def _rebuild_exp(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return exponential(alg, alg.scale(parts[0], fmpq(*_pair(e))))


def _exp_sign(alg: Algebra, key: AtomKey) -> str | None:
    return "+" if alg.real({key[1]: fmpq(1)}) else "n"


def _rebuild_log(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(logarithm(alg, parts[0]), e)


def _log_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    p = thaw(key[1])
    change = derivative(alg, p, target)
    return alg.multiply(change, alg.power(p, -1)) if change else {}


def _log_sign(alg: Algebra, key: AtomKey) -> str | None:
    value = constant_value(thaw(key[1]))
    return None if value is None else "+" if value > 1 else "-" if 0 < value < 1 else None


def _rebuild_base(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(parts[0], e) if isinstance(e, int) else absolute_power(alg, parts[0], e)


def _base_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    return derivative(alg, thaw(key[1]), target)


def _base_sign(alg: Algebra, key: AtomKey) -> str | None:
    return alg.sign(thaw(key[1]))


def _rebuild_abs(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return absolute_power(alg, parts[0], e)


def _abs_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    p = thaw(key[1])
    change = derivative(alg, p, target)
    if not change:
        return {}
    return alg.product({((alg.ids[key], 1),): fmpq(1)}, alg.power(p, -1), change)


def _sign_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1],)


def signum(alg: Algebra, p: Poly) -> Poly:
    """sign(p): -1, 0 or 1."""
    sign = alg.sign(p)
    if sign in {"+", "-", "0"}:
        return constant({"+": 1, "-": -1, "0": 0}[sign])
    lead = p[max(p)]
    atom: Poly = {((alg.intern(("sign", freeze(alg.scale(p, 1 / lead)))), 1),): fmpq(1)}
    return alg.scale(atom, 1 if lead > 0 else -1)


def _rebuild_sign(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(signum(alg, parts[0]), e)


def _reduce_sign(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    if not isinstance(e, int) or e in (1, 2):
        return None
    return {((alg.intern(key), 1 if e % 2 else 2),): fmpq(1)}


def _ipow_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1], ((key[2], fmpq(1)),))


def _rebuild_ipow(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return power(alg, parts[0], alg.scale(parts[1], fmpq(*_pair(e))))


def _ipow_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    base = thaw(key[1])
    change = derivative(alg, base, target)
    if not change:
        return {}
    if alg.sign(base) not in {"+", "-", "n"}:
        alg.assumed.add(key[1])
    return alg.product({key[2]: fmpq(1)}, {((alg.ids[key], 1),): fmpq(1)}, alg.power(base, -1), change)


def _ipow_sign(alg: Algebra, key: AtomKey) -> str | None:
    sign = alg.sign(thaw(key[1]))
    return sign if sign in {"+", "0+"} else "n" if sign in {"-", "n"} else None


def _rpow_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1], key[2])


def _rebuild_rpow(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(power(alg, parts[0], parts[1]), e)


def _rpow_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    if derivative(alg, thaw(key[1]), target) or derivative(alg, thaw(key[2]), target):
        raise Unsupported("the derivative of a power whose base has no known sign")
    return {}


def function(alg: Algebra, name: str, args: Sequence[Poly]) -> Poly:
    """A special function as an atom of its arguments, after its symmetry."""
    keys = tuple(freeze(p) for p in args)
    if name in ODD and args[0] and args[0][max(args[0])] < 0:
        return alg.scale(function(alg, name, [alg.scale(args[0], -1)]), -1)
    if name in ODD and not args[0]:
        return {}
    return {((alg.intern(("function", name, keys)), 1),): fmpq(1)}


ODD = frozenset({"asin", "atan", "asinh", "atanh", "erf"})


def _function_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return tuple(key[2])


def _rebuild_function(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(function(alg, key[1], parts), e)


def _function_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    changes = [derivative(alg, thaw(part), target) for part in key[2]]
    if not any(changes):
        return {}
    p = thaw(key[2][0])
    square = alg.multiply(p, p)
    one = constant(1)
    half = Fraction(-1, 2)
    match key[1]:
        case "asin":
            slope = absolute_power(alg, alg.subtract(one, square), half)
        case "acos":
            slope = alg.scale(absolute_power(alg, alg.subtract(one, square), half), -1)
        case "atan":
            slope = alg.power(alg.add(one, square), -1)
        case "asinh":
            slope = absolute_power(alg, alg.add(one, square), half)
        case "acosh":
            slope = absolute_power(alg, alg.subtract(square, one), half)
        case "atanh":
            slope = alg.power(alg.subtract(one, square), -1)
        case "erf":
            root_pi = absolute_power(alg, alg.atom(("pi",)), half)
            slope = alg.product(constant(2), root_pi, exponential(alg, alg.scale(square, -1)))
        case name:
            raise Unsupported(f"the derivative of {name}")
    return alg.multiply(slope, changes[0])


def derivative(alg: Algebra, p: Poly, target: Target) -> Poly:
    """The derivative of a polynomial by an entry of a symbol, by the product and chain rules on the normal form."""
    total: Poly = {}
    for m, c in p.items():
        for position, (a, e) in enumerate(m):
            change = atom_derivative(alg, a, target)
            if change:
                rest = m[:position] + m[position + 1 :]
                outer = alg.multiply({rest: c * fmpq(*_pair(e))}, alg.atom_power(a, integral(e - 1)))
                total = alg.add(total, alg.multiply(outer, change))
    return total


def atom_derivative(alg: Algebra, a: int, target: Target) -> Poly:
    """The derivative of an atom, remembered."""
    memo = ("derivative", a, target, alg.blocked)
    found = alg.substituted.get(memo)
    if found is None:
        alg.budget.spend()
        key = alg.keys[a]
        found = alg.kinds[key[0]].derive(alg, key, target)
        alg.substituted[memo] = found
    return found


def _exp_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    change = derivative(alg, {key[1]: fmpq(1)}, target)
    return alg.multiply({((alg.ids[key], 1),): fmpq(1)}, change) if change else {}


KINDS: dict[str, AtomKind] = {kind.name: kind for kind in (
    AtomKind("size", _no_parts, _same, _zero, _positive),
    AtomKind("index", _no_parts, _same, _zero, _variable_sign),
    AtomKind("fresh", _no_parts, _same, _zero, _variable_sign),
    AtomKind("bound", _no_parts, _same, _zero, _unknown),
    AtomKind("pi", _no_parts, _same, _zero, _positive),
    AtomKind("i", _no_parts, _same, _zero, _nonzero, _imaginary_power, real=False),
    AtomKind("prime", _no_parts, _same, _zero, _positive, _prime_power),
    AtomKind("delta", _one_part, _rebuild_delta, _zero, _nonnegative, _idempotent),
    AtomKind("at_least_zero", _one_part, _rebuild_at_least_zero, _zero, _nonnegative, _idempotent),
    AtomKind("condition", lambda key: (key[2],), _rebuild_condition, _condition_derivative, _nonnegative, _idempotent),
    AtomKind("exp", _monomial_part, _rebuild_exp, _exp_derivative, _exp_sign, _exp_power),
    AtomKind("log", _one_part, _rebuild_log, _log_derivative, _log_sign),
    AtomKind("base", _one_part, _rebuild_base, _base_derivative, _base_sign, _reduce_base),
    AtomKind("abs", _one_part, _rebuild_abs, _abs_derivative, _nonnegative, _reduce_abs),
    AtomKind("sign", _sign_parts, _rebuild_sign, _condition_derivative, _unknown, _reduce_sign),
    AtomKind("ipow", _ipow_parts, _rebuild_ipow, _ipow_derivative, _ipow_sign),
    AtomKind("rpow", _rpow_parts, _rebuild_rpow, _rpow_derivative, _unknown),
    AtomKind("function", _function_parts, _rebuild_function, _function_derivative, _unknown),
)}
