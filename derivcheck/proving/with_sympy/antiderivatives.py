"""Antiderivatives that SymPy proposes, as terms; nothing is trusted of them, the kernel differentiates them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain

import sympy
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
    return list(found.values())


def _tried(way: Callable[[Expression, Expression], Expression], f: Expression, x: Expression) -> Iterable[Expression]:
    """What a way of integrating comes to, case by case; SymPy raises many kinds of error where it has no method."""
    try:
        result = way(f, x)
    except (NotImplementedError, ValueError, TypeError, AttributeError, ArithmeticError, LookupError, RecursionError):
        return []
    folded = sympy.piecewise_fold(result)
    branches = [value for value, _ in folded.args] if isinstance(folded, sympy.Piecewise) else [folded]
    return [b for b in branches if not b.has(sympy.Integral, sympy.nan, sympy.zoo, sympy.I)]
