"""Inequalities of means with any summands: Jensen's, and sums over one range compared term by term.

Jensen's inequality says that ``phi(sum(w[i]*u[i])) <= sum(w[i]*phi(u[i]))`` for a convex phi and weights that add up to 1.  A
claim is one of it where the kernel proves that right less left is the same in both, for parts that are read off the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, permutations

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import BOUND, ONE, ZERO, Claim, Context, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.values.evaluate import uses_complex
from derivcheck.kernel.vocabulary import build, same_size

ATTEMPTS = 24
"""How many choices of weights and means are tried for a claim."""

JENSEN, TERMWISE = "Jensen", "term by term"

Decide = Callable[[Kernel, Context, Term, Term], str | None]
"""By what one number is at most another."""


@dataclass(frozen=True, slots=True)
class Convex:
    """A convex function; of: it at a term; positive: whether it is one of positive numbers only."""

    of: Callable[[Term], Term]
    positive: bool = False


CONVEX = {
    "log": Convex(lambda u: build("neg", build("log", u)), positive=True),
    "exp": Convex(lambda u: build("exp", u)),
    "pow": Convex(lambda u: build("pow", u, number(2))),
    "abs": Convex(lambda u: build("abs", u)),
}
"""Convex functions by the operator under which their arguments are sought."""


def jensen(kernel: Kernel, context: Context, below: Term, above: Term) -> str | None:
    """The name of the inequality that ``below <= above`` is, if it is Jensen's for parts of it."""
    if uses_complex(context, below, above):
        return None
    for op, i, u in islice(_choices(context, below, above), ATTEMPTS):
        phi, size = CONVEX[op], upper(i)
        for w in _weights(context, size):
            def mean(body: Term, w: Symbol = w, i: Symbol = i, size: Term = size) -> Term:
                return _summed(build("mul", build("entry", symbol(w), symbol(i)), body), i, size)

            one = build("add", below, mean(phi.of(u)))
            other = build("add", above, phi.of(mean(u)))
            if not _proved(kernel, context, one, "=", other):
                continue
            inside = _with(context, i)
            there, weight = Kernel(inside), build("entry", symbol(w), symbol(i))
            if phi.positive and not _proved(there, inside, u, ">", ZERO):
                continue
            if _proved(there, inside, weight, ">=", ZERO) and _proved(kernel, context, mean(ONE), "=", ONE):
                return f"{JENSEN}: the logarithm is concave" if op == "log" else JENSEN
    return None


def term_by_term(context: Context, below: Term, above: Term, decide: Decide) -> str | None:
    """By what every summand of a sum is at most that of another over the same range, or of one sign."""
    one, other = _parts(below), _parts(above)
    sizes = [size for size, _ in (one, other) if size is not None]
    if not sizes or not all(same_size(size, sizes[0]) for size in sizes) or None in (one[1], other[1]):
        return None
    i = _index(context, sizes[0])
    inside = _with(context, i)
    low, high = (body(symbol(i)) for _, body in (one, other) if body is not None)
    found = decide(Kernel(inside), inside, low, high)
    return None if found is None else f"{TERMWISE}: {found}"


def _parts(side: Term) -> tuple[Term | None, Callable[[Term], Term] | None]:
    """The size over which a side is a sum, and its summand at an index; 0 is a sum over any size."""
    if side == ZERO:
        return None, lambda at: ZERO
    if side.op == "neg":
        size, body = _parts(side.args[0])
        return size, None if body is None or size is None else lambda at: build("neg", body(at))
    if side.op != "sum" or len(side.args) != 3 or side.args[1] != ONE:
        return None, None
    return side.args[2], lambda at: substitute(side.args[0], {side.symbol: at})


def _choices(context: Context, below: Term, above: Term) -> Iterator[tuple[str, Symbol, Term]]:
    """Functions, an index of a range, and what the functions may be of at it."""
    found: dict[tuple[str, Symbol], dict[Term, None]] = {}
    for side in (below, above):
        for s in side.walk():
            if s.op != "sum" or len(s.args) != 3 or s.args[1] != ONE or s.args[0].shape or free_symbols(s.args[2]) & _bound(side):
                continue
            i = _index(context, s.args[2])
            for t in s.args[0].walk():
                if t.op in CONVEX and s.symbol in free_symbols(t) and (t.op != "pow" or t.args[1] == number(2)):
                    found.setdefault((t.op, i), {})[substitute(t.args[0], {s.symbol: symbol(i)})] = None
    for (op, i), arguments in found.items():
        yield from ((op, i, u) for u in arguments)
        if op == "log":
            yield from ((op, i, build("div", ONE, u)) for u in arguments)
            yield from ((op, i, build("div", u, v)) for u, v in permutations(arguments, 2))


def _bound(side: Term) -> frozenset[Symbol]:
    return frozenset(s for t in side.walk() for s in free_symbols(t) if s.type == BOUND)


def _weights(context: Context, size: Term) -> Iterator[Symbol]:
    """What may be weights: vectors and families of numbers of a size, those declared to add up to 1 first."""
    fitting = [s for s in context.symbols.values() if len(s.type.shape) + len(s.type.family) == 1
               and same_size((*s.type.shape, *s.type.family)[0], size)]
    yield from sorted(fitting, key=lambda s: "simplex" not in s.type.attributes)


def _index(context: Context, size: Term) -> Symbol:
    """An index of a range under a name that nothing has."""
    name = "i_"
    while name in context.symbols:
        name += "_"
    return Symbol(name, Type("index", upper=size))


def upper(index: Symbol) -> Term:
    """The size of an index."""
    if index.type.upper is None:
        raise TypeError(index.name)
    return index.type.upper


def _with(context: Context, it: Symbol) -> Context:
    return replace(context, symbols={**context.symbols, it.name: it})


def _summed(body: Term, i: Symbol, size: Term) -> Term:
    bound = Symbol(i.name, BOUND)
    return Term("sum", (substitute(body, {i: symbol(bound)}), ONE, size), bound)


def _proved(kernel: Kernel, context: Context, left: Term, relation: str, right: Term) -> bool:
    outcome = kernel.prove(Claim(left, relation, right, context))
    return isinstance(outcome, Proof) and not outcome.conditions
