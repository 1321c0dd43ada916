"""Infinite series by their partial sums, and by known expansions that the kernel recognises."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.expansions import Expansion
from derivcheck.kernel.analysis.germs import Germs, Monomial
from derivcheck.kernel.analysis.knowledge import Divergent, Knowledge, Refused, occurs
from derivcheck.kernel.analysis.known_series import ROWS, Row, missing
from derivcheck.kernel.analysis.limits import infinite, one_sided
from derivcheck.kernel.analysis.needs import Need, rational
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.analysis.slopes import slope
from derivcheck.kernel.analysis.summands import defined
from derivcheck.kernel.terms import ONE, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import build

Proposals = Callable[[Term, Symbol], Sequence[Term]]
"""Proposes functions of an index whose change from one integer to the next is a summand."""


def closed_series(
    body: Term, index: Symbol, lower: Term, around: Knowledge, carried: list[Term], antidifferences: Proposals
) -> tuple[Term, str, list[Need]]:
    """The value of a series from ``lower``, by what it was found, and what its convergence needs."""
    start = rational(lower)
    if start is None or start.denominator != 1:
        raise Refused("a series that starts at no number")
    k, known = around.declaring(index.name, kind="integer")
    beyond = Term("ge", (symbol(k), number(start)))
    k, known = around.declaring(index.name, beyond, kind="integer")
    term = substitute(body, {index: symbol(k)})
    carried += defined(_from(int(start), k, known, around), term, int(start))
    _must_fall(term, k, around)
    for rule in SERIES:
        found = rule(Series(term, k, int(start), known, around, antidifferences))
        if found is not None:
            value, method, needs = found
            return value, method, needs
    raise Refused("the value of the series was not found")


@dataclass(frozen=True, slots=True)
class Series:
    """The summand at a symbol for its index, from where it starts; known: what is known of the index too."""

    term: Term
    k: Symbol
    start: int
    known: Knowledge
    around: Knowledge
    antidifferences: Proposals

    def at(self, place: Term) -> Term:
        """The summand at another index."""
        return substitute(self.term, {self.k: place})

    def same(self, other: Term) -> bool:
        """Whether the summand is another term, at every index of the series."""
        return self.seems(other) and self.known.proves(self.term, "=", other)

    def seems(self, other: Term) -> bool:
        """Whether the summand has the value of another term at one place, as far as balls tell."""
        names = sorted(s.name for s in free_symbols(self.term) | free_symbols(other) if s != self.k)
        values = {name: fmpq(3 + 2 * i, 7 + i) for i, name in enumerate(names)}
        place = {self.k: number(self.start + 3)}
        at_place, instance = (substitute(t, place) for t in (self.term, other)), Instance({}, values)
        sides = (evaluate(t, instance, self.around.context, 64).entries[0] for t in at_place)
        a, b = (x if isinstance(x, fmpq | arb) else None for x in sides)
        return a is None or b is None or bool((arb(a) - arb(b)).contains(0))

    def first(self) -> Term:
        """The first summand."""
        return self.at(number(self.start))


MOST_BASES = 8
"""How many bases of the powers in a summand are tried for a known series, and how many products of two."""

DEPTH = 5
"""How many terms of expansions in 1/k are looked at."""

Found = tuple[Term, str, list[Need]] | None


def _must_fall(term: Term, k: Symbol, around: Knowledge) -> None:
    """A series of terms of one sign diverges where they are at least of the order of 1/k."""
    germs = Germs(around, DEPTH)
    try:
        m, _ = germs.leading(Expansion(germs, k, Term("constant", (), "oo"), 0).of(term))
        if germs.supposed:
            return
        slow = germs.beyond(m, Monomial((), Fraction(1))) >= 0
    except Refused:
        return
    if slow:
        raise Divergent("the series diverges: its terms are at least as large as multiples of 1/k")


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
        if (base := _of_exponential(t, series.k)) is not None:
            found[base] = None
    single = list(found)
    products = [c.mul(a, b) for i, a in enumerate(single) for b in single[i:]]
    whole = []
    first, second = series.at(number(series.start)), series.at(number(series.start + 1))
    if series.around.nonzero(first):
        whole.append(c.mul(second, c.inverse(first)))
    return [*single, *products, *whole][:12]


def _of_exponential(t: Term, k: Symbol) -> Term | None:
    """The base of the power that an exponential of a multiple of the index, and something without it, is a multiple of."""
    if t.op != "exp" or not occurs(k, t.args[0]):
        return None
    try:
        steepness = slope(t.args[0], k)
    except Refused:
        return None
    return None if occurs(k, steepness) else build("exp", steepness)


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
    k = symbol(series.k)
    for m in range(1, 6):
        scaled = build("mul", series.term, build("pow", k, number(2 * m)))
        constant = substitute(scaled, {series.k: number(max(series.start, 1))})
        if not 1 <= series.start < 20 or not series.known.proves(scaled, "=", constant):
            continue
        b = fmpq.bernoulli(2 * m)
        factor = Fraction(abs(int(b.p)) * 2 ** (2 * m - 1), int(b.q) * _factorial(2 * m))
        whole = c.scale(build("pow", Term("constant", (), "pi"), number(2 * m)), factor)
        missed = number(sum((Fraction(1, j ** (2 * m)) for j in range(1, series.start)), Fraction(0)))
        value = c.mul(constant, c.add(whole, c.mul(number(-1), missed)))
        return value, "zeta function at an even number", []
    return None


def _factorial(n: int) -> int:
    return 1 if n < 2 else n * _factorial(n - 1)


def expansion(series: Series) -> Found:
    """A multiple of a known power series in a base of the summand."""
    bases = dict.fromkeys([*_bases(series), ONE, number(-1)])
    for row in ROWS:
        for w in bases:
            if series.start < row.start or series.start > row.start + 6:
                continue
            first = row.term(w, number(series.start))
            factors = [ONE, number(-1)]
            if series.around.nonzero(first):
                factors.insert(0, c.mul(series.first(), c.inverse(first)))
            for factor in factors:
                if series.same(c.mul(factor, row.term(w, symbol(series.k)))):
                    value = row.value(w)
                    for before in missing(row, w, series.start):
                        value = build("add", value, build("neg", before))
                    return c.mul(factor, value), f"series of {row.name}", _convergence(row, w, series.around)
    return None


def _bases(series: Series) -> list[Term]:
    found: dict[Term, None] = {}
    for t in series.term.walk():
        if t.op == "pow" and occurs(series.k, t.args[1]) and not occurs(series.k, t.args[0]):
            q = rational(t.args[0])
            written = t.args[0] if q is None else number(q)
            for base in (written, c.inverse(written), c.mul(number(-1), written)):
                found[base] = None
        if (power := _of_exponential(t, series.k)) is not None:
            found[power] = None
    single = list(found)[:MOST_BASES]
    return [*single, *[c.mul(a, b) for i, a in enumerate(single) for b in single[i + 1 :]][:MOST_BASES]]


def _convergence(row: Row, w: Term, around: Knowledge) -> list[Need]:
    if not row.converges:
        return []
    known = around.sign(build("add", ONE, build("neg", build("abs", w))))
    if known == "+":
        return []
    at_edge = {ONE: ("to 1", "closed"), number(-1): ("to -1", "closed")}.get(w, ())
    if row.converges in at_edge:
        return []
    if known is not None:
        raise Refused("whether the series converges at the edge of its disk is not known")
    return [("below one", w)]


def telescoping(series: Series) -> Found:
    """The limit of the partial sums, by a function whose change from one index to the next is the summand."""
    for total in series.antidifferences(series.term, series.k):
        if not confirmed(total, series.term, series.k, series.known):
            continue
        carried: list[Term] = defined(_from(series.start, series.k, series.known, series.around), total, series.start)
        if carried:
            continue
        end = one_sided(total, series.k, Term("constant", (), "oo"), 0, series.around)
        if infinite(end):
            raise Divergent("the series diverges")
        first = substitute(total, {series.k: number(series.start)})
        return build("add", end, build("neg", first)), "telescoping", []
    return None


def confirmed(total: Term, summand: Term, k: Symbol, known: Knowledge) -> bool:
    """Whether the kernel proves that the change of a function from one integer to the next is the summand."""
    following = substitute(total, {k: build("add", symbol(k), ONE)})
    return known.proves(build("add", following, build("neg", total)), "=", summand)


def _from(start: int, k: Symbol, known: Knowledge, around: Knowledge) -> Segment:
    """The range of an index, a little longer so that its first value lies inside."""
    return Segment(k, number(start - Fraction(1, 2)), None, known, around)


SERIES: list[Callable[[Series], Found]] = [geometric, powers, expansion, telescoping]
