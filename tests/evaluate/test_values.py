"""Values of terms at instances: one line each, the term, the values of its symbols, the value."""

from __future__ import annotations

import time

import pytest
from claim_reading import parsed
from flint import fmpq

from derivcheck.kernel.values.arithmetic import Gaussian, show
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Undefined, Undetermined
from derivcheck.proving.sampling.instances import RidgePolynomial

REAL = {"x": "real", "y": "real", "n": "size", "k": "integer", "A": "matrix(n, n)", "v": "vector(n)", "a": "real[n]",
        "i, j": "index(n)",
        "u": "vector(n)[n]", "r": "row(n)", "f": "function(real) -> real"}
CUBE = RidgePolynomial(((fmpq(1), (fmpq(1),)), (fmpq(0), (fmpq(1),)), (fmpq(0), (fmpq(1),)), (fmpq(2), (fmpq(1),))))
VALUES = {"x": fmpq(1, 3), "y": -2, "k": 3, "A": ((1, 2), (3, 4)), "v": (1, 2), "a": (5, 7), "i": 1, "j": 2, "u": ((1, 2),
          (3, 5)),
          "r": ((4, 9),), "f": CUBE}


def value(text: str, **changed: object) -> list[str]:
    term, context = parsed(text, REAL)
    found = evaluate(term, Instance({"n": 2}, {**VALUES, **changed}), context)  # type: ignore[arg-type]
    return [type(x).__name__ if isinstance(x, Undefined | Undetermined) else show(x) for x in found.entries]


@pytest.mark.parametrize(("text", "expected"), [
    ("x + y*2", "-11/3"), ("2**k - 1", "7"), ("y**-3", "-1/8"), ("(1/4)**(-3/2)", "8"), ("0**0", "1"), ("0**(1/2)", "0"),
    ("sqrt(9/4)", "3/2"), ("cbrt(-8)", "-2"), ("abs(y)", "2"), ("sign(y)", "-1"), ("exp(0) + log(1) + cos(0)", "2"),
    ("log(2)", "0.6931471806"), ("pi", "3.141592654"), ("e", "2.718281828"), ("max(x, y, 1/4)", "1/3"), ("min(x, y)", "-2"),
    ("floor(-7/2)", "-4"), ("ceiling(-7/2)", "-3"), ("relu(y)", "0"), ("sigmoid(0)", "1/2"), ("log(8, 2)", "3.000000000"),
    ("factorial(5)", "120"), ("gamma(6)", "120"), ("binomial(5, 2)", "10"), ("binomial(1/2, 3)", "1/16"), ("binomial(-2, 3)",
    "-4"),
    ("binomial(-5, 2)", "15"), ("binomial(400, 150) - binomial(399, 150) - binomial(399, 149)", "0"), ("binomial(4/2, 3)", "0"),
    ("binomial(3, -1)", "0"), ("binomial(3, 5)", "0"), ("erf(0)", "0"), ("atan(0) + asin(0)", "0"), ("delta(k, 3)", "1"),
    ("[x < y]", "0"), ("[i != j]", "1"), ("sum(m, m in 1..4)", "10"), ("sum(1/m, m in 3..2)", "0"), ("prod(m, m in 3..2)", "1"),
    ("sum(1/m, m in -2..2 if m != 0)", "0"), ("sum(m*p, m in 1..2, p in 1..m)", "7"), ("sum(1/(m - i), m in 1..n if m != i)",
    "1"),
    ("cases(1/x if x != 0, 0 otherwise)", "3"), ("det(A)", "-2"), ("tr(A)", "5"), ("v.T @ A @ v", "27"), ("dot(v, v)", "5"),
    ("norm([3, 4])", "5"), ("logsumexp([0])", "0"), ("u[2][1]", "3"), ("u[1, 2]", "2"), ("r[2]", "9"), ("(A @ v)[2]", "11"),
    ("f(2)", "17"), ("f'(2)", "24"), ("f''(2)", "24"), ("diff(f(x), x)", "2/3"), ("diff(x**3, x, 2)", "2"),
    ("diff(abs(y), y)", "-1"), ("diff(max(x, 0)**2, x)", "2/3"), ("diff(a[i]*a[j], a[2])", "5"),
    ("diff(sum(a[m]**2, m in 1..n), a[i])", "10"),
    ("diff(diff(v.T @ A @ v, v[1]), v[2])", "5"), ("sum(diff(v[m]*v[i], v[m]), m in 1..n)", "3"),
])
def test_scalar(text: str, expected: str) -> None:
    assert value(text) == [expected]


@pytest.mark.parametrize(("text", "expected"), [
    ("A @ v", "5 11"), ("v.T @ A", "7 10"), ("A.T", "1 3 2 4"), ("A @ A", "7 10 15 22"), ("A**3", "37 54 81 118"),
    ("inv(A)", "-2 1 3/2 -1/2"), ("adj(A)", "4 -2 -3 1"), ("outer(v, v)", "1 2 2 4"), ("diag(v)", "1 0 0 2"), ("diag(A)",
    "1 4"),
    ("vec(A)", "1 3 2 4"), ("kron(v, v)", "1 2 2 4"), ("hadamard(v, v)", "1 4"), ("eye(n) + ones(n, n)", "2 1 1 2"),
    ("columns(u)", "1 3 2 5"), ("unit(j, n)", "0 1"), ("[[1, x], [y, 0]]", "1 1/3 -2 0"), ("diff(v.T @ v, v)", "2 4"),
    ("diff(A @ v, v)", "1 2 3 4"), ("diff(det(A), A)", "4 -3 -2 1"), ("diff(x*v, x)", "1 2"), ("diff(u[1].T @ u[2], u[2])",
    "1 2"),
    ("diff(log(det(A)**2), A)", "-4 3 2 -1"), ("sum(m*v, m in 1..3)", "6 12"), ("sum(v, m in 2..1)", "0 0"),
    ("[1/(x - x), x]", "Undefined 1/3"),
])
def test_array(text: str, expected: str) -> None:
    assert value(text) == expected.split()


@pytest.mark.parametrize("text", [
    "1/(x - x)", "0*log(0)", "log(y)", "sqrt(y)", "y**(1/2)", "(-8)**(1/3)", "0**(-1)", "0**y", "asin(2)", "acosh(0)",
    "atanh(1)", "gamma(0)",
    "gamma(-3)", "tan(x)/(x - 1/3)", "a[3]", "a[i - 1]", "v[k]", "inv(A - A)[1, 1]", "cases(1 if x < 0)",
    "sum(1/m, m in 0..1)", "acot(0)",
    "diff(log(y), y)", "unit(k, n)[1]",
])
def test_undefined(text: str) -> None:
    assert value(text) == ["Undefined"]


@pytest.mark.parametrize("text", [
    "1/(sin(1)**2 + cos(1)**2 - 1)", "[sin(1)**2 + cos(1)**2 = 1]", "sum(1/m, m in 1..oo)", "limit(sin(x)/x, x -> 0)",
    "integrate(x, x)",
    "sum(m, m in 1..10**12)", "diff(abs(x - 1/3), x)", "diff([x < 1/3], x)", "diff(floor(k*x), x)", "exp(exp(exp(exp(10))))",
    "binomial(-1, -3)", "binomial(10**9, 5*10**8)", "floor(10**10**10)",
])
def test_undetermined(text: str) -> None:
    assert value(text) == ["Undetermined"]


@pytest.mark.parametrize(("text", "expected"), [
    ("i**2", "-1"), ("(1 + i)*(2 - i)", "3 + i"), ("1/(1 + i)", "1/2 - 1/2*i"), ("sqrt(-4)", "2*i"), ("sqrt(-3)*sqrt(-5)",
    "-3.872983346"),
    ("abs(3 + 4*i)", "5"), ("conj(z)", "1 - 2*i"), ("re(z)", "1"), ("im(z)", "2"), ("log(-1)", "3.141592654*i"),
    ("(-8)**(1/3)", "1.000000000 + 1.732050808*i"),
    ("diff(z**2, z)", "2 + 4*i"), ("det([[1, i], [i, 1]])", "2"),
])
def test_complex(text: str, expected: str) -> None:
    term, context = parsed(text, {"z": "complex"})
    (found,) = evaluate(term, Instance({}, {"z": Gaussian(fmpq(1), fmpq(2))}), context).entries
    assert show(found) == expected  # type: ignore[arg-type]


def test_definitions_expand_without_capture() -> None:
    term, context = parsed("sum(g(a[w]), w in 1..n)", {"n": "size", "a": "real[n]", "g": "function(real) -> real"},
                           {"g(t)": "sum(t*a[w], w in 1..n)"})
    assert evaluate(term, Instance({"n": 2}, {"a": (2, 3)}), context).entries == (fmpq(25),)


def test_derivative_sees_through_definitions() -> None:
    term, context = parsed("diff(y[2], z)", {"n": "size", "z": "vector(n)", "y": "real[n]"}, {"y[m]": "m*z[m]**2 + z[1]"})
    assert evaluate(term, Instance({"n": 2}, {"z": (3, 5)}), context).entries == (fmpq(1), fmpq(20))


@pytest.mark.parametrize("text", ["10**10**10", "2**(10**9)", "sum(m, m in 1..10**12)", "factorial(10**9)", "(1 + x)**(10**12)",
                                  "prod(k**m, m in 1..10**4)", "gamma(1/3)**10**9", "sin(10**10**10)", "A**(10**9)",
                                  "10**10**10**10"])
def test_hostile_magnitudes_answer_at_once(text: str) -> None:
    start = time.process_time()
    value(text)
    assert time.process_time() - start < 0.5


def test_hostile_sizes_answer_at_once() -> None:
    term, context = parsed("ones(n).T @ eye(n) @ ones(n)", {"n": "size"})
    start = time.process_time()
    assert isinstance(evaluate(term, Instance({"n": 10**9}), context).entries[0], Undetermined)
    assert time.process_time() - start < 0.5
