"""Derivations built in Python, from texts and from SymPy expressions, and modules on the command line."""

from __future__ import annotations

import contextlib
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sympy

from derivcheck import Derivation, InputError
from derivcheck.cli import main
from derivcheck.proving.with_sympy.from_sympy import from_sympy
from derivcheck.proving.with_sympy.terms import Untranslatable, to_sympy
from derivcheck.syntax import Scope, declare, read_expression, show

PAGE = (Path(__file__).parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```\n\nprints\n\n```\n(.*?)```", PAGE, re.DOTALL)

x, y, n, k = sympy.symbols("x y n k")
m = sympy.Symbol("m", integer=True, positive=True)
A = sympy.MatrixSymbol("A", m, m)
v = sympy.MatrixSymbol("v", m, 1)
u = sympy.IndexedBase("u")

TYPES = {"x": "real", "y": "real", "n": "size", "m": "size", "A": "matrix(m, m)", "v": "vector(m)", "u": "real[n]",
         "f": "function(real) -> real"}
READ = [
    (x - 2 * y, "x - 2*y"),
    (-2 * x / 3, "-(2*x/3)"),
    (x / (3 * y), "x/(3*y)"),
    (sympy.sqrt(x) / (1 + x**2), "sqrt(x)/(x**2 + 1)"),
    (x**-2, "1/x**2"),
    (sympy.exp(-x) * sympy.pi, "pi*exp(-x)"),
    (sympy.Sum(x**k / sympy.factorial(k), (k, 0, n)), "sum(x**k/k!, k in 0..n)"),
    (sympy.Sum(x * k, (k, 1, n), (n, 1, 3)), "sum(sum(k*x, k in 1..n), n in 1..3)"),
    (sympy.Sum(x * sympy.Dummy("x"), (k, 1, 2)).subs(k, k) if False else sympy.Product(x, (k, 1, n)), "prod(x, k in 1..n)"),
    (sympy.Integral(sympy.sin(y), (y, 0, x)), "integrate(sin(y), y in 0..x)"),
    (sympy.Limit(sympy.sin(y) / y, y, 0, "+-"), "limit(sin(y)/y, y -> 0)"),
    (sympy.Limit(1 / y, y, 0), "limit(1/y, y -> 0+)"),
    (sympy.Limit(1 / y, y, 1, "-"), "limit(1/y, y -> 1-)"),
    (sympy.Derivative(sympy.sin(x), x, 2), "diff(diff(sin(x), x), x)"),
    (sympy.Function("f")(x), "f(x)"),
    (sympy.Sum(u[k], (k, 1, n)), "sum(u[k], k in 1..n)"),
    (v.T * A * v, "v.T @ A @ v"),
    (A.I * v, "inv(A) @ v"),
    (sympy.Trace(A), "tr(A)"),
    (A[0, 1], "A[1, 2]"),
    (sympy.Piecewise((x, x > 0), (-x, True)), "cases(x if x > 0, -x otherwise)"),
    (sympy.Eq(x, y), "x = y"),
    (7, "7"),
]
REFUSED = [
    (sympy.Symbol("z"), "z is not declared"),
    (sympy.Symbol("x", positive=True), "declared as real"),
    (sympy.Float("0.1"), "not exact"),
    (sympy.Integral(x, x), "indefinite"),
    (sympy.zeta(x), "no counterpart"),
    ([x], "neither text nor a SymPy expression"),
]


def scope() -> Scope:
    found = Scope()
    for name in sorted(TYPES, key=lambda name: TYPES[name] != "size"):
        found = declare(found, name, TYPES[name])
    return found


@pytest.mark.parametrize(("expression", "text"), READ, ids=[row[1] for row in READ])
def test_a_sympy_expression_is_read_as_the_text_that_says_the_same(expression: object, text: str) -> None:
    term = from_sympy(expression, scope().symbols)
    assert show(term) == text
    if not isinstance(expression, sympy.Eq):
        assert show(read_expression(text, scope())) == text


@pytest.mark.parametrize(("expression", "message"), REFUSED, ids=[row[1] for row in REFUSED])
def test_refused(expression: object, message: str) -> None:
    with pytest.raises(Untranslatable, match=message):
        from_sympy(expression, scope().symbols)


def test_a_bound_symbol_is_not_confused_with_a_free_one_of_its_name() -> None:
    other = sympy.Dummy("x")
    assert show(from_sympy(sympy.Sum(x**other, (other, 1, n)), scope().symbols)) == "sum(x**x_, x_ in 1..n)"


def test_a_constant_is_not_confused_with_a_declared_name() -> None:
    with pytest.raises(Untranslatable, match="declared here"):
        from_sympy(sympy.E, declare(Scope(), "e", "real").symbols)


def test_there_and_back() -> None:
    term = read_expression("sin(x)**2/(1 + exp(-x)) - log(2)", scope())
    assert to_sympy(from_sympy(to_sympy(term), {"x": scope().symbols["x"]})) == to_sympy(term)


@pytest.mark.parametrize(("code", "printed"), EXAMPLES)
def test_the_examples_of_the_page_print_what_it_says(code: str, printed: str, tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(code, encoding="utf-8")
    done = subprocess.run([sys.executable, "example.py"], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == printed


def test_texts_with_relations_reasons_and_marks() -> None:
    made = Derivation({"x": "real"}, assume=["x > 0"], steps=["x", "< x + 1  # one more is more", "= x  #! wrong"])
    report = made.verify()
    assert [step.relation for step in report.steps] == [None, "<", "="]
    assert [step.verdict for step in report.steps] == [None, "proved", "refuted"]
    assert report.steps[1].by == "one more is more"
    assert all(step.as_expected for step in report.steps)


def test_a_step_stands_where_it_was_written() -> None:
    made = Derivation({"x": "real"}).step("x + x").step("3*x")
    wrong = made.verify().steps[1]
    assert wrong.verdict == "refuted"
    assert wrong.excerpt.strip() == 'made = Derivation({"x": "real"}).step("x + x").step("3*x")'
    assert wrong.excerpt[wrong.place.column - 1 : wrong.place.end_column - 1] == "3*x"


def test_definitions_and_facts_may_be_sympy() -> None:
    made = Derivation({"x": "real", "f": "function(real) -> real"}, define={"f(x)": x**2}, assume=[x > 0])
    report = made.step("sqrt(f(x))").step(x).verify()
    assert report.verdict == "proved"


def test_what_cannot_be_used_is_an_input_error() -> None:
    with pytest.raises(InputError, match="did you mean real"):
        Derivation({"x": "reel"}).step("x").step("x").verify()
    with pytest.raises(InputError, match="z is not declared"):
        Derivation({"x": "real"}).step("x").step(sympy.Symbol("z")).verify()
    with pytest.raises(InputError, match="no steps"):
        Derivation({"x": "real"}).verify()
    with pytest.raises(InputError, match="layout"):
        Derivation(layout="sideways")
    assert Derivation({"x": "real"}).step("x").step("z").verify().verdict == "invalid"


def test_the_package_is_light() -> None:
    code = "import sys, derivcheck; assert not {'sympy', 'numpy', 'flint', 'derivcheck.api'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_script_without_a_guard_runs_once(tmp_path: Path) -> None:
    """SymPy's process does not run the script again, as those of multiprocessing would."""
    script = tmp_path / "script.py"
    script.write_text(
        "from derivcheck import Derivation\nprint('once')\n"
        "print(Derivation().step('integrate(x**2, x in 0..1)').step('1/3').verify().steps[1].method)\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
    assert done.stdout == "once\nfundamental theorem of calculus, indexed-sum normal form\n"


MODULE = """\
from derivcheck import Derivation

square = Derivation(symbols={"a, b": "real"})
square.step("(a + b)**2")
square.step("a**2 + b**2")
same = square
other = Derivation({"x": "real"}, name="twice", steps=["x + x", "2*x"])
"""


def run(*arguments: str) -> tuple[int, str]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(stream):
        status = main(["run", *arguments])
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return status, buffer.getvalue().decode()


def test_a_module_on_the_command_line(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text(MODULE, encoding="utf-8")
    status, out = run(str(path), "--allow-python", "--output-format", "json")
    derivations = json.loads(out)["files"][0]["derivations"]
    assert status == 1
    assert [(d["name"], d["verdict"]) for d in derivations] == [("square", "refuted"), ("twice", "proved")]
    wrong = derivations[0]["steps"][1]
    assert (wrong["line"], wrong["column"]) == (5, 14)
    assert run(f"{path}::twice", "--allow-python", "--output-format", "concise") == (0, "")
    status, out = run(f"{path}::twise", "--allow-python")
    assert status == 2
    assert "did you mean twice" in " ".join(out.split())


def test_a_module_is_not_run_unless_that_is_allowed(tmp_path: Path) -> None:
    path = tmp_path / "some.py"
    path.write_text(f"open({str(tmp_path / 'ran')!r}, 'w')", encoding="utf-8")
    status, out = run(str(path))
    assert status == 2
    assert "--allow-python" in out
    assert not (tmp_path / "ran").exists()
    assert run(str(tmp_path), "--allow-python")[0] == 5
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(("code", "message"), [
    ("\n1/0\n", ":2:1: unreadable-file the module raises ZeroDivisionError"),
    ("raise SystemExit(0)\n", ":1:1: unreadable-file the module raises SystemExit"),
    ("x = (\n", ":1:1: unreadable-file the module raises SyntaxError"),
    ("x = 1\n", ":1:1: no-derivation"),
])
def test_a_module_that_fails_is_a_diagnostic(code: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.py"
    path.write_text(code, encoding="utf-8")
    status, out = run(str(path), "--allow-python", "--output-format", "concise")
    assert status == 2
    assert message in out


def test_a_first_line_alone_is_no_error() -> None:
    assert Derivation({"x": "real"}).step("x").verify().verdict is None


@pytest.mark.parametrize("settings", [{"samples": 0}, {"samples": "a"}, {"timeout": -1}, {"timeout": "a"}, {"seed": "z"}])
def test_settings_are_held_to_what_they_mean(settings: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Derivation({"x": "real"}).step("x").step("x").verify(**settings)


@pytest.mark.parametrize("given", [{"assume": "x > 0"}, {"steps": "x\n= x"}])
def test_one_text_is_no_list_of_texts(given: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="list of texts"):
        Derivation({"x": "real"}, **given)
