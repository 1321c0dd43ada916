"""The values of terms on batches of random instances in floating point: fast, always run, and never the last word.

A difference seen here is a suspicion, which exact or ball arithmetic has to confirm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import TypeAlias

import numpy as np
from flint import acb, arb, fmpq

from derivcheck.kernel.arithmetic import Gaussian
from derivcheck.kernel.evaluate import Instance, Undefined, Undetermined, Value, evaluate, uses_complex
from derivcheck.kernel.terms import LOGIC, Context, Symbol, Term, is_family
from derivcheck.proving import floats
from derivcheck.proving.floats import Floats, Operand, Tangent
from derivcheck.proving.instances import STYLES, RidgePolynomial, Sampler, size_configurations

LARGEST = 400_000
"""The most numbers that one operation of a batch may hold."""


class Uncovered(Exception):
    """The batch evaluation does not cover a term."""


Local: TypeAlias = "dict[Symbol, Operand]"


class _World:
    """Symbols changed by the ``diff`` around, and how many axes are taken there."""

    __slots__ = ("cache", "changed", "depth")

    def __init__(self, changed: Mapping[str, Operand], depth: int) -> None:
        self.changed = changed
        self.depth = depth
        self.cache: dict[Term, Operand] = {}


class Batch:
    """Instances of equal sizes, and the values of terms at all of them at once."""

    def __init__(self, context: Context, sizes: Mapping[str, int], instances: Sequence[Instance], complex_values: bool) -> None:
        self.context = context
        self.sizes = sizes
        self.instances = tuple(instances)
        self.count = len(self.instances)
        self.dtype = np.complex128 if complex_values else np.float64
        self.root = _World({}, 0)
        self.tags = 0

    def values(self, term: Term) -> Floats | None:
        """The term's values, instances first, then its dimensions; ``None`` where it is not covered or too large."""
        rank = len(term.shape)
        try:
            with np.errstate(all="ignore"):
                dims = self._dims(term)
                value = _filled(floats.base(self._value(term, self.root, {}, 0)), dims, rank)
        except (Uncovered, NotImplementedError, OverflowError, RecursionError, MemoryError):
            return None
        return np.broadcast_to(value, (self.count, *dims))

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

    def _dims(self, term: Term) -> tuple[int, ...]:
        dims = tuple(map(self.size, term.shape))
        if math.prod(dims) * self.count > LARGEST:
            raise Uncovered("too large")
        return dims

    def _value(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        if not local and (known := world.cache.get(term)) is not None:
            return known
        handler = HANDLERS.get(term.op)
        if handler is not None:
            value = handler(self, term, world, local, depth)
        elif term.op in LOGIC:
            value = self.truth(term, world, local, depth)
        else:
            value = self._operator(term, [self._value(a, world, local, depth) for a in term.args])
        if floats.base(value).size > LARGEST:
            raise Uncovered("too large")
        if not local:
            world.cache[term] = value
        return value

    def _operator(self, term: Term, operands: list[Operand]) -> Operand:
        if term.op in ARRAYS:
            return ARRAYS[term.op](self, term, operands)
        rank = len(term.shape)
        aligned = [_raised(x, rank - len(a.shape)) for x, a in zip(operands, term.args, strict=True)]
        if term.op in FOLDS:
            total = aligned[0]
            for x in aligned[1:]:
                total = FOLDS[term.op](total, x)
            return total
        if term.op == "log" and len(aligned) == 2:
            return floats.div(floats.call("log", aligned[0]), floats.call("log", aligned[1]))
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
        if it.name in self.sizes:
            return np.asarray(float(self.sizes[it.name]), dtype=self.dtype)
        key = term
        if key not in world.cache:
            world.cache[key] = self._table(it, term, world) if it.name in self.context.definitions else self._given(it.name, term)
        return world.cache[key]

    def _given(self, name: str, term: Term) -> Operand:
        rows = [self._numbers(i.values[name], i) if name in i.values else None for i in self.instances]
        if any(r is None for r in rows):
            raise Uncovered(name)
        return np.array(rows, dtype=self.dtype).reshape(self.count, *self._dims(term))

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
        dims = self._dims(term)
        first = depth = world.depth
        local: Local = {}
        for parameter, n in zip(definition.parameters, dims, strict=False):
            local[parameter] = self._axis(1, n, depth)
            depth += 1
        value = self._value(definition.body, world, local, depth)
        count = len(definition.parameters)
        rank, inner = len(dims) - count, dims[count:]
        return floats.linear(lambda x: _lowered(_filled(x, inner, rank), dims[:count], rank, first), value) if count else value

    def _axis(self, first: int, last: int, depth: int) -> Floats:
        values = np.arange(first, last + 1, dtype=self.dtype)
        return values.reshape(-1, *(1,) * (depth + 1))

    # ---- entries ---------------------------------------------------------------------------------------------

    def _entry(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        array, indices = term.args[0], list(term.args[1:])
        while array.op == "entry":
            array, indices = array.args[0], [*array.args[1:], *indices]
        value = self._value(array, world, local, depth)
        index = [floats.base(self._value(i, world, local, depth)) for i in indices]
        dims = self._dims(array)
        if len(index) == len(dims) - 1 and dims[-2:-1] == (1,) and (len(index) > 1 or not is_family(array)) and not term.shape:
            index.insert(len(index) - 1, np.ones(()))
        return floats.linear(lambda x: _picked(x, index, dims), value)

    def _apply(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        arguments = [self._value(a, world, local, depth) for a in term.args]
        definition = self.context.definitions.get(term.symbol.name)
        if definition is not None:
            return self._value(definition.body, world, dict(zip(definition.parameters, arguments, strict=True)), depth)
        entries: list[Operand] = []
        for argument, a in zip(arguments, term.args, strict=True):
            dims = self._dims(a)
            members = range(math.prod(dims))
            entries += [floats.linear(partial(_member, dims, k), argument) for k in members] if dims else [argument]
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
            return np.full((1, *self._dims(body)), empty, dtype=self.dtype)
        if (last - first + 1) * self.count > LARGEST:
            raise Uncovered("a long range")
        axis = self._axis(first, last, depth)
        inner = {**local, term.symbol: axis}
        mask: Floats | None = None
        if low.size > 1 or high.size > 1:
            mask = ((axis.real >= low) & (axis.real <= high)).astype(float)
        if condition:
            holds = floats.base(self.truth(condition[0], world, inner, depth + 1))
            mask = holds if mask is None else np.where(mask == 1, holds, 0.0)
        value = self._value(body, world, inner, depth + 1)
        rank, dims = len(body.shape), self._dims(body)
        if mask is not None:
            value = floats.choose(mask.reshape(*mask.shape, *(1,) * rank), value, np.asarray(empty))
        full = rank + 1 + depth + 1
        return reduce(floats.linear(lambda x: _spread(_filled(x, dims, rank), full, last - first + 1), value))

    def _sum(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        return self._over_range(term, world, local, depth, 0.0, partial(floats.linear, lambda y: np.sum(y, axis=0)))

    def _product(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        if term.shape:
            raise Uncovered("a product of arrays")
        return self._over_range(term, world, local, depth, 1.0, _multiplied)

    def _cases(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        otherwise: Operand = self._value(term.args[-1], world, local, depth) if len(term.args) % 2 else np.asarray(np.nan)
        rank = len(term.shape)
        pairs = list(zip(term.args[:-1:2] if len(term.args) % 2 else term.args[::2], term.args[1::2], strict=True))
        for value, condition in reversed(pairs):
            holds = floats.base(self.truth(condition, world, local, depth))
            holds = holds.reshape(*holds.shape, *(1,) * rank)
            otherwise = floats.choose(holds, self._value(value, world, local, depth), otherwise)
        return otherwise

    def _indicator(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        return self.truth(term.args[0], world, local, depth)

    def _delta(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        a, b = (floats.base(self._value(x, world, local, depth)) for x in term.args)
        return _compared(a, b, a == b)

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
            return _compared(value, low + high, (low <= value) & (value <= high) & (value == np.floor(value)))
        a, b = values
        holds = ORDERS[term.op](a if term.op in {"eq", "ne"} else a.real, b if term.op in {"eq", "ne"} else b.real)
        holds = _compared(a, b, holds)
        for _ in term.args[0].shape:
            holds = np.asarray(np.max(holds, axis=-1) if term.op == "ne" else np.min(holds, axis=-1))
        return holds

    # ---- derivatives -----------------------------------------------------------------------------------------

    def _diff(self, term: Term, world: _World, local: Local, depth: int) -> Operand:
        body, variable = term.args
        array, indices = variable, list[Term]()
        while array.op == "entry":
            array, indices = array.args[0], [*array.args[1:], *indices]
        value = self._value(array, world, local, depth)
        index = [floats.base(self._value(i, world, local, depth)) for i in indices]
        dims = self._dims(array) if array.symbol not in local else ()
        if len(index) == 1 and len(dims) == 2 and dims[0] == 1 and not variable.shape:
            index.insert(0, np.ones(()))
        count = math.prod(dims[len(index):])
        self.tags += 1
        tag = self.tags
        jet = Tangent(tag, value, _directions(dims, index, count, depth))
        if array.symbol in local:
            result = self._value(body, world, {**local, array.symbol: jet}, depth + 1)
        else:
            result = self._value(body, _World({**world.changed, array.symbol.name: jet}, depth + 1), local, depth + 1)
        rank = len(body.shape)
        if not isinstance(result, Tangent) or result.tag != tag:
            result = Tangent(tag, result, np.zeros(()))
        inner, shape = self._dims(body), self._dims(term)

        def laid_out(x: Floats) -> Floats:
            return _laid_out(term, _lowered(_filled(x, inner, rank), (count,), rank, depth), count, inner, shape)
        undefined = np.isnan(floats.base(result))
        change = floats.linear(lambda x: np.where(undefined, np.nan, x), result.change) if np.any(undefined) else result.change
        return floats.linear(laid_out, change)


def _laid_out(term: Term, x: Floats, count: int, inner: tuple[int, ...], shape: tuple[int, ...]) -> Floats:
    """From directions before the body's dimensions (on the right of the instances) to the layout of the derivative."""
    lead = x.shape[: x.ndim - 1 - len(inner)]
    flat = x.reshape(*lead, count, math.prod(inner))
    transpose = term.data == "numerator" and not term.args[0].shape and len(shape) == 2 and len(term.args[1].shape) == 2
    if transpose:
        return np.swapaxes(flat.reshape(*lead, shape[1], shape[0]), -1, -2)
    if term.data != "denominator":
        flat = np.swapaxes(flat, -1, -2)
    return flat.reshape(*lead, *shape)


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


def _raised(x: Operand, count: int) -> Operand:
    """A scalar made ready to go with every entry of an array of ``count`` dimensions."""
    return floats.linear(lambda y: y.reshape(*y.shape, *(1,) * count), x) if count > 0 else x


def _multiplied(x: Operand) -> Operand:
    """The product along the leading axis."""
    total: Operand = np.ones(())
    for k in range(floats.base(x).shape[0]):
        total = floats.mul(total, floats.linear(itemgetter(k), x))
    return total


def _spread(x: Floats, full: int, length: int) -> Floats:
    """With a leading axis of the given length, even if the operand does not depend on it."""
    if x.ndim < full:
        x = x.reshape(*(1,) * (full - x.ndim), *x.shape)
    return np.broadcast_to(x, (length, *x.shape[1:])) if x.shape[0] != length else x


def _lowered(x: Floats, lengths: tuple[int, ...], rank: int, depth: int) -> Floats:
    """The leftmost axes (above ``depth`` others) moved behind the instances, before the last ``rank`` dimensions."""
    for k in reversed(range(len(lengths))):
        x = _spread(x, rank + len(lengths) - 1 - k + 1 + depth + k + 1, lengths[k])
        x = np.moveaxis(x, 0, x.ndim - 1 - rank - (len(lengths) - 1 - k))
    return x


def _filled(x: Floats, dims: tuple[int, ...], rank: int) -> Floats:
    """With all its dimensions at full length."""
    if x.ndim < rank + 1:
        x = x.reshape(*(1,) * (rank + 1 - x.ndim), *x.shape)
    return np.broadcast_to(x, (*x.shape[: x.ndim - rank], *dims)) if rank else x


def _member(dims: tuple[int, ...], k: int, x: Floats) -> Floats:
    """The k-th entry of an array, row by row."""
    x = _filled(x, dims, len(dims))
    return np.asarray(x.reshape(*x.shape[: x.ndim - len(dims)], -1)[..., k])


def _picked(x: Floats, index: Sequence[Floats], dims: tuple[int, ...]) -> Floats:
    """Entries of an array; NaN outside its range."""
    rank = len(dims)
    x = _filled(x, dims, rank)
    lead = x.shape[: x.ndim - rank]
    position = np.zeros((), dtype=int)
    outside = np.zeros((), dtype=bool)
    for k, n in zip(index, dims, strict=False):
        exact = k.real
        outside = outside | ~((exact >= 1) & (exact <= n) & (exact == np.floor(exact)))
        position = position * n + np.clip(np.nan_to_num(exact, nan=1.0), 1, max(n, 1)).astype(int) - 1
    rest = dims[len(index):]
    flat = x.reshape(*lead, math.prod(dims[: len(index)]), *rest)
    if not flat.shape[len(lead)]:
        raise Uncovered("an empty array")
    grid = [np.arange(n).reshape(-1, *(1,) * (len(lead) - 1 - axis)) for axis, n in enumerate(lead)]
    value = flat[(*grid, position)]
    if np.any(outside):
        value = np.where(outside.reshape(*outside.shape, *(1,) * len(rest)), np.nan, value)
    return np.asarray(value)


def _directions(dims: tuple[int, ...], index: Sequence[Floats], count: int, depth: int) -> Floats:
    """The changes of an array along the directions of a derivative by it, by a member or by an entry of it."""
    total = math.prod(dims)
    position = np.zeros(())
    for k, n in zip(index, dims, strict=False):
        position = position * n + k.real - 1
    wanted = position * count + np.arange(count).reshape(-1, *(1,) * (depth + 1))
    hot = np.asarray(wanted.reshape(*wanted.shape, 1) == np.arange(total), dtype=float)
    return hot.reshape(*wanted.shape, *dims)


def _compared(a: Floats, b: Floats, holds: Floats) -> Floats:
    unknown = np.isnan(a) | np.isnan(b)
    return np.where(unknown, np.nan, holds) if np.any(unknown) else np.asarray(holds, dtype=float)


ORDERS: dict[str, Callable[[Floats, Floats], Floats]] = {
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
}


def _greatest(direction: int) -> Callable[[Operand, Operand], Operand]:
    def pick(a: Operand, b: Operand) -> Operand:
        x, y = floats.base(a), floats.base(b)
        return floats.choose(_compared(x, y, direction * x.real >= direction * y.real), a, b)
    return pick


FOLDS: dict[str, Callable[[Operand, Operand], Operand]] = {
    "add": floats.add, "mul": floats.mul, "hadamard": floats.mul, "div": floats.div, "max": _greatest(1), "min": _greatest(-1),
}


def _as_matrix(x: Operand, rank: int) -> Operand:
    return floats.linear(lambda y: y[..., None], x) if rank == 1 else x


def _matmul(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    a, b = (_as_matrix(x, len(t.shape)) for x, t in zip(operands, term.args, strict=True))
    product = floats.bilinear(np.matmul, a, b)
    return floats.linear(lambda x: x.reshape(*x.shape[:-2], *batch._dims(term)), product)


def _transpose(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    rank = len(term.args[0].shape)
    if not rank:
        return operands[0]
    turned = floats.linear(lambda x: np.swapaxes(x, -1, -2), _as_matrix(operands[0], rank))
    return turned if len(term.shape) == 2 else floats.linear(lambda x: x[..., 0], turned)


def _inverse_of(x: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.inv(x))
    except np.linalg.LinAlgError:
        singular = np.abs(np.linalg.det(x)) < 1e-12
        eye = np.eye(x.shape[-1])
        return np.where(singular[..., None, None], np.nan, np.linalg.inv(np.where(singular[..., None, None], eye, x)))


def _inverse(x: Operand) -> Operand:
    if not isinstance(x, Tangent):
        return _inverse_of(x)
    inner = _inverse(x.value)
    moved = floats.bilinear(np.matmul, floats.bilinear(np.matmul, inner, x.change), inner)
    return Tangent(x.tag, inner, floats.neg(moved))


def _determinant(x: Operand) -> Operand:
    """By Jacobi's formula its change is the trace of the adjugate times the change."""
    if not isinstance(x, Tangent):
        return np.asarray(np.linalg.det(x))
    moved = floats.bilinear(np.matmul, _adjugate(x.value), x.change)
    return Tangent(x.tag, _determinant(x.value), floats.linear(lambda y: np.trace(y, axis1=-2, axis2=-1), moved))


def _adjugate(x: Operand) -> Operand:
    """The transposed cofactors; of plain arrays by singular values, which also serves singular matrices."""
    n = floats.base(x).shape[-1]
    if not isinstance(x, Tangent):
        u, s, v = np.linalg.svd(x)
        rest = np.stack([np.prod(np.delete(s, k, axis=-1), axis=-1) for k in range(n)], axis=-1)
        sign = np.linalg.det(u) * np.linalg.det(v)
        return np.asarray(sign[..., None, None] * np.conj(np.swapaxes(v, -1, -2)) @ (rest[..., :, None] * np.conj(np.swapaxes(u, -1, -2))))
    rows = []
    for i in range(n):
        cofactors = [floats.linear(lambda y: y[..., None], _cofactor(x, j, i)) for j in range(n)]
        rows.append(floats.linear(lambda y: y[..., None, :], _concatenated(cofactors)))
    return _concatenated(rows, axis=-2)


def _cofactor(x: Operand, row: int, column: int) -> Operand:
    minor = floats.linear(lambda y: np.delete(np.delete(y, row, axis=-2), column, axis=-1), x)
    value = _determinant(minor) if floats.base(minor).shape[-1] else floats.linear(lambda y: y[..., 0, 0] * 0, x)
    if not floats.base(minor).shape[-1]:
        value = floats.add(value, np.ones(()))
    return floats.neg(value) if (row + column) % 2 else value


def _concatenated(parts: Sequence[Operand], axis: int = -1) -> Operand:
    first = parts[0]
    if isinstance(first, Tangent):
        same = [p for p in parts if isinstance(p, Tangent)]
        return Tangent(first.tag, _concatenated([p.value for p in same], axis), _concatenated([p.change for p in same], axis))
    return np.concatenate([floats.base(p) for p in parts], axis=axis)


def _summed(x: Operand, rank: int) -> Operand:
    return floats.linear(lambda y: np.sum(y, axis=tuple(range(-rank, 0))), x) if rank else x


def _norm(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    x = operands[0] if not np.iscomplexobj(floats.base(operands[0])) else floats.call("abs", operands[0])
    return floats.call("sqrt", _summed(floats.mul(x, x), len(term.args[0].shape)))


def _dot(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    return _summed(floats.mul(*operands), len(term.args[0].shape))


def _outer(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    return floats.bilinear(lambda a, b: a[..., :, None] * b[..., None, :], *operands)


def _softmax(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    powers = floats.call("exp", operands[0])
    return floats.div(powers, floats.linear(lambda x: np.sum(x, axis=-1, keepdims=True), powers))


def _logsumexp(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    return floats.call("log", _summed(floats.call("exp", operands[0]), 1))


def _diag(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    n = batch.size(term.shape[0])
    if len(term.shape) == 1:
        return floats.linear(lambda x: np.diagonal(x, axis1=-2, axis2=-1), operands[0])
    return floats.linear(lambda x: x[..., :, None] * np.eye(n), operands[0])


def _kron(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    a, b = (_as_matrix(x, len(t.shape)) for x, t in zip(operands, term.args, strict=True))
    product = floats.bilinear(lambda x, y: x[..., :, None, :, None] * y[..., None, :, None, :], a, b)
    return floats.linear(lambda x: x.reshape(*x.shape[:-4], *batch._dims(term)), product)


def _vec(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    a = _as_matrix(operands[0], len(term.args[0].shape))
    return floats.linear(lambda x: np.swapaxes(x, -1, -2).reshape(*x.shape[:-2], -1), a)


def _power(batch: Batch, term: Term, operands: list[Operand]) -> Operand:
    if not term.shape:
        return floats.power(*operands)
    exponent = floats.base(operands[1]).real
    exponents = np.unique(exponent)
    if np.any(exponents != np.floor(exponents)) or np.any(np.abs(exponents) > 64) or len(exponents) > 20:
        raise Uncovered("a matrix power")
    result: Operand = np.asarray(np.nan)
    for k in map(int, exponents):
        chosen = np.asarray(exponent == k, dtype=float).reshape(*exponent.shape, 1, 1)
        result = floats.choose(chosen, _matrix_power(operands[0], k, batch.size(term.shape[0])), result)
    return result


def _matrix_power(x: Operand, exponent: int, n: int) -> Operand:
    factor = x if exponent >= 0 else _inverse(x)
    result: Operand = np.eye(n)
    for _ in range(abs(exponent)):
        result = floats.bilinear(np.matmul, result, factor)
    return result


ARRAYS: dict[str, Callable[[Batch, Term, list[Operand]], Operand]] = {
    "neg": lambda batch, term, operands: floats.neg(operands[0]), "pow": _power,
    "matmul": _matmul, "transpose": _transpose, "inv": lambda batch, term, operands: _inverse(operands[0]),
    "det": lambda batch, term, operands: _determinant(operands[0]), "adj": lambda batch, term, operands: _adjugate(operands[0]),
    "tr": lambda batch, term, operands: floats.linear(lambda x: np.trace(x, axis1=-2, axis2=-1), operands[0]),
    "norm": _norm, "frobenius": _norm, "dot": _dot, "outer": _outer, "softmax": _softmax, "logsumexp": _logsumexp, "diag": _diag,
    "kron": _kron, "vec": _vec,
}
"""Operators of whole arrays."""


def _number(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    return np.asarray(float(term.number), dtype=batch.dtype)


def _constant(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    if term.data == "oo":
        raise Uncovered("infinity")
    return np.asarray({"pi": math.pi, "e": math.e, "i": 1j}[str(term.data)])


def _filled_array(batch: Batch, term: Term, world: _World, local: Local, depth: int) -> Operand:
    dims = batch._dims(term)
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
    total: Operand = np.zeros((1, len(leaves)))
    for k, leaf in enumerate(leaves):
        hot = (np.arange(len(leaves)) == k).astype(float)
        value = floats.linear(lambda x: x[..., None], batch._value(leaf, world, local, depth))
        total = floats.add(total, floats.linear(lambda x, h=hot: np.where(h == 1, x, 0.0), value))  # type: ignore[misc]
    return floats.linear(lambda x: x.reshape(*x.shape[:-1], *batch._dims(term)), total)


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

    def _drawn(self, complex_values: bool) -> list[Batch]:
        configurations = size_configurations(self.sampler.sizes)[:5]
        each = max(1, -(-self.sampling.samples // len(configurations)))
        found = []
        for sizes in configurations:
            instances: list[Instance] = []
            for k in range(each):
                drawn = self.sampler.draw(sizes, STYLES[k % 4 if k < 8 else k % len(STYLES)])
                if drawn is None and not instances and k > 1:
                    break
                instances += [drawn] if drawn is not None else []
            if instances:
                found.append(Batch(self.context, sizes, instances, complex_values))
        return found

    def values(self, term: Term) -> list[Floats | None]:
        """Per batch the term's values, instances first; ``None`` where a batch cannot tell."""
        if term not in self._known:
            self._known[term] = [b.values(term) for b in self.batches]
        return self._known[term]
