"""Jensen's inequality, with any summands beside it, for any function that is shown to be convex.

It says that ``phi(sum(w[i]*u[i])) <= sum(w[i]*phi(u[i]))`` for a convex phi and weights that add up to 1, which may be all
alike.  A claim is one of it where the kernel proves that right less left is the same in both, for parts read off the claim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice, permutations

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.terms import BOUND, ONE, ZERO, Context, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.values.evaluate import uses_complex
from derivcheck.kernel.vocabulary import ShapeError, build, same_size
from derivcheck.proving.statements.summing import declaring, full_size, new_index, proved, summed

ATTEMPTS = 24
"""How many choices of functions, means and weights are tried for a claim."""

JENSEN = "Jensen"

VARIABLE = "t_"
"""The name of the argument of the function."""

CORNERS = frozenset({"abs", "sign", "min", "max", "relu", "floor", "ceiling", "condition", "delta", "cases", "cbrt", "norm"})
"""What a second derivative says nothing about."""

Function = Callable[[Term], Term]

CONVEX: dict[str, Function] = {
    "log": lambda u: build("neg", build("log", u)),
    "exp": lambda u: build("exp", u),
    "pow": lambda u: build("pow", u, number(2)),
    "abs": lambda u: build("abs", u),
}
"""Functions that may be convex by the operator under which their arguments are sought."""


@dataclass(frozen=True, slots=True)
class _Choice:
    """A function, an index of a range, the values at it, and the weights; ``None`` for weights that are all alike."""

    phi: Function
    index: Symbol
    size: Term
    values: Term
    weights: Symbol | None

    def weight(self) -> Term:
        return build("div", ONE, self.size) if self.weights is None else build("entry", symbol(self.weights), symbol(self.index))

    def mean(self, body: Term) -> Term:
        return summed(build("mul", self.weight(), body), self.index, self.size)


def jensen(kernel: Kernel, context: Context, below: Term, above: Term) -> str | None:
    """The name of the inequality that ``below <= above`` is, if it is Jensen's for parts of it."""
    if uses_complex(context, below, above) or VARIABLE in context.symbols:
        return None
    choices = chain(_around_means(context, below, above), _under_operators(context, below, above))
    for choice in islice(choices, ATTEMPTS):
        if _is(kernel, context, choice, below, above):
            logarithm = choice.phi(ZERO) == CONVEX["log"](ZERO)
            return f"{JENSEN}: the logarithm is concave" if logarithm else JENSEN
    return None


def _is(kernel: Kernel, context: Context, choice: _Choice, below: Term, above: Term) -> bool:
    """Whether a claim is the inequality for these parts, and they are as it needs them."""
    try:
        one = build("add", below, choice.mean(choice.phi(choice.values)))
        other = build("add", above, choice.phi(choice.mean(choice.values)))
    except ShapeError:
        return False
    if not proved(kernel, context, one, "=", other):
        return False
    inside = declaring(context, choice.index)
    there = Kernel(inside)
    if choice.weights is not None:
        positive = proved(there, inside, choice.weight(), ">=", ZERO)
        if not positive or not proved(kernel, context, choice.mean(ONE), "=", ONE):
            return False
    kind = "positive" if proved(there, inside, choice.values, ">", ZERO) else "real"
    return _convex(context, choice.phi, Symbol(VARIABLE, Type(kind)))


def _convex(context: Context, phi: Function, t: Symbol) -> bool:
    """Whether a function is convex: the absolute value, or one without corners whose second derivative is not negative."""
    function = phi(symbol(t))
    if function == build("abs", symbol(t)):
        return True
    wider = declaring(context, t)
    kernel = Kernel(wider)
    if any(it.op in CORNERS for it in function.walk()) or not proved(kernel, wider, build("mul", ZERO, function), "=", ZERO):
        return False
    slope = Term("diff", (function, symbol(t)), "mixed", ())
    return proved(kernel, wider, Term("diff", (slope, symbol(t)), "mixed", ()), ">=", ZERO)


def _around_means(context: Context, below: Term, above: Term) -> Iterator[_Choice]:
    """Each side as a function of a mean that stands in it: what is above, without its sign."""
    t = Symbol(VARIABLE, Type("real"))
    for side, sign in ((below, 1), (above, -1)):
        for mean, total, value, weights in _means(side):
            if any(s.type.kind == "bound" for s in free_symbols(mean)):
                continue
            function = _replaced(side, mean, symbol(t))
            function = function if sign > 0 else build("neg", function)
            i = new_index(context, total.args[2])
            values = substitute(value, {total.symbol: symbol(i)})
            yield _Choice(_of(function, t), i, total.args[2], values, weights)


def _means(side: Term) -> Iterator[tuple[Term, Term, Term, Symbol | None]]:
    """The means in a term: the mean itself, its sum, the summand without its weight, and the weights if not all alike."""
    for term in side.walk():
        if term.op == "div" and full_size(term.args[0]) is not None and term.args[1] == term.args[0].args[2]:
            yield term, term.args[0], term.args[0].args[0], None
        elif full_size(term) is not None and term.args[0].op == "mul":
            for factor in term.args[0].args:
                others = [a for a in term.args[0].args if a is not factor]
                if others and _is_weight(factor, term):
                    yield term, term, build("mul", *others) if len(others) > 1 else others[0], factor.args[0].symbol


def _is_weight(factor: Term, total: Term) -> bool:
    """Whether a factor is the entry of a declared array at the index of a sum."""
    return factor.op == "entry" and factor.args[0].op == "symbol" and factor.args[1:] == (symbol(total.symbol),)


def _under_operators(context: Context, below: Term, above: Term) -> Iterator[_Choice]:
    """Known functions of what stands under them in summands, in every mean that declared weights allow."""
    found: dict[tuple[str, Symbol, Term], dict[Term, None]] = {}
    for side in (below, above):
        bound = frozenset(s for t in side.walk() for s in free_symbols(t) if s.type == BOUND)
        for s in side.walk():
            if s.op != "sum" or len(s.args) != 3 or s.args[1] != ONE or s.args[0].shape or free_symbols(s.args[2]) & bound:
                continue
            i = new_index(context, s.args[2])
            for t in s.args[0].walk():
                if t.op in CONVEX and s.symbol in free_symbols(t) and (t.op != "pow" or t.args[1] == number(2)):
                    at = substitute(t.args[0], {s.symbol: symbol(i)})
                    found.setdefault((t.op, i, s.args[2]), {})[at] = None
    for (op, i, size), arguments in found.items():
        quotients = [build("div", ONE, u) for u in arguments] + [build("div", u, v) for u, v in permutations(arguments, 2)]
        for u in (*arguments, *(quotients if op == "log" else ())):
            yield from (_Choice(CONVEX[op], i, size, u, w) for w in _weights(context, size))


def _weights(context: Context, size: Term) -> Iterator[Symbol | None]:
    """What may be weights: vectors and families of numbers of a size, those declared to add up to 1 first, and equal ones."""
    fitting = [s for s in context.symbols.values() if len(s.type.shape) + len(s.type.family) == 1
               and same_size((*s.type.shape, *s.type.family)[0], size)]
    yield from sorted(fitting, key=lambda s: "simplex" not in s.type.attributes)
    yield None


def _of(body: Term, t: Symbol) -> Function:
    return lambda u: substitute(body, {t: u})


def _replaced(term: Term, part: Term, by: Term) -> Term:
    """The term with each occurrence of a part replaced."""
    if term == part:
        return by
    return replace(term, args=tuple(_replaced(a, part, by) for a in term.args)) if term.args else term
