"""What went wrong in a refuted step about random variables."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import combinations

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import LOGIC, ZERO, Claim, Symbol, Term, symbol
from derivcheck.kernel.vocabulary import ShapeError, build, same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.proving.mistakes.mistake import quoted
from derivcheck.proving.mistakes.places import places, replaced
from derivcheck.proving.probability import deciding
from derivcheck.proving.probability.claims import Lowered, lower
from derivcheck.proving.probability.facts import randoms
from derivcheck.proving.probability.misreadings import FALSE_LAWS, FalseLaw, made
from derivcheck.proving.probability.unlowered import Unlowered
from derivcheck.proving.probability.watching import judge_of
from derivcheck.proving.repairing.agreement import Agreement
from derivcheck.proving.repairing.repairs import Candidate, Repairs

MOST_PROOFS = 6

SMALL = 1.25
"""As ``diagnose.SMALL``."""


def diagnose(judge: Judge, left: Term, relation: str, right: Term) -> Diagnosis | None:
    """The likely mistake in a step that is refuted; ``None`` if none was found."""
    if relation != "=" or left.op in LOGIC or right.op in LOGIC or not same_shape(left.shape, right.shape):
        return None
    try:
        lowered = lower(judge.context, left, right)
        spaced = judge_of(judge, lowered)
    except (Unlowered, ShapeError):
        return None
    repairs = Repairs(spaced, spaced.drawn(), left, right)
    single = repairs.single()
    law = _misreading(spaced, left, right)
    assumption = _missing(judge, left, right)
    if law is not None:
        return Diagnosis(law[0].code, law[1], single.term if single else None, assumption)
    if assumption is not None and not (single and single.rank[0] < SMALL):
        return Diagnosis("missing-assumption", f"it uses what is not assumed: it holds if {quoted(assumption)}", None, assumption)
    if single is not None:
        return _edited(single, assumption)
    return _plain(judge, lowered)


def _edited(single: Candidate, assumption: Term | None) -> Diagnosis:
    return Diagnosis(single.code, single.message(), single.term, assumption)


def _plain(judge: Judge, lowered: Lowered) -> Diagnosis | None:
    """How the sides differ, where laws have made them terms about parameters alone."""
    from derivcheck.proving.differing.differences import difference

    if lowered.lowering.model.levels or lowered.lowering.model.laws:
        return Diagnosis("differs", "the sides differ, and no law that holds leads from one to the other")
    found = difference(deciding.settled(judge, lowered), lowered.left, lowered.right)
    return None if found is None else Diagnosis("differs", found.said)


def _misreading(spaced: Judge, left: Term, right: Term) -> tuple[FalseLaw, str] | None:
    """The law that does not hold by which the wrong step follows from the one before, and what is said of it."""
    wanted = Agreement(spaced.drawn(), right)
    if not wanted.views:
        return None
    others, proofs = randoms((left, right)), 0
    for place, law in ((p, law) for law in FALSE_LAWS for p in places(left)):
        for new in made(law, place.term, others):
            with suppress(ShapeError):
                taken = replaced(left, place.path, new)
                if taken == left or not same_shape(taken.shape, right.shape) or wanted.sign(taken) != 1:
                    continue
                proofs += 1
                if isinstance(spaced.kernel.prove(Claim(taken, "=", right, spaced.context)), Proof):
                    return law, f"{law.phrase}: {quoted(place.term)} is taken for {quoted(new)}"
            if proofs >= MOST_PROOFS:
                return None
    return None


def _missing(judge: Judge, left: Term, right: Term) -> Term | None:
    """The simplest assumption about the random variables under which the step is proved."""
    for fact in _facts(sorted(randoms((left, right)), key=lambda s: s.name)):
        context = replace(judge.context, assumptions=(*judge.context.assumptions, fact))
        try:
            lowered = lower(context, left, right)
        except (Unlowered, ShapeError):
            continue
        inner = deciding.settled(judge, lowered)
        if inner.fails(lowered.left, lowered.right):
            continue
        if isinstance(inner.kernel.prove(Claim(lowered.left, "=", lowered.right, lowered.facts)), Proof):
            return fact
    return None


def _facts(variables: list[Symbol]) -> Iterator[Term]:
    """Independence of two or of all, then means that are 0."""
    for pair in combinations(variables[:4], 2):
        yield Term("independent", tuple(map(symbol, pair)))
    if len(variables) > 2:
        yield Term("independent", tuple(map(symbol, variables)))
    for it in variables:
        if it.type.kind == "real" and not it.type.shape and not it.type.family:
            yield Term("eq", (build("E", symbol(it)), ZERO))

