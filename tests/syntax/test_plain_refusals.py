"""What is refused, with which code, and where: the marked stretch is what the message is about."""

from __future__ import annotations

import pytest

from derivcheck.diagnostic import CODES, InputError
from derivcheck.kernel.terms import number
from derivcheck.syntax import Scope, read_condition, read_expression, read_step

STEPS = [
    ("1/2x", "ambiguous", "1/2x", "1/(2*x)"), ("x/2(y + 1)", "ambiguous", "x/2(", "(x/2)*(…)"),
    ("x**2y", "ambiguous", "x**2y", "(x**2)*y"), ("2^-3x", "ambiguous", "2^-3x", "2^(-3*x)"),
    ("A @ 2x", "ambiguous", "A @ 2x", "A@(2*x)"), ("x y", "ambiguous", "x y", "x*y"), ("x 2", "ambiguous", "x 2", "x*2"),
    ("1 2", "ambiguous", "1 2", "1*2"), ("(x)(y)", "ambiguous", "(x)(", "*"), ("(x + 1) y", "ambiguous", "(x + 1) y", "*y"),
    ("x(y + 1)", "ambiguous", "x(y + 1)", "x*(…)"), ("p(o)", "ambiguous", "p(o)", "p[…]"),
    ("pi(2)", "ambiguous", "pi(2)", "pi*(…)"), ("e(x)", "ambiguous", "e(x)", "exp(…)"), ("2!x", "ambiguous", "2!x", "2!*x"),
    ("3[x = y]", "ambiguous", "3[", "3*[…]"), ("f(x)(y)", "ambiguous", "f(x)(", "f(x)*(…)"),
    ("p[o = w]", "ambiguous", "o = w", "p*[o = w]"), ("sin x", "syntax", "sin x", "sin(x)"),
    ("sin 2", "syntax", "sin 2", "sin(…)"), ("sin^2(x)", "syntax", "2(", "sin(…)^2"), ("exp", "syntax", "exp", "exp(…)"),
    ("sum", "syntax", "sum", "sum(…)"), ("x +", "syntax", "", "operand"), ("* x", "syntax", "*", "operand"),
    ("x ** * y", "syntax", "*", "**"), ("x * * y", "syntax", "*", "**"), ("(x", "syntax", "(", ")"),
    ("[x", "syntax", "[", "]"), ("x)", "syntax", ")", "open"), ("(x]", "syntax", "]", ")"),
    ("x, y", "syntax", ",", "[a, b]"), ("[x, ]", "syntax", "]", "operand"), ("x == y", "syntax", "=", "one ="),
    ("x := y", "syntax", ":", "="), ("x <=> y", "syntax", "<=>", "beginning"), ("x ~ y", "syntax", "~", "beginning"),
    ("x -> y", "syntax", "->", "limit"), ("x if y = 1", "syntax", "if", "cases"),
    ("x otherwise", "syntax", "otherwise", "cases"), ("1..3", "syntax", "1..3", "in"), ("1...3", "syntax", ".", "a..b"),
    ("|x|", "syntax", "|", "abs"), ("x²", "syntax", "x²", "x**2"), ("xᵀ", "syntax", "xᵀ", "x.T"),
    ("A.t", "syntax", ".", ".T"), ("x·y", "syntax", "·", "*"), ("x − y", "syntax", "−", "-"),
    ("x ≤ y", "syntax", "≤", "<="), ("∑ x", "syntax", "∑", "sum"), ("\\frac{1}{2}", "syntax", "\\", "LaTeX"),
    (".5", "syntax", ".", "0.5"), ("x\u0000y", "syntax", "\u0000", "U+0000"), ("x\u202ey", "syntax", "\u202e", "U+202E"),
    ("у + 1", "syntax", "у", "Latin"), ("𝑥", "syntax", "𝑥", "x"), ("x'", "syntax", "x'", "x.T"),
    ("f'", "syntax", "f'", "f'(x)"), ("[]", "syntax", "[]", "entry"), ("u[]", "syntax", "u[]", "index"),
    ("x in y", "syntax", "y", "a..b"), ("sum(x)", "syntax", "sum(x)", "1..n"),
    ("sum(p[w], w in V)", "syntax", "w in V", "1..V"), ("sum(p[w], w = 1..V)", "syntax", "w = 1..V", "w in"),
    ("sum(x, 1..3)", "syntax", "1..3", "range"), ("sum(x, (j) in 1..3)", "syntax", "(j)", "name"),
    ("cases(x)", "syntax", "x", "otherwise"), ("cases(x if y = 1, z)", "syntax", "z", "otherwise"),
    ("cases(x otherwise)", "syntax", "cases(x otherwise)", "if"),
    ("cases(x otherwise, y if x = 1)", "syntax", "x otherwise", "last"), ("diff(x)", "syntax", "diff(x)", "variable"),
    ("limit(t, t -> oo-)", "syntax", "t -> oo-", "one side"), ("(x+)", "syntax", ")", "operand"),
    ("limit(x, x)", "syntax", "limit(x, x)", "->"), ("integrate(x)", "syntax", "integrate(x)", "a..b"),
    ("sum(x, sum in 1..3)", "reserved-name", "sum", "another"), ("b", "undeclared-name", "b", "B"),
    ("pp + 1", "undeclared-name", "pp", "p"), ("labl @ q", "undeclared-name", "labl", "label"),
    ("π", "undeclared-name", "π", "pi"), ("sinn(x)", "undeclared-name", "sinn(x)", "sin"),
    ("frob'(x)", "undeclared-name", "frob'(x)", "declared"), ("sum(x[j], j in 1..j)", "undeclared-name", "j", "declared"),
    ("sum(x, i in 1..3, j in 1..3) + i0", "undeclared-name", "i0", ""),
    ("limit(t, t -> 0) + t", "undeclared-name", "t", "T"), ("x + q", "shape", "x + q", "vector(n)"),
    ("q*q", "shape", "q*q", "hadamard"), ("q @ q", "shape", "q @ q", "dot"), ("A @ x", "shape", "x", "*"),
    ("1/A", "shape", "1/A", "inv"), ("q**2", "shape", "q**2", "norm"), ("2**q", "shape", "2**q", "exponent"),
    ("x = q", "shape", "x = q", "compared"), ("u", "shape", "u", "u[w]"), ("u + v", "shape", "u + v", "columns"),
    ("x[1]", "shape", "x[1]", "entries"), ("A[k]", "shape", "A[k]", "2 indices"), ("u[q]", "shape", "q", "scalar"),
    ("[[1, 2], [3]]", "shape", "[[1, 2], [3]]", "length"), ("f(x, y)", "shape", "f(x, y)", "1 argument"),
    ("f(q)", "shape", "q", "scalar"), ("F(v, q)", "shape", "q", "vector(d)"),
    ("log(x, 2, 3)", "shape", "log(x, 2, 3)", "1 to 2"),
    ("cases(x if o = w, q otherwise)", "shape", "cases(x if o = w, q otherwise)", "branches"),
    ("x in 0..q", "shape", "q", "scalar"), ("diff(A, q)", "shape", "diff(A, q)", "entry"), ("p[x]", "type", "x", "integer"),
    ("p[1/2]", "type", "1/2", "integer"), ("p[0]", "type", "0", "start at 1"), ("p[-1]", "type", "-1", "start at 1"),
    ("T[3, 1]", "type", "3", "beyond"), ("[x, y][3]", "type", "3", "beyond"), ("unit(0, n)", "type", "0", "start at 1"),
    ("eye(0)", "type", "0", "positive"), ("eye(x)", "type", "x", "size"), ("eye(k)", "type", "k", "size"),
    ("zeros(n/2)", "type", "n/2", "size"), ("(x = y) + 1", "type", "(x = y)", "[condition]"),
    ("x and y = 1", "type", "x", "condition"), ("not x", "type", "x", "condition"),
    ("sum(x = 1, j in 1..3)", "type", "x = 1", "[condition]"), ("sum(x, j in 1..y)", "type", "y", "integer"),
    ("sum(x, j in 1..n if j)", "type", "j", "condition"), ("sum(x, j in -oo..1)", "type", "-oo", "integer"),
    ("sum(x, j)", "type", "j", "1..n"), ("f", "type", "f", "f(x)"), ("f + 1", "type", "f", "f(x)"),
    ("sin'(x)", "type", "sin'(x)", "diff"), ("F'(v)", "type", "F'(v)", "diff"), ("diff(x, x, 0)", "type", "0", "positive"),
    ("[x = 1, 2]", "type", "x = 1", "[condition]"), ("exp(x = 1)", "type", "x = 1", "[condition]"),
    ("diff(x, p)", "diff-variable", "p", "u or v"), ("diff(x, p[o])", "diff-variable", "p[o]", "u or v"),
    ("diff(x, h)", "diff-variable", "h", "A or q"), ("diff(x, o)", "diff-variable", "o", "index"),
    ("diff(x, n)", "diff-variable", "n", "size"), ("diff(x, 2)", "diff-variable", "2", "variable"),
    ("diff(x, pi)", "diff-variable", "pi", "variable"), ("diff(x, x + y)", "diff-variable", "x + y", "variable"),
    ("diff(x, N)", "diff-variable", "N", "integer"), ("sum(diff(x**j, j), j in 1..3)", "diff-variable", "j", "bound"),
    ("diff(x, u)", "diff-variable", "u", "u[w]"), ("integrate(x, q)", "diff-variable", "q", "scalar"),
    ("diff(x, x, 21)", "too-large", "21", "20"), ("1e10001", "too-large", "1e10001", "10**10001"),
]


def refused(text: str, scope: Scope) -> tuple[str, str, str]:
    """Code, stretch and message of the one diagnostic that reading ``text`` gives."""
    with pytest.raises(InputError) as caught:
        read_step(text, scope, None)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code in CODES
    return diagnostic.code, text[diagnostic.span.start:diagnostic.span.end], diagnostic.message


@pytest.mark.parametrize(("text", "code", "stretch", "advice"), STEPS)
def test_refused_with_the_place_and_what_to_write(text: str, code: str, stretch: str, advice: str, scope: Scope) -> None:
    found, where, message = refused(text, scope)
    assert (found, where) == (code, stretch)
    assert advice in message


def test_the_transpose_is_no_power() -> None:
    from derivcheck.syntax import declare
    scope = declare(declare(Scope(), "n", "size"), "A", "matrix(n, n)")
    assert refused("A^T", scope) == ("syntax", "A^T", "write .T for the transpose")


def test_i_is_the_imaginary_unit_only_beside_complex_numbers() -> None:
    from derivcheck.syntax import declare
    real = declare(Scope(), "x", "real")
    assert "complex" in refused("i*x", real)[2]
    assert read_expression("i*x", declare(real, "z", "complex")).args[0].data == "i"


LATER = [
    ("x", "syntax", "begin it with a relation"), ("= x = y", "syntax", "one relation a line"),
    ("= x < y < z", "syntax", "one relation a line"), ("=> x", "type", "links statements"), ("=", "syntax", "follow"),
    ("<=>", "syntax", "follow"), ("", "syntax", "empty"), ("= = x", "syntax", "one ="),
]


@pytest.mark.parametrize(("text", "code", "advice"), LATER)
def test_refused_on_a_later_line(text: str, code: str, advice: str, scope: Scope) -> None:
    with pytest.raises(InputError) as caught:
        read_step(text, scope, number(1))
    assert caught.value.diagnostics[0].code == code
    assert advice in caught.value.diagnostics[0].message


@pytest.mark.parametrize("text", ["= x", "<=> x = y", "=> x = y", "~ 1"])
def test_the_first_line_continues_nothing(text: str, scope: Scope) -> None:
    assert refused(text, scope)[0] == "syntax"


def test_expressions_are_no_conditions(scope: Scope) -> None:
    for read, text in ((read_expression, "x = y"), (read_condition, "x + y")):
        with pytest.raises(InputError) as caught:
            read(text, scope)
        assert caught.value.diagnostics[0].code == "type"
