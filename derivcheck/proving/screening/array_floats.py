"""Operators of whole arrays on batch values: products, inverses, determinants, norms, and their changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from derivcheck.kernel.terms import Term
from derivcheck.proving.screening import floats
from derivcheck.proving.screening.floats import Floats, Operand, Tangent, Uncovered


def compared(a: Floats, b: Floats, holds: Floats) -> Floats:
    """A comparison as 1 and 0, NaN where a side is undefined."""
    unknown = np.isnan(a) | np.isnan(b)
    return np.where(unknown, np.nan, holds) if np.any(unknown) else np.asarray(holds, dtype=float)


def _as_matrix(x: Operand, rank: int) -> Operand:
    return floats.linear(lambda y: y[..., None], x) if rank == 1 else x


def _matmul(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    a, b = (_as_matrix(x, len(t.shape)) for x, t in zip(operands, term.args, strict=True))
    product = floats.bilinear(np.matmul, a, b)
    return floats.linear(lambda x: x.reshape((*x.shape[:-2], *dims)), product)


def _transpose(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    rank = len(term.args[0].shape)
    if not rank:
        return operands[0]
    turned = floats.linear(lambda x: np.swapaxes(x, -1, -2), _as_matrix(operands[0], rank))
    return turned if len(term.shape) == 2 else floats.linear(lambda x: x[..., 0], turned)


def _where_tame(function: Callable[[Floats], Floats], x: Floats, unusable: Floats) -> Floats:
    """A function of matrices where they are usable; NaN (undefined) or infinity (unknown) as ``unusable`` says elsewhere.

    Infinity everywhere where the library gives up, so that exact arithmetic is asked.
    """
    bad = (unusable != 0)[..., None, None]
    try:
        return np.where(bad, unusable[..., None, None], function(np.where(bad, np.eye(x.shape[-1]), x)))
    except np.linalg.LinAlgError:
        return np.full(x.shape, np.inf)


def _unknown(x: Floats) -> Floats:
    """Infinity for matrices with entries that are not finite or nearly overflow, NaN for those with a NaN, else 0."""
    entries = np.abs(x).reshape(*x.shape[:-2], -1)
    wild = np.where(np.all(entries < 1e60, axis=-1), 0.0, np.inf)
    return np.where(np.any(np.isnan(entries), axis=-1), np.nan, wild)


WORST = 1e12
"""How badly conditioned a matrix may be whose inverse floats can tell: rounding makes singular ones invertible."""


def _trusted(x: Floats) -> Floats:
    """The inverses of matrices, infinite where floats cannot tell them."""
    inverse = np.asarray(np.linalg.inv(x))
    with np.errstate(all="ignore"):
        condition = np.abs(x).max(axis=(-2, -1)) * np.abs(inverse).max(axis=(-2, -1))
    return np.where((condition > WORST)[..., None, None], np.inf, inverse)


def _inverse_of(x: Floats) -> Floats:
    try:
        return _trusted(x)
    except np.linalg.LinAlgError:
        unusable = _unknown(x)
        tame = np.where((unusable != 0)[..., None, None], np.eye(x.shape[-1]), x)
        singular = np.abs(np.linalg.det(tame)) < 1e-12
        return _where_tame(_trusted, x, np.where(singular, np.nan, unusable))


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
        return _where_tame(_adjugate_of, x, _unknown(x))
    rows = []
    for i in range(n):
        cofactors = [floats.linear(lambda y: y[..., None], _cofactor(x, j, i)) for j in range(n)]
        rows.append(floats.linear(lambda y: y[..., None, :], _concatenated(cofactors)))
    return _concatenated(rows, axis=-2)


def _adjugate_of(x: Floats) -> Floats:
    u, s, v = np.linalg.svd(x)
    rest = np.stack([np.prod(np.delete(s, k, axis=-1), axis=-1) for k in range(x.shape[-1])], axis=-1)
    left, right = np.conj(np.swapaxes(v, -1, -2)), np.conj(np.swapaxes(u, -1, -2))
    sign = np.linalg.det(u) * np.linalg.det(v)
    return np.asarray(sign[..., None, None] * left @ (rest[..., :, None] * right))


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


def _norm(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    x = operands[0] if not np.iscomplexobj(floats.base(operands[0])) else floats.call("abs", operands[0])
    return floats.call("sqrt", _summed(floats.mul(x, x), len(term.args[0].shape)))


def _dot(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    return _summed(floats.mul(*operands), len(term.args[0].shape))


def _outer(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    return floats.bilinear(lambda a, b: a[..., :, None] * b[..., None, :], *operands)


def _softmax(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    powers = floats.call("exp", operands[0])
    return floats.div(powers, floats.linear(lambda x: np.sum(x, axis=-1, keepdims=True), powers))


def _logsumexp(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    return floats.call("log", _summed(floats.call("exp", operands[0]), 1))


def _diag(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    n = dims[0]
    if len(term.shape) == 1:
        return floats.linear(lambda x: np.diagonal(x, axis1=-2, axis2=-1), operands[0])
    return floats.linear(lambda x: x[..., :, None] * np.eye(n), operands[0])


def _kron(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    a, b = (_as_matrix(x, len(t.shape)) for x, t in zip(operands, term.args, strict=True))
    product = floats.bilinear(lambda x, y: x[..., :, None, :, None] * y[..., None, :, None, :], a, b)
    return floats.linear(lambda x: x.reshape((*x.shape[:-4], *dims)), product)


def _vec(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    a = _as_matrix(operands[0], len(term.args[0].shape))
    return floats.linear(lambda x: np.swapaxes(x, -1, -2).reshape(*x.shape[:-2], -1), a)


def _stack(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    """Blocks beside or above each other: each at its place among zeros, added up."""
    axis = -1 if term.op == "hstack" else -2
    blocks = [_as_block(x, len(t.shape)) for x, t in zip(operands, term.args, strict=True)]
    widths = [floats.base(x).shape[axis] for x in blocks]
    total: Operand = np.zeros(())
    for k, block in enumerate(blocks):
        before, after = sum(widths[:k]), sum(widths[k + 1:])
        around = [(before, after) if (axis == -1 and side == 1) or (axis == -2 and side == 0) else (0, 0) for side in (0, 1)]
        total = floats.add(total, floats.linear(lambda x, w=around: np.pad(x, [(0, 0)] * (x.ndim - 2) + w), block))  # type: ignore[misc]
    return floats.linear(lambda x: x.reshape((*x.shape[:-2], *dims)), total)


def _as_block(x: Operand, rank: int) -> Operand:
    return floats.linear(lambda y: y[..., None, None], x) if rank == 0 else _as_matrix(x, rank)


def _trace(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    return floats.linear(lambda x: np.trace(x, axis1=-2, axis2=-1), operands[0]) if term.args[0].shape else operands[0]


def _power(term: Term, dims: tuple[int, ...], operands: list[Operand]) -> Operand:
    if not term.shape:
        return floats.power(*operands)
    exponent = floats.base(operands[1]).real
    exponents = np.unique(exponent)
    if np.any(exponents != np.floor(exponents)) or np.any(np.abs(exponents) > 64) or len(exponents) > 20:
        raise Uncovered("a matrix power")
    result: Operand = np.asarray(np.nan)
    for k in map(int, exponents):
        chosen = np.asarray(exponent == k, dtype=float).reshape(*exponent.shape, 1, 1)
        result = floats.choose(chosen, _matrix_power(operands[0], k, dims[0]), result)
    return result


def _matrix_power(x: Operand, exponent: int, n: int) -> Operand:
    factor = x if exponent >= 0 else _inverse(x)
    result: Operand = np.eye(n)
    for _ in range(abs(exponent)):
        result = floats.bilinear(np.matmul, result, factor)
    return result


ARRAYS: dict[str, Callable[[Term, tuple[int, ...], list[Operand]], Operand]] = {
    "neg": lambda term, dims, operands: floats.neg(operands[0]), "pow": _power,
    "matmul": _matmul, "transpose": _transpose, "inv": lambda term, dims, operands: _inverse(operands[0]),
    "det": lambda term, dims, operands: _determinant(operands[0]), "adj": lambda term, dims, operands: _adjugate(operands[0]),
    "tr": _trace, "hstack": _stack, "vstack": _stack,
    "norm": _norm, "frobenius": _norm, "dot": _dot, "outer": _outer, "softmax": _softmax, "logsumexp": _logsumexp, "diag": _diag,
    "kron": _kron, "vec": _vec,
}
"""Operators of whole arrays."""
