"""The table of a class and the archive that goes back, whole or not at all."""

from __future__ import annotations

import csv
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from graded_by_hand import DONE, OPEN, TWO

from derivcheck.grading import feedback_zip, grades, writing
from derivcheck.grading.marks import Answer, Graded, Mark, Outcome, items
from derivcheck.usage import UsageError


def test_each_submission_is_a_row_and_each_item_a_column() -> None:
    lines = list(grades.table([OPEN, DONE], items([OPEN])))
    assert lines == [
        "id,status,points,most,worth,M1,M2,A1,outcomes\n",
        "s0123456789,review,5.5,6,10,3.5,2,0,S0:start S1:undecided S2:ok S3:sign\n",
        "s0123456789,graded,2,2,4,,2,0,S0:start S1:undecided S2:ok S3:sign\n",
    ]


def test_several_questions_stand_before_their_items() -> None:
    header, row = csv.reader(grades.table([TWO], items([TWO])))
    assert header[5:] == ["q/M2", "q/A1", "other/M1", "outcomes"]
    assert row[2:] == ["3", "3", "5", "2", "0", "1", "q: S0:start S1:undecided S2:ok S3:sign; other: "]


def test_lines_come_as_submissions_do() -> None:
    def endless() -> Iterator[Graded]:
        while True:
            yield OPEN

    lines = grades.table(endless(), items([OPEN]))
    assert [next(lines)[:2] for _ in range(3)] == ["id", "s0", "s0"]


def test_no_cell_is_a_formula() -> None:
    mark = Mark("=q", "=1+2", 0, 0, 0, "M", "lost", "")
    strange = Graded("@id", (Answer("=q", None, (mark,), (Outcome(1, "ok"),)),))
    for row in csv.reader(grades.table([strange, strange], [("=q", "=1+2"), ("+p", "-x")])):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


FEEDBACK = [("b_2_assignsubmission_file_/feedback.html", b"b" * 1000), ("Ä_1_assignsubmission_file_/feedback.html", b"a")]


def test_feedback_goes_back_in_the_same_bytes_in_every_run(tmp_path: Path) -> None:
    feedback_zip.write(tmp_path / "1.zip", FEEDBACK)
    os.utime(tmp_path / "1.zip", (0, 0))
    (tmp_path / "b").write_bytes(b"b" * 1000)
    feedback_zip.write(tmp_path / "2.zip", [FEEDBACK[1], (FEEDBACK[0][0], tmp_path / "b")])
    assert (tmp_path / "1.zip").read_bytes() == (tmp_path / "2.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "1.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == dict(FEEDBACK)
        assert archive.testzip() is None


def test_feedback_that_cannot_be_read_leaves_the_old_archive(tmp_path: Path) -> None:
    feedback_zip.write(tmp_path / "x.zip", FEEDBACK)
    before = (tmp_path / "x.zip").read_bytes()
    with pytest.raises(UsageError, match="gone cannot be read"):
        feedback_zip.write(tmp_path / "x.zip", [("a", b"a"), ("b", tmp_path / "gone")])
    with pytest.raises(ValueError, match="under one path"):
        feedback_zip.write(tmp_path / "x.zip", [("a", b"1"), ("a", b"2")])
    assert (tmp_path / "x.zip").read_bytes() == before
    assert os.listdir(tmp_path) == ["x.zip"]


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "grades.csv"
    writing.write(path, b"old")
    with pytest.raises(KeyboardInterrupt), writing.replacing(path) as stream:
        stream.write(b"half")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["grades.csv"]
    with pytest.raises(UsageError, match="cannot be written"):
        writing.write(tmp_path / "no" / "x", b"")
