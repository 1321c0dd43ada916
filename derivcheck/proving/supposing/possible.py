"""What an assumption that may be missing is, and what of a step's declarations one can be about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from derivcheck.kernel.judge import INDEX_NAMES
from derivcheck.kernel.terms import BOUND, Claim, Symbol, Term, free_symbols, symbol

MOST_SYMBOLS = 6
"""Of how many symbols of a step something is assumed."""


@dataclass(frozen=True, slots=True)
class Possible:
    """An assumption that may be missing.

    instead: what declared symbols become where it holds, if the kernel knows it only as a declaration; rather: claims each
    of which, together with it, gives the step; apart: nearly no instance satisfies it by chance, so that instances have to
    be drawn for it; parts: of a conjunction, none of which is enough by itself; unless: claims that say better, where they
    hold, what is wrong.
    """

    fact: Term
    instead: Mapping[Symbol, Term] = field(default_factory=dict)
    rather: tuple[Claim, ...] = ()
    apart: bool = False
    parts: tuple[Term, ...] = ()
    unless: tuple[Claim, ...] = ()


Reader: TypeAlias = "Callable[[Claim], Iterator[Possible]]"


@dataclass(frozen=True, slots=True)
class Source:
    """A row: a kind of assumption, and how it is read off a step.

    example: a step of which it is found, as ``left | relation | right | the assumption``; near_miss: a step that looks alike
    and of which nothing is found.
    """

    name: str
    read: Reader
    example: str
    near_miss: str


def subterms(claim: Claim) -> Iterator[Term]:
    """The terms of which both sides are made."""
    yield from claim.left.walk()
    yield from claim.right.walk()


def used(claim: Claim) -> list[Symbol]:
    """The declared symbols of a claim and of the definitions that it uses, in the author's order."""
    pending, seen = [claim.left, claim.right], set[str]()
    while pending:
        for it in free_symbols(pending.pop()):
            if it.name not in seen and claim.context.symbols.get(it.name) == it:
                seen.add(it.name)
                if it.name in claim.context.definitions:
                    pending.append(claim.context.definitions[it.name].body)
    return [it for it in claim.context.symbols.values() if it.name in seen and it.name not in claim.context.definitions]


def scalars(claim: Claim, kinds: Collection[str]) -> list[Symbol]:
    """The numbers among them of these kinds."""
    plain = [it for it in used(claim) if it.type.kind in kinds and not it.type.shape and not it.type.family]
    return plain[:MOST_SYMBOLS]


def arrays(claim: Claim, rank: int) -> list[Symbol]:
    """The real arrays among them of so many dimensions about which nothing is declared."""
    found = [it for it in used(claim) if it.type.kind == "real" and len(it.type.family + it.type.shape) == rank]
    return [it for it in found if not it.type.attributes & {"onehot", "simplex"}][:MOST_SYMBOLS]


def fresh_indices(claim: Claim, count: int) -> list[Symbol]:
    """Indices with names that nothing declared has: they run over all their values."""
    names = [name for name in INDEX_NAMES if name not in claim.context.symbols]
    return [Symbol(name, BOUND) for name in names[:count]]


def retyped(it: Symbol, attribute: str = "", kind: str = "", hot: Symbol | None = None) -> dict[Symbol, Term]:
    """A symbol to be replaced with one of the same name of which more is declared."""
    attributes = it.type.attributes | ({attribute} if attribute else frozenset())
    type_ = replace(it.type, kind=kind or it.type.kind, attributes=attributes)
    if hot is not None:  # a family of numbers has no entries of its own that could be hot
        type_ = replace(type_, hot=symbol(hot), shape=type_.family + type_.shape, family=())
    return {it: symbol(replace(it, type=type_))}


def summed(claim: Claim, it: Symbol) -> bool:
    """Whether an array stands as a whole or at an index that runs, and not at declared indices only."""
    terms = [claim.left, claim.right, *(d.body for d in claim.context.definitions.values())]
    return any(_runs(t, it) for whole in terms for t in whole.walk())


def on_one_side(claim: Claim, it: Symbol) -> bool:
    """Whether a symbol has gone, or come, with the step."""
    left, right = replace(claim, right=claim.left), replace(claim, left=claim.right)
    return (it in used(left)) != (it in used(right))


def _runs(term: Term, it: Symbol) -> bool:
    array = symbol(it)
    if term.op == "entry" and term.args[0] == array:
        return any(s.type.kind == "bound" for place in term.args[1:] for s in free_symbols(place))
    return term.op != "entry" and array in term.args


def closed(claim: Claim, value: Term) -> bool:
    """Whether only declared symbols occur free in a value."""
    return all(claim.context.symbols.get(it.name) == it for it in free_symbols(value))
