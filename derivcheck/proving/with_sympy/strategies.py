"""What SymPy is asked to do with the difference of two sides.  Runs in SymPy's own process.

A strategy succeeds only where its result is the number 0 itself.  ``equals`` is not among them: it guesses numerically.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import sympy
from sympy.simplify.simplify import nthroot

from derivcheck.kernel.terms import Term
from derivcheck.proving.with_sympy.numbers import ANALYTIC, agreeing
from derivcheck.proving.with_sympy.terms import Expression, Untranslatable, to_sympy

_SPECIAL = (sympy.gamma, sympy.factorial, sympy.binomial)
_TRIGONOMETRIC = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)
_HYPERBOLIC = (sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth)
_UNEVALUATED = (sympy.Sum, sympy.Product, sympy.Derivative, *ANALYTIC)


@dataclass(frozen=True, slots=True)
class Strategy:
    """A way to make 0 of a difference; applies: whether it is worth trying."""

    name: str
    applies: Callable[[Expression], bool]
    run: Callable[[Expression], Expression]


def _always(difference: Expression) -> bool:
    return True


def _has(*kinds: type) -> Callable[[Expression], bool]:
    return lambda difference: bool(difference.has(*kinds))


def _algebraic(difference: Expression) -> bool:
    """Whether the difference is a constant made of rational numbers and roots only."""
    return not difference.free_symbols and all(
        a.is_Rational or a.is_Add or a.is_Mul or (a.is_Pow and a.exp.is_Rational) for a in sympy.preorder_traversal(difference)
    )


def _angle(difference: Expression) -> bool:
    return not difference.free_symbols and bool(difference.has(sympy.atan))


def _minimal_polynomial(difference: Expression) -> Expression:
    """0 where the minimal polynomial of the number is x."""
    x = sympy.Dummy("x")
    return sympy.S.Zero if sympy.minimal_polynomial(difference, x) == x else difference


def _roots(difference: Expression) -> Expression:
    """Roots of sums of surds replaced by sums of surds whose power they are; the power is multiplied out to confirm it."""
    return sympy.expand(difference.replace(
        lambda e: e.is_Pow and e.base.is_Add and e.exp.is_Rational and not e.exp.is_Integer,
        lambda e: nthroot(e.base, e.exp.q) ** e.exp.p,
    ))


def _arctangents(difference: Expression) -> Expression:
    """0 where a sum of arctangents of rational numbers is a multiple of pi over some integer; instances rule out all but 0.

    The sum of ``n*atan(a)`` is, up to multiples of 2*pi, the argument of the product of ``(1 + i*a)**n``.
    """
    parts = [term.as_coeff_Mul() for term in sympy.Add.make_args(sympy.expand(difference))]
    if not all(q.is_Rational and (a is sympy.pi or (a.func is sympy.atan and a.args[0].is_Rational)) for q, a in parts):
        return difference
    scale = sympy.ilcm(1, *(q.q for q, _ in parts))
    product = sympy.S.One
    for q, a in parts:
        if a is not sympy.pi:
            n = int(q * scale)
            product = sympy.expand(product * sympy.expand((1 + sympy.I * sympy.sign(n) * a.args[0]) ** abs(n)))
    return sympy.im(product)


def _reflected(difference: Expression) -> Expression:
    """Gamma functions of rational numbers above 1/2 by those below, so that they cancel."""
    return difference.replace(
        lambda e: e.func is sympy.gamma and e.args[0].is_Rational and sympy.Rational(1, 2) < e.args[0] < 1,
        lambda e: sympy.pi / (sympy.sin(sympy.pi * e.args[0]) * sympy.gamma(1 - e.args[0])),
    )


STRATEGIES = (
    Strategy("expand", _always, sympy.expand),
    Strategy("sqrtdenest", _algebraic, lambda d: sympy.expand(sympy.radsimp(sympy.sqrtdenest(d)))),
    Strategy("nthroot", _algebraic, _roots),
    Strategy("minimal polynomial", _algebraic, _minimal_polynomial),
    Strategy("arctangents", _angle, _arctangents),
    Strategy("gammasimp", _has(*_SPECIAL), lambda d: sympy.gammasimp(_reflected(d.rewrite(sympy.gamma)))),
    Strategy("combsimp", _has(*_SPECIAL), sympy.combsimp),
    Strategy("expand_func", _has(*_SPECIAL), lambda d: sympy.expand(sympy.expand_func(d))),
    Strategy("trigsimp", _has(*_TRIGONOMETRIC, *_HYPERBOLIC), sympy.trigsimp),
    Strategy("logcombine", _has(sympy.log), lambda d: sympy.logcombine(sympy.expand_log(d))),
    Strategy("simplify", lambda d: not _algebraic(d), sympy.simplify),
    Strategy("exponentials", _has(*_TRIGONOMETRIC, *_HYPERBOLIC), lambda d: sympy.simplify(sympy.expand(d.rewrite(sympy.exp)))),
)
"""In the order in which they are tried: what is exact and quick first."""


def settle(left: Term, right: Term) -> tuple[str, int] | None:
    """The name of the strategy that makes 0 of ``left - right``, and at how many points integration or approach in numbers
    agrees with it, for integrals and limits; ``None`` if no strategy does, or the numbers differ."""
    try:
        sides = to_sympy(left), to_sympy(right)
    except Untranslatable:
        return None
    name = _settled(sides[0] - sides[1])
    if name is None:
        return None
    points = agreeing(*sides) if any(side.has(*ANALYTIC) for side in sides) else 0
    return None if points is None else (name, points)


def _settled(difference: Expression) -> str | None:
    evaluated = difference.doit()
    if not _usable(evaluated):
        return None
    acts = sorted({type(e).__name__ for e in difference.atoms(*_UNEVALUATED)})
    names = [_name(branch) for branch in _branches(evaluated)]
    if not names or None in names:
        return None
    used = dict.fromkeys([*acts, *(name for name in names if name)])
    return ", ".join(used) or "evaluation"


def _usable(evaluated: Expression) -> bool:
    """Whether nothing is left unevaluated, and nothing infinite or undefined came in."""
    infinite = (sympy.nan, sympy.zoo, sympy.oo, sympy.S.NegativeInfinity)
    return not evaluated.has(*_UNEVALUATED, *infinite, sympy.exp_polar)


def _branches(evaluated: Expression) -> Iterator[Expression]:
    """The values of a difference by cases; where a case fixes a symbol, its value there.  Undefined ones are left out."""
    folded = sympy.piecewise_fold(evaluated)
    if not isinstance(folded, sympy.Piecewise):
        yield folded
        return
    for value, condition in folded.args:
        there = value
        if isinstance(condition, sympy.Eq) and condition.lhs.is_Symbol:
            there = value.subs(condition.lhs, condition.rhs)
        if not there.has(sympy.nan, sympy.zoo):
            yield there


def _name(difference: Expression) -> str | None:
    """Which strategy makes 0 of the difference: its name, the empty text where it is 0 already, ``None`` if none does."""
    if difference == 0:
        return ""
    for strategy in STRATEGIES:
        if strategy.applies(difference) and _gives_zero(strategy, difference):
            return strategy.name
    return None


def _gives_zero(strategy: Strategy, difference: Expression) -> bool:
    """Whether the result is exactly 0; SymPy raises many kinds of error where it has no method."""
    try:
        return strategy.run(difference) is sympy.S.Zero
    except (NotImplementedError, ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError):
        return False
