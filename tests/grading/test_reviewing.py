"""A person goes through what is open: what is asked, what is kept, and that nothing is asked twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from made import FINDING, NOTE, RIGHT, UNREAD, answer, mark, sample, submission

from derivcheck.grading.marks import Graded
from derivcheck.grading.overrides import Override, Overrides, read
from derivcheck.grading.reviewing import review

OPEN = submission("s1", *UNREAD, marks=[mark("M1", 2, 6, 6, reason="is it so?", grader_note=NOTE), mark("A1", 0, 4, 4)])
DONE = submission("s0", *RIGHT)
FLAGGED = replace(DONE, id="s2", answers=(replace(DONE.answers[0], open=("it assumes a > 0",)),))
UNREADABLE = Graded("s3", (answer(None, [mark("M1", 0, 6), mark("A1", 0)]),), (FINDING,))


class Person:
    """One who answers what stands in a script; said: what was shown."""

    def __init__(self, script: Iterable[str | type[BaseException]]) -> None:
        self.script = list(script)
        self.said: list[str] = []

    def ask(self, prompt: str) -> str:
        self.said.append(prompt)
        if not self.script:
            raise EOFError
        word = self.script.pop(0)
        if isinstance(word, str):
            return f"{word}\n"
        raise word

    def review(self, class_: Iterable[Graded], path: Path) -> tuple[int, int]:
        return review(class_, read(path), path, self.ask, self.said.append)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "overrides.yaml"


@pytest.mark.parametrize(
    ("script", "kept", "counts"),
    [
        ([], [], (0, 2)),
        (["q"], [], (0, 2)),
        ([KeyboardInterrupt], [], (0, 2)),
        (["", ""], [], (0, 2)),
        (["3", "so", "4", "yes"], [("square/M1", 3, "so"), ("square/A1", 4, "yes")], (2, 0)),
        (["", "4", ""], [("square/A1", 4, "decided by a person")], (1, 1)),
        (["3,5", "so"], [("square/M1", 3.5, "so")], (1, 1)),
        (["7", "-1", "many", "nan", "inf", "0", "no"], [("square/M1", 0, "no")], (1, 1)),
        (["3", "so", KeyboardInterrupt], [("square/M1", 3, "so")], (1, 1)),
        (["3", EOFError], [], (0, 2)),  # points without a reason are no decision yet
    ],
)
def test_what_is_answered_is_kept_at_once(
    path: Path, script: list[str | type[BaseException]], kept: list[tuple[str, float, str]], counts: tuple[int, int]
) -> None:
    assert Person(script).review([DONE, OPEN], path) == counts
    assert [(it.item, it.points, it.reason) for it in read(path).found] == kept
    assert {it.submission for it in read(path).found} <= {"s1"}


def test_what_was_decided_is_not_asked_again(path: Path) -> None:
    assert Person(["3", "so"]).review([OPEN], path) == (1, 1)
    second = Person(["4", "yes"])
    assert second.review([OPEN], path) == (1, 0)
    assert not any("points for M1" in line for line in second.said)
    assert Person([]).review([OPEN], path) == (0, 0)
    assert Overrides(read(path).found).apply(OPEN).status == "graded"


@pytest.mark.parametrize("waiting", [FLAGGED, UNREADABLE])
def test_where_only_the_whole_is_in_doubt_the_first_item_stands_for_it(path: Path, waiting: Graded) -> None:
    person = Person(["5", "read on paper"])
    assert person.review([waiting], path) == (1, 0)
    assert any("points for M1, from 0 to 6" in line for line in person.said)
    assert read(path).apply(waiting).status == "graded"


def test_the_graders_note_the_steps_and_the_reason_are_shown(path: Path) -> None:
    person = Person([])
    person.review([replace(OPEN, findings=(FINDING,))], path)
    said = "\n".join(person.said)
    for part in ("1 of 2: submission s1", NOTE, "is it so?", "at least 2, at most 6 of 6", FINDING.message, "= x**2 + 2*a*x + y"):
        assert part in said


def test_of_several_questions_each_open_item_is_asked(path: Path) -> None:
    person = Person(["", "", ""])
    assert person.review([sample()], path) == (0, 1)
    ways = "=: 1 as it is, Enter: later, s: next submission, q: stop"
    assert [line for line in person.said if "points for" in line] == [f"  points for M1, from 0 to 4 ({ways}): "]


def test_a_verdict_that_has_changed_is_asked_about_and_then_settled(path: Path) -> None:
    path.write_text("- {submission: s1, item: A1, points: 1, reason: so, was: lost 0 to 0}\n")
    machine = replace(OPEN, answers=(replace(OPEN.answers[0], marks=(mark("M1", 6, 6), mark("A1", 4))),))
    person = Person(["2", "now this"])
    assert person.review([machine], path) == (1, 0)
    assert any("when the grader said “lost 0 to 0”; it now says “earned 4 to 4”" in line for line in person.said)
    assert read(path).found[-1] == Override("s1", "square/A1", 2, "now this", "earned 4 to 4")
    assert read(path).apply(machine).status == "graded"
    assert Person([]).review([machine], path) == (0, 0)


@pytest.mark.parametrize(("answers", "decided"), [(["=", "as it is"], 1), (["s"], 0), (["s", "q"], 0)])
def test_marks_are_kept_and_submissions_skipped_with_one_key(path: Path, answers: list[str], decided: int) -> None:
    person = Person(answers)
    made, _ = person.review([sample()], path)
    assert made == decided
    assert [it.points for it in read(path).found] == [1.0] * decided
