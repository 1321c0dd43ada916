"""How two sides differ, in a sentence: exact where it is proved, and said to be seen on instances where it is not."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from declared import rows, scope_of

from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.decide import Judge
from derivcheck.proving.differing.differences import SEEN, Sides, difference, failure
from derivcheck.proving.differing.regions import Compared
from derivcheck.proving.differing.simplified import LONGEST, gap, nodes, ratio, simplified
from derivcheck.syntax import Scope, read_expression, show

SYMBOLS = [
    ("V, d, n", "size"), ("u", "vector(d)[V]"), ("v_c", "vector(d)"), ("o, w", "index(V)"), ("i, j", "index(n)"),
    ("yhat", "real[V]"), ("x, y, t, c", "real"), ("p, q", "positive"), ("a, b", "real[n]"), ("A, B", "matrix(n, n)"),
    ("z", "vector(n)"), ("r", "row(n)"), ("f", "function(real) -> real"), ("CE", "real"), ("m", "integer"),
]
DEFINITIONS = [("yhat[k]", "exp(u[k].T @ v_c)/sum(exp(u[m].T @ v_c), m in 1..V)"), ("CE", "-log(yhat[o])")]

DIFFERENCES = (Path(__file__).parent / "differences.txt").read_text(encoding="utf-8")
"""The step before | the wrong step | how they differ, which is proved."""

SEEN_ONLY = """
acos(cos(x))             | abs(x)
floor(x)                 | x
prod(n - k, k in 1..6)   | 0
"""
"""Sides of which the kernel knows too little: what is said of them is said to be what instances show."""

SIMPLE = """
diff(x**2*t, x)                      | 2*x*t
diff(-x**2*t, x)                     | -2*x*t
diff(yhat[w], x)                     | 0
diff(z.T @ A @ z, z)                 | A @ z + A.T @ z
diff(CE, u[w])                       | yhat[w]*v_c - [o = w]*v_c
diff(log(sum(exp(u[k].T @ v_c), k in 1..V)), u[w]) | yhat[w]*v_c
diff(det(A), A[i, j])                | det(A)*inv(A)[j, i]
diff(sin(x)*t, x)                    | t*cos(x)
diff(f(x**2), x)                     | 2*x*f'(x**2)
diff(A[i, j]*x, A)                   |
diff(x*sum(a[k]*b[k], k in 1..n), x) | a.T @ b
diff(x*sum(a[k]*b[k], k in 1..n - 1), x) | a.T @ b - a[n]*b[n]
diff(x*sum(A[k, k], k in 1..n), x)   | tr(A)
diff(x*sum(a[k]*b[k]*z[k], k in 1..n), x) | sum(a[k]*b[k]*z[k], k in 1..n)
diff(x*sum(A[i, k]*b[k], k in 1..n), x) | (A @ b)[i]
diff(x*sum(A[k, i]*b[k], k in 1..n), x) | (A.T @ b)[i]
diff(exp(2*x)*sin(3*t), x)           | 2*exp(2*x)*sin(3*t)
diff(sqrt(z.T @ z)*x, x)             | norm(z)
x                                    |
exp(x)*exp(t)*exp(-t)                | exp(x)
sum(sum(A[i, k]*B[k, l]*z[l], l in 1..n), k in 1..n) | (A @ B @ z)[i]
"""
"""A term | a shorter one, or one without derivatives; nothing where there is none."""


@cache
def scope() -> Scope:
    return scope_of(SYMBOLS, DEFINITIONS)


@cache
def judge() -> Judge:
    return Judge(scope().context())


def read(text: str) -> Term:
    return read_expression(text, scope())


@pytest.mark.parametrize(("left", "right", "said"), rows(DIFFERENCES))
def test_what_differs_is_said(left: str, right: str, said: str) -> None:
    found = difference(judge(), read(left), read(right))
    assert found is not None
    assert found.said == said


@pytest.mark.parametrize(("left", "right"), rows(SEEN_ONLY))
def test_what_only_instances_show_says_so(left: str, right: str) -> None:
    found = difference(judge(), read(left), read(right))
    assert found is not None
    assert not found.proved
    assert found.said.startswith(SEEN)


def test_a_constant_that_only_instances_show_has_one_sign() -> None:
    found = difference(judge(), read("acos(cos(x))"), read("pi/2 - asin(cos(x)) - 3/2"))
    assert found is not None
    assert found.said == SEEN + "the right side is 1.5 less than the left"


def test_the_place_of_an_entry_is_not_named_as_the_imaginary_unit() -> None:
    found = scope_of([("n", "size"), ("A", "matrix(n, n)"), ("w", "complex")])
    left, right = (read_expression(text, found) for text in ("A", "A + eye(n)*A[1, 1]"))
    region = Compared(Judge(found.context()).drawn(), left, right).region()
    assert region is not None
    assert region.said() == "on the diagonal"
    assert region.entry() == "[j, j]"


@pytest.mark.parametrize(("left", "right"), [row[:2] for row in rows(DIFFERENCES)])
def test_gaps_and_ratios_are_those_of_the_values(left: str, right: str) -> None:
    one, other = read(left), read(right)
    more, factor = gap(judge(), one, other), ratio(judge(), one, other)
    for term in filter(None, (more and build("add", one, more), factor and build("mul", factor, one))):
        pairs = zip(judge().drawn().values(term), judge().drawn().values(other), strict=True)
        known = [(a, b) for a, b in pairs if a is not None and b is not None]
        assert known
        for a, b in known:
            both = np.isfinite(a) & np.isfinite(b)
            assert np.allclose(a[both], b[both], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("term", "short"), [(row[0].rstrip(" |"), row[1] if len(row) > 1 else "") for row in rows(SIMPLE)])
def test_a_term_is_worked_out(term: str, short: str) -> None:
    found = simplified(judge(), read(term), read("yhat[w]"))
    assert (show(found) if found else "") == short
    assert found is None or (nodes(found) <= LONGEST and read(show(found)) == found)


def test_of_constants_there_are_no_instances() -> None:
    found = difference(judge(), read("sin(3*pi/2)"), read("1"))
    assert found is None or found.proved or found.said == "numerically the right side has the opposite sign"


def test_a_negative_number_more_is_a_number_less() -> None:
    found = difference(judge(), read("asin(x) + acos(x)"), read("pi/2 - 1"))
    assert found is not None and found.said == f"{SEEN}the right side is 1 less than the left"


def test_sides_have_other_names_at_the_end_of_a_derivation() -> None:
    found = difference(judge(), read("x + t"), read("2*x + 2*t"), Sides("the first line", "the result", "the first line"))
    assert found is not None
    assert found.said == "the result is 2 times the first line"


def test_sides_of_different_shapes_have_no_difference() -> None:
    assert difference(judge(), read("z"), read("x")) is None


@pytest.mark.parametrize(("left", "relation", "right", "said"), [
    ("x", "<=", "x**2", None),
    ("c*x", "<=", "c*x + t", "the left side is at most the right side except where t < 0"),
    ("c*x", ">", "c*x + t", "the left side is greater than the right side except where t >= 0"),
])
def test_where_an_inequality_fails(left: str, relation: str, right: str, said: str | None) -> None:
    found = failure(judge(), read(left), relation, read(right))
    assert (found.said if found else None) == said
