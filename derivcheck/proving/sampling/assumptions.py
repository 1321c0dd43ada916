"""Making an instance satisfy the assumptions: assignments, equations that are linear in one unknown, and trials."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence

from flint import arb, fmpq

from derivcheck.kernel.outcome import Budget
from derivcheck.kernel.terms import Context, Symbol, Term, Type, free_symbols, number, substitute
from derivcheck.kernel.values.compare import used_symbols
from derivcheck.kernel.values.evaluate import evaluate, uses_complex
from derivcheck.kernel.values.instance import OUTSIDE, Entry, Instance, Undefined, Value
from derivcheck.proving.sampling.array_equations import likely_matrices, solutions
from derivcheck.proving.sampling.membership import Place, entry_of, of_type, places, with_entry
from derivcheck.proving.sampling.proposals import on_spheres, simple_matrices

MOST_FACTS = 400
"""Into how many facts the quantified assumptions may fall apart."""

MOST_CHOICES = 64
"""How many choices of indices are gone through; of more, some are drawn."""


class Solver:
    """Makes instances of one context satisfy its assumptions; all its evaluations share one budget."""

    def __init__(self, context: Context, rng: random.Random, operations: int = 200_000) -> None:
        self.context = context
        self.random = rng
        self.budget = Budget(operations)
        self.complex = uses_complex(context, *context.assumptions)
        self._impossible: set[tuple[tuple[str, int], ...]] = set()

    def impossible(self, sizes: Mapping[str, int]) -> bool:
        """Whether it has been found that at these sizes no values satisfy the assumptions."""
        return tuple(sizes.items()) in self._impossible

    def exhausted(self) -> bool:
        """Whether the budget is spent, so that nothing more will be found."""
        return self.budget.spent >= self.budget.left

    def _entries(self, term: Term, instance: Instance, precision: int = 64) -> tuple[Entry, ...]:
        return evaluate(term, instance, self.context, precision, principal=self.complex, budget=self.budget).entries

    def holds(self, instance: Instance) -> bool:
        """Whether the assumptions hold at an instance as it is."""
        return all(self._holds(fact, instance) is True for a in self.context.assumptions for fact in self._members(a, instance))

    def satisfied(self, instance: Instance) -> Instance | None:
        """The instance, changed where needed so that all assumptions hold; ``None`` where that was not achieved."""
        facts = [fact for a in self.context.assumptions for fact in self._members(a, instance)]
        fixed: set[Place] = set()
        assigned: set[Term] = set()
        for k, fact in enumerate(facts):
            if self._holds(fact, instance) is True:
                continue
            repairs = self._repairs(fact, instance, fixed)
            found, place = next(((c, p) for c, p in repairs if self._fits(c, p, fact, facts[:k])), (None, None))
            if found is None or len(facts) > MOST_FACTS:
                return None
            instance = found
            if place is not None:
                fixed.add(place)
                assigned.update({fact} if self._is_term(instance, place) else ())
        if self.exhausted() or not all(self._holds(f, instance) is (None if f in assigned else True) for f in facts):
            return None
        declared = [s for s in self.context.symbols.values() if s.name in instance.values]
        return instance if all(of_type(s, instance, self.context) for s in declared) else None

    @staticmethod
    def _is_term(instance: Instance, place: Place) -> bool:
        return isinstance(entry_of(instance.values[place[0]], place[1]), Term)

    def _fits(self, instance: Instance, place: Place | None, fact: Term, earlier: Sequence[Term]) -> bool:
        """Whether a fact has become true, with its symbols still in their types and the earlier facts not broken."""
        wanted = None if place is not None and self._is_term(instance, place) else True
        return self._holds(fact, instance) is wanted and self._declared(instance, fact) \
            and all(self._holds(f, instance) is not False for f in earlier)

    def _members(self, assumption: Term, instance: Instance) -> list[Term]:
        """The assumption for all admissible values of the indices over which it is quantified, conjunctions taken apart."""
        if assumption.op == "and":
            return [f for a in assumption.args for f in self._members(a, instance)]
        bound = sorted((s for s in free_symbols(assumption) if s.type.kind == "bound"), key=lambda s: s.name)
        ranges = [range(1, self._extent(s, assumption, instance) + 1) for s in bound]
        facts = []
        for values in itertools.islice(itertools.product(*ranges), MOST_FACTS + 1):
            fact = substitute(assumption, dict(zip(bound, map(number, values), strict=True))) if bound else assumption
            (truth,) = self._entries(fact, instance)
            if not bound or not isinstance(truth, Undefined) or truth.reason != OUTSIDE:
                facts.append(fact)
        return facts

    def _extent(self, it: Symbol, assumption: Term, instance: Instance) -> int:
        """The largest value of a quantified index: the shortest range that it runs over as an index."""
        extents = []
        for part in assumption.walk():
            if part.op == "entry":
                for index, size in zip(part.args[1:], part.args[0].shape, strict=False):
                    if index.op == "symbol" and index.symbol == it:
                        (value,) = self._entries(size, instance)
                        extents.append(int(value.p) if isinstance(value, fmpq) else 0)
        return min(extents, default=max(instance.sizes.values(), default=1))

    def _holds(self, fact: Term, instance: Instance) -> bool | None:
        """Whether a fact holds, undefined counting as no; ``None`` if that could not be told."""
        (truth,) = self._entries(fact, instance, 128)
        if isinstance(truth, fmpq):
            return bool(truth == 1)
        return False if isinstance(truth, Undefined) else None

    def _declared(self, instance: Instance, fact: Term) -> bool:
        """Whether the values of a fact's symbols are still in their types."""
        return all(of_type(s, instance, self.context) for s in free_symbols(fact) if s.name in instance.values)

    def _repairs(self, fact: Term, instance: Instance, fixed: set[Place]) -> Iterator[tuple[Instance, Place | None]]:
        """Changed instances at which the fact may hold, the likeliest first, and the place that it then determines."""
        used = used_symbols(self.context, fact)
        names = [n for n, s in self.context.symbols.items() if n in used and s.type.kind not in {"size", "function"}]
        free = [p for p in places(instance, names) if p not in fixed]
        self.random.shuffle(free)
        numbers = [p for p in free if self.context.symbols[p[0]].type.kind != "index"]
        kinds = {s.type.kind for n, s in self.context.symbols.items() if n in used and n not in self.context.definitions}
        if kinds <= {"size", "index"} and (choices := self._choices(free, instance)) is not None:
            yield from self._chosen(fact, choices, instance, fixed)
            return
        if fact.op == "eq" and fact.args[0].shape:
            for candidate in solutions(fact, instance, self._entries, self.random, self.context.assumptions):
                yield candidate, None
            for candidate in likely_matrices(instance, names, self.random):
                yield candidate, None
        if fact.op == "eq":
            for place in self._sides(fact, numbers):
                yield from ((c, place) for c in self._assigned(fact, place, instance))
            for place in numbers[:12]:
                yield from ((c, place) for c in self._solved(fact, place, instance))
            for place in numbers[:12]:
                yield with_entry(instance, place, fmpq(self.random.choice((-1, 1)))), place
            for candidate in on_spheres(instance, names, numbers, self.random):
                yield candidate, None
            for candidate in simple_matrices(instance, names, self.random):
                yield candidate, None
        for _ in range(24):
            if not free:
                return
            candidate = instance
            for place in self.random.sample(free, min(len(free), self.random.randint(1, 4))):
                candidate = with_entry(candidate, place, self._trial(fact, self.context.symbols[place[0]].type, instance))
            yield candidate, None

    def _choices(self, indices: Sequence[Place], instance: Instance) -> list[dict[Place, int]] | None:
        """All values of some indices in random order, if they are few and their ranges depend on sizes only."""
        uppers = [self.context.symbols[name].type.upper for name, _ in indices]
        if any(upper is None or any(s.type.kind != "size" for s in free_symbols(upper)) for upper in uppers):
            return None
        limits = [entry for upper in uppers if upper is not None for entry in self._entries(upper, instance)]
        whole = [int(x.p) for x in limits if isinstance(x, fmpq)]
        if len(whole) < len(limits) or math.prod(whole) > MOST_CHOICES:
            return None
        found = [dict(zip(indices, values, strict=True)) for values in itertools.product(*(range(1, n + 1) for n in whole))]
        self.random.shuffle(found)
        return found

    def _chosen(self, fact: Term, choices: Sequence[Mapping[Place, int]], instance: Instance, fixed: set[Place]) \
            -> Iterator[tuple[Instance, Place | None]]:
        """The choices of indices at which a fact about them holds; where there are none, the sizes are impossible."""
        none = not fixed
        for choice in choices:
            candidate = instance
            for place, value in choice.items():
                candidate = with_entry(candidate, place, value)
            if self._holds(fact, candidate) is not False:
                none = False
                yield candidate, None
        if none:
            self._impossible.add(tuple(instance.sizes.items()))

    def _sides(self, fact: Term, numbers: Sequence[Place]) -> Iterator[Place]:
        """Places that stand alone on a side of an equation and not on the other."""
        for side, other in (fact.args, fact.args[::-1]):
            array, index = (side.args[0], side.args[1:]) if side.op == "entry" else (side, ())
            if array.op != "symbol" or (array.symbol in free_symbols(other) and side.op != "entry"):
                continue
            if all(i.op == "number" for i in index):
                place = (array.symbol.name, tuple(int(i.number) - 1 for i in index))
                if place in numbers:
                    yield place

    def _assigned(self, fact: Term, place: Place, instance: Instance) -> Iterator[Instance]:
        for side, other in (fact.args, fact.args[::-1]):
            array = side.args[0] if side.op == "entry" else side
            if array.op == "symbol" and array.symbol.name == place[0]:
                entries = self._entries(other, instance, 128)
                if len(entries) == 1 and isinstance(entries[0], fmpq | arb) and not (isinstance(entries[0], arb) and place[1]):
                    yield with_entry(instance, place, entries[0] if isinstance(entries[0], fmpq) else other)

    def _difference(self, fact: Term, instance: Instance) -> fmpq | None:
        left, right = (self._entries(a, instance) for a in fact.args)
        if len(left) == len(right) == 1 and isinstance(left[0], fmpq) and isinstance(right[0], fmpq):
            return left[0] - right[0]
        return None

    def _solved(self, fact: Term, place: Place, instance: Instance) -> Iterator[Instance]:
        """The solution of an equation that is linear in one place, by its values at three points."""
        values = [self._difference(fact, with_entry(instance, place, fmpq(x))) for x in (1, 2, 3)]
        a, b, c = values
        if a is None or b is None or c is None or a - b - b + c != 0 or a == b:
            return
        yield with_entry(instance, place, 1 - a / (b - a))

    def _trial(self, fact: Term, type_: Type, instance: Instance) -> Value:
        """A number near those that the fact mentions, or a simple one."""
        if type_.kind == "index":
            (upper,) = self._entries(type_.upper, instance) if type_.upper is not None else (fmpq(1),)
            return self.random.randint(1, max(1, int(upper.p))) if isinstance(upper, fmpq) else 1
        mentioned = [fmpq(t.number.numerator, t.number.denominator) for t in fact.walk() if t.op == "number"]
        around = self.random.choice([*mentioned, fmpq(0), fmpq(1)])
        whole = type_.kind in {"integer", "natural", "sign"}
        step = fmpq(self.random.randint(-4, 4), 1 if whole else self.random.choice((1, 2, 3, 8)))
        value = around * self.random.choice((1, 1, -1)) + step
        if type_.kind in {"positive", "nonnegative", "natural"}:
            value = abs(value)
        if type_.kind in {"positive", "nonzero", "natural"} and value == 0:
            value = fmpq(1)
        return -abs(value) - (value == 0) if type_.kind == "negative" else value
