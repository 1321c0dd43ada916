"""Shrinking a counterexample to one that a person can check by head: small sizes, small integers, few of them nonzero.

Every candidate is in the declared domain and satisfies the assumptions, exactly, and the claim is shown to fail there anew.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from flint import fmpq

from derivcheck.kernel.outcome import Budget, Counterexample
from derivcheck.kernel.terms import Claim, Context, Symbol
from derivcheck.kernel.values.compare import Differ, compare, used_symbols
from derivcheck.kernel.values.instance import Instance, Value
from derivcheck.kernel.values.sides import is_rounded, near_simple, rational_sides
from derivcheck.proving.instances import RidgePolynomial, Sampler
from derivcheck.proving.membership import Place, entry_of, in_domain, of_type, with_entry
from derivcheck.proving.points import mentioned
from derivcheck.proving.simplicity import (
    IRRATIONAL,
    SIMPLE,
    SIMPLE_COMPLEX,
    Rank,
    cost,
    entries,
    rank,
    simple_functions,
    simple_members,
)

ATTEMPTS = 150
"""How many comparisons shrinking may make."""

OPERATIONS = 20_000
"""How many operations each may spend."""

ALL_OPERATIONS = 100_000
"""How many they may spend together."""

REPAIRS = 16
"""How many candidates that break an assumption are mended instead of dropped."""

CONFIGURATIONS = 12
"""How many smaller choices of sizes are tried."""

PRECISIONS = (64, 256)
"""The bits of a comparison; the second only where the first does not show the difference that is to be shrunk."""

CHEAP = 6
"""Up to which cost no other instances are looked for."""

FRESH = ("sparse",) * 6 + ("small",) * 2
"""The styles in which instances of the sizes reached are drawn."""

DRAWN = ("sparse", "small", "sparse", "small", "fraction")
"""The styles in which instances of smaller sizes are drawn."""


def shrink(claim: Claim, instance: Instance, counterexample: Counterexample, seed: int = 0) -> Counterexample:
    """A counterexample at smaller sizes and simpler values, as far as some comparisons reach."""
    shrinking = _Shrinking(claim, instance, counterexample, seed)
    shrinking.sizes()
    shrinking.all_at_once()
    while shrinking.values() or shrinking.afresh():
        pass
    return shrinking.tell()


class _Shrinking:
    def __init__(self, claim: Claim, instance: Instance, best: Counterexample, seed: int) -> None:
        self.claim, self.best = claim, best
        used = used_symbols(claim.context, claim.left, claim.right, *claim.context.assumptions)
        symbols = {n: s for n, s in claim.context.symbols.items() if n in used}
        self.context: Context = replace(claim.context, symbols=symbols)
        self.instance = _restricted(instance, self.context)
        self.sampler = Sampler(self.context, seed + 2)
        self.left, self.repairs, self.budget = ATTEMPTS, REPAIRS, Budget(ALL_OPERATIONS)
        self.seen: set[object] = set()
        self.told = False
        self.fresh: tuple[str, ...] = FRESH
        self.indices = frozenset(n for n, s in symbols.items() if s.type.kind == "index")
        self.given = [s for n, s in symbols.items() if n in self.instance.values]
        self.mentioned = [x for x in mentioned(claim) if x.q == 1]
        self.rank = self._rank(self.instance, best)
        coarse = isinstance(self._compared(instance, PRECISIONS[:1]), Differ)
        self.precisions = PRECISIONS[:1] if coarse else PRECISIONS

    # -- trying a candidate ----------------------------------------------------------------------------------------------

    def _compared(self, candidate: Instance, precisions: tuple[int, ...]) -> object:
        operations = min(OPERATIONS, self.budget.left - self.budget.spent)
        budget = Budget(operations)
        outcome = compare(self.claim, candidate, precisions, budget)
        self.budget.spent += min(budget.spent, operations)
        return outcome

    def _rank(self, instance: Instance, found: Counterexample) -> Rank:
        size, total, late = rank(instance, self.indices)
        sides = (found.left, found.right)
        irrational = sum(map(is_rounded, sides)) + ("difference" in found.note)
        return size, total + IRRATIONAL * irrational, late

    def _try(self, candidate: Instance | None, mend: bool = False) -> bool:
        """Whether the claim fails at a simpler candidate too, which then takes the place of the best.

        mend: a candidate that breaks an assumption may be changed until it does not.
        """
        if candidate is None or self.left <= 0 or self.budget.spent >= self.budget.left or not self._promises(candidate):
            return False
        kept = self._admitted(candidate, mend)
        if kept is None or (kept != candidate and not self._promises(kept)):
            return False
        self.left -= 1
        outcome = self._compared(kept, self.precisions)
        if not isinstance(outcome, Differ) or _principal(outcome.counterexample) != _principal(self.best):
            return False
        found, better = outcome.counterexample, self._rank(kept, outcome.counterexample)
        if better >= self.rank:
            found = rational_sides(self.claim, kept, found, near_simple)
            better = self._rank(kept, found)
        if better >= self.rank:
            return False
        self.instance, self.best, self.rank, self.told = kept, found, better, False
        return True

    def tell(self) -> Counterexample:
        """The best counterexample, with its sides as rationals where that is known."""
        if not self.told:
            self.best = rational_sides(self.claim, self.instance, self.best)
            self.rank, self.told = self._rank(self.instance, self.best), True
        return self.best

    def _promises(self, candidate: Instance) -> bool:
        """Whether a candidate is simpler than the best and was not looked at before.

        Values that are less simple may have simpler sides; before that counts, it is told what the sides of the best are.
        """
        simple = rank(candidate, self.indices)
        if simple >= rank(self.instance, self.indices):
            self.tell()
        if simple >= self.rank:
            return False
        key = (tuple(candidate.sizes.values()), tuple(candidate.values.values()))
        new = key not in self.seen
        self.seen.add(key)
        return new

    def _admitted(self, candidate: Instance, mend: bool) -> Instance | None:
        """The candidate if it is in the declared domain and satisfies the assumptions, mended if it may be."""
        candidate = self._following(candidate)
        solver = self.sampler.solver
        if self.context.assumptions and not solver.holds(candidate):
            if not mend or self.repairs <= 0 or solver.exhausted():
                return None
            self.repairs -= 1
            mended = solver.satisfied(candidate)
            if mended is None:
                return None
            candidate = mended
        return candidate if in_domain(candidate, self.context) else None

    def _following(self, candidate: Instance) -> Instance:
        """The candidate with the one-hot vectors that follow an index of it."""
        for it in self.given:
            if it.type.hot is not None and not of_type(it, candidate, self.context):
                candidate = self._some_member(it, candidate) or candidate
        return candidate

    def _some_member(self, it: Symbol, candidate: Instance) -> Instance | None:
        """The candidate with the simplest value of a symbol that is in its type."""
        found = (replace(candidate, values={**candidate.values, it.name: v}) for v in self._members(it, candidate))
        return next((c for c in found if of_type(it, c, self.context)), None)

    def _members(self, it: Symbol, instance: Instance) -> Iterator[Value]:
        """Simple values of a symbol: all members of a family alike."""
        dims = self.sampler.dims(it.type, instance)
        if dims is None or it.type.kind in {"index", "function"}:
            return
        family, shape = dims
        choices = simple_members(it.type, shape) if shape else SIMPLE
        for member in choices:
            value: Value = member
            for n in reversed(family):
                value = (value,) * n
            yield value

    # -- sizes -----------------------------------------------------------------------------------------------------------

    def sizes(self) -> None:
        """Smaller sizes: what is left of the instance there, else simple values, else fresh ones."""
        while self.left > 0 and any(self._at(sizes) for sizes in self._smaller()):
            pass

    def _smaller(self) -> list[dict[str, int]]:
        current = self.instance.sizes
        names = [n for n in self.sampler.sizes if n in current]
        steps = [sorted({k for k in (1, 2, 3, (n + 1) // 2, n - 1, n) if 1 <= k <= n}) for n in (current[m] for m in names)]
        found = [dict(zip(names, c, strict=True)) for c in itertools.product(*steps[:4], *([n[-1]] for n in steps[4:]))]
        smaller = [c for c in found if sum(c.values()) < sum(current[n] for n in names)]
        ordered = sorted(smaller, key=lambda c: (sum(c.values()), max(c.values()), tuple(c.values())))
        return ordered if len(ordered) <= CONFIGURATIONS else [*ordered[:CONFIGURATIONS - 3], *ordered[-3:]]

    def _at(self, sizes: Mapping[str, int]) -> bool:
        cut = self._cut(sizes)
        if self._try(cut, mend=True) or (cut is not None and any(map(self._try, self._uniform(cut)))):
            return True
        return any(self._try(self.sampler.draw(sizes, style, 2)) for style in DRAWN)

    def _cut(self, sizes: Mapping[str, int]) -> Instance | None:
        """The leading entries of all arrays, indices moved into their ranges; a value that leaves its type is replaced."""
        cut = Instance(dict(sizes), {})
        for it in sorted(self.given, key=lambda s: (s.type.kind != "index", s.type.hot is not None)):
            value = self.instance.values[it.name]
            dims = ((), ()) if it.type.kind == "function" else self.sampler.dims(it.type, cut)
            if dims is None or (it.type.kind == "function" and it.type.arguments and sizes != self.instance.sizes
                                and any(a.shape or a.family for a in it.type.arguments)):
                return None
            if it.type.kind == "index":
                upper = self.sampler.upper(it.type, cut)
                value = _at_most(value, upper) if upper is not None else value
            cut = replace(cut, values={**cut.values, it.name: _leading(value, (*dims[0], *dims[1]))})
            if not of_type(it, cut, self.context):
                cut = self._some_member(it, cut) or cut
        ordered = {n: cut.values[n] for n in self.instance.values if n in cut.values}
        return replace(cut, values=ordered)

    # -- values ----------------------------------------------------------------------------------------------------------

    def all_at_once(self) -> None:
        """One number everywhere, as far as types allow, for all choices of the indices and one function for all."""
        any(map(self._try, self._uniform(self.instance)))
        for it in self.given:
            if it.type.kind == "function":
                for function in sorted(self._functions(it), key=cost):
                    if any(map(self._try, self._uniform(self._put(it.name)(function)))):
                        break

    def afresh(self) -> bool:
        """Instances of the same sizes that are drawn anew, for what lies behind a choice that cannot be changed step by step."""
        styles, self.fresh = (self.fresh if self.rank[1] > CHEAP else ()), ()
        return any([self._try(self.sampler.draw(self.instance.sizes, style, 2)) for style in styles])

    def _uniform(self, instance: Instance) -> Iterator[Instance]:
        for x in SIMPLE[:4]:
            candidate = instance
            for it in self.given:
                if it.type.kind in {"index", "function"}:
                    continue
                filled = _filled(candidate.values[it.name], x)
                changed = replace(candidate, values={**candidate.values, it.name: filled})
                if of_type(it, changed, self.context):
                    candidate = changed
                elif it.type.attributes:
                    candidate = self._some_member(it, candidate) or candidate
            yield candidate

    def values(self) -> bool:
        """Simplify the values of one symbol after the other; whether that changed anything."""
        before = self.rank
        for it in self.given:
            if it.type.kind == "function":
                self._first(self._put(it.name), self._functions(it))
                continue
            if isinstance(self.instance.values[it.name], tuple):
                self._first(self._put(it.name), self._arrays(it))
            for index, _ in list(entries(self.instance.values[it.name])):
                place = (it.name, index)
                self._first(self._with(place), self._simpler(place, it))
        if self.context.assumptions:
            self._pairs()
        return self.rank < before

    def _first(self, changed: Callable[[Value], Instance], choices: Iterable[Value]) -> None:
        """The first of some values at which the claim still fails, the simplest before the others."""
        any(self._try(changed(v), mend=True) for v in sorted(choices, key=cost))

    def _put(self, name: str) -> Callable[[Value], Instance]:
        return lambda v: replace(self.instance, values={**self.instance.values, name: v})

    def _with(self, place: Place) -> Callable[[Value], Instance]:
        return lambda v: with_entry(self.instance, place, v)

    def _functions(self, it: Symbol) -> list[Value]:
        value = self.instance.values[it.name]
        return list(simple_functions(value)) if isinstance(value, RidgePolynomial) else []

    def _arrays(self, it: Symbol) -> list[Value]:
        """Simple arrays, the array over its common factor and its opposite."""
        value = self.instance.values[it.name]
        numbers = [x for _, x in entries(value)]
        rational = [x for x in numbers if isinstance(x, fmpq)]
        scaled: list[Value] = []
        if len(rational) == len(numbers) and any(rational):
            largest = max(abs(x) for x in rational)
            scaled = [_scaled(value, 1 / s) for s in (largest, -largest, min(abs(x) for x in rational if x != 0), fmpq(-1))]
        return [*self._members(it, self.instance), *scaled]

    def _simpler(self, place: Place, it: Symbol) -> list[Value]:
        current = entry_of(self.instance.values[place[0]], place[1])
        if it.type.kind == "index":
            return list(range(1, current)) if isinstance(current, int) else []
        choices: list[Value] = list(SIMPLE_COMPLEX if it.type.kind == "complex" else SIMPLE)
        if isinstance(current, fmpq):
            choices += [fmpq(current.floor()), fmpq(current.ceil()), -current, fmpq(current.floor() // 2), *self.mentioned]
        return [x for k, x in enumerate(choices) if x not in choices[:k] and x != current]

    def _pairs(self) -> None:
        """Two numbers at once, for assumptions tie them to each other."""
        numbers = [(it.name, index) for it in self.given if it.type.kind not in {"index", "function"} and not it.type.attributes
                   for index, _ in entries(self.instance.values[it.name])][:5]
        for a, b in itertools.combinations(numbers, 2):
            for x, y in sorted(itertools.product(SIMPLE[:5], repeat=2), key=cost):
                if self._try(with_entry(with_entry(self.instance, a, x), b, y)):
                    break


def _principal(found: Counterexample) -> bool:
    return "principal" in found.note


def _restricted(instance: Instance, context: Context) -> Instance:
    """What an instance says about the symbols of a context."""
    sizes = {n: k for n, k in instance.sizes.items() if n in context.symbols}
    return Instance(sizes, {n: v for n, v in instance.values.items() if n in context.symbols})


def _leading(value: Value, sizes: tuple[int, ...]) -> Value:
    if not sizes or not isinstance(value, tuple):
        return value
    return tuple(_leading(part, sizes[1:]) for part in value[: sizes[0]])


def _at_most(value: Value, upper: int) -> Value:
    if isinstance(value, tuple):
        return tuple(_at_most(v, upper) for v in value)
    return min(value, upper) if isinstance(value, int) else value


def _filled(value: Value, x: Value) -> Value:
    return tuple(_filled(v, x) for v in value) if isinstance(value, tuple) else x


def _scaled(value: Value, by: fmpq) -> Value:
    if isinstance(value, tuple):
        return tuple(_scaled(v, by) for v in value)
    return value * by if isinstance(value, fmpq) else value
