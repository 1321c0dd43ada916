"""Many processes give what one gives, and one step that misbehaves costs that step and nothing else."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from classroom.ill_behaved import GOOD, ill

from derivcheck.reports import as_json
from derivcheck.running.means import HERE, Means
from derivcheck.running.report import FileReport, StepReport
from derivcheck.running.run import judge, run
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Source, Text

DERIVATIONS = Path(__file__).parents[2] / "derivations"
SHORT = Settings(timeout=1.0, memory=256 << 20)


def judged(*sources: Source, settings: Settings = SHORT, jobs: int = 2) -> list[FileReport]:
    return list(judge(sources, settings, Means(jobs)).files)


def steps(file: FileReport) -> Sequence[StepReport]:
    return [step for derivation in file.derivations for step in derivation.steps if step.index]


@pytest.mark.parametrize(
    ("name", "limit", "said"),
    [
        ("hang", "time", "the time allowed for a step, 1 s, did not suffice (--timeout)"),
        ("eat", "memory", "the memory allowed for a step, 256 MB, did not suffice (--memory)"),
        ("crash", "crash", "the process that judged it died (SIGSEGV)"),
        ("die", "crash", "the process that judged it died (exit status 3)"),
    ],
)
def test_a_step_that_misbehaves_is_undecided_and_the_others_are_judged(name: str, limit: str, said: str) -> None:
    bad = ill("bad", GOOD, f"{GOOD} + 0*{name}", GOOD)
    files = judged(bad, ill("good", GOOD), settings=Settings(timeout=1.0 if name == "hang" else 30.0, memory=256 << 20))
    assert [(step.verdict, step.limit) for step in steps(files[0])] == [("proved", None), ("undecided", limit), ("proved", None)]
    assert steps(files[0])[1].reason == said
    assert [step.verdict for step in steps(files[1])] == ["proved"]
    assert (files[0].limits, files[1].limits) == ((limit,), ())


def test_a_verdict_outlives_a_diagnosis_that_hangs() -> None:
    (file,) = judged(ill("bad", "x**2 + y**2 + 0*broken", GOOD))
    wrong, after = steps(file)
    assert (wrong.verdict, wrong.limit) == ("refuted", "time")
    assert wrong.counterexample is not None
    assert "what went wrong was not found out" in wrong.notes[-1]
    assert after.verdict == "refuted"


def test_a_file_that_cannot_be_read_in_time_is_told() -> None:
    files = judged(ill("bad", "unreadable"), ill("good", GOOD))
    assert [finding.code for finding in files[0].findings] == ["unreadable-file"]
    assert "1 s" in files[0].findings[0].message
    assert [step.verdict for step in steps(files[1])] == ["proved"]


def test_every_process_may_die_at_once() -> None:
    files = judged(*(ill(f"{i}", f"{GOOD} + 0*die", GOOD) for i in range(6)), jobs=2)
    assert [[step.verdict for step in steps(file)] for file in files] == [["undecided", "proved"]] * 6


def test_the_number_of_processes_changes_nothing() -> None:
    paths = [str(path) for path in sorted(DERIVATIONS.glob("*.yaml"))[:2]]
    reports = [without_times(paths, Means(jobs)) for jobs in (0, 1, 3)]
    assert reports[0] == reports[1] == reports[2]


def without_times(paths: Sequence[str], means: Means) -> str:
    rows = "".join(as_json.render(run(paths, Settings(), means))).splitlines()
    return "\n".join(row for row in rows if '"milliseconds"' not in row and '"seconds"' not in row)


def test_a_long_file_is_judged_in_parts_and_told_whole() -> None:
    names = "\n".join(f"  d{i}:\n    steps: [x + x, = 2*x, = x*2, = 3*x, = 3*x]" for i in range(40))
    text = Text("long.yaml", f"symbols: {{x: real}}\nwrong: key\nderivations:\n{names}\n".encode(), True)
    (whole,), (parted,) = (list(judge([text], Settings(), means).files) for means in (HERE, Means(2)))
    assert [d.name for d in parted.derivations] == [f"d{i}" for i in range(40)]
    assert whole.findings == parted.findings
    assert [d.verdict for d in whole.derivations] == [d.verdict for d in parted.derivations]


def test_files_are_told_in_order_while_later_ones_are_done() -> None:
    files = judged(ill("a", f"{GOOD} + 0*hang"), *(ill(f"b{i}", GOOD) for i in range(20)))
    assert [file.path for file in files] == ["a.yaml", *(f"b{i}.yaml" for i in range(20))]


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no alarm on this platform")
def test_ctrl_c_tells_what_is_finished(tmp_path: Path) -> None:
    for i in range(400):
        (tmp_path / f"{i:03}.yaml").write_text(f"symbols: {{x: real}}\nsteps: [x + {i}, = {i} + x, = x + {i} + 0]\n")
    command = [sys.executable, "-m", "derivcheck", "run", ".", "--no-cache", "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONUNBUFFERED": "1"}
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=environment, cwd=tmp_path)
    assert running.stdout is not None
    first = running.stdout.readline()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert first.strip() == "000.yaml"
    assert running.returncode == 130
    assert "steps in" in out.splitlines()[-1] or "steps in" in out.splitlines()[-2]
    assert "interrupted" in err
    assert "Traceback" not in err


def test_processes_are_gone_when_the_run_is_over() -> None:
    judged(ill("bad", f"{GOOD} + 0*hang"), ill("good", GOOD))
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_processes_that_are_killed_from_outside_lose_nothing(jobs: int) -> None:
    sources = [ill(f"{i}", *[GOOD] * 3, *(["x*0 + x**2 + 2*x*y + y**2"] * 3)) for i in range(60)]
    found = []
    for count, file in enumerate(judge(sources, Settings(), Means(jobs)).files):
        found.append(file)
        if count in {5, 20, 40}:
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGKILL)
    steps = [step for file in found for derivation in file.derivations for step in derivation.steps if step.index]
    assert [step.verdict for step in steps] == ["proved"] * 360
