"""Instances of a context: random values of its symbols that satisfy its assumptions, which numbers alone confirm.

Sizes, indices and whole numbers are drawn until the assumptions about them hold, then the reals; equations between reals are
solved by Newton's method from a random start, and the solution is confirmed as any other draw.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from derivcheck.kernel.terms import Context, Symbol, Term
from independent import draws, solving
from independent.arrays import Array
from independent.draws import Impossible
from independent.evaluate import Evaluator
from independent.facts import holds
from independent.reach import Reach
from independent.values import Inconclusive, Numbers, Undefined

Values = dict[str, Any]
"""What each symbol is, exactly, by name."""

WHOLE = frozenset({"size", "index", "integer", "natural", "sign"})
ATTEMPTS, SOLVED = 60, 4
"""How many draws are tried for the assumptions about reals, and from how many of them equations are solved."""
SPECIAL = {5: 1.0, 9: 0.8}
"""How likely a real is a special one in which of ten instances; in one of them all are 0."""
SIZES = (2, 3, 1, 4, 2, 3, 1, 2, 3, 1, 2, 6)


def loaded(numbers: Numbers, values: Values) -> Values:
    """Exact values at a precision."""
    return {name: _loaded(numbers, value) for name, value in values.items()}


def _loaded(numbers: Numbers, value: Any) -> Any:
    if isinstance(value, Array):
        return Array(value.sizes, tuple(numbers.of(x) for x in value.items))
    return value if isinstance(value, draws.Smooth) else numbers.of(value)


class Sampler:
    """Draws instances; the same ones for the same seed and calls."""

    def __init__(self, context: Context, reach: Reach, depth: int, principal: bool, digits: int, seed: int) -> None:
        self.context, self.reach = context, reach
        self.random = random.Random(f"independent {seed}")
        symbols = [s for s in context.symbols.values() if reach.definition(s) is None]
        whole = (s for s in symbols if s.type.kind in WHOLE and not s.type.shape)
        self.whole = sorted(whole, key=lambda s: s.type.kind != "size")
        self.rest = [s for s in symbols if s not in self.whole]
        names = frozenset(s.name for s in self.whole)
        self.early = [f for f in context.assumptions if self._reaches(f) <= names]
        self.late = [f for f in context.assumptions if f not in self.early]
        self.count = 0
        self.numbers = {factor: Numbers(digits * factor, depth, principal) for factor in (1, 3)}

    def _reaches(self, fact: Term) -> frozenset[str]:
        return frozenset(name for name in self.reach.names(fact) if name in self.context.symbols
                         and name not in self.context.definitions)

    def draw(self, focus: Sequence[Term] = ()) -> Values | None:
        """An instance, or ``None`` where none was found; focus: further equations to be satisfied, if that is easy."""
        self.count += 1
        for _ in range(300 if self.early else 5):
            values = self._whole()
            if values is not None and self._satisfied(self.early, values):
                break
        else:
            return None
        for attempt in range(ATTEMPTS if self.late else 1):
            found = self._rest(values, draws.STYLES[(self.count - 1 + attempt) % len(draws.STYLES)])
            if found is None:
                return None
            if self._satisfied(self.late, found) and not focus:
                return found
            if attempt < SOLVED and (solved := self._solved(found, [*self.late, *focus])) is not None:
                return solved
        return None

    def _evaluator(self, values: Values, factor: int = 1) -> Evaluator:
        numbers = self.numbers[factor]
        return Evaluator(self.reach, numbers, loaded(numbers, values))

    def _whole(self) -> Values | None:
        values: Values = {}
        same = self.random.random()
        style = self.random.choice(draws.STYLES)
        for it in self.whole:
            try:
                items = [self._one_whole(it, values, same, style) for _ in range(math.prod(self._sizes(it.type.family, values)))]
            except (Impossible, Undefined):
                return None
            values[it.name] = draws.nested(items, self._sizes(it.type.family, values))
        return values

    def _one_whole(self, it: Symbol, values: Values, same: float, style: str) -> int:
        if it.type.kind == "size":
            k = sum(s.type.kind == "size" for s in self.whole[: self.whole.index(it)])
            return SIZES[(self.count - 1 + k) % len(SIZES)] if self.random.random() < 0.6 else self.random.choice(SIZES)
        if it.type.kind != "index":
            return int(draws.number(it.type.kind, style, self.random))
        upper = 1 if it.type.upper is None else self._sizes((it.type.upper,), values)[0]
        if upper < 1:
            raise Impossible
        taken = {values[s.name] for s in self.whole if s.type == it.type and s.name in values} if same > 0.6 else set()
        free = [k for k in range(1, upper + 1) if k not in taken]
        return 1 if same < 0.1 else upper if same < 0.2 else self.random.choice(free or range(1, upper + 1))

    def _sizes(self, sizes: Sequence[Term], values: Values) -> tuple[int, ...]:
        if all(s.op == "symbol" and s.symbol.name in values for s in sizes):
            return tuple(values[s.symbol.name] for s in sizes)
        evaluator = self._evaluator(values)
        found = tuple(evaluator.whole(s, {}, "a size") for s in sizes)
        if any(n < 0 for n in found):
            raise Impossible
        return found

    def _rest(self, values: Values, style: str) -> Values | None:
        values = dict(values)
        try:
            for it in sorted(self.rest, key=lambda s: s.type.hot is not None):
                values[it.name] = self._one(it, values, style)
        except (Impossible, Undefined):
            return None
        return values

    def _one(self, it: Symbol, values: Values, style: str) -> Any:
        type_ = it.type
        if type_.kind == "function":
            return draws.smooth(sum(math.prod(self._sizes((*a.family, *a.shape), values)) for a in type_.arguments), self.random)
        family, shape = self._sizes(type_.family, values), self._sizes(type_.shape, values)
        if type_.kind == "real" and not family + shape and self.random.random() < SPECIAL.get(self.count % 10, 0.15):
            return Fraction(0) if self.count % 10 == 5 else self._special(values)
        hot = None if type_.hot is None else self._evaluator(values).whole(type_.hot, {})
        members = [draws.array(type_, shape, hot, style, self.random) for _ in range(math.prod(family))]
        return draws.nested([x for member in members for x in member], family + shape)

    def _special(self, values: Values) -> Any:
        """A real at which things coincide: 0, 1, -1, or another real or its opposite."""
        others = [x for x in values.values() if isinstance(x, Fraction)]
        return self.random.choice((Fraction(0), Fraction(0), Fraction(1), Fraction(-1), *others, *(-x for x in others)))

    def _satisfied(self, stated: Sequence[Term], values: Values) -> bool:
        evaluator = self._evaluator(values) if stated else None
        return all(holds(evaluator, fact) for fact in stated if evaluator is not None)

    def _solved(self, values: Values, facts: Sequence[Term]) -> Values | None:
        """The values with the reals moved so that the equations among the facts hold."""
        equations = [e for fact in facts for e in solving.equations(fact)]
        names = frozenset().union(*map(self.reach.names, equations)) if equations else frozenset()
        unknowns = [s for s in self.rest if s.name in names and solving.movable(s)]
        if not unknowns:
            return None
        try:
            found = solving.solve(self._evaluator(values, 3), equations, unknowns, values)
        except (Undefined, Inconclusive):
            return None
        return found if found is not None and self._satisfied(facts, found) else None
