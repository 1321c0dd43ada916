"""Terms as quotients of polynomials in symbols and in further variables, each with what is known of it.

A further variable stands for what is no polynomial: a root, an absolute value, the exponential or the sine of a product, a
logarithm, a value of a function that is not covered.  What is said of it here is true at every point of the declared domain,
so what follows from it follows; what is not said may make a question undecidable, never a wrong answer.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd
from typing import TypeAlias

from derivcheck.kernel.terms import Context, Symbol, Term
from derivcheck.proving.statements.formula import Formula, both, compared, either, implies, negation
from derivcheck.proving.statements.quotients import ONE, Monomial, Poly, Quotient, TooLarge, constant

Key: TypeAlias = "tuple[object, ...]"

SCALARS = frozenset({"real", "positive", "nonnegative", "negative", "nonzero", "integer", "natural", "sign"})
"""The types of the symbols that are covered."""

COUNTS = frozenset({"size", "index"})
"""The types of symbols that are positive whole numbers, of whose values no points are made here."""

RISING = frozenset({"atan", "asinh", "erf"})
"""Functions that rise everywhere and are 0 at 0."""

OPAQUE = frozenset({"atan", "asinh", "erf", "asin", "acos", "floor", "ceiling"})
"""Functions of which little is known here; they are defined everywhere, or where ``DEFINED`` says."""

DEFINED = frozenset({"asin", "acos"})
"""Functions that are defined on [-1, 1]."""

BOUNDS = {
    "pi": (Fraction("3.14159265358"), Fraction("3.14159265359")),
    "e": (Fraction("2.71828182845"), Fraction("2.71828182846")),
}
"""Rationals between which a constant lies."""


PARTS = {Fraction(0): (0, 1), Fraction(1, 6): (1, 3), Fraction(1, 4): (2, 2), Fraction(1, 3): (3, 1)}
"""Of parts of pi, the squares of twice the sine and twice the cosine; of 0 these themselves."""


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
    through what is known of it; needs: what the values asked for so far need to be defined.
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

    # -- variables -------------------------------------------------------------------------------------------------------

    def variable(self, key: Key, known: Callable[[Poly], Sequence[Formula]] = lambda v: ()) -> Poly:
        """The variable of a key; what is known of it is asked for when it is new."""
        name = self.names.get(key)
        if name is None:
            name = self.names[key] = f"v{len(self.names)}"
            self.axioms[name] = []
            self.axioms[name] = list(known(Poly.variable(name)))
        return Poly.variable(name)

    def _invertible(self, function: str, key: Key, at: Quotient) -> None:
        """Remember of a function of a multiple of one symbol where it has a value."""
        if len(at.above.terms) == 1 and not at.below:
            (m, c), = at.above.terms
            if len(m) == 1 and m[0][1] == 1 and m[0][0] in self.symbols and (c == 1 or function != "log"):
                self.inverses[self.names[key]] = (function, self.symbols[m[0][0]].name, c)

    def known_of(self, used: frozenset[str]) -> list[Formula]:
        """What is known of some variables and of those that this is about."""
        from derivcheck.proving.statements.formula import variables

        found: list[Formula] = []
        reached, waiting = set[str](), list(used)
        while waiting:
            name = waiting.pop()
            if name in reached:
                continue
            reached.add(name)
            found += self.axioms.get(name, ())
            for axiom in self.axioms.get(name, ()):
                waiting += variables(axiom)
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
                    found += [implies(where, _same(op, gap, values)) for op in ("lt", "eq", "gt")]
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
        return [implies(both_defined, _same(op, gap, values.above)) for op in ("lt", "eq", "gt")]

    # -- terms -----------------------------------------------------------------------------------------------------------

    def value(self, term: Term) -> Quotient:
        """The term as a quotient; what it needs to be defined is added to ``needs``.  Raises ``NotCovered``, ``TooLarge``."""
        if term.shape:
            raise NotCovered("arrays")
        handler = _TERMS.get(term.op)
        if handler is None:
            if term.op not in OPAQUE:
                raise NotCovered(term.op)
            return self._opaque(term)
        return handler(self, term)

    def _symbol(self, term: Term) -> Quotient:
        it = term.symbol
        definition = self.context.definitions.get(it.name)
        if definition is not None and not definition.parameters:
            return self.value(definition.body)
        if it.type.kind not in SCALARS | COUNTS or it.type.shape or it.type.family or definition is not None:
            raise NotCovered(f"symbols of type {it.type.kind}")
        variable = self.variable(("symbol", it.name), lambda v: _typed(it, v))
        self.symbols[self.names["symbol", it.name]] = it
        return Quotient(variable)

    def _constant(self, term: Term) -> Quotient:
        name = str(term.data)
        if name not in BOUNDS:
            raise NotCovered(name)
        return Quotient(self.number(name))

    def number(self, name: str) -> Poly:
        """The variable of ``pi`` or ``e``, of which bounds are known."""
        low, high = BOUNDS[name]
        self.exact = False
        return self.variable(
            ("constant", name), lambda v: [compared("gt", v - Poly.number(low)), compared("lt", v - Poly.number(high))]
        )

    def _sum(self, term: Term) -> Quotient:
        total = constant(0)
        for part in term.args:
            total = total + self.value(part)
        return total

    def _product(self, term: Term) -> Quotient:
        total = constant(1)
        for part in term.args:
            total = total * self.value(part)
        return total

    def _quotient(self, term: Term) -> Quotient:
        return self.value(term.args[0]) * self.over(self.value(term.args[1]))

    def over(self, value: Quotient) -> Quotient:
        """One over a value, which must not be zero."""
        self.needs.append(compared("ne", value.above))
        if not value.above.terms:
            raise Nowhere("a division by zero")
        return value.inverse()

    def _power(self, term: Term) -> Quotient:
        base, exponent = term.args
        power = self.value(exponent)
        number = power.above.constant if not power.below else None
        if number is not None and number.denominator == 1:
            whole = int(number)
            if whole >= 0:
                return self.value(base) ** whole
            return self.over(self.value(base)) ** -whole
        if base.op == "constant" and base.data == "e":
            return self.exponential(power)
        value = self.value(base)
        if number is not None:
            return self.fractional(value, number)
        at = value.above.constant if not value.below else None
        if at is not None and at > 0:
            return self._power_of_number(at, power)
        if self._positive(value):
            return self.exponential(power * self.logarithm(value))
        raise NotCovered("a power of unknown sign")

    def _positive(self, value: Quotient) -> bool:
        """Whether a value is a positive number times symbols that are positive, over such."""
        for poly in (value.above, *(p for p, _ in value.below)):
            for m, c in poly.terms:
                if c < 0 or not all(compared("gt", Poly.variable(v)) in self.axioms[v] for v, _ in m):
                    return False
        return bool(value.above.terms)

    def fractional(self, value: Quotient, power: Fraction) -> Quotient:
        """A power that is not whole: of a base that is not negative, and not zero where the power is negative."""
        self.needs.append(compared("ge", value.oriented()))
        if power < 0:
            return self.fractional(self.over(value), -power)
        at = value.above.constant if not value.below else None
        if at is not None and at in {0, 1}:
            return value
        return Quotient(self.root(value, power.denominator)) ** power.numerator

    def root(self, value: Quotient, degree: int) -> Poly:
        """The root of a value that is not negative."""
        above, below = value.above, value.denominator()

        def known(v: Poly) -> list[Formula]:
            where = both((compared("ge", value.oriented()), compared("ne", below)))
            return [implies(where, both((compared("ge", v), compared("eq", v**degree * below - above))))]

        return self.variable(("root", above, below, degree), known)

    def _square_root(self, term: Term) -> Quotient:
        return self.fractional(self.value(term.args[0]), Fraction(1, 2))

    def _cube_root(self, term: Term) -> Quotient:
        value = self.value(term.args[0])
        above, below = value.above, value.denominator()
        return Quotient(self.variable(("cbrt", above, below), lambda v: [
            implies(compared("ne", below), compared("eq", v**3 * below - above))]))

    def _absolute(self, term: Term) -> Quotient:
        return Quotient(self.absolute(self.value(term.args[0])))

    def absolute(self, value: Quotient) -> Poly:
        """The absolute value."""
        above, below, sign = value.above, value.denominator(), value.oriented()
        at = value.above.constant if not value.below else None
        if at is not None:
            return Poly.number(abs(at))

        def known(v: Poly) -> list[Formula]:
            up, down = compared("eq", v * below - above), compared("eq", v * below + above)
            return [implies(both((compared("ge", sign), compared("ne", below))), up),
                    implies(both((compared("lt", sign), compared("ne", below))), down), compared("ge", v)]

        return self.variable(("abs", above, below), known)

    def _sign(self, term: Term) -> Quotient:
        value = self.value(term.args[0])
        sign = value.oriented()
        return Quotient(self.variable(("sign", sign), lambda v: [
            implies(compared(op, sign), compared("eq", v - Poly.number(k))) for op, k in (("gt", 1), ("eq", 0), ("lt", -1))]))

    def _extreme(self, term: Term) -> Quotient:
        """The larger or the smaller of two is half of their sum and, or less, their distance."""
        found = self.value(term.args[0])
        for part in term.args[1:]:
            other = self.value(part)
            distance = Quotient(self.absolute(found - other))
            found = (found + other + (distance if term.op == "max" else -distance)) * constant(Fraction(1, 2))
        return found

    def _ramp(self, term: Term) -> Quotient:
        value = self.value(term.args[0])
        return (value + Quotient(self.absolute(value))) * constant(Fraction(1, 2))

    # -- exponentials and logarithms -------------------------------------------------------------------------------------

    def exponential(self, value: Quotient) -> Quotient:
        """The exponential of a sum as the product of those of its summands."""
        found = constant(1)
        for m, c, below in _summands(value):
            if below is None and not m:
                found = found * self._whole_power(self.number("e"), c)
                continue
            logarithm = self._logarithm_of(m) if below is None else None
            if logarithm is not None:
                whole = c.denominator == 1
                found = found * (logarithm ** int(c) if whole and c > 0 else logarithm.inverse() ** -int(c) if whole
                                 else self.fractional(logarithm, c))
                continue
            unit, times = self._in_units(("exp", m, below), c)
            at = Quotient(Poly(((m, unit),)), below or ())
            found = found * self._whole_power(self._exponential_of(("exp", m, below, unit), at), Fraction(times))
        return found

    def _exponential_of(self, key: Key, at: Quotient) -> Poly:
        def known(v: Poly) -> list[Formula]:
            tangents = [compared("ge", v - ONE - at.above), compared("ge", ONE - v * (ONE - at.above))] if not at.below else []
            return [compared("gt", v), *tangents, *(_same(op, at, v - ONE) for op in ("lt", "eq", "gt"))]

        self.exact = False
        found = self.variable(key, known)
        self._invertible("exp", key, at)
        self.arguments[self.names[key]] = ("exp", at, both(()))
        return found

    def _whole_power(self, base: Poly, power: Fraction) -> Quotient:
        if power.denominator != 1:
            root = self.root(Quotient(base), power.denominator)
            return self._whole_power(root, Fraction(power.numerator))
        positive = Quotient(base) ** abs(int(power))
        return positive if power >= 0 else positive.inverse()

    def _power_of_number(self, base: Fraction, power: Quotient) -> Quotient:
        """A power of a positive number as one of powers of primes with the same summands in their exponents."""
        found = constant(1)
        for prime, times in _primes(base):
            found = found * self.exponential(power * constant(times) * self._plain_logarithm(constant(prime)))
        return found

    def _logarithm_of(self, m: Monomial) -> Quotient | None:
        """What a variable is the logarithm of, if the monomial is one."""
        if len(m) == 1 and m[0][1] == 1 and m[0][0] in self.arguments and self.arguments[m[0][0]][0] == "log":
            return self.arguments[m[0][0]][1]
        return None

    def logarithm(self, value: Quotient) -> Quotient:
        """The logarithm of a positive value; of a product of what is known to be positive, as a sum."""
        self.needs.append(both((compared("gt", value.oriented()), defined(value))))
        if len(value.above.terms) > 1 or not self._positive(value) or any(len(p.terms) > 1 for p, _ in value.below):
            if not value.above.terms:
                raise Nowhere("a logarithm that is defined nowhere")
            return self._plain_logarithm(value)
        (m, c), = value.above.terms
        found = constant(0)
        for prime, times in _primes(c):
            found = found + self._plain_logarithm(constant(prime)) * constant(times)
        for name, e in (*m, *((p.terms[0][0][0][0], -e) for p, e in value.below)):
            function, at, _ = self.arguments.get(name, ("", constant(0), both(())))
            log = at if function == "exp" else self._plain_logarithm(Quotient(Poly.variable(name)))
            found = found + log * constant(e)
        return found

    def _plain_logarithm(self, value: Quotient) -> Quotient:
        key = ("log", value.above, value.denominator())
        where = both((compared("gt", value.oriented()), defined(value)))

        def known(v: Poly) -> list[Formula]:
            less = value - constant(1)
            return [*(implies(where, _same(op, less, v)) for op in ("lt", "eq", "gt")),
                    implies(where, compared("le", (Quotient(v) - less).oriented())),
                    implies(where, compared("ge", (Quotient(v) * value - less).oriented()))]

        self.exact = False
        found = self.variable(key, known)
        self._invertible("log", key, value)
        self.arguments[self.names[key]] = ("log", value, where)
        return Quotient(found)

    def _log(self, term: Term) -> Quotient:
        found = self.logarithm(self.value(term.args[0]))
        return found if len(term.args) == 1 else found * self.over(self.logarithm(self.value(term.args[1])))

    def _exp(self, term: Term) -> Quotient:
        return self.exponential(self.value(term.args[0]))

    def _hyperbolic(self, term: Term) -> Quotient:
        up = self.exponential(self.value(term.args[0]))
        down = up.inverse()
        half = constant(Fraction(1, 2))
        sine, cosine = (up - down) * half, (up + down) * half
        return self._ratio({"sinh": (sine, None), "cosh": (cosine, None), "tanh": (sine, cosine), "coth": (cosine, sine),
                            "sech": (constant(1), cosine), "csch": (constant(1), sine)}[term.op])

    def _sigmoid(self, term: Term) -> Quotient:
        up = self.exponential(self.value(term.args[0]))
        return up * self.over(constant(1) + up)

    def _ratio(self, parts: tuple[Quotient, Quotient | None]) -> Quotient:
        above, below = parts
        return above if below is None else above * self.over(below)

    # -- sines and cosines -----------------------------------------------------------------------------------------------

    def _circular(self, term: Term) -> Quotient:
        sine, cosine = self.turned(self.value(term.args[0]))
        return self._ratio({"sin": (sine, None), "cos": (cosine, None), "tan": (sine, cosine), "cot": (cosine, sine),
                            "sec": (constant(1), cosine), "csc": (constant(1), sine)}[term.op])

    def turned(self, value: Quotient) -> tuple[Quotient, Quotient]:
        """Sine and cosine of a sum from those of its summands."""
        sine, cosine = constant(0), constant(1)
        pi = self.names.get(("constant", "pi"))
        for m, c, below in _summands(value):
            if below is None and m == ((pi, 1),) and c % Fraction(1, 2) in PARTS:
                part = self._part_of_turn(c)
            else:
                part = self._multiple(m, c, below)
            sine, cosine = sine * part[1] + cosine * part[0], cosine * part[1] - sine * part[0]
        return sine, cosine

    def _part_of_turn(self, c: Fraction) -> tuple[Quotient, Quotient]:
        """Sine and cosine of ``c*pi`` with c a multiple of a sixth or of a quarter."""
        half = constant(Fraction(1, 2))
        sine, cosine = (Quotient(self.root(constant(n), 2)) * half if n > 1 else constant(n) for n in PARTS[c % Fraction(1, 2)])
        if c % Fraction(1, 2):
            sine, cosine = (half if x == constant(1) else x for x in (sine, cosine))
        for _ in range(int(c // Fraction(1, 2)) % 4):
            sine, cosine = cosine, -sine
        return sine, cosine

    def _multiple(self, m: Monomial, c: Fraction, below: tuple[tuple[Poly, int], ...] | None) -> tuple[Quotient, Quotient]:
        unit, times = self._in_units(("sin", m, below), c)
        self.exact = False
        at = Quotient(Poly(((m, unit),)), below or ())
        square, over = at.above**2, at.denominator() ** 2
        s = self.variable(("sin", m, below, unit))
        self._invertible("sin", ("sin", m, below, unit), at)
        k = self.variable(("cos", m, below, unit), lambda v: [compared("eq", v * v + s * s - ONE)])  # which reaches the sine's
        self.axioms[self.names["sin", m, below, unit]] = [
            compared("eq", k * k + s * s - ONE), compared("le", s * s * over - square),
            compared("ge", (k - ONE).scaled(Fraction(2)) * over + square),
        ]
        sine, cosine = Poly(), ONE
        for _ in range(abs(times)):
            sine, cosine = sine * k + cosine * s, cosine * k - sine * s
        return Quotient(-sine if times < 0 else sine), Quotient(cosine)

    def _in_units(self, key: Key, c: Fraction) -> tuple[Fraction, int]:
        """A coefficient as a multiple of the unit of what it stands before, which is made smaller where it has to be."""
        unit = self.units.get(key, abs(c))
        shared = gcd(unit.numerator * c.denominator, abs(c.numerator) * unit.denominator)
        unit = Fraction(shared, unit.denominator * c.denominator)
        self.units[key] = unit
        times = c / unit
        if abs(times) > 24:
            raise TooLarge("a multiple under a function is too large")
        return unit, int(times)

    def _application(self, term: Term) -> Quotient:
        if len(term.args) != 1 or term.symbol.type.arguments[0].shape or term.symbol.name in self.context.definitions:
            raise NotCovered("a function of this kind")
        return self._at(f"apply {term.symbol.name}", self.value(term.args[0]), [])

    def _opaque(self, term: Term) -> Quotient:
        value = self.value(term.args[0])
        where: list[Formula] = []
        if term.op in DEFINED:
            where = [compared("ge", (constant(1) - value).oriented()), compared("ge", (constant(1) + value).oriented())]
            self.needs += where
        return self._at(term.op, value, where)

    def _at(self, function: str, value: Quotient, where: list[Formula]) -> Quotient:
        self.exact = False
        key = (function, value.above, value.denominator())
        found = self.variable(key, lambda v: [_same(op, value, v) for op in ("lt", "eq", "gt")] if function in RISING else ())
        self.arguments[self.names[key]] = (function, value, both(where))
        return Quotient(found)


def _same(op: str, value: Quotient, poly: Poly) -> Formula:
    """That a value, where it is defined, and a polynomial compare with zero alike."""
    here, there = compared(op, value.above if op == "eq" else value.oriented()), compared(op, poly)
    return implies(defined(value), either((both((here, there)), both((negation(here), negation(there))))))


def defined(value: Quotient) -> Formula:
    """That no denominator is zero."""
    return both(compared("ne", p) for p, _ in value.below)


def _typed(it: Symbol, v: Poly) -> list[Formula]:
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


def _summands(value: Quotient) -> list[tuple[Monomial, Fraction, tuple[tuple[Poly, int], ...] | None]]:
    """The summands of a polynomial, or of a quotient, each as a monomial with its coefficient and its denominator."""
    return [(m, c, value.below or None) for m, c in value.above.terms]


def _primes(value: Fraction) -> list[tuple[int, Fraction]]:
    """The primes of a number below a thousand with their exponents, and what is left of it as one."""
    found: list[tuple[int, Fraction]] = []
    for whole, sign in ((value.numerator, 1), (value.denominator, -1)):
        for prime in range(2, 1000):
            times = 0
            while whole % prime == 0:
                whole //= prime
                times += 1
            if times:
                found.append((prime, Fraction(sign * times)))
        if whole > 1:
            found.append((whole, Fraction(sign)))
    return found


_TERMS: dict[str, Callable[[Algebra, Term], Quotient]] = {
    "number": lambda a, t: constant(t.number), "constant": Algebra._constant, "symbol": Algebra._symbol, "add": Algebra._sum,
    "neg": lambda a, t: -a.value(t.args[0]), "mul": Algebra._product, "div": Algebra._quotient, "pow": Algebra._power,
    "sqrt": Algebra._square_root, "cbrt": Algebra._cube_root, "abs": Algebra._absolute, "sign": Algebra._sign,
    "max": Algebra._extreme, "min": Algebra._extreme, "relu": Algebra._ramp, "exp": Algebra._exp, "log": Algebra._log,
    "sigmoid": Algebra._sigmoid, "apply": Algebra._application,
    **dict.fromkeys(("sinh", "cosh", "tanh", "coth", "sech", "csch"), Algebra._hyperbolic),
    **dict.fromkeys(("sin", "cos", "tan", "cot", "sec", "csc"), Algebra._circular),
}
