"""Antiderivatives and antidifferences that SymPy proposes, as terms; nothing is trusted, the kernel confirms them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

import sympy
from sympy.concrete.gosper import gosper_term
from sympy.integrals.manualintegrate import manualintegrate

from derivcheck.kernel.terms import Symbol, Term
from derivcheck.kernel.vocabulary import ShapeError
from derivcheck.proving.with_sympy.from_sympy import from_sympy
from derivcheck.proving.with_sympy.problem import NotCovered, Plain, encode
from derivcheck.proving.with_sympy.terms import Expression, Untranslatable, to_sympy

MOST = 6
"""How many antiderivatives are proposed."""


def propose(integrand: Term, variable: Symbol) -> list[Plain]:
    """Antiderivatives of a function by a symbol, as plain data."""
    symbols = {t.symbol.name: t.symbol for t in integrand.walk() if t.op in {"symbol", "apply"}}
    f, x = to_sympy(integrand), to_sympy(Term("symbol", (), variable))
    found: dict[str, Plain] = {}
    for expression in chain.from_iterable(_tried(way, f, x) for way in (manualintegrate, sympy.integrate)):
        try:
            plain = encode(from_sympy(expression, symbols))
        except (Untranslatable, NotCovered, ShapeError):
            continue
        found[str(plain)] = plain
        if len(found) == MOST:
            break
    return sorted(found.values(), key=lambda plain: ("'abs'" in str(plain), len(str(plain))))


def antidifferences(summand: Term, index: Symbol) -> list[Plain]:
    """Functions whose change from one integer to the next is the summand (Gosper's algorithm), as plain data."""
    symbols = {t.symbol.name: t.symbol for t in summand.walk() if t.op in {"symbol", "apply"}}
    f, k = to_sympy(summand), to_sympy(Term("symbol", (), index))
    found = []
    for expression in _tried(_by_gosper, f, k):
        try:
            found.append(encode(from_sympy(expression, symbols)))
        except (Untranslatable, NotCovered, ShapeError):
            continue
    return found


def _by_gosper(f: Expression, k: Expression) -> Expression:
    """Gosper's term by term, and of the whole where a term has none."""
    whole = gosper_term(f, k)
    if whole is not None:
        return sympy.simplify(f * whole)
    total = sympy.S.Zero
    for part in sympy.Add.make_args(sympy.expand(f)):
        factor = gosper_term(part, k)
        if factor is None:
            raise NotImplementedError
        total += sympy.simplify(part * factor)
    return total


def _tried(way: Callable[[Expression, Expression], Expression], f: Expression, x: Expression) -> Iterable[Expression]:
    """What a way of integrating comes to, case by case; SymPy raises many kinds of error where it has no method."""
    try:
        result = way(f, x)
    except (NotImplementedError, ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError):
        return []
    folded = sympy.piecewise_fold(result)
    branches = [value for value, _ in folded.args] if isinstance(folded, sympy.Piecewise) else [folded]
    return [b for b in branches if not b.has(sympy.Integral, sympy.nan, sympy.zoo, sympy.I)]
