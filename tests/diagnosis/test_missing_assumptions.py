"""Refuted steps and the assumption under which they hold: one line each, beside near misses for which none may be offered."""

from __future__ import annotations

from functools import cache

import pytest

from derivcheck.kernel.terms import Claim, Term
from derivcheck.proving.decide import Judge
from derivcheck.proving.supposing.missing import missing_assumption
from derivcheck.proving.supposing.possible import Source
from derivcheck.proving.supposing.table import SOURCES
from derivcheck.syntax import Scope, assume, declare_all, define_all, read_expression, show
from derivcheck.syntax.reading import read_condition

SYMBOLS = [
    ("V, d, n", "size"), ("u", "vector(d)[V]"), ("v_c", "vector(d)"), ("o, w", "index(V)"), ("i, j", "index(n)"),
    ("x, t, c", "real"), ("p, q", "positive"), ("a, b", "real[n]"), ("A, B", "matrix(n, n)"), ("S", "matrix(n, n) symmetric"),
    ("z", "vector(n)"), ("m", "integer"), ("y, yhat", "real[V]"), ("s", "simplex(V)"),
]
DEFINITIONS = [("yhat[k]", "exp(u[k].T @ v_c)/sum(exp(u[m].T @ v_c), m in 1..V)")]
CE = "-sum(y[k]*log(yhat[k]), k in 1..V)"

STEPS = """
(x**2)**(3/2)               | =  | x**3                | x >= 0
sqrt(x**2)                  | =  | sqrt(x)**2          | x >= 0
sqrt(x**2)                  | =  | -x                  | x <= 0
abs(x) + x                  | =  | 0                   | x <= 0
sign(x)**2                  | =  | 1                   | x != 0
sign(x)                     | =  | 1                   | x > 0
x**2                        | >= | x                   | x >= 1
x**2                        | >  | 0                   | x != 0
(x + t)**2                  | >  | 0                   | x + t != 0
x                           | <= | x + t               | t >= 0
p + 1/p                     | >  | 2                   | p > 1
x**2                        | <= | x                   | none
max(x, t) - min(x, t)       | =  | x - t               | x >= t
max(x, t)                   | =  | t                   | x <= t
min(n, 3)                   | =  | 3                   | n >= 3
[t > c]                     | =  | 1 - [c > t]         | t != c
sqrt((x + 2)**2)            | =  | x + 2               | x >= -2
sqrt((x - t)**2)            | =  | x - t               | x >= t
sqrt(1 - sin(t)**2)         | =  | cos(t)              | cos(t) >= 0
sqrt(x**2*t**2)             | =  | x*t                 | x*t >= 0
sqrt(a[i]**2)               | =  | a[i]                | a[i] >= 0
norm(c*z)                   | =  | c*norm(z)           | c >= 0
max(c*x, c*t)               | =  | c*max(x, t)         | c >= 0
abs(x + t)                  | =  | abs(x) + abs(t)     | x >= 0 and t >= 0
diff(max(x, t), x)          | =  | 1                   | x >= t
diff(a[i]*a[j], a[i])       | =  | a[j]                | i != j
diff(-log(yhat[o]), u[w])   | =  | yhat[w]*v_c         | o != w
diff(-log(yhat[o]), u[w])   | =  | (yhat[w] - 1)*v_c   | o = w
diff(yhat[o], u[w])         | =  | yhat[o]*([o = w] - yhat[o])*v_c | none
diff(sum(a[k], k in 1..j), a[i]) | = | 1               | i <= j
sum(1, k in 1..m)           | =  | m                   | m >= 0
sum([k = 2]*x, k in 1..n)   | =  | x                   | n >= 2
diff({CE}, v_c)             | =  | sum((yhat[k] - y[k])*u[k], k in 1..V) | sum(y[k], k in 1..V) = 1
{CE}                        | =  | -log(yhat[o])       | y[k] = [k = o]
diff(z.T @ A @ z, z)        | =  | 2*A @ z             | A = A.T
tr(A.T @ A)                 | =  | tr(A @ A)           | A = A.T
(S @ A).T                   | =  | A @ S               | A = A.T
inv(A)                      | =  | A.T                 | A.T @ A = eye(n)
norm(A @ z)                 | =  | norm(z)             | A.T @ A = eye(n)
(A + B)**2                  | =  | A**2 + 2*A @ B + B**2 | A @ B = B @ A
sum(sqrt(a[k]**2), k in 1..n) | = | sum(a[k], k in 1..n) | a[k] >= 0
x*(1 + (-1)**m)             | =  | 2*x                 | (-1)**m = 1
(x + t)**2                  | =  | x**2 + t**2         | none
x**3                        | =  | x                   | none
log(x + t)                  | =  | log(x) + log(t)     | none
x*t                         | =  | x*c                 | none
a[i]                        | =  | a[j]                | none
[i = j]*x                   | =  | [i = j]*t           | none
relu(x)*t                   | =  | relu(x)*c           | none
tr(A @ B)                   | =  | tr(A)*tr(B)         | none
sum(a[k]*b[k], k in 1..n)   | =  | sum(a[k], k in 1..n)*sum(b[k], k in 1..n) | none
A @ B                       | =  | B @ A               | none
sum(s[k]*x, k in 1..V)      | =  | 2*x                 | none
p                           | =  | -p                  | none
"""
"""The step before | the relation | the refuted step | the assumption: the last ones hold where nothing but a coincidence is
assumed, where both sides vanish, or where the step is assumed itself."""

GIVEN = """
c <= t          | c*x        | <= | t*x     | x >= 0
x <= t          | x**2       | <= | t**2    | x >= 0
x <= t          | 1/x        | >= | 1/t     | x >= 0
x >= 0          | sign(x)    | =  | 1       | x > 0
x < 0           | abs(x + 1) | =  | -x - 1  | x <= -1
x <= -1         | sqrt(x**2) | =  | x       | none
x*t > 0         | sign(x)    | =  | 1       | x > 0
i != j          | [i = j] + [i = 1] | = | 0 | i != 1
"""
"""An assumption that is made already | the step | … | what is missing besides, which may not contradict it."""


def rows(table: str) -> list[list[str]]:
    """The cells of each line."""
    return [[cell.strip() for cell in line.replace("{CE}", CE).split("|")] for line in table.strip().splitlines()]


@cache
def scope(given: str = "") -> Scope:
    found, problems = declare_all(Scope(), SYMBOLS)
    assert not problems
    found, problems = define_all(found, DEFINITIONS)
    assert not problems
    return assume(found, given) if given else found


@cache
def judge(given: str = "") -> Judge:
    return Judge(scope(given).context())


def read(text: str) -> Term:
    return read_expression(text, scope())


def missing(left: str, relation: str, right: str, given: str = "") -> str:
    """The assumption that a step lacks, which has to be refuted."""
    assert judge(given).decide(read(left), relation, read(right)).verdict == "refuted"
    found = missing_assumption(judge(given), read(left), relation, read(right))
    return "none" if found is None else show(found)


@pytest.mark.parametrize(("left", "relation", "right", "expected"), rows(STEPS))
def test_the_assumption_is_named(left: str, relation: str, right: str, expected: str) -> None:
    assert missing(left, relation, right) == expected


@pytest.mark.parametrize(("given", "left", "relation", "right", "expected"), rows(GIVEN))
def test_what_is_assumed_already_is_neither_repeated_nor_contradicted(
    given: str, left: str, relation: str, right: str, expected: str
) -> None:
    assert missing(left, relation, right, given) == expected


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_row_of_the_table_finds_its_example_and_not_its_near_miss(source: Source) -> None:
    ((left, relation, right, expected),) = rows(source.example)
    assert missing(left, relation, right) == expected
    assert expected in {show(p.fact) for p in source.read(Claim(read(left), relation, read(right), judge().context))}
    (near_miss,) = rows(source.near_miss)
    assert missing(*near_miss) == "none"


@pytest.mark.parametrize(("left", "relation", "right", "fact"), [row for row in rows(STEPS) if row[3] != "none"])
def test_under_the_assumption_as_it_is_printed_no_instance_refutes_the_step(
    left: str, relation: str, right: str, fact: str
) -> None:
    told = Judge(assume(scope(), fact).context())
    assert told.contradiction() is None
    decision = told.decide(read(left), relation, read(right))
    assert decision.verdict in {"proved", "checked", "undecided"}
    assert decision.instances > 0


@pytest.mark.parametrize(("left", "right"), [("A", "x"), ("x = t", "x**2 = t**2")])
def test_arrays_against_scalars_and_links_of_statements_are_left_alone(left: str, right: str) -> None:
    terms = [read_condition(text, scope()) if "=" in text else read(text) for text in (left, right)]
    assert missing_assumption(judge(), terms[0], "<=>" if "=" in left else "=", terms[1]) is None
