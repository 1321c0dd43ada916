"""Germs of inverse functions and of erf: their value at the limit, and their derivative integrated term by term."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.germs import CONSTANT, Germ, Germs, Monomial
from derivcheck.kernel.analysis.knowledge import Refused
from derivcheck.kernel.analysis.stepwise import Expanding, sign_near
from derivcheck.kernel.terms import ONE, ZERO, Term, number
from derivcheck.kernel.vocabulary import build

PI = Term("constant", (), "pi")
DERIVATIVES = {
    "atan": (1, Fraction(-1)), "asin": (-1, Fraction(-1, 2)), "asinh": (1, Fraction(-1, 2)), "atanh": (-1, Fraction(-1)),
}
"""The derivative of each at s is ``(1 + sign*s**2)**exponent``."""


class Growing(Expanding, Protocol):
    """What expands exponentials too."""

    def exp(self, f: Germ) -> Germ:
        """exp of a germ."""


def inverse_function(x: Growing, term: Term) -> Germ:
    """atan, asin, asinh, atanh, acos: the value at the limit, and their derivative integrated term by term."""
    f, op = x.of(term.args[0]), term.op
    large, constant, small = x.germs.parted(f)
    if large:
        if op != "atan":
            raise Refused(f"{op} of what grows is not expanded")
        turned = _integrated(x, "atan", ZERO, x.germs.raised(f, Fraction(-1)))
        edge = c.scale(PI, Fraction(1 if sign_near(x.germs, f) == "+" else -1, 2))
        return x.germs.add(x.germs.constant(edge), x.germs.scale(turned, number(-1)))
    if op == "acos":
        asin = _integrated(x, "asin", constant, small)
        return x.germs.add(x.germs.constant(c.scale(PI, Fraction(1, 2))), x.germs.scale(asin, number(-1)))
    return _integrated(x, op, constant, small)


def _integrated(x: Growing, op: str, at: Term, e: Germ) -> Germ:
    sign, exponent = DERIVATIVES[op]
    germs = Germs(x.germs.knowledge, x.germs.depth)
    s = germs.made([(CONSTANT, at), (Monomial((), Fraction(1)), ONE)], None)
    inner = germs.add(germs.constant(ONE), germs.scale(germs.mul(s, s), number(sign)))
    if x.germs.knowledge.sign(inner.terms[0][1] if inner.terms and inner.terms[0][0] == CONSTANT else ZERO) != "+":
        raise Refused(f"{op} at the edge of its domain is not expanded")
    return _by_slope(x, ZERO if at == ZERO else build(op, at), germs.raised(inner, exponent), e)


def _by_slope(x: Growing, value: Term, slope: Germ, e: Germ) -> Germ:
    """The function with a value at 0 and a derivative that is a power series, at e."""
    found = [value]
    for k in range(x.germs.depth - 1):
        part = next((y for m, y in slope.terms if m == Monomial((), Fraction(k))), ZERO)
        if slope.error is not None and x.germs.beyond(slope.error, Monomial((), Fraction(k))) >= 0:
            break
        found.append(c.scale(part, Fraction(1, k + 1)))
    return x.germs.series(found, e)


def error_function(x: Growing, term: Term) -> Germ:
    """erf: its derivative integrated term by term; where its argument g grows, 1 or -1 with an error below 1/g."""
    f = x.of(term.args[0])
    large, constant, small = x.germs.parted(f)
    if large:
        edge = number(1 if sign_near(x.germs, f) == "+" else -1)
        return Germ(((CONSTANT, edge),), CONSTANT.times(x.germs.leading(f)[0], Fraction(-1)))
    s = x.germs.made([(CONSTANT, constant), (Monomial((), Fraction(1)), ONE)], None)
    scale = build("div", number(2), build("sqrt", PI))
    slope = x.germs.scale(x.exp(x.germs.scale(x.germs.mul(s, s), number(-1))), scale)
    return _by_slope(x, ZERO if constant == ZERO else build("erf", constant), slope, small)
