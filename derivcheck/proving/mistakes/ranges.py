"""Sums and products: their ranges, one too many or too few, taken for each other or taken apart."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from derivcheck.kernel.terms import ONE, RELATIONS, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.mistakes.functions import application
from derivcheck.proving.mistakes.mistake import Edit
from derivcheck.proving.mistakes.places import Place, negated, neighbours, product, remade, total
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.syntax.show import show

RANGED = frozenset({"sum", "prod"})


def wrong_range(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The range of a sum or product off by one or over another size; its condition dropped or one too many."""
    term = place.term
    if term.op not in RANGED:
        return
    body, lower, upper, *condition = term.args
    sizes = [symbol(s) for s in around.context.symbols.values() if s.type.kind == "size"]
    ends = [(lower, e) for e in (*_beside_bound(upper), *sizes) if e != upper] + [(e, upper) for e in _beside_bound(lower)]
    for low, high in ends:
        new = remade(term, (body, low, high, *condition))
        said = f"{term.symbol.name} in {show(low)}..{show(high)}"
        yield Edit(new, 1, "the range of the {} is wrong: it should be {}", (term.op, said))
    if condition:
        new = remade(term, (body, lower, upper))
        yield Edit(new, 1, "the condition {} of the {} is one too many", (condition[0], term.op))
        return
    for index in around.indices(place.bound):
        if index.symbol.name == term.symbol.name:
            continue
        new = remade(term, (body, lower, upper, build("ne", symbol(term.symbol), index)))
        yield Edit(new, 1.25, "the {} lacks the condition {}", (term.op, new.args[3]))


def _beside_bound(end: Term) -> Iterator[Term]:
    if end.op == "number":
        yield number(end.number - 1) if end.number >= 1 else negated(ONE)
        yield number(end.number + 1)
    else:
        yield from neighbours(end)


def missing_sum(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A sum of the step before that was dropped: an index stands free where it ran."""
    if place.role in {"condition", "variable"}:
        return
    free = sorted((s for s in free_symbols(place.term) if s.type.kind in {"index", "integer"}), key=lambda s: s.name)
    owners = dict.fromkeys((t.op, t.args[1:], t.symbol) for t in around.subterms if t.op in RANGED)
    for op, ends, bound in owners:
        for index in free if bound not in place.bound else ():
            new = build(op, substitute(place.term, {index: symbol(bound)}), *ends, data=bound)
            if around.readable(new, place.bound):
                yield Edit(new, 1.25, "the {} over {} is missing: it should be {}", (op, bound.name, new))


def extra_sum(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A sum too many: its body stands for itself, at an index that is declared."""
    term = place.term
    if term.op in RANGED:
        for index in around.indices(place.bound):
            body = substitute(term.args[0], {term.symbol: index})
            yield Edit(body, 1, "the {} over {} is one too many: it should be {}", (term.op, term.symbol.name, body))


def sum_for_product(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A sum where a product is meant, or the other way round."""
    term = place.term
    if term.op in RANGED and not term.shape:
        other = "prod" if term.op == "sum" else "sum"
        new = Term(other, term.args, term.data, term.shape)
        yield Edit(new, 1, "the {} over {} should be a {}", (_NOUN[term.op], term.symbol.name, _NOUN[other]))
    elif term.op in {"add", "mul"}:
        combined, meant = (product, "product") if term.op == "add" else (total, "sum")
        if term.op == "add" and len(term.args) == 2 and len(term.shape) == 1:
            entrywise = build("hadamard", *term.args)
            yield Edit(entrywise, 1.5, "{} should be the product {}", (term, entrywise))
        for k, (a, b) in enumerate(pairwise(term.args)):
            if not a.shape and not b.shape and "number" not in {a.op, b.op}:
                both = combined(a, b)
                new = remade(term, (*term.args[:k], both, *term.args[k + 2 :])) if len(term.args) > 2 else both
                yield Edit(new, 1.5, "{} should be the {} {}", (term, meant, new))


_NOUN = {"sum": "sum", "prod": "product"}


def split_sum(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A sum of products or quotients taken for the product or quotient of the sums."""
    term = place.term
    if term.op == "matmul":
        yield from _one_index_for_two(*(around.unfolded(a) for a in term.args))
    if term.op == "sum" and term.args[0].op in {"mul", "div"}:
        inside = [f for f in term.args[0].args if term.symbol in free_symbols(f) and f.op != "indicator"]
        if len(inside) > 1 and not term.shape:
            parts = [remade(term, (f, *term.args[1:])) if f in inside else f for f in term.args[0].args]
            yield Edit(remade(term.args[0], tuple(parts)), 1)


def _one_index_for_two(one: Term, other: Term) -> Iterator[Edit]:
    """A product of two sums taken for the sum of the products at one index."""
    a = one.args[0] if one.op == "transpose" else one
    if a.op == other.op == "sum" and len(a.args) == 3 and a.args[1:] == other.args[1:]:
        first = build("transpose", a.args[0]) if one.op == "transpose" else a.args[0]
        body = build("matmul", first, substitute(other.args[0], {other.symbol: symbol(a.symbol)}))
        yield Edit(build("sum", body, *a.args[1:], data=a.symbol), 1)


def function_of_sum(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The square of a sum for the sum of the squares, or the other way round; of exp and log a product is meant."""
    term = place.term
    over = term.args[0] if term.op == "sum" and not term.shape else term
    applied = application(over)
    if applied is None or over.op in {"exp", "log", "div"}:
        return
    inner, again = applied
    if term.op == "sum":
        new = again(remade(term, (inner, *term.args[1:])))
    elif inner.op == "sum" and not inner.shape:
        new = remade(inner, (again(inner.args[0]), *inner.args[1:]))
    else:
        return
    yield Edit(new, 1.25, "a function of a sum is not the sum of its values: it should be {}", (new,))


def joined_sum(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A product or quotient of sums over one range that should be the sum of the products or quotients."""
    term = place.term
    if term.op not in {"mul", "div"}:
        return
    for k, one in enumerate(term.args):
        for other in term.args[k + 1 :] if one.op == "sum" and not one.shape else ():
            if other.op != "sum" or other.shape or one.args[1:3] != other.args[1:3] or len(one.args) != len(other.args):
                continue
            body = substitute(other.args[0], {other.symbol: symbol(one.symbol)})
            joined = product(one.args[0], body) if term.op == "mul" else build("div", one.args[0], body)
            new = remade(one, (joined, *one.args[1:]))
            rest = [t for t in term.args if t is not one and t is not other]
            yield Edit(product(new, *rest) if rest else new, 1.25, "{} cannot be taken apart into two sums", (new,))


OPPOSITE = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "le": "gt", "gt": "le"}
NEAR = {"lt": "le", "le": "lt", "gt": "ge", "ge": "gt"}


def wrong_condition(place: Place, around: Surroundings) -> Iterator[Edit]:
    """The opposite of a condition, or one that is strict where it should not be."""
    term = place.term
    if place.role == "condition" and term.op in RELATIONS:
        for op in (OPPOSITE[term.op], NEAR.get(term.op)):
            if op is not None:
                new = Term(op, term.args, term.data, term.shape)
                yield Edit(new, 1, "the condition should be {}, not {}", (new, term))
