"""Equations with O(x**n): they hold as x -> 0 (O((x - a)**n): as x -> a), from both sides where x is real."""

from __future__ import annotations

from derivcheck.kernel.analysis.expansions import Expansion
from derivcheck.kernel.analysis.germs import Germs
from derivcheck.kernel.analysis.knowledge import Knowledge, Refused
from derivcheck.kernel.analysis.polynomial import as_polynomial, fraction
from derivcheck.kernel.analysis.segments import needs
from derivcheck.kernel.terms import Claim, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build

SIDES = {"real": (1, -1), "nonzero": (1, -1), "positive": (1,), "nonnegative": (1,)}
DEPTHS = (4, 7, 11, 16)


def mentions_order(term: Term) -> bool:
    """Whether O(...) stands in a term."""
    return any(t.op == "bigo" for t in term.walk())


def holds(claim: Claim) -> bool:
    """Whether ``left = p + O(g)`` holds: the difference of left and p is of at most the order of g.

    ``False`` is as certain as ``True``; raises ``Refused`` where neither is known.
    """
    if claim.relation != "=":
        raise Refused("O(...) stands in equations only")
    summands = claim.right.args if claim.right.op == "add" else (claim.right,)
    orders = [t for t in summands if t.op == "bigo"]
    rest = [t for t in summands if t.op != "bigo"]
    if len(orders) != 1 or any(map(mentions_order, rest)):
        raise Refused("an equation with O(...) on its left side needs one + O(...) at the end of its right side")
    x, point = _place(orders[0].args[0])
    exact = not mentions_order(claim.left)
    difference = build("add", claim.left, *(build("neg", t) for t in rest)) if rest else claim.left
    around = Knowledge(claim.context)
    it = around.fresh(x.name)
    terms = [substitute(t, {x: symbol(it)}) for t in (difference, orders[0].args[0])]
    outcomes = [_from(terms[0], terms[1], it, point, side, around) for side in SIDES[x.type.kind]]
    if all(outcomes) or exact:
        return all(outcomes)
    raise Refused("the left side holds only to a lower order")


def _place(order: Term) -> tuple[Symbol, Term]:
    """The variable of an order and the point that it tends to: the one zero of a polynomial."""
    symbols = free_symbols(order)
    if len(symbols) == 1:
        (x,) = symbols
        p = as_polynomial(order, x)
        if p is not None and p.degree() > 0 and x.type.kind in SIDES:
            factors = p.factor()[1]
            if len(factors) == 1 and factors[0][0].degree() == 1:
                return x, number(fraction(-factors[0][0][0] / factors[0][0][1]))
    raise Refused("write O(x**n), or O((x - a)**n) with a number a")


def _unconditional(expansion: Expansion, around: Knowledge) -> None:
    """Raises ``Refused`` where parts without the variable are defined under conditions only."""
    if expansion.germs.supposed:
        raise Refused("the expansion holds under conditions only")
    for part in expansion.carried:
        for kind, g in needs(part, expansion.variable):
            if around.sign(g) != "+" if kind == "positive" else not around.nonzero(g) and kind == "nonzero":
                raise Refused("the expansion holds under conditions only")


def _from(difference: Term, order: Term, x: Symbol, point: Term, side: int, around: Knowledge) -> bool:
    reason = Refused("the order was not found")
    for depth in DEPTHS:
        expansion = Expansion(Germs(Knowledge(around.context, around.budget), depth), x, point, side)
        try:
            bound, _ = expansion.germs.leading(expansion.of(order))
            f = expansion.of(difference)
            _unconditional(expansion, around)
            if f.terms and expansion.germs.beyond(f.terms[0][0], bound) > 0:
                expansion.germs.leading(f)
                _unconditional(expansion, around)
                return False
            if f.error is None or expansion.germs.beyond(f.error, bound) <= 0:
                return True
        except Refused as refused:
            reason = refused
    raise reason
