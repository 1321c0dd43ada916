"""The hook of pre-commit, which names every changed file of some kinds: those that are not ours must not fail."""

from __future__ import annotations

import json
import os
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from derivcheck.cli import main
from derivcheck.files.finding import SUFFIXES
from derivcheck.usage import UsageError

(HOOK,) = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

FILES = {
    "right.yaml": "symbols: {x: real}\nsteps: |\n  x + x\n  = 2*x\n",
    "wrong.yaml": "symbols: {x: real}\nsteps: |\n  x + x\n  = 3*x\n",
    "unreadable.yaml": "steps: [\n",
    "other.yaml": "services: {web: {image: x}}\n",
    "other.yml": "- a\n- b\n",
    "broken.yaml": "{% if x %}: [\n",
    "empty.yaml": "",
    "two.yaml": "a: 1\n---\nb: 2\n",
    "alias.yaml": "a: &b 1\nc: *b\n",
    "notes.md": "# Notes\n\n$$x = 2x$$\n",
    "right.md": "<!-- derivcheck\nsymbols: {x: real}\n-->\n\n$$x + x = 2x$$\n",
    "wrong.md": "<!-- derivcheck\nsymbols: {x: real}\n-->\n\n$$x + x = 3x$$\n",
    "notes.tex": "\\documentclass{article}\\begin{document}$$x = 2x$$\\end{document}\n",
    "notes.ipynb": json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}),
    "broken.ipynb": "{",
    "code.py": "import this\n",
    "text.txt": "steps: x\n",
    "none": "steps: x\n",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "derivcheck.toml").touch()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def hook(*paths: str) -> int:
    """What pre-commit runs."""
    program, *words = shlex.split(HOOK["entry"])
    assert program == "derivcheck"
    return main([*words, *HOOK.get("args", []), *paths])


def test_it_is_given_the_files_that_are_read() -> None:
    accepts = re.compile(HOOK["files"])
    assert all(accepts.search(f"folder/a{suffix}") for suffix in SUFFIXES)
    assert not any(accepts.search(f"a{suffix}") for suffix in (".py", ".toml", ".yaml.j2", ""))
    assert HOOK["language"] == "python"


OURS = {"right.yaml": 0, "right.md": 0, "wrong.yaml": 1, "wrong.md": 1, "unreadable.yaml": 2}


@pytest.mark.parametrize("name", FILES)
def test_a_file_fails_only_if_it_is_ours_and_wrong(folder: Path, name: str) -> None:
    assert hook(name) == OURS.get(name, 0)


def test_what_is_not_ours_does_not_hide_what_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hook("other.yaml", "right.yaml", "text.txt", "notes.md") == 0
    assert hook("other.yaml", "wrong.yaml", "text.txt", "notes.md", "right.md") == 1
    said = capsys.readouterr().out
    assert "wrong.yaml:4:3" in said and "other.yaml" not in said and "notes.md" not in said


def test_a_file_that_is_ours_with_nothing_to_check_is_told(folder: Path) -> None:
    (folder / "one-line.yaml").write_text("symbols: {x: real}\nsteps: x\n")
    assert hook("one-line.yaml") == 5


def test_without_the_option_a_named_file_must_be_ours(folder: Path) -> None:
    assert main(["run", "other.yaml"]) == 2
    assert main(["run", "text.txt"]) == 2


def test_a_file_that_is_missing_is_an_error(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no file or folder gone\.yaml"):
        hook("gone.yaml")


def test_a_folder_without_derivations_is_no_failure(folder: Path) -> None:
    (folder / "inner").mkdir()
    assert hook("inner") == 0
    assert main(["run", "inner"]) == 5


def test_python_is_passed_over_unless_it_may_run(folder: Path) -> None:
    assert hook("code.py") == 0
    assert hook("--allow-python", "code.py") == 2


def test_a_selected_derivation_is_not_passed_over(folder: Path) -> None:
    assert hook("wrong.yaml::wrong", "other.yaml") == 1


def test_a_dangling_link_is_an_error(folder: Path) -> None:
    os.symlink("gone", folder / "link.yaml")
    assert hook("link.yaml") == 2


def test_reports_are_written_all_the_same(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert hook("other.yaml", "--output", "json=out.json") == 0
    found: Any = json.loads((folder / "out.json").read_text())
    assert found["files"] == []
