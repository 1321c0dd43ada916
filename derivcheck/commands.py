"""The commands that judge, given their parsed arguments."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from derivcheck.files import arguments
from derivcheck.files.load import load
from derivcheck.files.usage import UsageError
from derivcheck.reports import as_explanation, as_text, formats, terminal
from derivcheck.reports.wording import printable
from derivcheck.running.bench import Settings
from derivcheck.running.report import FileReport
from derivcheck.running.results import Report, exit_status
from derivcheck.running.run import Reader, judge_document, make_report, run


def run_run(parsed: argparse.Namespace) -> int:
    """``derivcheck run``."""
    if parsed.watch:
        raise UsageError("--watch is not available")
    progress = _Progress(sys.stderr) if sys.stderr.isatty() else None
    report = run(parsed.paths, _settings(parsed), progress, _reader(parsed.allow_python))
    _print(report, parsed, parsed.quiet)
    for name, path in parsed.output:
        _write_file(path, formats.render(report, name, parsed.quiet))
    return _status(report, parsed.debug)


def run_check(parsed: argparse.Namespace) -> int:
    """``derivcheck check``."""
    document = arguments.document(parsed.left, parsed.right, parsed.symbols, parsed.define, parsed.assume, parsed.layout)
    settings = _settings(parsed)
    report = make_report((judge_document(document, settings) for _ in range(1)), settings)
    _print(report, parsed, False)
    return _status(report, parsed.debug)


def run_explain(parsed: argparse.Namespace) -> int:
    """``derivcheck explain``."""
    settings = _settings(parsed)
    path, index = _target(parsed.target)
    report = run([path], settings)
    file, columns = next(iter(report.files), None), terminal.width(sys.stdout)
    if file is None:
        raise UsageError(f"{path} holds no derivation")
    for derivation in file.derivations:
        if index is not None and index >= len(derivation.steps):
            raise UsageError(f"{derivation.name} has steps 0 to {len(derivation.steps) - 1}")
        lines = as_explanation.lines(file, derivation, index, columns)
        terminal.write(lines, sys.stdout, terminal.wants_color(sys.stdout, parsed.color), columns)
    if not file.derivations:
        _write_text(report, sys.stdout, parsed.color, False)
    status = _status(make_report([file if index is None else _file_only(file, index)], settings), parsed.debug)
    return 0 if status == 5 else status


class _Progress:
    """A line on a terminal that says which file is being judged, once that takes a while."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.started = time.monotonic()
        self.shown = False

    def __call__(self, done: int, total: int, path: str) -> None:
        if time.monotonic() - self.started > 1:
            self.stream.write(f"\r\x1b[K{done}/{total} {printable(path[-60:])}")
            self.stream.flush()
            self.shown = True

    def clear(self) -> None:
        """Remove the line."""
        if self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def _reader(allow_python: bool) -> Reader:
    """What reads files: Python modules only where the user allows that they run."""
    if not allow_python:
        return load
    from derivcheck import python_files

    return python_files.load


def _settings(parsed: argparse.Namespace) -> Settings:
    return Settings(parsed.samples, parsed.seed, parsed.timeout, parsed.strict)


def _print(report: Report, parsed: argparse.Namespace, quiet: bool) -> None:
    if parsed.output_format == "text":
        _write_text(report, sys.stdout, parsed.color, quiet)
    else:
        sys.stdout.flush()
        for piece in formats.render(report, parsed.output_format, quiet):
            sys.stdout.buffer.write(piece.encode())
    sys.stdout.flush()


def _write_text(report: Report, stream: TextIO, color: str, quiet: bool) -> None:
    columns = terminal.width(stream)
    lines = as_text.lines(report, columns, terminal.ascii_only(stream), quiet)
    terminal.write(lines, stream, terminal.wants_color(stream, color), columns)


def _write_file(path: Path, pieces: Iterable[str]) -> None:
    try:
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(pieces)
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _target(text: str) -> tuple[str, int | None]:
    """``FILE::name:STEP`` as what ``run`` takes and the step's number."""
    before, separator, last = text.rpartition(":")
    numbered = separator and last.isdecimal() and len(last) < 10 and "::" in before and not before.endswith(":")
    return (before, int(last)) if numbered else (text, None)


def _file_only(file: FileReport, index: int) -> FileReport:
    return replace(file, derivations=tuple(replace(d, steps=d.steps[index : index + 1]) for d in file.derivations))


def _status(report: Report, debug: bool) -> int:
    """The exit status; what failed inside is told on standard error."""
    for derivation in report.derivations():
        for step in derivation.steps:
            if step.internal:
                said = step.reason if step.verdict == "conflict" else step.notes[-1]
                terminal.tell(f"derivcheck: {printable(derivation.name)}, line {step.place.line}: {said}")
                if debug or os.environ.get("DERIVCHECK_DEBUG"):
                    terminal.tell(step.internal)
    if report.interrupted:
        print("derivcheck: interrupted; what is reported was finished before", file=sys.stderr)
    return exit_status(report)
