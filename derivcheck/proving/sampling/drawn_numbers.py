"""Random numbers of a kind, in a style."""

from __future__ import annotations

import random

from flint import fmpq

from derivcheck.kernel.values.arithmetic import Gaussian

STYLES = ("small", "fraction", "sparse", "unit", "wide", "large", "equal", "digits")
"""How numbers are drawn: small integers, small fractions, mostly 0 and 1, within (-1, 1), of any magnitude, large, few
different ones, and fractions of many digits."""


def draw_number(kind: str, style: str, rng: random.Random) -> fmpq | Gaussian:
    """A number of a kind (``real``, ``positive``, ``complex``, …) in a style."""
    if kind == "complex":
        return _draw_complex(style, rng)
    if kind == "sign":
        return fmpq(rng.choice((-1, 1)))
    if kind in {"integer", "natural"}:
        return _draw_integer(kind, style, rng)
    x = _draw_real(style, rng)
    if kind in {"positive", "nonzero", "negative"}:
        while x == 0:
            x = _draw_real(style if rng.random() < 0.9 else "small", rng)
    if kind in {"positive", "nonnegative"}:
        return abs(x)
    return -abs(x) if kind == "negative" else x


def _draw_real(style: str, rng: random.Random) -> fmpq:
    match style:
        case "small":
            return fmpq(rng.randint(-3, 3))
        case "sparse":
            return fmpq(rng.choice((0, 0, 0, 1, 1, -1, 2)))
        case "unit":
            q = rng.randint(2, 12)
            return fmpq(rng.randint(1 - q, q - 1), q)
        case "wide":
            return fmpq(rng.randint(-99, 99), rng.randint(1, 9)) * fmpq(10) ** rng.randint(-6, 6)
        case "large":
            size = rng.choice((7, 101, 997, 10**4 + 7, 10**6 - 1, 10**6, 10**6 + 3))
            return fmpq(rng.choice((-1, 1)) * size * rng.randint(1, 3))
        case "digits":
            return fmpq(rng.randint(-3 * 10**20, 3 * 10**20), 10**20 + rng.randint(1, 10**19))
        case "equal":
            return fmpq(rng.choice((2, 2, -2, 3)))
    return fmpq(rng.randint(-20, 20), rng.randint(2, 7))


def _draw_integer(kind: str, style: str, rng: random.Random) -> fmpq:
    ranges = {"small": (-3, 3), "sparse": (-1, 2), "large": (-1000, 1000), "wide": (-60, 60), "equal": (2, 2)}
    low, high = ranges.get(style, (-9, 9))
    return fmpq(rng.randint(1, max(3, high)) if kind == "natural" else rng.randint(low, high))


def _draw_complex(style: str, rng: random.Random) -> fmpq | Gaussian:
    re, im = _draw_real(style, rng), _draw_real(style, rng)
    which = rng.randrange(6)
    if which == 0 or im == 0:
        return -abs(re)
    if which == 1:
        return abs(re)
    return Gaussian(fmpq(0) if which == 2 else re, im)
