"""How simple values are to a person, and the simplest members of the sets that types declare."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence, Set

from flint import fmpq, fmpq_mat

from derivcheck.kernel.values.arithmetic import Gaussian
from derivcheck.kernel.values.instance import Instance, Value
from derivcheck.proving.sampling.instances import RidgePolynomial, nest

SIMPLE = (*map(fmpq, (0, 1, -1, 2, -2, 3, -3)), fmpq(1, 2), fmpq(-1, 2), fmpq(4), fmpq(3, 2), fmpq(10))
"""Numbers from simple to less simple."""

SIMPLE_COMPLEX: tuple[Value, ...] = (*SIMPLE[:5], *(Gaussian(fmpq(a), fmpq(b)) for a, b in (
    (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1), (0, 2), (2, 1), (1, 2), (0, 4), (0, -4))))
"""As ``SIMPLE``, for complex numbers."""

IRRATIONAL = 8
"""What a side that is not rational, or a difference in digits that are not shown, adds to the cost of an instance."""

Rank = tuple[int, int, int]
"""What is compared between instances: the sum of the sizes, the cost of the values, how late the nonzero entries stand."""


def cost(value: Value) -> int:
    """What a value costs a reader: 0 for 0, least for 1, more for negative, larger, fractional and complex numbers."""
    match value:
        case tuple():
            return sum(map(cost, value))
        case int():
            return cost(fmpq(value))
        case fmpq():
            size = 2 * abs(int(value.p)) + (value < 0)
            return int(value != 0) * size if value.q == 1 else 4 + size + 2 * int(value.q)
        case Gaussian(re, im):
            return 3 + cost(re) + cost(im)
        case RidgePolynomial(forms):
            return sum(1 + degree + cost(c) + cost(w) for degree, (c, w) in enumerate(forms) if c != 0)
    return 100


def rank(instance: Instance, indices: Set[str]) -> Rank:
    """The rank of an instance; an index costs nothing where it is 1."""
    total, late = 0, 0
    for name, value in instance.values.items():
        total += cost(value)
        if name in indices:
            total -= cost(1) * sum(1 for _ in entries(value))
        elif isinstance(value, tuple):
            late += sum(k for k, (_, x) in enumerate(entries(value)) if x != 0)
    return sum(instance.sizes.values()), total, late


def entries(value: Value) -> Iterator[tuple[tuple[int, ...], Value]]:
    """The scalars of an array with their indices (from 0), row by row."""
    if not isinstance(value, tuple):
        yield (), value
        return
    for k, part in enumerate(value):
        for index, entry in entries(part):
            yield (k, *index), entry


def simple_members(sizes: Sequence[int]) -> list[Value]:
    """Arrays of these sizes from simple to less simple, one member of a family; they may lie outside the type."""
    if len(sizes) == 2 and sizes[0] == sizes[1]:
        found: list[Value] = [nest(a.entries(), sizes) for a in _matrices(sizes[0])]
    else:
        count = math.prod(sizes)
        found = [nest(v, sizes) for v in _vectors(count)] if count else []
    return [v for k, v in enumerate(found) if v not in found[:k]]


def _vectors(n: int) -> Iterator[list[fmpq]]:
    """0, unit vectors, equal entries, and vectors whose entries sum to 0."""
    units = [[fmpq(int(i == k)) for i in range(n)] for k in range(min(n, 4))]
    yield [fmpq(0)] * n
    yield from units
    yield [fmpq(1)] * n
    yield from ([-x for x in u] for u in units)
    if n >= 2:
        yield [fmpq(1), fmpq(-1), *[fmpq(0)] * (n - 2)]
        yield [fmpq(1), fmpq(1), *[fmpq(0)] * (n - 2)]
        yield [fmpq(1, n)] * n
    yield [fmpq(2), *[fmpq(0)] * (n - 1)]


BLOCKS = ((0, 1, 0, 0), (0, 0, 1, 0), (1, 0, 0, 0), (0, 0, 0, 1), (0, 1, 1, 0), (0, -1, 1, 0), (0, 1, -1, 0), (1, 0, 0, -1),
          (-1, 0, 0, 1), (1, 1, 0, 1), (1, 0, 1, 1), (1, 1, 0, 0), (1, 1, 1, 0), (0, 1, 1, 1), (1, 0, 0, 2), (2, 0, 0, 1),
          (1, 1, 1, 1), (2, 1, 1, 1), (1, 1, 1, 2), (1, -1, 1, 1), (1, 2, 2, 1), (2, 1, 1, 2))
"""Matrices of 2 by 2, row by row: units, permutations, turns, shears, diagonals, symmetric and positive definite ones."""


def _matrices(n: int) -> Iterator[fmpq_mat]:
    """Multiples of 1, and the blocks in the corner of 0 or of 1."""
    one = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    yield from (one * 0, one, -one, one * 2)
    for block in BLOCKS if n >= 2 else ():
        for diagonal in (0, 1) if n > 2 else (0,):
            corner = one * diagonal
            for k, x in enumerate(block):
                corner[k // 2, k % 2] = x
            yield corner


def simple_functions(value: RidgePolynomial) -> Iterator[RidgePolynomial]:
    """0, 1, the arguments, their sum, and powers and polynomials of these."""
    count = len(value.forms[0][1])
    ones = tuple(fmpq(1) for _ in range(count))
    directions = [tuple(fmpq(int(i == k)) for i in range(count)) for k in range(min(count, 3))] + ([ones] if count > 1 else [])
    for coefficients in ({}, {0: 1}, {0: 2}, {1: 1}, {2: 1}, {3: 1}, {0: 1, 1: 1}, {1: 1, 2: 1}, {0: 1, 1: 1, 2: 1}):
        for weights in directions if any(coefficients) else [ones]:
            yield RidgePolynomial(tuple((fmpq(coefficients.get(k, 0)), weights) for k in range(len(value.forms))))
