"""Values on both sides of where a claim turns, and what is known to be untried."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flint import arb, fmpq

from derivcheck.kernel.terms import Claim, Term
from derivcheck.kernel.values.instance import Instance
from derivcheck.proving.sampling.turning import Coverage, first_value, turning, values_about
from derivcheck.syntax import Scope, declare, read_expression


def scope() -> Scope:
    found = declare(declare(Scope(), "x, y", "real"), "n, m", "size")
    return declare(declare(found, "v", "vector(n)"), "p", "positive")


def claim(left: str, right: str = "0") -> Claim:
    return Claim(read_expression(left, scope()), "=", read_expression(right, scope()), scope().context())


def at(name: str) -> Callable[[Term, fmpq], fmpq | arb | None]:
    return lambda term, value: first_value(term, Instance({}, {"x": fmpq(1), "y": fmpq(2), "p": fmpq(3), name: value}),
                                           scope().context())


@pytest.mark.parametrize(("left", "name"), [
    ("abs(x - 10**40)", "x"),
    ("relu(1/7 - x)", "x"),
    ("max(x**2, 10**9)", "x"),
    ("[x*y > 10**9]", "x"),
    ("sign(x**3 - 2)", "x"),
    ("abs(log(p) - 300)", "p"),
    ("abs(exp(x) - exp(500))", "x"),
    ("sqrt((x - 12345)**3)", "x"),
    ("min(x, y + 10**6)", "y"),
])
def test_values_lie_on_both_sides_of_a_zero(left: str, name: str) -> None:
    (term,) = turning(claim(left))
    found = [at(name)(term, value) for value in values_about((term,), at(name), whole=False)]
    assert any(x is not None and x < 0 for x in found)
    assert any(x is not None and x > 0 for x in found)


@pytest.mark.parametrize("condition", [
    "[x > 10**9]*[x < 10**9 + 1e-9]",
    "[3*x > 1]*[100*x < 34]",
    "[x**2 > 2]*[x**2*10**6 < 2000001]",
])
def test_values_lie_between_two_zeros_however_close(condition: str) -> None:
    first, second = turning(claim(condition))
    values = values_about((first, second), at("x"), whole=False)
    pairs = [(at("x")(first, x), at("x")(second, x)) for x in values]
    assert any(a is not None and b is not None and a > 0 and b < 0 for a, b in pairs)


def test_zeros_are_met_exactly_where_they_are_rational() -> None:
    terms = turning(claim("[3*x + 5 = 10**9] + [x**2 = 10**18]"))
    values = values_about(terms, at("x"), whole=False)
    assert {fmpq(10**9 - 5, 3), fmpq(10**9), fmpq(-(10**9))} <= set(values)


def test_whole_values_stand_next_to_a_zero_that_is_not_whole() -> None:
    values = values_about(turning(claim("[2*x > 15]")), at("x"), whole=True)
    assert {fmpq(7), fmpq(8)} <= set(values)
    assert all(x.q == 1 for x in values)


def test_nothing_turns_where_there_is_no_zero() -> None:
    assert values_about(turning(claim("max(x**2, -1)")), at("x"), whole=False) == []


def test_an_index_stands_at_the_start_of_its_range() -> None:
    assert turning(claim("sum(abs(v[k] - 3), k in 2..n)")) == turning(claim("abs(v[2] - 3)"))


def test_what_integrals_and_limits_bind_is_left_alone() -> None:
    assert turning(claim("integrate(abs(t - x), t in 0..1)")) == ()


@pytest.mark.parametrize(("values", "untried"), [((1, 2), True), ((1, 5), False), ((5, 6), True)])
def test_a_side_where_no_instance_was_is_untried(values: tuple[int, int], untried: bool) -> None:
    coverage = Coverage(turning(claim("abs(x - 3)")), scope().context())
    for value in values:
        coverage.add(Instance({}, {"x": fmpq(value)}))
    assert bool(coverage.untried()) is untried


def test_what_has_no_zero_is_not_untried() -> None:
    coverage = Coverage(turning(claim("abs(x**2 + 3)")), scope().context())
    coverage.add(Instance({}, {"x": fmpq(1)}))
    assert coverage.untried() == ()


def test_sizes_turn_too() -> None:
    coverage = Coverage(turning(claim("[n - m > 5]")), scope().context())
    coverage.add(Instance({"n": 3, "m": 2}))
    assert len(coverage.untried()) == 1
    coverage.add(Instance({"n": 9, "m": 2}))
    assert coverage.untried() == ()
