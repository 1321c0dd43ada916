"""Shrinking a counterexample to one that a person can check by head: small sizes, small integers, few of them nonzero.

Every candidate is in the declared domain and satisfies the assumptions, exactly, and the claim is shown to fail there anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from derivcheck.kernel.outcome import Budget, Counterexample
from derivcheck.kernel.terms import Claim, Context, Symbol
from derivcheck.kernel.values.compare import PRINCIPAL, Comparison, Differ, compare, used_symbols
from derivcheck.kernel.values.instance import Instance, Value
from derivcheck.kernel.values.sides import is_rounded, near_simple, rational_sides
from derivcheck.proving.refuting.candidates import Candidates
from derivcheck.proving.refuting.simplicity import IRRATIONAL, Rank, cost, entries, rank
from derivcheck.proving.sampling.instances import Sampler
from derivcheck.proving.sampling.membership import Place, in_domain, with_entry

ATTEMPTS = 150
"""How many comparisons shrinking may make."""

OPERATIONS = 20_000
"""How many operations each may spend."""

ALL_OPERATIONS = 100_000
"""How many they may spend together."""

ALL_ENTRIES = 500_000
"""How many entries the candidates may have together whose simplicity is told: a large array has many, each of many entries."""

LARGEST = 1_000
"""How many entries an instance may have whose values are simplified: nobody looks at more, and such arrays take long to make."""

REPAIRS = 16
"""How many candidates that break an assumption are mended instead of dropped."""

PRECISIONS = (64, 256)
"""The bits of a comparison; the second only where the first does not show the difference that is to be shrunk."""

DRAWN = ("sparse", "small", "sparse", "small", "fraction")
"""The styles in which instances of smaller sizes are drawn."""

FRESH = ("sparse",) * 6 + ("small",) * 2
"""The styles in which instances of the sizes reached are drawn."""

CHEAP = 3
"""Up to which cost of the values no other instances are looked for."""


def shrink(claim: Claim, instance: Instance, counterexample: Counterexample, seed: int = 0) -> Counterexample:
    """A counterexample at smaller sizes and simpler values, as far as some comparisons reach."""
    shrinking = _Shrinking(claim, instance, counterexample, seed)
    shrinking.sizes(DRAWN)
    if shrinking.count() > LARGEST:
        return shrinking.tell()
    shrinking.all_at_once()
    while shrinking.values() or shrinking.sizes() or shrinking.afresh():
        pass
    return shrinking.tell()


class _Shrinking:
    """The best counterexample so far, and what is left of the effort.

    rank, simple: the rank of its instance, with what the sides add and without; told: whether its sides are rationals where
    that is known; seen: the values that were tried.
    """

    def __init__(self, claim: Claim, instance: Instance, best: Counterexample, seed: int) -> None:
        self.claim, self.best = claim, best
        used = used_symbols(claim.context, claim.left, claim.right, *claim.context.assumptions)
        symbols = {n: s for n, s in claim.context.symbols.items() if n in used}
        self.context: Context = replace(claim.context, symbols=symbols)
        self.instance = _restricted(instance, self.context)
        self.sampler = Sampler(self.context, seed + 2)
        self.candidates = Candidates(claim, self.context, self.sampler, self.instance)
        self.left, self.repairs, self.budget = ATTEMPTS, REPAIRS, Budget(ALL_OPERATIONS)
        self.fresh: tuple[str, ...] = FRESH
        self.seen: set[object] = set()
        self.told = False
        self.ranked, self.counts = 0, dict[tuple[int, ...], int]()
        self.rank, self.simple = self._rank(self.instance, best), self._values_rank(self.instance)
        coarse = isinstance(self._compared(instance, PRECISIONS[:1]), Differ)
        self.precisions = PRECISIONS[:1] if coarse else PRECISIONS

    # -- trying a candidate ----------------------------------------------------------------------------------------------

    def _compared(self, candidate: Instance, precisions: tuple[int, ...]) -> Comparison:
        budget = Budget(min(OPERATIONS, self.budget.left - self.budget.spent))
        outcome = compare(self.claim, candidate, precisions, budget)
        self.budget.spent += min(budget.spent, budget.left)
        return outcome

    def count(self) -> int:
        """How many entries the instance has."""
        return sum(1 for value in self.instance.values.values() for _ in entries(value))

    def _values_rank(self, instance: Instance) -> Rank:
        sizes = tuple(instance.sizes.values())
        if sizes not in self.counts:
            self.counts[sizes] = sum(1 for value in instance.values.values() for _ in entries(value))
        self.ranked += self.counts[sizes]
        return rank(instance, {s.name for s in self.candidates.symbols if s.type.kind == "index"})

    def _rank(self, instance: Instance, found: Counterexample) -> Rank:
        size, total, late = self._values_rank(instance)
        hard = is_rounded(found.left) + is_rounded(found.right) + ("difference" in found.note)
        return size, total + IRRATIONAL * hard, late

    def _try(self, candidate: Instance | None, mend: bool = False) -> bool:
        """Whether the claim fails at a simpler candidate too, which then takes the place of the best.

        mend: a candidate that breaks an assumption may be changed until it does not.
        """
        if candidate is None or self._spent() or not self._promises(candidate):
            return False
        kept = self._admitted(candidate, mend)
        if kept is None or (kept != candidate and not self._promises(kept)):
            return False
        self.left -= 1
        outcome = self._compared(kept, self.precisions)
        if not isinstance(outcome, Differ) or (PRINCIPAL in outcome.counterexample.note) != (PRINCIPAL in self.best.note):
            return False
        found = outcome.counterexample
        if self._rank(kept, found) >= self.rank:
            found = rational_sides(self.claim, kept, found, near_simple)
        if self._rank(kept, found) >= self.rank:
            return False
        self.instance, self.best, self.told = kept, found, False
        self.rank, self.simple = self._rank(kept, found), self._values_rank(kept)
        return True

    def _spent(self) -> bool:
        return self.left <= 0 or self.budget.spent >= self.budget.left or self.ranked >= ALL_ENTRIES

    def _promises(self, candidate: Instance) -> bool:
        """Whether a candidate is simpler than the best and was not looked at before.

        Values that are less simple may have simpler sides; before that counts, it is told what the sides of the best are.
        """
        simple = self._values_rank(candidate)
        if simple >= self.simple:
            self.tell()
        if simple >= self.rank:
            return False
        key = (tuple(candidate.sizes.values()), tuple(candidate.values.values()))
        new = key not in self.seen
        self.seen.add(key)
        return new

    def tell(self) -> Counterexample:
        """The best counterexample, with its sides as rationals where that is known."""
        if not self.told:
            self.best = rational_sides(self.claim, self.instance, self.best)
            self.rank, self.told = self._rank(self.instance, self.best), True
        return self.best

    def _admitted(self, candidate: Instance, mend: bool) -> Instance | None:
        """The candidate if it is in the declared domain and satisfies the assumptions, mended if it may be."""
        found: Instance | None = self.candidates.following(candidate)
        solver = self.sampler.solver
        if found is not None and self.context.assumptions and not solver.holds(found):
            if not mend or self.repairs <= 0 or solver.exhausted():
                return None
            self.repairs -= 1
            found = solver.satisfied(found)
        return found if found is not None and in_domain(found, self.context) else None

    # -- what is tried ---------------------------------------------------------------------------------------------------

    def sizes(self, drawn: Sequence[str] = ()) -> bool:
        """Smaller sizes: what is left of the instance there, else simple values, else values drawn in some styles."""
        before = self.rank
        while not self._spent() and any(self._at(sizes, drawn) for sizes in self.candidates.smaller_sizes(self.instance.sizes)):
            pass
        return self.rank < before

    def _at(self, sizes: Mapping[str, int], drawn: Sequence[str]) -> bool:
        cut = self.candidates.cut(self.instance, sizes)
        if self._try(cut, mend=True) or (cut is not None and any(map(self._try, self.candidates.uniform(cut)))):
            return True
        return any(self._try(self.sampler.draw(sizes, style, 2)) for style in drawn)

    def all_at_once(self) -> None:
        """One number everywhere, and then with one simple function after the other."""
        any(map(self._try, self.candidates.uniform(self.instance)))
        for it in self.candidates.symbols:
            for function in sorted(self.candidates.functions(it, self.instance), key=cost):
                if any(map(self._try, self.candidates.uniform(self._put(it.name)(function)))):
                    break

    def values(self) -> bool:
        """Simplify the values of one symbol after the other; whether that changed anything."""
        before = self.rank
        for it in self.candidates.symbols:
            if it.type.kind == "function":
                self._first(self._put(it.name), self.candidates.functions(it, self.instance))
            else:
                self._simplify(it)
        if self.context.assumptions:
            for choices in self.candidates.pairs(self.instance):
                any(map(self._try, choices))
        return self.rank < before

    def _simplify(self, it: Symbol) -> None:
        """Simplify an array as a whole, and then entry by entry."""
        if isinstance(self.instance.values[it.name], tuple):
            self._first(self._put(it.name), self.candidates.arrays(it, self.instance))
        for index, _ in list(entries(self.instance.values[it.name])):
            if self._spent():
                return
            place = (it.name, index)
            self._first(self._put_entry(place), self.candidates.scalars(it, place, self.instance))

    def _first(self, changed: Callable[[Value], Instance], choices: Iterable[Value]) -> None:
        """The simplest of some values at which the claim still fails."""
        any(self._try(changed(v), mend=True) for v in sorted(choices, key=cost))

    def _put(self, name: str) -> Callable[[Value], Instance]:
        return lambda v: replace(self.instance, values={**self.instance.values, name: v})

    def _put_entry(self, place: Place) -> Callable[[Value], Instance]:
        return lambda v: with_entry(self.instance, place, v)

    def afresh(self) -> bool:
        """Instances of the same sizes that are drawn anew, for what lies behind a choice that cannot be changed step by step."""
        styles, self.fresh = (self.fresh if self.rank[1] > CHEAP else ()), ()
        return any([self._try(self.sampler.draw(self.instance.sizes, style, 2)) for style in styles])


def _restricted(instance: Instance, context: Context) -> Instance:
    """What an instance says about the symbols of a context."""
    sizes = {n: k for n, k in instance.sizes.items() if n in context.symbols}
    return Instance(sizes, {n: v for n, v in instance.values.items() if n in context.symbols})
