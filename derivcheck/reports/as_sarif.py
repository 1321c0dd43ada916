"""A report in SARIF 2.1.0, for code scanning.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0"; and, for the limits, GitHub's documentation,
"SARIF support for code scanning".
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from derivcheck.diagnostic import Place
from derivcheck.reports.fingerprints import Fingerprints
from derivcheck.reports.remarks import Remark, relative, remarks
from derivcheck.reports.rules import rules
from derivcheck.reports.wording import printable, shortened
from derivcheck.running.results import Report, exit_status

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST = 25_000
"""How many results GitHub takes; it refuses a report with more."""

Object = dict[str, Any]


def render(report: Report) -> Iterator[str]:
    """One log with one run, a result after the other."""
    known = rules()
    index = {rule["id"]: i for i, rule in enumerate(known)}
    driver = {"name": "derivcheck", "version": report.engine, "rules": known}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": []}
    head = _dump({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})
    opening, closing = head.rsplit("[]", 1)
    yield f"{opening}["
    found = (remark for file in report.files for remark in remarks(file))
    fingerprints, before = Fingerprints(), "\n"
    for remark in islice(found, MOST):
        yield before + _dump(_result(remark, index.get(remark.code, -1), fingerprints.of(remark)))
        before = ",\n"
    more = sum(1 for _ in found)
    yield f'\n],\n"invocations": [{_dump(_invocation(report, more))}]{closing}\n'


def _dump(document: Object) -> str:
    """In ASCII: whatever the author wrote is an escape in the file itself."""
    return json.dumps(document, indent=1)


def _result(remark: Remark, rule: int, fingerprint: str) -> Object:
    """One result; rule: where its rule stands, -1 for a code of another version, as SARIF has it."""
    result = {
        "ruleId": remark.code,
        "ruleIndex": rule,
        "level": remark.severity,
        "message": {"text": _text("\n".join((_sentence(remark), *remark.sentences)))},
        "locations": [_location(remark)],
        "partialFingerprints": {"derivcheckRemark/v1": fingerprint},
    }
    if remark.derivation and remark.step and remark.step.previous is not None:
        before = remark.derivation.steps[remark.step.previous]
        said = {"message": {"text": _text(f"step {before.index}, which step {remark.step.index} is judged against")}}
        result["relatedLocations"] = [{"id": 1, **_physical(remark.path, before.place, before.excerpt), **said}]
    return result


def _sentence(remark: Remark) -> str:
    """The headline as a first sentence, which is all that is shown where there is little room."""
    said = shortened(remark.headline)
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _text(text: str) -> str:
    """Text in which nothing is a link: the syntax ``[text](target)`` is broken by a space."""
    return "\n".join(map(printable, text.split("\n"))).replace("](", "] (")


def _location(remark: Remark) -> Object:
    location = _physical(remark.path, remark.place, remark.excerpt)
    if remark.derivation:
        location["logicalLocations"] = [{"name": printable(remark.derivation.name), "kind": "derivation"}]
    return location


def _physical(path: str, place: Place, excerpt: str) -> Object:
    region: Object = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    end = place.end_column - 1 if place.end_line == place.line else len(excerpt)
    marked = excerpt[place.column - 1 : end]
    if marked:
        region["snippet"] = {"text": printable(marked.replace("\t", " "))}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path)}, "region": region}}


def _uri(path: str) -> str:
    """A relative reference from the working folder, or a ``file`` URI for what lies outside of it."""
    told = quote(relative(path), errors="surrogatepass")
    return f"file://{told}" if PurePath(path).is_absolute() and told.startswith("/") else told


def _invocation(report: Report, more: int) -> Object:
    status = exit_status(report)
    told = [f"{more} more results are left out: GitHub takes {MOST:,}"] if more else []
    told += ["interrupted; what is reported was finished before"] if report.interrupted else []
    return {
        "executionSuccessful": status < 100,
        "exitCode": status,
        "toolExecutionNotifications": [{"level": "warning", "message": {"text": text}} for text in told],
    }
