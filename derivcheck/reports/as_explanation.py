"""Everything that is known about a step, for ``derivcheck explain``."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.reports.layout import Line, line, snippet
from derivcheck.reports.wording import MEANING, carried, condition_text, headline, instance, recovery, sides
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
    verdict = {True: ("good", "right"), False: ("bad", "wrong"), None: ("warn", "not known to be right")}[ending.sound]
    yield line(("name", f"the result{f' when {ending.case}' if ending.case else ''}, step {ending.step}: "), verdict)
    yield _row("errors", ending.message)
    if ending.repair:
        yield _row("right", ending.repair)


def _step(file: FileReport, derivation: DerivationReport, step: StepReport, width: int) -> Iterator[Line]:
    style = "good" if step.as_expected else "bad"
    verdict = step.verdict or "the first line: nothing to judge"
    yield line(("name", f"step {step.index}: "), (style, verdict))
    yield from snippet(step.excerpt, step.place, "dim", width, 2)
    if step.verdict:
        yield _row("meaning", MEANING[step.verdict])
    yield from (_row(label, text) for label, text in _facts(derivation, step) if text)
    for finding in step.diagnostics:
        yield from _finding(file, finding, width)


def _facts(derivation: DerivationReport, step: StepReport) -> Iterator[tuple[str, str | None]]:
    yield "when", step.case
    if step.previous is not None:
        before = derivation.steps[step.previous]
        yield "from", f"step {step.previous}: {before.reads_as or before.text}"
    yield "relation", step.relation
    yield "reads as", step.reads_as
    yield "in LaTeX", step.latex
    yield "because", step.by
    yield "method", step.method
    yield "reason", step.reason
    yield from (("needs", condition_text(condition)) for condition in step.conditions)
    yield "instances", f"{step.instances} random instances" if step.instances else None
    if step.counterexample:
        yield "at", instance(step.counterexample) or None
        yield "there", sides(step.counterexample)
        yield "", step.counterexample.note
    if step.diagnosis:
        yield "diagnosis", f"{step.diagnosis.code}: {step.diagnosis.message}"
        yield "right", step.diagnosis.repair
        yield "holds if", step.diagnosis.holds_if
    yield "recovers", recovery(step)
    yield "carries", f"{carried(step)}: it follows from the step before, not from the start" if step.carries else None
    yield from (("note", note) for note in step.notes)
    if step.expect != "right" or not step.as_expected:
        met = "as expected" if step.as_expected else f"not as expected: {headline(step)}"
        yield "expected", f"{step.expect}{f' ({step.remark})' if step.remark else ''}; {met}"
    yield "time", f"{step.milliseconds:.1f} ms" if step.milliseconds else None


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
