"""SymPy as the second prover: what its word settles, and that its known wrong answers settle nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence

import pytest

from derivcheck.kernel.terms import Claim, Term
from derivcheck.proving.decide import Judge, Options
from derivcheck.proving.decision import Decision
from derivcheck.proving.with_sympy import prover as sympy_prover
from derivcheck.proving.with_sympy import strategies as sympy_strategies
from derivcheck.proving.with_sympy.problem import NotCovered, decode, encode, problem
from derivcheck.syntax import Scope, assume, declare, define, read_expression, read_left

PROVED = [
    # nested radicals
    ([], "sqrt(18 - 8*sqrt(2) - 2*sqrt(5))", "1 + sqrt(2) + sqrt(5) - sqrt(10)", "sqrtdenest"),
    ([], "sqrt(82 - 28*sqrt(7) - 14*sqrt(5) + 4*sqrt(35))", "-7 + sqrt(5) + 2*sqrt(7)", "sqrtdenest"),
    ([], "(77 + 20*sqrt(13))**(1/6) - (77 - 20*sqrt(13))**(1/6)", "1", "nthroot"),
    ([], "(930249 + 416020*sqrt(5))**(1/30) - (930249 - 416020*sqrt(5))**(1/30)", "1", "nthroot"),
    ([], "(sqrt(2 + sqrt(2)) + sqrt(2 - sqrt(2)))/(2*sqrt(2))", "sqrt(sqrt(2) + 2)/2", "minimal polynomial"),
    # pi
    ([], "16*atan(1/5) - 4*atan(1/239)", "pi", "arctangents"),
    ([], "48*atan(1/49) + 128*atan(1/57) - 20*atan(1/239) + 48*atan(1/110443)", "pi", "arctangents"),
    ([], "gamma(1/4)*gamma(3/4)", "pi*sqrt(2)", "gammasimp"),
    # special functions
    (["z: real"], "sin(pi*z)", "pi/(gamma(z)*gamma(1 - z))", "gammasimp"),
    (["n: natural"], "gamma(n + 1/2)/(sqrt(pi)*n!)", "(2*n)!/(2**(2*n)*n!**2)", "gammasimp"),
    # finite sums in closed form
    (["n: size"], "sum(binomial(n, k), k in 0..n)", "2**n", "Sum"),
    (["n: size"], "sum(k*k!, k in 1..n)", "(n + 1)! - 1", "Sum, gammasimp"),
    (["n: size"], "prod(k, k in 1..n)", "n!", "Product"),
    (["n: size"], "sum(1/(k*(k + 1)), k in 1..n)", "n/(n + 1)", "Sum, simplify"),
    # integrals and limits
    ([], "integrate(x**2, x in 0..1)", "1/3", "Integral"),
    ([], "integrate(exp(-x**2), x in -oo..oo)", "sqrt(pi)", "Integral"),
    (["a: positive"], "integrate(x*exp(-a*x), x in 0..oo)", "1/a**2", "Integral"),
    (["x: real"], "integrate(t**2, t in 0..x)", "x**3/3", "Integral"),
    ([], "limit(sin(x)/x, x -> 0)", "1", "Limit"),
    (["a: real"], "limit((exp(a*x) - 1)/x, x -> 0)", "a", "Limit"),
]

KNOWN_WRONG = [
    # what SymPy is known to answer, with the number of its report
    ([], "180*acos(7823207/7823209)/pi", "0", 23086),
    ([], "sin(acos(7823207/7823209))", "0", 23086),
    ([], "integrate(abs(sin(x)*cos(x)), x in 0..2*pi)", "1", 29072),
    ([], "integrate((cos(x**2) - cos(x))/x**2, x in -oo..oo)", "0", 22487),
    ([], "integrate(1/(2**(2*t/3) + 1), t in 0..oo)", "1/2", 15810),
    ([], "integrate(x*sqrt(2*x + 3), x in -1..1)", "-2/5", 7337),
    (["a, b: positive"], "limit((a*exp(-a*x) + b*exp(-b*x))*exp(b*x), x -> oo)", "oo", 22893),
    ([], "limit((-n/(n + 1))**n, n -> oo)", "0", 26513),
    ([], "limit(abs((-n/(n + 1))**n), n -> oo)", "0", 26513),
    ([], "limit((1 + 1/x)**(x**2)/exp(x), x -> oo)", "1", 25885),
    ([], "limit(((x + 1)**(1/x) - e)/x, x -> 0)", "0", 20365),
    (["n: size"], "sum(binomial(2, k)*k**2, k in 0..n)", "-(n + 1)**2*binomial(2, n + 1)", 13902),
    (["m, n: size"], "sum(binomial(m, k)*binomial(m, n - k)*(-1)**k, k in 0..n)", "0", 8016),
    (["n: size"], "prod(n + 1/2**k, k in 0..n - 1)", "2**(n*(1 - n)/2) + n**n", 13546),
    (["b, g: real"], "cos(b/2)*sin(b/2)*cos(b)*cos(g)**2*sin(g)", "(cos(2*b - 2*g) - cos(2*b + 2*g))/16", 20430),
    ([], "integrate(abs(cos(x)), x in -pi/2..0)", "-1", 25052),
    ([], "integrate(2*sqrt(1 - x**2)*(4*sqrt(2)*x**2 - sqrt(3)), x in -1..1)", "0", 13816),
    ([], "limit(n*(((n + 1)**2 + 1)/(n**2 + 1) - 1), n -> oo)", "0", 13382),
    ([], "limit((1 - x/2)**(3*x), x -> oo)", "0", 18399),
    (["p: natural"], "binomial(1, p)", "0", 14528),
    ([], "integrate(sqrt(2 - x)*sqrt(1/(2 - x)), x in 0..1)", "-1", 29792),
    ([], "integrate(abs(sin(x)*cos(x)), x in pi..3*pi/2)", "-1/2", 18384),
    ([], "integrate(abs(cos(x))*sin(x), x in -pi..pi)", "1", 21387),
    ([], "integrate(abs(sin(x)), x in 0..4 + 2*pi)", "cos(4) + 3", 17791),
    ([], "integrate(sin(x/sqrt(abs(x))), x in -1..1)", "4*sin(1) - 4*cos(1)", 21166),
    ([], "integrate(sin(4*x)/sin(x), x in 0..pi/2)", "4/3 - 2*pi", 30319),
    ([], "integrate(abs(sin(3*x)), x in 0..3*pi)", "2/3", 30319),
    ([], "integrate(1/(cos(x) + 2), x in 0..2*pi)", "0", 6278),
    (["c, w: positive"], "integrate(1/(x**2 + c)**(3/2), x in -w/2..w/2)", "0", 2975),
    ([], "integrate(sqrt(cos(x)**2)*cos(x)/(sin(x)**2 + 1), x in -pi/2..pi/2)", "0", 27050),
    ([], "limit((3**x + 2*x**10)/(x**10 + exp(x)), x -> -oo)", "0", 12555),
    ([], "limit(log(exp(3*x) + x)/log(exp(x) + x**100), x -> oo)", "9", 18378),
    (["a, b: real"], "limit((a + b)/(1 + exp(x)) - b, x -> -oo)", "-b", 24386),
]

UNDEFINED = [
    ([], "integrate(tan(x), x in 0..pi)", "0"),
    ([], "integrate(1/x, x in -1..2)", "log(2)"),
    ([], "integrate(1/x**2, x in -1..1)", "-2"),
    ([], "integrate(x, x in -oo..oo)", "0"),
    ([], "integrate(sin(x), x in -oo..oo)", "0"),
    ([], "limit(abs(x)/x, x -> 0)", "1"),
    ([], "limit(1/x, x -> 0)", "0"),
    ([], "limit(floor(x), x -> 0)", "0"),
    ([], "limit(sin(1/x), x -> 0)", "0"),
    ([], "limit(sin(x), x -> oo)", "0"),
    (["a: real"], "integrate(1/(x - a), x in 0..2)", "log(2 - a) - log(-a)"),
    (["a: real"], "integrate(sin(a*x)/x, x in 0..oo)", "pi/2"),
    (["n, m: integer"], "integrate(sin(n*x)*sin(m*x), x in 0..2*pi)", "0"),
]
"""Integrals that diverge, limits that do not exist, and what holds for some values only."""


OVERHEARD = [
    # equations that a wrong word of SymPy would make right, which numbers have to stop: integrals that diverge, and what
    # holds for some values only
    ([], "integrate(1/(t - 1)**2, t in 0..2)", "-2"),
    ([], "integrate(t, t in -oo..oo)", "0"),
    ([], "integrate(sin(t), t in -oo..oo)", "0"),
    ([], "integrate(t*exp(t), t in 0..oo)", "1"),
    ([], "integrate(log(t**2), t in -1..1)", "0"),
    (["a: real"], "integrate(1/(t - a), t in 0..1)", "log(abs((1 - a)/a))"),
    (["a: real"], "integrate(exp(a*t), t in 0..oo)", "-1/a"),
    (["n, m: size"], "integrate(cos(n*t)*cos(m*t), t in 0..2*pi)", "0"),
    (["k: integer"], "integrate(cos(k*t), t in 0..2*pi)", "0"),
    (["k: integer"], "integrate(sin(k*t)**2, t in 0..pi)", "pi/2"),
    ([], "limit(exp(1/t), t -> 0)", "0"),
    ([], "limit(1 + 1e-6*t/(t + 1), t -> oo)", "1"),
    (["a: real"], "limit(exp(a*t), t -> -oo)", "0"),
    (["p: positive"], "limit(p**t, t -> oo)", "0"),
    (["p, q: positive"], "limit((p*exp(-p*t) + q*exp(-q*t))*exp(q*t), t -> oo)", "q"),
    (["a: real"], "limit((abs(a + t) - abs(a))/t, t -> 0)", "sign(a)"),
]

HEARD = [
    (["p: positive"], "integrate(exp(-p*t**2), t in -oo..oo)", "sqrt(pi/p)"),
    (["a: real"], "integrate(exp(-t**2)*cos(a*t), t in -oo..oo)", "sqrt(pi)*exp(-a**2/4)"),
    (["k: integer"], "integrate(exp(k*t), t in 0..1)", "(exp(k) - 1)/k"),
    ([], "integrate(1/(5 + 3*cos(t)), t in 0..2*pi)", "pi/2"),
    (["a: real"], "limit(((a + t)**2 - a**2)/t, t -> 0)", "2*a"),
    ([], "limit((tan(t) - sin(t))/t**3, t -> 0)", "1/2"),
]


def judge(symbols: Sequence[str], left: str, right: str, options: Options | None = None, facts: Sequence[str] = ()) -> Decision:
    scope = scope_of(symbols, facts)
    return Judge(scope.context(), options or Options()).decide(read_expression(left, scope), "=", read_expression(right, scope))


def scope_of(symbols: Sequence[str], facts: Sequence[str] = ()) -> Scope:
    scope = Scope()
    for line in symbols:
        names, _, type_ = line.partition(":")
        scope = declare(scope, names, type_)
    for fact in facts:
        scope = assume(scope, fact)
    return scope


def claim(symbols: Sequence[str], left: str, right: str) -> Claim:
    scope = scope_of(symbols)
    return Claim(read_expression(left, scope), "=", read_expression(right, scope), scope.context())


@pytest.mark.parametrize(("symbols", "left", "right", "method"), PROVED, ids=[row[1] for row in PROVED])
def test_what_sympy_knows_is_proved_without_its_word(symbols: list[str], left: str, right: str, method: str) -> None:
    found = judge(symbols, left, right)
    assert found.verdict == "proved"
    assert "sympy" not in (found.method or "").lower()


def test_the_word_of_sympy_alone_is_checked_and_says_so() -> None:
    found = judge(["x: real"], "binomial(0, x)", "sin(pi*x)/(pi*x)")
    assert found.verdict == "checked"
    assert "gammasimp, which is no proof" in (found.reason or "")


@pytest.mark.parametrize(("symbols", "left", "right", "report"), KNOWN_WRONG, ids=[f"{row[3]}: {row[1]}" for row in KNOWN_WRONG])
def test_no_proof_rests_on_a_known_defect(symbols: list[str], left: str, right: str, report: int) -> None:
    assert judge(symbols, left, right).verdict not in {"proved", "checked", "conflict"}


@pytest.mark.parametrize(("symbols", "left", "right", "report"), KNOWN_WRONG, ids=[f"{row[3]}: {row[1]}" for row in KNOWN_WRONG])
def test_nor_on_a_prover_that_says_yes_to_everything(
    symbols: list[str], left: str, right: str, report: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sympy_prover, "ask", lambda claim, timeout: sympy_prover.Word("simplify", 0, "1"))
    assert judge(symbols, left, right).verdict not in {"proved", "checked", "conflict"}


def overheard(symbols: Sequence[str], left: str, right: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, int] | None:
    """What comes of an equation that every strategy is made to find right."""
    monkeypatch.setattr(sympy_strategies, "_settled", lambda difference: "Integral")
    return sympy_strategies.settle(*(decode(side) for side in problem(claim(symbols, left, right))))


@pytest.mark.parametrize(("symbols", "left", "right"), OVERHEARD, ids=[row[1] for row in OVERHEARD])
def test_numbers_stop_a_wrong_word(symbols: list[str], left: str, right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert overheard(symbols, left, right, monkeypatch) is None


@pytest.mark.parametrize(("symbols", "left", "right"), HEARD, ids=[row[1] for row in HEARD])
def test_numbers_let_a_right_word_pass(symbols: list[str], left: str, right: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert overheard(symbols, left, right, monkeypatch) is not None


@pytest.mark.parametrize(("symbols", "left", "right"), UNDEFINED, ids=[row[1] for row in UNDEFINED])
def test_what_has_no_value_everywhere_has_no_proof(symbols: list[str], left: str, right: str) -> None:
    assert judge(symbols, left, right).verdict not in {"proved", "conflict"}


def test_time_that_runs_out_is_the_reason_and_the_next_claim_is_answered() -> None:
    slow = judge([], "integrate(exp(sin(x) - x)*log(1 + x**2)/(1 + cos(x)**2), x in 0..oo)", "1", Options(timeout=0.3))
    assert slow.verdict == "undecided"
    assert re.search("SymPy (found nothing|was not ready) in 0.3 s", slow.reason or "")
    assert judge([], "integrate(x**2, x in 0..1)", "1/3").verdict == "proved"


@pytest.mark.parametrize(("symbols", "left", "right"), [
    (["n: size", "x: vector(n)"], "x.T @ x", "norm(x)**2"),
    (["n: size"], "sum(1/k, k in 3..n)", "sum(1/k, k in 2..n) - 1/2"),
    (["x: real"], "[x > 0]", "1"),
    (["x: real"], "integrate(x, x)", "x**2/2"),
    (["n, k: integer"], "binomial(n, k)", "binomial(n, n - k)"),
])
def test_not_asked(symbols: list[str], left: str, right: str) -> None:
    """Arrays, ranges that may end before they start, conditions, indefinite integrals, binomials of negative n."""
    assert sympy_prover.ask(claim(symbols, left, right), 10).strategy is None


def test_an_assumed_sign_narrows_the_domain() -> None:
    found = judge(["x: real"], "integrate(exp(-x*t), t in 0..oo)", "1/x", facts=["x > 0"])
    assert found.verdict == "proved"


def test_plain_data_come_back_as_they_went() -> None:
    term = claim(["n: size", "x: real"], "sum(x**k/k!, k in 0..n)", "0").left
    assert encode(decode(encode(term))) == encode(term)


def test_definitions_are_expanded() -> None:
    scope = scope_of(["x: real", "f: function(real) -> real"])
    scope = define(scope, read_left("f(t)", scope), "t**2")
    left, _ = problem(Claim(read_expression("f(x)", scope), "=", read_expression("x", scope), scope.context()))
    assert left == ["pow", None, [["symbol", ["x", "real"], []], ["number", "2", []]]]


def test_conditions_are_not_asked_about() -> None:
    with pytest.raises(NotCovered):
        encode(Term("true"))


def test_sympy_is_not_imported_where_the_kernel_proves() -> None:
    """Nor is it ever imported into this process: it works in its own."""
    code = (
        "import sys; from derivcheck.cli import main\n"
        "main(['check', 'sin(x)**2 + cos(x)**2', '1', '-s', 'x: real'])\n"
        "main(['check', 'integrate(x**2, x in 0..1)', '1/3'])\n"
        "assert 'sympy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("a/2", "integrate(t*exp(log(a)), t in 0..1)"),
        ("a/3", "integrate(t**2*sqrt(a)**2, t in 0..1)"),
        ("1", "integrate(a/a, t in 0..1)"),
        ("1/a - 1/b", "integrate(1/t**2, t in a..b)"),
        ("0", "limit(tan(a*x)/a, x -> 0)"),
    ],
)
def test_what_an_integrand_requires_is_named(left: str, right: str) -> None:
    scope = declare(Scope({}, {}, ()), "a, b, x", "real")
    start = read_expression(left, scope)
    decision = Judge(scope.context()).decide(start, "=", read_expression(right, scope))
    assert decision.verdict == "undecided" or any(not condition.gained for condition in decision.conditions)
