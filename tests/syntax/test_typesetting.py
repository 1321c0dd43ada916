"""Terms as LaTeX and MathML: what is written, and that everything is."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random
from xml.etree import ElementTree

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from plain_sample import declared as sample
from test_plain_laws import Maker

from derivcheck.kernel.terms import BOUND, ONE, RELATIONS, Symbol, Term, number, symbol
from derivcheck.kernel.vocabulary import CORE, FUNCTIONS, build
from derivcheck.syntax import Scope, declare_all, read_condition, read_expression
from derivcheck.syntax.as_latex import as_latex
from derivcheck.syntax.as_mathml import as_mathml
from derivcheck.syntax.latex.reading import read_latex
from derivcheck.syntax.lettering import declared

SCOPE = sample()
NAMES = declared(SCOPE)


def _letters(*names: str) -> Scope:
    scope, problems = declare_all(Scope(), [(name, "real") for name in names])
    assert not problems
    return scope


@pytest.mark.parametrize(("plain", "latex"), [
    # sums, products, signs
    ("x + y - 2*z", r"x + y - 2 \cdot z"),
    ("x - (y - z)", r"x - \left(y - z\right)"),
    ("-x + y", r"-x + y"),
    ("x + (-y)*z", r"x + \left(-y \cdot z\right)"),
    ("-x*y + z", r"-x \cdot y + z"),
    ("-q.T @ h", r"-q^{\top} h"),
    ("-(x*y)", r"-\left(x \cdot y\right)"),
    ("x*(y*z)", r"x \cdot \left(y \cdot z\right)"),
    ("x/y*z", r"\frac{x}{y} \cdot z"),
    ("(x + 1)/(y + 1)", r"\frac{x + 1}{y + 1}"),
    ("0.25 + 1e-7 + 1e20", "0.25 + 0.0000001 + 100000000000000000000"),
    # powers
    ("x**2", "x^{2}"),
    ("(x**2)**3", r"\left(x^{2}\right)^{3}"),
    ("x**(y + 1)", "x^{y + 1}"),
    ("(-x)**2", r"\left(-x\right)^{2}"),
    ("(x/y)**2", r"\left(\frac{x}{y}\right)^{2}"),
    ("exp(x)**2", r"\left(\exp\left(x\right)\right)^{2}"),
    ("p[w]**2", "p_{w}^{2}"),
    ("e**x", "e^{x}"),
    # arrays
    ("u[o].T @ v", r"u_{o}^{\top} v"),
    ("A @ B @ q", "A B q"),
    ("A @ (B @ q)", r"A \left(B q\right)"),
    ("(A + B) @ q", r"\left(A + B\right) q"),
    ("(A @ q)[k]", r"\left(A q\right)_{k}"),
    ("u[w][1]", r"\left(u_{w}\right)_{1}"),
    ("A[k, 1]", "A_{k, 1}"),
    ("inv(A)", "A^{-1}"),
    ("A**(-1)", r"A^{\left(-1\right)}"),
    ("inv(A).T", r"\left(A^{-1}\right)^{\top}"),
    ("hadamard(q, h)", r"q \odot h"),
    ("hadamard(q, h, q)", r"\operatorname{hadamard}\left(q, h, q\right)"),
    ("kron(A, B)", r"A \otimes B"),
    ("kron(q, h)", r"\operatorname{kron}\left(q, h\right)"),
    ("[[x], [y]]", r"\operatorname{vector}\left(\operatorname{vector}\left(x\right), \operatorname{vector}\left(y\right)\right)"),
    ("dot(q, h)", r"\operatorname{dot}\left(q, h\right)"),
    ("[x, y]", r"\begin{bmatrix} x \\ y \end{bmatrix}"),
    ("[x, 1]", r"\begin{bmatrix} x \\ 1 \end{bmatrix}"),
    ("[[x, y], [1, 2]]", r"\begin{bmatrix} x & y \\ 1 & 2 \end{bmatrix}"),
    ("norm(q)", r"\left\|q\right\|"),
    ("norm(A)", r"\operatorname{norm}\left(A\right)"),
    ("frobenius(A)", r"\left\|A\right\|_{F}"),
    # functions
    ("log(x)", r"\ln\left(x\right)"),
    ("log(x, 2)", r"\operatorname{log}\left(x, 2\right)"),
    ("sigmoid(x)", r"\operatorname{sigmoid}\left(x\right)"),
    ("sqrt(x) + cbrt(x)", r"\sqrt{x} + \sqrt[3]{x}"),
    ("abs(x)*floor(x)", r"\left|x\right| \cdot \left\lfloor x\right\rfloor "),
    ("factorial(x + 1)", r"\left(x + 1\right)!"),
    ("binomial(N, 2)", r"\binom{N}{2}"),
    ("gamma(x)", r"\Gamma\left(x\right)"),
    ("f''(x) + F(v, v)", r"f''\left(x\right) + F\left(v, v\right)"),
    # binders
    ("sum(p[w], w in 1..V)", r"\sum_{w=1}^{V} p_{w}"),
    ("sum(p[w], w in 1..V if w != o)", r"\sum_{w=1, \; w \ne o}^{V} p_{w}"),
    ("sum(x + w, w in 1..V)*x", r"\left(\sum_{w=1}^{V} \left(x + w\right)\right) \cdot x"),
    ("x*sum(w, w in 1..V)", r"x \cdot \sum_{w=1}^{V} w"),
    ("sum(w, w in 1..V) + w", r"\left(\sum_{w=1}^{V} w\right) + w"),
    ("sum(w, w in 1..V) + x", r"\sum_{w=1}^{V} w + x"),
    ("prod(-w, w in 1..V)", r"\prod_{w=1}^{V} \left(-w\right)"),
    ("integrate(x**2, x in 0..1)", r"\int_{0}^{1} x^{2} \, \mathrm{d}x"),
    ("integrate(x + 1, x)", r"\int \left(x + 1\right) \, \mathrm{d}x"),
    ("limit(t, t -> 0+)", r"\lim_{t \to 0^{+}} t"), ("limit(t, t -> x - 1-)", r"\lim_{t \to \left(x - 1\right)^{-}} t"),
    ("limit(sin(t)/t, t -> 0)", r"\lim_{t \to 0} \frac{\sin\left(t\right)}{t}"),
    ("diff(x*y, x)", r"\frac{\partial}{\partial x} \left(x \cdot y\right)"),
    ("diff(q, q) @ q", r"\left(\frac{\partial}{\partial q} \left(q\right)\right) q"),
    ("diff(x, x)*y", r"\frac{\partial}{\partial x} \left(x\right) \cdot y"),
    ("cases(x if x > 0, -x otherwise)", r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}"),
    ("[x in 0..1]", r"\mathbb{1}\left\{x \in \left[0, 1\right]\right\}"),
    ("[x > 0 and not y = 2]", r"\mathbb{1}\left\{x > 0 \land \lnot \left(y = 2\right)\right\}"),
])
def test_a_term_is_written_as_latex(plain: str, latex: str) -> None:
    assert as_latex(read_expression(plain, SCOPE), NAMES) == latex


@pytest.mark.parametrize(("name", "latex"), [
    ("x", "x"), ("alpha", r"\alpha"), ("Gamma", r"\Gamma"), ("yhat", r"\hat{y}"), ("xbar", r"\bar{x}"), ("sigmatilde",
     r"\tilde{\sigma}"), ("xddot", r"\ddot{x}"), ("CE", r"\mathrm{CE}"), ("v_c", "v_{c}"), ("x_12", "x_{12}"), ("J_neg",
     r"J_{\text{neg}}"),
    ("yhat_o", r"\hat{y}_{o}"), ("theta_mu", r"\theta_{\mu}"), ("a_b_c", r"a_{\text{b\_c}}"), ("what", r"\hat{w}"), ("that_one",
     r"\hat{t}_{\text{one}}"), ("x_", r"\mathrm{x\_}"), ("_x", r"\mathrm{\_x}"), ("rehat", r"\mathrm{rehat}"),
])
def test_a_name_is_written_as_latex(name: str, latex: str) -> None:
    assert as_latex(read_expression(name, _letters(name))) == latex


def test_an_entry_is_told_from_a_name() -> None:
    scope, _ = declare_all(Scope(), [("n", "size"), ("v", "vector(n)"), ("c", "index(n)"), ("v_c, v_1", "real")])
    terms = [read_expression(text, scope) for text in ("v[c]", "v_c", "v[1]", "v[2]")]
    assert [as_latex(t, declared(scope)) for t in terms] == [r"\left(v\right)_{c}", "v_{c}", r"\left(v\right)_{1}", "v_{2}"]


def test_names_with_a_spelling_of_their_own_are_written_in_it() -> None:
    scope, _ = declare_all(Scope(), [("n", "size"), ("p, v", "vector(n)"), ("k", "index(n)"), ("h", "real")])
    scope = replace(scope, latex={"p": (r"p(\cdot|c)",), "v": (r"\boldsymbol{\nu}",), "h": ("0", "h_{1}")})
    texts = ("p[k]", "v[k]", "h**2", "p", "sum(v, v in 1..n)")
    assert [as_latex(read_expression(text, scope), declared(scope)) for text in texts] == [
        "p(k|c)", r"\boldsymbol{\nu}_{k}", r"\left(h_{1}\right)^{2}", r"p(\cdot|c)", r"\sum_{v=1}^{n} v"]


def test_a_declared_gamma_is_told_from_the_function() -> None:
    assert as_latex(read_expression("gamma(Gamma)", scope := _letters("Gamma")), declared(scope)) == \
        r"\operatorname{gamma}\left(\Gamma\right)"


def test_numbers_that_no_text_reads_as_are_written_with_a_sign_or_a_bar() -> None:
    assert as_latex(build("mul", number(-2), number(Fraction(1, 3)))) == r"\left(-2\right) \cdot \frac{1}{3}"
    assert as_latex(number(Fraction(-1, 3))) == r"-\frac{1}{3}"


CONDITIONS = RELATIONS | {"in", "and", "or", "not", "true", "false"}


def _samples() -> dict[str, str]:
    """For each operator that is not written ``name(scalar)``, a text whose term has it."""
    texts = {
        **dict.fromkeys(("min", "max", "delta", "binomial"), "{}(x, y)"), "softmax": "softmax(q)", "logsumexp": "logsumexp(q)",
        **dict.fromkeys(("norm", "frobenius", "tr", "det", "inv", "adj", "diag", "vec"), "{}(A)"),
        **dict.fromkeys(("dot", "outer", "kron", "hadamard"), "{}(q, h)"), **dict.fromkeys(("eye", "ones", "zeros"), "{}(n)"),
        "unit": "unit(k, n)", "columns": "columns(u)", "number": "2", "constant": "pi", "add": "x + y", "neg": "-x", "mul": "x*y",
        "div": "x/y", "pow": "x**y", "matmul": "A @ q", "transpose": "q.T", "entry": "q[k]", "vector": "[x]",
        "matrix": "[[x], [y]]", "sum": "sum(w, w in 1..n)", "prod": "prod(w, w in 1..n)", "integrate": "integrate(x, x)",
        "limit": "limit(x, x -> 1)", "indicator": "[x > y]", "cases": "cases(x if x > y)", "apply": "f(x)", "derivative": "f'(x)",
        "diff": "diff(x, x)", "in": "x in 1..2", "and": "x > 1 and y > 1", "or": "x > 1 or y > 1", "not": "not x > 1",
        "true": "true", "false": "false", "eq": "x = 1", "ne": "x != 1", "lt": "x < 1", "le": "x <= 1", "gt": "x > 1",
        "ge": "x >= 1", "normalpdf": "normalpdf(x, y, a)", "entropy": "entropy(q)", "mutual_information": "mutual_information(A)",
        **dict.fromkeys(("cross_entropy", "kl"), "{}(q, h)"), "E": "E[X | Y]", "Var": "Var(X)", "Cov": "Cov(X, Y | Z)",
        "P": "P(X > 1 | Y < 1)",
    }
    return {name: texts.get(name, "{}(x)").format(name) for name in (*FUNCTIONS, *CORE, "diff")}


@pytest.mark.parametrize(("op", "text"), _samples().items())
def test_every_operator_is_written(op: str, text: str) -> None:
    term = (read_condition if op in CONDITIONS else read_expression)(text, SCOPE)
    assert term.op == op
    latex = as_latex(term, NAMES)
    assert latex.count("{") == latex.count("}") and latex.count(r"\left") == latex.count(r"\right")
    _elements(as_mathml(term, NAMES))


MATHML_CORE = {"math", "mi", "mn", "mo", "mtext", "mspace", "mrow", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
               "munder", "mover", "munderover", "mtable", "mtr", "mtd"}
ARGUMENTS = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3}


def _elements(text: str) -> list[ElementTree.Element]:
    """The elements of well-formed MathML Core, each with as many parts as it must have."""
    root = ElementTree.fromstring(text)
    assert root.tag == "math" and root.get("display") == "block"
    for element in root.iter():
        assert element.tag in MATHML_CORE
        assert len(element) == ARGUMENTS.get(element.tag, len(element))
    return list(root.iter())


@settings(max_examples=200, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 5), st.sampled_from(["scalar", "vector", "matrix", "condition"]))
def test_mathml_is_well_formed_and_shows_every_name(random: Random, depth: int, kind: str) -> None:
    term = getattr(Maker(random), kind)(depth)
    shown = {element.text for element in _elements(as_mathml(term, NAMES))}
    single = {t.symbol.name for t in term.walk() if t.op == "symbol" and len(t.symbol.name) == 1}
    assert single <= shown


def _index_of_sum_and_variable(term: Term) -> bool:
    """Whether a sum inside a derivative binds the index of its variable, which LaTeX refuses to read."""
    def names(part: Term, ops: set[str]) -> set[str]:
        return {t.symbol.name for t in part.walk() if t.op in ops}
    return any(names(t.args[0], {"sum", "prod"}) & names(t.args[1], {"symbol"}) for t in term.walk() if t.op == "diff")


@settings(max_examples=300, deadline=None)
@given(st.randoms(use_true_random=False), st.integers(0, 5), st.sampled_from(["scalar", "vector", "matrix", "condition"]))
def test_reading_the_latex_of_a_term_gives_it_back(random: Random, depth: int, kind: str) -> None:
    term = getattr(Maker(random), kind)(depth)
    assume(not _index_of_sum_and_variable(term))
    assert read_latex(as_latex(term, NAMES), SCOPE) == term


@pytest.mark.parametrize(("op", "text"), [item for item in _samples().items() if item[0] not in {"true", "false"}])
def test_reading_the_latex_of_every_operator_gives_it_back(op: str, text: str) -> None:
    term = (read_condition if op in CONDITIONS else read_expression)(text, SCOPE)
    assert read_latex(as_latex(term, NAMES), SCOPE) == term


def test_characters_of_xml_are_escaped() -> None:
    term = build("lt", symbol(Symbol("a&b", BOUND)), ONE)
    assert [e.text for e in _elements(as_mathml(term)) if e.tag in {"mi", "mo"}] == ["a&b", "<"]



@pytest.mark.parametrize("wrap", ["sin(", "2*(1 + ", "f(", "-(", "sum(", "sqrt(", "max(1, ", "[1, "])
def test_terms_as_deep_as_can_be_read_are_written(wrap: str) -> None:
    levels = 47 if wrap in {"2*(1 + ", "[1, ", "sum("} else 98
    closing = {"sum(": ", k in 1..n)", "[1, ": "][1]"}.get(wrap, ")")
    term = read_expression("".join([*[wrap] * levels, "y", closing * levels]), SCOPE)
    assert as_latex(term).count("y") == 1
    assert _elements(as_mathml(term))
