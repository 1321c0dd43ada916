"""Terms into polynomials: the entry of a term at given indices, in normal form.

Arrays never appear: ``(A @ B)[i, k]`` is Σ_j A[i, j] B[j, k], ``softmax(z)[k]`` is exp(z[k]) / Σ_j exp(z[j]), and two
arrays are equal when their entries are, for free indices.  Definitions expand where they stand, with the scope of the
place where they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from derivcheck.kernel.arrays import Template, determinant, inverse_entry, opaque, template
from derivcheck.kernel.atoms import (
    KINDS,
    absolute_power,
    at_least_zero,
    condition,
    delta,
    derivative,
    exponential,
    function,
    integer_valued,
    logarithm,
    power,
    signum,
)
from derivcheck.kernel.arrays import ARRAY_KINDS
from derivcheck.kernel.constants import constant_sign
from derivcheck.kernel.entries import ENTRY, STRUCTURED, entry
from derivcheck.kernel.outcome import Budget
from derivcheck.kernel.polynomials import (
    UNIT,
    VARIABLES,
    Algebra,
    Poly,
    PolyKey,
    Target,
    Unsupported,
    constant,
    constant_value,
    freeze,
)
from derivcheck.kernel.sums import SUM_KINDS, indexed_product, summation
from derivcheck.kernel.terms import ONE, Context, Shape, Symbol, Term, free_symbols

ALL_KINDS = {**KINDS, **SUM_KINDS, **ARRAY_KINDS, "entry": ENTRY}


@dataclass(frozen=True, slots=True)
class Closure:
    """An array passed to a defined function: a term with the bindings of the place where it was written."""

    term: Term
    bindings: Bindings


Bindings: TypeAlias = "Mapping[Symbol, Poly | Closure]"


def axes(shape: Shape) -> Shape:
    """The sizes that an entry's indices run over; a row has one."""
    return shape[1:] if len(shape) == 2 and shape[0] == ONE else shape


@dataclass(slots=True)
class Normaliser:
    """Normal forms under one context; remembers what it has done."""

    context: Context
    alg: Algebra
    remembered: dict[object, Poly] = field(default_factory=dict)
    scoped: dict[Term, tuple[Symbol, ...]] = field(default_factory=dict)

    def entry(self, term: Term, indices: tuple[Poly, ...] = (), bindings: Bindings | None = None) -> Poly:
        """The normal form of the entry of ``term`` at ``indices`` (as many as ``axes`` of its shape).

        Raises ``Unsupported``, ``Undefined`` or ``OutOfBudget``.
        """
        bindings = bindings or {}
        local = tuple((s, self._key(bindings[s])) for s in self._bound_in(term) if s in bindings)
        memo = (term, tuple(map(freeze, indices)), local, self.alg.blocked)
        found = self.remembered.get(memo)
        if found is None:
            self.alg.budget.spend()
            rule = RULES.get(term.op)
            if rule is None:
                raise Unsupported(f"{term.op} has no rule in the kernel")
            found = rule(self, term, indices, bindings)
            self.remembered[memo] = found
        return found

    def _key(self, value: Poly | Closure) -> object:
        if isinstance(value, Closure):
            return (value.term, tuple((s, self._key(v)) for s, v in value.bindings.items()))
        return freeze(value)

    def _bound_in(self, term: Term) -> tuple[Symbol, ...]:
        found = self.scoped.get(term)
        if found is None:
            local = (s for s in free_symbols(term) if s.type.kind in {"bound", "variable"})
            found = self.scoped[term] = tuple(sorted(local, key=lambda s: s.name))
        return found

    def scalar(self, term: Term, bindings: Bindings) -> Poly:
        """The normal form of a scalar term."""
        return self.entry(term, (), bindings)

    def open(self, size: Term, bindings: Bindings) -> Poly:
        """A fresh index over 1..size; the caller closes it."""
        return variable(self.alg.fresh(constant(1), self.scalar(size, bindings)))

    def real_only(self, p: Poly, what: str) -> Poly:
        """``p``, which must be real for the rules for ``what`` to hold."""
        if self.alg.complex and not self.alg.real(p):
            raise Unsupported(f"{what} of a complex value")
        return p


def variable(number: int) -> Poly:
    """An index variable as a polynomial."""
    return {((number, 1),): fmpq(1)}


def the_variable(p: Poly) -> int:
    """The index variable that ``variable`` made a polynomial of."""
    ((((number, _),), _),) = p.items()
    return number


Rule: TypeAlias = Callable[[Normaliser, Term, tuple[Poly, ...], "Bindings"], Poly]


# -- leaves ------------------------------------------------------------------------------------------------------------


def _number(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    value = term.number
    return constant(fmpq(value.numerator, value.denominator)) if value else {}


def _constant(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    match term.data:
        case "pi":
            return n.alg.atom(("pi",))
        case "i":
            return n.alg.atom(("i",))
        case "e":
            return exponential(n.alg, constant(1))
        case other:
            raise Unsupported(f"{other} is not a number")


def _symbol(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    it = term.symbol
    bound = env.get(it)
    if isinstance(bound, Closure):
        return n.entry(bound.term, indices, bound.bindings)
    if bound is not None:
        return bound
    definition = n.context.definitions.get(it.name)
    if definition is not None and definition.symbol == it:
        count = len(definition.parameters)
        if count == 0:
            return n.entry(definition.body, indices)
        inner = dict(zip(definition.parameters, indices[:count], strict=True))
        return n.entry(definition.body, indices[count:], inner)
    match it.type.kind:
        case "size":
            return n.alg.atom(("size", it.name))
        case "index" if not indices:
            return index_variable(n, it)
        case "bound":
            raise Unsupported(f"the index {it.name} is free")
        case _:
            return entry(n.alg, it.name, indices)


def index_variable(n: Normaliser, it: Symbol) -> Poly:
    """A declared index as a variable with its range."""
    number = n.alg.intern(("index", it.name))
    if number not in n.alg.ranges and it.type.upper is not None:
        n.alg.ranges[number] = (constant(1), n.scalar(it.type.upper, {}))
    return n.alg.index_values.get(number) or variable(number)


def _entry(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    array, *places = term.args
    here = tuple(n.scalar(p, env) for p in places)
    for p in here:
        if not integer_valued(n.alg, p):
            raise Unsupported("an index that is not an integer")
    shape = array.shape
    if len(here) == 2 and len(shape) == 2 and shape[0] == ONE:
        here = here[1:]
    return n.entry(array, here + indices, env)


# -- arithmetic ----------------------------------------------------------------------------------------------------------


def _add(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.alg.add(*(n.entry(a, indices, env) for a in term.args))


def _neg(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.alg.scale(n.entry(term.args[0], indices, env), -1)


def _mul(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.alg.product(*(n.entry(a, indices if a.shape else (), env) for a in term.args))


def _div(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    top, bottom = term.args
    return n.alg.multiply(n.entry(top, indices, env), n.alg.power(n.scalar(bottom, env), -1))


def _pow(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    base, exponent = term.args
    e = n.scalar(exponent, env)
    if base.shape:
        return _matrix_power(n, term, indices, env, e)
    root = _rational_root(base)
    whole = constant_value(e)
    if root is not None and whole is not None and whole.q == 1:
        inside, q = root
        together = q * int(whole.p)
        if together.denominator == 1 and not n.alg.complex:
            return n.alg.power(n.scalar(inside, env), together.numerator)
    return power(n.alg, n.scalar(base, env), e)


def _rational_root(term: Term) -> tuple[Term, Fraction] | None:
    """x and q where the term is x**q with a fixed q that is not whole."""
    if term.op == "sqrt":
        return term.args[0], Fraction(1, 2)
    if term.op == "pow" and (q := _rational(term.args[1])) is not None and q.denominator != 1:
        return term.args[0], q
    return None


def _rational(term: Term) -> Fraction | None:
    match term.op:
        case "number":
            return term.number
        case "neg" if (q := _rational(term.args[0])) is not None:
            return -q
        case "div":
            p, q = _rational(term.args[0]), _rational(term.args[1])
            return p / q if p is not None and q else None
        case _:
            return None


def _matrix_power(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings, e: Poly) -> Poly:
    value = constant_value(e)
    if value is None or value.q != 1 or abs(int(value.p)) > 12:
        raise Unsupported("a matrix power that is not a small whole number")
    base, k = term.args[0], int(value.p)
    if k == 0:
        return delta(n.alg, n.alg.subtract(*indices))
    if k < 0:
        return _inverse_of_product(n, [base] * -k, indices, env)
    return _product_chain(n, [base] * k, indices, env)


def _product_chain(n: Normaliser, factors: Sequence[Term], indices: tuple[Poly, ...], env: Bindings) -> Poly:
    if len(factors) == 1:
        return n.entry(factors[0], indices, env)
    j = n.open(factors[0].shape[1], env)
    try:
        head = n.entry(factors[0], (indices[0], j), env)
        body = n.alg.multiply(head, _product_chain(n, factors[1:], (j, indices[1]), env))
        return summation(n.alg, the_variable(j), body)
    finally:
        n.alg.close()


def _matmul(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    a, b = term.args
    rows = 0 if len(a.shape) == 2 and a.shape[0] == ONE else 1
    left, right = indices[:rows], indices[rows:]
    if len(a.shape) == 1:
        return n.alg.multiply(n.entry(a, left, env), n.entry(b, right, env))
    j = n.open(a.shape[1], env)
    try:
        first = n.entry(a, (*left, j), env)
        second = n.entry(b, right if len(b.shape) == 2 and b.shape[0] == ONE else (j, *right), env)
        return summation(n.alg, the_variable(j), n.alg.multiply(first, second))
    finally:
        n.alg.close()


def _transpose(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.entry(term.args[0], indices[::-1], env)


# -- sums, products, conditions --------------------------------------------------------------------------------------------


def _sum(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _indexed(n, term, indices, env, summation)


def _prod(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _indexed(n, term, indices, env, indexed_product)


def _indexed(
    n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings, combine: Callable[[Algebra, int, Poly], Poly]
) -> Poly:
    body, lower_term, upper_term, *conditions = term.args
    lower, upper = n.scalar(lower_term, env), n.scalar(upper_term, env)
    for end in (lower, upper):
        if not integer_valued(n.alg, end):
            raise Unsupported("a range whose ends are not integers")
    length = constant_value(n.alg.subtract(upper, lower))
    if length is not None and length < 12:
        return _term_by_term(n, term, indices, env, lower, int(length))
    low, high = _hull(n, lower, least=True), _hull(n, upper, least=False)
    v = n.alg.fresh(low, high)
    try:
        inner = {**env, term.symbol: variable(v)}
        value = n.entry(body, indices, inner)
        if combine is indexed_product and conditions and n.alg.sign(value) == "+" and n.alg.real(value):
            exponent = n.alg.product(logarithm(n.alg, value), *(indicator(n, c, inner) for c in conditions))
            return exponential(n.alg, summation(n.alg, v, exponent))
        switch = n.alg.product(
            at_least_zero(n.alg, n.alg.subtract(variable(v), lower)),
            at_least_zero(n.alg, n.alg.subtract(upper, variable(v))),
            *(indicator(n, c, inner) for c in conditions),
        )
        return combine(n.alg, v, _switched(n, term.op, switch, value))
    finally:
        n.alg.close()


def _switched(n: Normaliser, op: str, switch: Poly, value: Poly) -> Poly:
    """The body where the index is admitted, and the neutral element elsewhere."""
    if op == "sum" or switch == constant(1):
        return n.alg.multiply(switch, value)
    return n.alg.add(constant(1), n.alg.multiply(switch, n.alg.subtract(value, constant(1))))


def _term_by_term(
    n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings, lower: Poly, length: int
) -> Poly:
    body, _, _, *conditions = term.args
    total = constant(0 if term.op == "sum" else 1)
    for step in range(length + 1):
        inner = {**env, term.symbol: n.alg.add(lower, constant(step))}
        switch = n.alg.product(constant(1), *(indicator(n, c, inner) for c in conditions))
        if switch:
            value = _switched(n, term.op, switch, n.entry(body, indices, inner))
            total = n.alg.add(total, value) if term.op == "sum" else n.alg.multiply(total, value)
        elif term.op == "prod":
            continue
    return total


def _hull(n: Normaliser, end: Poly, least: bool) -> Poly:
    """An end that does not depend on other open indices: the furthest that it can reach."""
    for _ in range(8):
        inside = [a for m in end for a, _ in m if a in n.alg.ranges and n.alg.keys[a][0] in VARIABLES]
        if not inside:
            return end
        a = max(inside)
        c = end.get(((a, 1),))
        rest = {m: x for m, x in end.items() if m != ((a, 1),)}
        if c is None or a in n.alg.variables_of(rest.items()):
            raise Unsupported("a range that is not linear in another index")
        lower, upper = n.alg.ranges[a]
        end = n.alg.add(rest, n.alg.scale(lower if (c > 0) == least else upper, c))
    raise Unsupported("a range that depends on too many indices")


def indicator(n: Normaliser, term: Term, env: Bindings) -> Poly:
    """1 where a condition holds, else 0."""
    alg = n.alg
    match term.op:
        case "true":
            return constant(1)
        case "false":
            return {}
        case "not":
            return alg.subtract(constant(1), indicator(n, term.args[0], env))
        case "and":
            return alg.product(*(indicator(n, a, env) for a in term.args))
        case "or":
            return alg.subtract(constant(1), alg.product(*(alg.subtract(constant(1), indicator(n, a, env)) for a in term.args)))
        case "ne":
            return alg.subtract(constant(1), _compare(n, "eq", term.args[0], term.args[1], env))
        case "in":
            value, lower, upper = term.args
            return alg.multiply(_compare(n, "le", lower, value, env), _compare(n, "le", value, upper, env))
        case relation:
            return _compare(n, relation, term.args[0], term.args[1], env)


def _compare(n: Normaliser, relation: str, left: Term, right: Term, env: Bindings) -> Poly:
    if left.shape:
        raise Unsupported("a condition on arrays")
    a, b = n.scalar(left, env), n.scalar(right, env)
    if relation in {"gt", "ge"}:
        a, b, relation = b, a, {"gt": "lt", "ge": "le"}[relation]
    difference = n.alg.subtract(b, a)
    if integer_valued(n.alg, difference):
        if relation == "eq":
            return delta(n.alg, difference)
        return at_least_zero(n.alg, n.alg.subtract(difference, constant(1 if relation == "lt" else 0)))
    n.real_only(difference, "a comparison")
    return condition(n.alg, {"eq": "eq", "lt": "gt", "le": "ge"}[relation], difference)


def _indicator(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return indicator(n, term.args[0], env)


def _delta(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _compare(n, "eq", term.args[0], term.args[1], env)


def _cases(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    total: Poly = {}
    remaining = constant(1)
    for k in range(0, len(term.args), 2):
        holds = indicator(n, term.args[k + 1], env) if k + 1 < len(term.args) else constant(1)
        here = n.alg.multiply(remaining, holds)
        if here:
            total = n.alg.add(total, n.alg.multiply(here, n.entry(term.args[k], indices, env)))
        remaining = n.alg.multiply(remaining, n.alg.subtract(constant(1), holds))
    return total


# -- functions -------------------------------------------------------------------------------------------------------------


def _exp(alg: Algebra, p: Poly) -> Poly:
    return exponential(alg, p)


def _circular(alg: Algebra, p: Poly, sign: int) -> Poly:
    """exp(ip) + sign * exp(-ip)."""
    ip = alg.multiply(alg.atom(("i",)), p)
    return alg.add(exponential(alg, ip), alg.scale(exponential(alg, alg.scale(ip, -1)), sign))


def _sin(alg: Algebra, p: Poly) -> Poly:
    return alg.multiply(_circular(alg, p, -1), {((alg.intern(("i",)), 1),): fmpq(-1, 2)})


def _cos(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(_circular(alg, p, 1), fmpq(1, 2))


def _sinh(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(alg.subtract(exponential(alg, p), exponential(alg, alg.scale(p, -1))), fmpq(1, 2))


def _cosh(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(alg.add(exponential(alg, p), exponential(alg, alg.scale(p, -1))), fmpq(1, 2))


def _quotient(top: Callable[[Algebra, Poly], Poly], bottom: Callable[[Algebra, Poly], Poly]) -> Callable[[Algebra, Poly], Poly]:
    return lambda alg, p: alg.multiply(top(alg, p), alg.power(bottom(alg, p), -1))


def _one(alg: Algebra, p: Poly) -> Poly:
    return constant(1)


def _sigmoid(alg: Algebra, p: Poly) -> Poly:
    return alg.power(alg.add(constant(1), exponential(alg, alg.scale(p, -1))), -1)


def _cbrt(alg: Algebra, p: Poly) -> Poly:
    return alg.multiply(signum(alg, p), absolute_power(alg, p, Fraction(1, 3)))


def _relu(alg: Algebra, p: Poly) -> Poly:
    return alg.scale(alg.add(p, absolute_power(alg, p, 1)), fmpq(1, 2))


def _factorial(alg: Algebra, p: Poly) -> Poly:
    return _gamma(alg, alg.add(p, constant(1)))


def _gamma(alg: Algebra, p: Poly) -> Poly:
    """Γ(p + k) = (p + k - 1) … p Γ(p): the whole part of the argument's constant is taken out."""
    fixed = p.get(UNIT, fmpq(0))
    shift = int(fixed.p) // int(fixed.q)
    value = constant_value(p)
    if value is not None:
        if value.q == 1:
            if value <= 0:
                raise Unsupported("the Gamma function at a pole")
            shift -= 1
        if value == fmpq(1, 2):
            return absolute_power(alg, alg.atom(("pi",)), Fraction(1, 2))
    if abs(shift) > 2000:
        raise Unsupported("a Gamma function that far from its base")
    if shift == 0:
        return constant(1) if value == 1 else function(alg, "gamma", [p])
    base = alg.subtract(p, constant(shift))
    result = _gamma(alg, base)
    for k in range(shift):
        result = alg.multiply(result, alg.add(base, constant(k)))
    for k in range(-shift):
        result = alg.multiply(result, alg.power(alg.subtract(base, constant(k + 1)), -1))
    return result


def _atom_function(name: str) -> Callable[[Algebra, Poly], Poly]:
    def rule(alg: Algebra, p: Poly) -> Poly:
        return function(alg, name, [p])

    return rule


def _of_reciprocal(name: str) -> Callable[[Algebra, Poly], Poly]:
    def rule(alg: Algebra, p: Poly) -> Poly:
        return function(alg, name, [alg.power(p, -1)])

    return rule


ANALYTIC: dict[str, Callable[[Algebra, Poly], Poly]] = {
    "exp": _exp,
    "sin": _sin,
    "cos": _cos,
    "tan": _quotient(_sin, _cos),
    "cot": _quotient(_cos, _sin),
    "sec": _quotient(_one, _cos),
    "csc": _quotient(_one, _sin),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _quotient(_sinh, _cosh),
    "coth": _quotient(_cosh, _sinh),
    "sech": _quotient(_one, _cosh),
    "csch": _quotient(_one, _sinh),
    "sigmoid": _sigmoid,
    "gamma": _gamma,
    "factorial": _factorial,
    **{name: _atom_function(name) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh", "erf")},
    "acot": _of_reciprocal("atan"),
    "asec": _of_reciprocal("acos"),
    "acsc": _of_reciprocal("asin"),
    "acoth": _of_reciprocal("atanh"),
    "asech": _of_reciprocal("acosh"),
    "acsch": _of_reciprocal("asinh"),
}
"""Functions whose rules hold for complex arguments too."""

REAL: dict[str, Callable[[Algebra, Poly], Poly]] = {
    "sqrt": lambda alg, p: power(alg, p, constant(fmpq(1, 2))),
    "abs": lambda alg, p: absolute_power(alg, p, 1),
    "sign": signum,
    "cbrt": _cbrt,
    "relu": _relu,
    "floor": _atom_function("floor"),
    "ceiling": lambda alg, p: alg.scale(function(alg, "floor", [alg.scale(p, -1)]), -1),
}
"""Functions whose rules hold for real arguments only."""


def _function(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    p = n.entry(term.args[0], indices, env)
    if term.op in ANALYTIC:
        return ANALYTIC[term.op](n.alg, p)
    return REAL[term.op](n.alg, n.real_only(p, term.op))


def _log(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    value = logarithm(n.alg, n.entry(term.args[0], indices, env))
    if len(term.args) == 1:
        return value
    base = n.entry(term.args[1], indices if term.args[1].shape else (), env)
    return n.alg.multiply(value, n.alg.power(logarithm(n.alg, base), -1))


def _extreme(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """max(a, b) = (a + b + |a - b|)/2, min(a, b) = (a + b - |a - b|)/2."""
    values = [n.real_only(n.entry(a, indices if a.shape else (), env), term.op) for a in term.args]
    result = values[0]
    for value in values[1:]:
        spread = absolute_power(n.alg, difference, 1) if (difference := n.alg.subtract(result, value)) else {}
        spread = spread if term.op == "max" else n.alg.scale(spread, -1)
        result = n.alg.scale(n.alg.add(result, value, spread), fmpq(1, 2))
    return result


def _binomial(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    top, k = (n.scalar(a, env) for a in term.args)
    value = constant_value(k)
    if value is None or value.q != 1 or value > 200:
        raise Unsupported("a binomial coefficient with a symbolic lower argument")
    result = constant(1) if value >= 0 else {}
    for j in range(int(value)):
        result = n.alg.scale(n.alg.multiply(result, n.alg.subtract(top, constant(j))), fmpq(1, j + 1))
    return result


def _apply(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    it = term.symbol
    definition = n.context.definitions.get(it.name)
    if definition is not None and definition.symbol == it:
        passed: dict[Symbol, Poly | Closure] = {}
        for parameter, argument in zip(definition.parameters, term.args, strict=True):
            passed[parameter] = Closure(argument, env) if argument.shape else n.scalar(argument, env)
        return n.entry(definition.body, indices, passed)
    return opaque(n.alg, it.name, (), [_template(n, a, env) for a in term.args])


def _opaque_derivative(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    order, argument = term.args
    it = term.symbol
    if it.name in n.context.definitions:
        raise Unsupported("the derivative by a prime of a defined function")
    return opaque(n.alg, it.name, ((0, ()),) * int(order.number), [_template(n, argument, env)])


def _template(n: Normaliser, term: Term, env: Bindings) -> Template:
    places: list[Poly] = []
    try:
        for size in axes(term.shape):
            places.append(n.open(size, env))
        return template(n.alg, [the_variable(p) for p in places], n.entry(term, tuple(places), env))
    finally:
        for _ in places:
            n.alg.close()


# -- arrays ------------------------------------------------------------------------------------------------------------------


def _over_entries(n: Normaliser, arrays: Sequence[Term], env: Bindings, body: Callable[..., Poly]) -> Poly:
    """Σ over all entries of arrays of one shape of ``body(entry, …)``."""
    sizes = axes(arrays[0].shape)
    places: list[Poly] = []
    try:
        for size in sizes:
            places.append(n.open(size, env))
        total = body(*(n.entry(a, tuple(places), env) for a in arrays))
        for p in reversed(places):
            total = summation(n.alg, the_variable(p), total)
        return total
    finally:
        for _ in places:
            n.alg.close()


def _dot(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _over_entries(n, term.args, env, n.alg.multiply)


def _norm(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    def square(p: Poly) -> Poly:
        return n.alg.multiply(n.real_only(p, "a norm"), p)

    total = _over_entries(n, term.args, env, square)
    n.alg.learn(total, "0+")
    return absolute_power(n.alg, total, Fraction(1, 2))


def _exp_sum(n: Normaliser, array: Term, env: Bindings) -> Poly:
    def rule(p: Poly) -> Poly:
        return exponential(n.alg, p)

    return _over_entries(n, [array], env, rule)


def _softmax(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    top = exponential(n.alg, n.entry(term.args[0], indices, env))
    return n.alg.multiply(top, n.alg.power(_exp_sum(n, term.args[0], env), -1))


def _logsumexp(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return logarithm(n.alg, _exp_sum(n, term.args[0], env))


def _outer(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    a, b = term.args
    return n.alg.multiply(n.entry(a, indices[:1], env), n.entry(b, indices[1:], env))


def _hadamard(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.alg.product(*(n.entry(a, indices, env) for a in term.args))


def _trace(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    i = n.open(term.args[0].shape[0], env)
    try:
        return summation(n.alg, the_variable(i), n.entry(term.args[0], (i, i), env))
    finally:
        n.alg.close()


def _diag(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    (a,) = term.args
    if len(a.shape) == 1:
        return n.alg.multiply(delta(n.alg, n.alg.subtract(*indices)), n.entry(a, indices[:1], env))
    return n.entry(a, (indices[0], indices[0]), env)


def _eye(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return delta(n.alg, n.alg.subtract(*indices))


def _ones(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return constant(1)


def _zeros(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return {}


def _unit(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return delta(n.alg, n.alg.subtract(indices[0], n.scalar(term.args[0], env)))


def _columns(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    row, column = indices
    return n.entry(term.args[0], (column, row), env)


def _literal_entry(n: Normaliser, parts: Sequence[Term], place: Poly, rest: tuple[Poly, ...], env: Bindings) -> Poly:
    total: Poly = {}
    for k, part in enumerate(parts, start=1):
        here = delta(n.alg, n.alg.subtract(place, constant(k)))
        if here:
            total = n.alg.add(total, n.alg.multiply(here, n.entry(part, rest, env)))
    return total


def _literal(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    if term.op == "matrix" and len(indices) == 1:
        return n.entry(term.args[0], indices, env)
    return _literal_entry(n, term.args, indices[0], indices[1:], env)


def _square(a: Term) -> bool:
    return len(a.shape) == 2


def _inverse(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """inv(A)[i, j]; inverses of products, transposes, multiples and inverses by their rules."""
    (a,) = term.args
    i, j = indices
    match a.op:
        case "inv":
            return n.entry(a.args[0], indices, env)
        case "transpose" if _square(a.args[0]):
            return _inverse_at(n, a.args[0], (j, i), env)
        case "matmul" if all(_square(b) and b.shape[0] == b.shape[1] for b in a.args):
            return _inverse_of_product(n, a.args, indices, env)
        case "eye":
            return n.entry(a, indices, env)
        case "neg":
            return n.alg.scale(_inverse_at(n, a.args[0], indices, env), -1)
        case "mul" | "div":
            matrix = next(b for b in a.args if b.shape)
            factors = [n.scalar(b, env) for b in a.args if not b.shape]
            e = -1 if a.op == "mul" else 1
            return n.alg.product(_inverse_at(n, matrix, indices, env), *(n.alg.power(f, e) for f in factors))
        case "symbol" if "orthogonal" in a.symbol.type.attributes and a.symbol.name not in n.alg.blocked:
            return n.entry(a, (j, i), env)
        case _:
            return inverse_entry(n.alg, _template(n, a, env), i, j)


def _inverse_at(n: Normaliser, a: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return n.entry(Term("inv", (a,), None, a.shape), indices, env)


def _inverse_of_product(n: Normaliser, factors: Sequence[Term], indices: tuple[Poly, ...], env: Bindings) -> Poly:
    return _product_chain(n, [Term("inv", (f,), None, f.shape) for f in reversed(factors)], indices, env)


def _det(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """det(A); of products, transposes, multiples and powers by their rules."""
    (a,) = term.args
    match a.op:
        case "transpose" | "inv" if _square(a.args[0]):
            inner = _det_of(n, a.args[0], env)
            return inner if a.op == "transpose" else n.alg.power(inner, -1)
        case "matmul" if all(_square(b) and b.shape[0] == b.shape[1] for b in a.args):
            return n.alg.product(*(_det_of(n, b, env) for b in a.args))
        case "eye":
            return constant(1)
        case "pow":
            return power(n.alg, _det_of(n, a.args[0], env), n.scalar(a.args[1], env))
        case "neg" | "mul" | "div":
            matrix = next(b for b in a.args if b.shape)
            scalars = [n.scalar(b, env) for b in a.args if not b.shape]
            factor = n.alg.product(constant(-1 if a.op == "neg" else 1), *scalars)
            size = n.scalar(a.shape[0], env)
            scale = power(n.alg, factor, n.alg.scale(size, -1) if a.op == "div" else size)
            return n.alg.multiply(scale, _det_of(n, matrix, env))
        case "matrix" if len(a.args) <= 5:
            return _leibniz(n, a, env)
        case _:
            return determinant(n.alg, _template(n, a, env))


def _det_of(n: Normaliser, a: Term, env: Bindings) -> Poly:
    return n.scalar(Term("det", (a,), None, ()), env)


def _leibniz(n: Normaliser, matrix: Term, env: Bindings) -> Poly:
    """The determinant of a literal matrix by expansion along its first row."""

    def minor(rows: tuple[int, ...], columns: tuple[int, ...]) -> Poly:
        if not rows:
            return constant(1)
        total: Poly = {}
        for k, column in enumerate(columns):
            value = n.scalar(matrix.args[rows[0]].args[column], env)
            rest = minor(rows[1:], columns[:k] + columns[k + 1 :])
            total = n.alg.add(total, n.alg.scale(n.alg.multiply(value, rest), (-1) ** k))
        return total

    every = tuple(range(len(matrix.args)))
    return minor(every, every)


def _adj(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    """adj(A) = det(A) inv(A) where A is invertible, and by continuity (both sides are polynomials) everywhere."""
    return n.alg.multiply(_det_of(n, term.args[0], env), _inverse_at(n, term.args[0], indices, env))


# -- derivatives ---------------------------------------------------------------------------------------------------------------


def _diff(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    body, by = term.args
    inner, places = _split_indices(term, indices)
    target = _target(n, by, places, env)
    structured = _has_facts(n, target.name)
    outer_blocked = n.alg.blocked
    if structured:
        n.alg.blocked = outer_blocked | {target.name}
    try:
        result = derivative(n.alg, n.entry(body, inner, env), target)
    finally:
        n.alg.blocked = outer_blocked
    return n.alg.rebuilt(result) if structured and target.name not in outer_blocked else result


def _split_indices(term: Term, indices: tuple[Poly, ...]) -> tuple[tuple[Poly, ...], tuple[Poly, ...]]:
    """The indices of the body and those of the variable, by the layout."""
    body, by = term.args
    count = len(axes(by.shape))
    if count == 0:
        return indices, ()
    if not body.shape:
        return (), indices[::-1] if term.data == "numerator" and count == 2 else indices
    return (indices[1:], indices[:1]) if term.data == "denominator" else (indices[:1], indices[1:])


def _target(n: Normaliser, by: Term, places: tuple[Poly, ...], env: Bindings) -> Target:
    array, *given = by.args if by.op == "entry" else (by,)
    while array.op == "entry":
        array, *before = array.args
        given = [*before, *given]
    if array.op != "symbol" or array.symbol in env or array.symbol.name in n.context.definitions:
        raise Unsupported("a derivative by something that is not a declared symbol")
    here: list[PolyKey] = [freeze(n.scalar(g, env)) for g in given]
    return Target(array.symbol.name, (*here, *map(freeze, places)))


def _has_facts(n: Normaliser, name: str) -> bool:
    declared = n.alg.types.get(name)
    in_rules = any(name in names for names, _ in n.alg.rewrites.values()) or name in n.alg.power_rules
    return in_rules or (declared is not None and bool(declared.attributes & STRUCTURED))


RULES: dict[str, Rule] = {
    "number": _number,
    "constant": _constant,
    "symbol": _symbol,
    "entry": _entry,
    "add": _add,
    "neg": _neg,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "matmul": _matmul,
    "transpose": _transpose,
    "sum": _sum,
    "prod": _prod,
    "indicator": _indicator,
    "delta": _delta,
    "cases": _cases,
    **{name: _function for name in (*ANALYTIC, *REAL)},
    "log": _log,
    "min": _extreme,
    "max": _extreme,
    "binomial": _binomial,
    "apply": _apply,
    "derivative": _opaque_derivative,
    "dot": _dot,
    "norm": _norm,
    "frobenius": _norm,
    "softmax": _softmax,
    "logsumexp": _logsumexp,
    "outer": _outer,
    "hadamard": _hadamard,
    "tr": _trace,
    "diag": _diag,
    "eye": _eye,
    "ones": _ones,
    "zeros": _zeros,
    "unit": _unit,
    "columns": _columns,
    "vector": _literal,
    "matrix": _literal,
    "inv": _inverse,
    "det": _det,
    "adj": _adj,
    "diff": _diff,
}


def new_algebra(context: Context, budget: Budget) -> Algebra:
    """The algebra of a context, before any of its facts are declared."""
    types = {name: it.type for name, it in context.symbols.items()}
    complex_values = any(t.kind == "complex" for t in types.values())
    return Algebra(ALL_KINDS, budget, complex=complex_values, types=types, constant_sign=constant_sign)
