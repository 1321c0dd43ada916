"""The configuration file: which options it may set, and what is said of anything else in it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from derivcheck import configuration
from derivcheck.cli import main
from derivcheck.options import make_parser
from derivcheck.usage import UsageError

RIGHT = "symbols: {x: real}\nsteps: |\n  x + x\n  = 2*x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(RIGHT)
    return tmp_path


def options_of_run() -> set[str]:
    (commands,) = (action for action in make_parser()._actions if isinstance(action, argparse._SubParsersAction))
    names = (action.option_strings[0] for action in commands.choices["run"]._actions if action.option_strings)
    return {name.removeprefix("--") for name in names} - {"-h"}


def test_every_option_of_run_can_be_set_or_is_for_the_command_line_only() -> None:
    assert options_of_run() == set(configuration.TYPES) | set(configuration.COMMAND_LINE_ONLY)
    assert not set(configuration.TYPES) & set(configuration.COMMAND_LINE_ONLY)


VALUES = {
    "strict": "true",
    "jobs": "2",
    "timeout": "2.5",
    "memory": '"512M"',
    "samples": "8",
    "seed": "-3",
    "no-cache": "true",
    "color": '"never"',
    "output-format": '"concise"',
    "output": '["json=out.json", "concise=out.txt"]',
    "quiet": "false",
}


def test_the_values_below_are_of_every_key() -> None:
    assert set(VALUES) == set(configuration.TYPES)


@pytest.mark.parametrize(("key", "value"), VALUES.items())
def test_every_option_can_be_set(folder: Path, key: str, value: str) -> None:
    (folder / "pyproject.toml").write_text(f"[tool.derivcheck]\n{key} = {value}\n")
    assert main(["run", "a.yaml"]) == 0


@pytest.mark.parametrize("key", configuration.COMMAND_LINE_ONLY)
def test_some_options_cannot(folder: Path, key: str) -> None:
    (folder / "derivcheck.toml").write_text(f"{key} = true\n")
    with pytest.raises(UsageError, match=f"toml:1: {key} stands on the command line only: "):
        main(["run", "a.yaml"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("seed = 1\n\nsed = 1\n", ":3: there is no option sed; did you mean seed?"),
        ("# sed = 1\n  'sed' = 1\n", ":2: there is no option sed; "),
        ('"sed"=1\n', ":1: there is no option sed; "),
        ("[sed]\na = 1\n", ": there is no option sed; "),
        ("nonsense.deep = 1\n", ":1: there is no option nonsense; the options are strict, "),
        ("seed = 1.5\n", ":1: seed is a whole number"),
        ("seed = true\n", ":1: seed is a whole number"),
        ('timeout = "1"\n', ":1: timeout is a number"),
        ("quiet = 0\n", ":1: quiet is true or false"),
        ("color = []\n", ":1: color is text in quotes"),
        ('output = "json=a"\n', ":1: output is a list of texts"),
        ("output = [1]\n", ":1: output is a list of texts, such as json=report.json"),
        ('output = ["json=/tmp/x"]\n', ":1: output names files below the folder"),
        ('output = ["json=a/../../x"]\n', ":1: output names files below the folder"),
        ("a = \n", " cannot be read: "),
        ("a = 1\na = 2\n", " cannot be read: "),
    ],
)
@pytest.mark.parametrize("name", ["derivcheck.toml", "pyproject.toml"])
def test_anything_else_is_an_error_with_its_line(folder: Path, text: str, said: str, name: str) -> None:
    before = "" if name == "derivcheck.toml" else "[project]\nsed = 1\nseed = 2\n[tool.derivcheck]\n"
    (folder / name).write_text(before + text.replace("[sed]", "[tool.derivcheck.sed]" if before else "[sed]"))
    with pytest.raises(UsageError) as raised:
        main(["run", "a.yaml"])
    line, colon, message = said.removeprefix(":").partition(":") if said[1:2].isdigit() else ("", "", said)
    expected = f":{int(line) + before.count(chr(10))}{colon}{message}" if line else message
    assert str(raised.value).startswith(f"{folder / name}{expected}")


@pytest.mark.parametrize("text", ["[tool]\nderivcheck = 1\n", "tool = 1\n"])
def test_a_table_that_is_none(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text)
    if "derivcheck" in text:
        with pytest.raises(UsageError, match="is a table of options"):
            main(["run", "a.yaml"])
    else:
        assert main(["run", "a.yaml"]) == 0


@pytest.mark.parametrize("text", ["samples = 0", 'color = "red"', 'output-format = "pdf"', 'output = ["json"]', "timeout = 0"])
def test_a_value_that_no_command_line_takes_names_the_file(folder: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "derivcheck.toml").write_text(text)
    with pytest.raises(SystemExit) as stopped:
        main(["run", "a.yaml"])
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert f"argument --{text.split(' ')[0]}:" in said
    assert said.endswith(f"derivcheck: this value stands in {folder / 'derivcheck.toml'}\n")


def test_a_wrong_command_line_is_not_blamed_on_the_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "derivcheck.toml").write_text("samples = 8\n")
    with pytest.raises(SystemExit):
        main(["run", "a.yaml", "--samples", "0"])
    assert "derivcheck.toml" not in capsys.readouterr().err


def test_the_nearer_file_counts_and_its_own_kind_first(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.derivcheck]\nseed = 1\n")
    assert configuration.find(folder) == folder / "pyproject.toml"
    (folder / "derivcheck.toml").write_text("seed = 2\n")
    assert configuration.find(folder) == folder / "derivcheck.toml"
    (folder / "inner").mkdir()
    assert configuration.find(folder / "inner") == folder / "derivcheck.toml"
    (folder / "inner" / "pyproject.toml").touch()
    assert configuration.find(folder / "inner") == folder / "inner" / "pyproject.toml"
