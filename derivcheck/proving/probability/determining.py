"""What facts such as ``E[X] = mu`` say of other symbols, taken as their values, so that instances of them can be drawn."""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.kernel.terms import BOUND, ZERO, Context, Definition, Symbol, Term, free_symbols, number, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.probability.model import Model

_DETERMINED = frozenset({"real", "positive", "nonnegative", "negative", "nonzero"})


def determining(whole: Context, sides: Sequence[Term], model: Model) -> Context:
    """The context from which instances are drawn: what ``E[X] = mu`` says of mu is its value, not a thing to be solved."""
    definitions = dict(whole.definitions)
    derived = {s for t in sides for part in t.walk() if part.op == "diff" for s in free_symbols(part.args[1])}
    facts: list[Term] = []
    for fact in whole.assumptions:
        found = _determined(fact, definitions, derived) if fact.op == "eq" else None
        if found is None:
            facts.append(fact)
            continue
        it, body = found
        definitions[it.name] = Definition(it, (), body)
        if it.type.kind != "real":
            relation = {"positive": "gt", "nonnegative": "ge", "negative": "lt", "nonzero": "ne"}[it.type.kind]
            facts.append(Term(relation, (symbol(it), ZERO)))
    facts += [_distinct(values) for x in model.distinct if (values := model.values[x]).name in whole.symbols]
    return Context(whole.symbols, definitions, tuple(facts))


def _determined(fact: Term, definitions: dict[str, Definition], derived: set[Symbol]) -> tuple[Symbol, Term] | None:
    if any(s.type.kind == "bound" for s in free_symbols(fact)):
        return None
    for side, other in (fact.args, fact.args[::-1]):
        squared = side.op == "pow" and side.args[1] == number(2) and not side.shape
        base = side.args[0] if squared else side
        if base.op != "symbol" or base.symbol.type.kind not in _DETERMINED or base.symbol.type.family:
            continue
        it = base.symbol
        if it.name in definitions or it in derived or it.type.attributes - {"symmetric", "positive_definite", "invertible"}:
            continue
        if not any(s.name.startswith("P_") for s in free_symbols(other)) or _needs(other, it, definitions):
            continue
        return it, build("sqrt", other) if squared else other
    return None


def _needs(term: Term, it: Symbol, definitions: dict[str, Definition]) -> bool:
    waiting, seen = list(free_symbols(term)), set[Symbol]()
    while waiting:
        other = waiting.pop()
        if other == it:
            return True
        if other not in seen:
            seen.add(other)
            waiting += free_symbols(definitions[other.name].body) if other.name in definitions else ()
    return False


def _distinct(values: Symbol) -> Term:
    """Different outcomes of what is given have different values."""
    i, j = Symbol("i", BOUND), Symbol("j", BOUND)
    at = [build("entry", symbol(values), symbol(k)) for k in (i, j)]
    sides = (build("norm", build("add", at[0], build("neg", at[1]))), ZERO) if values.type.shape else (at[0], at[1])
    apart = Term("ne", sides)
    return Term("or", (Term("eq", (symbol(i), symbol(j))), apart))
