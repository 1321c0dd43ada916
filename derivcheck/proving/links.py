"""What went wrong between two statements that a link joins: a solution lost or gained and by what, a sign not turned."""

from __future__ import annotations

from derivcheck.kernel.outcome import Counterexample, Proof
from derivcheck.kernel.terms import FLIPPED, Claim, Term, free_symbols, number
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.proving.differing.simplified import ratio
from derivcheck.proving.mistakes.mistake import quoted
from derivcheck.proving.mistakes.places import negated, total
from derivcheck.proving.refuting.reach import folded

SIGN = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def diagnose_link(judge: Judge, before: Term, here: Term, found: Counterexample | None) -> Diagnosis | None:
    """The mistake in a link that is refuted by a counterexample; ``None`` where that says nothing."""
    match found.left if found is not None else "":
        case "true":
            code, said = "lost-solution", "the statement before can hold where this one does not"
            how = _rooted(judge, before, here) or _divided(judge, before, here)
        case "false":
            code, said = "gained-solution", "this statement can hold where the one before does not"
            how = _squared(judge, before, here) or _multiplied(judge, before, here)
        case _:
            return None
    return _not_turned(judge, before, here) or Diagnosis(code, f"{how}: {said}" if how else said)


def _divided(judge: Judge, before: Term, here: Term) -> str | None:
    factor = _factor(judge, before, here)
    return factor and f"the equation is divided by {factor}, which can be 0"


def _multiplied(judge: Judge, before: Term, here: Term) -> str | None:
    factor = _factor(judge, here, before)
    return factor and f"the equation is multiplied by {factor}, which can be 0"


def _rooted(judge: Judge, before: Term, here: Term) -> str | None:
    other = _other_sign(judge, before, here)
    return other and f"a root has two signs, and {other} is lost"


def _squared(judge: Judge, before: Term, here: Term) -> str | None:
    other = _other_sign(judge, here, before)
    return other and f"squares are equal also where {other}"


def _factor(judge: Judge, more: Term, fewer: Term) -> str | None:
    """What the sides of one equation have as a factor beyond those of another, proved; it can vanish."""
    if more.op != "eq" or fewer.op != "eq" or more.args[0].shape or fewer.args[0].shape:
        return None
    factor = ratio(judge, _gap(fewer), _gap(more))
    if factor is None or not free_symbols(factor) or any(t.op == "div" and free_symbols(t.args[1]) for t in factor.walk()):
        return None  # any two equations have a quotient, which says nothing
    return quoted(factor)


def _other_sign(judge: Judge, power: Term, base: Term) -> str | None:
    """The other solution of an equation both of whose sides are the squares of those of another, proved."""
    if power.op != "eq" or base.op != "eq" or base.args[0].shape or power.args[0].shape:
        return None
    pairs = zip(power.args, base.args, strict=True)
    claims = (Claim(a, "=", build("pow", b, number(2)), judge.context) for a, b in pairs)
    if not all(isinstance(judge.kernel.prove(claim), Proof) for claim in claims):
        return None
    return quoted(build("eq", base.args[0], negated(base.args[1])))


def _not_turned(judge: Judge, before: Term, here: Term) -> Diagnosis | None:
    """An inequality whose sign was not turned, or turned for nothing; the repair has it right, for the factor is proved."""
    if before.op not in FLIPPED or here.op not in FLIPPED or before.args[0].shape or here.args[0].shape:
        return None
    factor = ratio(judge, _gap(before), _gap(here))
    value = folded(factor) if factor is not None else None
    if factor is None or not value:
        return None
    meant = FLIPPED[before.op] if value < 0 else before.op
    if here.op == meant:
        return None
    repair = Term(meant, here.args, here.data, here.shape)
    why = f"both sides are multiplied by {quoted(factor)}" if value < 0 else "both sides are multiplied by no negative number"
    return Diagnosis("wrong-relation", f"{why}, so the relation should be {SIGN[meant]}, not {SIGN[here.op]}", repair)


def _gap(relation: Term) -> Term:
    """The left side of a relation less the right one."""
    return total(relation.args[0], negated(relation.args[1]))
