"""A step whose left side is an integral, a limit or a series, as one from its value: what is wrong is looked for in that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcheck.kernel.analysis.closed import Oracle
from derivcheck.kernel.analysis.closing import close, is_analytic
from derivcheck.kernel.analysis.knowledge import Divergent, Nowhere, Refused
from derivcheck.kernel.normal.polynomials import Undefined, Unsupported
from derivcheck.kernel.outcome import OutOfBudget
from derivcheck.kernel.terms import ZERO, Claim, Symbol, Term
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.decide import Judge
from derivcheck.proving.differing.simplified import simplified
from derivcheck.proving.with_sympy.problem import NotCovered, expanded


def with_value(judge: Judge, left: Term, right: Term) -> tuple[Judge, Term] | None:
    """A judge and the value of the left side, where the kernel alone finds it and the right side has no such terms."""
    if not any(map(is_analytic, left.walk())) or any(map(is_analytic, right.walk())):
        return None
    claim = Claim(left, "=", right, judge.context)
    try:
        plain, _ = expanded(claim)
        closed = close(replace(claim, left=plain), Oracle(_nothing, _nothing))
    except (Refused, Divergent, Nowhere, NotCovered, OutOfBudget, Unsupported, Undefined, ShapeError, RecursionError):
        return None
    if not closed.exact or closed.up_to_constants or closed.supposed:
        return None
    facts = tuple(c.term for c in closed.conditions)
    known = Judge(replace(judge.context, assumptions=(*judge.context.assumptions, *facts)), judge.options)
    value = _without_witnesses(closed.claim.left)
    return known, simplified(known, value, right) or value


def _nothing(function: Term, by: Symbol) -> Sequence[Term]:
    return ()


def _without_witnesses(value: Term) -> Term:
    """A value without the summands ``0*part`` that only say where it is defined."""
    if value.op != "add":
        return value
    kept = [a for a in value.args if not (a.op == "mul" and a.args[0] == ZERO)]
    return ZERO if not kept else kept[0] if len(kept) == 1 else build("add", *kept)
