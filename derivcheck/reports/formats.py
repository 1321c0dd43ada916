"""The formats of reports by name; each is a module with a ``render``, imported when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from derivcheck.running.results import Report  # the command line names the formats without waiting for reports

FORMATS: Mapping[str, str] = {
    "text": "for people",
    "concise": "a line per finding",
    "json": "everything, for programs",
    "junit": "a test per step, for CI systems",
    "sarif": "for code scanning",
    "github": "annotations in a GitHub workflow",
    "gitlab": "GitLab's code quality",
    "markdown": "a summary for a pull request or a job",
    "html": "a page for a browser",
}
"""What each format is for."""


def render(report: Report, name: str, quiet: bool = False) -> Iterator[str]:
    """The report in a format, piece by piece; quiet: text without the steps that are as expected."""
    module = import_module(f"derivcheck.reports.as_{name}")
    yield from module.render(report, quiet) if name == "text" else module.render(report)
