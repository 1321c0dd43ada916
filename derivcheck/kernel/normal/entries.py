"""Entries of declared symbols, and what their declarations say of them.

One-hot labels are deltas, symmetric matrices have sorted indices, an orthogonal matrix contracts with itself.  None of
this is used inside a derivative by the symbol itself (``Algebra.blocked``): there its entries are independent.
"""

from __future__ import annotations

from flint import fmpq

from derivcheck.kernel.normal.indicators import delta
from derivcheck.kernel.normal.polynomials import (
    Algebra,
    AtomKey,
    AtomKind,
    Exponent,
    Monomial,
    Poly,
    PolyKey,
    Target,
    Unsupported,
    constant,
    freeze,
    thaw,
)

DECLARED_SIGNS = {
    "positive": "+", "natural": "+", "index": "+", "nonnegative": "0+", "negative": "-", "nonzero": "n", "sign": "n",
}
STRUCTURED = frozenset({"symmetric", "antisymmetric", "diagonal", "orthogonal", "idempotent", "onehot", "simplex"})
"""Attributes that are equations between entries (``invertible`` and ``positive_definite`` are not)."""


def entry(alg: Algebra, name: str, indices: tuple[Poly, ...]) -> Poly:
    """The entry of a symbol at family and array indices (a row has one index)."""
    declared = alg.types.get(name)
    attributes = declared.attributes if declared and name not in alg.blocked else frozenset[str]()
    if "onehot" in attributes:
        if name not in alg.hot:
            raise Unsupported("a family of one-hot labels without a named index")
        return delta(alg, alg.subtract(indices[-1], alg.hot[name]))
    sign = 1
    if attributes & {"symmetric", "antisymmetric", "diagonal"}:
        *family, row, column = indices
        if "diagonal" in attributes:
            on_diagonal = delta(alg, alg.subtract(row, column))
            return alg.multiply(on_diagonal, alg.atom(("entry", name, tuple(map(freeze, (*family, row, row))))))
        if freeze(column) < freeze(row):
            row, column = column, row
            sign = -1 if "antisymmetric" in attributes else 1
        elif row == column and "antisymmetric" in attributes:
            return {}
        indices = (*family, row, column)
    return alg.scale(alg.atom(("entry", name, tuple(map(freeze, indices)))), sign)


def contract(alg: Algebra, v: int, a: int, b: int) -> Poly | None:
    """Σ_v of two factors where that is a delta: orthogonal matrices, and a matrix with its inverse."""
    first, second = alg.keys[a], alg.keys[b]
    if first[0] == second[0] == "entry":
        return _contract_orthogonal(alg, v, first, second)
    if {first[0], second[0]} == {"entry", "inv"}:
        matrix, inverse = (first, second) if first[0] == "entry" else (second, first)
        return _contract_inverse(alg, v, matrix, inverse)
    return None


def _is_variable(part: PolyKey, v: int) -> bool:
    return len(part) == 1 and part[0][0] == ((v, 1),) and part[0][1] == 1


def _full_range(alg: Algebra, v: int, size: Poly) -> bool:
    lower, upper = alg.ranges[v]
    return lower == constant(1) and upper == size


def _contract_orthogonal(alg: Algebra, v: int, first: AtomKey, second: AtomKey) -> Poly | None:
    name = first[1]
    declared = alg.types.get(name)
    if name != second[1] or not declared or "orthogonal" not in declared.attributes or name in alg.blocked:
        return None
    if first[2][:-2] != second[2][:-2]:
        return None
    (i, j), (k, m) = first[2][-2:], second[2][-2:]
    if not _full_range(alg, v, alg.sizes[name][-1]):
        return None
    for shared, other, left, right in ((i, k, j, m), (j, m, i, k)):
        if _is_variable(shared, v) and _is_variable(other, v) and not any(v in alg.variables_of(x) for x in (left, right)):
            return delta(alg, alg.subtract(thaw(left), thaw(right)))
    return None


def _contract_inverse(alg: Algebra, v: int, matrix: AtomKey, inverse: AtomKey) -> Poly | None:
    """``inverse`` is ("inv", size, start, template, i, j); only the inverse of a symbol itself contracts."""
    _, size, start, template, i, j = inverse
    if len(template) != 1 or template[0][1] != 1 or len(template[0][0]) != 1 or not _full_range(alg, v, thaw(size)):
        return None
    inner = alg.keys[template[0][0][0][0]]
    if inner[0] != "entry" or inner[1] != matrix[1] or inner[2][:-2] != matrix[2][:-2]:
        return None
    row_slot, column_slot = (alg.intern(("bound", start)), alg.intern(("bound", start + 1)))
    declared = alg.types.get(matrix[1])
    symmetric = declared is not None and "symmetric" in declared.attributes and matrix[1] not in alg.blocked
    p, q = matrix[2][-2:]
    placements = []
    if _is_variable(inner[2][-2], row_slot) and _is_variable(inner[2][-1], column_slot):
        placements.append((p, q))
    if symmetric or (_is_variable(inner[2][-2], column_slot) and _is_variable(inner[2][-1], row_slot)):
        placements.append((q, p))
    for row, column in placements:
        if _is_variable(column, v) and _is_variable(i, v) and not any(v in alg.variables_of(x) for x in (row, j)):
            return delta(alg, alg.subtract(thaw(row), thaw(j)))
        if _is_variable(row, v) and _is_variable(j, v) and not any(v in alg.variables_of(x) for x in (column, i)):
            return delta(alg, alg.subtract(thaw(i), thaw(column)))
    return None


def whole_sum(alg: Algebra, v: int, m: Monomial) -> Poly | None:
    """Σ_v p[v] = 1 for a simplex over its whole range."""
    if len(m) != 1 or m[0][1] != 1 or alg.keys[m[0][0]][0] != "entry":
        return None
    _, name, indices = alg.keys[m[0][0]]
    declared = alg.types.get(name)
    if not declared or "simplex" not in declared.attributes or name in alg.blocked:
        return None
    alone = _is_variable(indices[-1], v) and not any(v in alg.variables_of(x) for x in indices[:-1])
    return constant(1) if alone and _full_range(alg, v, alg.sizes[name][-1]) else None


def _parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return tuple(key[2])


def _rebuild(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(entry(alg, key[1], parts), e)


def _derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    if key[1] != target.name:
        return {}
    result = constant(1)
    for here, there in zip(key[2], target.indices, strict=True):
        result = alg.multiply(result, delta(alg, alg.subtract(thaw(here), thaw(there))))
    return result


def _sign(alg: Algebra, key: AtomKey) -> str | None:
    sign = DECLARED_SIGNS.get(alg.kind_of(key[1]))
    return None if sign == "0+" and key[1] in alg.blocked else sign


def _reduce(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    rule = alg.power_rules.get(key[1])
    if rule is None or key[1] in alg.blocked or not isinstance(e, int) or 0 <= e < rule[0]:
        return None
    whole, rest = divmod(e, rule[0])
    return alg.multiply(alg.power(rule[1], whole), {((alg.intern(key), rest),): fmpq(1)} if rest else constant(1))


ENTRY = AtomKind("entry", _parts, _rebuild, _derivative, _sign, _reduce)
