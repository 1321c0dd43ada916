"""The verdict on a claim about random variables: that on a claim about sums over the outcomes of its sample space."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.terms import LOGIC, Context, Term
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.decide import Judge
from derivcheck.proving.decision import Decision
from derivcheck.proving.probability import bounds, coupling
from derivcheck.proving.probability.claims import Lowered, lower
from derivcheck.proving.probability.gaussian import exponent
from derivcheck.proving.probability.telling import concluded
from derivcheck.proving.probability.unlowered import Unlowered


def decide(judge: Judge, left: Term, relation: str, right: Term) -> Decision:
    """The verdict on ``left relation right``, one of which, or the context, concerns probability."""
    found = _decided(judge, left, relation, right)
    if found.verdict not in {"undecided", "checked"}:
        return found
    known = _bounded(judge, left, relation, right)
    if known is not None or found.verdict == "checked":
        return known or found
    for context, *sides, said in coupling.cases(judge.context, left, right):
        special = _decided(Judge(context, judge.options, judge.draws, judge.met), sides[0], relation, sides[1])
        if special.verdict == "refuted":
            return replace(special, notes=(*special.notes, f"the counterexample is one {said}"))
    return found


def _bounded(judge: Judge, left: Term, relation: str, right: Term) -> Decision | None:
    """An inequality whose gap is proved to be equal to something that is never negative."""
    above = bounds.gap(left, relation, right)
    if above is None:
        return None
    for name, never_negative in bounds.candidates(left, right, judge.context):
        equal = _decided(judge, above, "=", never_negative)
        if equal.verdict == "proved":
            lost = tuple(replace(c, gained=False) for c in equal.conditions)
            return replace(equal, method=f"{name}, {equal.method}", conditions=lost)
    return None


def _decided(judge: Judge, left: Term, relation: str, right: Term) -> Decision:
    try:
        lowered = lower(judge.context, left, right)
    except (Unlowered, ShapeError) as reason:
        return Decision("undecided", reason=str(reason))
    inner = settled(judge, lowered)
    exponents = exponent(lowered.left), exponent(lowered.right)
    if exponents[0] is not None and exponents[1] is not None:
        decision = inner.decide(exponents[0], relation, exponents[1])
        if decision.verdict == "proved":
            return concluded(decision, lowered, None)
    decision = inner.decide(lowered.left, relation, lowered.right)
    return concluded(decision, lowered, inner.drawn() if decision.verdict == "checked" else None)


def contradiction(judge: Judge) -> str | None:
    """Why what is assumed contradicts itself, if that is plain of the sums that the facts are about."""
    try:
        return settled(judge, lower(judge.context, *(build("indicator", _all(judge.context)),) * 2)).contradiction()
    except (Unlowered, ShapeError):
        return None


def _all(context: Context) -> Term:
    """All facts that are relations, as one."""
    facts = [f for f in context.assumptions if f.op in LOGIC]
    return build("and", *facts) if facts else Term("true")


def settled(judge: Judge, lowered: Lowered) -> Judge:
    """The judge of lowered claims: the kernel knows the facts, instances are drawn from what the facts determine."""
    inner = Judge(lowered.drawn, judge.options, judge.draws, judge.met)
    inner.kernel = Kernel(lowered.facts)
    return inner
