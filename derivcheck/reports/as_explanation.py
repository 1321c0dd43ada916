"""Everything that is known about a step, for ``derivcheck explain``."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.reports.layout import Line, line, snippet
from derivcheck.reports.wording import facts, result
from derivcheck.running.report import DerivationReport, Ending, FileReport, Finding, StepReport


def lines(file: FileReport, derivation: DerivationReport, index: int | None, width: int) -> Iterator[Line]:
    """The explanation of one step, or of all steps of a derivation."""
    for finding in file.findings:
        yield from _finding(file, finding, width)
    yield line(("path", f"{file.path}::{derivation.name}"))
    for label, text in (("title", derivation.title), ("source", derivation.source), ("note", derivation.note)):
        if text:
            yield _row(label, text)
    for step in derivation.steps:
        if index is None or step.index == index:
            yield line()
            yield from _step(file, derivation, step, width)
    for ending in derivation.endings:
        if index in {None, ending.step}:
            yield line()
            yield from _ending(ending)


def _ending(ending: Ending) -> Iterator[Line]:
    """What the errors on the way have done to the result."""
    where, sound = result(ending)
    yield line(("name", where), ({True: "good", False: "bad", None: "warn"}[ending.sound], sound))
    yield _row("errors", ending.message)
    if ending.repair:
        yield _row("right", ending.repair)


def _step(file: FileReport, derivation: DerivationReport, step: StepReport, width: int) -> Iterator[Line]:
    style = "good" if step.as_expected else "bad"
    verdict = step.verdict or "the first line: nothing to judge"
    yield line(("name", f"step {step.index}: "), (style, verdict))
    yield from snippet(step.excerpt, step.place, "dim", width, 2)
    yield from (_row(label, text) for label, text in facts(derivation, step))
    for finding in step.diagnostics:
        yield from _finding(file, finding, width)


def _finding(file: FileReport, finding: Finding, width: int) -> Iterator[Line]:
    place = finding.place
    at = f"  {file.path}:{place.line}:{place.column}"
    yield line(("bad", f"  {finding.code}"), ("", f": {finding.message}"), ("dim", at), hang=4)
    if finding.excerpt.strip():
        yield from snippet(finding.excerpt, place, "bad", width, 2)
    for note in finding.notes:
        yield _row("note", note)


def _row(label: str, text: str) -> Line:
    return line(("dim", f"  {label:<10} "), ("", text), hang=13)
