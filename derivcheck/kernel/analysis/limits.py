"""Limits, read off germs: one-sided ones, and two-sided ones where both sides have the same."""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.kernel.analysis.expansions import Expansion
from derivcheck.kernel.analysis.germs import Germ, Germs
from derivcheck.kernel.analysis.knowledge import Divergent, Knowledge, NoValues, Refused, is_oo
from derivcheck.kernel.analysis.needs import Need
from derivcheck.kernel.analysis.oscillation import oscillates
from derivcheck.kernel.terms import ZERO, Symbol, Term
from derivcheck.kernel.vocabulary import build

DEPTHS = (4, 7, 11)
"""How many terms of each series are kept, in turn: more where fewer cancel."""

INFINITY = Term("constant", (), "oo")


def infinite(value: Term) -> bool:
    """Whether the value of a limit is infinite."""
    return bool(is_oo(value))


def one_sided(
    body: Term, variable: Symbol, point: Term, side: int, around: Knowledge, carried: list[Term] | None = None,
    supposed: list[Need] | None = None,
) -> Term:
    """The limit from above (side 1), from below (-1), or at infinity; ``oo`` or ``-oo`` where it is infinite.

    carried: where the parts without the variable are entered; supposed: where what was taken not to be 0 is.
    Raises ``Refused``, or ``Divergent`` where there is none.
    """
    reason = Refused("the limit was not found")
    for depth in DEPTHS:
        supposing = Knowledge(around.context, around.budget, dict(around.signs))
        expansion = Expansion(Germs(supposing, depth), variable, point, side)
        try:
            value = limit_of(expansion.germs, expansion.of(body))
        except NoValues:
            raise
        except Refused as refused:
            reason = refused
            continue
        if supposed is not None:
            supposed += [need for need in expansion.germs.supposed if need not in supposed]
        elif expansion.germs.supposed:
            raise Refused("a limit that exists under conditions only")
        if carried is not None:
            carried += expansion.carried
        elif any(t.op == "log" and around.sign(t.args[0]) != "+" for t in expansion.carried):
            raise Refused("a limit that exists under conditions only")
        return value
    raise reason


def limit_of(germs: Germs, f: Germ) -> Term:
    """The limit of a germ."""
    if f.terms and germs.size(f.terms[0][0]) > 0:
        sign = germs.knowledge.sign(germs.leading(f)[1])
        if sign not in {"+", "-"}:
            raise Refused("whether a limit is positive or negative infinity is not known")
        return INFINITY if sign == "+" else build("neg", INFINITY)
    _, constant, _ = germs.parted(f)
    return constant


def limit_from(
    body: Term, variable: Symbol, point: Term, sides: Sequence[int], around: Knowledge, carried: list[Term], supposed: list[Need],
    sequence: bool = False,
) -> Term:
    """The limit from all of some sides from which the function has values; raises ``Divergent`` where it has none.

    sequence: whether the variable may be meant to be a whole number, at which what oscillates may have a limit all the same.
    """
    values: list[Term] = []
    nowhere = NoValues()
    for side in (0,) if is_oo(point) else sides:
        found: tuple[list[Term], list[Need]] = ([], [])
        try:
            values.append(one_sided(body, variable, point, side, around, *found))
        except NoValues as reason:
            nowhere = reason
            continue
        except Refused:
            if not sequence:
                must_settle(body, variable, point, side, around)
            raise
        carried += found[0]
        supposed += [need for need in found[1] if need not in supposed]
    if not values:
        raise Divergent(f"the function has no values near the point: {nowhere}", always=True)
    return values[0] if len(values) == 1 else _agreed(values[0], values[1], around, not supposed)


def must_settle(body: Term, variable: Symbol, point: Term, side: int, around: Knowledge) -> None:
    """Raises ``Divergent`` where a function oscillates near a point."""
    if oscillates(body, Expansion(Germs(Knowledge(around.context, around.budget), DEPTHS[0]), variable, point, side)):
        raise Divergent("the function oscillates", variable.name, point, always=True)


def _agreed(above: Term, below: Term, around: Knowledge, always: bool) -> Term:
    """The limit from two sides, where these are the same."""
    if above == below:
        return above
    if infinite(above) or infinite(below):
        raise Divergent("the limits from the two sides differ", always=always)
    if around.proves(above, "=", below):
        return above
    difference = build("add", above, build("neg", below))
    if around.sign(difference) in {"+", "-"} and not around.proves(difference, "=", ZERO):
        raise Divergent("the limits from the two sides differ", always=always)
    raise Refused("whether the limits from the two sides are the same is not known")
