"""What instances can vouch for: a claim that jumps where no instance may stand is not ``checked`` by any number of them."""

from __future__ import annotations

from collections.abc import Iterator

from derivcheck.kernel.terms import RELATIONS, Claim, Context, Symbol, Term, free_symbols

DISCRETE = frozenset({"size", "index", "bound", "integer", "natural", "sign"})
STEPS = frozenset({"sign", "floor", "ceiling"})
THRESHOLDS = frozenset({"min", "max", "abs", "relu"})
LARGEST_FAMILIAR = 5
"""Thresholds of sizes and integers up to this number lie among the instances that are always tried."""


def beyond_instances(claim: Claim) -> str | None:
    """Why agreement on instances says little about a claim, if it does."""
    terms = tuple(_everything(claim))
    if not any(s.type.kind not in {"bound", "variable"} and s.name not in claim.context.definitions for s in _symbols(terms)):
        return "numbers alone do not settle a claim about constants"
    far = any(t.op == "number" and abs(t.number) > LARGEST_FAMILIAR for t in terms)
    for term in terms:
        compares = term.op in RELATIONS or term.op == "delta"
        if not compares and term.op not in STEPS | THRESHOLDS:
            continue
        discrete = all(s.type.kind in DISCRETE for s in free_symbols(term))
        if discrete and far:
            return "a comparison of sizes or integers with a large number may turn where no instance was tried"
        if not discrete and term.op not in THRESHOLDS:
            return "a comparison or step of real values may turn at points that no instance meets"
    return None


def _everything(claim: Claim) -> Iterator[Term]:
    """The subterms of both sides and of the definitions that they use."""
    seen: set[str] = set()
    pending = [claim.left, claim.right]
    while pending:
        for term in pending.pop().walk():
            yield term
            if term.op in {"symbol", "apply", "derivative"} and term.symbol.name not in seen:
                seen.add(term.symbol.name)
                pending += _body(claim.context, term)


def _body(context: Context, term: Term) -> list[Term]:
    definition = context.definitions.get(term.symbol.name)
    return [definition.body] if definition is not None and definition.symbol == term.symbol else []


def _symbols(terms: tuple[Term, ...]) -> set[Symbol]:
    return {t.symbol for t in terms if t.op in {"symbol", "apply", "derivative"}}
