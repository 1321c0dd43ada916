"""Approximations of constants: ``pi ~ 3.14`` holds to the digits written, by ball arithmetic."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import flint

from derivcheck.kernel.outcome import Counterexample, Refutation, Unknown
from derivcheck.kernel.terms import Claim, Term, free_symbols
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.arithmetic import show
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Undefined, Undetermined

PRECISION = 256

WRITTEN = "written"
"""What marks a product of a whole number with the unit of its last digit as a decimal with just these digits: ``3140*0.001``."""


def approximate(claim: Claim) -> Refutation | Unknown | None:
    """``None`` if a constant lies within half a unit of the last digit of a decimal number, else why not.

    Digits are those that the number needs, or those that a product marked as ``WRITTEN`` tells.
    """
    decimal = _decimal(claim.right)
    if decimal is None:
        return Unknown("an approximation needs a decimal number on its right side")
    written, unit = decimal
    if claim.left.shape or free_symbols(claim.left):
        return Unknown("only constants are approximated")
    value = evaluate(claim.left, Instance(), claim.context, PRECISION).entries[0]
    if isinstance(value, Undefined):
        return Unknown(f"the left side is defined nowhere: {value.reason}", nowhere=True)
    if isinstance(value, Undetermined):
        return Unknown(value.reason)
    with flint.ctx.workprec(PRECISION):
        half_unit = flint.fmpq(unit.numerator, 2 * unit.denominator)
        ball = flint.acb(arithmetic.ball(value))
        distance = abs(ball - flint.acb(flint.fmpq(written.numerator, written.denominator)))
        if distance <= half_unit:
            return None
        if distance > half_unit:
            shown = (show(value), _as_written(written, unit))
            reason = f"{shown[0]} is further from {shown[1]} than half a unit of its last digit"
            return Refutation(reason, Counterexample({}, {}, *shown))
    return Unknown("the value lies too close to the edge of the digits written")


def _decimal(term: Term) -> tuple[Fraction, Fraction] | None:
    """A decimal number and the unit of its last digit."""
    if term.op == "neg":
        inner = _decimal(term.args[0])
        return None if inner is None else (-inner[0], inner[1])
    if term.op == "mul" and term.data == WRITTEN:
        whole, unit = term.args
        return whole.number * unit.number, unit.number
    return (term.number, Fraction(1, 10 ** _digits(term.number))) if term.op == "number" else None


def _as_written(value: Fraction, unit: Fraction) -> str:
    """A decimal with its digits to the last one that was written: a fraction would not be recognised."""
    digits = _digits(unit)
    return f"{Decimal(f'{int(value * 10**digits)}e-{digits}'):f}"


def _digits(value: Fraction) -> int:
    """How many decimals a terminating decimal fraction has."""
    digits = 0
    while (value * 10**digits).denominator != 1 and digits < 1000:
        digits += 1
    return digits
