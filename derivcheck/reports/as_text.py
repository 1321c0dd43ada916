"""The report for people: a line per step, and under a wrong one where, why, an instance, and what would be right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from derivcheck.reports import terminal
from derivcheck.reports.layout import Line, line, snippet
from derivcheck.reports.wording import asides, carried, code, evidence, headline, is_told, shortened, summary
from derivcheck.running.report import DerivationReport, Ending, FileReport, Finding, StepReport
from derivcheck.running.results import Report

MARKS = {"proved": "✓", "checked": "~", "refuted": "✗", "undecided": "?", "invalid": "!", "conflict": "‼"}
PLAIN_MARKS = {"proved": "+", "checked": "~", "refuted": "x", "undecided": "?", "invalid": "!", "conflict": "!!"}
"""Marks for streams that have no others."""

_STYLES = {
    "right would be: ": ("dim", "good"),
    "holds if: ": ("dim", "good"),
    "the author says: ": ("dim", "dim"),
    "needs ": ("warn", ""),
    "note: ": ("dim", "dim"),
}
_INDENT = 8
_PAGE = 100


def render(report: Report, quiet: bool = False) -> Iterator[str]:
    """The report without colour, as wide as a page."""
    return terminal.plain(lines(report, _PAGE, quiet=quiet), _PAGE)


def lines(report: Report, width: int, ascii_only: bool = False, quiet: bool = False) -> Iterator[Line]:
    """The whole report; quiet leaves out every step that is as expected."""
    for file in report.files:
        shown = [d for d in file.derivations if not quiet or any(not step.as_expected for step in d.steps)]
        if not shown and not file.findings:
            continue
        yield line(("path", file.path))
        for finding in file.findings:
            yield from _finding(file, finding, width, 2)
        title = None
        for derivation in shown:
            repeated, title = title is not None and derivation.title == title, derivation.title
            yield from _derivation(file, replace(derivation, title=None) if repeated else derivation, width, ascii_only, quiet)
        yield line()
    bad = report.tally.unexpected or report.tally.errors
    if not quiet or bad:
        yield line(("bad" if bad else "good", summary(report)))


def _derivation(file: FileReport, derivation: DerivationReport, width: int, ascii_only: bool, quiet: bool) -> Iterator[Line]:
    title = (("dim", f"  {derivation.title}"),) if derivation.title else ()
    yield line(("name", f"  {derivation.name}"), *title, hang=4)
    case: str | None = None
    said: set[str] = set()
    for step in derivation.steps:
        if quiet and step.as_expected:
            continue
        step = replace(step, notes=tuple(note for note in step.notes if note not in said))
        said.update(step.notes)
        if step.case != case:
            case = step.case
            yield line(("dim", f"    when {case}:"), hang=6)
        yield step_line(step, ascii_only)
        yield from _details(file, step, width)
    for ending in derivation.endings:
        if not is_told(ending, derivation):
            yield from _ending(ending)


def _ending(ending: Ending) -> Iterator[Line]:
    """What the errors on the way have done to the result."""
    case = (("dim", f"when {ending.case}: "),) if ending.case else ()
    yield line(("", "    "), *case, ("", shortened(ending.message)), hang=6)
    if ending.repair:
        yield line(("dim", "    the result should be: "), ("good", shortened(ending.repair)), hang=6)


def about(file: FileReport, step: StepReport, width: int) -> Iterator[Line]:
    """A step by itself, with all that is said of it."""
    yield step_line(step)
    if step.verdict == "invalid" and not step.diagnostics:
        at = f"{file.path}:{step.place.line}:{step.place.column}: "
        yield _indented(("dim", at), ("bad", f"{code(step)}: {headline(step)}"))
    yield from _details(file, step, width)


def diagnostics(file: FileReport, findings: Iterable[Finding], width: int) -> Iterator[Line]:
    """Diagnostics of a file by themselves."""
    for finding in findings:
        yield from _finding(file, finding, width, 0)


def step_line(step: StepReport, ascii_only: bool = False) -> Line:
    """A step on its line, with its mark and its number."""
    marks = PLAIN_MARKS if ascii_only else MARKS
    mark = marks.get(step.verdict or "", " ")
    relation = f"{step.relation} " if step.relation and not step.text.startswith(step.relation) else ""
    index = f"{step.index:>2}" if step.verdict else "  "
    remark = f"  {_aside(step)}" if _aside(step) else ""
    return line(
        (_style(step), f"  {mark:<2}"), ("dim", f"{index} "), ("", shortened(relation + step.text)), ("dim", remark), hang=_INDENT
    )


def _style(step: StepReport) -> str:
    if step.verdict == "proved" and step.as_expected:
        return "good"
    return "warn" if step.as_expected or step.verdict in {"checked", "undecided"} else "bad"


def _aside(step: StepReport) -> str:
    """What stands behind a step on its own line."""
    if step.verdict in {"proved", "checked"}:
        rest = carried(step)
        return f"[{step.method or step.verdict}{f'; carries on {rest}' if rest else ''}]"
    expected = step.expect != "right" and step.as_expected
    return f"[{step.verdict}, as expected]" if expected else f"[{step.verdict}]" if step.verdict else ""


def _details(file: FileReport, step: StepReport, width: int) -> Iterator[Line]:
    if step.verdict == "invalid" and not step.diagnostics:
        return  # what makes a whole derivation invalid is said once, above its steps
    if step.verdict is None or (step.verdict in {"proved", "checked"} and step.as_expected):
        yield from _sentences(asides(step))
        return
    style = "warn" if step.as_expected else "bad"
    for finding in step.diagnostics:
        yield from _finding(file, finding, width, _INDENT)
    if not step.diagnostics:
        at = f"{file.path}:{step.place.line}:{step.place.column}: "
        yield _indented(("dim", at), (style, code(step)), ("", f": {shortened(headline(step))}"))
        yield from snippet(step.excerpt, step.place, style, width, _INDENT)
        if "\\" in step.text and step.reads_as:
            yield _indented(("dim", "read as: "), ("", shortened(step.reads_as)))
    elif not step.as_expected and step.expect != "right":
        yield _indented((style, headline(step)))
    yield from _sentences(evidence(step))
    yield from _sentences(asides(step))


def _sentences(said: Iterable[tuple[str, str]]) -> Iterator[Line]:
    for label, text in said:
        before, style = _STYLES.get(label, ("dim", ""))
        yield _indented((before, label), (style, shortened(text)))


def _finding(file: FileReport, finding: Finding, width: int, indent: int) -> Iterator[Line]:
    place = finding.place
    style = "bad" if finding.severity == "error" else "warn"
    margin = " " * indent
    at = f"{margin}{file.path}:{place.line}:{place.column}: "
    yield line(("dim", at), (style, finding.code), ("", f": {finding.message}"), hang=indent + 2)
    if finding.excerpt.strip():
        yield from snippet(finding.excerpt, place, style, width, indent)
    for note in finding.notes:
        yield line(("dim", f"{margin}note: {note}"), hang=indent + 2)


def _indented(*fragments: tuple[str, str]) -> Line:
    return line(("", " " * _INDENT), *fragments, hang=_INDENT + 2)
