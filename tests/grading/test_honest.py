"""Right and honest, and written as students write: full marks, or nothing lost for certain."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from grading_by_hand import graded
from test_cheats import HALF, PRODUCT, RULE, A, Q, steps, written

SOFTMAX = Path(__file__).parent / "golden" / "log-softmax" / "key.yaml"

HONEST: dict[str, Sequence[str]] = {
    "the first step on the question's line": [f"{Q} {RULE}", HALF, A],
    "everything on one line": [f"{Q} {RULE} {HALF} {A}"],
    "two steps a line": [Q, f"{RULE} {HALF}", A],
    "the line above said again": [Q, RULE, f"{RULE.removeprefix('= ')} {HALF}", A],
    "another name used in a definition": ["let t = x", "let f = t**2", "diff(f*exp(3*t), t)",
                                          "= diff(f, t)*exp(3*t) + f*diff(exp(3*t), t)", "= 2*t*exp(3*t) + 3*f*exp(3*t)"],
    "own functions": ["let f(t) = t**2", "let g(t) = exp(3*t)", "diff(f(x)*g(x), x)", "= f'(x)*g(x) + f(x)*g'(x)", A],
    "own functions stay in the result": ["let g(t) = exp(3*t)", "diff(x**2*g(x), x)", "= 2*x*g(x) + x**2*g'(x)",
                                         "= 2*x*g(x) + 3*x**2*g(x)"],
}
"""Lines by what is particular about them."""


@pytest.mark.parametrize("lines", [pytest.param(lines, id=name) for name, lines in HONEST.items()])
def test_full_marks(lines: Sequence[str], tmp_path: Path) -> None:
    result = graded(written(tmp_path, "key", PRODUCT), written(tmp_path, "answer", steps(lines)))
    reasons = [(mark.item, mark.points, mark.reason) for answer in result.answers for mark in answer.marks]
    assert (result.status, result.points) == ("graded", result.worth), (result.outcomes, reasons)


def test_another_name_stands_in_a_sum(tmp_path: Path) -> None:
    lines = ["let z = v_c", "let S = sum(exp(u[w].T @ z), w in 1..V)", "diff(log(yhat[o]), z)", "= u[o] - diff(log(S), z)",
             "= u[o] - sum(yhat[w]*u[w], w in 1..V)"]
    result = graded(SOFTMAX, written(tmp_path, "answer", steps(lines)))
    assert (result.status, result.points) == ("graded", result.worth), result.outcomes


def test_what_follows_an_unreadable_line_is_not_lost(tmp_path: Path) -> None:
    result = graded(written(tmp_path, "key", PRODUCT), written(tmp_path, "answer", steps([Q, "= (x²)' e³ˣ + …", A])))
    assert (result.status, result.most) == ("review", result.worth), result.outcomes


DISPLAYS = r"""
$$f(x) = x^2$$

$$g(x) = e^{3x}$$

$$\frac{d}{dx} \left(f(x) g(x)\right) = f'(x) g(x) + f(x) g'(x)$$

$$= 2x e^{3x} + 3x^2 e^{3x}.$$
"""


def test_functions_defined_in_displays(tmp_path: Path) -> None:
    answer = tmp_path / "answer.md"
    answer.write_text(DISPLAYS, encoding="utf-8")
    result = graded(written(tmp_path, "key", PRODUCT), answer)
    assert (result.status, result.points) == ("graded", result.worth), (result.outcomes, result.findings)


def test_an_answer_to_another_question_is_for_a_person(tmp_path: Path) -> None:
    result = graded(written(tmp_path, "key", PRODUCT), written(tmp_path, "answer", steps(["x**2 + x**2", "= 2*x**2"])))
    assert (result.status, result.most) == ("review", result.worth), result.outcomes


def test_a_question_is_known_in_a_layout_that_is_allowed(tmp_path: Path) -> None:
    lines = ["diff(L, w)", "= diff(w.T @ X.T @ X @ w - 2*y.T @ X @ w + y.T @ y, w)", "= 2*w.T @ X.T @ X - 2*y.T @ X"]
    text = "layout: numerator\n" + steps(lines)
    result = graded(SOFTMAX.parent.parent / "regression" / "key.yaml", written(tmp_path, "answer", text))
    assert [(mark.points, mark.worth) for mark in result.answers[0].marks] == [(1, 1), (4, 4), (2, 2)], result.outcomes
