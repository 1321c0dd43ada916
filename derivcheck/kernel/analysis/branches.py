"""Integrands in pieces: where they change from one piece to the next, and which piece counts inside a range."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil, floor

from flint import arb, fmpq, fmpq_poly

from derivcheck.kernel.analysis.knowledge import Refused, occurs
from derivcheck.kernel.analysis.polynomial import as_polynomial, fraction
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.terms import RELATIONS, Term, number
from derivcheck.kernel.vocabulary import build

MOST_JUMPS = 10
STEPS = frozenset({"floor", "ceiling", "cases", "indicator"})
HALF = number(fraction(fmpq(1, 2)))


def with_absolute_values(term: Term) -> Term:
    """max, min and relu by absolute values, to which they are equal everywhere: ``max(a, b) = (a + b + abs(a - b))/2``."""
    args = tuple(map(with_absolute_values, term.args))
    if term.shape or term.op not in {"max", "min", "relu"}:
        return Term(term.op, args, term.data, term.shape) if args != term.args else term
    best, *rest = args if term.op != "relu" else (*args, number(0))
    for a in rest:
        gap = build("abs", build("add", best, build("neg", a)))
        best = build("mul", HALF, build("add", best, a, build("neg", gap) if term.op == "min" else gap))
    return best


def smooth_parts(term: Term) -> Term:
    """A term whose parts are those of all pieces of another."""
    if term.op in STEPS:
        found = [smooth_parts(a) for a in _parts(term)]
        return build("add", *found) if len(found) > 1 else found[0] if found else number(0)
    args = tuple(map(smooth_parts, term.args))
    return Term(term.op, args, term.data, term.shape) if args != term.args else term


def _parts(term: Term) -> Iterator[Term]:
    """The values in a function in pieces, and those that its conditions compare."""
    for a in term.args:
        if a.op in RELATIONS or a.op in {"and", "or", "not", "true", "false", "in"}:
            yield from _parts(a)
        elif not a.shape:
            yield a


def jumps(function: Term, on: Segment) -> Iterator[Term]:
    """Where the pieces of a function meet."""
    for t in function.walk():
        if t.op in {"floor", "ceiling"}:
            yield from _whole_places(t.args[0], on)
        elif t.op in RELATIONS and not t.args[0].shape:
            p = as_polynomial(build("add", t.args[0], build("neg", t.args[1])), on.variable)
            for factor, _ in p.factor()[1] if p is not None and p.degree() > 0 else ():
                if factor.degree() == 1:
                    yield number(fraction(-factor[0] / factor[1]))


def _whole_places(g: Term, on: Segment) -> Iterator[Term]:
    """Where an affine function is a whole number."""
    p, ends = as_polynomial(g, on.variable), _ends(on)
    if p is None or p.degree() != 1 or ends is None:
        return
    low, high = sorted(float(arb(_at(p, end)).mid()) for end in ends)
    if high - low > MOST_JUMPS:
        raise Refused("a function with so many jumps on the range")
    for n in range(floor(low), ceil(high) + 1):
        yield number(fraction((n - p[0]) / p[1]))


def _at(p: fmpq_poly, end: fmpq | arb) -> fmpq | arb:
    return p[0] + p[1] * end


def _ends(on: Segment) -> tuple[fmpq | arb, fmpq | arb] | None:
    values = [None if end is None else on.around.value(end) for end in (on.lower, on.upper)]
    return None if values[0] is None or values[1] is None else (values[0], values[1])


def chosen(term: Term, on: Segment) -> Term:
    """A function in pieces as the piece that counts inside a range; raises ``Refused`` where that is not one piece."""
    match term.op:
        case "cases":
            for k in range(0, len(term.args), 2):
                if k + 1 == len(term.args) or _holds(term.args[k + 1], on):
                    return chosen(term.args[k], on)
            raise Refused("a function is not defined on the whole range")
        case "indicator":
            return number(int(_holds(term.args[0], on)))
    args = tuple(chosen(a, on) for a in term.args)
    if term.op in {"floor", "ceiling"} and occurs(on.variable, args[0]):
        return number(_whole_part(args[0], on, term.op == "floor"))
    return Term(term.op, args, term.data, term.shape) if args != term.args else term


def _whole_part(g: Term, on: Segment, down: bool) -> int:
    """The whole number below, or above, all values that an affine function has inside a range."""
    p, ends = as_polynomial(g, on.variable), _ends(on)
    if p is None or p.degree() != 1 or ends is None:
        raise Refused("a whole part of what is not affine on a known range")
    low, high = (_at(p, end) for end in ends)
    middle = (low + high) / 2
    below = floor(fraction(middle)) if isinstance(middle, fmpq) else floor(float(middle.mid()))
    if not all(bool(end >= below) and bool(end <= below + 1) for end in (low, high)):
        raise Refused("a whole part that changes inside the range")
    return below if down else below + 1


def _holds(condition: Term, on: Segment) -> bool:
    """Whether a condition holds everywhere inside a range, or nowhere; raises ``Refused``."""
    match condition.op:
        case "true" | "false":
            return condition.op == "true"
        case "and":
            return all([_holds(a, on) for a in condition.args])
        case "or":
            return any([_holds(a, on) for a in condition.args])
        case "not":
            return not _holds(condition.args[0], on)
        case "lt" | "le" | "gt" | "ge" | "eq" | "ne" if not condition.args[0].shape:
            gap = build("add", condition.args[0], build("neg", condition.args[1]))
            sign = on.sign(gap) if occurs(on.variable, gap) else on.around.sign(gap)
            if sign == "+":
                return condition.op in {"gt", "ge", "ne"}
            if sign == "-":
                return condition.op in {"lt", "le", "ne"}
            if sign == "0" or on.inside.proves(gap, "="):
                return condition.op in {"eq", "le", "ge"}
    raise Refused("a condition that changes inside the range")
