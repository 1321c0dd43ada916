"""Names written for others in two steps at once; near misses are steps that are right, or wrong for another reason."""

from __future__ import annotations

import pytest
from declared import rows, scope_of

from derivcheck.proving.decide import Judge
from derivcheck.proving.repairing.renamings import renaming
from derivcheck.syntax import Scope, read_expression

SYMBOLS = [("n", "size"), ("i, j", "index(n)"), ("x, u, y, yhat", "real[n]"), ("t, c", "real")]
DEFINITIONS = [("yhat[k]", "exp(x[k])/sum(exp(x[m]), m in 1..n)")]

RENAMED = """
diff(y[i], x[j])     | y[i]*([i = j] - y[j])        | dropped-hat  | the hat is dropped: yhat is meant where y stands
diff(y[i], u[j])     | y[i]*([i = j] - y[j])        | dropped-hat  | x is meant where u stands
diff(yhat[i], u[i])  | diff(exp(u[i])/sum(exp(u[m]), m in 1..n), u[i]) | wrong-symbol | x is meant where u stands
"""
"""The step before | the wrong step | the code | a part of the sentence."""

NOT_RENAMED = """
diff(y[i], x[j])     | y[i]*y[j]
diff(yhat[i], x[j])  | 2*yhat[i]
t                    | t + c
"""


def scope() -> Scope:
    return scope_of(SYMBOLS, DEFINITIONS)


@pytest.mark.parametrize(("left", "right", "code", "part"), rows(RENAMED))
def test_a_name_for_another_in_both_steps_is_told(left: str, right: str, code: str, part: str) -> None:
    found = renaming(Judge(scope().context()), read_expression(left, scope()), read_expression(right, scope()))
    assert found is not None
    assert found.code == code
    assert part in found.message() and found.message().endswith("here and in the step before")


@pytest.mark.parametrize(("left", "right"), rows(NOT_RENAMED))
def test_no_renaming_is_invented(left: str, right: str) -> None:
    assert renaming(Judge(scope().context()), read_expression(left, scope()), read_expression(right, scope())) is None
