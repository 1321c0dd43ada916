"""Terms as germs: a function of one variable near a point, from one side, by the Taylor series of its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from math import factorial

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis import stepwise
from derivcheck.kernel.analysis.germs import CONSTANT, Germ, Germs, Monomial
from derivcheck.kernel.analysis.inverses import error_function, inverse_function
from derivcheck.kernel.analysis.knowledge import NoValues, Refused, is_oo, occurs
from derivcheck.kernel.analysis.needs import rational
from derivcheck.kernel.analysis.stepwise import sign_near
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, number
from derivcheck.kernel.vocabulary import build

HALF = number(Fraction(1, 2))
EVERYWHERE = frozenset({"number", "constant", "symbol", "add", "neg", "mul"})
"""What is defined wherever its parts are."""


@dataclass(slots=True)
class Expansion:
    """Expands terms in a variable that is ``point + side*t``, or ``side/t`` where the point is infinite.

    carried: the parts without the variable that were met, which must be defined too.
    """

    germs: Germs
    variable: Symbol
    point: Term
    side: int
    carried: list[Term] = field(default_factory=list)

    def of(self, term: Term) -> Germ:
        """The germ of a term; raises ``Refused``, also where it has no values near the point."""
        self.germs.knowledge.budget.spend()
        if not occurs(self.variable, term):
            if any(t.op not in EVERYWHERE for t in term.walk()):
                self.carried.append(term)
            if any(is_oo(t) for t in term.walk()):
                raise Refused("infinity is not a number")
            return self.germs.constant(term)
        if term.op == "symbol":
            return self._variable()
        rule = RULES.get(term.op)
        if rule is None or term.shape or (term.op == "log" and len(term.args) == 2):
            raise Refused(f"{term.op} is not expanded")
        return rule(self, term)

    def _variable(self) -> Germ:
        sign = number(self.side)
        if is_oo(self.point):
            return Germ(((Monomial((), Fraction(-1)), number(is_oo(self.point))),))
        return self.germs.made([(CONSTANT, self.point), (Monomial((), Fraction(1)), sign)], None)

    # -- arithmetic --------------------------------------------------------------------------------------------------

    def _add(self, term: Term) -> Germ:
        total = self.of(term.args[0])
        for a in term.args[1:]:
            total = self.germs.add(total, self.of(a))
        return total

    def _mul(self, term: Term) -> Germ:
        total = self.of(term.args[0])
        for a in term.args[1:]:
            total = self.germs.mul(total, self.of(a))
        return total

    def _neg(self, term: Term) -> Germ:
        return self.germs.scale(self.of(term.args[0]), number(-1))

    def _div(self, term: Term) -> Germ:
        return self.germs.mul(self.of(term.args[0]), self.germs.raised(self.of(term.args[1]), Fraction(-1)))

    def _pow(self, term: Term) -> Germ:
        base, exponent = term.args
        q = rational(exponent)
        if q is not None:
            return self._root(self.of(base), q)
        if not occurs(self.variable, exponent):
            m, x, e = self.germs.rest(base_germ := self.of(base))
            if m == CONSTANT and self._positive(base_germ) == "+":
                factor = ONE if x == ONE else build("pow", x, exponent)
                return self.germs.scale(self.germs.series(self._binomials(exponent), e), factor)
        try:
            return self.exp(self.germs.mul(self.of(exponent), self.log(self.of(base))))
        except NoValues:
            raise Refused("a power of negative values") from None  # the exponent may be an integer

    def _binomials(self, exponent: Term) -> list[Term]:
        """The coefficients of ``(1 + e)**exponent``."""
        self.of(exponent)
        found, falling = [ONE], ONE
        for k in range(1, self.germs.depth):
            falling = c.mul(falling, c.add(exponent, number(1 - k)))
            found.append(c.scale(falling, Fraction(1, factorial(k))))
        return found

    def _root(self, f: Germ, q: Fraction) -> Germ:
        if q.denominator != 1 and f.terms and self._positive(f) == "-":
            raise NoValues("a root of negative values")
        return self.germs.raised(f, q)

    def _sign(self, f: Germ) -> str:
        return sign_near(self.germs, f)

    def _positive(self, f: Germ) -> str:
        """The sign near the point; where it is that of a value at the point which is not known, the value must be positive."""
        if f.terms and f.terms[0][0] == CONSTANT and self.germs.knowledge.sign(f.terms[0][1]) is None:
            self.carried.append(build("log", f.terms[0][1]))
            self.germs.knowledge.signs[f.terms[0][1]] = "+"
        return self._sign(f)

    # -- functions -----------------------------------------------------------------------------------------------------

    def exp(self, f: Germ) -> Germ:
        """exp of a germ: what grows becomes a monomial."""
        large, constant, small = self.germs.parted(f)
        m, coefficient = CONSTANT, ONE if constant == ZERO else build("exp", constant)
        for k, x in large:
            q = rational(x)
            if not k.growth and not k.logs:
                m = m.times(Monomial(((-k.power, x),)))
            elif not k.growth and not k.power and k.logs == 1 and q is not None:
                m = m.times(Monomial((), -q))
            elif not k.growth and not k.power and k.logs == 1:
                m = m.times(Monomial(((Fraction(0), x),)))
            else:
                raise Refused("an exponential of what grows in this way is not expanded")
        terms = [number(Fraction(1, factorial(k))) for k in range(self.germs.depth)]
        return self.germs.shifted(self.germs.series(terms, small), m, coefficient)

    def log(self, f: Germ) -> Germ:
        """log of a germ that is positive near the point."""
        if self._positive(f) == "-":
            raise NoValues("a logarithm of negative values")
        m, x, e = self.germs.rest(f)
        if m.logs:
            raise Refused("a logarithm of a logarithm")
        terms = [ZERO, *(number(Fraction((-1) ** (k + 1), k)) for k in range(1, self.germs.depth))]
        small = self.germs.series(terms, e)
        grown = [(Monomial((), -p) if p else Monomial((), Fraction(0), 1), y) for p, y in m.growth]
        logs = [(Monomial((), Fraction(0), 1), number(-m.power))] if m.power else []
        constant = [] if x == ONE else [(CONSTANT, build("log", x))]
        return self.germs.add(self.germs.made([*grown, *logs, *constant], None), small)

    def _sine(self, f: Germ, turn: int) -> Germ:
        """sin (turn 0) or cos (turn 1); of what grows, only that it is bounded."""
        if f.error is not None and self.germs.size(f.error) >= 0:
            return Germ((), CONSTANT)
        large, constant, small = self.germs.parted(f)
        if large:
            return Germ((), CONSTANT)
        at = (ZERO, ONE) if constant == ZERO else (build("sin", constant), build("cos", constant))
        values = (at[0], at[1], c.mul(number(-1), at[0]), c.mul(number(-1), at[1]))
        depth = self.germs.depth
        return self.germs.series([c.scale(values[(k + turn) % 4], Fraction(1, factorial(k))) for k in range(depth)], small)

    def _quotient(self, term: Term) -> Germ:
        above, below = QUOTIENTS[term.op]
        inner = self.of(term.args[0])
        over = self._named(above, inner) if above else self.germs.constant(ONE)
        return self.germs.mul(over, self.germs.raised(self._named(below, inner), Fraction(-1)))

    def _named(self, name: str, f: Germ) -> Germ:
        if name in {"sin", "cos"}:
            return self._sine(f, int(name == "cos"))
        up, down = self.exp(f), self.exp(self.germs.scale(f, number(-1)))
        return self.germs.scale(self.germs.add(up, self.germs.scale(down, number(-1 if name == "sinh" else 1))), HALF)

    def _tanh(self, f: Germ) -> Germ:
        large, _, _ = self.germs.parted(f)
        if large and self._sign(f) == "+":
            return self.germs.scale(self._tanh(self.germs.scale(f, number(-1))), number(-1))
        squared = self.exp(self.germs.scale(f, number(2)))
        one = self.germs.constant(ONE)
        above = self.germs.add(squared, self.germs.scale(one, number(-1)))
        return self.germs.mul(above, self.germs.raised(self.germs.add(squared, one), Fraction(-1)))

    def _order(self, term: Term) -> Germ:
        """O(g): nothing is known but the order."""
        return Germ((), self.germs.leading(self.of(term.args[0]))[0])

    def _cube_root(self, term: Term) -> Germ:
        f, third = self.of(term.args[0]), Fraction(1, 3)
        if self._sign(f) == "+":
            return self.germs.raised(f, third)
        return self.germs.scale(self.germs.raised(self.germs.scale(f, number(-1)), third), number(-1))

    def _opaque(self, term: Term) -> Germ:
        """A smooth function that nothing is known of, where its argument has a limit."""
        order = int(term.args[0].number) if term.op == "derivative" else 0
        if len(term.args) != 1 + (term.op == "derivative") or term.args[-1].shape:
            raise Refused("a function of several variables is not expanded")
        large, constant, small = self.germs.parted(self.of(term.args[-1]))
        if large:
            raise Refused("an unknown function of what grows")
        found = []
        for k in range(min(self.germs.depth, 5)):
            n = order + k
            value = Term("derivative", (number(n), constant), term.data) if n else Term("apply", (constant,), term.data)
            found.append(c.scale(value, Fraction(1, factorial(k))))
        return self.germs.series(found, small)


QUOTIENTS = {
    "tan": ("sin", "cos"), "cot": ("cos", "sin"), "sec": ("", "cos"), "csc": ("", "sin"), "coth": ("cosh", "sinh"),
    "sech": ("", "cosh"), "csch": ("", "sinh"),
}
RULES: dict[str, Callable[[Expansion, Term], Germ]] = {
    "add": Expansion._add, "mul": Expansion._mul, "neg": Expansion._neg, "div": Expansion._div, "pow": Expansion._pow,
    "exp": lambda x, t: x.exp(x.of(t.args[0])), "log": lambda x, t: x.log(x.of(t.args[0])),
    "sqrt": lambda x, t: x._root(x.of(t.args[0]), Fraction(1, 2)), "cbrt": Expansion._cube_root,
    "sin": lambda x, t: x._sine(x.of(t.args[0]), 0), "cos": lambda x, t: x._sine(x.of(t.args[0]), 1),
    "sinh": lambda x, t: x._named("sinh", x.of(t.args[0])), "cosh": lambda x, t: x._named("cosh", x.of(t.args[0])),
    "tanh": lambda x, t: x._tanh(x.of(t.args[0])), **dict.fromkeys(QUOTIENTS, Expansion._quotient),
    **dict.fromkeys(("atan", "asin", "acos", "asinh", "atanh"), inverse_function),
    "O": Expansion._order, "erf": error_function,
    **stepwise.RULES, "apply": Expansion._opaque, "derivative": Expansion._opaque,
}
