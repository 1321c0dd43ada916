"""The tables of calculus hold in numbers: each derivative, each known series, each antiderivative of the first table."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx, fmpq

from derivcheck.kernel.analysis.elementary import elementary
from derivcheck.kernel.analysis.germs import CONSTANT, Germs, Monomial
from derivcheck.kernel.analysis.knowledge import Knowledge, Refused
from derivcheck.kernel.analysis.known_series import ROWS, Row, missing
from derivcheck.kernel.analysis.polynomial import as_polynomial, sign_inside
from derivcheck.kernel.analysis.primitives import with_primitives
from derivcheck.kernel.analysis.slopes import OUTER, slope
from derivcheck.kernel.terms import ONE, ZERO, Claim, Context, Definition, Symbol, Term, Type, number, substitute, symbol
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import build

X = Symbol("x", Type("real"))
x = symbol(X)
PLACES = {"acosh": Fraction(17, 10)}


def value(term: Term) -> arb:
    entry = evaluate(term, Instance(), Context(), 200).entries[0]
    assert not hasattr(entry, "reason"), entry
    with ctx.workprec(200):
        return arb(arithmetic.ball(entry)) if not isinstance(entry, fmpq) else arb(entry)


def at(term: Term, place: Fraction) -> arb:
    return value(substitute(term, {X: number(place)}))


@pytest.mark.parametrize("name", sorted(OUTER))
@pytest.mark.parametrize("sign", [1, -1])
def test_each_derivative_is_the_limit_of_difference_quotients(name: str, sign: int) -> None:
    place, step = PLACES.get(name, Fraction(3, 7) * (1 if name in {"log", "sqrt"} else sign)), Fraction(1, 10**20)
    f = build(name, x)
    with ctx.workprec(200):
        quotient = (at(f, place + step) - at(f, place - step)) / (2 * arb(fmpq(1, 10**20)))
        assert abs(quotient - at(slope(f, X), place)) < 1e-15


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
@pytest.mark.parametrize("place", [Fraction(1, 3), Fraction(-2, 5)])
@pytest.mark.parametrize("later", [0, 2])
def test_each_known_series_has_its_value(row: Row, place: Fraction, later: int) -> None:
    w, start = number(place), row.start + later
    with ctx.workprec(200):
        total = sum((value(row.term(w, number(k))) for k in range(start, start + 80)), arb(0))
        rest = sum((value(t) for t in missing(row, w, start)), arb(0))
        assert abs(total + rest - value(row.value(w))) < 1e-20


@pytest.mark.parametrize("f", [
    x, build("pow", x, number(3)), build("pow", x, number(-1)), build("pow", x, number(-2)), build("sqrt", x), build("exp", x),
    build("sin", build("mul", number(3), x)), build("cos", build("add", number(1), build("neg", x))),
    build("div", number(2), build("add", x, number(5))), build("mul", number(7), build("exp", build("div", x, number(2)))),
])
def test_each_elementary_antiderivative_has_its_derivative(f: Term) -> None:
    (candidate,) = elementary(f, X)
    with ctx.workprec(200):
        assert abs(at(slope(candidate, X), Fraction(5, 3)) - at(f, Fraction(5, 3))) < 1e-20


@pytest.mark.parametrize(("polynomial", "ends", "sign"), [
    (build("add", build("pow", x, number(2)), number(-2)), (0, 1), -1),
    (build("add", build("pow", x, number(2)), number(-2)), (0, 2), None),
    (build("add", build("pow", x, number(2)), number(-1)), (-1, 1), -1),
    (build("add", build("pow", x, number(2)), number(1)), (None, None), 1),
    (x, (0, None), 1), (x, (None, None), None), (ZERO, (0, 1), None), (build("pow", x, number(2)), (-1, 1), None),
])
def test_the_sign_of_a_polynomial_inside(polynomial: Term, ends: tuple[int | None, int | None], sign: int | None) -> None:
    p = as_polynomial(polynomial, X)
    assert p is not None
    assert sign_inside(p, *(None if end is None else fmpq(end) for end in ends)) == sign


def test_what_cancels_has_no_leading_term() -> None:
    germs = Germs(Knowledge(Context()), 4)
    t = germs.made([(Monomial((), Fraction(1)), ONE)], None)
    difference = germs.add(t, germs.scale(t, number(-1)))
    assert not difference.terms
    with pytest.raises(Refused):
        germs.leading(difference)


def test_an_error_swallows_what_is_smaller() -> None:
    germs = Germs(Knowledge(Context()), 4)
    known = germs.made([(CONSTANT, ONE), (Monomial((), Fraction(2)), ONE)], Monomial((), Fraction(1)))
    assert known.terms == ((CONSTANT, ONE),)


@pytest.mark.parametrize(("a", "b"), [
    (Monomial((), Fraction(-1)), Monomial((), Fraction(0), 5)),
    (Monomial(((Fraction(1), ONE),)), Monomial((), Fraction(-100))),
    (Monomial(((Fraction(2), ONE), (Fraction(1), number(-9)))), Monomial(((Fraction(1), number(9)),))),
    (CONSTANT, Monomial(((Fraction(1), number(-1)),), Fraction(-50))),
])
def test_exponentials_outgrow_powers_and_powers_outgrow_logarithms(a: Monomial, b: Monomial) -> None:
    germs = Germs(Knowledge(Context()), 4)
    assert germs.beyond(a, b) == 1
    assert germs.beyond(b, a) == -1


def test_an_unknown_function_that_a_used_definition_speaks_of_is_not_replaced() -> None:
    """Else F' would stand in the integral and f in the definition, and an instance with two unrelated functions would refute."""
    f, h, t = Symbol("f", Type("function", arguments=(Type("real"),))), Symbol("h", Type("real")), Symbol("t", Type("bound"))
    integral = Term("integrate", (Term("apply", (symbol(t),), f), number(0), number(1)), t)
    context = Context({"f": f, "h": h}, {"h": Definition(h, (), Term("apply", (number(0),), f))})
    assert with_primitives(Claim(integral, "=", number(0), context)) is not None
    assert with_primitives(Claim(integral, "=", symbol(h), context)) is None
