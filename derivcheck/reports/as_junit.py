"""A report as JUnit XML: a test for each step, and one for each diagnostic of a file.

Written to the schema that Jenkins' xUnit plugin validates against, which is Maven Surefire's with totals: a test has no file
and no line there, so these stand on its suite and in the text.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from derivcheck.diagnostic import Place
from derivcheck.reports.remarks import relative
from derivcheck.reports.wording import code, facts, headline, line_of, printable, result, shortened
from derivcheck.running.report import DerivationReport, Ending, FileReport, Finding, StepReport
from derivcheck.running.results import Report

_LONGEST_NAME = 120


def render(report: Report) -> Iterator[str]:
    """The document, a suite for each file after the other."""
    root = tostring(Element("testsuites", _totals(report)), encoding="unicode", short_empty_elements=False)
    opening, closing = root.removesuffix("</testsuites>"), "</testsuites>\n"
    yield f'<?xml version="1.0" encoding="utf-8"?>\n{opening}\n'
    suites, classes = _Names(), _Names()
    for file in report.files:
        suite = _suite(file, suites, classes)
        indent(suite)
        yield tostring(suite, encoding="unicode") + "\n"
    yield closing


class _Names:
    """Names each of which is given once: what reads these reports keeps one test of each name."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def new(self, wanted: str) -> str:
        """The name, with a number where it has been given already."""
        name, count = wanted, 1
        while name in self._given:
            count += 1
            name = f"{wanted} ({count})"
        self._given.add(name)
        return name


def _totals(report: Report) -> dict[str, str]:
    tally = report.tally
    errors = tally.unreadable + tally.verdicts["conflict"]
    return {
        "name": "derivcheck",
        "tests": str(tally.steps + tally.findings),
        "failures": str(tally.unexpected - errors),
        "errors": str(errors + tally.errors),
        "time": f"{report.seconds:.3f}",
    }


def _suite(file: FileReport, suites: _Names, classes: _Names) -> Element:
    path = printable(relative(file.path))
    suite = Element("testsuite", {"name": suites.new(path)})
    _add_findings(suite, file, classes.new(f"{path}.diagnostics") if file.findings else "")
    for derivation in file.derivations:
        # Jenkins takes what stands before the last dot for the package
        _add_steps(suite, file, derivation, classes.new(f"{path}.{printable(derivation.name).replace('.', '_')}"))
    cases = suite.findall("testcase")
    for kind, verdict in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(kind, str(len(suite.findall(f"testcase/{verdict}"))))
    suite.set("tests", str(len(cases)))
    suite.set("time", f"{sum(float(case.get('time', 0)) for case in cases):.3f}")
    suite.set("file", path)
    return suite


def _add_findings(suite: Element, file: FileReport, classname: str) -> None:
    """A warning says that something is not judged: that is a test which is left out."""
    names = _Names()
    for finding in file.findings:
        name = names.new(f"{finding.code} at {finding.place.line}:{finding.place.column}")
        case = SubElement(suite, "testcase", {"classname": classname, "name": name, "time": "0.000"})
        kind = "error" if finding.severity == "error" else "skipped"
        _add_outcome(case, kind, finding.code, finding.message, _told(file, finding.place, finding.excerpt, _of_finding(finding)))


def _add_steps(suite: Element, file: FileReport, derivation: DerivationReport, classname: str) -> None:
    names = _Names()
    for step in derivation.steps:
        if step.verdict is None:
            continue
        attributes = {"classname": classname, "name": names.new(_name(step)), "time": f"{step.milliseconds / 1000:.3f}"}
        case = SubElement(suite, "testcase", attributes)
        body = _told(file, step.place, step.excerpt, _of_step(derivation, step))
        if step.as_expected:
            SubElement(case, "system-out").text = body
        else:
            kind = "error" if step.verdict in {"invalid", "conflict"} else "failure"
            _add_outcome(case, kind, code(step), headline(step), body)


def _add_outcome(case: Element, kind: str, word: str, message: str, body: str) -> None:
    """What a test has come to; the type begins with our name, for GitLab refuses the type ``yaml``."""
    SubElement(case, kind, {"type": f"derivcheck.{word}", "message": printable(shortened(message))}).text = body


def _name(step: StepReport) -> str:
    written = printable(f"{step.relation or ''} {step.text.removeprefix(step.relation or '').strip()}".strip())
    return f"step {step.index}: {written if len(written) <= _LONGEST_NAME else written[:_LONGEST_NAME] + ' …'}"


def _told(file: FileReport, place: Place, excerpt: str, said: Iterator[tuple[str, str]]) -> str:
    """The text of a test: its place as reporters look for it, the author's line, and everything known."""
    rows = [f"at {relative(file.path)}:{place.line}:{place.column}", *([f"  {line_of(excerpt)}"] if line_of(excerpt) else ())]
    rows += [f"{label + ': ' if label else '  '}{text}" for label, text in said]
    return "\n" + "\n".join(map(printable, rows)) + "\n"


def _of_finding(finding: Finding) -> Iterator[tuple[str, str]]:
    yield finding.code, finding.message
    yield from (("note", note) for note in finding.notes)


def _of_step(derivation: DerivationReport, step: StepReport) -> Iterator[tuple[str, str]]:
    yield from facts(derivation, step)
    for finding in step.diagnostics:
        yield from (row for row in _of_finding(finding) if row[1] != step.reason)
    for ending in derivation.endings:
        if ending.step == step.index:
            yield from _of_ending(ending)


def _of_ending(ending: Ending) -> Iterator[tuple[str, str]]:
    where, sound = result(ending)
    yield where.rstrip(": "), f"{sound}; {ending.message}"
    if ending.repair:
        yield "the result should be", ending.repair
