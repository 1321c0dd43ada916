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
        "diagnostics": [finding(it) for it in file.findings],
        "derivations": [_derivation(derivation) for derivation in file.derivations],
    }


def finding(it: Finding) -> Object:
    """A diagnostic with its place."""
    return {
        "code": it.code,
        "severity": it.severity,
        "message": it.message,
        **_place(it.place),
        "excerpt": it.excerpt,
        "notes": list(it.notes),
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
        "steps": [step(it) for it in derivation.steps],
        "endings": [ending(it) for it in derivation.endings],
    }


def ending(it: Ending) -> Object:
    """What the errors on the way have done to the result."""
    return {
        "step": it.step,
        "against": it.against,
        "case": it.case,
        "errors": list(it.errors),
        "sound": it.sound,
        "message": it.message,
        "repair": it.repair,
    }


def step(it: StepReport) -> Object:
    """One step, with all that is known of it."""
    return {
        "index": it.index,
        "previous": it.previous,
        "case": it.case,
        "relation": it.relation,
        "text": it.text,
        "reads_as": it.reads_as,
        "reads_as_latex": it.latex,
        "reads_as_mathml": it.mathml,
        **_place(it.place),
        "excerpt": it.excerpt,
        "verdict": it.verdict,
        "method": it.method,
        "conditions": [{"text": c.text, "kind": c.kind, "gained": c.gained} for c in it.conditions],
        "reason": it.reason,
        "expect": it.expect,
        "as_expected": it.as_expected,
        "by": it.by,
        "remark": it.remark,
        "instances": it.instances,
        "counterexample": _counterexample(it),
        "diagnosis": _diagnosis(it),
        "recovers": it.recovers,
        "corrects": list(it.corrects),
        "carries": list(it.carries),
        "limit": it.limit,
        "notes": list(it.notes),
        "diagnostics": [finding(each) for each in it.diagnostics],
        "milliseconds": round(it.milliseconds, 3),
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
