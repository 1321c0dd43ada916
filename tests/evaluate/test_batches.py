"""The float batches agree with exact evaluation, and exact derivatives with difference quotients."""

from __future__ import annotations

import math
from pathlib import Path

import flint
import numpy as np
import pytest
from claim_reading import parsed
from flint import arb, fmpq
from hypothesis import given, settings
from hypothesis import strategies as st

from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Undefined
from derivcheck.proving.screening import batch, floats
from derivcheck.proving.screening.batch import Batches, Draws, Sampling
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

SYMBOLS = {"V, d": "size", "x, y": "real", "p": "positive", "o, w": "index(V)", "u": "vector(d)[V]", "v": "vector(d)",
           "a": "real[V]",
           "A": "matrix(d, d)", "z": "simplex(V)", "f": "function(real) -> real", "F": "function(vector(d), vector(d)) -> real",
           "yhat": "real[V]"}
DEFINE = {"yhat[k]": "exp(u[k].T @ v)/sum(exp(u[m].T @ v), m in 1..V)"}

TERMS = [
    "diff(log(yhat[o]), v)", "sum(yhat[w]*u[w], w in 1..V)", "diff(diff(log(yhat[o]), v), v)", "diff(yhat[o], u[w])",
    "sum(z[m]*log(yhat[m]), m in 1..V if m != o)", "sum(sum(a[m]*a[n], n in 1..m), m in 1..V)", "prod(1 + a[m]**2, m in 1..V)",
    "diff(sum(f(a[m]*x), m in 1..V), x)", "diff(F(v, u[o]), v)", "f'(x) + f''(y)", "diff(det(A)*tr(A), A)",
    "diff(v.T @ inv(A) @ v, v)",
    "softmax(A @ v)", "diff(logsumexp(A @ v), A)", "norm(v)**2*eye(d)", "cases(1/x if x != 0, y otherwise)", "max(x, y)*abs(x)",
    "sum([m = o]*delta(m, w), m in 1..V)", "diff(max(x, y)**2, x)", "kron(A, A)", "vec(A @ A.T)", "adj(A)", "diff(A @ v, v)",
    "a[o]**x",
    "p**x*log(p)", "a[o + 1]", "columns(u)", "outer(v, u[w])", "diff(sum(a[m]**3, m in 1..V), a[o])",
    "diff(x**y + sin(x*y), x)",
    "sum(A**m, m in 0..2)",
]


@pytest.mark.parametrize("text", TERMS)
def test_batches_agree_with_exact_values(text: str) -> None:
    term, context = parsed(text, SYMBOLS, DEFINE)
    batches = Batches(context, Sampling(20, 3))
    for some, values in zip(batches.batches, batches.values(term), strict=True):
        assert values is not None
        for instance, row in zip(some.instances, values, strict=True):
            exact = evaluate(term, instance, context).entries
            assert len(exact) == row.size
            for x, y in zip(exact, row.reshape(-1), strict=True):
                if isinstance(x, Undefined):
                    assert not np.isfinite(y)
                elif isinstance(x, fmpq | arb):
                    assert not np.isfinite(y) or float(arb(x)) == pytest.approx(float(y), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("first", "then"), [
    ("sum(sum(sum(A[i, k], k in 1..d)*a[m], m in 1..V), i in 1..d)", "sum(sum(A[i, k], k in 1..d), i in 1..d)"),
    ("sum(v[i]*sum(a[m]*diff(exp(v[i]), v), m in 1..V), i in 1..d)", "sum(diff(exp(v[i]), v), i in 1..d)"),
])
def test_a_value_found_again_under_fewer_binders_is_the_same(first: str, then: str) -> None:
    one, context = parsed(first, SYMBOLS)
    two, _ = parsed(then, SYMBOLS)
    batches, fresh = Batches(context, Sampling(20, 3)), Batches(context, Sampling(20, 3))
    batches.values(one)
    for again, alone in zip(batches.values(two), fresh.values(two), strict=True):
        assert again is not None and alone is not None
        assert np.array_equal(again, alone, equal_nan=True)


DIFFERENTIABLE = ["exp(sin(x))", "log(1 + x**2)", "atan(x)*x", "sqrt(2 + cos(x))", "tanh(x)**3", "1/(1 + exp(-x))",
                  "x**3/(1 + x**4)",
                  "erf(x)", "sinh(x)*cosh(x)", "(1 + x**2)**x", "asinh(x)", "sigmoid(2*x)", "acos(x/10)", "sec(x/4)",
                  "cbrt(x**2 + 1)"]


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(DIFFERENTIABLE), st.integers(-40, 40))
def test_derivatives_are_limits_of_difference_quotients(text: str, position: int) -> None:
    x, h = fmpq(position, 16), fmpq(1, 2**40)
    slope, context = parsed(f"diff({text}, x)", {"x": "real"})
    body, _ = parsed(text, {"x": "real"})
    (exact,) = evaluate(slope, Instance({}, {"x": x}), context, 200).entries
    above, below = (evaluate(body, Instance({}, {"x": x + k * h}), context, 200).entries[0] for k in (1, -1))
    assert isinstance(exact, fmpq | arb) and isinstance(above, fmpq | arb) and isinstance(below, fmpq | arb)
    with flint.ctx.workprec(200):
        quotient = float((arb(above) - arb(below)) / arb(2 * h))
    assert math.isclose(float(arb(exact)), quotient, rel_tol=1e-9, abs_tol=1e-12)


DECLARED = {"n": "size", "P": "matrix(n, n) positive_definite", "Q": "matrix(n, n) orthogonal", "y": "onehot(n, o)",
            "o": "index(n)",
            "S": "matrix(n, n) antisymmetric", "t": "sign", "z": "simplex(n)", "m": "natural"}


@pytest.mark.parametrize(("text", "least", "most"), [
    ("sign(det(P))", 1, 1), ("tr(Q.T @ Q) - n", 0, 0), ("y[o]", 1, 1), ("tr(S)", 0, 0), ("t**2", 1, 1),
    ("sum(z[k], k in 1..n)", 1, 1),
    ("m", 1, 10**6), ("o", 1, 10), ("min(z[1], z[n])", 0, 1),
])
def test_instances_satisfy_what_is_declared(text: str, least: int, most: int) -> None:
    term, context = parsed(text, DECLARED)
    for some in Batches(context).batches:
        for instance in some.instances:
            (found,) = evaluate(term, instance, context).entries
            assert isinstance(found, fmpq) and least <= found <= most


@pytest.mark.parametrize("order", [TERMS, TERMS[::-1]], ids=["forwards", "backwards"])
@pytest.mark.parametrize("room", [0, 5_000, 10**9])
def test_values_do_not_depend_on_what_was_asked_before(order: list[str], room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bit by bit: a verdict may not depend on what else a process has judged, nor on what it had to forget."""
    monkeypatch.setattr(batch, "MOST_HELD", room)
    draws, sampling = Draws(), Sampling(20, 3)
    for text in order:
        term, context = parsed(text, SYMBOLS, DEFINE)
        shared, alone = draws.of(context, sampling).values(term), Batches(context, sampling).values(term)
        for x, y in zip(shared, alone, strict=True):
            assert x is not None and y is not None
            assert x.shape == y.shape and np.array_equal(x, y, equal_nan=True)


def test_the_instances_of_the_contexts_asked_for_last_are_kept() -> None:
    draws, contexts = Draws(), [parsed("x", {f"x, x{k}": "real"})[1] for k in range(batch.MOST_CONTEXTS + 1)]
    first, *others = [draws.of(context, Sampling(4)) for context in contexts]
    assert draws.of(contexts[-1], Sampling(4)) is others[-1]
    assert draws.of(contexts[0], Sampling(4)) is not first


def test_nested_ranges_over_large_numbers_are_not_screened() -> None:
    """Each range of 1..n fits, and both together do not: they multiply."""
    term, context = parsed("sum(sum(sin(j*k*x), j in k..n), k in 1..n)", {"n": "natural", "x": "real"})
    batches = Batches(context, Sampling(samples=60))
    largest = [max(int(instance.values["n"].p) for instance in some.instances) for some in batches.batches]
    known = [values is not None for values in batches.values(term)]
    assert max(largest) > 200
    assert known == [n < 100 for n in largest]
    assert True in known


@pytest.mark.parametrize(("n", "k", "value"), [
    (5.0, 2.0, 10.0), (5.0, 7.0, 0.0), (5.0, -1.0, 0.0), (0.5, 2.0, -0.125), (2e9, 1e9, math.inf),
    (2e9, 1.0, 2e9), (-1.0, -1.0, math.nan), (-100.25, -250.5, math.inf),
])
def test_binomials_of_floats(n: float, k: float, value: float) -> None:
    assert floats.binomial(np.array(n), np.array(k)) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(("declared", "head", "term"), [
    ("row(n)", "r[k]", "r[k]"), ("row(n)", "r[k]", "(r @ v)"), ("row(n)", "r[k]", "r[1, k]"), ("row(n)", "r[k]", "r.T[k]"),
    ("row(n)[m]", "r[w]", "(r[i] @ v)"),
])
def test_a_row_defined_entry_by_entry_is_a_row(tmp_path: Path, declared: str, head: str, term: str) -> None:
    body = {"r[k]": "k + x", "r[w]": "(v + x*ones(n)).T"}[head]
    path = tmp_path / "rows.yaml"
    path.write_text(f"symbols:\n  n, m: size\n  x: real\n  v: vector(n)\n  k: index(n)\n  i: index(m)\n  r: {declared}\n"
                    f"define:\n  '{head}': {body}\nderivations:\n"
                    f"  right: {{steps: ['2*{term}', '= {term} + {term}']}}\n  wrong: {{steps: ['2*{term}', '= {term} + 1']}}\n")
    assert [d.verdict for d in run([str(path)], Settings()).derivations()] == ["proved", "refuted"]
