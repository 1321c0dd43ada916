"""What a person decided comes last; what cannot be meant, or is no longer what was decided on, is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made import RIGHT, UNREAD, mark, sample, submission

from derivcheck.diagnostic import InputError
from derivcheck.grading.marks import Graded, Mark
from derivcheck.grading.overrides import Override, Overrides, added, machine_said, read
from derivcheck.usage import UsageError

OPEN = submission("s1", *UNREAD, marks=[mark("M1", 2, 6, 6, reason="is it so?"), mark("A1", 4)])


def flagged(it: Graded, *why: str) -> Graded:
    return replace(it, answers=tuple(replace(answer, open=why) for answer in it.answers))


def marks(it: Graded) -> dict[str, Mark]:
    return {"/".join(mark.place): mark for answer in it.answers for mark in answer.marks}


def decided(item: str, points: float, submission: str = "s1", was: str = "") -> Override:
    return Override(submission, item, points, "so I decide", was)


# ---- applying --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("overrides", "points", "status"),
    [
        ([], {"M1": (2, 6), "A1": (4, 4)}, "review"),
        ([("M1", 3)], {"M1": (3, 3), "A1": (4, 4)}, "graded"),
        ([("square/M1", 3)], {"M1": (3, 3), "A1": (4, 4)}, "graded"),
        ([("A1", 0)], {"M1": (2, 6), "A1": (0, 0)}, "review"),  # the other one is open as before
        ([("A1", 1), ("M1", 0)], {"M1": (0, 0), "A1": (1, 1)}, "graded"),
        ([("M1", 3), ("M1", 5)], {"M1": (5, 5), "A1": (4, 4)}, "graded"),  # the last one counts
        ([("M1", 3), ("square/M1", 5), ("A1", 2), ("M1", 1)], {"M1": (1, 1), "A1": (2, 2)}, "graded"),
    ],
)
def test_decisions_come_last(
    overrides: list[tuple[str, float]], points: dict[str, tuple[float, float]], status: str
) -> None:
    found = Overrides([decided(*it) for it in overrides]).apply(flagged(OPEN, "is it so?"))
    assert {it.item: (it.points, it.most) for it in marks(found).values()} == points
    assert found.status == status


def test_a_decision_says_what_the_machine_said_and_keeps_the_rest() -> None:
    (found,) = Overrides([decided("M1", 3)]).apply(OPEN).answers
    assert found.marks[0] == replace(
        OPEN.answers[0].marks[0], points=3, most=3, code="override", reason="so I decide", overridden="open 2 to 6: is it so?"
    )
    assert found.marks[1] == OPEN.answers[0].marks[1]
    assert found.outcomes == OPEN.answers[0].outcomes


def test_a_decision_is_about_one_submission_and_one_question() -> None:
    two = sample()  # has an item M1 in three questions
    overrides = Overrides([decided("grad-vc/M1", 2, two.id), decided("M1", 1), decided("M1", 1, two.id)])
    before, after = marks(two), marks(overrides.apply(two))
    assert {name for name in before if before[name] != after[name]} == {"grad-vc/M1"}
    assert overrides.apply(OPEN) != OPEN
    assert list(overrides.unused) == [decided("M1", 1, two.id)]


def test_without_a_decision_nothing_is_another() -> None:
    assert Overrides([decided("M1", 3, "s9")]).apply(OPEN) is OPEN


@pytest.mark.parametrize(
    ("override", "why"),
    [
        (decided("M1", 3, "s2"), "no such submission was graded"),
        (decided("M9", 3), "there is no item M9"),
        (decided("other/M1", 3), "there is no item other/M1"),
        (decided("A1", 4.5), "A1 is worth 4 points"),
        (decided("M1", 1, "7f3a09c2"), "more than one question has an item M1: write square/M1"),
    ],
)
def test_a_decision_that_is_about_nothing_is_told(override: Override, why: str) -> None:
    overrides = Overrides([override])
    class_ = [OPEN, sample()]
    assert [overrides.apply(it) for it in class_] == class_
    assert overrides.unused == {override: why}


def test_one_that_is_used_is_not_told() -> None:
    overrides = Overrides([decided("M1", 3), decided("M1", 4)])
    overrides.apply(OPEN)
    assert not overrides.unused


# ---- the machine's word since then -----------------------------------------------------------------------------------


def test_what_the_machine_says_otherwise_since_then_is_for_a_person_again() -> None:
    same, other = decided("M1", 3, was="open 2 to 6"), decided("M1", 3, was="lost 0 to 0")
    assert machine_said(OPEN.answers[0].marks[0]) == "open 2 to 6"
    assert Overrides([same]).apply(OPEN).status == "graded"
    assert not Overrides([same]).changed(OPEN)
    found = Overrides([other]).apply(OPEN)
    assert found.status == "review"
    assert marks(found)["square/M1"].points == 3  # and holds until then
    assert found.answers[0].open == ("M1 was decided by a person when the grader said “lost 0 to 0”; it now says “open 2 to 6”",)
    assert Overrides([other]).changed(OPEN) == {("square", "M1")}


def test_a_later_decision_settles_it() -> None:
    later = Overrides([decided("M1", 3, was="lost 0 to 0"), decided("M1", 4, was="open 2 to 6")])
    assert later.apply(OPEN).status == "graded"
    assert not later.changed(OPEN)
    assert not later.unused


def test_another_decision_does_not_hide_it() -> None:
    found = Overrides([decided("M1", 3, was="lost 0 to 0"), decided("A1", 4)]).apply(OPEN)
    assert found.status == "review"


# ---- the file --------------------------------------------------------------------------------------------------------

ENTRY = "submission: s1, item: M1, points: 3, reason: so"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("# nothing yet\n", []),
        ("- {submission: s1, item: M1, points: 3, reason: so I decide}\n", [decided("M1", 3)]),
        ("- submission: s1\n  item: square/M1\n  points: 0.5\n  reason: |\n    so I decide\n", [decided("square/M1", 0.5)]),
        ("- {submission: s1, item: M1, points: 0, reason: so I decide, was: lost}\n", [decided("M1", 0, was="lost")]),
    ],
)
def test_reading(tmp_path: Path, text: str, found: list[Override]) -> None:
    (tmp_path / "o.yaml").write_text(text)
    read_ = [replace(it, reason=it.reason.strip()) for it in read(tmp_path / "o.yaml").found]
    assert read_ == found


def test_no_file_is_no_decision(tmp_path: Path) -> None:
    assert not read(tmp_path / "o.yaml").found


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: 1\n", 1, "overrides are a list"),
        ("just words\n", 1, "overrides are a list"),
        ("\n- just words\n", 2, "an override is"),
        ("- {submission: s1, item: M1, points: 3}\n", 1, "an override needs reason"),
        ("- {submission: s1, item: M1, points: 3, reason: ''}\n", 1, "an override needs reason"),
        ("- {}\n", 1, "an override needs submission, item, points, reason"),
        (f"- {{{ENTRY}}}\n- {{{ENTRY}, who: me}}\n", 2, "an override has no key who"),
        (f"- {{{ENTRY}}}\n-\n  {ENTRY.replace(', ', chr(10) + '  ').replace('3', 'three')}\n", 5, "points is a number from 0"),
        (f"- {{{ENTRY.replace('3', '-1')}}}\n", 1, "points is a number from 0"),
        (f"- {{{ENTRY.replace('3', 'nan')}}}\n", 1, "points is a number from 0"),
        (f"- {{{ENTRY.replace('3', 'inf')}}}\n", 1, "points is a number from 0"),
        (f"- {{{ENTRY.replace('3', '1e9')}}}\n", 1, "points is a number from 0"),
        (f"- {{{ENTRY}, points: 4}}\n", 1, "the key points stands already"),
        (f"- {{{ENTRY}}}\n- [\n", 3, ""),
        (f"- {{{ENTRY}}}\n\t- x\n", 2, "a tab cannot indent YAML"),
        ("- &a {x: y}\n- *a\n", 1, "anchors are not read"),
    ],
)
def test_what_cannot_be_used_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    (tmp_path / "o.yaml").write_text(text)
    with pytest.raises(InputError) as caught:
        read(tmp_path / "o.yaml")
    (first, *_) = caught.value.diagnostics
    assert first.place is not None
    assert first.place.line == line
    assert said in first.message


# ---- adding ----------------------------------------------------------------------------------------------------------

HOSTILE = [
    "plain", "a: b", "- a", "# no comment", "'", '"', "''\"\"", "\\", "{a: [b", "&a *b !c", "%TAG", "| > -", "yes", "null", "~",
    "1e3",
    "---", "...", "a\n- submission: s2", "tab\there", "a\x00b\x1b[31m", "\x7f\x9b\x85", "a\u2028b\u2029", "\ufeff\ufffe\uffff",
    "\U0001f600 \U0010ffff", "\ud800 half", "\u202e turned", "=cmd()", "x" * 5000, "ä ö ü", "<b>",
]


def one_line(text: str) -> str:
    """What is kept of a text: its words, with something else for what cannot be written."""
    return " ".join(text.encode("utf-8", "replace").decode().split())


@pytest.mark.parametrize("reason", HOSTILE)
def test_what_is_added_is_read(tmp_path: Path, reason: str) -> None:
    path = tmp_path / "o.yaml"
    path.write_text("# mine\n- {submission: s0, item: M1, points: 1, reason: by hand}")  # and no line end
    new = Override("s1", "the question/M1", 2.25, reason, "part 1 to 3")
    for _ in range(2):
        added(path, new)
    first, *rest = read(path).found
    assert first == Override("s0", "M1", 1, "by hand")
    assert rest == [replace(new, reason=one_line(reason))] * 2
    assert path.read_text().startswith("# mine\n")


@given(
    reason=st.text(min_size=1).filter(lambda it: it.strip()),
    item=st.text("aäM1 /:#'-", min_size=1).map(str.strip).filter(bool),
    points=st.floats(0, 100_000),
)
def test_whatever_is_added_is_read(tmp_path_factory: pytest.TempPathFactory, reason: str, item: str, points: float) -> None:
    path = tmp_path_factory.mktemp("o") / "o.yaml"
    added(path, Override("s1", item, points, reason))
    assert read(path).found == [Override("s1", item, points, one_line(reason))]


@pytest.mark.parametrize("text", ["[]\n", f"[{{{ENTRY}}}]\n", f"  - {{{ENTRY}}}\n", f"- {{{ENTRY}}}\n...\n", "a: 1\n", "- [\n"])
def test_a_file_that_cannot_be_added_to_stays_as_it_is(tmp_path: Path, text: str) -> None:
    path = tmp_path / "o.yaml"
    path.write_text(text)
    with pytest.raises(UsageError, match="no decision can be added"):
        added(path, decided("M1", 3))
    assert path.read_text() == text


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        added(tmp_path, decided("M1", 3))
    with pytest.raises(UsageError):
        added(tmp_path / "no" / "o.yaml", decided("M1", 3))


def test_a_submission_that_is_right_stays_so() -> None:
    right = submission("s1", *RIGHT)
    assert Overrides([decided("M1", 6)]).apply(right).points == right.points
