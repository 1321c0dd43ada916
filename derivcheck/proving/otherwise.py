"""Exact ways to a proof beyond the normal form of both sides: each hands claims of its own to the kernel or to Z3."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.terms import Claim, Context, Term
from derivcheck.proving.as_reals import holds_as_reals
from derivcheck.proving.induction import closed_form
from derivcheck.proving.inverses.prove import Prover
from derivcheck.proving.small_sizes import holds_by_sizes
from derivcheck.proving.statements.inequalities import Inequalities
from derivcheck.proving.statements.link import Linker, expanded

PART = 10
"""Of the time for a step a comparison that is only a part of its proof may take one in so many."""


def proved_otherwise(claim: Claim, kernel: Kernel, timeout: float, named: Sequence[str]) -> str | None:
    """How a claim about numbers is proved; ``None`` if it is not.  Each way shows it wherever both sides are defined.

    named: the known bounds that are tried first.
    """
    left, relation, right = claim.left, claim.relation, claim.right
    end = monotonic() + timeout / 2

    def compared(context: Context, one: Term, sign: str, other: Term) -> str | None:
        seconds = min(timeout / PART, end - monotonic())
        return Linker(context, Kernel(context), seconds).compared(one, sign, other) if seconds > 0 else None

    ways: tuple[Callable[[], str | None], ...] = (
        lambda: Inequalities(timeout / 2, tuple(named)).reason(kernel, claim.context, left, relation, right),
        lambda: holds_as_reals(claim),
        lambda: holds_by_sizes(claim),
        lambda: closed_form(claim),
        lambda: _by_inverses(claim, compared),
    )
    return next(filter(None, (way() for way in ways)), None)


def _by_inverses(claim: Claim, compared: Callable[[Context, Term, str, Term], str | None]) -> str | None:
    if claim.relation != "=":
        return None
    left, right = (expanded(side, claim.context) for side in (claim.left, claim.right))
    return Prover(claim.context, compared).prove(left, right)
