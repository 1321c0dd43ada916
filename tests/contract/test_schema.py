"""The published schema: it admits what is read, and refuses what is diagnosed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import published
import pytest
import yaml

from derivcheck.cli import main
from derivcheck.files.document import Document
from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.files.reading import FILE_KEYS, OWN_KEYS
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.processes.parts import judge_document
from derivcheck.running.settings import Settings

ROOT = Path(__file__).parents[2]


@pytest.fixture
def schema(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main(["schema"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def admits(schema: dict[str, Any], text: str) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(yaml.load(text, Loader=yaml.CSafeLoader)))


def test_it_names_the_keys_that_are_read(schema: dict[str, Any]) -> None:
    assert set(schema["properties"]) == set(FILE_KEYS)
    assert set(schema["$defs"]["derivation"]["properties"]) == set(OWN_KEYS)


@pytest.mark.parametrize("path", sorted((ROOT / "derivations").rglob("*.yaml")), ids=lambda path: path.name)
def test_it_admits_the_derivations(schema: dict[str, Any], path: Path) -> None:
    jsonschema.validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader), schema)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("steps: x\n", True),
        ("steps: [x, {step: = x, by: y, expect: wrong, assume: x > 0}]\n", True),
        ("symbols: {x: {type: real, latex: y}}\nsteps: x\n", True),
        ("steps: x\ncases: [{when: a = b, steps: = x}]\n", True),
        ("derivations: {a: {steps: x, modulo: [transpose], layout: numerator}}\n", True),
        ("title: x\n", False),
        ("steps: x\nderivations: {a: {steps: x}}\n", False),
        ("steps: x\nsymbol: {x: real}\n", False),
        ("steps: [{by: x}]\n", False),
        ("steps: [{step: x, expect: maybe}]\n", False),
        ("steps: x\nlayout: up\n", False),
        ("derivations: {a: {title: x}}\n", False),
        ("steps: x\ncases: [{steps: = x}]\n", False),
    ],
)
def test_it_agrees_with_the_reader(schema: dict[str, Any], tmp_path: Path, text: str, right: bool) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    document = load(Input(path, explicit=True))
    assert document is not None
    assert (admits(schema, text), not document.diagnostics) == (right, right)


EVERY_KEY: dict[str, Any] = {
    "title": "t",
    "source": "s",
    "note": "n",
    "symbols": {"x, y": "real", "h": {"type": "real", "latex": r"\hat{y}"}, "k": {"type": "real", "latex": ["a", "b"]}},
    "define": {"h": "x + y"},
    "assume": ["x > 0"],
    "layout": "mixed",
    "modulo": ["transpose"],
    "syntax": "plain",
    "grading": {"points": 3},
    "derivations": {
        "one": {
            "title": "t",
            "source": "s",
            "note": "n",
            "symbols": {"z": "real"},
            "define": {"z": "x"},
            "assume": "y > 0",
            "layout": "numerator",
            "modulo": "transpose",
            "syntax": "plain",
            "grading": {"points": 3},
            "steps": ["x + x", {"step": "= 2*x", "by": "b", "assume": ["x > 0"], "expect": "right", "syntax": "plain"}],
            "cases": [{"when": "x > 0", "steps": "= 2*x"}],
        }
    },
}
ONE_DERIVATION = {"steps": "x\n= x\n", "cases": [{"when": "x > 0", "steps": ["= x"]}], "symbols": {"x": "real"}}


def variants(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The document with one value left out, put in the place of another, or added; what graders read has tests of its own."""
    for path in (it for it in published.places(document) if "grading" not in it):
        yield published.without(document, path)
        yield from (published.changed(document, path, new) for new in published.REPLACEMENTS)
        if isinstance(published.at(document, path), dict):
            yield published.changed(document, (*path, "another"), "text")


def test_the_example_has_every_key() -> None:
    assert set(EVERY_KEY) | set(ONE_DERIVATION) == set(FILE_KEYS)
    assert set(EVERY_KEY["derivations"]["one"]) == set(OWN_KEYS)


@pytest.mark.parametrize("document", [EVERY_KEY, ONE_DERIVATION], ids=["every key", "one derivation"])
def test_it_admits_what_is_read_and_refuses_what_is_diagnosed(
    schema: dict[str, Any], tmp_path: Path, document: dict[str, Any]
) -> None:
    """What the reader refuses the schema refuses; what only the schema refuses is refused when its text is read."""
    admitted = jsonschema.Draft202012Validator(schema).is_valid
    path = tmp_path / "a.yaml"
    wrong = []
    for variant in (document, *variants(document)):
        path.write_text(published.as_yaml(variant), encoding="utf-8")
        read = load(Input(path, explicit=True))
        assert read is not None
        refused = bool(read.diagnostics) or (not admitted(variant) and not _usable(read))
        if admitted(variant) == refused:
            wrong.append(variant)
    assert wrong == []


def _usable(document: Document) -> bool:
    report = judge_document(document, Surroundings(Settings()))
    steps = [step for derivation in report.derivations for step in derivation.steps]
    return not any(found.severity == "error" for found in report.findings) and not any(step.diagnostics for step in steps)


@pytest.mark.parametrize("key", ["title", "source", "note"])
def test_a_wrong_value_is_named_also_where_each_derivation_has_its_own(tmp_path: Path, key: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(published.as_yaml({key: [], "derivations": {"one": {key: "right", "steps": "1\n= 1\n"}}}))
    document = load(Input(path, explicit=True))
    assert document is not None and [wrong.code for wrong in document.diagnostics] == ["bad-value"]
