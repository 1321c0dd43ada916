"""The JSON report: what it says of a step, and that it is the same on every run but for the times."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from derivcheck.cli import main
from derivcheck.running.report import VERDICTS

PLACE = ("line", "column", "end_line", "end_column")

EXAMPLE = """\
title: Everything at once, é ∂
source: nowhere
symbols: {x: real, n: size, v: vector(n)}
derivations:
  one:
    steps: |
      x + x          # a start
      = 2*x          # as a reason
      = 3*x          #! wrong a factor
      = x +
      = x + z
      = 2*x
  two:
    steps: [log(x**2), = 2*log(x)]
  three:
    steps: [v, = 2*v, = x]
  four:
    steps: [x + x, = 3*x, = x*3]
"""


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "b.yaml").write_text("symbols: {x: rael}\nsteps: [x, = x]\n")
    return tmp_path


def report(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    main(["run", ".", "--output-format", "json"])
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_a_step_says_what_was_written_and_where(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    step = report(capsys)["files"][0]["derivations"][0]["steps"][1]
    keys = ("index", "relation", "text", "reads_as", "reads_as_latex", "reads_as_mathml", "by", "verdict", *PLACE)
    found = {key: step[key] for key in keys}
    assert found == {
        "index": 1,
        "relation": "=",
        "text": "2*x",
        "reads_as": "2*x",
        "reads_as_latex": r"2 \cdot x",
        "reads_as_mathml": '<math display="block"><mrow><mn>2</mn><mo>⋅</mo><mi>x</mi></mrow></math>',
        "by": "as a reason",
        "verdict": "proved",
        "line": 8,
        "column": 7,
        "end_line": 8,
        "end_column": 12,
    }


def test_an_error_is_followed_to_the_end(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    four = report(capsys)["files"][0]["derivations"][3]
    assert [step["carries"] for step in four["steps"]] == [[], [], [1]]
    assert four["endings"] == [
        {
            "step": 2,
            "against": 0,
            "case": None,
            "errors": [1],
            "sound": False,
            "message": "the error of step 1 stays to the end: the result is x more than the first line",
            "repair": "x*2",
        }
    ]


def test_the_summary_counts_judged_steps(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = report(capsys)
    summary = found["summary"]
    steps = [s for f in found["files"] for d in f["derivations"] for s in d["steps"] if s["verdict"]]
    assert summary["steps"] == len(steps) == sum(summary[verdict] for verdict in VERDICTS)
    assert summary["unexpected"] == sum(not s["as_expected"] for s in steps)
    assert (summary["files"], summary["derivations"]) == (2, 5)


def test_characters_stand_for_themselves(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["run", "a.yaml", "--output-format", "json"])
    assert "é ∂" in capsys.readouterr().out


def test_two_runs_agree_but_for_the_times(example: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _timeless(report(capsys)) == _timeless(report(capsys))


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(v) for key, v in value.items() if key not in {"seconds", "milliseconds"}}
    return [_timeless(item) for item in value] if isinstance(value, list) else value
