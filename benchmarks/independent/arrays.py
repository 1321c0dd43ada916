"""Arrays of concrete sizes, and the algebra of matrices entry by entry."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from independent.values import Number, Numbers, Undefined


@dataclass(frozen=True, slots=True)
class Array:
    """Entries row by row; a row of n has sizes ``(1, n)``.  An entry without a value is the ``Undefined`` that says why."""

    sizes: tuple[int, ...]
    items: tuple[Number, ...]


def item(x: Number) -> Number:
    """An entry, which must be defined."""
    if isinstance(x, Undefined):
        raise x
    return x


def entries(a: Number) -> tuple[Number, ...]:
    """All entries of an array or the number alone."""
    return a.items if isinstance(a, Array) else (a,)


def attempt(function: Callable[..., Number], *arguments: Number) -> Number:
    """The value of a function, or the ``Undefined`` that says why there is none."""
    try:
        return function(*map(item, arguments))
    except Undefined as error:
        return error


def entrywise(function: Callable[..., Number], *operands: Number) -> Number:
    """A function entry by entry; numbers go with every entry."""
    arrays = [a for a in operands if isinstance(a, Array)]
    if not arrays:
        return function(*operands)
    count = len(arrays[0].items)
    columns = [a.items if isinstance(a, Array) else (a,) * count for a in operands]
    return Array(arrays[0].sizes, tuple(attempt(function, *row) for row in zip(*columns, strict=True)))


def rows(a: Array) -> list[list[Number]]:
    """An array as the rows of a matrix; a vector is a column."""
    if len(a.sizes) == 1:
        return [[x] for x in a.items]
    m, n = a.sizes
    return [list(a.items[i * n:(i + 1) * n]) for i in range(m)]


def whole(a: Array) -> list[list[Number]]:
    """The rows of a matrix all of whose entries must be defined."""
    for x in a.items:
        item(x)
    return rows(a)


def flat(table: Sequence[Sequence[Number]]) -> tuple[Number, ...]:
    return tuple(x for row in table for x in row)


def product(numbers: Numbers, a: Array, b: Array, loose: bool) -> tuple[Number, ...]:
    """The entries of the matrix product."""
    left, columns = rows(a), list(zip(*rows(b), strict=True))

    def entry(row: Sequence[Number], column: Sequence[Number]) -> Number:
        return attempt(lambda: numbers.add([item(x) * item(y) for x, y in zip(row, column, strict=True)], loose))

    return tuple(entry(row, column) for row in left for column in columns)


def eliminate(numbers: Numbers, table: list[list[Number]], size: int, loose: bool = False) -> Number:
    """Gauss-Jordan elimination of the first ``size`` columns in place; the determinant of that square part."""
    determinant: Number = 1
    for k in range(size):
        pivot = max(range(k, size), key=lambda i: abs(table[i][k]))
        if not table[pivot][k]:
            return 0
        if pivot != k:
            table[k], table[pivot] = table[pivot], table[k]
            determinant = -determinant
        head = table[k][k]
        determinant = determinant * head
        table[k] = [numbers.div(x, head) for x in table[k]]
        for i in range(size):
            if i != k and table[i][k]:
                factor = table[i][k]
                table[i] = [numbers.difference(x, factor * y, loose) for x, y in zip(table[i], table[k], strict=True)]
    return determinant


def det(numbers: Numbers, table: list[list[Number]], loose: bool = False) -> Number:
    return eliminate(numbers, [list(row) for row in table], len(table), loose)


def inv(numbers: Numbers, table: list[list[Number]], loose: bool = False) -> list[list[Number]]:
    n = len(table)
    extended = [[*row, *(int(i == j) for j in range(n))] for i, row in enumerate(table)]
    if not eliminate(numbers, extended, n, loose):
        raise Undefined("the inverse of a singular matrix")
    return [row[n:] for row in extended]


def adj(numbers: Numbers, table: list[list[Number]], loose: bool = False) -> list[list[Number]]:
    n = len(table)

    def cofactor(i: int, j: int) -> Number:
        minor = [[x for q, x in enumerate(row) if q != j] for p, row in enumerate(table) if p != i]
        return (-1) ** (i + j) * det(numbers, minor, loose)

    return [[cofactor(j, i) for j in range(n)] for i in range(n)]


def power(numbers: Numbers, table: list[list[Number]], exponent: int, loose: bool = False) -> list[list[Number]]:
    """A power of a square matrix."""
    n = len(table)
    result = [[int(i == j) for j in range(n)] for i in range(n)]
    base = table if exponent >= 0 else inv(numbers, table, loose)
    for _ in range(abs(exponent)):
        columns = list(zip(*base, strict=True))
        result = [[numbers.add([x * y for x, y in zip(row, c, strict=True)], loose) for c in columns] for row in result]
    return result


def kron(a: Array, b: Array) -> tuple[Number, ...]:
    return tuple(attempt(lambda x, y: x * y, x, y)
                 for p, q in itertools.product(rows(a), rows(b)) for x, y in itertools.product(p, q))


def position(sizes: Sequence[int], indices: Sequence[int]) -> tuple[int, int]:
    """Where a part of an array begins among its entries, and how many it has; indices count from 1."""
    start = 0
    for k, n in zip(indices, sizes, strict=False):
        if not 1 <= k <= n:
            raise Undefined("an entry outside its range")
        start = start * n + k - 1
    count = math.prod(sizes[len(indices):])
    return start * count, count
