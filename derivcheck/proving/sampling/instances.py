"""Random instances of a context: values that satisfy the declarations and the assumptions, the same for the same seed."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flint import fmpq

from derivcheck.kernel.terms import Context, Symbol, Term, Type
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance, Value
from derivcheck.kernel.values.jets import Calculus, Scalar
from derivcheck.proving.sampling.assumptions import Solver
from derivcheck.proving.sampling.drawn_matrices import draw_likely, draw_matrix, exists
from derivcheck.proving.sampling.drawn_numbers import STYLES, draw_number

LIKELY_DRAWS = 6
"""How often an instance is drawn in the hope that assumptions about a matrix hold at it."""

LARGEST_INSTANCE = 2_000
"""The most entries of an instance of sizes that a claim mentions."""


@dataclass(frozen=True, slots=True)
class RidgePolynomial:
    """``sum over k of c_k (w_k . z)**k`` of all the arguments' entries z: a function that no identity expects.

    forms: per degree the coefficient and the weights.
    """

    forms: tuple[tuple[fmpq, tuple[fmpq, ...]], ...]

    def at(self, calculus: Calculus, arguments: Sequence[Scalar], order: int) -> Scalar:
        """The derivative of the given order, of one argument if order > 0."""
        total: Scalar = fmpq(0)
        for degree, (coefficient, weights) in enumerate(self.forms):
            if degree < order:
                continue
            inner: Scalar = fmpq(0)
            for w, z in zip(weights, arguments, strict=True):
                inner = calculus.add(inner, calculus.mul(w, z))
            factor = coefficient * math.perm(degree, order) * (weights[0] ** order if order else 1)
            total = calculus.add(total, calculus.mul(factor, calculus.pow(inner, fmpq(degree - order))))
        return total

    def __str__(self) -> str:
        names = ["t"] if len(self.forms[0][1]) == 1 else [f"t{k}" for k in range(1, len(self.forms[0][1]) + 1)]
        shown = []
        for degree, (coefficient, weights) in enumerate(self.forms):
            if coefficient != 0:
                shown.append(_shown_power(coefficient, degree, [(w, n) for w, n in zip(weights, names, strict=True) if w != 0]))
        return f"{', '.join(names)} -> {' + '.join(shown) or '0'}"


def _shown_power(coefficient: fmpq, degree: int, weighted: Sequence[tuple[fmpq, str]]) -> str:
    """``3/2*(t1 + 2*t2)**2``, without what says nothing."""
    form = " + ".join(n if w == 1 else f"{w}*{n}" for w, n in weighted) or "0"
    plain = len(weighted) == 1 and weighted[0][0] == 1
    factor = form if plain or (degree == 1 and coefficient == 1) else f"({form})"
    power = "" if degree == 0 else factor if degree == 1 else f"{factor}**{degree}"
    return str(coefficient) if not power else power if coefficient == 1 else f"{coefficient}*{power}"


def size_configurations(names: Sequence[str], thorough: bool = False) -> list[dict[str, int]]:
    """Sizes to try: 1 always, small ones, equal and different ones; thorough: also larger ones."""
    if not names:
        return [{}]
    patterns = [(2, 3), (1,), (3, 2), (1, 2), (2,), (3, 1, 2), (4, 2, 3), (3,)]
    if thorough:
        patterns += [(5, 3, 2), (2, 4), (6,), (1, 4), (7, 2), (8,), (9,), (10,), (11,), (12,), (13,), (20,), (50,)]
    configurations = [dict(zip(names, itertools.cycle(p), strict=False)) for p in patterns]
    return [c for k, c in enumerate(configurations) if c not in configurations[:k]]


def nest(flat: Sequence[Value], sizes: Sequence[int]) -> Value:
    """A flat list of entries as nested tuples; a row (sizes ``(1, n)``) keeps its outer tuple."""
    if not sizes:
        return flat[0]
    step = math.prod(sizes[1:])
    return tuple(nest(flat[k * step: (k + 1) * step], sizes[1:]) for k in range(sizes[0]))


class Sampler:
    """Draws instances of a context.  Everything is determined by the seed and the order of the calls."""

    def __init__(self, context: Context, seed: int = 0) -> None:
        self.context = context
        self.random = random.Random(f"derivcheck {seed}")
        self.solver = Solver(context, self.random)
        symbols = [s for s in context.symbols.values() if s.name not in context.definitions]
        self.sizes = [s.name for s in symbols if s.type.kind == "size"]
        self.indices = [s for s in symbols if s.type.kind == "index"]
        others = [s for s in symbols if s.type.kind not in {"size", "index"}]
        plain = any(len(s.type.shape) == 2 and s.type.shape[0] == s.type.shape[1] and not s.type.attributes for s in others)
        self.likely = bool(context.assumptions) and plain
        self.others = sorted(others, key=lambda s: s.type.hot is not None)

    def draw(self, sizes: Mapping[str, int], style: str, attempts: int = 5) -> Instance | None:
        """An instance of these sizes that satisfies the declarations and the assumptions; ``None`` if none was found."""
        if self.likely and (found := self._likely(sizes, style)) is not None:
            return found
        for attempt in range(attempts):
            if self.solver.impossible(sizes):
                return None
            instance = self._declared(sizes, style if attempt < 2 else self.random.choice(STYLES[:4]))
            if instance is None or self.solver.exhausted():
                return None
            if not self.context.assumptions:
                return instance
            found = self.solver.satisfied(instance)
            if found is not None:
                return found
        return None

    def _likely(self, sizes: Mapping[str, int], style: str) -> Instance | None:
        """An instance at which the assumptions happen to hold: what they say of a matrix may be hard to solve, easy to draw."""
        for _ in range(LIKELY_DRAWS):
            instance = self._declared(sizes, style)
            if instance is not None and not self.solver.impossible(sizes) and self.solver.holds(instance):
                return instance
        return None

    def affordable(self, sizes: Mapping[str, int]) -> bool:
        """Whether an instance of these sizes has few enough entries."""
        instance = Instance(dict(sizes), {})
        shapes = [self._sizes((*s.type.family, *s.type.shape), instance) for s in (*self.indices, *self.others)]
        return sum(math.prod(shape) for shape in shapes if shape is not None) <= LARGEST_INSTANCE

    def in_range(self, x: fmpq, type_: Type, instance: Instance) -> bool:
        """Whether a number is an index of a type."""
        upper = self._integer(type_.upper, instance) if type_.upper is not None else None
        return upper is not None and 1 <= x <= upper

    def _declared(self, sizes: Mapping[str, int], style: str) -> Instance | None:
        instance = Instance(dict(sizes), {})
        values: dict[str, Value] = {}
        coinciding = self.random.random()
        for it in (*self.indices, *self.others):
            value = self._value(it, replace(instance, values=values), style, coinciding)
            if value is None:
                return None
            values[it.name] = value
        return replace(instance, values=values)

    def _value(self, it: Symbol, instance: Instance, style: str, coinciding: float) -> Value | None:
        type_ = it.type
        if type_.kind == "function":
            return self._function(type_, instance, style)
        dims = self.dims(type_, instance)
        if dims is None:
            return None
        family, shape = dims
        members: list[Value] = []
        for _ in range(math.prod(family)):
            index = type_.kind == "index"
            member = self._index(type_, instance, coinciding) if index else self._member(type_, shape, instance, style)
            if member is None:
                return None
            members.append(member)
        return nest(members, family)

    def dims(self, type_: Type, instance: Instance) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """The sizes of a type's family and shape at the sizes of an instance."""
        family, shape = self._sizes(type_.family, instance), self._sizes(type_.shape, instance)
        return None if family is None or shape is None else (family, shape)

    def upper(self, type_: Type, instance: Instance) -> int | None:
        """The greatest value of an index."""
        return self._integer(type_.upper, instance) if type_.upper is not None else 1

    def _sizes(self, sizes: Sequence[Term], instance: Instance) -> tuple[int, ...] | None:
        values = [self._integer(s, instance) for s in sizes]
        return None if any(v is None or v < 0 for v in values) else tuple(v for v in values if v is not None)

    def _integer(self, term: Term, instance: Instance) -> int | None:
        if term.op == "number":
            return int(term.number)
        if term.op == "symbol" and term.symbol.name in instance.sizes:
            return instance.sizes[term.symbol.name]
        (value,) = evaluate(term, instance, self.context).entries
        return int(value.p) if isinstance(value, fmpq) and value.q == 1 else None

    def _index(self, type_: Type, instance: Instance, coinciding: float) -> Value | None:
        upper = self.upper(type_, instance)
        if upper is None or upper < 1:
            return None
        if coinciding < 0.2:
            return 1 if coinciding < 0.1 else upper
        if coinciding < 0.3:
            return min(2, upper)
        return self.random.choice((1, upper, self.random.randint(1, upper), self.random.randint(1, upper)))

    def _member(self, type_: Type, shape: tuple[int, ...], instance: Instance, style: str) -> Value | None:
        count, rng = math.prod(shape), self.random
        if "onehot" in type_.attributes:
            hot = self._integer(type_.hot, instance) if type_.hot is not None else rng.choice((count, rng.randint(1, count)))
            return None if hot is None else nest([int(k == hot) for k in range(1, count + 1)], shape)
        if "simplex" in type_.attributes:
            return nest(_simplex(count, style, rng, type_.kind == "positive"), shape)
        if len(shape) == 2 and type_.attributes:
            return nest(draw_matrix(shape, type_, style, rng), shape) if exists(shape[0], type_.attributes) else None
        if self.likely and len(shape) == 2 and shape[0] == shape[1] and rng.random() < 0.5:
            return nest(draw_likely(shape[0], type_, style, rng), shape)
        return nest([draw_number(type_.kind, style, rng) for _ in range(count)], shape)

    def _function(self, type_: Type, instance: Instance, style: str) -> Value | None:
        counts = [self._sizes((*a.family, *a.shape), instance) for a in type_.arguments]
        if any(c is None for c in counts):
            return None
        entries = sum(math.prod(c) for c in counts if c is not None)
        scale = fmpq(10) ** self.random.randint(2, 10) if style in {"wide", "large"} else fmpq(1)
        high = style == "digits"
        pool = (1, -1, 2, -2, 3, fmpq(1, 2), fmpq(-1, 3), fmpq(3, 2))
        forms = []
        for degree in range((12 if high else 5) if entries == 1 else 6 if high else 4):
            weights = [fmpq(1)] if entries == 1 else [fmpq(self.random.choice(pool)) for _ in range(entries)]
            forms.append((fmpq(self.random.choice(pool)) * scale / (1 if degree < 3 else 4), tuple(weights)))
        return RidgePolynomial(tuple(forms))


def _simplex(n: int, style: str, rng: random.Random, positive: bool) -> list[Value]:
    if n and not positive and (style == "sparse" or rng.random() < 0.15):
        hot = rng.randrange(n)
        return [fmpq(int(k == hot)) for k in range(n)]
    parts = [rng.randint(0 if style in {"small", "equal"} and not positive else 1, 9) for _ in range(n)]
    if style in {"wide", "digits"}:
        parts = [p * 10 ** rng.randint(0, 9) for p in parts]
    if n and not any(parts):
        parts[rng.randrange(n)] = 1
    total = sum(parts)
    return [fmpq(p, total) for p in parts]
