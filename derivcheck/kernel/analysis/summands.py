"""Where the summands of a series or a sum are defined, at every index."""

from __future__ import annotations

from derivcheck.kernel.analysis.knowledge import occurs
from derivcheck.kernel.analysis.needs import rational, witness
from derivcheck.kernel.analysis.polynomial import as_polynomial
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.terms import ONE, Symbol, Term
from derivcheck.kernel.vocabulary import build


def defined(on: Segment, term: Term, start: int) -> list[Term]:
    """What else must be defined so that every summand is; raises ``Refused`` where that is not known.

    Powers of what does not depend on the index, and factorials, are defined at integers; everything else must be analytic.
    """
    found: dict[Term, None] = {}

    def visit(t: Term, below: bool) -> None:
        """Enter what a part needs; below: it must not be 0 either."""
        if _is_whole_power(t, on.variable):
            base = t.args[0]
            if not rational(base):
                falls = not _counts_up(t.args[1], on.variable, start)
                found[build("div", ONE, base) if below or falls else base] = None
        elif t.op == "factorial" and _counts_up(t.args[0], on.variable, start):
            return
        elif t.op in {"mul", "neg"} or (t.op == "add" and not below):
            for a in t.args:
                visit(a, below)
        elif t.op == "div":
            visit(t.args[0], below)
            visit(t.args[1], True)
        else:
            left = on.analytic(build("div", ONE, t) if below and t.op != "add" else t) if t.op != "add" else on.nonzero(t)
            found.update(dict.fromkeys(map(witness, left)))
            for a in t.args if t.op == "add" else ():
                visit(a, False)

    visit(term, False)
    return list(found)


def _is_whole_power(t: Term, k: Symbol) -> bool:
    if t.op != "pow" or occurs(k, t.args[0]):
        return False
    e = as_polynomial(t.args[1], k)
    return e is not None and e.degree() == 1 and bool(e[0].q == e[1].q == 1)


def _counts_up(exponent: Term, k: Symbol, start: int) -> bool:
    """Whether an expression is a whole number from 0 up at every index."""
    e = as_polynomial(exponent, k)
    return e is not None and e.degree() == 1 and bool(e[0].q == e[1].q == 1 and e[1] > 0 and e(start) >= 0)
