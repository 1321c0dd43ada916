"""What a key asks, as plain values: all that grading sees of it."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.files.grading import Grading
from derivcheck.running.answering.questions import questions
from derivcheck.running.judging.findings import finding
from derivcheck.running.report import Finding


@dataclass(frozen=True, slots=True)
class Asked:
    """A question: its name and title, what it is worth and how it is graded, how many steps the key takes, and the forms that
    its result must have."""

    name: str
    title: str | None
    grading: Grading
    length: int
    form: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AskedByKey:
    """What a key asks: its title, its questions, and what is wrong with it."""

    title: str | None
    questions: tuple[Asked, ...]
    findings: tuple[Finding, ...]


def asked(path: str, data: bytes) -> AskedByKey:
    """What a key asks, given its bytes."""
    found = questions(path, data)
    made = tuple(Asked(it.name, it.derivation.title, it.grading, len(it.stands) - 1, it.form) for it in found.questions.values())
    wrong = tuple(finding(found.document.source, diagnostic) for diagnostic in found.diagnostics)
    return AskedByKey(found.document.title, made, wrong)
