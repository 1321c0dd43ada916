"""Claims about integrals, limits and series: closed by certified values, then decided as any other claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import monotonic

from derivcheck.kernel.analysis.closing import Closed, Oracle, close, is_analytic, is_finite_sum
from derivcheck.kernel.analysis.knowledge import Divergent, Nowhere, Refused, is_oo
from derivcheck.kernel.analysis.orders import holds, mentions_order
from derivcheck.kernel.normal.polynomials import Undefined, Unsupported
from derivcheck.kernel.outcome import Budget, OutOfBudget
from derivcheck.kernel.terms import LOGIC, Claim, Symbol, Term, free_symbols
from derivcheck.kernel.values.compare import PRINCIPAL, Differ, compare
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import ShapeError
from derivcheck.proving.decision import Decision
from derivcheck.proving.with_sympy import prover
from derivcheck.proving.with_sympy.problem import NotCovered, expanded

UP_TO_A_CONSTANT = "indefinite integrals agree up to a constant, which is not compared"


def decide(claim: Claim, timeout: float, judge: Callable[[Claim], Decision], sums: bool = False) -> Decision | None:
    """The verdict on a claim about integrals, limits or series; ``None`` for any other claim.

    judge: what decides the claim that is left when these are closed; sums: whether finite sums are to be closed too.
    """
    if mentions_order(claim.left) or mentions_order(claim.right):
        return _of_orders(claim)
    if not _concerns(claim, sums):
        return None
    end = monotonic() + 0.8 * timeout

    def left_of(ask: Callable[[Term, Symbol, float], Sequence[Term]]) -> Callable[[Term, Symbol], Sequence[Term]]:
        return lambda function, by: ask(function, by, max(end - monotonic(), 0.01))

    oracle = Oracle(left_of(prover.antiderivatives), left_of(prover.antidifferences))

    try:
        left, right = expanded(claim)
        closed = close(replace(claim, left=left, right=right), oracle, sums)
    except Nowhere as reason:
        return Decision("invalid", reason=f"neither side has a value: {reason}")
    except Divergent as reason:
        if claim.relation == "=" and not free_symbols(claim.left) | free_symbols(claim.right):
            return Decision("refuted", reason=f"one side has no value: {reason}")
        return Decision("undecided", reason=f"one side has no value: {reason}")
    except (Refused, NotCovered, OutOfBudget, Unsupported, Undefined, ShapeError, RecursionError) as reason:
        spent = isinstance(reason, OutOfBudget)
        return Decision("undecided", reason="the budget of kernel operations was spent" if spent else str(reason))
    infinite = [is_oo(side) for side in (closed.claim.left, closed.claim.right)]
    if any(infinite):
        return _of_infinite(closed, infinite)
    return _decided(claim, closed, judge)


def _of_orders(claim: Claim) -> Decision:
    """The verdict on an equation with O(...)."""
    try:
        left, right = expanded(claim)
        if holds(replace(claim, left=left, right=right)):
            return Decision("proved", "expansion in series", instances=1)
    except (Refused, NotCovered, OutOfBudget, Unsupported, Undefined, ShapeError, RecursionError) as reason:
        return Decision("undecided", reason=str(reason))
    return Decision("refuted", reason="the difference of the sides is of a lower order than the O on the right side")


def _concerns(claim: Claim, sums: bool) -> bool:
    """Whether an integral, a limit or a series occurs in a scalar claim, or in a definition that it may use."""
    if claim.left.op in LOGIC or claim.left.shape or claim.relation not in {"=", "<", "<=", ">", ">="}:
        return False
    bodies = [d.body for d in claim.context.definitions.values()]
    return any(is_analytic(t) or (sums and is_finite_sum(t)) for side in (claim.left, claim.right, *bodies) for t in side.walk())


def _of_infinite(closed: Closed, infinite: list[int]) -> Decision:
    if closed.claim.relation != "=" or closed.conditions:
        return Decision("undecided", reason="infinite values are only compared by =")
    if infinite[0] == infinite[1]:
        return Decision("proved", closed.method, instances=1)
    words = {1: "oo", -1: "-oo", 0: "not infinite"}
    return Decision("refuted", reason=f"the left side is {words[infinite[0]]}, the right side is {words[infinite[1]]}")


def _decided(claim: Claim, closed: Closed, judge: Callable[[Claim], Decision]) -> Decision:
    """What the closed claim's verdict says of the claim itself."""
    facts = tuple(c.term for c in closed.conditions)
    context = replace(closed.claim.context, assumptions=(*closed.claim.context.assumptions, *facts))
    found = judge(replace(closed.claim, context=context))
    notes = (*found.notes, UP_TO_A_CONSTANT) if closed.up_to_constants else found.notes
    conditions = (*found.conditions, *(c for c in closed.conditions if c not in found.conditions))
    match found.verdict:
        case "proved":
            if _contradicted(claim):
                reason = "numeric integration contradicts the proof"
                return Decision("conflict", closed.method, conditions, reason, found.instances)
            method = ", ".join(filter(None, (closed.method, found.method)))
            return replace(found, method=method, conditions=conditions, notes=notes)
        case "checked":
            return replace(found, conditions=conditions, notes=notes) if closed.exact else replace(found, verdict="undecided")
        case "refuted" if closed.exact and not (closed.up_to_constants and _by_principal_value(found)):
            told = f"the derivatives of the sides differ: {found.reason}" if closed.up_to_constants else found.reason
            return replace(found, reason=told)
        case "conflict":
            return found
    return Decision("undecided", reason=found.reason or "not decided")


def _by_principal_value(found: Decision) -> bool:
    """Whether a side has a value at the counterexample over the complex numbers only, which says nothing of an antiderivative."""
    return found.counterexample is not None and PRINCIPAL in found.counterexample.note


def _contradicted(claim: Claim) -> bool:
    """Whether rigorous integration in numbers contradicts a claim about constants."""
    if any(free_symbols(side) for side in (claim.left, claim.right)):
        return False
    return isinstance(compare(claim, Instance(), (64,), Budget(60_000)), Differ)


