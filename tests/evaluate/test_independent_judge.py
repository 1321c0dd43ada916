"""The judge of the benchmarks: true and false claims across the operators, one line each, decided by numbers alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from claim_reading import claimed, scope
from independent import Finding, Independent

from derivcheck.syntax.reading import read_expression
from derivcheck.syntax.scope import Scope

NAMES = {
    "n, m": "size", "i, j": "index(n)", "k": "integer", "x, y": "real", "p": "positive", "v, z": "vector(n)", "a": "real[n]",
    "A, B": "matrix(n, n)", "M": "matrix(m, n)", "S": "matrix(n, n) symmetric", "Q": "matrix(n, n) orthogonal", "r": "row(n)",
    "P": "matrix(n, n) positive_definite", "u": "vector(m)[n]", "h": "onehot(n, i)", "q": "simplex(n)", "s": "sign",
    "f": "function(real) -> real", "F": "function(real, vector(n)) -> real", "g": "function(real) -> real", "yhat": "real[n]",
}
DEFINED = {"yhat[w]": "exp(z[w])/sum(exp(z[l]), l in 1..n)", "g(t)": "t**3 - y*t"}


def judged(text: str, instances: int = 25, facts: Sequence[str] = (), names: Mapping[str, str] = NAMES) -> Finding:
    claim = claimed(text, names, facts, DEFINED if names is NAMES else None)
    return Independent(claim.context).compare(claim.left, claim.relation, claim.right, instances)


@pytest.mark.parametrize("text", [
    "(x + y)**2 = x**2 + 2*x*y + y**2", "sin(x)**2 + cos(x)**2 = 1", "log(p**2) = 2*log(p)", "s**2 = 1", "sqrt(x**2) = abs(x)",
    "x**2 >= 0", "exp(x) > 0", "0**0 = 1", "cbrt(-8) = -2", "binomial(5, 2) = 10", "gamma(p + 1) = p*gamma(p)",
    "relu(x) = max(x, 0)", "floor(-x) = -ceiling(x)", "tanh(x) = (exp(2*x) - 1)/(exp(2*x) + 1)", "[x > 0] + [x <= 0] = 1",
    "sum(delta(w, i)*a[w], w in 1..n) = a[i]", "sum(a[w], w in 1..n if w != i) = sum(a[w], w in 1..n) - a[i]",
    "sum(w, w in 1..n) = n*(n + 1)/2", "sum(1, w in 3..2) = 0", "prod(w, w in 1..n) = factorial(n)",
    "sum(h[w], w in 1..n) = 1", "sum(q[w], w in 1..n) = 1", "h.T @ v = v[i]", "delta(i, j)*a[i] = delta(i, j)*a[j]",
    "cases(a[i] if i = j, a[j] otherwise) == a[j]", "u[i][1] = u[i, 1]", "sum(v[l]*u[l], l in 1..n) = columns(u) @ v",
])
def test_a_true_claim_about_scalars_and_sums_holds(text: str) -> None:
    found = judged(text, 12)
    assert (found.verdict, found.lost) == ("holds", 0), found


@pytest.mark.parametrize("text", [
    "(M @ v).T @ (M @ v) = v.T @ M.T @ M @ v", "tr(A @ B) = tr(B @ A)", "det(A @ B) = det(A)*det(B)", "inv(P).T = inv(P)",
    "A @ adj(A) = det(A)*eye(n)", "Q.T @ Q = eye(n)", "S.T = S", "A**2 = A @ A", "norm(v)**2 = dot(v, v)", "diag(diag(v)) = v",
    "outer(v, z) = v @ z.T", "r @ v = v.T @ r.T", "tr(A) = sum(A[l, l], l in 1..n)", "vec(A)[1] = A[1, 1]",
    "unit(i, n).T @ v = v[i]", "kron(eye(n), eye(m)) = eye(n*m)", "hadamard(v, z) = diag(v) @ z", "softmax(z)[i] = yhat[i]",
    "logsumexp(z) = log(sum(exp(z[l]), l in 1..n))",
    "[[x, 1], [0, y]] @ [1, 2] = [x + 2, 2*y]", "ones(m, n) @ zeros(n) = zeros(m)",
])
def test_a_true_claim_about_arrays_holds(text: str) -> None:
    found = judged(text, 12)
    assert (found.verdict, found.lost) == ("holds", 0), found


@pytest.mark.parametrize("text", [
    "diff(x**3, x) = 3*x**2", "diff(exp(x*y), x) = y*exp(x*y)", "diff(v.T @ A @ v, v) = (A + A.T) @ v", "diff(A @ v, v) = A",
    "diff(log(det(P)), P) = inv(P).T", "diff(yhat[i], z[j]) = yhat[i]*([i = j] - yhat[j])", "diff(x*v, x) = v",
    "diff(dot(u[i], u[j]), u[i]) = u[j] + [i = j]*u[i]", "diff(tr(A @ B), A) = B.T", "diff(f(x)**2, x) = 2*f(x)*f'(x)",
    "f''(x) = diff(f'(x), x)", "g'(x) = 3*x**2 - y", "diff(x*abs(x), x) = 2*abs(x)", "diff(q.T @ q, q) = 2*q",
    "diff(tr(S @ S), S) = 2*S", "diff(diff(F(x, v), v[i]), v[j]) = diff(diff(F(x, v), v[j]), v[i])",
    "diff(x**3, x, 2) = 6*x", "integrate(t**2, t in 0..x) = x**3/3", "diff(sum(a[w]**2, w in 1..n), a[i]) = 2*a[i]",
])
def test_a_true_claim_about_derivatives_holds(text: str) -> None:
    found = judged(text, 6)
    assert (found.verdict, found.lost) == ("holds", 0), found


@pytest.mark.parametrize("text", [
    "(x + y)**2 = x**2 + y**2", "sqrt(x**2) = x", "log(x*y) = log(x) + 2*log(y)", "s = 1", "x**2 > 0", "a[i] = a[j]",
    "sum(a[w], w in 1..n) = sum(a[w], w in 1..n if w != i)", "sum(w, w in 1..n) = n*(n - 1)/2", "delta(i, j) = 1",
    "A @ B = B @ A", "[x > y] = [x >= y]", "det(A + B) = det(A) + det(B)", "inv(P) = P", "S = eye(n)", "Q = Q.T",
    "v = softmax(v)", "h = q",
    "norm(v) = sum(v[l], l in 1..n)", "diff(x**3, x) = 3*x", "diff(v.T @ A @ v, v) = 2*A @ v", "diff(A @ v, v) = A.T",
    "diff(log(det(P)), P) = 2*inv(P)", "diff(yhat[i], z[j]) = yhat[i]*(1 - yhat[j])", "diff(dot(u[i], u[j]), u[i]) = u[j]",
    "diff(f(x), x) = f(x)", "f(x + y) = f(x) + f(y)", "g'(x) = 3*x**2", "diff(sum(q[w], w in 1..n), q[i]) = 0",
    "diff(x*abs(x), x) == 2*abs(x) + [x = 0]", "2**100 = 2**100 + 1", "exp(-1000) = 0", "p + 1e-40 = p", "v + v.T @ v*z = v",
])
def test_a_false_claim_fails_at_an_instance_that_is_shown(text: str) -> None:
    found = judged(text)
    assert found.verdict == "fails", found
    assert found.left != found.right or " > " in text


@pytest.mark.parametrize(("text", "facts", "verdict"), [
    ("abs(x) = x", ["x > 0"], "holds"), ("abs(x) = x", ["x > -1"], "fails"),
    ("delta(i, j) = 0", ["i != j"], "holds"),
    ("a[i] = 1 - sum(a[w], w in 1..n if w != i)", ["sum(a[w], w in 1..n) = 1"], "holds"),
    ("a[i]**3 = a[i]", ["a[k]**2 = 1"], "holds"), ("a[i] = 1", ["a[l]**2 = 1"], "fails"), ("A @ v = z", ["z = A @ v"], "holds"),
    ("f(x) = f(0)", ["f(x) = 0", "f(0) = 0"], "holds"), ("n = 1", ["n >= 2"], "fails"),
    ("x = 1", ["x > 1", "x < 1"], "unsupported"),
])
def test_claims_are_judged_where_the_assumptions_hold(text: str, facts: list[str], verdict: str) -> None:
    names = {name: type_ for name, type_ in NAMES.items() if name not in {"k", "yhat", "g"}}
    assert judged(text, 12, facts, names).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("2*x = 4 => x = 2", "holds"), ("x = y <=> x + 1 = y + 1", "holds"), ("x**2 = 4 => x = 2", "fails"),
    ("x = y <=> x**2 = y**2", "fails"),
])
def test_links_between_statements_are_tried_where_a_side_is_true(text: str, verdict: str) -> None:
    assert judged(text).verdict == verdict


@pytest.mark.parametrize(("text", "verdict"), [
    ("z*conj(z) = re(z)**2 + im(z)**2", "holds"), ("abs(z)**2 = z**2", "fails"), ("sqrt(-4) = 2*i", "holds"),
    ("diff(z**2, z) = 2*z", "holds"), ("log(z**2) = 2*log(z)", "fails"), ("diff(conj(z), z) = 1", "nowhere"),
])
def test_complex_values_are_principal(text: str, verdict: str) -> None:
    assert judged(text, names={"z": "complex"}).verdict == verdict


@pytest.mark.parametrize(("layout", "right", "verdict"), [
    ("mixed", "M", "holds"), ("denominator", "M.T", "holds"), ("numerator", "M", "holds"), ("denominator", "M", "fails"),
])
def test_layouts(layout: str, right: str, verdict: str) -> None:
    where = scope({"m, n": "size", "M": "matrix(m, n)", "v": "vector(n)"})
    where = Scope(where.symbols, layout=layout)
    left, found = read_expression("diff(M @ v, v)", where), Independent(where.context())
    assert found.compare(left, "=", read_expression(right, where)).verdict == verdict


def test_what_is_defined_on_one_side_only_is_counted() -> None:
    found = judged("log(x**2) = 2*log(x)")
    assert (found.verdict, found.gained) == ("holds", 0)
    assert found.lost > 3
    assert judged("1/x - 1/x = 0").gained > 0
    assert judged("1/(x - x) = 1").verdict == "nowhere"


def test_what_cannot_be_evaluated_is_unsupported() -> None:
    assert judged("limit(sin(t)/t, t -> 0) = 1").verdict == "unsupported"


def test_approximations_hold_to_the_digits_written() -> None:
    where = scope({})
    verdicts = [Independent(where.context()).compare(read_expression("pi", where), "~", read_expression(text, where)).verdict
                for text in ("3.14", "3.142", "3.15")]
    assert verdicts == ["holds", "holds", "fails"]
