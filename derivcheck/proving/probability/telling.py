"""What a verdict on sums says of the claim about random variables, in the words of its author."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Condition, Counterexample, Proof
from derivcheck.kernel.terms import LOGIC, Claim, Context, Symbol, Term, Type, free_symbols, substitute, symbol
from derivcheck.kernel.vocabulary import build, same_shape
from derivcheck.proving.decision import Decision
from derivcheck.proving.probability import exchanging
from derivcheck.proving.probability.claims import Lowered
from derivcheck.proving.probability.events import root_of
from derivcheck.proving.probability.expanding import RANDOM
from derivcheck.proving.probability.lowering import Lowering
from derivcheck.proving.probability.model import Model
from derivcheck.proving.screening.batch import Batches

METHOD = "sums over outcomes"
LAWS = "moments of laws"
FINITE = ("it holds for all laws with finitely many outcomes, and so for others wherever its expectations exist",)


def concluded(found: Decision, lowered: Lowered, drawn: Batches | None) -> Decision:
    """The decision on the claim, given that on the sums in its place; drawn: the instances on which a checked one rests."""
    lowering = lowered.lowering
    model = lowering.model
    conditions = tuple(_told(c, lowering) for c in found.conditions if not _null(c.term, lowering))
    witness = _readable(found.counterexample, model)
    sums = bool(model.levels) or lowering.standard is not None
    match found.verdict:
        case "refuted" if not lowered.exact and same_shape(lowered.left.shape, lowered.right.shape):
            why = "not all that is assumed of the random variables enters the sums, so that no instance of them refutes"
            return Decision("undecided", None, (), why, found.instances)
        case "refuted" if _surely(lowered):
            why = "what is said of a random variable is said of all outcomes, and it was refuted at one"
            return Decision("undecided", None, (), why, found.instances)
        case "checked" if not _varied(drawn, model):
            reason = f"{found.reason}; only sample spaces of one outcome were tried"
            return Decision("undecided", None, (), reason, found.instances)
        case "proved" | "checked":
            exchanged = exchanging.conditions(*_standardised(lowered), set(model.laws) - lowering.unmeasured)
            if any(map(exchanging.broken, exchanged)):
                why = "a derivative passes through an expectation of what jumps, which it does not for continuous laws"
                return Decision("undecided", None, (), why, found.instances)
            open_ = [n for n in lowering.needs if not _known(n, lowered.plain, found.conditions)]
            needed = tuple(Condition(n, "point" if n.op == "ne" else "domain") for n in open_)
            notes = (*found.notes, *(FINITE if sums and not _no_means(lowered) else ()), *_uses(model))
            by = ", ".join(filter(None, (METHOD if sums else "", LAWS if model.laws else "", found.method)))
            named = tuple(dict.fromkeys((*conditions, *needed, *exchanged)))
            return replace(found, method=by if found.method else None, conditions=named, notes=notes)
    return replace(found, conditions=conditions, counterexample=witness)


def _surely(lowered: Lowered) -> bool:
    """Whether statements are linked of which one speaks of a random variable itself and another of a mean."""
    return lowered.left.op in LOGIC and bool(lowered.lowering.outcome) and bool(lowered.lowering.written)


def _varied(batches: Batches | None, model: Model) -> bool:
    """Whether some instance has several outcomes on all levels at once."""
    names = [level.size.name for level in model.levels]
    return batches is not None and any(all(batch.sizes[n] > 1 for n in names) for batch in batches.batches)


def _standardised(lowered: Lowered) -> tuple[Term, Term]:
    """The sides with each normal variable that is a multiple of another in its place, so that its parameters show."""
    lowering = lowered.lowering
    if lowering.standard is None:
        return lowered.expanded
    name = lowering.standard[1].name
    values: dict[Symbol, Term] = {}
    for x in sorted(lowering.unmeasured, key=lambda s: s.name):
        mean, variance = lowering.model.laws[x].args
        standard = symbol(Symbol(name, Type("real", attributes=frozenset({RANDOM}))))
        values[x] = build("add", mean, build("mul", root_of(variance), standard))
    left, right = (substitute(side, values) for side in lowered.expanded)
    return left, right


def _known(need: Term, context: Context, conditions: Sequence[Condition]) -> bool:
    """Whether what an expectation or integral needs is known to hold wherever the sides are defined."""
    left, right = need.args
    if need.op == "ne":
        return left.op == right.op == "number" and left != right
    facts = replace(context, assumptions=(*context.assumptions, *(c.term for c in conditions)))
    return isinstance(Kernel(facts).prove(Claim(left, ">", right, facts)), Proof)


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
