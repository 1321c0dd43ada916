"""Assumptions about how numbers, indices and sizes lie to each other.

What pins a real number (``holds if x = 0``) is never among them: nearly every wrong step of polynomials would hold there.
Neither is ``n = 1``, where nearly every wrong step about sums and products of matrices does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from derivcheck.kernel.terms import ONE, RELATIONS, ZERO, Claim, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build, same_size
from derivcheck.proving.mistakes.places import nodes
from derivcheck.proving.supposing.possible import Possible, closed, scalars, subterms

LONGEST = 6
"""How many nodes a value may have that a sign is assumed of."""

ORDERED = ("real", "positive", "nonnegative", "negative", "nonzero", "integer", "natural")
UPWARD, DOWNWARD = (("ge", ZERO), ("gt", ZERO), ("ge", ONE), ("gt", ONE)), (("le", ONE), ("lt", ONE), ("le", ZERO), ("lt", ZERO))
BOUNDS = (("ne", ZERO), *UPWARD, *DOWNWARD)
"""Relations of a symbol to 0 and 1: of two of which one implies the other the weaker stands first."""

TURNING = frozenset({"abs", "sign", "relu", "sqrt", "log", "norm"})
"""Functions of which a step depends on the sign of a value."""


def signs(claim: Claim) -> Iterator[Possible]:
    """Signs of the real symbols, the weaker before the stronger; in inequalities also on which side of 1 they lie."""
    bounds = [bound for bound in BOUNDS if claim.relation != "=" or bound[1] == ZERO]
    for it in scalars(claim, ORDERED):
        yield from (Possible(Term(op, (symbol(it), bound))) for op, bound in bounds)


def signs_of_values(claim: Claim) -> Iterator[Possible]:
    """Signs of short values on which functions turn, and of what a root or an absolute value is said to be."""
    if not turns(claim) and claim.relation == "=":
        return
    found = [value for t in subterms(claim) for value in _turned(t)]
    sides = [claim.right, claim.left] if claim.relation == "=" else []
    for value in dict.fromkeys([*found, *sides]):
        if value.op not in {"symbol", "number", "abs", "sqrt"} and _short(claim, value):
            for op, size in (("ge", build("abs", value)), ("le", build("neg", build("abs", value)))):
                rather = replace(claim, right=_exchanged(claim.right, value, size))
                yield Possible(Term(op, _parted(value)), rather=(rather,) if rather != claim else ())
            yield from (Possible(Term(op, _parted(value))) for op in ("ne", "gt", "lt"))


def _short(claim: Claim, value: Term) -> bool:
    """Whether a reader would take an assumption about this value as a simple one."""
    return not value.shape and nodes(value) <= LONGEST and closed(claim, value)


def turns(claim: Claim) -> bool:
    """Whether a step has a function that turns on a sign."""
    return any(t.op in TURNING or _root(t) for t in subterms(claim))


def _root(term: Term) -> bool:
    if term.op != "pow":
        return False
    exponent = term.args[1]
    return exponent.op == "div" or (exponent.op == "number" and exponent.number.denominator > 1)


def _turned(term: Term) -> Iterator[Term]:
    """What a function or an even power turns on."""
    even = term.op == "pow" and term.args[1].op == "number" and term.args[1].number % 2 == 0
    if even or term.op in TURNING or _root(term):
        yield term.args[0]


def _exchanged(term: Term, old: Term, new: Term) -> Term:
    if term == old:
        return new
    args = tuple(_exchanged(a, old, new) for a in term.args)
    return term if args == term.args else Term(term.op, args, term.data, term.shape)


def _parted(value: Term) -> tuple[Term, Term]:
    """``x - 1`` as ``x`` and ``1``: the summands with a plus and those with a minus, numbers last, for a comparison."""
    if value.op != "add":
        return value, ZERO
    plus = [a for a in value.args if a.op not in {"neg", "number"}]
    minus = [a.args[0] for a in value.args if a.op == "neg"] + [Term("neg", (a,)) for a in value.args if a.op == "number"]
    return (_added(plus), _added(minus)) if plus else (value, ZERO)


def _added(terms: list[Term]) -> Term:
    return ZERO if not terms else terms[0] if len(terms) == 1 else Term("add", tuple(terms))


def _compared(a: Term, b: Term) -> Iterator[Term]:
    return (Term(op, (a, b)) for op in ("ne", "ge", "gt", "le", "lt"))


def comparisons(claim: Claim) -> Iterator[Possible]:
    """How two values lie to each other that one side compares, or of which it takes the larger or smaller.

    An author who compares them on both sides, or compares indices on the right, has not overlooked that it matters.
    """
    left, right = (dict.fromkeys(pair for t in side.walk() for pair in _opposed(t)) for side in (claim.left, claim.right))
    for a, b in [*(pair for pair in left if pair not in right), *(pair for pair in right if pair not in left)]:
        if not a.shape and closed(claim, a) and closed(claim, b):
            discrete = {s.type.kind for s in free_symbols(a) | free_symbols(b)} <= {"index"}
            if not discrete or (a, b) in left:
                yield from map(Possible, _compared(a, b))
            if discrete and (a, b) in left:
                yield from _equal(claim, a, b)


def _opposed(term: Term) -> Iterator[tuple[Term, Term]]:
    """The pairs of values that a term compares, each in one order."""
    if term.op in {"max", "min"} or term.op in RELATIONS or term.op == "delta":
        for a, b in combinations(term.args, 2):
            yield (a, b) if a.op != "number" else (b, a)


def pairs(claim: Claim) -> Iterator[Possible]:
    """The signs of two symbols at once, none of which is enough by itself."""
    for a, b in combinations(map(symbol, scalars(claim, ("real", "nonzero", "nonnegative"))), 2):
        for op in ("ge", "gt"):
            parts = Term(op, (a, ZERO)), Term(op, (b, ZERO))
            yield Possible(Term("and", parts), parts=parts)


def unequal_indices(claim: Claim) -> Iterator[Possible]:
    """That two declared indices of one range differ, and which is the larger where a range ends at one of them."""
    ends = {end for t in subterms(claim) if t.op in {"sum", "prod"} for end in t.args[1:3]}
    for a, b in _index_pairs(claim):
        yield Possible(Term("ne", (a, b)))
        if {a, b} & ends:
            yield from (Possible(Term(op, (a, b))) for op in ("le", "ge", "lt", "gt"))


def _index_pairs(claim: Claim) -> Iterator[tuple[Term, Term]]:
    """The pairs of declared indices of one range, unless the right side compares indices: then nothing was overlooked."""
    compared = (t for t in claim.right.walk() if t.op in RELATIONS or t.op == "delta")
    if any(s.type.kind == "index" for t in compared for s in free_symbols(t)):
        return
    for a, b in combinations(scalars(claim, ("index",)), 2):
        if a.type.upper is not None and b.type.upper is not None and same_size(a.type.upper, b.type.upper):
            yield symbol(a), symbol(b)


def inner_indices(claim: Claim) -> Iterator[Possible]:
    """That a declared index is not the first, or not the last."""
    for it in scalars(claim, ("index",)):
        for end in (ONE, it.type.upper):
            if end is not None:
                yield Possible(Term("ne", (symbol(it), end)))


def equal_indices(claim: Claim) -> Iterator[Possible]:
    """That two declared indices of one range are equal, where a derivative by an entry distinguishes them."""
    by = [t.args[1] for t in subterms(claim) if t.op == "diff"]
    entries = {place for v in by if v.op == "entry" for place in v.args[1:]}
    for a, b in _index_pairs(claim):
        if entries & {a, b}:
            yield from _equal(claim, a, b)


def _equal(claim: Claim, a: Term, b: Term) -> Iterator[Possible]:
    """That two indices are equal, unless it is a matter of one written for the other."""
    if a.op != "symbol" or substitute(claim.left, {a.symbol: b}) == substitute(claim.right, {a.symbol: b}):
        return
    renamings = [{a.symbol: b}] if b.op != "symbol" else [{a.symbol: b}, {b.symbol: a}, {a.symbol: b, b.symbol: a}]
    unless = tuple(replace(claim, right=substitute(claim.right, renaming)) for renaming in renamings)
    yield Possible(Term("eq", (a, b)), unless=unless)


def sizes(claim: Claim) -> Iterator[Possible]:
    """That a size is more than 1."""
    for it in scalars(claim, ("size",)):
        yield Possible(Term("ge", (symbol(it), number(2))))


def pairs_of_entries(claim: Claim) -> Iterator[Possible]:
    """That a size is 2, where the step speaks of the second entry."""
    if any(place == number(2) for t in subterms(claim) if t.op == "entry" for place in t.args[1:]):
        for it in scalars(claim, ("size",)):
            yield Possible(Term("eq", (symbol(it), number(2))), instead={it: number(2)})


def parity(claim: Claim) -> Iterator[Possible]:
    """That a whole number is even, where something alternates with it."""
    for it in scalars(claim, ("integer", "natural", "size")):
        if any(t.op in {"cos", "pow"} and it in free_symbols(t.args[-1]) for t in subterms(claim)):
            yield Possible(Term("eq", (build("pow", Term("neg", (ONE,)), symbol(it)), ONE)))
