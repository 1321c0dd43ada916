"""A report as one JSON object; keys are only ever added."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from derivcheck.diagnostic import Place
from derivcheck.running.report import VERDICTS, DerivationReport, Ending, FileReport, Finding, StepReport
from derivcheck.running.results import Report

Object = dict[str, Any]


def render(report: Report) -> Iterator[str]:
    """The whole report, indented, with characters outside ASCII as themselves; file by file, for it may be long."""
    head = {
        "version": 1,
        "engine": report.engine,
        "seed": report.seed,
        "strict": report.strict,
        "shard": report.shard,
        "interrupted": report.interrupted,
        "summary": _summary(report),
    }
    yield _dump(head).removesuffix("\n}") + ',\n "files": ['
    comma = ""
    for file in report.files:
        indented = _dump(_file(file)).replace("\n", "\n  ")
        yield f"{comma}\n  {indented}"
        comma = ","
    yield "\n ]\n}\n" if comma else "]\n}\n"


def _dump(document: Object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1)


def _summary(report: Report) -> Object:
    tally = report.tally
    return {
        "files": tally.files,
        "derivations": tally.derivations,
        "steps": tally.steps,
        **{verdict: tally.verdicts[verdict] for verdict in VERDICTS},
        "unexpected": tally.unexpected,
        "diagnostics": tally.findings,
        "seconds": round(report.seconds, 3),
    }


def _file(file: FileReport) -> Object:
    return {
        "path": file.path,
        "number": file.number,
        "diagnostics": [_finding(finding) for finding in file.findings],
        "derivations": [_derivation(derivation) for derivation in file.derivations],
    }


def _finding(finding: Finding) -> Object:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        **_place(finding.place),
        "excerpt": finding.excerpt,
        "notes": list(finding.notes),
    }


def _place(place: Place) -> Object:
    return {"line": place.line, "column": place.column, "end_line": place.end_line, "end_column": place.end_column}


def _derivation(derivation: DerivationReport) -> Object:
    return {
        "name": derivation.name,
        "title": derivation.title,
        "source": derivation.source,
        "note": derivation.note,
        "verdict": derivation.verdict,
        "steps": [_step(step) for step in derivation.steps],
        "endings": [_ending(ending) for ending in derivation.endings],
    }


def _ending(ending: Ending) -> Object:
    return {
        "step": ending.step,
        "against": ending.against,
        "case": ending.case,
        "errors": list(ending.errors),
        "sound": ending.sound,
        "message": ending.message,
        "repair": ending.repair,
    }


def _step(step: StepReport) -> Object:
    return {
        "index": step.index,
        "previous": step.previous,
        "case": step.case,
        "relation": step.relation,
        "text": step.text,
        "reads_as": step.reads_as,
        "reads_as_latex": step.latex,
        "reads_as_mathml": step.mathml,
        **_place(step.place),
        "excerpt": step.excerpt,
        "verdict": step.verdict,
        "method": step.method,
        "conditions": [{"text": c.text, "kind": c.kind, "gained": c.gained} for c in step.conditions],
        "reason": step.reason,
        "expect": step.expect,
        "as_expected": step.as_expected,
        "by": step.by,
        "remark": step.remark,
        "instances": step.instances,
        "counterexample": _counterexample(step),
        "diagnosis": _diagnosis(step),
        "recovers": step.recovers,
        "corrects": list(step.corrects),
        "carries": list(step.carries),
        "limit": step.limit,
        "notes": list(step.notes),
        "diagnostics": [_finding(finding) for finding in step.diagnostics],
        "milliseconds": round(step.milliseconds, 3),
    }


def _counterexample(step: StepReport) -> Object | None:
    found = step.counterexample
    if found is None:
        return None
    return {
        "values": dict(found.values),
        "left": found.left,
        "right": found.right,
        "sizes": dict(found.sizes),
        "entry": list(found.entry),
        "note": found.note,
    }


def _diagnosis(step: StepReport) -> Object | None:
    if step.diagnosis is None:
        return None
    found = step.diagnosis
    return {"code": found.code, "message": found.message, "repair": found.repair, "holds_if": found.holds_if}
