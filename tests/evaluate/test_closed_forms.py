"""Values that are rational by the laws of powers, exponentials and logarithms are told as rationals, and no others are."""

from __future__ import annotations

import flint
import pytest
from claim_reading import claimed, parsed
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcheck.kernel.outcome import Budget
from derivcheck.kernel.values.arithmetic import ball, plain
from derivcheck.kernel.values.compare import Differ, compare
from derivcheck.kernel.values.evaluate import Evaluator, evaluate
from derivcheck.kernel.values.instance import Entry, Instance, Undefined, Undetermined
from derivcheck.kernel.values.sides import is_rounded, near_simple, rational_sides


def in_closed_form(text: str) -> Entry:
    term, context = parsed(text, {"x": "real"})
    with flint.ctx.workprec(64):
        return Evaluator(Instance({}, {"x": 0}), context, False, Budget(20_000), closed=True).values(term).entries[0]


RATIONAL = """
exp(1)/exp(1)                            | 1
e**2*e**(-2)                             | 1
sqrt(2)**2                               | 2
sqrt(8)/sqrt(2)                          | 2
sqrt(2)*sqrt(3) - sqrt(6)                | 0
cbrt(-2)**3                              | -2
2**(1/3)*4**(1/3)                        | 2
(1 + sqrt(2))*(1 - sqrt(2))              | -1
1/(1 + sqrt(2)) - sqrt(2)                | -1
log(4)/log(2)                            | 2
log(6) - log(2) - log(3)                 | 0
log(2*e**3) - log(2)                     | 3
log(sqrt(e))                             | 1/2
log(1 + exp(1)) - log(1 + exp(-1))       | 1
exp(2*log(3))                            | 9
softmax([1, 1])[1]                       | 1/2
sigmoid(1) + sigmoid(-1)                 | 1
logsumexp([0, 0]) - log(2)               | 0
cosh(1)**2 - sinh(1)**2                  | 1
tanh(1) - (e**2 - 1)/(e**2 + 1)          | 0
sin(7*pi/6)                              | -1/2
cos(pi/4)**2                             | 1/2
tan(pi/4)                                | 1
atan(1)/pi                               | 1/4
erf(1) - erf(1)                          | 0
abs(1 - sqrt(2)) - sqrt(2)               | -1
floor(e)                                 | 2
diff(e**x, x)                            | 1
diff(1/(1 + e**(-x)), x)                 | 1/4
diff(log(1 + exp(x)), x)                 | 1/2
det([[e, 1], [1, 1/e]])                  | 0
norm([1, 1])**2                          | 2
"""

IRRATIONAL = """
e
exp(1) - 2718281828/10**9
sqrt(2) - 1414213562/10**9
exp(pi*sqrt(163)) - 640320**3 - 744
log(2)/log(3)
sin(1)
sqrt(2) + sqrt(3)
cos(pi/4)
sin(pi/5)
exp(log(2)/2)
log(1 + e)
pi**2/10
"""


@pytest.mark.parametrize("row", RATIONAL.strip().splitlines())
def test_rational(row: str) -> None:
    text, expected = (cell.strip() for cell in row.split("|"))
    found = in_closed_form(text)
    assert isinstance(found, fmpq) and str(found) == expected


@pytest.mark.parametrize("text", IRRATIONAL.strip().splitlines())
def test_not_rational(text: str) -> None:
    assert not isinstance(in_closed_form(text), fmpq)


LEAVES = st.sampled_from(["1", "2", "3", "1/2", "4/9", "x", "e", "pi", "pi/6"])
UNARY = ["exp", "log", "sqrt", "cbrt", "sin", "cos", "tan", "sinh", "cosh", "tanh", "atan", "asin", "abs", "sigmoid", "relu",
         "erf"]


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    called = st.builds("{}({})".format, st.sampled_from(UNARY), inner)
    joined = st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/"]), inner)
    raised = st.builds("({})**({})".format, inner, st.sampled_from(["2", "-1", "1/2", "-2/3", "x", "3/2"]))
    return called | joined | raised


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.recursive(LEAVES, _grown, max_leaves=7))
def test_a_closed_form_has_the_value(text: str) -> None:
    """Whatever closed forms find lies in the ball of the plain evaluation, at many more bits."""
    term, context = parsed(text, {"x": "real"})
    exact = in_closed_form(text)
    entry = evaluate(term, Instance({}, {"x": 0}), context, 512).entries[0]
    if isinstance(exact, Undefined | Undetermined) or isinstance(entry, Undefined | Undetermined):
        assert not isinstance(exact, Undefined) or isinstance(entry, Undefined | Undetermined)
        return
    with flint.ctx.workprec(512):
        precise, shown = ball(entry), ball(plain(exact))
        assert isinstance(precise, arb) and isinstance(shown, arb) and precise.overlaps(shown)


def test_only_what_is_shown_changes() -> None:
    claim = claimed("sigmoid(x)*(1 + exp(-x)) + log(2) = log(2)", {"x": "real"})
    found = compare(claim, Instance({}, {"x": 1}))
    assert isinstance(found, Differ)
    assert rational_sides(claim, Instance({}, {"x": 1}), found.counterexample) == found.counterexample
    claim = claimed("sigmoid(x)*(1 + exp(-x)) = 2", {"x": "real"})
    found = compare(claim, Instance({}, {"x": 1}))
    assert isinstance(found, Differ) and is_rounded(found.counterexample.left)
    assert rational_sides(claim, Instance({}, {"x": 1}), found.counterexample).left == "1"


@pytest.mark.parametrize(("shown", "near"), [
    ("0.333333", True), ("-1.00000", True), ("0.693147", False), ("3.14159", False),
    ("1.5e+999999999", False), ("1.5e-999999999", False),
])
def test_near_a_simple_rational(shown: str, near: bool) -> None:
    assert near_simple(shown) is near


@pytest.mark.parametrize("nested", ["sin({0} + {0}**2 + 1)", "log(2 + {0} + {0}**2)"])
def test_a_function_of_a_function_of_a_function_is_a_ball(nested: str) -> None:
    """Each is named by its argument, in which the one before stands twice: the name of the fortieth has no end."""
    names = [f"y_{k}" for k in range(40)]
    bodies = ["sin(1)", *map(nested.format, names)]
    term, context = parsed(names[-1], dict.fromkeys(names, "real"), dict(zip(names, bodies, strict=False)))
    with flint.ctx.workprec(64):
        (value,) = Evaluator(Instance({}, {}), context, False, Budget(20_000), closed=True).values(term).entries
    assert isinstance(value, arb)
