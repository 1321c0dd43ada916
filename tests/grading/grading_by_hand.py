"""What was decided by hand of a submission, and how the grader's word is put beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from derivcheck.grading.grade import grade_files
from derivcheck.grading.marks import Graded


@dataclass(frozen=True, slots=True)
class Decision:
    """Marks as (certain, most) by item, status, outcome codes by question, and why."""

    marks: Mapping[str, tuple[float, float]]
    status: str
    codes: Mapping[str, str]
    why: str


def graded(key: Path, submission: Path) -> Graded:
    """One submission under a key."""
    (one,) = grade_files(key, [submission])
    return one


def decisions(folder: Path) -> dict[str, Decision]:
    """What ``marks.yaml`` of a key's folder says of each of its submissions."""
    questions = list(yaml.safe_load((folder / "key.yaml").read_text(encoding="utf-8"))["derivations"])
    written = yaml.safe_load((folder / "marks.yaml").read_text(encoding="utf-8"))
    return {name: _decision(said, questions) for name, said in written.items()}


def given(result: Graded) -> Decision:
    """What the grader said, in the same form."""
    several = len(result.answers) > 1
    return Decision(
        {f"{it.question}/{it.item}" if several else it.item: (it.points, it.most) for a in result.answers for it in a.marks},
        result.status,
        {answer.question: " ".join(map(str, answer.outcomes)) for answer in result.answers},
        "; ".join(f"{it.item}: {it.reason}" for answer in result.answers for it in answer.marks),
    )


def _decision(said: Mapping[str, object], questions: list[str]) -> Decision:
    marks, codes = said["marks"], said["codes"]
    assert isinstance(marks, dict)
    by_question = codes if isinstance(codes, dict) else {questions[0]: codes}
    return Decision(
        {item: _bounds(points) for item, points in marks.items()},
        str(said["status"]),
        {question: str(by_question.get(question, "")) for question in questions},
        str(said["why"]),
    )


def _bounds(points: object) -> tuple[float, float]:
    """``4`` is certain; ``4..6`` is 4 for certain and at most 6."""
    certain, _, most = str(points).partition("..")
    return float(certain), float(most or certain)
