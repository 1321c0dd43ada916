"""Why a test fails, in the words of the text report and in the form that pytest prints, sums up and hands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from derivcheck.diagnostic import Place
from derivcheck.reports import as_text, terminal
from derivcheck.reports.layout import Line
from derivcheck.reports.wording import code, headline, printable
from derivcheck.running.report import FileReport, StepReport

_PAGE = 100


class _Writer(Protocol):
    def line(self, s: str = "", **markup: bool) -> None: ...


@dataclass(frozen=True, slots=True)
class Crash:
    """Where a test fails, and why in one phrase."""

    path: str
    lineno: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.lineno}: {self.message}"


@dataclass(frozen=True, slots=True)
class Failure:
    """What pytest shows of a failed test; ``reprcrash`` and ``toterminal`` are the names that it asks for."""

    reprcrash: Crash
    text: str

    def toterminal(self, writer: _Writer) -> None:
        """Print it."""
        writer.line(self.text)

    def __str__(self) -> str:
        return self.text


class NotAsExpected(Exception):
    """A step is not as its author expects, or a file has errors."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


def of_step(file: FileReport, step: StepReport, before: StepReport | None) -> Failure:
    """Why a step fails; before: what it was judged against."""
    return _failure(file, step.place, f"{code(step)}: {headline(step)}", _chain(file, step, before))


def of_file(file: FileReport) -> Failure | None:
    """Why a file fails itself, by errors or first lines that are not as expected; ``None`` if nothing is wrong with it."""
    errors = [finding for finding in file.findings if finding.severity == "error"]
    first = [it.steps[0] for it in file.derivations if it.steps and not it.steps[0].as_expected]
    said = [(finding.place, f"{finding.code}: {finding.message}") for finding in errors]
    said += [(step.place, f"{code(step)}: {headline(step)}") for step in first]
    lines = [*as_text.diagnostics(file, errors, _PAGE), *(line for step in first for line in as_text.about(file, step, _PAGE))]
    return _failure(file, *said[0], lines) if said else None


def _failure(file: FileReport, place: Place, message: str, lines: Iterable[Line]) -> Failure:
    text = "".join(terminal.plain(lines, _PAGE)).rstrip("\n")
    return Failure(Crash(file.path, place.line, printable(message)), text)


def _chain(file: FileReport, step: StepReport, before: StepReport | None) -> Iterator[Line]:
    if before is not None:
        yield as_text.step_line(before)
    yield from as_text.about(file, step, _PAGE)
    for row in (step.internal or "").splitlines():
        yield Line((("", row),))
