"""The moments of laws against sums and integrals of their densities, which are written here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable

import mpmath
import pytest

from derivcheck.kernel.terms import Context, Symbol, Term, Type
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance
from derivcheck.proving.probability import laws
from derivcheck.syntax import Scope, declare, read_expression

Density = Callable[[mpmath.mpf], mpmath.mpf]

CONTINUOUS: dict[str, tuple[tuple[str, ...], Density, list[float]]] = {
    "normal": (("1/2", "9/4"), lambda x: mpmath.npdf(x, mpmath.mpf("0.5"), mpmath.mpf("1.5")), [-mpmath.inf, 0, mpmath.inf]),
    "exponential": (("3/2",), lambda x: mpmath.mpf("1.5") * mpmath.exp(-mpmath.mpf("1.5") * x), [0, mpmath.inf]),
    "gamma": (("5/2", "2"), lambda x: 2**mpmath.mpf("2.5") * x**mpmath.mpf("1.5") * mpmath.exp(-2 * x) / mpmath.gamma(2.5),
              [0, mpmath.inf]),
    "beta": (("2", "7/2"), lambda x: x * (1 - x)**mpmath.mpf("2.5") / mpmath.beta(2, 3.5), [0, 1]),
    "uniform": (("-1", "3/2"), lambda x: mpmath.mpf("0.4"), [-1, 1.5]),
}
DISCRETE: dict[str, tuple[tuple[str, ...], Density, list[float]]] = {
    "binomial": (("5", "1/3"), lambda k: mpmath.binomial(5, k) * mpmath.mpf(2)**(5 - k) / 3**5, [0, 5]),
    "poisson": (("3/2",), lambda k: mpmath.exp(-1.5) * mpmath.mpf("1.5")**k / mpmath.factorial(k), [0, mpmath.inf]),
    "geometric": (("2/5",), lambda k: mpmath.mpf("0.4") * mpmath.mpf("0.6")**(k - 1), [1, mpmath.inf]),
    "bernoulli": (("1/4",), lambda k: mpmath.mpf("0.25") if k else mpmath.mpf("0.75"), [0, 1]),
}
X = Symbol("X", Type("real"))
SCOPE = declare(Scope(), "X", "real")
FUNCTIONS = ["X", "X**2", "(X - 1)**3", "X**4 - 2*X", "exp(X/3)", "exp(X/4)**2*3 + X**5", "[X, X**2].T @ [X, 2]"]
TILTED = ["X*exp(X/4)", "(X - 1)**2*exp(-X/2)"]


def value(term: Term) -> float:
    (entry,) = evaluate(term, Instance(), Context()).entries
    return float(entry) if not hasattr(entry, "mid") else float(entry.mid())


def closed(name: str, parameters: tuple[str, ...], text: str) -> float:
    law = Term("law", tuple(read_expression(p, SCOPE) for p in parameters), name)
    body = read_expression(text, SCOPE)
    found, _ = laws.expectation(law, X, body, lambda: "w")
    return value(found)


def plain(text: str) -> Callable[[mpmath.mpf], mpmath.mpf]:
    table: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
        "X": lambda x: x, "X**2": lambda x: x**2, "(X - 1)**3": lambda x: (x - 1)**3, "X**4 - 2*X": lambda x: x**4 - 2 * x,
        "exp(X/3)": lambda x: mpmath.exp(x / 3), "exp(X/4)**2*3 + X**5": lambda x: 3 * mpmath.exp(x / 2) + x**5,
        "[X, X**2].T @ [X, 2]": lambda x: 3 * x**2, "X*exp(X/4)": lambda x: x * mpmath.exp(x / 4),
        "(X - 1)**2*exp(-X/2)": lambda x: (x - 1)**2 * mpmath.exp(-x / 2),
    }
    return table[text]


def cases(table: dict[str, tuple[tuple[str, ...], Density, list[float]]]) -> list[tuple[str, str]]:
    without = {"beta": {"exp"}, "uniform": set[str]()}
    tilted = {name: [] if name in {"uniform", "beta"} else TILTED for name in table}
    return [(name, text) for name in table for text in FUNCTIONS + tilted[name]
            if not any(word in text for word in without.get(name, ()))]


@pytest.mark.parametrize(("name", "text"), cases(CONTINUOUS))
def test_expectations_are_integrals_of_the_density(name: str, text: str) -> None:
    parameters, density, ends = CONTINUOUS[name]
    function = plain(text)
    wanted = mpmath.quad(lambda x: function(x) * density(x), ends)
    assert closed(name, parameters, text) == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.parametrize(("name", "text"), cases(DISCRETE))
def test_expectations_are_sums_over_the_values(name: str, text: str) -> None:
    parameters, density, ends = DISCRETE[name]
    function = plain(text)
    last = 4000 if ends[1] == mpmath.inf else int(ends[1])
    wanted = mpmath.fsum(function(mpmath.mpf(k)) * density(mpmath.mpf(k)) for k in range(int(ends[0]), last + 1))
    assert closed(name, parameters, text) == pytest.approx(float(wanted), rel=1e-9)


@pytest.mark.parametrize(("name", "text"), [("normal", "1/X"), ("normal", "log(X)"), ("beta", "exp(X)"), ("uniform", "X*exp(X)"),
                                            ("poisson", "factorial(X)"), ("gamma", "X**(1/2)"), ("exponential", "X**13")])
def test_what_has_no_closed_form_is_refused(name: str, text: str) -> None:
    parameters = {**CONTINUOUS, **DISCRETE}[name][0]
    with pytest.raises(laws.NoMoment):
        closed(name, parameters, text)


def test_the_numbers_of_stirling() -> None:
    assert [laws.stirling(k) for k in range(5)] == [[1], [0, 1], [0, 1, 1], [0, 1, 3, 1], [0, 1, 7, 6, 1]]
