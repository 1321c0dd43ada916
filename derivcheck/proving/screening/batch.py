"""The values of terms on batches of random instances in floating point: fast, always run, and never the last word.

A difference seen here is a suspicion, which exact or ball arithmetic has to confirm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
from flint import acb, arb, fmpq

from derivcheck.kernel.extents import HIGHEST
from derivcheck.kernel.terms import LOGIC, Context, Symbol, Term, is_family
from derivcheck.kernel.values.arithmetic import Gaussian
from derivcheck.kernel.values.evaluate import evaluate, uses_complex
from derivcheck.kernel.values.instance import Instance, Undefined, Undetermined, Value
from derivcheck.kernel.vocabulary import structured_derivative
from derivcheck.proving.sampling.drawn_numbers import STYLES
from derivcheck.proving.sampling.instances import RidgePolynomial, Sampler, size_configurations
from derivcheck.proving.screening import axes, floats
from derivcheck.proving.screening.array_floats import ARRAYS, compared
from derivcheck.proving.screening.dependence import Dependence
from derivcheck.proving.screening.floats import Floats, Operand, Tangent, Uncovered

LARGEST = 400_000
"""The most numbers that one operation of a batch may hold."""

LONGEST = 50
"""The largest whole number that an instance may have to stand with those over whose ranges nested sums are screened."""

MOST_OPERATIONS = 100_000
"""How many operations the value of a term may take: definitions that use each other twice make that grow without end."""

MOST_DERIVATIVES = 6
"""How many derivatives may stand inside one another: each doubles what is carried along."""

MOST_WRITTEN = 1_000
"""How many entries an array may have that is written out: each is set into an array as long as all."""

LARGEST_KEPT = 10_000
"""The most numbers of a value inside a sum that is kept for the next term."""

MOST_CONTEXTS = 32
"""Of how many contexts the instances are kept for the next derivation."""

MOST_HELD = 4_000_000
"""How many numbers may be kept from one derivation to the next before all values are forgotten."""

OVERHEAD = 100
"""What keeping a value takes besides its numbers, in numbers."""


Local: TypeAlias = "dict[Symbol, Operand]"


class _World:
    """Symbols changed by the ``diff`` around, and how many axes are taken there.

    outer: the world around that ``diff``, and name, tag: what that one changes; inner: the worlds of the ``diff`` here, by
    variable and depth; cache: by term and by the identities of the local values that it uses, its value, with these local
    values beside it, so that their identities stay unique.
    """

    __slots__ = ("cache", "changed", "depth", "inner", "name", "outer", "tag")

    def __init__(self, changed: Mapping[str, Operand], depth: int, outer: _World | None = None, name: str = "",
                 tag: int = 0) -> None:
        self.changed = changed
        self.depth = depth
        self.outer = outer
        self.name = name
        self.tag = tag
        self.inner: dict[tuple[Term, int], _World] = {}
        self.cache: dict[object, tuple[Operand, tuple[Operand | None, ...]]] = {}

    def forget(self) -> None:
        """Let go of all values here and in the worlds inside, which hold this one in turn: no collector need find that out."""
        for world in self.inner.values():
            world.forget()
        self.inner.clear()
        self.cache.clear()


class Batch:
    """Instances of equal sizes, and the values of terms at all of them at once."""

    def __init__(self, context: Context, sizes: Mapping[str, int], instances: Sequence[Instance], complex_values: bool,
                 dependence: Dependence | None = None) -> None:
        self.context = context
        self.sizes = sizes
        self.instances = tuple(instances)
        self.count = len(self.instances)
        self.dtype = np.complex128 if complex_values else np.float64
        self.dependence = dependence or Dependence(context)
        self.root = _World({}, 0)
        self.ranges: dict[tuple[int, int, int], Floats] = {}
        self.held = 0
        self.tags = 0
        self.operations = 0

    def forget(self) -> None:
        """Forget the values of the terms seen so far, and what they depend on."""
        self.dependence.forget()
        self.root.forget()
        self.ranges.clear()
        self.held = 0

    def values(self, term: Term) -> Floats | None:
        """The term's values, instances first, then its dimensions; ``None`` where it is not covered or too large."""
        rank = len(term.shape)
        self.operations = 0
        try:
            self._check(term)
            with np.errstate(all="ignore"):
                dims = self.dims(term)
                value = axes.filled(floats.base(self._value(term, self.root, {}, 0)), dims, rank)
        except (Uncovered, OverflowError, RecursionError):
            return None
        return np.broadcast_to(value, (self.count, *dims))

    def _check(self, term: Term) -> None:
        """Refuse what is nested too deeply, before values that are known make it look less deep."""
        extent = self.dependence.extents.of(term)
        if extent.height > HIGHEST or extent.derivatives > MOST_DERIVATIVES:
            raise Uncovered("nested too deeply")

    def size(self, term: Term) -> int:
        """The value of a size."""
        if term.op == "number":
            return int(term.number)
        if term.op == "symbol" and term.symbol.name in self.sizes:
            return self.sizes[term.symbol.name]
        parts = [self.size(a) for a in term.args]
        match term.op:
            case "add":
                return sum(parts)
            case "neg":
                return -parts[0]
            case "mul":
                return math.prod(parts)
        raise Uncovered(term.op)

    def dims(self, term: Term) -> tuple[int, ...]:
        dims = tuple(map(self.size, term.shape))
        if math.prod(dims) * self.count > LARGEST:
            raise Uncovered("too large")
        return dims

    def _value(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        """The value at one place, found once for each choice of what it depends on.

        It is taken in the outermost world that it does not leave, and without the indices around it where it has none:
        there most steps, and most edits of a step, find it already known.
        """
        bound, names = self.dependence.of(term)
        while world.outer is not None and world.name not in names:
            world = world.outer
        if bound:
            held = tuple(map(local.get, bound))
            key: object = (term, *map(id, held))
        else:
            local, depth, held, key = {}, world.depth, (), term
        known = world.cache.get(key)
        if known is not None:
            return known[0]
        value = self._found(term, world, local, depth)
        if bound:
            value = axes.trimmed(value, len(term.shape))  # it may be found again under fewer binders
        size = floats.base(value).size
        if size > LARGEST:
            raise Uncovered("too large")
        if not bound or size <= LARGEST_KEPT:
            world.cache[key] = value, held
            self.held += floats.count(value) + OVERHEAD
        return value

    def _found(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        self.operations += 1
        if self.operations > MOST_OPERATIONS:
            raise Uncovered("too many operations")
        handler = HANDLERS.get(term.op)
        if handler is not None:
            return handler(self, term, world, local, depth)
        if term.op in LOGIC:
            return self.truth(term, world, local, depth)
        return self._operator(term, [self._value(a, world, local, depth) for a in term.args])

    def _operator(self, term: Term, operands: list[Operand]) -> Operand:
        if term.op in ARRAYS:
            return ARRAYS[term.op](term, self.dims(term), operands)
        rank = len(term.shape)
        aligned = [axes.raised(x, rank - len(a.shape)) for x, a in zip(operands, term.args, strict=True)]
        if term.op in FOLDS:
            _together(*map(floats.base, aligned))
            total = aligned[0]
            for x in aligned[1:]:
                total = FOLDS[term.op](total, x)
            return total
        if term.op == "log" and len(aligned) == 2:
            return floats.div(floats.call("log", aligned[0]), floats.call("log", aligned[1]))
        if term.op == "binomial":
            return floats.binomial(*aligned)
        if len(aligned) != 1 or term.op not in floats.VALUES:
            raise Uncovered(term.op)
        return floats.call(term.op, aligned[0])

    # ---- symbols ---------------------------------------------------------------------------------------------

    def _symbol(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        it = term.symbol
        if it in local:
            return local[it]
        if it.name in world.changed:
            return world.changed[it.name]
        if self.context.symbols.get(it.name) != it:
            raise Uncovered(it.name)  # a bound name outside its binder, which may have a declared name
        if it.name in self.sizes:
            return np.asarray(float(self.sizes[it.name]), dtype=self.dtype)
        return self._table(it, term, world) if it.name in self.context.definitions else self._given(it.name, term)

    def _given(self, name: str, term: Term) -> Operand:
        rows = [self._numbers(i.values[name], i) if name in i.values else None for i in self.instances]
        if any(r is None for r in rows):
            raise Uncovered(name)
        return np.array(rows, dtype=self.dtype).reshape(self.count, *self.dims(term))

    def _numbers(self, value: Value, instance: Instance) -> list[complex]:
        if isinstance(value, tuple):
            return [x for v in value for x in self._numbers(v, instance)]
        if isinstance(value, Term):
            return [_approximate(x) for x in evaluate(value, instance, self.context).entries]
        if isinstance(value, int | fmpq | Gaussian):
            return [_approximate(fmpq(value) if isinstance(value, int) else value)]
        raise Uncovered("a function")

    def _table(self, it: Symbol, term: Term, world: _World) -> Operand:
        """A whole defined array: its definition's indices run along new axes, which become its first dimensions."""
        definition = self.context.definitions[it.name]
        dims, first = self.dims(term), world.depth
        row = len(dims) - len(definition.parameters) > len(definition.body.shape)  # defined entry by entry, by one index
        dims = (*dims[:-2], dims[-1]) if row else dims
        depth = first
        local: Local = {}
        for parameter, n in zip(definition.parameters, dims, strict=False):
            local[parameter] = self._axis(1, n, depth)
            depth += 1
        value = self._value(definition.body, world, local, depth)
        count = len(definition.parameters)
        rank, inner = len(dims) - count, dims[count:]
        if not count:
            return value
        table = floats.linear(lambda x: axes.lowered(axes.filled(x, inner, rank), dims[:count], rank, first), value)
        return floats.linear(lambda x: np.expand_dims(x, -2), table) if row else table

    def _axis(self, first: int, last: int, depth: int) -> Floats:
        """The values of a bound index along an axis of its own; one array each, so that what runs over it is found again."""
        key = (first, last, depth)
        if key not in self.ranges:
            self.ranges[key] = np.arange(first, last + 1, dtype=self.dtype).reshape(-1, *(1,) * (depth + 1))
        return self.ranges[key]

    # ---- entries ---------------------------------------------------------------------------------------------

    def _entry(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        array, indices = term.args[0], list(term.args[1:])
        while array.op == "entry":
            array, indices = array.args[0], [*array.args[1:], *indices]
        value = self._value(array, world, local, depth)
        index = [floats.base(self._value(i, world, local, depth)) for i in indices]
        dims = self.dims(array)
        if len(index) == len(dims) - 1 and dims[-2:-1] == (1,) and (len(index) > 1 or not is_family(array)) and not term.shape:
            index.insert(len(index) - 1, np.ones(()))
        return floats.linear(lambda x: axes.picked(x, index, dims), value)

    def _apply(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        arguments = [self._value(a, world, local, depth) for a in term.args]
        definition = self.context.definitions.get(term.symbol.name)
        if definition is not None:
            return self._value(definition.body, world, dict(zip(definition.parameters, arguments, strict=True)), depth)
        entries: list[Operand] = []
        for argument, a in zip(arguments, term.args, strict=True):
            dims = self.dims(a)
            members = range(math.prod(dims))
            entries += [floats.linear(partial(axes.member, dims, k), argument) for k in members] if dims else [argument]
        return self._opaque(term.symbol.name, entries, 0)

    def _opaque(self, name: str, entries: Sequence[Operand], order: int) -> Operand:
        functions = [i.values.get(name) for i in self.instances]
        polynomials = [f for f in functions if isinstance(f, RidgePolynomial)]
        if len(polynomials) != self.count:
            raise Uncovered(name)
        total: Operand = np.zeros(())
        for degree in range(order, len(polynomials[0].forms)):
            inner: Operand = np.zeros(())
            for k, entry in enumerate(entries):
                weights = np.array([float_of(p.forms[degree][1][k]) for p in polynomials])
                inner = floats.add(inner, floats.mul(weights, entry))
            scale = np.array([float_of(p.forms[degree][0] * p.forms[degree][1][0] ** order) for p in polynomials])
            term = floats.power(inner, np.asarray(float(degree - order)))
            total = floats.add(total, floats.mul(scale * math.perm(degree, order), term))
        return total

    def _derivative(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        if term.symbol.name in self.context.definitions or term.args[0].op != "number":
            raise Uncovered("the derivative of a defined function")
        return self._opaque(term.symbol.name, [self._value(term.args[1], world, local, depth)], int(term.args[0].number))

    # ---- binders ---------------------------------------------------------------------------------------------

    def _over_range(self, term: Term, world: _World, local: Local, depth: int, empty: float,
                    reduce: Callable[[Operand], Operand]) -> Operand:
        body, lower, upper, *condition = term.args
        low, high = (floats.base(self._value(x, world, local, depth)).real for x in (lower, upper))
        if not (np.all(np.isfinite(low)) and np.all(np.isfinite(high))):
            raise Uncovered("an infinite range")
        first, last = int(np.min(low)), int(np.max(high))
        if last < first:
            return np.full((1, *self.dims(body)), empty, dtype=self.dtype)
        if (last - first + 1) * self.count > LARGEST:
            raise Uncovered("a long range")
        axis = self._axis(first, last, depth)
        inner = {**local, term.symbol: axis}
        mask: Floats | None = None
        if low.size > 1 or high.size > 1:
            _together(axis, low, high)
            mask = ((axis.real >= low) & (axis.real <= high)).astype(float)
        if condition:
            holds = floats.base(self.truth(condition[0], world, inner, depth + 1))
            mask = holds if mask is None else np.where(mask == 1, holds, 0.0)
        value = self._value(body, world, inner, depth + 1)
        rank, dims = len(body.shape), self.dims(body)
        if mask is not None:
            mask = mask.reshape((*mask.shape, *(1,) * rank))
            _together(mask, floats.base(value))
            value = floats.choose(mask, value, np.asarray(empty))
        full = rank + 1 + depth + 1
        return reduce(floats.linear(lambda x: axes.spread(axes.filled(x, dims, rank), full, last - first + 1), value))

    def _sum(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        return self._over_range(term, world, local, depth, 0.0, partial(floats.linear, lambda y: np.sum(y, axis=0)))

    def _product(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        if term.shape:
            raise Uncovered("a product of arrays")
        return self._over_range(term, world, local, depth, 1.0, axes.multiplied)

    def _cases(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        otherwise: Operand = self._value(term.args[-1], world, local, depth) if len(term.args) % 2 else np.asarray(np.nan)
        rank = len(term.shape)
        pairs = list(zip(term.args[:-1:2] if len(term.args) % 2 else term.args[::2], term.args[1::2], strict=True))
        for value, condition in reversed(pairs):
            holds = floats.base(self.truth(condition, world, local, depth))
            holds = holds.reshape((*holds.shape, *(1,) * rank))
            otherwise = floats.choose(holds, self._value(value, world, local, depth), otherwise)
        return otherwise

    def _indicator(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        return self.truth(term.args[0], world, local, depth)

    def _delta(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        a, b = (floats.base(self._value(x, world, local, depth)) for x in term.args)
        return compared(a, b, a == b)

    def truth(self, term: Term, world: _World, local: Local, depth: int) -> Floats:
        """1 where a condition holds, 0 where it does not, NaN where it is undefined."""
        if term.op in {"true", "false"}:
            return np.asarray(float(term.op == "true"))
        if term.op in {"and", "or", "not"}:
            parts = [self.truth(a, world, local, depth) for a in term.args]
            if term.op == "not":
                return np.asarray(1 - parts[0])
            total = parts[0]
            for part in parts[1:]:
                stop = 0 if term.op == "and" else 1
                total = np.where(total == stop, total, np.where(np.isnan(total), np.nan, part))
            return total
        values = [floats.base(self._value(a, world, local, depth)) for a in term.args]
        if term.op == "in":
            value, low, high = (v.real for v in values)
            return compared(value, low + high, (low <= value) & (value <= high) & (value == np.floor(value)))
        a, b = values
        _together(a, b)
        holds = ORDERS[term.op](a if term.op in {"eq", "ne"} else a.real, b if term.op in {"eq", "ne"} else b.real)
        holds = compared(a, b, holds)
        for _ in term.args[0].shape:
            holds = np.asarray(np.max(holds, axis=-1) if term.op == "ne" else np.min(holds, axis=-1))
        return holds

    # ---- derivatives -----------------------------------------------------------------------------------------

    def _diff(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        apart = structured_derivative(term)
        if apart is not None:
            return self._value(apart, world, local, depth)
        body, variable = term.args
        array, indices = variable, list[Term]()
        while array.op == "entry":
            array, indices = array.args[0], [*array.args[1:], *indices]
        index = [floats.base(self._value(i, world, local, depth)) for i in indices]
        dims = self.dims(array) if array.symbol not in local else ()
        if len(index) == 1 and len(dims) == 2 and dims[0] == 1 and not variable.shape:
            index.insert(0, np.ones(()))
        count = math.prod(dims[len(index):])
        tag, result = self._under_diff(term, array, axes.directions(dims, index, count, depth), world, local, depth)
        rank = len(body.shape)
        if not isinstance(result, Tangent) or result.tag != tag:
            result = Tangent(tag, result, np.zeros(()))
        inner, shape = self.dims(body), self.dims(term)

        def layout(x: Floats) -> Floats:
            return axes.laid_out(term, axes.lowered(axes.filled(x, inner, rank), (count,), rank, depth), count, inner, shape)
        undefined = np.isnan(floats.base(result))
        change = floats.linear(lambda x: np.where(undefined, np.nan, x), result.change) if np.any(undefined) else result.change
        return floats.linear(layout, change)

    def _under_diff(self, term: Term, array: Term, directions: Floats, world: _World, local: Local, depth: int) \
            -> tuple[int, Operand]:
        """The body's value where the variable of a ``diff`` changes, and the tag of that change.

        All derivatives by one variable that stand in the same place share a world, and so what is known in it.
        """
        body, variable = term.args
        within = world.inner.get((variable, depth))
        if within is None:
            self.tags += 1
            jet = Tangent(self.tags, self._value(array, world, local, depth), directions)
            if array.symbol in local:
                return jet.tag, self._value(body, world, {**local, array.symbol: jet}, depth + 1)
            within = _World({**world.changed, array.symbol.name: jet}, depth + 1, world, array.symbol.name, jet.tag)
            if not self.dependence.of(variable)[0]:
                world.inner[variable, depth] = within
        return within.tag, self._value(body, within, local, depth + 1)


def _together(*operands: Floats) -> None:
    """Raise ``Uncovered`` where several values would be too large together, though none is: those of nested ranges multiply."""
    if math.prod(x.size for x in operands) > LARGEST and math.prod(np.broadcast_shapes(*(x.shape for x in operands))) > LARGEST:
        raise Uncovered("too large")


def _approximate(x: object) -> complex:
    if isinstance(x, fmpq):
        return float_of(x)
    if isinstance(x, Gaussian):
        return complex(float_of(x.re), float_of(x.im))
    if isinstance(x, arb):
        return float(x)
    if isinstance(x, acb):
        return complex(x)
    assert isinstance(x, Undefined | Undetermined)
    return math.nan


def float_of(x: fmpq) -> float:
    """The nearest float, or infinity."""
    try:
        return int(x.p) / int(x.q)
    except OverflowError:
        return math.inf if x > 0 else -math.inf


ORDERS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
}


def _greatest(direction: int) -> Callable[[Operand, Operand], Operand]:
    def pick(a: Operand, b: Operand) -> Operand:
        x, y = floats.base(a), floats.base(b)
        return floats.choose(compared(x, y, direction * x.real >= direction * y.real), a, b)
    return pick


FOLDS: dict[str, Callable[[Operand, Operand], Operand]] = {
    "add": floats.add, "mul": floats.mul, "hadamard": floats.mul, "div": floats.div, "max": _greatest(1), "min": _greatest(-1),
}


def _number(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    return np.asarray(float(term.number), dtype=batch.dtype)


def _constant(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    if term.data == "oo":
        raise Uncovered("infinity")
    return np.asarray({"pi": math.pi, "e": math.e, "i": 1j}[str(term.data)])


def _filled_array(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    dims = batch.dims(term)
    match term.op:
        case "eye":
            return np.eye(dims[0]).reshape(1, *dims)
        case "unit":
            k = floats.base(batch._value(term.args[0], world, local, depth)).real
            hot = (k[..., None] == np.arange(1, dims[0] + 1)).astype(float)
            return np.asarray(np.where((k >= 1) & (k <= dims[0]), 1.0, np.nan)[..., None] * hot)
    return np.full((1, *dims), float(term.op == "ones"))


def _literal(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    leaves = [x for row in term.args for x in row.args] if term.op == "matrix" else list(term.args)
    if len(leaves) > MOST_WRITTEN:
        raise Uncovered("too large")
    total: Operand = np.zeros((1, len(leaves)))
    for k, leaf in enumerate(leaves):
        hot = (np.arange(len(leaves)) == k).astype(float)
        value = floats.linear(lambda x: x[..., None], batch._value(leaf, world, local, depth))
        total = floats.add(total, floats.linear(lambda x, h=hot: np.where(h == 1, x, 0.0), value))  # type: ignore[misc]
    return floats.linear(lambda x: x.reshape((*x.shape[:-1], *batch.dims(term))), total)


def _columns(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    return floats.linear(lambda x: np.swapaxes(x, -1, -2), batch._value(term.args[0], world, local, depth))


Handler: TypeAlias = "Callable[[Batch, Term, _World, Local, int], Operand]"

HANDLERS: dict[str, Handler] = {
    "number": _number, "constant": _constant, "symbol": Batch._symbol, "entry": Batch._entry, "apply": Batch._apply,
    "derivative": Batch._derivative, "sum": Batch._sum, "prod": Batch._product, "cases": Batch._cases,
    "indicator": Batch._indicator, "delta": Batch._delta, "diff": Batch._diff, "eye": _filled_array, "ones": _filled_array,
    "zeros": _filled_array, "unit": _filled_array, "vector": _literal, "matrix": _literal, "columns": _columns,
}


@dataclass(frozen=True, slots=True)
class Sampling:
    """How many instances to try, and the seed from which they are drawn."""

    samples: int = 40
    seed: int = 0


class Batches:
    """The instances of one context, in batches of equal sizes, with the values of the terms seen so far."""

    def __init__(self, context: Context, sampling: Sampling | None = None) -> None:
        self.context = context
        self.sampling = sampling or Sampling()
        self.sampler = Sampler(context, self.sampling.seed)
        self.batches = self._drawn(uses_complex(context))
        self.reason = None if self.batches else "no instance of the assumptions was found"
        self._known: dict[Term, list[Floats | None]] = {}

    @property
    def held(self) -> int:
        """How many numbers the values seen so far take."""
        return sum(batch.held for batch in self.batches)

    def forget(self) -> None:
        """Forget the values of the terms seen so far."""
        self._known.clear()
        for batch in self.batches:
            batch.forget()

    def _drawn(self, complex_values: bool) -> list[Batch]:
        configurations = size_configurations(self.sampler.sizes)[:5]
        each = max(1, -(-self.sampling.samples // len(configurations)))
        found, dependence = list[Batch](), Dependence(self.context)
        for sizes in configurations:
            instances: list[Instance] = []
            for k in range(each):
                drawn = self.sampler.draw(sizes, STYLES[k % 4 if k < 8 else k % len(STYLES)])
                if drawn is None and not instances and k > 1:
                    break
                instances += [drawn] if drawn is not None else []
            parts = self._by_length(instances)
            found += [Batch(self.context, sizes, part, complex_values, dependence) for part in parts if part]
        return found

    def _by_length(self, instances: Sequence[Instance]) -> tuple[list[Instance], list[Instance]]:
        """Instances with small whole numbers and the others: over ranges that end at large ones little can be summed."""
        kinds = {"integer", "natural"}
        whole = [name for name, it in self.context.symbols.items() if it.type.kind in kinds and not it.type.shape]
        parts: tuple[list[Instance], list[Instance]] = [], []
        for instance in instances:
            values = (instance.values.get(name) for name in whole)
            parts[any(isinstance(v, fmpq) and abs(v) > LONGEST for v in values)].append(instance)
        return parts

    def values(self, term: Term) -> list[Floats | None]:
        """Per batch the term's values, instances first; ``None`` where a batch cannot tell."""
        if term not in self._known:
            self._known[term] = [b.values(term) for b in self.batches]
        return self._known[term]


class Draws:
    """The batches of several derivations; those of equal contexts share them, which changes nothing but the time.

    Those of the contexts asked for last are kept, and no more numbers than memory has room for.
    """

    def __init__(self) -> None:
        self._known: dict[object, Batches] = {}

    def of(self, context: Context, sampling: Sampling) -> Batches:
        """The batches of a context."""
        definitions = tuple((d.symbol, d.parameters, d.body) for d in context.definitions.values())
        key = (tuple(context.symbols.items()), definitions, context.assumptions, sampling)
        found = self._known.pop(key, None) or Batches(context, sampling)
        self._known[key] = found
        if len(self._known) > MOST_CONTEXTS:
            self._known.pop(next(iter(self._known))).forget()
        if sum(batches.held for batches in self._known.values()) > MOST_HELD:
            for batches in self._known.values():
                batches.forget()
        return found


DRAWS = Draws()
"""The instances that this process has drawn: the submissions of a class mostly have the same declarations."""
