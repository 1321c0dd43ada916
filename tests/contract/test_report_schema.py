"""The schema of the JSON report: it admits every report, and nothing that a report is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import published
import pytest

from derivcheck.cli import main
from derivcheck.reports import as_json
from derivcheck.running.report import VERDICTS
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

ROOT = Path(__file__).parents[2]

SHORT = Settings(samples=4, timeout=1.0)
"""The verdicts do not matter here, only that they are written as the schema says."""

ERRORS = {
    "empty": "",
    "no-yaml": "steps: [\n",
    "no-mapping": "[]\n",
    "no-steps": "symbols: {x: real}\n",
    "unknown-key": "symbol: {x: real}\nsteps: |\n  1\n  = 1\n",
    "unknown-type": "symbols: {x: rael}\nsteps: [x, = x]\n",
    "cyclic": "symbols: {x, y: real}\ndefine: {x: y, y: x}\nsteps: [x, = x]\n",
    "contradiction": "symbols: {x: positive}\nassume: x < 0\nsteps: [x, = 2*x]\n",
    "unreadable-steps": "symbols: {x: real}\nsteps: |\n  x +\n  = x + z\n  != x\n  = x\n",
    "one-line": "symbols: {x: real}\nsteps: x\n",
    "shapes": "symbols: {n: size, v: vector(n), x: real}\nsteps: [v, = 2*v, = x, = v]\n",
    "statements": "symbols: {x: real}\nsteps: |\n  x = 1\n  => x**2 = 1\n  <=> x = 1\n",
    "cases": "symbols: {x: real}\nsteps: [abs(x), = x + 0*x]\ncases: [{when: x > 0, steps: = x}, {when: x <, steps: = x}]\n",
    "conditions": "symbols: {x: real}\nsteps: |\n  log(x**2)\n  = 2*log(x)\n  = 2*log(x)*(x - 1)/(x - 1)   #! conditional\n",
    "endings": "symbols: {x: real}\nsteps: [x + x, = 3*x, = x*3]\n",
    "infinite": "symbols: {x: real}\nsteps: [1/0, = x, = 10**10**10]\n",
}

EXAMPLE = """\
title: Everything
source: here
note: once
symbols: {x: real, n: size, v: vector(n)}
derivations:
  one:
    steps: |
      x + x
      = 3*x          # a reason
      = x*3
      = x +
  two:
    steps: [log(x**2), = 2*log(x)]
  three:
    steps: [v, = 2*v]
  four:
    steps: [abs(x), '= x']
"""

Object = dict[str, Any]


@pytest.fixture(scope="module")
def schema() -> Object:
    found: Object = json.loads((ROOT / "schemas" / "report.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(found)
    return found


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Object:
    """A report in which hardly anything is missing."""
    folder = tmp_path_factory.mktemp("example")
    (folder / "a.yaml").write_text(EXAMPLE)
    (folder / "b.yaml").write_text(ERRORS["unknown-key"])
    return report(folder)


def report(*paths: Path) -> Object:
    found: Object = json.loads("".join(as_json.render(run([str(path) for path in paths], SHORT))))
    return found


def test_it_is_printed_on_demand(schema: Object, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "report"]) == 0
    assert json.loads(capsys.readouterr().out) == schema
    assert main(["schema", "derivation"]) == 0
    explicit = capsys.readouterr().out
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == explicit


@pytest.mark.parametrize("path", sorted((ROOT / "derivations").rglob("*.yaml")), ids=lambda path: path.name)
def test_every_report_on_the_derivations_is_admitted(schema: Object, path: Path) -> None:
    jsonschema.validate(report(path), published.closed(schema))


@pytest.mark.parametrize("name", ERRORS)
def test_every_report_on_what_is_wrong_is_admitted(schema: Object, tmp_path: Path, name: str) -> None:
    (tmp_path / "a.yaml").write_text(ERRORS[name], encoding="utf-8")
    jsonschema.validate(report(tmp_path / "a.yaml"), published.closed(schema))


def test_a_report_on_nothing_is_admitted(schema: Object, tmp_path: Path) -> None:
    jsonschema.validate(report(tmp_path), published.closed(schema))


def test_every_key_of_the_schema_is_required(schema: Object) -> None:
    """With the reports above, which are admitted by it closed, the keys of the schema are those that are written."""
    records = [schema, *(found for found in schema["$defs"].values() if "properties" in found)]
    assert all(set(found["required"]) == set(found["properties"]) for found in records)


def test_it_knows_the_verdicts_of_the_engine(schema: Object) -> None:
    assert [v for v in schema["$defs"]["verdict"]["enum"] if v] == list(VERDICTS)
    assert set(VERDICTS) < set(schema["$defs"]["summary"]["properties"])


def distinct(example: Object) -> Iterator[published.Path]:
    """One place for each key, the first where something stands."""
    found: dict[tuple[object, ...], published.Path] = {}
    for path in published.places(example):
        keys = tuple("item" if isinstance(key, int) else key for key in path)
        if published.at(example, found.setdefault(keys, path)) in (None, []):
            found[keys] = path
    return iter(found.values())


def test_the_example_lacks_little(example: Object) -> None:
    empty = {path[-1] for path in distinct(example) if published.at(example, path) in (None, [])}
    assert empty <= {"case", "notes", "holds_if", "recovers", "corrects", "reason", "note", "remark", "shard", "limit"}


def admitted(schema: Object, mutants: Iterator[tuple[str, Object]]) -> list[str]:
    validator = jsonschema.Draft202012Validator(schema)
    return [name for name, mutant in mutants if validator.is_valid(mutant)]


def test_a_missing_key_is_refused(schema: Object, example: Object) -> None:
    keys = [path for path in distinct(example) if isinstance(path[-1], str) and path[-2:-1] not in (("values",), ("sizes",))]
    assert len(keys) > 70
    assert admitted(schema, ((str(path), published.without(example, path)) for path in keys)) == []


def test_a_value_of_another_type_is_refused(schema: Object, example: Object) -> None:
    def mutants() -> Iterator[tuple[str, Object]]:
        for path in distinct(example):
            value = published.at(example, path)
            for other in ("text", 7, True, [], {}, [[]]):
                if value is not None and not isinstance(other, type(value)) and not (isinstance(value, float) and other == 7):
                    yield f"{path}: {other}", published.changed(example, path, other)
            if value is None:
                yield f"{path}: {{}}", published.changed(example, path, {})

    assert admitted(schema, (it for it in mutants() if not it[0].endswith(": True") or "'sound'" not in it[0])) == []


NEVER_NULL = {"text", "path", "name", "message", "code", "severity", "expect", "as_expected", "kind", "gained", "left", "right",
              "instances", "milliseconds", "seconds", "engine", "seed", "version", "line", "column", "end_line", "end_column",
              "index", "steps", "files", "derivations", "diagnostics", "conditions", "notes", "corrects", "carries", "endings",
              "values", "sizes", "entry", "summary", "errors", "step", "against", "unexpected", *VERDICTS}


def test_nothing_stands_where_something_must(schema: Object, example: Object) -> None:
    paths = [path for path in distinct(example) if path[-1] in NEVER_NULL]
    assert {path[-1] for path in paths} == NEVER_NULL
    nulls = ((str(path), published.changed(example, path, None)) for path in paths if path[-2:] != ("counterexample", "note"))
    assert admitted(schema, nulls) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "right"),
        ("expect", "maybe"),
        ("severity", "fatal"),
        ("kind", "line"),
        ("relation", "=="),
        ("version", 2),
        ("line", 0),
        ("column", 0),
        ("end_line", -1),
        ("end_column", 1.5),
        ("index", -1),
        ("previous", -1),
        ("instances", -1),
        ("instances", 0.5),
        ("milliseconds", -0.1),
        ("seconds", -1),
        ("unexpected", -1),
        ("seed", 0.5),
        ("values", {"x": 1}),
        ("sizes", {"n": "1"}),
        ("sizes", {"n": -1}),
        ("entry", [0]),
        ("errors", ["one"]),
        ("carries", [-1]),
        ("notes", [1]),
    ],
)
def test_a_value_out_of_its_range_is_refused(schema: Object, example: Object, key: str, value: object) -> None:
    paths = [path for path in distinct(example) if path[-1] == key]
    assert paths
    assert admitted(schema, ((str(path), published.changed(example, path, value)) for path in paths)) == []


def test_keys_that_a_later_version_adds_are_passed_over(schema: Object, example: Object) -> None:
    records = [path for path in distinct(example) if isinstance(published.at(example, path), dict)]
    records = [path for path in records if path[-1] not in {"values", "sizes"}]
    later = {str(path): published.changed(example, (*path, "added"), {}) for path in records}
    assert admitted(schema, iter(later.items())) == list(later)
    assert admitted(published.closed(schema), iter(later.items())) == []
