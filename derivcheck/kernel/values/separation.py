"""Whether an algebraic number is 0: it is, if it is smaller than any number made like it can be without being 0.

The bound is that of Burnikel, Funke, Mehlhorn, Schirra and Schmitt, "A Separation Bound for Real Algebraic Expressions" (2009):
a number U/L with algebraic integers U and L whose conjugates are at most u and l, in a field of degree D, is 0 or at least
``1/(l*u**(D - 1))``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm, log2

import flint
from flint import fmpz

from derivcheck.kernel.terms import Claim, Term, free_symbols
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Undefined, Undetermined
from derivcheck.kernel.vocabulary import build

MOST_BITS = 40_000
"""The highest precision at which a number is looked at."""

LARGEST_ROOT = 64
"""The largest exponent, and index of a root, that is covered."""

CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})


class NotAlgebraic(Exception):
    """A term is not covered here."""


@dataclass(slots=True)
class _Field:
    """What generates the field: the roots that occur, and the angles as parts of a turn."""

    roots: dict[tuple[Term, int], int] = field(default_factory=dict)
    turn: int = 1

    def degree(self) -> int:
        """A bound of the degree of the field over the rationals."""
        product = int(fmpz(self.turn).euler_phi())
        for k in self.roots.values():
            product *= k
        return product


def equal(claim: Claim) -> bool:
    """Whether both sides are the same algebraic number, made of rationals, roots, and circular functions of parts of pi."""
    if claim.left.shape or claim.context.definitions or free_symbols(claim.left) | free_symbols(claim.right):
        return False
    difference = build("add", claim.left, build("neg", claim.right))
    made = _Field()
    try:
        u, low = _logarithms(difference, made)
    except NotAlgebraic:
        return False
    bits = (made.degree() - 1) * max(u, 0.0) + max(low, 0.0) + 2
    if bits > MOST_BITS:
        return False
    precision = int(bits) + 64
    value = evaluate(difference, Instance(), claim.context, precision).entries[0]
    if isinstance(value, Undefined | Undetermined):
        return False
    with flint.ctx.workprec(precision):
        return bool(abs(flint.acb(arithmetic.ball(value))) < flint.arb(2) ** -(int(bits) + 1))


def _logarithms(term: Term, made: _Field) -> tuple[float, float]:
    """The binary logarithms of u and l, rounded up."""
    match term.op:
        case "number":
            return _of_number(term.number)
        case "add":
            total = _logarithms(term.args[0], made)
            for part in term.args[1:]:
                u, low = _logarithms(part, made)
                total = (max(total[0] + low, total[1] + u) + 1, total[1] + low)
            return total
        case "neg" | "abs":
            return _logarithms(term.args[0], made)
        case "mul":
            parts = [_logarithms(part, made) for part in term.args]
            return sum(u for u, _ in parts), sum(low for _, low in parts)
        case "div":
            above, below = (_logarithms(part, made) for part in term.args)
            return above[0] + below[1], above[1] + below[0]
        case "sqrt":
            return _root(term.args[0], 2, made)
        case "cbrt":
            return _root(term.args[0], 3, made)
        case "pow":
            return _power(term, made)
        case op if op in CIRCULAR:
            return _circular(term, made)
    raise NotAlgebraic


def _of_number(value: Fraction) -> tuple[float, float]:
    return log2(max(abs(value.numerator), 1)) + 1e-6, log2(value.denominator) + 1e-6


def _root(inside: Term, k: int, made: _Field) -> tuple[float, float]:
    made.roots[inside, k] = k
    u, low = _logarithms(inside, made)
    return ((u + (k - 1) * low) / k, low) if u >= low else (u, ((k - 1) * u + low) / k)


def _power(term: Term, made: _Field) -> tuple[float, float]:
    base, exponent = term.args
    sign = 1
    while exponent.op == "neg":
        exponent, sign = exponent.args[0], -sign
    if exponent.op == "div" and all(a.op == "number" and a.number for a in exponent.args):
        value = exponent.args[0].number / exponent.args[1].number
    elif exponent.op == "number":
        value = exponent.number
    else:
        raise NotAlgebraic
    if abs(value.numerator) > LARGEST_ROOT or value.denominator > LARGEST_ROOT:
        raise NotAlgebraic
    u, low = _root(base, value.denominator, made) if value.denominator > 1 else _logarithms(base, made)
    u, low = abs(value.numerator) * u, abs(value.numerator) * low
    return (u, low) if sign * value >= 0 else (low, u)


def _circular(term: Term, made: _Field) -> tuple[float, float]:
    """Twice a cosine or sine of a part of pi is an algebraic integer whose conjugates are at most 2."""
    part = _part_of_pi(term.args[0])
    if part is None:
        raise NotAlgebraic
    made.turn = lcm(made.turn, 4, 2 * part.denominator)
    return 1.0, 1.0


def _part_of_pi(term: Term) -> Fraction | None:
    """q where a term is q*pi, as far as its form shows."""
    match term.op:
        case "constant" if term.data == "pi":
            return Fraction(1)
        case "number" if not term.number:
            return Fraction(0)
        case "neg":
            inner = _part_of_pi(term.args[0])
            return None if inner is None else -inner
        case "div" if term.args[1].op == "number" and term.args[1].number:
            inner = _part_of_pi(term.args[0])
            return None if inner is None else inner / term.args[1].number
        case "mul":
            numbers = [_rational(a) for a in term.args]
            others = [a for a, q in zip(term.args, numbers, strict=True) if q is None]
            inner = _part_of_pi(others[0]) if len(others) == 1 else None
            if inner is None:
                return None
            for q in numbers:
                inner *= 1 if q is None else q
            return inner
        case "add":
            parts = [_part_of_pi(a) for a in term.args]
            return None if None in parts else sum((p for p in parts if p is not None), Fraction(0))
    return None


def _rational(term: Term) -> Fraction | None:
    match term.op:
        case "number":
            return term.number
        case "neg":
            inner = _rational(term.args[0])
            return None if inner is None else -inner
        case "div" if term.args[1].op == "number" and term.args[1].number:
            above = _rational(term.args[0])
            return None if above is None else above / term.args[1].number
    return None
