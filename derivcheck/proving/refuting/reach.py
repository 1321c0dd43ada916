"""What instances can vouch for: a claim that jumps where no instance may stand is not ``checked`` by any number of them."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from math import factorial, prod

from derivcheck.kernel.judge import DISCRETE, STEPS
from derivcheck.kernel.terms import RELATIONS, Claim, Context, Symbol, Term, free_symbols

THRESHOLDS = frozenset({"min", "max", "abs", "relu", "sqrt", "binomial", "factorial", "gamma"})
SATURATING = frozenset({"exp", "erf", "tanh", "sigmoid", "coth", "softmax"})
PERIODIC = frozenset({"sin", "cos", "tan", "cot", "sec", "csc"})
LARGEST_FAMILIAR = 5
"""Thresholds of sizes and integers up to this number lie among the instances that are always tried."""
LARGEST_TRIED = 10**6
"""Values of reals beyond this are hardly tried."""
LARGEST_SLOPE = 100
"""A saturating function of so large a multiple is constant but for differences that no precision shows."""
LARGEST_FACTOR = 10**100
"""So large a factor, or so small a one, leads beyond the digits that are compared."""
GROWING = frozenset({"exp", "sinh", "cosh", "gamma", "factorial", "pow"})
"""What makes the argument of a saturating function so large that it differs from its limit by less than any precision shows."""
LARGEST_ORDER = 3
"""Opaque functions are tried as polynomials, whose derivatives of a higher order, and differences, vanish."""


def beyond_instances(claim: Claim) -> str | None:
    """Why agreement on instances says little about a claim, if it does."""
    if claim.relation != "=":
        return "instances say little about an inequality"
    written = tuple(_everything(claim))
    terms = tuple(dict.fromkeys(written))
    symbols = _symbols(terms)
    if not any(s.type.kind not in {"bound", "variable"} and s.name not in claim.context.definitions for s in symbols):
        return "numbers alone do not settle a claim about constants"
    numbers = [abs(value) for t in terms if (value := folded(t)) is not None]
    greatest = max(numbers, default=Fraction(0))
    if any(a.op == "eq" and any(t.op in PERIODIC and folded(t) is None for t in a.walk()) for a in claim.context.assumptions):
        return "the equations assumed may have more solutions than were tried"
    if _needs_high_order(written):
        return "opaque functions are tried as polynomials of a low degree"
    if any(value and not 1 / LARGEST_FACTOR <= value <= LARGEST_FACTOR for value in numbers):
        return "a number is so large or so small that what it changes may be less than any precision shows"
    return next((doubt for t in terms if (doubt := _doubt(t, greatest))), None)


@lru_cache(maxsize=20_000)
def folded(term: Term) -> Fraction | None:
    """The value of a term made of numbers alone; ``None`` for any other, and for one that is too large to say."""
    values = [folded(a) for a in term.args]
    numbers = [v for v in values if v is not None]
    if len(numbers) != len(values):
        return None
    match term.op:
        case "number":
            return term.number
        case "add":
            return sum(numbers, Fraction(0))
        case "neg":
            return -numbers[0]
        case "mul":
            return prod(numbers, start=Fraction(1))
        case "div" if numbers[1]:
            return numbers[0] / numbers[1]
        case "pow" if numbers[1].denominator == 1 and abs(numbers[1]) <= 100 and abs(numbers[0]) <= 10**6 and numbers[0]:
            return Fraction(numbers[0]) ** int(numbers[1])
        case "factorial" if numbers[0].denominator == 1 and 0 <= numbers[0] <= 60:
            return Fraction(factorial(int(numbers[0])))
        case _:
            return None


def _doubt(term: Term, greatest: Fraction) -> str | None:
    """Why a subterm may turn where no instance is, given the greatest number in the claim."""
    if term.op in SATURATING and _runs_away(term.args[0]):
        return "a function that saturates differs from its limit by less than any precision shows"
    if term.op == "pow" and folded(term.args[0]) == 0 and folded(term.args[1]) is None:
        return "a power of zero turns where its exponent vanishes"
    if term.op in {"sum", "prod"}:
        ends = term.args[1:3]
        far = any(abs(value) > LARGEST_FAMILIAR for end in ends for t in end.walk() if (value := folded(t)) is not None)
        if far and _discrete(ends):
            return "a range may be empty for sizes that were not tried"
        if far and not _discrete(ends) and any(s.type.kind in DISCRETE - {"bound"} for s in free_symbols(term.args[0])):
            return "so many terms may cancel at all sizes and indices that were tried, and only there"
        return None
    compares = term.op in RELATIONS or term.op == "delta"
    if not compares and term.op not in STEPS | THRESHOLDS:
        return None
    if _discrete(term.args):
        if greatest > LARGEST_FAMILIAR or (compares and _is_nonlinear(term)):
            return "a comparison of sizes or integers may turn at values that were not tried"
        return None
    if term.op in THRESHOLDS:
        return "a value may turn at a number far away" if greatest > LARGEST_TRIED else None
    return "a comparison or step of real values may turn at points that no instance meets"


def _runs_away(argument: Term) -> bool:
    """Whether the argument of a saturating function may be so large everywhere that the function seems constant."""
    large = any(abs(value) > LARGEST_SLOPE for t in argument.walk() if (value := folded(t)) is not None)
    return large or any(t.op in GROWING and folded(t) is None and not _is_small_power(t) for t in argument.walk())


def _is_small_power(term: Term) -> bool:
    return term.op == "pow" and (exponent := folded(term.args[1])) is not None and abs(exponent) <= LARGEST_ORDER


def _discrete(terms: tuple[Term, ...]) -> bool:
    symbols = frozenset[Symbol]().union(*map(free_symbols, terms))
    return bool(symbols) and all(s.type.kind in DISCRETE for s in symbols)


def _is_nonlinear(term: Term) -> bool:
    return any(t.op in {"pow", "mul"} and sum(bool(free_symbols(a)) for a in t.args) > (t.op == "mul") for t in term.walk())


def _needs_high_order(terms: tuple[Term, ...]) -> bool:
    opaque = [t for t in terms if t.op in {"apply", "derivative"}]
    if not opaque:
        return False
    if any(_is_long_range(t) and any(o in set(t.args[0].walk()) for o in opaque) for t in terms if t.op in {"sum", "prod"}):
        return True
    orders = sum(t.op == "diff" for t in terms) + max((int(t.args[0].number) for t in opaque if t.op == "derivative"), default=0)
    return orders > LARGEST_ORDER or len({t for t in opaque if t.op == "apply"}) > LARGEST_ORDER + 1


def _is_long_range(term: Term) -> bool:
    """Whether a range may have more terms than sizes make, such as ``0..5`` or ``n..n+5``."""
    return sum(abs(value) for end in term.args[1:3] for t in end.walk() if (value := folded(t)) is not None) > LARGEST_ORDER


def _everything(claim: Claim) -> Iterator[Term]:
    """The subterms of both sides and of the definitions that they use."""
    seen: set[str] = set()
    pending = [claim.left, claim.right]
    while pending:
        for term in pending.pop().walk():
            yield term
            if term.op in {"symbol", "apply", "derivative"} and term.symbol.name not in seen:
                seen.add(term.symbol.name)
                pending += _body(claim.context, term)


def _body(context: Context, term: Term) -> list[Term]:
    definition = context.definitions.get(term.symbol.name)
    return [definition.body] if definition is not None and definition.symbol == term.symbol else []


def _symbols(terms: tuple[Term, ...]) -> set[Symbol]:
    return {t.symbol for t in terms if t.op in {"symbol", "apply", "derivative"}}
