"""A claim under one more assumption, said in the way in which the kernel can use it.

A fact about a lone symbol is built into its declaration: where ``x >= 1`` the symbol is ``1 + x`` for another ``x`` that is
nonnegative, a symmetric matrix is declared so, and a size that is known is that number.  Every instance of the old
declarations at which the fact holds is an instance of the new ones at which all terms have the same values, so what is
proved of the one claim holds of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from derivcheck.kernel.terms import (
    BINDERS,
    FLIPPED,
    ZERO,
    Claim,
    Context,
    Definition,
    Symbol,
    Term,
    Type,
    free_symbols,
    substitute,
    symbol,
)

NARROWED = {
    ("real", "ge"): "nonnegative", ("real", "gt"): "positive", ("real", "lt"): "negative",
    ("nonnegative", "gt"): "positive", ("nonnegative", "ne"): "positive",
    ("nonzero", "ge"): "positive", ("nonzero", "gt"): "positive", ("nonzero", "le"): "negative", ("nonzero", "lt"): "negative",
}
"""The kind of a symbol of some kind of which a comparison with 0 is known besides."""


def supposed(claim: Claim, fact: Term) -> Claim:
    """The claim under one more assumption; inequalities assumed before are built into declarations too, where they can be."""
    context = replace(claim.context, assumptions=(*claim.context.assumptions, fact))
    claim = replace(claim, context=context)
    for _ in context.assumptions:
        solved = next(_solutions(claim), None)
        if solved is None:
            return claim
        one, values = solved
        kept = tuple(a for a in claim.context.assumptions if a is not one)
        claim = replacing(replace(claim, context=replace(claim.context, assumptions=kept)), values) or claim
    return claim


def _solutions(claim: Claim) -> Iterator[tuple[Term, dict[Symbol, Term]]]:
    """Each assumption that says no more than where a lone symbol lies, the latest first, and what the symbol is there."""
    for fact in reversed(claim.context.assumptions):
        values = _solved(claim, fact)
        if values:
            yield fact, values


def _solved(claim: Claim, fact: Term) -> dict[Symbol, Term] | None:
    if fact.op not in {*FLIPPED, "ne"}:
        return None
    a, b = fact.args
    for one, other, relation in (*_alone(a, b, fact.op), *_alone(b, a, FLIPPED.get(fact.op, fact.op))):
        if one.op == "symbol" and not one.shape and one.symbol not in free_symbols(other):
            value = _value(claim, one.symbol, relation, other)
            if value is not None:
                return {one.symbol: value}
    return None


def _alone(one: Term, other: Term, relation: str) -> Iterator[tuple[Term, Term, str]]:
    """A comparison with each summand of one side alone on that side: ``x + y > 0`` as ``x > -y`` and ``y > -x``."""
    if one.op != "add":
        yield one, other, relation
        return
    for k, summand in enumerate(one.args):
        rest = tuple(Term("neg", (a,)) for a in (*one.args[:k], *one.args[k + 1 :]))
        yield summand, Term("add", (*(() if other == ZERO else (other,)), *rest)), relation


def _value(claim: Claim, it: Symbol, relation: str, bound: Term) -> Term | None:
    """What a symbol on this side of a bound is, in terms of another symbol that is free but for its sign."""
    if it.name in claim.context.definitions or claim.context.symbols.get(it.name) != it:
        return None
    if bound == ZERO and (it.type.kind, relation) in NARROWED:
        return symbol(replace(it, type=replace(it.type, kind=NARROWED[it.type.kind, relation])))
    above = it.type.kind in {"positive", "nonnegative"} and relation in {"ge", "gt"} and bound.op == "number" and bound.number > 0
    if (it.type.kind != "real" and not above) or relation == "ne" or _varied(claim, it) or not _free(bound):
        return None
    distance = symbol(replace(it, type=replace(it.type, kind="nonnegative" if relation in {"ge", "le"} else "positive")))
    if relation in {"le", "lt"}:
        distance = Term("neg", (distance,))
    return distance if bound == ZERO else Term("add", (bound, distance))


def _free(bound: Term) -> bool:
    """Whether a bound is made of numbers and real symbols alone, so that it is defined everywhere and real."""
    made = all(t.op in {"symbol", "number", "add", "neg", "mul"} for t in bound.walk())
    return made and all(s.type.kind not in {"complex", "bound", "variable", "function"} for s in free_symbols(bound))


def _varied(claim: Claim, it: Symbol) -> bool:
    """Whether a derivative is taken by a symbol, or an indefinite integral, where nothing but a symbol can stand."""
    bodies = (d.body for d in claim.context.definitions.values())
    terms = (t for whole in (claim.left, claim.right, *bodies, *claim.context.assumptions) for t in whole.walk())
    return any((t.op == "diff" or (t.op in BINDERS and t.data is None)) and it in free_symbols(t.args[1]) for t in terms)


def replacing(claim: Claim, values: Mapping[Symbol, Term]) -> Claim | None:
    """The claim where declared symbols have become other terms of their shapes, in types, definitions and assumptions too.

    ``None`` where the types of a function's arguments would have to change.
    """
    context = claim.context
    arguments = [p for d in context.definitions.values() for p in d.parameters]
    if any(_type(p.type, values) != p.type for p in arguments):
        return None
    everywhere, symbols = dict(values), dict[str, Symbol]()
    for it in sorted(context.symbols.values(), key=_depth):
        new = replace(it, type=_type(it.type, everywhere))
        if it in values:
            symbols.update({s.name: s for s in free_symbols(values[it]) if s.name == it.name})
            continue
        if new != it:
            if it.type.kind == "function":
                return None
            everywhere[it] = symbol(new)
        symbols[it.name] = new
    ordered = {name: symbols[name] for name in context.symbols if name in symbols}
    definitions = {name: _definition(d, everywhere, symbols) for name, d in context.definitions.items()}
    assumptions = tuple(substitute(a, everywhere) for a in context.assumptions)
    left, right = substitute(claim.left, everywhere), substitute(claim.right, everywhere)
    return Claim(left, claim.relation, right, Context(ordered, definitions, assumptions))


def _depth(it: Symbol) -> int:
    """Sizes before indices, these before arrays, and arrays that name an index last: types speak of what comes before."""
    return {"size": 0, "index": 1}.get(it.type.kind, 3 if it.type.hot else 2)


def _type(type_: Type, values: Mapping[Symbol, Term]) -> Type:
    shape, family = (tuple(substitute(s, values) for s in sizes) for sizes in (type_.shape, type_.family))
    upper, hot = (t and substitute(t, values) for t in (type_.upper, type_.hot))
    arguments = tuple(_type(a, values) for a in type_.arguments)
    return replace(type_, shape=shape, family=family, upper=upper, hot=hot, arguments=arguments)


def _definition(it: Definition, values: Mapping[Symbol, Term], symbols: Mapping[str, Symbol]) -> Definition:
    inner = {s: v for s, v in values.items() if s not in it.parameters}
    return Definition(symbols.get(it.symbol.name, it.symbol), it.parameters, substitute(it.body, inner))
