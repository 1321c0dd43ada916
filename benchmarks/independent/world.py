"""Symbols, entries and conditions at an instance, at many digits."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

from derivcheck.kernel.terms import ONE, RELATIONS, Definition, Symbol, Term
from independent.arrays import Array, attempt, entries, item, position
from independent.reach import Reach
from independent.values import Inconclusive, Number, Numbers, Undefined, Unsupported

Local = dict[Symbol, Number]
LARGEST_WORK = 400_000


class World:
    """What symbols, conditions and terms are at one instance; keeps the values of definitions.

    values: of the symbols that are not defined, by name, as numbers, ``Array`` or functions of a list of numbers.
    """

    operators: ClassVar[Mapping[str, Callable[[World, Term, Local], Number]]] = {}

    def __init__(self, reach: Reach, numbers: Numbers, values: Mapping[str, Any]) -> None:
        self.reach = reach
        self.numbers = numbers
        self.values = dict(values)
        self.memo: dict[tuple[str, tuple[int, ...]], Number] = {}
        self.level = 0
        self.work = 0

    def value(self, term: Term, local: Local) -> Number:
        """A number or an ``Array``; raises ``Undefined``, ``Inconclusive`` or ``Unsupported``."""
        self.work += 1
        if self.work > LARGEST_WORK:
            raise Inconclusive("too much work")
        return self.operators[term.op](self, term, local)

    def scalar(self, term: Term, local: Local) -> Number:
        return item(self.value(term, local))

    def whole(self, term: Term, local: Local, what: str = "an index") -> int:
        found = self.numbers.integer(self.scalar(term, local))
        if found is None:
            raise Undefined(f"{what} that is not an integer")
        return found

    def sizes(self, term: Term, local: Local) -> tuple[int, ...]:
        return tuple(self.whole(size, local, "a size") for size in term.shape)

    def loose(self, term: Term) -> bool:
        """Whether differences in a term are only known as well as numerical derivatives are."""
        return self.level == 0 and self.reach.depth(term) > 0

    def difference(self, term: Term, a: Number, b: Number) -> Number:
        return self.numbers.difference(a, b, self.loose(term))

    def meaning(self, it: Symbol, indices: tuple[int, ...], local: Local) -> Number:
        """The value of a symbol at its first indices; all of it without indices."""
        if it in local:
            return self.part(local[it], indices)
        definition = self.reach.definition(it)
        if definition is None:
            if it.name not in self.values:
                raise Unsupported(f"{it.name} has no value")
            return self.part(self.values[it.name], indices)
        return self._defined(definition, indices)

    def part(self, array: Number, indices: tuple[int, ...]) -> Number:
        if not indices:
            return array
        start, count = position(array.sizes, indices)
        if len(indices) == len(array.sizes):
            return array.items[start]
        return Array(array.sizes[len(indices):], array.items[start:start + count])

    def _defined(self, definition: Definition, indices: tuple[int, ...]) -> Number:
        count = len(definition.parameters)
        if len(indices) < count:
            return self._all_members(definition, indices)
        key = (definition.symbol.name, indices[:count])
        if key not in self.memo:
            sizes = self.sizes_of(definition.symbol)
            position(sizes[1:] if len(sizes) == 2 and count == 1 and self._row(definition.symbol) else sizes, indices[:count])
            local = dict(zip(definition.parameters, indices, strict=False))
            self.memo[key] = attempt(lambda: self.value(definition.body, local))
        return self.part(item(self.memo[key]), indices[count:])

    @staticmethod
    def _row(it: Symbol) -> bool:
        return not it.type.family and len(it.type.shape) == 2 and it.type.shape[0] == ONE

    def sizes_of(self, it: Symbol) -> tuple[int, ...]:
        return tuple(self.whole(size, {}, "a size") for size in (*it.type.family, *it.type.shape))

    def _all_members(self, definition: Definition, indices: tuple[int, ...]) -> Number:
        sizes, count = self.sizes_of(definition.symbol), len(definition.parameters)
        inner = sizes[1:] if self._row(definition.symbol) and count == 1 else sizes
        each = math.prod(inner[count:])
        found: list[Number] = []
        for more in itertools.product(*(range(1, n + 1) for n in inner[len(indices):count])):
            member = attempt(lambda more=more: self._defined(definition, (*indices, *more)))
            found += [member] * each if isinstance(member, Undefined) else entries(member)
        return Array(sizes[len(indices):], tuple(found))

    def entry(self, term: Term, local: Local) -> Number:
        array, indices = term, tuple[int, ...]()
        while array.op == "entry":
            base, here = array.args[0], tuple(self.whole(i, local) for i in array.args[1:])
            here = (1, *here) if is_row(base) and len(here) == 1 else here
            array, indices = base, here + indices
        if array.op == "symbol":
            definition = self.reach.definition(array.symbol) if array.symbol not in local else None
            if definition and is_row(array) and len(definition.parameters) == 1:
                indices = indices[1:]
            return item(self.meaning(array.symbol, indices, local))
        return item(self.part(self.value(array, local), indices))

    def function(self, it: Symbol) -> Callable[[Sequence[Number]], Number]:
        """A function symbol as a function of the values of its arguments."""
        definition = self.reach.definition(it)
        if definition is not None:
            return lambda arguments: self.value(definition.body, dict(zip(definition.parameters, arguments, strict=True)))
        return lambda arguments: self.values[it.name].at(self.numbers, [item(x) for a in arguments for x in entries(a)])

    def truth(self, term: Term, local: Local) -> bool:
        match term.op:
            case "true" | "false":
                return term.op == "true"
            case "not":
                return not self.truth(term.args[0], local)
            case "and":
                return all([self.truth(a, local) for a in term.args])
            case "or":
                return any([self.truth(a, local) for a in term.args])
            case "in":
                value, lower, upper = (self.scalar(a, local) for a in term.args)
                inside = self._sign(term, lower, value) <= 0 and self._sign(term, value, upper) <= 0
                return inside and self.numbers.integer(value) is not None
        if term.op not in RELATIONS:
            raise Unsupported(f"{term.op} is no condition")
        return self._related(term, local)

    def _sign(self, term: Term, a: Number, b: Number) -> int:
        return self.numbers.sign(self.difference(term, self.numbers.real(a), self.numbers.real(b)))

    def _related(self, term: Term, local: Local) -> bool:
        left, right = (entries(self.value(a, local)) for a in term.args)
        pairs = [(item(a), item(b)) for a, b in zip(left, right, strict=True)]
        if term.op in {"eq", "ne"}:
            return all(not self.difference(term, a, b) for a, b in pairs) == (term.op == "eq")
        signs = [self._sign(term, a, b) for a, b in pairs]
        holds = {"lt": lambda s: s < 0, "le": lambda s: s <= 0, "gt": lambda s: s > 0, "ge": lambda s: s >= 0}[term.op]
        return all(map(holds, signs))


def is_row(term: Term) -> bool:
    """Whether a term is declared as a row, whatever its length."""
    return len(term.shape) == 2 and term.shape[0] == ONE and not (term.op == "symbol" and term.symbol.type.family)
