"""Inequalities between expectations: what is never negative, whatever the laws are.

A claim ``a <= b`` is one of them where ``b - a`` is proved to be equal to a variance, to what Jensen's, Gibbs' or the
Cauchy-Schwarz inequality say is not negative, or to a probability.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from derivcheck.kernel.terms import Context, Symbol, Term, number, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.probability.facts import randoms
from derivcheck.proving.probability.sights import conditionings

MOST = 40
"""How many candidates are tried for a claim."""


def _less(a: Term, b: Term) -> Term:
    return build("add", a, build("neg", b))


def gap(left: Term, relation: str, right: Term) -> Term | None:
    """What is not negative if the claim holds; ``None`` for a claim that is no weak inequality between numbers."""
    if relation not in {"<=", ">="} or left.shape:
        return None
    return _less(right, left) if relation == "<=" else _less(left, right)


def candidates(left: Term, right: Term, context: Context) -> Iterator[tuple[str, Term]]:
    """Terms that are never negative, with the name of the reason, as far as the parts of two sides suggest them."""
    seen: set[Term] = set()
    laws = {f.args[0].symbol: f.args[1] for f in context.assumptions if f.op == "follows"}
    for name, found in _all((left, right), laws):
        if found not in seen:
            seen.add(found)
            yield name, found
            if len(seen) >= MOST:
                return


def _all(terms: tuple[Term, ...], laws: Mapping[Symbol, Term]) -> Iterator[tuple[str, Term]]:
    parts = dict.fromkeys(part for term in terms for part in term.walk())
    for part in parts:
        yield from _of_laws(part)
        yield from _of_expectation(part)
        yield from _of_density(part, laws)
        if part.op == "P":
            yield from _of_events(part)
    variables = sorted((s for s in randoms(terms) if not s.type.shape and not s.type.family and s.type.kind != "index"),
                       key=lambda s: s.name)
    for x in variables:
        yield from _variances(x, terms)
    for x, y in combinations(variables, 2):
        yield from _cauchy_schwarz(symbol(x), symbol(y))


def _of_laws(part: Term) -> Iterator[tuple[str, Term]]:
    """Gibbs: a divergence is not negative; the entropy of K values lies between 0 and log(K)."""
    if part.op in {"kl", "cross_entropy"} and all(a.op == "law" or _simplex(a) for a in part.args):
        yield "Gibbs", build("kl", *part.args)
    if part.op == "entropy" and _simplex(part.args[0]):
        yield "entropy of finitely many values", part
        yield "Gibbs", _less(build("log", part.args[0].shape[0]), part)


def _simplex(term: Term) -> bool:
    return term.op == "symbol" and "simplex" in term.symbol.type.attributes


def _of_expectation(part: Term) -> Iterator[tuple[str, Term]]:
    """Jensen, for the function that stands in the expectation, and for exp of what does."""
    if part.op != "E" or part.args[0].shape:
        return
    body, *given = part.args

    def mean(a: Term) -> Term:
        return build("E", a, *given)

    yield "Jensen", _less(build("log", mean(build("exp", body))), part)
    match body.op:
        case "exp" | "abs":
            yield "Jensen", _less(part, build(body.op, mean(body.args[0])))
        case "log":
            yield "Jensen", _less(build("log", mean(body.args[0])), part)
        case "pow" if body.args[1] == number(2):
            yield "Jensen", _less(part, build("pow", mean(body.args[0]), number(2)))
        case "max":
            yield "Jensen", _less(part, build("max", *map(mean, body.args)))


def _of_density(part: Term, laws: Mapping[Symbol, Term]) -> Iterator[tuple[str, Term]]:
    """Jensen for the logarithm of what is divided by the probability of the variable's own value."""
    if part.op != "E" or part.args[0].shape:
        return
    for it in sorted(randoms((part,)) & set(laws), key=lambda s: s.name):
        if laws[it].data == "categorical":
            own = build("log", build("entry", laws[it].args[0], symbol(it)))
            ratio = _less(part.args[0], own)
            mean, above = (build("E", a, *part.args[1:]) for a in (ratio, build("exp", ratio)))
            yield "Jensen", _less(build("log", above), mean)


def _of_events(part: Term) -> Iterator[tuple[str, Term]]:
    event, *given = part.args
    events = event.args if event.op in {"and", "or"} else (event,)
    for a in (event, *events):
        yield "probability", build("P", a, *given)
        yield "probability", build("P", build("not", a), *given)
        for b in events:
            if a != b:
                yield "probability", build("P", build("and", build("not", a), b), *given)


def _variances(x: Symbol, terms: tuple[Term, ...]) -> Iterator[tuple[str, Term]]:
    it = symbol(x)
    yield "variance", build("Var", it)
    for given in conditionings(terms):
        if x not in given:
            known = [symbol(s) for s in sorted(given, key=lambda s: s.name)]
            yield "variance", build("E", build("Var", it, *known))
            yield "variance", build("Var", build("E", it, *known))


def _cauchy_schwarz(x: Term, y: Term) -> Iterator[tuple[str, Term]]:
    for one, both in (("Var", "Cov"), ("E", "E")):
        squares = [build(one, a) if one == "Var" else build("E", build("pow", a, number(2))) for a in (x, y)]
        mixed = build(both, x, y) if both == "Cov" else build("E", build("mul", x, y))
        yield "Cauchy-Schwarz", _less(build("mul", *squares), build("pow", mixed, number(2)))
