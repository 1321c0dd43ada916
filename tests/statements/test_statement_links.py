"""What is said of a link: how it is proved, under which condition, or where it fails and which direction holds still."""

from __future__ import annotations

import pytest

from derivcheck.proving.decide import Decision, Judge
from derivcheck.syntax import Scope, read_condition, show
from derivcheck.syntax.declarations import assume, declare_all

SYMBOLS = [("x, y, a, b, t", "real"), ("p, q, g, m", "positive"), ("n", "integer"), ("z", "complex")]


def decided(before: str, link: str, here: str, *facts: str) -> Decision:
    names = {name for text in (before, here, *facts) for name in "xyabtpqgmnz" if name in text}
    scope, problems = declare_all(Scope(), [(s, type_) for group, type_ in SYMBOLS for s in group.split(", ") if s in names])
    assert not problems
    for fact in facts:
        scope = assume(scope, fact)
    return Judge(scope.context()).decide(read_condition(before, scope), link, read_condition(here, scope))


ONE_WAY = """
sqrt(x) = x - 2          | <=> | x = (x - 2)**2      | x = 1         | =>
x**2 = 9                 | <=> | x = 3               | x = -3        | <==
x**2 = x                 | <=> | x = 1               | x = 0         | <==
(x**2 - 1)/(x - 1) = 2   | <=> | x + 1 = 2           | x = 1         | =>
log(x) + log(x-1) = log(2) | <=> | x*(x - 1) = 2     | x = -1        | =>
sin(x) = 0               | <=> | x = 0               | x = pi        | <==
1/x = 1/y                | <=> | x = y               | x = 0, y = 0  | =>
x**2 = y**2              | <=> | x = y               | x = 1, y = -1 | <==
x**2 = 2                 | <=> | x = sqrt(2)         | x = -sqrt(2)  | <==
x**5 = x + 1             | <=> | x**5 = x + 1 and x > 2 | x = 1.16730 | <==
log(x**2) = 2            | <=> | log(x) = 1          | x = -exp(1)   | <==
exp(x) = 3               | <=> | exp(x) = 3 and x < 1 | x = log(3)   | <==
"""
"""Before | link | here | where only one holds | the direction that holds still."""


@pytest.mark.parametrize("row", ONE_WAY.strip().splitlines())
def test_a_refuted_link_names_a_point_and_the_direction_that_holds(row: str) -> None:
    before, link, here, point, direction = (cell.strip() for cell in row.split(" | "))
    found = decided(before, link, here)
    assert found.verdict == "refuted" and found.counterexample is not None and found.reason is not None
    assert ", ".join(f"{name} = {value}" for name, value in found.counterexample.values.items()) == point
    assert found.reason.startswith(f"only {direction} holds: at {point} only the ")
    assert decided(before, direction, here).verdict == "proved"
    assert found.counterexample.left == ("true" if direction == "<==" else "false")


CONDITIONAL = """
a*x = b            | <=> | x = b/a          | a != 0
a*x + b = t        | <=> | x = (t - b)/a    | a != 0
x*(a - b) = t      | <=> | x = t/(a - b)    | a != b
a = b*t            | =>  | a/b = t          | b != 0
-p**2*(1 - g)**2 = m*(1 - g) | => | -p**2*(1 - g) = m | g != 1
"""


@pytest.mark.parametrize("row", CONDITIONAL.strip().splitlines())
def test_a_link_may_need_a_condition_on_parameters(row: str) -> None:
    before, link, here, condition = (cell.strip() for cell in row.split(" | "))
    found = decided(before, link, here)
    assert found.verdict == "proved"
    assert len(found.conditions) == 1 and not found.conditions[0].gained
    written = show(found.conditions[0].term)
    assert written == condition or ("g" in condition and "g" in written)
    assert decided(before, link, here, condition).conditions == ()


UNCONDITIONAL = """
x**2 = x | => | x = x/x
(a - b)*(a + b) = b*(a - b) | => | a + b = b
a*x = a*y | => | x = y
1/x = a | <=> | x = 1/a and a != 1
"""
"""Near misses: what fails there is no parameter's zero."""


@pytest.mark.parametrize("row", UNCONDITIONAL.strip().splitlines())
def test_no_condition_saves_a_lost_solution(row: str) -> None:
    before, link, here = (cell.strip() for cell in row.split(" | "))
    assert decided(before, link, here).verdict == "refuted"


@pytest.mark.parametrize(("before", "link", "here"), [
    ("p + q = 0", "=>", "p = 3*q"),
    ("x = 1 and x = 2", "=>", "x + y = 7"),
    ("z**2 = 1", "=>", "z = 3"),
    ("z = y", "=>", "sqrt(y)**2 = 7"),
])
def test_what_says_nothing_or_is_not_covered_is_never_proved(before: str, link: str, here: str) -> None:
    assert decided(before, link, here).verdict in {"undecided", "refuted"}


def test_assumptions_count() -> None:
    assert decided("a*x = b", "<=>", "x = b/a", "a > 0").conditions == ()
    assert decided("x**2 = 4", "<=>", "x = 2", "x >= 0").verdict == "proved"
    assert decided("x**2 = 4", "<=>", "x = 2", "x <= 3").verdict == "refuted"


def test_the_same_question_has_the_same_answer() -> None:
    first, second = (decided("x**3 - 2*x > y", "=>", "x*y < 7*x**2 + 9") for _ in range(2))
    assert first == second
