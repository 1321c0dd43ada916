"""Assumed equations for all entries of a family, ``N[k] = c*p[k]``, read as what defines it.

What holds for every p with N put in its place holds where the equation is assumed, unless something is differentiated by
what the equation speaks of: there its symbols are independent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from derivcheck.kernel.terms import Claim, Context, Definition, Symbol, Term, free_symbols

VALUES = frozenset({"real", "positive", "nonnegative", "negative", "nonzero"})
VARYING = frozenset({"integrate", "limit", "derivative"})


def solved(claim: Claim) -> Claim | None:
    """The claim with the first such family in its place; ``None`` where there is none or it does not follow."""
    context = claim.context
    for place, fact in enumerate(context.assumptions):
        definition = _definition(context, fact)
        if definition is not None and not _differentiated(claim, fact):
            others = (*context.assumptions[:place], *context.assumptions[place + 1 :])
            definitions = {**context.definitions, definition.symbol.name: definition}
            return replace(claim, context=replace(context, definitions=definitions, assumptions=others))
    return None


def _definition(context: Context, fact: Term) -> Definition | None:
    """The equation oriented from a family's entry at all its indices, which must not occur on the other side."""
    if fact.op != "eq":
        return None
    for entry, body in (fact.args, fact.args[::-1]):
        array, *places = entry.args if entry.op == "entry" else (entry,)
        if array.op != "symbol" or not places or array.symbol.type.kind not in VALUES:
            continue
        it, indices = array.symbol, [p.symbol for p in places if p.op == "symbol" and p.symbol.type.kind == "bound"]
        sizes = it.type.family + it.type.shape
        if len(set(indices)) != len(places) or len(places) != len(sizes) or it.name in context.definitions:
            continue
        within = dict(zip(indices, sizes, strict=True))
        occurring = {s for t in _unfolded(context, body) for s in free_symbols(t)}
        free = {s for s in free_symbols(body) if s.type.kind == "bound"}
        if it not in occurring and free <= within.keys() and _admissible(body, within):
            return Definition(it, tuple(indices), body)
    return None


def _admissible(body: Term, within: dict[Symbol, Term]) -> bool:
    """Whether the body speaks of no entry that lies outside an array at some index of the family."""
    for term in body.walk():
        if term.op != "entry":
            continue
        array, *places = term.args
        named = array.op == "symbol" and len(places) == len(array.symbol.type.family + array.symbol.type.shape)
        sizes = array.symbol.type.family + array.symbol.type.shape if named else ()
        for k, place in enumerate(places):
            if within.keys() & free_symbols(place) and (not named or place.op != "symbol" or within[place.symbol] != sizes[k]):
                return False
    return True


def _differentiated(claim: Claim, fact: Term) -> bool:
    """Whether anything is differentiated by what an equation speaks of, or varied otherwise."""
    context = claim.context
    spoken = {s for t in _unfolded(context, fact) for s in free_symbols(t)}
    for side in (claim.left, claim.right, *context.assumptions):
        for term in _unfolded(context, side):
            if term.op in VARYING or (term.op == "diff" and spoken & free_symbols(term.args[1])):
                return True
    return False


def _unfolded(context: Context, term: Term) -> Iterator[Term]:
    """A term's subterms, and those of the definitions that it uses."""
    pending, seen = [term], set[str]()
    while pending:
        for part in pending.pop().walk():
            yield part
            name = part.data.name if isinstance(part.data, Symbol) else ""
            if name in context.definitions and name not in seen:
                seen.add(name)
                pending.append(context.definitions[name].body)
