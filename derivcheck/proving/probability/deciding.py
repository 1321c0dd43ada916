"""The verdict on a claim about random variables: that on a claim about sums over the outcomes of its sample space."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Condition, Counterexample, Proof
from derivcheck.kernel.terms import BOUND, LOGIC, RELATIONS, ZERO, Claim, Context, Definition, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.decide import Judge
from derivcheck.proving.decision import Decision
from derivcheck.proving.probability import coupling, exchanging
from derivcheck.proving.probability.expanding import RANDOM, Expansion, concerned, is_random
from derivcheck.proving.probability.facts import Independence, independence, randoms
from derivcheck.proving.probability.gaussian import exponent
from derivcheck.proving.probability.lowering import Lowering, NeedsOutcomes, root_of
from derivcheck.proving.probability.model import Builder, Model
from derivcheck.proving.probability.unlowered import Unlowered
from derivcheck.proving.screening.batch import Batches

METHOD = "sums over outcomes"
LAWS = "moments of laws"
FINITE = ("it holds for all laws with finitely many outcomes, and so for others wherever its expectations exist",)

_JUMPS = RELATIONS | {"sign", "floor", "ceiling", "cases", "delta"}

_DETERMINED = frozenset({"real", "positive", "nonnegative", "negative", "nonzero"})


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


def decide(judge: Judge, left: Term, relation: str, right: Term) -> Decision:
    """The verdict on ``left relation right``, one of which, or the context, concerns probability."""
    found = _decided(judge, left, relation, right)
    if found.verdict != "undecided":
        return found
    for context, *sides, said in coupling.cases(judge.context, left, right):
        special = _decided(Judge(context, judge.options, judge.draws, judge.met), sides[0], relation, sides[1])
        if special.verdict == "refuted":
            return replace(special, notes=(*special.notes, f"the counterexample is one {said}"))
    return found


def _decided(judge: Judge, left: Term, relation: str, right: Term) -> Decision:
    try:
        lowered = lower(judge.context, left, right)
    except (Unlowered, ShapeError) as reason:
        return Decision("undecided", reason=str(reason))
    inner = settled(judge, lowered)
    exponents = exponent(lowered.left), exponent(lowered.right)
    if exponents[0] is not None and exponents[1] is not None:
        decision = inner.decide(exponents[0], relation, exponents[1])
        if decision.verdict == "proved":
            return _concluded(decision, lowered, None)
    decision = inner.decide(lowered.left, relation, lowered.right)
    return _concluded(decision, lowered, inner.drawn() if decision.verdict == "checked" else None)


def contradiction(judge: Judge) -> str | None:
    """Why what is assumed contradicts itself, if that is plain of the sums that the facts are about."""
    try:
        return settled(judge, lower(judge.context, *(build("indicator", _all(judge.context)),) * 2)).contradiction()
    except (Unlowered, ShapeError):
        return None


def _all(context: Context) -> Term:
    """All facts that are relations, as one."""
    facts = [f for f in context.assumptions if f.op in LOGIC]
    return build("and", *facts) if facts else Term("true")


def settled(judge: Judge, lowered: Lowered) -> Judge:
    """The judge of lowered claims: the kernel knows the facts, instances are drawn from what the facts determine."""
    inner = Judge(lowered.drawn, judge.options, judge.draws, judge.met)
    inner.kernel = Kernel(lowered.facts)
    return inner


def lower(context: Context, left: Term, right: Term) -> Lowered:
    """The claim without random variables; raises ``Unlowered``."""
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
        elif not (fact.op == "eq" and any(a.op == "symbol" and a.symbol.name in expansion.random and is_random(a.symbol) for a in fact.args)):
            facts.append(expansion.of(fact))
    return _Stated(laws, tuple(independences), tuple(facts))


def _lowered(context: Context, sides: tuple[Term, Term], stated: _Stated, refused: set[Symbol], expansion: Expansion) -> Lowered:
    about = _reaching(sides, stated.facts)
    laws = {x: law for x, law in stated.laws.items()}
    builder = Builder((*sides, *about), stated.independences, laws, frozenset(context.symbols))
    builder.refused = frozenset(refused)
    model = builder.model()
    names = set(context.symbols) | {s.name for t in (*sides, *about) for part in t.walk() if isinstance(part.data, Symbol) for s in (part.data,)}
    names |= {n for level in model.levels for n in (level.size.name, level.weights.name)}
    lowering = Lowering(model, names)
    left, right = (lowering.of(side) for side in sides)
    outer = lowering.outcome
    facts = [f for fact in about if (f := _fact(fact, lowering)) is not None]
    facts += [f for x, law in model.laws.items() for f in _lawful(law, lowering)]
    if any(s in free_symbols(f) for f in facts for s in model.plain.values()):
        raise Unlowered("something is assumed of the values of a variable besides its law")
    shown = [x for x, it in model.plain.items() if it in free_symbols(left) | free_symbols(right)]
    facts += [f for x in shown for f in _possible(model.laws[x], model.plain[x], lowering)]
    facts += lowering.needs
    lowering.outcome, lowering.quantified = outer, False
    exact = model.exact and lowering.standard is None and _everywhere(shown, model, (left, right)) and not any(
        free & set(expansion.random) for free in ({s.name for s in i.all | i.given} for i in stated.independences))
    plain = [f for f in stated.facts if not concerned(f)]
    whole = _context(context, expansion, (left, right), (*plain, *facts))
    drawn = _determining(whole, (left, right), model)
    kernel = replace(whole, definitions={**whole.definitions, **{n: d for n, d in drawn.definitions.items() if d.symbol.type.shape}})
    return Lowered(left, right, kernel, drawn, lowering, sides, exact, replace(kernel, assumptions=tuple(a for a in kernel.assumptions if a not in lowering.needs)))


def _possible(law: Term, it: Symbol, lowering: Lowering) -> list[Term]:
    """What makes a value one that a variable of the law has with some probability."""
    if law.data != "categorical":
        return []
    return [Term("gt", (build("entry", lowering.of(law.args[0]), symbol(it)), ZERO))]


def _everywhere(shown: Sequence[Symbol], model: Model, sides: Sequence[Term]) -> bool:
    """Whether sides that differ at some values of variables with laws differ with some probability."""
    laws = {str(model.laws[x].data) for x in shown}
    if laws - {"categorical"} and any(t.op in _JUMPS for side in sides for t in side.walk()):
        return False
    return laws <= {"normal", "exponential", "gamma", "categorical"}


def _reaching(sides: Sequence[Term], facts: Sequence[Term]) -> tuple[Term, ...]:
    """The facts that speak of the claim's random variables, directly or through other facts."""
    variables = randoms(sides)
    symbols = frozenset(s for side in sides for s in free_symbols(side))
    left = [f for f in facts if concerned(f)]
    found: list[Term] = []
    while True:
        near = [f for f in left if randoms((f,)) & variables or (free_symbols(f) & symbols and not randoms((f,)))]
        if not near:
            return tuple(found)
        found += near
        left = [f for f in left if f not in near]
        variables |= randoms(near)


def _fact(fact: Term, lowering: Lowering) -> Term | None:
    """A fact about sums; what is said of a variable itself holds for every outcome.  ``None`` for one that is not used."""
    lowering.outcome, lowering.quantified = {}, True
    return lowering.of(fact)


def _lawful(law: Term, lowering: Lowering) -> list[Term]:
    """What makes the parameters of a law those of a law."""
    if any(randoms((a,)) for a in law.args):
        return []
    args = tuple(lowering.of(a) for a in law.args)
    one = number(1)
    match law.data:
        case "normal" if not law.shape:
            return [Term("gt", (args[1], ZERO))]
        case "bernoulli" | "binomial":
            return [Term("ge", (args[-1], ZERO)), Term("le", (args[-1], one))]
        case "geometric":
            return [Term("gt", (args[0], ZERO)), Term("le", (args[0], one))]
        case "exponential" | "poisson" | "gamma" | "beta":
            return [Term("gt", (a, ZERO)) for a in args]
        case "uniform":
            return [Term("lt", args)]
        case "categorical":
            return _probabilities(args[0], lowering)
    return []


def _probabilities(pi: Term, lowering: Lowering) -> list[Term]:
    if pi.op == "symbol" and "simplex" in pi.symbol.type.attributes:
        return []
    k = Symbol(lowering.fresh(), BOUND)
    at = build("entry", pi, symbol(k))
    return [Term("eq", (build("sum", at, number(1), pi.shape[0], data=k), number(1)))]


def _context(context: Context, expansion: Expansion, sides: Sequence[Term], facts: Sequence[Term]) -> Context:
    """The symbols that lowered terms use, with the definitions that are left."""
    definitions = {n: d for n, d in context.definitions.items() if n not in expansion.random}
    symbols: dict[str, Symbol] = {}
    waiting = [s for t in (*sides, *facts, *(d.body for d in definitions.values())) for s in free_symbols(t)]
    waiting += [s for n, s in context.symbols.items() if n in definitions or s.type.kind in {"complex", "index"} and not is_random(s)]
    while waiting:
        it = waiting.pop()
        if it.name in symbols or it.type.kind in {"bound", "variable"}:
            continue
        symbols[it.name] = it
        ends = (*it.type.shape, *it.type.family, *(x for x in (it.type.upper, it.type.hot) if x is not None))
        waiting += [s for end in ends for s in free_symbols(end)]
    order = [n for n in context.symbols if n in symbols]
    return Context({n: symbols[n] for n in (*order, *sorted(set(symbols) - set(order)))}, definitions, tuple(facts))


def _determining(whole: Context, sides: Sequence[Term], model: Model) -> Context:
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
    apart = Term("ne", tuple(at)) if not values.type.shape else Term("ne", (build("norm", build("add", at[0], build("neg", at[1]))), ZERO))
    return Term("or", (Term("eq", (symbol(i), symbol(j))), apart))


# -- what the verdict on sums says of the claim --------------------------------------------------------------------------


def _varied(batches: Batches | None, model: Model) -> bool:
    """Whether some instance has several outcomes on all levels at once."""
    names = [level.size.name for level in model.levels]
    return batches is not None and any(all(batch.sizes[n] > 1 for n in names) for batch in batches.batches)


def _concluded(found: Decision, lowered: Lowered, drawn: Batches | None) -> Decision:
    lowering = lowered.lowering
    model = lowering.model
    conditions = tuple(_told(c, lowering) for c in found.conditions if not _null(c.term, lowering))
    witness = _readable(found.counterexample, model)
    sums = bool(model.levels) or lowering.standard is not None
    match found.verdict:
        case "refuted" if not lowered.exact:
            why = "not all that is assumed of the random variables enters the sums, so that no instance of them refutes"
            return Decision("undecided", None, (), why, found.instances)
        case "checked" if not _varied(drawn, model):
            return Decision("undecided", None, (), f"{found.reason}; only sample spaces of one outcome were tried", found.instances)
        case "proved" | "checked":
            exchanged = exchanging.conditions(*_standardised(lowered), set(model.laws) - lowering.unmeasured)
            needed = tuple(Condition(n, "domain") for n in lowering.needs if not _known(n, lowered.plain, found.conditions))
            notes = (*found.notes, *(FINITE if sums and not _no_means(lowered) else ()), *_uses(model))
            by = ", ".join(filter(None, (METHOD if sums else "", LAWS if model.laws else "", found.method)))
            return replace(found, method=by if found.method else None, conditions=tuple(dict.fromkeys((*conditions, *needed, *exchanged))), notes=notes)
    return replace(found, conditions=conditions, counterexample=witness)


def _standardised(lowered: Lowered) -> tuple[Term, Term]:
    """The sides with each normal variable that is a multiple of another in its place, so that its parameters show."""
    lowering = lowered.lowering
    if lowering.standard is None:
        return lowered.expanded
    name = lowering.standard[1].name
    values: dict[Symbol, Term] = {}
    for x in sorted(lowering.unmeasured, key=lambda s: s.name):
        mean, variance = lowering.model.laws[x].args
        values[x] = build("add", mean, build("mul", root_of(variance), symbol(Symbol(name, Type("real", attributes=frozenset({RANDOM}))))))
    left, right = (substitute(side, values) for side in lowered.expanded)
    return left, right


def _known(need: Term, context: Context, conditions: Sequence[Condition]) -> bool:
    """Whether what an expectation or integral needs is known to hold wherever the sides are defined."""
    left, right = need.args
    facts = replace(context, assumptions=(*context.assumptions, *(c.term for c in conditions)))
    return need.op == "gt" and isinstance(Kernel(facts).prove(Claim(left, ">", right, facts)), Proof)


def _no_means(lowered: Lowered) -> bool:
    return not lowered.lowering.written


def _uses(model: Model) -> tuple[str, ...]:
    """A note on the independence that the sample space shows."""
    told = []
    for fact in model.used:
        groups = ", ".join(_group(g) for g in fact.groups)
        given = f" given {_group(fact.given)}" if fact.given else ""
        told.append(f"{groups} are independent{given}, as is assumed")
    return tuple(dict.fromkeys(told))


def _group(variables: frozenset[Symbol]) -> str:
    names = sorted(s.name for s in variables)
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"


def _told(condition: Condition, lowering: Lowering) -> Condition:
    """A condition in the words of its author; what fails for some values of a random variable fails with some probability."""
    values = set(lowering.model.values.values())
    kind = "domain" if condition.kind == "point" and free_symbols(condition.term) & values else condition.kind
    return Condition(written(condition.term, lowering), kind, condition.gained)


def _null(term: Term, lowering: Lowering) -> bool:
    return term.op in {"ne", "gt"} and term.args[0] in lowering.null


def written(term: Term, lowering: Lowering) -> Term:
    """A lowered term with the expectations and random variables that its author wrote."""
    if term in lowering.written:
        return lowering.written[term]
    if term.op == "entry" and term.args[0].op == "symbol":
        for it, values in lowering.model.values.items():
            if values == term.args[0].symbol and len(term.args) == 2:
                return symbol(it)
    args = tuple(written(a, lowering) for a in term.args)
    return term if args == term.args else Term(term.op, args, term.data, term.shape)


def _readable(found: Counterexample | None, model: Model) -> Counterexample | None:
    """A counterexample in which the tables of probabilities have plain names."""
    if found is None or not model.levels:
        return found
    sizes = {level.size.name for level in model.levels}
    note = "P_X are the probabilities of the outcomes, at which the random variables have the values listed".replace(
        "P_X", ", ".join(level.weights.name for level in model.levels))
    notes = "; ".join(filter(None, (found.note, note)))
    return replace(found, sizes={n: v for n, v in found.sizes.items() if n not in sizes}, note=notes)
