"""Ctrl-C: what is finished is reported, and the shell is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from derivcheck.cli import main
from derivcheck.files.finding import Input, find
from derivcheck.running.means import Means
from derivcheck.running.results import exit_status
from derivcheck.running.run import open_file, run_files
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Source


def opening(item: Input) -> Source:
    if item.path.name == "b.yaml":
        raise KeyboardInterrupt
    return open_file(item)


@pytest.mark.parametrize("jobs", [0, 1])
def test_an_interrupted_run_reports_what_is_done(tmp_path: Path, jobs: int) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text("symbols: {x: real}\nsteps: |\n  x\n  = x\n", encoding="utf-8")
    report = run_files(find([str(tmp_path)]), Settings(), Means(jobs), opening)
    assert [Path(file.path).name for file in report.files] == (["a.yaml"] if jobs == 0 else [])
    assert exit_status(report) == 130


def test_a_run_to_the_end_is_not_interrupted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text("symbols: {x: real}\nsteps: |\n  x\n  = x\n", encoding="utf-8")
    assert main(["run", str(tmp_path)]) == 0
    assert "interrupted" not in capsys.readouterr().err
