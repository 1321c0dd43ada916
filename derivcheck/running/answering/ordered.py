"""A term but for the order of its terms and factors: what tells a line from the one before that only stands in another order.

Two terms that are ordered alike are equal wherever both are defined; equal ones are mostly not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from derivcheck.kernel.terms import BINDERS, Symbol, Term, substitute
from derivcheck.kernel.terms import symbol as occurrence

Key = tuple[Any, ...]
"""A nested tuple of texts, numbers and tuples; equal for terms that differ in order alone."""

_COMMUTING = frozenset({"hadamard", "eq", "ne", "and", "or", "delta", "max", "min"})
_MOST_TERMS = 2_000
"""How many operators a term may have: a larger one is compared as it stands."""
_BOUNDS = {"sum": (1, 2), "prod": (1, 2), "integrate": (1, 2), "limit": (1, 2)}
"""The arguments of a binder that lie outside its scope."""
_MOST_KEPT = 1_024
"""How many keys are kept: those who answer a question write many lines alike."""


@lru_cache(maxsize=_MOST_KEPT)
def ordered(term: Term) -> Key:
    """The key of a term."""
    if sum(1 for _ in term.walk()) > _MOST_TERMS:
        return ("as it stands", term)
    return _key(term, 0)


def _key(term: Term, depth: int) -> Key:
    match term.op:
        case "number":
            return _signed(term.number < 0, ("number", abs(term.number)))
        case "neg":
            return _signed(True, _key(term.args[0], depth))
        case "add":
            return _sorted("+", [key for key in _summands(term, depth) if key != ("number", 0)], ("number", 0))
        case "mul" | "div":
            negative, factors = _factors(term, depth)
            return _signed(negative, _sorted("*", factors, ("number", 1)))
        case "transpose":
            return _transposed(term, depth)
        case "matmul" | "dot" if not term.shape:  # a scalar product, whichever of the two is turned
            columns = (a.args[0] if a.op == "transpose" else a for a in term.args)
            return _sorted("scalar product", [_key(a, depth) for a in columns], ())
    if term.op in BINDERS and isinstance(term.data, Symbol):
        return (term.op, None, *_bound(term, depth))
    args = [_key(a, depth) for a in term.args]
    said = (term.data.name, term.data.type.kind) if isinstance(term.data, Symbol) else term.data
    return (term.op, said, *(sorted(args, key=repr) if term.op in _COMMUTING else args))


def _sorted(op: str, keys: list[Key], nothing: Key) -> Key:
    return keys[0] if len(keys) == 1 else (op, None, *sorted(keys, key=repr)) if keys else nothing


def _signed(negative: bool, key: Key) -> Key:
    if not negative or key == ("number", 0):
        return key
    return key[1] if key[0] == "-" else ("-", key)


def _summands(term: Term, depth: int) -> Iterator[Key]:
    for a in term.args:
        if a.op == "add":
            yield from _summands(a, depth)
        else:
            yield _key(a, depth)


def _factors(term: Term, depth: int) -> tuple[bool, list[Key]]:
    """Whether a product or quotient has a minus in front, and its factors; divisors are marked, and factors 1 left out."""
    found: list[Key] = []
    negative = False
    for place, a in enumerate(term.args):
        if a.op in {"mul", "div"} and not (place and term.op == "div"):
            minus, inner = _factors(a, depth)
            found += inner
        else:
            key = _key(a, depth)
            minus, key = (True, key[1]) if key[0] == "-" else (False, key)
            key = ("over", None, key) if place and term.op == "div" else key
            found += [] if key in {("number", 1), ("over", None, ("number", 1))} else [key]
        negative ^= minus
    return negative, found


def _transposed(term: Term, depth: int) -> Key:
    inner = term.args[0]
    if not inner.shape:
        return _key(inner, depth)
    if inner.op == "transpose":
        return _key(inner.args[0], depth)
    return ("transpose", None, _key(inner, depth))


def _bound(term: Term, depth: int) -> Iterable[Key]:
    """The arguments of a binder, its bound name a number."""
    values = {term.symbol: occurrence(Symbol(f"\0{depth}", term.symbol.type))}
    outside = _BOUNDS[term.op]
    for place, a in enumerate(term.args):
        yield _key(a if place in outside else substitute(a, values), depth + 1)
