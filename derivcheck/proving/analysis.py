"""Claims about integrals, limits and series: closed by certified values, then decided as any other claim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache
from time import monotonic

from derivcheck.kernel.analysis.closed import Closed, Oracle
from derivcheck.kernel.analysis.closing import close, is_analytic, is_finite_sum
from derivcheck.kernel.analysis.knowledge import Divergent, Knowledge, Nowhere, Refused, is_oo
from derivcheck.kernel.analysis.orders import fails_somewhere, holds, mentions_order
from derivcheck.kernel.analysis.primitives import with_primitives
from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.normal.polynomials import Undefined, Unsupported
from derivcheck.kernel.outcome import Budget, Condition, OutOfBudget, Proof, Unknown
from derivcheck.kernel.terms import LOGIC, ONE, ZERO, Claim, Symbol, Term, free_symbols
from derivcheck.kernel.values.compare import PRINCIPAL, Differ, compare
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.decision import Decision
from derivcheck.proving.special_cases import (
    MOST_CASES,
    NO_VALUE,
    Deciding,
    Judging,
    SpecialCases,
    by_signs,
    nowhere,
    says_nothing,
)
from derivcheck.proving.with_sympy import prover
from derivcheck.proving.with_sympy.problem import NotCovered, expanded
from derivcheck.syntax.show import show

UP_TO_A_CONSTANT = "indefinite integrals agree up to a constant, which is not compared"


def decide(claim: Claim, timeout: float, judge: Judging, met: set[str], sums: bool = False, depth: int = 0) -> Decision | None:
    """The verdict on a claim about integrals, limits or series; ``None`` for any other claim.

    judge: what decides the claim that is left when these are closed; met: where it is told that time ran out;
    sums: whether finite sums are to be closed too; depth: how many special cases this is one of.
    """
    late: set[str] = set()
    end = monotonic() + 0.8 * timeout

    def again(special: Claim, inside: int) -> Decision | None:
        return decide(special, max(end - monotonic(), 0.01), judge, late, sums, inside)

    found = _verdict(claim, end, judge, late, sums, SpecialCases(again, judge, depth))
    if found is not None and found.verdict == "undecided" and not (depth or late or mentions_order(claim.right)):
        found = _by_primitives(claim, again) or by_signs(claim, again, judge) or found
    met |= late
    if found is None or found.verdict != "undecided" or "time" not in late or found.limit:
        return found
    return replace(found, reason=f"{found.reason}; SymPy found nothing in the time allowed (--timeout)", limit="time")


def _by_primitives(claim: Claim, again: Deciding) -> Decision | None:
    """The verdict on a claim about integrals of unknown functions, by their antiderivatives."""
    try:
        left, right = expanded(claim)
        raised = with_primitives(replace(claim, left=left, right=right))
    except NotCovered:
        return None
    found = again(raised, MOST_CASES) if raised is not None else None
    return replace(found, counterexample=None) if found is not None and found.verdict in {"proved", "refuted"} else None


def _verdict(claim: Claim, end: float, judge: Judging, met: set[str], sums: bool, cases: SpecialCases) -> Decision | None:
    """See ``decide``; end: when SymPy's time is over."""
    concerned = _concerns(claim, sums)
    if mentions_order(claim.right) or (mentions_order(claim.left) and not concerned):
        return _of_orders(claim)
    if not concerned:
        return None

    def in_time(ask: Callable[[Term, Symbol, float], Sequence[Term] | None]) -> Callable[[Term, Symbol], Sequence[Term]]:
        def propose(function: Term, by: Symbol) -> Sequence[Term]:
            found = ask(function, by, max(end - monotonic(), 0.01))
            if found is None:
                met.add("time")
            return found or ()

        return propose

    oracle = Oracle(in_time(prover.antiderivatives), in_time(prover.antidifferences))

    try:
        left, right = expanded(claim)
        if not (_mentions_analysis(left, sums) or _mentions_analysis(right, sums)):
            return None  # only a definition that the claim does not use speaks of any
        plain = replace(claim, left=left, right=right)
        closed = close(plain, oracle, sums)
    except Nowhere as reason:
        return nowhere(f"neither side has a value: {reason}")
    except Divergent as reason:
        other = claim.right if reason.side == "left" else claim.left
        if _is_nowhere(other, claim):
            return nowhere(f"neither side has a value: {reason}")
        if claim.relation == "=" and (reason.always or not free_symbols(claim.left) | free_symbols(claim.right)):
            said = f"{reason}{_at(reason.variable, reason.place)}"
            no_value = (NO_VALUE, f"the {reason.side} side has no value: {said}")
            return Decision("refuted", reason=f"one side has no value: {said}", evident=no_value)
        return Decision("undecided", reason=f"one side has no value: {reason}")
    except (Refused, NotCovered, OutOfBudget, Unsupported, Undefined, ShapeError, RecursionError) as reason:
        return Decision("undecided", reason=_said(reason))
    infinite = [is_oo(side) for side in (closed.claim.left, closed.claim.right)]
    if any(infinite):
        return _of_infinite(closed, infinite)
    return _decided(plain, closed, judge, cases)


def _said(reason: Exception) -> str:
    return "the budget of kernel operations was spent" if isinstance(reason, OutOfBudget) else str(reason)


def _of_orders(claim: Claim) -> Decision:
    """The verdict on an equation with O(...)."""
    left, right = claim.left, claim.right
    try:
        left, right = expanded(claim)
        if holds(replace(claim, left=left, right=right)):
            return Decision("proved", "expansion in series", instances=1)
    except (Refused, NotCovered, OutOfBudget, Unsupported, Undefined, ShapeError, RecursionError) as reason:
        try:
            where = fails_somewhere(replace(claim, left=left, right=right))
        except (NotCovered, OutOfBudget, Unsupported, Undefined, ShapeError, RecursionError):
            where = None
        return Decision("undecided", reason=_said(reason)) if where is None else _lower(f" at {where}")
    return _lower("")


def _lower(where: str) -> Decision:
    said = f"the difference of the sides is of a lower order than the O on the right side{where}"
    return Decision("refuted", reason=said, evident=("differs", said))


def _concerns(claim: Claim, sums: bool) -> bool:
    """Whether an integral, a limit or a series occurs in a scalar claim, or in a definition that it may use."""
    if claim.left.op in LOGIC or claim.left.shape or claim.relation not in {"=", "<", "<=", ">", ">=", "~"}:
        return False
    bodies = [d.body for d in claim.context.definitions.values()]
    return any(_mentions_analysis(term, sums) for term in (claim.left, claim.right, *bodies))


@lru_cache(maxsize=20_000)
def _mentions_analysis(term: Term, sums: bool) -> bool:
    """Whether an integral, a limit or a series, or also a finite sum, occurs in a term; asked of every claim, so remembered."""
    return any(is_analytic(t) or (sums and is_finite_sum(t)) for t in term.walk())


def _at(variable: str, place: Term | None) -> str:
    return "" if place is None else f" at {variable} = {show(place)}"


def _is_nowhere(side: Term, claim: Claim) -> bool:
    """Whether a side without integrals, limits and series certainly has no value anywhere."""
    if is_oo(side) or any(map(is_analytic, side.walk())):
        return False
    outcome = Kernel(claim.context).prove(replace(claim, left=build("add", side, ZERO), right=side, relation="="))
    if isinstance(outcome, Unknown) and outcome.nowhere:
        return True
    return not free_symbols(side) and not isinstance(outcome, Proof) and Knowledge(claim.context).value(side) is None


def _of_infinite(closed: Closed, infinite: list[int]) -> Decision:
    if closed.claim.relation != "=" or closed.conditions or closed.supposed:
        return Decision("undecided", reason="infinite values are only compared by =")
    if infinite[0] == infinite[1]:
        return Decision("proved", closed.method, instances=1)
    if any(_is_nowhere(side, closed.claim) for side in (closed.claim.left, closed.claim.right) if not is_oo(side)):
        return nowhere("neither side has a finite value")
    words = {1: "oo", -1: "-oo", 0: "not infinite"}
    reason = f"the left side is {words[infinite[0]]}, the right side is {words[infinite[1]]}"
    if all(infinite):
        return Decision("refuted", reason=reason)
    side = "left" if infinite[0] else "right"
    where = next((f", the integral diverges{_at(*pole)}" for pole in closed.poles), "")
    return Decision("refuted", reason=reason, evident=(NO_VALUE, f"the {side} side is infinite{where}"))


def _decided(claim: Claim, closed: Closed, judge: Judging, cases: SpecialCases) -> Decision:
    """What the closed claim's verdict says of the claim itself."""
    facts = tuple(c.term for c in (*closed.conditions, *closed.supposed))
    context = replace(closed.claim.context, assumptions=(*closed.claim.context.assumptions, *facts))
    found = judge(replace(closed.claim, context=context))
    notes = (*found.notes, UP_TO_A_CONSTANT) if closed.up_to_constants else found.notes
    conditions = (*found.conditions, *(c for c in closed.conditions if c not in found.conditions))
    match found.verdict:
        case "proved" | "checked" if closed.supposed:
            kept: list[Condition] = []
            for supposed in closed.supposed:
                if _also_needed(claim, supposed):
                    if not cases.has_no_value(claim, supposed):
                        kept.append(supposed)
                    elif closed.edges:
                        return _decided(claim, replace(closed, claim=closed.strict(), edges=()), judge, cases)
                elif (special := cases.where_it_fails(claim, supposed)).verdict != "proved" and not says_nothing(special):
                    return special
            rest = replace(closed, conditions=(*closed.conditions, *kept), supposed=())
            return _concluded(claim, rest, replace(found, conditions=(*conditions, *kept)), notes)
    return _concluded(claim, closed, replace(found, conditions=conditions), notes)


def _concluded(claim: Claim, closed: Closed, found: Decision, notes: tuple[str, ...]) -> Decision:
    conditions = tuple(dict.fromkeys(found.conditions))
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


def _also_needed(claim: Claim, condition: Condition) -> bool:
    """Whether a side of the claim has no value where a condition fails, so that the claim says nothing there."""
    g = condition.term.args[0]
    witness = build("div", ONE, g) if condition.term.op == "ne" else build("log", g)
    for side in (claim.left, claim.right):
        if any(map(is_analytic, side.walk())) or any(map(is_finite_sum, side.walk())):
            continue
        outcome = Kernel(claim.context).prove(replace(claim, left=build("add", side, build("mul", ZERO, witness)), right=side))
        if isinstance(outcome, Proof) and not outcome.conditions:
            return True
    return False


def _by_principal_value(found: Decision) -> bool:
    """Whether a side has a value at the counterexample over the complex numbers only, which says nothing of an antiderivative."""
    return found.counterexample is not None and PRINCIPAL in found.counterexample.note


def _contradicted(claim: Claim) -> bool:
    """Whether rigorous integration in numbers contradicts a claim about constants."""
    if any(free_symbols(side) for side in (claim.left, claim.right)):
        return False
    return isinstance(compare(claim, Instance(), (64,), Budget(60_000)), Differ)


