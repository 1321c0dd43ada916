"""Claims about integrals, limits and series where a condition of their proof fails, and for each sign of a parameter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from derivcheck.kernel.analysis.closing import is_analytic
from derivcheck.kernel.analysis.knowledge import is_oo
from derivcheck.kernel.analysis.needs import is_whole
from derivcheck.kernel.analysis.polynomial import as_polynomial, fraction
from derivcheck.kernel.outcome import Condition
from derivcheck.kernel.terms import ZERO, Claim, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.decision import Decision
from derivcheck.syntax.show import show

Judging = Callable[[Claim], Decision]
Deciding = Callable[[Claim, int], Decision | None]
"""Decides a claim that is a special case, inside how many others; ``None`` for one without integrals, limits and series."""

MOST_CASES = 2
"""How many special cases are looked at inside each other."""


NO_VALUE = "no-value"
"""The code of the diagnosis that one side has no finite value."""


NOWHERE = "nowhere"
"""Marks a claim neither side of which has a value."""


def nowhere(reason: str) -> Decision:
    """The decision on a claim neither side of which has a value."""
    return Decision("invalid", reason=reason, evident=(NOWHERE, reason))


def says_nothing(found: Decision) -> bool:
    """Whether neither side has a value; an invalid claim of another kind has one on one side."""
    return found.evident is not None and found.evident[0] == NOWHERE


def _has_no_value(found: Decision) -> bool:
    return found.evident is not None and found.evident[0] == NO_VALUE


@dataclass(frozen=True, slots=True)
class SpecialCases:
    """Decides claims where a condition of their proof fails."""

    again: Deciding
    judge: Judging
    depth: int

    def has_no_value(self, claim: Claim, condition: Condition) -> bool:
        """Whether what had to be closed diverges where ``g != 0`` fails, so that the claim says nothing there."""
        found = [self.again(special, self.depth + 1) for special in self._special(claim, condition)]
        return bool(found) and all(f is not None and (says_nothing(f) or _has_no_value(f)) for f in found)

    def where_it_fails(self, claim: Claim, condition: Condition) -> Decision:
        """The verdict on the claim where ``g != 0`` fails for a g that is affine in a symbol: with that symbol put in."""
        unknown = Decision("undecided", reason=f"it is not known what holds unless {show(condition.term)}")
        found = unknown
        for special in self._special(claim, condition):
            found = self.again(special, self.depth + 1) or self.judge(special)
            if found.verdict == "refuted":
                return replace(found, reason=f"the sides differ where {show(condition.term)} fails: {found.reason}")
            if not says_nothing(found) and (found.verdict != "proved" or found.conditions):
                return unknown
        return found

    def _special(self, claim: Claim, condition: Condition) -> Iterator[Claim]:
        """The claim with each value put in at which ``g != 0`` fails, for g affine in a symbol or with rational zeros only."""
        g = condition.term.args[0]
        if condition.term.op != "ne" or self.depth >= MOST_CASES or claim.context.assumptions:
            return
        for it in sorted(free_symbols(g), key=lambda s: s.name):
            roots = _roots(g, it)
            whole = it.type.kind == "integer"
            if not roots or not (it.type.kind == "real" or (whole and all(map(is_whole, roots)))):
                continue
            for root in roots:
                yield replace(claim, left=substitute(claim.left, {it: root}), right=substitute(claim.right, {it: root}))
            return


def _roots(g: Term, it: Symbol) -> list[Term]:
    """All places where an expression is 0, as far as they are seen."""
    p = as_polynomial(g, it)
    if p is None:
        return [root] if (root := _root(g, it)) is not None else []
    factors = [factor for factor, _ in p.factor()[1]] if p.degree() > 0 else []
    return [number(fraction(-f[0] / f[1])) for f in factors] if all(f.degree() == 1 for f in factors) else []


def _root(g: Term, it: Symbol) -> Term | None:
    """Where an expression is 0 that is a symbol, or the symbol and something without it added up, or a multiple of these."""
    if g == symbol(it):
        return ZERO
    if g.op == "neg" or (g.op == "mul" and sum(it in free_symbols(a) for a in g.args) == 1):
        inner = next((a for a in g.args if it in free_symbols(a)), None)
        others = [a for a in g.args if a is not inner]
        return _root(inner, it) if inner is not None and all(a.op == "number" and a.number for a in others) else None
    if g.op == "add":
        signs = [(a, 1) if a == symbol(it) else (a, -1) if a == build("neg", symbol(it)) else (a, 0) for a in g.args]
        holders = [sign for a, sign in signs if it in free_symbols(a)]
        if len(holders) == 1 and holders[0]:
            rest = [a for a, sign in signs if not sign]
            total = build("add", *rest) if len(rest) > 1 else rest[0]
            return build("neg", total) if holders[0] == 1 else total
    return None


SIGNS = (("> 0", "gt"), ("< 0", "lt"), ("= 0", "eq"))
HELD = {("gt",): "gt", ("lt",): "lt", ("gt", "lt"): "ne", ("gt", "eq"): "ge", ("lt", "eq"): "le"}
"""The one relation to 0 that holds where one of several does."""


def by_signs(claim: Claim, again: Deciding, judge: Judging) -> Decision | None:
    """The verdict on a claim in one real parameter where it is positive, negative and 0; a condition names where only one side
    has a value."""
    names = free_symbols(claim.left) | free_symbols(claim.right)
    it = next(iter(names)) if len(names) == 1 else None
    if it is None or it.type != Type("real") or claim.context.assumptions or claim.context.definitions:
        return None
    proved: dict[str, Decision] = {}
    lost, gained = False, True
    said_infinite = any(map(is_oo, (claim.left, claim.right)))
    for said, relation in SIGNS:
        found = _under_a_sign(claim, it, relation, again, judge)
        if found.verdict == "refuted" and (said_infinite or not _has_no_value(found)):
            reason = f"the sides differ where {it.name} {said}: {found.reason}"
            return replace(found, reason=reason, counterexample=None)
        if found.verdict == "proved" and not found.conditions and not found.notes:
            proved[relation] = found
        elif _has_no_value(found) or (found.verdict == "invalid" and not says_nothing(found)):
            lost, gained = True, gained and _has_no_value(found)
        elif not says_nothing(found):
            return None
    if not proved:
        return None
    conditions: tuple[Condition, ...] = ()
    if lost:
        held, analytic = HELD.get(tuple(proved)), [any(map(is_analytic, side.walk())) for side in (claim.left, claim.right)]
        if held is None or all(analytic):
            return None
        kind = "point" if held == "ne" else "domain"
        conditions = (Condition(Term(held, (symbol(it), ZERO)), kind, gained=gained and analytic[0]),)
    first = next(iter(proved.values()))
    return replace(first, method=f"{first.method}, by the sign of {it.name}", conditions=conditions)


def _under_a_sign(claim: Claim, it: Symbol, relation: str, again: Deciding, judge: Judging) -> Decision:
    one = symbol(Symbol(it.name, Type("positive")))
    value = {"gt": one, "lt": build("neg", one), "eq": ZERO}[relation]
    context = replace(claim.context, symbols={**claim.context.symbols, it.name: one.symbol})
    left, right = (substitute(side, {it: value}) for side in (claim.left, claim.right))
    special = Claim(left, claim.relation, right, context)
    return again(special, MOST_CASES) or judge(special)
