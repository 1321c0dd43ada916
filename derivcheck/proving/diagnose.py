"""What went wrong in a refuted step, in words that a person can use, and what would be right."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.kernel.terms import LOGIC, Term
from derivcheck.kernel.vocabulary import describe, same_shape
from derivcheck.proving.decide import Judge


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake by its code, one sentence, and the term that would be right, if one was found."""

    code: str
    message: str
    repair: Term | None = None


def diagnose(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    """The likely mistake in a step that is refuted; ``None`` if none was found."""
    if left.op in LOGIC or right.op in LOGIC or same_shape(left.shape, right.shape):
        return None
    return Diagnosis("shape-mismatch", f"the step before is {describe(left.shape)}, this one is {describe(right.shape)}")
