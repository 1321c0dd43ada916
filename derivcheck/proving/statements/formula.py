"""Formulas: boolean combinations of polynomials compared with zero, and their text for a solver."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from derivcheck.proving.statements.quotients import Poly

HOLDS: dict[str, Callable[[Fraction], bool]] = {
    "eq": lambda c: c == 0, "ne": lambda c: c != 0, "lt": lambda c: c < 0, "le": lambda c: c <= 0, "gt": lambda c: c > 0,
    "ge": lambda c: c >= 0,
}
NEGATED = {"eq": "ne", "ne": "eq", "lt": "ge", "ge": "lt", "gt": "le", "le": "gt"}
SIGNS = {"eq": "=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


@dataclass(frozen=True, slots=True)
class Compared:
    """``poly op 0`` with op one of ``eq ne lt le gt ge``."""

    op: str
    poly: Poly


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; of no parts: true."""

    parts: tuple[Formula, ...] = ()


@dataclass(frozen=True, slots=True)
class Some:
    """Some part holds; of no parts: false."""

    parts: tuple[Formula, ...] = ()


Formula: TypeAlias = "Compared | All | Some"
TRUE, FALSE = All(), Some()


def compared(op: str, poly: Poly) -> Formula:
    """``poly op 0``, at once where the polynomial is a number; else with a first coefficient of size 1."""
    value = poly.constant
    if value is not None:
        return TRUE if HOLDS[op](value) else FALSE
    if op in {"eq", "ne"} and poly.terms[0][1] < 0:
        poly = -poly
    return Compared(op, poly.primitive()[0])


def both(parts: Iterable[Formula]) -> Formula:
    """The conjunction, flat and without repetitions."""
    found: dict[Formula, None] = {}
    for part in parts:
        if part == FALSE:
            return FALSE
        found.update(dict.fromkeys(part.parts if isinstance(part, All) else (part,)))
    return next(iter(found)) if len(found) == 1 else All(tuple(found))


def either(parts: Iterable[Formula]) -> Formula:
    """The disjunction, flat and without repetitions."""
    found: dict[Formula, None] = {}
    for part in parts:
        if part == TRUE:
            return TRUE
        found.update(dict.fromkeys(part.parts if isinstance(part, Some) else (part,)))
    return next(iter(found)) if len(found) == 1 else Some(tuple(found))


def negation(formula: Formula) -> Formula:
    """What holds where the formula does not."""
    match formula:
        case Compared(op, poly):
            return Compared(NEGATED[op], poly)
        case All(parts):
            return either(map(negation, parts))
        case Some(parts):
            return both(map(negation, parts))


def implies(premise: Formula, conclusion: Formula) -> Formula:
    """The conclusion wherever the premise holds."""
    return either((negation(premise), conclusion))


def compared_in(formula: Formula) -> Iterator[Compared]:
    """The comparisons of a formula."""
    if isinstance(formula, Compared):
        yield formula
        return
    for part in formula.parts:
        yield from compared_in(part)


def variables(formula: Formula) -> frozenset[str]:
    """The variables of a formula."""
    return frozenset().union(*(c.poly.variables() for c in compared_in(formula)))


def written(formula: Formula) -> str:
    """The formula in SMT-LIB."""
    match formula:
        case Compared("ne", poly):
            return f"(not (= {_sum(poly)} 0))"
        case Compared(op, poly):
            return f"({SIGNS[op]} {_sum(poly)} 0)"
        case All(()):
            return "true"
        case Some(()):
            return "false"
        case All(parts):
            return f"(and {' '.join(map(written, parts))})"
        case Some(parts):
            return f"(or {' '.join(map(written, parts))})"


def _sum(poly: Poly) -> str:
    parts = [_product(names, c) for names, c in poly.terms]
    return parts[0] if len(parts) == 1 else f"(+ {' '.join(parts)})"


def _product(names: tuple[tuple[str, int], ...], c: Fraction) -> str:
    factors = [name for name, e in names for _ in range(e)]
    if c != 1 or not factors:
        factors.insert(0, _number(c))
    return factors[0] if len(factors) == 1 else f"(* {' '.join(factors)})"


def _number(c: Fraction) -> str:
    size = str(abs(c.numerator)) if c.denominator == 1 else f"(/ {abs(c.numerator)} {c.denominator})"
    return f"(- {size})" if c < 0 else size
