"""The commands that judge, given their parsed arguments."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from derivcheck.files.finding import SUFFIXES, Input, find
from derivcheck.progress import progress
from derivcheck.reports import as_explanation, as_text, formats, from_json, terminal
from derivcheck.reports.wording import printable
from derivcheck.running.means import Means
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.report import FileReport
from derivcheck.running.results import Report, exit_status
from derivcheck.running.run import Opening, judge, make_report, open_file, run, run_files
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Words
from derivcheck.usage import UsageError


def run_run(parsed: argparse.Namespace) -> int:
    """``derivcheck run``."""
    if not parsed.watch:
        return _run(parsed, find(parsed.paths))
    from derivcheck.watching import Watch

    outputs = [path for _, path in parsed.output]
    return Watch(parsed.paths, outputs, sys.stderr).run(lambda inputs: _run(parsed, inputs))


def _run(parsed: argparse.Namespace, inputs: Sequence[Input]) -> int:
    """Judge once and report."""
    means = Means(parsed.jobs, None if parsed.no_cache else Cache(), progress(sys.stderr), parsed.dask)
    wanted = _without_others(inputs, parsed.allow_python) if parsed.skip_others else inputs
    report = run_files(wanted, _settings(parsed), means, _opening(parsed.allow_python), parsed.shard)
    status = _deliver(report, parsed)
    if means.cache and means.cache.trouble:
        terminal.tell(f"derivcheck: every step was judged anew, for the cache cannot be used: {means.cache.trouble}")
    return 0 if status == 5 and parsed.skip_others and not report.tally.files else status


def _without_others(inputs: Sequence[Input], allow_python: bool) -> Sequence[Input]:
    """The files without those of other kinds, each to be passed over if it holds nothing for us."""
    kinds = (*SUFFIXES, ".py") if allow_python else SUFFIXES
    return [replace(item, explicit=False) for item in inputs if item.path.suffix in kinds]


def run_merge(parsed: argparse.Namespace) -> int:
    """``derivcheck merge``."""
    report, missing = from_json.merged([(path, from_json.read(path)) for path in parsed.reports])
    status = _deliver(report, parsed)
    if missing:
        print(f"derivcheck: shares of the run are missing: {', '.join(map(str, missing))}", file=sys.stderr)
    return max(status, 2) if missing else status


def _deliver(report: Report, parsed: argparse.Namespace) -> int:
    """Print a report and write it wherever else it is wanted; the exit status."""
    for _, path in parsed.output:
        if not path.parent.is_dir():
            raise UsageError(f"{path} cannot be written: there is no folder {path.parent}")
    with _heeding_interrupts(report):
        return _delivered(report, parsed)


@contextmanager
def _heeding_interrupts(report: Report) -> Iterator[None]:
    """Let Ctrl-C end the run, and not the report on what was finished before."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, lambda *_: report.files.stop())
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _delivered(report: Report, parsed: argparse.Namespace) -> int:
    _print(report, parsed, parsed.quiet)
    unwritten = [not _write_file(path, formats.render(report, name, parsed.quiet)) for name, path in parsed.output]
    status = _status(report, parsed.debug)
    return max(status, 2) if any(unwritten) else status


def run_check(parsed: argparse.Namespace) -> int:
    """``derivcheck check``."""
    symbols, define, assume = map(tuple, (parsed.symbols, parsed.define, parsed.assume))
    words = Words(parsed.left, parsed.right, symbols, define, assume, parsed.layout)
    report = judge([words], _settings(parsed), Means(jobs=1))
    _print(report, parsed, False)
    return _status(report, parsed.debug)


def run_explain(parsed: argparse.Namespace) -> int:
    """``derivcheck explain``."""
    settings = _settings(parsed)
    path, index = _target(parsed.target)
    report = run([path], settings, Means(jobs=1))
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


def _opening(allow_python: bool) -> Opening:
    """What opens files: Python modules only where the user allows that they run."""
    if not allow_python:
        return open_file
    from derivcheck.python_files import Module

    return lambda item: Module(os.fspath(item.path), item.names) if _is_module(item.path) else open_file(item)


def _is_module(path: Path) -> bool:
    return path.suffix == ".py" and path.is_file()


def _settings(parsed: argparse.Namespace) -> Settings:
    return Settings(parsed.samples, parsed.seed, parsed.timeout, parsed.memory, parsed.strict)


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


def _write_file(path: Path, pieces: Iterable[str]) -> bool:
    """Whether a report could be written; where not, the other reports are all the same."""
    try:
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(pieces)
    except OSError as error:
        terminal.tell(f"derivcheck: {path} cannot be written: {error.strerror}")
        return False
    return True


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
