"""How two sides differ, read off their values on the instances: by a factor, by a constant, or only in some region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import combinations

import numpy as np
from flint import fmpq

from derivcheck.kernel.terms import ZERO, Term, number
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.batch import Batches
from derivcheck.proving.floats import Floats
from derivcheck.syntax.show import show
from derivcheck.syntax.sorts import zeros

FEWEST = 3
"""On how many instances at least the sides must agree, and differ, before a region is named."""

TOLERANCE = 1e-7


@dataclass(frozen=True, slots=True)
class Difference:
    """A sentence that the values suggest, and the two terms whose equality would prove it, if there are such."""

    said: str
    sides: tuple[Term, Term] | None = None


def difference(batches: Batches, left: Term, right: Term) -> Difference | None:
    """How the right side differs from the left, as far as the values show; ``None`` where they show no pattern."""
    pairs = [
        (batch.instances, a.reshape(len(batch.instances), -1), b.reshape(len(batch.instances), -1))
        for batch, a, b in zip(batches.batches, batches.values(left), batches.values(right), strict=True)
        if a is not None and b is not None and a.shape == b.shape
    ]
    if not pairs:
        return None
    a = np.concatenate([x.ravel() for _, x, _ in pairs])
    b = np.concatenate([y.ravel() for _, _, y in pairs])
    if np.all(np.abs(a[np.isfinite(a)]) < TOLERANCE):
        return _zero(left)
    found = _constant(a, b, left, right)
    return found or _region([row for instances, x, y in pairs for row in zip(instances, x, y, strict=True)])


def _zero(left: Term) -> Difference:
    sides = (left, zeros(left.shape) or ZERO)
    if left.op == "diff":
        body, variable = map(show, left.args)
        return Difference(f"the left side is 0: {body} does not depend on {variable}", sides)
    return Difference("the left side is 0", sides)


def _constant(a: Floats, b: Floats, left: Term, right: Term) -> Difference | None:
    usable = np.isfinite(a) & np.isfinite(b)
    a, b = a[usable], b[usable]
    if len(a) < FEWEST or np.any(np.abs(np.imag(a)) + np.abs(np.imag(b)) > TOLERANCE):
        return None
    a, b = a.real, b.real
    largest = int(np.argmax(np.abs(a)))
    ratio = _simple(float(b[largest] / a[largest]))
    if ratio is not None and np.allclose(b, float(ratio) * a, rtol=TOLERANCE, atol=TOLERANCE):
        return Difference(_times(ratio), (right, build("mul", number(ratio), left)))
    gap = _simple(float(b[largest] - a[largest]))
    if gap is not None and np.allclose(b, a + float(gap), rtol=TOLERANCE, atol=TOLERANCE):
        said = f"the right side is {abs(gap)} {'more' if gap > 0 else 'less'} than the left"
        return Difference(said, None if left.shape else (right, build("add", left, number(gap))))
    return None


def _times(ratio: Fraction) -> str:
    match ratio:
        case 0:
            return "the right side is 0, the left is not"
        case -1:
            return "the right side has the opposite sign"
        case _:
            return f"the right side is {ratio} times the left"


def _simple(value: float) -> Fraction | None:
    near = Fraction(value).limit_denominator(24)
    return near if abs(float(near) - value) <= TOLERANCE * max(1.0, abs(value)) else None


def _region(compared: list[tuple[Instance, Floats, Floats]]) -> Difference | None:
    """The simple condition that tells where the sides differ from where they agree."""
    same, other = list[Instance](), list[Instance]()
    for instance, x, y in compared:
        if not (np.all(np.isfinite(x)) and np.all(np.isfinite(y))):
            continue
        (same if np.allclose(x, y, rtol=TOLERANCE, atol=TOLERANCE) else other).append(instance)
    if len(same) < FEWEST or len(other) < FEWEST:
        return None
    for text, holds in _conditions(same[0]):
        if all(map(holds, other)) and not any(map(holds, same)):
            return Difference(f"the sides differ just where {text}")
    return None


def _conditions(instance: Instance) -> Iterator[tuple[str, Callable[[Instance], bool]]]:
    """Simple conditions on indices and numbers."""
    integers = [name for name, value in instance.values.items() if isinstance(value, int)]
    for p, q in combinations(integers, 2):
        yield f"{p} = {q}", partial(_equal, p, q, True)
        yield f"{p} != {q}", partial(_equal, p, q, False)
    for name, value in instance.values.items():
        if isinstance(value, fmpq):
            yield f"{name} < 0", partial(_signed, name, -1)
            yield f"{name} > 0", partial(_signed, name, 1)


def _equal(p: str, q: str, wanted: bool, instance: Instance) -> bool:
    return bool(instance.values.get(p) == instance.values.get(q)) == wanted


def _signed(name: str, sign: int, instance: Instance) -> bool:
    value = instance.values.get(name)
    return isinstance(value, fmpq) and bool(value * sign > 0)
