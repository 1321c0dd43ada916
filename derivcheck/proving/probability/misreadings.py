"""Laws of probability that do not hold, each with what it makes of a term: one made in a step explains the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from derivcheck.kernel.terms import LOGIC, Symbol, Term, free_symbols, substitute, symbol
from derivcheck.kernel.vocabulary import FUNCTIONS, MEANS, ShapeError, build
from derivcheck.proving.probability.expanding import is_random

Makes: TypeAlias = "Callable[[Term, frozenset[Symbol]], Iterator[Term]]"
"""What a mistake makes of a term, where other random variables are at hand."""


@dataclass(frozen=True, slots=True)
class FalseLaw:
    """A row: its code, what it is in words, what it makes of a term, a step and the wrong one after it, and two that are right.
    """

    code: str
    phrase: str
    makes: Makes
    wrong: tuple[str, str]
    near: tuple[str, str]


def _variables(term: Term) -> list[Symbol]:
    return sorted((s for s in free_symbols(term) if is_random(s)), key=lambda s: s.name)


def _inside(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``E[f(X)]`` as ``f(E[X])``, and ``E[f(g)]`` as ``f(E[g])``."""
    if term.op != "E" or term.args[0].op in MEANS:
        return
    body, *given = term.args
    if body.op != "symbol":
        means = {x: build("E", symbol(x), *given) for x in _variables(body) if x.type.kind != "index"}
        yield substitute(body, means)
    if len(body.args) == 1 and body.op in FUNCTIONS and not body.args[0].shape:
        yield build(body.op, build("E", body.args[0], *given))
    if body.op == "pow":
        yield build("pow", build("E", body.args[0], *given), body.args[1])
    if body.op == "div":
        yield build("div", build("E", body.args[0], *given), build("E", body.args[1], *given))


def _product(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``E[a*b]`` as ``E[a]*E[b]``, and an array as scalar times array alike."""
    if term.op != "E" or term.args[0].op not in {"mul", "matmul"}:
        return
    body, *given = term.args
    yield build(body.op, *(build("E", a, *given) for a in body.args))
    for k in range(1, len(body.args) - 1):
        parts = [build("mul", *some) if len(some) > 1 else some[0] for some in (body.args[:k], body.args[k:])]
        yield build("mul", *(build("E", a, *given) for a in parts))


def _multiple(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``Var(a*f)`` as ``a*Var(f)``."""
    if term.op != "Var":
        return
    body, *given = term.args
    if body.op == "mul":
        constant = [a for a in body.args if not _variables(a)]
        rest = [a for a in body.args if _variables(a)]
        if constant and rest:
            yield build("mul", *constant, build("Var", build("mul", *rest) if len(rest) > 1 else rest[0], *given))
    if body.op == "div" and not _variables(body.args[1]):
        yield build("div", build("Var", body.args[0], *given), body.args[1])
    if body.op == "neg":
        yield build("neg", build("Var", body.args[0], *given))
    if body.op == "add":
        taken = [next(_multiple(build("Var", a, *given), others), build("Var", a, *given)) for a in body.args if _variables(a)]
        if taken:
            yield build("add", *taken) if len(taken) > 1 else taken[0]


def _variance_of_sum(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``Var(a + b)`` as ``Var(a) + Var(b)``, ``Var(a - b)`` as ``Var(a) - Var(b)``, and ``Var(a + c)`` as ``Var(a) + c``."""
    if term.op != "Var" or term.args[0].op != "add":
        return
    body, *given = term.args
    yield build("add", *(build("Var", a, *given) for a in body.args))
    signed = ((a.op == "neg", build("Var", a.args[0] if a.op == "neg" else a, *given)) for a in body.args)
    yield build("add", *(build("neg", part) if minus else part for minus, part in signed))
    yield build("add", *(build("Var", a, *given) if _variables(a) else a for a in body.args))


def _joint(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``P(A and B)`` as ``P(A)*P(B)``, ``P(A | B)`` as ``P(A)``."""
    if term.op != "P":
        return
    event, *given = term.args
    if event.op == "and":
        yield build("mul", *(build("P", a, *given) for a in event.args))
    if given:
        yield build("P", event)


def _either(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``P(A or B)`` as ``P(A) + P(B)``."""
    if term.op == "P" and term.args[0].op == "or":
        yield build("add", *(build("P", a, *term.args[1:]) for a in term.args[0].args))


def _transposed(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``P(A | B)`` as ``P(B | A)``."""
    if term.op == "P" and len(term.args) == 2 and term.args[1].op in LOGIC:
        yield build("P", term.args[1], term.args[0])


def _condition(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``E[f | Y]`` as ``E[f]``, and the other way round; ``Var(f)`` as ``E[Var(f | Y)]`` or ``Var(E[f | Y])``."""
    if term.op not in {"E", "Var", "Cov"}:
        return
    count = MEANS[term.op]
    if len(term.args) > count:
        yield build(term.op, *term.args[:count])
        return
    for y in sorted(others - set(_variables(term)), key=lambda s: s.name):
        given = build(term.op, *term.args, symbol(y))
        yield given
        if term.op == "Var":
            yield build("E", given)
            yield build("Var", build("E", term.args[0], symbol(y)))


def _swapped(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``kl(p, q)`` as ``kl(q, p)``."""
    if term.op in {"kl", "cross_entropy"}:
        yield build(term.op, *reversed(term.args))


def _marginal(term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """``cross_entropy(p, q)`` as ``entropy(p)`` and ``kl`` alike."""
    if term.op == "cross_entropy":
        yield build("entropy", term.args[0])
        yield build("kl", *term.args)


FALSE_LAWS: tuple[FalseLaw, ...] = (
    FalseLaw("expectation-of-product", "the expectation of a product is that of the expectations only of what is uncorrelated",
             _product, ("E[X*Y]", "E[X]*E[Y]"), ("E[a*X]", "a*E[X]")),
    FalseLaw("expectation-of-function", "the expectation of a function is not the function of the expectation", _inside,
             ("E[exp(X)]", "exp(E[X])"), ("E[2*X + 1]", "2*E[X] + 1")),
    FalseLaw("variance-of-sum", "the variance of a sum has twice the covariances too, and that of a constant is 0",
             _variance_of_sum, ("Var(X - Y)", "Var(X) - Var(Y)"), ("Var(X + a)", "Var(X)")),
    FalseLaw("variance-of-multiple", "a constant factor comes out of a variance squared", _multiple,
             ("Var(a*X)", "a*Var(X)"), ("Cov(a*X, Y)", "a*Cov(X, Y)")),
    FalseLaw("joint-probability", "only of independent events the probability of both is the product of theirs", _joint,
             ("P(X > 0 and Y > 0)", "P(X > 0)*P(Y > 0)"), ("P(X > 0 and Y > 0)", "P(X > 0 | Y > 0)*P(Y > 0)")),
    FalseLaw("overlapping-events", "the probabilities of events add up only where they exclude each other", _either,
             ("P(X > 0 or Y > 0)", "P(X > 0) + P(Y > 0)"), ("P(X > 0 or Y > 0)", "P(X > 0) + P(X <= 0 and Y > 0)")),
    FalseLaw("transposed-conditional", "the probability of A given B is not that of B given A", _transposed,
             ("P(X > 0 | Y > 0)", "P(Y > 0 | X > 0)"), ("P(X > 0 | Y > 0)*P(Y > 0)", "P(Y > 0 | X > 0)*P(X > 0)")),
    FalseLaw("condition-dropped", "what is conditional is taken for what is not", _condition,
             ("E[X | Y]", "E[X]"), ("E[E[X | Y]]", "E[X]")),
    FalseLaw("swapped-laws", "it is not symmetric in the two laws", _swapped, ("kl(p, q)", "kl(q, p)"), ("kl(p, p)", "0")),
    FalseLaw("cross-entropy", "cross-entropy, entropy and divergence are taken for each other", _marginal,
             ("cross_entropy(p, q)", "entropy(p)"), ("cross_entropy(p, p)", "entropy(p)")),
)
"""The mistakes that are looked for in the step before, the likeliest first."""


def made(law: FalseLaw, term: Term, others: frozenset[Symbol]) -> Iterator[Term]:
    """What a false law makes of a term; nothing where that does not fit together."""
    found = law.makes(term, others)
    while True:
        try:
            yield next(found)
        except (StopIteration, ShapeError):
            return
