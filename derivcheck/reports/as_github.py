"""A report for the log of a GitHub workflow: a command for each annotation, as many as GitHub shows.

Source: GitHub's documentation, "Workflow commands for GitHub Actions", and how its runner reads them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from derivcheck.diagnostic import Place
from derivcheck.reports.remarks import Remark, relative, remarks
from derivcheck.reports.wording import printable, shortened
from derivcheck.running.results import Report

SHOWN = 10
"""How many errors, and how many warnings, of a step of a workflow GitHub shows; it drops the rest without a word."""
_LONGEST_TITLE = 150


def render(report: Report) -> Iterator[str]:
    """A line for each annotation that is shown, and one that says how many are not."""
    met: Counter[str] = Counter()
    for file in report.files:
        for remark in remarks(file):
            met[remark.severity] += 1
            if met[remark.severity] <= SHOWN:
                yield _annotation(remark)
    more = [_more(kind, met[kind] - SHOWN) for kind in ("error", "warning") if met[kind] > SHOWN]
    if more:
        said = f"{' and '.join(more)} not shown here: GitHub shows {SHOWN} of each kind; the other reports have them all"
        yield _command("notice", {"title": "derivcheck"}, said)


def _more(kind: str, count: int) -> str:
    return f"{count} more {kind}{'' if count == 1 else 's'}"


def _annotation(remark: Remark) -> str:
    title = f"{remark.code}: {remark.subject}" if remark.subject else remark.code
    properties = {"file": relative(remark.path), **_region(remark.place), "title": title[:_LONGEST_TITLE]}
    return _command(remark.severity, properties, "\n".join(map(printable, (shortened(remark.headline), *remark.sentences))))


def _region(place: Place) -> dict[str, str]:
    """Lines and columns; GitHub takes columns only where all is on one line."""
    lines = {"line": str(place.line), "endLine": str(place.end_line)}
    if place.line != place.end_line:
        return lines
    return {**lines, "col": str(place.column), "endColumn": str(place.end_column)}


def _command(name: str, properties: dict[str, str], message: str) -> str:
    """One line that the runner reads as one command, whatever the properties and the message hold."""
    told = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{name} {told}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
