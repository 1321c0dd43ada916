"""What each notation means: text to the text that ``show`` gives back."""

from __future__ import annotations

from fractions import Fraction

import pytest

from derivcheck.kernel.terms import BOUND, Symbol, Term, number, symbol
from derivcheck.syntax import Scope, declare_all, define_all, read_condition, read_expression, read_step, show

SAME = [
    "x", "x + y", "x - y - z", "x - (y - z)", "(x + y) + z", "x + (y + z)", "x*y*z", "x*(y*z)", "(x*y)*z", "x/y/z",
    "x/(y/z)", "x/y*z", "x*y/z", "x*(y/z)", "1/2*(x + y)", "-x", "--x", "-x*y", "-(x*y)", "x*-y", "x - -y", "-(x + y)",
    "-x**2", "(-x)**2", "2**-1", "x**y**z", "(x**y)**z", "2**-x**2", "x**-(y*z)", "x**-y*z", "0.5", "1e-12", "1.25", "1000",
    "11000e10000", "0.001e-10000", "-7e-10000",
    "x!", "(-x)!", "2**x!", "(x + 1)!!", "A.T", "(A @ B).T", "A @ B.T", "A @ B @ q", "A @ (B @ q)", "q.T @ A @ q",
    "2*A @ q", "x*(A @ q)", "A**2 @ q", "M.T[1, k]", "A[k, l]", "(A @ q)[k]", "u[w]", "u[w][1]", "u[w, 1]", "u[w].T @ v",
    "G[w][1, 2]", "G[w, 1, 2]", "r[k]", "r[1, k]", "softmax(q)[k]", "A[1, 2]", "q[k + 1]", "s[k]**2", "[x, y]",
    "[[x, y], [1, 2]]", "[x, y, z][2]", "T @ [x, y]", "[o = w]", "[[o = w], 1]", "[o = w]*x", "[x < y and y < z]", "f(x)",
    "f(f(x))", "f'(x)", "f''(x)*f'(-x)", "F(u[o], v)", "g(x)", "diff(F(u[o], v), v)", "exp(x)", "log(x, 2)", "max(x, y, 0)",
    "binomial(n, k)", "delta(o, w)", "eye(n) + A", "ones(n).T @ q", "unit(k, n)", "columns(u)", "columns(u) @ p",
    "zeros(m, n) - M", "kron(A, B)", "vec(A)", "diag(q)", "diag(A)", "norm(q)**2", "tr(A @ B)", "det(A)", "inv(A)",
    "hadamard(q, A @ q)", "outer(q, q)", "dot(q, q)", "sum(p[w], w in 1..V)", "sum(j, j in -m..m if j != 0)",
    "sum(sum(A[i, j], j in 1..i), i in 1..n)", "sum(2**-j, j in 0..oo)", "prod(n - j, j in 1..10)", "sum(u[w], w in 1..V)",
    "sum(x + y, j in 1..n) + z", "sum(A**j, j in 0..3)", "diff(x**2, x)", "diff(diff(x**2, x), y)", "diff(log(p[o]), v)",
    "diff(x, u[w])", "diff(x, A[k, l])", "diff(A @ q, q)", "integrate(x**2, x)", "integrate(t**2, t in 0..x)",
    "limit(sin(t)/t, t -> 0)", "limit(1/t, t -> oo)", "limit(1/t, t -> x - 1+)",
    "limit(1/t, t -> -1-)", "cases(x if o = w, y if x > 0, z otherwise)", "cases(x if o = w)",
    "pi*e", "2*i*c", "abs(c)", "re(c)", "x < y", "x = y", "x != y", "x = y or x > 1 and not y <= 2",
    "(x = y or x > 1) and y >= 2", "not (x = y and y = z)", "not not x = y", "x in 0..1", "N in -n..n", "true", "false",
    "x = y and true", "(x = 1 and y = 1) and z = 1", "A = A.T", "x = 1/3", "sign(x)*s[k]",
]


@pytest.mark.parametrize("text", SAME)
def test_minimal_text_is_shown_as_it_was_written(text: str, scope: Scope) -> None:
    step = read_step(text, scope, None)
    assert show(step.term) == text
    assert step.relation is None and step.link is None and not step.notes


OTHER = [
    ("2x", "2*x"), ("2 x", "2*x"), ("2(x + 1)", "2*(x + 1)"), ("2x*y", "2*x*y"), ("2x**2", "2*x**2"), ("-2x", "-2*x"),
    ("2f(x)", "2*f(x)"), ("2x/y", "2*x/y"), ("x^2", "x**2"), ("x^-2^y", "x**-2**y"), ("(x)", "x"),
    ("((x)) + (y*z)", "x + y*z"), ("x+-y", "x - y"), ("+x", "x"), ("(x/y)*z", "x/y*z"), ("(x*y)/z", "x*y/z"),
    ("x*(-y)", "x*-y"), ("ln(x)", "log(x)"), ("arcsin(x)", "asin(x)"), ("ceil(x)", "ceiling(x)"), ("trace(A)", "tr(A)"),
    ("e(k, n)", "unit(k, n)"), ("factorial(n)", "n!"), ("0.50", "0.5"), ("1.0", "1"), ("2e3", "2000"), ("007", "7"),
    ("sum(1, w)", "sum(1, w in 1..V)"), ("sum(p[w], w if w != o)", "sum(p[w], w in 1..V if w != o)"),
    ("sum(i*j, i in 1..n, j in 1..i if j != i)", "sum(sum(i*j, j in 1..i if j != i), i in 1..n)"),
    ("diff(x, x, 2)", "diff(diff(x, x), x)"), ("diff(x, x, y)", "diff(diff(x, x), y)"),
    ("diff(x, x, 2, y)", "diff(diff(diff(x, x), x), y)"), ("x < y < z", "x < y and y < z"),
    ("x = y = 1", "x = y and y = 1"), ("x < y < z and x = 1", "(x < y and y < z) and x = 1"), ("u[o][\n1]", "u[o][1]"),
]


@pytest.mark.parametrize(("text", "shown"), OTHER)
def test_other_spellings_mean_the_same(text: str, shown: str, scope: Scope) -> None:
    term = read_step(text, scope, None).term
    assert show(term) == shown
    assert read_step(shown, scope, None).term == term


ZEROS = [
    ("q + 0", "q + zeros(n)"), ("A - 0", "A - zeros(n, n)"), ("r = 0", "r = zeros(1, n)"), ("0 != q", "zeros(n) != q"),
    ("cases(q if x > 0, 0 otherwise)", "cases(q if x > 0, zeros(n) otherwise)"), ("F(v, 0)", "F(v, zeros(d))"),
]


@pytest.mark.parametrize(("text", "shown"), ZEROS)
def test_a_literal_0_beside_an_array_is_the_zero_array(text: str, shown: str, scope: Scope) -> None:
    step = read_step(text, scope, None)
    assert show(step.term) == shown
    assert len(step.notes) == 1


def test_a_step_continues_the_chain_or_is_linked(scope: Scope) -> None:
    first = read_expression("A @ q", scope)
    zero = read_step("= 0", scope, first)
    assert (zero.relation, zero.link, show(zero.term), len(zero.notes)) == ("=", None, "zeros(n)", 1)
    assert read_step("~ 1.5", scope, number(1)).relation == "~"
    assert read_step("<= x", scope, number(1)).relation == "<="
    assert show(read_step("= 0", scope, read_condition("q = A @ q", scope)).term) == "zeros(n)"
    statement = read_condition("x = y", scope)
    assert read_step("x - y = 0", scope, statement).link == "<=>"
    assert read_step("=> x**2 = y**2", scope, statement).link == "=>"
    assert read_step("<== x = y and y = 1", scope, statement).link == "<=="
    assert read_step("<=> true", scope, statement).term == Term("true")
    assert read_step("= [x = y]", scope, number(1)).relation == "="


def test_numbers_are_exact(scope: Scope) -> None:
    assert read_expression("0.1", scope) == number(Fraction(1, 10))
    assert read_expression("1e-12", scope) == number(Fraction(1, 10**12))
    assert read_expression("1e10000", scope) == number(10**10000)


def test_long_numbers_are_shown_in_full() -> None:
    assert show(number(3 * 10**9000)) == "3e9000"
    assert show(number(10**9000 + 7)) == "1" + "0" * 8999 + "7"
    assert len(show(number(Fraction(-(7**9000), 3)))) == len("-") + 7606 + len("/3")


def test_powers_are_never_evaluated(scope: Scope) -> None:
    assert show(read_expression("10**10**10", scope)) == "10**10**10"
    assert show(read_expression("x^9^9^9^9", scope)) == "x**9**9**9**9"


def test_declared_names_win_over_constants_and_functions() -> None:
    from derivcheck.syntax import declare
    scope = declare(Scope(), "e, pi, i, csch, beta", "real")
    assert read_expression("e", scope).op == read_expression("i", scope).op == "symbol"
    step = read_step("csch(3*e) + csch", scope, None)
    assert step.term.args[0].op == "csch" and step.term.args[1].op == "symbol" and len(step.notes) == 1


def test_bound_names_shadow_and_bounds_lie_outside(scope: Scope) -> None:
    term = read_expression("sum(w, w in w..V)", scope)
    assert term.args[0] == symbol(Symbol("w", BOUND))
    assert term.args[1] == symbol(scope.symbols["w"])


def test_a_declared_index_gives_the_range_inside_its_own_sum_too(scope: Scope) -> None:
    term = read_expression("sum(p[w]*sum(p[w], w), w)", scope)
    assert show(term) == "sum(p[w]*sum(p[w], w in 1..V), w in 1..V)"


def test_a_note_says_what_a_binder_does_not_capture() -> None:
    scope, _ = declare_all(Scope(), [("x, y, L", "real"), ("n", "size"), ("k", "index(n)")])
    scope, _ = define_all(scope, [("y", "x**2 + k"), ("L", "2*y")])
    assert read_step("limit(L, x -> 0)", scope, None).notes == ("y is defined from x, which this limit does not bind",)
    assert read_step("sum(L, k in 1..n)", scope, None).notes == ("y is defined from k, which this sum does not bind",)
    assert not read_step("limit(L, t -> 0) + integrate(x, x in 0..1)", scope, None).notes


def test_steps_are_read_fast(scope: Scope) -> None:
    import time
    text = "= u[o] - sum(exp(u[w].T @ v)/sum(exp(u[j].T @ v), j in 1..V)*u[w], w in 1..V)"
    start = time.process_time()
    for _ in range(200):
        read_step(text, scope, number(1))
    assert (time.process_time() - start) / 200 < 3e-3  # 0.2 ms on an idle machine
