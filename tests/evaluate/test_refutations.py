"""False claims that hold almost everywhere are refuted; their true twins are not."""

from __future__ import annotations

import pytest
from claim_reading import claimed
from flint import fmpq

from derivcheck.kernel.values.compare import Agree, Differ, OneSided, compare
from derivcheck.kernel.values.instance import Instance
from derivcheck.proving.refuting.refute import Evidence, screen, search
from derivcheck.proving.screening.batch import Batches

FALSE: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("prod(n - k, k in 1..10) = 0", {"n": "size"}, ()),
    ("sum(k**4, k in 1..n) = n*(n + 1)*(2*n + 1)*(3*n**2 + 3*n - 1)/30 + (n - 1)*(n - 2)*(n - 3)*(n - 4)*(n - 5)/10**6",
     {"n": "size"}, ()),
    ("sin(pi*x) = 0", {"x": "real"}, ()),
    ("sin(x + 31415926535897932384626433832795/10**31) = -sin(x)", {"x": "real"}, ()),
    ("sqrt(1000001) + sqrt(1000025) + sqrt(1000031) + sqrt(1000084) + sqrt(1000087) + sqrt(1000134) + sqrt(1000158)"
     " + sqrt(1000182) + sqrt(1000198) = sqrt(1000002) + sqrt(1000018) + sqrt(1000042) + sqrt(1000066) + sqrt(1000113)"
     " + sqrt(1000116) + sqrt(1000169) + sqrt(1000175) + sqrt(1000199)", {}, ()),
    ("sqrt(1/x) = 1/sqrt(x)", {"x": "complex"}, ()),
    ("arcsin(sin(x)) = x", {"x": "real"}, ()),
    ("sqrt(1 - sin(x)**2) = cos(x)", {"x": "real"}, ()),
    ("max(c*x, c*y) = c*max(x, y)", {"x, y, c": "real"}, ()),
    ("abs(x - 100) = 100 - x", {"x": "real"}, ()),
    ("x**2 + prod(x - k, k in -9..9) = x**2", {"x": "real"}, ()),
    ("max(x**2 - 1, 0) = 0", {"x": "real"}, ()),
    ("[x = 10**6] == 0", {"x": "real"}, ()),
    ("a[i]*[i = j]*[j = k] == 0", {"n": "size", "i, j, k": "index(n)", "a": "real[n]"}, ()),
    ("sum([w = 2], w in 1..V) == 1", {"V": "size"}, ()),
    ("1 + (-1)**n = 0", {"n": "size"}, ()),
    ("1 + (-1)**n = 2", {"n": "size"}, ()),
    ("sum(delta(k, o + 1), k in 1..V) = 1", {"V": "size", "o": "index(V)"}, ()),
    ("[x = 0] == 0", {"x": "real"}, ()),
    ("x*(1 + 1/10**12) = x", {"x": "real"}, ()),
    ("exp(x)*(1 + 1/10**30) = exp(x)", {"x": "real"}, ()),
    ("sqrt((x - 3)*(x - 5)) = sqrt(x - 3)*sqrt(x - 5)", {"x": "real"}, ()),
    ("(a**b)**c = a**(b*c)", {"a, b, c": "real"}, ()),
    ("x <= x**2", {"x": "real"}, ()),
    ("x**2 > 0", {"x": "real"}, ()),
    ("x**2 = 1 <=> x = 1", {"x": "real"}, ()),
    ("x**2 = 4 => x = 2", {"x": "real"}, ()),
    ("x**2 - 30 = x <=> x = 6 or x = -6", {"x": "real"}, ()),
    ("f(-x) = f(x)", {"x": "real", "f": "function(real) -> real"}, ()),
    ("A @ B = B @ A", {"n": "size", "A, B": "matrix(n, n)"}, ("A = A.T",)),
    ("Q.T = Q", {"n": "size", "Q": "matrix(n, n) orthogonal"}, ()),
    ("prod(y[w], w in 1..V) = 0", {"V": "size", "y": "onehot(V)"}, ()),
    ("y[1] > 0", {"V": "size", "y": "simplex(V)"}, ()),
]

TRUE: list[tuple[str, dict[str, str], tuple[str, ...]]] = [
    ("prod(n - k, k in 1..n) = 0", {"n": "size"}, ()),
    ("sin(pi*x) = 0", {"x": "integer"}, ()),
    ("sin(x + pi) = -sin(x)", {"x": "real"}, ()),
    ("sqrt(1/x) = 1/sqrt(x)", {"x": "positive"}, ()),
    ("arcsin(sin(x)) = x", {"x": "real"}, ("x > -1", "x < 3/2")),
    ("sqrt(1 - sin(x)**2) = abs(cos(x))", {"x": "real"}, ()),
    ("max(c*x, c*y) = c*max(x, y)", {"x, y": "real", "c": "nonnegative"}, ()),
    ("log(x**2) = 2*log(x)", {"x": "real"}, ()),
    ("diff(exp(u[o].T @ v), u[x]) = 0*v", {"V, d": "size", "u": "vector(d)[V]", "v": "vector(d)",
    "o, x": "index(V)"}, ("o != x",)),
    ("sum(y[w], w in 1..V if w != o) = 1 - y[o]", {"V": "size", "y": "real[V]",
    "o": "index(V)"}, ("sum(y[w], w in 1..V) = 1",)),
    ("s[k]**3 = s[k]", {"n": "size", "s": "real[n]", "k": "index(n)"}, ("s[m]**2 = 1",)),
    ("norm(2*x) = 2", {"n": "size", "x": "vector(n)"}, ("sum(x[m]**2, m in 1..n) = 1",)),
    ("a*b = sqrt(b*b + 1)*b", {"a, b": "real"}, ("a = sqrt(b**2 + 1)",)),
    ("inv(Q) = Q.T", {"n": "size", "Q": "matrix(n, n) orthogonal"}, ()),
    ("det(P) > 0", {"n": "size", "P": "matrix(n, n) positive_definite"}, ()),
    ("x**2 = 2 <=> x = sqrt(2) or x = -sqrt(2)", {"x": "real"}, ()),
    ("2*x*y <= x**2 + y**2", {"x, y": "real"}, ()),
]


def evidence(text: str, symbols: dict[str, str], facts: tuple[str, ...]) -> Evidence:
    claim = claimed(text, symbols, facts)
    found = screen(claim, Batches(claim.context))
    return found if found.refutation else search(claim, claim.context)


@pytest.mark.parametrize(("text", "symbols", "facts"), FALSE, ids=lambda x: x[:40] if isinstance(x, str) else "")
def test_refuted(text: str, symbols: dict[str, str], facts: tuple[str, ...]) -> None:
    assert evidence(text, symbols, facts).refutation is not None


@pytest.mark.parametrize(("text", "symbols", "facts"), TRUE, ids=lambda x: x[:40] if isinstance(x, str) else "")
def test_not_refuted(text: str, symbols: dict[str, str], facts: tuple[str, ...]) -> None:
    found = evidence(text, symbols, facts)
    assert found.refutation is None
    assert found.instances > 0


def test_counterexamples_are_small() -> None:
    claim = claimed("sum(a[w], w in 1..V)**2 = sum(a[w]**2, w in 1..V)", {"V": "size", "a": "real[V]"})
    refutation = screen(claim, Batches(claim.context)).refutation
    assert refutation and refutation.counterexample
    assert refutation.counterexample.sizes == {"V": 2}
    assert refutation.counterexample.values == {"a": "[1, 1]"}


def test_the_same_seed_gives_the_same_counterexample() -> None:
    claim = claimed("tr(A @ A) = tr(A.T @ A)", {"n": "size", "A": "matrix(n, n)"})
    assert screen(claim, Batches(claim.context)) == screen(claim, Batches(claim.context))


def test_a_lost_domain_is_evidence_and_no_refutation() -> None:
    claim = claimed("log(x**2) = 2*log(x)", {"x": "real"})
    found = screen(claim, Batches(claim.context))
    assert (found.lost, found.gained, found.refutation) == (True, False, None)
    assert compare(claim, Instance({}, {"x": -1})) == OneSided(lost=True, gained=False)


def test_principal_roots_that_are_real_refute_at_a_lost_point() -> None:
    claim = claimed("sqrt((x - 3)*(x - 5)) = sqrt(x - 3)*sqrt(x - 5)", {"x": "real"})
    found = compare(claim, Instance({}, {"x": 0}))
    assert isinstance(found, Differ)
    assert (found.counterexample.left, found.counterexample.right) == ("3.87298", "-3.87298")
    assert found.counterexample.note == "with principal roots"


def test_a_side_that_is_defined_nowhere_is_named() -> None:
    claim = claimed("x = log(-1 - x**2)", {"x": "real"})
    assert screen(claim, Batches(claim.context)).undefined == "right"


def test_contradictory_assumptions_leave_no_instance() -> None:
    claim = claimed("x = x + 1", {"x": "real"}, ("x > 1", "x < 0"))
    assert screen(claim, Batches(claim.context)).reason == "no instance of the assumptions was found"


def test_a_difference_in_digits_that_are_not_shown_is_told() -> None:
    claim = claimed("1/3 = 1/3 + 1/10**30*sqrt(2)", {})
    found = compare(claim, Instance())
    assert isinstance(found, Differ)
    assert "the difference is" in found.counterexample.note


def test_overlapping_balls_agree_without_being_exact() -> None:
    claim = claimed("sin(x)**2 + cos(x)**2 = 1", {"x": "real"})
    assert compare(claim, Instance({}, {"x": fmpq(1, 7)})) == Agree(exact=False)
