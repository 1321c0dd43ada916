"""What an earlier run has finished is taken as it was said, and only where nothing that it follows from is another."""

from __future__ import annotations

import errno
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from made import RIGHT, SIGN, WRONG, submission

from derivcheck.files.document import Document
from derivcheck.grading.grade import Key, graded, read_key
from derivcheck.grading.journal import Journal, follows_from
from derivcheck.grading.layouts import Identity
from derivcheck.grading.marks import Graded
from derivcheck.grading.submissions import File, Submission
from derivcheck.running.means import HERE
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Handed
from derivcheck.usage import UsageError

KEY = """\
symbols: {"x, a": real}
derivations:
  square:
    grading: {points: 10}
    steps: |
      (x + a)**2
      = x*(x + a) + a*(x + a)
      = x**2 + 2*a*x + a**2
"""
ONE, TWO = submission("s1", *RIGHT), submission("s2", *WRONG)


def noted(path: Path) -> list[Graded]:
    """What a journal says when it is opened again."""
    journal = Journal(path)
    try:
        return list(journal.lines())
    finally:
        journal.close()


def written(path: Path, *lines: tuple[str, Graded], fresh: bool = False) -> bytes:
    """A journal's bytes with lines added."""
    journal = Journal(path, fresh)
    for of, it in lines:
        journal.put(of, it)
    journal.close()
    return path.read_bytes()


def test_what_was_put_is_found_in_this_run_and_the_next(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "j")
    journal.put("a", ONE)
    assert "a" in journal
    assert journal.get("a", "s1") == ONE
    journal.close()
    again = Journal(tmp_path / "j")
    assert again.get("a", "s1") == ONE
    assert again.get("b", "s1") is None
    again.close()


@pytest.mark.parametrize("cut", [1, 2, 40, 500])
def test_a_torn_last_line_is_removed_and_what_follows_stands_whole(tmp_path: Path, cut: int) -> None:
    data = written(tmp_path / "j", ("a", ONE), ("b", TWO))
    (tmp_path / "j").write_bytes(data[:-cut])
    assert noted(tmp_path / "j") == [ONE]
    assert written(tmp_path / "j", ("b", TWO)) == data


def altered(line: bytes, how: str) -> bytes:
    seal, _, said = line.partition(b" ")
    match how:
        case "points":
            return seal + b" " + said.replace(b'"points":6', b'"points":5')
        case "seal":
            return bytes([seal[0] ^ 1]) + seal[1:] + b" " + said
        case "empty":
            return b""
        case _:
            return b"{not json"


@pytest.mark.parametrize("how", ["points", "seal", "empty", "nonsense"])
def test_an_altered_line_counts_for_nothing_and_the_others_stay(tmp_path: Path, how: str) -> None:
    first, second = written(tmp_path / "j", ("a", ONE), ("b", TWO)).splitlines()
    assert altered(first, how) != first
    (tmp_path / "j").write_bytes(altered(first, how) + b"\n" + second + b"\n")
    assert noted(tmp_path / "j") == [TWO]


def test_a_line_that_is_altered_while_it_is_in_use_counts_for_nothing(tmp_path: Path) -> None:
    data = written(tmp_path / "j", ("a", ONE))
    journal = Journal(tmp_path / "j")
    (tmp_path / "j").write_bytes(altered(data.rstrip(), "points") + b"\n")
    assert journal.get("a", "s1") is None
    journal.close()


def test_of_a_submission_the_last_word_counts_and_the_same_word_is_not_repeated(tmp_path: Path) -> None:
    better = submission("s1", *SIGN)
    data = written(tmp_path / "j", ("a", ONE), ("b", better))
    assert noted(tmp_path / "j") == [better]
    assert written(tmp_path / "j", ("b", better)) == data
    written(tmp_path / "j", ("a", ONE))  # the key is as it was before
    assert noted(tmp_path / "j") == [ONE]


def test_fresh_forgets(tmp_path: Path) -> None:
    written(tmp_path / "j", ("a", ONE))
    assert written(tmp_path / "j", fresh=True) == b""


def test_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written"):
        Journal(tmp_path)
    with pytest.raises(UsageError, match="cannot be written"):
        Journal(tmp_path / "no" / "j")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UsageError, match="cannot be written: No space left"):
        written(tmp_path / "j", ("a", ONE))


# ---- what marks follow from ------------------------------------------------------------------------------------------

HANDED = Submission("s1", (File("answer.yaml", b"steps: x"), File("answer-2.png", None, "read by a person", "unreadable-file")),
                    Identity("moodle", "1", "Ada"), "s1/feedback.html")


def with_file(place: int, **changes: object) -> Submission:
    files = [*HANDED.files]
    files[place] = replace(files[place], **changes)  # type: ignore[arg-type]
    return replace(HANDED, files=tuple(files))


@pytest.mark.parametrize(
    ("other", "key", "settings"),
    [
        (HANDED, b"another key", Settings()),
        (HANDED, b"key", Settings(seed=1)),
        (HANDED, b"key", Settings(samples=64)),
        (HANDED, b"key", Settings(timeout=1.0)),
        (with_file(0, data=b"steps: y"), b"key", Settings()),
        (with_file(0, name="answer.md"), b"key", Settings()),
        (with_file(1, problem="too large"), b"key", Settings()),
        (with_file(1, code="too-large"), b"key", Settings()),
        (replace(HANDED, files=HANDED.files[::-1]), b"key", Settings()),
        (replace(HANDED, files=HANDED.files[:1]), b"key", Settings()),
    ],
)
def test_marks_follow_from_key_settings_and_files(other: Submission, key: bytes, settings: Settings) -> None:
    assert follows_from(other, key, settings) != follows_from(HANDED, b"key", Settings())


def test_whose_it_is_has_no_part_in_it() -> None:
    other = Submission("s2", HANDED.files, Identity("canvas", "7", "Emmy"), "elsewhere")
    assert follows_from(other, b"key", Settings()) == follows_from(HANDED, b"key", Settings())


# ---- a class with a journal ------------------------------------------------------------------------------------------


def handed(id: str, *lines: str) -> Submission:
    text = "steps: |\n" + "".join(f"  {line}\n" for line in ("(x + a)**2", *lines))
    return Submission(id, (File("answer.yaml", text.encode()),), Identity(None, path=id), f"{id}/feedback.html")


@pytest.fixture
def key(tmp_path: Path) -> Key:
    (tmp_path / "key.yaml").write_text(KEY)
    made, wrong = read_key(tmp_path / "key.yaml")
    assert not wrong
    return made


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files that are read to be judged."""
    found: list[bytes] = []
    document = Handed.document

    def counted(self: Handed) -> Document | None:
        found.append(self.data)
        return document(self)

    monkeypatch.setattr(Handed, "document", counted)
    return found


def run(key: Key, path: Path, class_: Sequence[Submission], settings: Settings | None = None) -> list[Graded]:
    journal = Journal(path)
    try:
        return [marks for _, marks in graded(key, class_, settings or Settings(), HERE, journal)]
    finally:
        journal.close()


CLASS = [handed("s1", "= x**2 + 2*a*x + a**2"), handed("s2", "= x**2 + a**2"), handed("s3", "= x**2 + 2*a*x + a**2")]


def test_equal_submissions_are_judged_once_and_each_has_its_own_marks(tmp_path: Path, key: Key, opened: list[bytes]) -> None:
    first, second, third = run(key, tmp_path / "j", CLASS)
    assert len(opened) == 2
    assert third == replace(first, id="s3") != replace(second, id="s3")
    assert noted(tmp_path / "j") == [first, second, third]


def test_the_next_run_judges_what_is_new(tmp_path: Path, key: Key, opened: list[bytes]) -> None:
    before = run(key, tmp_path / "j", CLASS[:1])
    opened.clear()
    after = run(key, tmp_path / "j", [CLASS[1], CLASS[0]])
    assert opened == [CLASS[1].files[0].data]
    assert after[1] == before[0]


def test_under_another_key_or_other_settings_all_is_judged_again(tmp_path: Path, key: Key, opened: list[bytes]) -> None:
    run(key, tmp_path / "j", CLASS[:2])
    data = KEY.replace("points: 10", "points: 20").encode()
    (tmp_path / "other.yaml").write_bytes(data)
    other, _ = read_key(tmp_path / "other.yaml")
    opened.clear()
    assert [it.worth for it in run(other, tmp_path / "j", CLASS[:2])] == [20, 20]
    run(key, tmp_path / "j", CLASS[:2], Settings(seed=1))
    assert len(opened) == 4


def test_two_runs_write_the_same_bytes(tmp_path: Path, key: Key) -> None:
    run(key, tmp_path / "j", CLASS)
    run(key, tmp_path / "k", CLASS[:1])
    run(key, tmp_path / "k", CLASS)
    assert (tmp_path / "j").read_bytes() == (tmp_path / "k").read_bytes()


def test_a_line_holds_no_name(tmp_path: Path, key: Key) -> None:
    mine = replace(CLASS[0], identity=Identity("moodle", "77123", "Ada Lovelace", "Ada Lovelace_77123"), wanted="Ada Lovelace/f")
    run(key, tmp_path / "j", [mine])
    said = (tmp_path / "j").read_text()
    assert "Ada" not in said
    assert "77123" not in said
    assert json.loads(said.partition(" ")[2])["graded"]["id"] == "s1"
