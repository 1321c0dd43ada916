"""Where a claim turns: absolute values, maxima, steps and comparisons change their formula at the zeros of an expression.

Instances that all lie on one side of such a zero say nothing about the other side, so that values on both sides of every
zero that can be found are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import combinations, pairwise

from flint import acb, arb, fmpq, fmpq_poly

from derivcheck.kernel.outcome import Budget
from derivcheck.kernel.terms import BINDERS, ONE, RELATIONS, Claim, Context, Symbol, Term, free_symbols, substitute
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import build, same_shape
from derivcheck.proving.sampling.membership import Place, places, with_entry

LARGEST_COUNT = 12
"""How many expressions, and how many zeros of them in one unknown, are looked at."""

FAR = (1, 2, 4, 8, 16, 32, 64, 128, 256)
"""Powers of ten between whose values, and their reciprocals and opposites, a zero is looked for."""

HALVINGS = 24
"""How often an interval about a zero is halved."""

OPERATIONS = 2_000
"""How many operations a value of such an expression may take."""

STEPS = frozenset({"abs", "relu", "sign", "floor", "ceiling", "sqrt"})


def turning(claim: Claim) -> tuple[Term, ...]:
    """The expressions at whose zeros a claim turns, the index of a range at its start."""
    bodies = (claim.left, claim.right, *(d.body for d in claim.context.definitions.values()))
    found = dict.fromkeys(t for body in bodies for t in _turning(body, {}) if not _local(t))
    return tuple(found)[:LARGEST_COUNT]


def _turning(term: Term, starts: Mapping[Symbol, Term]) -> Iterator[Term]:
    for zero in _zeros(term):
        yield substitute(zero, starts)
    if term.op in {"sum", "prod"} and isinstance(term.data, Symbol):
        inner, lower, *outer = term.args
        under = {**starts, term.data: substitute(lower, starts)}
        for part in (inner, *outer[1:]):
            yield from _turning(part, under)
    elif term.op not in BINDERS:
        for part in term.args:
            yield from _turning(part, starts)


def _zeros(term: Term) -> Iterator[Term]:
    """At the zeros of what a term turns, if it turns."""
    if term.op in STEPS:
        yield term.args[0]
        if term.op in {"floor", "ceiling"} and not term.args[0].shape:
            yield build("add", term.args[0], build("neg", ONE))
    elif term.op in RELATIONS | {"delta", "max", "min"}:
        for a, b in combinations(term.args, 2):
            if same_shape(a.shape, b.shape):
                yield build("add", a, build("neg", b))


def _local(term: Term) -> bool:
    return any(s.type.kind in {"bound", "variable"} for s in free_symbols(term))


def first_value(term: Term, instance: Instance, context: Context) -> fmpq | arb | None:
    """The real value of a term's first entry at an instance, if it has one there."""
    entries = evaluate(term, instance, context, budget=Budget(OPERATIONS)).entries
    return entries[0] if entries and isinstance(entries[0], fmpq | arb) else None


def with_size(instance: Instance, name: str, size: fmpq) -> Instance:
    """The instance with another size."""
    return replace(instance, sizes={**instance.sizes, name: int(size.p)})


# -- values on both sides ---------------------------------------------------------------------------------------------------


def values_about(terms: Iterable[Term], at: Callable[[Term, fmpq], fmpq | arb | None], whole: bool) -> list[fmpq]:
    """Values of one unknown on both sides of the zeros of terms, given the terms' values; whole: integers only."""
    found = {x for t in terms for x in _zeros_of(partial(at, t))}
    ordered = sorted(sorted(found, key=lambda x: (abs(x), x))[:LARGEST_COUNT])
    if not ordered:
        return []
    between = [(a + b) / 2 for a, b in pairwise(ordered)]
    beyond = [ordered[0] - 1 - abs(ordered[0]), ordered[-1] + 1 + abs(ordered[-1])]
    values = [*beyond, *between, *ordered]
    return list(dict.fromkeys(fmpq(x.floor() + k) for x in values for k in (0, 1)) if whole else dict.fromkeys(values))


def _zeros_of(f: Callable[[fmpq], fmpq | arb | None]) -> list[fmpq]:
    """The rational zeros of a polynomial and rational numbers close to others; of another function, ends of intervals about
    zeros where its sign changes."""
    points = [fmpq(k) for k in range(-4, 5)]
    values = [y for x in points if isinstance(y := f(x), fmpq)]
    if len(values) == len(points):
        polynomial = interpolated(points, values)
        if polynomial.degree() <= len(points) - 3:
            return _roots(polynomial) if polynomial.degree() > 0 else []
    return _changes(f)


def _roots(polynomial: fmpq_poly) -> list[fmpq]:
    found = []
    for factor, _ in polynomial.factor()[1]:
        if factor.degree() == 1:
            found.append(-factor[0] / factor[1])
        else:
            roots: list[tuple[acb, int]] = factor.complex_roots()  # type: ignore[assignment]
            found += [_close_to(root.real) for root, _ in roots if root.imag == 0]
    return found


def _close_to(ball: arb) -> fmpq:
    mantissa, exponent = ball.mid().man_exp()
    return fmpq(mantissa) * fmpq(2) ** int(exponent)


def _changes(f: Callable[[fmpq], fmpq | arb | None]) -> list[fmpq]:
    sizes = [fmpq(10) ** (sign * k) for sign in (-1, 1) for k in FAR]
    known = [(x, s) for x in sorted([fmpq(0), fmpq(1), fmpq(-1), *sizes, *(-x for x in sizes)]) if (s := _sign(f(x))) is not None]
    found = [x for x, s in known if s == 0]
    for (low, before), (high, after) in pairwise(known):
        if before * after < 0:
            found += _narrowed(f, low, high, before)
    return found


def _narrowed(f: Callable[[fmpq], fmpq | arb | None], low: fmpq, high: fmpq, before: int) -> tuple[fmpq, fmpq]:
    """A smaller interval about a change of sign."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if _sign(f(middle)) == before:
            low = middle
        else:
            high = middle
    return low, high


def _sign(x: fmpq | arb | None) -> int | None:
    if isinstance(x, fmpq):
        return int(x > 0) - int(x < 0)
    return None if x is None or x.contains(0) or not x.is_finite() else 1 if x > 0 else -1


def interpolated(points: Sequence[fmpq], values: Sequence[fmpq]) -> fmpq_poly:
    """Newton's interpolation."""
    differences = list(values)
    for level in range(1, len(points)):
        for k in range(len(points) - 1, level - 1, -1):
            differences[k] = (differences[k] - differences[k - 1]) / (points[k] - points[k - level])
    polynomial = fmpq_poly([differences[-1]])
    for k in range(len(points) - 2, -1, -1):
        polynomial = polynomial * fmpq_poly([-points[k], 1]) + differences[k]
    return polynomial


# -- what was tried ---------------------------------------------------------------------------------------------------------


class Coverage:
    """On which sides of the zeros of terms instances have been."""

    def __init__(self, terms: Iterable[Term], context: Context) -> None:
        self.context = context
        self.signs: dict[Term, set[int]] = {t: set() for t in terms}
        self.last = Instance()

    def add(self, instance: Instance) -> None:
        """Note an instance."""
        self.last = instance
        for term, signs in self.signs.items():
            if len(signs - {0}) < 2 and (sign := _sign(first_value(term, instance, self.context))) is not None:
                signs.add(sign)

    def untried(self) -> tuple[Term, ...]:
        """The terms that had one sign at all instances although they have zeros, with one unknown changed in the last one."""
        return tuple(term for term, signs in self.signs.items() if len(signs) == 1 and self._turns(term))

    def _turns(self, term: Term) -> bool:
        names = [s.name for s in self.context.symbols.values() if s.type.kind != "complex"]
        fs = [partial(self._at_size, term, name) for name in self.last.sizes]
        fs += [partial(self._at_place, term, place) for place in places(self.last, names)[:LARGEST_COUNT]]
        return any(map(_zeros_of, fs))

    def _at_size(self, term: Term, name: str, x: fmpq) -> fmpq | arb | None:
        return first_value(term, with_size(self.last, name, x), self.context)

    def _at_place(self, term: Term, place: Place, x: fmpq) -> fmpq | arb | None:
        return first_value(term, with_entry(self.last, place, x), self.context)
