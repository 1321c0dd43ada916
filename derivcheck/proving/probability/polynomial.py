"""A term as a sum of powers and exponentials of one of its symbols, with coefficients that are terms without it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from derivcheck.kernel.terms import BINDERS, ONE, ZERO, Symbol, Term, free_symbols, number, symbol
from derivcheck.kernel.vocabulary import build, build_diff

HIGHEST = 12
"""The highest power that is taken apart."""

MOST = 60
"""How many summands a term may have."""

Key: TypeAlias = "tuple[int, Term]"
"""``(k, t)`` stands for ``X**k * exp(t*X)``."""

Parts: TypeAlias = "dict[Key, Term]"

_LINEAR = frozenset({"transpose", "tr", "diag", "vec", "neg"})
_BILINEAR = frozenset({"mul", "matmul", "dot", "outer", "hadamard", "kron"})


class NotPolynomial(Exception):
    """The term is no such sum; the message says what stands in the way."""


def parts(term: Term, by: Symbol) -> Parts:
    """The summands of a term by powers and exponentials of a scalar symbol; raises ``NotPolynomial``."""
    if by not in free_symbols(term):
        return {(0, ZERO): term}
    if term == symbol(by):
        return {(1, ZERO): ONE}
    match term.op:
        case "add":
            return _sum(*(parts(a, by) for a in term.args))
        case op if op in _LINEAR:
            return {key: build(op, c) for key, c in parts(term.args[0], by).items()}
        case op if op in _BILINEAR:
            return _product(op, [parts(a, by) for a in term.args])
        case "div" if by not in free_symbols(term.args[1]):
            return {key: build("div", c, term.args[1]) for key, c in parts(term.args[0], by).items()}
        case "pow":
            return _power(term, by)
        case "exp":
            return _exponential(term, by)
        case "entry" if not any(by in free_symbols(a) for a in term.args[1:]):
            return {key: build("entry", c, *term.args[1:]) for key, c in parts(term.args[0], by).items()}
        case "sum" if not any(by in free_symbols(a) for a in term.args[1:]):
            return {key: Term("sum", (c, *term.args[1:]), term.data, c.shape) for key, c in parts(term.args[0], by).items()}
        case "vector":
            return _vector(term, by)
        case "diff" if by not in free_symbols(term.args[1]):
            return _derivative(term, by)
    what = "a sum" if term.op in BINDERS else "a function"
    raise NotPolynomial(f"{what} of {by.name} that is neither a polynomial nor an exponential")


def _sum(*summands: Parts) -> Parts:
    total: Parts = {}
    for some in summands:
        for key, c in some.items():
            total[key] = build("add", total[key], c) if key in total else c
    if len(total) > MOST:
        raise NotPolynomial("too many summands")
    return total


def _times(op: str, a: Term, b: Term) -> Term:
    if op == "mul":
        return b if a == ONE else a if b == ONE else build("mul", a, b)
    return build(op, a, b)


def _plus(a: Term, b: Term) -> Term:
    return b if a == ZERO else a if b == ZERO else build("add", a, b)


def _product(op: str, factors: list[Parts]) -> Parts:
    found = factors[0]
    for factor in factors[1:]:
        pairs = [((j + k, _plus(s, t)), _times(op, a, b)) for (j, s), a in found.items() for (k, t), b in factor.items()]
        found = _sum(*({key: c} for key, c in pairs))
    if any(k > HIGHEST for k, _ in found):
        raise NotPolynomial(f"a power above {HIGHEST}")
    return found


def _power(term: Term, by: Symbol) -> Parts:
    base, exponent = term.args
    whole = exponent.op == "number" and exponent.number.denominator == 1 and 0 < exponent.number <= HIGHEST
    if not whole:
        raise NotPolynomial(f"a power of {by.name} whose exponent is no small natural number")
    return _product("matmul" if base.shape else "mul", [parts(base, by)] * int(exponent.number))


def _exponential(term: Term, by: Symbol) -> Parts:
    inner = parts(term.args[0], by)
    if term.shape or set(inner) - {(0, ZERO), (1, ZERO)}:
        raise NotPolynomial(f"an exponential of {by.name} whose exponent is not linear")
    rest = inner.get((0, ZERO))
    return {(0, inner[1, ZERO]): ONE if rest is None else build("exp", rest)}


def _derivative(term: Term, by: Symbol) -> Parts:
    """The derivative by another symbol: that of the coefficients, where no exponent depends on it."""
    body, variable = term.args
    found = parts(body, by)
    if any(free_symbols(t) & free_symbols(variable) for _, t in found):
        raise NotPolynomial(f"a derivative of an exponential of {by.name}")
    return {key: build_diff(c, variable, str(term.data)) for key, c in found.items()}


def _vector(term: Term, by: Symbol) -> Parts:
    """The entries one by one: each key has the vector of their coefficients."""
    entries = [parts(a, by) for a in term.args]
    keys = {key: None for entry in entries for key in entry}
    return {key: build("vector", *(entry.get(key, ZERO) for entry in entries)) for key in keys}


def whole(summands: Parts, value: Callable[[int, Term], Term]) -> Term:
    """The sum of the coefficients, each times the value of its power and exponential."""
    terms = [_times("mul", c, value(k, t)) if (k, t) != (0, ZERO) else c for (k, t), c in summands.items()]
    return build("add", *terms) if len(terms) > 1 else terms[0]


def power(base: Term, k: int) -> Term:
    """``base**k``, shortly."""
    return ONE if k == 0 else base if k == 1 else build("pow", base, number(k))
