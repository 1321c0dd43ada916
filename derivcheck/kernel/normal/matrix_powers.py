"""Powers of a matrix with a symbolic exponent: ("mpow", size, start, template, exponent, i, j).

Powers of one matrix multiply by adding exponents; the matrix itself and its inverse are powers as well.
"""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.kernel.normal.arrays import Template, entry_of, inverse_entry, reopened, template, transposed
from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.calculus import derivative
from derivcheck.kernel.normal.entries import entry
from derivcheck.kernel.normal.indicators import delta, integer_valued
from derivcheck.kernel.normal.polynomials import (
    Algebra,
    AtomKey,
    AtomKind,
    Exponent,
    Poly,
    PolyKey,
    Target,
    Unsupported,
    constant,
    constant_value,
    freeze,
    thaw,
    variable,
)
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.normal.sums import sum_over

LARGEST = 12


def power_entry(alg: Algebra, matrix: Template, e: Poly, i: Poly, j: Poly) -> Poly:
    """The entry of a whole power of a square matrix."""
    value = constant_value(e)
    if value is not None:
        return _explicit(alg, matrix, int(value.p) if value.q == 1 else LARGEST + 1, i, j)
    if not integer_valued(alg, e):
        raise Unsupported("a matrix power that is not a whole number")
    mirrored = transposed(alg, matrix)
    if mirrored[1:] < matrix[1:]:
        matrix, i, j = mirrored, j, i
    elif mirrored == matrix and freeze(j) < freeze(i):
        i, j = j, i
    sizes, start, body = matrix
    return alg.atom(("mpow", sizes[0], start, body, freeze(e), freeze(i), freeze(j)))


def _explicit(alg: Algebra, matrix: Template, k: int, i: Poly, j: Poly) -> Poly:
    if abs(k) > LARGEST:
        raise Unsupported("a matrix power that is not a small whole number")
    if k == 0:
        return delta(alg, alg.subtract(i, j))
    v = alg.fresh(constant(1), thaw(matrix[0][0]))
    try:
        if abs(k) == 1:
            return entry_of(alg, matrix, (i, j)) if k == 1 else inverse_entry(alg, matrix, i, j)
        first = _explicit(alg, matrix, 1 if k > 0 else -1, i, variable(v))
        rest = _explicit(alg, matrix, k - 1 if k > 0 else k + 1, variable(v), j)
        return sum_over(alg, (v,), alg.multiply(first, rest))
    finally:
        alg.close()


Factor = tuple[Template, Poly, PolyKey, PolyKey]
"""A power as a template, an exponent, a row and a column."""


def _as_powers(alg: Algebra, key: AtomKey) -> Iterator[Factor]:
    """An atom as a power of a matrix and of its transpose."""
    match key[0]:
        case "mpow":
            it: Factor = ((key[1], key[1]), key[2], key[3]), thaw(key[4]), key[5], key[6]
        case "inv":
            it = ((key[1], key[1]), key[2], key[3]), constant(-1), key[4], key[5]
        case "entry" if len(key[2]) >= 2 and key[1] in alg.sizes and alg.sizes[key[1]][-1] == alg.sizes[key[1]][-2]:
            it = _whole(alg, key), constant(1), key[2][-2], key[2][-1]
        case _:
            return
    yield it
    matrix, e, i, j = it
    yield transposed(alg, matrix), e, j, i


def _whole(alg: Algebra, key: AtomKey) -> Template:
    size = alg.sizes[key[1]][-1]
    places = [alg.fresh(constant(1), size) for _ in range(2)]
    try:
        family = tuple(thaw(part) for part in key[2][:-2])
        return template(alg, places, entry(alg, key[1], (*family, *map(variable, places))))
    finally:
        for _ in places:
            alg.close()


def contract_powers(alg: Algebra, v: int, first: AtomKey, second: AtomKey) -> Poly | None:
    """Σ_v A**p[i, v] A**q[v, j] = A**(p + q)[i, j] over the whole range, where one of the exponents is symbolic."""
    lower, upper = alg.ranges[v]
    here = freeze(variable(v))
    for matrix, p, i, middle in _as_powers(alg, first):
        for other, q, again, j in _as_powers(alg, second):
            outer = (matrix[2], freeze(p), freeze(q), i, j)
            whole = lower == constant(1) and upper == thaw(matrix[0][0])
            meets = whole and other == matrix and middle == again == here
            if meets and not any(v in alg.variables_of(part) for part in outer):
                return power_entry(alg, matrix, alg.add(p, q), thaw(i), thaw(j))
    return None


def _parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1], key[3], *key[4:])


def _rebuild(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    size, body, exponent, i, j = parts
    matrix = reopened(alg, (size, size), ((key[1], key[1]), key[2], key[3]), body)
    return alg.power(power_entry(alg, matrix, exponent, i, j), e)


def _derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    """∂A**k[i, j] = Σ_r Σ_pq A**r[i, p] ∂A[p, q] A**(k - 1 - r)[q, j] for r from 0 to k - 1."""
    matrix: Template = ((key[1], key[1]), key[2], key[3])
    e, i, j = thaw(key[4]), thaw(key[5]), thaw(key[6])
    if target.name in alg.symbols_of(e):
        raise Unsupported("a derivative by the exponent of a matrix power")
    size = thaw(key[1])
    p, q = alg.fresh(constant(1), size), alg.fresh(constant(1), size)
    last = alg.subtract(e, constant(1))
    r = alg.fresh({}, last)
    try:
        change = derivative(alg, entry_of(alg, matrix, (variable(p), variable(q))), target)
        if not change:
            return {}
        low = least(alg, e)
        if (low is None or low < 0) and sign_of(alg, e) not in {"+", "0+"}:
            raise Unsupported("the derivative of a matrix power whose exponent may be negative")
        before = power_entry(alg, matrix, variable(r), i, variable(p))
        after = power_entry(alg, matrix, alg.subtract(last, variable(r)), variable(q), j)
        return sum_over(alg, (p, q, r), alg.product(before, change, after))
    finally:
        for _ in range(3):
            alg.close()


def _sign(alg: Algebra, key: AtomKey) -> str | None:
    return None


def _top(key: AtomKey) -> int:
    return int(key[2]) + 2


MATRIX_POWER = AtomKind("mpow", _parts, _rebuild, _derivative, _sign, top=_top, meet=contract_powers)
