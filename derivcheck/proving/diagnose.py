"""What went wrong in a refuted step, in words that a person can use, and what would be right.

Single edits of the step are tried, the smallest first: each is screened on the instances in floating point, and the first
that agrees and that the judge proves is the repair.  Then the mistakes of the table are made in the step before: one that
leads to the wrong step is what its author did.  Where nothing helps, it is said where and by what the two sides differ.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from derivcheck.kernel.outcome import Counterexample, Proof
from derivcheck.kernel.terms import LOGIC, Claim, Term
from derivcheck.kernel.vocabulary import describe, same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.proving.differing.differences import difference, failure
from derivcheck.proving.differing.simplified import simplified
from derivcheck.proving.differing.values import with_value
from derivcheck.proving.links import diagnose_link
from derivcheck.proving.mistakes.mistake import quoted
from derivcheck.proving.repairing.forgotten import forgotten
from derivcheck.proving.repairing.misreadings import Misreading, misreading
from derivcheck.proving.repairing.renamings import Renaming, renaming
from derivcheck.proving.repairing.repairs import Candidate, Repairs
from derivcheck.proving.screening.batch import Batches
from derivcheck.proving.statements.inequalities import Inequalities
from derivcheck.proving.supposing.missing import missing_assumption

MISSING = "missing-assumption"
REVERSED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
STRICT = {"<": "<=", ">": ">="}

SMALL = 1.25
"""The largest edit that explains a wrong step by itself: of a larger one it may be chance that it mends the step."""

SECONDS = 2.0
"""How long a solver may look for the relation that holds instead of the one that was written."""

MOST_SUBTERMS = 3_000
"""How many subterms a side may have for its mistake to be looked for: the edits to try grow with them, and each costs as much."""


def diagnose(judge: Judge, left: Term, relation: str, right: Term, found: Counterexample | None = None) -> Diagnosis | None:
    """The likely mistake in a step that is refuted, by this counterexample if it links statements; ``None`` if none was found.

    A repair is always a term that is proved, and under the assumption the step is proved.
    """
    if _long(left, right):
        return None
    if judge.probable(left, right):
        from derivcheck.proving.probability import diagnosing  # few derivations have random variables

        return diagnosing.diagnose(judge, left, relation, right)
    if left.op in LOGIC or right.op in LOGIC:
        return diagnose_link(judge, left, right, found)
    if relation in REVERSED:
        return _wrong_relation(judge, left, relation, right)
    if relation != "=":
        return None
    mistake = _mistake(judge, judge.drawn(), left, right)
    if mistake is not None:
        return mistake
    if not same_shape(left.shape, right.shape):
        shapes = f"the step before is {describe(left.shape)}, this one is {describe(right.shape)}"
        return Diagnosis("shape-mismatch", shapes, simplified(judge, left, right))
    valued = with_value(judge, left, right)
    if valued is not None:
        return diagnose(valued[0], valued[1], relation, right)
    different = difference(judge, left, right)
    return None if different is None else Diagnosis("differs", different.said, simplified(judge, left, right))


def _long(*terms: Term) -> bool:
    """Whether terms are too long for every edit of them to be tried."""
    return any(next(islice(term.walk(), MOST_SUBTERMS, None), None) is not None for term in terms)


def _mistake(judge: Judge, batches: Batches, left: Term, right: Term) -> Diagnosis | None:
    """The mistake of the table, or what was not assumed: a small edit, a broken law, an assumption, and then what is larger."""
    repairs = Repairs(judge, batches, left, right)
    single = repairs.single()
    law = misreading(judge, batches, left, right, laws=True)
    if single is not None and single.rank[0] <= SMALL:
        return _named(single, law, same_shape(left.shape, right.shape))
    fixed = forgotten(judge, left, right)
    if fixed is not None:
        return replace(fixed, repair=single.term if single else simplified(judge, left, right))
    assumption = missing_assumption(judge, left, "=", right)
    if law is not None:
        return Diagnosis(law.code, law.message(), single.term if single else law.repair, assumption)
    if single is not None:
        return Diagnosis(single.code, single.message(), single.term, assumption)
    if assumption is not None:
        return Diagnosis(MISSING, _only_if(assumption), None, assumption)
    double = repairs.double()
    if double is not None:
        return Diagnosis(double.code, double.message(), double.term)
    before = _before(judge, batches, left, right)
    if before is None:
        return None
    zero = difference(judge, left, right) if repairs.vanishing else None
    said = f"{zero.said}; {before.message()}" if zero else before.message()
    return Diagnosis(before.code, said, simplified(judge, left, right))


def _before(judge: Judge, batches: Batches, left: Term, right: Term) -> Renaming | Misreading | None:
    """A mistake in the step before, or in both."""
    return renaming(judge, left, right) or misreading(judge, batches, left, right, laws=False)


def _named(single: Candidate, law: Misreading | None, same: bool) -> Diagnosis:
    """A repair under the name of the law that was broken, where there is one; a sign and a shape speak for themselves."""
    if law is None or law.code == single.code or not same:
        return Diagnosis(single.code, single.message(), single.term)
    if single.code == "sign":
        return Diagnosis("sign", f"{single.message()}; {law.mistake.phrase}", single.term)
    return Diagnosis(law.code, law.message(), single.term)


def _only_if(assumption: Term) -> str:
    return f"it uses what is not assumed: it holds if {quoted(assumption)}"


def _holds(judge: Judge, left: Term, relation: str, right: Term) -> bool:
    if isinstance(judge.kernel.prove(Claim(left, relation, right, judge.context)), Proof):
        return True
    return relation != "=" and Inequalities(SECONDS).reason(judge.kernel, judge.context, left, relation, right) is not None


def _wrong_relation(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    assumption = missing_assumption(judge, left, relation, right)
    for other in (STRICT.get(relation), REVERSED[relation], STRICT.get(REVERSED[relation]), "="):
        if other and _holds(judge, left, other, right):
            return Diagnosis("wrong-relation", f"the relation should be {other}, not {relation}", assumption=assumption)
    if assumption is not None:
        return Diagnosis(MISSING, _only_if(assumption), assumption=assumption)
    failing = failure(judge, left, relation, right)
    return None if failing is None else Diagnosis("differs", failing.said)
