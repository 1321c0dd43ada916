"""Equations that turn at small sizes: each of these is looked at on its own, and all larger ones together."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Symbol, Term, free_symbols, is_family, number, substitute, symbol

LARGEST = 6
"""The largest size that is looked at on its own."""

TURNING = frozenset({"min", "max", "abs", "sign", "condition", "delta", "floor", "ceiling", "relu", "cases",
                     "eq", "ne", "lt", "le", "gt", "ge"})


def holds_by_sizes(claim: Claim) -> str | None:
    """How an equation is proved by cases of a size that nothing else is made of; ``None`` if it is not."""
    terms = (claim.left, claim.right)
    if claim.relation not in {"=", "<=", ">=", "<", ">"} or claim.left.shape or claim.context.definitions:
        return None
    if claim.context.assumptions or not any(t.op in TURNING for side in terms for t in side.walk()):
        return None
    symbols = {s for side in terms for s in free_symbols(side)}
    if any(is_family(symbol(s)) or s.type.shape or s.type.kind in {"index", "bound"} for s in symbols):
        return None
    numbers = {t.number for side in terms for t in side.walk() if t.op == "number" and t.number.denominator == 1}
    last = int(max((abs(n) for n in numbers), default=0)) + 1
    sizes = sorted((s for s in symbols if s.type.kind == "size"), key=lambda s: s.name)
    if last > LARGEST:
        return None
    return next((f"for each size {s.name} up to {last}, and all larger ones" for s in sizes if _by(claim, s, last)), None)


def _by(claim: Claim, size: Symbol, last: int) -> bool:
    """Whether the claim is proved for the sizes 1 to last, and for those above."""
    for k in range(1, last + 1):
        at = {size: number(k)}
        special = replace(claim, left=substitute(claim.left, at), right=substitute(claim.right, at))
        if not isinstance(Kernel(claim.context).prove(special), Proof):
            return False
    larger = replace(claim.context, assumptions=(Term("ge", (symbol(size), number(last + 1))),))
    return isinstance(Kernel(larger).prove(replace(claim, context=larger)), Proof)
