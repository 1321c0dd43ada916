"""How random variables are read, and what is refused with which word."""

from __future__ import annotations

import pytest

from derivcheck.diagnostic import InputError
from derivcheck.syntax import Scope, assume, declare, read_expression, show
from derivcheck.syntax.latex.reading import read_latex


def scope() -> Scope:
    found = declare(declare(Scope(), "n, K", "size"), "X, Y, Z", "real random")
    found = declare(declare(found, "a, mu", "real"), "k", "index(K) random")
    return declare(declare(found, "x", "vector(n) random"), "S", "matrix(n, n)")


@pytest.mark.parametrize(("text", "shown"), [
    ("E(X)", "E[X]"), ("E[X | Y]", "E[X | Y]"), ("E[X | Y, Z > 0]", "E[X | Y, Z > 0]"), ("Cov(X, a*Y | Z)", "Cov(X, a*Y | Z)"),
    ("P(X > 0 and Y < 1 | Z = 2)", "P(X > 0 and Y < 1 | Z = 2)"), ("E[X]**2", "E[X]**2"), ("Var(x)[1, 1]", "Var(x)[1, 1]"),
])
def test_what_is_written_is_read(text: str, shown: str) -> None:
    assert show(read_expression(text, scope())) == shown
    assert read_expression(shown, scope()) == read_expression(text, scope())


@pytest.mark.parametrize(("latex", "plain"), [
    (r"\mathbb{E}[X]", "E[X]"), (r"\mathbb{E}\left[ X \mid Y \right]", "E[X | Y]"), (r"E[X | Y, Z]", "E[X | Y, Z]"),
    (r"\mathrm{E}(X)", "E[X]"), (r"\operatorname{Var}\big(a X\big)", "Var(a*X)"), (r"\Pr(X > 0 | Y > 0)", "P(X > 0 | Y > 0)"),
    (r"\operatorname{Cov}(X, Y)", "Cov(X, Y)"), (r"\mathbb{E}[|X|]", "E[abs(X)]"),
    (r"\mathbb{E}\big[|X| \,\big|\, Y\big]", "E[abs(X) | Y]"),
    (r"\mathbb{E}_{q}[X]^2", "E[X]**2"),
])
def test_latex_reads_as_the_plain_language(latex: str, plain: str) -> None:
    assert read_latex(latex, scope()) == read_expression(plain, scope())


@pytest.mark.parametrize(("text", "code"), [
    ("E[X, Y]", "syntax"), ("E[]", "syntax"), ("Cov(X)", "syntax"), ("P(X)", "type"), ("E[X > 0]", "type"), ("[X | Y]", "syntax"),
    ("X | Y", "syntax"), ("E[X |]", "syntax"), ("Cov(X, x)", "shape"), ("E[X | Y | Z]", "syntax"), ("kl(X, Y)", "shape"),
    ("normalpdf(x, a, a)", "shape"),
])
def test_what_means_nothing_is_refused(text: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        read_expression(text, scope())
    assert error.value.diagnostics[0].code == code


@pytest.mark.parametrize(("fact", "code"), [
    ("independent(X)", "syntax"), ("independent(X, a)", "type"), ("a ~ normal(0, 1)", "type"), ("X ~ normal(0)", "syntax"),
    ("X ~ gaussian(0, 1)", "syntax"), ("x ~ normal(0, 1)", "shape"), ("X ~ categorical(x)", "type"), ("x ~ normal(x, S)", "type"),
    ("X ~ poisson(x)", "shape"), ("X ~ Y", "syntax"), ("independent(X, Y) and X > 0", "undeclared-name"),
])
def test_facts_that_mean_nothing_are_refused(fact: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        assume(scope(), fact)
    assert error.value.diagnostics[0].code == code


@pytest.mark.parametrize("name", ["E", "P", "Var", "Cov"])
def test_the_names_are_the_authors_own_where_they_are_declared(name: str) -> None:
    found = declare(scope(), name, "function(real) -> real")
    assert read_expression(f"{name}(X)", found).op == "apply"


def test_the_names_are_not_taken_where_nothing_is_random() -> None:
    with pytest.raises(InputError) as error:
        read_expression("E[a]", declare(Scope(), "a", "real"))
    assert error.value.diagnostics[0].code == "undeclared-name"


@pytest.mark.parametrize("type_", ["size random", "function(real) -> real random", "complex random", "real randm"])
def test_what_cannot_be_random(type_: str) -> None:
    with pytest.raises(InputError):
        declare(Scope(), "q", type_)
