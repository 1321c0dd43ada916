"""A report for GitLab's code quality: a JSON array of what is not as expected.

Source: GitLab's documentation, "Code Quality", section "Implement a custom tool".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from derivcheck.reports.fingerprints import Fingerprints
from derivcheck.reports.remarks import Remark, relative, remarks
from derivcheck.reports.wording import printable, shortened
from derivcheck.running.results import Report

_SEVERITY = {"error": "major", "warning": "minor"}


def render(report: Report) -> Iterator[str]:
    """The array, an entry after the other."""
    fingerprints = Fingerprints()
    before = "["
    for file in report.files:
        for remark in remarks(file):
            yield f"{before}\n {json.dumps(_entry(remark, fingerprints.of(remark)))}"
            before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _entry(remark: Remark, fingerprint: str) -> dict[str, Any]:
    lines = {"begin": remark.place.line, "end": remark.place.end_line}
    return {
        "description": _description(remark),
        "check_name": f"derivcheck/{remark.code}",
        "fingerprint": fingerprint,
        "severity": "blocker" if remark.code == "conflict" else _SEVERITY[remark.severity],
        "location": {"path": printable(relative(remark.path)), "lines": lines},
    }


def _description(remark: Remark) -> str:
    """One line, for GitLab shows no more."""
    subject = f"{remark.subject}: " if remark.subject else ""
    return printable("; ".join((f"{subject}{shortened(remark.headline)}", *remark.sentences)))
