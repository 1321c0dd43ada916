"""A claim about integrals, limits and series as one without them: every such term replaced by a certified value.

What remains is a claim like any other, which the judge proves or instances refute.  A part that only has to be defined is
kept as a summand ``0*part``, so that the remaining claim is defined just where the one that was written is.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from derivcheck.kernel.analysis.closed import Closed, Oracle, condition
from derivcheck.kernel.analysis.integrals import (
    closed_integral,
    differentiated,
    linear_parts,
)
from derivcheck.kernel.analysis.knowledge import Divergent, Knowledge, Nowhere, Refused, is_oo, occurs
from derivcheck.kernel.analysis.limits import limit_from
from derivcheck.kernel.analysis.needs import Need, witness
from derivcheck.kernel.analysis.pieces import segment
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.analysis.series import closed_series
from derivcheck.kernel.analysis.slopes import slope
from derivcheck.kernel.analysis.sums import closed_product, closed_sum
from derivcheck.kernel.analysis.unclosed import Unclosed, continuous
from derivcheck.kernel.terms import ZERO, Claim, Symbol, Term, free_symbols, substitute, symbol
from derivcheck.kernel.values.evaluate import uses_complex
from derivcheck.kernel.vocabulary import build, build_diff

ANALYTIC = frozenset({"integrate", "limit"})

COUNTING = frozenset("ijklmnN")
"""Names by which a limit may be meant as that of a sequence."""


def is_finite_sum(term: Term) -> bool:
    """Whether a term is a sum or product over a range whose length is no number."""
    return term.op in {"sum", "prod"} and any(map(free_symbols, term.args[1:3])) and not any(map(is_oo, term.args[1:3]))


def is_analytic(term: Term) -> bool:
    """Whether a term is an integral, a limit or an infinite series."""
    return term.op in ANALYTIC or (term.op in {"sum", "prod"} and any(map(is_oo, term.args[1:3])))


def close(claim: Claim, oracle: Oracle, sums: bool = False) -> Closed:
    """The claim without integrals, limits and series; raises ``Refused``, or ``Divergent`` where a side has no value."""
    if uses_complex(claim.context, claim.left, claim.right):
        raise Refused("integrals, limits and series of complex values are not covered")
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
    found = [condition(need, need in closing.left_needs) for need in dict.fromkeys(closing.needs)]
    converging = tuple(c for c, (kind, _) in zip(found, dict.fromkeys(closing.needs), strict=True) if kind == "below one")
    supposed = tuple(c for c in found if c not in converging)
    exact = not closing.unclosed.symbols
    return Closed(
        Claim(left, claim.relation, right, context), converging, supposed, ", ".join(closing.methods), exact, bool(variables),
        tuple(closing.poles), tuple(closing.edges),
    )


@dataclass(slots=True)
class Closing:
    """Closes the terms of one claim; needs: what antiderivatives need besides; methods: by what terms were closed.

    depth: inside how many integrals, limits and derivatives, whose variables an integral without a closed form depends on; poles:
    where integrals are infinite, by variable; edges: as in ``Closed``; other: the
    side of the claim that the one at hand is compared with.
    """

    around: Knowledge
    oracle: Oracle
    sums: bool = False
    needs: list[Need] = field(default_factory=list)
    methods: dict[str, None] = field(default_factory=dict)
    unclosed: Unclosed = field(default_factory=Unclosed)
    depth: int = 0
    left_needs: tuple[Need, ...] = ()
    poles: list[tuple[str, Term]] = field(default_factory=list)
    edges: list[Term] = field(default_factory=list)
    other: Term = ZERO

    def sides(self, left: Term, right: Term) -> tuple[Term, Term]:
        """Both sides; raises ``Nowhere`` where neither has a value, and ``Divergent`` where just one has none."""
        found: list[Term] = []
        failed: list[Divergent] = []
        for name, term in (("left", left), ("right", right)):
            self.left_needs = tuple(self.needs)
            self.other = right if term is left else left
            try:
                found.append(self.side(term))
            except Divergent as reason:
                reason.side = name
                failed.append(reason)
        if len(failed) == 2:
            raise Nowhere(str(failed[0]))
        if failed:
            raise failed[0]
        return found[0], found[1]

    def side(self, term: Term) -> Term:
        """A whole side, with what must be defined beside it."""
        met: list[Term] = []
        closed = self.of(term, self.around, met)
        carried = [t for t in met if free_symbols(t) or self.around.value(t) is None]
        if is_oo(closed) and not carried:
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
            poles: list[Term] = []
            value, more = closed_integral(integrand, on, lower, upper, self.oracle.antiderivatives, carried, poles)
            self.poles += [(term.symbol.name, place) for place in poles]
            self.edges += [t.args[0] for t in carried if t.op == "sqrt" and t.args[0] not in self.edges]
        except Refused as refused:
            if self.depth:
                raise
            return self.unclosed.integral(integrand, on, lower, upper, carried, refused)
        self.needs += [need for need in more if need not in self.needs]
        return value

    def _inside(self, body: Term, on: Segment, carried: list[Term]) -> Term:
        """A body closed for all values of a variable in a range."""
        before = list(self.needs)
        self.depth += 1
        closed = self.of(body, on.inside, carried)
        self.depth -= 1
        added, self.needs = self.needs[len(before):], before
        for kind, g in added:
            if occurs(on.variable, g):
                if on.sign(g) not in ({"+"} if kind == "positive" else {"+", "-"}):
                    raise Refused("an inner integral needs what is not known on the whole range")
            else:
                self.needs.append((kind, g))
        return closed

    def _limit(self, term: Term, around: Knowledge, carried: list[Term]) -> Term:
        body, point, *side = term.args
        point = self.of(point, around, carried)
        it, known = around.declaring(term.symbol.name)
        inner: list[Term] = []
        before = len(self.needs)
        self.depth += 1
        body = self.of(substitute(body, {term.symbol: symbol(it)}), known, inner)
        self.depth -= 1
        if any(occurs(it, t) for t in inner) or any(occurs(it, g) for _, g in self.needs[before:]):
            raise Refused("a limit of what is defined under conditions on its variable")
        carried += inner
        carried += [] if is_oo(point) or point.op in {"symbol", "number"} else [point]
        self.methods["expansion in series"] = None
        supposed: list[Need] = []
        sides = [int(s.number) for s in side] or (1, -1)
        value = limit_from(body, it, point, sides, around, carried, supposed, self._counts(term.symbol.name))
        self.needs += [need for need in supposed if need not in self.needs]
        return value

    def _counts(self, name: str) -> bool:
        """Whether a name is one that people count with, or is declared as a whole number."""
        declared = self.around.context.symbols.get(name)
        return name in COUNTING or (declared is not None and declared.type.kind in {"integer", "natural", "size"})

    def _series(self, term: Term, around: Knowledge, carried: list[Term]) -> Term:
        if self.sums and is_finite_sum(term) and len(term.args) == 3 and not any(map(is_analytic, term.args[0].walk())):
            if term.op == "prod":
                self.methods["induction"] = None
                return closed_product(term, self.other, around, carried)
            self.methods["telescoping"] = None
            return closed_sum(term, self.other, around, carried, self.oracle.antidifferences)
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
        outer, self.depth = self.depth, self.depth + 1
        try:
            return build_diff(self.of(body, around, carried), by, str(term.data))
        except Refused:
            if body.op != "integrate" or by.op != "symbol" or by.symbol in free_symbols(body.args[0]):
                raise
        finally:
            self.depth = outer
        self.methods = {"Leibniz' rule": None, **self.methods}
        integrand, lower, upper = body.args
        if any(map(is_analytic, (t for a in body.args for t in a.walk()))):
            raise Refused("the derivative of an integral without a closed form")
        on = segment(around, body.symbol.name, lower, upper)
        carried += continuous(substitute(integrand, {body.symbol: symbol(on.variable)}), on, lower, upper)
        ends = [build("mul", substitute(integrand, {body.symbol: end}), slope(end, by.symbol)) for end in (upper, lower)]
        return build("add", ends[0], build("neg", ends[1]))
