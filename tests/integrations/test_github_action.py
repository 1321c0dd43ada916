"""The GitHub action: what its inputs are to the shell, what it hands to the command, and what it leaves behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

import derivcheck
from derivcheck.reports.formats import FORMATS

ROOT = Path(__file__).parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
_, INSTALL, CHECK = ACTION["runs"]["steps"]

RECORDER = """\
#!/usr/bin/env bash
printf '%s\\0' "$@" > "$RECORD"
for word in "$@"; do
  case $word in
    markdown=*) [ -z "$SUMMARY" ] || printf '%s\\n' "$SUMMARY" > "${word#markdown=}" ;;
  esac
done
exit "$STATUS"
"""


class Runner:
    """A folder in which the shell of a step runs with commands that only record how they were called."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.work, self.commands = folder, folder / "work", folder / "bin"
        self.work.mkdir()
        self.commands.mkdir()
        (folder / "temp dir").mkdir()
        (folder / "summary").write_text("before\n")

    def has(self, *names: str) -> Runner:
        """Make commands."""
        for name in names:
            (self.commands / name).write_text(RECORDER)
            (self.commands / name).chmod(0o755)
        return self

    def run(self, step: dict[str, Any], status: int = 0, summary: str = "", **given: str) -> subprocess.CompletedProcess[str]:
        """Run a step as GitHub does, with its inputs."""
        inputs = {name: known["default"] for name, known in ACTION["inputs"].items()} | given
        environment = {
            **os.environ,
            "PATH": f"{self.commands}{os.pathsep}{os.environ['PATH']}",
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "RUNNER_TEMP": str(self.folder / "temp dir"),
            "RECORD": str(self.folder / "record"),
            "STATUS": str(status),
            "SUMMARY": summary,
            **{name: self.filled(value, inputs) for name, value in step["env"].items()},
        }
        script = self.folder / "step.sh"
        script.write_text(step["run"])
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return subprocess.run(shell, cwd=self.work, env=environment, capture_output=True, text=True, check=False, timeout=60)

    def filled(self, value: str, inputs: dict[str, str]) -> str:
        """What GitHub makes of an expression."""
        known = {f"${{{{ inputs.{name} }}}}": given for name, given in inputs.items()}
        return (known | {"${{ github.action_path }}": "/the action"})[value]

    @property
    def called(self) -> list[str]:
        """The words that a command was called with."""
        return (self.folder / "record").read_text().split("\0")[:-1]

    @property
    def paths(self) -> list[str]:
        """Those behind the options."""
        return self.called[self.called.index("--") + 1 :]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_no_input_is_written_into_a_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        assert step.get("shell", "bash") == "bash"
    assert all({"description", "default"} == set(known) for known in ACTION["inputs"].values())


def test_what_is_run_by_default(runner: Runner) -> None:
    assert runner.has("derivcheck").run(CHECK).returncode == 0
    temporary = runner.folder / "temp dir"
    reports = ["--output", f"markdown={temporary}/derivcheck.md", "--output", f"sarif={temporary}/derivcheck.sarif"]
    assert runner.called == ["run", "--output-format", "github", *reports, "--", "."]


@pytest.mark.parametrize("status", [0, 1, 2, 5, 101, 130])
def test_the_exit_status_is_handed_on(runner: Runner, status: int) -> None:
    assert runner.has("derivcheck").run(CHECK, status, "# Result").returncode == status
    assert (runner.folder / "summary").read_text() == "before\n# Result\n"


def test_a_summary_that_is_too_long_is_left_out(runner: Runner) -> None:
    huge = runner.folder / "huge"
    huge.write_text("x" * 1_100_000)
    (runner.commands / "derivcheck").write_text(f'#!/usr/bin/env bash\ncp "{huge}" "$RUNNER_TEMP/derivcheck.md"\n')
    (runner.commands / "derivcheck").chmod(0o755)
    assert runner.run(CHECK).returncode == 0
    assert len((runner.folder / "summary").read_text()) < 200


def test_a_summary_of_before_is_not_shown_again(runner: Runner) -> None:
    (runner.folder / "temp dir" / "derivcheck.md").write_text("old")
    assert runner.has("derivcheck").run(CHECK, 2).returncode == 2
    assert (runner.folder / "summary").read_text() == "before\n"


@pytest.mark.parametrize(
    ("given", "paths"),
    [
        ("a b.yaml\nc.yaml\n", ["a b.yaml", "c.yaml"]),
        ("\na.yaml::one\n\n", ["a.yaml::one"]),
        ("$(touch pwned)", ["$(touch pwned)"]),
        ("`touch pwned`", ["`touch pwned`"]),
        ("; touch pwned #\n' \"", ["; touch pwned #", "' \""]),
        ("*", ["*"]),
        ("--allow-python\n-x", ["--allow-python", "-x"]),
        ("a\\nb\\", ["a\\nb\\"]),
        ("${HOME} $HOME ~", ["${HOME} $HOME ~"]),
        ("", []),
    ],
)
def test_paths_are_words_and_never_commands(runner: Runner, given: str, paths: list[str]) -> None:
    (runner.work / "something").touch()
    runner.has("derivcheck").run(CHECK, paths=given)
    assert runner.paths == paths
    assert [found.name for found in runner.work.iterdir()] == ["something"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("--strict  --samples 64\n--quiet\t--seed=1", ["--strict", "--samples", "64", "--quiet", "--seed=1"]),
        ("--seed $(touch pwned)", ["--seed", "$(touch", "pwned)"]),
        ("`touch pwned` ; touch pwned", ["`touch", "pwned`", ";", "touch", "pwned"]),
        ("'a b' \\ *", ["'a", "b'", "\\", "*"]),
        ("", []),
    ],
)
def test_options_are_words_and_never_commands(runner: Runner, given: str, words: list[str]) -> None:
    runner.has("derivcheck").run(CHECK, args=given)
    called = runner.called
    assert called[3 : called.index("--output")] == words
    assert list(runner.work.iterdir()) == []


@pytest.mark.parametrize(
    ("version", "what"),
    [
        ("", "/the action"),
        ("0.1.0", "derivcheck==0.1.0"),
        ("1; touch pwned $(touch pwned)", "derivcheck==1; touch pwned $(touch pwned)"),
    ],
)
def test_what_is_installed(runner: Runner, version: str, what: str) -> None:
    assert runner.has("python").run(INSTALL, version=version).returncode == 0
    assert runner.called == ["-P", "-m", "pip", "install", "--disable-pip-version-check", "--quiet", what]
    assert list(runner.work.iterdir()) == []


def test_a_failed_installation_fails(runner: Runner) -> None:
    assert runner.has("python").run(INSTALL, 1).returncode == 1


@pytest.mark.skipif(not {"github", "markdown", "sarif"} <= set(FORMATS), reason="the formats are not there")
def test_it_works_with_the_command_itself(runner: Runner) -> None:
    here = Path(derivcheck.__file__).parents[1]
    script = f'#!/usr/bin/env bash\nPYTHONPATH="{here}" exec "{sys.executable}" -m derivcheck "$@"\n'
    (runner.commands / "derivcheck").write_text(script)
    (runner.commands / "derivcheck").chmod(0o755)
    (runner.work / "a b.yaml").write_text("symbols: {x: real}\nsteps: |\n  x + x\n  = 3*x\n")
    done = runner.run(CHECK, paths="a b.yaml")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("::")
    assert "wrong-number" in (runner.folder / "summary").read_text()
    assert (runner.folder / "temp dir" / "derivcheck.sarif").exists()


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("step", [INSTALL, CHECK], ids=["install", "check"])
def test_the_scripts_are_sound(step: dict[str, Any]) -> None:
    done = subprocess.run(["shellcheck", "-s", "bash", "-"], input=step["run"], capture_output=True, text=True, check=False)
    assert done.stdout == ""
