"""What a run says of the steps of a file: verdicts in order, recoveries, expectations, exit status."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from derivcheck.running.judging.bench import composed
from derivcheck.running.judging.expectations import as_expected
from derivcheck.running.report import NamedCondition, StepReport
from derivcheck.running.results import Report, exit_status
from derivcheck.running.run import run
from derivcheck.running.settings import Settings


def judged(tmp_path: Path, steps: str, head: str = "symbols: {x: real, y: real, v: vector(3)}\n", strict: bool = False) -> Report:
    path = tmp_path / "test.yaml"
    path.write_text(head + "steps: |\n" + "".join(f"  {line}\n" for line in steps.splitlines()), encoding="utf-8")
    return run([str(path)], Settings(strict=strict))


def steps_of(report: Report) -> tuple[StepReport, ...]:
    (derivation,) = report.derivations()
    return derivation.steps


@pytest.mark.parametrize(
    ("steps", "verdicts", "recovers", "status"),
    [
        ("x + x\n= 2*x", [None, "proved"], [None, None], 0),
        ("x + x\n= 3*x", [None, "refuted"], [None, None], 1),
        ("x + x\n= 3*x #! wrong", [None, "refuted"], [None, None], 0),
        ("x + x\n= 2*x #! wrong", [None, "proved"], [None, None], 1),
        ("x + x\n= 3*x\n= x*3", [None, "refuted", "proved"], [None, None, None], 1),
        ("x + x\n= 2*x\n= 3*x\n= x*2", [None, "proved", "refuted", "refuted"], [None, None, None, 1], 1),
        ("x + x\n= 3*x #! wrong\n= 2*x #! wrong", [None, "refuted", "refuted"], [None, None, 0], 0),
        ("x + x\n= 3*x\n= 4*x\n= 2*x\n= 4*x", [None, "refuted", "refuted", "refuted", "refuted"], [None, None, None, 0, None], 1),
        ("x + x\n= 2*\n= 2*x", [None, "invalid", "proved"], [None, None, 0], 2),
        ("x + x\n= 2*  #! invalid\n= 2*x", [None, "invalid", "proved"], [None, None, 0], 0),
        ("x + x\n= 3*x\n= 3*\n= x*3", [None, "refuted", "invalid", "proved"], [None] * 4, 2),
        ("x - 1\n<= x\n= x + 2\n= x + 3", [None, "proved", "refuted", "refuted"], [None, None, None, 0], 1),
        ("x + x\n= v", [None, "refuted"], [None, None], 1),
        ("x +\n= 2*x", ["invalid", "undecided"], [None, None], 2),
        ("x + z\n= 2*x", ["invalid", "undecided"], [None, None], 2),
        ("x", [None], [None], 5),
    ],
)
def test_steps_are_judged_in_order(
    tmp_path: Path, steps: str, verdicts: list[str | None], recovers: list[int | None], status: int
) -> None:
    report = judged(tmp_path, steps)
    found = steps_of(report)
    assert [step.verdict for step in found] == verdicts
    assert [step.recovers for step in found] == recovers
    assert exit_status(report) == status


@pytest.mark.parametrize(
    ("steps", "corrects", "carries"),
    [
        ("x + x\n= 2*x\n= x*2", {}, {}),
        ("x + x\n= 3*x\n= 2*x\n= x*2", {2: (1,)}, {}),
        ("x + x\n= 3*x\n= 4*x\n= 2*x", {3: (1, 2)}, {}),
        ("x + x\n= 3*x\n= 2*\n= 2*x", {3: (1,)}, {}),
        ("x + x\n= 3*x\n= x*3\n= x + 2*x", {}, {2: (1,), 3: (1,)}),
        ("x + x\n= 3*x\n= x*3\n= 2*x\n= x*2", {3: (1,)}, {2: (1,)}),
        ("x + x\n= 3*x\n= x*4\n= 2*x + 2*x", {}, {3: (1, 2)}),
        ("x + x\n= 3*x\n= 2*x\n= 5*x\n= x*5", {2: (1,)}, {4: (3,)}),
        ("x + x\n= 2*\n= 2*x", {}, {}),
    ],
)
def test_what_becomes_of_an_error(
    tmp_path: Path, steps: str, corrects: dict[int, tuple[int, ...]], carries: dict[int, tuple[int, ...]]
) -> None:
    found = steps_of(judged(tmp_path, steps))
    assert {step.index: step.corrects for step in found if step.corrects} == corrects
    assert {step.index: step.carries for step in found if step.carries} == carries


STAYS = "the error of step 1 stays to the end: "


@pytest.mark.parametrize(
    ("steps", "sound", "message", "repair"),
    [
        ("x + x\n= 3*x\n= x*3", False, STAYS + "the result is x more than the first line", "x*2"),
        ("x + x\n= 3*x", False, "the error of step 1 stays in the result", "2*x"),
        ("x + x\n= 3*x\n= 2*x\n= x*2", True, "the result is right all the same: step 2 corrects step 1", None),
        (
            "x + x\n= 3*x\n= 4*x\n= 2*x + 2*x",
            False,
            "the errors of steps 1 and 2 stay to the end: the result is 2 times the first line",
            "2*x",
        ),
        (
            "x + x\n= 3*x\n= 4*x\n= x*3",
            False,
            "the errors of steps 2 and 3 cancel, and " + STAYS + "the result is x more than the first line",
            "x*2",
        ),
        (
            "x + x\n= 3*x\n= 2*x\n= 5*x\n= x*5",
            False,
            "the error of step 3 stays to the end: the result is 5/2 times step 2",
            "x*2",
        ),
        ("x + x\n= 3*x\n= 3*\n= x*3", False, STAYS + "the result is x more than the first line", "x*2"),
        ("x + x\n= 3*x\n= 3*", None, None, None),
        ("x + x\n= 2*x\n= 2*\n= x*2", None, None, None),
        ("x - 1\n<= x\n= x + 2\n= 2 + x", False, "the error of step 2 stays to the end: the result is 2 more than step 1", "x"),
        ("x\n<= x + 1\n= x\n<= x + 2", None, None, None),
        ("x\n= x + 1\n<= x + 2", None, None, None),
        ("abs(x)\n= x\n= x + 0", False, STAYS + "the result differs from the first line only where x < 0", "abs(x + 0)"),
        ("2*v\n= 3*v\n= v + 2*v", False, STAYS + "the result is v more than the first line", "v + v"),
        ("2*v\n= 3*v\n= v.T + 2*v.T", False, None, None),
        ("x = 2\n<=> x = 3\n<=> x + 1 = 4", None, None, None),
    ],
)
def test_an_error_is_followed_to_the_end(
    tmp_path: Path, steps: str, sound: bool | None, message: str | None, repair: str | None
) -> None:
    (derivation,) = judged(tmp_path, steps).derivations()
    if message is None and sound is None:
        assert derivation.endings == ()
        return
    (ending,) = derivation.endings
    assert ending.step == derivation.steps[-1].index
    assert ending.sound is sound
    if message is not None:
        assert (ending.message, ending.repair) == (message, repair)


def test_each_case_has_its_own_end(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    text = "symbols: {x: real, y: real}\nsteps: |\n  x*y\n  = x*y + x - y\ncases:\n"
    path.write_text(
        text + "  - {when: x = y, steps: [= x**2]}\n  - {when: x = 0, steps: [= -y, = -y + 0]}\n", encoding="utf-8"
    )
    (derivation,) = run([str(path)], Settings()).derivations()
    assert [(e.case, e.step, e.against, e.sound, e.message) for e in derivation.endings] == [
        ("x = y", 2, 0, True, "the result is right all the same: the error of step 1 does no harm"),
        ("x = 0", 4, 0, False, "the error of step 1 stays to the end: the first line is 0, the result is not"),
    ]


def test_two_errors_may_cancel(tmp_path: Path) -> None:
    head = "symbols: {x: real, y: real}\n"
    path = tmp_path / "test.yaml"
    text = head + "steps: |\n  x*y\n  = x*y + x - y\n  = x*y + 2*x - 2*y\ncases:\n  - {when: x = y, steps: [= x**2]}\n"
    path.write_text(text, encoding="utf-8")
    (derivation,) = run([str(path)], Settings()).derivations()
    assert [(e.sound, e.message) for e in derivation.endings] == [
        (True, "the result is right all the same: the errors of steps 1 and 2 cancel")
    ]


def test_a_final_repair_is_an_edit_of_the_last_line(tmp_path: Path) -> None:
    head = (
        "symbols: {V: size, d: size, u: 'vector(d)[V]', v_c: vector(d), w: index(V), o: index(V), yhat: 'real[V]'}\n"
        "define: {'yhat[k]': 'exp(u[k].T @ v_c)/sum(exp(u[m].T @ v_c), m in 1..V)'}\n"
    )
    steps = "diff(-log(yhat[o]), u[w])\n= yhat[w] - [w = o]\n= -[o = w] + yhat[w]"
    (derivation,) = judged(tmp_path, steps, head).derivations()
    (ending,) = derivation.endings
    assert ending.message == "the error of step 1 stays to the end: the result is a scalar, the first line is a vector(d)"
    assert ending.repair == "(-[o = w] + yhat[w])*v_c"


@pytest.mark.parametrize(
    ("steps", "message"),
    [
        (
            "x**2 = 4\n<=> x = 2",
            "a root has two signs, and x = -2 is lost: the statement before can hold where this one does not",
        ),
        ("x = 2\n<=> x**2 = 4", "squares are equal also where x = -2: this statement can hold where the one before does not"),
    ],
)
def test_statements_that_are_not_equivalent_are_told_apart(tmp_path: Path, steps: str, message: str) -> None:
    found = steps_of(judged(tmp_path, steps))[1].diagnosis
    assert found is not None
    assert found.code in {"lost-solution", "gained-solution"}
    assert found.message == message


def test_a_difference_of_shape_is_diagnosed(tmp_path: Path) -> None:
    step = steps_of(judged(tmp_path, "x + x\n= v"))[1]
    assert step.diagnosis is not None
    assert step.diagnosis.message


def test_equality_up_to_transposition_is_declared_and_noted(tmp_path: Path) -> None:
    head = "symbols: {v: vector(3)}\n"
    assert steps_of(judged(tmp_path, "2*v\n= v.T + v.T", head))[1].verdict == "refuted"
    step = steps_of(judged(tmp_path, "2*v\n= v.T + v.T", head + "modulo: [transpose]\n"))[1]
    assert step.verdict == "proved"
    assert "equal up to transposition" in step.notes


def test_a_transposition_that_is_ignored_is_not_named_as_the_mistake(tmp_path: Path) -> None:
    head = "symbols: {v: vector(3)}\nmodulo: [transpose]\n"
    step = steps_of(judged(tmp_path, "2*v\n= -2*v.T", head))[1]
    assert step.diagnosis is not None
    assert (step.diagnosis.code, step.diagnosis.repair) == ("sign", "2*v.T")
    assert step.counterexample is not None


def test_cases_continue_from_the_last_step_before_them(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    text = "symbols: {x: real, y: real}\nsteps: |\n  x + y\n  = y + x\ncases:\n"
    path.write_text(text + "  - {when: x = y, steps: [= 2*x]}\n  - {when: x = 0, steps: [= x + y + 0, = y]}\n")
    steps = steps_of(run([str(path)], Settings()))
    assert [(step.index, step.previous, step.case) for step in steps[2:]] == [(2, 1, "x = y"), (3, 1, "x = 0"), (4, 3, "x = 0")]


def test_wrong_declarations_make_every_step_invalid_and_are_named_once(tmp_path: Path) -> None:
    report = judged(tmp_path, "x\n= x\n= z", "symbols: {x: rael, y: vector(n)}\n")
    assert [step.verdict for step in steps_of(report)] == [None, "invalid", "invalid"]
    assert [(f.code, f.place.line, f.place.column) for f in next(iter(report.files)).findings] == [
        ("unknown-type", 1, 14),
        ("undeclared-name", 1, 30),
    ]
    assert exit_status(report) == 2


def test_contradicting_facts_prove_nothing(tmp_path: Path) -> None:
    report = judged(tmp_path, "x\n= x + 1", "symbols: {x: real}\nassume: [x > 0, x < 0]\n")
    assert [step.verdict for step in steps_of(report)] == [None, "invalid"]
    assert [finding.code for finding in next(iter(report.files)).findings] == ["contradiction"]
    assert exit_status(report) == 2


def test_a_misspelt_key_leaves_nothing_judged(tmp_path: Path) -> None:
    report = judged(tmp_path, "x\n= x", "symbol: {x: real}\n")
    assert [step.verdict for step in steps_of(report)] == [None, "invalid"]
    assert "did you mean symbols" in (steps_of(report)[1].reason or "")
    assert exit_status(report) == 2


def test_a_step_between_dollars_is_latex_whatever_the_rest_is(tmp_path: Path) -> None:
    report = judged(tmp_path, "x/2\n= $\\frac{x}{2}$\n= $\\frac{2}{x}$  #! wrong\n")
    assert [step.verdict for step in steps_of(report)] == [None, "proved", "refuted"]
    assert steps_of(report)[2].reads_as == "2/x"
    assert exit_status(report) == 0


def test_a_derivation_in_latex_has_rows(tmp_path: Path) -> None:
    rows = "\\frac{x^2 - 1}{x - 1} \\\\\n&= x + 1 \\\\\n&= x - 1"
    report = judged(tmp_path, rows, "symbols: {x: real}\nsyntax: latex\n")
    assert [step.verdict for step in steps_of(report)] == [None, "proved", "refuted"]
    assert [step.place.line for step in steps_of(report)] == [4, 5, 6]


def test_an_entry_against_the_whole_is_said_so_and_the_next_step_goes_on(tmp_path: Path) -> None:
    head = "symbols: {n: size, i: index(n), 'x, y': vector(n)}\nsyntax: latex\n"
    report = judged(tmp_path, "x + y \\\\\n= x_i + y_i \\\\\n= y_i + x_i", head)
    assert [step.verdict for step in steps_of(report)] == [None, "invalid", "proved"]
    assert [finding.code for finding in steps_of(report)[1].diagnostics] == ["free-index"]


def test_a_slip_is_not_looked_for_where_its_shape_does_not_fit(tmp_path: Path) -> None:
    head = "symbols: {'x, t': real, f: function(real) -> real, n: size, 'u, v': vector(n)}\n"
    report = judged(tmp_path, "x\n= u.T @ v + f'(t) + f(t)", head)
    assert [step.verdict for step in steps_of(report)] == [None, "refuted"]


def test_a_bound_variable_is_not_taken_for_the_declared_name_that_it_hides(tmp_path: Path) -> None:
    report = judged(tmp_path, "1/2\n= integrate(x, x in 0..1)", "symbols: {n: size, x: vector(n), b: real}\n")
    assert [step.verdict for step in steps_of(report)] == [None, "proved"]


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("integrate(log(x), x in a..1)", "-1 - a*log(a) + a", ["a != 0"]),  # from 0 the integral has a value
        ("integrate(1/sqrt(x), x in a..1)", "2 - 2*sqrt(a)", []),
    ],
)
def test_an_end_at_which_only_the_integral_has_a_value_is_named(tmp_path: Path, before: str, after: str, lost: list[str]) -> None:
    _, step = steps_of(judged(tmp_path, f"{before}\n= {after}", "symbols: {'x, a': real}\n"))
    assert step.verdict == "proved"
    assert [it.text for it in step.conditions if not it.gained] == lost


def test_a_first_line_that_reads_against_its_mark_is_told(tmp_path: Path) -> None:
    report = judged(tmp_path, "x   #! invalid there is no x\n= x", "symbols: {x: real}\n")
    assert [finding.code for finding in next(iter(report.files)).findings] == ["bad-expectation"]
    assert exit_status(report) == 2
    assert exit_status(judged(tmp_path, "x + q   #! invalid there is no q\n= x", "symbols: {x: real}\n")) == 1


POINT, DOMAIN = NamedCondition("x != 1", "point"), NamedCondition("x > 0", "domain")
GAINED = NamedCondition("x > 0", "domain", gained=True)


@pytest.mark.parametrize(
    ("expect", "verdict", "conditions", "strict", "met"),
    [
        ("right", "proved", [], True, True),
        ("right", "proved", [POINT], True, True),
        ("right", "proved", [DOMAIN], False, True),
        ("right", "proved", [DOMAIN], True, False),
        ("right", "proved", [GAINED], True, True),
        ("right", "checked", [], False, True),
        ("right", "checked", [], True, False),
        ("right", "undecided", [], False, False),
        ("right", "refuted", [], False, False),
        ("right", "conflict", [], False, False),
        ("wrong", "refuted", [], False, True),
        ("wrong", "invalid", [], False, False),
        ("wrong", "undecided", [], False, False),
        ("conditional", "proved", [DOMAIN], False, True),
        ("conditional", "proved", [GAINED], False, False),
        ("conditional", "proved", [], False, False),
        ("conditional", "refuted", [], False, True),
        ("conditional", "undecided", [DOMAIN], False, False),
        ("invalid", "invalid", [], False, True),
        ("invalid", "refuted", [], False, False),
        ("open", "undecided", [], False, True),
        ("open", "checked", [], False, True),
        ("open", "proved", [], False, False),
    ],
)
def test_expectations(expect: str, verdict: str, conditions: list[NamedCondition], strict: bool, met: bool) -> None:
    assert as_expected(expect, verdict, conditions, strict) is met


@pytest.mark.parametrize(
    ("relations", "whole"),
    [
        (["=", "="], "="),
        (["=", "<", "<="], "<"),
        (["<=", "="], "<="),
        ([">", ">="], ">"),
        (["<", ">"], None),
        (["=", "~"], "~"),
        (["<=>", "=>"], "=>"),
        (["=>", "<=="], None),
        (["<=>", "="], None),
    ],
)
def test_a_chain_relates_its_ends(relations: list[str], whole: str | None) -> None:
    assert composed(relations) == whole


def test_a_first_line_alone_is_named_beside_judged_derivations(tmp_path: Path) -> None:
    path = tmp_path / "test.yaml"
    path.write_text(
        "symbols: {x: real}\nderivations:\n  lone: {steps: x + x = 3*x}\n  whole: {steps: [x + x, = 2*x]}\n", encoding="utf-8"
    )
    report = run([str(path)], Settings())
    (finding,) = next(iter(report.files)).findings
    assert (finding.code, finding.severity, finding.place.line) == ("no-step", "warning", 3)
    assert exit_status(report) == 0


WRONG = """
symbols: {n: size, "i, j": index(n), "x, y, t": real, "p, q": positive, "a, b": "real[n]", "A, B": "matrix(n, n)", z: vector(n)}
derivations:
  sign: {steps: [(x - y)*(t + p), = x*t + x*p - y*t + y*p, = 1]}
  law: {steps: [log(p + q), = log(p) + log(q)]}
  assumed: {steps: [sqrt(x**2)*t, = x*t]}
  region: {steps: ["diff(a[i]*b[j], a[j])", "= b[j]"]}
  matrices: {steps: ["(A + B) @ (A - B) @ z", "= (A @ A - B @ B) @ z"]}
  difference: {steps: ["sum(a[k]*b[k], k in 1..n)*x + y", "= sum(a[k]*b[k], k in 1..n - 1)*x + t"]}
"""


def test_the_report_is_the_same_whatever_the_order_of_sets(tmp_path: Path) -> None:
    """The hashes of names, and with them the order of sets, differ from process to process."""
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG, encoding="utf-8")
    code = "import sys; from derivcheck.cli import main; main(['run', sys.argv[1], '--output-format', 'json'])"
    told = []
    for seed in "123":
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        ran = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, env=environment, check=True)
        told.append(re.sub(r'"(milli)?seconds": [0-9.]+', '"time": 0', ran.stdout))
    steps = [step for derivation in json.loads(ran.stdout)["files"][0]["derivations"] for step in derivation["steps"]]
    assert sum(step["verdict"] == "refuted" and step["diagnosis"] is not None for step in steps) >= 6
    assert told[0] == told[1] == told[2]
