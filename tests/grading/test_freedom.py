"""However a right derivation is written, it has full marks; one changed line, and it has not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from grading_by_hand import graded

FREEDOM = Path(__file__).parent / "freedom"
QUESTIONS = sorted(path.parent for path in FREEDOM.glob("*/key.yaml"))
RIGHT = [path for question in QUESTIONS for path in sorted((question / "right").iterdir())]
WRONG = [
    (question, number, row)
    for question in QUESTIONS
    for number, row in enumerate(yaml.safe_load((question / "wrong.yaml").read_text(encoding="utf-8")))
]
SHOWS = {"wrong": "refuted", "unreadable": "invalid"}


def changed(text: str, row: Mapping[str, object]) -> str:
    """A derivation with the change of one row of the table."""
    lines = text.split("\n")
    if "without" in row:
        without = row["without"]
        assert isinstance(without, list)
        kept = [line for number, line in enumerate(lines, 1) if number not in without]
        if row["how"] == "answer":
            first = kept.index("steps: |") + 1
            kept[first] = kept[first].replace("= ", "", 1)
        return "\n".join(kept)
    line = int(str(row["line"])) - 1
    assert lines[line].count(str(row["was"])) == 1, row
    lines[line] = lines[line].replace(str(row["was"]), str(row["now"]))
    return "\n".join(lines)


def test_there_are_enough() -> None:
    assert len(RIGHT) >= 40
    assert len(WRONG) >= 100


@pytest.mark.parametrize("submission", [pytest.param(it, id=f"{it.parent.parent.name}/{it.name}") for it in RIGHT])
def test_right_in_any_way(submission: Path) -> None:
    result = graded(submission.parent.parent / "key.yaml", submission)
    reasons = [(mark.item, mark.points, mark.reason) for answer in result.answers for mark in answer.marks]
    assert (result.status, result.points, result.most) == ("graded", result.worth, result.worth), (result.outcomes, reasons)


@pytest.mark.parametrize(("question", "number", "row"), [pytest.param(*it, id=f"{it[0].name}-{it[1]}") for it in WRONG])
def test_wrong_in_one_place(question: Path, number: int, row: Mapping[str, object], tmp_path: Path) -> None:
    original = question / "right" / str(row["of"])
    submission = tmp_path / f"{number}{original.suffix}"
    submission.write_text(changed(original.read_text(encoding="utf-8"), row), encoding="utf-8")
    result = graded(question / "key.yaml", submission)
    assert result.points < result.worth, (row, result.outcomes)
    if row["how"] in SHOWS:  # the table says the truth about its rows
        verdicts = {step.verdict for answer in result.answers if answer.report for step in answer.report.steps}
        assert SHOWS[str(row["how"])] in verdicts, (row, result.outcomes)
