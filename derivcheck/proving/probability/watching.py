"""A judge of terms about random variables under one sample space, for those who edit terms and ask whether they agree."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Outcome, Unknown
from derivcheck.kernel.terms import Claim, Term, free_symbols
from derivcheck.kernel.vocabulary import ShapeError
from derivcheck.proving.decide import Judge
from derivcheck.proving.probability.claims import Lowered
from derivcheck.proving.probability.deciding import settled
from derivcheck.proving.probability.expanding import Expansion
from derivcheck.proving.probability.unlowered import Unlowered
from derivcheck.proving.screening.batch import Batch, Batches
from derivcheck.proving.screening.floats import Floats


@dataclass(frozen=True, slots=True)
class Space:
    """The sample space of one claim, under which other terms are lowered too."""

    expansion: Expansion
    lowered: Lowered

    def of(self, term: Term) -> Term | None:
        """The term as a sum over outcomes; ``None`` where this space has no place for it."""
        try:
            found = self.lowered.lowering.of(self.expansion.of(term))
        except (Unlowered, ShapeError):
            return None
        known = self.lowered.drawn.symbols
        fits = all(s.name in known for s in free_symbols(found) if s.type.kind not in {"bound", "variable"})
        return found if fits else None


class SpacedKernel(Kernel):
    """The kernel, asked about random variables."""

    space: Space

    def prove(self, claim: Claim) -> Outcome:
        """As ``Kernel.prove``, of the claim about sums."""
        left, right = self.space.of(claim.left), self.space.of(claim.right)
        if left is None or right is None:
            return Unknown("it is none about this sample space")
        return Kernel.prove(self, replace(claim, left=left, right=right, context=self.context))


class SpacedBatch(Batch):
    """A batch of instances of a sample space."""

    def __init__(self, inner: Batch, space: Space) -> None:
        self.inner, self.space = inner, space
        self.sizes, self.instances, self.count, self.dtype = inner.sizes, inner.instances, inner.count, inner.dtype
        self.context, self.dependence = inner.context, inner.dependence

    def values(self, term: Term) -> Floats | None:
        """As ``Batch.values``, of the term about sums."""
        found = self.space.of(term)
        return None if found is None else self.inner.values(found)


class SpacedBatches(Batches):
    """The instances of a sample space."""

    def __init__(self, inner: Batches, space: Space) -> None:
        self.context, self.sampling, self.sampler, self.reason = inner.context, inner.sampling, inner.sampler, inner.reason
        self.batches = [SpacedBatch(batch, space) for batch in inner.batches]
        self._known = {}


def judge_of(judge: Judge, lowered: Lowered) -> Judge:
    """A judge that takes terms as their author writes them, and asks the kernel and the instances about sums."""
    inner = settled(judge, lowered)
    space = Space(Expansion(judge.context), lowered)
    found = Judge(judge.context, judge.options, judge.draws, judge.met)
    kernel = SpacedKernel(lowered.facts)
    kernel.space = space
    found.kernel = kernel
    found.batches = SpacedBatches(inner.drawn(), space)
    return found
