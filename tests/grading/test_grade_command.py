"""``derivcheck grade`` as scripts and teachers rely on it: exit statuses, what is written, what is said, and to whom."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
import zipfile
import zlib
from pathlib import Path

import pytest

import derivcheck
from derivcheck.cli import entry

KEY = """\
symbols: {"x, a": real}
derivations:
  square:
    title: The square of a sum
    grading: {points: 10}
    steps: |
      (x + a)**2
      = x*(x + a) + a*(x + a)
      = x**2 + 2*a*x + a**2
"""
RIGHT = "steps: |\n  (x + a)**2\n  = x**2 + a*x + a*x + a**2\n  = x**2 + 2*a*x + a**2\n"
WRONG = "steps: |\n  (x + a)**2\n  = x**2 + a*x + a**2\n"
BROKEN = "steps: |\n  (x + a)**2\n  = x**2 + (\n"
NAMES = ["Ada Lovelace", "Emmy Noether", "Sofja Kowalewskaja"]
NUMBER = 987654301
"""Of the first participant: no other number that is written is like it."""


class Folder:
    """A folder to work in; grade: the command in this process, as the console script runs it."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.monkeypatch = monkeypatch
        self.capsys = capsys
        self.out = self.err = ""

    def write(self, **files: str) -> None:
        """Files of the class."""
        for name, text in files.items():
            path = self.path / "class" / f"{name}.yaml"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def grade(self, *words: str) -> int:
        self.monkeypatch.setattr(sys, "argv", ["derivcheck", "grade", *words])
        try:
            status = entry()
        except SystemExit as ended:
            status = int(ended.code or 0)
        self.out, self.err = self.capsys.readouterr()
        assert "Traceback" not in self.err
        assert "internal error" not in self.err
        return status

    def graded(self, *more: str) -> int:
        """The class under the key, in this process alone."""
        return self.grade("key.yaml", "class", "--output", "out", "--jobs", "0", *more)

    def rows(self) -> dict[str, dict[str, str]]:
        """What ``grades.csv`` says, by id."""
        with (self.path / "out" / "grades.csv").open(encoding="utf-8", newline="") as table:
            return {row["id"]: row for row in csv.DictReader(table)}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Folder:
    """A folder with a key, and no configuration above it that counts."""
    (tmp_path / "derivcheck.toml").write_text("")
    (tmp_path / "key.yaml").write_text(KEY)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PYTHONSAFEPATH", "1")  # restored, for the command sets it
    return Folder(tmp_path, monkeypatch, capsys)


def moodles(path: Path) -> None:
    """A class as Moodle exports it."""
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, text) in enumerate(zip(NAMES, (RIGHT, WRONG, BROKEN), strict=True), NUMBER):
            archive.writestr(f"{name}_{number}_assignsubmission_file/{name}.yaml", text)


# ---- a class ---------------------------------------------------------------------------------------------------------


def test_a_class_is_graded(folder: Folder) -> None:
    folder.write(right=RIGHT, wrong=WRONG, broken=BROKEN)
    assert folder.graded() == 0
    assert sorted((row["status"], row["points"], row["most"]) for row in folder.rows().values()) == [
        ("graded", "0", "0"), ("graded", "10", "10"), ("review", "0", "10"),
    ]
    ids = {path.name for path in (folder.path / "out" / "submissions").iterdir()}
    assert ids == set(folder.rows())
    for id in ids:
        files = {path.name for path in (folder.path / "out" / "submissions" / id).iterdir()}
        assert files == {"feedback.html", "feedback.md", "result.json"}
    assert {path.name for path in (folder.path / "out").iterdir()} == {
        "grades.csv", "class.html", "feedback.zip", "results.jsonl", "submissions",
    }
    assert "3 submissions graded" in folder.out
    assert "1 of them are for a person" in folder.out
    assert not folder.err


def test_a_decision_is_applied_without_judging_and_one_about_nothing_is_told(folder: Folder) -> None:
    folder.write(broken=BROKEN)
    folder.graded()
    (id,) = folder.rows()
    before = (folder.path / "out" / "results.jsonl").read_bytes()
    (folder.path / "out" / "overrides.yaml").write_text(
        f"- {{submission: {id}, item: M1, points: 5, reason: read on paper}}\n"
        f"- {{submission: {id}, item: A1, points: 3, reason: read on paper}}\n"
        "- {submission: s0, item: M1, points: 5, reason: who?}\n"
    )
    assert folder.graded() == 0
    assert (folder.rows()[id]["status"], folder.rows()[id]["points"]) == ("graded", "8")
    assert (folder.path / "out" / "results.jsonl").read_bytes() == before
    assert folder.err == "derivcheck: the override of s0 M1 is not used: no such submission was graded\n"
    result = json.loads((folder.path / "out" / "submissions" / id / "result.json").read_bytes())
    assert {mark["code"] for mark in result["questions"][0]["marks"]} == {"override"}


def test_a_review_asks_in_the_terminal(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.write(broken=BROKEN)
    folder.graded()
    answers = iter(["5\n", "read on paper\n", ""])
    monkeypatch.setattr("sys.stdin.readline", lambda: next(answers), raising=False)
    assert folder.grade("--review", "out") == 0
    assert "1 decided, 1 left" in folder.out
    assert folder.graded() == 0
    (row,) = folder.rows().values()
    assert (row["points"], row["M1"]) == ("5", "5")


def test_fresh_judges_again_and_comes_to_the_same(folder: Folder) -> None:
    folder.write(right=RIGHT, wrong=WRONG)
    folder.graded()
    before = {path: path.read_bytes() for path in (folder.path / "out").rglob("*") if path.is_file()}
    lines = folder.path / "out" / "results.jsonl"
    lines.write_bytes(b"of another version\n" * 3)
    assert folder.graded("--fresh", "--no-cache") == 0
    assert {path: path.read_bytes() for path in (folder.path / "out").rglob("*") if path.is_file()} == before


# ---- what is wrong with the command or the key -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "a key and what was handed in are needed"),
        (["key.yaml"], "a key and what was handed in are needed"),
        (["key.yaml", "class"], "Add --output DIR"),
        (["no.yaml", "class", "--output", "out"], "there is no key no.yaml"),
        (["class", "class", "--output", "out"], "class"),
        (["key.yaml", "nobody", "--output", "out"], "there is no file or folder nobody"),
        (["key.yaml", "empty", "--output", "out"], "nothing was handed in there"),
        (["key.yaml", "class", "--output", "key.yaml"], "key.yaml cannot be written"),
        (["key.yaml", "class", "--output", "key.yaml/out"], "cannot be written"),
        (["key.yaml", "class", "--output", "class/out"], "class/out lies in class"),
        (["key.yaml", ".", "--output", "out"], "out lies in ."),
        (["key.yaml", "class", "--output", "out", "--secret", "no"], "no cannot be read"),
        (["key.yaml", "class", "--output", "out", "--gradebook", "no.csv"], "no.csv cannot be read"),
        (["key.yaml", "class", "--output", "out", "--overrides", "key.yaml"], "the overrides key.yaml cannot be used"),
        (["key.yaml", "class", "--output", "out", "--gradescope", "no/results.json"], "no/results.json cannot be written"),
        (["key.yaml", "class", "--output", "out", "--budget", "0"], "is not a positive number of seconds"),
        (["--review", "out"], "nothing has been graded in out"),
        (["--check", "no.yaml"], "there is no key no.yaml"),
    ],
)
def test_a_command_that_cannot_be_followed(folder: Folder, words: list[str], said: str) -> None:
    folder.write(right=RIGHT)
    (folder.path / "empty").mkdir()
    assert folder.grade(*words) == 2
    assert said in folder.err
    assert not folder.out


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (KEY.replace("    grading: {points: 10}\n", ""), ["no derivation of the key has a grading part"]),
        (KEY.replace("points: 10", "points: -1"), ["key.yaml:5:23: points is a positive number"]),
        (KEY.replace("points: 10", "points: 10, form: pretty"), ["key.yaml:5:33: form is a list of expanded"]),
        (KEY.replace("points: 10", "points: 10, worth: 3"), ["key.yaml:5:27: grading has no key worth"]),
        (KEY.replace("points: 10", "worth: 3"), ["key.yaml:5:15: grading has no key worth", "grading needs points"]),
        (KEY.replace("{points: 10}", "{points: 10, start: x + (}"), ["key.yaml:5:"]),
        (KEY.replace("{points: 10}", "ten"), ["key.yaml:5:14: grading is a mapping"]),
        (KEY.replace("(x + a)**2", "(x + b)**2"), ["key.yaml:7:12: "]),
        ("steps: [\n", ["key.yaml:2:1: "]),
        ("", []),
    ],
)
@pytest.mark.parametrize("check", [False, True])
def test_a_key_that_cannot_be_used_is_told_with_its_places(folder: Folder, key: str, said: list[str], check: bool) -> None:
    folder.write(right=RIGHT)
    (folder.path / "key.yaml").write_text(key)
    assert (folder.grade("--check", "key.yaml") if check else folder.graded()) == 2
    for part in said:
        assert part in folder.err
    assert folder.err.splitlines()[-1] == "derivcheck: the key key.yaml cannot be used"
    assert not (folder.path / "out").exists()


def test_a_folder_in_which_something_is_in_the_way(folder: Folder) -> None:
    folder.write(right=RIGHT)
    (folder.path / "out").mkdir()
    (folder.path / "out" / "submissions").write_text("a file")
    assert folder.graded() == 2
    assert "cannot be written" in folder.err


def test_check_of_a_good_key(folder: Folder) -> None:
    assert folder.grade("--check", "key.yaml") == 0
    assert "square: The square of a sum (10 points)" in folder.out
    assert "full marks: S0:start S1:ok S2:ok" in folder.out
    assert folder.out.endswith("the key can be used\n")


def test_check_of_a_key_that_is_wrong_itself(folder: Folder) -> None:
    (folder.path / "key.yaml").write_text(KEY.replace("+ 2*a*x", "+ 3*a*x"))
    assert folder.grade("--check", "key.yaml") == 1
    assert "wrong: square, step 2 is refuted" in folder.out
    assert "full marks" in folder.out


# ---- platforms -------------------------------------------------------------------------------------------------------

MOODLE = """\
Identifier,Full name,Email address,Status,Grade,Maximum Grade,Grade can be changed,Last modified (grade),Feedback comments
Participant 987654301,Ada Lovelace,ada@example.edu,Submitted,,10.00,Yes,-,
Participant 987654302,Emmy Noether,emmy@example.edu,Submitted,,10.00,Yes,-,
Participant 987654303,Sofja Kowalewskaja,sofja@example.edu,Submitted,,10.00,Yes,-,
"""
CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Homework 1 (4711)
    Points Possible,,,,,10
"Lovelace, Ada",501,,ada,A,
"Noether, Emmy",502,,emmy,A,
"""


def test_moodles_worksheet_comes_back_filled(folder: Folder) -> None:
    moodles(folder.path / "moodle.zip")
    (folder.path / "grades.csv").write_text(MOODLE)
    assert folder.grade("key.yaml", "moodle.zip", "--output", "out", "--jobs", "0", "--gradebook", "grades.csv") == 0
    with (folder.path / "out" / "filled-grades.csv").open(newline="") as table:
        assert [row["Grade"] for row in csv.DictReader(table)] == ["10", "0", ""]  # of the last one a person decides
    assert (folder.path / "grades.csv").read_text() == MOODLE
    assert len(folder.rows()) == 3  # our own table is another file
    assert "2 students have points in out/filled-grades.csv" in folder.out
    with zipfile.ZipFile(folder.path / "out" / "feedback.zip") as archive:
        assert [name.partition("_")[0] for name in archive.namelist()] == NAMES


def test_canvas_gradebook_comes_back_filled(folder: Folder) -> None:
    (folder.path / "class").mkdir()
    (folder.path / "class" / "lovelaceada_501_90001_hw.yaml").write_text(RIGHT)
    (folder.path / "class" / "noetheremmy_502_90002_hw.yaml").write_text(WRONG)
    (folder.path / "canvas.csv").write_text(CANVAS)
    assert folder.graded("--gradebook", "canvas.csv", "--column", "Homework 1 (4711)") == 0
    with (folder.path / "out" / "filled-canvas.csv").open(newline="") as table:
        assert [row[-1] for row in csv.reader(table)][2:] == ["10", "0"]


def test_a_gradebook_where_the_copy_goes_is_refused_before_anything_is_written(folder: Folder) -> None:
    folder.write(right=RIGHT)
    (folder.path / "out").mkdir()
    (folder.path / "out" / "grades.csv").write_text(MOODLE)
    assert folder.graded("--gradebook", "out/grades.csv") == 2
    assert "keep it elsewhere" in folder.err
    assert [path.name for path in (folder.path / "out").iterdir()] == ["grades.csv"]
    assert (folder.path / "out" / "grades.csv").read_text() == MOODLE


def test_a_table_that_is_no_gradebook(folder: Folder) -> None:
    folder.write(right=RIGHT)
    (folder.path / "book.csv").write_text("a,b\n1,2\n")
    assert folder.graded("--gradebook", "book.csv") == 2
    assert "no gradebook of Canvas or Moodle" in folder.err


@pytest.mark.parametrize("option", ["--gradescope", "--prairielearn"])
def test_results_of_one_submission(folder: Folder, option: str) -> None:
    folder.write(right=RIGHT)
    assert folder.graded(option, "results.json") == 0
    found = json.loads((folder.path / "results.json").read_bytes())
    assert found["score"] == {"--gradescope": 10, "--prairielearn": 1}[option]
    assert sum(it.get("max_score", it.get("max_points", 0)) for it in found["tests"]) == 10


@pytest.mark.parametrize("option", ["--gradescope", "--prairielearn"])
def test_results_of_one_submission_are_not_about_several(folder: Folder, option: str) -> None:
    folder.write(right=RIGHT, wrong=WRONG)
    assert folder.graded(option, "results.json") == 2
    assert "there are 2" in folder.err
    assert not (folder.path / "results.json").exists()


def test_the_table_of_nbgrader(folder: Folder) -> None:
    folder.write(right=RIGHT, broken=BROKEN)
    assert folder.graded("--nbgrader", "nb.csv") == 0
    with (folder.path / "nb.csv").open(newline="") as table:
        rows = {row["student_id"]: row["score"] for row in csv.DictReader(table)}
    assert sorted(rows.values()) == ["", "10.0"]
    assert set(rows) == set(folder.rows())


# ---- ended before the end --------------------------------------------------------------------------------------------


def test_a_budget_that_is_over(folder: Folder) -> None:
    folder.write(**{f"s{k}": RIGHT.replace("2*a*x", f"2*a*x + {k} - {k}") for k in range(4)})
    assert folder.graded("--budget", "0.000001", "--gradescope", "r.json") == 2  # several
    assert folder.graded("--budget", "0.000001") == 1
    assert "the time for all of it is over (--budget 1e-06)" in folder.err
    assert "the same command goes on from there" in folder.err
    assert len(folder.rows()) < 4
    assert folder.graded() == 0
    assert len(folder.rows()) == 4


def test_gradescope_is_told_that_grading_has_not_finished(folder: Folder) -> None:
    folder.write(right=RIGHT)
    assert folder.graded("--budget", "0.000001", "--gradescope", "r.json") == 1
    found = json.loads((folder.path / "r.json").read_bytes())
    assert found["extra_data"] == {"status": "unfinished"}
    assert found["tests"][0]["name"] == "Grading has not finished"


@pytest.mark.skipif(os.name != "posix", reason="signals to a group of processes")
def test_interrupted_from_the_keyboard(folder: Folder) -> None:
    folder.write(**{f"s{k:03}": RIGHT.replace("2*a*x", f"2*a*x + {k}*a - {k}*a") for k in range(300)})
    command = [sys.executable, "-m", "derivcheck", "grade", "key.yaml", "class", "--output", "out", "--jobs", "1"]
    around = {**os.environ, "PYTHONPATH": str(Path(derivcheck.__file__).parents[1])}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    running = subprocess.Popen(command, env=around, text=True, start_new_session=True, **pipes)
    lines = folder.path / "out" / "results.jsonl"
    for _ in range(600):
        if running.poll() is not None or (lines.exists() and lines.read_bytes().count(b"\n") > 1):
            break
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Traceback" not in err
    assert "of 300 are graded, and the same command goes on from there" in err
    done = folder.rows()
    assert 0 < len(done) < 300
    assert f"{len(done)} submissions graded" in out
    for id in done:
        assert json.loads((folder.path / "out" / "submissions" / id / "result.json").read_bytes())["id"] == id


# ---- names of people -------------------------------------------------------------------------------------------------


def test_names_stand_where_a_platform_wants_them_and_nowhere_else(folder: Folder) -> None:
    moodles(folder.path / "class.zip")
    (folder.path / "grades.csv").write_text(MOODLE)
    assert folder.grade("key.yaml", "class.zip", "--output", "out", "--jobs", "1", "--gradebook", "grades.csv") == 0
    hidden = [word.encode() for name in NAMES for word in (*name.split(), name.replace(" ", "%20"))]
    hidden += [str(number).encode() for number in range(NUMBER, NUMBER + 3)]
    for path in (folder.path / "out").rglob("*"):
        assert not any(word in os.fsencode(path.name) for word in hidden)
        if path.is_dir() or path.name == "filled-grades.csv":
            continue
        datas = [path.read_bytes()]
        if path.name == "feedback.zip":
            with zipfile.ZipFile(path) as archive:
                datas = [archive.read(name) for name in archive.namelist()]
        for data in datas:
            assert not [word for word in hidden if word in data], path
    assert not [word for word in hidden if word in (folder.out + folder.err).encode()]
    kept = [value for row in rows_of_the_cache(folder.path / "cache") for value in row]
    assert kept
    assert not [word for word in hidden for value in kept if word in value]


def rows_of_the_cache(folder: Path) -> list[tuple[bytes, bytes]]:
    """The keys and the values of all that was kept, unpacked."""
    (path,) = folder.rglob("results.sqlite")
    with sqlite3.connect(path) as connection:
        found = connection.execute("SELECT key, value FROM results").fetchall()
    return [(key, zlib.decompress(value[16:])) for key, value in found]


def test_a_secret_makes_other_ids(folder: Folder) -> None:
    folder.write(right=RIGHT)
    (folder.path / "secret").write_bytes(b"\x00\x01")
    folder.graded()
    before = set(folder.rows())
    assert folder.graded("--secret", "secret") == 0
    assert not before & set(folder.rows())
