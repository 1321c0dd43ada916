"""Whether two values in many digits agree or differ.

A small difference is rounding if it shrinks when the digits are doubled, and real if it does not.
"""

from __future__ import annotations

from typing import Any

from derivcheck.kernel.terms import Term
from independent.arrays import entries
from independent.values import Number, Numbers, Undefined

LINKS = frozenset({"<=>", "=>", "<=="})
ORDERS = {"<": (True, False), "<=": (False, False), ">": (True, True), ">=": (False, True)}
"""Of a relation: whether it is strict, and whether its sides are exchanged to make it ``<`` or ``<=``."""


def related(numbers: Numbers, relation: str, left: Any, right: Any, derived: bool, digits: int | None) -> str:
    """``agreed``, ``differs`` or ``unsure`` of two values as far as their digits go, or of two statements that a link joins.

    digits: how many decimals an approximation is written to.
    """
    if relation in LINKS:
        return _linked(relation, left, right)
    verdicts = {_pair(numbers, relation, a, b, derived, digits) for a, b in zip(entries(left), entries(right), strict=True)}
    return next((v for v in ("differs", "unsure") if v in verdicts), "agreed")


def _linked(relation: str, left: Any, right: Any) -> str:
    """Statements are compared only where both are defined."""
    if isinstance(left, Undefined) or isinstance(right, Undefined):
        return "neither"
    holds = {"<=>": left == right, "=>": right or not left, "<==": left or not right}[relation]
    return "agreed" if holds else "differs"


def _pair(numbers: Numbers, relation: str, a: Number, b: Number, derived: bool, digits: int | None) -> str:
    if relation == "~":
        return "agreed" if abs(a - b) <= numbers.mp.mpf(10) ** -(digits or 0) / 2 else "differs"
    equal = _equal(numbers, a, b, derived)
    if not equal and numbers.magnitude(a - b) <= numbers.floor:
        return "unsure"
    if relation == "=":
        return "agreed" if equal else "differs"
    try:
        a, b = numbers.real(a), numbers.real(b)
    except Undefined:
        return "differs"
    strict, exchanged = ORDERS[relation]
    if equal:
        return "differs" if strict else "agreed"
    return "agreed" if (b < a) == exchanged else "differs"


def _equal(numbers: Numbers, a: Number, b: Number, derived: bool) -> bool:
    """Whether the gap is within rounding, and within the error of numerical derivatives where there are some."""
    trusted = numbers.digits // 2 if derived else numbers.digits * 5 // 6
    gap, unit = abs(a - b), numbers.mp.mpf(10) ** -trusted
    return bool(gap <= unit * max(abs(a), abs(b)) or (derived and gap <= unit * unit))


def confirmed(once: tuple[Any, Any], again: tuple[Any, Any]) -> str:
    """``differs`` if some gap is the same at twice the digits, ``agreed`` if all have shrunk with them, else ``unsure``."""
    gaps = [(x - y, p - q) for x, y, p, q in zip(*map(entries, (*once, *again)), strict=True)]
    if any(first and abs(first - second) <= 1e-6 * abs(first) for first, second in gaps):
        return "differs"
    return "agreed" if all(abs(second) <= 1e-15 * abs(first) for first, second in gaps) else "unsure"


def decimals(term: Term) -> int | None:
    """How many decimals a terminating decimal number has; of any other term ``None``."""
    if term.op == "neg":
        return decimals(term.args[0])
    if term.op != "number":
        return None
    return next((d for d in range(200) if (term.number * 10**d).denominator == 1), None)
