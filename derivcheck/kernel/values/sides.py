"""The two sides of a counterexample as rationals, where closed forms show that they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import flint
from flint import arb, fmpq

from derivcheck.kernel.outcome import Budget, Counterexample
from derivcheck.kernel.terms import Claim, Term
from derivcheck.kernel.values.compare import PRINCIPAL
from derivcheck.kernel.values.evaluate import Evaluator, uses_complex
from derivcheck.kernel.values.instance import Instance

OPERATIONS = 10_000
"""How many operations one side may take."""

PRECISION = 64

SMALL_DENOMINATOR, CLOSE = 60, Fraction(1, 10**5)
"""What denominator a simple rational has at most, and how near a decimal lies to one that it may be."""

SMALLEST, LARGEST = 1e-9, 1e9
"""Between which bounds a decimal lies that may be a simple rational."""

NEAR = arb(2) ** -12
"""How near a rational has to lie to the decimal that it replaces; it was found by another evaluation."""


def rational_sides(claim: Claim, instance: Instance, found: Counterexample,
                   looked_at: Callable[[str], bool] = lambda shown: True) -> Counterexample:
    """The counterexample with its decimals replaced by the rationals that they are, where that is known."""
    mode = uses_complex(claim.context, claim.left, claim.right)
    modes = mode, mode or PRINCIPAL in found.note
    left, right = (_rational(claim, term, instance, m, found.entry, x) if is_rounded(x) and looked_at(x) else x
                   for term, m, x in zip((claim.left, claim.right), modes, (found.left, found.right), strict=True))
    return found if (left, right) == (found.left, found.right) else replace(found, left=left, right=right)


def _rational(claim: Claim, term: Term, instance: Instance, mode: bool, entry: tuple[int, ...], shown: str) -> str:
    if shown.endswith("i"):
        return shown
    with flint.ctx.workprec(PRECISION):
        values = Evaluator(instance, claim.context, mode, Budget(OPERATIONS), closed=True).values(term)
        position = 0
        for k, n in zip(entry, values.sizes, strict=False):
            position = position * n + k - 1
        exact = values.entries[position] if position < len(values.entries) else None
        near = isinstance(exact, fmpq) and abs(arb(shown) - exact) <= NEAR * (1 + abs(arb(exact)))
    return str(exact) if near else shown


def is_rounded(shown: str) -> bool:
    """Whether a side is shown as a decimal, which is rounded."""
    return "." in shown


def near_simple(shown: str) -> bool:
    """Whether a decimal lies near a rational with a small denominator."""
    if shown.endswith("i") or not SMALLEST <= abs(float(shown)) <= LARGEST:
        return False  # nor is a decimal of a billion digits written out
    written = Fraction(shown)
    largest = max(Fraction(1), abs(written))
    return abs(written - written.limit_denominator(SMALL_DENOMINATOR)) <= CLOSE * largest
