"""One line per finding: ``file:line:column: code message``."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.diagnostic import Place
from derivcheck.reports.wording import code, headline, printable
from derivcheck.running.report import FileReport, StepReport
from derivcheck.running.results import Report


def render(report: Report) -> Iterator[str]:
    """Every diagnostic and every step that is not as expected, in the order of the files."""
    for file in report.files:
        yield "".join(_lines(file))


def _lines(file: FileReport) -> Iterator[str]:
    for finding in file.findings:
        yield _line(file.path, finding.place, finding.code, finding.message)
    for derivation in file.derivations:
        yield from (_line(file.path, step.place, code(step), headline(step)) for step in derivation.steps if _told(step))


def _told(step: StepReport) -> bool:
    """What makes a whole derivation invalid is a diagnostic of the file, and told once."""
    return not step.as_expected and (step.verdict != "invalid" or bool(step.diagnostics))


def _line(path: str, place: Place, word: str, message: str) -> str:
    return printable(f"{path}:{place.line}:{place.column}: {word} {message}") + "\n"
