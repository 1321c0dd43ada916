"""How functions behave as t falls to 0: finite sums of monomials with an error of a known order.

A monomial is ``exp(sum c*t**-p) * t**r * L**s`` with L = log(1/t), p > 0 and r rational and s an integer; these are ordered
by growth (Hardy's field of logarithmico-exponential functions, one level deep).  ``Germ(terms, error)`` says that the function is
the sum of its terms and O(error) near t = 0; every operation keeps that true, so what is read off it is proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import Knowledge, Refused
from derivcheck.kernel.terms import ONE, ZERO, Term, free_symbols, number

MOST_TERMS = 400


@dataclass(frozen=True, slots=True)
class Monomial:
    """``exp(sum e[1]*t**-e[0] for e in growth) * t**power * L**logs``; growth by falling powers, without zeros.

    In growth ``t**-0`` stands for L: what is entered there is a power of 1/t that is no number.
    """

    growth: tuple[tuple[Fraction, Term], ...] = ()
    power: Fraction = Fraction(0)
    logs: int = 0

    def times(self, other: Monomial, scale: Fraction = Fraction(1)) -> Monomial:
        """The product with a power of another; raises ``Refused`` for fractional powers of logarithms."""
        growth = dict(self.growth)
        for p, coefficient in other.growth:
            growth[p] = c.add(growth.get(p, ZERO), c.scale(coefficient, scale))
        logs = self.logs + scale * other.logs
        if logs.denominator != 1:
            raise Refused("a root of a logarithm")
        left = tuple(sorted(((p, x) for p, x in growth.items() if x != ZERO), key=lambda e: -e[0]))
        return Monomial(left, self.power + scale * other.power, int(logs))


CONSTANT = Monomial()


@dataclass(frozen=True, slots=True)
class Germ:
    """``sum of coefficient*monomial``, falling, and O(error); error ``None`` where it is exact."""

    terms: tuple[tuple[Monomial, Term], ...]
    error: Monomial | None = None


@dataclass(slots=True)
class Germs:
    """Arithmetic of germs; depth: how many terms of a series are kept; supposed: coefficients taken not to be 0."""

    knowledge: Knowledge
    depth: int
    supposed: list[tuple[str, Term]] = field(default_factory=list)

    def size(self, m: Monomial) -> int:
        """1 where a monomial grows beyond all bounds, 0 where it is constant, -1 where it falls to 0."""
        for p, coefficient in m.growth:
            sign = self.knowledge.sign(coefficient if p else c.add(coefficient, number(-m.power)))
            if sign is None:
                raise Refused("how fast an exponential grows is not known")
            if sign != "0":
                return 1 if sign == "+" else -1
        if m.power and not (m.growth and not m.growth[-1][0]):
            return -1 if m.power > 0 else 1
        return (m.logs > 0) - (m.logs < 0)

    def beyond(self, a: Monomial, b: Monomial) -> int:
        """1 where ``a`` outgrows ``b``, -1 where it is outgrown, 0 where they are the same."""
        return self.size(a.times(b, Fraction(-1)))

    def made(self, terms: Sequence[tuple[Monomial, Term]], error: Monomial | None) -> Germ:
        """A germ with its terms in order, those without effect left out."""
        self.knowledge.budget.spend(len(terms))
        if len(terms) > MOST_TERMS:
            raise Refused("an expansion has too many terms")
        total: list[tuple[Monomial, Term]] = []
        for m, x in terms:
            if error is not None and self.beyond(m, error) <= 0:
                continue
            for k, (known, y) in enumerate(total):
                order = self.beyond(m, known)
                if order == 0:
                    total[k] = (known, c.add(x, y))
                    break
                if order > 0:
                    total.insert(k, (m, x))
                    break
            else:
                total.append((m, x))
        kept = [(m, x) for m, x in total if self.knowledge.sign(x) != "0"]
        if len(kept) > 2 * self.depth:
            error, kept = kept[2 * self.depth][0], kept[: 2 * self.depth]
        return Germ(tuple(kept), error)

    def constant(self, x: Term) -> Germ:
        """A value that does not depend on t."""
        return self.made([(CONSTANT, x)], None)

    def larger(self, a: Monomial | None, b: Monomial | None) -> Monomial | None:
        """The larger of two errors."""
        if a is None or b is None:
            return b if a is None else a
        return a if self.beyond(a, b) >= 0 else b

    def add(self, f: Germ, g: Germ) -> Germ:
        """``f + g``."""
        return self.made([*f.terms, *g.terms], self.larger(f.error, g.error))

    def scale(self, f: Germ, x: Term) -> Germ:
        """``x*f``."""
        return self.made([(m, c.mul(x, y)) for m, y in f.terms], f.error)

    def mul(self, f: Germ, g: Germ) -> Germ:
        """``f*g``."""
        error: Monomial | None = None
        for one, other in ((f, g), (g, f)):
            bound = other.terms[0][0] if other.terms else other.error
            if one.error is not None and bound is not None:
                error = self.larger(error, one.error.times(bound))
        return self.made([(m.times(k), c.mul(x, y)) for m, x in f.terms for k, y in g.terms], error)

    def leading(self, f: Germ) -> tuple[Monomial, Term]:
        """The leading term, whose coefficient is known not to be 0, or from here on supposed not to be."""
        if not f.terms:
            raise Refused("an expansion cancels")
        m, x = f.terms[0]
        if not self.knowledge.nonzero(x):
            if not free_symbols(x) or self.knowledge.sign(x) == "0":
                raise Refused("whether a leading coefficient is 0 is not known")
            if ("nonzero", x) not in self.supposed:
                self.supposed.append(("nonzero", x))
        return m, x

    def rest(self, f: Germ) -> tuple[Monomial, Term, Germ]:
        """Leading monomial and coefficient, and e with ``f = coefficient*monomial*(1 + e)``, where e falls to 0."""
        m, x = self.leading(f)
        by = c.inverse(x)
        back = Fraction(-1)
        terms = [(k.times(m, back), c.mul(by, y)) for k, y in f.terms[1:]]
        error = None if f.error is None else f.error.times(m, back)
        return m, x, self.made(terms, error)

    def series(self, coefficients: Sequence[Term], e: Germ) -> Germ:
        """``sum coefficients[k]*e**k`` and an error of the order of the first power left out; e falls to 0."""
        if any(self.size(m) >= 0 for m, _ in e.terms) or (e.error is not None and self.size(e.error) >= 0):
            raise Refused("an expansion about a value that is not known closely enough")
        if not e.terms and e.error is None:
            return self.constant(coefficients[0])
        total, power = self.constant(coefficients[0]), self.constant(ONE)
        for x in coefficients[1:]:
            power = self.mul(power, e)
            total = self.add(total, self.scale(power, x))
        bound = e.terms[0][0] if e.terms else e.error
        left_out = CONSTANT.times(bound, Fraction(len(coefficients))) if bound else None
        return self.made(total.terms, self.larger(total.error, left_out))

    def raised(self, f: Germ, q: Fraction) -> Germ:
        """``f**q``: for an integer q, or where f is positive near t = 0."""
        if not f.terms and f.error is None:
            if q > 0:
                return f
            raise Refused("a power of 0")
        if q.denominator == 1 and 0 <= q <= 12:
            result = self.constant(ONE)
            for _ in range(int(q)):
                result = self.mul(result, f)
            return result
        m, x, e = self.rest(f)
        if q.denominator != 1 and self.knowledge.sign(x) != "+":
            raise Refused("a root of what may be negative")
        binomial, found = Fraction(1), [ONE]
        for k in range(1, self.depth):
            binomial = binomial * (q - k + 1) / k
            found.append(number(binomial))
        return self.shifted(self.series(found, e), CONSTANT.times(m, q), c.power(x, q))

    def shifted(self, f: Germ, m: Monomial, x: Term) -> Germ:
        """``x*m*f``."""
        error = None if f.error is None else f.error.times(m)
        return self.made([(k.times(m), c.mul(x, y)) for k, y in f.terms], error)

    def parted(self, f: Germ) -> tuple[list[tuple[Monomial, Term]], Term, Germ]:
        """The terms that grow, the constant one, and the germ of the rest; raises ``Refused`` where that is not known."""
        if f.error is not None and self.size(f.error) >= 0:
            raise Refused("an expansion is not known closely enough")
        sizes = [(self.size(m), m, x) for m, x in f.terms]
        large = [(m, x) for s, m, x in sizes if s > 0]
        constant = next((x for s, _, x in sizes if s == 0), ZERO)
        return large, constant, self.made([(m, x) for s, m, x in sizes if s < 0], f.error)
