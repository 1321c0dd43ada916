"""Expectations, variances, covariances and probabilities as sums over the outcomes of a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from derivcheck.kernel.terms import BOUND, LOGIC, ONE, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import MEANS, build
from derivcheck.proving.probability import laws
from derivcheck.proving.probability.events import happening, root_of
from derivcheck.proving.probability.expanding import concerned, is_random
from derivcheck.proving.probability.gaussian import integral, over_the_line
from derivcheck.proving.probability.model import Model
from derivcheck.proving.probability.normal import normal_logarithm
from derivcheck.proving.probability.unlowered import NeedsOutcomes, Unlowered

Here = Mapping[int, Term]
"""Which outcome of each level is looked at."""

_UNCOVERED = frozenset({"integrate", "limit"})


@dataclass(slots=True)
class Lowering:
    """Lowers terms under one model.

    outcome: the index of the outcome that a random variable outside of any expectation is looked at, by level; written: what
    each lowered part was written as; needs: where expectations under laws exist; null: what is not 0 but on a set of
    probability 0; standard: the probabilities and values of a variable of mean 0 and variance 1 whose law is not looked at;
    unmeasured: the normal variables that are multiples of such; lowered: what was lowered before.
    """

    model: Model
    taken: set[str]
    quantified: bool = False
    outcome: dict[int, Symbol] = field(default_factory=dict)
    written: dict[Term, Term] = field(default_factory=dict)
    needs: dict[Term, None] = field(default_factory=dict)
    null: set[Term] = field(default_factory=set)
    standard: tuple[Symbol, Symbol] | None = None
    unmeasured: set[Symbol] = field(default_factory=set)
    lowered: dict[Term, Term] = field(default_factory=dict)

    def of(self, term: Term, here: Here | None = None) -> Term:
        """The term without random variables; raises ``Unlowered``."""
        around: Here = {} if here is None else here
        if term.op == "symbol":
            return self._variable(term.symbol, around) if is_random(term.symbol) else term
        if term.op in MEANS:
            shared = not around and not self.quantified  # each fact has outcomes of its own
            if shared and term in self.lowered:
                return self.lowered[term]  # what is written alike stays alike, down to the names of its indices
            found = self._mean(term, around)
            self.written[found] = term  # the outermost of what was written in its place
            if shared:
                self.lowered[term] = found
            return found
        if term.op == "indicator" and concerned(term):
            return happening(self.of(term.args[0], around))
        if over_the_line(term) and (integrated := self._integral(term, around)) is not None:
            return integrated
        if term.op in _UNCOVERED and any(t.op in MEANS for t in term.walk()):
            raise Unlowered("an integral or limit of an expectation: that they may be exchanged is not known")
        args = tuple(self.of(a, around) for a in term.args)
        return Term(term.op, args, term.data, term.shape)

    def _integral(self, term: Term, here: Here) -> Term | None:
        """A Gaussian integral; its variable has a name that nothing else has."""
        by = Symbol(self.fresh(), term.symbol.type)
        found = integral(substitute(self.of(term.args[0], here), {term.symbol: symbol(by)}), by)
        if found is None:
            return None
        value, need = found
        self.needs[need] = None
        return value

    def fresh(self) -> str:
        """A name for an index that nothing has."""
        return self._taken(next((letter for letter in "wvuijklmnrst" if letter not in self.taken), "w_"))

    def _variable(self, it: Symbol, here: Here) -> Term:
        if it in self.model.plain:
            return symbol(self.model.plain[it])
        level = self.model.place.get(it)
        if level is None:
            raise Unlowered(f"{it.name} is not in the sample space")
        return build("entry", symbol(self.model.values[it]), self._at(level, here))

    def _at(self, level: int, here: Here) -> Term:
        """The outcome of a level that is looked at."""
        if level in here:
            return here[level]
        if level not in self.outcome:
            it = self.model.levels[level]
            name = f"outcome{it.weights.name[1:]}"
            while name in self.taken:
                name += "_"
            self.taken.add(name)
            kind = BOUND if self.quantified else Type("index", upper=symbol(it.size))
            self.outcome[level] = Symbol(name, kind)
        return symbol(self.outcome[level])

    # -- the operators --------------------------------------------------------------------------------------------------

    def _mean(self, term: Term, here: Here) -> Term:
        count = MEANS[term.op]
        inner, given = term.args[:count], term.args[count:]
        match term.op:
            case "P":
                return self.of(build("E", build("indicator", inner[0]), *given), here)
            case "Var":
                return self._covariance(inner[0], inner[0], given, here)
            case "Cov":
                return self._covariance(inner[0], inner[1], given, here)
        events = [g for g in given if g.op in LOGIC]
        if not events:
            return self._expectation(inner[0], given, here)
        happens = build("indicator", build("and", *events) if len(events) > 1 else events[0])
        known = [g for g in given if g.op not in LOGIC]
        above = build("E", build("mul", inner[0], happens), *known)
        return build("div", self.of(above, here), self.of(build("P", happens.args[0], *known), here))

    def _covariance(self, a: Term, b: Term, given: Sequence[Term], here: Here) -> Term:
        first, second = (build("add", x, build("neg", build("E", x, *given))) for x in (a, b))
        if a == b and not a.shape:
            return self.of(build("E", build("pow", first, number(2)), *given), here)
        both = build("matmul", first, build("transpose", second)) if a.shape else build("mul", first, second)
        return self.of(build("E", both, *given), here)

    def _expectation(self, body: Term, given: Sequence[Term], here: Here) -> Term:
        known = frozenset(self._known(g) for g in given)
        kept = {self.model.place[x]: None for x in known if x in self.model.place}
        inside: dict[int, Term] = {level: self._at(level, here) for level in kept}
        bound: dict[int, Symbol] = {}
        for level in range(len(self.model.levels)):
            if level not in kept:
                bound[level] = Symbol(self.fresh(), BOUND)
                inside[level] = symbol(bound[level])
        found = self._over_laws(self.of(body, inside), known, inside)
        self._knowable(found, known, bound)
        return self._over_levels(found, kept, bound, inside)

    def _known(self, given: Term) -> Symbol:
        if given.op != "symbol" or not is_random(given.symbol):
            raise Unlowered("what is given is a random variable or an event: declare a variable for what is given")
        it = given.symbol
        level = self.model.place.get(it)
        if it not in self.model.plain and (level is None or len(self.model.levels[level].members) > 1):
            raise Unlowered(f"{it.name} is given, and has no outcomes of its own")
        return it

    def _over_laws(self, body: Term, known: frozenset[Symbol], inside: Here) -> Term:
        """The expectation over the variables whose laws are used."""
        for x, law in self.model.laws.items():
            by = self.model.plain[x]
            if x in known or by not in free_symbols(body):
                continue
            self._not_behind(x, known)
            if any(part.op == "diff" and by in free_symbols(part.args[1]) for part in body.walk()):
                raise Unlowered(f"a derivative by {x.name}, over which is averaged: write it as that of a function, as in g'(X)")
            own = Term("law", tuple(self.of(a, inside) for a in law.args), law.data, law.shape)
            try:
                body, needs = laws.expectation(own, by, body, self.fresh)
            except laws.NoMoment as reason:
                if law.data != "normal" or law.shape:
                    raise NeedsOutcomes(str(reason), x) from None
                density = build("exp", normal_logarithm(symbol(by), *own.args))
                closed = integral(build("mul", body, density), by)
                if closed is None:
                    body = self._over_standard(body, by, own)
                    self.unmeasured.add(x)
                    continue
                body, needs = closed[0], closed[1:]
            self.needs.update(dict.fromkeys(needs))
        return body

    def _over_standard(self, body: Term, by: Symbol, law: Term) -> Term:
        """The expectation over a normal variable as one over ``mean + sqrt(variance)*Z``, for a Z whose law is not looked at.

        All such variables share the law of Z, each with an outcome of its own; what holds for every law holds for the normal.
        """
        if self.standard is None:
            names = [self._taken(name) for name in ("outcomes_standard", "P_standard", "standard")]
            size = symbol(Symbol(names[0], Type("size")))
            weights = Symbol(names[1], Type("positive", (size,), (), frozenset({"simplex"})))
            self.standard = weights, Symbol(names[2], Type("real", (), (size,)))
        weights, values = self.standard
        mean, variance = law.args
        index = Symbol(self.fresh(), BOUND)
        root = root_of(variance)
        value = build("entry", symbol(values), symbol(index))
        at = build("add", mean, value if root == ONE else build("mul", root, value))
        weighed = build("mul", build("entry", symbol(weights), symbol(index)), substitute(body, {by: at}))
        return build("sum", weighed, ONE, weights.type.shape[0], data=index)

    def _taken(self, name: str) -> str:
        while name in self.taken:
            name += "_"
        self.taken.add(name)
        return name

    def _not_behind(self, x: Symbol, known: frozenset[Symbol]) -> None:
        """Refuse what needs the law of a parameter given what follows from it."""
        for y in known:
            if y in self.model.laws and x in self._ancestors(y):
                raise Unlowered(f"the law of {x.name} given {y.name} is not derived here: state it")

    def _ancestors(self, it: Symbol) -> frozenset[Symbol]:
        direct = frozenset(s for s in free_symbols(self.model.laws[it]) if is_random(s)) if it in self.model.laws else frozenset()
        return direct.union(*(self._ancestors(s) for s in direct))

    def _knowable(self, body: Term, known: frozenset[Symbol], bound: Mapping[int, Symbol]) -> None:
        free = free_symbols(body)
        for level, index in bound.items():
            if index in free:
                for x in self.model.levels[level].members:
                    self._not_behind(x, known)

    def _over_levels(self, body: Term, kept: Mapping[int, None], bound: Mapping[int, Symbol], inside: Here) -> Term:
        levels = self.model.levels
        free = free_symbols(body)
        used = {level for level, index in bound.items() if index in free}
        if not used:
            return body
        concerned = self._closed(used | set(kept))
        open_ = {c for c in kept if any(p not in kept for p in self._closed({c}))}
        summed = sorted(concerned - set(kept) if open_ else self._closed(used) - set(kept))
        weighed = [*summed, *sorted(open_)]

        def total(inner: Term) -> Term:
            places = {c: (*(inside[p] for p in levels[c].parents), inside[c]) for c in weighed}
            factors = [build("entry", symbol(levels[c].weights), *places[c]) for c in weighed]
            found = build("mul", *factors, inner) if inner != ONE or len(factors) > 1 else factors[0]
            for c in reversed(summed):
                found = build("sum", found, ONE, symbol(levels[c].size), data=bound[c])
            return found

        if not open_:
            return total(body)
        below = total(ONE)
        self.null.add(below)
        return build("div", total(body), below)

    def _closed(self, some: set[int]) -> set[int]:
        """Levels and all that they rest on."""
        found = set(some)
        for level in sorted(some, reverse=True):
            found |= self._closed(set(self.model.levels[level].parents))
        return found
