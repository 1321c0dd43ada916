"""The known inequalities: a row each, with what it proves, a near miss, and the words by which a step cites it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bound:
    """A known inequality.

    letters: the types of its letters; says: the inequality, with ``<=``; needs: what must hold of the parts; example: a
    claim that it proves; near_miss: one that looks like it and is false, in the symbols of ``EXAMPLES``.
    """

    name: str
    letters: Mapping[str, str]
    says: str
    needs: tuple[str, ...] = ()
    example: str = ""
    near_miss: str = ""


EXAMPLES = {"d, n": "size", "k": "index(d)", "x, y, z": "vector(d)", "w, v": "simplex(d)", "r": "positive[d]", "a, b": "real",
            "p, q": "positive", "A": "matrix(d, d)"}
"""The symbols of the examples."""

PAIR = {"n": "size", "u, v": "vector(n)"}
ONE = {"n": "size", "u": "vector(n)"}
WEIGHED = {"n": "size", "u": "vector(n)", "w": "simplex(n)"}
POSITIVE = {"n": "size", "u": "positive[n]", "w": "simplex(n)"}

BOUNDS: tuple[Bound, ...] = (
    Bound("Cauchy-Schwarz", PAIR, "dot(u, v)**2 <= dot(u, u)*dot(v, v)", (),
          "(x.T @ y)**2 <= sum(x[i]**2, i in 1..d)*sum(y[i]**2, i in 1..d)", "x.T @ x*(y.T @ y) <= (x.T @ y)**2"),
    Bound("Cauchy-Schwarz", PAIR, "abs(dot(u, v)) <= norm(u)*norm(v)", (),
          "abs(dot(x, y + z)) <= norm(x)*norm(y + z)", "abs(dot(x, y)) <= norm(x) + norm(y)"),
    Bound("Cauchy-Schwarz", PAIR, "dot(u, v) <= norm(u)*norm(v)", (),
          "dot(x, y) <= norm(x)*norm(y)", "dot(x, y) <= norm(x)*norm(z)"),
    Bound("Cauchy-Schwarz", ONE, "sum(u[i], i in 1..n)**2 <= n*sum(u[i]**2, i in 1..n)", (),
          "sum(x[i], i in 1..d)**2 <= d*sum(x[i]**2, i in 1..d)", "sum(x[i], i in 1..d)**2 <= sum(x[i]**2, i in 1..d)"),
    Bound("triangle inequality", PAIR, "norm(u + v) <= norm(u) + norm(v)", (),
          "norm(x + y) <= norm(x) + norm(y)", "norm(x) + norm(y) <= norm(x + y)"),
    Bound("triangle inequality", PAIR, "norm(u - v) <= norm(u) + norm(v)", (),
          "norm(x - y) <= norm(x) + norm(y)", "norm(x - y) <= norm(x) - norm(y)"),
    Bound("triangle inequality", PAIR, "norm(u) - norm(v) <= norm(u - v)", (),
          "norm(x) - norm(y) <= norm(x - y)", "norm(x) + norm(y) <= norm(x - y)"),
    Bound("triangle inequality", ONE, "abs(sum(u[i], i in 1..n)) <= sum(abs(u[i]), i in 1..n)", (),
          "abs(sum(x[i], i in 1..d)) <= sum(abs(x[i]), i in 1..d)", "sum(abs(x[i]), i in 1..d) <= abs(sum(x[i], i in 1..d))"),
    Bound("triangle inequality", ONE, "sum(u[i], i in 1..n) <= sum(abs(u[i]), i in 1..n)", (),
          "sum(x[i], i in 1..d) <= sum(abs(x[i]), i in 1..d)", "sum(abs(x[i]), i in 1..d) <= sum(x[i], i in 1..d)"),
    Bound("absolute value", {"s": "real"}, "s <= abs(s)", (),
          "dot(x, y) <= abs(dot(x, y))", "abs(dot(x, y)) <= dot(x, y)"),
    Bound("order of norms", ONE, "norm(u) <= sum(abs(u[i]), i in 1..n)", (),
          "norm(x) <= sum(abs(x[i]), i in 1..d)", "sum(abs(x[i]), i in 1..d) <= norm(x)"),
    Bound("order of norms", ONE, "sum(abs(u[i]), i in 1..n) <= sqrt(n)*norm(u)", (),
          "sum(abs(x[i]), i in 1..d) <= sqrt(d)*norm(x)", "sum(abs(x[i]), i in 1..d) <= norm(x)"),
    Bound("Jensen", WEIGHED, "sum(w[i]*u[i], i in 1..n)**2 <= sum(w[i]*u[i]**2, i in 1..n)", (),
          "sum(w[i]*x[i], i in 1..d)**2 <= sum(w[i]*x[i]**2, i in 1..d)",
          "sum(w[i]*x[i]**2, i in 1..d) <= sum(w[i]*x[i], i in 1..d)**2"),
    Bound("Jensen", WEIGHED, "exp(sum(w[i]*u[i], i in 1..n)) <= sum(w[i]*exp(u[i]), i in 1..n)", (),
          "exp(sum(w[i]*x[i], i in 1..d)) <= sum(w[i]*exp(x[i]), i in 1..d)",
          "exp(sum(x[i], i in 1..d)) <= sum(exp(x[i]), i in 1..d)"),
    Bound("Jensen", WEIGHED, "abs(sum(w[i]*u[i], i in 1..n)) <= sum(w[i]*abs(u[i]), i in 1..n)", (),
          "abs(sum(w[i]*x[i], i in 1..d)) <= sum(w[i]*abs(x[i]), i in 1..d)",
          "sum(w[i]*abs(x[i]), i in 1..d) <= abs(sum(w[i]*x[i], i in 1..d))"),
    Bound("Jensen: the logarithm is concave", POSITIVE, "sum(w[i]*log(u[i]), i in 1..n) <= log(sum(w[i]*u[i], i in 1..n))", (),
          "sum(w[i]*log(r[i]), i in 1..d) <= log(sum(w[i]*r[i], i in 1..d))",
          "log(sum(w[i]*r[i], i in 1..d)) <= sum(w[i]*log(r[i]), i in 1..d)"),
    Bound("means", {"n": "size", "u": "positive[n]"}, "sum(log(u[i]), i in 1..n)/n <= log(sum(u[i], i in 1..n)/n)", (),
          "sum(log(r[i]), i in 1..d)/d <= log(sum(r[i], i in 1..d)/d)",
          "log(sum(r[i], i in 1..d)/d) <= sum(log(r[i]), i in 1..d)/d"),
    Bound("Hölder", {"n": "size", "u, v": "vector(n)", "f, g": "positive"},
          "abs(dot(u, v)) <= sum(abs(u[i])**f, i in 1..n)**(1/f)*sum(abs(v[i])**g, i in 1..n)**(1/g)", ("1/f + 1/g = 1",),
          "abs(dot(x, y)) <= sum(abs(x[i])**3, i in 1..d)**(1/3)*sum(abs(y[i])**(3/2), i in 1..d)**(2/3)",
          "abs(dot(x, y)) <= sum(abs(x[i])**3, i in 1..d)**(1/3)*sum(abs(y[i])**3, i in 1..d)**(1/3)"),
    Bound("Hölder", {"n": "size", "u, v": "vector(n)", "f, g": "positive"},
          "sum(abs(u[i])*abs(v[i]), i in 1..n) <= sum(abs(u[i])**f, i in 1..n)**(1/f)*sum(abs(v[i])**g, i in 1..n)**(1/g)",
          ("1/f + 1/g = 1",),
          "sum(abs(x[i])*abs(y[i]), i in 1..d) <= sum(abs(x[i])**4, i in 1..d)**(1/4)*sum(abs(y[i])**(4/3), i in 1..d)**(3/4)",
          "sum(abs(x[i])**4, i in 1..d)**(1/4)*sum(abs(y[i])**(4/3), i in 1..d)**(3/4) <= sum(abs(x[i])*abs(y[i]), i in 1..d)"),
    Bound("Minkowski", {"n": "size", "u, v": "vector(n)", "f": "positive"},
          "sum(abs(u[i] + v[i])**f, i in 1..n)**(1/f) <= "
          "sum(abs(u[i])**f, i in 1..n)**(1/f) + sum(abs(v[i])**f, i in 1..n)**(1/f)",
          ("f >= 1",),
          "sum(abs(x[i] + y[i])**3, i in 1..d)**(1/3) <= "
          "sum(abs(x[i])**3, i in 1..d)**(1/3) + sum(abs(y[i])**3, i in 1..d)**(1/3)",
          "sum(abs(x[i] + y[i])**3, i in 1..d) <= sum(abs(x[i])**3, i in 1..d) + sum(abs(y[i])**3, i in 1..d)"),
    Bound("AM-GM", {"n": "size", "u": "positive[n]"}, "prod(u[i], i in 1..n)**(1/n) <= sum(u[i], i in 1..n)/n", (),
          "prod(r[i], i in 1..d)**(1/d) <= sum(r[i], i in 1..d)/d", "sum(r[i], i in 1..d)/d <= prod(r[i], i in 1..d)**(1/d)"),
    Bound("AM-GM", POSITIVE, "prod(u[i]**w[i], i in 1..n) <= sum(w[i]*u[i], i in 1..n)", (),
          "prod(r[i]**w[i], i in 1..d) <= sum(w[i]*r[i], i in 1..d)", "sum(w[i]*r[i], i in 1..d) <= prod(r[i]**w[i], i in 1..d)"),
    Bound("AM-HM", {"n": "size", "u": "positive[n]"}, "n**2 <= sum(u[i], i in 1..n)*sum(1/u[i], i in 1..n)", (),
          "d**2 <= sum(r[i], i in 1..d)*sum(1/r[i], i in 1..d)", "sum(r[i], i in 1..d)*sum(1/r[i], i in 1..d) <= d**2"),
    Bound("AM-HM", {"n": "size", "u": "positive[n]"}, "n/sum(1/u[i], i in 1..n) <= sum(u[i], i in 1..n)/n", (),
          "d/sum(1/r[i], i in 1..d) <= sum(r[i], i in 1..d)/d", "sum(r[i], i in 1..d)/d <= d/sum(1/r[i], i in 1..d)"),
    Bound("Gibbs", {"n": "size", "u, w": "simplex(n)"}, "sum(u[i]*log(w[i]), i in 1..n) <= sum(u[i]*log(u[i]), i in 1..n)", (),
          "sum(v[i]*log(w[i]), i in 1..d) <= sum(v[i]*log(v[i]), i in 1..d)",
          "sum(v[i]*log(v[i]), i in 1..d) <= sum(v[i]*log(w[i]), i in 1..d)"),
    Bound("Gibbs", {"n": "size", "u": "simplex(n)"}, "-sum(u[i]*log(u[i]), i in 1..n) <= log(n)", (),
          "-sum(w[i]*log(w[i]), i in 1..d) <= log(d)", "log(d) <= -sum(w[i]*log(w[i]), i in 1..d)"),
    Bound("Young", {"s, t": "real", "f, g": "positive"}, "s*t <= s**f/f + t**g/g", ("s >= 0", "t >= 0", "1/f + 1/g = 1"),
          "p*q <= p**4/4 + 3*q**(4/3)/4", "p*q <= p**4/4 + q**(4/3)/4"),
    Bound("Young", {"s, t": "real", "f": "positive"}, "s*t <= s**f/f + t**(f/(f - 1))*(f - 1)/f", ("s >= 0", "t >= 0", "f > 1"),
          "p*q <= p**3/3 + 2*q**(3/2)/3", "p*q <= p**3/3 + q**(3/2)/3"),
    Bound("Bernoulli", {"t": "real", "f": "positive"}, "1 + f*t <= (1 + t)**f", ("t > -1", "f >= 1"),
          "1 + 3*p/2 <= (1 + p)**(3/2)", "1 + p/2 <= (1 + p)**(1/2)"),
)
"""The inequalities, each with what it proves and with a near miss that it must not."""



CITED: Mapping[str, tuple[str, ...]] = {
    "Cauchy-Schwarz": ("cauchy", "schwarz", "bunjakowski"),
    "triangle inequality": ("triangle",),
    "absolute value": ("absolute",),
    "order of norms": ("norms", "norm equivalence"),
    "Jensen": ("jensen", "convex", "concave"),
    "Jensen: the logarithm is concave": ("jensen", "concave"),
    "means": ("mean", "am-gm", "amgm", "arithmetic", "geometric"),
    "Hölder": ("hölder", "holder"),
    "Minkowski": ("minkowski",),
    "AM-GM": ("am-gm", "amgm", "am–gm", "arithmetic", "geometric mean"),
    "AM-HM": ("am-hm", "harmonic"),
    "Gibbs": ("gibbs", "entropy", "divergence", "kullback"),
    "Young": ("young",),
    "Bernoulli": ("bernoulli",),
}
"""What in a step's reason names a row, in small letters."""


def cited(reason: str | None) -> tuple[str, ...]:
    """The names of the rows that a step's stated reason names."""
    words = (reason or "").lower()
    return tuple(name for name, phrases in CITED.items() if any(phrase in words for phrase in phrases))
