"""Results on standard output, everything else on standard error, and colour where it is wanted: in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminals import Terminal

import derivcheck

WRONG = "symbols: {x: real}\nsteps: |\n  x + x\n  = 3*x\n"
RUN = ("run", "a.yaml")
EXPLAIN = ("explain", "a.yaml::a:1")
CHECK = ("check", "x + x", "3*x", "-s", "x: real")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "derivcheck.toml").touch()
    (tmp_path / "a.yaml").write_text(WRONG)
    return tmp_path


def around(**variables: str) -> dict[str, str]:
    """The environment with these variables and no other that speaks of colour."""
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "FORCE_COLOR", "COLORTERM", "COLUMNS"}}
    return {**kept, "PYTHONPATH": str(Path(derivcheck.__file__).parents[1]), "TERM": "xterm-256color", **variables}


def piped(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "derivcheck", *words]
    return subprocess.run(command, cwd=folder, env=around(**variables), capture_output=True, encoding="utf-8", check=False)


def shown(folder: Path, *words: str, **variables: str) -> str:
    """What a terminal shows that is all three streams."""
    terminal = Terminal([sys.executable, "-m", "derivcheck", *words], folder, around(**variables))
    try:
        return terminal.to_the_end()
    finally:
        terminal.close()


@pytest.mark.parametrize("words", [RUN, EXPLAIN, CHECK], ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("variables", "options", "coloured"),
    [
        ({}, (), True),
        ({"NO_COLOR": "1"}, (), False),
        ({"NO_COLOR": ""}, (), True),
        ({"TERM": "dumb"}, (), False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({}, ("--color", "never"), False),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"TERM": "dumb"}, ("--color", "always"), True),
    ],
)
def test_colour_on_a_terminal(
    folder: Path, words: tuple[str, ...], variables: dict[str, str], options: tuple[str, ...], coloured: bool
) -> None:
    text = shown(folder, *words, *options, **variables)
    assert ("\x1b[" in text) is coloured
    assert "refuted" in text


@pytest.mark.parametrize(
    ("variables", "options", "coloured"),
    [
        ({}, (), False),
        ({"FORCE_COLOR": "1"}, (), True),
        ({"FORCE_COLOR": ""}, (), False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, (), True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, (), False),
        ({}, ("--color", "always"), True),
        ({"NO_COLOR": "1"}, ("--color", "always"), True),
        ({"FORCE_COLOR": "1"}, ("--color", "never"), False),
    ],
)
def test_colour_in_a_pipe(folder: Path, variables: dict[str, str], options: tuple[str, ...], coloured: bool) -> None:
    done = piped(folder, *RUN, *options, **variables)
    assert ("\x1b[" in done.stdout) is coloured
    assert done.stderr == ""


@pytest.mark.parametrize("name", ["json", "concise"])
def test_formats_for_programs_have_no_colour(folder: Path, name: str) -> None:
    words = (*RUN, "--output-format", name, "--color", "always")
    assert "\x1b" not in piped(folder, *words, FORCE_COLOR="1").stdout
    assert "\x1b" not in shown(folder, *words, FORCE_COLOR="1")


def test_what_is_piped_is_plain_while_messages_go_to_a_terminal(folder: Path) -> None:
    reading, writing = os.pipe()
    terminal = Terminal([sys.executable, "-m", "derivcheck", *RUN], folder, around(), stdout=writing)
    os.close(writing)
    with os.fdopen(reading, encoding="utf-8") as stream:
        results = stream.read()
    messages = terminal.to_the_end()
    terminal.close()
    assert "1 refuted" in results and "\x1b" not in results
    assert "refuted" not in messages


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "none.yaml"), "derivcheck: there is no file or folder none.yaml\n"),
        (("run", "a.yaml", "--samples", "0"), "0 is not a whole number from 1\n"),
        (("run", "a.yaml", "--output", "json=none/x.json"), "cannot be written: there is no folder none\n"),
    ],
)
def test_what_is_wrong_with_a_command_stands_on_standard_error(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = piped(folder, *words, FORCE_COLOR="1")
    assert done.returncode == 2
    assert done.stderr.endswith(said) and "\x1b" not in done.stderr
    assert "none" in words[-1] or done.stdout == ""


@pytest.mark.parametrize("words", [("--help",), ("run", "--help"), ("--version",), ("schema",), ("doctor",)])
def test_what_is_asked_for_stands_on_standard_output(folder: Path, words: tuple[str, ...]) -> None:
    done = piped(folder, *words)
    assert (done.returncode, done.stderr) == (0, "") and done.stdout


def test_json_on_standard_output_is_nothing_else(folder: Path) -> None:
    (folder / "b.yaml").write_text("steps: [\n")
    done = piped(folder, "run", ".", "--output-format", "json", "--debug", DERIVCHECK_DEBUG="1")
    assert (done.returncode, done.stderr) == (2, "")
    assert len(json.loads(done.stdout)["files"]) == 2


def test_a_reader_that_goes_away_is_no_defect(folder: Path) -> None:
    long = "derivations:\n" + "".join(f"  d{i}: {{steps: [1, = 1]}}\n" for i in range(3000))
    (folder / "long.yaml").write_text(long)
    command = f"'{sys.executable}' -m derivcheck run long.yaml | head -n 1"
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=around(), capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("long.yaml\n", "")
