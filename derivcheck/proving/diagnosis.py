"""What a diagnosis is."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.kernel.terms import Term


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake by its code, one sentence, the term that would be right, and the assumption under which the step is, if found."""

    code: str
    message: str
    repair: Term | None = None
    assumption: Term | None = None
