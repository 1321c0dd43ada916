"""What a class handed in: which files are one student's, under names and ids that tell nobody who it is."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.files.finding import LARGEST
from derivcheck.grading import submissions
from derivcheck.grading.archives import Entry
from derivcheck.grading.layouts import grouped
from derivcheck.grading.submissions import Submission, gather

KEY = b"derivations: {}"


def spread(root: Path, files: Mapping[str, str | bytes]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def packed(path: Path, files: Mapping[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return path


def shown(found: list[Submission]) -> dict[str, list[tuple[str, str | None]]]:
    """For each submission its files by what is in them, told by whose it is."""
    return {
        it.identity.number or it.identity.path: [
            (file.name, file.data.decode() if file.data is not None else None) for file in it.files
        ]
        for it in found
    }


MOODLE = {
    "Ben Öz_102_assignsubmission_file_/answer.md": "ben",
    "Anna Muster_101_assignsubmission_file_/Anna Muster - Abgabe.md": "anna",
    "Anna Muster_101_assignsubmission_file_/more/x.tex": "tex",
    "Anna Muster_101_assignsubmission_onlinetext_/onlinetext.html": "<p>typed</p>",
    "Clara_103_assignsubmission_onlinetext/onlinetext.html": "<p></p>",
    "Clara_103_assignsubmission_file/photo.JPG": b"\xff",
    "Teilnehmer_in_104_assignsubmission_file_/a.md": "blind",
    "Participant_105_assignsubmission_file_/a.md": "blind too",
}
MOODLE_FOUND = {
    "101": [("answer.md", "anna"), ("answer-2.tex", "tex"), ("answer-3.md", "typed\n")],
    "102": [("answer.md", "ben")],
    "103": [("answer.jpg", None)],
    "105": [("answer.md", "blind too")],
    "104": [("answer.md", "blind")],
}
FLAT = {
    "Anna Muster_101_assignsubmission_file_Anna_7_assignsubmission_file_x.md": "anna",
    "Anna Muster_101_assignsubmission_onlinetext_onlinetext.html": "typed",
    "Ben Öz_102_assignsubmission_file_a.tex": "ben",
}
FLAT_FOUND = {"101": [("answer.md", "anna"), ("answer-2.md", "typed\n")], "102": [("answer.tex", "ben")]}
CANVAS = {
    "musteranna_11_901_answer.md": "old",
    "musteranna_11_902_answer-1.md": "newer",
    "musteranna_11_903_answer-2.md": "newest",
    "musteranna_11_904_part-1.tex": "a file of its own",
    "musteranna_11_908_part-2.tex": "another",
    "özben_LATE_12_905_hw_1_2.md": "ben",
    "clara_13_text.html": "<h1>typed</h1>",
    "doe_14_link.html": "<a href='https://example.org'>",
    "anon_Ab3dE_906_x.md": "anonymous",
    "LATE_anon_Zz9yX_907_x.md": "late",
}
CANVAS_FOUND = {
    "11": [("answer.md", "newest"), ("answer-2.tex", "a file of its own"), ("answer-3.tex", "another")],
    "12": [("answer.md", "ben")],
    "13": [("answer.md", "typed\n")],
    "14": [("answer.html", None)],
    "Ab3dE": [("answer.md", "anonymous")],
    "Zz9yX": [("answer.md", "late")],
}
PLAIN = {"anna.md": "a", "ben/x.md": "b", "ben/deep/y.tex": "c", "scan.pdf": b"%PDF", "hw_3_2_anna.md": "d", "hw_3_2_ben.md": "e"}
PLAIN_FOUND = {
    "anna.md": [("answer.md", "a")],
    "ben": [("answer.tex", "c"), ("answer-2.md", "b")],
    "hw_3_2_anna.md": [("answer.md", "d")],
    "hw_3_2_ben.md": [("answer.md", "e")],
    "scan.pdf": [("answer.pdf", None)],
}
NOT_CANVAS = [
    {"hw_3_2_anna.md": "a", "hw_3_2_ben.md": "b"},
    {"hw_3_1_anna.md": "a", "ben.md": "b"},
    {"hw_3_1_anna.md": "a", "hw_3_2_anna.md": "b", "ben.md": "c", "eva.md": "d"},
]
LAYOUTS = [(MOODLE, MOODLE_FOUND), (FLAT, FLAT_FOUND), (CANVAS, CANVAS_FOUND), (PLAIN, PLAIN_FOUND)]


@pytest.mark.parametrize(("files", "expected"), LAYOUTS)
def test_each_layout_is_the_same_packed_unpacked_and_in_one_folder_more(
    tmp_path: Path, files: dict[str, str], expected: dict[str, list[tuple[str, str | None]]]
) -> None:
    folder = list(gather([spread(tmp_path / "class", files)], KEY))
    archive = list(gather([packed(tmp_path / "class.zip", files)], KEY))
    within = list(gather([packed(tmp_path / "x.zip", {f"x/{k}": v for k, v in files.items()})], KEY))
    assert shown(folder) == shown(archive) == shown(within) == expected
    assert [it.id for it in folder] == [it.id for it in archive] == [it.id for it in within]
    assert [it.wanted for it in folder] == [it.wanted for it in archive]


def test_a_platforms_layout_is_known_in_a_folder_of_any_name(tmp_path: Path) -> None:
    for files, expected in LAYOUTS[:3]:
        path = packed(tmp_path / "class.zip", {f"submissions of autumn/{name}": text for name, text in files.items()})
        assert shown(list(gather([path], KEY))) == expected


def test_an_archive_with_one_folder_that_is_not_the_class_is_one_submission(tmp_path: Path) -> None:
    path = packed(tmp_path / "class.zip", {"anna/x.md": "1", "anna/y.md": "2"})
    assert shown(list(gather([path], KEY))) == {"anna": [("answer.md", "1"), ("answer-2.md", "2")]}


def test_files_named_one_by_one_are_what_they_are_in_their_folder(tmp_path: Path) -> None:
    for n, (files, expected) in enumerate(LAYOUTS[1:3]):
        folder = spread(tmp_path / str(n), files)
        named = sorted(folder.iterdir())
        assert shown(list(gather([*named, named[0]], KEY))) == expected
    folder = spread(tmp_path / "moodle", MOODLE)
    assert shown(list(gather(sorted(folder.iterdir()), KEY))) == MOODLE_FOUND


def test_ids_tell_nobody_and_are_the_same_again(tmp_path: Path) -> None:
    path = packed(tmp_path / "class.zip", MOODLE)
    first = [it.id for it in gather([path], KEY)]
    assert first == [it.id for it in gather([path], KEY)]
    assert all(len(id) == 11 and id[0] == "s" and int(id[1:], 16) >= 0 for id in first)
    assert not set(first) & {it.id for it in gather([path], KEY + b" ")}
    assert not set(first) & {it.id for it in gather([path], KEY, b"secret")}


def test_an_id_depends_on_nobody_else(tmp_path: Path) -> None:
    alone = {it.identity.number: it.id for it in gather([packed(tmp_path / "a.zip", FLAT)], KEY)}
    among = {it.identity.number: it.id for it in gather([packed(tmp_path / "b.zip", MOODLE)], KEY)}
    assert alone.items() <= among.items()


def test_ids_that_would_be_equal_are_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions, "_DIGITS", 1)
    folder = spread(tmp_path, {f"{n}.md": "" for n in range(40)})
    ids = [it.id for it in gather([folder], KEY)]
    assert len(set(ids)) == 40
    assert ids == [it.id for it in gather([folder], KEY)]


def test_equal_names_in_two_folders_are_two_submissions(tmp_path: Path) -> None:
    for name in ("a", "b"):
        spread(tmp_path / name, {"anna.md": name, "anna.tex": name})
    found = list(gather([tmp_path / "a", tmp_path / "b"], KEY))
    assert len({it.id for it in found}) == len({it.wanted for it in found}) == 4
    assert [file.data for it in found for file in it.files] == [b"a", b"a", b"b", b"b"]


WANTED = [
    (MOODLE, "101", "Anna Muster_101_assignsubmission_file_/feedback.html"),
    (MOODLE, "103", "Clara_103_assignsubmission_file/feedback.html"),
    (FLAT, "101", "Anna Muster_101_assignsubmission_file_feedback.html"),
    (CANVAS, "11", "musteranna_11_901_feedback.html"),
    (CANVAS, "12", "özben_LATE_12_905_feedback.html"),
    (CANVAS, "Zz9yX", "LATE_anon_Zz9yX_907_feedback.html"),
    (PLAIN, "", "anna/feedback.html"),
]


@pytest.mark.parametrize(("files", "number", "wanted"), WANTED)
def test_feedback_goes_back_under_the_name_that_the_platform_knows(
    tmp_path: Path, files: dict[str, str], number: str, wanted: str
) -> None:
    found = gather([packed(tmp_path / "class.zip", files)], KEY)
    assert next(it for it in found if it.identity.number == number).wanted == wanted


def test_the_platform_says_who_it_is_and_whether_it_was_late(tmp_path: Path) -> None:
    found = {it.identity.number: it.identity for it in gather([packed(tmp_path / "c.zip", CANVAS)], KEY)}
    assert (found["12"].platform, found["12"].name, found["12"].late) == ("canvas", "özben", True)
    assert (found["11"].attempt, found["11"].late, found["Ab3dE"].late, found["Zz9yX"].late) == (2, False, False, True)
    found = {it.identity.number: it.identity for it in gather([packed(tmp_path / "m.zip", MOODLE)], KEY)}
    assert (found["101"].platform, found["101"].name) == ("moodle", "Anna Muster")


def test_nothing_that_a_student_named_is_in_the_name_of_a_file(tmp_path: Path) -> None:
    files = {"s/Anna Muster.md": "", "s/x.AnnaMuster": "", "s/y.PDF": "", "s/z": ""}
    (found,) = gather([spread(tmp_path, files)], KEY)
    assert [file.name for file in found.files] == ["answer.md", "answer-2", "answer-3.pdf", "answer-4"]
    assert [file.problem for file in found.files[1:]] == [
        "files of this kind are read by a person",
        "files of kind .pdf are read by a person",
        "files of this kind are read by a person",
    ]


def test_python_is_never_read(tmp_path: Path) -> None:
    (found,) = gather([spread(tmp_path, {"x.py": "raise SystemExit"})], KEY)
    assert found.files[0].data is None


def test_suffixes_may_be_capitals(tmp_path: Path) -> None:
    (found,) = gather([spread(tmp_path, {"X.MD": "x"})], KEY)
    assert [(file.name, file.data) for file in found.files] == [("answer.md", b"x")]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    secret = spread(tmp_path / "outside", {"key.md": "secret"})
    folder = spread(tmp_path / "class", {"good.md": "good"})
    os.symlink(secret / "key.md", folder / "link.md")
    os.symlink(secret, folder / "linked")
    os.symlink(folder / "good.md", folder / "within.md")
    os.symlink(tmp_path / "gone", folder / "dangling.md")
    os.mkfifo(folder / "pipe.md")
    found = {it.identity.path: it.files[0] for it in gather([folder], KEY)}
    assert {path: file.data for path, file in found.items()} == {
        "dangling.md": None,
        "good.md": b"good",
        "link.md": None,
        "linked": None,
        "pipe.md": None,
        "within.md": b"good",
    }
    assert "leads out" in str(found["link.md"].problem)


def test_an_empty_folder_is_a_submission_without_files(tmp_path: Path) -> None:
    (tmp_path / "class" / "anna").mkdir(parents=True)
    (found,) = gather([tmp_path / "class"], KEY)
    assert (found.identity.path, found.files) == ("anna", ())


def test_one_submission_is_read_at_a_time(tmp_path: Path) -> None:
    folder = spread(tmp_path, {"a.md": "a", "b.md": "b"})
    found = iter(gather([folder], KEY))
    next(found)
    (folder / "b.md").write_text("later")
    assert next(found).files[0].data == b"later"


def test_names_that_are_no_text_do_no_harm(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"\xff\xfe.md")).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system has names of text only")
    (found,) = gather([tmp_path], KEY)
    assert found.files[0].data == b"x"
    found.wanted.encode()


def test_a_picture_in_a_typed_text_is_for_a_person(tmp_path: Path) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("A_1_assignsubmission_onlinetext_/onlinetext.html", "<p>x</p><img src=y.png>")
        archive.writestr("B_2_assignsubmission_onlinetext_/onlinetext.html", "<p <p")
    (tmp_path / "x.zip").write_bytes(made.getvalue())
    first, second = gather([tmp_path / "x.zip"], KEY)
    assert [file.problem is None for file in first.files] == [True, False]
    assert [file.problem for file in second.files] == ["the text is no HTML that can be read"]


def test_a_folder_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spread(tmp_path, {"anna/x.md": "a", "ben/x.md": "b"})
    scandir = os.scandir

    def forbidding(path: Path) -> object:
        if Path(path).name == "anna":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", forbidding)
    anna, ben = gather([tmp_path], KEY)
    assert (anna.files[0].problem, ben.files[0].data) == ("the folder cannot be read: Permission denied", b"b")


def test_folders_within_folders_have_an_end(tmp_path: Path) -> None:
    deep = tmp_path / "anna" / "/".join("a" * 900)
    deep.mkdir(parents=True)
    (tmp_path / "anna" / "x.md").write_text("x")
    (found,) = gather([tmp_path], KEY)
    assert sorted(file.code for file in found.files) == ["", "too-large"]


def test_no_path_of_the_feedback_leads_anywhere_else(tmp_path: Path) -> None:
    for name in ("..\\..\\x.md", "C:x.md", "a\nb.md", "a\u202eb.md"):
        (tmp_path / name).write_text("x")
    for it in gather([tmp_path], KEY):
        assert not set(it.wanted) & set("\\:\n\u202e")


NAMES = st.sampled_from(
    [
        "a",
        "b.md",
        "c-1.md",
        "c.md",
        "A_1_assignsubmission_file_",
        "B_2_assignsubmission_onlinetext",
        "x_1_2_y.md",
        "z_1_4_y.md",
        "class",
    ]
)


@given(st.sets(st.lists(NAMES, min_size=1, max_size=3).map(tuple)))
def test_every_file_is_in_one_submission_and_in_no_other(paths: set[tuple[str, ...]]) -> None:
    entries = [Entry(parts, lambda _: b"") for parts in sorted(paths)]
    groups = grouped(entries, "class")
    parts = [part for group in groups for part in group.parts]
    assert len({group.identity.key for group in groups}) == len(groups)
    assert len(parts) == len(entries)
    assert {id(part.entry.read) for part in parts} == {id(entry.read) for entry in entries}


@given(st.permutations([name for files, _ in LAYOUTS[:1] for name in files]))
def test_the_order_in_which_an_archive_lists_its_files_does_not_matter(names: list[str]) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, MOODLE[name])
    with TemporaryDirectory() as folder:
        path = Path(folder, "class.zip")
        path.write_bytes(made.getvalue())
        assert shown(list(gather([path], KEY))) == MOODLE_FOUND


@pytest.mark.parametrize("files", NOT_CANVAS)
def test_names_with_numbers_in_them_are_not_taken_for_those_of_canvas(tmp_path: Path, files: dict[str, str]) -> None:
    assert [it.identity.path for it in gather([spread(tmp_path, files)], KEY)] == sorted(files)


@pytest.mark.parametrize("suffix", [".md", ".yaml", ".tex"])
def test_a_file_that_is_too_large_is_told_and_one_that_just_is_not_is_read(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"a{suffix}").write_bytes(b"x" * LARGEST)
    (tmp_path / f"b{suffix}").write_bytes(b"x" * (LARGEST + 1))
    first, second = gather([tmp_path], KEY)
    assert (len(first.files[0].data or b""), second.files[0].code) == (LARGEST, "too-large")
