"""Axes of Kronecker products and of vec: an index over a product of sizes, taken apart into one index for each.

A row of ``kron(A, B)`` is a row of A (the slow digit) and a row of B (the fast one), an entry of ``vec(A)`` a column and a
row of A.  Such an axis is opened with a variable for each digit, so that sums over it are sums over all of them; an index
that is met is divided by the size of the fast digit, and both digits are shown to lie in their ranges, which makes them the
only ones.
"""

from __future__ import annotations

from collections.abc import Sequence

from flint import fmpq

from derivcheck.kernel.normal.bounds import least
from derivcheck.kernel.normal.indicators import delta
from derivcheck.kernel.normal.normal_form import Bindings, Normaliser, axes
from derivcheck.kernel.normal.polynomials import Algebra, Monomial, Poly, Unsupported, constant, integral, variable
from derivcheck.kernel.normal.sums import summation
from derivcheck.kernel.terms import ONE, Shape, Term

SAME_AXES = frozenset({"add", "neg", "mul", "div", "hadamard", "pow"})
"""Operators that leave the axes of their array arguments as they are."""


def rows_columns(shape: Shape) -> tuple[Term, Term]:
    """The numbers of rows and of columns; a vector is one column, a scalar one entry."""
    rows, columns = (*shape, ONE, ONE)[:2]
    return rows, columns


def digits(n: Normaliser, term: Term, side: int) -> Shape:
    """The sizes of the digits of an axis (0: rows, 1: columns), the slow one first; empty for an axis that is not taken apart."""
    if not term.shape:
        return ()
    memo = (term, side)
    if memo not in n.digits:
        found = _digits(n, term, side)
        n.digits[memo] = found if len(found) > 1 else ()
    return n.digits[memo]


def _digits(n: Normaliser, term: Term, side: int) -> Shape:
    match term.op:
        case "kron":
            return tuple(size for a in term.args for size in _whole(n, a, side))
        case "vec" if side == 0:
            return (*_whole(n, term.args[0], 1), *_whole(n, term.args[0], 0))
        case "transpose":
            return digits(n, term.args[0], 1 - side)
        case "inv" | "adj":
            return digits(n, term.args[0], 1 - side)
        case "matmul":
            return digits(n, term.args[side], side)
        case "outer":
            return digits(n, term.args[side], 0)
        case "diag":
            return digits(n, term.args[0], 0)
        case "symbol":
            definition = n.context.definitions.get(term.symbol.name)
            whole = definition is not None and definition.symbol == term.symbol and not definition.parameters
            return digits(n, definition.body, side) if definition is not None and whole else ()
        case op if op in SAME_AXES:
            return next((found for a in term.args if (found := digits(n, a, side))), ())
        case _:
            return ()


def _whole(n: Normaliser, term: Term, side: int) -> Shape:
    """The digits of an axis, or its size as the only one; none where the size is 1."""
    size = rows_columns(term.shape)[side]
    return () if size == ONE else digits(n, term, side) or (size,)


def open_axis(n: Normaliser, size: Term, sizes: Shape, env: Bindings) -> tuple[Poly, tuple[int, ...]]:
    """An index over an axis and its variables, one for each digit; the caller closes as many."""
    variables: list[int] = []
    place: Poly = {}
    for digit in sizes or (size,):
        upper = n.scalar(digit, env)
        v = n.alg.fresh(constant(1), upper)
        before = n.alg.multiply(n.alg.subtract(place, constant(1)), upper) if variables else {}
        place = n.alg.add(before, variable(v))
        variables.append(v)
    return place, tuple(variables)


def open_entry(n: Normaliser, arrays: Sequence[Term], env: Bindings) -> tuple[tuple[Poly, ...], tuple[int, ...]]:
    """Indices for an entry of arrays of one shape, and the variables in them; the caller closes as many."""
    shape = arrays[0].shape
    sides = range(2 - len(axes(shape)), 2) if len(shape) == 2 else range(len(shape))
    places: list[Poly] = []
    variables: list[int] = []
    for side, size in zip(sides, axes(shape), strict=True):
        place, opened = open_axis(n, size, next((found for a in arrays if (found := digits(n, a, side))), ()), env)
        places.append(place)
        variables += opened
    return tuple(places), tuple(variables)


def summed(alg: Algebra, variables: tuple[int, ...], body: Poly) -> Poly:
    """The sum over all digits of open axes."""
    for v in reversed(variables):
        body = summation(alg, v, body)
    return body


def divided(alg: Algebra, place: Poly, slow: Poly, fast: Poly) -> tuple[Poly, Poly]:
    """The slow and the fast digit of an index over the product of two sizes; raises ``Unsupported`` where they are not seen."""
    if slow == constant(1) or fast == constant(1):
        return (place, constant(1)) if fast == constant(1) else (constant(1), place)
    quotient, rest = _quotient(alg, alg.subtract(place, constant(1)), fast)
    if not (_below(alg, rest, fast) and _below(alg, quotient, slow)):
        raise Unsupported("an index of a Kronecker product or of vec whose parts are not seen")
    return alg.add(quotient, constant(1)), alg.add(rest, constant(1))


def _quotient(alg: Algebra, p: Poly, by: Poly) -> tuple[Poly, Poly]:
    """Quotient and rest of one pass of division by the leading term; what they are good for is shown by their ranges."""
    leading = max(by, key=lambda m: (sum(e for _, e in m), m))
    quotient: Poly = {}
    for m, c in p.items():
        factor = _over(m, leading)
        ratio = c / by[leading]
        if factor is not None and ratio.q == 1:
            quotient = alg.add(quotient, {factor: fmpq(ratio.p)})
        elif factor is not None and not leading:
            quotient = alg.add(quotient, {factor: fmpq(ratio.p // ratio.q)})
    return quotient, alg.subtract(p, alg.multiply(quotient, by))


def _over(m: Monomial, by: Monomial) -> Monomial | None:
    exponents = dict(m)
    for a, e in by:
        if exponents.get(a, 0) < e:
            return None
        exponents[a] = integral(exponents[a] - e)
    return tuple(sorted((a, e) for a, e in exponents.items() if e))


def _below(alg: Algebra, p: Poly, size: Poly) -> bool:
    """Whether ``0 <= p < size``: by the ranges of what is in it, or because its digits to some factor of the size are such."""
    low, gap = least(alg, p), least(alg, alg.subtract(alg.subtract(size, constant(1)), p))
    if low is not None and gap is not None and low >= 0 and gap >= 0:
        return True
    if len(size) != 1:
        return False
    ((m, c),) = size.items()
    for position, (a, e) in enumerate(m):
        others = (*m[:position], *(((a, e - 1),) if e != 1 else ()), *m[position + 1 :])
        fast: Poly = {((a, 1),): fmpq(1)}
        slow: Poly = {others: c}
        if slow != constant(1):
            quotient, rest = _quotient(alg, p, fast)
            if quotient and quotient != p and _below(alg, rest, fast) and _below(alg, quotient, slow):
                return True
    return False


def same_place(alg: Algebra, i: Poly, j: Poly, size: Poly) -> Poly:
    """1 where two indices are equal: digit by digit where their digits are seen."""
    factors = next(iter(size)) if len(size) == 1 else ()
    if sum(e for _, e in factors) > 1:
        for a, _ in factors:
            fast: Poly = {((a, 1),): fmpq(1)}
            slow: Poly = alg.multiply(size, {((a, -1),): fmpq(1)})
            try:
                first, second = divided(alg, i, slow, fast), divided(alg, j, slow, fast)
            except Unsupported:
                continue
            return alg.multiply(same_place(alg, first[0], second[0], slow), delta(alg, alg.subtract(first[1], second[1])))
    return delta(alg, alg.subtract(i, j))
