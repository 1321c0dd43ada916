"""The simplest assumption that a refuted step lacks: under it the step is proved, and without it it is false.

Each assumption of the table ``SOURCES`` is held against the instances first: wherever it holds the sides must
agree.  What passes is proved by a judge that knows it too.  Nothing is offered that the declarations contradict or imply,
nor an assumption under which both sides are 0, which says nothing about either.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import LOGIC, ZERO, Claim, Term, free_symbols
from derivcheck.kernel.values.compare import RELATIONS
from derivcheck.kernel.vocabulary import same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.mistakes.places import nodes
from derivcheck.proving.refuting.refute import TOLERANCE, narrowed, violates
from derivcheck.proving.screening.batch import Batches, Sampling
from derivcheck.proving.screening.floats import Floats
from derivcheck.proving.supposing.possible import Possible
from derivcheck.proving.supposing.suppose import replacing, supposed
from derivcheck.proving.supposing.table import SOURCES

MOST_PROOFS = 8
"""How many assumptions that the instances admit are handed to the kernel."""

MOST_DRAWN = 8
"""For how many assumptions instances are drawn."""

OPERATIONS = 20_000
"""How many operations of the kernel, and of what makes instances satisfy assumptions, may be spent until no more is begun."""

SAMPLES = 5
"""How many instances are drawn for an assumption that hardly any satisfies by chance: one for each choice of sizes."""

FEWEST = 5
"""On how many of the instances drawn for the step, at which an assumption holds, the sides must agree."""

FEWEST_DRAWN = 2
"""On how many of those that are drawn for it."""


def missing_assumption(judge: Judge, left: Term, relation: str, right: Term) -> Term | None:
    """The simplest extra assumption under which a refuted step is proved; ``None`` if none was found."""
    statements = left.op in LOGIC or right.op in LOGIC
    if relation not in RELATIONS or statements or not same_shape(left.shape, right.shape):
        return None
    claim = Claim(left, relation, right, judge.context)
    here = _Outcomes.on(judge.drawn(), claim)
    if not here.fails.any():
        here = _Outcomes.on(_more(judge, claim), claim)
    if not here.fails.any():
        return None
    search = _Search(judge, claim, here)
    return next((p.fact for p in search.possible() if search.proved(p)), None)


def _more(judge: Judge, claim: Claim) -> Batches:
    """Instances of what the claim speaks of alone, which fewer sizes share: for a step that seldom fails."""
    return judge.draws.of(narrowed(judge.context, claim), Sampling(samples=2 * judge.options.samples, seed=judge.options.seed))


@dataclass(slots=True)
class _Outcomes:
    """How a claim fares at each instance: it fails, it holds, and whether both sides are 0 there."""

    batches: Batches
    fails: Floats
    holds: Floats
    nothing: Floats

    @classmethod
    def on(cls, batches: Batches, claim: Claim) -> _Outcomes:
        """The outcomes on these instances.

        Where no instance has different sides the step was refuted because the right side is undefined where the left is
        not, so these are where it fails.
        """
        counts = [batch.count for batch in batches.batches]
        views = zip(counts, batches.values(claim.left), batches.values(claim.right), strict=True)
        rows = [_compared(claim, *view) for view in views]
        differ, lost, holds, nothing = (np.concatenate([r[k] for r in rows] or [np.zeros(0, bool)]) for k in range(4))
        return cls(batches, differ if differ.any() else lost, holds, nothing)

    def where(self, fact: Term) -> Floats:
        """At which instances a fact is known to hold."""
        found = zip(self.batches.batches, self.batches.values(fact), strict=True)
        rows = [np.zeros(b.count, bool) if v is None else np.asarray(v == 1).reshape(b.count) for b, v in found]
        return np.concatenate(rows) if rows else np.zeros(0, bool)

    def admits(self, held: Floats, fewest: int = FEWEST) -> bool:
        """Whether the sides agree often enough, and mean something, where an assumption holds, and differ nowhere there."""
        agreeing = held & self.holds
        meaningful = int((agreeing & ~self.nothing).sum())
        return not (held & self.fails).any() and int(agreeing.sum()) >= fewest and meaningful > 0


def _compared(claim: Claim, count: int, left: Floats | None, right: Floats | None) -> tuple[Floats, ...]:
    """Per instance: the sides differ, only the left is defined, they agree, and both are 0."""
    if left is None or right is None or left.shape != right.shape:
        return tuple(np.zeros(count, bool) for _ in range(4))
    a, b = left.reshape(count, -1), right.reshape(count, -1)
    known = np.isfinite(a) & np.isfinite(b)
    wrong = known & violates(claim.relation, a, b)
    lost = np.any(np.isfinite(a) & np.isnan(b), axis=1)
    written = ZERO in (claim.left, claim.right) or "zeros" in (claim.left.op, claim.right.op)
    nothing = np.all((np.abs(a) < TOLERANCE) & (np.abs(b) < TOLERANCE), axis=1)
    return np.any(wrong, axis=1), lost, np.all(known & ~wrong, axis=1), nothing & (not written)


def _cases(fact: Term) -> tuple[Term, ...]:
    """``x != 0`` for a real as ``x > 0`` and ``x < 0``, of which the kernel makes more; any other fact as it is."""
    if fact.op == "ne" and not {s.type.kind for s in free_symbols(fact)} & {"index", "size"}:
        return Term("gt", fact.args), Term("lt", fact.args)
    return (fact,)


def _length(fact: Term) -> int:
    """How many subterms a fact has, a negative number counting as one as any number does."""
    return nodes(fact) - sum(t.op == "neg" and t.args[0].op == "number" for t in fact.walk())


def _weaker(one: Floats | None, other: Floats | None) -> bool:
    """Whether an assumption holds at all instances at which another does, and at more."""
    return one is not None and other is not None and bool(one[other].all()) and int(one.sum()) > int(other.sum())


class _Search:
    """Assumptions tried one after the other; what has been spent on them is counted."""

    def __init__(self, judge: Judge, claim: Claim, here: _Outcomes) -> None:
        self.judge = judge
        self.claim = claim
        self.here = here
        self.proofs = 0
        self.drawn = 0
        self.operations = 0

    def possible(self) -> Iterator[Possible]:
        """The assumptions that the instances drawn for the step admit: as in the table, but weaker ones first if no longer."""
        sides = {self.claim.left, self.claim.right}  # that the step holds if it holds is no help
        table = [p for source in SOURCES for p in source.read(self.claim) if set(p.fact.args) != sides]
        held = [None if p.apart else self._held(p) for p in table]
        admitted = [p.apart or (h is not None and self.here.admits(h)) for p, h in zip(table, held, strict=True)]
        told = set[int]()
        for k in (k for k, fits in enumerate(admitted) if fits):
            simpler = [j for j, p in enumerate(table) if admitted[j] and _length(p.fact) <= _length(table[k].fact)]
            weaker = [j for j in simpler if _weaker(held[j], held[k])]
            for j in (j for j in (*weaker, k) if j not in told):
                told.add(j)
                yield table[j]

    def proved(self, possible: Possible) -> bool:
        """Whether the step is proved under an assumption, and nothing says better what is wrong."""
        if any(not _Outcomes.on(self.here.batches, other).fails.any() for other in possible.unless):
            return False
        return any(all(self._accepted(c, possible.apart) for c in cases) for cases in self._claims(possible))

    def _held(self, possible: Possible) -> Floats:
        held = [self.here.where(part) for part in possible.parts or (possible.fact,)]
        return np.asarray(np.logical_and.reduce(held))

    def _claims(self, possible: Possible) -> Iterator[tuple[Claim, ...]]:
        """The claims that show the step under the assumption, all those of one row together."""
        yield from ((claim,) for claim in possible.rather)
        if possible.instead:
            made = replacing(self.claim, possible.instead)
            yield from () if made is None else ((made,),)
        elif not possible.apart or not possible.rather:
            yield tuple(supposed(self.claim, case) for case in _cases(possible.fact))

    def _accepted(self, claim: Claim, apart: bool) -> bool:
        """Whether a claim is proved and loses no part of the domain; apart: whether instances are to be asked before."""
        judge = self.judge
        if claim.context is not judge.context:
            judge = Judge(claim.context, replace(judge.options, samples=SAMPLES), judge.draws, judge.met)
        if apart and not self._agrees(judge, claim):
            return False
        if self.proofs >= MOST_PROOFS or self.operations > OPERATIONS:
            return False
        self.proofs += 1
        outcome = judge.kernel.prove(claim)
        self.operations += judge.kernel.budget.spent
        if not isinstance(outcome, Proof) or judge.contradiction():
            return False
        decision = judge.decide(claim.left, claim.relation, claim.right)
        return decision.verdict == "proved" and all(c.kind == "point" or c.gained for c in decision.conditions)

    def _agrees(self, judge: Judge, claim: Claim) -> bool:
        """Whether the sides agree on instances drawn for the claim."""
        if judge is not self.judge:
            if self.drawn >= MOST_DRAWN or self.operations > OPERATIONS:
                return False
            self.drawn += 1
            self.operations += judge.drawn().sampler.solver.budget.spent
        outcomes = _Outcomes.on(judge.drawn(), claim)
        return outcomes.admits(np.ones_like(outcomes.holds), FEWEST_DRAWN)
