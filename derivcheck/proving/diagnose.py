"""What went wrong in a refuted step, in words that a person can use, and what would be right.

Single edits of the step are tried, the smallest first: each is screened on the instances in floating point, and the first
that agrees and that the judge proves is the repair.  Where no edit helps, it is said where and by what the two sides differ.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import LOGIC, Claim, Term
from derivcheck.kernel.vocabulary import describe, same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.differences import difference, failure
from derivcheck.proving.repairs import repaired
from derivcheck.proving.simplified import simplified

REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
STRICT = {"<": "<=", ">": ">="}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A mistake by its code, one sentence, and the term that would be right, if one was found."""

    code: str
    message: str
    repair: Term | None = None


def diagnose(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    """The likely mistake in a step that is refuted; ``None`` if none was found.  A repair is always a term that is proved."""
    if left.op in LOGIC or right.op in LOGIC:
        return None
    if relation in REVERSED:
        return _wrong_relation(judge, left, relation, right)
    if relation != "=":
        return None
    batches = judge.drawn()
    found = repaired(judge, batches, left, right)
    if found is not None:
        return Diagnosis(found.code, found.message(), found.term)
    if not same_shape(left.shape, right.shape):
        shapes = f"the step before is {describe(left.shape)}, this one is {describe(right.shape)}"
        return Diagnosis("shape-mismatch", shapes, simplified(judge, left, right))
    different = difference(judge, left, right)
    return None if different is None else Diagnosis("differs", different.said, simplified(judge, left, right))


def _wrong_relation(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    for other in (STRICT.get(relation), REVERSED[relation], STRICT.get(REVERSED[relation]), "="):
        if other and isinstance(judge.kernel.prove(Claim(left, other, right, judge.context)), Proof):
            return Diagnosis("wrong-relation", f"the relation should be {other}, not {relation}")
    failing = failure(judge, left, relation, right)
    return None if failing is None else Diagnosis("differs", failing.said)
