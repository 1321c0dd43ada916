"""Statements as formulas: a relation holds where both sides are defined and compare as it says, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from math import lcm

from derivcheck.kernel.terms import RELATIONS, Context, Term, free_symbols, number
from derivcheck.kernel.values.evaluate import uses_complex
from derivcheck.proving.statements.algebra import Algebra, NotCovered, Nowhere
from derivcheck.proving.statements.exponentials import exponential, logarithm
from derivcheck.proving.statements.formula import FALSE, TRUE, Formula, both, compared, either, implies, negation, variables
from derivcheck.proving.statements.quotients import Poly, Quotient, TooLarge, constant
from derivcheck.proving.statements.values import value_of

PASSES = 3
"""How often statements are read until all functions of multiples of one product are written by the same multiple of it."""

RISING = frozenset({"exp", "log", "sqrt", "cbrt", "sinh", "tanh", "asinh", "atan", "sigmoid", "erf", "asin"})
"""Functions that rise strictly wherever they are defined."""

LONGEST_RANGE = 40
"""How many whole numbers a range may have."""

HIGHEST = 12
"""How many factors the product may have that a sum of logarithms becomes."""


@dataclass(frozen=True, slots=True)
class Read:
    """Statements as formulas in the variables of one algebra; facts: what is assumed, as far as it could be read.

    complete: whether all that is assumed could be read.
    """

    algebra: Algebra
    formulas: tuple[Formula, ...]
    facts: tuple[Formula, ...]
    complete: bool

    def background(self, *formulas: Formula) -> list[Formula]:
        """What is known of the variables of formulas, and what is assumed."""
        alike = tuple(self.algebra.equivalences)
        used = variables(both((*self.facts, *formulas, *alike)))
        return [*self.facts, *alike, *self.algebra.known_of(used)]


def read(context: Context, statements: Sequence[Term], defined_only: bool = False) -> Read:
    """Statements and the assumptions as formulas; raises ``NotCovered`` or ``TooLarge`` where a statement cannot be read.

    defined_only: of relations, where both sides are defined and the relation fails.
    """
    if uses_complex(context, *statements):
        raise NotCovered("complex numbers")
    algebra = Algebra(context)
    facts: list[Formula] = []
    complete = True
    for _ in range(PASSES):
        units = dict(algebra.units)
        algebra.equivalences.clear()
        formulas = tuple(violated(algebra, s) if defined_only else formula_of(algebra, s) for s in statements)
        facts, complete = [], True
        names = frozenset().union(*(free_symbols(s) for s in statements))
        for fact in context.assumptions:
            try:
                facts.append(formula_of(algebra, fact))
            except (NotCovered, TooLarge):
                complete = complete and not free_symbols(fact) & names
        if algebra.units == units:
            break
    return Read(algebra, formulas, tuple(facts), complete)


def formula_of(algebra: Algebra, term: Term) -> Formula:
    """Where a statement holds."""
    match term.op:
        case "true":
            return TRUE
        case "false":
            return FALSE
        case "and":
            return both([formula_of(algebra, a) for a in term.args])
        case "or":
            return either([formula_of(algebra, a) for a in term.args])
        case "not":
            return negation(formula_of(algebra, term.args[0]))
        case "in":
            return _within(algebra, term)
    if term.op not in RELATIONS:
        raise NotCovered(term.op)
    try:
        where, gap = measured(algebra, *term.args)
    except Nowhere:
        return FALSE
    if (inside := _inside(term)) is not None:
        _, gap = measured(algebra, *inside)
    here, plain = relation(algebra, term.op, gap), _as_it_stands(term.op, gap)
    if here != plain:
        algebra.equivalences[implies(where, either((both((here, plain)), both((negation(here), negation(plain))))))] = None
    return both((where, here))


def violated(algebra: Algebra, term: Term) -> Formula:
    """Where both sides of a relation are defined and it does not hold."""
    holds = formula_of(algebra, term)
    where, _ = measured(algebra, *term.args)
    return both((where, negation(holds)))


def measured(algebra: Algebra, left: Term, right: Term) -> tuple[Formula, Quotient]:
    """Where both of two terms are defined, and their difference there."""
    algebra.needs = []
    gap = value_of(algebra, left) - value_of(algebra, right)
    return both(algebra.needs), gap


def _within(algebra: Algebra, term: Term) -> Formula:
    value, *bounds = term.args
    low, high = (b.number if b.op == "number" else -b.args[0].number if b.op == "neg" and b.args[0].op == "number" else None
                 for b in bounds)
    if low is None or high is None or low.denominator != 1 or high - low > LONGEST_RANGE:
        raise NotCovered("a range of this kind")
    return either([formula_of(algebra, Term("eq", (value, number(int(low) + k)))) for k in range(int(high - low) + 1)])


def _inside(term: Term) -> tuple[Term, Term] | None:
    """What compares as two values of one function do, because the function rises wherever it is defined."""
    left, right = term.args
    found = None
    while left.op == right.op and left.op in RISING and len(left.args) == len(right.args) == 1:
        left, right = found = left.args[0], right.args[0]
    return found


def _as_it_stands(op: str, gap: Quotient) -> Formula:
    return compared(op, gap.above if op in {"eq", "ne"} else gap.oriented())


def relation(algebra: Algebra, op: str, gap: Quotient) -> Formula:
    """Where a difference that is defined compares with zero as ``op`` says."""
    gap = _positive_dropped(algebra, gap)
    gap = _without_logarithms(algebra, op, gap) or _without_exponentials(algebra, op, gap) or gap
    return _as_it_stands(op, _positive_dropped(algebra, gap))


def _is_positive(algebra: Algebra, poly: Poly) -> bool:
    """Whether a polynomial is a variable that is known to be positive."""
    if len(poly.terms) != 1:
        return False
    (m, c), = poly.terms
    return c > 0 and all(compared("gt", Poly.variable(v)) in algebra.axioms[v] or _log_above_one(algebra, v) for v, _ in m)


def _log_above_one(algebra: Algebra, name: str) -> bool:
    function, at, _ = algebra.arguments.get(name, ("", constant(0), TRUE))
    value = at.above.constant if not at.below else None
    return function == "log" and value is not None and value > 1


def _positive_dropped(algebra: Algebra, gap: Quotient) -> Quotient:
    """A difference without positive denominators and without positive factors that all its terms have."""
    below = tuple((p, e) for p, e in gap.below if not _is_positive(algebra, p))
    shared = set.intersection(*({v for v, _ in m} for m, _ in gap.above.terms)) if gap.above.terms else set[str]()
    divisors = {v: min(dict(m)[v] for m, _ in gap.above.terms) for v in shared if _is_positive(algebra, Poly.variable(v))}
    if not divisors:
        return Quotient(gap.above, below)
    terms = {tuple((v, e - divisors.get(v, 0)) for v, e in m if e > divisors.get(v, 0)): c for m, c in gap.above.terms}
    return Quotient(Poly.of(terms), below)


def _without_logarithms(algebra: Algebra, op: str, gap: Quotient) -> Quotient | None:
    """A sum of logarithms compared with 0 as the product of what they are of compared with 1."""
    if gap.below and op not in {"eq", "ne"}:
        return None
    factors: list[tuple[Quotient, Fraction]] = []
    for m, c in gap.above.terms:
        if not m:
            factors.append((Quotient(algebra.number("e")), c))
        elif len(m) == 1 and m[0][1] == 1 and algebra.arguments.get(m[0][0], ("",))[0] == "log":
            factors.append((algebra.arguments[m[0][0]][1], c))
        else:
            return _solved_for_logarithm(algebra, gap)
    if all(not (u.above.variables() or u.below) or u == Quotient(algebra.number("e")) for u, _ in factors):
        return None
    scale = reduce(lcm, (c.denominator for _, c in factors), 1)
    powers = [(u, int(c * scale)) for u, c in factors]
    if sum(abs(k) for _, k in powers) > HIGHEST:
        return None
    over, under = constant(1), constant(1)
    for u, k in powers:
        over, under = (over * u**k, under) if k > 0 else (over, under * u**-k)
    return over - under


def _solved_for_logarithm(algebra: Algebra, gap: Quotient) -> Quotient | None:
    """One logarithm and something else compared with 0 as what it is of compared with an exponential."""
    found = [(k, m[0][0]) for k, (m, _) in enumerate(gap.above.terms)
             if len(m) == 1 and m[0][1] == 1 and algebra.arguments.get(m[0][0], ("",))[0] == "log"]
    if len(found) != 1 or gap.below:
        return None
    (k, name), = found
    factor = gap.above.terms[k][1]
    others = Quotient(Poly.of({m: -c / factor for i, (m, c) in enumerate(gap.above.terms) if i != k}))
    difference = algebra.arguments[name][1] - exponential(algebra, others)
    return difference if factor > 0 else -difference


def _without_exponentials(algebra: Algebra, op: str, gap: Quotient) -> Quotient | None:
    """Two products with exponentials compared as their logarithms."""
    if (gap.below and op not in {"eq", "ne"}) or len(gap.above.terms) != 2:
        return None
    (m, c), (n, d) = gap.above.terms
    names = [v for v, _ in (*m, *n)]
    if c * d > 0 or not any(algebra.arguments.get(v, ("",))[0] == "exp" for v in names):
        return None
    if not all(_is_positive(algebra, Poly.variable(v)) for v in names):
        return None
    (over, under) = ((m, c), (n, -d)) if c > 0 else ((n, d), (m, -c))
    kept = algebra.needs
    found = logarithm(algebra, Quotient(Poly((over,)))) - logarithm(algebra, Quotient(Poly((under,))))
    algebra.needs = kept
    return found

