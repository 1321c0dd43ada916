"""Operators of whole arrays on lists of their entries (row by row): products, inverses, determinants and their jets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias, cast

from flint import acb, acb_mat, arb, arb_mat, fmpq, fmpq_mat

from derivcheck.kernel.outcome import Budget
from derivcheck.kernel.values.arithmetic import ONE, ZERO, Number, UndefinedHere, UndeterminedHere, ball, is_real, is_zero
from derivcheck.kernel.values.jets import Calculus, Jet, Scalar, base

Sized: TypeAlias = "tuple[tuple[int, ...], list[Scalar]]"
"""Sizes, and the entries row by row; a column has one size."""


def _rows_columns(sizes: tuple[int, ...]) -> tuple[int, int]:
    return (sizes[0], 1) if len(sizes) == 1 else (sizes[0], sizes[1])


def _dot_products(f: Calculus, left: Sequence[Scalar], right: Sequence[Scalar]) -> Scalar:
    total: Scalar = ZERO
    for a, b in zip(left, right, strict=True):
        total = f.add(total, f.mul(a, b))
    return total


def weight(entries: Sequence[Scalar]) -> int:
    """About how many numbers stand in each entry."""
    return 1 + max((len(x.parts) for x in entries if isinstance(x, Jet)), default=0)


def multiply(f: Calculus, budget: Budget, a: Sized, b: Sized) -> list[Scalar]:
    """The entries of ``a @ b``."""
    (m, k), (_, n) = _rows_columns(a[0]), _rows_columns(b[0])
    x, y = a[1], b[1]
    budget.spend(m * k * n * max(weight(x), weight(y)))
    return [_dot_products(f, x[i * k: (i + 1) * k], y[j::n]) for i in range(m) for j in range(n)]


def _transpose(f: Calculus, budget: Budget, a: Sized) -> list[Scalar]:
    if not a[0]:
        return a[1]
    _, n = _rows_columns(a[0])
    return [x for j in range(n) for x in a[1][j::n]]


def power(f: Calculus, budget: Budget, a: Sized, exponent: int) -> list[Scalar]:
    """The entries of the matrix power ``a**exponent``."""
    if exponent < 0:
        return power(f, budget, (a[0], inverse(f, budget, a)), -exponent)
    n = a[0][0]
    result: list[Scalar] = _eye(n)
    square, rest = a[1], exponent
    while rest:
        if rest % 2:
            result = multiply(f, budget, (a[0], result), (a[0], square))
        rest //= 2
        if rest:
            square = multiply(f, budget, (a[0], square), (a[0], square))
    return result


def _eye(n: int) -> list[Scalar]:
    return [ONE if i == j else ZERO for i in range(n) for j in range(n)]


def _tag(entries: Sequence[Scalar]) -> int:
    return max((x.tag for x in entries if isinstance(x, Jet)), default=0)


def _level(entries: Sequence[Scalar], tag: int) -> tuple[list[Scalar], dict[int, list[Scalar]]]:
    """The entries below a tag, and per direction of that tag the entries' changes."""
    below = [x.value if isinstance(x, Jet) and x.tag == tag else x for x in entries]
    directions = sorted({k for x in entries if isinstance(x, Jet) and x.tag == tag for k in x.parts})
    changes = {k: [x.parts.get(k, ZERO) if isinstance(x, Jet) and x.tag == tag else ZERO for x in entries] for k in directions}
    return below, changes


def determinant(f: Calculus, budget: Budget, a: Sized) -> Scalar:
    """``det(a)``; its change is the trace of the adjugate times the change of a (Jacobi's formula)."""
    sizes, entries = a
    n = sizes[0]
    budget.spend(n**3 * weight(entries))
    tag = _tag(entries)
    if not tag:
        return _determinant_of_numbers(f, n, [base(x) for x in entries])
    below, changes = _level(entries, tag)
    adjugate = adjugate_entries(f, budget, (sizes, below))
    parts: dict[int, Scalar] = {}
    for k, change in changes.items():
        parts[k] = _dot_products(f, adjugate, [change[j * n + i] for i in range(n) for j in range(n)])
    return Jet(tag, determinant(f, budget, (sizes, below)), parts)


def _rational(entries: Sequence[Number]) -> list[fmpq] | None:
    return cast("list[fmpq]", list(entries)) if all(isinstance(x, fmpq) for x in entries) else None


def _determinant_of_numbers(f: Calculus, n: int, entries: list[Number]) -> Number:
    if (rational := _rational(entries)) is not None:
        return fmpq_mat(n, n, rational).det()
    if n <= 3 or not all(map(is_real, entries)):
        return base(_laplace(f, n, entries))
    return _finite(arb_mat(n, n, [cast(arb, ball(x)) for x in entries]).det())


def _finite(x: arb) -> arb:
    if not x.is_finite():
        raise UndeterminedHere("a ball is not finite")
    return x


def _laplace(f: Calculus, n: int, entries: Sequence[Scalar]) -> Scalar:
    """The determinant by its first row; exact for Gaussian rationals, and no division."""
    if n == 0:
        return ONE
    if n > 6:
        raise UndeterminedHere("the determinant of a large complex matrix")
    total: Scalar = ZERO
    for j in range(n):
        term = f.mul(entries[j], _laplace(f, n - 1, _minor(entries, n, 0, j)))
        total = f.add(total, term if j % 2 == 0 else f.neg(term))
    return total


def _minor(entries: Sequence[Scalar], n: int, row: int, column: int) -> list[Scalar]:
    return [entries[i * n + j] for i in range(n) if i != row for j in range(n) if j != column]


def adjugate_entries(f: Calculus, budget: Budget, a: Sized) -> list[Scalar]:
    """The entries of ``adj(a)``: transposed cofactors."""
    n = a[0][0]
    budget.spend(n**2)
    cofactors = [determinant(f, budget, ((n - 1, n - 1), _minor(a[1], n, j, i))) for i in range(n) for j in range(n)]
    return [x if (p // n + p % n) % 2 == 0 else f.neg(x) for p, x in enumerate(cofactors)]


def inverse(f: Calculus, budget: Budget, a: Sized) -> list[Scalar]:
    """The entries of ``inv(a)``; undefined where ``det(a) = 0``.  Its change is minus inverse times change times inverse."""
    sizes, entries = a
    tag = _tag(entries)
    if not tag:
        return _inverse_of_numbers(f, budget, a)
    below, changes = _level(entries, tag)
    inverted = inverse(f, budget, (sizes, below))
    moved = {k: multiply(f, budget, (sizes, inverted), (sizes, multiply(f, budget, (sizes, change), (sizes, inverted))))
             for k, change in changes.items()}
    return [Jet(tag, x, {k: f.neg(m[p]) for k, m in moved.items()}) for p, x in enumerate(inverted)]


def _inverse_of_numbers(f: Calculus, budget: Budget, a: Sized) -> list[Scalar]:
    n = a[0][0]
    budget.spend(n**3)
    numbers = [base(x) for x in a[1]]
    if (rational := _rational(numbers)) is not None:
        try:
            return list(fmpq_mat(n, n, rational).inv().entries())
        except ZeroDivisionError:
            raise UndefinedHere("the inverse of a singular matrix") from None
    if n <= 4:
        determinant_value = base(determinant(f, budget, a))
        if is_zero(determinant_value):
            raise UndefinedHere("the inverse of a singular matrix")
        return [f.div(x, determinant_value) for x in adjugate_entries(f, budget, a)]
    try:
        if all(map(is_real, numbers)):
            return list(arb_mat(n, n, [cast(arb, ball(x)) for x in numbers]).inv().entries())
        return list(acb_mat(n, n, [acb(ball(x)) for x in numbers]).inv().entries())
    except ZeroDivisionError:
        raise UndeterminedHere("whether a matrix is singular") from None


def _trace(f: Calculus, budget: Budget, a: Sized) -> Scalar:
    if not a[0]:
        return a[1][0]
    n = a[0][0]
    return _dot_products(f, a[1][:: n + 1], [ONE] * n)


def _diag(f: Calculus, budget: Budget, a: Sized) -> list[Scalar]:
    n = a[0][0]
    if len(a[0]) == 2:
        return a[1][:: n + 1]
    return [a[1][i] if i == j else ZERO for i in range(n) for j in range(n)]


def _kron(f: Calculus, budget: Budget, a: Sized, b: Sized) -> list[Scalar]:
    (m, n), (p, q) = _rows_columns(a[0]), _rows_columns(b[0])
    return [f.mul(a[1][i * n + j], b[1][k * q + r]) for i in range(m) for k in range(p) for j in range(n) for r in range(q)]


def _vec(f: Calculus, budget: Budget, a: Sized) -> list[Scalar]:
    _, n = _rows_columns(a[0])
    return [x for j in range(n) for x in a[1][j::n]]


def _hstack(f: Calculus, budget: Budget, *blocks: Sized) -> list[Scalar]:
    sized = [(_rows_columns(a[0]) if a[0] else (1, 1), a[1]) for a in blocks]
    rows = sized[0][0][0]
    return [x for i in range(rows) for (_, n), entries in sized for x in entries[i * n: (i + 1) * n]]


def _vstack(f: Calculus, budget: Budget, *blocks: Sized) -> list[Scalar]:
    return [x for _, entries in blocks for x in entries]


def _dot(f: Calculus, budget: Budget, a: Sized, b: Sized) -> Scalar:
    return _dot_products(f, a[1], b[1])


def _outer(f: Calculus, budget: Budget, a: Sized, b: Sized) -> list[Scalar]:
    return [f.mul(x, y) for x in a[1] for y in b[1]]


def _norm(f: Calculus, budget: Budget, a: Sized) -> Scalar:
    squares = [f.mul(x, x) if is_real(base(x)) else f.pow(f.call("abs", x), fmpq(2)) for x in a[1]]
    return f.call("sqrt", _dot_products(f, squares, [ONE] * len(squares)))


def _softmax(f: Calculus, budget: Budget, a: Sized) -> list[Scalar]:
    powers = [f.call("exp", x) for x in a[1]]
    total = _dot_products(f, powers, [ONE] * len(powers))
    return [f.div(p, total) for p in powers]


def _logsumexp(f: Calculus, budget: Budget, a: Sized) -> Scalar:
    return f.call("log", _dot_products(f, [f.call("exp", x) for x in a[1]], [ONE] * len(a[1])))


OPERATORS: dict[str, Callable[..., list[Scalar] | Scalar]] = {
    "matmul": multiply, "transpose": _transpose, "det": determinant, "inv": inverse, "adj": adjugate_entries, "tr": _trace,
    "diag": _diag, "kron": _kron, "vec": _vec, "hstack": _hstack, "vstack": _vstack,
    "dot": _dot, "outer": _outer, "norm": _norm, "frobenius": _norm,
    "softmax": _softmax, "logsumexp": _logsumexp,
}
"""Operators by name, as functions of the calculus, the budget and the arguments' sizes and entries."""
