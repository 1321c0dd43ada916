"""One scope that the tables of the plain language are read in."""

from __future__ import annotations

from derivcheck.syntax import Scope, declare_all, define_all

SYMBOLS = [
    ("u", "vector(d)[V]"), ("V, d, m, n", "size"), ("v", "vector(d)"), ("p", "real[V]"), ("o, w", "index(V)"),
    ("k, l", "index(n)"), ("x, y, z", "real"), ("a", "positive"), ("c", "complex"), ("N", "integer"),
    ("A, B", "matrix(n, n)"), ("M", "matrix(m, n)"), ("G", "matrix(m, n)[V]"), ("r", "row(n)"), ("q", "vector(n)"),
    ("f", "function(real) -> real"), ("g", "function(real) -> real"), ("F", "function(vector(d), vector(d)) -> real"),
    ("label", "onehot(V, o)"), ("T", "matrix(2, 2)"), ("s", "sign[n]"), ("h", "vector(n)"),
    ("X, Y, Z", "real random"),
]
DEFINITIONS = [("p[k]", "exp(u[k].T @ v)/sum(exp(u[w].T @ v), w in 1..V)"), ("g(t)", "t**2 + f(t)"), ("h", "A @ q")]


def declared() -> Scope:
    """The scope of ``SYMBOLS`` and ``DEFINITIONS``."""
    scope, problems = declare_all(Scope(), SYMBOLS)
    assert not problems
    scope, problems = define_all(scope, DEFINITIONS)
    assert not problems
    return scope
