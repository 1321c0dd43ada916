"""One line per finding: ``file:line:column: code message``."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.reports.remarks import Remark, remarks
from derivcheck.reports.wording import printable
from derivcheck.running.results import Report


def render(report: Report) -> Iterator[str]:
    """Every diagnostic and every step that is not as expected, in the order of the files."""
    for file in report.files:
        yield "".join(_line(remark) for remark in remarks(file) if remark.step is None or not remark.step.as_expected)


def _line(remark: Remark) -> str:
    place = remark.place
    return printable(f"{remark.path}:{place.line}:{place.column}: {remark.code} {remark.headline}") + "\n"
