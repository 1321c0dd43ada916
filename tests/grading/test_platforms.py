"""What other systems are told: in their documented formats, with nothing for certain that a person decides."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import jsonschema
import pytest
from graded_by_hand import DONE, M2, NOTHING, OPEN, PDF, TWO, graded

from derivcheck.grading.layouts import Identity
from derivcheck.grading.marks import Graded
from derivcheck.grading.platforms import gradescope, nbgrader, prairielearn

VISIBILITY = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
GRADESCOPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["score", "tests"],
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": {"type": "number"},
        "output": {"type": "string"},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBILITY,
        "stdout_visibility": VISIBILITY,
        "extra_data": {"type": "object"},
        "leaderboard": {"type": "array"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number"},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string"},
                    "name_format": FORMAT,
                    "number": {"type": "string"},
                    "output": {"type": "string"},
                    "output_format": FORMAT,
                    "tags": {"type": "array", "items": {"type": "string"}},
                    "visibility": VISIBILITY,
                    "extra_data": {"type": "object"},
                },
            },
        },
    },
}
PRAIRIELEARN = {
    "type": "object",
    "properties": {
        "gradable": {"type": "boolean"},
        "score": {"type": "number", "minimum": 0, "maximum": 1},
        "message": {"type": "string"},
        "output": {"type": "string"},
        "images": {"type": "array"},
        "format_errors": {"type": "array", "items": {"type": "string"}},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["name", "description", "points", "max_points", "message", "output"],
                "properties": {"points": {"type": "number"}, "max_points": {"type": "number"}},
            },
        },
    },
    "if": {"properties": {"gradable": {"const": True}}},
    "then": {"required": ["gradable", "score"]},
    "else": {"required": ["gradable", "format_errors"], "not": {"required": ["score"]}},
}
CLASS = [OPEN, DONE, PDF, NOTHING, TWO, Graded("s", ())]


def of_gradescope(data: bytes) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(data)
    jsonschema.validate(document, GRADESCOPE)
    return document


@pytest.mark.parametrize("it", CLASS)
def test_gradescope_gets_what_its_documentation_says(it: Graded) -> None:
    document = of_gradescope(gradescope.results(it, "<p>x</p>", execution_time=1.23456))
    assert document["score"] == it.points
    assert document["execution_time"] == 1.235
    assert sum("max_score" in test for test in document["tests"]) == sum(len(answer.marks) for answer in it.answers)
    of_gradescope(gradescope.unfinished(it))


def test_a_mark_that_is_open_is_neither_passed_nor_failed() -> None:
    opened, passed, failed = of_gradescope(gradescope.results(OPEN, ""))["tests"]
    assert "status" not in opened
    assert "score" not in opened
    assert "3.5 of 6 points are certain, at most 4. A person decides." in opened["output"]
    assert (passed["status"], passed["score"], passed["max_score"], passed["number"]) == ("passed", 2, 2, "1.2")
    assert (failed["status"], failed["score"], failed["number"]) == ("failed", 0, "1.3")


def test_what_could_not_be_read_is_a_test_without_a_score() -> None:
    *_, last = of_gradescope(gradescope.results(PDF, ""))["tests"]
    assert not {"score", "max_score", "status"} & last.keys()
    assert last["output"] == "files of kind .pdf are read by a person. A person decides."


@pytest.mark.parametrize("it", [None, *CLASS])
def test_a_grader_that_was_killed_leaves_no_grade(it: Graded | None) -> None:
    document = of_gradescope(gradescope.unfinished(it))
    assert document["visibility"] == "after_published"
    assert {test["visibility"] for test in document["tests"]} == {"after_published"}
    assert "this is no grade" in document["output"]
    assert document["score"] == (it.points if it else 0)


@pytest.mark.parametrize("it", CLASS)
def test_nothing_is_shown_that_is_not_for_students_or_does_more_than_stand_there(it: Graded) -> None:
    for data in (gradescope.results(it, ""), gradescope.unfinished(it), prairielearn.results(it, "")):
        assert b"not for students" not in data
        assert b"\\u001b" not in data
        assert b"\x1b" not in data


@pytest.mark.parametrize("it", CLASS)
def test_prairielearn_gets_what_its_documentation_says(it: Graded) -> None:
    jsonschema.validate(json.loads(prairielearn.results(it, "feedback")), PRAIRIELEARN)


def test_a_score_is_a_share_of_what_is_certain() -> None:
    assert json.loads(prairielearn.results(DONE, ""))["score"] == 0.5
    assert json.loads(prairielearn.results(DONE, ""))["message"] == "2 of 4 points."
    assert json.loads(prairielearn.results(graded(M2), ""))["score"] == 1
    opened = json.loads(prairielearn.results(OPEN, ""))
    assert opened["score"] == 0.55
    assert opened["message"] == "5.5 of 10 points are certain, at most 6. A person decides."


def test_where_nothing_could_be_read_no_attempt_is_lost() -> None:
    assert json.loads(prairielearn.results(PDF, ""))["format_errors"] == [
        "files of kind .pdf are read by a person. A person decides."
    ]
    assert json.loads(prairielearn.results(NOTHING, ""))["gradable"] is False


def test_prairielearn_takes_a_megabyte() -> None:
    data = prairielearn.results(DONE, "x" * 2_000_000)
    assert len(data) < 1_000_000
    assert json.loads(data)["score"] == 0.5


@pytest.mark.parametrize("it", CLASS)
def test_results_are_the_same_bytes_in_every_run(it: Graded) -> None:
    assert gradescope.results(it, "x") == gradescope.results(it, "x")
    assert prairielearn.results(it, "x") == prairielearn.results(it, "x")


def test_nbgrader_has_its_columns_and_no_score_that_is_open() -> None:
    pairs = [(Identity("moodle", "12", "Anna"), DONE), (Identity(None, path="anna.md"), OPEN), (Identity(None), NOTHING)]
    rows = list(csv.DictReader(io.StringIO("".join(nbgrader.table(pairs, "=week 1")))))
    assert list(rows[0]) == [
        *("assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email"),
        *("raw_score", "late_submission_penalty", "score", "max_score"),
    ]
    assert [row["student_id"] for row in rows] == ["12", OPEN.id, NOTHING.id]
    assert [(row["raw_score"], row["score"], row["max_score"]) for row in rows] == [
        ("2.0", "2.0", "4.0"),
        ("", "", "10.0"),
        ("0.0", "0.0", "6.0"),
    ]
    assert {row["assignment"] for row in rows} == {"'=week 1"}
