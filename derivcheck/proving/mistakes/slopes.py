"""Derivatives of the functions on the way: one forgotten, one taken for another's, a Jacobian taken for its diagonal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from derivcheck.kernel.terms import ONE, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build, same_shape
from derivcheck.proving.mistakes.calculus import OUTER
from derivcheck.proving.mistakes.mistake import Edit, unsigned
from derivcheck.proving.mistakes.places import SCALED, Place, negated, product, total
from derivcheck.proving.mistakes.surroundings import Surroundings

ACTIVATIONS = ("tanh", "sigmoid")
"""Functions whose derivative is written with their value."""


def missing_slope(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The derivative of an activation on the way back, as a factor or for each entry."""
    term = place.term
    if place.role not in SCALED and not (place.role == "factor" and term.shape):
        return
    for op, value in _activated(place, around):
        slope = _slope(op, value)
        for new in _times(term, slope) if value != term else ():
            size = 1.25 if new.op == "matmul" else 1.2
            yield Edit(new, size, "{} lacks the derivative {} of the {} on the way", (unsigned(term), slope, op))


def wrong_slope(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The derivative of another activation, or a function itself where its derivative is meant."""
    term = place.term
    for op, value in _activated(place, around):
        slope = _slope(op, value)
        if term == value:
            yield Edit(slope, 1.25, "{} stands where its derivative {} is meant", (term, slope))
        for other in ACTIVATIONS:
            old = _slope(other, value)
            for written in _orders(old) if other != op else ():
                new = slope if term == written else _exchanged(term, written, slope)
                if new is not None:
                    yield Edit(new, 1, "the derivative of {} at {} is {}, not {}", (op, value, slope, old))
    if term.op in OUTER and len(term.args) == 1 and not term.shape and (derived := OUTER[term.op](term.args[0])) != term:
        yield Edit(derived, 1.35, "{} stands where its derivative {} is meant", (term, derived))


def _activated(place: Place, around: Surroundings) -> Iterator[tuple[str, Term]]:
    """The values of activations that can be named at a place, whole arrays and entries, by the names that they are given."""
    seen = set[Term]()
    for op, value in _values(place.bound, around):
        entries = [build("entry", value, k) for k in around.indices(place.bound)] if len(value.shape) == 1 else []
        for found in (value, *entries):
            if found not in seen and around.readable(found, place.bound):
                seen.add(found)
                yield op, found


def _values(bound: tuple[Symbol, ...], around: Surroundings) -> Iterator[tuple[str, Term]]:
    for definition in around.context.definitions.values():
        op, parameters = definition.body.op, definition.parameters
        if op in ACTIVATIONS and definition.body in around.terms:
            chosen = permutations(around.indices(bound), len(parameters)) if definition.symbol.type.kind != "function" else ()
            for indices in chosen:
                whole = symbol(definition.symbol)
                yield op, build("entry", whole, *indices) if indices else whole
    bodies = {definition.body for definition in around.context.definitions.values()}
    for term in around.subterms:
        if term.op in ACTIVATIONS and term not in bodies:
            inner = sorted((s for s in free_symbols(term) if s.type.kind == "bound" and s not in bound), key=lambda s: s.name)
            for indices in permutations(around.indices(bound), len(inner)):
                yield term.op, substitute(term, dict(zip(inner, indices, strict=True)))


def _slope(op: str, value: Term) -> Term:
    """``1 - v**2`` for tanh, ``v*(1 - v)`` for the logistic function, entry by entry."""
    if value.shape:
        ones = build("ones", *value.shape)
        less = total(ones, negated(value if op == "sigmoid" else build("hadamard", value, value)))
        return build("hadamard", value, less) if op == "sigmoid" else less
    return product(value, total(ONE, negated(value))) if op == "sigmoid" else total(ONE, negated(build("pow", value, number(2))))


def _orders(slope: Term) -> Iterator[Term]:
    """A slope as it may be written, its factors in either order."""
    yield slope
    if slope.op in {"mul", "hadamard"}:
        yield Term(slope.op, slope.args[::-1], slope.data, slope.shape)


def _exchanged(term: Term, old: Term, new: Term) -> Term | None:
    """A product in which some factors, or one of them, are exchanged for another."""
    if term.op != "mul":
        return None
    wanted = list(old.args if old.op == "mul" else (old,))
    if any(factor not in term.args for factor in wanted):
        return None
    return product(*(factor for factor in term.args if factor not in wanted), new)


def _times(term: Term, slope: Term) -> Iterator[Term]:
    """The products of a term with a slope, from either side where the slope is one of each row or column."""
    if not slope.shape:
        yield product(slope, term) if term.shape else product(term, slope)
    elif same_shape(term.shape, slope.shape):
        yield build("hadamard", term, slope)
    elif len(slope.shape) == 1 and len(term.shape) == 2:
        for pair in ((term, build("diag", slope)), (build("diag", slope), term)):
            if same_shape(pair[0].shape[1:], pair[1].shape[:1]):
                yield build("matmul", *pair)


def diagonal_only(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The Jacobian ``p[i]*([i = j] - p[j])`` of softmax taken for its diagonal."""
    term = place.term
    said = "each output depends on every input: it should be {}"
    if term.op == "diag" and (p := _complemented(term.args[0])) is not None:
        new = total(build("diag", p), negated(build("matmul", p, build("transpose", p))))
        yield Edit(new, 1.2, said, (new,))
    elif term.op == "hadamard":
        for one, v in (term.args, term.args[::-1]):
            if (p := _complemented(one)) is not None and len(p.shape) == 1:
                new = build("hadamard", p, total(v, negated(product(build("dot", p, v), build("ones", *v.shape)))))
                yield Edit(new, 1.2, said, (new,))
    elif term.op == "mul":
        yield from _off_diagonal(term, said)


def _complemented(term: Term) -> Term | None:
    """p of ``hadamard(p, ones - p)``."""
    if term.op != "hadamard":
        return None
    return next((p for p, rest in (term.args, term.args[::-1]) if rest == total(build("ones", *p.shape), negated(p))), None)


def _off_diagonal(term: Term, said: str) -> Iterator[Edit]:
    """``[i = j]*p[i]*(1 - p[i])`` and ``[i = j]*(p[i] - 1)`` with what belongs off the diagonal."""
    for mark in term.args:
        equation = mark.args[0] if mark.op == "indicator" else mark
        for i, j in permutations(equation.args, 2) if equation.op in {"delta", "eq"} else ():
            for p in (t for t in term.walk() if t.op == "entry" and i.op == "symbol" and i in t.args[1:]):
                elsewhere = substitute(p, {i.symbol: j})
                for bracket, new in (
                    (total(ONE, negated(p)), total(mark, negated(elsewhere))),
                    (total(p, negated(ONE)), total(elsewhere, negated(mark))),
                ):
                    if bracket in term.args:
                        whole = product(*(new if t == bracket else t for t in term.args if t is not mark))
                        yield Edit(whole, 1.2, said, (whole,))
