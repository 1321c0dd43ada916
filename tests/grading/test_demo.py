"""The class to try grading on: written whole or not at all, in the wheel, and marked as a teacher marked it by hand."""

from __future__ import annotations

import shlex
import tomllib
from collections import Counter
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from io import StringIO
from pathlib import Path

import pytest

from derivcheck.cli import main
from derivcheck.grading.demo import CLASS, write_demo
from derivcheck.grading.grade import grade_files
from derivcheck.grading.marks import Graded
from derivcheck.usage import UsageError

ROOT = Path(__file__).parents[2]
FULL = (10, 6)
BY_HAND: dict[str, tuple[str, object, object]] = {
    # status, points of grad-vc and of grad-uo: decided from docs/grading.md; a pair is what is certain and the most
    "amara.yaml": ("graded", *FULL),  # as the key
    "anouk.yaml": ("graded", *FULL),  # steps of the key taken at once, the questions in the other order
    "bela.md": ("graded", 9, 4),  # v_c for u_o, followed through; the denominator is lost in the last step
    "bruno.md": ("graded", *FULL),  # every little step
    "carla": ("graded", 10, 3),  # two files; the inner derivative is u_o instead of v_c, and the result is wanted right
    "chen.tex": ("graded", *FULL),  # nablas and indices of his own
    "dalia.ipynb": ("graded", *FULL),  # a notebook with code that is not run
    "deniz.yaml": ("graded", 0, 1),  # the logarithm is forgotten, and hardly anything follows
    "emil.yaml": ("graded", *FULL),  # a name of his own for the denominator, terms in another order
    "farah": ("graded", 10, 3),  # two files; a sign, followed through to a result that is wanted right
    "goran.yaml": ("review", (4.5, 10), 6),  # renames v_c; without the inner derivative a vector and a number do not fit
    "hana.md": ("graded", 8.5, 3),  # a sign in the first step of both questions, followed through where the key allows it
    "ivan.yaml": ("graded", 6, 3),  # a sign in the last step, and one in the middle
    "jonas.md": ("graded", 6, 6),  # u_o instead of u_w where nothing but the result is left to do, which costs the result
    "kavya.yaml": ("graded", 6.5, 3),  # the sum is forgotten; from the question to the answer
    "liam.tex": ("graded", 9, 3),  # the logarithm is dropped, and the denominators with it
    "mei.ipynb": ("graded", 10, 3),  # all terms of the sum are differentiated
    "noor.yaml": ("graded", 9, 2),  # a sign, corrected in the line below; the other answer stops at once
    "oskar.md": ("graded", 9, 3),  # two signs that cancel; from the question to the answer
    "priya": ("graded", 6, 6),  # two files; u_o instead of u_w in the last step
    "quentin.yaml": ("graded", 0, 3),  # from the question to the answer twice; once the result needs a step
    "rosa.md": ("graded", 4.5, 6),  # stops half-way
    "sven.yaml": ("graded", 10, 0),  # one question only
    "tala.md": ("review", (9, 10), 4),  # a line that cannot be read; the sign of the last step
    "umar.tex": ("review", 6, (4.5, 6)),  # the sign of the last step; a bracket that nothing closes
    "vera.yaml": ("review", 6.5, 2.5),  # assumes that the denominator is 1
    "wanda.md": ("graded", 1, 1),  # unfolds the definition and stops; copies the question
    "xavier.png": ("review", (0, 10), (0, 6)),  # a photograph
    "yusuf.yaml": ("missing", 0, 0),  # an empty file
    "zoe.md": ("graded", 6, 6),  # a row instead of a column
}


@cache
def graded() -> dict[str, Graded]:
    """The marks of the class, by the name that each student's file or folder has."""
    names = sorted(path.name for path in (CLASS / "submissions").iterdir())
    return dict(zip(names, grade_files(CLASS / "key.yaml", [CLASS / "submissions"]), strict=True))


def test_every_student_is_marked_by_hand() -> None:
    assert set(graded()) == set(BY_HAND)
    assert len(BY_HAND) == 30



@pytest.mark.parametrize("name", BY_HAND)
def test_as_marked_by_hand(name: str) -> None:
    status, *decided = BY_HAND[name]
    result = graded()[name]
    said = "; ".join(f"{it.question}/{it.item} {it.points}..{it.most}: {it.reason}" for a in result.answers for it in a.marks)
    bounds = [it if isinstance(it, tuple) else (it, it) for it in decided]
    assert (result.status, [(it.points, it.most) for it in result.answers]) == (status, bounds), said


def test_the_class_looks_like_one() -> None:
    """Some have everything, most have 60 to 80 %, a few have little, and few are for a person."""
    decided = [it.points / it.worth for it in graded().values() if it.status == "graded"]
    fifths = Counter(min(int(5 * it), 4) for it in decided if it < 1)
    assert fifths.most_common(1)[0][0] == 3
    assert sum(it == 1 for it in decided) == sum(decision[1:] == FULL for decision in BY_HAND.values()) >= 5
    assert 2 <= fifths[0] + fifths[1] <= 5
    assert 3 <= sum(it.status == "review" for it in graded().values()) <= 5


def test_nothing_of_the_program_failed() -> None:
    for name, result in graded().items():
        reports = [it.report for it in result.answers if it.report]
        assert not any(step.internal or step.verdict == "conflict" for report in reports for step in report.steps), name


def test_the_class_is_written_as_it_is_here(tmp_path: Path) -> None:
    list(write_demo(tmp_path / "new" / "demo"))
    assert contents(tmp_path / "new" / "demo") == contents(CLASS)


def test_the_commands_that_it_names_are_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pasted into a shell, each does what its remark says: also where the folder's name has a blank in it."""
    folder = tmp_path / "my class"
    assert main(["grade", "--demo", str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    commands = [shlex.split(line, comments=True) for line in told if line.startswith("  derivcheck ")]
    assert [command[2] for command in commands] == ["--check", str(folder / "key.yaml"), "--review"]
    check, grade, review = (command[1:] for command in commands)
    assert main([*check, "--no-cache"]) == 0
    assert main([*grade, "--no-cache", "--jobs", "0"]) == 0
    assert (folder / "graded" / "class.html").exists()
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", StringIO("q\n"))
    assert main(review) == 0
    assert "0 decided" in capsys.readouterr().out


@pytest.mark.parametrize("there", ["key.yaml", "submissions/priya/part-1.yaml"])
def test_what_is_there_stays_and_nothing_is_written_beside_it(tmp_path: Path, there: str) -> None:
    (tmp_path / there).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / there).write_bytes(b"mine")
    with pytest.raises(UsageError, match=there):
        list(write_demo(tmp_path))
    assert contents(tmp_path) == {there: b"mine"}


def test_a_link_that_leads_nowhere_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "key.yaml").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="exists already"):
        list(write_demo(tmp_path))
    assert not (tmp_path / "elsewhere").exists()


def test_a_file_is_no_folder_to_write_into(tmp_path: Path) -> None:
    (tmp_path / "demo").write_bytes(b"mine")
    with pytest.raises(UsageError, match="cannot be written"):
        list(write_demo(tmp_path / "demo"))
    assert (tmp_path / "demo").read_bytes() == b"mine"


def test_the_wheel_has_every_file() -> None:
    """The package is asked as an installed one is, and a wheel leaves out nothing that lies in it."""
    assert names(files("derivcheck.grading") / "demo_class") == set(contents(CLASS))
    configuration = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wheel = configuration["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert wheel["packages"] == ["derivcheck"]
    assert set(wheel) <= {"packages", "force-include"}


def contents(folder: Path) -> dict[str, bytes]:
    """The files below a folder, by their paths in it."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names(folder: Traversable, above: str = "") -> set[str]:
    """The paths of the files below a folder of a package."""
    found: set[str] = set()
    for item in folder.iterdir():
        found |= names(item, f"{above}{item.name}/") if item.is_dir() else {f"{above}{item.name}"}
    return found
