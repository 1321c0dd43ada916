"""How two sides differ, in a sentence: where, and by what difference or factor, proved or said to be seen on instances only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import ZERO, Claim, Context, Term, free_symbols, number, symbol
from derivcheck.kernel.vocabulary import same_shape
from derivcheck.proving.decide import Judge
from derivcheck.proving.differing.regions import FEWEST, Compared, Region
from derivcheck.proving.differing.rendering import opposite
from derivcheck.proving.differing.simplified import gap, ratio
from derivcheck.proving.mistakes.places import nodes
from derivcheck.proving.refuting.refute import TOLERANCE
from derivcheck.proving.repairing.agreement import simple
from derivcheck.proving.screening.batch import Batches
from derivcheck.proving.screening.dependence import Dependence
from derivcheck.proving.screening.floats import Floats
from derivcheck.syntax.show import show
from derivcheck.syntax.sorts import zeros

QUOTIENT = 4
"""How many nodes more a quotient of two terms counts."""

SEEN = "on the instances tried "
"""Stands before what no proof supports."""

NUMERICALLY = "numerically "
"""The same for constants, of which there are no instances."""


@dataclass(frozen=True, slots=True)
class Sides:
    """What the two sides are called in a sentence; than: the left one as something to be compared with."""

    left: str = "the left side"
    right: str = "the right side"
    than: str = "the left"

    def differ(self) -> str:
        """That they differ."""
        return "the sides differ" if self == STEP else f"{self.right} differs from {self.than}"


STEP = Sides()


@dataclass(frozen=True, slots=True)
class Difference:
    """A sentence on how two sides differ; proved: it does not rest on instances only, as which it is told by ``seen``."""

    text: str
    proved: bool = True
    seen: str = SEEN

    @property
    def said(self) -> str:
        """The sentence, which says so where it is only what the instances show."""
        return self.text if self.proved else f"{self.seen}{self.text}"


def difference(judge: Judge, left: Term, right: Term, sides: Sides = STEP) -> Difference | None:
    """How the right side differs from the left; ``None`` for sides of different shapes, or where nothing can be said."""
    if not same_shape(left.shape, right.shape) or judge.probable(left, right):
        return None
    found = next(_found(judge, left, right, sides), None)
    if found is None or found.proved or _varies(judge.context, left, right):
        return found
    return replace(found, seen=NUMERICALLY)


def failure(judge: Judge, left: Term, relation: str, right: Term) -> Difference | None:
    """Where an inequality fails; ``None`` where that is no simple region."""
    region = Compared(judge.drawn(), left, right, relation).region()
    if region is None:
        return None
    return Difference(f"the left side is {_WORDS[relation]} the right side except {region.said()}", region.proved)


_WORDS = {"<": "less than", "<=": "at most", ">": "greater than", ">=": "at least"}


def _found(judge: Judge, left: Term, right: Term, sides: Sides) -> Iterator[Difference]:
    """What can be said, the most telling first."""
    numbers = _numbers(judge.drawn(), left, right)
    yield from _zero(judge, left, right, numbers, sides)
    compared = Compared(judge.drawn(), left, right)
    region = compared.region()
    if region is not None:
        yield _inside(judge, compared, region, sides)
    by = _by(judge, left, right, sides)
    if by is not None:
        yield Difference(by)
    yield from _constant(*numbers, sides)
    yield from _names(judge.context, left, right, sides)
    if _varies(judge.context, left, right):
        yield from _larger(*numbers, sides)
    yield Difference(f"{sides.differ()}, and not by a short term or factor")


def _varies(context: Context, *terms: Term) -> bool:
    """Whether a declared symbol stands in one of some terms."""
    return any(it.name in context.symbols for term in terms for it in free_symbols(term))


def _numbers(batches: Batches, left: Term, right: Term) -> tuple[Floats, Floats]:
    """The values of both sides at all entries of all instances where both have one."""
    pairs = [
        (a.ravel(), b.ravel())
        for a, b in zip(batches.values(left), batches.values(right), strict=True)
        if a is not None and b is not None and a.shape == b.shape
    ]
    a = np.concatenate([a for a, _ in pairs]) if pairs else np.zeros(0)
    b = np.concatenate([b for _, b in pairs]) if pairs else np.zeros(0)
    usable = np.isfinite(a) & np.isfinite(b)
    return a[usable], b[usable]


# -- one side is zero ------------------------------------------------------------------------------------------------------


def _zero(judge: Judge, left: Term, right: Term, numbers: tuple[Floats, Floats], sides: Sides) -> Iterator[Difference]:
    varies = _varies(judge.context, left, right)
    vanish = [bool(len(values)) and bool(np.all(np.abs(values) < TOLERANCE)) for values in numbers]
    if all(vanish) and varies:
        return
    for term, name, zero, other in ((left, sides.left, vanish[0], sides.right), (right, sides.right, vanish[1], sides.than)):
        proved = zero and isinstance(judge.kernel.prove(Claim(term, "=", zeros(term.shape) or ZERO, judge.context)), Proof)
        if proved or (zero and _varies(judge.context, term)):
            yield Difference(_vanishing(term, name, other), proved)


def _vanishing(term: Term, name: str, other: str) -> str:
    if term.op == "diff":
        body, variable = map(show, term.args)
        return f"{name} is 0: {body} does not depend on {variable}"
    return f"{name} is 0, {other} is not"


# -- in a region, by a term ------------------------------------------------------------------------------------------------


def _inside(judge: Judge, compared: Compared, region: Region, sides: Sides) -> Difference:
    """Where the sides differ, and by what they do there."""
    said = f"{sides.differ()} only {region.said()}"
    if not region.proved:
        return Difference(said, False)
    context, left, right = compared.within(region.condition)
    by = _by(Judge(context, judge.options, met=judge.met), left, right, sides)
    if by is None:
        return Difference(said)
    return Difference(f"{said}: {f'in entry {region.entry()}' if _speaks_of(by, region) else 'there'} {by}")


def _speaks_of(sentence: str, region: Region) -> bool:
    return any(re.search(rf"\b{it.name}\b", sentence) for it in region.positions)


def _by(judge: Judge, left: Term, right: Term, sides: Sides) -> str | None:
    """By what factor or what term the right side is another, whichever is shorter; both are proved."""
    factor = ratio(judge, left, right)
    if factor is not None and nodes(factor) <= 2:
        return _times(factor, sides)
    more = gap(judge, left, right)
    if more is not None and (factor is None or nodes(more) < _weight(factor)):
        return _more(more, sides)
    return None if factor is None else _times(factor, sides)


def _weight(factor: Term) -> int:
    """The nodes of a factor; a quotient of two terms counts for more, since it is harder to read than a difference."""
    both = factor.op == "div" and not any(a.op == "number" for a in factor.args)
    return nodes(factor) + (QUOTIENT if both else 0)


def _times(factor: Term, sides: Sides) -> str:
    if show(factor) == "-1":
        return f"{sides.right} has the opposite sign" + ("" if sides == STEP else f" to {sides.than}")
    if factor.op == "div" and factor.args[0] == number(1):
        return f"{sides.right} is {sides.than} divided by {_closed(factor.args[1])}"
    return f"{sides.right} is {_closed(factor)} times {sides.than}"


def _more(more: Term, sides: Sides) -> str:
    said = show(more)
    if said.startswith("-") and more.op != "add":
        return f"{sides.right} is {show(opposite(more))} less than {sides.than}"
    return f"{sides.right} is {said} more than {sides.than}"


def _closed(term: Term) -> str:
    """A factor as it stands in a sentence."""
    return f"({show(term)})" if term.op == "add" else show(term)


# -- what instances show ---------------------------------------------------------------------------------------------------


def _constant(a: Floats, b: Floats, sides: Sides) -> Iterator[Difference]:
    """A constant factor or gap between the values, which nothing proves."""
    if len(a) < FEWEST or np.any(np.abs(np.imag(a)) + np.abs(np.imag(b)) > TOLERANCE):
        return
    a, b = a.real, b.real
    largest = int(np.argmax(np.abs(a)))
    if abs(a[largest]) < TOLERANCE:
        return
    factor = simple(float(b[largest] / a[largest]))
    if factor not in {None, 0, 1} and np.allclose(b, float(factor) * a, rtol=TOLERANCE, atol=TOLERANCE):
        yield Difference(_times(number(factor), sides), False)
    constant = simple(float(b[largest] - a[largest]))
    if constant and np.allclose(b, a + float(constant), rtol=TOLERANCE, atol=TOLERANCE):
        yield Difference(_more(number(constant), sides), False)


def _names(context: Context, left: Term, right: Term, sides: Sides) -> Iterator[Difference]:
    """Which symbols stand on one side only, those in definitions with the definition through which they do."""
    depends = Dependence(context)
    first, second = (depends.of(side)[1] - context.definitions.keys() for side in (left, right))
    said = []
    for alone, term, name in ((first - second, left, sides.left), (second - first, right, sides.right)):
        only = sorted(it for it in alone if context.symbols[it].type.kind not in {"size", "index"})
        if 0 < len(only) <= 3:
            said.append(f"only {name} contains {_joined([_through(context, depends, term, it) for it in only])}")
    if said:
        yield Difference(", and ".join(said))


def _through(context: Context, depends: Dependence, term: Term, name: str) -> str:
    """A name, and the definition in a term through which it stands there, if it does not by itself."""
    written = sorted(s.name for s in free_symbols(term) if s.name in context.symbols)
    if name in written:
        return name
    return next((f"{name} (in {it})" for it in written if name in depends.of(symbol(context.symbols[it]))[1]), name)


def _joined(words: list[str]) -> str:
    *rest, last = words
    return f"{', '.join(rest)} and {last}" if rest else last


def _larger(a: Floats, b: Floats, sides: Sides) -> Iterator[Difference]:
    """That the sides hardly differ, or which of them is the larger one wherever they do."""
    apart = ~np.isclose(a, b, rtol=TOLERANCE, atol=TOLERANCE)
    real = not np.any(np.abs(np.imag(a)) + np.abs(np.imag(b)) > TOLERANCE)
    if real and len(a) >= FEWEST and 10 * apart.sum() <= len(a):
        yield Difference("the sides agree nearly everywhere, but not at the one given", False)
    if real and apart.sum() >= FEWEST:
        for word, holds in (("greater", b.real > a.real), ("less", b.real < a.real)):
            if np.all(holds[apart]):
                yield Difference(f"{sides.right} is {word} than {sides.than} wherever they differ", False)
