"""Where two sides differ: the simplest condition outside which they agree, read off the instances and then proved.

A condition speaks of indices, sizes, numbers, the branches of ``cases``, or of the place of an entry in an array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import combinations

import numpy as np

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import ONE, ZERO, Claim, Context, Symbol, Term, Type, free_symbols, number, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.refuting.refute import TOLERANCE
from derivcheck.proving.screening.batch import Batch, Batches
from derivcheck.proving.screening.dependence import Dependence
from derivcheck.proving.screening.floats import Floats
from derivcheck.syntax.show import show

FEWEST = 3
"""At how many places at least the sides must agree, and differ, before a region is named."""

MOST_PROOFS = 4
"""How many conditions are handed to the kernel."""

MOST_PAIRS = 6
"""How many numbers are compared with each other, or indices."""

MOST_BRANCHES = 12
"""How many conditions that are written in the sides are tried."""

NEGATED = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}

POSITIONS = ("i", "j", "k", "l", "r", "s", "i_1", "j_1", "i_2", "j_2")
"""Names for the place of an entry, the first that are not declared."""


@dataclass(frozen=True, slots=True)
class Region:
    """A condition outside which the sides agree; proved: by the kernel.

    positions: the symbols that stand for the place of an entry, where the condition speaks of it.
    """

    condition: Term
    proved: bool
    positions: tuple[Symbol, ...]

    def entry(self) -> str:
        """The entry that the positions stand for, where the condition holds: ``[i, i]`` on the diagonal."""
        names = [it.name for it in self.positions]
        left, right = map(show, self.condition.args)
        if self.condition.op == "eq":
            names = [left if name == right and right in names else right if name == left and right not in names else name
                     for name in names]
        return f"[{', '.join(names)}]"

    def said(self) -> str:
        """The region as it stands in a sentence, with its preposition."""
        names = [it.name for it in self.positions]
        if not names:
            sizes = all(s.type.kind == "size" for s in free_symbols(self.condition))
            return f"{'for' if sizes else 'where'} {show(self.condition)}"
        left, right = map(show, self.condition.args)
        place = names.index(left)
        if right in names:
            return _ON_MATRIX[self.condition.op]
        part = f"entry [{right}]" if len(names) == 1 else f"{'row' if place == 0 else 'column'} {right}"
        return f"in {part}" if self.condition.op == "eq" else f"outside {part}"


_ON_MATRIX = {
    "eq": "on the diagonal", "ne": "off the diagonal", "lt": "above the diagonal", "gt": "below the diagonal",
    "le": "on and above the diagonal", "ge": "on and below the diagonal",
}


@dataclass(frozen=True)
class _Cells:
    """A batch, and at which of its cells (instances first, then entries) both sides are known, and where they differ."""

    batch: Batch
    known: np.ndarray
    differ: np.ndarray


class Compared:
    """The values of two sides on the instances, and where the relation ``= < <= > >=`` between them fails."""

    def __init__(self, batches: Batches, left: Term, right: Term, relation: str = "=") -> None:
        self.context = batches.context
        self.left = left
        self.right = right
        self.relation = relation
        self.cells = [
            cells
            for batch, a, b in zip(batches.batches, batches.values(left), batches.values(right), strict=True)
            if a is not None and b is not None and a.shape == b.shape and (cells := _compared(batch, a, b, relation)) is not None
        ]

    @cached_property
    def positions(self) -> tuple[Symbol, ...]:
        """Index symbols for the place of an entry: one for a vector or row, two for a matrix."""
        shape = self.left.shape[1:] if len(self.left.shape) == 2 and self.left.shape[0] == ONE else self.left.shape
        declared = self.context.symbols
        unit = {"i"} if any(it.type.kind == "complex" for it in declared.values()) else set[str]()  # i is a number there
        free = [name for name in POSITIONS if name not in declared and name not in unit]
        if len(free) < len(shape):
            return ()
        return tuple(Symbol(name, Type("index", upper=size)) for name, size in zip(free, shape, strict=False))

    def region(self) -> Region | None:
        """The tightest condition outside which the sides agree, a proved one if there is one."""
        known = sum(int(c.known.sum()) for c in self.cells)
        wrong = sum(int(c.differ.sum()) for c in self.cells)
        seen = wrong >= FEWEST and known - wrong >= FEWEST
        found = self._fitting(known, wrong) if seen else []
        rare = [] if seen or 2 * wrong > known else [c for c in dict.fromkeys(self._branches()) if self._holds_seldom(c, known)]
        for condition in (*(condition for condition, _ in found), *rare)[:MOST_PROOFS]:
            if self._agrees_outside(condition):
                return self._region(condition, True)
        exact = next((condition for condition, holds in found if holds == wrong), None)
        return None if exact is None else self._region(exact, False)

    def _region(self, condition: Term, proved: bool) -> Region:
        used = self.positions if free_symbols(condition) & set(self.positions) else ()
        return Region(condition, proved, used)

    def _fitting(self, known: int, wrong: int) -> list[tuple[Term, int]]:
        """Conditions that hold wherever the sides differ and seldom elsewhere, the tightest first, and at how many places."""
        found = []
        for condition in self._conditions():
            holds = self._holds_at(condition)
            if holds is not None and wrong <= holds <= known - FEWEST and 4 * wrong > holds:
                found.append((condition, holds))
        return sorted(found, key=lambda it: it[1])

    def _holds_seldom(self, condition: Term, known: int) -> bool:
        """Whether the sides agree outside a condition, and that at many instances."""
        holds = self._holds_at(condition)
        return holds is not None and 2 * holds < known

    def _holds_at(self, condition: Term) -> int | None:
        """At how many places a condition holds; ``None`` where the sides differ outside it, or where it is not known."""
        total = 0
        for cells in self.cells:
            holds = self._truth(cells, condition)
            if holds is None or np.any(cells.differ & ~holds):
                return None
            total += int((holds & cells.known).sum())
        return total

    def _truth(self, cells: _Cells, condition: Term) -> np.ndarray | None:
        if not free_symbols(condition) & set(self.positions):
            values = cells.batch.values(build("indicator", condition))
            if values is None:
                return None
            return np.broadcast_to((values.real > 0.5).reshape(-1, *(1,) * (cells.known.ndim - 1)), cells.known.shape)
        a, b = (self._side(cells, side) for side in condition.args)
        if a is None or b is None:
            return None
        return np.broadcast_to(_COMPARED[condition.op](a, b), cells.known.shape)

    def _side(self, cells: _Cells, term: Term) -> np.ndarray | None:
        """A place, or a scalar's value, as an array that fits the cells."""
        rank = cells.known.ndim - 1
        if term.op == "symbol" and term.symbol in self.positions:
            axis = rank - len(self.positions) + self.positions.index(term.symbol)
            size = cells.known.shape[1 + axis]
            return np.arange(1.0, size + 1).reshape(*(1,) * (1 + axis), size, *(1,) * (rank - axis - 1))
        values = cells.batch.values(term)
        return None if values is None else values.real.reshape(-1, *(1,) * rank)

    # -- conditions ------------------------------------------------------------------------------------------------------

    def _conditions(self) -> Iterator[Term]:
        yield from dict.fromkeys(self._branches())
        names = Dependence(self.context)
        used = names.of(self.left)[1] | names.of(self.right)[1]
        plain = [s for name, s in self.context.symbols.items() if name in used and not s.type.family and not s.type.shape]
        plain = [s for s in plain if s.name not in self.context.definitions]
        yield from self._of_indices([s for s in plain if s.type.kind == "index"][:MOST_PAIRS])
        yield from _of_sizes([s for s in plain if s.type.kind == "size"])
        numbers = [symbol(s) for s in plain if s.type.kind not in {"index", "size", "function", "complex"}]
        yield from _of_numbers(numbers[:MOST_PAIRS])

    def _branches(self) -> Iterator[Term]:
        """The conditions at which branches, indicators and absolute values turn, and their negations."""
        turning = [condition for part in (*self.left.walk(), *self.right.walk()) for condition in _turning(part)]
        plain = [c for c in turning if c.op in NEGATED and all(s.type.kind not in {"bound", "variable"} for s in free_symbols(c))]
        yield from plain[:MOST_BRANCHES]
        yield from map(negation, plain[:MOST_BRANCHES])

    def _of_indices(self, indices: Sequence[Symbol]) -> Iterator[Term]:
        for p, q in combinations(self.positions, 2):
            yield from (build(op, symbol(p), symbol(q)) for op in ("eq", "ne", "lt", "gt", "le", "ge"))
        for p, q in (*((p, q) for p in self.positions for q in indices), *combinations(indices, 2)):
            if _same_range(p, q):
                yield from (build(op, symbol(p), symbol(q)) for op in ("eq", "ne"))
        for p in (*self.positions, *indices):
            ends = [ONE] if p.type.upper is None else [ONE, p.type.upper]
            yield from (build(op, symbol(p), end) for op in ("eq", "ne") for end in ends)

    # -- proofs ----------------------------------------------------------------------------------------------------------

    def _agrees_outside(self, condition: Term) -> bool:
        context, left, right = self.within(negation(condition))
        outcome = Kernel(context).prove(Claim(left, self.relation, right, context))
        return isinstance(outcome, Proof) and all(c.kind == "point" or c.gained for c in outcome.conditions)

    def within(self, condition: Term) -> tuple[Context, Term, Term]:
        """The context in which a condition holds, and the two sides, or their entries where it speaks of those."""
        used = self.positions if free_symbols(condition) & set(self.positions) else ()
        symbols: Mapping[str, Symbol] = {**self.context.symbols, **{it.name: it for it in used}}
        assumed = () if used and condition.op == "eq" else (condition,)  # an equation about a place is put in for the place
        context = replace(self.context, symbols=symbols, assumptions=(*self.context.assumptions, *assumed))
        if not used:
            return context, self.left, self.right
        places = _placed(used, condition)
        return context, build("entry", self.left, *places), build("entry", self.right, *places)


def _placed(used: Sequence[Symbol], condition: Term) -> list[Term]:
    """The places of an entry where a condition holds, each by the name that ``Region.entry`` gives it."""
    places = {it: symbol(it) for it in used}
    if condition.op == "eq":
        left, right = condition.args
        if right in places.values():
            places[right.symbol] = left
        else:
            places[left.symbol] = right
    return list(places.values())


def negation(condition: Term) -> Term:
    """The opposite of a comparison."""
    return build(NEGATED[condition.op], *condition.args)


def _compared(batch: Batch, a: Floats, b: Floats, relation: str) -> _Cells | None:
    known = np.isfinite(a) & np.isfinite(b)
    with np.errstate(all="ignore"):
        same = np.isclose(a, b, rtol=TOLERANCE, atol=TOLERANCE)
        match relation:
            case "=":
                holds = same
            case "<=" | ">=":
                holds = same | _COMPARED["lt" if relation == "<=" else "gt"](a.real, b.real)
            case _:
                holds = ~same & _COMPARED["lt" if relation == "<" else "gt"](a.real, b.real)
    return _Cells(batch, known, known & ~holds) if known.any() else None


_COMPARED = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
}


def _turning(term: Term) -> Iterator[Term]:
    """The conditions at which a term has a new branch."""
    match term.op:
        case "cases":
            yield from term.args[1::2]
        case "indicator":
            yield from term.args
        case "abs" | "sign" | "relu" if not term.args[0].shape:
            yield from (build(op, term.args[0], ZERO) for op in ("lt", "gt"))
        case "min" | "max" if len(term.args) == 2 and not any(a.shape for a in term.args):
            yield from (build(op, *term.args) for op in ("lt", "gt"))


def _same_range(p: Symbol, q: Symbol) -> bool:
    return p.type.upper == q.type.upper


def _of_sizes(sizes: Sequence[Symbol]) -> Iterator[Term]:
    for it in sizes:
        yield from (build("ge", symbol(it), number(least)) for least in (2, 3, 4))
        yield build("eq", symbol(it), ONE)
    for p, q in combinations(sizes, 2):
        yield from (build(op, symbol(p), symbol(q)) for op in ("ne", "gt", "lt"))


def _of_numbers(numbers: Sequence[Term]) -> Iterator[Term]:
    for x in numbers:
        yield from (build(op, x, end) for end in (ZERO, ONE, number(-1)) for op in ("lt", "gt", "le", "ge"))
        yield from (build(op, build("abs", x), ONE) for op in ("gt", "lt"))
    for x, y in combinations(numbers, 2):
        yield from (build(op, x, y) for op in ("lt", "gt"))
