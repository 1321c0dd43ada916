"""The reports for people: readable without colour in 80 columns, and never more than text."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from derivcheck.diagnostic import Place
from derivcheck.reports import as_concise, as_explanation, as_text, terminal
from derivcheck.reports.layout import Line, columns, snippet
from derivcheck.running.report import (
    DerivationReport,
    Diagnosis,
    Ending,
    FileReport,
    Finding,
    NamedCondition,
    StepReport,
    Witness,
)
from derivcheck.running.results import Report, Results

LONG = "sum(exp(u[w].T @ v_c), w in 1..V)" * 5


def step(index: int, verdict: str | None, text: str = "x + 1", **more: object) -> StepReport:
    relation = "=" if index else None
    excerpt = f"      {'= ' if index else ''}{text}   # why"
    place = Place(10 + index, 7, 10 + index, 7 + len(text) + (2 if index else 0))
    fields: dict[str, object] = {"expect": "right", "as_expected": verdict in {None, "proved", "checked"}, **more}
    return StepReport(index, relation, text, text, place, excerpt, verdict, **fields)  # type: ignore[arg-type]


def report(
    *steps: StepReport, findings: tuple[Finding, ...] = (), title: str | None = "A title", endings: tuple[Ending, ...] = ()
) -> Report:
    derivation = DerivationReport("name", title, None, None, steps, endings)
    report = Report("0.1.0", 0, Results([FileReport("folder/file.yaml", findings, (derivation,))]))
    report.files.seconds = 0.5 * report.tally.files
    return report


WRONG = step(
    2,
    "refuted",
    "x - 1",
    reason="they differ",
    counterexample=Witness({"x": "1/2"}, {"V": 2}, "3/2", "-1/2", (1, 2)),
    diagnosis=Diagnosis("sign", "the sign of 1 is lost", "x + 1"),
    recovers=0,
    corrects=(1,),
)


def text_of(found: Report, width: int = 80, **more: bool) -> str:
    return "".join(terminal.plain(as_text.lines(found, width, **more), width))


def test_a_wrong_step_shows_where_why_an_instance_and_the_repair() -> None:
    lines = text_of(report(step(0, None), step(1, "proved", method="kernel"), WRONG)).splitlines()
    assert lines == [
        "folder/file.yaml",
        "  name  A title",
        "       x + 1",
        "  ✓  1 = x + 1  [kernel]",
        "  ✗  2 = x - 1  [refuted]",
        "        folder/file.yaml:12:7: sign: the sign of 1 is lost",
        "        12 | = x - 1   # why",
        "           | ^^^^^^^",
        "        right would be: x + 1",
        "        at V = 2, x = 1/2: left is 3/2, right is -1/2 in entry [1, 2]",
        "        step 2 silently corrects step 1: it agrees with the first line, and the",
        "          error goes no further",
        "",
        "2 steps in 1 derivation: 1 proved, 1 refuted; 1 not as expected (0.50 s)",
    ]


ENDING = Ending(2, 0, (1,), False, "the error of step 1 stays to the end: the result is x more than the first line", "2*x")


def test_a_step_that_carries_an_error_on_says_so_and_the_end_says_what_is_right() -> None:
    carried = step(2, "proved", method="kernel", carries=(1,), previous=1)
    wrong = step(1, "refuted", "3*x", previous=0)
    lines = text_of(report(step(0, None), wrong, carried, endings=(ENDING,))).splitlines()
    assert lines[-6:] == [
        "  ✓  2 = x + 1  [kernel; carries on the error of step 1]",
        "    the error of step 1 stays to the end: the result is x more than the first",
        "      line",
        "    the result should be: 2*x",
        "",
        "2 steps in 1 derivation: 1 refuted, 1 proved; 1 not as expected (0.50 s)",
    ]


@pytest.mark.parametrize(
    ("last", "ending"),
    [
        (step(1, "refuted", "3*x", previous=0), Ending(1, 0, (1,), False, "TOLD", "2*x")),
        (step(2, "refuted", "2*x", previous=1, recovers=0, corrects=(1,)), Ending(2, 0, (1,), True, "TOLD")),
    ],
)
def test_an_error_is_told_once(last: StepReport, ending: Ending) -> None:
    steps = [*(step(0, None), step(1, "refuted", "3*x", previous=0))[: last.index], last]
    assert "TOLD" not in text_of(report(*steps, endings=(ending,)))


def test_an_explanation_has_the_end_beside_its_step() -> None:
    carried = step(2, "proved", method="kernel", carries=(1,), previous=1)
    found = report(step(0, None), step(1, "refuted", "3*x", previous=0), carried, endings=(ENDING,))
    (file,) = found.files

    def explained(index: int | None) -> str:
        return "".join(terminal.plain(as_explanation.lines(file, file.derivations[0], index, 80), 80))

    for text in (explained(None), explained(2)):
        assert "carries    the error of step 1: it follows from the step before, not from the" in text
        assert "the result, step 2: wrong" in text
        assert "right      2*x" in text
    assert "the result" not in explained(1)


def test_marks_have_a_form_for_ascii() -> None:
    verdicts = ["proved", "checked", "refuted", "undecided", "invalid", "conflict"]
    found = report(step(0, None), *(step(i + 1, v) for i, v in enumerate(verdicts)))
    text = text_of(found, ascii_only=True)
    assert text.isascii()
    assert [row[2:4].strip() for row in text.splitlines() if row[5:6].isdigit() and row[4] == " "] == [
        "+",
        "~",
        "x",
        "?",
        "!",
        "!!",
    ]


@pytest.mark.parametrize("width", [80, 60])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    finding = Finding("syntax", "said " * 40, Place(3, 150, 3, 155), LONG, ("noted " * 30,))
    long = step(1, "refuted", LONG, diagnosis=Diagnosis("sign", "because " * 30, LONG), notes=("a note " * 20,), reason="x" * 200)
    found = report(
        step(0, None, LONG), long, step(2, "proved", "密" * 90, method="kernel"), findings=(finding,), title="title " * 30
    )
    rows = text_of(found, width).splitlines()
    assert max(columns(row) for row in rows) <= width
    (file,) = found.files
    rows = "".join(terminal.plain(as_explanation.lines(file, file.derivations[0], None, width), width)).splitlines()
    assert max(columns(row) for row in rows) <= width


def test_wrapping_loses_nothing() -> None:
    text = text_of(report(step(0, None, LONG)), 60)
    assert LONG.replace(" ", "") in text.replace(" ", "").replace("\n", "")


def test_carets_stand_under_what_is_meant() -> None:
    for place, excerpt, marked in [
        (Place(1, 5, 1, 8), "abc def ghi", "def"),
        (Place(1, 9, 1, 10), "    abc def ghi", "d"),
        (Place(1, 103, 1, 106), "x" * 100 + "  def  " + "y" * 100, "def"),
        (Place(1, 5, 3, 2), "abc def ghi", "def ghi"),
        (Place(1, 12, 1, 12), "abc def ghi", ""),
        (Place(1, 1, 1, 1), "", ""),
    ]:
        above, below = (text for text in "".join(terminal.plain(snippet(excerpt, place, "", 80, 4), 80)).splitlines())
        start, end = below.index("^"), below.rindex("^") + 1
        assert above[start:end] == marked
        assert end - start == max(1, len(marked))


def test_text_is_never_markup_or_control() -> None:
    text = text_of(report(step(0, None, "[bold red]x[/] \x1b[31m \u202e \x07")))
    assert "[bold red]x[/] \\x1b[31m \\u202e \\x07" in text
    stream = io.StringIO()
    terminal.write([Line((("bad", "[bold]x[/bold] :smile:"),))], stream, color=True, columns=80)
    assert "[bold]x[/bold] :smile:" in stream.getvalue()
    assert "\x1b[" in stream.getvalue()


def test_colour_changes_no_word() -> None:
    found = report(step(0, None), WRONG, step(3, "proved", LONG, method="kernel"))
    stream = io.StringIO()
    terminal.write(as_text.lines(found, 80), stream, color=True, columns=80)
    bare = "".join(part.partition("m")[2] if i else part for i, part in enumerate(stream.getvalue().split("\x1b[")))
    assert [row.rstrip() for row in bare.splitlines()] == text_of(found).splitlines()


def test_a_stream_that_lacks_characters_gets_escapes() -> None:
    buffer = io.BytesIO()
    stream = io.TextIOWrapper(buffer, encoding="ascii")
    assert terminal.ascii_only(stream)
    terminal.write([Line((("", "é ∂"),))], stream, color=False, columns=80)
    stream.flush()
    assert buffer.getvalue() == b"\\xe9 \\u2202\n"


@pytest.mark.parametrize(
    ("choice", "environment", "wanted"),
    [
        ("auto", {}, False),
        ("always", {"NO_COLOR": "1"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colour_is_chosen(monkeypatch: pytest.MonkeyPatch, choice: str, environment: dict[str, str], wanted: bool) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delitem(os.environ, name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert terminal.wants_color(io.StringIO(), choice) is wanted


def test_quiet_shows_only_what_is_not_as_expected() -> None:
    right = report(step(0, None), step(1, "proved"))
    assert text_of(right, quiet=True) == ""
    text = text_of(report(step(0, None), step(1, "proved"), WRONG), quiet=True)
    assert "= x - 1" in text
    assert "= x + 1" not in text


def test_an_expected_mistake_is_shown_as_expected() -> None:
    expected = step(1, "refuted", expect="wrong", as_expected=True, diagnosis=Diagnosis("sign", "a sign", None))
    text = text_of(report(step(0, None), expected))
    assert "[refuted, as expected]" in text
    assert "sign: a sign" in text
    assert "all as expected" in text


def test_conditions_are_named() -> None:
    lost = step(1, "proved", conditions=(NamedCondition("x > 0", "domain"), NamedCondition("x != 1", "point")), method="kernel")
    text = text_of(report(step(0, None), lost))
    assert "needs x > 0 (loses part of the domain)" in text
    assert "needs x != 1 (it fails at isolated points only)" in text


def test_concise_is_one_line_per_finding() -> None:
    finding = Finding("unknown-key", "a file has no key x", Place(2, 1, 2, 2), "x: 1")
    unexpected = step(3, "proved", expect="wrong", as_expected=False)
    lost = step(1, "proved", conditions=(NamedCondition("x > 0", "domain"),))
    found = report(step(0, None), lost, WRONG, unexpected, findings=(finding,))
    assert "".join(as_concise.render(found)).splitlines() == [
        "folder/file.yaml:2:1: unknown-key a file has no key x",
        "folder/file.yaml:12:7: sign the sign of 1 is lost",
        "folder/file.yaml:13:7: proved expected to be wrong, but proved",
    ]


def test_what_makes_a_whole_derivation_invalid_is_told_once() -> None:
    finding = Finding("unknown-type", "rael is no type", Place(1, 1, 1, 2), "x: rael")
    found = report(step(0, None), *(step(i, "invalid", reason="rael is no type") for i in (1, 2)), findings=(finding,))
    assert "".join(as_concise.render(found)).count("rael is no type") == 1
    assert text_of(found).count("rael is no type") == 1


def test_a_step_of_ten_thousand_characters_does_not_fill_the_screen() -> None:
    assert len(text_of(report(step(0, None), step(1, "refuted", "(" * 10_000))).splitlines()) < 30


def test_text_in_a_file_has_no_colour(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from derivcheck.cli import main

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FORCE_COLOR", "1")
    (tmp_path / "a.yaml").write_text("symbols: {x: real}\nsteps: [x, = x]\n")
    assert main(["run", "a.yaml", "--output", "text=report.txt", "--output", "json=report.json"]) == 0
    assert "\x1b" not in (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert (tmp_path / "report.json").read_text(encoding="utf-8").startswith("{")
