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


def asked(path: str, data: bytes) -> tuple[tuple[Asked, ...], tuple[Finding, ...]]:
    """The questions of a key, given its bytes, and what is wrong with it."""
    found = questions(path, data)
    made = tuple(Asked(it.name, it.derivation.title, it.grading, len(it.stands) - 1, it.form) for it in found.questions.values())
    return made, tuple(finding(found.document.source, diagnostic) for diagnostic in found.diagnostics)
