"""Names: an index or a symbol where another is meant, a hat dropped, an index captured by a sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from derivcheck.kernel.terms import RELATIONS, Symbol, Term, free_symbols, is_family, substitute, symbol
from derivcheck.kernel.vocabulary import build, same_shape
from derivcheck.proving.mistakes.mistake import Edit
from derivcheck.proving.mistakes.places import Place, neighbours, remade
from derivcheck.proving.mistakes.surroundings import Surroundings

RANGED = frozenset({"sum", "prod"})
FRESH = "klmrs"
"""Names for an index that may not have the one it has."""
SPLIT = frozenset({"mul", "add", "div", "neg"})
"""What a body may consist of whose parts can be taken one by one."""


def wrong_index(place: Place, around: Surroundings) -> Iterator[Edit]:
    """One index for another, in one entry or condition; or in the whole step."""
    term = place.term
    if term.op == "entry" or term.op in {"delta", "unit"} or (place.role == "condition" and term.op in RELATIONS):
        start, end = (1, len(term.args)) if term.op == "entry" else (0, 1) if term.op == "unit" else (0, 2)
        for k in range(start, end):
            yield from _other_index(place, k, around)
        if term.op == "entry" and len(term.args) == 3 and term.args[1] != term.args[2]:
            new = Term("entry", (term.args[0], term.args[2], term.args[1]), None, term.shape)
            yield Edit(new, 1, "the indices of {} are exchanged: it should be {}", (term, new))
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
    yield from _other_symbol(place, around, by_mark=False)
    if place.term.op in {"symbol", "entry"} and not is_family(place.term) and place.role != "variable":
        yield from _other_member(place, around)


def dropped_hat(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A name without its hat or bar, or with one too many, at one place; or in the whole step."""
    yield from _other_symbol(place, around, by_mark=True)


def _other_symbol(place: Place, around: Surroundings, by_mark: bool) -> Iterator[Edit]:
    """Another name; by_mark: one that differs in a mark only, else one that does not."""
    term = place.term
    if place.role == "whole":
        yield from _replaced_everywhere(term, around, by_mark)
    base = term.args[0] if term.op == "entry" else term
    defined = around.context.definitions if place.role == "variable" else {}
    if base.op != "symbol" or base.symbol in place.bound:
        return
    for s in around.alike(base):
        if marked(s, base.symbol) is by_mark and s.name not in defined and around.readable(symbol(s), place.bound):
            new = Term("entry", (symbol(s), *term.args[1:]), None, term.shape) if term.op == "entry" else symbol(s)
            yield Edit(new, _likeness(s, base.symbol), meant(s, base.symbol), (new, term))


def _other_member(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A symbol for a member of a family, or the other way round."""
    for piece in around.pieces(place.bound):
        new = piece.term
        if new.op == "symbol" and new.symbol.type.kind == "size":
            continue
        if new.op in {"symbol", "entry"} and same_shape(new.shape, place.term.shape) and _elsewhere(new, place.term):
            one, two = ((t.args[0] if t.op == "entry" else t) for t in (new, place.term))
            size = _likeness(one.symbol, two.symbol) if one.op == two.op == "symbol" else 1.5
            yield Edit(new, size, "{} is meant where {} stands", (new, place.term))


def _elsewhere(one: Term, other: Term) -> bool:
    """Whether one is a member and the other none, or both are members with neither family nor index in common."""
    return one.op != other.op or (one.op == "entry" and bool(one.shape) and not set(one.args) & set(other.args))


def _likeness(one: Symbol, two: Symbol) -> float:
    """How large a mistake it is to write one name for another: the least for names that differ in a mark or a subscript."""
    return 1 if _unmarked(one.name).split("_")[0] == _unmarked(two.name).split("_")[0] else 1.15


MARKS = ("hat", "bar", "tilde")


def _mark(name: str) -> str | None:
    """The mark that a name carries, such as the hat of ``yhat`` and of ``y_hat``."""
    return next((mark for mark in MARKS if name.split("_")[0].endswith(mark) or mark in name.split("_")[1:]), None)


def _unmarked(name: str) -> str:
    """The name without marks, and without digits at its end."""
    first, *rest = [part for k, part in enumerate(name.split("_")) if k == 0 or part not in MARKS]
    for mark in MARKS:
        first = first.removesuffix(mark) or first
    return "_".join((first.rstrip("0123456789") or first, *rest))


def marked(one: Symbol, two: Symbol) -> bool:
    """Whether two names differ in a mark only."""
    return _mark(one.name) != _mark(two.name) and _unmarked(one.name) == _unmarked(two.name)


def meant(meant: Symbol, written: Symbol) -> str:
    """The sentence on a name written for another, with ``{}`` for the one that is meant and the one that stands there."""
    if marked(meant, written) and _mark(meant.name) is None:
        return f"the {_mark(written.name)} is one too many: {{}} is meant where {{}} stands"
    dropped = f"the {_mark(meant.name)} is dropped: " if marked(meant, written) else ""
    return f"{dropped}{{}} is meant where {{}} stands"


def _replaced_everywhere(whole: Term, around: Surroundings, by_mark: bool) -> Iterator[Edit]:
    variables = {t.args[1] for t in whole.walk() if t.op == "diff"}
    for s in sorted(free_symbols(whole), key=lambda s: s.name):
        if s.type.kind in {"function", "size"} or any(s in free_symbols(v) for v in variables):
            continue
        for other in around.alike(symbol(s)):
            new = substitute(whole, {s: symbol(other)}) if marked(other, s) is by_mark else whole
            if new != whole:
                yield Edit(new, 1.25, meant(other, s), (other.name, s.name))


def swapped_laws(place: Place, around: Surroundings) -> Iterator[Edit]:
    """A divergence of two laws the wrong way round: two arrays exchanged in one sum with logarithms."""
    term = place.term
    if term.op != "sum" or all(t.op != "log" for t in term.walk()):
        return
    used = free_symbols(term)
    arrays = [s for s in around.symbols if s in used and len(s.type.shape + s.type.family) == 1]
    for one, two in combinations(arrays, 2):
        if one.type == two.type:
            new = substitute(term, {one: symbol(two), two: symbol(one)})
            yield Edit(new, 1, "{} and {} are exchanged: the divergence should be {}", (one.name, two.name, new))


def captured_index(place: Place, around: Surroundings) -> Iterator[Edit]:
    """An index that a sum around it has captured, in all of a part of its body: it should be one from outside."""
    term = place.term
    if term.op not in RANGED or term.args[0].op not in SPLIT:
        return
    body = term.args[0]
    yield from _shadowed(place, around)
    for k, part in enumerate(body.args):
        if sum(t.op == "symbol" and t.symbol == term.symbol for t in part.walk()) < 2:
            continue  # a single place is another row's
        for index in around.indices(place.bound):
            freed = (*body.args[:k], substitute(part, {term.symbol: index}), *body.args[k + 1 :])
            new = remade(term, (remade(body, freed), *term.args[1:]))
            said = "the {} over {} captures the index of {}: it should be {}"
            yield Edit(new, 1.25, said, (term.op, term.symbol.name, part, index))


def _shadowed(place: Place, around: Surroundings) -> Iterator[Edit]:
    """An index from outside that has the name of the index of a sum around it, in one factor of the sum's body."""
    term, body = place.term, place.term.args[0]
    outer = next((i for i in around.indices(place.bound) if i.symbol.name == term.symbol.name), None)
    used = {s.name for t in (term, around.left) for s in free_symbols(t)} | around.context.symbols.keys()
    name = next((name for name in FRESH if name not in used), None)
    if outer is None or name is None:
        return
    bound = replace(term.symbol, name=name)
    for k, part in enumerate(body.args):
        renamed = [substitute(a, {term.symbol: outer if k == m else symbol(bound)}) for m, a in enumerate(body.args)]
        new = build(term.op, remade(body, tuple(renamed)), *term.args[1:], data=bound)
        said = "the {} over {} captures the index of {}, which is that from outside: it should be {}"
        yield Edit(new, 1.25, said, (term.op, term.symbol.name, part, new))


def capture_index(place: Place, around: Surroundings) -> Iterator[Edit]:
    """An index from outside a sum written as the index of the sum."""
    term = place.term
    if term.op in RANGED:
        for s in sorted((s for s in free_symbols(term.args[0]) if s.type.kind == "index"), key=lambda s: s.name):
            body = substitute(term.args[0], {s: symbol(term.symbol)})
            yield Edit(Term(term.op, (body, *term.args[1:]), term.data, term.shape), 1)


