"""Signs that the form of a term shows and its normal form hides: of sums of squares, of products of such."""

from __future__ import annotations

from derivcheck.kernel.normal.definite import definiteness, quadratic_form
from derivcheck.kernel.normal.index_rules import hull
from derivcheck.kernel.normal.normal_form import Bindings, Normaliser
from derivcheck.kernel.normal.polynomials import variable
from derivcheck.kernel.normal.signs import NEGATED, sign_of
from derivcheck.kernel.terms import Term

ABOVE = frozenset({"+", "0+", "0"})
BELOW = frozenset({"-", "0-", "0"})
AWAY = {"0+": "+", "0-": "-"}
"""The sign of what is not zero, as a divisor is where there is a quotient."""


def shown_sign(n: Normaliser, term: Term, env: Bindings | None = None) -> str | None:
    """The sign of a real scalar wherever it is defined, as ``sign_of``; raises as the normaliser does."""
    env = env or {}
    if n.alg.complex or term.shape:
        return None
    match term.op:
        case "sum":
            return _of_sum(n, term, env)
        case "add":
            signs = [shown_sign(n, a, env) for a in term.args]
            side = _one_side(signs)
            return AWAY[side] if side in AWAY and (AWAY[side] in signs) else side
        case "neg":
            return NEGATED.get(shown_sign(n, term.args[0], env) or "")
        case "mul":
            return _product([shown_sign(n, a, env) for a in term.args])
        case "div":
            top, bottom = (shown_sign(n, a, env) for a in term.args)
            return _product([top, AWAY.get(bottom or "", bottom)])
        case "pow" if _even(term.args[1]):
            return "+" if shown_sign(n, term.args[0], env) in {"+", "-", "n"} else "0+"
        case "det" | "tr" if term.args[0].shape and (form := definiteness(n, term.args[0], env)):
            return form
        case "matmul" if (form := quadratic_form(n, term, env)):
            return form
        case _:
            return sign_of(n.alg, n.scalar(term, env))


def _of_sum(n: Normaliser, term: Term, env: Bindings) -> str | None:
    """The sign of the summand at every index of the range, of which there may be none."""
    lower, upper = (n.scalar(end, env) for end in term.args[1:3])
    v = n.alg.fresh(hull(n, lower, least=True), hull(n, upper, least=False))
    try:
        return _one_side([shown_sign(n, term.args[0], {**env, term.symbol: variable(v)})])
    finally:
        n.alg.close()


def _one_side(signs: list[str | None]) -> str | None:
    """The sign of a sum of values of known signs, if these do not differ."""
    if ABOVE.issuperset(signs):
        return "0+"
    return "0-" if BELOW.issuperset(signs) else None


def _product(signs: list[str | None]) -> str | None:
    if "0" in signs:
        return "0"
    if None in signs or ("n" in signs and {"0+", "0-"} & set(signs)):
        return None
    if "n" in signs:
        return "n"
    negative = sum(s in {"-", "0-"} for s in signs) % 2 == 1
    return ("0" if {"0+", "0-"} & set(signs) else "") + ("-" if negative else "+")


def _even(exponent: Term) -> bool:
    return exponent.op == "number" and exponent.number.denominator == 1 and exponent.number % 2 == 0
