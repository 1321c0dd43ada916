"""Commands that a document defines: what they stand for, as TeX sets it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from derivcheck.cli import main
from derivcheck.diagnostic import InputError
from derivcheck.syntax import Scope, declare_all, show
from derivcheck.syntax.latex.macros import Macro, macros, without_definitions
from derivcheck.syntax.latex.reading import read_latex

PREAMBLE = r"""
\newcommand{\vx}{\mathbf{x}}
\newcommand\half{\frac12}
\renewcommand{\bx}{\vx}
\newcommand{\norm}[1]{\left\lVert #1 \right\rVert}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\DeclareMathOperator{\soft}{softmax}
\def\loss{L_{\text{CE}}}
\providecommand{\twice}[1]{2#1}
\newcommand{\loop}{\loop + 1}
\newcommand{\bomb}{\bombb\bombb\bombb}\newcommand{\bombb}{\bombbb\bombbb\bombbb}\newcommand{\bombbb}{\bomb}
\newcommand{\torn}{a}\renewcommand{\torn}{b}
\newcommand{\optional}[2][x]{#1 + #2}
"""


def scope() -> Scope:
    made, _ = declare_all(Scope(), [("n", "size"), ("v, x", "vector(n)"), ("A", "matrix(n, n)"), ("a, b, L_CE", "real")])
    return replace(made, macros=macros(PREAMBLE))


@pytest.mark.parametrize(
    ("latex", "plain"),
    [
        (r"\vx^\top A \vx", "x.T @ A @ x"),
        (r"\half a", "1/2*a"),
        (r"\bx", "x"),
        (r"\norm{\vx - v}^2", "norm(x - v)**2"),
        (r"\norm v", "norm(v)"),
        (r"\pd{a^2 b}{a}", "diff(a**2*b, a)"),
        (r"\soft(x)_1", "softmax(x)[1]"),
        (r"\loss + a", "L_CE + a"),
        (r"\twice{a + b}", "2*a + b"),  # as TeX sets it: a macro puts no brackets
    ],
)
def test_stands_for(latex: str, plain: str) -> None:
    assert show(read_latex(latex, scope())) == plain


@pytest.mark.parametrize(
    ("latex", "code", "phrase"),
    [
        (r"a + \loop", "too-large", "defined from itself"),
        (r"\bomb", "too-large", ""),
        (r"\torn", "undeclared-name", "not known"),
        (r"\optional{a}", "undeclared-name", "not known"),
        (r"\pd{a}", "syntax", "2 arguments"),
    ],
)
def test_refuses(latex: str, code: str, phrase: str) -> None:
    with pytest.raises(InputError) as caught:
        read_latex(latex, scope())
    (found,) = caught.value.diagnostics
    assert found.code == code and phrase in found.message
    assert 0 <= found.span.start <= found.span.end <= len(latex)


@pytest.mark.parametrize("latex", [r"x^\sum", r"\sqrt\half", r"x_\loss"])
def test_a_macro_of_several_words_is_no_argument_without_braces(latex: str) -> None:
    with pytest.raises(InputError):
        read_latex(latex, scope())


def test_definitions_in_code_and_comments_define_nothing() -> None:
    define = r"\newcommand{\q}{x}"
    for text in (f"`{define}`", f"```\n{define}\n```", f"<!-- {define} -->", f"    {define}"):
        assert macros(text) == {}
    around = (("% ", ""), (r"\iffalse ", r" \fi"), (r"\end{document} ", ""), (r"\begin{verbatim}", r"\end{verbatim}"))
    for before, after in around:
        assert macros(before + define + after, tex=True) == {}
    assert macros(define) == macros(define, tex=True) == {"q": Macro("x")}


@pytest.mark.parametrize(
    "again", [r"\def\q#1{4}", r"\let\q\x", r"\renewcommand{\q}[1][4]{5}", r"\renewcommand\q4", r"\gdef\q{y}"]
)
def test_what_is_defined_again_in_another_way_is_not_known(again: str) -> None:
    assert macros(r"\newcommand{\q}{x} " + again) == {}


def test_definitions_are_no_part_of_a_formula() -> None:
    text = r"\newcommand{\q}{x = 1} a = \q"
    blanked = without_definitions(text)
    assert len(blanked) == len(text) and blanked.strip() == r"a = \q"


def test_an_error_inside_a_macro_stands_where_the_macro_does() -> None:
    made = replace(scope(), macros={"q": Macro(r"\mathbf{q} + 1")})
    with pytest.raises(InputError) as caught:
        read_latex(r"a + \q", made)
    (found,) = caught.value.diagnostics
    assert (found.span.start, found.span.end) == (4, 6)


def test_a_document_defines_for_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.tex"
    path.write_text(r"""\newcommand{\vx}{\mathbf{x}}
\newcommand{\pd}[2]{\frac{\partial #1}{\partial #2}}
\begin{document}
% derivcheck:
% symbols:
%   n: size
%   x: vector(n)
%   A: matrix(n, n)
\begin{align}
\pd{\vx^\top A \vx}{\vx} &= A \vx + A^\top \vx \\
  &= 2 A \vx  %! wrong A need not be symmetric
\end{align}
\end{document}
""", encoding="utf-8")
    assert main(["run", str(path)]) == 0
    assert "1 proved, 1 refuted; all as expected" in capsys.readouterr().out
