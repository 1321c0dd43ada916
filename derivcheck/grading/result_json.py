"""A graded submission as one JSON object; keys are only ever added, and the same submission gives the same bytes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import msgspec

from derivcheck.grading.marks import Answer, Graded, Mark
from derivcheck.reports.as_json import ending, finding, step
from derivcheck.running.report import StepReport

Object = dict[str, Any]


def encode(graded: Graded) -> bytes:
    """Everything that is known of a submission, what only graders may see included.

    ``version``, ``id``, ``status``, ``points``, ``most``, ``worth``, ``outcomes`` as one text, ``remarks``, ``diagnostics``,
    and ``questions``, each with ``marks``, ``outcomes``, ``steps`` and ``endings`` as in a report, ``remarks``, ``open``.
    """
    document = {
        "version": 1,
        "id": graded.id,
        "status": graded.status,
        **_points(graded),
        "outcomes": graded.outcomes,
        "remarks": list(graded.remarks),
        "diagnostics": [finding(it) for it in graded.findings],
        "questions": [_question(answer) for answer in graded.answers],
    }
    try:  # json by itself takes many times as long where it indents
        return msgspec.json.format(json.dumps(document, ensure_ascii=False).encode(), indent=1) + b"\n"
    except UnicodeEncodeError:
        written = json.dumps(document, ensure_ascii=False, indent=1) + "\n"
        return written.encode("utf-8", "backslashreplace")  # half a surrogate pair as JSON's own escape


def _points(it: Graded | Answer | Mark) -> Object:
    """Points as they were meant, without what sums of fractions leave behind."""
    return {"points": round(float(it.points), 6), "most": round(float(it.most), 6), "worth": round(float(it.worth), 6)}


def _question(it: Answer) -> Object:
    report = it.report
    return {
        "question": it.question,
        "title": it.title,
        **_points(it),
        "marks": [_mark(mark) for mark in it.marks],
        "outcomes": [{"step": outcome.step, "code": outcome.code} for outcome in it.outcomes],
        "derivation": report.name if report else None,
        "steps": [_step(each) for each in report.steps] if report else None,
        "endings": [ending(each) for each in report.endings] if report else None,
        "remarks": list(it.remarks),
        "open": list(it.open),
    }


def _mark(it: Mark) -> Object:
    return {**asdict(it), **_points(it), "steps": list(it.steps)}


def _step(it: StepReport) -> Object:
    """A step without the time it took, which is another each time."""
    return {key: value for key, value in step(it).items() if key != "milliseconds"}
