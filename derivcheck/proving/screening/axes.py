"""Moving and filling the axes of batch values: bound indices to the left of the instances, dimensions to the right."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from operator import itemgetter

import numpy as np

from derivcheck.kernel.terms import Term
from derivcheck.proving.screening import floats
from derivcheck.proving.screening.floats import Floats, Operand, Uncovered


def raised(x: Operand, count: int) -> Operand:
    """A scalar made ready to go with every entry of an array of ``count`` dimensions."""
    return floats.linear(lambda y: y.reshape((*y.shape, *(1,) * count)), x) if count > 0 else x


def multiplied(x: Operand) -> Operand:
    """The product along the leading axis."""
    total: Operand = np.ones(())
    for k in range(floats.base(x).shape[0]):
        total = floats.mul(total, floats.linear(itemgetter(k), x))
    return total


def spread(x: Floats, full: int, length: int) -> Floats:
    """With a leading axis of the given length, even if the operand does not depend on it."""
    if x.ndim < full:
        x = x.reshape((*(1,) * (full - x.ndim), *x.shape))
    return np.broadcast_to(x, (length, *x.shape[1:])) if x.shape[0] != length else x


def trimmed(x: Operand, rank: int) -> Operand:
    """Without the leading axes of length 1, which say nothing: how many there are depends on the binders around."""
    return floats.linear(partial(_trimmed, rank), x)


def _trimmed(rank: int, x: Floats) -> Floats:
    lead = x.shape[: max(x.ndim - rank - 1, 0)]
    extra = next((k for k, n in enumerate(lead) if n != 1), len(lead))
    return x.reshape(x.shape[extra:]) if extra else x


def lowered(x: Floats, lengths: tuple[int, ...], rank: int, depth: int) -> Floats:
    """The leftmost axes (above ``depth`` others) moved behind the instances, before the last ``rank`` dimensions."""
    for k in reversed(range(len(lengths))):
        x = spread(x, rank + len(lengths) - 1 - k + 1 + depth + k + 1, lengths[k])
        x = np.moveaxis(x, 0, x.ndim - 1 - rank - (len(lengths) - 1 - k))
    return x


def filled(x: Floats, dims: tuple[int, ...], rank: int) -> Floats:
    """With all its dimensions at full length."""
    if rank and x.ndim > rank and x.shape[-rank:] == dims:
        return x
    if x.ndim < rank + 1:
        x = x.reshape((*(1,) * (rank + 1 - x.ndim), *x.shape))
    return np.broadcast_to(x, (*x.shape[: x.ndim - rank], *dims)) if rank else x


def member(dims: tuple[int, ...], k: int, x: Floats) -> Floats:
    """The k-th entry of an array, row by row."""
    x = filled(x, dims, len(dims))
    return np.asarray(x.reshape(*x.shape[: x.ndim - len(dims)], -1)[..., k])


def picked(x: Floats, index: Sequence[Floats], dims: tuple[int, ...]) -> Floats:
    """Entries of an array; NaN outside its range."""
    rank = len(dims)
    x = filled(x, dims, rank)
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
        value = np.where(outside.reshape((*outside.shape, *(1,) * len(rest))), np.nan, value)
    return np.asarray(value)


def directions(dims: tuple[int, ...], index: Sequence[Floats], count: int, depth: int) -> Floats:
    """The changes of an array along the directions of a derivative by it, by a member or by an entry of it."""
    total = math.prod(dims)
    position = np.zeros(())
    for k, n in zip(index, dims, strict=False):
        position = position * n + k.real - 1
    wanted = position * count + np.arange(count).reshape(-1, *(1,) * (depth + 1))
    hot = np.asarray(wanted.reshape(*wanted.shape, 1) == np.arange(total), dtype=float)
    return hot.reshape((*wanted.shape, *dims))


def laid_out(term: Term, x: Floats, count: int, inner: tuple[int, ...], shape: tuple[int, ...]) -> Floats:
    """From directions before the body's dimensions (on the right of the instances) to the layout of the derivative."""
    lead = x.shape[: x.ndim - 1 - len(inner)]
    flat = x.reshape(*lead, count, math.prod(inner))
    transpose = term.data == "numerator" and not term.args[0].shape and len(shape) == 2 and len(term.args[1].shape) == 2
    if transpose:
        return np.swapaxes(flat.reshape(*lead, shape[1], shape[0]), -1, -2)
    if term.data != "denominator":
        flat = np.swapaxes(flat, -1, -2)
    return flat.reshape((*lead, *shape))
