"""Each law that does not hold is named where a step uses it, and not where a step that looks like it is right."""

from __future__ import annotations

import pytest

from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnose import diagnose
from derivcheck.proving.diagnosis import OTHERS, Diagnosis
from derivcheck.proving.mistakes.table import CODES
from derivcheck.proving.probability.misreadings import FALSE_LAWS, FalseLaw
from derivcheck.syntax import Scope, assume, declare, read_expression, show


def scope(*facts: str) -> Scope:
    found = declare(declare(declare(Scope(), "K", "size"), "X, Y, Z", "real random"), "a", "real")
    found = declare(found, "p, q", "simplex(K)")
    for fact in facts:
        found = assume(found, fact)
    return found


def diagnosed(left: str, right: str, *facts: str) -> Diagnosis | None:
    here = scope(*facts)
    return diagnose(Judge(here.context()), read_expression(left, here), "=", read_expression(right, here))


def verdict(left: str, right: str, *facts: str) -> str:
    here = scope(*facts)
    return Judge(here.context()).decide(read_expression(left, here), "=", read_expression(right, here)).verdict


@pytest.mark.parametrize("law", FALSE_LAWS, ids=lambda law: law.code)
def test_a_false_law_is_named(law: FalseLaw) -> None:
    assert verdict(*law.wrong) == "refuted"
    found = diagnosed(*law.wrong)
    assert found is not None
    assert found.code == law.code


@pytest.mark.parametrize("law", FALSE_LAWS, ids=lambda law: law.code)
def test_what_looks_like_it_is_right(law: FalseLaw) -> None:
    assert verdict(*law.near) == "proved"


def test_every_false_law_has_its_row_in_the_documentation() -> None:
    assert {law.code for law in FALSE_LAWS} <= set(OTHERS) | CODES


@pytest.mark.parametrize(("left", "right", "facts", "missing"), [
    ("E[X*Y]", "E[X]*E[Y]", (), "independent(X, Y)"),
    ("Var(X + Y)", "Var(X) + Var(Y)", (), "independent(X, Y)"),
    ("E[X*Y*Z]", "E[X]*E[Y]*E[Z]", ("independent(X, Y)",), "independent(X, Y, Z)"),
    ("E[X**2]", "Var(X)", (), "E[X] = 0"),
])
def test_the_missing_assumption_is_found(left: str, right: str, facts: tuple[str, ...], missing: str) -> None:
    found = diagnosed(left, right, *facts)
    assert found is not None
    assert found.assumption is not None
    assert show(found.assumption) == missing


def test_no_independence_is_offered_where_it_does_not_help() -> None:
    found = diagnosed("E[X**2]", "E[X]**2")
    assert found is not None
    assert found.assumption is None or "independent" not in show(found.assumption)
