"""Random values of every type of the language: exact numbers, arrays of them, and smooth functions."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from derivcheck.kernel.terms import Type
from independent.arrays import Array
from independent.values import Gaussian, Number, Numbers

STYLES = ("plain", "digits", "small", "unit", "mixed", "sparse", "large", "halves", "tiny")


class Impossible(Exception):
    """No value of the type exists at these sizes."""


@dataclass(frozen=True, slots=True)
class Smooth:
    """``sum of c[k]*(u.z)**k, k in 0..3, + a*sin(w.z + s)`` in the entries z of all arguments.

    coefficients: c, a, s; linear, waving: u and w.
    """

    coefficients: tuple[Any, ...]
    linear: tuple[Fraction, ...]
    waving: tuple[Fraction, ...]

    def at(self, numbers: Numbers, z: Sequence[Number]) -> Number:
        return self._value(numbers, z, 0)

    def derivative(self, numbers: Numbers, order: int, x: Number) -> Number:
        """The derivative of a function of one number."""
        return self._value(numbers, [x], order)

    def _value(self, numbers: Numbers, z: Sequence[Number], order: int) -> Number:
        *powers, a, shift = map(numbers.of, self.coefficients)
        inner = sum(numbers.of(u) * x for u, x in zip(self.linear, z, strict=True))
        angle = shift + sum(numbers.of(w) * x for w, x in zip(self.waving, z, strict=True))
        chain, waves = (numbers.of(self.linear[0]) ** order, numbers.of(self.waving[0]) ** order) if order else (1, 1)
        found = [c * math.perm(k, order) * inner ** (k - order) * chain for k, c in enumerate(powers) if k >= order]
        wave = (numbers.mp.sin, numbers.mp.cos, lambda t: -numbers.mp.sin(t), lambda t: -numbers.mp.cos(t))[order % 4]
        return numbers.add([*found, a * waves * wave(angle)])

    def __str__(self) -> str:
        c0, c1, c2, c3, a, s = (f"{float(x):.6g}" for x in self.coefficients)
        u, w = ("(" + " + ".join(f"{c}*z{k}" for k, c in enumerate(form, 1)) + ")" for form in (self.linear, self.waving))
        return f"{c0} + {c1}*{u} + {c2}*{u}**2 + {c3}*{u}**3 + {a}*sin({w} + {s})"


def real(style: str, rng: random.Random) -> Fraction:
    """A real number, now and then 0, 1 or -1; of the style ``mixed`` each has its own."""
    if rng.random() < 0.08:
        return Fraction(rng.choice((0, 0, 1, -1)))
    match style if style != "mixed" else rng.choice(STYLES):
        case "small":
            return Fraction(rng.randint(-3, 3))
        case "sparse":
            return Fraction(rng.choice((0, 0, 0, 1, 1, -1, 2)))
        case "unit":
            return Fraction(rng.randint(-999, 999), 1000)
        case "halves":
            return Fraction(rng.randint(-9, 9), 2)
        case "large":
            return Fraction(rng.randint(-240, 240), 20)  # exponentials of larger ones vanish beside a number
        case "tiny":
            return Fraction(rng.randint(-99, 99), 10 ** rng.randint(2, 6))
        case "digits":
            return Fraction(rng.randint(-3 * 10**10, 3 * 10**10), 10**10 + rng.randint(1, 10**9))
    return Fraction(rng.randint(-30, 30) or 7, 7)


def number(kind: str, style: str, rng: random.Random) -> int | Fraction | Gaussian:
    """A number of the kind of a scalar type."""
    match kind:
        case "complex":
            re, im = real(style, rng), real(style, rng)
            return re if rng.random() < 0.2 else Gaussian(Fraction(0), im) if rng.random() < 0.1 else Gaussian(re, im)
        case "sign":
            return rng.choice((-1, 1))
        case "natural":
            return rng.randint(1, rng.choice((3, 6, 12)))
        case "integer":
            return rng.randint(*rng.choice(((-3, 3), (0, 3), (-9, 9), (0, 12))))
    x = real(style, rng)
    while x == 0 and kind in {"positive", "negative", "nonzero"}:
        x = real("mixed", rng)
    return abs(x) if kind in {"positive", "nonnegative"} else -abs(x) if kind == "negative" else x


def array(type_: Type, sizes: Sequence[int], hot: int | None, style: str, rng: random.Random) -> list[Any]:
    """The entries of one member of a type; raises ``Impossible``."""
    count = math.prod(sizes)
    if "onehot" in type_.attributes or "simplex" in type_.attributes:
        if not count:
            raise Impossible
        if "onehot" in type_.attributes or rng.random() < 0.1:
            k = hot if hot is not None else rng.randint(1, count)
            return [int(j == k) for j in range(1, count + 1)]
        parts = [rng.randint(0 if rng.random() < 0.2 else 1, 9) for _ in range(count - 1)] + [rng.randint(1, 9)]
        rng.shuffle(parts)
        return [Fraction(p, sum(parts)) for p in parts]
    if len(sizes) == 2 and type_.attributes:
        return [x for row in matrix(sizes[0], type_, style, rng) for x in row]
    return [number(type_.kind, style, rng) for _ in range(count)]


Table = list[list[Any]]


def _table(n: int, entry: Callable[[int, int], Any]) -> Table:
    return [[entry(i, j) for j in range(n)] for i in range(n)]


def _times(a: Table, b: Table) -> Table:
    return _table(len(a), lambda i, j: sum(a[i][k] * b[k][j] for k in range(len(a))))


def _transposed(a: Table) -> Table:
    return _table(len(a), lambda i, j: a[j][i])


def _singular(a: Table) -> bool:
    a = [list(map(Fraction, row)) for row in a]
    for k in range(len(a)):
        pivot = next((i for i in range(k, len(a)) if a[i][k]), None)
        if pivot is None:
            return True
        a[k], a[pivot] = a[pivot], a[k]
        for i in range(k + 1, len(a)):
            factor = a[i][k] / a[k][k]
            a[i] = [x - factor * y for x, y in zip(a[i], a[k], strict=True)]
    return False


def matrix(n: int, type_: Type, style: str, rng: random.Random) -> Table:
    """A square matrix with the attributes of its type, rational also where it is orthogonal."""
    attributes = type_.attributes
    if "antisymmetric" in attributes and attributes & {"invertible", "orthogonal"} and n % 2:
        raise Impossible
    for _ in range(30):
        a = _orthogonal(n, attributes, rng) if "orthogonal" in attributes else _plain(n, type_, style, rng)
        if not attributes & {"invertible", "positive_definite"} or not _singular(a):
            return a
        style = "mixed"
    raise Impossible


def _plain(n: int, type_: Type, style: str, rng: random.Random) -> Table:
    attributes = type_.attributes
    a = _table(n, lambda i, j: number(type_.kind, style, rng))
    if type_.kind == "complex":
        if attributes - {"invertible"}:
            raise Impossible
        return a
    if "diagonal" in attributes:
        a = _table(n, lambda i, j: a[i][j] * (i == j))
    if "positive_definite" in attributes:
        b = _times(a, _transposed(a))
        shift = Fraction(rng.randint(1, 6), 3)
        return _table(n, lambda i, j: b[i][j] + shift * (i == j))
    if "antisymmetric" in attributes:
        return _table(n, lambda i, j: a[i][j] - a[j][i])
    return _table(n, lambda i, j: a[max(i, j)][min(i, j)]) if "symmetric" in attributes else a


def _orthogonal(n: int, attributes: frozenset[str], rng: random.Random) -> Table:
    """Reflections in rational vectors, one where the matrix is symmetric; the unit matrix where it is positive definite."""
    if "antisymmetric" in attributes:
        turn = _table(n, lambda i, j: (j - i) * (abs(i - j) == 1 and min(i, j) % 2 == 0))
        q = _orthogonal(n, frozenset(), rng)
        return _times(_times(q, turn), _transposed(q))
    if "positive_definite" in attributes:
        return _table(n, lambda i, j: int(i == j))
    if "diagonal" in attributes:
        return _table(n, lambda i, j: rng.choice((-1, 1)) * (i == j))
    sign = rng.choice((-1, 1))
    q = _table(n, lambda i, j: sign * (i == j))
    for _ in range(1 if "symmetric" in attributes else rng.randint(1, 3)):
        v = [Fraction(rng.randint(-3, 3)) for _ in range(n)]
        square = sum(x * x for x in v)
        if square:
            q = _times(q, _table(n, lambda i, j, v=v, square=square: (i == j) - 2 * v[i] * v[j] / square))
    return q


def smooth(entries: int, rng: random.Random) -> Smooth:
    """A function of so many numbers."""
    def some() -> Fraction:
        return Fraction(rng.choice((-1, 1)) * rng.randint(1, 12), rng.choice((2, 3, 4, 5)))

    c = (some(), some(), some(), some() / 4, some(), some())
    return Smooth(c, tuple(some() for _ in range(entries)), tuple(some() for _ in range(entries)))


def nested(items: Sequence[Any], sizes: tuple[int, ...]) -> Any:
    """Entries as an array; a number alone without sizes."""
    return Array(sizes, tuple(items)) if sizes else items[0]
