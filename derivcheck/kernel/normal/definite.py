"""What the form of a matrix shows of its quadratic form: that ``x.T @ M @ x`` is positive, or never negative.

A matrix whose quadratic form is positive (symmetric or not) is invertible, and its determinant is positive.
"""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.kernel.normal.letters import attributes, stem
from derivcheck.kernel.normal.normal_form import Bindings, Normaliser
from derivcheck.kernel.normal.polynomials import Unsupported, variable
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.terms import ONE, Term

POSITIVE, NEVER_NEGATIVE = "+", "0+"
REGULAR = frozenset({"invertible", "orthogonal", "positive_definite"})


def definiteness(n: Normaliser, term: Term, env: Bindings) -> str | None:
    """``+`` where the quadratic form of a real square matrix is positive but at 0, ``0+`` where it is never negative."""
    if n.alg.complex:
        return None
    match term.op:
        case "symbol" | "entry":
            return _declared(n, term)
        case "eye":
            return POSITIVE
        case "zeros":
            return NEVER_NEGATIVE
        case "add":
            signs = [definiteness(n, a, env) for a in term.args]
            return None if None in signs else max(signs, key=_strength)
        case "mul" | "div":
            return _multiple(n, term, env)
        case "transpose" | "inv":
            return definiteness(n, term.args[0], env)
        case "sum":
            return NEVER_NEGATIVE if _summand(n, term, env) else None
        case "outer":
            return NEVER_NEGATIVE if term.args[0] == term.args[1] else None
        case "diag" if len(term.shape) == 2:
            return _diagonal(n, term, env)
        case "kron" | "hadamard":
            signs = [definiteness(n, a, env) if symmetric(n, a) else None for a in term.args]
            return None if None in signs else min(signs, key=_strength)
        case "matmul":
            return _scaled(n, _product(n, _factors(term), env), _scalars(term), env)
        case _:
            return None


def _strength(sign: str | None) -> int:
    return 1 if sign == POSITIVE else 0


def quadratic_form(n: Normaliser, term: Term, env: Bindings) -> str | None:
    """The sign that the form of a product of a row and a column shows: ``0+`` for ``x.T @ M @ x`` beside a definite M."""
    return None if n.alg.complex else _scaled(n, _product(n, _factors(term), env), _scalars(term), env)


def _declared(n: Normaliser, term: Term) -> str | None:
    array = term.args[0] if term.op == "entry" else term
    definition = n.context.definitions.get(array.symbol.name) if array.op == "symbol" else None
    if definition is not None and definition.symbol == array.symbol:
        whole = term.op == "symbol" and not definition.parameters
        return definiteness(n, definition.body, {}) if whole else None
    has = attributes(term)
    if "positive_definite" in has:
        return POSITIVE
    if has & {"positive_semidefinite", "antisymmetric"} or has >= {"symmetric", "idempotent"}:
        return NEVER_NEGATIVE
    return None


def _multiple(n: Normaliser, term: Term, env: Bindings) -> str | None:
    array = next(a for a in term.args if a.shape)
    scalars = [Term("div", (ONE, a)) if term.op == "div" else a for a in term.args if not a.shape]
    return _scaled(n, definiteness(n, array, env), scalars, env)


def _scaled(n: Normaliser, inner: str | None, scalars: Iterable[Term], env: Bindings) -> str | None:
    """The definiteness of a multiple."""
    for a in scalars:
        sign = _sign(n, a, env)
        inner = inner if sign == POSITIVE else NEVER_NEGATIVE if inner and sign in {NEVER_NEGATIVE, "0"} else None
    return inner


def _sign(n: Normaliser, scalar: Term, env: Bindings) -> str | None:
    try:
        return sign_of(n.alg, n.scalar(scalar, env))
    except Unsupported:
        return None


def _summand(n: Normaliser, term: Term, env: Bindings) -> bool:
    body, lower, upper, *_ = term.args
    try:
        index = n.alg.fresh(n.scalar(lower, env), n.scalar(upper, env))
    except Unsupported:
        return False
    try:
        return definiteness(n, body, {**env, term.symbol: variable(index)}) is not None
    finally:
        n.alg.close()


def _diagonal(n: Normaliser, term: Term, env: Bindings) -> str | None:
    place = n.open(term.args[0].shape[0], env)
    try:
        sign = sign_of(n.alg, n.entry(term.args[0], (place,), env))
    except Unsupported:
        return None
    finally:
        n.alg.close()
    return sign if sign in {POSITIVE, NEVER_NEGATIVE} else None


def _factors(term: Term) -> list[Term]:
    """The arrays of a product, transposes of products taken apart."""
    if term.op == "matmul":
        return [f for a in term.args for f in _factors(a)]
    if term.op in {"mul", "div"}:
        return _factors(next(a for a in term.args if a.shape))
    if term.op == "transpose" and stem(term).op in {"matmul", "mul", "div"}:
        return [_turned(f) for f in reversed(_factors(term.args[0]))]
    return [term]


def _scalars(term: Term) -> list[Term]:
    """The scalars in a product."""
    if term.op in {"matmul", "transpose"}:
        return [c for a in term.args for c in _scalars(a)]
    if term.op in {"mul", "div"}:
        outside = [Term("div", (ONE, a)) if term.op == "div" else a for a in term.args if not a.shape]
        return outside + [c for a in term.args if a.shape for c in _scalars(a)]
    return []


def _turned(term: Term) -> Term:
    return term.args[0] if term.op == "transpose" else Term("transpose", (term,), None, term.shape[::-1])


def _product(n: Normaliser, factors: list[Term], env: Bindings) -> str | None:
    """``M.T @ P @ M``: as P is, but only never negative where M may take something to 0."""
    first, last = factors[0], factors[-1]
    if len(factors) == 1:
        return definiteness(n, first, env)
    if not _mirrored(n, first, last):
        return None
    inner = _product(n, factors[1:-1], env) if len(factors) > 2 else POSITIVE
    if inner is None:
        return None
    return inner if regular(n, last, env) else NEVER_NEGATIVE


def _mirrored(n: Normaliser, a: Term, b: Term) -> bool:
    """Whether one is the transpose of the other."""
    if stem(a) != stem(b):
        return False
    return (a.op == "transpose") != (b.op == "transpose") or symmetric(n, stem(a))


def symmetric(n: Normaliser, term: Term) -> bool:
    """Whether a matrix is symmetric by its form."""
    match term.op:
        case "symbol":
            definition = n.context.definitions.get(term.symbol.name)
            if definition is not None and definition.symbol == term.symbol:
                return not definition.parameters and symmetric(n, definition.body)
            return bool(term.symbol.type.attributes & {"symmetric", "diagonal"})
        case "entry":
            return _declared(n, term) is not None and bool(attributes(term) & {"symmetric", "diagonal"})
        case "eye":
            return True
        case "add" | "hadamard" | "kron":
            return all(symmetric(n, a) for a in term.args)
        case "neg" | "transpose" | "inv" | "adj" | "pow":
            return symmetric(n, term.args[0])
        case "mul" | "div":
            return all(symmetric(n, a) for a in term.args if a.shape)
        case "diag":
            return len(term.shape) == 2
        case "matmul":
            factors = _factors(term)
            return all(_mirrored(n, a, b) for a, b in zip(factors, reversed(factors), strict=True))
        case _:
            return False


def regular(n: Normaliser, term: Term, env: Bindings) -> bool:
    """Whether a square matrix is invertible by its declaration or its form."""
    inner = stem(term)
    if attributes(inner) & REGULAR:
        return True
    if inner.op == "inv":
        return True
    square = len(inner.shape) == 2 and inner.shape[0] == inner.shape[1]
    return square and definiteness(n, inner, env) == POSITIVE


