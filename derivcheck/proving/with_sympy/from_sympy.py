"""SymPy's expressions as terms, each name what the declarations say it is.  Importing this module imports SymPy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction

import sympy
from sympy.core.function import AppliedUndef
from sympy.matrices.expressions.matexpr import MatrixElement

from derivcheck.kernel.terms import BOUND, VARIABLE, Symbol, Term, Type, number, symbol
from derivcheck.kernel.vocabulary import ShapeError, build, build_diff
from derivcheck.proving.with_sympy.terms import ASSUMPTIONS, NAMED, Expression, Untranslatable

_FUNCTIONS = {function: name for name, function in NAMED.items()} | {sympy.binomial: "binomial", sympy.KroneckerDelta: "delta"}
_CONSTANTS = {sympy.pi: "pi", sympy.E: "e", sympy.I: "i", sympy.oo: "oo"}
_LOGIC = {
    sympy.Eq: "eq", sympy.Ne: "ne", sympy.StrictLessThan: "lt", sympy.LessThan: "le", sympy.StrictGreaterThan: "gt",
    sympy.GreaterThan: "ge", sympy.And: "and", sympy.Or: "or", sympy.Not: "not",
}
_MATRICES = {
    sympy.Transpose: "transpose", sympy.Trace: "tr", sympy.Determinant: "det", sympy.HadamardProduct: "hadamard",
    sympy.MatPow: "pow", sympy.Identity: "eye",
}


def from_sympy(expression: Expression, symbols: Mapping[str, Symbol], layout: str = "mixed") -> Term:
    """The term that a SymPy expression stands for; raises ``Untranslatable``, also for names that are not declared."""
    if isinstance(expression, int | Fraction):
        return number(expression)
    if not isinstance(expression, sympy.Basic | sympy.MatrixBase):
        raise Untranslatable(f"{type(expression).__name__} is neither text nor a SymPy expression")
    try:
        return _Reading(symbols, layout).term(expression)
    except ShapeError as error:
        raise Untranslatable(str(error)) from None


class _Reading:
    """One expression being read; bound: the symbols that binders around the piece at hand introduce."""

    def __init__(self, symbols: Mapping[str, Symbol], layout: str) -> None:
        self.symbols = symbols
        self.layout = layout
        self.bound: dict[Expression, Symbol] = {}

    def term(self, e: Expression) -> Term:
        for kinds, read in _READERS:
            if isinstance(e, kinds):
                return read(self, e)
        if e in _CONSTANTS:
            return self._constant(_CONSTANTS[e])
        name = _FUNCTIONS.get(e.func) or _LOGIC.get(e.func) or _MATRICES.get(e.func)
        if name is None:
            raise Untranslatable(f"{type(e).__name__} has no counterpart; write this step as text")
        return build(name, *map(self.term, e.args))

    def _constant(self, name: str) -> Term:
        if name in self.symbols:
            raise Untranslatable(f"{name} is declared here, so SymPy's constant cannot be written; declare it by another name")
        return Term("constant", (), name)

    def _number(self, e: Expression) -> Term:
        return number(Fraction(int(e.p), int(e.q)))

    def _float(self, e: Expression) -> Term:
        raise Untranslatable(f"{e} is a float, which is not exact: write a Rational")

    def _symbol(self, e: Expression) -> Term:
        if e in self.bound:
            return symbol(self.bound[e])
        it = self._declared(e.name)
        if isinstance(e, sympy.Symbol):
            self._agrees(e, it)
        return symbol(it)

    def _declared(self, name: str) -> Symbol:
        if name not in self.symbols:
            raise Untranslatable(f"{name} is not declared; add it to symbols, such as {name}: real")
        return self.symbols[name]

    def _agrees(self, e: Expression, it: Symbol) -> None:
        """SymPy has simplified by what it knows of the symbol, so no more than the declaration may have been known."""
        known = sympy.Symbol(it.name, **ASSUMPTIONS.get(it.type.kind, {})).assumptions0
        more = [fact for fact, value in e.assumptions0.items() if known.get(fact) != value]
        if more:
            raise Untranslatable(f"SymPy takes {it.name} for {more[-1]}, but it is declared as {it.type.kind}")

    def _add(self, e: Expression) -> Term:
        return build("add", *map(self._signed, e.as_ordered_terms()))

    def _signed(self, e: Expression) -> Term:
        negative = bool(e.could_extract_minus_sign()) and not e.is_Add
        return build("neg", self.term(-e)) if negative else self.term(e)

    def _mul(self, e: Expression) -> Term:
        coefficient, _ = e.as_coeff_Mul()
        if coefficient.is_negative:
            return build("neg", self.term(-e))
        over: list[Expression] = []
        under: list[Expression] = []
        for factor in e.as_ordered_factors():
            if factor.is_Rational and factor.q != 1:
                over += [sympy.Integer(factor.p)] if factor.p != 1 else []
                under.append(sympy.Integer(factor.q))
                continue
            inverse = factor.is_Pow and factor.exp.is_Rational and factor.exp.is_negative
            (under if inverse else over).append(1 / factor if inverse else factor)
        top = self._product(over or [sympy.S.One])
        return build("div", top, self._product(under)) if under else top

    def _product(self, factors: Sequence[Expression]) -> Term:
        terms = [self.term(f) for f in factors]
        return terms[0] if len(terms) == 1 else build("mul", *terms)

    def _pow(self, e: Expression) -> Term:
        if e.exp == sympy.Rational(1, 2):
            return build("sqrt", self.term(e.base))
        if e.exp.is_Rational and e.exp.is_negative:
            return build("div", number(1), self.term(1 / e))
        return build("pow", self.term(e.base), self.term(e.exp))

    def _apply(self, e: Expression) -> Term:
        return build("apply", *map(self.term, e.args), data=self._declared(e.func.__name__))

    def _range(self, e: Expression) -> Term:
        return self._binder("sum" if isinstance(e, sympy.Sum) else "prod", e.function, e.limits, BOUND)

    def _integral(self, e: Expression) -> Term:
        if any(len(limits) != 3 for limits in e.limits):
            raise Untranslatable("an indefinite integral has no counterpart; write this step as text")
        return self._binder("integrate", e.function, e.limits, VARIABLE)

    def _binder(self, op: str, body: Expression, limits: Sequence[Expression], kind: Type) -> Term:
        """Nested binders; SymPy names the innermost first."""
        if not limits:
            return self.term(body)
        *inner, (variable, lower, upper) = limits
        around = body.free_symbols.union(*(limit.free_symbols for limit in inner)) - {variable}
        it = Symbol(_fresh(variable, around), kind)
        return self._under(op, it, variable, lambda: self._binder(op, body, inner, kind), lower, upper)

    def _limit(self, e: Expression) -> Term:
        body, variable, point, direction = e.args
        side = {"+": (sympy.S.One,), "-": (sympy.S.NegativeOne,)}.get(str(direction), ()) if point.is_finite else ()
        it = Symbol(_fresh(variable, body.free_symbols - {variable}), VARIABLE)
        return self._under("limit", it, variable, lambda: self.term(body), point, *side)

    def _under(self, op: str, it: Symbol, variable: Expression, read: Callable[[], Term], *outside: Expression) -> Term:
        rest = [self.term(a) for a in outside]
        around, self.bound = self.bound, {**self.bound, variable: it}
        inside = read()
        self.bound = around
        return build(op, inside, *rest, data=it)

    def _derivative(self, e: Expression) -> Term:
        body = self.term(e.expr)
        for variable, times in e.variable_count:
            for _ in range(int(times)):
                body = build_diff(body, self.term(variable), self.layout)
        return body

    def _piecewise(self, e: Expression) -> Term:
        parts: list[Term] = []
        for value, condition in e.args:
            parts.append(self.term(value))
            if condition != sympy.true:
                parts.append(self.term(condition))
        return build("cases", *parts)

    def _truth(self, e: Expression) -> Term:
        return build("true" if e else "false")

    def _indexed(self, e: Expression) -> Term:
        return build("entry", symbol(self._declared(e.base.label.name)), *map(self.term, e.indices))

    def _element(self, e: Expression) -> Term:
        """SymPy counts the rows and columns of a matrix from 0."""
        return build("entry", self.term(e.parent), *(self.term(i + 1) for i in e.indices))

    def _inverse(self, e: Expression) -> Term:
        return build("inv", self.term(e.arg))

    def _literal(self, e: Expression) -> Term:
        rows = [build("vector", *map(self.term, row)) for row in e.tolist()]
        return build("vector", *(row.args[0] for row in rows)) if e.cols == 1 else build("matrix", *rows)

    def _matmul(self, e: Expression) -> Term:
        coefficient, factors = e.as_coeff_matrices()
        product = self.term(factors[0])
        for factor in factors[1:]:
            product = build("matmul", product, self.term(factor))
        return product if coefficient == 1 else build("mul", self.term(coefficient), product)

    def _matadd(self, e: Expression) -> Term:
        return build("add", *map(self.term, e.args))


def _fresh(variable: Expression, around: Iterable[Expression]) -> str:
    """The name of a bound symbol: not that of another symbol around it, which the text could not tell from it."""
    name, taken = variable.name, {str(s) for s in around}
    while name in taken:
        name += "_"
    return str(name)


_Reader = Callable[[_Reading, Expression], Term]
_READERS: tuple[tuple[type | tuple[type, ...], _Reader], ...] = (
    (sympy.Rational, _Reading._number),
    (sympy.Float, _Reading._float),
    ((sympy.Symbol, sympy.MatrixSymbol), _Reading._symbol),
    (sympy.MatrixBase, _Reading._literal),
    (sympy.Inverse, _Reading._inverse),
    (sympy.MatMul, _Reading._matmul),
    (sympy.MatAdd, _Reading._matadd),
    (sympy.Add, _Reading._add),
    (sympy.Mul, _Reading._mul),
    (sympy.Pow, _Reading._pow),
    (AppliedUndef, _Reading._apply),
    ((sympy.Sum, sympy.Product), _Reading._range),
    (sympy.Integral, _Reading._integral),
    (sympy.Limit, _Reading._limit),
    (sympy.Derivative, _Reading._derivative),
    (sympy.Piecewise, _Reading._piecewise),
    (sympy.Indexed, _Reading._indexed),
    (MatrixElement, _Reading._element),
    ((sympy.logic.boolalg.BooleanTrue, sympy.logic.boolalg.BooleanFalse), _Reading._truth),
)
"""Expressions that are more than an operator and its arguments."""
