"""Whether the two sides of a claim are defined together only where a condition holds with equality: ``sqrt(x) = sqrt(-x)``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from derivcheck.kernel.judge import STRICT
from derivcheck.kernel.outcome import Condition
from derivcheck.kernel.terms import Claim, Term
from derivcheck.proving.screening.batch import Batches, Draws, Sampling

SAMPLES = 5
"""How many instances are drawn with the conditions met strictly, where none was met by chance."""


def only_at_edges(claim: Claim, conditions: Sequence[Condition], batches: Batches, draws: Draws) -> bool:
    """Whether a step that loses part of the domain keeps no more than the edge of it, as far as instances tell."""
    if not any(c.term.op in STRICT and not c.gained for c in conditions):
        return False
    strict = tuple(Term(STRICT[c.term.op], c.term.args) for c in conditions if c.term.op in STRICT)
    if _meets(batches, claim, strict):
        return False
    narrowed = replace(claim.context, assumptions=(*claim.context.assumptions, *strict))
    return not _meets(draws.of(narrowed, Sampling(samples=SAMPLES)), claim, ())


def _meets(batches: Batches, claim: Claim, strict: Sequence[Term]) -> bool:
    """Whether both sides have a value at an instance at which the conditions hold strictly."""
    values = (batches.values(term) for term in (claim.left, claim.right, *strict))
    for batch, left, right, *holds in zip(batches.batches, *values, strict=True):
        if left is None or right is None:
            return True  # floats say nothing here
        known = [np.all(np.isfinite(side.reshape(batch.count, -1)), axis=1) for side in (left, right)]
        met = [np.asarray(h == 1).reshape(batch.count) for h in holds if h is not None]
        if np.any(np.logical_and.reduce([*known, *met])):
            return True
    return False
