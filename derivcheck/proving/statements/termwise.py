"""Inequalities between sums over one range that hold term by term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction

from derivcheck.kernel.terms import Claim, Context, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build

KINDS = frozenset({"real", "positive", "nonnegative", "negative", "nonzero"})

METHOD = "term by term"

PREFIX = "t_"
"""What the names of the numbers begin with that stand for entries."""


@dataclass(slots=True)
class _Gathered:
    """The summands of a side, all at one index, and the size up to which they are added."""

    size: Term
    index: Symbol
    summands: list[Term] = field(default_factory=list)


def termwise(claim: Claim, compared: Callable[[Context, Term, str, Term], str | None]) -> str | None:
    """How ``left <= right`` between sums up to one size is proved term by term; compared: how a comparison of numbers is."""
    sums = [t for side in (claim.left, claim.right) for t in side.walk() if _full(t)]
    if claim.relation not in {"<=", ">="} or not sums or claim.context.definitions:
        return None
    gathered = _Gathered(sums[0].args[2], sums[0].symbol)
    if not (_add(gathered, claim.left, Fraction(-1)) and _add(gathered, claim.right, Fraction(1))):
        return None
    total = build("add", *gathered.summands) if len(gathered.summands) > 1 else gathered.summands[0]
    entries = _entries(total, gathered.index)
    numbers = {entry: Symbol(f"{PREFIX}{k}", Type(entry.args[0].symbol.type.kind)) for k, entry in enumerate(entries)}
    plain = _with(total, {entry: symbol(s) for entry, s in numbers.items()})
    if gathered.index in free_symbols(plain) or any(s.name.startswith(PREFIX) for s in free_symbols(total)):
        return None
    context = replace(claim.context, symbols={**claim.context.symbols, **{s.name: s for s in numbers.values()}})
    found = compared(context, plain, ">=" if claim.relation == "<=" else "<=", number(0))
    return f"{METHOD}: {found}" if found else None


def _full(term: Term) -> bool:
    """Whether a term is a sum from 1 to a size."""
    upper = term.args[2] if term.op == "sum" and len(term.args) == 3 and term.args[1] == number(1) else number(0)
    return upper.op == "symbol" and upper.symbol.type.kind == "size"


def _add(gathered: _Gathered, side: Term, factor: Fraction) -> bool:
    """Take in a sum of multiples of sums, and of the size itself, which is a sum of ones; whether a side is such a one."""
    match side.op:
        case "add":
            return all(_add(gathered, part, factor) for part in side.args)
        case "neg":
            return _add(gathered, side.args[0], -factor)
        case "mul" if side.args[0].op == "number" and len(side.args) == 2:
            return _add(gathered, side.args[1], factor * side.args[0].number)
        case "div" if side.args[1].op == "number" and side.args[1].number:
            return _add(gathered, side.args[0], factor / side.args[1].number)
        case "sum" if _full(side) and side.args[2] == gathered.size:
            body = substitute(side.args[0], {side.symbol: symbol(gathered.index)})
            gathered.summands.append(build("mul", number(factor), body))
            return True
        case "symbol" if side == gathered.size:
            gathered.summands.append(number(factor))
            return True
        case "number":
            return not side.number
    return False


def _entries(term: Term, index: Symbol) -> list[Term]:
    """The entries at an index of arrays of numbers of one kind; they vary freely."""
    place = (symbol(index),)
    found = dict.fromkeys(t for t in term.walk() if t.op == "entry" and t.args[0].op == "symbol" and t.args[1:] == place)
    return [t for t in found if t.args[0].symbol.type.kind in KINDS and not t.shape]


def _with(term: Term, values: dict[Term, Term]) -> Term:
    if term in values:
        return values[term]
    return replace(term, args=tuple(_with(a, values) for a in term.args)) if term.args else term
