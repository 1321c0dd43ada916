"""Equations with O(x**n): they hold as x -> 0 (O((x - a)**n): as x -> a), from both sides where x is real."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from derivcheck.kernel.analysis.expansions import Expansion
from derivcheck.kernel.analysis.germs import Germ, Germs, Monomial
from derivcheck.kernel.analysis.knowledge import Knowledge, NoValues, Refused
from derivcheck.kernel.analysis.needs import needs
from derivcheck.kernel.analysis.polynomial import as_polynomial, fraction
from derivcheck.kernel.terms import Claim, Symbol, Term, free_symbols, number, substitute, symbol

SIDES = {"real": (1, -1), "nonzero": (1, -1), "positive": (1,), "nonnegative": (1,)}
DEPTHS = (4, 7, 11, 16)
TRIED = {"real": 2, "positive": 2, "nonnegative": 2, "nonzero": 2, "integer": 2, "natural": 2}
"""The first value that is tried for a parameter of each kind."""


@lru_cache(maxsize=20_000)
def mentions_order(term: Term) -> bool:
    """Whether O(...) stands in a term."""
    return any(t.op == "O" for t in term.walk())


def holds(claim: Claim) -> bool:
    """Whether the left side has the values that a right side with O(...) leaves open: ``p + O(g)``, or products of such.

    ``False`` is as certain as ``True``; raises ``Refused`` where neither is known.
    """
    if claim.relation != "=":
        raise Refused("O(...) stands in equations only")
    orders = [t for t in claim.right.walk() if t.op == "O"]
    if not orders or not _multilinear(claim.right):
        raise Refused("an equation with O(...) on its left side needs one + O(...) at the end of its right side")
    places = {_place(t.args[0]) for t in orders}
    if len(places) > 1:
        raise Refused("orders at different places")
    ((x, point),) = places
    around = Knowledge(claim.context)
    it = around.fresh(x.name)
    left, right = (substitute(t, {x: symbol(it)}) for t in (claim.left, claim.right))
    outcomes = [found for side in SIDES[x.type.kind] if (found := _from(left, right, it, point, side, around)) is not None]
    if outcomes and (all(outcomes) or not mentions_order(claim.left)):
        return all(outcomes)
    raise Refused("the left side holds only to a lower order")


def fails_somewhere(claim: Claim) -> str | None:
    """Values of parameters at which ``holds`` is certainly false, as text; ``None`` where none were found."""
    places = {s for t in (claim.left, claim.right) for o in t.walk() if o.op == "O" for s in free_symbols(o)}
    names = sorted((free_symbols(claim.left) | free_symbols(claim.right)) - places, key=lambda s: s.name)
    if not 0 < len(names) <= 3 or claim.context.assumptions or any(s.type.kind not in TRIED for s in names):
        return None
    for turn in range(2):
        values = {s: number(TRIED[s.type.kind] + turn + k) for k, s in enumerate(names)}
        try:
            if not holds(replace(claim, left=substitute(claim.left, values), right=substitute(claim.right, values))):
                return ", ".join(f"{s.name} = {value.number}" for s, value in values.items())
        except Refused:
            continue
    return None


def _multilinear(term: Term) -> bool:
    """Whether each O(...) stands in sums and products only, where it can become anything of its order."""
    if term.op == "O" or not mentions_order(term):
        return True
    if term.op == "div" and mentions_order(term.args[1]):
        return False
    return term.op in {"add", "neg", "mul", "div"} and all(map(_multilinear, term.args))


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


def _from(left: Term, right: Term, x: Symbol, point: Term, side: int, around: Knowledge) -> bool | None:
    """Whether the difference of left and right is of at most the order that the right side leaves open, from one side; ``None``
    where there are no values on that side."""
    reason = Refused("the order was not found")
    bound: Monomial | None = None
    for depth in DEPTHS:
        expansion = Expansion(Germs(Knowledge(around.context, around.budget), depth), x, point, side)
        germs = expansion.germs
        try:
            open_ = expansion.of(right)
            if open_.error is None:
                raise Refused("the order was not found")
            stable, bound = bound is not None and germs.beyond(open_.error, bound) == 0, open_.error
            f = germs.add(expansion.of(left), germs.scale(Germ(open_.terms), number(-1)))
            _unconditional(expansion, around)
            if not stable:  # what was left out for brevity shrinks with the depth, an O does not
                continue
            if f.terms and germs.beyond(f.terms[0][0], bound) > 0:
                germs.leading(f)
                _unconditional(expansion, around)
                return False
            if f.error is None or germs.beyond(f.error, bound) <= 0:
                return True
        except NoValues:
            return None
        except Refused as refused:
            reason = refused
    raise reason
