"""Numeric evidence about a claim: instances at which it holds, and refutations confirmed exactly or by balls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from flint import fmpq

from derivcheck.kernel.outcome import Budget, Counterexample, Refutation
from derivcheck.kernel.terms import Claim, Context, Term
from derivcheck.kernel.values.compare import Agree, Comparison, Differ, Neither, OneSided, compare, used_symbols
from derivcheck.kernel.values.instance import Instance, Undetermined
from derivcheck.proving.sampling.instances import Sampler, size_configurations
from derivcheck.proving.sampling.membership import entry_of, positions
from derivcheck.proving.sampling.points import sizes_about_turns, special_instances
from derivcheck.proving.sampling.turning import Coverage, turning
from derivcheck.proving.screening.batch import Batches
from derivcheck.proving.screening.floats import Floats

CONFIRMATIONS = 6
"""How many suspicious instances of a batch are confirmed, per kind of suspicion."""

LARGEST_TURNS, DRAWS_OF_TURNS = 12, 6
"""How many sizes about those at which a claim turns are tried, and with how many instances."""

CLOSE = 2
"""How many instances at which only balls agree are looked at with many more bits."""

HIGHEST_PRECISION = 32_768
"""These bits: they tell 1 from erf(99), which differs from it after 4258 digits."""

TOLERANCE = 1e-7
"""Relative difference of floats that is looked at more closely."""


@dataclass(frozen=True, slots=True)
class Options:
    """How hard to look: operations of one comparison, and of a whole search; the seed of the instances.

    shrink: whether a counterexample is to be made small; nobody sees it where only the verdict counts.  closer: whether
    what agrees at a thousand bits is compared at many more, which is slow, and nothing new where a proof stands.
    """

    operations: int = 60_000
    search_operations: int = 200_000
    seed: int = 0
    shrink: bool = True
    closer: bool = True


@dataclass(frozen=True, slots=True)
class Evidence:
    """What instances say about a claim.

    instances: on how many both sides were defined and agreed; refutation: confirmed and shrunk; lost, gained: only the
    left, or only the right side was defined somewhere; undefined: ``left``, ``right`` or ``both`` when that side was
    defined at no instance tried; reason: why no instance could be used; untried: at whose zeros the claim turns, and
    what had one sign at all instances of the search; unreached: whether both sides could not be judged at a size that the
    claim mentions; untold: whether there was an instance at which the sides could not be compared.
    """

    instances: int = 0
    refutation: Refutation | None = None
    lost: bool = False
    gained: bool = False
    undefined: str | None = None
    reason: str | None = None
    untried: tuple[Term, ...] = ()
    unreached: bool = False
    untold: bool = False


@dataclass(slots=True)
class _Tally:
    """Comparisons counted as they come."""

    agreed: int = 0
    lost: bool = False
    gained: bool = False
    neither: int = 0
    reason: str | None = None
    refuted: tuple[Instance, Counterexample] | None = None
    left: bool = False
    right: bool = False

    def add(self, instance: Instance, outcome: Comparison) -> None:
        match outcome:
            case Agree():
                self.agreed += 1
                self.left = self.right = True
            case Differ(counterexample):
                self.refuted = (instance, counterexample)
            case OneSided(lost, gained):
                self.lost, self.gained = self.lost or lost, self.gained or gained
                self.left, self.right = self.left or lost, self.right or gained
            case Neither():
                self.neither += 1
            case Undetermined(reason):
                self.reason = reason

    def evidence(self, claim: Claim, options: Options) -> Evidence:
        refutation = None
        if self.refuted is not None:
            found = _shrunk(claim, *self.refuted, options.seed) if options.shrink else self.refuted[1]
            refutation = Refutation(f"the sides differ: {found.left} against {found.right}", found)
        undefined = None
        seen = self.neither or self.lost or self.gained
        if not self.agreed and refutation is None and seen and not (self.left and self.right):
            undefined = "both" if not self.left and not self.right else "right" if self.left else "left"
        reason = None if self.agreed or refutation else self.reason
        untold = self.reason is not None
        return Evidence(self.agreed, refutation, self.lost, self.gained, undefined, reason, untold=untold)


def _shrunk(claim: Claim, instance: Instance, found: Counterexample, seed: int) -> Counterexample:
    from derivcheck.proving.refuting.shrink import shrink  # right steps do not wait for it

    return shrink(claim, instance, found, seed)


def screen(claim: Claim, batches: Batches, options: Options | None = None) -> Evidence:
    """Compare a claim's sides on the batches' instances; suspicious ones are confirmed, and the first difference shrunk."""
    options = options or Options()
    if not batches.batches:
        return Evidence(reason=batches.reason)
    tally = _Tally()
    for batch, left, right in zip(batches.batches, batches.values(claim.left), batches.values(claim.right), strict=True):
        if left is None or right is None or left.shape != right.shape:
            _confirm(claim, batch.instances[:3], tally, options)
        else:
            _screen_batch(claim, batch.instances, left, right, tally, options)
        if tally.refuted:
            break
    return tally.evidence(claim, options)


def _screen_batch(claim: Claim, instances: Sequence[Instance], left: Floats, right: Floats, tally: _Tally,
                  options: Options) -> None:
    """Sort a batch's instances into agreeing and suspicious ones, and confirm some of these."""
    count = len(instances)
    a, b = left.reshape(count, -1), right.reshape(count, -1)
    violated = violates(claim.relation, a, b)
    if not violated.any() and np.isfinite(a).all() and np.isfinite(b).all():
        tally.agreed += count
        tally.left = tally.right = True
        return
    defined_left, defined_right = ~np.isnan(a), ~np.isnan(b)
    both, unknown = defined_left & defined_right, np.isinf(a) | np.isinf(b)
    differs = both & ~unknown & violated
    one_sided = (defined_left != defined_right) & ~unknown
    fine = np.all(both & ~unknown & ~differs, axis=1) | np.all(~defined_left & ~defined_right, axis=1)
    agreed = np.all(both & ~unknown & ~differs, axis=1)
    tally.agreed += int(agreed.sum())
    if agreed.any():
        tally.left = tally.right = True
    tally.neither += int((fine & ~agreed).sum())
    wrong = [instances[int(k)] for k in np.flatnonzero(np.any(differs, axis=1))]
    _confirm(claim, wrong[:CONFIRMATIONS], tally, options)
    if tally.refuted is None:
        odd = [instances[int(k)] for k in np.flatnonzero(np.any(one_sided, axis=1) & ~np.any(differs, axis=1))]
        _confirm(claim, odd[:CONFIRMATIONS], tally, options)


def violates(relation: str, a: Floats, b: Floats) -> Floats:
    """Where ``a relation b`` fails by more than floating point explains; of strict relations also where they are nearly equal."""
    with np.errstate(all="ignore"):
        scale = TOLERANCE * np.maximum(np.maximum(np.abs(a), np.abs(b)), 1e-3)
        difference = a - b
        match relation:
            case "<=" | "<":
                return np.asarray(difference.real > scale if relation == "<=" else difference.real >= -scale)
            case ">=" | ">":
                return np.asarray(difference.real < -scale if relation == ">=" else difference.real <= scale)
            case "=>":
                return np.asarray((a.real == 1) & (b.real == 0))
            case "<==":
                return np.asarray((a.real == 0) & (b.real == 1))
        return np.asarray(np.abs(difference) > scale)


def _confirm(claim: Claim, instances: Sequence[Instance], tally: _Tally, options: Options) -> None:
    for instance in instances:
        tally.add(instance, compare(claim, instance, (64, 256, 1024), Budget(options.operations)))
        if tally.refuted:
            return


def search(claim: Claim, context: Context, options: Options | None = None) -> Evidence:
    """Look hard for an instance at which a claim fails: adversarial values, at 128 bits and, where balls overlap, 1024;
    two of those where they still overlap, at more."""
    options = options or Options()
    tally = _Tally()
    left = options.search_operations
    tried = False
    coverage, close, judged = Coverage(turning(claim), context), list[Instance](), list[Mapping[str, int]]()
    for instance in _instances(claim, context, options):
        tried = True
        precisions = (128, 1024) if instance.values or instance.sizes else (128, 1024, 4096)
        budget = Budget(min(left, options.operations))
        outcome = compare(claim, instance, precisions, budget)
        tally.add(instance, outcome)
        if isinstance(outcome, Agree) and not outcome.exact:
            close.append(instance)
        if not isinstance(outcome, Undetermined):
            coverage.add(instance)
            judged.append(instance.sizes)
        left -= budget.spent + 10
        if tally.refuted or left <= 0:
            break
    if not tally.refuted and options.closer:
        _look_closer(claim, close, tally, options)
    if not tried:
        return Evidence(reason="no instance of the assumptions was found")
    unreached = any(sizes not in judged for sizes in _sizes_about_turns(claim, Sampler(narrowed(context, claim))))
    return replace(tally.evidence(claim, options), untried=coverage.untried(), unreached=unreached)


def _look_closer(claim: Claim, close: Sequence[Instance], tally: _Tally, options: Options) -> None:
    """Compare again, with many more bits, at the instances of the least numbers among those at which balls overlap."""
    for instance in sorted(close, key=_height)[:CLOSE]:
        outcome = compare(claim, instance, (HIGHEST_PRECISION,), Budget(options.operations))
        if isinstance(outcome, Differ):
            tally.add(instance, outcome)
            return


def _height(instance: Instance) -> fmpq:
    """How large the sizes and numbers of an instance are together."""
    entries = (entry_of(value, index) for value in instance.values.values() for index in positions(value))
    return sum((abs(fmpq(x)) for x in entries if isinstance(x, int | fmpq)), fmpq(sum(instance.sizes.values())))


def narrowed(context: Context, claim: Claim) -> Context:
    """The context with only the symbols that the claim and the assumptions are about, for drawing instances."""
    used = used_symbols(context, claim.left, claim.right, *context.assumptions)
    symbols = {name: s for name, s in context.symbols.items() if name in used}
    return replace(context, symbols=symbols)


def _sizes_about_turns(claim: Claim, sampler: Sampler) -> list[dict[str, int]]:
    return sizes_about_turns(claim, sampler)[:LARGEST_TURNS] if sampler.sizes else []


def _instances(claim: Claim, context: Context, options: Options) -> Iterator[Instance]:
    small = narrowed(context, claim)
    sampler = Sampler(small, options.seed + 1)
    if not small.symbols:
        yield Instance()
        return
    configurations = size_configurations(sampler.sizes, thorough=True)
    for style in ("small", "fraction", "digits"):
        for sizes in configurations[:6]:
            if (instance := sampler.draw(sizes, style)) is not None:
                yield instance
    for sizes in configurations[6:] if sampler.sizes else ():
        if (instance := sampler.draw(sizes, "small")) is not None:
            yield instance
    yield from special_instances(claim, small, sampler, configurations[:5])
    turns = _sizes_about_turns(claim, sampler)
    for draw in range(DRAWS_OF_TURNS):
        for sizes in turns:
            if (instance := sampler.draw(sizes, "small")) is not None:
                yield instance
        yield from special_instances(claim, small, sampler, turns, turns_only=True) if draw == 0 else ()
    for style in ("unit", "wide", "large", "sparse", "equal", "digits"):
        for sizes in configurations[:6]:
            for _ in range(2 if sampler.sizes else 8):
                if (instance := sampler.draw(sizes, style)) is not None:
                    yield instance
