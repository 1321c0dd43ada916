"""Variables with laws and no word on how they depend on each other, in the extreme case in which one determines the other.

Two normal variables may be multiples of one standard normal variable, and two variables of one law may be equal.  All that is
assumed holds then, so what is false then is false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations, islice

from derivcheck.kernel.terms import ONE, ZERO, Context, Definition, Symbol, Term, Type, free_symbols, substitute, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.probability.events import root_of
from derivcheck.proving.probability.expanding import RANDOM, is_random

MOST_PAIRS = 3
"""How many pairs of variables are put together, one pair at a time."""

Case = tuple[Context, Term, Term, str]
"""A context, the two sides in it, and what is to be said of it."""


def cases(context: Context, left: Term, right: Term) -> Iterator[Case]:
    """The claim where two variables of which nothing else is said depend on each other as much as they can."""
    laws = {f.args[0].symbol: f.args[1] for f in context.assumptions if f.op == "follows"}
    seen = free_symbols(left) | free_symbols(right)
    unconditional = (x for x, law in laws.items() if x in seen and not any(map(is_random, free_symbols(law))))
    plain = sorted(unconditional, key=lambda s: s.name)
    for x, y in islice(combinations(plain, 2), MOST_PAIRS):
        found = _equal(x, y, laws) or _multiples(x, y, laws, context)
        if found is not None and (made := _made(context, left, right, *found)) is not None:
            yield made


def _equal(x: Symbol, y: Symbol, laws: Mapping[Symbol, Term]) -> tuple[dict[Symbol, Term], Symbol | None, str] | None:
    if laws[x] != laws[y] or x.type != y.type:
        return None
    return {y: symbol(x)}, None, f"where {x.name} and {y.name} are always equal, which the laws allow"


def _multiples(
    x: Symbol, y: Symbol, laws: Mapping[Symbol, Term], context: Context
) -> tuple[dict[Symbol, Term], Symbol | None, str] | None:
    if any(laws[v].data != "normal" or laws[v].shape for v in (x, y)):
        return None
    name = "Z"
    while name in context.symbols:
        name += "_"
    standard = Symbol(name, Type("real", attributes=frozenset({RANDOM})))
    values = {v: build("add", laws[v].args[0], build("mul", root_of(laws[v].args[1]), symbol(standard))) for v in (x, y)}
    return values, standard, f"where {x.name} and {y.name} are multiples of one standard normal variable, which the laws allow"


def _made(
    context: Context, left: Term, right: Term, values: Mapping[Symbol, Term], standard: Symbol | None, said: str
) -> Case | None:
    kept: list[Term] = []
    for fact in context.assumptions:
        if fact.op == "follows" and fact.args[0].symbol in values:
            continue
        changed = _independent(fact, values, standard) if fact.op == "independent" else substitute(fact, values)
        if changed is None:
            return None
        kept.append(changed)
    symbols = dict(context.symbols)
    if standard is not None:
        symbols[standard.name] = standard
        kept.append(Term("follows", (symbol(standard), Term("law", (ZERO, ONE), "normal"))))
    definitions = {n: Definition(d.symbol, d.parameters, substitute(d.body, values)) for n, d in context.definitions.items()}
    new = replace(context, symbols=symbols, assumptions=tuple(kept), definitions=definitions)
    return new, substitute(left, values), substitute(right, values), said


def _independent(fact: Term, values: Mapping[Symbol, Term], standard: Symbol | None) -> Term | None:
    """The fact about what takes the place of its variables; ``None`` where it says that just these are independent."""
    instead = {x: symbol(standard) if standard else value for x, value in values.items()}
    groups: list[Term] = []
    seen: set[Term] = set()
    for group in fact.args:
        members = {instead.get(m.symbol, m) for m in (group.args or (group,))}
        if members & seen:
            return None
        seen |= members
        ordered = tuple(sorted(members, key=lambda m: m.symbol.name))
        groups.append(Term(group.op, ordered) if group.op in {"group", "given"} else ordered[0])
    return Term("independent", tuple(groups))
