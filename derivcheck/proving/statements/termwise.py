"""Inequalities between combinations of sums over one range that hold term by term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.terms import ONE, ZERO, Context, Symbol, Term, number, substitute, symbol
from derivcheck.kernel.vocabulary import build, same_size
from derivcheck.proving.statements.summing import declaring, new_index

TERMWISE = "term by term"

Decide = Callable[[Kernel, Context, Term, Term], str | None]
"""By what one number is at most another."""


@dataclass(slots=True)
class _Gathered:
    """The summands of both sides at one index, and the size up to which they are added."""

    size: Term
    index: Symbol
    below: list[Term] = field(default_factory=list)
    above: list[Term] = field(default_factory=list)

    def add(self, side: Term, factor: Fraction, into: list[Term]) -> bool:
        """Take in multiples of sums, and of the size itself, which is a sum of ones; whether a side is made of such."""
        match side.op:
            case "add":
                return all(self.add(part, factor, into) for part in side.args)
            case "neg":
                return self.add(side.args[0], -factor, into)
            case "mul" if side.args[0].op == "number" and len(side.args) == 2:
                return self.add(side.args[1], factor * side.args[0].number, into)
            case "div" if side.args[1].op == "number" and side.args[1].number:
                return self.add(side.args[0], factor / side.args[1].number, into)
            case "sum" if _counted(side) and same_size(side.args[2], self.size):
                body = substitute(side.args[0], {side.symbol: symbol(self.index)})
                into.append(_multiple(body, factor))
                return True
            case "symbol" if side == self.size and side.symbol.type.kind == "size":
                into.append(number(factor))
                return True
            case "number":
                return not side.number
        return False


def term_by_term(context: Context, below: Term, above: Term, decide: Decide) -> str | None:
    """By what every summand of ``below`` is at most that of ``above``, where both are combinations of sums over one range."""
    sums = [t for side in (below, above) for t in side.walk() if _counted(t)]
    for size in dict.fromkeys(t.args[2] for t in sums):
        gathered = _Gathered(size, new_index(context, size))
        if not gathered.add(below, Fraction(1), gathered.below) or not gathered.add(above, Fraction(1), gathered.above):
            continue
        inside = declaring(context, gathered.index)
        low, high = (build("add", *side) if len(side) > 1 else (side or [ZERO])[0] for side in (gathered.below, gathered.above))
        found = decide(Kernel(inside), inside, low, high)
        return None if found is None else f"{TERMWISE}: {found}"
    return None


def _counted(term: Term) -> bool:
    """Whether a term is a sum of numbers that begins at 1."""
    return term.op == "sum" and len(term.args) == 3 and term.args[1] == ONE and not term.shape


def _multiple(body: Term, factor: Fraction) -> Term:
    if factor == 1:
        return body
    return build("neg", body) if factor == -1 else build("mul", number(factor), body)
