"""Ranges of integration, and where they are cut: at the poles, jumps and kinks of a function, which are then ends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import ceil, floor

from flint import arb, fmpq

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.branches import jumps, smooth_parts
from derivcheck.kernel.analysis.knowledge import Knowledge, Refused, is_oo, occurs
from derivcheck.kernel.analysis.needs import Need, needs
from derivcheck.kernel.analysis.polynomial import as_polynomial, fraction
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.terms import ZERO, Term, free_symbols, number, symbol
from derivcheck.kernel.vocabulary import build

MOST_PIECES = 8
PI = Term("constant", (), "pi")


def segment(around: Knowledge, name: str, lower: Term, upper: Term) -> Segment:
    """The open interval between two ends and what is known inside, under a new symbol for its variable."""
    order = _order(around, lower, upper)
    low, high = (lower, upper) if order != -1 else (upper, lower)
    it = around.fresh(name)
    x = symbol(it)
    facts: list[Term] = []
    if order is not None:
        facts += [] if is_oo(low) else [Term("gt", (x, low))]
        facts += [] if is_oo(high) else [Term("lt", (x, high))]
    _, inside = around.declaring(name, *facts)
    return Segment(it, None if is_oo(low) else low, None if is_oo(high) else high, inside, around, order is not None)


def _order(around: Knowledge, lower: Term, upper: Term) -> int | None:
    """1 where the ends stand in their order, -1 where it is reversed, ``None`` where that is unknown."""
    infinite = is_oo(upper) - is_oo(lower)
    if infinite or is_oo(lower):
        if infinite == 0:
            raise Refused("a range from infinity to itself")
        return 1 if infinite > 0 else -1
    gap = around.sign(build("add", upper, build("neg", lower)))
    if gap in {"+", "-"}:
        return 1 if gap == "+" else -1
    return 1 if around.proves(lower, "<=", upper) else -1 if around.proves(lower, ">=", upper) else None


def granting(on: Segment, given: list[Need]) -> Segment:
    """The range where conditions without its variable hold too."""
    if not given:
        return on
    facts = tuple(Term("gt" if kind == "positive" else "ne", (g, ZERO)) for kind, g in given)
    inside, around = (
        Knowledge(replace(k.context, assumptions=(*k.context.assumptions, *facts)), k.budget) for k in (on.inside, on.around)
    )
    return replace(on, inside=inside, around=around)


def split(function: Term, on: Segment, lower: Term, upper: Term) -> list[tuple[Segment, tuple[Term, Term]]]:
    """The range cut where the function may jump, bend or have a pole, in the order in which it is gone through."""
    name = on.variable.name
    if not on.ordered:
        return [(on, (lower, upper))]
    values = [(on.around.value(p), p) for p in dict.fromkeys(_turning_points(function, on)) if _inside(p, on)]
    known = [(value, p) for value, p in values if value is not None]
    if not known:
        return [(on, (lower, upper))]
    if len(known) > MOST_PIECES or len(known) < len(values):
        raise Refused("a function with so many poles or jumps on the range")
    places: list[Term] = []
    last: arb | None = None
    for value, p in sorted(known, key=lambda pair: float(arb(pair[0]).mid())):
        if last is not None and not arb(value) > last:
            if on.around.proves(p, "=", places[-1]):
                continue
            raise Refused("whether two poles or jumps coincide is not known")
        last = arb(value)
        places.append(p)
    forward = is_oo(lower) < 0 or lower == on.lower
    stops = [lower, *(places if forward else places[::-1]), upper]
    return [(segment(on.around, name, a, b), (a, b)) for a, b in pairwise(stops)]


def _inside(place: Term, on: Segment) -> bool:
    """Whether a place may lie strictly inside the range; only constant ranges are cut."""
    value = on.around.value(place)
    if value is None:
        return False
    for end, beyond in ((on.lower, 1), (on.upper, -1)):
        if end is None:
            continue
        if free_symbols(end):
            return False
        gap = on.around.sign(build("add", place, build("neg", end)))
        if gap != ("+" if beyond == 1 else "-"):
            return False
    return True


def _turning_points(function: Term, on: Segment) -> Iterator[Term]:
    """Zeros of what must not vanish, or bends where it does."""
    x = on.variable
    yield from jumps(function, on)
    for _, g in needs(smooth_parts(function), x):
        inner = g.args[0] if g.op == "abs" else g
        p = as_polynomial(inner, x)
        if p is not None and p.degree() > 0:
            for factor, _ in p.factor()[1]:
                if factor.degree() == 1:
                    root = -factor[0] / factor[1]
                    yield number(fraction(root))
        elif inner.op in {"sin", "cos"} and (q := as_polynomial(inner.args[0], x)) is not None and q.degree() == 1:
            yield from _zeros_of_wave(inner.op, q[1], q[0], on)


def _zeros_of_wave(op: str, slope: fmpq, shift: fmpq, on: Segment) -> Iterator[Term]:
    """The zeros of sin or cos of ``slope*x + shift`` near the range."""
    ends = [None if end is None else on.around.value(end) for end in (on.lower, on.upper)]
    if ends[0] is None or ends[1] is None:
        return
    half = fmpq(1, 2) if op == "cos" else fmpq(0)
    turns = sorted(float(((arb(slope) * end + arb(shift)) / arb.pi() - arb(half)).mid()) for end in ends if end is not None)
    if turns[1] - turns[0] > MOST_PIECES + 2:
        raise Refused("a function with so many poles or jumps on the range")
    for k in range(floor(turns[0]), ceil(turns[1]) + 1):
        multiple = c.scale(PI, fraction(half + k))
        yield c.scale(c.add(multiple, number(fraction(-shift))), 1 / fraction(slope))


def without_kinks(integrand: Term, on: Segment) -> Term:
    """Absolute values and signs of what has one sign inside the range, without them."""
    args = tuple(without_kinks(a, on) for a in integrand.args)
    if integrand.op in {"abs", "sign"} and occurs(on.variable, args[0]):
        sign = on.sign(args[0])
        if sign is not None and integrand.op == "sign":
            return number(1 if sign == "+" else -1)
        if sign is not None:
            return args[0] if sign == "+" else build("neg", args[0])
    return Term(integrand.op, args, integrand.data, integrand.shape) if args != integrand.args else integrand
