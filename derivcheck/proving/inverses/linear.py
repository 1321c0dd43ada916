"""Sides as sums of multiples: rational numbers times terms that are neither sums nor multiples."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import lcm

from derivcheck.kernel.terms import Term, number
from derivcheck.kernel.vocabulary import build

Parts = tuple[tuple[Fraction, Term], ...]
"""A sum of multiples of terms; a rational number is a multiple of 1."""

FACTORS = (*(Fraction(s * a, b) for a, b in ((1, 1), (1, 2), (2, 1)) for s in (1, -1)), Fraction(0))
"""What a factor that varies as written may be all the same: ``sqrt(x**2)/x`` where x is positive."""


class NotLinear(Exception):
    """A side is no sum of multiples of such terms."""


def linear(term: Term, wanted: Callable[[Term], bool], equal: Callable[[Term, Fraction], bool]) -> Parts:
    """The parts of a side; wanted: which terms are to have rational factors; equal: whether a term is a number.

    Raises ``NotLinear``.
    """
    match term.op:
        case "number":
            return ((term.number, number(1)),)
        case "add":
            return tuple(part for a in term.args for part in linear(a, wanted, equal))
        case "neg":
            return _scaled(linear(term.args[0], wanted, equal), Fraction(-1))
        case "div" if any(map(wanted, term.args[0].walk())) and not any(map(wanted, term.args[1].walk())):
            return _product(term.args[0], [build("div", number(1), term.args[1])], wanted, equal)
        case "mul":
            holding = [a for a in term.args if any(map(wanted, a.walk()))]
            others = [a for a in term.args if a not in holding]
            if len(holding) > 1:
                raise NotLinear
            if holding and others:
                return _product(holding[0], others, wanted, equal)
    return ((Fraction(1), term),)


def _product(inside: Term, others: list[Term], wanted: Callable[[Term], bool], equal: Callable[[Term, Fraction], bool]) -> Parts:
    """A quotient in the product brings its denominator to the factors outside."""
    if inside.op == "div" and not any(map(wanted, inside.args[1].walk())):
        return _product(inside.args[0], [*others, build("div", number(1), inside.args[1])], wanted, equal)
    if inside.op == "mul" and any(not any(map(wanted, a.walk())) for a in inside.args):
        return linear(build("mul", *others, *inside.args), wanted, equal)
    factor = build("mul", *others) if len(others) > 1 else others[0]
    return _scaled(linear(inside, wanted, equal), _factor(factor, equal))


def _scaled(parts: Parts, factor: Fraction) -> Parts:
    return tuple((factor * q, t) for q, t in parts)


def _factor(term: Term, equal: Callable[[Term, Fraction], bool]) -> Fraction:
    """The rational number that a factor is."""
    value = constant(term)
    if value is not None:
        return value
    found = next((q for q in FACTORS if equal(term, q)), None)
    if found is None:
        raise NotLinear
    return found


def constant(term: Term) -> Fraction | None:
    """The value of a term that is made of numbers by products and quotients."""
    match term.op:
        case "number":
            return term.number
        case "neg":
            inner = constant(term.args[0])
            return None if inner is None else -inner
        case "mul" | "div":
            values = [constant(a) for a in term.args]
            product = Fraction(1)
            for place, value in enumerate(values):
                if value is None or (term.op == "div" and place and not value):
                    return None
                product = product / value if term.op == "div" and place else product * value
            return product
    return None


def denominator(parts: Parts) -> int:
    """The least number whose multiples of all parts are whole; parts of a turn may stay fractions."""
    return lcm(1, *(q.denominator for q, t in parts if t.op != "constant" and t != number(1)))
