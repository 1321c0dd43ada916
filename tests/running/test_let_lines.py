"""Lines that begin with ``let``: definitions from there on, and no claims."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivcheck.running.report import DerivationReport
from derivcheck.running.run import run
from derivcheck.running.settings import Settings


def judged(tmp_path: Path, steps: str, more: str = "") -> DerivationReport:
    path = tmp_path / "d.yaml"
    body = "\n".join(f"  {line}" for line in steps.splitlines())
    path.write_text(f"symbols: {{x: real, n: size, v: vector(n)}}\n{more}steps: |\n{body}\n", encoding="utf-8")
    (report,) = run([str(path)], Settings()).files
    (derivation,) = report.derivations
    return derivation


@pytest.mark.parametrize(("steps", "verdicts"), [
    ("let u = x**2\nu**2 - 1\n= x**4 - 1", [None, "proved"]),
    ("x**4 - 1\nlet u = x**2\n= u**2 - 1\nlet w = u - 1\n= w*(w + 2)", [None, "proved", "proved"]),
    ("x**4 - 1\nlet u = x**2\n= u**2 + 1", [None, "refuted"]),
    ("x**4 - 1\n= u**2 - 1\nlet u = x**2", [None, "invalid"]),
    ("x**4 - 5*x**2 + 4 = 0\nlet u = x**2\n<=> u = 1 or u = 4", [None, "proved"]),
    ("x**2 - 4*x = 0\nlet u = x**2\n<=> u = 4", [None, "refuted"]),
    ("dot(v, v)\nlet p[k] = 2*v[k]\n= sum(p[k]**2, k in 1..n)/4", [None, "proved"]),
    ("(x + 1)**2\nlet f(t) = t**2\n= f(x + 1)", [None, "proved"]),
])
def test_what_is_defined_holds_from_there_on(tmp_path: Path, steps: str, verdicts: list[str | None]) -> None:
    found = judged(tmp_path, steps)
    assert [step.verdict for step in found.steps] == verdicts
    assert [step.index for step in found.steps] == list(range(len(verdicts)))


@pytest.mark.parametrize(("line", "message"), [
    ("let x = 3", "x has a meaning already: let defines a new name; to assume x = …, write it under assume"),
    ("let q + 1", "a line that begins with let defines a name"),
    ("let 2*q = x", "2*q cannot be defined"),
    ("let q = z", "z is not declared"),
    ("let q = x  #! wrong", "a definition claims nothing, so it cannot be expected to be wrong"),
])
def test_a_line_that_defines_nothing_is_invalid_and_says_why(tmp_path: Path, line: str, message: str) -> None:
    step = judged(tmp_path, f"x + 1\n{line}\n= 1 + x").steps[1]
    assert step.verdict == "invalid"
    assert (step.reason or "").startswith(message)


def test_a_symbol_that_is_called_let_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text("symbols: {let: real}\nsteps: |\n  let + 1\n  = 1 + let\n", encoding="utf-8")
    (report,) = run([str(path)], Settings()).files
    assert [step.verdict for step in report.derivations[0].steps] == [None, "proved"]


def test_in_latex_it_is_an_item_of_a_list(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    steps = "  - 'x^2 - 1'\n  - '\\text{let } u = x - 1'\n  - '= u(u + 2)'\n"
    path.write_text(f"symbols: {{x: real}}\nsyntax: latex\nsteps:\n{steps}", encoding="utf-8")
    (report,) = run([str(path)], Settings()).files
    assert [step.verdict for step in report.derivations[0].steps] == [None, "proved"]


def test_definitions_alone_are_no_derivation(tmp_path: Path) -> None:
    path = tmp_path / "d.yaml"
    path.write_text("symbols: {x: real}\nsteps: |\n  let u = x\n", encoding="utf-8")
    (report,) = run([str(path)], Settings()).files
    assert "no-step" in {finding.code for finding in report.findings}
