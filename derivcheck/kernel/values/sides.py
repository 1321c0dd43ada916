"""The two sides of a counterexample as rationals, where closed forms show that they are."""

from __future__ import annotations

from dataclasses import replace

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

NEAR = arb(2) ** -12
"""How near a rational has to lie to the decimal that it replaces; it was found by another evaluation."""


def rational_sides(claim: Claim, instance: Instance, found: Counterexample) -> Counterexample:
    """The counterexample with its decimals replaced by the rationals that they are, where that is known."""
    mode = uses_complex(claim.context, claim.left, claim.right)
    left = _rational(claim, claim.left, instance, mode, found.entry, found.left)
    right = _rational(claim, claim.right, instance, mode or PRINCIPAL in found.note, found.entry, found.right)
    return found if (left, right) == (found.left, found.right) else replace(found, left=left, right=right)


def _rational(claim: Claim, term: Term, instance: Instance, mode: bool, entry: tuple[int, ...], shown: str) -> str:
    if not is_rounded(shown) or "i" in shown:
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
    """Whether a side is shown as a decimal, so that it is rounded."""
    return "." in shown or "e-" in shown
