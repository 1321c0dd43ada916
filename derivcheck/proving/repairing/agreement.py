"""Which terms agree with a given one on the instances drawn, in floating point, and what asking costs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from derivcheck.kernel.terms import Term
from derivcheck.proving.mistakes.places import nodes
from derivcheck.proving.screening.batch import Batch, Batches
from derivcheck.proving.screening.floats import Floats

DERIVATIVE = 10
"""How many nodes a derivative counts for: its body is valued once for each direction."""

TOLERANCE = 1e-7

FEWEST = 3
"""From how many values at least a number is read off."""

LARGEST = 1e6
"""The largest number that is read off values: a larger one is no slip, and floats tell it badly."""


@dataclass(frozen=True, slots=True)
class View:
    """A batch and the wanted term's values on it."""

    batch: Batch
    wanted: Floats


class Agreement:
    """Compares terms with one term on the instances, and counts what that costs."""

    def __init__(self, batches: Batches, wanted: Term) -> None:
        pairs = zip(batches.batches, batches.values(wanted), strict=True)
        views = [View(batch, values) for batch, values in pairs if values is not None and np.isfinite(values).any()]
        # Sizes of about 2 tell most apart and cost little, so they come first.
        self.views = sorted(views, key=lambda view: abs(sum(view.batch.sizes.values()) - 2 * len(view.batch.sizes)))
        self.spent = 0

    def vanishes(self) -> bool:
        """Whether the wanted term is 0; too much is 0 for an edit that leads there to mean anything."""
        return all(np.all(np.abs(view.wanted[np.isfinite(view.wanted)]) < TOLERANCE) for view in self.views)

    def is_zero(self, term: Term) -> bool:
        """Whether a term is 0 at all instances of the first view."""
        values = self.views[0].batch.values(term)
        return values is not None and bool(np.all(np.abs(values[np.isfinite(values)]) < TOLERANCE))

    def sign(self, term: Term) -> int:
        """1 if the term has the wanted term's values wherever that is defined, -1 if it has the opposite ones, else 0."""
        size = nodes(term) + DERIVATIVE * sum(t.op == "diff" for t in term.walk())
        possible = [1, -1]
        for view in self.views:
            self.spent += size
            values = view.batch.values(term)
            if values is None or values.shape != view.wanted.shape:
                return 0
            possible = [sign for sign in possible if _close(view.wanted, values if sign > 0 else -values)]
            if not possible:
                return 0
        return possible[0]

    def step(self, start: Term, end: Term) -> Fraction | None:
        """How often the way from one term to another must be gone from the first to reach the wanted term.

        ``None`` where that is not the same simple number at all instances of the first view.
        """
        view = self.views[0]
        self.spent += nodes(start) + nodes(end)
        there, further = view.batch.values(start), view.batch.values(end)
        if there is None or further is None or not there.shape == further.shape == view.wanted.shape:
            return None
        with np.errstate(all="ignore"):
            way, gap = (further - there).ravel(), (view.wanted - there).ravel()
            seen = np.isfinite(way) & np.isfinite(gap) & ((np.abs(way) > TOLERANCE) | (np.abs(gap) > TOLERANCE))
            steps = gap[seen] / way[seen]
        if len(steps) < FEWEST or not np.all(np.isfinite(steps)):
            return None
        first = steps[0]
        if np.any(np.abs(steps - first) > TOLERANCE * max(1.0, abs(first))) or abs(first.imag) > TOLERANCE:
            return None
        return simple(float(first.real))


def simple(value: float) -> Fraction | None:
    """The fraction of small denominator that a value is, as far as floats tell."""
    if not abs(value) < LARGEST:
        return None
    near = Fraction(value).limit_denominator(24)
    return near if abs(float(near) - value) <= TOLERANCE * max(1.0, abs(value)) else None


def _close(wanted: Floats, found: Floats) -> bool:
    with np.errstate(all="ignore"):
        gap = np.abs(wanted - found)
        if np.any((gap > 2 * TOLERANCE * np.maximum(np.abs(wanted), 1e-3)) & (gap < np.inf)):
            return False  # nearly always: then some difference is certainly beyond the tolerance below
    both = np.isfinite(wanted) & np.isfinite(found)
    if 2 * both.sum() < np.isfinite(wanted).sum():
        return False
    a, b = wanted[both], found[both]
    return bool(np.all(np.abs(a - b) <= TOLERANCE * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-3)))
