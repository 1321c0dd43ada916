"""The derivations of machine learning: every step as its author marked it, right ones shown, wrong ones refuted and named."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from derivcheck.running.report import FileReport, StepReport
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

FOLDER = Path(__file__).parents[2] / "derivations" / "machine-learning"
FILES = sorted(FOLDER.glob("*.yaml"))
UNNAMED = frozenset({"differs", "shape-mismatch"})
MOST = 0.9
"""The least share of the right steps that are proved, and of the wrong ones whose mistake has a name or a repair."""


@cache
def judged(path: Path) -> FileReport:
    (report,) = run([str(path)], Settings()).files
    return report


def steps(path: Path, *expected: str) -> list[StepReport]:
    """The judged steps that are expected so."""
    return [s for d in judged(path).derivations for s in d.steps[1:] if s.expect in expected]


def told(some: list[StepReport]) -> str:
    return "\n".join(f"line {s.line}: {s.verdict}: {s.text}" for s in some)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_step_is_as_expected(path: Path) -> None:
    assert not judged(path).findings
    every = [s for d in judged(path).derivations for s in d.steps if s.verdict is not None]
    assert every and not [s for s in every if not s.as_expected], told([s for s in every if not s.as_expected])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_is_not_proved_is_checked_and_says_why(path: Path) -> None:
    unproved = [s for s in steps(path, "right", "conditional") if s.verdict != "proved"]
    assert all(s.verdict == "checked" and s.reason for s in unproved), told(unproved)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_holds_right_steps_and_wrong_ones(path: Path) -> None:
    assert len(steps(path, "right")) >= 5 and len(steps(path, "wrong")) >= 5


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_file_names_its_source(path: Path) -> None:
    assert any(line.startswith("source: ") for line in path.read_text(encoding="utf-8").splitlines())


def test_most_right_steps_are_proved() -> None:
    right = [s for path in FILES for s in steps(path, "right", "conditional")]
    unproved = [s for s in right if s.verdict != "proved"]
    assert len(unproved) <= (1 - MOST) * len(right), told(unproved)


def test_most_wrong_steps_are_named() -> None:
    wrong = [s for path in FILES for s in steps(path, "wrong") if s.recovers is None]
    unnamed = [s for s in wrong if not (s.diagnosis and (s.diagnosis.code not in UNNAMED or s.diagnosis.repair))]
    assert len(unnamed) <= (1 - MOST) * len(wrong), told(unnamed)
