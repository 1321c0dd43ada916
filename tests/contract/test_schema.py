"""The published schema: it admits what is read, and refuses what is diagnosed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from derivcheck.cli import main
from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.files.reading import FILE_KEYS, OWN_KEYS

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
