"""The conditions that a step names: what one side needs and the other does not, as a reader would write it."""

from __future__ import annotations

from functools import cache

import pytest

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.terms import Claim
from derivcheck.syntax import Scope, declare_all, read_expression, show

SYMBOLS = [
    ("n, m", "size"), ("a, b, c, x, y", "real"), ("u", "nonnegative"), ("h", "nonzero"), ("k", "integer"), ("i, j", "index(n)"),
    ("r, g", "real[n]"), ("z", "vector(n)"), ("A, B", "matrix(n, n)"),
]

CONDITIONS = """
log(x**2)             | 2*log(x)                     | x > 0 (domain)
2*log(x)              | log(x**2)                    | x > 0 (domain, gained)
log(x**2*y)           | 2*log(x) + log(y)            | x > 0 (domain)
log(x**3)             | 3*log(x)                     |
x                     | a*x/a                        | a != 0 (point)
a*x/a                 | x                            | a != 0 (point, gained)
1                     | h*x/(h*x)                    | x != 0 (point)
a + b                 | (a**2 - b**2)/(a - b)        | a != b (point)
1                     | (b - a - 1)/(b - a - 1)      | b != a + 1 (point)
1                     | (c - a*b)/(c - a*b)          | a*b != c (point)
1                     | (-a - b)/(-a - b)            | a + b != 0 (point)
1                     | (3 - 2*x)/(3 - 2*x)          | x != 3/2 (point)
1                     | (exp(x) - 1)/(exp(x) - 1)    | exp(x) != 1 (point)
1                     | (1 - cos(x))/(1 - cos(x))    | cos(x) != 1 (point)
1                     | tan(x)*cot(x)                | cos(x) != 0 (point); sin(x) != 0 (point)
tan(atan(x))          | tan(atan(x)) + 0             |
0                     | 0*log(-x)                    | x < 0 (domain)
0                     | 0*log(b - a)                 | b > a (domain)
0                     | 0*sqrt(x - y)                | x >= y (domain)
0                     | 0*sqrt(4 - x**2)             | x**2 <= 4 (domain)
1                     | sqrt(x)/sqrt(x)              | x > 0 (domain)
sqrt(x**2*y)          | abs(x)*sqrt(y)               | y >= 0 (domain)
0                     | 0*sqrt(x**2*y)               | x**2*y >= 0 (domain)
0                     | 0*sqrt(u*y)                  | u*y >= 0 (domain)
0                     | 0*sqrt(h**2*y)               | y >= 0 (domain)
0                     | 0*factorial(k)               | k >= 0 (domain)
0                     | 0*gamma(k)                   | k >= 1 (domain)
1                     | (n - 1)/(n - 1)              | n >= 2 (size)
1                     | (n - m)/(n - m)              | n != m (size)
r[1]                  | r[1] + 0*r[2]                | n >= 2 (size)
0                     | 0*r[i - 1]                   | i >= 2 (domain)
0                     | 0*r[i + 1]                   | i + 1 <= n (domain)
1                     | (r[i] - r[j])/(r[i] - r[j])  | r[i] != r[j] (point)
n                     | sum(r[w]/r[w], w in 1..n)    | r[w] != 0 (point)
n                     | sum(r[i]/r[i], i in 1..n)    | r[w] != 0 (point)
eye(n)                | A @ inv(A)                   | det(A) != 0 (point)
inv(A @ B)            | inv(B) @ inv(A)              |
"""
"""The step before | the step | its conditions; an index that runs never has the name of one that is declared."""


@cache
def scope() -> Scope:
    found, problems = declare_all(Scope(), SYMBOLS)
    assert not problems
    return found


@pytest.mark.parametrize("row", CONDITIONS.strip().splitlines())
def test_the_conditions_are_what_one_side_needs_alone(row: str) -> None:
    left, right, expected = (cell.strip() for cell in row.split("|"))
    claim = Claim(read_expression(left, scope()), "=", read_expression(right, scope()), scope().context())
    found = Kernel(claim.context).conditions(claim)
    assert "; ".join(f"{show(c.term)} ({c.kind}{', gained' if c.gained else ''})" for c in found) == expected
