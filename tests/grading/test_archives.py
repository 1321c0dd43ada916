"""Archives made to do harm: nothing is written, nothing outside is read, and the files beside the bad one are there."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.files.finding import LARGEST
from derivcheck.grading.archives import Entry, Refused, contents
from derivcheck.grading.submissions import File, gather
from derivcheck.usage import UsageError


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def said(entry: Entry, most: int = 100) -> bytes | str:
    try:
        return entry.read(most)
    except Refused as refused:
        return str(refused)


def unpacked(data: bytes) -> dict[str, bytes | str]:
    return {"/".join(entry.parts): said(entry) for entry in contents(data)}


LEADING_OUT = ["../x.md", "/x.md", "a/../../x.md", "C:/x.md", "C:\\x.md", "..\\x.md", "\\\\host\\x.md", "a/.."]


@pytest.mark.parametrize("name", LEADING_OUT)
def test_names_that_lead_out_are_refused_and_their_neighbours_read(name: str) -> None:
    found = unpacked(zipped((name, b"bad"), ("good.md", b"good")))
    assert found.pop("good.md") == b"good"
    assert all("leads out" in str(why) for why in found.values())
    assert all(".." not in path.split("/") and not path.startswith("/") for path in found)


def test_names_with_control_characters_are_refused() -> None:
    assert "control characters" in str(unpacked(zipped(("a\x1b[31m.md", b"")))["a\x1b[31m.md"])
    assert "control characters" in str(unpacked(zipped(("a\u202e.md", b"")))["a\u202e.md"])
    data = zipped(("a.md_.png", b"x")).replace(b"a.md_.png", b"a.md\0.png")  # which zipfile reads as a.md
    assert [said(entry) for entry in contents(data)] == ["its name in the archive holds control characters"]


@pytest.mark.parametrize("mode", [0o120777, 0o010644, 0o020644])
def test_links_pipes_and_devices_are_refused(mode: int) -> None:
    link = zipfile.ZipInfo("x.md")
    link.external_attr = mode << 16
    assert "no regular file" in str(unpacked(zipped((link, b"/etc/passwd")))["x.md"])


def test_encrypted_and_strangely_compressed_files_are_refused() -> None:
    data = bytearray(zipped(("x.md", b"x")))
    for header, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(header) + offset] |= 1
    assert unpacked(bytes(data)) == {"x.md": "it is encrypted"}
    for how in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert "compressed" in str(unpacked(zipped(("x.md", b"x"), how=how))["x.md"])
    data = bytearray(zipped(("x.md", b"x")))
    for header, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", data, data.index(header) + offset, 99)
    assert "compressed" in str(unpacked(bytes(data))["x.md"])


def test_of_several_files_with_one_name_none_is_taken_for_the_right_one() -> None:
    with pytest.warns(UserWarning):
        found = contents(zipped(("x.md", b"1"), ("x.md", b"2"), ("y.md", b"3"), (".//y.md", b"4"), ("z.md", b"5")))
    assert [said(entry) for entry in found if entry.parts != ("z.md",)] == ["the archive has several files of this name"] * 4
    assert [said(entry) for entry in found if entry.parts == ("z.md",)] == [b"5"]


def test_bytes_are_counted_as_they_come_and_not_as_the_header_says() -> None:
    data = bytearray(zipped(("x.md", b"0" * 5_000_000)))
    for header, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", data, data.index(header) + offset, 10)  # says that ten bytes will come
    (entry,) = contents(bytes(data))
    assert said(entry, 100) == "it is damaged in the archive"
    (entry,) = contents(zipped(("x.md", b"0" * 5_000_000)))
    assert len(entry.read(1000)) == 1001
    assert said(entry, 4_000_000) == "it unpacks to suspiciously many bytes"


def test_a_damaged_file_is_refused_and_its_neighbour_read() -> None:
    data = bytearray(zipped(("x.md", b"here it is"), ("y.md", b"good"), how=zipfile.ZIP_STORED))
    data[data.index(b"here")] ^= 1
    assert unpacked(bytes(data)) == {"x.md": "it is damaged in the archive", "y.md": b"good"}


def test_a_list_of_too_many_files_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivcheck.grading.archives._MOST_MEMBERS", 3)
    with pytest.raises(Refused, match="may hold 3 files"):
        contents(zipped(*((f"{n}.md", b"") for n in range(4))))


def test_what_machines_leave_is_not_there() -> None:
    left = ["__MACOSX/._x.md", ".DS_Store", "a/.hidden/x.md", "~$x.md", "a/Thumbs.db", "__pycache__/x.md"]
    assert unpacked(zipped(*((name, b"") for name in left), ("x.md", b"x"))) == {"x.md": b"x"}


@given(st.binary(max_size=200), st.data())
def test_no_bytes_are_too_strange(noise: bytes, data: st.DataObject) -> None:
    good = zipped(("a/x.md", b"x" * 50), ("y.md", b"y"))
    at = data.draw(st.integers(0, len(good)))
    for made in (noise, good[:at], good[:at] + noise + good[at:], good[:at] + noise + good[at + len(noise) :]):
        try:
            for entry in contents(made):
                said(entry)
        except Refused:
            continue


def submission(tmp_path: Path, *members: tuple[str, bytes]) -> tuple[File, ...]:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "anna.zip").write_bytes(zipped(*members))
    (found,) = gather([tmp_path / "in"], b"key")
    return found.files


def test_an_archive_that_was_handed_in_is_unpacked_once(tmp_path: Path) -> None:
    inner = zipped(("deep.md", b"deep"))
    files = submission(tmp_path, ("b/x.md", b"x"), ("c.zip", inner), ("../out.md", b"no"))
    assert [(file.name, file.data) for file in files] == [("answer.md", b"x"), ("answer-2.zip", None), ("answer-3.md", None)]
    assert "archive in an archive" in str(files[1].problem)
    assert "leads out" in str(files[2].problem)
    assert sorted(os.listdir(tmp_path)) == ["in"]


def test_an_archive_that_is_none_and_an_empty_one_are_told(tmp_path: Path) -> None:
    for name, data in (("a.zip", b"PK"), ("b.zip", zipped()), ("c.md", b"good")):
        (tmp_path / name).write_bytes(data)
    found = list(gather([tmp_path], b""))
    assert [file.problem or file.data for it in found for file in it.files] == [
        "this is not a zip archive, or it is damaged",
        "there is no file in this archive",
        b"good",
    ]


def test_a_submission_has_a_limit_of_files_and_of_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("derivcheck.grading.submissions._MOST_FILES", 3)
    monkeypatch.setattr("derivcheck.grading.submissions._MOST_BYTES", 10)
    files = submission(tmp_path, *((f"{n}.md", b"12345") for n in range(9)))
    assert [file.data for file in files] == [b"12345", b"12345", None, None]
    assert [file.code for file in files] == ["", "", "too-large", "too-large"]


def test_a_bomb_is_refused_at_the_limit_of_a_file(tmp_path: Path) -> None:
    (file, good) = submission(tmp_path, ("a.md", b"0" * (LARGEST + 1)), ("b.md", b"good"))
    assert (file.data, file.code) == (None, "too-large")
    assert good.data == b"good"


def test_an_archive_that_was_named_must_be_one(tmp_path: Path) -> None:
    (tmp_path / "class.zip").write_bytes(b"no archive")
    with pytest.raises(UsageError, match=r"class\.zip cannot be read: this is not a zip archive"):
        gather([tmp_path / "class.zip"], b"")
    with pytest.raises(UsageError, match="there is no file or folder"):
        gather([tmp_path / "nothing"], b"")


def test_names_in_utf8_are_read_where_that_is_not_said() -> None:
    data = zipped(("Öz.md", b"x")).replace("Öz".encode(), b"\xc3\x96z")
    data = bytearray(data)
    for header, offset in ((b"PK\x03\x04", 7), (b"PK\x01\x02", 9)):
        data[data.index(header) + offset] &= ~0x08
    assert unpacked(bytes(data)) == {"Öz.md": b"x"}
    assert unpacked(bytes(data).replace(b"\xc3\x96z", b"\x99z ")) == {"Öz .md": b"x"}  # as older Windows writes it
