"""Points that are tried where two statements may differ: numbers that people's mistakes turn on, and what the statements name."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

from derivcheck.kernel.terms import RELATIONS, Symbol, Term, free_symbols, number, substitute
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.statements.witness import Point

PI = Term("constant", (), "pi")
E = Term("constant", (), "e")
TURNS = tuple(PI if k == 1 else build("neg", PI) if k == -1 else build("mul", number(k), PI) for k in map(Fraction, (
    "1", "-1", "2", "1/2", "-1/2", "3/2", "1/6", "5/6", "1/3", "2/3", "1/4", "3/4", "-1/6", "-1/3", "-2", "-1/4", "5/4", "4/3",
    "7/6")))
"""Multiples of pi at which sines and cosines are known."""

NUMBERS = tuple(map(number, map(Fraction, (
    "1", "2", "3", "-1", "0", "-2", "1/2", "4", "-1/2", "-3", "5", "-4", "6", "10", "1/3", "100", "-10", "1/10", "3/2", "7"))))
LOGARITHMS = (*(build("log", number(k)) for k in (2, 3)), build("neg", build("log", number(2))), E, build("sqrt", number(2)))

CIRCULAR = frozenset({"sin", "cos", "tan", "cot", "sec", "csc", "asin", "acos", "atan"})
BEYOND = CIRCULAR | {"exp", "log", "sinh", "cosh", "tanh", "sech", "coth", "csch", "sigmoid", "apply", "asinh", "erf",
                     "floor", "ceiling"}
"""Functions whose values polynomials do not determine."""

MOST = 400
"""How many points are tried."""


def points(symbols: Sequence[Symbol], statements: Sequence[Term]) -> Iterator[Point]:
    """Points of some symbols: those that the statements name first."""
    inside = [s for s in symbols if s in beyond(statements)]
    values = {s: choices(s, inside, statements) for s in symbols}
    solutions = [(left.symbol, right) for a in statements for left, right in solved(a) if left.symbol not in free_symbols(right)]
    if len(symbols) <= 1:
        yield from ({s.name: v} for s in symbols for v in values[s])
        return
    for k in range(MOST // 8):
        rest = {s: values[s][(k * (2 * i + 1) + i * (k // 3)) % len(values[s])] for i, s in enumerate(symbols)}
        yield {s.name: v for s, v in rest.items()}
        for s, value in solutions[:6]:
            others = {o: v for o, v in rest.items() if o != s}
            yield {**{o.name: v for o, v in others.items()}, s.name: substitute(value, others)}


def choices(it: Symbol, inside: Sequence[Symbol], statements: Sequence[Term]) -> list[Term]:
    """Values of one symbol."""
    named = [right for a in statements for left, right in solved(a) if left.symbol == it and not free_symbols(right)]
    turned = any(t.op in CIRCULAR for a in statements for t in a.walk())
    around = [_moved(t, shift) for t in named for shift in (TURNS[0], TURNS[1], TURNS[2])] if turned else []
    negated = [build("neg", t) for t in named]
    within = [c for a in statements for t in a.walk() if t.op == "number" for c in (t, number(t.number / 2))]
    grown = [g for c in within[:4] for e in (build("exp", c),) for g in (e, build("neg", e))] if it in logged(statements) else []
    found = [*named, *negated, *grown, *around, *(TURNS if turned and it in inside else ()), *NUMBERS,
             *(LOGARITHMS if it in inside else ())]
    return list(dict.fromkeys(found))


def _moved(value: Term, shift: Term) -> Term:
    return shift if value == number(0) else build("add", value, shift)


def beyond(statements: Sequence[Term]) -> frozenset[Symbol]:
    """The symbols that stand under a function that polynomials do not determine, or in an exponent."""
    found = frozenset[Symbol]()
    for term in (t for a in statements for t in a.walk()):
        if term.op in BEYOND or (term.op == "pow" and free_symbols(term.args[1])):
            found |= free_symbols(term)
    return found


def logged(statements: Sequence[Term]) -> frozenset[Symbol]:
    """The symbols under logarithms."""
    return frozenset().union(*(free_symbols(t) for a in statements for t in a.walk() if t.op == "log"))


def solved(statement: Term) -> Iterator[tuple[Term, Term]]:
    """The equations of a statement that say what a symbol is."""
    for term in statement.walk():
        if term.op in RELATIONS and not term.args[0].shape:
            for left, right in (term.args, term.args[::-1]):
                if left.op == "symbol" and right.op not in {"vector", "matrix"}:
                    yield left, right


def partial(symbols: Sequence[Symbol], statements: Sequence[Term]) -> Iterator[dict[Symbol, Term]]:
    """Values of the symbols under such functions, for which what is left is polynomial."""
    inside = [s for s in symbols if s in beyond(statements)]
    if not inside or len(inside) == len(symbols):
        return
    lists = [choices(s, inside, statements)[:6] for s in inside]
    for values in itertools.islice(itertools.product(*lists), 6):
        yield dict(zip(inside, values, strict=True))

