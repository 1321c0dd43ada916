"""result.json holds everything, in a shape that stays, and the same bytes each time."""

from __future__ import annotations

import json
from dataclasses import fields, replace

from made import NOTE, RIGHT, holding, sample, submission

from derivcheck.grading.marks import Answer, Graded, Mark
from derivcheck.grading.result_json import encode

STEP = {
    "index", "previous", "case", "relation", "text", "reads_as", "reads_as_latex", "reads_as_mathml", "line", "column",
    "end_line", "end_column", "excerpt", "verdict", "method", "conditions", "reason", "expect", "as_expected", "by", "remark",
    "instances", "counterexample", "diagnosis", "recovers", "corrects", "carries", "limit", "notes", "diagnostics",
}


def test_its_shape_is_the_documented_one() -> None:
    found = json.loads(encode(sample()))
    assert list(found) == [
        "version", "id", "status", "points", "most", "worth", "outcomes", "remarks", "diagnostics", "questions",
    ]
    assert found["version"] == 1
    assert (found["id"], found["status"], found["points"], found["most"], found["worth"]) == ("7f3a09c2", "review", 8, 10, 22)
    assert found["outcomes"].startswith("square: S0:start S1:split-function S2:ok-ft S3:ok-ft; grad-vc: S0:start")
    assert [list(it) for it in found["questions"]] == 3 * [[
        "question", "title", "points", "most", "worth", "marks", "outcomes", "derivation", "steps", "endings", "remarks", "open",
    ]]
    first, second, last = found["questions"]
    assert first["outcomes"][1] == {"step": 1, "code": "split-function"}
    assert set(first["steps"][1]) == STEP
    assert second["open"] == ["for the grader: step 2 is unclear"]
    assert (last["derivation"], last["steps"], last["endings"]) == (None, None, None)


def test_every_field_of_every_value_is_there() -> None:
    found = json.loads(encode(sample()))
    assert {it.name for it in fields(Mark)} == set(found["questions"][0]["marks"][0])
    assert {it.name for it in fields(Graded)} - {"answers", "findings"} <= set(found)
    assert {it.name for it in fields(Answer)} - {"report"} <= set(found["questions"][0])
    assert found["questions"][0]["marks"][0]["grader_note"] == NOTE


def test_the_time_that_a_step_took_changes_nothing() -> None:
    it = submission("s", *RIGHT)
    report = it.answers[0].report
    assert report is not None
    slower = replace(report, steps=tuple(replace(step, milliseconds=1e6, internal="a trace") for step in report.steps))
    assert encode(replace(it, answers=(replace(it.answers[0], report=slower),))) == encode(it)


def test_points_that_are_sums_of_tenths_are_written_as_they_were_meant() -> None:
    marks = tuple(Mark("q", f"M{at}", 0.1, 0.1, 0.1, "M", "earned", "") for at in range(3))
    whole = Mark("q", "A1", 2, 2, 2, "A", "earned", "")
    assert json.loads(encode(Graded("s", (Answer("q", None, marks),))))["points"] == 0.3
    assert encode(Graded("s", (Answer("q", None, (whole,)),))) == encode(
        Graded("s", (Answer("q", None, (replace(whole, points=2.0, most=2.0, worth=2.0),)),))
    )


def test_any_text_is_written_as_json_in_utf_8() -> None:
    for said in ("a\x00\x1b", "\ud800", "Ünicode", '"}', "</script>", "\u2028"):
        assert json.loads(encode(holding(said)))["remarks"] == [said]
