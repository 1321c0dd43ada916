"""A claim about integrals, limits and series as one without them: every such term replaced by a certified value.

What remains is a claim like any other, which the judge proves or instances refute.  A part that only has to be defined is
kept as a summand ``0*part``, so that the remaining claim is defined just where the one that was written is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from derivcheck.kernel.analysis.integrals import (
    Antiderivatives,
    closed_integral,
    differentiated,
    linear_parts,
)
from derivcheck.kernel.analysis.knowledge import Divergent, Knowledge, Nowhere, Refused, is_oo, occurs
from derivcheck.kernel.analysis.limits import one_sided, two_sided
from derivcheck.kernel.analysis.pieces import segment
from derivcheck.kernel.analysis.segments import Need, Segment, witness
from derivcheck.kernel.analysis.series import Proposals, closed_series
from derivcheck.kernel.analysis.slopes import slope
from derivcheck.kernel.analysis.sums import closed_sum
from derivcheck.kernel.analysis.unclosed import Unclosed
from derivcheck.kernel.outcome import Condition
from derivcheck.kernel.terms import ONE, ZERO, Claim, Symbol, Term, free_symbols, substitute, symbol
from derivcheck.kernel.vocabulary import build, build_diff

ANALYTIC = frozenset({"integrate", "limit"})

DISCRETE = frozenset({"integer", "natural", "size", "index", "sign"})
"""The types of whole numbers, where no continuity tells what holds at a value that is left out."""


def is_finite_sum(term: Term) -> bool:
    """Whether a term is a sum over a range whose length is no number."""
    return term.op == "sum" and any(map(free_symbols, term.args[1:3])) and not any(map(is_oo, term.args[1:3]))


def is_analytic(term: Term) -> bool:
    """Whether a term is an integral, a limit or an infinite series."""
    return term.op in ANALYTIC or (term.op in {"sum", "prod"} and any(map(is_oo, term.args[1:3])))


@dataclass(frozen=True, slots=True)
class Oracle:
    """Where antiderivatives and antidifferences are proposed; nothing is trusted of them."""

    antiderivatives: Antiderivatives
    antidifferences: Proposals


@dataclass(frozen=True, slots=True)
class Closed:
    """A claim that holds if and only if another does, where the conditions hold.

    method: by what; exact: whether the claim stands for the other; where it does not, only its proof says something.
    """

    claim: Claim
    conditions: tuple[Condition, ...]
    method: str
    exact: bool = True
    up_to_constants: bool = False


def close(claim: Claim, oracle: Oracle, sums: bool = False) -> Closed:
    """The claim without integrals, limits and series; raises ``Refused``, or ``Divergent`` where a side has no value."""
    around = Knowledge(claim.context)
    closing = Closing(around, oracle, sums)
    left, right = claim.left, claim.right
    variables = {t.args[1].symbol for side in (left, right) for t in side.walk() if t.op == "integrate" and t.data is None}
    if variables:
        if claim.relation != "=" or len(variables) > 1:
            raise Refused("indefinite integrals are compared in equations, by one variable")
        (variable,) = variables
        left, right = (differentiated(linear_parts(side, variable), variable) for side in (left, right))
        closing.methods["derivatives of both sides"] = None
    left, right = closing.sides(left, right)
    symbols = {**claim.context.symbols, **{it.name: it for it in closing.unclosed.symbols}}
    context = replace(claim.context, symbols=symbols)
    conditions = tuple(_condition(need, lost=need in closing.lost) for need in dict.fromkeys(closing.needs))
    exact = not closing.unclosed.symbols
    return Closed(Claim(left, claim.relation, right, context), conditions, ", ".join(closing.methods), exact, bool(variables))


def _condition(need: Need, lost: bool) -> Condition:
    kind, g = need
    if kind == "positive":
        return Condition(Term("gt", (g, ZERO)), "domain")
    if kind == "below one":
        return Condition(Term("lt", (build("abs", g), ONE)), "domain", gained=not lost)
    if free_symbols(g) and all(s.type.kind in DISCRETE for s in free_symbols(g)):
        raise Refused("a closed form leaves out whole numbers at which both sides may be defined and differ")
    return Condition(Term("ne", (g, ZERO)), "point" if _varies(g) else "domain")


def _varies(g: Term) -> bool:
    return any(s.type.kind in {"real", "positive", "nonnegative", "negative"} for s in free_symbols(g)) and not any(
        t.op in {"abs", "sign", "floor", "ceiling", "apply"} for t in g.walk()
    )


@dataclass(slots=True)
class Closing:
    """Closes the terms of one claim; needs: what antiderivatives need besides; lost: those of the right side alone; methods: by
    what terms were closed."""

    around: Knowledge
    oracle: Oracle
    sums: bool = False
    needs: list[Need] = field(default_factory=list)
    lost: list[Need] = field(default_factory=list)
    methods: dict[str, None] = field(default_factory=dict)
    unclosed: Unclosed = field(default_factory=Unclosed)

    def sides(self, left: Term, right: Term) -> tuple[Term, Term]:
        """Both sides; raises ``Nowhere`` where neither has a value, and ``Divergent`` where just one has none."""
        found: list[Term] = []
        failed: list[Divergent] = []
        for term in (left, right):
            self.lost = list(self.needs)
            try:
                found.append(self.side(term))
            except Divergent as reason:
                failed.append(reason)
        self.lost = [need for need in self.needs if need not in self.lost]
        if len(failed) == 2:
            raise Nowhere(str(failed[0]))
        if failed:
            raise failed[0]
        return found[0], found[1]

    def side(self, term: Term) -> Term:
        """A whole side, with what must be defined beside it."""
        carried: list[Term] = []
        closed = self.of(term, self.around, carried)
        if is_oo(closed):
            return closed
        if any(is_oo(t) for t in closed.walk()):
            raise Refused("infinity inside an expression")
        witnesses = [build("mul", ZERO, t) for t in dict.fromkeys(carried)]
        return build("add", closed, *witnesses) if witnesses else closed

    def of(self, term: Term, around: Knowledge, carried: list[Term]) -> Term:
        """A term closed under what is known around it."""
        if not any(is_analytic(t) or (self.sums and is_finite_sum(t)) for t in term.walk()):
            return term
        match term.op:
            case "integrate" if isinstance(term.data, Symbol):
                return self._integral(term, around, carried)
            case "limit":
                return self._limit(term, around, carried)
            case "sum" | "prod":
                return self._series(term, around, carried)
            case "diff":
                return self._derivative(term, around, carried)
            case "integrate" | "cases" | "indicator":
                raise Refused(f"an integral, a limit or a series inside {term.op}")
        args = tuple(self.of(a, around, carried) for a in term.args)
        return build(term.op, *args, data=term.data)

    def _integral(self, term: Term, around: Knowledge, carried: list[Term]) -> Term:
        lower, upper = (self.of(end, around, carried) for end in term.args[1:])
        on = segment(around, term.symbol.name, lower, upper)
        body = substitute(term.args[0], {term.symbol: symbol(on.variable)})
        inner: list[Term] = []
        integrand = self._inside(body, on, inner)
        for t in inner:
            carried += [witness(need) for need in on.analytic(t)]
        self.methods["fundamental theorem of calculus"] = None
        try:
            value, more = closed_integral(integrand, on, lower, upper, self.oracle.antiderivatives, carried)
        except Refused as refused:
            return self.unclosed.integral(integrand, on, lower, upper, carried, refused)
        self.needs += [need for need in more if need not in self.needs]
        return value

    def _inside(self, body: Term, on: Segment, carried: list[Term]) -> Term:
        """A body closed for all values of a variable in a range."""
        before = list(self.needs)
        closed = self.of(body, on.inside, carried)
        added, self.needs = self.needs[len(before):], before
        for kind, g in added:
            if occurs(on.variable, g):
                if on.sign(g) not in ({"+"} if kind == "positive" else {"+", "-"}):
                    raise Refused("an inner integral needs what is not known on the whole range")
            else:
                self.needs.append((kind, g))
        return closed

    def _limit(self, term: Term, around: Knowledge, carried: list[Term]) -> Term:
        body, point, *direction = term.args
        point = self.of(point, around, carried)
        it, known = around.declaring(term.symbol.name)
        inner: list[Term] = []
        before = len(self.needs)
        body = self.of(substitute(body, {term.symbol: symbol(it)}), known, inner)
        if any(occurs(it, t) for t in inner) or any(occurs(it, g) for _, g in self.needs[before:]):
            raise Refused("a limit of what is defined under conditions on its variable")
        carried += inner
        carried += [] if is_oo(point) or point.op in {"symbol", "number"} else [point]
        self.methods["expansion in series"] = None
        if direction:
            return one_sided(body, it, point, int(direction[0].number), around, carried)
        return two_sided(body, it, point, around, carried)

    def _series(self, term: Term, around: Knowledge, carried: list[Term]) -> Term:
        if self.sums and is_finite_sum(term) and len(term.args) == 3 and not any(map(is_analytic, term.args[0].walk())):
            self.methods["telescoping"] = None
            return closed_sum(term, around, carried, self.oracle.antidifferences)
        if term.op == "prod" or len(term.args) > 3 or any(map(is_analytic, term.args[0].walk())) or is_oo(term.args[2]) != 1:
            raise Refused("such a series is not covered")
        if is_finite_sum(term):
            raise Refused("such a series is not covered")
        lower = self.of(term.args[1], around, carried)
        value, method, needs = closed_series(term.args[0], term.symbol, lower, around, carried, self.oracle.antidifferences)
        self.methods[method] = None
        self.needs += [need for need in needs if need not in self.needs]
        return value

    def _derivative(self, term: Term, around: Knowledge, carried: list[Term]) -> Term:
        """The derivative of a closed body, or of an integral with variable ends by Leibniz' rule."""
        body, by = term.args
        before = len(self.unclosed.known)
        closed = self.of(body, around, carried)
        if len(self.unclosed.known) == before:
            return build_diff(closed, by, str(term.data))
        del self.unclosed.known[before:]
        if body.op != "integrate" or by.op != "symbol" or by.symbol in free_symbols(body.args[0]):
            raise Refused("the derivative of an integral without a closed form")
        self.methods["Leibniz' rule"] = None
        integrand, lower, upper = body.args
        ends = [build("mul", substitute(integrand, {body.symbol: end}), slope(end, by.symbol)) for end in (upper, lower)]
        return build("add", ends[0], build("neg", ends[1]))
