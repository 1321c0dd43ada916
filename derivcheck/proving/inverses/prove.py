"""Equations between inverse functions: equal values of an injective function, on a range that is shown to hold both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm

import flint

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof, Unknown
from derivcheck.kernel.terms import Claim, Context, Symbol, Term, free_symbols, number, substitute, symbol
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.evaluate import evaluate, uses_complex
from derivcheck.kernel.values.instance import Instance, Undefined, Undetermined
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.inverses.directions import direction, hyperbolic_direction, minus, plus, times
from derivcheck.proving.inverses.linear import NotLinear, Parts, denominator, linear
from derivcheck.proving.inverses.ranges import HALF, PI, Range, range_of

CIRCULAR = frozenset({"asin", "acos", "atan", "acot", "asec", "acsc"})
HYPERBOLIC = frozenset({"asinh", "acosh", "atanh", "acoth", "asech", "acsch"})
UNSIGNED = frozenset({"real", "nonzero"})

BY_ANGLES, BY_EXPONENTIALS = "equal directions of angles in one range", "equal exponentials"
BY_SINES, BY_COSINES = "equal sines between -pi/2 and pi/2", "equal cosines between 0 and pi"
BY_HYPERBOLIC_SINES = "equal hyperbolic sines"
BY_CASES = "by the sign of {}: {}"


@dataclass(slots=True)
class Prover:
    """Proves equations between inverse functions under one context.

    compared: how a comparison is proved by other means than the kernel, if it is.
    """

    context: Context
    compared: Callable[[Context, Term, str, Term], str | None]
    kernel: Kernel = field(init=False)
    known: dict[tuple[Term, str, Term], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kernel = Kernel(self.context)

    def prove(self, left: Term, right: Term, cases: int = 1) -> str | None:
        """How an equation between two numbers is proved; ``None`` if it is not."""
        if left.shape or uses_complex(self.context, left, right):
            return None
        ops = {t.op for side in (left, right) for t in side.walk()}
        if not ops & (CIRCULAR | HYPERBOLIC):
            return None
        method = self._by_exponentials(left, right) if ops & HYPERBOLIC else self._by_angles(left, right)
        if method is not None or not cases:
            return method
        return next(filter(None, (self._by_sign(s, left, right, cases) for s in self._unsigned(left, right))), None)

    # -- two sides as angles -------------------------------------------------------------------------------------------

    def _by_angles(self, left: Term, right: Term) -> str | None:
        sides = self._parts(left, right, lambda t: t.op in CIRCULAR or t == PI)
        if sides is None:
            return None
        ranges = [self._range(parts) for parts in sides]
        whole = all(denominator(parts) == 1 for parts in sides)
        if whole and None not in ranges:
            for low, high, coordinate, method in ((-HALF, HALF, 1, BY_SINES), (Fraction(0), Fraction(1), 0, BY_COSINES)):
                if all(r is not None and r.within(low, high) for r in ranges) and self._coordinates_equal(sides, coordinate):
                    return method
        scale = lcm(*(denominator(parts) for parts in sides))
        difference = tuple((q * scale, t) for q, t in sides[0]) + tuple((-q * scale, t) for q, t in sides[1])
        turned = direction(difference)
        if turned is None:
            return None
        within = self._distance(build("add", left, build("neg", right)), difference, scale)
        if within is None or within > 2 or not self._equal(turned[1], number(0)):
            return None
        return BY_ANGLES if within == 1 or self.holds(turned[0], ">", number(0)) else None

    def _coordinates_equal(self, sides: list[Parts], coordinate: int) -> bool:
        """Whether both sides have one sine or cosine; only unit vectors tell that."""
        found = []
        for parts in sides:
            if any(t.op in {"atan", "acot"} for _, t in parts):
                return False
            v = direction(parts)
            if v is None:
                return False
            found.append(v[coordinate])
        return self._equal(found[0], found[1])

    def _range(self, parts: Parts) -> Range | None:
        total = Range(Fraction(0), Fraction(0))
        for q, term in parts:
            part = self._of_number(q) if term == number(1) else range_of(term, self.holds)
            if part is None:
                return None
            total = total.plus(part if term == number(1) else part.scaled(q))
        return total

    def _of_number(self, q: Fraction) -> Range:
        """A number between multiples of pi/1000 of it."""
        with flint.ctx.workprec(128):
            turns = flint.arb(flint.fmpq(q.numerator, q.denominator)) / flint.arb.pi() * 1000
            below = int(turns.floor().unique_fmpz() or 0) if q else 0
        return Range(Fraction(below, 1000), Fraction(below + 1, 1000), True, True) if q else Range(Fraction(0), Fraction(0))

    def _distance(self, difference: Term, parts: Parts, scale: int) -> int | None:
        """1 if the scaled difference lies strictly between -pi and pi, 2 if between -2*pi and 2*pi."""
        if not free_symbols(difference):
            value = evaluate(difference, Instance(), self.context, 128).entries[0]
            if isinstance(value, Undefined | Undetermined):
                return None
            with flint.ctx.workprec(128):
                turns = abs(flint.acb(arithmetic.ball(value))) * scale / flint.arb.pi()
                return 1 if turns < 1 else 2 if turns < 2 else None
        found = self._range(parts)
        if found is None:
            return None
        return next((n for n in (1, 2) if found.within(Fraction(-n), Fraction(n), strictly=True)), None)

    # -- two sides as exponents ------------------------------------------------------------------------------------------

    def _by_exponentials(self, left: Term, right: Term) -> str | None:
        sides = self._parts(left, right, lambda t: t.op in HYPERBOLIC or t.op == "log")
        if sides is None:
            return None
        halves = [q / 2 if t.op in {"atanh", "acoth"} else q for parts in sides for q, t in parts]
        scale = lcm(1, *(q.denominator for q in halves))
        written = [self._exponential(parts, scale) for parts in sides]
        if self._equal(*written):
            return BY_EXPONENTIALS
        turned = [hyperbolic_direction(parts) for parts in sides]
        sines = [v[1] for v in turned if v is not None]
        return BY_HYPERBOLIC_SINES if len(sines) == 2 and self._equal(*sines) else None

    def _exponential(self, parts: Parts, scale: int) -> Term:
        result = number(1)
        for q, term in parts:
            base, exponent = _exponential(term, q * scale)
            if base is None:
                result = times(result, build("exp", times(number(q * scale), term)))
            else:
                power = base if abs(exponent) == 1 else build("pow", base, number(abs(exponent)))
                result = times(result, power) if exponent > 0 else build("div", result, power)
        return result

    # -- what is proved of terms ----------------------------------------------------------------------------------------

    def _parts(self, left: Term, right: Term, wanted: Callable[[Term], bool]) -> list[Parts] | None:
        try:
            return [linear(side, wanted, lambda t, q: self._equal(t, number(q))) for side in (left, right)]
        except NotLinear:
            return None

    def _equal(self, left: Term, right: Term) -> bool:
        return isinstance(self.kernel.prove(Claim(left, "=", right, self.context)), Proof)

    def holds(self, left: Term, relation: str, right: Term) -> bool:
        """Whether a comparison is proved where its sides are defined."""
        key = (left, relation, right)
        if key not in self.known:
            proved = isinstance(self.kernel.prove(Claim(left, relation, right, self.context)), Proof)
            self.known[key] = proved or self.compared(self.context, left, relation, right) is not None
        return self.known[key]

    # -- cases ------------------------------------------------------------------------------------------------------------

    def _unsigned(self, left: Term, right: Term) -> Iterator[Symbol]:
        """Real symbols whose sign is not declared."""
        found = {s for side in (left, right) for s in free_symbols(side)}
        yield from sorted((s for s in found if s.type.kind in UNSIGNED and not s.type.shape), key=lambda s: s.name)

    def _by_sign(self, it: Symbol, left: Term, right: Term, cases: int) -> str | None:
        """The equation for positive and for negative values of a symbol, and at 0 unless a side has no value there."""
        methods = set()
        for kind in ("positive", "negative"):
            signed = replace(it, type=replace(it.type, kind=kind))
            at = {it: symbol(signed)}
            facts = tuple(substitute(fact, at) for fact in self.context.assumptions)
            context = replace(self.context, symbols={**self.context.symbols, it.name: signed}, assumptions=facts)
            found = Prover(context, self.compared).prove(substitute(left, at), substitute(right, at), cases - 1)
            if found is None:
                return None
            methods.add(found)
        one, other = (substitute(side, {it: number(0)}) for side in (left, right))
        outcome = self.kernel.prove(Claim(one, "=", other, self.context))
        settled = isinstance(outcome, Proof) or (isinstance(outcome, Unknown) and outcome.nowhere)
        if not settled and Prover(self.context, self.compared).prove(one, other, 0) is None:
            return None
        return BY_CASES.format(it.name, ", ".join(sorted(methods)))


def _exponential(term: Term, q: Fraction) -> tuple[Term | None, Fraction]:
    """A base and an exponent whose power is ``exp(q*term)`` for a logarithm or an inverse hyperbolic function."""
    one = number(1)
    if term.op in {"acoth", "asech", "acsch"}:
        term = Term({"acoth": "atanh", "asech": "acosh", "acsch": "asinh"}[term.op], (build("div", one, term.args[0]),))
    if term.op == "log" and len(term.args) == 1:
        return term.args[0], q
    if term.op not in HYPERBOLIC:
        return None, q
    a = term.args[0]
    if term.op == "atanh":
        return build("div", plus(one, a), plus(one, minus(a))), q / 2
    square = build("mul", a, a)
    under = plus(square, one) if term.op == "asinh" else plus(square, number(-1))
    return plus(a, build("sqrt", under)), q
