"""Normal forms of arrays, entry by entry: products, traces, inverses, determinants, literals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from derivcheck.kernel.normal.arrays import determinant, inverse_entry, require_generic
from derivcheck.kernel.normal.axes import digits, divided, open_axis, open_entry, rows_columns, same_place, summed
from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.indicators import delta
from derivcheck.kernel.normal.matrix_powers import power_entry
from derivcheck.kernel.normal.normal_form import Bindings, Normaliser, Rule, array_template, dense
from derivcheck.kernel.normal.polynomials import (
    Poly,
    Unsupported,
    constant,
    constant_value,
)
from derivcheck.kernel.normal.powers import absolute_power, exponential, logarithm, power
from derivcheck.kernel.normal.signs import learn
from derivcheck.kernel.terms import BOUND, ONE, Symbol, Term, number, symbol
from derivcheck.kernel.vocabulary import build, same_size


def matrix_power(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings, e: Poly) -> Poly:
    value = constant_value(e)
    base = term.args[0]
    if base.op == "pow" and value is None:
        return matrix_power(n, base, indices, env, n.alg.multiply(e, n.scalar(base.args[1], env)))
    if value is None:
        inverted = base.op == "inv"
        inner = base.args[0] if inverted else base
        return power_entry(n.alg, array_template(n, inner, env), n.alg.scale(e, -1 if inverted else 1), indices[0], indices[1])
    if value.q != 1 or abs(int(value.p)) > 12:
        raise Unsupported("a matrix power that is not a small whole number")
    k = int(value.p)
    if k == 0:
        return delta(n.alg, n.alg.subtract(*indices))
    if k < 0:
        return _inverse_of_product(n, [base] * -k, indices, env)
    return _product_chain(n, [base] * k, indices, env)


def _product_chain(n: Normaliser, factors: Sequence[Term], indices: tuple[Poly, ...], env: Bindings) -> Poly:
    if len(factors) == 1:
        return n.entry(factors[0], indices, env)
    j, opened = open_axis(n, factors[0].shape[1], digits(n, factors[0], 1) or digits(n, factors[1], 0), env)
    try:
        head = n.entry(factors[0], (indices[0], j), env)
        body = n.alg.multiply(head, _product_chain(n, factors[1:], (j, indices[1]), env))
        return summed(n.alg, opened, body)
    finally:
        for _ in opened:
            n.alg.close()


def _matmul(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    a, b = term.args
    rows = 0 if len(a.shape) == 2 and a.shape[0] == ONE else 1
    left, right = indices[:rows], indices[rows:]
    if len(a.shape) == 1:
        return n.alg.multiply(n.entry(a, left, env), n.entry(b, right, env))
    j, opened = open_axis(n, a.shape[1], digits(n, a, 1) or digits(n, b, 0), env)
    try:
        first = n.entry(a, (*left, j), env)
        second = n.entry(b, right if len(b.shape) == 2 and b.shape[0] == ONE else (j, *right), env)
        return summed(n.alg, opened, n.alg.multiply(first, second))
    finally:
        for _ in opened:
            n.alg.close()


def _transpose(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.entry(term.args[0], indices[::-1], env)


def _over_entries(n: Normaliser, arrays: Sequence[Term], env: Bindings, body: Callable[..., Poly]) -> Poly:
    """Σ over all entries of arrays of one shape of ``body(entry, …)``."""
    places, opened = open_entry(n, arrays, env)
    try:
        return summed(n.alg, opened, body(*(n.entry(a, places, env) for a in arrays)))
    finally:
        for _ in opened:
            n.alg.close()


def _dot(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _over_entries(n, term.args, env, n.alg.multiply)


def _norm(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    def square(p: Poly) -> Poly:
        return n.alg.multiply(n.real_only(p, "a norm"), p)

    total = _over_entries(n, term.args, env, square)
    if dense(n, term):
        learn(n.alg, total, "0+")
    return absolute_power(n.alg, total, Fraction(1, 2))


def _exp_sum(n: Normaliser, array: Term, env: Bindings) -> Poly:
    def rule(p: Poly) -> Poly:
        return exponential(n.alg, p)

    return _over_entries(n, [array], env, rule)


def _softmax(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    top = exponential(n.alg, n.entry(term.args[0], indices, env))
    return n.alg.multiply(top, n.alg.power(_exp_sum(n, term.args[0], env), -1))


def _logsumexp(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return logarithm(n.alg, _exp_sum(n, term.args[0], env))


def _outer(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    a, b = term.args
    return n.alg.multiply(n.entry(a, indices[:1], env), n.entry(b, indices[1:], env))


def _hadamard(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.alg.product(*(n.entry(a, indices, env) for a in term.args))


def _trace(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    (a,) = term.args
    if not a.shape:
        return n.scalar(a, env)
    i, opened = open_axis(n, a.shape[0], digits(n, a, 0) or digits(n, a, 1), env)
    try:
        return summed(n.alg, opened, n.entry(a, (i, i), env))
    finally:
        for _ in opened:
            n.alg.close()


def _diag(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    (a,) = term.args
    if len(a.shape) == 1:
        return n.alg.multiply(delta(n.alg, n.alg.subtract(*indices)), n.entry(a, indices[:1], env))
    return n.entry(a, (indices[0], indices[0]), env)


def _kron(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """kron(A, B)[i, k] = A[slow i, slow k] B[fast i, fast k]."""
    a, b = term.args
    full = indices
    if len(indices) == 1:
        full = (constant(1), *indices) if len(term.shape) == 2 else (*indices, constant(1))
    parts = [divided(n.alg, place, n.scalar(rows_columns(a.shape)[side], env), n.scalar(rows_columns(b.shape)[side], env))
             for side, place in enumerate(full)]
    first, second = (tuple(part[k] for part in parts) for k in (0, 1))
    return n.alg.multiply(_at(n, a, first, env), _at(n, b, second, env))


def _at(n: Normaliser, a: Term, place: tuple[Poly, ...], env: Bindings) -> Poly:
    """The entry at a row and a column, also of a vector or a row."""
    if len(a.shape) <= 1:
        return n.entry(a, place[: len(a.shape)], env)
    return n.entry(a, place[1:] if a.shape[0] == ONE else place, env)


def _stacked(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """The entry of blocks side by side, where the index tells which block it is in."""
    side = 1 if term.op == "hstack" else 0
    full = indices
    if len(indices) == 1:
        full = (constant(1), *indices) if len(term.shape) == 2 else (*indices, constant(1))
    place = full[side]
    for a in term.args:
        size = n.scalar(rows_columns(a.shape)[side], env)
        inside = least(n.alg, n.alg.subtract(size, place))
        if inside is not None and inside >= 0:
            return _at(n, a, (full[0], place) if side else (place, full[1]), env)
        beyond = least(n.alg, n.alg.subtract(place, size))
        if beyond is None or beyond < 1:
            break
        place = n.alg.subtract(place, size)
    raise Unsupported("an entry of a matrix of blocks, in which of them is not seen")


def _vec(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """vec(A) at (column - 1)*rows + row is A[row, column]."""
    (a,) = term.args
    rows, columns = rows_columns(a.shape)
    column, row = divided(n.alg, indices[0], n.scalar(columns, env), n.scalar(rows, env))
    return _at(n, a, (row, column), env)


def _eye(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return same_place(n.alg, indices[0], indices[1], n.scalar(term.args[0], env))


def _ones(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return constant(1)


def _zeros(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return {}


def _unit(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return delta(n.alg, n.alg.subtract(indices[0], n.scalar(term.args[0], env)))


def _columns(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    row, column = indices
    return n.entry(term.args[0], (column, row), env)


def _literal_entry(n: Normaliser, parts: Sequence[Term], place: Poly, rest: tuple[Poly, ...], env: Bindings) -> Poly:
    total: Poly = {}
    for k, part in enumerate(parts, start=1):
        here = delta(n.alg, n.alg.subtract(place, constant(k)))
        if here:
            total = n.alg.add(total, n.alg.multiply(here, n.entry(part, rest, env)))
    return total


def _literal(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    if term.op == "matrix" and len(indices) == 1:
        return n.entry(term.args[0], indices, env)
    return _literal_entry(n, term.args, indices[0], indices[1:], env)


def _square(a: Term) -> bool:
    return len(a.shape) == 2 and same_size(*a.shape)


def _inverse(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """inv(A)[i, j]; inverses of products, transposes, multiples and inverses by their rules."""
    (a,) = term.args
    i, j = indices
    match a.op:
        case "inv":
            return n.entry(a.args[0], indices, env)
        case "transpose" if _square(a.args[0]):
            return _inverse_at(n, a.args[0], (j, i), env)
        case "matmul" if all(map(_square, a.args)):
            return _inverse_of_product(n, a.args, indices, env)
        case "kron" if all(map(_square, a.args)):
            return n.entry(build("kron", *(build("inv", b) for b in a.args)), indices, env)
        case "eye":
            return n.entry(a, indices, env)
        case op if op != "matrix" and a.shape[0].op == "number" and a.shape[0].number <= LARGEST_EXPLICIT:
            return _inverse_at(n, _written_out(a), indices, env)
        case "matrix" if len(a.args) <= 4 and (place := _fixed(i, j)) is not None:
            return n.alg.multiply(_cofactor(n, a, place[1], place[0], env), n.alg.power(_leibniz(n, a, env), -1))
        case "diag":
            return n.alg.multiply(delta(n.alg, n.alg.subtract(i, j)), n.alg.power(n.entry(a.args[0], (i,), env), -1))
        case "pow":
            return matrix_power(n, a, indices, env, n.alg.scale(n.scalar(a.args[1], env), -1))
        case "neg":
            return n.alg.scale(_inverse_at(n, a.args[0], indices, env), -1)
        case "mul" | "div":
            matrix = next(b for b in a.args if b.shape)
            factors = [n.scalar(b, env) for b in a.args if not b.shape]
            e = -1 if a.op == "mul" else 1
            return n.alg.product(_inverse_at(n, matrix, indices, env), *(n.alg.power(f, e) for f in factors))
        case "symbol" if "orthogonal" in a.symbol.type.attributes and a.symbol.name not in n.alg.blocked:
            return n.entry(a, (j, i), env)
        case _:
            return inverse_entry(n.alg, array_template(n, a, env), i, j)


def _inverse_at(n: Normaliser, a: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.entry(Term("inv", (a,), None, a.shape), indices, env)


def _inverse_of_product(n: Normaliser, factors: Sequence[Term], indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _product_chain(n, [Term("inv", (f,), None, f.shape) for f in reversed(factors)], indices, env)


def _det(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """det(A); of products, transposes, multiples and powers by their rules."""
    (a,) = term.args
    match a.op:
        case "transpose" | "inv" if _square(a.args[0]):
            inner = _det_of(n, a.args[0], env)
            return inner if a.op == "transpose" else n.alg.power(inner, -1)
        case "matmul" if all(map(_square, a.args)):
            return n.alg.product(*(_det_of(n, b, env) for b in a.args))
        case "kron" if all(map(_square, a.args)):
            sizes = [n.scalar(b.shape[0], env) for b in reversed(a.args)]
            return n.alg.product(*(power(n.alg, _det_of(n, b, env), k) for b, k in zip(a.args, sizes, strict=True)))
        case "eye":
            return constant(1)
        case "pow":
            return power(n.alg, _det_of(n, a.args[0], env), n.scalar(a.args[1], env))
        case "neg" | "mul" | "div":
            matrix = next(b for b in a.args if b.shape)
            scalars = [n.scalar(b, env) for b in a.args if not b.shape]
            factor = n.alg.product(constant(-1 if a.op == "neg" else 1), *scalars)
            size = n.scalar(a.shape[0], env)
            scale = power(n.alg, factor, n.alg.scale(size, -1) if a.op == "div" else size)
            return n.alg.multiply(scale, _det_of(n, matrix, env))
        case "matrix" if len(a.args) <= 5:
            return _leibniz(n, a, env)
        case "diag":
            return _product_of_entries(n, a.args[0], env)
        case op if op != "matrix" and a.shape[0].op == "number" and a.shape[0].number <= LARGEST_EXPLICIT:
            return _leibniz(n, _written_out(a), env)
        case _:
            return determinant(n.alg, array_template(n, a, env))


def _det_of(n: Normaliser, a: Term, env: Bindings) -> Poly:
    return n.scalar(Term("det", (a,), None, ()), env)


def _leibniz(n: Normaliser, matrix: Term, env: Bindings) -> Poly:
    """The determinant of a literal matrix by expansion along its first row."""

    def minor(rows: tuple[int, ...], columns: tuple[int, ...]) -> Poly:
        if not rows:
            return constant(1)
        total: Poly = {}
        for k, column in enumerate(columns):
            value = n.scalar(matrix.args[rows[0]].args[column], env)
            rest = minor(rows[1:], columns[:k] + columns[k + 1 :])
            total = n.alg.add(total, n.alg.scale(n.alg.multiply(value, rest), (-1) ** k))
        return total

    every = tuple(range(len(matrix.args)))
    return minor(every, every)


LARGEST_EXPLICIT = 3
"""Up to which size determinants and inverses are written out in entries, where the size is a number."""


def _written_out(a: Term) -> Term:
    """A matrix whose size is a number as the table of its entries."""
    count = int(a.shape[0].number)
    rows = ([Term("entry", (a, number(i), number(j))) for j in range(1, count + 1)] for i in range(1, count + 1))
    return Term("matrix", tuple(Term("vector", tuple(row), None, (a.shape[0],)) for row in rows), None, a.shape)


def _product_of_entries(n: Normaliser, vector: Term, env: Bindings) -> Poly:
    """The product over all entries of a vector."""
    index = Symbol("the place of a factor", BOUND)
    factor = Term("entry", (vector, symbol(index)))
    return n.scalar(Term("prod", (factor, ONE, vector.shape[0]), index), env)


def _fixed(i: Poly, j: Poly) -> tuple[int, int] | None:
    """Two indices as numbers from 0, where they are numbers."""
    first, second = constant_value(i), constant_value(j)
    return None if first is None or second is None else (int(first.p) - 1, int(second.p) - 1)


def _cofactor(n: Normaliser, matrix: Term, row: int, column: int, env: Bindings) -> Poly:
    """The signed determinant of a literal matrix without a row and a column."""
    kept = [line for k, line in enumerate(matrix.args) if k != row]
    if not kept:
        return constant(1)
    lines = [Term("vector", tuple(a for k, a in enumerate(line.args) if k != column)) for line in kept]
    return n.alg.scale(_leibniz(n, Term("matrix", tuple(lines)), env), (-1) ** (row + column))


def _adj(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """adj(A) = det(A) inv(A) where A is invertible, and by continuity (both sides are polynomials) everywhere."""
    require_generic(n.alg, array_template(n, term.args[0], env))
    return n.alg.multiply(_det_of(n, term.args[0], env), _inverse_at(n, term.args[0], indices, env))


ARRAY_RULES: dict[str, Rule] = {
    "matmul": _matmul,
    "transpose": _transpose,
    "dot": _dot,
    "norm": _norm,
    "frobenius": _norm,
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "outer": _outer,
    "hadamard": _hadamard,
    "tr": _trace,
    "diag": _diag,
    "eye": _eye,
    "ones": _ones,
    "zeros": _zeros,
    "unit": _unit,
    "kron": _kron,
    "vec": _vec,
    "hstack": _stacked,
    "vstack": _stacked,
    "columns": _columns,
    "vector": _literal,
    "matrix": _literal,
    "inv": _inverse,
    "det": _det,
    "adj": _adj,
}
"""Operators of arrays."""
