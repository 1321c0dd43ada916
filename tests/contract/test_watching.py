"""--watch in a process of its own: what is judged again when files are saved, replaced, made and removed, and how it ends."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import derivcheck
from derivcheck.cli import main
from derivcheck.usage import UsageError

pytest.importorskip("watchfiles")

RIGHT = "symbols: {x: real}\nsteps: |\n  x + x\n  = 2*x\n"
WRONG = RIGHT.replace("2*x", "3*x")
PATIENCE = 60
"""Seconds after which nothing more is hoped for: this machine may be busy."""


class Watching:
    """A running ``derivcheck run --watch``, whose output is read as it comes.

    apart: standard output alone; else both streams are one, in which the order of what is said can be relied on.
    """

    def __init__(self, folder: Path, *words: str, apart: bool = False) -> None:
        around = {**os.environ, "PYTHONPATH": str(Path(derivcheck.__file__).parents[1]), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "derivcheck", "run", "--watch", *words],
            cwd=folder,
            env=around,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if apart else subprocess.STDOUT,
            encoding="utf-8",
        )
        self.said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, args=(self.process.stdout,), daemon=True).start()

    def _read(self, stream: Iterator[str]) -> None:
        for line in stream:
            self.said.put(line.rstrip("\n"))

    def until(self, text: str) -> str:
        """The lines up to one that holds a text."""
        lines: list[str] = []
        while not lines or text not in lines[-1]:
            lines.append(self.said.get(timeout=PATIENCE))
        return "\n".join(lines)

    def round(self) -> str:
        """All that is said until it waits."""
        return self.until("waiting for changes")

    def quiet(self) -> bool:
        """Whether nothing is said for a while."""
        try:
            self.said.get(timeout=1.5)
        except queue.Empty:
            return True
        return False

    def interrupt(self) -> int:
        """Ctrl-C, and the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(PATIENCE)


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[type[Watching]]:
    started: list[Watching] = []
    (tmp_path / "derivcheck.toml").touch()

    class Started(Watching):
        def __init__(self, *words: str, apart: bool = False) -> None:
            super().__init__(tmp_path, *words, apart=apart)
            started.append(self)

    yield Started
    for it in started:
        it.process.kill()
        it.process.wait()


def replaced(path: Path, text: str) -> None:
    """A file saved as many editors do: another one is written and takes its name."""
    other = path.with_name(f".{path.name}.tmp")
    other.write_text(text)
    os.replace(other, path)


def test_a_file_that_is_saved_or_replaced_is_judged_again(tmp_path: Path, watch: type[Watching]) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(RIGHT)
    running = watch("a.yaml")
    assert "1 proved" in running.round()
    for save in (Path.write_text, replaced, replaced, Path.write_text):
        save(path, WRONG)
        said = running.round()
        assert "a.yaml has changed" in said and "1 refuted" in said
        save(path, RIGHT)
        assert "1 proved" in running.round()
    assert running.interrupt() == 130


def test_in_a_folder_only_what_changes_is_judged_again(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "inner").mkdir()
    for name in ("a.yaml", "inner/b.yaml"):
        (tmp_path / name).write_text(RIGHT)
    running = watch(".")
    assert "2 proved" in running.round()
    (tmp_path / "inner" / "b.yaml").write_text(WRONG)
    said = running.round()
    assert "1 step in 1 derivation: 1 refuted" in said and "a.yaml" not in said
    (tmp_path / "new").mkdir()
    time.sleep(0.5)
    (tmp_path / "new" / "c.md").write_text("<!-- derivcheck\nsymbols: {x: real}\n-->\n\n$$x + x = 2x$$\n")
    assert "new/c.md has changed" in running.round()
    (tmp_path / "a.yaml").unlink()
    assert "a.yaml is gone" in running.round()
    assert running.interrupt() == 130


def test_what_is_not_ours_is_not_judged(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT)
    running = watch(".")
    running.round()
    (tmp_path / "other.yaml").write_text("services: {}\n")
    (tmp_path / "notes.md").write_text("# Notes\n")
    (tmp_path / "code.py").write_text("")
    (tmp_path / ".hidden.yaml").write_text(WRONG)
    assert running.quiet()


def test_several_paths_and_selected_derivations(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "away").mkdir()
    (tmp_path / "inner" / "a.yaml").write_text(RIGHT)
    two = "symbols: {x: real}\nderivations:\n  one: {steps: [x, = x]}\n  two: {steps: [x, = 2*x]}\n"
    (tmp_path / "away" / "b.yaml").write_text(two)
    running = watch("inner", "away/b.yaml::one")
    assert "2 proved" in running.round()
    replaced(tmp_path / "away" / "b.yaml", two + "# saved\n")
    said = running.round()
    assert "1 step in 1 derivation: 1 proved" in said
    replaced(tmp_path / "inner" / "a.yaml", WRONG)
    assert "1 refuted" in running.round()
    replaced(tmp_path / "away" / "b.yaml", two.replace("one", "first"))
    assert "has no derivation one" in running.round()
    replaced(tmp_path / "away" / "b.yaml", two)
    assert "1 proved" in running.round()


def test_a_file_that_is_removed_may_come_back(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT)
    running = watch("a.yaml")
    running.round()
    (tmp_path / "a.yaml").unlink()
    assert "a.yaml is gone" in running.round()
    (tmp_path / "a.yaml").write_text(WRONG)
    assert "1 refuted" in running.round()


def test_a_link_is_followed(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "a.yaml").write_text(RIGHT)
    os.symlink("far/a.yaml", tmp_path / "link.yaml")
    running = watch("link.yaml")
    running.round()
    replaced(tmp_path / "far" / "a.yaml", WRONG)
    assert "link.yaml:4:3" in running.round()


def test_reports_in_files_stay_whole_and_do_not_start_anything(tmp_path: Path, watch: type[Watching]) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(RIGHT)
    running = watch(".", "--output", "json=report.json", "--output", "text=notes.md")
    running.round()
    (tmp_path / "b.yaml").write_text(WRONG)
    assert "2 steps in 2 derivations" in running.round()
    assert '"files": 2' in (tmp_path / "report.json").read_text()
    assert running.quiet()


def test_standard_output_holds_results_only(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "a.yaml").write_text(WRONG)
    running = watch("a.yaml", "--output-format", "concise", apart=True)
    assert running.until("wrong-number").startswith("a.yaml:4:3: wrong-number")
    replaced(tmp_path / "a.yaml", WRONG + "# saved\n")
    assert running.until("wrong-number").startswith("a.yaml:4:3: wrong-number")
    assert running.interrupt() == 130


def test_it_says_what_it_waits_for(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT)
    assert watch("a.yaml").round().endswith("derivcheck: waiting for changes of a.yaml; Ctrl-C ends this")


def test_ctrl_c_while_waiting_and_a_message(tmp_path: Path, watch: type[Watching]) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT)
    running = watch("a.yaml")
    running.round()
    assert running.interrupt() == 130
    assert "Traceback" not in running.until("interrupted")


def test_a_path_that_is_missing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="there is no file or folder none"):
        main(["run", "--watch", "none"])


def test_without_the_library_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "watchfiles", None)
    (tmp_path / "a.yaml").write_text(RIGHT)
    with pytest.raises(UsageError, match=r"pip install 'derivcheck\[watch\]'"):
        main(["run", "--watch", str(tmp_path / "a.yaml")])


def test_the_library_is_not_imported_unasked(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(RIGHT)
    code = f"import sys\nfrom derivcheck.cli import main\nmain(['run', {str(tmp_path)!r}])\nprint('watchfiles' in sys.modules)"
    around = {**os.environ, "PYTHONPATH": str(Path(derivcheck.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=around, check=True)
    assert done.stdout.endswith("False\n")
