"""Annotations of a GitHub workflow: read back as the runner reads a log, one command a line and no other."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nasty_texts import FINDING, NASTY, SAMPLE, SURROGATES, WARNING, WRONG, Held, file, holding, report, step

from derivcheck.diagnostic import Place
from derivcheck.reports import as_github
from derivcheck.reports.wording import printable, shortened
from derivcheck.running.results import Report


@dataclass
class Command:
    """What the runner makes of a line."""

    name: str
    properties: dict[str, str]
    data: str


def read(line: str) -> Command:
    """A line of a log as the runner reads it: trimmed, up to the second ``::``, properties apart at commas."""
    assert line.startswith("::")
    info, separator, data = line[2:].partition("::")
    assert separator
    name, _, properties = info.partition(" ")
    pairs = [pair.split("=", 1) for pair in properties.strip().split(",") if pair]
    return Command(name, {key: unescaped(value, (":", ",")) for key, value in pairs}, unescaped(data, ()))


def unescaped(text: str, more: tuple[str, ...]) -> str:
    for character in ("\r", "\n", *more, "%"):
        text = text.replace(f"%{ord(character):02X}", character)
    return text


def commands(found: Report) -> list[Command]:
    text = "".join(as_github.render(found))
    assert text.endswith("\n") or not text
    made = [read(line) for line in text.split("\n")[:-1]]
    assert {command.name for command in made} <= {"error", "warning", "notice"}
    return made


def test_an_annotation_has_its_place_and_says_why() -> None:
    (command,) = commands(report(file(step(0, None), step(1, "proved"), WRONG)))
    place = {"line": "12", "endLine": "12", "col": "7", "endColumn": "14"}
    assert command.properties == {"file": "folder/file.yaml", **place, "title": "sign: step 2 of name"}
    assert command.data.splitlines()[:2] == ["the sign of 1 is lost", "right would be: x + 1"]


def test_columns_stand_only_where_all_is_on_one_line() -> None:
    (command,) = commands(report(file(findings=(replace(FINDING, place=Place(2, 3, 4, 1)),))))
    assert command.properties == {"file": "folder/file.yaml", "line": "2", "endLine": "4", "title": "unknown-key"}


def test_levels() -> None:
    assert [command.name for command in commands(SAMPLE)] == ["error", "warning", "warning", *["error"] * 5]


def test_no_more_than_github_shows_and_the_rest_is_counted() -> None:
    shown = commands(report(file(step(0, None), findings=(FINDING,) * 12 + (WARNING,) * 11)))
    assert [command.name for command in shown] == ["error"] * 10 + ["warning"] * 10 + ["notice"]
    assert shown[-1].data.startswith("2 more errors and 1 more warning not shown here")
    assert len(commands(report(file(findings=(FINDING,) * 10)))) == 10


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_text_is_a_command_or_a_property(text: str) -> None:
    made = commands(report(holding(text, text or "x")))
    assert [command.name for command in made] == ["error"] * 3
    lines = {"file", "line", "endLine", "title"}
    assert [set(command.properties) for command in made] == [lines, lines | {"col", "endColumn"}, lines]
    assert made[0].data.split("\n")[0] == printable(shortened(text))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_is_a_command(text: str) -> None:
    assert [command.name for command in commands(report(holding(text, text or "x")))] == ["error"] * 3


def test_names_of_files_that_are_no_text_are_shown_as_escapes() -> None:
    made = commands(Report("0.1.0", 0, Held([holding(SURROGATES, SURROGATES)])))
    assert made[0].properties["file"] == "a\\ud800b\\udcffc"


def test_nothing_is_said_where_all_is_as_expected() -> None:
    assert commands(report(file(step(0, None), step(1, "proved")))) == []
