"""Atoms that stand for whole arrays: opaque functions of arrays and their derivatives, inverses, determinants.

An array inside such an atom is a *template*: its entry at bound indices numbered from the height of what it encloses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from flint import fmpq

from derivcheck.kernel.normal.calculus import derivative
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
    freeze,
    thaw,
    variable,
)
from derivcheck.kernel.normal.powers import power
from derivcheck.kernel.normal.sums import sum_over, summation

Template = tuple[tuple[PolyKey, ...], int, PolyKey]
"""The sizes of an array, the number of its first bound index, and its entry there."""


def template(alg: Algebra, variables: Sequence[int], body: Poly) -> Template:
    """The array whose entry at open index variables is ``body``."""
    sizes = tuple(freeze(alg.ranges[v][1]) for v in variables)
    start = alg.height(body)
    return sizes, start, freeze(alg.bound_from(start, variables, body))


def entry_of(alg: Algebra, it: Template, indices: Sequence[Poly], body: Poly | None = None) -> Poly:
    """The template's entry at the given indices."""
    _, start, key = it
    values = {alg.intern(("bound", start + k)): value for k, value in enumerate(indices)}
    return alg.substitute(thaw(key) if body is None else body, values)


def reopened(alg: Algebra, sizes: Sequence[Poly], it: Template, body: Poly) -> Template:
    """A template made anew after its parts were substituted in."""
    fresh = [alg.fresh(constant(1), size) for size in sizes]
    try:
        return template(alg, fresh, entry_of(alg, it, [variable(v) for v in fresh], body))
    finally:
        for _ in fresh:
            alg.close()


# -- opaque functions: ("opaque", name, orders, arguments) -----------------------------------------------------------------

Order = tuple[int, tuple[PolyKey, ...]]
"""One differentiation: the argument's position and, for an array, the indices of the entry."""


def opaque(alg: Algebra, name: str, orders: Sequence[Order], arguments: Sequence[Template]) -> Poly:
    """A partial derivative (of any order, also 0) of an opaque function; the order of differentiation is immaterial."""
    return alg.atom(("opaque", name, tuple(sorted(orders)), tuple(arguments)))


def _opaque_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    of_orders = tuple(index for _, indices in key[2] for index in indices)
    of_arguments = tuple(part for sizes, _, body in key[3] for part in (*sizes, body))
    return of_orders + of_arguments


def _rebuild_opaque(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    rest = list(parts)
    orders = [(position, tuple(freeze(rest.pop(0)) for _ in indices)) for position, indices in key[2]]
    arguments = []
    for it in key[3]:
        sizes = [rest.pop(0) for _ in it[0]]
        arguments.append(reopened(alg, sizes, it, rest.pop(0)))
    return alg.power(opaque(alg, key[1], orders, arguments), e)


def _opaque_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    total: Poly = {}
    for position, it in enumerate(key[3]):
        fresh = [alg.fresh(constant(1), thaw(size)) for size in it[0]]
        try:
            places = [variable(v) for v in fresh]
            change = derivative(alg, entry_of(alg, it, places), target)
            if change:
                outer = opaque(alg, key[1], (*key[2], (position, tuple(map(freeze, places)))), key[3])
                term = alg.multiply(outer, change)
                total = alg.add(total, sum_over(alg, fresh, term) if fresh else term)
        finally:
            for _ in fresh:
                alg.close()
    return total


# -- inverses ("inv", size, start, template, i, j) and determinants ("det", size, start, template) --------------------------


def inverse_entry(alg: Algebra, matrix: Template, i: Poly, j: Poly) -> Poly:
    """The entry of the inverse of a square matrix."""
    first, sign = _positive(alg, matrix)
    mirrored, mirrored_sign = _positive(alg, transposed(alg, matrix))
    if (mirrored[1:], freeze(j)) < (first[1:], freeze(i)):
        first, sign, i, j = mirrored, mirrored_sign, j, i
    sizes, start, body = first
    return alg.scale(alg.atom(("inv", sizes[0], start, body, freeze(i), freeze(j))), sign)


def _positive(alg: Algebra, matrix: Template) -> tuple[Template, int]:
    """A template with its leading coefficient made positive, and the sign taken out."""
    sizes, start, body = matrix
    if not body or body[0][1] > 0:
        return matrix, 1
    return (sizes, start, freeze(alg.scale(thaw(body), -1))), -1


def transposed(alg: Algebra, matrix: Template) -> Template:
    """The template of the transpose of a square matrix; equal to the matrix's own where that is symmetric."""
    memo = ("transposed", matrix, alg.blocked)
    found = alg.templates.get(memo)
    if found is None:
        size = thaw(matrix[0][0])
        rows, columns = alg.fresh(constant(1), size), alg.fresh(constant(1), size)
        try:
            entry = entry_of(alg, matrix, (variable(rows), variable(columns)))
            found = alg.templates[memo] = template(alg, (columns, rows), entry)
        finally:
            alg.close()
            alg.close()
    return found


def determinant(alg: Algebra, matrix: Template) -> Poly:
    """The determinant of a square matrix."""
    if not matrix[2]:
        return {}
    forms = [_positive(alg, it) for it in (matrix, transposed(alg, matrix))]
    (sizes, start, body), sign = min(forms, key=lambda form: form[0][1:])
    outside = constant(1) if sign > 0 else power(alg, constant(-1), thaw(sizes[0]))
    return alg.multiply(outside, alg.atom(("det", sizes[0], start, body)))


def _matrix(key: AtomKey) -> Template:
    return (key[1], key[1]), key[2], key[3]


def _matrix_parts(key: AtomKey) -> tuple[PolyKey, ...]:
    return (key[1], key[3], *key[4:])


def _rebuild_inverse(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    matrix = reopened(alg, (parts[0], parts[0]), _matrix(key), parts[1])
    return alg.power(inverse_entry(alg, matrix, parts[2], parts[3]), e)


def _rebuild_determinant(alg: Algebra, key: AtomKey, parts: tuple[Poly, ...], e: Exponent) -> Poly:
    return alg.power(determinant(alg, reopened(alg, (parts[0], parts[0]), _matrix(key), parts[1])), e)


def _inverse_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    """∂inv(A)[i, j] = -Σ_kl inv(A)[i, k] ∂A[k, l] inv(A)[l, j]."""
    i, j = thaw(key[4]), thaw(key[5])
    return alg.scale(_chain(alg, _matrix(key), target, lambda k, m: ((i, k), (m, j))), -1)


def _determinant_derivative(alg: Algebra, key: AtomKey, target: Target) -> Poly:
    """∂det(A) = det(A) Σ_kl inv(A)[l, k] ∂A[k, l] (Jacobi), where A is invertible; elsewhere by continuity."""
    change = _chain(alg, _matrix(key), target, lambda k, m: ((m, k),))
    if change:
        require_generic(alg, _matrix(key))
    return alg.multiply({((alg.ids[key], 1),): fmpq(1)}, change)


SINGULAR = frozenset({"antisymmetric", "idempotent"})
"""Attributes that may keep a matrix from being invertible."""


def require_generic(alg: Algebra, matrix: Template) -> None:
    """Raise ``Unsupported`` where a fact is assumed about what is in the matrix.

    adj(A) = det(A) inv(A) extends from invertible matrices to all by continuity only if nothing keeps A singular.
    """
    names = alg.symbols_of(thaw(matrix[2]))
    if any((declared := alg.types.get(name)) and declared.attributes & SINGULAR for name in names):
        raise Unsupported("the adjugate of a matrix that may be singular by its declaration")
    known = [fact for fact, _ in alg.rewrites.values()] + [fact for fact, *_ in alg.equations]
    if names & alg.arrays_in_facts or any(names & fact for fact in known):
        raise Unsupported("the adjugate of a matrix about which an equation is assumed")


Places: TypeAlias = "Callable[[Poly, Poly], tuple[tuple[Poly, Poly], ...]]"


def _chain(alg: Algebra, matrix: Template, target: Target, factors: Places) -> Poly:
    """Σ_kl of ∂A[k, l] and the entries of inv(A) at the places that ``factors`` gives for k, l."""
    size = thaw(matrix[0][0])
    fresh = (alg.fresh(constant(1), size), alg.fresh(constant(1), size))
    try:
        k, m = (variable(v) for v in fresh)
        change = derivative(alg, entry_of(alg, matrix, (k, m)), target)
        if not change:
            return {}
        body = alg.product(change, *(inverse_entry(alg, matrix, a, b) for a, b in factors(k, m)))
        for v in reversed(fresh):
            body = summation(alg, v, body)
        return body
    finally:
        for _ in fresh:
            alg.close()


def _unknown(alg: Algebra, key: AtomKey) -> str | None:
    return None


def _determinant_sign(alg: Algebra, key: AtomKey) -> str | None:
    """Positive for a positive definite symbol, nonzero for an invertible or orthogonal one."""
    name = symbol_of(alg, _matrix(key))
    declared = alg.types.get(name) if name else None
    if declared and "positive_definite" in declared.attributes:
        return "+"
    return "n" if declared and declared.attributes & {"invertible", "orthogonal"} else None


def symbol_of(alg: Algebra, matrix: Template) -> str | None:
    """The name of the symbol that a template is, or is the transpose of."""
    _, start, body = matrix
    if len(body) != 1 or body[0][1] != 1 or len(body[0][0]) != 1 or body[0][0][0][1] != 1:
        return None
    inner = alg.keys[body[0][0][0][0]]
    slots = {((((alg.intern(("bound", start + k)), 1),), fmpq(1)),) for k in (0, 1)}
    return str(inner[1]) if inner[0] == "entry" and len(inner[2]) == 2 and set(inner[2]) == slots else None


def _opaque_top(key: AtomKey) -> int:
    return max((start + len(sizes) for sizes, start, _ in key[3]), default=0)


def _matrix_top(key: AtomKey) -> int:
    return int(key[2]) + 2


def _reduce_determinant(alg: Algebra, key: AtomKey, e: Exponent) -> Poly | None:
    """The determinant of an orthogonal matrix is 1 or -1."""
    name = symbol_of(alg, _matrix(key))
    declared = alg.types.get(name) if name and name not in alg.blocked else None
    if declared is None or "orthogonal" not in declared.attributes or not isinstance(e, int) or e in (0, 1):
        return None
    return {((alg.ids[key], 1),): fmpq(1)} if e % 2 else constant(1)


ARRAY_KINDS: dict[str, AtomKind] = {kind.name: kind for kind in (
    AtomKind("opaque", _opaque_parts, _rebuild_opaque, _opaque_derivative, _unknown, top=_opaque_top),
    AtomKind("inv", _matrix_parts, _rebuild_inverse, _inverse_derivative, _unknown, top=_matrix_top),
    AtomKind("det", _matrix_parts, _rebuild_determinant, _determinant_derivative, _determinant_sign, _reduce_determinant,
             top=_matrix_top),
)}
