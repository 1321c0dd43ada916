"""What is said of two statements that a link joins: beside each mistake a near miss that is none."""

from __future__ import annotations

import pytest
from declared import rows, scope_of

from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnose import diagnose
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.syntax import read_condition, show

SYMBOLS = [("x, y, a", "real"), ("p, q", "positive")]

MISTAKES = """
x**2 = x            | x = 1               | lost-solution   | divided by x, which can be 0
a*x = a*y           | x = y               | lost-solution   | divided by a, which can be 0
x**2 = 4            | x = 2               | lost-solution   | a root has two signs, and x = -2 is lost
x**2 = y**2         | x = y               | lost-solution   | a root has two signs, and x = -y is lost
x = 1               | x**2 = x            | gained-solution | multiplied by x, which can be 0
x = y               | x**2 = y**2         | gained-solution | squares are equal also where x = -y
sqrt(x) = x - 2     | x = (x - 2)**2      | gained-solution | squares are equal also where sqrt(x) = -(x - 2)
x = 1               | x = 2               | lost-solution   | the statement before can hold where this one does not
"""
"""Before | here | code | a part of the message."""

NOT_TURNED = """
-x < 3              | x < -3              | x > -3
2*x - 1 <= 3*x + 2  | x <= -3             | x >= -3
x - 1 > 2           | x < 3               | x > 3
-2*x >= 4           | x >= -2             | x <= -2
"""
"""Before | here | the repair."""

RIGHT = """
p**2 = p            | p = 1
p**2 = q**2         | p = q
p*x = p*y           | x = y
-x < 3              | x > -3
x - 1 > 2           | x > 3
"""
"""Near misses: nothing refutes them."""


def diagnosed(before: str, here: str) -> Diagnosis | None:
    scope = scope_of(SYMBOLS)
    judge = Judge(scope.context())
    left, right = read_condition(before, scope), read_condition(here, scope)
    decision = judge.decide(left, "<=>", right)
    if decision.verdict != "refuted":
        return None
    return diagnose(judge, left, "<=>", right, decision.counterexample)


@pytest.mark.parametrize(("before", "here", "code", "part"), rows(MISTAKES))
def test_a_solution_lost_or_gained_is_told_with_its_reason(before: str, here: str, code: str, part: str) -> None:
    found = diagnosed(before, here)
    assert found is not None and found.repair is None
    assert found.code == code
    assert part in found.message


def test_of_two_equations_that_share_no_factor_neither_is_divided() -> None:
    found = diagnosed("2*x + 3 = 7", "2*x = 10")
    assert found is not None and found.message == "the statement before can hold where this one does not"


@pytest.mark.parametrize(("before", "here", "repair"), rows(NOT_TURNED))
def test_a_relation_that_should_be_turned_is_repaired(before: str, here: str, repair: str) -> None:
    found = diagnosed(before, here)
    assert found is not None and found.repair is not None
    assert (found.code, show(found.repair)) == ("wrong-relation", repair)
    assert diagnosed(before, repair) is None


@pytest.mark.parametrize(("before", "here"), rows(RIGHT))
def test_what_is_right_has_no_diagnosis(before: str, here: str) -> None:
    assert diagnosed(before, here) is None
