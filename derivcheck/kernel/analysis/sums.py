"""Finite sums in closed form: by a function whose change from one index to the next is the summand, which is induction."""

from __future__ import annotations

from fractions import Fraction

from derivcheck.kernel.analysis.knowledge import Knowledge, Refused
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.analysis.series import Proposals, confirmed, defined
from derivcheck.kernel.terms import ONE, ZERO, Term, number, substitute, symbol
from derivcheck.kernel.vocabulary import build


def closed_sum(term: Term, around: Knowledge, carried: list[Term], propose: Proposals) -> Term:
    """``T(upper + 1) - T(lower)``, where the range is known to be no shorter than empty; raises ``Refused``."""
    body, lower, upper = term.args
    if lower.op != "number" or lower.number.denominator != 1:
        raise Refused("a sum that starts at no number")
    start = int(lower.number)
    if not around.proves(build("add", upper, number(1 - start)), ">=", ZERO):
        raise Refused("a range may end before it starts")
    it = around.fresh(term.symbol.name, "integer")
    k, known = around.declaring(term.symbol.name, Term("ge", (symbol(it), lower)), kind="integer")
    summand = substitute(body, {term.symbol: symbol(k)})
    on = Segment(k, number(start - Fraction(1, 2)), None, known, around)
    carried += defined(on, summand, start)
    for total in propose(summand, k):
        if not confirmed(total, summand, k, known) or defined(on, total, start):
            continue
        after = substitute(total, {k: build("add", upper, ONE)})
        return build("add", after, build("neg", substitute(total, {k: lower})))
    raise Refused("no closed form of the sum was found")
