"""Infinite series by their partial sums, and by known expansions that the kernel recognises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import Divergent, Knowledge, Refused, occurs
from derivcheck.kernel.analysis.limits import infinite, one_sided
from derivcheck.kernel.analysis.polynomial import as_polynomial
from derivcheck.kernel.analysis.segments import Need, Segment, rational, witness
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, number, substitute, symbol
from derivcheck.kernel.vocabulary import build


def closed_series(
    body: Term, index: Symbol, lower: Term, around: Knowledge, carried: list[Term]
) -> tuple[Term, str, list[Need]]:
    """The value of a series from ``lower``, by what it was found, and what its convergence needs."""
    start = rational(lower)
    if start is None or start.denominator != 1:
        raise Refused("a series that starts at no number")
    k, known = around.declaring(index.name, kind="integer")
    beyond = Term("ge", (symbol(k), number(start)))
    k, known = around.declaring(index.name, beyond, kind="integer")
    term = substitute(body, {index: symbol(k)})
    carried += _defined(Segment(k, number(start - Fraction(1, 2)), None, known, around), term, int(start))
    _must_fall(term, k, around)
    for rule in SERIES:
        found = rule(Series(term, k, int(start), known, around))
        if found is not None:
            value, method, needs = found
            return value, method, needs
    raise Refused("the value of the series was not found")


def _defined(on: Segment, term: Term, start: int) -> list[Term]:
    """What else must be defined so that every summand is; raises ``Refused`` where that is not known.

    Powers of what does not depend on the index are defined at all of its integers, but for negative powers of 0.
    """
    found: dict[Term, None] = {}

    def without_powers(t: Term) -> Term:
        if t.op == "pow" and not occurs(on.variable, t.args[0]) and (e := as_polynomial(t.args[1], on.variable)) is not None:
            whole = e.degree() == 1 and e[0].q == e[1].q == 1
            if whole:
                if not (e[1] > 0 and e(start) >= 0):
                    found[build("div", ONE, t.args[0])] = None
                found[t.args[0]] = None
                return ONE
        if t.op in {"factorial"} and (e := as_polynomial(t.args[0], on.variable)) is not None and e.degree() == 1:
            if e[0].q == e[1].q == 1 and e[1] > 0 and e(start) >= 0:
                return ONE
        return Term(t.op, tuple(map(without_powers, t.args)), t.data, t.shape)

    left = on.analytic(without_powers(term))
    return [*found, *map(witness, left)]


@dataclass(frozen=True, slots=True)
class Series:
    """The summand at a symbol for its index, from where it starts; known: what is known of the index too."""

    term: Term
    k: Symbol
    start: int
    known: Knowledge
    around: Knowledge

    def at(self, place: Term) -> Term:
        """The summand at another index."""
        return substitute(self.term, {self.k: place})

    def same(self, other: Term) -> bool:
        """Whether the summand is another term, at every index of the series."""
        return self.known.proves(self.term, "=", other)

    def first(self) -> Term:
        """The first summand."""
        return self.at(number(self.start))


Found = tuple[Term, str, list[Need]] | None


def _must_fall(term: Term, k: Symbol, around: Knowledge) -> None:
    """A series whose summands do not fall to 0 diverges."""
    try:
        limit = one_sided(term, k, Term("constant", (), "oo"), 0, around)
    except (Refused, Divergent):
        return
    if infinite(limit) or around.sign(limit) in {"+", "-"}:
        raise Divergent("the series diverges: its terms do not fall to 0")


def _ratio(series: Series) -> Term | None:
    """The quotient of successive summands where it is one number or parameter: a geometric series."""
    following = series.at(build("add", symbol(series.k), ONE))
    for q in _candidates(series):
        if series.known.proves(following, "=", build("mul", q, series.term)):
            return q
    return None


def _candidates(series: Series) -> list[Term]:
    """What may be the quotient of successive summands: bases of powers in the index, and products of them."""
    found: dict[Term, None] = {}
    for t in series.term.walk():
        if t.op == "pow" and occurs(series.k, t.args[1]) and not occurs(series.k, t.args[0]):
            found[t.args[0]] = None
            found[c.inverse(t.args[0])] = None
        if t.op == "exp" and occurs(series.k, t.args[0]):
            ends = (substitute(t.args[0], {series.k: end}) for end in (ZERO, ONE))
            found[build("exp", build("add", build("neg", next(ends)), next(ends)))] = None
    single = list(found)
    products = [c.mul(a, b) for i, a in enumerate(single) for b in single[i:]]
    whole = []
    first, second = series.at(number(series.start)), series.at(number(series.start + 1))
    if series.around.nonzero(first):
        whole.append(c.mul(second, c.inverse(first)))
    return [*whole, *single, *products][:12]


def geometric(series: Series) -> Found:
    """``sum a*q**k = a*q**start/(1 - q)`` for ``abs(q) < 1``."""
    q = _ratio(series)
    if q is None:
        return None
    value = build("div", series.first(), build("add", ONE, build("neg", q)))
    gap = build("add", ONE, build("neg", build("abs", q)))
    known = series.around.sign(gap)
    if known in {"-", "0"} and not series.around.nonzero(series.first()):
        return None
    if known in {"-", "0"}:
        raise Divergent("a geometric series whose ratio is at least 1 diverges")
    return value, "geometric series", [] if known == "+" else [("below one", q)]


def powers(series: Series) -> Found:
    """``sum 1/k**(2*m)`` from 1: multiples of powers of pi, with Bernoulli numbers (Euler)."""
    from flint import fmpq

    k = symbol(series.k)
    for m in range(1, 6):
        scaled = build("mul", series.term, build("pow", k, number(2 * m)))
        constant = substitute(scaled, {series.k: number(max(series.start, 1))})
        if series.start != 1 or not series.known.proves(scaled, "=", constant):
            continue
        b = fmpq.bernoulli(2 * m)
        factor = Fraction(abs(int(b.p)) * 2 ** (2 * m - 1), int(b.q) * _factorial(2 * m))
        value = c.mul(constant, c.scale(build("pow", Term("constant", (), "pi"), number(2 * m)), factor))
        return value, "zeta function at an even number", []
    return None


def _factorial(n: int) -> int:
    return 1 if n < 2 else n * _factorial(n - 1)


SERIES: list[Callable[[Series], Found]] = [geometric, powers]
