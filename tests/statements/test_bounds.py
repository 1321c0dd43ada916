"""The table of known bounds: each row proves its example and none proves its near miss."""

from __future__ import annotations

import pytest

from derivcheck.kernel.terms import Term
from derivcheck.proving.decide import Judge
from derivcheck.proving.statements.bounds import known_bound
from derivcheck.proving.statements.known_bounds import BOUNDS, EXAMPLES, Bound
from derivcheck.syntax import Scope, read_condition
from derivcheck.syntax.declarations import declare_all

SIGNS = {"le": "<=", "ge": ">=", "lt": "<", "gt": ">"}


def judge() -> tuple[Judge, Scope]:
    scope, problems = declare_all(Scope(), list(EXAMPLES.items()))
    assert not problems
    return Judge(scope.context()), scope


def found(claim: str) -> str | None:
    judged, scope = judge()
    term: Term = read_condition(claim, scope)
    return known_bound(judged.kernel, judged.context, term.args[0], SIGNS[term.op], term.args[1])


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda b: b.says)
def test_a_row_proves_its_example(bound: Bound) -> None:
    assert found(bound.example) == bound.name


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda b: b.says)
def test_no_row_proves_a_near_miss(bound: Bound) -> None:
    assert found(bound.near_miss) is None


@pytest.mark.parametrize("bound", BOUNDS, ids=lambda b: b.says)
def test_an_example_holds_and_a_near_miss_does_not(bound: Bound) -> None:
    for claim, verdicts in ((bound.example, {"proved"}), (bound.near_miss, {"refuted", "undecided"})):
        judged, scope = judge()
        term = read_condition(claim, scope)
        assert judged.decide(term.args[0], SIGNS[term.op], term.args[1]).verdict in verdicts
