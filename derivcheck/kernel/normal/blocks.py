"""Matrices built of blocks, as grids of terms: products, sums, transposes, traces and norms block by block, and inverses and
determinants of two by two blocks by the Schur complement of a block that is known to be invertible.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

from derivcheck.kernel.normal.axes import rows_columns
from derivcheck.kernel.normal.definite import regular
from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import Unsupported
from derivcheck.kernel.normal.requirement import KNOWN
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.terms import BINDERS, ONE, ZERO, Shape, Term
from derivcheck.kernel.vocabulary import build, same_size

STACKS = frozenset({"hstack", "vstack"})
LARGEST_POWER = 6


@dataclass(frozen=True, slots=True)
class Grid:
    """Blocks row by row; a block of one row and one column is a scalar."""

    rows: Shape
    columns: Shape
    cells: tuple[tuple[Term, ...], ...]


def stacked(n: Normaliser, term: Term) -> bool:
    """Whether blocks are put together anywhere in a term, definitions included, each of which is looked at once."""
    waiting, seen = [term], set[str]()
    while waiting:
        for t in waiting.pop().walk():
            if t.op in STACKS:
                return True
            name = t.symbol.name if t.op == "symbol" else ""
            if name in n.context.definitions and name not in seen:
                seen.add(name)
                waiting.append(n.context.definitions[name].body)
    return False


def pairs(n: Normaliser, left: Term, right: Term) -> list[tuple[Term, Term]]:
    """The blocks of two sides that are to be equal, one with the other; the sides themselves where there are none."""
    if not stacked(n, left) and not stacked(n, right):
        return [(left, right)]
    if not left.shape:
        return [(expanded(n, left), expanded(n, right))]
    first, second = grid(n, left), grid(n, right)
    first, second = _aligned(first, second)
    return [pair for a, b in zip(first.cells, second.cells, strict=True) for pair in zip(a, b, strict=True)]


def expanded(n: Normaliser, term: Term) -> Term:
    """A scalar in which all that is made of blocks is written in the blocks."""
    if not stacked(n, term):
        return term
    if term.op == "entry":
        return term
    if term.op in BINDERS:
        raise Unsupported("blocks under a sum or an integral")
    if term.op == "symbol":
        return expanded(n, n.context.definitions[term.symbol.name].body)
    rule = SCALARS.get(term.op)
    if rule is not None:
        return rule(n, term)
    if any(a.shape and stacked(n, a) for a in term.args):
        raise Unsupported(f"{term.op} of a matrix of blocks")
    return Term(term.op, tuple(a if a.shape else expanded(n, a) for a in term.args), term.data, term.shape)


def grid(n: Normaliser, term: Term) -> Grid:
    """An array as a grid of blocks; raises ``Unsupported`` where its parts do not fit."""
    if not stacked(n, term):
        rows, columns = rows_columns(term.shape)
        return Grid((rows,), (columns,), ((term,),))
    match term.op:
        case "symbol":
            return grid(n, n.context.definitions[term.symbol.name].body)
        case "hstack":
            return transposed(_above([transposed(grid(n, a)) for a in term.args]))
        case "vstack":
            return _above([grid(n, a) for a in term.args])
        case "transpose":
            return transposed(grid(n, term.args[0]))
        case "neg":
            return _each(grid(n, term.args[0]), lambda a: build("neg", a))
        case "mul" | "div":
            return _multiple(n, term)
        case "add":
            return reduce(_plus, (grid(n, a) for a in term.args))
        case "matmul":
            return _times(grid(n, term.args[0]), grid(n, term.args[1]))
        case "inv":
            return _inverse(n, grid(n, term.args[0]))
        case "pow" if term.args[1].op == "number" and term.args[1].number in range(1, LARGEST_POWER):
            return reduce(_times, [grid(n, term.args[0])] * int(term.args[1].number))
        case _:
            raise Unsupported(f"{term.op} of a matrix of blocks")


def _same(a: Shape, b: Shape) -> bool:
    return len(a) == len(b) and all(map(same_size, a, b))


def _aligned(a: Grid, b: Grid) -> tuple[Grid, Grid]:
    """Two grids cut alike, an identity or a zero matrix as the other one is."""
    return (a, _fitted(b, a)) if len(b.rows) == len(b.columns) == 1 else (_fitted(a, b), b)


def _fitted(it: Grid, like: Grid) -> Grid:
    """A whole identity or zero matrix cut as another grid is."""
    if _same(it.rows, like.rows) and _same(it.columns, like.columns):
        return it
    whole = it.cells[0][0]
    square = _same(like.rows, like.columns)
    if len(it.rows) == len(it.columns) == 1 and (whole.op == "zeros" or (whole.op == "eye" and square)):
        cells = tuple(tuple(_zero(r, c) if whole.op == "zeros" or i != j else _one(r) for j, c in enumerate(like.columns))
                      for i, r in enumerate(like.rows))
        return Grid(like.rows, like.columns, cells)
    raise Unsupported("blocks that are cut differently")


def _one(size: Term) -> Term:
    return ONE if size == ONE else build("eye", size)


def _zero(rows: Term, columns: Term) -> Term:
    if columns == ONE:
        return ZERO if rows == ONE else build("zeros", rows)
    return build("zeros", rows, columns)


def _is_zero(a: Term) -> bool:
    return a.op == "zeros" or a == ZERO or (a.op in {"neg", "transpose"} and _is_zero(a.args[0]))


def _above(parts: list[Grid]) -> Grid:
    columns = max((p.columns for p in parts), key=len)
    like = next(p for p in parts if p.columns == columns)
    fitted = [p if _same(p.columns, columns) else _fitted(p, Grid(p.rows, like.columns, p.cells)) for p in parts]
    return Grid(tuple(r for p in fitted for r in p.rows), columns, tuple(row for p in fitted for row in p.cells))


def transposed(it: Grid) -> Grid:
    """The transpose, block by block."""
    turned = tuple(tuple(a if not a.shape else build("transpose", a) for a in column) for column in zip(*it.cells, strict=True))
    return Grid(it.columns, it.rows, turned)


def _each(it: Grid, change: Callable[[Term], Term]) -> Grid:
    return Grid(it.rows, it.columns, tuple(tuple(map(change, row)) for row in it.cells))


def _multiple(n: Normaliser, term: Term) -> Grid:
    scalars = [expanded(n, a) for a in term.args if not a.shape]
    array = next(a for a in term.args if a.shape)
    if term.op == "div":
        return _each(grid(n, array), lambda a: build("div", a, scalars[0]))
    return _each(grid(n, array), lambda a: build("mul", *scalars, a))


def _plus(a: Grid, b: Grid) -> Grid:
    a, b = _aligned(a, b)
    return Grid(a.rows, a.columns, tuple(tuple(map(_sum, r, s)) for r, s in zip(a.cells, b.cells, strict=True)))


def _sum(a: Term, b: Term) -> Term:
    if _is_zero(a) or _is_zero(b):
        return b if _is_zero(a) else a
    return build("add", a, b)


def _product(a: Term, b: Term) -> Term:
    if _is_zero(a) or _is_zero(b):
        return _zero(rows_columns(a.shape)[0], rows_columns(b.shape)[1])
    return build("matmul", a, b) if a.shape and b.shape else build("mul", a, b)


def _times(a: Grid, b: Grid) -> Grid:
    if not _same(a.columns, b.rows):
        a, b = _square_like(a, b.rows), _square_like(b, a.columns)
    columns = tuple(zip(*b.cells, strict=True))
    cells = tuple(tuple(reduce(_sum, map(_product, row, column)) for column in columns) for row in a.cells)
    return Grid(a.rows, b.columns, cells)


def _square_like(it: Grid, sizes: Shape) -> Grid:
    """A whole identity cut at these sizes; any other grid as it is, which then must fit."""
    if _same(it.rows, sizes) or _same(it.columns, sizes):
        return it
    return _fitted(it, Grid(sizes, sizes, ()))


def _inverse(n: Normaliser, it: Grid) -> Grid:
    """By the Schur complement of a corner that is known to be invertible."""
    (a, b), (c, d) = _corners(it)
    if _is_zero(b) or _is_zero(c) or _regular(n, a):
        first = _inverted(a)
        rest = _inverted(d if _is_zero(b) or _is_zero(c) else _schur(a, b, c, d))
        right = build("neg", _product(_product(first, b), rest))
        down = build("neg", _product(_product(rest, c), first))
        corner = _sum(first, _product(_product(_product(first, b), rest), _product(c, first)))
        return Grid(it.rows, it.columns, ((corner, right), (down, rest)))
    if not _regular(n, d):
        raise Unsupported("the inverse of a matrix of blocks of which no corner is known to be invertible")
    turned = _inverse(n, Grid(it.rows[::-1], it.columns[::-1], ((d, c), (b, a))))
    return Grid(it.rows, it.columns, tuple(row[::-1] for row in turned.cells[::-1]))


def _schur(a: Term, b: Term, c: Term, d: Term) -> Term:
    """The Schur complement of a in [[a, b], [c, d]]."""
    return _sum(d, build("neg", _product(_product(c, _inverted(a)), b)))


def _corners(it: Grid) -> tuple[tuple[Term, ...], ...]:
    if len(it.rows) != 2 or not _same(it.rows, it.columns):
        raise Unsupported("the inverse or determinant of a matrix that is not of two by two blocks, square on the diagonal")
    return it.cells


def _inverted(a: Term) -> Term:
    return build("inv", a) if a.shape else build("div", ONE, a)


def _determinant_of(a: Term) -> Term:
    return build("det", a) if a.shape else a


def _regular(n: Normaliser, a: Term) -> bool:
    if a.shape and regular(n, a, {}):
        return True
    try:
        return sign_of(n.alg, n.scalar(_determinant_of(a), {})) in KNOWN["nonzero"]
    except Unsupported:
        return False


def _determinant(n: Normaliser, term: Term) -> Term:
    (a, b), (c, d) = _corners(grid(n, term.args[0]))
    if _is_zero(b) or _is_zero(c):
        return build("mul", _determinant_of(a), _determinant_of(d))
    if not _regular(n, a):
        if not _regular(n, d):
            raise Unsupported("the determinant of a matrix of blocks of which no corner is known to be invertible")
        a, b, c, d = d, c, b, a
    return build("mul", _determinant_of(a), _determinant_of(_schur(a, b, c, d)))


def _trace(n: Normaliser, term: Term) -> Term:
    it = grid(n, term.args[0])
    if not _same(it.rows, it.columns):
        raise Unsupported("the trace of blocks that are not square on the diagonal")
    return reduce(_sum, (row[k] if not row[k].shape else build("tr", row[k]) for k, row in enumerate(it.cells)))


def _single(n: Normaliser, term: Term) -> Term:
    """A product of a row and a column."""
    ((value,),) = _times(grid(n, term.args[0]), grid(n, term.args[1])).cells
    return value


def _dot(n: Normaliser, term: Term) -> Term:
    a, b = (grid(n, x) for x in term.args)
    a, b = _aligned(a, b)
    cells = [pair for r, s in zip(a.cells, b.cells, strict=True) for pair in zip(r, s, strict=True)]
    return reduce(_sum, (build("dot" if x.shape else "mul", x, y) for x, y in cells))


def _norm(n: Normaliser, term: Term) -> Term:
    return build("sqrt", _dot(n, build("dot", term.args[0], term.args[0])))


SCALARS: dict[str, Callable[[Normaliser, Term], Term]] = {
    "det": _determinant,
    "tr": _trace,
    "matmul": _single,
    "dot": _dot,
    "norm": _norm,
    "frobenius": _norm,
}
"""Scalars made of matrices of blocks."""
