"""Which claims are put to SymPy, and as what plain data they travel to its process.

Only what SymPy and this program mean alike: scalar equations in the functions below, with sums and products over ranges
that are never shorter than empty.  SymPy itself is not imported here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from derivcheck.kernel.terms import RELATIONS, ZERO, Claim, Context, Symbol, Term, Type, free_symbols, substitute

Plain: TypeAlias = "list[str | list[str] | list[Plain] | None]"
"""A term as nested lists: its operator, its data as text (a symbol as name and kind), its arguments."""

ELEMENTARY = frozenset({
    "exp", "log", "sqrt", "cbrt", "abs", "sign", "sin", "cos", "tan", "cot", "sec", "csc", "sinh", "cosh", "tanh", "coth", "sech",
    "csch", "asin", "acos", "atan", "acot", "asec", "acsc", "asinh", "acosh", "atanh", "acoth", "asech", "acsch", "sigmoid",
    "relu", "erf", "gamma", "factorial", "binomial", "floor", "ceiling", "min", "max", "re", "im", "conj", "O",
})
COVERED = ELEMENTARY | {
    "number", "constant", "symbol", "add", "neg", "mul", "div", "pow", "sum", "prod", "integrate", "limit", "diff", "apply",
}
KINDS = frozenset({
    "real", "positive", "nonnegative", "negative", "nonzero", "integer", "natural", "sign", "complex", "size", "index", "bound",
    "variable", "function",
})
_NARROWER = {
    "gt": {"real": "positive", "nonnegative": "positive", "nonzero": "positive"},
    "ge": {"real": "nonnegative"},
    "lt": {"real": "negative", "nonzero": "negative"},
    "ne": {"real": "nonzero", "nonnegative": "positive"},
}
"""What a fact such as ``x > 0`` makes of a domain."""

MAX_TERMS = 2000
"""How many subterms a claim may have once its definitions are expanded."""


LARGEST = {"pow": 1_000, "sum": 10_000, "prod": 10_000, "factorial": 10_000, "gamma": 10_000, "binomial": 10_000}
"""The largest number that may stand in an exponent, a range or such a function: SymPy computes what it can."""


LONGEST_NUMBER = 4_000
"""How many binary digits a number may have."""


class NotCovered(Exception):
    """The claim is none that SymPy is asked about; the message says why."""


def problem(claim: Claim) -> tuple[Plain, Plain]:
    """The two sides as plain data, definitions expanded; raises ``NotCovered``."""
    if claim.relation != "=":
        raise NotCovered("SymPy is asked about equations only")
    narrowed = _narrowed(claim.context)
    left, right = expanded(claim)
    return encode(substitute(left, narrowed)), encode(substitute(right, narrowed))


def expanded(claim: Claim) -> tuple[Term, Term]:
    """The two sides without defined names, where those are scalars and functions; raises ``NotCovered``."""
    expansion = _Expansion(claim.context)
    return expansion.of(claim.left), expansion.of(claim.right)


@dataclass(slots=True)
class _Expansion:
    """Definitions expanded: scalars and functions, which is all that is covered; left: how many more subterms are looked at."""

    context: Context
    left: int = 50 * MAX_TERMS

    def of(self, term: Term) -> Term:
        """The term without defined names; raises ``NotCovered``, also where definitions that need others twice grow too long."""
        self.left -= 1
        if self.left < 0:
            raise NotCovered("the definitions are too long for SymPy")
        definitions = self.context.definitions
        if term.op == "symbol" and (found := definitions.get(term.symbol.name)) and found.symbol == term.symbol:
            return self.of(found.body)
        args = tuple(map(self.of, term.args))
        if term.op == "apply" and (found := definitions.get(term.symbol.name)):
            if any(t.op == "diff" and not set(found.parameters).isdisjoint(free_symbols(t.args[1])) for t in found.body.walk()):
                raise NotCovered("a definition differentiates by its own parameter")
            return self.of(substitute(found.body, dict(zip(found.parameters, args, strict=True))))
        return Term(term.op, args, term.data, term.shape)


def _narrowed(context: Context) -> Mapping[Symbol, Term]:
    """Scalars about which a fact such as ``x > 0`` is assumed, with the narrower domain that it gives them."""
    kinds: dict[Symbol, str] = {}
    for fact in context.assumptions:
        if fact.op in RELATIONS and fact.args[0].op == "symbol" and not fact.args[0].shape and fact.args[1] == ZERO:
            it = fact.args[0].symbol
            known = kinds.get(it, it.type.kind)
            kinds[it] = _NARROWER.get(fact.op, {}).get(known, known)
    return {it: Term("symbol", (), Symbol(it.name, Type(kind))) for it, kind in kinds.items()}


def encode(term: Term) -> Plain:
    """The term as plain data; raises ``NotCovered`` for what SymPy is not asked about."""
    size = sum(1 for _ in zip(term.walk(), range(MAX_TERMS + 1), strict=False))
    if size > MAX_TERMS:
        raise NotCovered("the claim is too long for SymPy")
    return _encode(term)


def _encode(term: Term) -> Plain:
    if term.shape or term.op not in COVERED:
        raise NotCovered("SymPy is not asked about arrays" if term.shape else f"SymPy is not asked about {term.op}")
    if term.op in {"sum", "prod"} and len(term.args) == 4:
        raise NotCovered("SymPy is not asked about sums under a condition")
    most = LARGEST.get(term.op)
    inside = term.args if term.op in {"factorial", "gamma", "binomial"} else term.args[1:]
    if most and any(t.op == "number" and abs(t.number) > most for a in inside for t in a.walk()):
        raise NotCovered("SymPy is not asked about numbers that large")
    if most and any(t.op in {"pow", "factorial"} and not free_symbols(t) for a in inside for t in a.walk()):
        raise NotCovered("SymPy is not asked about powers of numbers in exponents and ranges")
    return [term.op, _data(term), _encoded(term.args)]


def _encoded(terms: Iterable[Term]) -> list[Plain]:
    return [_encode(t) for t in terms]


def _data(term: Term) -> str | list[str] | None:
    match term.data:
        case Symbol(name, kind) if kind.kind in KINDS and not kind.shape + kind.family:
            return [name, kind.kind]
        case Symbol(name):
            raise NotCovered(f"SymPy is not asked about arrays such as {name}")
        case Fraction() as value:
            if max(abs(value.numerator), value.denominator).bit_length() > LONGEST_NUMBER:
                raise NotCovered("SymPy is not asked about numbers that long")
            return str(value)
        case _:
            return term.data


def decode(plain: Plain) -> Term:
    """The term that plain data stand for."""
    op, data, args = plain
    if not isinstance(op, str) or not isinstance(args, list):
        raise ValueError("not a term")
    arguments = tuple(decode(a) for a in args if isinstance(a, list))
    if isinstance(data, list):
        name, kind = map(str, data)
        return Term(op, arguments, Symbol(name, Type(kind)))
    return Term(op, arguments, Fraction(data) if op == "number" and data is not None else data)
