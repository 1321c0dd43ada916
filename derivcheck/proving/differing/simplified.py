"""What is left of two sides in the simplest words: their difference and their quotient as terms, proved, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from flint import fmpq

from derivcheck.kernel.normal.factors import irreducible_factors
from derivcheck.kernel.normal.facts import declared
from derivcheck.kernel.normal.normal_form import Normaliser, axes
from derivcheck.kernel.normal.polynomials import (
    INDICATORS,
    Exponent,
    Monomial,
    Poly,
    Undefined,
    Unsupported,
    integral,
    thaw,
    the_variable,
)
from derivcheck.kernel.outcome import Budget, OutOfBudget, Proof
from derivcheck.kernel.terms import ONE, ZERO, Claim, Term, number, symbol
from derivcheck.kernel.vocabulary import ShapeError, build, same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.differing.matrix_products import transposed_product
from derivcheck.proving.differing.rendering import Axes, Fold, Rendering, opposite
from derivcheck.proving.differing.written_atoms import Unreadable
from derivcheck.proving.mistakes.places import nodes
from derivcheck.proving.screening.dependence import Dependence
from derivcheck.syntax.sorts import zeros

LONGEST = 14
"""How many nodes a term may have that a sentence speaks of."""

MOST_FACTORED = 60
"""How many terms a polynomial may have that is factored."""

OPERATIONS = 20_000
"""The kernel operations that one simplification may spend."""

Factors = tuple[fmpq, Monomial, Sequence[tuple[Poly, int]]]
"""A polynomial as a number, a product of powers of atoms, and powers of irreducible sums."""


def simplified(judge: Judge, term: Term, beside: Term) -> Term | None:
    """A short term without derivatives that is proved equal to one with derivatives, or to a longer one; else ``None``.

    beside: a term whose defined symbols may be used.
    """
    ways = _written(judge, (term, beside), lambda it: it.ways(it.entry(term)))
    return next((way for way in ways if nodes(way) < _most(term) and _is_proved(judge, term, way)), None)


def gap(judge: Judge, left: Term, right: Term) -> Term | None:
    """What the right side has more than the left, short and proved; ``None`` if that is not found."""
    ways = _written(judge, (left, right), lambda it: it.ways(it.n.alg.subtract(it.entry(right), it.entry(left))))
    most = _most(left, right)
    return next((way for way in ways if nodes(way) < most and _is_proved(judge, build("add", left, way), right)), None)


def ratio(judge: Judge, left: Term, right: Term) -> Term | None:
    """By what scalar the left side is multiplied in the right, short and proved; ``None`` if that is not found."""
    ways = _written(judge, (left, right), lambda it: it.quotients(it.entry(left), it.entry(right)))
    most = _most(left, right) - 1
    return next((way for way in ways if nodes(way) < most and _is_proved(judge, build("mul", way, left), right)), None)


def _most(*sides: Term) -> int:
    """The number of nodes from which on a term says no more than the sides do; where these have derivatives it always does."""
    if any(part.op == "diff" for side in sides for part in side.walk()):
        return LONGEST + 2
    return sum(map(nodes, sides))


def _is_proved(judge: Judge, left: Term, right: Term) -> bool:
    """Whether the kernel and the instances accept an equation everywhere but at points."""
    if not isinstance(judge.kernel.prove(Claim(left, "=", right, judge.context)), Proof):
        return False
    decision = judge.decide(left, "=", right)
    return decision.verdict == "proved" and all(c.kind == "point" or c.gained for c in decision.conditions)


class _Reading:
    """Normal forms at open indices, one for each axis of a shape, and what they are written as."""

    def __init__(self, n: Normaliser, shape: tuple[Term, ...], places: Sequence[Poly], folds: Sequence[Fold]) -> None:
        self.n = n
        self.shape = shape
        self.places = tuple(places)
        self.axes: Axes = tuple(map(the_variable, places))
        self.rendering = Rendering(n.context, n.alg, folds)

    def entry(self, term: Term) -> Poly:
        return self.n.entry(term, self.places)

    def ways(self, p: Poly) -> list[Term]:
        """The ways to write a polynomial, expanded and as a product."""
        if not p:
            return [zeros(self.shape) or ZERO]
        ways: list[Callable[[], Term]] = [lambda: self._fitting(self.rendering.polynomial(p, self.axes))]
        if not self.axes and len(p) > 1:
            ways.append(lambda: self._product(self._factors(p)))
        return [found for way in ways if (found := _tried(way)) is not None]

    def quotients(self, below: Poly, above: Poly) -> list[Term]:
        """The quotient of two polynomials after common factors are cancelled, if it is the same scalar at all entries."""
        if not below or not above:
            return []
        found = _tried(lambda: self._product(self._cancelled(self._factors(above), self._factors(below))))
        return [found] if found is not None and not found.shape else []

    def _fitting(self, term: Term) -> Term:
        """The term or its transpose, whichever has the wanted shape; raises ``ShapeError`` or ``Unreadable``."""
        found = term if same_shape(term.shape, self.shape) else transposed_product(term)
        if not same_shape(found.shape, self.shape):
            raise Unreadable
        return found

    def _factors(self, p: Poly) -> Factors:
        if len(p) > MOST_FACTORED:
            raise Unreadable
        c, m, q = self.n.alg.content(p)
        outside, factors = irreducible_factors(self.n.alg, q)
        found, exponents = [(f, k) for f, k in factors if len(f) > 1], dict[int, Exponent]()
        powers = [(x, e * k) for f, k in factors if len(f) == 1 for inner in f for x, e in inner]
        for a, e in (*m, *powers):
            key = self.n.alg.keys[a]
            if key[0] == "base" and isinstance(e, int):
                found.append((thaw(key[1]), e))
            else:
                exponents[a] = integral(exponents.get(a, 0) + e)
        return c * outside, tuple(sorted(exponents.items())), found

    def _cancelled(self, above: Factors, below: Factors) -> Factors:
        """The quotient; raises ``Unreadable`` where that divides by what is 0 or 1."""
        exponents = dict(above[1])
        for a, e in below[1]:
            exponents[a] = integral(exponents.get(a, 0) - e)
        factors = list[tuple[Poly, int]]()
        for f, k in (*above[2], *((f, -k) for f, k in below[2])):
            same = next((i for i, (g, _) in enumerate(factors) if g == f), None)
            if same is None:
                factors.append((f, k))
            else:
                factors[same] = (f, factors[same][1] + k)
        monomial = tuple((a, e) for a, e in sorted(exponents.items()) if e != 0)
        if any(e < 0 and self.n.alg.keys[a][0] in INDICATORS for a, e in monomial):
            raise Unreadable
        return above[0] / below[0], monomial, [(f, k) for f, k in factors if k]

    def _product(self, of: Factors) -> Term:
        """A number times powers of atoms and sums; raises ``Unreadable`` where it depends on the entry."""
        c, m, factors = of
        outside = self.rendering.monomial(m, abs(c))
        above = [_powered(self.rendering.polynomial(f), k) for f, k in factors if k > 0]
        below = [_powered(self.rendering.polynomial(f), -k) for f, k in factors if k < 0]
        if outside.op == "div":
            above, below = [outside.args[0], *above], [outside.args[1], *below]
        elif above or below:
            above = [outside, *above]
        else:
            above = [outside]
        top = _multiplied(above)
        whole = build("div", top, _multiplied(below)) if below else top
        return opposite(whole) if c < 0 else whole


def _multiplied(factors: Sequence[Term]) -> Term:
    flat = [a for f in factors for a in (f.args if f.op == "mul" else (f,)) if a != number(1)]
    return number(1) if not flat else flat[0] if len(flat) == 1 else build("mul", *flat)


def _powered(base: Term, k: int) -> Term:
    return base if k == 1 else build("pow", base, number(k))


def _tried(way: Callable[[], Term]) -> Term | None:
    try:
        return way()
    except (Unreadable, ShapeError):
        return None


def _written(judge: Judge, sides: Sequence[Term], ways: Callable[[_Reading], list[Term]]) -> list[Term]:
    """Ways to write an array of the sides' shape, at open indices for its axes; the shortest first, and none that is long."""
    if any(t.shape == (ONE, ONE) for side in sides for t in side.walk()):
        return []  # which the kernel does not cover
    n, places, shape = declared(judge.context, Budget(OPERATIONS))[0], list[Poly](), sides[0].shape
    try:
        for size in axes(shape):
            places.append(n.open(size, {}))
        found = ways(_Reading(n, shape, places, list(_folds(n, sides))))
    except (Unsupported, Undefined, OutOfBudget, RecursionError):
        return []
    finally:
        for _ in places:
            n.alg.close()
    return sorted((way for way in found if nodes(way) <= LONGEST), key=nodes)


def _folds(n: Normaliser, sides: Sequence[Term]) -> Iterator[Fold]:
    """The definitions that the sides use, of scalars and of arrays with at most two indices, each with its entry."""
    depends = Dependence(n.context)
    used = frozenset[str]().union(*(depends.of(side)[1] for side in sides))
    for name, definition in n.context.definitions.items():
        occurrence = symbol(definition.symbol)
        if name in used and definition.symbol.type.kind != "function" and len(occurrence.shape) <= 2:
            yield definition.symbol, partial(n.entry, occurrence)
