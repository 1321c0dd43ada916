"""What LaTeX is read as: tables of formulas with their plain text, of what is refused, and of what is read with a note."""

from __future__ import annotations

from dataclasses import replace

import pytest

from derivcheck.diagnostic import InputError
from derivcheck.syntax import Scope, declare_all, read_expression, show
from derivcheck.syntax.latex.reading import read_latex, read_latex_step

DECLARED = [
    ("V, d, n, m, k", "size"), ("o, w, i, j", "index(V)"), ("r, s", "index(n)"), ("u", "vector(d)[V]"),
    ("v_c, h, g", "vector(d)"),
    ("yhat, y, p", "vector(V)"), ("x, a, b, c, t", "real"), ("A, B", "matrix(n, n)"), ("W", "matrix(V, d)"),
    ("z, q", "vector(n)"), ("f, F", "function(real) -> real"), ("sigma", "function(real) -> real"),
    ("CE", "function(vector(V), vector(V)) -> real"), ("X", "vector(n)[m]"), ("S", "real"), ("J_neg", "real"),
]
LATEX = {"p": (r"p(\cdot|c)",), "o": ("o", "0"), "S": (r"\Sigma", r"\sum"), "J_neg": (r"J_{\text{neg}}", r"J_{\text{neg-smp}}")}


def scope(**spelled: tuple[str, ...]) -> Scope:
    made, problems = declare_all(Scope(), DECLARED)
    assert not problems
    return replace(made, latex={**LATEX, **spelled})


READS = [
    # names and their spellings
    (r"\hat{\mathbf{y}}_o", "yhat[o]"),
    (r"\mathbf{\hat y}_o", "yhat[o]"),
    (r"\hat{y_i}", "yhat[i]"),
    (r"\mathbf v_c", "v_c"),
    (r"\boldsymbol{v}_c", "v_c"),
    (r"v_{c}", "v_c"),
    (r"p(w|c)", "p[w]"),
    (r"p \left( w | c \right)", "p[w]"),
    (r"J_{\text{neg}}", "J_neg"),
    (r"\Sigma \times \Sigma", "S*S"),
    (r"\frac{a}{\sum} \sum_w y_w", "a/S*sum(y[w], w in 1..V)"),
    (r"\hat{y}_0", "yhat[o]"),
    (r"CE(\mathbf{y}, \hat{\mathbf{y}})", "CE(y, yhat)"),
    (r"\mathrm{CE}(y, \hat y)", "CE(y, yhat)"),
    (r"\mathbf{A z}", "A @ z"),
    (r"\mathbf{z_r}", "z[r]"),
    (r"X^{(r)}_s", "X[r][s]"),
    # scripts as TeX takes them
    (r"x^23", "x**2*3"),
    (r"x^{23}", "x**23"),
    (r"\frac12 x", "1/2*x"),
    (r"x^\frac12", "x**(1/2)"),
    (r"\sqrt2 x", "sqrt(2)*x"),
    (r"A^T z", "A.T @ z"),
    (r"A^\mathrm{T} z", "A.T @ z"),
    (r"A^{-\top} z", "inv(A).T @ z"),
    (r"A^{\!T\,} z", "A.T @ z"),
    (r"A^{\rm T} z", "A.T @ z"),
    (r"{\rm x} + \operatorname{soft\,max}(z)_r", "x + softmax(z)[r]"),
    (r"u_w^T v_c", "u[w].T @ v_c"),
    (r"u^T_w v_c", "u[w].T @ v_c"),
    (r"z_r^2", "z[r]**2"),
    (r"z^2_r", "z[r]**2"),
    (r"{z_r}^2", "z[r]**2"),
    (r"W_{ij}", "W[i, j]"),
    (r"W_{i,j}", "W[i, j]"),
    (r"W_{12}", "W[1, 2]"),
    (r"z_{12}", "z[12]"),
    (r"(A^\top)_{rs}", "A.T[r, s]"),
    (r"A_{rs}^2", "A[r, s]**2"),
    (r"A^{2}", "A**2"),
    (r"e^{-x}", "e**(-x)"),
    (r"e^{(x + 1)}", "e**(x + 1)"),
    (r"n!", "n!"),
    # products
    (r"x (1 - x)", "x*(1 - x)"),
    (r"v_c (g - h)^\top", "v_c @ (g - h).T"),
    (r"g \cdot h", "dot(g, h)"),
    (r"g \odot h", "hadamard(g, h)"),
    (r"A \otimes B", "kron(A, B)"),
    (r"a b c", "a*b*c"),
    (r"-a b", "-a*b"),
    (r"a \cdot -b", "a*(-b)"),
    (r"a/b \cdot c", "a/b*c"),
    (r"2x", "2*x"),
    (r"1{,}000 x", "1000*x"),
    (r"A^{-1} B", "inv(A) @ B"),
    (r"A^{(-1)} B", "A**(-1) @ B"),
    # functions
    (r"\ln \frac{a}{b}", "log(a/b)"),
    (r"\ln \exp(x)", "log(exp(x))"),
    (r"\log_2 x", "log(x, 2)"),
    (r"\log_{10}(x)", "log(x, 10)"),
    (r"\log_2 x^2", "log(x**2, 2)"),
    (r"\sin^2 x + \cos^2 x", "sin(x)**2 + cos(x)**2"),
    (r"\sin^2 2x", "sin(2*x)**2"),
    (r"\sin x \cos x", "sin(x)*cos(x)"),
    (r"\sin 2x", "sin(2*x)"),
    (r"\log x^2", "log(x**2)"),
    (r"\text{softmax}(z)_r", "softmax(z)[r]"),
    (r"\operatorname{ReLU}(x)", "relu(x)"),
    (r"\operatorname{diag}(z)", "diag(z)"),
    (r"\Gamma(x)", "gamma(x)"),
    (r"f(x)^2", "f(x)**2"),
    (r"f'(x)", "f'(x)"),
    (r"f^{(2)}(x)", "f''(x)"),
    (r"\sigma(-u_w^T v_c)", "sigma(-u[w].T @ v_c)"),
    (r"\max(a, b)", "max(a, b)"),
    (r"\max\{a, b\}", "max(a, b)"),
    (r"\sqrt[3]{x}", "cbrt(x)"),
    (r"\sqrt[4]{x}", "x**(1/4)"),
    (r"\binom{n}{k}", "binomial(n, k)"),
    (r"|x|", "abs(x)"),
    (r"|a||b|", "abs(a)*abs(b)"),
    (r"\left|a + |b|\right|", "abs(a + abs(b))"),
    (r"\|z\|_2^2", "norm(z)**2"),
    (r"||z||", "norm(z)"),
    (r"\lVert A \rVert_F^2", "frobenius(A)**2"),
    (r"\lfloor x \rfloor", "floor(x)"),
    (r"\langle g, h \rangle", "dot(g, h)"),
    (r"\delta_{ij}", "delta(i, j)"),
    (r"\mathbb{1}_{\{i = j\}}", "[i = j]"),
    (r"\mathbf{1}[i = j]", "[i = j]"),
    (r"1\{i = j\} - \hat y_j", "[i = j] - yhat[j]"),
    # sums and their like
    (r"\sum_{w=1}^V y_w \ln \hat y_w", "sum(y[w]*log(yhat[w]), w in 1..V)"),
    (r"\sum^V_{w=1} y_w", "sum(y[w], w in 1..V)"),
    (r"\sum_{m=1}^{m=V} y_m", "sum(y[m], m in 1..V)"),
    (r"\sum_i^V y_i", "sum(y[i], i in 1..V)"),
    (r"\sum_w y_w", "sum(y[w], w in 1..V)"),
    (r"\sum_l z_l", "sum(z[l], l in 1..n)"),
    (r"\sum_{w \neq o} y_w", "sum(y[w], w in 1..V if w != o)"),
    (r"\sum_{-m \leq j \leq m, j \neq 0} j", "sum(j, j in -m..m if j != 0)"),
    (r"\sum_{\substack{-m \leq j \leq m \\ j \neq 0}} j^2", "sum(j**2, j in -m..m if j != 0)"),
    (r"\sum_{r,s=1}^n A_{rs}", "sum(sum(A[r, s], s in 1..n), r in 1..n)"),
    (r"a - \sum_w y_w a + b", "a - sum(y[w]*a, w in 1..V) + b"),
    (r"\sum_{w=1}^V \frac{y_w}{\sum_{w=1}^V y_w}", "sum(y[w]/sum(y[w], w in 1..V), w in 1..V)"),
    (r"\ln \sum_w e^{y_w}", "log(sum(e**y[w], w in 1..V))"),
    (r"\prod_{k=1}^n \frac{1}{k}", "prod(1/k, k in 1..n)"),
    (r"\int_0^1 x^2 \, dx", "integrate(x**2, x in 0..1)"),
    (r"\int \cos(x) \, \mathrm{d}x + a", "integrate(cos(x), x) + a"),
    (r"\lim_{x \to 0} \frac{\sin x}{x}", "limit(sin(x)/x, x -> 0)"),
    (r"\lim_{x \to 0^+} \frac{1}{x}", "limit(1/x, x -> 0+)"),
    (r"\lim_{x \to a^{-}} x", "limit(x, x -> a-)"),
    (r"\lim_{x \to 0+} x", "limit(x, x -> 0+)"),
    (r"\lim_{x \downarrow a} x", "limit(x, x -> a+)"),
    (r"\lim_{x \nearrow a^2} x", "limit(x, x -> a**2-)"),
    (r"\lim_{x \to a^2} x", "limit(x, x -> a**2)"),
    (r"\lim_{x \to (a + 1)^+} x", "limit(x, x -> a + 1+)"),
    (r"z_1 + z_2 + \dots + z_n", "sum(z[l], l in 1..n)"),
    (r"e^{z_1} + e^{z_2} + \cdots + e^{z_n}", "sum(e**z[l], l in 1..n)"),
    (r"z_1 z_2 \cdots z_n", "prod(z[l], l in 1..n)"),
    (r"1 + 2 + \dots + n", "sum(l, l in 1..n)"),
    (r"a + z_2 + z_3 + ... + z_n", "a + sum(z[l], l in 2..n)"),
    # derivatives
    (r"\frac{\partial \ln \hat{y}_o}{\partial \mathbf{v}_c}", "diff(log(yhat[o]), v_c)"),
    (r"\frac{\partial}{\partial v_c} \left[ u_o^T v_c \right]", "diff(u[o].T @ v_c, v_c)"),
    (r"\frac{\partial}{\partial x} \sum_w y_w x", "diff(sum(y[w]*x, w in 1..V), x)"),
    (r"\frac{\mathrm{d}^2 f(x)}{\mathrm{d}x^2}", "diff(f(x), x, 2)"),
    (r"\frac{\partial^2 a x}{\partial x \partial a}", "diff(a*x, a, x)"),
    (r"\frac{\mathrm d}{\mathrm d x} x^2", "diff(x**2, x)"),
    (r"\nabla_x f(x)", "diff(f(x), x)"),
    (r"\partial_x f(x)", "diff(f(x), x)"),
    (r"\frac{\partial f(x)}{\partial x} \frac{\partial a x}{\partial a}", "diff(f(x), x)*diff(a*x, a)"),
    # matrices, cases, conditions
    (r"\begin{bmatrix} a & b \\ c & x \end{bmatrix}", "[[a, b], [c, x]]"),
    (r"\begin{pmatrix} a \\ b \end{pmatrix}", "[a, b]"),
    (r"\begin{bmatrix} a & b \end{bmatrix}", "[[a, b]]"),
    (r"\begin{vmatrix} a & b \\ c & x \end{vmatrix}", "det([[a, b], [c, x]])"),
    (r"[a, b]^T", "[a, b]"),
    (r"\begin{cases} a, & i = j \\ b, & \text{otherwise} \end{cases}", "cases(a if i = j, b otherwise)"),
    (r"\begin{cases} = a & \forall i = j \\ = b & \text{if } i \neq j \end{cases}", "cases(a if i = j, b if i != j)"),
    (r"\begin{cases} a, & w = 0 \\ b, & w \neq 0 \end{cases}", "cases(a if w = o, b if w != o)"),
    (r"\begin{cases} a & 0 < x < 1, i = j \\ b & \text{else} \end{cases}", "cases(a if 0 < x < 1 and i = j, b otherwise)"),
    (r"\cancel{(-1)} (e^{-x})", "(-1)*(e**(-x))"),
    (r"\boxed{a + b} c", "(a + b)*c"),
    (r"a \boxed{- b}", "a - b"),
    (r"a \boxed{\,\textcolor{red}{- b}}", "a - b"),
    (r"\boxed{-a + b} c", "(-a + b)*c"),
    (r"a - \boxed{-b + a}", "a - (-b + a)"),
    (r"x^\boxed{-1}", "x**(-1)"),
    (r"\sqrt\cancel{x} a", "sqrt(x)*a"),
    (r"2 \cancel{+ 3x}", "2 + 3*x"),
    (r"\underbrace{a + b}_{\text{sum}} c", "(a + b)*c"),
]


@pytest.mark.parametrize(("latex", "plain"), READS, ids=[row[0] for row in READS])
def test_reads_as(latex: str, plain: str) -> None:
    made = scope()
    assert show(read_latex(latex, made)) == show(read_expression(plain, made))


REFUSED = [
    # nothing declares it
    (r"\foo", "undeclared-name", "not known"),
    (r"\beta", "undeclared-name", "beta"),
    (r"\gamma x", "undeclared-name", "gamma"),
    (r"z_l", "undeclared-name", "add l: index(n)"),
    (r"xy + l", "undeclared-name", "l is not declared"),
    (r"\begin{foo} x \end{foo}", "undeclared-name", "environment"),
    (r"\textcircled{A}", "undeclared-name", "label"),
    (r"\operatorname{E}[x]", "undeclared-name", "E"),
    (r"\mathbb{S}[x]", "undeclared-name", "mathbb"),
    (r"\mathrm{d} x + a", "ambiguous", "upright d"),
    (r"\mathsf{d} x", "ambiguous", "upright d"),
    (r"\operatorname{d} x", "ambiguous", "upright d"),
    (r"\frac{{\rm d} f(x)}{{\rm d} x}", "ambiguous", "sign of a derivative"),
    (r"{\it d\,}x", "ambiguous", "upright d"),
    (r"\rm{d}x", "ambiguous", "upright d"),
    (r"\frac{{\mathrm d}}{{\mathrm d} x} f(x)", "ambiguous", "upright d"),
    (r"\frac{\, d f(x)}{{d} x}", "ambiguous", "sign of a derivative"),
    (r"\frac{\bf d f(x)}{\bf d x}", "ambiguous", "sign of a derivative"),
    # signs that look like the commands of spaces
    (r"A^{T!}", "undeclared-name", "T"),
    (r"A^{T,}", "undeclared-name", "T"),
    (r"z^{\top;}", "undeclared-name", "top"),
    (r"\operatorname{soft,max}(z)", "undeclared-name", "soft,max"),
    (r"\sum_{r, ;} z_r", "syntax", "operand"),
    # unbalanced
    (r"\left( x + 1", "syntax", r"\right"),
    (r"x ( x + 1", "syntax", ") is missing"),
    (r"\frac{x}{2", "syntax", "} is missing"),
    (r"\begin{cases} x", "syntax", r"\end{cases}"),
    (r"x + 1)", "syntax", "closes nothing"),
    (r"(x + 1]", "syntax", "write )"),
    (r"\left. x \right|", "syntax", "invisible"),
    # derivatives
    (r"\frac{\partial f(x)}{x}", "syntax", "not below"),
    (r"\frac{f(x)}{\partial x}", "syntax", "not above"),
    (r"\frac{\partial}{\partial x} f(x) x", "ambiguous", "brackets"),
    (r"\frac{\partial}{\partial x} (f(x)) (x)", "ambiguous", "brackets"),
    (r"\frac{\partial}{\partial x} f(x) \cdot x", "ambiguous", "brackets"),
    (r"\frac{d f(x)}{d x}", "ambiguous", "d is a declared name"),
    (r"\frac{\partial^2 f(x)}{\partial x}", "syntax", "orders"),
    (r"\frac{\partial}{\partial z_r} \sum_{r=1}^n z_r^2", "ambiguous", "index of a sum"),
    (r"\nabla f(x)", "ambiguous", "by what"),
    (r"\frac{\partial F}{\partial x}", "syntax", "F is a function"),
    (r"x'", "type", "prime"),
    # sums
    (r"\sum y_w", "syntax", "no index"),
    (r"\prod y_w", "syntax", "no index"),
    (r"\frac{1}{\prod} x", "syntax", "no index"),
    (r"\prod^n F(x)", "syntax", "no index"),
    (r"\sum_w z_w", "ambiguous", "indexes up to"),
    (r"\sum_l a", "undeclared-name", "no range"),
    (r"\sum_{i<j} y_i", "syntax", "range"),
    (r"\sum_{r=1}^n z_r - q_r", "ambiguous", "ends before"),
    (r"\sum_{r=1, s=1}^n A_{rs}", "ambiguous", "second range"),
    (r"\int x", "syntax", "variable"),
    (r"\int dx\, x", "syntax", "behind dx"),
    # dots
    (r"\dots + y_w a", "ambiguous", "terms before and behind"),
    (r"a + \dots", "ambiguous", "terms before and behind"),
    (r"z_1 + z_3 + \dots + z_n", "ambiguous", "count up"),
    (r"z_1 + q_2 + \dots + z_n", "ambiguous", "pattern"),
    (r"y_i + \dots + y_o + \dots + y_w", "ambiguous", "twice"),
    (r"z_1 + z_2 + \dots + z_r", "ambiguous", "declared size"),
    (r"1 + \dots + n^2", "ambiguous", "one term"),
    (r"1^2 + 2^2 + \dots + n^n", "ambiguous", "count up"),
    (r"[z_1, \dots, z_n]", "ambiguous", "dots"),
    (r"\begin{bmatrix} a \\ \vdots \\ b \end{bmatrix}", "ambiguous", "dots in a matrix"),
    # what could mean two things
    (r"y_{i \neq w}", "ambiguous", "condition is no index"),
    (r"\ln x a", "ambiguous", "argument of log"),
    (r"\exp(x)^2", "ambiguous", "power"),
    (r"\log x / b", "ambiguous", "argument of log"),
    (r"\sin^{-1} x", "ambiguous", "inverse"),
    (r"f^2(x)", "ambiguous", "power of the function"),
    (r"a / b c", "ambiguous", "two ways"),
    (r"A^T_{rs}", "ambiguous", "entry"),
    (r"A^{-1}_{rs}", "ambiguous", "entry"),
    (r"A_{rs}^T", "ambiguous", "scalar"),
    (r"x^*", "ambiguous", "no meaning"),
    (r"a \boxed{-b}^2", "ambiguous", "begins with a sign"),
    (r"a \boxed{-b + x} c", "ambiguous", "begins with a sign"),
    (r"x^\sum_{r=1}^n z_r", "syntax", "braces"),
    (r"\sum_{j \ne 0} y_j", "ambiguous", "may be the number or the index o"),
    (r"x^{(1)}", "ambiguous", "no family"),
    (r"{a + b}^2", "ambiguous", "not seen"),
    (r"{x^2}^3", "ambiguous", "not seen"),
    (r"2^n!", "ambiguous", "!"),
    (r"1 000 x", "ambiguous", "number"),
    (r"2\frac12", "ambiguous", "mixed number"),
    (r"1e5", "ambiguous", "10^{5}"),
    (r"|a|b|c|", "ambiguous", "bars"),
    (r"|z|", "ambiguous", "bars"),
    (r"\|A\|", "ambiguous", "norm"),
    (r"g \times h", "ambiguous", "×"),
    (r"g * h", "ambiguous", "×"),
    (r"g \otimes h", "ambiguous", "⊗"),
    (r"g h", "shape", "beside"),
    (r"z(r)", "ambiguous", "entry"),
    (r"\max(z)", "ambiguous", "largest"),
    (r"x \pm a", "ambiguous", "±"),
    (r"x != a", "ambiguous", r"\ne"),
    (r"\|y\| \quad x", "ambiguous", "apart"),
    (r"x \hfill a", "ambiguous", "apart"),
    (r"z_{-r}", "ambiguous", "negative index"),
    # shapes and prose
    (r"u_w^T v_c + v_c", "shape", ""),
    (r"v_c + v_c^T", "shape", ""),
    (r"\begin{cases} v_c & i = j \\ a & i \neq j \end{cases}", "shape", "branches"),
    (r"\begin{cases} a & i = j, \text{ smx-CE} \\ b & \text{otherwise} \end{cases}", "syntax", "prose"),
    (r"x \text{ is positive}", "syntax", "prose"),
    (r"log(x)", "syntax", r"\log"),
    (r"\ln", "syntax", "argument"),
    (r"f + 1", "syntax", "f is a function"),
    (r"x_1", "shape", "scalar"),
    (r"z_r_s", "syntax", "two subscripts"),
    (r"x^a^b", "syntax", "two superscripts"),
    (r"^2", "syntax", "nothing before"),
    (r"x +", "syntax", "ends"),
    (r"\frac{}{x}", "syntax", "empty"),
    (r"x & a", "syntax", "cannot stand"),
    (r"x \rightarrow a", "syntax", "arrow"),
]


@pytest.mark.parametrize(("latex", "code", "phrase"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refuses(latex: str, code: str, phrase: str) -> None:
    with pytest.raises(InputError) as caught:
        read_latex(latex, scope())
    (found,) = caught.value.diagnostics
    assert found.code == code
    assert phrase in found.message
    assert 0 <= found.span.start <= found.span.end <= len(latex)


NOTED = [
    (r"\sum_i^V y_i", "begins at 1"),
    (r"\sum_l z_l", "runs over 1..n"),
    (r"\hat y_0", "0 is read as o"),
    (r"z_1 + z_2 + \dots + z_n", "dots are read as sum"),
    (r"\ln(z)", "entry by entry"),
    (r"\cancel{x} a", "struck out"),
    (r"\boxed{x}", "boxed"),
    (r"1\{i=j\}", "indicator"),
    (r"\mathbb{1}_{i=j}", "indicator"),
    (r"\log x", "natural logarithm"),
    (r"\begin{cases} = a & i = j \\ b & \text{otherwise} \end{cases}", "= inside a case"),
    (r"\sum_{w=1}^V \frac{y_w}{\sum_{w=1}^V y_w}", "index of its own"),
    (r"x^23", "as TeX sets it"),
    (r"\frac{\partial}{\partial x} x^2 + 3", "first term only"),
    (r"J_{\text{neg-smp}}", "read as J_neg"),
]


@pytest.mark.parametrize(("latex", "phrase"), NOTED, ids=[row[0] for row in NOTED])
def test_says_what_it_took_for_granted(latex: str, phrase: str) -> None:
    assert any(phrase in note for note in read_latex_step(latex, scope(), None).notes)


def test_a_plain_formula_needs_no_note() -> None:
    assert read_latex_step(r"\frac{\partial}{\partial v_c} \left( u_w^\top v_c \right) + \ln(x) v_c", scope(), None).notes == ()


def test_two_names_that_differ_by_style_need_their_style() -> None:
    made, _ = declare_all(Scope(), [("y", "real"), ("yb", "real")])
    styled = replace(made, latex={"yb": (r"\mathbf{y}",)})
    assert show(read_latex(r"\mathbf{y} - y", styled)) == "yb - y"
    with pytest.raises(InputError, match="differ only by style"):
        read_latex(r"\mathcal{y}", styled)


def test_a_name_that_may_be_an_entry_is_refused() -> None:
    made, _ = declare_all(Scope(), [("n", "size"), ("o", "index(n)"), ("v", "vector(n)"), ("v_o", "real")])
    with pytest.raises(InputError, match="the declared name v_o or the entry o of v"):
        read_latex("v_o", made)


def test_t_is_a_power_where_it_is_declared() -> None:
    made, _ = declare_all(Scope(), [("T", "natural"), ("x", "real")])
    assert show(read_latex("x^T", made)) == "x**T"


def test_a_numeral_for_an_index_does_not_touch_the_index_of_a_sum() -> None:
    assert show(read_latex(r"\sum_{-m \le l \le m, l \ne 0} l", scope())) == "sum(l, l in -m..m if l != 0)"
