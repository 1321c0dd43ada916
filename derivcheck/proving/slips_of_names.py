"""Slips of names: an index, a symbol, the range of a sum."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.kernel.terms import ONE, RELATIONS, Symbol, Term, free_symbols, is_family, number, substitute, symbol
from derivcheck.kernel.vocabulary import build, same_shape
from derivcheck.proving.places import Place, negated, neighbours, remade
from derivcheck.proving.slip import Edit
from derivcheck.proving.surroundings import Surroundings
from derivcheck.syntax.show import show

RANGED = frozenset({"sum", "prod"})


def wrong_index(place: Place, around: Surroundings) -> Iterator[Edit]:
    """One index for another, in one entry or condition; or in the whole step."""
    term = place.term
    if term.op == "entry" or term.op in {"delta", "unit"} or (place.role == "condition" and term.op in RELATIONS):
        start, end = (1, len(term.args)) if term.op == "entry" else (0, 1) if term.op == "unit" else (0, 2)
        for k in range(start, end):
            yield from _other_index(place, k, around)
    if place.role == "whole":
        yield from _renamed(term, [s for s in free_symbols(term) if s.type.kind == "index"], around)


def missing_index(place: Place, around: Surroundings) -> Iterator[Edit]:
    """An index dropped: an array for its entry."""
    if len(place.term.shape) == 1 and not is_family(place.term) and place.role not in {"array", "variable", "condition"}:
        for index in around.indices(place.bound):
            yield Edit(build("entry", place.term, index), 1, "{} lacks the index {}", (place.term, index))


def _other_index(place: Place, k: int, around: Surroundings) -> Iterator[Edit]:
    term, old = place.term, place.term.args[k]
    if term.op in RELATIONS and not (old.op == "symbol" and old.symbol.type.kind in {"index", "bound"}):
        return
    for new in (*around.indices(place.bound), *(neighbours(old) if old.op != "number" else ())):
        if new != old:
            edited = Term(term.op, (*term.args[:k], new, *term.args[k + 1 :]), term.data, term.shape)
            size = 1 if new.op == "symbol" else 1.5
            yield Edit(edited, size, "the index should be {}, not {}, in {}", (new, old, term))


def _renamed(whole: Term, old: list[Symbol], around: Surroundings) -> Iterator[Edit]:
    for s in sorted(old, key=lambda s: s.name):
        for new in around.indices(()):
            if new.symbol != s:
                edited = substitute(whole, {s: new})
                yield Edit(edited, 1.25, "the index should be {}, not {}", (new, s.name))


def wrong_symbol(place: Place, around: Surroundings) -> Iterator[Edit]:
    """One name for another of the same kind, at one place; or in the whole step."""
    term = place.term
    if place.role == "whole":
        yield from _replaced_everywhere(term, around)
    base = term.args[0] if term.op == "entry" else term
    defined = around.context.definitions if place.role == "variable" else {}
    if base.op == "symbol" and base.symbol not in place.bound:
        for s in around.alike(base):
            if s.name not in defined and around.readable(symbol(s), place.bound):
                new = Term("entry", (symbol(s), *term.args[1:]), None, term.shape) if term.op == "entry" else symbol(s)
                yield Edit(new, _likeness(s, base.symbol), "{} is meant where {} stands", (new, term))
    if term.op in {"symbol", "entry"} and not is_family(term) and place.role != "variable":
        yield from _other_member(place, around)


def _other_member(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A symbol for a member of a family, or the other way round."""
    for piece in around.pieces(place.bound):
        new = piece.term
        if new.op in {"symbol", "entry"} and new.op != place.term.op and same_shape(new.shape, place.term.shape):
            one, two = ((t.args[0] if t.op == "entry" else t) for t in (new, place.term))
            size = _likeness(one.symbol, two.symbol) if one.op == two.op == "symbol" else 1.5
            yield Edit(new, size, "{} is meant where {} stands", (new, place.term))


def _likeness(one: Symbol, two: Symbol) -> float:
    """How large a slip it is to write one name for another: the least for names that differ in a hat or a subscript."""
    return 1 if _stem(one.name) == _stem(two.name) else 1.15


def _stem(name: str) -> str:
    return name.split("_")[0].removesuffix("hat").rstrip("0123456789")


def _replaced_everywhere(whole: Term, around: Surroundings) -> Iterator[Edit]:
    variables = {t.args[1] for t in whole.walk() if t.op == "diff"}
    for s in sorted(free_symbols(whole), key=lambda s: s.name):
        if s.type.kind in {"function", "size"} or any(s in free_symbols(v) for v in variables):
            continue
        for other in around.alike(symbol(s)):
            new = substitute(whole, {s: symbol(other)})
            if new != whole:
                yield Edit(new, 1.25, "{} is meant where {} stands", (other.name, s.name))


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
    free = sorted((s for s in free_symbols(place.term) if s.type.kind == "index"), key=lambda s: s.name)
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
            yield Edit(body, 1.25, "the {} over {} is one too many: it should be {}", (term.op, term.symbol.name, body))


