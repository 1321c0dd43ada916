"""``results.json`` of an external grader of PrairieLearn (docs.prairielearn.com, External grading)."""

from __future__ import annotations

from typing import Any

import msgspec

from derivcheck.grading.marks import Graded, points
from derivcheck.grading.platforms.sentences import PERSON, is_open, name, title, told, unread

_LARGEST = 1_000_000
"""How many bytes the file may have."""


def results(graded: Graded, feedback: str) -> bytes:
    """The results of one submission: its score from 0 to 1, and a test for each item.

    feedback: plain text.  Where nothing could be read the submission is not gradable, which costs neither points nor an attempt.
    PrairieLearn knows no points that are open: the score is what is certain, and the message says that a person decides.
    """
    if not any(answer.report for answer in graded.answers):
        errors = unread(graded) or ("There is nothing in the submission that can be graded.",)
        return _encoded(
            {"gradable": False, "format_errors": list(errors), "message": errors[0], "output": "", "images": [], "tests": []}
        )
    document = {
        "gradable": True,
        "score": min(1.0, max(0.0, graded.points / graded.worth)) if graded.worth else 0.0,
        "message": _message(graded),
        "output": feedback,
        "images": [],
        "tests": _tests(graded),
    }
    data = _encoded(document)
    return data if len(data) < _LARGEST else _encoded({**document, "output": "The feedback is too long to be shown here."})


def _tests(graded: Graded) -> list[dict[str, Any]]:
    return [
        {
            "name": f"{title(answer)}: {mark.item}" if len(graded.answers) > 1 else mark.item,
            "description": name(mark),
            "points": mark.points,
            "max_points": mark.worth,
            "message": told(mark),
            "output": " ".join(str(outcome) for outcome in answer.outcomes if outcome.step in mark.steps),
            "images": [],
        }
        for answer in graded.answers
        for mark in answer.marks
    ]


def _message(graded: Graded) -> str:
    total = f"{points(graded.points)} of {points(graded.worth)} points"
    marks = [mark for answer in graded.answers for mark in answer.marks]
    if graded.status == "graded" and not any(map(is_open, marks)):
        return f"{total}."
    return " ".join((f"{total} are certain, at most {points(graded.most)}. {PERSON}", *unread(graded)))


def _encoded(document: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"
