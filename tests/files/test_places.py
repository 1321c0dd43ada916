"""Steps, comments and places: each character of a step knows where it stands, however YAML wrote it."""

from __future__ import annotations

import json

import pytest

from derivcheck.files.document import Document, Expectation
from derivcheck.files.nodes import compose
from derivcheck.files.reading import read
from derivcheck.files.source import Source


def document(text: str) -> Document:
    source = Source("test.yaml", text)
    found = read(source, compose(source), "test")
    assert not found.diagnostics
    return found


def steps(text: str) -> list[str]:
    return [step.text.text for step in document(text).derivations[0].steps]


@pytest.mark.parametrize(
    "text",
    [
        "steps: |\n    x\n    = @ + y\n",
        "steps: |2\n    x\n    = @ + y\n",
        "steps: |-\r\n    x\r\n    = @ + y\r\n",
        "title: 𝔘 é\nsteps: |  # a comment\n\n    x\n    = @ + y\n",
        "steps: [x, = @ + y]\n",
        "steps:\n- x\n- = @ + y\n",
        "steps:\n- x\n- '= @ + y'\n",
        "steps:\n- x\n- '= f''(x) + @ + y'\n",
        'steps:\n- x\n- "= @ + y"\n',
        'steps:\n- x\n- "\\u003d \\"1\\" @ + y"\n',
        'steps: "x\\n= @ + y"\n',
        "steps:\n- x\n- >\n  = 1 +\n  @ + y\n",
        "steps:\n- x\n- = 1 +\n  @ + y\n",
        "steps:\n- x\n- '= 1 +\n  @ + y'\n",
        'steps:\n- x\n- "= 1 + \\\n  @ + y"\n',
        "steps:\n- x\n- {step: = @ + y}\n",
        "steps:\n- x\n- |\n  = 1\n    + @ + y\n",
        "steps: |\n  x\n  = 1\n    + 2  # more\n    + @ + y\n",
    ],
)
def test_a_character_knows_its_place(text: str) -> None:
    """The sign @ stands once in the file and once in the second step: both are the same place."""
    piece = document(text).derivations[0].steps[1].text
    place = piece.part(piece.text.index("@"), piece.text.index("@") + 1).place()
    before = text[: text.index("@")]
    assert (place.line, place.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_a_step_ends_before_its_comment() -> None:
    place = document("steps: |\n  x\n  = x + 1   # by this\n").derivations[0].steps[1].text.place()
    assert (place.line, place.column, place.end_line, place.end_column) == (3, 3, 3, 10)


def test_indented_lines_continue_unless_they_begin_with_a_relation() -> None:
    assert steps("steps: |\n  x\n    + 1\n    = x\n      + 1\n\n  # remark\n  = [i\n    = j]\n") == [
        "x + 1",
        "= x + 1",
        "= [i = j]",
    ]


@pytest.mark.parametrize(
    ("line", "by", "expectation"),
    [
        ("= x", None, Expectation()),
        ("= x # eq. #3", "eq. #3", Expectation()),
        ("= x #! wrong", None, Expectation("wrong")),
        ("= x #! wrong: sign, lost", None, Expectation("wrong", "sign, lost")),
        ("= x   # by this  #! open  why", "by this", Expectation("open", "why")),
    ],
)
@pytest.mark.parametrize("form", ["steps: |\n  x\n  {}\n", "steps:\n  - x\n  - {}\n", "steps:\n  - x\n  - step: {}\n"])
def test_comments_say_why_and_what_is_expected(form: str, line: str, by: str | None, expectation: Expectation) -> None:
    step = document(form.replace("{}", line)).derivations[0].steps[1]
    assert (step.text.text, step.by, step.expectation) == ("= x", by, expectation)


def test_values_stay_text() -> None:
    found = document("title: yes\nnote: 1.0\nsymbols: {y: real}\ndefine: {y: 1_000}\nsteps: [0x10, = 1e3]\n").derivations[0]
    assert (found.title, found.note) == ("yes", "1.0")
    assert found.declarations.definitions[0][1].text == "1_000"
    assert [step.text.text for step in found.steps] == ["0x10", "= 1e3"]


def test_json_is_yaml() -> None:
    text = json.dumps({"symbols": {"x, y": "real"}, "derivations": {"a": {"steps": ["x", '= é/"1" # b']}}}, indent=1)
    found = document(text).derivations[0]
    assert [declared.name.text for declared in found.declarations.symbols] == ["x", "y"]
    assert found.steps[1].text.text == '= é/"1"'
    assert found.steps[1].by == "b"


def test_a_derivation_overrides_what_the_file_says_of_a_name() -> None:
    text = "symbols: {a: real, b: real}\ndefine: {b: a}\nassume: a > 0\nderivations:\n  one:\n"
    found = document(text + "    symbols: {b: size}\n    layout: numerator\n    steps: a\n").derivations[0].declarations
    assert [(d.name.text, d.type.text) for d in found.symbols] == [("a", "real"), ("b", "size")]
    assert found.definitions == ()
    assert [fact.text for fact in found.assumptions] == ["a > 0"]
    assert found.layout == "numerator"


def test_cases_keep_their_condition() -> None:
    (case,) = document("steps: |\n  x\ncases:\n  - when: i = j\n    steps: |\n      = y\n").derivations[0].cases
    assert (case.when.text, [step.text.text for step in case.steps]) == ("i = j", ["= y"])
