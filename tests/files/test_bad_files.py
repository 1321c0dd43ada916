"""Files that cannot be used: each is named by a code at a place, and the others are read all the same."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from derivcheck.files.document import Document
from derivcheck.files.finding import LARGEST, Input, find
from derivcheck.files.load import load
from derivcheck.usage import UsageError

GOOD = "symbols: {x: real}\nsteps: |\n  x\n  = x\n"

BAD = [
    # what is written, the code, line and column of the first diagnostic
    ("", "no-derivation", 1, 1),
    ("# only a comment\n", "no-derivation", 1, 1),
    ("- x\n- = x\n", "no-derivation", 1, 1),
    ("just text\n", "no-derivation", 1, 1),
    ("title: nothing else\n", "no-derivation", 1, 1),
    ("symbols: {x: real}\n", "no-derivation", 1, 1),
    ("symbols: {x: real}\nstep: |\n  x\nsteps: x\n", "unknown-key", 2, 1),
    ("steps: |\n  x\nsteps: |\n  y\n", "duplicate-key", 3, 1),
    ("symbols:\n  x: real\n  x: real\nsteps: x\n", "duplicate-key", 3, 3),
    ("steps: |\n  x\nderivations:\n  a:\n    steps: x\n", "bad-value", 1, 1),
    ("derivations: []\n", "bad-value", 1, 14),
    ("derivations:\n  a: x\n", "bad-value", 2, 6),
    ("derivations:\n  a:\n    title: x\n", "missing-key", 2, 3),
    ("derivations:\n  a:\n    steps: ''\n", "bad-value", 3, 5),
    ("derivations:\n  a:\n    steps:\n      - [x]\n", "bad-value", 4, 9),
    ("derivations:\n  a:\n    steps:\n      - by: x\n", "missing-key", 4, 9),
    ("derivations:\n  a:\n    steps:\n      - step: x\n        because: y\n", "unknown-key", 5, 9),
    ("symbols: [x]\nsteps: x\n", "bad-value", 1, 10),
    ("symbols: {x, y: real}\nsteps: x\n", "bad-value", 1, 11),
    ("symbols: {x: [real]}\nsteps: x\n", "bad-value", 1, 14),
    ("symbols: {x: {latex: y}}\nsteps: x\n", "missing-key", 1, 11),
    ("symbols: {x: {type: real, spelled: y}}\nsteps: x\n", "unknown-key", 1, 27),
    ("define: {f: [1, 2]}\nsteps: x\n", "bad-value", 1, 13),
    ("assume: {x: y}\nsteps: x\n", "bad-value", 1, 9),
    ("assume: [[x]]\nsteps: x\n", "bad-value", 1, 10),
    ("layout: upside-down\nsteps: x\n", "bad-value", 1, 9),
    ("modulo: [sign]\nsteps: x\n", "bad-value", 1, 10),
    ("syntax: ascii\nsteps: x\n", "bad-value", 1, 9),
    ("title: [a]\nsteps: x\n", "bad-value", 1, 8),
    ("steps: |\n  x\ncases: x\n", "bad-value", 3, 8),
    ("steps: |\n  x\ncases:\n  - steps: = x\n", "missing-key", 4, 5),
    ("steps: |\n  x\n  = x  #! wrnog\n", "bad-expectation", 3, 8),
    ("steps: |\n  x\n  = x  #! wrong\n   + 1 #! wrong\n", "bad-expectation", 4, 8),
    ("steps: |\n  x  #! wrong\n  = x\n", "bad-expectation", 2, 3),
    ("steps:\n  - x\n  - {step: = x, expect: maybe}\n", "bad-expectation", 3, 25),
    ("a: &b x\nsteps: *b\n", "yaml", 1, 4),
    ("steps: *b\n", "yaml", 1, 8),
    ("steps: !!str x\n", "yaml", 1, 8),
    ("steps: !!python/object:os.system x\n", "yaml", 1, 8),
    ("<<: {steps: x}\n", "yaml", 1, 1),
    ("? [a]\n: steps\n", "yaml", 1, 3),
    ("steps:\n\t- x\n", "yaml", 2, 1),
    ("steps:\n  - x\n  - > x\n", "yaml", 3, 7),
    ("steps: x\n---\nsteps: y\n", "yaml", 2, 1),
    ("steps: [x\n", "yaml", 2, 1),
    ("steps: x\0y\n", "yaml", 1, 9),
    ("steps: " + "[" * 200 + "]" * 200 + "\n", "too-large", 1, 107),
]


def read(path: Path) -> Document:
    document = load(Input(path, explicit=True))
    assert document is not None
    return document


@pytest.mark.parametrize(("text", "code", "line", "column"), BAD)
def test_a_bad_file_is_named_by_code_and_place(tmp_path: Path, text: str, code: str, line: int, column: int) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(text.encode())
    first = min(read(path).diagnostics, key=lambda d: d.place)
    assert first.place is not None
    assert (first.code, first.place.line, first.place.column) == (code, line, column)


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("titel: a\nlayout: up\nsymbols: {x: []}\nsteps: |\n  x\n")
    assert [d.code for d in read(path).diagnostics] == ["unknown-key", "bad-value", "bad-value"]


def test_a_derivation_with_a_fault_says_so_and_its_neighbours_do_not(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("derivations:\n  a: {steps: x, titel: y}\n  b: {steps: x}\n")
    assert [derivation.fault is not None for derivation in read(path).derivations] == [True, False]
    path.write_text("symbol: {x: real}\nderivations:\n  a: {steps: x}\n  b: {steps: x}\n")
    assert all(derivation.fault for derivation in read(path).derivations)


def test_an_unknown_key_is_told_its_neighbour(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("symbol: {x: real}\nsteps: x\n")
    assert "did you mean symbols?" in read(path).diagnostics[0].message


@pytest.mark.parametrize(
    ("data", "code", "line", "column"),
    [
        (b"steps: |\n  caf\xe9\n", "unreadable-file", 2, 6),
        (b"\xff\xfes\0t\0e\0p\0s\0", "unreadable-file", 1, 1),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "unreadable-file", 1, 1),
        (b"steps: |\n  x\n" + b"#" * LARGEST, "too-large", 1, 1),
    ],
)
def test_bytes_that_are_no_text(tmp_path: Path, data: bytes, code: str, line: int, column: int) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(data)
    (found,) = read(path).diagnostics
    assert found.place is not None
    assert (found.code, found.place.line, found.place.column) == (code, line, column)


@pytest.mark.parametrize("name", ["notes.txt", "derivation", "notes.rst"])
def test_other_kinds_of_file_are_refused_by_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(GOOD)
    assert [d.code for d in read(path).diagnostics] == ["unreadable-file"]


def test_a_pipe_or_an_unreadable_link_does_not_stop_the_run(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "link.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "good.yaml").write_text(GOOD)
    documents = [load(item) for item in find([str(tmp_path)])]
    codes = [[d.code for d in document.diagnostics] for document in documents if document]
    assert codes == [[], ["unreadable-file"], ["unreadable-file"]]


def test_other_yaml_is_passed_over_in_a_folder_and_diagnosed_when_named(tmp_path: Path) -> None:
    path = tmp_path / "compose.yaml"
    for text in ("services: {web: {image: x}}\n", "- a\n", "a: &x 1\nb: *x\n", "a: b: c\n", ""):
        path.write_text(text)
        assert load(Input(path, explicit=False)) is None
        assert read(path).diagnostics


def test_a_misspelt_file_is_diagnosed_in_a_folder_too(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for text in ("symbols: {x: real}\nderivation: {}\n", "symbols: {x: real}\nsteps: [\n", "steps: *a\n"):
        path.write_text(text)
        document = load(Input(path, explicit=False))
        assert document is not None
        assert document.diagnostics


def test_a_folder_is_walked_in_order_without_hidden_folders(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "c/d.yaml", ".git/e.yaml", "f.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(GOOD)
    found = [item.path.relative_to(tmp_path).as_posix() for item in find([str(tmp_path), str(tmp_path / "b.yaml")])]
    assert found == ["a.yml", "b.yaml", "c/d.yaml"]


def test_a_derivation_is_selected_by_name(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text("derivations:\n  one: {steps: x}\n  two: {steps: y}\n")
    (item,) = find([f"{path}::two"])
    document = load(item)
    assert document is not None
    assert [d.name for d in document.derivations] == ["two"]
    missing = load(find([f"{path}::twoo"])[0])
    assert missing is not None
    assert [(d.code, "did you mean two" in d.message) for d in missing.diagnostics] == [("no-derivation", True)]
    with pytest.raises(UsageError, match="there is no file"):
        find([f"{tmp_path}/none.yaml::two"])
