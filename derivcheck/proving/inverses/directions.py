"""Angles as directions in the plane: a vector whose direction is the angle, of any positive length."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from derivcheck.kernel.terms import Term, number
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.inverses.ranges import PI

Vector = tuple[Term, Term]

LARGEST_TURN = 256
"""The largest multiple of an angle that is turned by."""


def direction(parts: Sequence[tuple[Fraction, Term]]) -> Vector | None:
    """The direction of a sum of whole multiples of angles, and of any multiples of pi; ``None`` where one is too large."""
    result: Vector = (number(1), number(0))
    for q, term in parts:
        if term == PI:
            angle = times(number(q), PI)
            turned: Vector = (build("cos", angle), build("sin", angle))
        elif term == number(1):
            turned = (build("cos", number(q)), build("sin", number(q)))
        elif abs(q) > LARGEST_TURN:
            return None
        else:
            turned = _power(unit(term), abs(int(q)))
            turned = turned if q > 0 else (turned[0], minus(turned[1]))
        result = product(result, turned)
    return result


def unit(term: Term) -> Vector:
    """A vector in the direction of an inverse circular function, or of another angle."""
    one = number(1)
    if term.op in {"acot", "asec", "acsc"}:
        term = Term({"acot": "atan", "asec": "acos", "acsc": "asin"}[term.op], (build("div", one, term.args[0]),))
    if term.op not in {"atan", "asin", "acos"}:
        return build("cos", term), build("sin", term)
    a = term.args[0]
    if term.op == "atan":
        return one, a
    other = build("sqrt", build("add", one, build("neg", build("mul", a, a))))
    return (other, a) if term.op == "asin" else (a, other)


def hyperbolic_direction(parts: Sequence[tuple[Fraction, Term]]) -> Vector | None:
    """The hyperbolic cosine and sine of a sum of values of asinh and acosh, added or taken away; ``None`` for other sums."""
    result: Vector = (number(1), number(0))
    for q, term in parts:
        if abs(q) != 1 or term.op not in {"asinh", "acosh"}:
            return None
        a = term.args[0]
        square = build("mul", a, a)
        if term.op == "asinh":
            cosine, sine = build("sqrt", plus(square, number(1))), a
        else:
            cosine, sine = a, build("sqrt", plus(square, number(-1)))
        sine = sine if q > 0 else minus(sine)
        result = (plus(times(result[0], cosine), times(result[1], sine)), plus(times(result[0], sine), times(result[1], cosine)))
    return result


def _power(v: Vector, n: int) -> Vector:
    result: Vector = (number(1), number(0))
    while n:
        if n % 2:
            result = product(result, v)
        n //= 2
        v = product(v, v) if n else v
    return result


def product(v: Vector, w: Vector) -> Vector:
    """The vector in the direction of the sum of two angles."""
    return plus(times(v[0], w[0]), minus(times(v[1], w[1]))), plus(times(v[0], w[1]), times(v[1], w[0]))


def times(a: Term, b: Term) -> Term:
    """The product; of numbers their value."""
    if a.op == "number" and b.op == "number":
        return number(a.number * b.number)
    for one, other in ((a, b), (b, a)):
        if one.op == "number" and one.number in {0, 1}:
            return other if one.number else number(0)
    return build("mul", a, b)


def plus(a: Term, b: Term) -> Term:
    """The sum; of numbers their value."""
    if a.op == "number" and b.op == "number":
        return number(a.number + b.number)
    for one, other in ((a, b), (b, a)):
        if one.op == "number" and not one.number:
            return other
    return build("add", a, b)


def minus(a: Term) -> Term:
    """What is taken away; of a number its value."""
    return number(-a.number) if a.op == "number" else build("neg", a)
