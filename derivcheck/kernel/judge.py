"""The only door into the kernel and out of it: a claim goes in, a proof or an admission of ignorance comes out.

``Kernel.prove`` is the one place where a ``Proof`` is made.  Refutations come from instances (``compare``), or from
shapes that differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from itertools import product
from math import prod

from derivcheck.kernel.approximate import approximate
from derivcheck.kernel.normal import words
from derivcheck.kernel.normal.binomials import continuous
from derivcheck.kernel.normal.entries import STRUCTURED
from derivcheck.kernel.normal.factors import square_sign
from derivcheck.kernel.normal.facts import assuming, declared, supposing, turning_point
from derivcheck.kernel.normal.indicators import integer_valued
from derivcheck.kernel.normal.normal_form import Normaliser, axes
from derivcheck.kernel.normal.polynomials import Poly, Undefined, Unsupported, constant, freeze, thaw
from derivcheck.kernel.normal.requirement import KNOWN, STRONGER, Requirement
from derivcheck.kernel.normal.requirements import Requirements
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.normal.sums import LARGEST_EXPLICIT
from derivcheck.kernel.normal.zero import vanishes
from derivcheck.kernel.outcome import Budget, Condition, Outcome, OutOfBudget, Proof, Refutation, Unknown
from derivcheck.kernel.terms import LOGIC, ONE, RELATIONS, Claim, Context, Term, free_symbols, substitute, symbol
from derivcheck.kernel.values import separation
from derivcheck.kernel.vocabulary import describe, same_shape

METHOD = "indexed-sum normal form"
BY_SEPARATION = "algebraic numbers: their difference is below the least that it could be"
STEPS = frozenset({"sign", "floor", "ceiling"})
DISCRETE = frozenset({"size", "index", "bound", "integer", "natural", "sign"})
TURNING = frozenset({"abs", "sign", "condition", "delta", "at_least_zero", "function", "opaque"})
"""Atoms that can be zero on more than isolated points."""
STRICT = {"ge": "gt", "le": "lt"}
INDEX_NAMES = "kwjmirspqt"
"""Names for the index of a condition on all entries, the likeliest first."""
HOLDS: dict[str, frozenset[str | None]] = {
    "<=": frozenset({"+", "0+", "0"}),
    "<": frozenset({"+"}),
    ">=": frozenset({"-", "0-", "0"}),
    ">": frozenset({"-"}),
}
"""The signs of right less left under which an inequality holds."""


@dataclass(slots=True)
class Kernel:
    """The kernel under one context; remembers normal forms and requirements within a claim, and nothing of the claims before.

    operations: the budget of each claim, counted in kernel operations; restricted: the symbols that an assumption speaks of.
    """

    context: Context
    operations: int = 60_000
    contradictions: list[str] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)
    plain: Normaliser | None = None
    informed: dict[frozenset[Requirement], Normaliser] = field(default_factory=dict)
    required: dict[Term, tuple[Requirement, ...]] = field(default_factory=dict)
    restricted: frozenset[str] = frozenset()

    def prove(self, claim: Claim) -> Outcome:
        """``Proof`` with its conditions, ``Refutation`` for shapes that differ, else ``Unknown`` with the reason."""
        left, right = claim.left, claim.right
        if not same_shape(left.shape, right.shape):
            return Refutation(f"the left side is {describe(left.shape)}, the right side is {describe(right.shape)}")
        if left.op in LOGIC or right.op in LOGIC:
            return Unknown("the kernel does not link statements")
        self._begin()
        if any(t.shape == (ONE, ONE) for side in (left, right) for t in side.walk()):
            return Unknown("matrices of one row and one column are not covered")
        if claim.relation == "~":
            return approximate(claim) or Proof("ball arithmetic")
        if left == right and claim.relation in {"=", "<=", ">="} and not self._nowhere(left):
            return Proof("identity")
        try:
            return self._prove(claim)
        except OutOfBudget:
            return Unknown(f"the budget of {self.operations} kernel operations was spent")
        except (Unsupported, Undefined) as reason:
            return Unknown(str(reason))
        except RecursionError:
            return Unknown("the expression is nested too deeply")

    def conditions(self, claim: Claim) -> tuple[Condition, ...]:
        """What a claim needs beyond its declarations because only one of its sides needs it; empty where that is unknown."""
        self._begin()
        try:
            return self._conditions(self.requirements(claim.left), self.requirements(claim.right))
        except (OutOfBudget, Unsupported, Undefined, RecursionError):
            return ()

    def requirements(self, term: Term) -> tuple[Requirement, ...]:
        """Where a term is defined, beyond what the declarations guarantee; raises as ``Requirements.of``."""
        if term not in self.required:
            self.required[term] = Requirements(self._plain()).of(term)
        return self.required[term]

    def contradictions_found(self) -> tuple[str, ...]:
        """What contradicts itself among the declarations and assumptions."""
        self._plain()
        return tuple(self.contradictions)

    # -- the proof ---------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        """A new budget, and an algebra that knows the declarations alone.

        In which order atoms were met, what was divided by, and what costs nothing because it is remembered would otherwise
        let the outcome of a claim depend on the claims before it.
        """
        self.plain = None
        self.informed.clear()
        self.required.clear()
        self.budget = self._plain().alg.budget = Budget(self.operations)

    def _plain(self) -> Normaliser:
        if self.plain is None:
            self.plain, self.contradictions = declared(self.context, Budget(self.operations))
            alg = self.plain.alg
            in_signs = [alg.symbols_of(thaw(key)) for key in alg.facts]
            in_equations = [names for names, _ in alg.rewrites.values()] + [names for names, *_ in alg.equations]
            self.restricted = frozenset(alg.power_rules).union(*in_signs, *in_equations)
        return self.plain

    def _nowhere(self, term: Term) -> str | None:
        """Why a term is certainly defined nowhere, if that is known."""
        try:
            self.requirements(term)
        except Undefined as reason:
            return str(reason)
        except (OutOfBudget, Unsupported, RecursionError):
            return None
        return None

    def _prove(self, claim: Claim) -> Outcome:
        for side, term in (("left", claim.left), ("right", claim.right)):
            reason = self._nowhere(term)
            if reason is not None:
                return Unknown(f"the {side} side is defined nowhere: {reason}", nowhere=True)
        left, right = self.requirements(claim.left), self.requirements(claim.right)
        signs = frozenset(self._sign(r) for r in (*left, *right) if not r.guard and self._sign(r).kind in KNOWN)
        n = self._informed(signs) if signs else self._plain()
        difference = self._difference(n, claim)
        holds = self._holds(n, claim.relation, difference)
        method = METHOD
        if not holds and claim.relation == "=":
            if words.equal(n, claim.left, claim.right):
                holds, method = True, "matrix words"
            elif self._holds_in_branches(n, claim, difference, signs):
                holds, method = True, f"{METHOD}, case by case"
            elif separation.equal(claim):
                return Proof(BY_SEPARATION, self._conditions(left, right))
        if not holds:
            return Unknown("the normal forms of the two sides differ")
        if not self._extends(n, claim, signs):
            return Unknown("the kernel divided by something that may be zero")
        return Proof(method, self._conditions(left, right))

    def _sign(self, r: Requirement) -> Requirement:
        """A requirement as one of a sign: a whole number that is no pole of the Gamma function is positive."""
        whole = r.kind == "regular" and integer_valued(self._plain().alg, r.poly)
        return replace(r, kind="positive") if whole else r

    def _informed(self, signs: frozenset[Requirement]) -> Normaliser:
        if signs not in self.informed:
            made = assuming(self._plain(), sorted(signs, key=lambda r: (r.kind, repr(r.key))))
            made.alg.budget = self.budget
            self.informed[signs] = made
        return self.informed[signs]

    def _difference(self, n: Normaliser, claim: Claim) -> Poly:
        """Left less right at every entry: at free indices, or one after the other where the sizes are numbers.

        Of an array's entries the first that does not vanish is returned.
        """
        sizes = axes(claim.left.shape)
        fixed = [size.number for size in sizes if size.op == "number"]
        if sizes and len(fixed) == len(sizes) and prod(fixed) <= LARGEST_EXPLICIT:
            for indices in product(*(range(1, int(size) + 1) for size in fixed)):
                difference = self._difference_at(n, claim, tuple(constant(k) for k in indices))
                if difference:
                    return difference
            return {}
        places: list[Poly] = []
        try:
            for size in sizes:
                places.append(n.open(size, {}))
            return self._difference_at(n, claim, tuple(places))
        finally:
            for _ in places:
                n.alg.close()

    def _difference_at(self, n: Normaliser, claim: Claim, indices: tuple[Poly, ...]) -> Poly:
        difference = n.alg.subtract(n.entry(claim.left, indices), n.entry(claim.right, indices))
        return {} if claim.relation == "=" and vanishes(n.alg, difference) else difference

    def _holds(self, n: Normaliser, relation: str, difference: Poly) -> bool:
        """Whether ``difference relation 0``, for all values."""
        if relation == "=":
            return not difference
        if not difference:
            return relation in {"<=", ">="}
        gap = n.alg.scale(difference, -1)
        known = sign_of(n.alg, gap)
        if known is None and n.alg.real(gap) and not n.alg.complex:
            known = square_sign(n.alg, gap)
        return known in HOLDS.get(relation, frozenset[str | None]())

    def _holds_in_branches(
        self, n: Normaliser, claim: Claim, difference: Poly, signs: frozenset[Requirement], depth: int = 3
    ) -> bool:
        """Whether the sides of a scalar claim agree for each sign of what an absolute value, a sign or a condition turns at."""
        pivot = turning_point(n.alg, difference) if depth and not claim.left.shape else None
        if pivot is None:
            return False
        excluded = any(r.kind == "nonzero" and r.key == freeze(pivot) for r in signs)
        for sign in ("+", "-") if excluded else ("+", "-", "0"):
            branch = supposing(n, pivot, sign)
            if branch is None:
                return False
            if sign == "0" and any(self._breaks(n, pivot, branch, side) for side in (claim.left, claim.right)):
                continue
            rest = self._difference(branch, claim)
            if rest and not self._holds_in_branches(branch, claim, rest, signs, depth - 1):
                return False
        return True

    def _breaks(self, n: Normaliser, pivot: Poly, at_zero: Normaliser, side: Term) -> bool:
        """Whether a derivative has no value where ``pivot`` is zero, because its two formulas differ there by a known sign."""
        try:
            at_zero.entry(side)
        except Undefined:
            above, below = (b.entry(side) for b in (supposing(n, pivot, "+"), supposing(n, pivot, "-")) if b is not None)
            return sign_of(at_zero.alg, at_zero.alg.rebuilt(n.alg.subtract(above, below))) in {"+", "-"}
        return False

    # -- conditions --------------------------------------------------------------------------------------------------

    def _conditions(self, left: Iterable[Requirement], right: Iterable[Requirement]) -> tuple[Condition, ...]:
        """Requirements of one side only: of the right they lose something, of the left they gain."""
        lost = _merged([r for r in right if not self._implied(r, left)])
        gained = _merged([r for r in left if not self._implied(r, right)])
        found = [self._condition(r, gained=False) for r in lost] + [self._condition(r, gained=True) for r in gained]
        unique = {(condition.term, condition.gained): condition for condition in reversed(found)}
        return tuple(reversed(unique.values()))

    def _implied(self, wanted: Requirement, given: Iterable[Requirement]) -> bool:
        given = [r for r in given if r.guard <= wanted.guard]
        if any((r.key, r.kind, r.exponent) == (wanted.key, wanted.kind, wanted.exponent) for r in given):
            return True
        if wanted.kind not in {*KNOWN, "whole power", "smooth"}:
            return False
        kind = wanted.kind if wanted.kind in KNOWN else "nonzero"
        usable = frozenset(r for r in given if r.kind in KNOWN)
        if any(r.key == wanted.key and r.kind in STRONGER[kind] for r in usable):
            return True
        return bool(usable) and sign_of(self._informed(usable).alg, wanted.poly) in KNOWN[kind]

    def _condition(self, r: Requirement, gained: bool) -> Condition:
        return Condition(self._renamed(r.term), self._kind(r), gained)

    def _renamed(self, term: Term) -> Term:
        """A condition for all values of an index, which then may not have the name of something declared."""
        bound = sorted((s for s in free_symbols(term) if s.type.kind == "bound"), key=lambda s: s.name)
        used = {*self.context.symbols, *(s.name for s in bound)}
        free = (name for name in INDEX_NAMES if name not in used)
        clashing = [s for s in bound if s.name in self.context.symbols]
        return substitute(term, {s: symbol(replace(s, name=name)) for s, name in zip(clashing, free, strict=False)})

    def _kind(self, r: Requirement) -> str:
        """``size`` where only sizes decide; ``point`` where zeros are asked for of what varies smoothly with a real symbol."""
        if isinstance(r.key, Term):
            return "domain"
        alg = self._plain().alg
        names = alg.symbols_of(r.poly)
        types = [self.context.symbols[name].type for name in names if name in self.context.symbols]
        if types and all(t.kind == "size" for t in types):
            return "size"
        if r.kind not in {"nonzero", "smooth", "regular"} or any("antisymmetric" in t.attributes for t in types):
            return "domain"
        varies = any(t.kind not in DISCRETE for t in types)
        return "point" if varies and not alg.kinds_in(r.poly) & TURNING else "domain"

    def _extends(self, n: Normaliser, claim: Claim, signs: Iterable[Requirement]) -> bool:
        """Whether what was shown off the zeros of the bases that the kernel itself divided by holds at them as well.

        It does where no base can be zero.  Else both sides must be continuous, and what the base vanishes at must have no
        inner points where the claim speaks: the base is a function of real symbols that no fact restricts, analytic and not
        zero, and the requirements leave an open set.
        """
        named = [claim.left, claim.right, *self.context.assumptions, *(d.body for d in self.context.definitions.values())]
        names = {s.name for t in named for s in free_symbols(t)}
        inside = {key for key in n.alg.assumed if n.alg.symbols_of(thaw(key)) <= names}
        bases = [p for key in inside | n.alg.divided if sign_of(n.alg, p := thaw(key)) not in KNOWN["nonzero"]]
        if not bases:
            return True
        jumps = any(_jumps(t) for side in (claim.left, claim.right) for t in side.walk())
        closed = any(r.kind == "nonnegative" for r in signs)
        if not continuous(n, named):
            return False
        return not jumps and not closed and all(self._analytic(n, p) and not vanishes(n.alg, p) for p in bases)

    def _analytic(self, n: Normaliser, p: Poly) -> bool:
        """Whether a polynomial holds a free real symbol, and nothing but such symbols, their exponentials and constants."""
        pending, free = [a for m in p for a, _ in m], False
        while pending:
            key = n.alg.keys[pending.pop()]
            if key[0] == "entry":
                declared = n.alg.types.get(key[1])
                if declared is None or declared.kind in DISCRETE or declared.attributes & STRUCTURED or key[1] in self.restricted:
                    return False
                free = True
            elif key[0] == "exp":
                pending += [a for a, _ in key[1]]
            elif key[0] not in {"pi", "prime", "i"}:
                return False
        return free


def _merged(requirements: list[Requirement]) -> list[Requirement]:
    """``x >= 0`` and ``x != 0`` as ``x > 0``."""
    nonzero = {(r.key, r.guard) for r in requirements if r.kind == "nonzero"}
    both = {(r.key, r.guard) for r in requirements if r.kind == "nonnegative"} & nonzero
    found = []
    for r in requirements:
        if (r.key, r.guard) in both and r.kind == "nonnegative":
            found.append(replace(r, kind="positive", term=Term(STRICT[r.term.op], r.term.args)))
        elif (r.key, r.guard) not in both or r.kind != "nonzero":
            found.append(r)
    return found


def _jumps(term: Term) -> bool:
    """Whether a term may jump where its real symbols vary: a step function, or a comparison of reals."""
    if term.op in RELATIONS or term.op == "delta":
        return any(s.type.kind not in DISCRETE for s in free_symbols(term))
    return term.op in STEPS
