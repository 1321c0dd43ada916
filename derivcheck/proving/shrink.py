"""Shrinking a counterexample to the smallest sizes and the simplest numbers at which the claim still fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from flint import fmpq

from derivcheck.kernel.outcome import Budget, Counterexample
from derivcheck.kernel.terms import Claim, Context, Type
from derivcheck.kernel.values.compare import Differ, compare, used_symbols
from derivcheck.kernel.values.instance import Instance, Value
from derivcheck.proving.instances import RidgePolynomial, Sampler, size_configurations
from derivcheck.proving.membership import Place, entry_of, of_kind, places, with_entry

ATTEMPTS = 60
"""How many comparisons shrinking may make."""

OPERATIONS = 20_000
"""How many operations each may spend."""

PRECISIONS = (64, 256)
"""The bits of a comparison; the second only where the first does not show the difference that is to be shrunk."""

SIMPLE = (*map(fmpq, (0, 1, -1, 2, -2)), fmpq(1, 2), fmpq(-1, 2), fmpq(3), fmpq(-3), fmpq(3, 2), fmpq(10))
"""Numbers from simple to less simple."""


def shrink(claim: Claim, instance: Instance, counterexample: Counterexample, seed: int = 0) -> Counterexample:
    """A counterexample at smaller sizes and simpler values, as far as some comparisons reach."""
    shrinking = _Shrinking(claim, instance, counterexample, seed)
    shrinking.sizes()
    shrinking.values()
    return shrinking.best


class _Shrinking:
    def __init__(self, claim: Claim, instance: Instance, best: Counterexample, seed: int) -> None:
        self.claim, self.instance, self.best = claim, instance, best
        used = used_symbols(claim.context, claim.left, claim.right, *claim.context.assumptions)
        symbols = {n: s for n, s in claim.context.symbols.items() if n in used}
        self.context: Context = replace(claim.context, symbols=symbols)
        self.sampler = Sampler(self.context, seed + 2)
        self.left = ATTEMPTS
        coarse = isinstance(compare(claim, instance, PRECISIONS[:1], Budget(OPERATIONS)), Differ)
        self.precisions = PRECISIONS[:1] if coarse else PRECISIONS

    def _try(self, candidate: Instance, drawn: bool = False) -> bool:
        """Whether the claim fails at a candidate too, which then takes the place of the best; drawn: it satisfies the context."""
        if self.left <= 0:
            return False
        self.left -= 1
        if self.context.assumptions and not drawn:
            kept = self.sampler.solver.satisfied(candidate)
            if kept != candidate:
                return False
        outcome = compare(self.claim, candidate, self.precisions, Budget(OPERATIONS))
        if isinstance(outcome, Differ):
            self.instance, self.best = candidate, outcome.counterexample
            return True
        return False

    def sizes(self) -> None:
        """Try fresh instances of smaller sizes."""
        names = self.sampler.sizes
        current = sum(self.instance.sizes.get(n, 0) for n in names)
        smaller = sorted(size_configurations(names), key=lambda c: (sum(c.values()), tuple(c.values())))
        for sizes in smaller:
            if sum(sizes.values()) > current or sizes == {n: self.instance.sizes.get(n) for n in names}:
                return
            for style in ("sparse", "small", "small", "fraction"):
                candidate = self.sampler.draw(sizes, style, 2)
                if candidate is not None and self._try(candidate, drawn=True):
                    return

    def values(self) -> None:
        """Simplify the values one after the other."""
        for name in self.context.symbols:
            value = self.instance.values.get(name)
            if isinstance(value, RidgePolynomial):
                given = self.instance.values
                any(self._try(replace(self.instance, values={**given, name: f})) for f in _simpler_functions(value))
        for name, type_ in ((s.name, s.type) for s in self.context.symbols.values() if not s.type.attributes):
            if not self._vanishing(name, type_):
                for place in places(self.instance, [name]):
                    any(self._try(with_entry(self.instance, place, v)) for v in self._simpler(place) if of_kind(type_, v))

    def _vanishing(self, name: str, type_: Type) -> bool:
        """Try 0 for all entries of an array at once."""
        entries = places(self.instance, [name])
        if len(entries) < 3 or not of_kind(type_, fmpq(0)):
            return False
        candidate = self.instance
        for place in entries:
            candidate = with_entry(candidate, place, fmpq(0))
        return candidate == self.instance or self._try(candidate)

    def _simpler(self, place: Place) -> Iterator[Value]:
        current = entry_of(self.instance.values[place[0]], place[1])
        if isinstance(current, int):
            yield from range(1, current)
        elif isinstance(current, fmpq):
            candidates = [*SIMPLE, fmpq(current.floor()), fmpq(current.ceil())]
            rank = _complexity(current)
            yield from (x for k, x in enumerate(candidates) if _complexity(x) < rank and x not in candidates[:k])


def _complexity(x: fmpq) -> tuple[int, int]:
    return (SIMPLE.index(x), 0) if x in SIMPLE else (len(SIMPLE) + int(x.q != 1), max(abs(int(x.p)), int(x.q)))


def _simpler_functions(value: RidgePolynomial) -> Iterator[RidgePolynomial]:
    """The function with fewer degrees."""
    for keep in ((1,), (2,), (0, 1), (1, 2), (0, 1, 2)):
        forms = tuple((fmpq(int(k in keep)), tuple(fmpq(1) for _ in w)) for k, (_, w) in enumerate(value.forms))
        if forms != value.forms:
            yield RidgePolynomial(forms)
