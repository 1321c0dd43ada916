"""Completion in the shells themselves: what stands on the line once the tabulator has been pressed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from terminals import Terminal

import derivcheck

BASH = """\
PS1='ready> '
bind 'set bell-style none'
bind 'set enable-bracketed-paste off'
bind 'set completion-query-items 0'
bind -x '"\\C-x\\C-b": printf "\\nLINE=[%s]\\n" "$READLINE_LINE"'
source completion
"""

ZSH = """\
PS1='ready> '
unsetopt beep zle_bracketed_paste
unset zle_bracketed_paste
autoload -U compinit
compinit -D -u
source ./completion
compdef _shtab_derivcheck derivcheck
show() { printf "\\nLINE=[%s]\\n" "$BUFFER" }
zle -N show
bindkey '^X^B' show
"""

SHELLS = {"bash": ["bash", "--norc", "--noprofile", "-i"], "zsh": ["zsh", "-f", "-i"]}


@pytest.fixture(scope="module", params=SHELLS)
def shell(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A shell that has read the script, in a folder with a few files."""
    name: str = request.param
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    folder = tmp_path_factory.mktemp(name)
    for file in ("derivation.yaml", "a b.yaml", "notes.md"):
        (folder / file).touch()
    (folder / "folder").mkdir()
    (folder / "folder" / "inner.yaml").touch()
    (folder / "completion").write_text(script(name))
    (folder / "begin").write_text(BASH if name == "bash" else ZSH)
    around = {**os.environ, "TERM": "dumb" if name == "bash" else "vt100", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    terminal = Terminal(SHELLS[name], folder, {**around, "COLUMNS": "200"})
    terminal.send("source ./begin && echo be''gun\n")
    terminal.until("begun")
    yield terminal
    terminal.close()


def script(name: str) -> str:
    around = {**os.environ, "PYTHONPATH": str(Path(derivcheck.__file__).parents[1])}
    words = [sys.executable, "-m", "derivcheck", "--print-completion", name]
    return subprocess.run(words, env=around, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("derivcheck ru", "derivcheck run "),
        ("derivcheck run der", "derivcheck run derivation.yaml "),
        ("derivcheck run a", "derivcheck run a\\ b.yaml "),
        ("derivcheck run notes.md fol", "derivcheck run notes.md folder/"),
        ("derivcheck run notes.md --stri", "derivcheck run notes.md --strict "),
        ("derivcheck run notes.md folder/inner.yaml der", "derivcheck run notes.md folder/inner.yaml derivation.yaml "),
        ("derivcheck run folder/", "derivcheck run folder/inner.yaml "),
        ("derivcheck run --stri", "derivcheck run --strict "),
        ("derivcheck run --output-f", "derivcheck run --output-format "),
        ("derivcheck run --output-format con", "derivcheck run --output-format concise "),
        ("derivcheck run --output js", "derivcheck run --output json="),
        ("derivcheck run --output json=not", "derivcheck run --output json=notes.md "),
        ("derivcheck run --color al", "derivcheck run --color always "),
        ("derivcheck run --quiet der", "derivcheck run --quiet derivation.yaml "),
        ("derivcheck run --samples 3 not", "derivcheck run --samples 3 notes.md "),
        ("derivcheck check x y --layout nu", "derivcheck check x y --layout numerator "),
        ("derivcheck check x y --output-format js", "derivcheck check x y --output-format json "),
        ("derivcheck explain not", "derivcheck explain notes.md "),
        ("derivcheck convert der", "derivcheck convert derivation.yaml "),
        ("derivcheck convert derivation.yaml --to la", "derivcheck convert derivation.yaml --to latex "),
        ("derivcheck convert derivation.yaml -o not", "derivcheck convert derivation.yaml -o notes.md "),
        ("derivcheck new not", "derivcheck new notes.md "),
        ("derivcheck schema re", "derivcheck schema report "),
    ],
)
def test_words_are_completed(shell: Terminal, typed: str, completed: str) -> None:
    shell.send(f"{typed}\t\x18\x02")
    found = re.search(r"LINE=\[(.*)\]", shell.until("]\r\n"))
    shell.send("\x05\x15")
    assert found and found[1].rstrip() == completed.rstrip()


def test_the_script_for_tcsh_can_be_read(tmp_path: Path) -> None:
    if shutil.which("tcsh") is None:
        pytest.skip("tcsh is not installed")
    (tmp_path / "completion").write_text(script("tcsh"))
    words = ["tcsh", "-f", "-c", "source completion && complete derivcheck"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "concise" in done.stdout
