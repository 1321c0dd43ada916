"""A verdict outlives the diagnosis that ran out of time, and no process that answers outlives the one that asked."""

from __future__ import annotations

import json
import subprocess
import sys

import msgspec
import pytest

from derivcheck.running.judging.bench import Judgement
from derivcheck.running.processes.parts import judge_part
from derivcheck.running.processes.tasks import Task
from derivcheck.running.processes.watch import Attempt, Limit, Place, Stage
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Text

WRONG = Text("wrong.yaml", b"symbols: {x: real}\nsteps: |\n  x + 1\n  = x + 2\n", True)


def test_a_line_whose_verdict_is_known_is_not_judged_again() -> None:
    kept = msgspec.json.encode(Judgement("refuted", reason="found before"))
    ended = ((Place(Stage.DIAGNOSING, 0, 1), Limit("time", "1 s did not suffice", kept)),)
    report = judge_part(Task(WRONG, Settings(), ended=ended), Attempt(ended)).report
    assert report is not None
    step = report.derivations[0].steps[1]
    assert (step.verdict, step.reason, step.limit) == ("refuted", "found before", "time")
    assert report.derivations[0].endings == ()


def test_a_step_is_ended_before_its_time_is_over() -> None:
    assert Settings(timeout=0.5).seconds < 0.5
    assert Settings(timeout=0.1).seconds == 0.05


@pytest.mark.parametrize("module", ["derivcheck.proving.with_sympy.worker", "derivcheck.proving.statements.worker"])
def test_a_process_that_answers_ends_with_its_input_whatever_it_is_at(module: str) -> None:
    x = ["symbol", ["x", "real"], []]
    endless = ["integrate", ["t", "real"], [["exp", None, [["sin", None, [["mul", None, [x, x]]]]]], x, x]]
    request = {"left": endless, "right": x, "seconds": 600, "question": "", "variables": [], "effort": 1, "whole": False}
    running = subprocess.Popen([sys.executable, "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdin is not None and running.stdout is not None
    assert "version" in json.loads(running.stdout.readline())
    running.stdin.write(json.dumps(request) + "\n")
    running.stdin.close()
    assert running.wait(timeout=20) == 0
    running.stdout.close()
