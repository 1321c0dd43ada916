"""GitLab's code quality: the entries that its documentation asks for."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from nasty_texts import FINDING, NASTY, SAMPLE, SURROGATES, WRONG, Held, file, holding, report, step

from derivcheck.reports import as_gitlab
from derivcheck.running.results import Report

TEXT = {"type": "string", "minLength": 1}
LINE = {"type": "integer", "minimum": 1}
LINES = {"type": "object", "required": ["begin"], "properties": {"begin": LINE, "end": LINE}}
LOCATION = {"type": "object", "required": ["path", "lines"], "properties": {"path": TEXT, "lines": LINES}}
FIELDS = {
    "description": TEXT,
    "check_name": TEXT,
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
    "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
    "location": LOCATION,
}
SCHEMA = {"type": "array", "items": {"type": "object", "required": list(FIELDS), "properties": FIELDS}}


def entries(found: Report) -> list[dict[str, Any]]:
    text = "".join(as_gitlab.render(found))
    assert text.isascii() and not text.startswith("\ufeff")
    made: list[dict[str, Any]] = json.loads(text)
    jsonschema.validate(made, SCHEMA)
    return made


def test_an_entry() -> None:
    (entry,) = entries(report(file(step(0, None), step(1, "proved"), WRONG, path="./folder/file.yaml")))
    assert entry["description"].startswith("step 2 of name: the sign of 1 is lost; right would be: x + 1; ")
    assert (entry["check_name"], entry["severity"]) == ("derivcheck/sign", "major")
    assert entry["location"] == {"path": "folder/file.yaml", "lines": {"begin": 12, "end": 12}}


def test_severities() -> None:
    found = [(entry["check_name"].partition("/")[2], entry["severity"]) for entry in entries(SAMPLE)]
    assert dict(found) == {
        "unknown-key": "major",
        "no-step": "minor",
        "lost-domain": "minor",
        "sign": "major",
        "undecided": "major",
        "syntax": "major",
        "conflict": "blocker",
        "proved": "major",
    }


def test_fingerprints_are_unique() -> None:
    same = file(step(0, None), step(1, "proved"), WRONG, WRONG, findings=(FINDING, FINDING))
    found = [entry["fingerprint"] for entry in entries(report(same, same))]
    assert len(found) == len(set(found)) == 8


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_a_description_is_one_line_of_text(text: str) -> None:
    for entry in entries(report(holding(text, text or "x"))):
        assert entry["description"].isprintable() and entry["location"]["path"].isprintable()


def test_names_of_files_that_are_no_text_are_shown_as_escapes() -> None:
    (entry, *_) = entries(Report("0.1.0", 0, Held([holding(SURROGATES, SURROGATES)])))
    assert entry["location"]["path"] == "a\\ud800b\\udcffc"


def test_an_empty_run_is_an_empty_array() -> None:
    assert entries(report(file(step(0, None), step(1, "proved")))) == entries(report()) == []
