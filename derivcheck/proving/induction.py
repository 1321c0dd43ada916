"""Products in closed form by induction, and sums by the binomial theorem: both hand the kernel what has to hold."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.as_reals import holds_as_reals

BY_INDUCTION, BY_BINOMIALS = "induction", "binomial theorem"

INDEX = Type("integer")


def closed_form(claim: Claim) -> str | None:
    """How an equation is proved by induction over the end of its product, or with sums closed by the binomial theorem."""
    if claim.relation != "=" or claim.left.shape or claim.context.definitions:
        return None
    for side, other in ((claim.left, claim.right), (claim.right, claim.left)):
        if side.op == "prod" and _by_induction(claim, side, other):
            return BY_INDUCTION
    sides = [_closed(claim, side) for side in (claim.left, claim.right)]
    if sides == [claim.left, claim.right]:
        return None
    closed = replace(claim, left=sides[0], right=sides[1])
    return BY_BINOMIALS if _proved(closed) else None


def _proved(claim: Claim) -> bool:
    found = Kernel(claim.context).prove(claim)
    return (isinstance(found, Proof) and not found.conditions) or holds_as_reals(claim) is not None


def _by_induction(claim: Claim, product: Term, value: Term) -> bool:
    """Whether a value is that of a product from 1 to a size at 1, and changes by the next factor."""
    if len(product.args) != 3 or product.args[1] != number(1) or product.args[2].op != "symbol":
        return False
    n = product.args[2].symbol
    factor, index = product.args[0], product.symbol
    if n.type.kind not in {"size", "natural"} or n in free_symbols(factor) or claim.context.assumptions:
        return False
    after = build("add", symbol(n), number(1))
    first = replace(claim, left=substitute(value, {n: number(1)}), right=substitute(factor, {index: number(1)}))
    step = replace(claim, left=substitute(value, {n: after}), right=build("mul", value, substitute(factor, {index: after})))
    return _proved(first) and _proved(step)


def _closed(claim: Claim, term: Term) -> Term:
    """The term with each sum over k from 0 to n of ``binomial(n, k)*c*r**k`` as ``c*(1 + r)**n``."""
    if term.op == "sum":
        found = _by_binomial_theorem(claim, term)
        if found is not None:
            return found
    return replace(term, args=tuple(_closed(claim, a) for a in term.args)) if term.args and term.op != "sum" else term


def _by_binomial_theorem(claim: Claim, total: Term) -> Term | None:
    if len(total.args) != 3 or total.args[1] != number(0) or total.shape:
        return None
    body, upper, index = total.args[0], total.args[2], total.symbol
    coefficient = next((t for t in body.walk() if t.op == "binomial" and t.args == (upper, symbol(index))), None)
    if coefficient is None or any(s.type.kind not in {"size", "natural"} for s in free_symbols(upper)):
        return None
    rest = _without(body, coefficient)
    if rest is None or any(t.op == "binomial" and index in free_symbols(t) for t in rest.walk()):
        return None
    start, ratio = (substitute(rest, {index: number(k)}) for k in (0, 1))
    if start == number(0):
        return None
    ratio = build("div", ratio, start)
    k = Symbol(index.name, INDEX)
    if k.name in claim.context.symbols:
        return None
    context = replace(claim.context, symbols={**claim.context.symbols, k.name: k},
                      assumptions=(*claim.context.assumptions, Term("ge", (symbol(k), number(0)))))
    geometric = build("mul", start, build("pow", ratio, symbol(k)))
    found = Kernel(context).prove(Claim(substitute(rest, {index: symbol(k)}), "=", geometric, context))
    if not isinstance(found, Proof) or any(not c.gained for c in found.conditions):
        return None
    return build("mul", start, build("pow", build("add", number(1), ratio), upper))


def _without(body: Term, coefficient: Term) -> Term | None:
    """The other factors of a product."""
    if body == coefficient:
        return number(1)
    if body.op == "mul" and body.args.count(coefficient) == 1:
        others = [a for a in body.args if a != coefficient]
        return build("mul", *others) if len(others) > 1 else others[0]
    if body.op == "mul":
        parts = [(a, _without(a, coefficient)) for a in body.args if any(t == coefficient for t in a.walk())]
        if len(parts) == 1 and parts[0][1] is not None:
            others = [parts[0][1] if a is parts[0][0] else a for a in body.args]
            return build("mul", *others)
    if body.op == "div":
        above = _without(body.args[0], coefficient)
        return None if above is None else build("div", above, body.args[1])
    return None
