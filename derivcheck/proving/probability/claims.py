"""A claim about random variables as one about sums over outcomes, with the facts that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from derivcheck.kernel.terms import RELATIONS, Context, Symbol, Term, free_symbols
from derivcheck.proving.probability.determining import determining
from derivcheck.proving.probability.expanding import Expansion, concerned, is_random
from derivcheck.proving.probability.facts import Independence, independence, randoms
from derivcheck.proving.probability.lowering import Lowering
from derivcheck.proving.probability.model import Builder, Model
from derivcheck.proving.probability.parameters import lawful, possible, refuse_no_law
from derivcheck.proving.probability.unlowered import NeedsOutcomes, Unlowered

_JUMPS = RELATIONS | {"sign", "floor", "ceiling", "cases", "delta"}


@dataclass(frozen=True, slots=True)
class Lowered:
    """A claim about sums: its sides, the facts as the kernel uses them, and as instances are drawn from them."""

    left: Term
    right: Term
    facts: Context
    drawn: Context
    lowering: Lowering
    expanded: tuple[Term, Term]
    exact: bool
    plain: Context


def lower(context: Context, left: Term, right: Term) -> Lowered:
    """The claim without random variables; raises ``Unlowered``."""
    if any(s.type.hot is not None and any(map(is_random, free_symbols(s.type.hot))) for s in context.symbols.values()):
        raise Unlowered("a one-hot vector that follows a random index is random: write delta(i, k) for its entries")
    expansion = Expansion(context)
    sides = expansion.of(left), expansion.of(right)
    stated = _stated(context, expansion)
    refused: set[Symbol] = set()
    while True:
        try:
            return _lowered(context, sides, stated, refused, expansion)
        except NeedsOutcomes as needed:
            if needed.variable in refused or needed.variable.type.kind == "index":
                raise
            _check_parameters(needed, stated.laws[needed.variable], sides, context)
            refused.add(needed.variable)


def _check_parameters(needed: NeedsOutcomes, law: Term, sides: Sequence[Term], context: Context) -> None:
    """Refuse a law as any law where a derivative is taken by what its parameters are made of."""
    parameters = {s.name for s in free_symbols(law)}
    waiting = list(parameters)
    while waiting:
        found = context.definitions.get(waiting.pop())
        more = {s.name for s in free_symbols(found.body)} - parameters if found else set()
        parameters |= more
        waiting += more
    terms = (*sides, *(d.body for d in context.definitions.values()))
    if any(t.op == "diff" and {s.name for s in free_symbols(t.args[1])} & parameters for term in terms for t in term.walk()):
        raise needed


@dataclass(frozen=True, slots=True)
class _Stated:
    """What is assumed: of laws, of independence, and as relations."""

    laws: dict[Symbol, Term]
    independences: tuple[Independence, ...]
    facts: tuple[Term, ...]


def _stated(context: Context, expansion: Expansion) -> _Stated:
    laws: dict[Symbol, Term] = {}
    independences: list[Independence] = []
    facts: list[Term] = []
    for fact in context.assumptions:
        if fact.op == "follows":
            it, law = fact.args[0].symbol, fact.args[1]
            if it in laws or it.name in expansion.random:
                raise Unlowered(f"what {it.name} follows is said twice")
            laws[it] = Term("law", tuple(expansion.of(a) for a in law.args), law.data, law.shape)
        elif fact.op == "independent":
            independences.append(independence(fact))
        elif fact not in expansion.defining:
            facts.append(expansion.of(fact))
    return _Stated(laws, tuple(independences), tuple(facts))


def _lowered(context: Context, sides: tuple[Term, Term], stated: _Stated, refused: set[Symbol], expansion: Expansion) -> Lowered:
    about = _reaching(sides, stated.facts)
    laws = {x: law for x, law in stated.laws.items()}
    builder = Builder((*sides, *about), stated.independences, laws, frozenset(context.symbols))
    builder.refused = frozenset(refused)
    model = builder.model()
    parts = (part for t in (*sides, *about, *(a for law in laws.values() for a in law.args)) for part in t.walk())
    names = set(context.symbols) | {part.data.name for part in parts if isinstance(part.data, Symbol)}
    names |= {n for level in model.levels for n in (level.size.name, level.weights.name)}
    lowering = Lowering(model, names)
    left, right = (lowering.of(side) for side in sides)
    outer = lowering.outcome
    facts = [f for fact in about if (f := _fact(fact, lowering)) is not None]
    felt = [f for law in _felt(laws, model, (*sides, *about)) for f in lawful(law, lowering)]
    facts += felt
    if any(s in free_symbols(f) for f in facts for s in model.plain.values()):
        raise Unlowered("something is assumed of the values of a variable besides its law")
    shown = [x for x, it in model.plain.items() if it in free_symbols(left) | free_symbols(right)]
    facts += [f for x in shown for f in possible(model.laws[x], model.plain[x], lowering)]
    facts += lowering.needs
    lowering.outcome, lowering.quantified = outer, False
    exact = model.exact and lowering.standard is None and _everywhere(shown, model, (left, right)) and not any(
        free & set(expansion.random) for free in ({s.name for s in i.all | i.given} for i in stated.independences))
    plain = [f for f in stated.facts if not concerned(f)]
    refuse_no_law(felt, _context(context, expansion, [a for f in felt for a in f.args], plain))
    whole = _context(context, expansion, (left, right), (*plain, *facts))
    drawn = determining(whole, (left, right), model)
    arrays = {n: d for n, d in drawn.definitions.items() if d.symbol.type.shape}
    kernel = replace(whole, definitions={**whole.definitions, **arrays})
    unneeding = replace(kernel, assumptions=tuple(a for a in kernel.assumptions if a not in lowering.needs))
    return Lowered(left, right, kernel, drawn, lowering, sides, exact, unneeding)


def _felt(laws: Mapping[Symbol, Term], model: Model, terms: Sequence[Term]) -> Iterator[Term]:
    """The laws whose parameters occur in terms, or are used: what they have to satisfy is known."""
    named = {s for t in terms for s in free_symbols(t)}
    for x, law in laws.items():
        if x in model.laws or x in model.place or free_symbols(law) & named:
            yield law


def _everywhere(shown: Sequence[Symbol], model: Model, sides: Sequence[Term]) -> bool:
    """Whether sides that differ at some values of variables with laws differ with some probability."""
    laws = {str(model.laws[x].data) for x in shown}
    if laws - {"categorical"} and any(t.op in _JUMPS for side in sides for t in side.walk()):
        return False
    return laws <= {"normal", "exponential", "gamma", "categorical"}


def _reaching(sides: Sequence[Term], facts: Sequence[Term]) -> tuple[Term, ...]:
    """The facts that speak of the claim's random variables, directly or through other facts.

    A mean of another variable says something of the claim's numbers where its type does, as that of a positive one.
    """
    symbols = frozenset(s for side in sides for s in free_symbols(side) if s.type.kind != "size")
    left = [f for f in facts if concerned(f)]
    found: list[Term] = []
    while True:
        variables = frozenset(filter(is_random, symbols))
        near = [f for f in left if randoms((f,)) & variables or (free_symbols(f) & symbols and _limiting(f))]
        if not near:
            return tuple(found)
        found += near
        left = [f for f in left if f not in near]
        symbols |= frozenset(s for f in near for s in free_symbols(f) if s.type.kind != "size")


def _limiting(fact: Term) -> bool:
    """Whether a fact is about no random variable, or about one that not all numbers are values of."""
    return all(s.type.kind != "real" for s in randoms((fact,)))


def _fact(fact: Term, lowering: Lowering) -> Term | None:
    """A fact about sums; what is said of a variable itself holds for every outcome.  ``None`` for one that is not used."""
    lowering.outcome, lowering.quantified = {}, True
    return lowering.of(fact)


def _context(context: Context, expansion: Expansion, sides: Sequence[Term], facts: Sequence[Term]) -> Context:
    """The symbols that lowered terms use, with the definitions that are left."""
    definitions = {n: d for n, d in context.definitions.items() if n not in expansion.random}
    symbols: dict[str, Symbol] = {}
    waiting = [s for t in (*sides, *facts, *(d.body for d in definitions.values())) for s in free_symbols(t)]
    felt = {n for n, s in context.symbols.items() if s.type.kind in {"complex", "index"} and not is_random(s)}
    waiting += [s for n, s in context.symbols.items() if n in definitions or n in felt]
    while waiting:
        it = waiting.pop()
        if it.name in symbols or it.type.kind in {"bound", "variable"}:
            continue
        symbols[it.name] = it
        ends = (*it.type.shape, *it.type.family, *(x for x in (it.type.upper, it.type.hot) if x is not None))
        waiting += [s for end in ends for s in free_symbols(end)]
    order = [n for n in context.symbols if n in symbols]
    return Context({n: symbols[n] for n in (*order, *sorted(set(symbols) - set(order)))}, definitions, tuple(facts))
