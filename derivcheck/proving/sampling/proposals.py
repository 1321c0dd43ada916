"""Values that often satisfy an equation between arrays: points of spheres, multiples of 1, projections."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from flint import fmpq

from derivcheck.kernel.values.instance import Instance
from derivcheck.proving.sampling.membership import Place, with_entry


def on_spheres(instance: Instance, names: Sequence[str], numbers: Sequence[Place], rng: random.Random) \
        -> Iterator[Instance]:
    """Arrays, and scalars together, moved to rational points of the unit sphere."""
    groups = [[p for p in numbers if p[0] == n] for n in names]
    groups = [g for g in groups if len(g) > 0 and len(g[0][1]) > 0]
    groups += [[p for p in numbers if p[0] == n and p[1][:1] == (k,)] for n in names for k in range(3)]
    scalars = [p for p in numbers if not p[1]]
    groups += [list(c) for c in itertools.combinations(sorted(scalars), 2)]
    for group in groups:
        if group:
            candidate = instance
            for place, x in zip(group, sphere_point(len(group), rng), strict=True):
                candidate = with_entry(candidate, place, x)
            yield candidate


def simple_matrices(instance: Instance, names: Sequence[str], rng: random.Random) -> Iterator[Instance]:
    """Square matrices replaced by multiples of 1, by projections and by nilpotent ones."""
    for name in names:
        value = instance.values.get(name)
        n = len(value) if isinstance(value, tuple) else 0
        if not isinstance(value, tuple) or any(not isinstance(row, tuple) or len(row) != n for row in value):
            continue
        split, scale = rng.randint(0, n), fmpq(rng.randint(1, 3), rng.randint(1, 2))
        projection = [fmpq(int(i < split)) for i in range(n)]
        kinds = [([fmpq(1)] * n, 0), (projection, 0), ([scale] * n, 0), ([fmpq(0)] * n, 0), ([fmpq(0)] * n, 1)]
        rng.shuffle(kinds)
        for diagonal, corner in kinds:
            rows = [[diagonal[i] if i == j else fmpq(corner * int(i == 0 and j == n - 1)) for j in range(n)] for i in range(n)]
            yield replace(instance, values={**instance.values, name: tuple(map(tuple, rows))})


def sphere_point(n: int, rng: random.Random) -> list[fmpq]:
    """A rational point of the unit sphere in n dimensions, by stereographic projection."""
    if n == 1:
        return [fmpq(rng.choice((-1, 1)))]
    t = [fmpq(rng.randint(-3, 3), rng.randint(1, 3)) for _ in range(n - 1)]
    square = sum((x * x for x in t), fmpq(0))
    return [*(2 * x / (1 + square) for x in t), (square - 1) / (1 + square)]
