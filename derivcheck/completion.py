"""Completion scripts for shells, by shtab, which is told what each argument is completed to."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

import shtab

from derivcheck.reports.formats import FORMATS

_OUTPUT = "_derivcheck_output"
_REPORTS = " ".join(f"{name}=" for name in FORMATS)
_PREAMBLE = {
    "bash": f'{_OUTPUT}() {{ compopt -o nospace 2>/dev/null; compgen -W "{_REPORTS}" -- "$1"; }}',
    "zsh": f"{_OUTPUT}() {{ if compset -P '*='; then _files; else compadd -S '' -- {_REPORTS}; fi }}",
}
"""What completes ``FORMAT=FILE``: a format with its sign first, and then a file."""


def script(parser: argparse.ArgumentParser, shell: str) -> str:
    """The script with which a shell completes the command line of a parser.

    For zsh shtab says that of several paths the first is to be completed and no more; that is mended.
    """
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                _prepare(command)
    made = str(shtab.complete(parser, shell=shell, preamble=_PREAMBLE.get(shell, "")))
    return made.replace('"(*):', '"*:').replace("one_or_more='(*)'", "one_or_more='*:'") if shell == "zsh" else made


def _prepare(command: argparse.ArgumentParser) -> None:
    """Say to what the arguments of a command are completed."""
    for action in command._actions:
        if action.metavar == "FORMAT=FILE":
            _complete(action, {"bash": _OUTPUT, "zsh": _OUTPUT, "tcsh": "f"})
        elif action.type is Path or action.dest in {"paths", "target"}:
            _complete(action, shtab.FILE)
        elif action.dest == "output_format":
            action.choices = tuple(FORMATS)
        if isinstance(action.metavar, str):
            action.metavar = action.metavar.replace(":", "")  # in zsh a colon begins a command to be run


def _complete(action: argparse.Action, by: Mapping[str, object]) -> None:
    action.complete = by  # type: ignore[attr-defined]
