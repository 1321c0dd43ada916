"""Instances that are simpler than a given one, or may be: smaller sizes, simple members of types, one number everywhere."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

from flint import fmpq

from derivcheck.kernel.terms import Claim, Context, Symbol
from derivcheck.kernel.values.instance import Instance, Value
from derivcheck.proving.refuting.simplicity import SIMPLE, SIMPLE_COMPLEX, cost, entries, simple_functions, simple_members
from derivcheck.proving.sampling.instances import RidgePolynomial, Sampler
from derivcheck.proving.sampling.membership import Place, entry_of, of_type, with_entry
from derivcheck.proving.sampling.points import mentioned

CONFIGURATIONS = 12
"""How many smaller choices of sizes are proposed."""

MOST_PAIRED = 5
"""Among how many numbers two are changed at once."""


class Candidates:
    """Proposes instances of one context; whether they satisfy the assumptions, or lie in all types, is for others to see."""

    def __init__(self, claim: Claim, context: Context, sampler: Sampler, given: Instance) -> None:
        self.context = context
        self.sampler = sampler
        self.symbols = [s for n, s in context.symbols.items() if n in given.values]
        self.mentioned = [y for x in mentioned(claim) if x.q == 1 for y in (x, -x)]

    # -- sizes -----------------------------------------------------------------------------------------------------------

    def smaller_sizes(self, current: Mapping[str, int]) -> list[dict[str, int]]:
        """Sizes of a smaller sum, the smallest first: 1, 2, 3, half of a size and one less."""
        names = [n for n in self.sampler.sizes if n in current]
        steps = [sorted({k for k in (1, 2, 3, (n + 1) // 2, n - 1, n) if 1 <= k <= n}) for n in (current[m] for m in names)]
        found = [dict(zip(names, c, strict=True)) for c in itertools.product(*steps[:4], *([n[-1]] for n in steps[4:]))]
        smaller = [c for c in found if sum(c.values()) < sum(current[n] for n in names)]
        ordered = sorted(smaller, key=lambda c: (sum(c.values()), max(c.values()), tuple(c.values())))
        return ordered if len(ordered) <= CONFIGURATIONS else [*ordered[:CONFIGURATIONS - 3], *ordered[-3:]]

    def cut(self, instance: Instance, sizes: Mapping[str, int]) -> Instance | None:
        """The leading entries of all arrays, indices moved into their ranges; a value that leaves its type is replaced."""
        if any(a.shape or a.family for s in self.symbols for a in s.type.arguments):
            return None
        cut = Instance(dict(sizes), {})
        for it in sorted(self.symbols, key=lambda s: (s.type.kind != "index", s.type.hot is not None)):
            value = self._leading(it, instance.values[it.name], cut)
            if value is None:
                return None
            cut = replace(cut, values={**cut.values, it.name: value})
            if not of_type(it, cut, self.context):
                cut = self.in_type(it, cut) or cut
        return replace(cut, values={n: cut.values[n] for n in instance.values})

    def _leading(self, it: Symbol, value: Value, cut: Instance) -> Value | None:
        if it.type.kind == "function":
            return value
        dims, upper = self.sampler.dims(it.type, cut), self.sampler.upper(it.type, cut)
        if dims is None or upper is None:
            return None
        return _leading(_at_most(value, upper) if it.type.kind == "index" else value, (*dims[0], *dims[1]))

    # -- one symbol ------------------------------------------------------------------------------------------------------

    def members(self, it: Symbol, instance: Instance) -> Iterator[Value]:
        """Simple values of a symbol, the members of a family all alike; they may lie outside its type."""
        dims = self.sampler.dims(it.type, instance)
        if dims is None or it.type.kind in {"index", "function"}:
            return
        family, shape = dims
        for member in simple_members(shape) if shape else SIMPLE:
            value: Value = member
            for n in reversed(family):
                value = (value,) * n
            yield value

    def in_type(self, it: Symbol, candidate: Instance, skipped: int = 0) -> Instance | None:
        """The candidate with the simplest value of a symbol that is in its type, after some that are skipped."""
        found = (replace(candidate, values={**candidate.values, it.name: v}) for v in self.members(it, candidate))
        return next(itertools.islice((c for c in found if of_type(it, c, self.context)), skipped, None), None)

    def following(self, candidate: Instance) -> Instance:
        """The candidate with the one-hot vectors that follow an index of it."""
        for it in self.symbols:
            if it.type.hot is not None and not of_type(it, candidate, self.context):
                candidate = self.in_type(it, candidate) or candidate
        return candidate

    def functions(self, it: Symbol, instance: Instance) -> list[Value]:
        """Simple functions in place of an opaque one."""
        value = instance.values[it.name]
        return list(simple_functions(value)) if isinstance(value, RidgePolynomial) else []

    def arrays(self, it: Symbol, instance: Instance) -> list[Value]:
        """Simple arrays, the array over one of its entries and its opposite."""
        value = instance.values[it.name]
        numbers = [x for _, x in entries(value)]
        rational = [abs(x) for x in numbers if isinstance(x, fmpq) and x != 0]
        scaled: list[Value] = []
        if rational and all(isinstance(x, fmpq) for x in numbers):
            scaled = [_scaled(value, 1 / s) for s in (max(rational), -max(rational), min(rational), fmpq(-1))]
        return [*self.members(it, instance), *scaled]

    def scalars(self, it: Symbol, place: Place, instance: Instance) -> list[Value]:
        """Simple numbers, numbers that the claim mentions, and whole ones near the number at a place."""
        current = entry_of(instance.values[place[0]], place[1])
        if it.type.kind == "index":
            return list(range(1, current)) if isinstance(current, int) else []
        choices: list[Value] = list(SIMPLE_COMPLEX if it.type.kind == "complex" else SIMPLE)
        if isinstance(current, fmpq):
            choices += [fmpq(current.floor()), fmpq(current.ceil()), -current, fmpq(current.floor() // 2), *self.mentioned]
        return [x for k, x in enumerate(choices) if x not in choices[:k] and x != current]

    # -- several symbols -------------------------------------------------------------------------------------------------

    def uniform(self, instance: Instance) -> Iterator[Instance]:
        """One number everywhere, as far as types allow, else a simple member; with the indices as they are, and with all 1."""
        first = {s.name: _filled(instance.values[s.name], 1) for s in self.symbols if s.type.kind == "index"}
        starts = [instance, replace(instance, values={**instance.values, **first})] if first else [instance]
        for start, member, x in itertools.product(starts, (0, 1), SIMPLE[:4]):
            candidate = start
            for it in self.symbols:
                if it.type.kind not in {"index", "function"}:
                    candidate = self._with_everywhere(it, x, member, candidate)
            yield candidate

    def _with_everywhere(self, it: Symbol, x: fmpq, member: int, candidate: Instance) -> Instance:
        filled = {**candidate.values, it.name: _filled(candidate.values[it.name], x)}
        changed = replace(candidate, values=filled)
        if of_type(it, changed, self.context):
            return changed
        return (self.in_type(it, candidate, member) or candidate) if it.type.attributes else candidate

    def pairs(self, instance: Instance) -> Iterator[Iterator[Instance]]:
        """Two numbers at once, for assumptions tie them to each other; the choices for each pair of places."""
        numbers = [(it.name, index) for it in self.symbols if it.type.kind not in {"index", "function"} and not it.type.attributes
                   for index, _ in entries(instance.values[it.name])]
        for a, b in itertools.combinations(numbers[:MOST_PAIRED], 2):
            choices = sorted(itertools.product(SIMPLE[:5], repeat=2), key=cost)
            yield (with_entry(with_entry(instance, a, x), b, y) for x, y in choices)


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
