"""Derivatives in which something was held fixed that varies, and near misses in which nothing was."""

from __future__ import annotations

from functools import cache

import pytest
from declared import scope_of

from derivcheck.kernel.terms import Term
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnose import diagnose
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.proving.repairing.forgotten import forgotten
from derivcheck.syntax import Scope, read_expression

SYMBOLS = [
    ("n", "size"), ("x, g", "vector(n)"), ("i, j", "index(n)"), ("mu, var, sd, c", "real"), ("eps", "positive"),
    ("z", "vector(n)"),
]
DEFINITIONS = [
    ("mu", "sum(x[k], k in 1..n)/n"), ("var", "sum((x[k] - mu)**2, k in 1..n)/n"), ("sd", "sqrt(var + eps)"),
    ("z[k]", "(x[k] - mu)/sd"),
]


@cache
def scope() -> Scope:
    return scope_of(SYMBOLS, DEFINITIONS)


def read(text: str) -> Term:
    return read_expression(text, scope())


def found(left: str, wrong: str) -> Diagnosis | None:
    judge = Judge(scope().context())
    assert judge.decide(read(left), "=", read(wrong)).verdict == "refuted"
    return diagnose(judge, read(left), "=", read(wrong))


@pytest.mark.parametrize(("left", "wrong", "fixed"), [
    ("diff(z[j], x[i])", "([i = j] - 1/n)/sd", "sd is held fixed, but varies with x[i]"),
    ("diff(z[j], x[i])", "([i = j] - z[i]*z[j]/n)/sd", "mu is held fixed, but varies with x[i]"),
    ("diff(z[j], x[i])", "[i = j]/sd", "mu and sd are held fixed, but vary with x[i]"),
    ("diff((x[j] - mu)*c, x[i])", "[i = j]*c", "mu is held fixed, but varies with x[i]"),
])
def test_what_is_held_fixed_is_named(left: str, wrong: str, fixed: str) -> None:
    diagnosis = found(left, wrong)
    assert diagnosis is not None and (diagnosis.code, diagnosis.message) == ("forgotten-dependence", fixed)


@pytest.mark.parametrize(("left", "wrong"), [
    ("diff(z[j], x[i])", "([i = j] + 1/n)/sd"),  # no derivative with something held fixed
    ("diff(mu, x[i])", "0"),  # held fixed, nothing would be left of it
    ("diff(c*x[j], c)", "[i = j]"),
    ("mu*c", "sd*c"),
])
def test_where_nothing_was_held_fixed_nothing_is_said(left: str, wrong: str) -> None:
    assert forgotten(Judge(scope().context()), read(left), read(wrong)) is None


def test_a_right_step_is_no_case_for_it() -> None:
    right = "([i = j] - 1/n - z[i]*z[j]/n)/sd"
    assert Judge(scope().context()).decide(read("diff(z[j], x[i])"), "=", read(right)).verdict == "proved"
