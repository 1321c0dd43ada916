"""``results.json`` of an autograder of Gradescope (gradescope-autograders.readthedocs.io, Autograder Specifications)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from derivcheck.grading.marks import Graded, points
from derivcheck.grading.platforms.sentences import UNFINISHED, is_open, name, title, told, unread

VISIBILITIES = ("visible", "hidden", "after_due_date", "after_published")
_LATER = "after_published"


def results(
    graded: Graded,
    feedback: str,
    *,
    feedback_format: str = "html",
    execution_time: float | None = None,
    visibility: str = "visible",
) -> bytes:
    """The results of one submission: a test for each item, numbered by question and item.

    feedback: on the whole, in ``feedback_format``: ``html``, ``md``, ``simple_format`` or ``text``; execution_time: in seconds;
    visibility: one of ``VISIBILITIES``.  The score is what is certain.  A test of which a person decides has no score and no
    status, for Gradescope would call it passed or failed.
    """
    timed = {} if execution_time is None else {"execution_time": round(execution_time, 3)}
    extra = {"id": graded.id, "status": graded.status, "most": graded.most, "worth": graded.worth, "outcomes": graded.outcomes}
    tests = [*_tests(graded, visibility), *_unread(graded, visibility)]
    return _encoded(graded.points, feedback, feedback_format, visibility, timed, extra, tests)


def unfinished(graded: Graded | None = None) -> bytes:
    """What stands in the file until grading is done, so that one that is killed leaves a word and no grade.

    graded: what is known already.  Students see it only once grades are published, and by then a person has seen it.
    """
    certain = graded.points if graded else 0.0
    said = f"{UNFINISHED} {points(certain)} points are certain so far. Run the autograder again, or let a person decide."
    first = {"name": "Grading has not finished", "number": "0", "output": said, "output_format": "text", "visibility": _LATER}
    tests = [first, *(_tests(graded, _LATER) if graded else ())]
    return _encoded(certain, said, "text", _LATER, {}, {"status": "unfinished"}, tests)


def _encoded(
    score: float,
    output: str,
    output_format: str,
    visibility: str,
    timed: dict[str, float],
    extra: dict[str, Any],
    tests: list[dict[str, Any]],
) -> bytes:
    document = {
        "score": score,
        **timed,
        "output": output,
        "output_format": output_format,
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": visibility,
        "stdout_visibility": "hidden",
        "extra_data": extra,
        "tests": tests,
    }
    return msgspec.json.format(msgspec.json.encode(document)) + b"\n"


def _tests(graded: Graded, visibility: str) -> Iterator[dict[str, Any]]:
    for question, answer in enumerate(graded.answers, 1):
        before = f"{title(answer)}: " if len(graded.answers) > 1 else ""
        for item, mark in enumerate(answer.marks, 1):
            judged = (
                {} if is_open(mark) else {"score": mark.points, "status": "passed" if mark.points == mark.worth else "failed"}
            )
            yield {
                "max_score": mark.worth,
                **judged,
                "name": before + name(mark),
                "name_format": "text",
                "number": f"{question}.{item}",
                "output": told(mark),
                "output_format": "text",
                "tags": [mark.question, mark.item, mark.kind, mark.code],
                "visibility": visibility,
                "extra_data": {"points": mark.points, "most": mark.most, "steps": list(mark.steps)},
            }


def _unread(graded: Graded, visibility: str) -> Iterator[dict[str, Any]]:
    """A test without a score for what could not be read."""
    for count, sentence in enumerate(unread(graded), 1):
        yield {
            "name": "Read by a person",
            "name_format": "text",
            "number": f"{len(graded.answers) + 1}.{count}",
            "output": sentence,
            "output_format": "text",
            "tags": ["unreadable"],
            "visibility": visibility,
            "extra_data": {},
        }
