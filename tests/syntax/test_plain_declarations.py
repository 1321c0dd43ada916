"""Types, declarations, definitions and assumptions."""

from __future__ import annotations

import pytest

from derivcheck.diagnostic import InputError, Span
from derivcheck.kernel.terms import BOUND, ONE, VARIABLE, Symbol, Type, number, symbol
from derivcheck.syntax import Scope, assume, declare, declare_all, define, define_all, read_left, read_names, read_type, show

SIZES = declare(Scope(), "m, n, V, K, d", "size")
M, N, V, D = (symbol(SIZES.symbols[name]) for name in ("m", "n", "V", "d"))
PD = frozenset({"positive_definite", "symmetric", "invertible"})

TYPES = [
    ("real", Type("real")), ("positive", Type("positive")), ("complex", Type("complex")), ("sign", Type("sign")),
    ("size", Type("size")), ("index(V)", Type("index", upper=V)), ("vector(n)", Type("real", (N,))),
    ("vector(2)", Type("real", (number(2),))), ("row(n)", Type("real", (ONE, N))), ("matrix(m, n)", Type("real", (M, N))),
    ("real[V]", Type("real", (), (V,))), ("positive[m, n]", Type("positive", (), (M, N))),
    ("vector(d)[V]", Type("real", (D,), (V,))), ("index(V)[n]", Type("index", (), (N,), upper=V)),
    ("matrix(n, n) symmetric", Type("real", (N, N), attributes=frozenset({"symmetric"}))),
    ("matrix(n, n) symmetric invertible", Type("real", (N, N), attributes=frozenset({"symmetric", "invertible"}))),
    ("matrix(n, n) positive_definite", Type("real", (N, N), attributes=PD)),
    ("matrix(n, n)[V] orthogonal", Type("real", (N, N), (V,), attributes=frozenset({"orthogonal"}))),
    ("simplex(V)", Type("nonnegative", (V,), attributes=frozenset({"simplex"}))),
    ("onehot(V)", Type("nonnegative", (V,), attributes=frozenset({"onehot"}))),
    ("onehot(V, 2)", Type("nonnegative", (V,), attributes=frozenset({"onehot"}), hot=number(2))),
    ("function(real) -> real", Type("function", arguments=(Type("real"),))),
    ("function(vector(d), vector(d)) -> real", Type("function", arguments=(Type("real", (D,)), Type("real", (D,))))),
]


@pytest.mark.parametrize(("text", "type_"), TYPES)
def test_types(text: str, type_: Type) -> None:
    assert read_type(text, SIZES) == type_


def test_sizes_may_be_integer_expressions() -> None:
    assert show(read_type("index(2*n + 1)", SIZES).upper) == "2*n + 1"  # type: ignore[arg-type]


BAD_TYPES = [
    ("", "syntax", ""), ("reel", "unknown-type", "reel"), ("scalar", "unknown-type", "scalar"),
    ("vector", "unknown-type", "vector"), ("vector()", "unknown-type", "vector()"),
    ("matrix(n)", "unknown-type", "matrix(n)"), ("real(n)", "unknown-type", "("), ("vector(q)", "undeclared-name", "q"),
    ("vector(0)", "type", "0"), ("vector(-1)", "type", "-1"), ("vector(n/2)", "type", "n/2"),
    ("vector(1/2)", "type", "1/2"), ("size[n]", "unknown-type", "[n]"), ("real[n][m]", "unknown-type", "[m]"),
    ("real[]", "unknown-type", "[]"), ("real[m, n, V]", "unknown-type", "[m, n, V]"),
    ("symmetric", "unknown-type", "symmetric"), ("vector(n) symmetric", "unknown-type", "symmetric"),
    ("matrix(m, n) symmetric", "shape", "symmetric"), ("matrix(n, n) nice", "unknown-type", "nice"),
    ("matrix(n, n) antisymmetric positive_definite", "contradiction", "matrix(n, n) antisymmetric positive_definite"),
    ("matrix(n, n) symmetric antisymmetric invertible", "contradiction", "matrix(n, n) symmetric antisymmetric invertible"),
    ("matrix(3, 3) antisymmetric orthogonal", "contradiction", "matrix(3, 3) antisymmetric orthogonal"),
    ("function(real)", "syntax", ""), ("function(real) -> vector(n)", "unknown-type", "vector"),
    ("function", "unknown-type", "function"), ("function(function(real) -> real) -> real", "unknown-type", "function"),
    ("real real", "unknown-type", "real"), ("onehot(V, 0)", "type", "0"), ("vector(n", "syntax", "("),
]


@pytest.mark.parametrize(("text", "code", "stretch"), BAD_TYPES)
def test_refused_types(text: str, code: str, stretch: str) -> None:
    with pytest.raises(InputError) as caught:
        read_type(text, SIZES)
    (diagnostic,) = caught.value.diagnostics
    assert (diagnostic.code, text[diagnostic.span.start:diagnostic.span.end]) == (code, stretch)


def test_names_with_their_places() -> None:
    assert read_names("V, d") == [("V", Span(0, 1)), ("d", Span(3, 4))]
    assert [name for name, _ in read_names("ŷ, α_1, T, e")] == ["ŷ", "α_1", "T", "e"]


@pytest.mark.parametrize(("text", "code"), [
    ("", "syntax"), ("V d", "syntax"), ("V,", "syntax"), (",V", "syntax"), ("2x", "syntax"), ("f'", "syntax"),
    ("x+y", "syntax"), ("sum", "reserved-name"), ("x, if", "reserved-name"), ("true", "reserved-name"),
    ("diff", "reserved-name"),
])
def test_refused_names(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_names(text)
    assert caught.value.diagnostics[0].code == code


def test_a_name_is_declared_once() -> None:
    for scope, names in ((SIZES, "x, n"), (Scope(), "x, y, x")):
        with pytest.raises(InputError) as caught:
            declare(scope, names, "real")
        assert caught.value.diagnostics[0].code == "duplicate-name"


def test_declarations_in_any_order_keep_the_order_of_writing() -> None:
    scope, problems = declare_all(Scope(), [("y", "onehot(n, o)"), ("o", "index(n)"), ("A", "matrix(n, m)"), ("n, m", "size")])
    assert not problems
    assert list(scope.symbols) == ["y", "o", "A", "n", "m"]
    assert scope.symbols["y"].type.hot == symbol(scope.symbols["o"])


def test_each_bad_declaration_is_reported_once() -> None:
    _, problems = declare_all(Scope(), [
    ("n", "siz"), ("A", "matrix(n, n)"), ("x, sum", "real"), ("v", "vector(q)"), ("a", "index(b)"), ("v", "real"),
])
    assert [(place, part, d.code) for place, part, d in problems] == [
    (0, "type", "unknown-type"), (2, "names", "reserved-name"), (3, "type", "undeclared-name"),
    (4, "type", "undeclared-name"),
]


SCOPE = declare_all(SIZES, [
    ("p, q", "real[V]"), ("z", "vector(V)"), ("u", "vector(d)[V]"), ("A", "matrix(m, n)"), ("r", "row(n)"),
    ("x, t", "real"), ("f, g", "function(real) -> real"), ("F", "function(vector(d), real) -> real"), ("N", "integer"),
    ("o", "index(V)"), ("s", "sign[n]"),
])[0]


def test_definitions_of_names_entries_and_functions() -> None:
    scope, problems = define_all(SCOPE, [
    ("p[k]", "q[k]*x"), ("x", "sum(q[w], w in 1..V)"), ("f(t)", "t**2"), ("F(a, b)", "a.T @ a + b"), ("u[k]", "0"),
    ("A[i, j]", "delta(i, j)"), ("r[k]", "k"), ("z", "softmax(q)"), ("N", "2*n + 1"),
])
    assert not problems
    definitions = scope.context().definitions
    assert definitions["p"].parameters == (Symbol("k", BOUND),)
    assert definitions["f"].parameters == (Symbol("t", VARIABLE),)
    assert definitions["F"].parameters[0] == Symbol("a", Type("variable", (D,)))
    assert show(definitions["u"].body) == "zeros(d)"
    assert show(definitions["p"].body) == "q[k]*x"


LEFTS = [
    ("y", "undeclared-name"), ("p + 1", "bad-definition"), ("p[1]", "bad-definition"), ("p[k, l]", "bad-definition"),
    ("A[i]", "bad-definition"), ("A[i, i]", "bad-definition"), ("x[k]", "bad-definition"), ("x(t)", "bad-definition"),
    ("f", "bad-definition"), ("f(a, b)", "bad-definition"), ("n", "bad-definition"), ("o", "bad-definition"),
    ("u", "bad-definition"), ("p[k][l]", "bad-definition"), ("y[k]", "undeclared-name"),
]


@pytest.mark.parametrize(("text", "code"), LEFTS)
def test_refused_left_sides(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        read_left(text, SCOPE)
    assert caught.value.diagnostics[0].code == code


RIGHTS = [
    ("x", "x + 1", "bad-definition"), ("f(a)", "f(a)", "bad-definition"), ("f(a)", "f'(a)", "bad-definition"),
    ("p[k]", "p[k]", "bad-definition"), ("x", "q", "bad-definition"), ("p", "x", "bad-definition"),
    ("p[k]", "q", "bad-definition"), ("z", "q.T", "bad-definition"), ("x", "u", "bad-definition"),
    ("x", "y", "undeclared-name"), ("N", "x", "bad-definition"), ("x", "t = 1", "type"),
    ("x", "diff(t**2, x)", "diff-variable"),
]


@pytest.mark.parametrize(("left", "right", "code"), RIGHTS)
def test_refused_right_sides(left: str, right: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        define(SCOPE, read_left(left, SCOPE), right)
    assert caught.value.diagnostics[0].code == code


def test_definitions_in_a_circle() -> None:
    _, problems = define_all(SCOPE, [("x", "f(t)"), ("f(a)", "a + sum(q[w], w in 1..V)"), ("q[k]", "k*x")])
    assert [(place, part, d.code) for place, part, d in problems] == [(2, "right", "bad-definition")]
    assert "x → f → q → x" in problems[0][2].message or "q → x → f → q" in problems[0][2].message


def test_a_parameter_may_share_a_defined_name() -> None:
    _, problems = define_all(SCOPE, [("p[t]", "q[t]"), ("t", "sum(p[w], w in 1..V)")])
    assert not problems


def test_every_circle_is_found_and_what_only_leads_to_one_is_not_blamed() -> None:
    _, problems = define_all(SCOPE, [("x", "p[o]"), ("p[k]", "q[k]"), ("q[k]", "p[k]"), ("f(a)", "f(a)*x"), ("t", "x*f(1)")])
    assert [(place, d.message.split(": ")[1]) for place, _, d in problems] == [(2, "p → q → p"), (3, "f → f")]


def test_defined_twice() -> None:
    _, problems = define_all(SCOPE, [("x", "1"), ("x", "2")])
    assert [(place, part, d.code) for place, part, d in problems] == [(1, "left", "duplicate-name")]


def test_a_later_definition_also_forbids_the_derivative() -> None:
    _, problems = define_all(SCOPE, [("x", "diff(t*q[o], q[o])"), ("q[k]", "k")])
    assert [(place, d.code) for place, _, d in problems] == [(0, "diff-variable")]


ASSUMPTIONS = [
    ("x > 0", "x > 0"), ("o != 1", "o != 1"), ("sum(p[w], w in 1..V) = 1", "sum(p[w], w in 1..V) = 1"),
    ("x > 0 or t > 0", "x > 0 or t > 0"), ("x in 0..1", "x in 0..1"), ("z = 0", "z = zeros(V)"),
    ("0 < x < 1", "0 < x and x < 1"),
]


@pytest.mark.parametrize(("text", "shown"), ASSUMPTIONS)
def test_assumptions(text: str, shown: str) -> None:
    assert [show(term) for term in assume(SCOPE, text).context().assumptions] == [shown]


def test_an_undeclared_index_is_quantified() -> None:
    (term,) = assume(SCOPE, "s[k]**2 = [k = k]").assumptions
    assert term.args[0].args[0].args[1] == symbol(Symbol("k", BOUND))
    (term,) = assume(SCOPE, "k*p[k] = q[k]").assumptions
    assert term.args[0].args[0] == symbol(Symbol("k", BOUND))


@pytest.mark.parametrize(("text", "code"), [
    ("x", "bad-assumption"), ("x + 1", "bad-assumption"), ("false", "contradiction"), ("y > 0", "undeclared-name"),
    ("k > 0", "undeclared-name"), ("p[Q] = 1", "undeclared-name"), ("x > z", "shape"),
    ("sum(p[j], j in 1..V) = j", "undeclared-name"),
])
def test_refused_assumptions(text: str, code: str) -> None:
    with pytest.raises(InputError) as caught:
        assume(SCOPE, text)
    assert caught.value.diagnostics[0].code == code


@pytest.mark.parametrize(
    ("left", "wanted"), [("f(s, t)", "f: function(real, real) -> real"), ("soft[j]", "soft: real[n]"), ("loss", "loss: real")]
)
def test_what_is_defined_but_not_declared_is_told_a_type_of_its_form(left: str, wanted: str) -> None:
    with pytest.raises(InputError, match="such as") as refused:
        read_left(left, Scope())
    assert refused.value.diagnostics[0].message.endswith(wanted)
