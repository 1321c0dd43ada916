"""derivcheck doctor: it names what there is, fails for what is needed and no good, and for nothing else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

import derivcheck
from derivcheck import doctor, schema
from derivcheck.cli import main

PROJECT = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "derivcheck.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], status: int = 0) -> str:
    assert main(["doctor"]) == status
    return capsys.readouterr().out


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", requirement)[0].lower() for requirement in requirements}


def test_it_looks_at_what_the_package_needs() -> None:
    assert {package.lower() for package, _ in doctor._NEEDED} == names(PROJECT["dependencies"])
    assert set(PROJECT["optional-dependencies"]) - {"test"} <= {extra for extra, *_ in doctor._EXTRAS}


def test_all_is_well(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = said(capsys)
    found = re.findall(r"^([\w -]+?)(?: \d|: )", text, re.MULTILINE)
    needed = [package for package, _ in doctor._NEEDED]
    rest = ["configuration", "cores", "memory", "time limit", "memory limit of workers", "output", "colour"]
    assert found[: 2 + len(needed)] == ["derivcheck", "Python", *needed]
    assert set(rest) <= set(found)
    assert f"numpy {metadata.version('numpy')}" in text
    assert re.search(r"cores: [1-9]\d* for this process, [1-9]\d* in the machine", text)


def test_a_library_that_is_missing_fails(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "flint", None)
    text = said(capsys, 2)
    assert "python-flint is missing: " in text and "colour: " in text


def test_an_extra_that_is_missing_does_not(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    text = said(capsys)
    assert "extra watch: not installed; pip install 'derivcheck[watch]' brings it" in text
    assert "extra dask: not installed" in text


def test_a_wrong_configuration_fails_and_the_rest_is_looked_at(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "derivcheck.toml").write_text("seed = 1\nsed = 2\n")
    text = said(capsys, 2)
    assert f"configuration: {folder / 'derivcheck.toml'}:2: there is no option sed" in text and "colour: " in text
    (folder / "derivcheck.toml").write_text("seed = 1\nstrict = true\n")
    assert f"configuration: seed, strict in {folder / 'derivcheck.toml'}" in said(capsys)


@pytest.mark.parametrize("text", [None, "{"])
def test_a_schema_that_cannot_be_read_fails(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    if text is not None:
        (folder / "report").write_text(text)
    path = schema.path
    monkeypatch.setattr(schema, "path", lambda name: folder / name if name == "report" else path(name))
    assert "cannot be read" in said(capsys, 2)


def test_it_says_what_the_stream_can_show(folder: Path) -> None:
    around = {**os.environ, "PYTHONPATH": str(Path(derivcheck.__file__).parents[1]), "PYTHONIOENCODING": "ascii"}
    around |= {"FORCE_COLOR": "1", "TERM": "dumb"}
    around.pop("NO_COLOR", None)
    words = [sys.executable, "-m", "derivcheck", "doctor"]
    text = subprocess.run(words, env=around, capture_output=True, text=True, check=True).stdout
    assert "output: ascii, which lacks the marks; ASCII stands for them" in text
    assert "colour: yes (no terminal, FORCE_COLOR=1, TERM=dumb)" in text
