"""What each operator requires of its arguments to be defined: one row an operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from derivcheck.kernel.normal.blocks import expanded
from derivcheck.kernel.normal.bounds import greatest, least
from derivcheck.kernel.normal.definite import regular
from derivcheck.kernel.normal.function_rules import ANALYTIC
from derivcheck.kernel.normal.indicators import integer_valued
from derivcheck.kernel.normal.normal_form import Bindings, Normaliser, axes
from derivcheck.kernel.normal.polynomials import (
    UNIT,
    Poly,
    Undefined,
    Unsupported,
    constant,
    constant_value,
    freeze,
)
from derivcheck.kernel.normal.requirement import KNOWN, Guard, Requirement, compared
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.terms import ONE, ZERO, Term, number

if TYPE_CHECKING:
    from derivcheck.kernel.normal.requirements import Requirements

Rule: TypeAlias = "Callable[[Requirements, Term, Bindings, Guard], None]"


def _scalar(r: Requirements, term: Term, env: Bindings) -> Poly:
    return r.normaliser.scalar(term, env)


def _argument(r: Requirements, term: Term, env: Bindings, use: Callable[[Poly, Term], None]) -> None:
    """Apply ``use`` to the argument, or to the generic entry of an array argument."""
    opened: list[Poly] = []
    n = r.normaliser
    try:
        for size in axes(term.shape):
            opened.append(n.open(size, env))
        use(n.entry(term, tuple(opened), env), term)
    finally:
        for _ in opened:
            n.alg.close()


Build = Callable[[Normaliser, Poly], Poly]


Show = Callable[[Term], Term]


def _needs(kind: str, build: Build | None = None, show: Show | None = None) -> Rule:
    def rule(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
        def use(p: Poly, a: Term) -> None:
            r.need(kind, build(r.normaliser, p) if build else p, show(a) if show else a, guard)

        _argument(r, term.args[0], env, use)

    return rule


def _both(*rules: Rule) -> Rule:
    def rule(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
        for one in rules:
            one(r, term, env, guard)

    return rule


def _division(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    bottom = term.args[1]
    try:
        p = _scalar(r, bottom, env)
    except Unsupported:
        r.found.setdefault(Requirement("divisor", bottom, Term("ne", (bottom, ZERO)), guard))
        return
    r.need("nonzero", p, bottom, guard)


def _power(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    base, exponent = term.args
    alg = r.normaliser.alg
    e = _scalar(r, exponent, env)
    value = constant_value(e)
    if base.shape:
        if (value is None and not _never_negative(r, e)) or (value is not None and value < 0):
            _invertible_base(r, term, env, guard, certain=value is not None)
        return
    if value is not None and value.q == 1:
        if value < 0:
            r.need("nonzero", _scalar(r, base, env), base, guard)
        return
    p = _scalar(r, base, env)
    if value is not None:
        r.need("nonnegative" if value > 0 else "positive", p, base, guard)
    elif integer_valued(alg, e):
        if not _never_negative(r, e):
            r.need_whole_power(p, e, term, guard)
    elif sign_of(alg, p) != "+":
        shown = Term("or", (Term("gt", (base, ZERO)), Term("eq", (exponent, Term("floor", (exponent,))))))
        r.found.setdefault(Requirement("power", freeze(p), shown, guard, freeze(e)))


def _invertible_base(r: Requirements, term: Term, env: Bindings, guard: Guard, certain: bool) -> None:
    """The base of a matrix power must be invertible where the exponent is negative, as it is for certain or may be."""
    base, exponent = term.args
    try:
        _invertible(r, Term("inv", (base,), None, base.shape), env, guard)
    except Undefined:
        if certain:
            raise
        determinant = Term("det", (base,))
        shown = Term("or", (Term("ne", (determinant, ZERO)), Term("ge", (exponent, ZERO))))
        r.found.setdefault(Requirement("divisor", determinant, shown, guard))


def _logarithm(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    _argument(r, term.args[0], env, lambda p, a: r.need("positive", p, a, guard))
    if len(term.args) == 2:
        base = _scalar(r, term.args[1], env)
        r.need("positive", base, term.args[1], guard)
        r.need("nonzero", r.normaliser.alg.subtract(base, constant(1)), Term("add", (term.args[1], Term("neg", (ONE,)))), guard)


def _kink(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    _argument(r, term.args[0], env, lambda p, a: r.smooth(p, a, guard))


def _extreme_kink(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    if not r.smooth_in or any(a.shape for a in term.args):
        return
    values = [_scalar(r, a, env) for a in term.args]
    for k, value in enumerate(values[1:], start=1):
        for j in range(k):
            difference = Term("add", (term.args[j], Term("neg", (term.args[k],))))
            r.smooth(r.normaliser.alg.subtract(values[j], value), difference, guard)


def _norm_kink(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    if r.smooth_in:
        r.smooth(_scalar(r, term, env), term, guard)


def _invertible(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    a = term.args[0]
    if regular(r.normaliser, a, env):
        return
    if a.op == "diag" and len(a.shape) == 2:
        _argument(r, a.args[0], env, lambda p, entry: r.need("nonzero", p, entry, guard))
        return
    determinant = Term("det", (a,))
    try:
        value = _scalar(r, expanded(r.normaliser, determinant), env)
    except Unsupported:
        r.found.setdefault(Requirement("divisor", determinant, Term("ne", (determinant, ZERO)), guard))
        return
    r.need("nonzero", value, determinant, guard)


def in_range(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    """The indices of an entry must lie within their sizes."""
    array, *places = term.args
    shape = array.shape[1:] if len(places) == 1 and len(array.shape) == 2 and array.shape[0] == ONE else array.shape
    for place, size in zip(places, shape, strict=False):
        _within(r, place, size, env, guard)


def _unit(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    place, size = term.args
    _within(r, place, size, env, guard)


def _within(r: Requirements, place: Term, size: Term, env: Bindings, guard: Guard) -> None:
    """A place must lie between 1 and a size."""
    alg = r.normaliser.alg
    p, last = _scalar(r, place, env), _scalar(r, size, env)
    for distance, statement in (
        (alg.subtract(p, constant(1)), Term("ge", (place, ONE))),
        (alg.subtract(last, p), Term("le", (place, size))),
    ):
        if not _never_negative(r, distance):
            high = greatest(alg, distance)
            if high is not None and high < 0 and not guard:
                raise Undefined("an entry outside its range")
            if len(distance.keys() - {UNIT}) == 1:
                statement = compared(r.normaliser, "ge", distance) or statement
            r.found.setdefault(Requirement("range", freeze(distance), statement, guard))


def _gamma(shift: int) -> Rule:
    def rule(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
        def use(p: Poly, a: Term) -> None:
            shifted = r.normaliser.alg.add(p, constant(shift))
            r.need("regular", shifted, Term("add", (a, number(shift))) if shift else a, guard)

        _argument(r, term.args[0], env, use)

    return rule


def _binomial(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    """The upper argument is no negative integer, or the lower one is a natural number or 0: else conventions differ."""
    top, bottom = term.args
    alg = r.normaliser.alg
    n, k = _scalar(r, top, env), _scalar(r, bottom, env)
    if _never_negative(r, n) or (integer_valued(alg, k) and _never_negative(r, k)):
        return
    shown = [Term("ge", (top, ZERO)), Term("ge", (bottom, ZERO))]
    if not integer_valued(alg, k):
        shown[1] = Term("and", (shown[1], Term("eq", (bottom, Term("floor", (bottom,))))))
    if not integer_valued(alg, n):
        shown.append(Term("ne", (top, Term("floor", (top,)))))
    r.found.setdefault(Requirement("binomial", freeze(n), Term("or", tuple(shown)), guard, freeze(k)))


def _never_negative(r: Requirements, p: Poly) -> bool:
    low = least(r.normaliser.alg, p)
    return (low is not None and low >= 0) or sign_of(r.normaliser.alg, p) in KNOWN["nonnegative"]


def _of(name: str) -> Callable[[Term], Term]:
    return lambda a: Term(name, (a,), None, a.shape)


def _tangent(r: Requirements, term: Term, env: Bindings, guard: Guard) -> None:
    """The cosine of the argument must not be 0; that of a real arc tangent never is."""
    if term.args[0].op != "atan" or r.normaliser.alg.complex:
        _needs("nonzero", _cos_of, _of("cos"))(r, term, env, guard)


def _cos_of(n: Normaliser, p: Poly) -> Poly:
    return ANALYTIC["cos"](n.alg, p)


def _sin_of(n: Normaliser, p: Poly) -> Poly:
    return ANALYTIC["sin"](n.alg, p)


def _square_less(c: int, sign: int) -> tuple[Build, Show]:
    """sign * (c - x**2), as a polynomial and as a term."""

    def build(n: Normaliser, p: Poly) -> Poly:
        return n.alg.scale(n.alg.subtract(constant(c), n.alg.multiply(p, p)), sign)

    def show(a: Term) -> Term:
        square, fixed = Term("pow", (a, number(2))), number(c)
        return Term("add", (fixed, Term("neg", (square,)))) if sign > 0 else Term("add", (square, Term("neg", (fixed,))))

    return build, show


def _less(c: int) -> tuple[Build, Show]:
    """x - c."""
    return (
        lambda n, p: n.alg.subtract(p, constant(c)),
        lambda a: Term("add", (a, Term("neg", (number(c),)))),
    )


RULES: dict[str, Rule] = {
    "div": _division,
    "pow": _power,
    "log": _logarithm,
    "sqrt": _needs("nonnegative"),
    "cbrt": _kink,
    "abs": _kink,
    "sign": _kink,
    "relu": _kink,
    "floor": _kink,
    "ceiling": _kink,
    "max": _extreme_kink,
    "min": _extreme_kink,
    "norm": _norm_kink,
    "frobenius": _norm_kink,
    "tan": _tangent,
    "sec": _tangent,
    "cot": _needs("nonzero", _sin_of, _of("sin")),
    "csc": _needs("nonzero", _sin_of, _of("sin")),
    **{name: _needs("nonzero") for name in ("coth", "csch", "acot", "acsch")},
    "asin": _needs("nonnegative", *_square_less(1, 1)),
    "acos": _needs("nonnegative", *_square_less(1, 1)),
    "asec": _both(_needs("nonzero"), _needs("nonnegative", *_square_less(1, -1))),
    "acsc": _both(_needs("nonzero"), _needs("nonnegative", *_square_less(1, -1))),
    "acosh": _needs("nonnegative", *_less(1)),
    "atanh": _needs("positive", *_square_less(1, 1)),
    "acoth": _both(_needs("nonzero"), _needs("positive", *_square_less(1, -1))),
    "asech": _both(_needs("positive"), _needs("nonnegative", *_square_less(1, 1))),
    "gamma": _gamma(0),
    "factorial": _gamma(1),
    "binomial": _binomial,
    "inv": _invertible,
    "entry": in_range,
    "unit": _unit,
}
