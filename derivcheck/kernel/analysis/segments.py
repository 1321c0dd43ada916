"""Where a function of one variable is analytic: what its parts need over an open interval, and whether that holds.

A need of a subterm ``g`` is ``positive`` or ``nonzero`` on the whole interval.  It is shown by the kernel's signs, by the
exact zeros of a polynomial, by balls over pieces of the interval, or at the ends of what is affine.  What does not depend on
the variable and is not known becomes a condition.  Whatever has no row here is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import flint
from flint import arb, fmpq

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import Knowledge, Outside, Refused, occurs
from derivcheck.kernel.analysis.needs import Need, needs
from derivcheck.kernel.analysis.polynomial import as_polynomial, fraction, sign_inside
from derivcheck.kernel.analysis.slopes import slope
from derivcheck.kernel.outcome import Budget
from derivcheck.kernel.terms import ZERO, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.arithmetic import UndefinedHere, UndeterminedHere
from derivcheck.kernel.values.evaluate import Evaluator
from derivcheck.kernel.values.instance import Instance
from derivcheck.kernel.vocabulary import build, build_diff

UNDEFINED = "a function is not defined on the whole range"
PIECES = 400
"""Into how many pieces an interval may be cut for balls to show a sign."""



@dataclass(slots=True)
class Segment:
    """An open interval of a variable; lower, upper: ``None`` for an end at infinity.

    inside knows that the variable lies in the interval, if the order of the ends is known (ordered); around knows the rest.
    """

    variable: Symbol
    lower: Term | None
    upper: Term | None
    inside: Knowledge
    around: Knowledge
    ordered: bool = True

    def analytic(self, term: Term) -> list[Need]:
        """The needs without the variable that remain as conditions of being analytic on the interval (but at finitely many
        kinks of absolute values, where the function is continuous); raises ``Refused``."""
        left = [need for made in dict.fromkeys(needs(term, self.variable)) for need in self._left(*made)]
        return list(dict.fromkeys(left))

    def nonzero(self, g: Term) -> list[Need]:
        """What is left of the need that a function has no zero on the interval; raises ``Refused``."""
        return self._left("nonzero", g)

    def _left(self, kind: str, g: Term) -> list[Need]:
        """What is left of a need once all that is known is used."""
        if g.op == "abs" and kind in {"positive", "nonzero"}:
            return self._left("nonzero", g.args[0])
        if kind == "kink":
            p = as_polynomial(g, self.variable)
            if p is not None and p.degree() > 0:
                return []
            kind = "nonzero"
        wanted = {"+"} if kind == "positive" else {"+", "-"}
        if not occurs(self.variable, g):
            known = self.around.sign(g)
            if known is not None and known not in wanted:
                raise Outside("a function is not defined on the range") if known == "-" else Refused(UNDEFINED)
            return [] if known is not None or (kind == "nonzero" and self.around.nonzero(g)) else [(kind, g)]
        sign = self.sign(g)
        if sign in wanted or (kind == "nonzero" and self.inside.nonzero(g)):
            return []
        if sign == "-":
            raise Outside("a function is not defined on the range")
        return self._at_the_ends(kind, g)

    def _at_the_ends(self, kind: str, g: Term) -> list[Need]:
        """An affine function is positive inside where it is so at both ends, and has no zero where it has one sign at both."""
        if self.lower is not None and self.upper is not None and self._is_affine(g):
            ends = [substitute(g, {self.variable: end}) for end in (self.lower, self.upper)]
            signs = [self.around.sign(end) for end in ends]
            if "+" in signs and None in signs:
                return [("positive", ends[signs.index(None)])]
            if "-" in signs and None in signs and kind == "nonzero":
                return [("positive", build("neg", ends[signs.index(None)]))]
            if "0" in signs and None in signs:
                return [(kind, ends[signs.index(None)])]
            if kind == "positive" and signs == [None, None]:
                return [("positive", end) for end in ends]
        raised = self._between_zeros(kind, g) or self._above_zero(kind, g)
        if raised is not None:
            return raised
        raise Refused("whether a function is defined on the whole range is not known")

    def _between_zeros(self, kind: str, g: Term) -> list[Need] | None:
        """A polynomial keeps the sign that it has at an end which is a number up to another end that no zero parts from it."""
        p = as_polynomial(g, self.variable)
        for end, other in ((self.lower, self.upper), (self.upper, self.lower)):
            if p is None or p.degree() < 1 or end is None or other is None or end.op != "number" or not free_symbols(other):
                continue
            start = fmpq(end.number.numerator, end.number.denominator)
            factors = [factor for factor, _ in p.factor()[1]]
            known = p(start) > 0 or (p(start) < 0 and kind == "nonzero")
            if not known or any(factor.degree() > 1 and sign_inside(factor, None, None) is None for factor in factors):
                return None
            zeros = [-factor[0] / factor[1] for factor in factors if factor.degree() == 1]
            below, above = [z for z in zeros if z < start], [z for z in zeros if z > start]
            gaps = [c.add(other, number(fraction(-max(below))))] if below else []
            gaps += [build("add", number(fraction(min(above))), build("neg", other))] if above else []
            return [("positive", build("mul", *gaps) if len(gaps) > 1 else gaps[0])] if gaps else []
        return None

    def _above_zero(self, kind: str, g: Term) -> list[Need] | None:
        """``a*x**2 + b*x + c`` with a > 0 is positive everywhere where its least value is."""
        if self.lower is not None or self.upper is not None or kind not in {"positive", "nonzero"}:
            return None
        first = slope(g, self.variable)
        second = slope(first, self.variable)
        if occurs(self.variable, second) or self.around.sign(second) != "+":
            return None
        b, least = (c.folded(substitute(f, {self.variable: ZERO})) for f in (first, g))
        half = c.mul(number(Fraction(1, 2)), c.inverse(second))
        value = c.add(least, c.mul(number(-1), c.mul(c.mul(b, b), half)))
        return [("nonzero", value.args[0]) if value.op == "pow" and value.args[1] == number(2) else ("positive", value)]

    def sign(self, g: Term) -> str | None:
        """``+`` or ``-`` where a continuous function has one sign inside the interval."""
        ends = self._ends()
        p = as_polynomial(g, self.variable)
        if ends is not None and p is not None:
            found = sign_inside(p, *ends)
            return {1: "+", -1: "-"}.get(found or 0)
        known = self.inside.sign(g)
        if known in {"+", "-"}:
            return known
        if ends is not None and self.lower is not None and self.upper is not None:
            wave = self._of_wave(g, self.lower, self.upper)
            if wave is not None:
                return wave
        if ends is not None and free_symbols(g) == {self.variable} and (by_balls := self._by_balls(g, *ends)) is not None:
            return by_balls
        return self._by_ends(g)

    def _ends(self) -> tuple[fmpq | arb | None, fmpq | arb | None] | None:
        """The ends in numbers, the lesser first; ``None`` where they are not constants."""
        if not self.ordered:
            return None
        values = []
        for end in (self.lower, self.upper):
            value = None if end is None else self.around.value(end) if not free_symbols(end) else None
            if end is not None and value is None:
                return None
            values.append(value)
        return values[0], values[1]

    def _by_balls(self, g: Term, lower: fmpq | arb | None, upper: fmpq | arb | None) -> str | None:
        if lower is None or upper is None:
            return None
        evaluator = _evaluator(self.around)
        with flint.ctx.workprec(64):
            low, high = arb(lower), arb(upper)
            pending, signs = [(low, high)], set[int]()
            for _ in range(PIECES):
                if not pending:
                    return {1: "+", -1: "-"}[signs.pop()]
                a, b = pending.pop()
                try:
                    signs.add(arithmetic.sign(_plain(evaluator.scalar(g, evaluator.root, {self.variable: a.union(b)}))))
                except UndeterminedHere:
                    middle = (a + b) / 2
                    pending += [(a, middle), (middle, b)]
                except UndefinedHere:
                    return None
                if len(signs) > 1 or 0 in signs:
                    return None
        return None

    def _by_ends(self, g: Term) -> str | None:
        """The sign of what is affine in the variable, if it has it at both ends, whichever is the lesser."""
        if self.lower is None or self.upper is None or not self._is_affine(g):
            return None
        at = {self.around.sign(substitute(g, {self.variable: end})) for end in (self.lower, self.upper)}
        return at.pop() if len(at) == 1 and at <= {"+", "-"} else None

    def _is_affine(self, g: Term) -> bool:
        return all(t.op in {"add", "neg", "mul", "div", "symbol", "number", "constant"} for t in g.walk()) and self.inside.proves(
            _second_derivative(g, self.variable), "="
        )

    def _of_wave(self, g: Term, lower: Term, upper: Term) -> str | None:
        """The sign of a sine or cosine of what is affine, whose argument stays between two neighbouring zeros."""
        if g.op not in {"sin", "cos"} or not self._is_affine(g.args[0]):
            return None
        shift = number(Fraction(1, 2)) if g.op == "cos" else ZERO
        turns = build("add", build("div", g.args[0], Term("constant", (), "pi")), shift)
        ends = [substitute(turns, {self.variable: end}) for end in (lower, upper)]
        values = [self.around.value(end) for end in ends]
        if values[0] is None or values[1] is None:
            return None
        zero = int(((arb(values[0]) + arb(values[1])) / 2).floor().mid().str(20, radius=False).split(".")[0])
        above = [self.around.sign(build("add", end, number(-zero))) for end in ends]
        below = [self.around.sign(build("add", number(zero + 1), build("neg", end))) for end in ends]
        within = {*above, *below} <= {"+", "0"} and "+" in above and "+" in below
        return None if not within else "+" if zero % 2 == 0 else "-"

    def continuous_at(self, term: Term, end: Term) -> bool:
        """Whether a function that is analytic inside is continuous up to an end: what must not vanish does not there."""
        for kind, g in needs(term, self.variable, up_to_the_end=True):
            if kind == "kink" or not occurs(self.variable, g):
                continue
            there = substitute(g, {self.variable: end})
            if kind == "positive" and self.around.sign(there) != "+":
                return False
            if kind == "nonzero" and not self.around.nonzero(there):
                return False
        return True


def _evaluator(knowledge: Knowledge) -> Evaluator:
    """Values under a context in which only bound symbols have any."""
    return Evaluator(Instance(), knowledge.context, False, Budget(100_000))


def _plain(value: object) -> arithmetic.Number:
    if isinstance(value, fmpq | arb | flint.acb):
        return value
    raise UndeterminedHere("not a plain number")


def _second_derivative(g: Term, variable: Symbol) -> Term:
    return build_diff(build_diff(g, symbol(variable), "mixed"), symbol(variable), "mixed")
