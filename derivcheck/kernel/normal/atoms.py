"""The table of elementary atoms: what each is made of, how it is rebuilt, differentiated, signed and reduced."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import fmpq

from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.calculus import derivative
from derivcheck.kernel.normal.indicators import at_least_zero, condition, delta
from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Algebra,
    AtomKey,
    AtomKind,
    Exponent,
    Poly,
    PolyKey,
    Target,
    Unsupported,
    constant,
    constant_value,
    freeze,
    thaw,
)
from derivcheck.kernel.normal.powers import (
    abs_power,
    absolute_power,
    base_power_reduced,
    exp_power,
    exponential,
    logarithm,
    power,
    prime_power,
    rational,
    signum,
    unsigned_power,
)
from derivcheck.kernel.normal.signs import sign_of


def _imaginary_power(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    if not isinstance(e, int):
        raise Unsupported("a root of the imaginary unit")
    c = fmpq(-1 if e % 4 in (2, 3) else 1)
    return {((alg.intern(key), 1),): c} if e % 2 else {UNIT: c}


def _reduce_abs(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    return None if 0 < e < 2 else abs_power(alg, key, e)


def _reduce_base(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    if e < 1 or not alg.expandable(thaw(key[1]), int(e // 1)):
        return None
    return base_power_reduced(alg, key[1], e)


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
    low = least(alg, alg.ranges[number][0])
    return None if low is None else "+" if low > 0 else "0+" if low == 0 else None


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
    return exponential(alg, alg.scale(parts[0], rational(e)))


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
    return sign_of(alg, thaw(key[1]))


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


def _rebuild_sign(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(signum(alg, parts[0]), e)


def _reduce_sign(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    if not isinstance(e, int) or e in (1, 2):
        return None
    return {((alg.intern(key), 1 if e % 2 else 2),): fmpq(1)}


def _ipow_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1], ((key[2], fmpq(1)),))


def _rebuild_ipow(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return power(alg, parts[0], alg.scale(parts[1], rational(e)))


def _ipow_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    base = thaw(key[1])
    change = derivative(alg, base, target)
    if not change:
        return {}
    if sign_of(alg, base) not in {"+", "-", "n"}:
        alg.assumed.add(key[1])
    return alg.product({key[2]: fmpq(1)}, {((alg.ids[key], 1),): fmpq(1)}, alg.power(base, -1), change)


def _ipow_sign(alg: Algebra, key: AtomKey) -> str | None:
    sign = sign_of(alg, thaw(key[1]))
    return sign if sign in {"+", "0+"} else "n" if sign in {"-", "n"} else None


def _rpow_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1], key[2])


def _rebuild_rpow(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    fixed = constant_value(parts[1])
    if fixed is not None and fixed.q != 1 and sign_of(alg, parts[0]) not in {"+", "0+", "0"}:
        return alg.power(unsigned_power(alg, *parts), e)
    return alg.power(power(alg, *parts), e)


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
    AtomKind("prime", _no_parts, _same, _zero, _positive, prime_power),
    AtomKind("delta", _one_part, _rebuild_delta, _zero, _nonnegative, _idempotent),
    AtomKind("at_least_zero", _one_part, _rebuild_at_least_zero, _zero, _nonnegative, _idempotent),
    AtomKind("condition", lambda key: (key[2],), _rebuild_condition, _condition_derivative, _nonnegative, _idempotent),
    AtomKind("exp", _monomial_part, _rebuild_exp, _exp_derivative, _exp_sign, exp_power),
    AtomKind("log", _one_part, _rebuild_log, _log_derivative, _log_sign),
    AtomKind("principal log", _one_part, _rebuild_log, _log_derivative, _unknown, real=False),
    AtomKind("base", _one_part, _rebuild_base, _base_derivative, _base_sign, _reduce_base),
    AtomKind("abs", _one_part, _rebuild_abs, _abs_derivative, _nonnegative, _reduce_abs),
    AtomKind("sign", _sign_parts, _rebuild_sign, _condition_derivative, _unknown, _reduce_sign),
    AtomKind("ipow", _ipow_parts, _rebuild_ipow, _ipow_derivative, _ipow_sign),
    AtomKind("rpow", _rpow_parts, _rebuild_rpow, _rpow_derivative, _unknown, real=False),
    AtomKind("function", _function_parts, _rebuild_function, _function_derivative, _unknown),
)}
