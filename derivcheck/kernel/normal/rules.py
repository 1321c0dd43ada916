"""The table of rules: for every operator how its normal form is found."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from derivcheck.kernel.normal.array_rules import ARRAY_RULES, matrix_power
from derivcheck.kernel.normal.arrays import ARRAY_KINDS
from derivcheck.kernel.normal.atoms import KINDS
from derivcheck.kernel.normal.calculus import derivative
from derivcheck.kernel.normal.entries import ENTRY, STRUCTURED, entry
from derivcheck.kernel.normal.function_rules import FUNCTION_RULES
from derivcheck.kernel.normal.index_rules import INDEX_RULES
from derivcheck.kernel.normal.indicators import integer_valued
from derivcheck.kernel.normal.matrix_powers import MATRIX_POWER
from derivcheck.kernel.normal.normal_form import Bindings, Closure, Normaliser, Rule, axes
from derivcheck.kernel.normal.polynomials import (
    Algebra,
    Poly,
    PolyKey,
    Target,
    Unsupported,
    constant,
    constant_value,
    freeze,
    thaw,
    variable,
)
from derivcheck.kernel.normal.powers import exponential, power
from derivcheck.kernel.normal.products import PRODUCT
from derivcheck.kernel.normal.sums import SUM
from derivcheck.kernel.outcome import Budget
from derivcheck.kernel.terms import ONE, Context, Symbol, Term
from derivcheck.kernel.vocabulary import structured_derivative


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
        return matrix_power(n, term, indices, env, e)
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


def _diff(n: Normaliser, term: Term, indices: tuple[Poly, ...], env: Bindings) -> Poly:
    apart = structured_derivative(term)
    if apart is not None:
        return n.entry(apart, indices, env)
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
    weak = any(sign in {"0+", "0-"} and name in n.alg.symbols_of(thaw(key)) for key, sign in n.alg.facts.items())
    structured = declared is not None and (declared.kind == "nonnegative" or bool(declared.attributes & STRUCTURED))
    return in_rules or weak or structured


ALL_KINDS = {**KINDS, "sum": SUM, "prod": PRODUCT, **ARRAY_KINDS, "mpow": MATRIX_POWER, "entry": ENTRY}


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
    "diff": _diff,
    **INDEX_RULES,
    **FUNCTION_RULES,
    **ARRAY_RULES,
}


def new_algebra(context: Context, budget: Budget) -> Algebra:
    """The algebra of a context, before any of its facts are declared."""
    types = {name: it.type for name, it in context.symbols.items()}
    complex_values = any(t.kind == "complex" for t in types.values())
    return Algebra(ALL_KINDS, budget, complex=complex_values, types=types)
