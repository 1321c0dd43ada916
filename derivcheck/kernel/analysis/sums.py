"""Finite sums and products in closed form, by induction: a function whose change, or quotient, from one index to the next is the
summand, or factor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import Knowledge, Refused, occurs
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.analysis.series import Proposals, confirmed
from derivcheck.kernel.analysis.slopes import slope
from derivcheck.kernel.analysis.summands import defined
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build


def closed_sum(term: Term, other: Term, around: Knowledge, carried: list[Term], propose: Proposals) -> Term:
    """``T(upper + 1) - T(lower)``, where the range is known to be no shorter than empty; raises ``Refused``.

    other: what the sum is said to be, from which a T is read first.
    """
    it = _Range.of(term, around)
    on = it.segment()
    carried += defined(on, it.inside, it.start)
    proposed = [*_said(it, other), *propose(it.inside, it.k)]
    for total in proposed:
        if confirmed(total, it.inside, it.k, it.known) and not defined(on, total, it.start):
            return build("add", it.after(total), build("neg", it.at_start(total)))
    raise Refused("no closed form of the sum was found")


def closed_product(term: Term, other: Term, around: Knowledge, carried: list[Term]) -> Term:
    """``P(upper + 1)/P(lower)`` for a P that the factor turns into its next value, read from what the product is said to be."""
    it = _Range.of(term, around)
    on = it.segment()
    carried += defined(on, it.inside, it.start)
    for total in _said(it, other):
        following = substitute(total, {it.k: build("add", symbol(it.k), ONE)})
        grows = it.known.proves(following, "=", build("mul", total, it.inside))
        if grows and not defined(on, total, it.start) and around.nonzero(it.at_start(total)):
            return build("div", it.after(total), it.at_start(total))
    raise Refused("no closed form of the product was found")


@dataclass(frozen=True, slots=True)
class _Range:
    """The range of a sum or product, and what is known of its index k; inside: the summand or factor at k."""

    around: Knowledge
    known: Knowledge
    k: Symbol
    inside: Term
    start: int
    upper: Term

    @staticmethod
    def of(term: Term, around: Knowledge) -> _Range:
        """Raises ``Refused`` where the range may be shorter than empty."""
        body, lower, upper = term.args
        if lower.op != "number" or lower.number.denominator != 1:
            raise Refused("a range that starts at no number")
        start = int(lower.number)
        if not around.proves(build("add", upper, number(1 - start)), ">=", ZERO):
            raise Refused("a range may end before it starts")
        it = around.fresh(term.symbol.name, "integer")
        k, known = around.declaring(term.symbol.name, Term("ge", (symbol(it), lower)), kind="integer")
        return _Range(around, known, k, substitute(body, {term.symbol: symbol(k)}), start, upper)

    def segment(self) -> Segment:
        """The range a little longer, so that its first index lies inside."""
        return Segment(self.k, number(self.start - Fraction(1, 2)), None, self.known, self.around)

    def after(self, total: Term) -> Term:
        """A function behind the end of the range."""
        return substitute(total, {self.k: build("add", self.upper, ONE)})

    def at_start(self, total: Term) -> Term:
        """A function where the range begins."""
        return c.folded(substitute(total, {self.k: number(self.start)}))


def _said(it: _Range, other: Term) -> Iterator[Term]:
    """What a sum or product is said to be up to the index before k, if its end is a symbol and a number added up."""
    if any(t.op in {"sum", "prod", "integrate", "limit"} for t in other.walk()):
        return
    for n in sorted(free_symbols(it.upper), key=lambda s: s.name):
        if slope(it.upper, n) == ONE and not occurs(n, it.inside):
            shift = c.folded(substitute(it.upper, {n: ZERO}))
            yield substitute(other, {n: c.add(symbol(it.k), c.add(number(-1), c.mul(number(-1), shift)))})
