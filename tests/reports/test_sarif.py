"""SARIF: within the published schema and the limits of code scanning, whatever an author writes."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from nasty_texts import FINDING, NASTY, SAMPLE, SURROGATES, WRONG, Held, file, holding, report, step

from derivcheck.diagnostic import CODES, Place
from derivcheck.proving.mistakes.table import TABLE
from derivcheck.reports import as_sarif
from derivcheck.reports.rules import rules
from derivcheck.running.report import VERDICTS, FileReport, NamedCondition
from derivcheck.running.results import Report


@cache
def validator() -> jsonschema.Draft4Validator:
    schema = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def log(found: Report) -> dict[str, Any]:
    text = "".join(as_sarif.render(found))
    assert text.isascii()
    document: dict[str, Any] = json.loads(text)
    validator().validate(document)
    return document


def run(found: Report) -> dict[str, Any]:
    (only,) = log(found)["runs"]
    assert isinstance(only, dict)
    return only


def results(*files: FileReport) -> list[dict[str, Any]]:
    found = run(report(*files))
    known = found["tool"]["driver"]["rules"]
    for result in found["results"]:
        assert known[result["ruleIndex"]]["id"] == result["ruleId"]
    return list(found["results"])


def test_what_is_not_as_expected_and_what_is_lost_is_a_result() -> None:
    told = [(result["ruleId"], result["level"]) for result in run(SAMPLE)["results"]]
    assert told == [
        ("unknown-key", "error"),
        ("no-step", "warning"),
        ("lost-domain", "warning"),
        ("sign", "error"),
        ("undecided", "error"),
        ("syntax", "error"),
        ("conflict", "error"),
        ("proved", "error"),
    ]


def test_a_result_says_where_why_and_what_is_right() -> None:
    (result,) = results(file(step(0, None), step(1, "proved"), WRONG))
    assert result["message"]["text"].splitlines() == [
        "the sign of 1 is lost.",
        "right would be: x + 1",
        "holds if: x > 0",
        "at V = 2, x = 1/2: left is 3/2, right is -1/2 in entry [1, 2]",
        "near 0",
        "note: a note",
    ]
    (location,) = result["locations"]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "folder/file.yaml"},
        "region": {"startLine": 12, "startColumn": 7, "endLine": 12, "endColumn": 14, "snippet": {"text": "= x - 1"}},
    }
    assert location["logicalLocations"][0]["name"] == "name"
    assert result["relatedLocations"][0]["physicalLocation"]["region"]["startLine"] == 11


def test_columns_count_characters_as_python_does() -> None:
    assert run(SAMPLE)["columnKind"] == "unicodeCodePoints"
    (result,) = results(file(step(0, None), replace(WRONG, excerpt="𝑥𝑥𝑥𝑥𝑥𝑥= 𝑥 - 1 # 𝑥", index=1, previous=0)))
    assert result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"] == "= 𝑥 - 1"


def prints(*files: FileReport) -> list[str]:
    return [result["partialFingerprints"]["derivcheckRemark/v1"] for result in results(*files)]


def test_fingerprints_outlive_changes_above() -> None:
    moved = replace(WRONG, place=Place(112, 9, 112, 16), excerpt="        = x - 1")
    later = replace(moved, index=3, previous=2)
    found = replace(FINDING, place=Place(50, 3, 50, 4), excerpt="  x: 1")
    before = prints(file(step(0, None), step(1, "proved"), WRONG, findings=(FINDING,)))
    assert prints(file(step(0, None), *(step(i, "proved") for i in (1, 2)), later, findings=(found,))) == before
    other = prints(file(step(0, None), step(1, "proved"), WRONG, findings=(FINDING,), name="other"))
    assert other[0] == before[0] and other[1] != before[1]


def test_no_two_fingerprints_are_the_same() -> None:
    same = file(step(0, None), step(1, "proved"), WRONG, WRONG, findings=(FINDING, FINDING))
    found = prints(same, same, replace(same, path="other.yaml"))
    assert len(found) == len(set(found)) == 12


def test_every_code_has_a_rule_with_a_text_that_explains_it() -> None:
    known = rules()
    names = [rule["id"] for rule in known]
    assert len(names) == len(set(names))
    lost = {"corrects", "lost-domain", "lost-size", "missing-assumption", "shape-mismatch", "differs"}
    assert {*CODES, *VERDICTS, *lost, *(row.code for row in TABLE)} <= set(names)
    for rule in known:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule["id"])
        for key, most in (("shortDescription", 1024), ("fullDescription", 1024), ("help", 5_000)):
            assert 10 < len(rule[key]["text"]) <= most
        assert len(rule["properties"]["tags"]) <= 10
    (sign,) = (rule for rule in known if rule["id"] == "sign")
    assert sign["help"]["markdown"].splitlines()[2] == "After `diff(cos(x), x)` the step `sin(x)` is wrong."


def test_more_than_github_takes_is_left_out_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_sarif, "MOST", 3)
    found = run(SAMPLE)
    assert len(found["results"]) == 3
    (said,) = found["invocations"][0]["toolExecutionNotifications"]
    assert said["message"]["text"].startswith("5 more results are left out")


def test_the_invocation_says_how_it_ended() -> None:
    assert run(SAMPLE)["invocations"][0]["exitCode"] == 101
    assert run(SAMPLE)["invocations"][0]["executionSuccessful"] is False
    wrong = run(report(file(step(0, None), WRONG)))["invocations"][0]
    assert (wrong["exitCode"], wrong["executionSuccessful"]) == (1, True)
    assert run(report())["invocations"][0]["exitCode"] == 5


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b%é.yaml", "a%20b%25%C3%A9.yaml"),
        ("./a/b.yaml", "a/b.yaml"),
        ("a:b?c#d.yaml", "a%3Ab%3Fc%23d.yaml"),
        ("<arguments>", "%3Carguments%3E"),
        ("/elsewhere/a.yaml", "file:///elsewhere/a.yaml"),
        (str(Path.cwd() / "a.yaml"), "a.yaml"),
    ],
)
def test_addresses_are_relative_and_encoded(path: str, uri: str) -> None:
    (result,) = results(file(step(0, None), WRONG, path=path))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_text_is_a_link_or_a_control_character(text: str) -> None:
    found = results(holding(text, text or "x"))
    assert [result["ruleId"] for result in found] == ["yaml", "sign", "yaml"]
    for result in found:
        assert "](" not in result["message"]["text"]
        assert all(c.isprintable() or c == "\n" for c in result["message"]["text"])


def test_names_of_files_that_are_no_text_are_encoded() -> None:
    found = run(Report("0.1.0", 0, Held([holding(SURROGATES, SURROGATES)])))
    assert len(found["results"]) == 3


def test_a_condition_is_said_once() -> None:
    (result,) = results(file(step(0, None), step(1, "proved", conditions=(NamedCondition("x > 0", "domain"),))))
    assert result["message"]["text"] == "it needs x > 0 (loses part of the domain)."


def test_what_costs_isolated_points_or_gains_or_is_expected_is_not_told() -> None:
    free = (NamedCondition("x != 1", "point"), NamedCondition("x > 0", "domain", gained=True))
    lost = step(2, "proved", conditions=(NamedCondition("x > 0", "domain"),), expect="conditional")
    assert results(file(step(0, None), step(1, "proved", conditions=free), lost, step(3, "checked", instances=32))) == []


def test_the_code_of_another_version_has_no_rule() -> None:
    (result,) = run(report(file(findings=(replace(FINDING, code="of-later"),))))["results"]
    assert result["ruleIndex"] == -1
