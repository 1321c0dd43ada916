"""Sums over a range and what is proved of their summands at an index of it."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import BOUND, ONE, Claim, Context, Symbol, Term, Type, substitute, symbol


def full_size(term: Term) -> Term | None:
    """The size up to which a term is a sum from 1; ``None`` for any other term."""
    if term.op != "sum" or len(term.args) != 3 or term.args[1] != ONE:
        return None
    upper = term.args[2]
    return upper if upper.op == "symbol" and upper.symbol.type.kind == "size" else None


def new_index(context: Context, size: Term) -> Symbol:
    """An index of a range under a name that nothing has."""
    name = "i_"
    while name in context.symbols:
        name += "_"
    return Symbol(name, Type("index", upper=size))


def declaring(context: Context, it: Symbol) -> Context:
    """The context in which one more symbol is declared."""
    return replace(context, symbols={**context.symbols, it.name: it})


def summed(body: Term, i: Symbol, size: Term) -> Term:
    """The sum of a body over all values of an index."""
    bound = Symbol(i.name, BOUND)
    return Term("sum", (substitute(body, {i: symbol(bound)}), ONE, size), bound)


def proved(kernel: Kernel, context: Context, left: Term, relation: str, right: Term) -> bool:
    """Whether the kernel proves a claim without conditions."""
    outcome = kernel.prove(Claim(left, relation, right, context))
    return isinstance(outcome, Proof) and not outcome.conditions
