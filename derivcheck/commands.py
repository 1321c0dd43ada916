"""What each command of the command line does, given its parsed arguments."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TextIO

from derivcheck import __version__, configuration
from derivcheck.files import arguments
from derivcheck.files.usage import UsageError
from derivcheck.reports import as_concise, as_explanation, as_json, as_text, terminal
from derivcheck.running.judging import Settings
from derivcheck.running.report import DerivationReport, FileReport, Report, exit_status
from derivcheck.running.run import judge_document, make_report, run

_STARTER = """\
# A derivation: each step is judged against the line above it, for all values and all sizes that the symbols allow.
# Judge it with: derivcheck run {name}
title: The derivative of a quadratic form
symbols:                # every name that stands below, with its type
  n: size               # a positive whole number; nothing is checked for one size only
  x: vector(n)
  A: matrix(n, n)
  a, b: real
derivations:
  quadratic-form:
    steps: |
      diff(x.T @ A @ x, x)
      = A @ x + A.T @ x        # the product rule
      = (A + A.T) @ x
  binomial:
    title: A mistake that is expected
    steps: |
      (a + b)**2
      = a**2 + b**2            #! wrong the mixed term is missing
"""


def run_run(parsed: argparse.Namespace) -> int:
    """``derivcheck run``."""
    if parsed.watch:
        raise UsageError("--watch is not available")
    progress = _Progress(sys.stderr) if sys.stderr.isatty() else None
    report = run(parsed.paths, _settings(parsed), progress)
    if progress:
        progress.clear()
    for name, path in parsed.output:
        _write_file(path, _rendered(report, name, parsed.quiet))
    _print(report, parsed, parsed.quiet)
    return _status(report, parsed.debug)


def run_check(parsed: argparse.Namespace) -> int:
    """``derivcheck check``."""
    started = time.perf_counter()
    document = arguments.document(parsed.left, parsed.right, parsed.symbols, parsed.define, parsed.assume, parsed.layout)
    settings = _settings(parsed)
    file = judge_document(document, settings)
    report = make_report((file,), settings, time.perf_counter() - started)
    _print(report, parsed, False)
    return _status(report, parsed.debug)


def run_explain(parsed: argparse.Namespace) -> int:
    """``derivcheck explain``."""
    settings = _settings(parsed)
    path, index = _target(parsed.target)
    report = run([path], settings)
    if not report.files:
        raise UsageError(f"{path} holds no derivation")
    file, columns = report.files[0], terminal.width(sys.stdout)
    for derivation in file.derivations:
        if index is not None and index >= len(derivation.steps):
            raise UsageError(f"{derivation.name} has steps 0 to {len(derivation.steps) - 1}")
        lines = as_explanation.lines(file, derivation, index, columns)
        terminal.write(lines, sys.stdout, terminal.wants_color(sys.stdout, parsed.color), columns)
    if not file.derivations:
        _write_text(report, sys.stdout, parsed.color, False)
    status = _status(_only(report, index), parsed.debug)
    return 0 if status == 5 else status


def run_new(parsed: argparse.Namespace) -> int:
    """``derivcheck new``."""
    path: Path = parsed.file
    if path.suffix not in {".yaml", ".yml"}:
        raise UsageError(f"{path} should end in .yaml")
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(_STARTER.format(name=path))
    except FileExistsError:
        raise UsageError(f"{path} exists already and stays as it is") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None
    print(f"{path} written; judge it with: derivcheck run {path}")
    return 0


def run_schema(parsed: argparse.Namespace) -> int:
    """``derivcheck schema``."""
    print(schema_path().read_text(encoding="utf-8"), end="")
    return 0


def run_doctor(parsed: argparse.Namespace) -> int:
    """``derivcheck doctor``."""
    print(f"derivcheck {__version__} in {Path(__file__).parent}")
    print(f"Python {sys.version.split()[0]} at {sys.executable}")
    missing = [line for line in map(_dependency, _DEPENDENCIES) if line]
    path = configuration.find(Path.cwd())
    options = configuration.read(path) if path else {}
    print(f"configuration: {', '.join(options)} in {path}" if options else "configuration: none")
    encoding = sys.stdout.encoding
    print(f"output: {encoding}{', which lacks the marks; ASCII stands for them' if terminal.ascii_only(sys.stdout) else ''}")
    for line in missing:
        print(line)
    return 2 if missing else 0


_DEPENDENCIES = (
    ("python-flint", "flint"),
    ("numpy", "numpy"),
    ("PyYAML", "yaml._yaml"),
    ("sympy", "sympy"),
    ("rich", "rich"),
    ("pebble", "pebble"),
    ("shtab", "shtab"),
)


def _dependency(names: tuple[str, str]) -> str | None:
    """Print a dependency's version; returns what is wrong with it, if anything."""
    from importlib import metadata  # slow to import, and no other command needs it

    package, module = names
    try:
        import_module(module)
        print(f"{package} {metadata.version(package)}")
    except ImportError as error:
        return f"{package} is missing: {error}; install derivcheck again with pip"
    return None


def schema_path() -> Path:
    """The JSON Schema: beside the package once it is built, in the source tree's ``schemas/`` before."""
    inside = Path(__file__).parent / "schemas" / "derivation.schema.json"
    return inside if inside.exists() else Path(__file__).parents[1] / "schemas" / "derivation.schema.json"


class _Progress:
    """A line on a terminal that says which file is being judged, once that takes a while."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.started = time.monotonic()
        self.shown = False

    def __call__(self, done: int, total: int, path: str) -> None:
        if time.monotonic() - self.started > 1:
            self.stream.write(f"\r\x1b[K{done}/{total} {path[-60:]}")
            self.stream.flush()
            self.shown = True

    def clear(self) -> None:
        """Remove the line."""
        if self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()


def _settings(parsed: argparse.Namespace) -> Settings:
    return Settings(parsed.samples, parsed.seed, parsed.timeout, parsed.strict)


def _rendered(report: Report, name: str, quiet: bool) -> str:
    match name:
        case "json":
            return as_json.render(report)
        case "concise":
            return as_concise.render(report)
        case _:
            return terminal.plain(as_text.lines(report, 100, quiet=quiet), 100)


def _print(report: Report, parsed: argparse.Namespace, quiet: bool) -> None:
    if parsed.output_format == "text":
        _write_text(report, sys.stdout, parsed.color, quiet)
    else:
        sys.stdout.flush()
        sys.stdout.buffer.write(_rendered(report, parsed.output_format, quiet).encode())
    sys.stdout.flush()


def _write_text(report: Report, stream: TextIO, color: str, quiet: bool) -> None:
    columns = terminal.width(stream)
    lines = as_text.lines(report, columns, terminal.ascii_only(stream), quiet)
    terminal.write(lines, stream, terminal.wants_color(stream, color), columns)


def _write_file(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}") from None


def _target(text: str) -> tuple[str, int | None]:
    """``FILE::name:STEP`` as what ``run`` takes and the step's number."""
    before, separator, last = text.rpartition(":")
    numbered = separator and last.isdecimal() and "::" in before and not before.endswith(":")
    return (before, int(last)) if numbered else (text, None)


def _only(report: Report, index: int | None) -> Report:
    """The report on one step of each derivation."""
    return report if index is None else replace(report, files=tuple(_file_only(file, index) for file in report.files))


def _file_only(file: FileReport, index: int) -> FileReport:
    return replace(file, derivations=tuple(replace(d, steps=d.steps[index : index + 1]) for d in file.derivations))


def _status(report: Report, debug: bool) -> int:
    """The exit status; what failed inside is told on standard error."""
    failures: Iterable[DerivationReport] = report.derivations()
    for derivation in failures:
        for step in derivation.steps:
            if step.internal:
                print(f"derivcheck: {derivation.name}, line {step.place.line}: {step.reason}", file=sys.stderr)
                if debug or os.environ.get("DERIVCHECK_DEBUG"):
                    print(step.internal, file=sys.stderr)
    return exit_status(report)
