"""The sample space of a claim: levels of outcomes with their probabilities, on which the random variables are families.

A level has finitely many outcomes, and for each choice of outcomes on the levels that it rests on, probabilities that sum to
1.  Independent variables stand on levels that rest on nothing common; what is conditioned on has a level to itself, on which its
values differ from each other; the rest stands on a level that rests on these.  So independence and the conditional laws are
in the shape of the space, and no rule uses them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from derivcheck.kernel.terms import Symbol, Term, Type, free_symbols, symbol
from derivcheck.proving.probability.expanding import RANDOM, is_random
from derivcheck.proving.probability.facts import Independence, randoms
from derivcheck.proving.probability.laws import placeholder
from derivcheck.proving.probability.sights import conditionings, together
from derivcheck.proving.probability.unlowered import Unlowered

MOST_LEVELS = 3
"""How many levels may rest on each other: a table of probabilities has no more axes."""


@dataclass(frozen=True, slots=True)
class Level:
    """A part of the sample space: its size, the probabilities of its outcomes by those of its parents, and who stands on it."""

    size: Symbol
    weights: Symbol
    parents: tuple[int, ...]
    members: tuple[Symbol, ...]


@dataclass(frozen=True, slots=True)
class Model:
    """The sample space, and what is known of it.

    values: each variable on a level as a family over its outcomes; laws: the variables with laws that are used as such, each
    before those that its parameters need; exact: whether its instances are all that the claim speaks of, so that one of them
    refutes; distinct: the variables whose values differ on their level.
    """

    levels: tuple[Level, ...]
    place: Mapping[Symbol, int]
    values: Mapping[Symbol, Symbol]
    laws: Mapping[Symbol, Term]
    plain: Mapping[Symbol, Symbol]
    exact: bool
    distinct: tuple[Symbol, ...] = ()
    used: tuple[Independence, ...] = ()


class Builder:
    """Makes the model of some terms: the random variables in them, what is given, what is assumed."""

    def __init__(self, terms: Sequence[Term], independences: Sequence[Independence], laws: Mapping[Symbol, Term],
                 taken: frozenset[str]) -> None:
        self.taken = set(taken)
        found = self._with_parameters(randoms(terms), laws)
        behind = tuple(f.given for f in independences if f.given and sum(bool(g & found) for g in f.groups) > 1)
        self.variables = self._with_parameters(found.union(*behind), laws)
        self.given = (*conditionings(terms), *behind)
        self.seen = together(terms)
        self.facts = [f for i in independences if (f := i.among(self.variables)) is not None]
        self.laws = {x: law for x, law in laws.items() if x in self.variables}
        self.refused: frozenset[Symbol] = frozenset()
        self.kept: dict[Symbol, Term] = {}
        self.levels: list[Level] = []
        self.place: dict[Symbol, int] = {}
        self.distinct: list[Symbol] = []
        self.used: list[Independence] = []
        self.exact = not any(len(f.all & self.variables) > 1 and not f.given <= self.variables for f in independences)

    def _with_parameters(self, variables: frozenset[Symbol], laws: Mapping[Symbol, Term]) -> frozenset[Symbol]:
        grown = variables
        while True:
            more = frozenset(s for x in grown if x in laws for s in free_symbols(laws[x]) if is_random(s))
            if more <= grown:
                return grown
            grown |= more

    def model(self) -> Model:
        """The model; raises ``Unlowered``."""
        for x in self.laws:
            if any(f.apart(x, self._parents(x)) for f in self.facts):
                raise Unlowered(f"{x.name} depends on what its law names, and is said to be independent of it")
        blocks = [block for part in self._linked() for block in self._blocks(part)]
        for block in blocks:
            self._place(block)
        if not all(f in self.used or f.implied(blocks) for f in self.facts):
            self.exact = False  # the instances need not satisfy what the model does not show
        order = self._ordered()
        values = {x: self._family(x) for x in self.place}
        plain = {x: placeholder(x, self.kept[x]) for x in order}
        return Model(tuple(self.levels), self.place, values, {x: self.kept[x] for x in order}, plain, self.exact,
                     tuple(self.distinct), tuple(self.used))

    # -- which variables are independent --------------------------------------------------------------------------------

    def _linked(self) -> list[frozenset[Symbol]]:
        """The variables in parts of which no expectation sees two at once: how such parts depend on each other changes nothing.

        So they may be taken to be independent.
        """
        links = [*self.seen, *(frozenset({x, *self._parents(x)}) for x in self.variables)]
        links += [f.all | f.given for f in self.facts if f.given and sum(any(g & s for s in self.seen) for g in f.groups) > 1]
        parts: list[frozenset[Symbol]] = []
        for link in links:
            touched = [p for p in parts if p & link]
            parts = [p for p in parts if not p & link] + [link.union(*touched)]
        return sorted((p & self.variables for p in parts if p & self.variables), key=lambda p: sorted(s.name for s in p))

    def _parents(self, it: Symbol) -> frozenset[Symbol]:
        return frozenset(s for s in free_symbols(self.laws[it]) if is_random(s)) if it in self.laws else frozenset()

    def _blocks(self, variables: frozenset[Symbol]) -> list[frozenset[Symbol]]:
        """The variables in independent blocks, as fine as the facts make them."""
        blocks = [variables] if variables else []
        for block in blocks:  # grows while it is walked
            split = self._split(block)
            if split:
                blocks += split
        return sorted((b for b in blocks if not self._split(b)), key=lambda b: sorted(s.name for s in b))

    def _split(self, block: frozenset[Symbol]) -> list[frozenset[Symbol]]:
        for fact in self.facts:
            here = fact.among(block) if not fact.given else None
            if here is not None and here.all == block:
                if fact not in self.used:
                    self.used.append(fact)
                return list(here.groups)
        return []

    # -- levels ---------------------------------------------------------------------------------------------------------

    def _place(self, block: frozenset[Symbol], under: tuple[int, ...] = ()) -> None:
        """Levels for a block of dependent variables, and the laws among them that are used as laws."""
        lawful = self._lawful(block)
        if lawful is not None:
            self.kept[lawful] = self.laws[lawful]
            self._rest(block - {lawful}, under)
            return
        if any(x in self.laws for x in block):
            self.exact = False  # a law that is not used may exclude the instances that are drawn
        self._generic(block, under)

    def _rest(self, block: frozenset[Symbol], under: tuple[int, ...]) -> None:
        for part in self._blocks(block):
            self._place(part, under)

    def _lawful(self, block: frozenset[Symbol]) -> Symbol | None:
        """A variable whose law, given the others, is the one that is stated: all that it may depend on are its parameters."""
        for x in sorted((block & set(self.laws)) - self.refused, key=lambda s: s.name):
            others = block - {x} - self._parents(x)
            if any(x in self._parents(y) for y in block):
                continue
            if not others or self._all_apart(x, frozenset(others), self._parents(x)):
                return x
        return None

    def _all_apart(self, x: Symbol, others: frozenset[Symbol], given: frozenset[Symbol]) -> bool:
        """Whether one fact says that x is independent of all the others together, given its parameters."""
        for fact in self.facts:
            alone = [g for g in fact.groups if x in g]
            if fact.given == given and alone == [frozenset({x})] and others <= fact.all:
                self.used.append(fact)
                return True
        return False

    def _generic(self, block: frozenset[Symbol], under: tuple[int, ...]) -> None:
        """Variables of unknown law: what is given on levels of their own, the rest on levels that rest on these."""
        given = self._given_order(block)
        before = under or self._roots(block, given)
        for x in given:
            self.distinct.append(x)
            if x not in self.place:
                before = (*before, self._level((x,), before))
        rest = block - set(given) - set(self.place)
        alone = not any(set(self.levels[p].members) - set(given) for p in before)
        for part in self._conditional_blocks(rest, frozenset(given), alone):
            self._level(tuple(sorted(part, key=lambda s: s.name)), before)

    def _given_order(self, block: frozenset[Symbol]) -> list[Symbol]:
        """The variables of a block that are given somewhere, those given alone first."""
        sets = [g & block for g in self.given if g & block]
        return sorted({x for g in sets for x in g}, key=lambda x: (min(len(g) for g in sets if x in g), x.name))

    def _conditional_blocks(self, rest: frozenset[Symbol], given: frozenset[Symbol], alone: bool) -> list[frozenset[Symbol]]:
        """The rest in blocks that are independent given what is given, on which it rests alone or with more."""
        blocks = [rest] if rest else []
        for fact in self.facts:
            if not fact.given or fact.given != given:
                continue
            for block in list(blocks):
                here = fact.among(block | given)
                if here is not None and here.all == block:
                    blocks.remove(block)
                    blocks += here.groups
                    self.used.append(fact)
                    self.exact = self.exact and alone  # what rests on more depends on each other through it
        return sorted(blocks, key=lambda b: sorted(s.name for s in b))

    def _roots(self, block: frozenset[Symbol], given: Sequence[Symbol]) -> tuple[int, ...]:
        """Levels for variables that are independent of each other, though others depend on all of them."""
        within = [f for f in self.facts if not f.given and f.all <= block]
        fitting = [f for f in within if all(len(g) == 1 or not g & set(given) for g in f.groups)]
        if not fitting:
            return ()
        best = max(fitting, key=lambda f: len(f.all))
        self.used.append(best)
        return tuple(self._level(tuple(sorted(group, key=lambda s: s.name)), ()) for group in best.groups)

    def _level(self, members: tuple[Symbol, ...], parents: tuple[int, ...]) -> int:
        if len(parents) >= MOST_LEVELS:
            raise Unlowered(f"more than {MOST_LEVELS} conditions rest on each other")
        name = "".join(s.name for s in members)
        size = Symbol(self._name(f"outcomes_{name}"), Type("size"))
        family = tuple(symbol(self.levels[p].size) for p in parents)
        weights = Type("positive", (symbol(size),), family, frozenset({"simplex"}))
        self.levels.append(Level(size, Symbol(self._name(f"P_{name}"), weights), parents, members))
        for x in members:
            self.place[x] = len(self.levels) - 1
        return len(self.levels) - 1

    def _name(self, wanted: str) -> str:
        while wanted in self.taken:
            wanted += "_"
        self.taken.add(wanted)
        return wanted

    def _family(self, x: Symbol) -> Symbol:
        """The variable as a family over the outcomes of its level."""
        type_ = x.type
        shape = type_.family + type_.shape
        if len(shape) > 2:
            raise Unlowered(f"{x.name} has more than two indices")
        size = symbol(self.levels[self.place[x]].size)
        return Symbol(x.name, replace(type_, shape=shape, family=(size,), attributes=type_.attributes - {RANDOM}))

    def _ordered(self) -> list[Symbol]:
        """The variables whose laws are used, each before those that its parameters need."""
        order: list[Symbol] = []
        left = sorted(self.kept, key=lambda s: s.name)
        while left:
            free = [x for x in left if not any(x in self._parents(y) for y in left)]
            if not free:
                raise Unlowered("laws need each other in a circle")
            order += free
            left = [x for x in left if x not in free]
        return order
