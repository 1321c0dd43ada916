"""Random square matrices that have the attributes of a type, rational also where they are orthogonal."""

from __future__ import annotations

import random
from dataclasses import replace

from flint import fmpq, fmpq_mat

from derivcheck.kernel.terms import Type
from derivcheck.kernel.values.instance import Value
from derivcheck.proving.sampling.drawn_numbers import draw_number


def _table(m: int, n: int, kind: str, style: str, rng: random.Random) -> fmpq_mat:
    plain = style if style in {"small", "sparse", "fraction", "unit", "equal"} else "fraction"
    return fmpq_mat(m, n, [x for _ in range(m * n) if isinstance(x := draw_number("real", plain, rng), fmpq)])


def exists(n: int, attributes: frozenset[str]) -> bool:
    """Whether there are matrices of a size with attributes that do not contradict each other: of odd size some may not exist."""
    return n % 2 == 0 or "antisymmetric" not in attributes or not attributes & {"orthogonal", "invertible"}


def draw_matrix(shape: tuple[int, ...], type_: Type, style: str, rng: random.Random) -> list[Value]:
    """Entries of a square matrix with the attributes of its type, of a size at which there are such."""
    n, attributes = shape[0], type_.attributes
    one = fmpq_mat(n, n, [int(i == j) for i in range(n) for j in range(n)])
    if "antisymmetric" in attributes and attributes & {"symmetric", "diagonal", "positive_semidefinite"}:
        return list((one - one).entries())
    if "idempotent" in attributes:
        return list(_idempotent(n, attributes, one, rng).entries())
    if "orthogonal" in attributes and attributes & {"positive_definite", "positive_semidefinite"}:
        return list(one.entries())
    if "orthogonal" in attributes:
        return list(_orthogonal(n, attributes, one, rng).entries())
    for attempt in range(20):
        a = _table(n, n, type_.kind, style if attempt < 10 else "fraction", rng)
        if "positive_definite" in attributes:
            a = a * a.transpose() + one * fmpq(rng.randint(1, 4), rng.randint(1, 2))
        elif "positive_semidefinite" in attributes:
            kept = one if "invertible" in attributes else _diagonal([rng.randint(0, 1) for _ in range(n)])
            a = a * kept * a.transpose()
        elif "symmetric" in attributes:
            a = a + a.transpose()
        elif "antisymmetric" in attributes:
            a = a - a.transpose()
        if "diagonal" in attributes:
            a = fmpq_mat(n, n, [a[i, j] if i == j else 0 for i in range(n) for j in range(n)])
        if "invertible" not in attributes or a.det() != 0:
            return list(a.entries())
    return list(one.entries()) if "antisymmetric" not in attributes else list(_symplectic(n).entries())


def draw_likely(n: int, type_: Type, style: str, rng: random.Random) -> list[Value]:
    """A matrix of a kind that assumptions may amount to and that solving equations hardly finds: orthogonal, or with
    eigenvalues 0 and 1 (projections), 1 and -1 (involutions) or 0 (nilpotent), or with an attribute of types."""
    if rng.random() < 0.5:
        kind = rng.choice(("orthogonal", "orthogonal", "orthogonal", "symmetric", "antisymmetric", "diagonal"))
        return draw_matrix((n, n), replace(type_, attributes=frozenset({kind})), style, rng)
    return list(conjugated(n, rng.choice(((0, 1), (1, -1), (0,))), rng).entries())


def conjugated(n: int, values: tuple[int, ...], rng: random.Random) -> fmpq_mat:
    """A matrix with eigenvalues among these; nilpotent, and mostly not zero, where 0 is the only one."""
    basis = _table(n, n, "real", "small", rng)
    if basis.det() == 0:
        basis = fmpq_mat(n, n, [int(i <= j) for i in range(n) for j in range(n)])
    form = fmpq_mat(n, n)
    for k in range(n):
        form[k, k] = rng.choice(values)
        if values == (0,) and k % 2:
            form[k - 1, k] = 1
    return basis * form * basis.inv()


def of_finite_order(n: int, rng: random.Random) -> fmpq_mat:
    """A matrix other than 1 of which a power is 1: turned by a third, a quarter or a sixth in some planes."""
    turn = rng.choice((-1, 0, 1))
    form = _diagonal([1] * n)
    for k in range(0, n - 1, 2):
        form[k, k], form[k, k + 1], form[k + 1, k], form[k + 1, k + 1] = fmpq(0), fmpq(-1), fmpq(1), fmpq(turn)
    basis = _table(n, n, "real", "small", rng)
    return form if basis.det() == 0 else basis * form * basis.inv()


def orthogonal(n: int, rng: random.Random) -> fmpq_mat:
    """A rational orthogonal matrix."""
    return _orthogonal(n, frozenset(), _diagonal([1] * n), rng)


def _diagonal(values: list[int]) -> fmpq_mat:
    n = len(values)
    return fmpq_mat(n, n, [values[i] if i == j else 0 for i in range(n) for j in range(n)])


def _idempotent(n: int, attributes: frozenset[str], one: fmpq_mat, rng: random.Random) -> fmpq_mat:
    """A projection; 1 is the only one that is invertible, 0 the only one that is antisymmetric."""
    if attributes & {"orthogonal", "invertible", "positive_definite"}:
        return one
    if "antisymmetric" in attributes:
        return one - one
    if "diagonal" in attributes:
        return _diagonal([rng.randint(0, 1) for _ in range(n)])
    if "symmetric" in attributes:
        q = _orthogonal(n, frozenset(), one, rng)
        return q * _diagonal([rng.randint(0, 1) for _ in range(n)]) * q.transpose()
    return conjugated(n, (0, 1), rng)


def _symplectic(n: int) -> fmpq_mat:
    return fmpq_mat(n, n, [(j - i) if abs(i - j) == 1 and min(i, j) % 2 == 0 else 0 for i in range(n) for j in range(n)])


def _orthogonal(n: int, attributes: frozenset[str], one: fmpq_mat, rng: random.Random) -> fmpq_mat:
    """Products of reflections ``1 - 2 v v.T/(v.T v)`` in rational vectors, up to as many as make every one, and a sign."""
    if "antisymmetric" in attributes:
        q = _orthogonal(n, frozenset(), one, rng)
        return q * _symplectic(n) * q.transpose()
    if "diagonal" in attributes:
        return fmpq_mat(n, n, [rng.choice((-1, 1)) if i == j else 0 for i in range(n) for j in range(n)])
    q = one if rng.random() < 0.7 else -one
    for _ in range(1 if "symmetric" in attributes else rng.randint(1, max(3, n))):
        v = fmpq_mat(n, 1, [rng.randint(-2, 2) for _ in range(n)])
        square = (v.transpose() * v)[0, 0]
        if square != 0:
            q = q * (one - v * v.transpose() * (fmpq(2) / square))
    return q
