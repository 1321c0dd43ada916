"""Keys: what their grading part may say, what is told where it cannot be used, and that the schema says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from derivcheck.files import nodes
from derivcheck.files.grading import FORMS, ITEM_KEYS, KEYS, Grading, read_grading
from derivcheck.files.source import Source
from derivcheck.grading.grade import grade_files, read_key

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[2] / "schemas/derivation.schema.json").read_text(encoding="utf-8"))

RIGHT = [
    "{points: 10}",
    "{points: 0.5, rounding: 0.25}",
    "{points: 10, form: no derivative}",
    "{points: 10, form: [expanded, no sum]}",
    "{points: 10, form: []}",
    "{points: 4, start: x, arrive: y, largest_step: 2}",
    "{points: 4, checked: review, undecided: accept, unreadable: skip, allow: [x > 0], layouts: [numerator]}",
    "{items: [{points: 2, for: steps}, {points: 3, for: result}]}",
    "{milestones: {m: x}, items: [{points: 2, for: m}, {points: 3, for: [m], kind: B, ft: false}]}",
    "{points: 5, items: [{points: 2, for: start, id: B7}, {points: 3, for: result, depends: B7, cao: true}]}",
    "{items: [{points: 2, for: steps, description: d, explanation: e, grader_note: n, kind: M, ft: true}]}",
]
WRONG = [
    ("{}", "grading needs points"),
    ("10", "grading is a mapping"),
    ("{point: 10}", "did you mean points?"),
    ("{points: -1}", "points is a positive number"),
    ("{points: ten}", "points is a positive number"),
    ("{points: 10, form: short}", "form is a list of"),
    ("{points: 10, checked: maybe}", "checked is one of accept, review"),
    ("{points: 10, undecided: zero}", "undecided is one of review, accept"),
    ("{points: 10, unreadable: zero}", "unreadable is one of review, skip"),
    ("{points: 10, layouts: [sideways]}", "layouts is a list of"),
    ("{points: 10, items: []}", "items is a list"),
    ("{items: [{points: 2}]}", "an item needs the key for"),
    ("{items: [{for: steps}]}", "an item needs the key points"),
    ("{items: [{points: 2, for: steps, kind: C}]}", "kind is one of M, A, B"),
    ("{items: [{points: 2, for: steps, ft: maybe}]}", "ft is true or false"),
    ("{milestones: {result: x}, items: [{points: 2, for: result}]}", "call the milestone something else"),
]
WRONG_FOR_THE_READER_ALONE = [
    ("{points: .nan}", "points is a positive number"),
    ("{points: 10, items: [{points: 2, for: steps}]}", "the items are worth 2 points, and points says 10"),
    ("{points: 10, largest_step: 1.5}", "largest_step is a whole number"),
    ("{items: [{points: 2, for: nothing}]}", "an item is for start, steps, result or a milestone, not nothing"),
    ("{items: [{points: 2, for: [steps, result]}]}", "an item is for one thing"),
    ("{items: [{points: 2, for: steps, ft: true, cao: true}]}", "either by follow-through"),
    ("{items: [{points: 2, for: steps, id: a}, {points: 2, for: result, id: a}]}", "two items are called a"),
    ("{items: [{points: 2, for: steps, depends: A1}, {points: 2, for: result}]}", "no item before it is called so"),
]


def reading(text: str) -> tuple[Grading | None, list[str]]:
    node = nodes.compose(Source("key.yaml", text))
    assert node is not None
    grading, wrong = read_grading(node)
    return grading, [it.message for it in wrong]


def admits(text: str) -> bool:
    schema = {"$ref": "#/$defs/grading", "$defs": SCHEMA["$defs"]}
    return bool(jsonschema.Draft202012Validator(schema).is_valid(yaml.safe_load(text)))


@pytest.mark.parametrize("text", RIGHT)
def test_what_a_key_may_say(text: str) -> None:
    grading, wrong = reading(text)
    assert grading is not None
    assert not wrong
    assert admits(text)


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_what_it_may_not(text: str, said: str) -> None:
    grading, wrong = reading(text)
    assert grading is None
    assert any(said in it for it in wrong), wrong
    assert not admits(text)


@pytest.mark.parametrize(("text", "said"), WRONG_FOR_THE_READER_ALONE)
def test_what_no_schema_can_tell(text: str, said: str) -> None:
    grading, wrong = reading(text)
    assert grading is None
    assert any(said in it for it in wrong), wrong


def test_the_schema_has_the_keys_that_are_read() -> None:
    assert set(SCHEMA["$defs"]["grading"]["properties"]) == set(KEYS)
    assert set(SCHEMA["$defs"]["item"]["properties"]) == set(ITEM_KEYS)
    assert set(SCHEMA["$defs"]["form"]["enum"]) == set(FORMS)


@pytest.mark.parametrize(
    ("points", "rounding", "worth"), [(10, 0.5, (6, 4)), (1, 0.5, (0.5, 0.5)), (3, 0.25, (1.75, 1.25)), (4, 1, (2, 2))]
)
def test_points_alone_are_divided_among_steps_and_result(points: float, rounding: float, worth: tuple[float, float]) -> None:
    grading, _ = reading(f"{{points: {points}, rounding: {rounding}}}")
    assert grading is not None
    assert tuple(item.points for item in grading.items) == worth
    assert grading.points == points


KEY = """symbols: {x: real}
steps:
  - (x + 1)**2
  - = x**2 + 2*x + 1
grading:
  %s
"""


def key(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "key.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("grading", "said"),
    [
        ("points: 4\n  arrive: y + 1", "y is not declared"),
        ("points: 4\n  start: (x + ", "expected"),
        ("points: 4\n  milestones: {m: z}\n  items: [{points: 4, for: m}]", "z is not declared"),
        ("points: 4\n  allow: [x]", "an assumption is a relation"),
    ],
)
def test_what_a_key_asks_for_is_read_before_anything_is_graded(tmp_path: Path, grading: str, said: str) -> None:
    found, wrong = read_key(key(tmp_path, KEY % grading))
    assert not found.questions
    assert any(said in it.message for it in wrong), wrong
    assert all(it.place.line >= 6 for it in wrong)
    with pytest.raises(ValueError, match=said.replace("(", r"\(")):
        grade_files(tmp_path / "key.yaml", [tmp_path / "key.yaml"])


def test_grading_of_a_file_is_that_of_its_derivations_but_for_their_own(tmp_path: Path) -> None:
    text = """symbols: {x: real}
grading: {points: 3}
derivations:
  one: {steps: [x + x, = 2*x]}
  two: {grading: {points: 5}, steps: [x + x + x, = 3*x]}
"""
    found, wrong = read_key(key(tmp_path, text))
    assert not wrong
    assert [(it.name, it.grading.points) for it in found.questions] == [("one", 3), ("two", 5)]


def test_a_file_without_grading_is_no_key(tmp_path: Path) -> None:
    _, wrong = read_key(key(tmp_path, "symbols: {x: real}\nsteps: |\n  x\n  = x + 0\n"))
    assert [it.code for it in wrong] == ["no-derivation"]


@pytest.mark.parametrize(
    ("form", "answer", "earned"),
    [
        ("expanded", "= x**2 + 2*x + 1", True),
        ("expanded", "= (x + 1)*(x + 1)", False),
        ("expanded", "= x*(x + 2) + 1", False),
        ("factored", "= (x + 1)*(x + 1)", True),
        ("factored", "= x**2 + 2*x + 1", False),
        ("factored", "= (2*x + 2)**2/4", True),
        ("simplified", "= x**2 + 2*x + 1", True),
        ("simplified", "= x**2 + x + x + 1", False),
        ("simplified", "= x**2 + 2*x + 3 - 2", False),
    ],
)
def test_the_form_of_a_result(tmp_path: Path, form: str, answer: str, earned: bool) -> None:
    path = key(tmp_path, KEY % f"points: 4\n  form: {form}\n  items: [{{points: 4, for: result}}]")
    submission = tmp_path / "answer.yaml"
    submission.write_text(f"steps:\n  - (1 + x)**2 + 0*x\n  - {answer}\n", encoding="utf-8")
    (graded,) = grade_files(path, [submission])
    assert (graded.points == 4) is earned
