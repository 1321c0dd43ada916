"""The variables that stand for what is no polynomial in statements, and what is known of them.

A variable stands for a symbol, a root, an absolute value, the exponential or the sine of a product, a logarithm, or a value of a
function of which little is known.  What is said of it is true at every point of the declared domain, so what follows from it
follows; what is not said may make a question undecidable, never a wrong answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import TypeAlias

from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.terms import Context, Symbol
from derivcheck.proving.statements.formula import Formula, both, compared, either, implies, negation, variables
from derivcheck.proving.statements.quotients import ONE, Monomial, Poly, Quotient, TooLarge

Key: TypeAlias = "tuple[object, ...]"

Below: TypeAlias = "tuple[tuple[Poly, int], ...]"

SCALARS = frozenset({"real", "positive", "nonnegative", "negative", "nonzero", "integer", "natural", "sign"})
"""The types of the symbols that are covered."""

COUNTS = frozenset({"size", "index"})
"""The types of symbols that are positive whole numbers, of whose values no points are made here."""

RISING = frozenset({"atan", "asinh", "erf"})
"""Functions that rise everywhere and are 0 at 0."""

BOUNDS = {
    "pi": (Fraction("3.14159265358"), Fraction("3.14159265359")),
    "e": (Fraction("2.71828182845"), Fraction("2.71828182846")),
}
"""Rationals between which a constant lies."""


class NotCovered(Exception):
    """The term holds something that is not put into polynomials."""


class Nowhere(NotCovered):
    """The term is defined nowhere."""


@dataclass(slots=True)
class Algebra:
    """The variables that stand for the parts of some terms, and what is known of them.

    symbols: by variable the symbol that it is; axioms: what holds of the variables wherever they stand for something;
    arguments: by variable the function that it is the value of, where, and where that is defined; inverses: the same where it is
    a multiple of one symbol; units: by monomial the largest number of which all its multiples under functions are whole
    multiples; equivalences: between two forms of one relation; exact: whether each variable is determined by the symbols
    through what is known of it; needs: what the values asked for so far need to be defined; normaliser: the kernel's normal
    forms of sums, once one was asked for.
    """

    context: Context
    names: dict[Key, str] = field(default_factory=dict)
    symbols: dict[str, Symbol] = field(default_factory=dict)
    axioms: dict[str, list[Formula]] = field(default_factory=dict)
    arguments: dict[str, tuple[str, Quotient, Formula]] = field(default_factory=dict)
    inverses: dict[str, tuple[str, str, Fraction]] = field(default_factory=dict)
    units: dict[Key, Fraction] = field(default_factory=dict)
    equivalences: dict[Formula, None] = field(default_factory=dict)
    exact: bool = True
    needs: list[Formula] = field(default_factory=list)
    normaliser: Normaliser | None = None

    # -- variables -------------------------------------------------------------------------------------------------------

    def variable(self, key: Key, known: Callable[[Poly], Sequence[Formula]] = lambda v: ()) -> Poly:
        """The variable of a key; what is known of it is asked for when it is new."""
        name = self.names.get(key)
        if name is None:
            name = self.names[key] = f"v{len(self.names)}"
            self.axioms[name] = []
            self.axioms[name] = list(known(Poly.variable(name)))
        return Poly.variable(name)

    def of_symbol(self, it: Symbol) -> Poly:
        """The variable of a scalar symbol."""
        found = self.variable(("symbol", it.name), lambda v: typed(it, v))
        self.symbols[self.names["symbol", it.name]] = it
        return found

    def invertible(self, function: str, key: Key, at: Quotient) -> None:
        """Remember of a function of a multiple of one symbol where it has a value."""
        if len(at.above.terms) == 1 and not at.below:
            (m, c), = at.above.terms
            if len(m) == 1 and m[0][1] == 1 and m[0][0] in self.symbols and (c == 1 or function != "log"):
                self.inverses[self.names[key]] = (function, self.symbols[m[0][0]].name, c)

    def known_of(self, used: frozenset[str]) -> list[Formula]:
        """What is known of some variables and of those that this is about."""
        found: list[Formula] = []
        reached, waiting = set[str](), sorted(used)
        while waiting:
            name = waiting.pop()
            if name in reached:
                continue
            reached.add(name)
            found += self.axioms.get(name, ())
            for axiom in self.axioms.get(name, ()):
                waiting += sorted(variables(axiom))
        return [*dict.fromkeys(found), *self._compared_arguments(reached)]

    def _compared_arguments(self, reached: set[str]) -> list[Formula]:
        """Of each two values of one function: equal where the arguments are, and in their order where the function rises."""
        found: list[Formula] = []
        present = [(name, *self.arguments[name]) for name in sorted(reached) if name in self.arguments]
        for k, (a, function, at_a, where_a) in enumerate(present):
            for b, other, at_b, where_b in present[k + 1 :]:
                if {function, other} == {"exp", "log"}:
                    found += self._inverse(*((a, at_a, b, at_b, where_b) if function == "exp" else (b, at_b, a, at_a, where_a)))
                if other != function:
                    continue
                gap, values = at_a - at_b, Poly.variable(a) - Poly.variable(b)
                where = both((where_a, where_b))
                if function in RISING | {"exp", "log"}:
                    found += [implies(where, same_sign(op, gap, values)) for op in ("lt", "eq", "gt")]
                else:
                    found.append(implies(both((where, defined(gap), compared("eq", gap.above))), compared("eq", values)))
        return found

    @staticmethod
    def _inverse(power: str, at: Quotient, log: str, of: Quotient, where: Formula) -> list[Formula]:
        """An exponential compares with a number as what it is at compares with the number's logarithm."""
        gap, values = at - Quotient(Poly.variable(log)), Quotient(Poly.variable(power)) - of
        both_defined = both((where, defined(gap), defined(values)))
        if values.below:
            return []
        return [implies(both_defined, same_sign(op, gap, values.above)) for op in ("lt", "eq", "gt")]

    def number(self, name: str) -> Poly:
        """The variable of ``pi`` or ``e``, of which bounds are known."""
        low, high = BOUNDS[name]
        self.exact = False
        return self.variable(
            ("constant", name), lambda v: [compared("gt", v - Poly.number(low)), compared("lt", v - Poly.number(high))]
        )

    def over(self, value: Quotient) -> Quotient:
        """One over a value, which must not be zero."""
        self.needs.append(compared("ne", value.above))
        if not value.above.terms:
            raise Nowhere("a division by zero")
        return value.inverse()

    def positive(self, value: Quotient) -> bool:
        """Whether a value is a positive number times symbols that are positive, over such."""
        for poly in (value.above, *(p for p, _ in value.below)):
            for m, c in poly.terms:
                if c < 0 or not all(compared("gt", Poly.variable(v)) in self.axioms[v] for v, _ in m):
                    return False
        return bool(value.above.terms)

    def in_units(self, key: Key, c: Fraction) -> tuple[Fraction, int]:
        """A coefficient as a multiple of the unit of what it stands before, which is made smaller where it has to be."""
        unit = self.units.get(key, abs(c))
        shared = gcd(unit.numerator * c.denominator, abs(c.numerator) * unit.denominator)
        unit = Fraction(shared, unit.denominator * c.denominator)
        self.units[key] = unit
        times = c / unit
        if abs(times) > 24:
            raise TooLarge("a multiple under a function is too large")
        return unit, int(times)


def same_sign(op: str, value: Quotient, poly: Poly) -> Formula:
    """That a value, where it is defined, and a polynomial compare with zero alike."""
    here, there = compared(op, value.above if op == "eq" else value.oriented()), compared(op, poly)
    return implies(defined(value), either((both((here, there)), both((negation(here), negation(there))))))


def defined(value: Quotient) -> Formula:
    """That no denominator is zero."""
    return both(compared("ne", p) for p, _ in value.below)


def typed(it: Symbol, v: Poly) -> list[Formula]:
    """What a type says of its members."""
    match it.type.kind:
        case "positive":
            return [compared("gt", v)]
        case "nonnegative":
            return [compared("ge", v)]
        case "negative":
            return [compared("lt", v)]
        case "nonzero":
            return [compared("ne", v)]
        case "natural" | "size" | "index":
            return [compared("ge", v - ONE)]
        case "sign":
            return [compared("eq", v * v - ONE)]
    return []


def summands(value: Quotient) -> list[tuple[Monomial, Fraction, Below | None]]:
    """The summands of a polynomial, or of a quotient, each as a monomial with its coefficient and its denominator."""
    return [(m, c, value.below or None) for m, c in value.above.terms]
