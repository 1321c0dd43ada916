"""Wrong steps and what is said about them: one line each, beside near misses for which no repair may be invented."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from declared import rows, scope_of

from derivcheck.kernel.terms import Term
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnose import diagnose
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.proving.mistakes.places import nodes
from derivcheck.proving.repairing.repairs import MORE
from derivcheck.syntax import Scope, read_expression, show

SYMBOLS = [
    ("V, d, n", "size"), ("u", "vector(d)[V]"), ("v_c", "vector(d)"), ("o, w", "index(V)"), ("i, j", "index(n)"),
    ("yhat", "real[V]"), ("y", "simplex(V)"), ("x, t, c", "real"), ("p, q", "positive"), ("a, b", "real[n]"),
    ("A, B", "matrix(n, n)"), ("z", "vector(n)"), ("f, g", "function(real) -> real"), ("CE", "real"),
]
DEFINITIONS = [
    ("yhat[k]", "exp(u[k].T @ v_c)/sum(exp(u[m].T @ v_c), m in 1..V)"),
    ("CE", "-log(yhat[o])"),
]
SUM = "sum(exp(u[m].T @ v_c), m in 1..V)"

SLIPS = (Path(__file__).parent / "slips.txt").read_text(encoding="utf-8").replace("{S}", SUM)
"""The step before | the wrong step | the code of the slip | the repair."""


@cache
def scope() -> Scope:
    return scope_of(SYMBOLS, DEFINITIONS)


@cache
def judge() -> Judge:
    return Judge(scope().context())


def read(text: str) -> Term:
    return read_expression(text, scope())


def diagnosis(left: str, wrong: str, relation: str = "=") -> Diagnosis | None:
    assert judge().decide(read(left), relation, read(wrong)).verdict == "refuted"
    return diagnose(judge(), read(left), relation, read(wrong))


@pytest.mark.parametrize(("left", "wrong", "code", "repair"), rows(SLIPS))
def test_the_slip_is_named_and_repaired(left: str, wrong: str, code: str, repair: str) -> None:
    found = diagnosis(left, wrong)
    assert found is not None
    assert found.repair is not None
    assert (found.code, show(found.repair)) == (code, repair)


@pytest.mark.parametrize(("left", "wrong", "code", "repair"), rows(SLIPS))
def test_a_repair_reads_back_is_proved_and_stays_near_the_step(left: str, wrong: str, code: str, repair: str) -> None:
    term = read(repair)
    assert judge().decide(read(left), "=", term).verdict == "proved"
    assert nodes(term) <= 2 * nodes(read(wrong)) + MORE




def test_the_forgotten_vector_is_named() -> None:
    found = diagnosis(f"-(zeros(d) - 1/{SUM} * diff({SUM}, u[w]))", "yhat[w]")
    assert found is not None
    assert found.message == "yhat[w] lacks the factor v_c"


def test_a_relation_the_wrong_way_round_is_named() -> None:
    assert diagnosis("exp(x)", "0*x", "<") == Diagnosis("wrong-relation", "the relation should be >, not <")


def test_what_no_edit_mends_is_worked_out() -> None:
    found = diagnosis("diff(z.T @ A @ z, z)", "2*z.T")
    assert found is not None and found.repair is not None
    assert (found.code, found.message) == ("shape-mismatch", "the step before is a vector(n), this one is a row(n)")
    assert show(found.repair) == "A @ z + A.T @ z"


def test_where_an_inequality_fails_is_named() -> None:
    found = diagnosis("c*x", "c*x + t", ">")
    assert found is not None and found.assumption is not None
    assert (found.code, show(found.assumption)) == ("missing-assumption", "t < 0")


def test_two_slips_are_both_named() -> None:
    found = diagnosis("v_c*yhat[w]", "yhat[o]")
    assert found is not None
    assert found.message == "the index should be w, not o, in yhat[o]; and yhat[w] lacks the factor v_c"


def said(symbols: list[tuple[str, str]], left: str, wrong: str) -> Diagnosis | None:
    """The diagnosis under other declarations."""
    found = scope_of(symbols)
    return diagnose(Judge(found.context()), read_expression(left, found), "=", read_expression(wrong, found))


def test_a_known_inequality_names_the_relation_that_holds() -> None:
    found = scope_of([("n", "size"), ("w", "simplex(n)"), ("a", "real[n]")])
    sides = (read_expression(text, found) for text in ("exp(sum(w[k]*a[k], k in 1..n))", "sum(w[k]*exp(a[k]), k in 1..n)"))
    left, right = sides
    assert diagnose(Judge(found.context()), left, ">=", right) == Diagnosis("wrong-relation", "the relation should be <=, not >=")


def test_the_value_of_an_integral_shows_the_slip() -> None:
    found = said([("m", "real"), ("v", "positive")], "integrate(x**2*exp(-(x - m)**2/(2*v))/sqrt(2*pi*v), x in -oo..oo)", "v")
    assert found is not None
    assert (found.code, show(found.repair)) == ("missing-term", "v + m**2")


@pytest.mark.parametrize(("left", "wrong"), [("log(exp(s))", "s"), ("asin(sin(x))", "x")])
def test_two_functions_around_one_term_are_no_two_slips(left: str, wrong: str) -> None:
    found = said([("s", "complex"), ("x", "real")], left, wrong)
    assert found is None or found.repair is None


def test_a_name_of_which_more_is_declared_is_not_what_both_steps_mean() -> None:
    found = said([("s", "complex"), ("n", "natural")], "sqrt(s**2)", "s")
    assert found is not None and "n is meant" not in found.message


def test_a_step_that_only_numbers_explain_is_not_mended_by_two_names_at_one_place() -> None:
    found = diagnosis("sum(yhat[k], k in 1..V)", "V")
    assert found is None or "hat" not in found.message


def test_no_factor_holds_the_step_before() -> None:
    found = said([("n", "natural")], "sum(1/(k*(k + 1)), k in 1..n)", "1 - 1/n")
    assert found is None or found.repair is None or "sum" not in show(found.repair)


def test_one_lacks_no_factor_that_is_the_step_before_in_other_words() -> None:
    found = said([("n, m", "natural")], "(-1)**n*(-1)**m", "1")
    assert found is None or found.code != "missing-factor"


def test_two_minus_signs_do_not_meet_in_a_repair() -> None:
    found = diagnosis("x**3 + 3*x**2*t + 3*x*t**2 + t**3", "(x + t)*(x**2 - x*t + t**2)")
    assert found is not None and found.repair is not None
    assert "-2" not in show(found.repair)
