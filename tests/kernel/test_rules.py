"""One theorem a line for each rule of the kernel, and beside it the near miss that must not be proved."""

from __future__ import annotations

import pytest
from kernel_claims import conditions, proved

from derivcheck.kernel.outcome import Proof, Unknown

RULES = {
    "delta contracts": ("sum(r[w]*[w = i], w in 1..n) = r[i]", "sum(r[w]*[w = i], w in 1..n - 1) = r[i]"),
    "delta outside its range": ("sum(r[w]*[w = i + 1], w in 1..n - 1) = sum(r[w]*[w = i + 1], w in 2..n - 1)",
                                "sum([w = i + 1], w in 1..n) = 1"),
    "delta with coefficients": ("sum([2*w = 2*i], w in 1..n) = 1", "sum([2*w = i], w in 1..n) = 1"),
    "deltas chain": ("[i = j]*[j = k]*r[k] = [i = j]*[i = k]*r[i]", "[i = j]*[j = k]*r[k] = [i = j]*r[i]"),
    "odd is not even": ("[2*i = 2*j + 1] = 0", "[2*i = j + 1] = 0"),
    "condition on a range": ("sum(r[w], w in 1..n if w != i) = sum(r[w], w in 1..n) - r[i]",
                             "sum(r[w], w in 1..n if w != i) = sum(r[w], w in 1..n)"),
    "last term": ("sum(r[w], w in 1..n) = sum(r[w], w in 1..n - 1) + r[n]",
        "sum(r[w], w in 1..n) = sum(r[w], w in 1..n - 2) + r[n]"),
    "first term": ("sum(r[w], w in 1..n) = r[1] + sum(r[w], w in 2..n)", "sum(r[w], w in 1..n) = sum(r[w], w in 2..n)"),
    "index shifted": ("sum(r[w + 1], w in 1..n - 1) = sum(r[w], w in 2..n)",
        "sum(r[w + 1], w in 1..n - 1) = sum(r[w], w in 1..n - 1)"),
    "index reversed": ("sum(w*r[n + 1 - w], w in 1..n) = sum((n + 1 - w)*r[w], w in 1..n)",
                       "sum(w*r[n + 1 - w], w in 1..n) = sum(w*r[w], w in 1..n)"),
    "telescope": ("sum(r[w + 1] - r[w], w in 1..n - 1) = r[n] - r[1]", "sum(r[w + 1] - r[w], w in 1..n - 1) = r[n]"),
    "triangle": ("sum(sum(r[w]*z[a], a in 1..w), w in 1..n) = sum(sum(r[w]*z[a], w in a..n), a in 1..n)",
                 "sum(sum(r[w]*z[a], a in 1..w), w in 1..n) = sum(sum(r[w]*z[a], w in 1..a), a in 1..n)"),
    "range emptier than empty": ("sum(1, w in 1..n - 1) = n - 1", "sum(1, w in 1..n - 2) = n - 2"),
    "Faulhaber": ("sum(w**3, w in 1..n) = (n*(n + 1)/2)**2", "sum(w**3, w in 1..n) = (n*(n - 1)/2)**2"),
    "Faulhaber, empty range": ("sum(w, w in 2..n) = n*(n + 1)/2 - 1", "sum(w, w in 3..n) = n*(n + 1)/2 - 3"),
    "geometric": ("(1 - x)*sum(x**w, w in 0..n - 1) = 1 - x**n", "(1 - x)*sum(x**w, w in 0..n) = 1 - x**n"),
    "geometric, divided": ("sum(x**w, w in 0..n - 1) = (1 - x**n)/(1 - x)", "sum(x**w, w in 1..n) = (1 - x**n)/(1 - x)"),
    "simplex": ("sum(Y[c][w], w in 1..n) = 1", "sum(Y[c][w], w in 1..n - 1) = 1"),
    "simplex, not its family": ("sum(sum(Y[a][w], w in 1..n), a in 1..m) = m", "sum(Y[a][i], a in 1..m) = 1"),
    "one-hot": ("sum(o[w]*r[w], w in 1..n)*o[i] = o[i]*r[i]", "sum(o[w]*r[w], w in 1..n) = r[i]"),
    "one-hot, named": ("sum(g[w]*r[w], w in 1..n) = r[j]", "sum(g[w]*r[w], w in 1..n) = r[i]"),
    "orthogonal columns": ("Q.T @ Q = eye(n)", "Q @ Q = eye(n)"),
    "orthogonal rows": ("sum(Q[i, w]*Q[j, w], w in 1..n) = [i = j]", "sum(Q[i, w]*Q[w, j], w in 1..n) = [i = j]"),
    "inverse contracts": ("tr(P @ inv(P)) = n", "tr(P.T @ inv(A)) = n"),
    "inverse of the antisymmetric": ("sum(S[w, i]*inv(S)[w, k], w in 1..n) = [i = k]",
        "sum(K[w, i]*inv(K)[w, k], w in 1..n) = [i = k]"),
    "inverse of a product": ("inv(A @ P) = inv(P) @ inv(A)", "inv(A @ P) = inv(A) @ inv(P)"),
    "Jacobi": ("diff(log(det(P)), P) = inv(P)", "diff(det(P), P) = inv(P)"),
    "Jacobi, transposed": ("diff(det(A), A[i, j]) = det(A)*inv(A)[j, i]", "diff(det(A), A[i, j]) = det(A)*inv(A)[i, j]"),
    "derivative of the inverse": ("diff(inv(P)[i, j], P[k, i]) = -inv(P)[i, k]*inv(P)[i, j]",
                                  "diff(inv(P)[i, j], P[k, i]) = inv(P)[i, k]*inv(P)[i, j]"),
    "softmax Jacobian": ("diff(softmax(u), u) = diag(softmax(u)) - outer(softmax(u), softmax(u))",
                         "diff(softmax(u), u) = diag(softmax(u)) - softmax(u) @ u.T"),
    "log-sum-exp": ("diff(logsumexp(u), u) = softmax(u)", "diff(logsumexp(u), u) = exp(u)"),
    "log of a product": ("log(p*exp(x)) = log(p) + x", "log(p + exp(x)) = log(p) + x"),
    "log of a square": ("log(x**2) = 2*log(abs(x))", "log(x**2) = log(abs(x))"),
    "root of a square": ("sqrt(x**2) = abs(x)", "sqrt(x**2) = x"),
    "nested roots": ("sqrt(3 + 2*sqrt(2))**2 = (1 + sqrt(2))**2", "sqrt(3 + 2*sqrt(2)) = 2 + sqrt(2)"),
    "real cube root": ("cbrt(-8) = -2", "cbrt(-8) = 2"),
    "exponents add": ("x**N*x**M = x**(N + M)", "x**N*x**M = x**(N*M)"),
    "minus one": ("(-1)**(2*N + 1) = -1", "(-1)**(N + 1) = -1"),
    "sine and cosine": ("sin(x)**2 + cos(x)**2 = 1", "sin(x)**2 - cos(x)**2 = 1"),
    "double angle": ("sin(2*x) = 2*sin(x)*cos(x)", "sin(2*x) = 2*sin(x)"),
    "hyperbolic": ("cosh(x)**2 - sinh(x)**2 = 1", "cosh(x)**2 + sinh(x)**2 = 1"),
    "roots of unity": ("cos(2*pi/5) = (sqrt(5) - 1)/4", "cos(2*pi/5) = (sqrt(5) + 1)/4"),
    "Gauss sum": ("sum(cos(2*pi*w**2/7), w in 0..6) = 0", "sum(sin(2*pi*w**2/7), w in 0..6) = -sqrt(7)"),
    "Gamma shifts": ("factorial(n) = n*factorial(n - 1)", "factorial(n) = (n - 1)*factorial(n - 1)"),
    "half-integer Gamma": ("gamma(5/2) = 3*sqrt(pi)/4", "gamma(5/2) = 3*sqrt(pi)/2"),
    "opaque chain": ("diff(f(x**2), x) = 2*x*f'(x**2)", "diff(f(x**2), x) = 2*x*f'(x)"),
    "opaque, same argument twice": ("diff(H(x, x), x) = diff(H(x, x), x)", "diff(H(x, x), x) = 2*diff(H(x, y), x)"),
    "partials commute": ("diff(diff(F(u, v), u[i]), v[j]) = diff(diff(F(u, v), v[j]), u[i])",
                         "diff(diff(F(u, v), u[i]), v[j]) = diff(diff(F(u, v), v[i]), u[j])"),
    "arguments do not": ("diff(F(u, v), u) = diff(F(u, v), u)", "diff(F(u, v), u) = diff(F(v, u), v)"),
    "symmetric entries": ("S[i, j] = S[j, i]", "A[i, j] = A[j, i]"),
    "symmetric, differentiated": ("diff(S[i, j], S[j, i]) = [i = j]", "diff(S[i, j], S[j, i]) = 1"),
    "simplex, differentiated": ("diff(sum(b[w], w in 1..n), b[i]) = 1", "diff(sum(b[w], w in 1..n), b[i]) = 0"),
    "orthogonal, differentiated": ("diff(tr(Q.T @ Q), Q) = 2*Q", "diff(tr(Q.T @ Q), Q) = zeros(n, n)"),
    "indicator": ("exp([i = j]*x) = 1 + [i = j]*(exp(x) - 1)", "exp([i = j]*x) = [i = j]*exp(x)"),
    "absolute value of a product": ("abs(x*y - 3*x - 2*y + 6) = abs(x - 2)*abs(y - 3)",
                                    "abs(x*y - 3*x - 2*y + 6) = 2*abs(x - 2)*abs(y - 3)"),
    "absolute value of an empty range": ("abs([n >= 2]*(n - 2)) = [n >= 2]*abs(n - 2)",
        "abs([n >= 2]*(n - 2)) = 2*[n >= 2]*abs(n - 2)"),
    "maximum": ("max(x, y) + min(x, y) = x + y", "max(x, y) - min(x, y) = x - y"),
    "extended product": ("prod([w != i], w in 1..n) = 0", "prod([w != i], w in 1..n - 1) = 0"),
    "closed at a root of unity": ("(1 - x)*sum(x**w, w in 1..n) = x - x**(n + 1)", "sum(cos(2*pi*w/n), w in 1..n) = 0"),
    "closed at all roots of unity": ("sum(cos(2*pi*w), w in 1..n) = n", "sum(cos(2*pi*w*i/n), w in 1..n) = 0"),
    "a base that is zero on a half-line": ("abs(x)**2 = x**2", "(abs(x) + x)*sum((abs(x) - x + 1)**w, w in 1..n) = 0"),
    "a base that is zero off the diagonal": ("[i = j]*(1 - [i = j]) = 0", "(1 - [i = j])*sum((1 + [i = j]*x)**w, w in 1..n) = 0"),
    "a branch that is not taken": ("cases(1 if i = j, 5 otherwise) = 5 - 4*[i = j]",
        "cases((i - 1)/(i - 1) if i != 1, 0 otherwise) = 1"),
}
"""For each rule what it proves and what it must not prove."""

CONDITIONS = {
    "sqrt(x)**2 = x": {"gained domain: x >= 0"},
    "x = sqrt(x)**2": {"lost domain: x >= 0"},
    "log(x**2) = 2*log(x)": {"lost domain: x > 0"},
    "(x**2 - 1)/(x - 1) = x + 1": {"gained point: x != 1"},
    "x + 1 = (x**2 - 1)/(x - 1)": {"lost point: x != 1"},
    "exp(log(p)) = p": set(),
    "log(x) - log(x) = 0*log(x)": set(),
    "sum(x**w, w in 0..n - 1) = (1 - x**n)/(1 - x)": {"lost point: x != 1"},
    "0*r[n - 1] = 0": {"gained size: n >= 2"},
    "A @ inv(A) = eye(n)": {"gained point: det(A) != 0"},
    "x**(t - 1) = x**t/x": {"lost point: x != 0"},
    "x**(N + M) = x**N*x**M": {"lost domain: x != 0 or N >= 0", "lost domain: x != 0 or M >= 0",
        "gained domain: x != 0 or N + M >= 0"},
    "cases(0*log(x) if i = j, 0 otherwise) = cases(0 if i = j, 0*log(x) otherwise)": {"lost domain: x > 0",
        "gained domain: x > 0"},
    "sum(0*log(x), w in 1..n - 1) = 0*log(x)": {"lost domain: x > 0"},
    "0 = cases(0*sqrt(-1) if x > 0, 0 otherwise)": {"lost domain: -1 >= 0"},
    "sum(0*r[i - 1], w in 1..-n) = sum(0*r[i - 1], w in 1..n)": {"lost domain: i >= 2"},
    "diff(x, r[i - 1]) = 0": {"gained domain: i >= 2"},
    "unit(i + 1, n)[i] = 0": {"gained domain: i + 1 <= n"},
    "sum(log(b)[w]*[w = i], w in 1..n) = log(b)[i]": {"gained point: b != 0", "lost point: b != 0"},
}
"""Proofs with the conditions that they must name, and no others."""


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_proves_its_theorem(rule: str) -> None:
    assert isinstance(proved(RULES[rule][0]), Proof), proved(RULES[rule][0])


@pytest.mark.parametrize("rule", RULES)
def test_a_near_miss_is_not_proved(rule: str) -> None:
    assert not isinstance(proved(RULES[rule][1]), Proof)


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_proof_names_its_conditions(text: str) -> None:
    assert conditions(proved(text)) == CONDITIONS[text]


FACTS = {
    "i = j": ("r[i] = r[j]", "r[i] = r[k]"),
    "i != j": ("[i = j] = 0", "[i = k] = 0"),
    "i < j": ("diff(r[i], r[j]) = [i = j]", "[j = k] = 0"),
    "x > 0": ("abs(x) = x", "abs(x + y) = x + y"),
    "sum(r[w], w in 1..n) = 1": ("diff(sum(r[w], w in 1..n)**2, r[i]) = 2", "diff(sum(r[w], w in 1..n), r[i]) = 0"),
    "x*y = 1": ("diff(diff(x*y, y), x) = 1", "diff(diff(x*y, x), y) = 0"),
    "r[w]**2 = 1": ("r[i]**3 = r[i]", "diff(r[i]**2, r[i]) = 0"),
    "n >= 2": ("sum(1, w in 1..n - 2) = n - 2", "sum(1, w in 1..n - 4) = n - 4"),
    "n = m": ("sum(1, w in 1..n) = m", "[n = 1] = 0"),
    "x**2 = 1": ("x**4 = 1", "(1 - x)**(N - 1)*(1 - x) + 1 + x = (1 - x)**N"),
}
"""For each assumption what follows and what does not."""


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_proves_what_follows(fact: str) -> None:
    assert isinstance(proved(FACTS[fact][0], fact), Proof)


@pytest.mark.parametrize("fact", FACTS)
def test_a_fact_does_not_prove_what_does_not_follow(fact: str) -> None:
    assert not isinstance(proved(FACTS[fact][1], fact), Proof)


COMPLEX = {"w, z": "complex", "x": "real", "p": "positive", "N": "integer"}


@pytest.mark.parametrize("text", [
    "log(z*w) = log(z) + log(w)", "log(exp(z)) = z", "sqrt(z**2) = z", "sqrt(z**2) = abs(z)", "log(x**2) = 2*log(x)",
    "log(x**2) = 2*log(abs(x))*1 + 0*log(z) + 1", "z**x*z**(1/2) = z**(x + 1/2)", "abs(z)**2 = z**2",
        "sqrt(z*w) = sqrt(z)*sqrt(w)",
    "log(1/z) = -log(z)", "log(z**2) = 2*log(z)", "sqrt(exp(z)) = exp(z/2)", "conj(z) = z", "log(-x) = log(x)",
])
def test_principal_values_do_not_split(text: str) -> None:
    assert not isinstance(proved(text, symbols=COMPLEX), Proof)


@pytest.mark.parametrize("text", ["exp(log(z)) = z", "log(p*exp(x)) = log(p) + x", "(z*w)**N = z**N*w**N",
    "exp(i*pi*N) = (-1)**N"])
def test_what_holds_for_principal_values(text: str) -> None:
    assert isinstance(proved(text, symbols=COMPLEX), Proof)


@pytest.mark.parametrize("text", ["log(x) + log(-x) = log(-x) + log(x) + abs(x) - x",
    "sqrt(x - 1) + log(-x) = log(-x) + sqrt(x - 1)"])
def test_nothing_is_proved_where_neither_side_is_defined(text: str) -> None:
    assert isinstance(proved(text), Unknown)


def test_a_bound_index_shadows_what_a_definition_means() -> None:
    define, symbols = {"h[a]": "r[a]*i"}, {"n": "size", "i": "index(n)", "r, h": "real[n]"}
    assert isinstance(proved("sum(h[i], i in 1..n) = i*sum(r[w], w in 1..n)", define=define, symbols=symbols), Proof)
    assert not isinstance(proved("sum(h[i], i in 1..n) = sum(w*r[w], w in 1..n)", define=define, symbols=symbols), Proof)
