"""A step's reason names a bound, and bounds that are more than rows: Jensen for any function, sums term by term."""

from __future__ import annotations

import pytest

from derivcheck.proving.decide import Judge
from derivcheck.proving.decision import Decision
from derivcheck.proving.statements.known_bounds import BOUNDS, CITED, EXAMPLES, cited
from derivcheck.syntax import Scope, read_condition
from derivcheck.syntax.declarations import declare_all

SIGNS = {"le": "<=", "ge": ">=", "lt": "<", "gt": ">"}


def decided(claim: str, reason: str | None = None) -> Decision:
    scope, problems = declare_all(Scope(), list(EXAMPLES.items()))
    assert not problems
    term = read_condition(claim, scope)
    return Judge(scope.context()).decide(term.args[0], SIGNS[term.op], term.args[1], cited(reason))


@pytest.mark.parametrize(("reason", "names"), [
    ("Cauchy-Schwarz", ("Cauchy-Schwarz",)), ("by the triangle inequality", ("triangle inequality",)), ("Hölder", ("Hölder",)),
    ("Hoelder", ()), ("AM-GM", ("means", "AM-GM")), ("expand", ()), (None, ()),
])
def test_what_a_reason_names(reason: str | None, names: tuple[str, ...]) -> None:
    assert cited(reason) == names


def test_every_row_can_be_cited() -> None:
    assert {bound.name for bound in BOUNDS} == set(CITED)


@pytest.mark.parametrize(("claim", "reason"), [
    ("3*dot(x, y) <= 3*norm(x)*norm(y)", "Cauchy-Schwarz"),
    ("p*dot(x, y) + a <= p*norm(x)*norm(y) + a", "Cauchy-Schwarz"),
    ("norm(x + y)/2 <= norm(x)/2 + norm(y)/2", "triangle inequality"),
])
def test_a_cited_row_is_found_as_a_multiple(claim: str, reason: str) -> None:
    assert decided(claim, reason).method == reason


@pytest.mark.parametrize("claim", [
    "3*dot(x, y) <= 2*norm(x)*norm(y)", "a*dot(x, y) <= a*norm(x)*norm(y)", "norm(x + y)/2 <= norm(x)/2 + norm(y)/3",
])
def test_no_multiple_proves_a_near_miss(claim: str) -> None:
    assert decided(claim, "Cauchy-Schwarz, triangle inequality").verdict in {"refuted", "undecided"}


@pytest.mark.parametrize("claim", [
    "sum(w[i]*x[i], i in 1..d)**4 <= sum(w[i]*x[i]**4, i in 1..d)",
    "log(1 + exp(sum(x[i], i in 1..d)/d)) <= sum(log(1 + exp(x[i])), i in 1..d)/d",
    "sum(sqrt(r[i]), i in 1..d)/d <= sqrt(sum(r[i], i in 1..d)/d)",
    "1/sum(w[i]*r[i], i in 1..d) <= sum(w[i]/r[i], i in 1..d)",
])
def test_jensen_for_any_function_that_bends_one_way(claim: str) -> None:
    assert decided(claim).method == "Jensen"


@pytest.mark.parametrize("claim", [
    "sum(w[i]*x[i], i in 1..d)**3 <= sum(w[i]*x[i]**3, i in 1..d)",
    "sum(w[i]*x[i]**4, i in 1..d) <= sum(w[i]*x[i], i in 1..d)**4",
    "1/sum(w[i]*x[i], i in 1..d) <= sum(w[i]/x[i], i in 1..d)",
    "sqrt(sum(r[i], i in 1..d)/d) <= sum(sqrt(r[i]), i in 1..d)/d",
    "exp(sum(x[i], i in 1..d)) <= sum(exp(x[i]), i in 1..d)",
    "sin(sum(w[i]*x[i], i in 1..d)) <= sum(w[i]*sin(x[i]), i in 1..d)",
])
def test_jensen_needs_the_bend_and_the_mean(claim: str) -> None:
    assert decided(claim, "Jensen").verdict in {"refuted", "undecided"}


@pytest.mark.parametrize("claim", [
    "sum(x[i]*y[i], i in 1..d) <= sum(x[i]**2, i in 1..d)/2 + sum(y[j]**2, j in 1..d)/2",
    "sum(log(r[i]), i in 1..d) <= sum(r[i], i in 1..d) - d",
    "sum(exp(x[i]), i in 1..d) >= d + sum(x[i], i in 1..d)",
    "sum(x[i]*y[i], i in 1..d) <= sum(abs(x[i]*y[i]), i in 1..d)",
])
def test_sums_are_compared_term_by_term(claim: str) -> None:
    assert (decided(claim).method or "").startswith("term by term")


@pytest.mark.parametrize("claim", [
    "sum(x[i]*y[i], i in 1..d) <= sum(x[i]**2, i in 1..d)/2 + sum(y[j]**2, j in 1..d)/3",
    "sum(log(r[i]), i in 1..d) <= sum(r[i], i in 1..d) - 2*d",
    "sum(exp(x[i]), i in 1..d) >= 2 + sum(x[i], i in 1..d)",
    "sum(x[i], i in 1..d)*2 <= sum(x[i]**2, i in 1..d)",
])
def test_term_by_term_proves_no_near_miss(claim: str) -> None:
    assert decided(claim).verdict in {"refuted", "undecided"}
