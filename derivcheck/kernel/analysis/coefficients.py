"""Coefficients of expansions: terms, folded where they are rational numbers."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.kernel.analysis.needs import rational
from derivcheck.kernel.terms import ONE, ZERO, Term, number
from derivcheck.kernel.vocabulary import build


def add(a: Term, b: Term) -> Term:
    """``a + b``."""
    p, q = rational(a), rational(b)
    if p is not None and q is not None:
        return number(p + q)
    if p == 0 or q == 0:
        return b if p == 0 else a
    return build("add", a, b)


def mul(a: Term, b: Term) -> Term:
    """``a*b``."""
    p, q = rational(a), rational(b)
    if p is not None and q is not None:
        return number(p * q)
    if p == 1 or q == 1:
        return b if p == 1 else a
    return ZERO if p == 0 or q == 0 else build("mul", a, b)


def scale(a: Term, factor: Fraction) -> Term:
    """``factor*a``."""
    return mul(number(factor), a)


def folded(a: Term) -> Term:
    """A term with its sums and products of numbers worked out."""
    args = tuple(map(folded, a.args))
    match a.op:
        case "add" | "mul":
            total = args[0]
            for part in args[1:]:
                total = add(total, part) if a.op == "add" else mul(total, part)
            return total
        case "neg":
            return mul(number(-1), args[0])
        case "pow" if (q := rational(args[1])) is not None and q.denominator == 1:
            p = rational(args[0])
            return power(args[0], q) if p != 0 or q > 0 else a
    return Term(a.op, args, a.data, a.shape)


def inverse(a: Term) -> Term:
    """``1/a``, where a is not 0."""
    p = rational(a)
    return number(1 / p) if p else build("div", ONE, a)


def power(a: Term, q: Fraction) -> Term:
    """``a**q``, where a is positive or q an integer."""
    p = rational(a)
    if p is not None and q.denominator == 1 and abs(q) < 100:
        return number(p ** int(q))
    return ONE if q == 0 or p == 1 else a if q == 1 else build("pow", a, number(q))
