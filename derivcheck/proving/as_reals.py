"""Claims about whole numbers as claims about real ones, for functions that are continuous wherever they are defined."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Context, Symbol, Term, free_symbols, substitute, symbol

REAL_KINDS = {"integer": "real", "natural": "positive", "size": "positive"}
"""The kind of the real numbers among which the whole numbers of a kind are."""

CONTINUOUS = frozenset({"number", "symbol", "constant", "add", "neg", "mul", "div", "gamma", "factorial", "binomial", "sqrt",
                        "exp", "log", "sin", "cos"})
"""Functions that are continuous where they are defined, and defined at whole numbers as among the reals."""


def holds_as_reals(claim: Claim) -> str | None:
    """How an equation about whole numbers is proved for real ones; ``None`` if it is not, or says something else for them."""
    symbols = {s for side in (claim.left, claim.right) for s in free_symbols(side)}
    whole = [s for s in symbols if s.type.kind in REAL_KINDS and not s.type.family]
    if claim.relation != "=" or not whole or not _concerns(claim) or any(s.type.shape or s.type.family for s in symbols):
        return None
    if claim.context.definitions or not all(_continuous(t) for side in (claim.left, claim.right) for t in side.walk()):
        return None
    reals = {s: symbol(replace(s, type=replace(s.type, kind=REAL_KINDS[s.type.kind]))) for s in whole}
    left, right = substitute(claim.left, reals), substitute(claim.right, reals)
    declared: dict[str, Symbol] = {s.name: reals[s].symbol if s in reals else s for s in symbols}
    context = Context(symbols=declared)
    outcome = Kernel(context).prove(Claim(left, "=", right, context))
    return f"{outcome.method}, for all real numbers" if isinstance(outcome, Proof) else None


def _concerns(claim: Claim) -> bool:
    return any(t.op in {"gamma", "factorial", "binomial"} for side in (claim.left, claim.right) for t in side.walk())


def _continuous(term: Term) -> bool:
    """Whether an operator varies continuously with real symbols in the place of whole ones."""
    if term.op == "pow":
        base, exponent = term.args
        positive = base.op == "number" and base.number > 0
        return positive or (exponent.op == "number" and exponent.number.denominator == 1)
    return term.op in CONTINUOUS and not term.shape
