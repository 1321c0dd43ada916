"""Other ways to write the same: summands and factors in another order, quotients as products, other names of bound indices."""

from __future__ import annotations

import random
from collections.abc import Iterator

from derivcheck.kernel.terms import ONE, Symbol, Term, free_symbols, substitute, symbol
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.mistakes.places import has_minus, places, replaced

NAMES = "ijklmrst"
"""What students call a bound index."""


def respelled(term: Term, rng: random.Random, names: frozenset[str], times: int) -> Term:
    """The term after so many changes of its form, each at a place taken at random; names: those that are declared."""
    for _ in range(times):
        values = [place for place in places(term) if place.role != "variable"]
        found = [(place.path, new) for place in values for new in _forms(place.term, rng, names)]
        if not found:
            break
        path, new = rng.choice(found)
        try:
            term = replaced(term, path, new)
        except ShapeError:
            continue
    return term


def _forms(term: Term, rng: random.Random, names: frozenset[str]) -> Iterator[Term]:
    match term.op:
        case "add":
            yield build("add", *rng.sample(term.args, len(term.args)))
        case "mul" if not any(has_minus(a) for a in term.args):
            yield build("mul", *sorted(rng.sample(term.args, len(term.args)), key=lambda a: len(a.shape)))
        case "div" if not term.shape and term.args[0] != ONE:
            yield build("mul", build("div", ONE, term.args[1]), term.args[0])
        case "matmul" if not term.shape and term.args[0].op == "transpose" and len(term.args) == 2:
            yield build("matmul", build("transpose", term.args[1]), term.args[0].args[0])
        case "sum":
            yield from _renamed(term, rng, names)


def _renamed(term: Term, rng: random.Random, names: frozenset[str]) -> Iterator[Term]:
    """The sum with another name for its index: one that neither its body nor a declaration has."""
    used = names | {s.name for a in term.args for s in free_symbols(a)} | _bound(term)
    free = [name for name in NAMES if name not in used]
    if free:
        fresh = Symbol(rng.choice(free), term.symbol.type)
        inside = [substitute(a, {term.symbol: symbol(fresh)}) if k in {0, 3} else a for k, a in enumerate(term.args)]
        yield build("sum", *inside, data=fresh)


def _bound(term: Term) -> set[str]:
    return {t.symbol.name for t in term.walk() if t.op in {"sum", "prod"}}
