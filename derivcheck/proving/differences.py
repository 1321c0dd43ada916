"""How two sides differ, read off their values on the instances: by a factor, by a constant, or only in some region."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations

import numpy as np
from flint import fmpq

from derivcheck.kernel.terms import Term
from derivcheck.kernel.values.instance import Instance
from derivcheck.proving.batch import Batches
from derivcheck.proving.floats import Floats
from derivcheck.syntax.show import show

FEWEST = 3
"""On how many instances at least the sides must agree, and differ, before a region is named."""

TOLERANCE = 1e-7


def difference(batches: Batches, left: Term, right: Term) -> str | None:
    """One sentence on how the right side differs from the left; ``None`` where the values show no pattern."""
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
    return _constant(a, b) or _region([(i, x, y) for instances, x, y in pairs for i, x, y in zip(instances, x, y, strict=True)])


def _zero(left: Term) -> str:
    if left.op == "diff":
        body, variable = map(show, left.args)
        return f"the left side is 0: {body} does not depend on {variable}"
    return "the left side is 0"


def _constant(a: Floats, b: Floats) -> str | None:
    usable = np.isfinite(a) & np.isfinite(b)
    a, b = a[usable], b[usable]
    if len(a) < FEWEST or np.any(np.abs(np.imag(a)) + np.abs(np.imag(b)) > TOLERANCE):
        return None
    a, b = a.real, b.real
    largest = int(np.argmax(np.abs(a)))
    ratio = _simple(float(b[largest] / a[largest]))
    if ratio is not None and np.allclose(b, float(ratio) * a, rtol=TOLERANCE, atol=TOLERANCE):
        return _times(ratio)
    gap = _simple(float(b[largest] - a[largest]))
    if gap is not None and np.allclose(b, a + float(gap), rtol=TOLERANCE, atol=TOLERANCE):
        return f"the right side is {abs(gap)} {'more' if gap > 0 else 'less'} than the left"
    return None


def _times(ratio: Fraction) -> str | None:
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


def _region(compared: list[tuple[Instance, Floats, Floats]]) -> str | None:
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
            return f"on the instances tried the sides differ just where {text}"
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
