"""Terms to SymPy's expressions and back.  Importing this module imports SymPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import sympy

from derivcheck.kernel.terms import Symbol, Term

Expression: TypeAlias = Any
"""A SymPy expression; SymPy is not typed."""


class Untranslatable(Exception):
    """An expression has no counterpart; the message says what is in the way."""


ASSUMPTIONS: dict[str, dict[str, bool]] = {
    "real": {"real": True},
    "positive": {"positive": True},
    "nonnegative": {"nonnegative": True},
    "negative": {"negative": True},
    "nonzero": {"real": True, "nonzero": True},
    "integer": {"integer": True},
    "natural": {"integer": True, "positive": True},
    "sign": {"integer": True, "nonzero": True},
    "complex": {"complex": True},
    "size": {"integer": True, "positive": True},
    "index": {"integer": True, "positive": True},
}
"""What SymPy is told about a symbol of each kind."""

_FROM_ONE = frozenset({"natural", "size", "index"})

_CONSTANTS: dict[str, Expression] = {"pi": sympy.pi, "e": sympy.E, "i": sympy.I, "oo": sympy.oo}

NAMED: dict[str, Callable[..., Expression]] = {
    "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "abs": sympy.Abs, "sign": sympy.sign, "sin": sympy.sin,
    "cos": sympy.cos, "tan": sympy.tan, "cot": sympy.cot, "sec": sympy.sec, "csc": sympy.csc, "sinh": sympy.sinh,
    "cosh": sympy.cosh, "tanh": sympy.tanh, "coth": sympy.coth, "sech": sympy.sech, "csch": sympy.csch, "asin": sympy.asin,
    "acos": sympy.acos, "atan": sympy.atan, "acot": sympy.acot, "asec": sympy.asec, "acsc": sympy.acsc, "asinh": sympy.asinh,
    "acosh": sympy.acosh, "atanh": sympy.atanh, "acoth": sympy.acoth, "asech": sympy.asech, "acsch": sympy.acsch,
    "erf": sympy.erf, "gamma": sympy.gamma, "factorial": sympy.factorial, "floor": sympy.floor, "ceiling": sympy.ceiling,
    "min": sympy.Min, "max": sympy.Max, "re": sympy.re, "im": sympy.im, "conj": sympy.conjugate,
}
"""Operators that are SymPy functions with the same values wherever ours are defined."""

_FORMED: dict[str, Callable[..., Expression]] = {
    "add": lambda *a: sympy.Add(*a),
    "mul": lambda *a: sympy.Mul(*a),
    "neg": lambda a: -a,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
    "cbrt": lambda a: sympy.sign(a) * sympy.Abs(a) ** sympy.Rational(1, 3),
    "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)),
    "relu": lambda a: sympy.Max(a, 0),
    "binomial": lambda n, k: _binomial(n, k),
}


def _binomial(n: Expression, k: Expression) -> Expression:
    """SymPy rewrites binomial coefficients by gamma functions, which is right unless n is a negative integer."""
    if not n.is_nonnegative and not k.is_Integer:
        raise Untranslatable("a binomial coefficient of what may be a negative integer")
    return sympy.binomial(n, k)


def to_sympy(term: Term) -> Expression:
    """The term as a SymPy expression, binders unevaluated; raises ``Untranslatable``."""
    return _Translation().expression(term)


class _Translation:
    """Keeps what the symbols in scope are, and the least value of those that have one."""

    def __init__(self) -> None:
        self.bound: dict[Symbol, Expression] = {}
        self.least: dict[Expression, Expression] = {}

    def expression(self, term: Term) -> Expression:
        match term.op:
            case "number":
                return sympy.Rational(term.number.numerator, term.number.denominator)
            case "constant":
                return _CONSTANTS[str(term.data)]
            case "symbol":
                return self._symbol(term.symbol)
            case "sum" | "prod":
                return self._range(term)
            case "integrate" | "limit":
                return self._analysis(term)
            case "diff":
                return sympy.Derivative(*map(self.expression, term.args))
            case "apply":
                return sympy.Function(term.symbol.name, real=True)(*map(self.expression, term.args))
        make = NAMED.get(term.op) or _FORMED.get(term.op)
        if make is None:
            raise Untranslatable(f"{term.op} has no counterpart in SymPy")
        return make(*map(self.expression, term.args))

    def _symbol(self, it: Symbol) -> Expression:
        if it in self.bound:
            return self.bound[it]
        if it.type.kind not in ASSUMPTIONS:
            raise Untranslatable(f"{it.name} has no counterpart in SymPy")
        made = sympy.Symbol(it.name, **ASSUMPTIONS[it.type.kind])
        if it.type.kind in _FROM_ONE:
            self.least[made] = sympy.S.One
        return made

    def _range(self, term: Term) -> Expression:
        """A sum or product; SymPy counts backwards where a range ends long before it starts, so none such is allowed."""
        body, lower, upper = term.args
        first, last = self.expression(lower), self.expression(upper)
        if not self._never_negative(last - first + 1):
            raise Untranslatable("a range may end before it starts")
        index = sympy.Dummy(term.symbol.name, integer=True)
        if first.is_Integer:
            self.least[index] = first
        inside = self._under(term.symbol, index, body)
        return (sympy.Sum if term.op == "sum" else sympy.Product)(inside, (index, first, last))

    def _never_negative(self, length: Expression) -> bool:
        """Whether a length is at least 0 at all values from the least ones up: then all its coefficients there are."""
        if not length.free_symbols <= set(self.least) or not length.is_finite:
            return False
        shifted = sympy.expand(length.subs({s: s + self.least[s] for s in length.free_symbols}, simultaneous=True))
        form = sympy.Poly(shifted, *sorted(shifted.free_symbols, key=str)) if shifted.free_symbols else None
        return bool(shifted >= 0) if form is None else all(c >= 0 for c in form.coeffs())

    def _analysis(self, term: Term) -> Expression:
        if term.data is None:
            raise Untranslatable("an indefinite integral is known only up to a constant")
        variable = sympy.Dummy(term.symbol.name, real=True)
        body = self._under(term.symbol, variable, term.args[0])
        rest = [self.expression(a) for a in term.args[1:]]
        if term.op == "integrate":
            return sympy.Integral(body, (variable, *rest))
        sides = ("+" if rest[1] > 0 else "-") if len(rest) == 2 else "+-" if rest[0].is_finite else "+"
        return sympy.Limit(body, variable, rest[0], sides)

    def _under(self, it: Symbol, variable: Expression, body: Term) -> Expression:
        around, self.bound = self.bound, {**self.bound, it: variable}
        inside = self.expression(body)
        self.bound = around
        return inside
