"""The page on continuous integration shows what there is."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml

from derivcheck.options import make_parser
from derivcheck.reports.formats import FORMATS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"derivcheck (run [^'\n]*)", "\n".join(re.findall(r"```\w*\n(.*?)```", PAGE, re.DOTALL)))


def block(name: str) -> Any:
    """The example of a file."""
    found = re.search(rf"```yaml\n# {re.escape(name)}\n(.*?)```", PAGE, re.DOTALL)
    assert found
    return yaml.safe_load(found[1])


def test_there_are_commands() -> None:
    assert len(COMMANDS) == 4


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_one(command: str) -> None:
    words = shlex.split(command)
    formats = [word.partition("=")[0] for word in words if "=" in word and not word.startswith("-")]
    assert set(formats) <= set(FORMATS)
    make_parser().parse_args([*words, "a.yaml"] if words[-1] == "--" else words)


def test_the_hook_and_its_options_are_there() -> None:
    (hooks,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (repository,) = block(".pre-commit-config.yaml")["repos"]
    (hook,) = repository["hooks"]
    assert hook["id"] == hooks["id"]
    make_parser().parse_args([*shlex.split(hooks["entry"])[1:], *hook["args"], "a.yaml"])


def test_the_inputs_of_the_action_are_there() -> None:
    inputs = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert re.findall(r"^\| `([\w-]+)` \|", PAGE, re.MULTILINE) == list(inputs)
    steps = block(".github/workflows/derivations.yml")["jobs"]["derivcheck"]["steps"]
    (used,) = (step["with"] for step in steps if "derivcheck@" in step["uses"])
    assert set(used) <= set(inputs)


def test_the_job_for_gitlab_keeps_what_it_writes() -> None:
    job = block(".gitlab-ci.yml")["derivcheck"]
    written = re.findall(r"--output \w+=(\S+)", job["script"][-1])
    assert sorted(job["artifacts"]["reports"].values()) == sorted(written)
