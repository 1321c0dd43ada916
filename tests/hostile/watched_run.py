"""Judges the files in a folder while an audit hook watches what the process does; prints what it must not do.

Run in a process of its own: an audit hook stays.  What is imported in between is Python's own affair: it reads from where
Python and its packages lie, and runs what it has read.  Only SymPy's process may be started, and only by its prover.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

import platformdirs

import derivcheck
from derivcheck.files.finding import find
from derivcheck.files.load import load
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.processes.parts import judge_document
from derivcheck.running.settings import Settings
from derivcheck.syntax.latex import grammar

PACKAGES = tuple({os.path.realpath(path) for path in (
    *sysconfig.get_paths().values(), sys.prefix, sys.base_prefix, Path(derivcheck.__file__).parent,
)})
CACHE = os.path.realpath(platformdirs.user_cache_dir("derivcheck"))
PROVER = os.path.join("proving", "child.py")
ACTS = ("os.", "shutil.", "subprocess.", "socket.", "ctypes.", "pickle.", "marshal.", "ftplib.", "smtplib.", "urllib.", "http.",
        "webbrowser.", "mmap.", "fcntl.", "pty.", "sqlite3.", "signal.", "tempfile.", "sys.")
HARMLESS = {"os.listdir", "os.scandir", "sys._getframe", "sys.unraisablehook", "marshal.loads", "marshal.load"}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


class Watch:
    """What may be read now, and what was done that is forbidden."""

    def __init__(self) -> None:
        self.given = ""
        self.seen: dict[str, None] = {}

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """The audit hook."""
        if self.given and self.forbidden(event, arguments):
            self.seen[f"{Path(self.given).name}: {event} {repr(arguments)[:200]}"] = None

    def forbidden(self, event: str, arguments: tuple[object, ...]) -> bool:
        if event == "open":
            return not self.may_open(*arguments)  # type: ignore[arg-type]
        if event == "import" or (event == "os.kill" and _under("subprocess")):
            return False  # a process of one's own is ended
        if event in {"exec", "compile"}:
            return not _under("importlib") and not _of_package(arguments)
        return event.startswith(ACTS) and event not in HARMLESS and not _under(PROVER)

    def may_open(self, path: object, mode: object, flags: object) -> bool:
        if isinstance(path, int):
            return _under(PROVER)
        real = os.path.realpath(os.fsdecode(path))  # type: ignore[arg-type]
        if isinstance(flags, int) and flags & WRITING:
            return real.startswith(CACHE) or _under(PROVER)
        return real == self.given or real.startswith((*PACKAGES, CACHE)) or _under(PROVER)


def _of_package(arguments: tuple[object, ...]) -> bool:
    """Whether what is run was read from Python's packages, or is what Cython makes a traceback of."""
    code = arguments[0]
    if code == b"_getframe()":
        return True
    return isinstance(code, CodeType) and os.path.realpath(code.co_filename).startswith(PACKAGES)


def _under(module: str) -> bool:
    """Whether a module is at work, directly or not."""
    return any(module in name for name in _working())


def _working() -> Iterator[str]:
    frame = sys._getframe(1)
    while frame is not None:
        yield frame.f_code.co_filename
        frame = frame.f_back  # type: ignore[assignment]


def main(folder: str) -> None:
    """Judge everything below the folder and print what was seen."""
    settings = Settings(samples=4, timeout=1)
    grammar.load()  # the first to read LaTeX writes its tables into the cache
    watch = Watch()
    sys.addaudithook(watch)
    inputs = find([folder])
    steps = 0
    for item in inputs:
        watch.given = os.path.realpath(item.path)
        document = load(item)
        report = judge_document(document, Surroundings(settings)) if document else None
        watch.given = ""
        steps += sum(len(derivation.steps) for derivation in report.derivations) if report else 0
    for seen in watch.seen:
        print(seen)
    print(f"{len(inputs)} files, {steps} steps")


if __name__ == "__main__":
    main(sys.argv[1])
