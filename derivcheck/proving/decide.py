"""A verdict on a step: the kernel's word and the instances' word, always both, and what follows from them.

A proof stands only beside instances at which both sides are defined and agree.  What only instances support is
``checked``; a difference that exact or ball arithmetic confirms is ``refuted``; a proof that an instance contradicts is a
``conflict``, an error of ours that is reported and never hidden.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import chain, combinations

from derivcheck.kernel.analysis.orders import mentions_order
from derivcheck.kernel.extents import Extents
from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.normal.polynomials import Undefined, Unsupported
from derivcheck.kernel.outcome import Condition, Outcome, OutOfBudget, Proof, Refutation, Unknown
from derivcheck.kernel.terms import LOGIC, ZERO, Claim, Context, Term
from derivcheck.kernel.values.compare import PRINCIPAL
from derivcheck.kernel.vocabulary import build, same_shape
from derivcheck.proving import analysis
from derivcheck.proving.decision import Decision
from derivcheck.proving.otherwise import proved_otherwise
from derivcheck.proving.probability.expanding import concerned
from derivcheck.proving.refuting import refute
from derivcheck.proving.refuting.edges import only_at_edges
from derivcheck.proving.refuting.reach import beyond_instances
from derivcheck.proving.refuting.refute import Evidence
from derivcheck.proving.screening.batch import Batches, Draws, Sampling
from derivcheck.proving.statements.link import OPERATORS, Linker

TOO_DEEP = "the term is nested too deeply: state it in parts of which none stands so deep inside another"


@dataclass(frozen=True, slots=True)
class Options:
    """How to judge: the number of instances, their seed, and the seconds that a strategy outside the kernel may take."""

    samples: int = 32
    seed: int = 0
    timeout: float = 10.0


@dataclass(slots=True)
class Judge:
    """Decides claims under one context; keeps normal forms and numeric values from step to step.

    met: where it is told which limits kept a decision from being more.
    """

    context: Context
    options: Options = field(default_factory=Options)
    draws: Draws = field(default_factory=Draws)
    met: set[str] = field(default_factory=set)
    kernel: Kernel = field(init=False)
    extents: Extents = field(init=False)
    batches: Batches | None = field(default=None, init=False)
    random: bool = field(init=False)
    named: tuple[str, ...] = field(default=(), init=False)

    def __post_init__(self) -> None:
        said = (*self.context.assumptions, *(d.body for d in self.context.definitions.values()))
        self.random = any(map(concerned, said))
        self.kernel = Kernel(self.context)
        self.extents = Extents(self.context)

    def contradiction(self) -> str | None:
        """Why the declarations and assumptions contradict each other, if that is plain."""
        if self.random:
            from derivcheck.proving.probability import deciding  # few derivations have random variables

            return deciding.contradiction(self)
        return "; ".join(self.kernel.contradictions_found()) or None

    def probable(self, *terms: Term) -> bool:
        """Whether terms, or the facts about them, speak of random variables, of which the kernel knows nothing."""
        return self.random or any(map(concerned, terms))

    def decide(self, left: Term, relation: str, right: Term, named: tuple[str, ...] = ()) -> Decision:
        """The verdict on ``left relation right``; relation is ``= < <= > >= ~ <=> => <==``.

        named: the known bounds that the step's reason names, which are tried first.
        """
        self.named = named
        if self.extents.too_deep(left, right, *self.context.assumptions):
            return Decision("undecided", reason=TOO_DEEP)
        if self.probable(left, right):
            from derivcheck.proving.probability import deciding  # few derivations have random variables

            return deciding.decide(self, left, relation, right)
        claim = Claim(left, relation, right, self.context)
        if left.op in LOGIC and right.op in LOGIC:
            return self._linked(claim)
        known = analysis.decide(claim, self.options.timeout, self._closed, self.met)
        if known is not None and (known.verdict != "undecided" or mentions_order(left) or mentions_order(right)):
            return known
        outcome = self.kernel.prove(claim)
        if isinstance(outcome, Refutation):
            return Decision("refuted", reason=outcome.reason, counterexample=outcome.counterexample)
        if relation == "~":
            return _approximated(outcome)
        evidence = refute.screen(claim, self.drawn(), self._effort())
        if isinstance(outcome, Proof):
            decision = self._with_proof(claim, outcome, evidence)
        else:
            decision = self._without_proof(claim, outcome, evidence, known)
        if decision.verdict in {"proved", "checked"} and only_at_edges(claim, decision.conditions, self.drawn(), self.draws):
            reason = "the two sides are defined together only where the conditions hold with equality, which is next to nowhere"
            return Decision("undecided", None, decision.conditions, reason, decision.instances)
        return decision

    def _linked(self, claim: Claim) -> Decision:
        """The verdict on a link between two statements: what follows by exact reasoning, held against instances."""
        found = Linker(self.context, self.kernel, self.options.timeout).link(claim.left, claim.relation, claim.right)
        self.met |= {found.limit} if found.limit else set()
        if found.counterexample is not None:
            return Decision("refuted", None, (), found.reason, 0, found.counterexample)
        evidence = refute.screen(claim, self.drawn(), self._effort())
        refutation = evidence.refutation
        if refutation is not None and found.conditions:
            refutation = self._within(claim, found.conditions).refutation
        if found.method is not None and refutation is None:
            return Decision("proved", found.method, found.conditions, None, evidence.instances)
        if found.method is not None and refutation is not None:
            reason = f"this is proved, an instance refutes it: {refutation.reason}"
            return Decision("conflict", found.method, (), reason, evidence.instances, refutation.counterexample)
        outcome = Unknown(found.reason)
        return replace(self._without_proof(_where_it_says_something(claim), outcome, evidence, None), limit=found.limit)

    def _within(self, claim: Claim, conditions: tuple[Condition, ...]) -> Evidence:
        """What instances say of a claim where its conditions hold: one that they fail at is no contradiction."""
        context = replace(self.context, assumptions=(*self.context.assumptions, *(c.term for c in conditions)))
        judge = Judge(context, self.options, self.draws, self.met)
        return refute.screen(replace(claim, context=context), judge.drawn(), self._effort())

    def _closed(self, closed: Claim) -> Decision:
        """The verdict on a claim that stands for one about integrals, limits or series."""
        return Judge(closed.context, self.options, met=self.met).decide(closed.left, closed.relation, closed.right)

    def fails(self, left: Term, right: Term) -> bool:
        """Whether an instance drawn refutes ``left = right``: what ``decide`` cannot call right then, told sooner than by it."""
        if left.op in LOGIC or right.op in LOGIC or not same_shape(left.shape, right.shape) or self.extents.too_deep(left, right):
            return False
        if self.probable(left, right):
            return False
        options = refute.Options(seed=self.options.seed, shrink=False)
        return refute.screen(Claim(left, "=", right, self.context), self.drawn(), options).refutation is not None

    def drawn(self) -> Batches:
        """The instances on which claims are screened, drawn when the first one is."""
        if self.batches is None:
            self.batches = self.draws.of(self.context, Sampling(samples=self.options.samples, seed=self.options.seed))
        return self.batches

    def _effort(self) -> refute.Options:
        return refute.Options(seed=self.options.seed)

    # -- what follows from the two kinds of evidence ---------------------------------------------------------------------

    def _with_proof(self, claim: Claim, proof: Proof, evidence: Evidence) -> Decision:
        if evidence.refutation is None and (evidence.instances == 0 or beyond_instances(claim)):
            evidence = _together(evidence, refute.search(claim, self.context, replace(self._effort(), closer=False)))
        if evidence.refutation is not None:
            return self._contradicted(proof, evidence)
        if evidence.instances == 0:
            return Decision("undecided", reason=_why_no_instance(evidence))
        lost = any(not c.gained for c in proof.conditions)
        gained = any(c.gained for c in proof.conditions)
        if (evidence.lost and not lost) or (evidence.gained and not gained):
            reason = "an instance at which only one side is defined has no condition that names it"
            return Decision("conflict", proof.method, proof.conditions, reason, evidence.instances)
        return Decision("proved", proof.method, proof.conditions, None, evidence.instances)

    def _contradicted(self, proof: Proof, evidence: Evidence) -> Decision:
        """A refutation beside a proof: at a point that the step loses it decides, anywhere else it is a defect of ours."""
        refutation = evidence.refutation
        counterexample = refutation.counterexample if refutation else None
        reason = refutation.reason if refutation else ""
        if counterexample and PRINCIPAL in counterexample.note and any(not c.gained for c in proof.conditions):
            return Decision("refuted", None, proof.conditions, reason, evidence.instances, counterexample)
        reason = f"the kernel proves this, an instance refutes it: {reason}"
        return Decision("conflict", proof.method, proof.conditions, reason, evidence.instances, counterexample)

    def _without_proof(self, claim: Claim, outcome: Outcome, evidence: Evidence, known: Decision | None) -> Decision:
        if isinstance(outcome, Unknown) and outcome.nowhere:
            return Decision("invalid", reason=outcome.reason)
        searched = Evidence()
        if evidence.refutation is None:
            searched = refute.search(claim, self.context, self._effort())
            evidence = _together(evidence, searched)
        if evidence.refutation is not None:
            found = evidence.refutation
            return Decision("refuted", None, (), found.reason, evidence.instances, found.counterexample)
        reason = outcome.reason if isinstance(outcome, Unknown) else "not decided"
        if claim.left.op in LOGIC or claim.right.op in LOGIC:
            return Decision("undecided", reason=f"{reason}; no instance refutes it", instances=evidence.instances)
        started = time.monotonic()
        analytic = known is not None
        if known is not None:
            reason = known.reason or reason
        else:
            known = analysis.decide(claim, self.options.timeout, self._closed, self.met, sums=True)
            if known is not None and known.verdict == "proved":
                return known
        late = known.limit if known is not None else None
        otherwise = self._otherwise(claim, evidence)
        left = max(0.0, self.options.timeout - (time.monotonic() - started))
        return otherwise or self._by_sympy(claim, evidence, reason, searched, left, analytic, late)

    def _otherwise(self, claim: Claim, evidence: Evidence) -> Decision | None:
        """A claim that is proved by other exact means than the kernel's normal form, where it is known where the claim holds."""
        if claim.relation not in OPERATORS or claim.left.shape or not evidence.instances:
            return None
        method = proved_otherwise(claim, self.kernel, self.options.timeout, self.named)
        conditions = self.kernel.conditions(claim)
        if method is None or not self._named(claim, conditions, evidence):
            return None
        return Decision("proved", method, conditions, None, evidence.instances)

    def _by_sympy(
        self, claim: Claim, evidence: Evidence, reason: str, searched: Evidence, seconds: float, analytic: bool, late: str | None
    ) -> Decision:
        """What instances say, and SymPy's word: it is no proof, but lets instances count that would not settle the claim alone.

        seconds: how long SymPy may take; searched: where both sides agreed by exact or ball arithmetic, without which floats
        check nothing; analytic: whether integrals, limits or series occur; late: the limit that was met before.
        """
        from derivcheck.proving.with_sympy import prover as sympy_prover  # takes time to import, and few runs get here

        conditions = self.kernel.conditions(claim)
        word = sympy_prover.ask(claim, seconds)
        self.met |= {word.limit} if word.limit else set()
        limit = word.limit or late
        instances = evidence.instances + word.points
        if word.strategy and instances:
            if self._named(claim, conditions, evidence):
                said = f"SymPy {word.version} makes 0 of the difference by {word.strategy}, which is no proof"
                return Decision("checked", None, conditions, f"{reason}; {said}", instances)
            reason = f"SymPy proves it ({word.strategy}), but where it holds is not known"
        if word.reason:
            reason = f"{reason}; {word.reason}"
        if not searched.instances:
            return Decision("undecided", reason=f"{reason}; {_why_no_instance(evidence)}", limit=limit)
        unsettled = "instances alone do not settle where integrals, limits and series have values" if analytic else None
        doubt = unsettled or beyond_instances(claim) or self._one_sided(searched, analytic)
        if evidence.lost and all(c.gained for c in conditions):
            doubt = doubt or "the right side is undefined at instances where the left is not, and no condition names them"
        if doubt:
            return Decision("undecided", None, conditions, f"{reason}; {doubt}", evidence.instances, limit=limit)
        return Decision("checked", None, conditions, reason, evidence.instances, limit=limit)

    def _one_sided(self, searched: Evidence, analytic: bool) -> str | None:
        """Why instances on one side of a turning point check nothing: neither the kernel nor the facts exclude the other side."""
        if searched.unreached:
            return "the sides could not be judged at sizes that the claim mentions"
        if analytic and searched.untold:
            return "an integral, a limit or a series has no value that is known at some instances"
        if all(self._has_sign(term) for term in searched.untried):
            return None
        return "the claim turns where no instance was found"

    def _has_sign(self, term: Term) -> bool:
        """Whether a term is known not to change its sign: the facts about orders, some added up, are as large as it is."""
        zero = build("mul", ZERO, term)
        orders = [a for a in self.context.assumptions if a.op in {"lt", "le", "gt", "ge"} and not a.args[0].shape]
        gaps = [build("add", a, build("neg", b)) for a, b in (o.args if o.op in {"gt", "ge"} else o.args[::-1] for o in orders)]
        for some in chain.from_iterable(combinations([] if term.shape else gaps, k) for k in range(3)):
            least = build("add", *some) if len(some) > 1 else some[0] if some else zero
            for bound, relation in ((least, ">="), (build("neg", least), "<=")):
                if isinstance(self.kernel.prove(Claim(term, relation, bound, self.context)), Proof):
                    return True
        return False

    def _named(self, claim: Claim, conditions: tuple[Condition, ...], evidence: Evidence) -> bool:
        """Whether the conditions are all that the claim needs, as far as the kernel and the instances know."""
        try:
            self.kernel.requirements(claim.left)
            self.kernel.requirements(claim.right)
        except (OutOfBudget, Unsupported, Undefined, RecursionError):
            return False
        lost = any(not c.gained for c in conditions)
        gained = any(c.gained for c in conditions)
        return not (evidence.lost and not lost) and not (evidence.gained and not gained)


def _approximated(outcome: Outcome) -> Decision:
    """An approximation of a constant is settled by balls alone: the constant is its only instance."""
    match outcome:
        case Proof(method):
            return Decision("proved", method, instances=1)
        case Unknown(reason, nowhere):
            return Decision("invalid" if nowhere else "undecided", reason=reason)
        case _:
            return Decision("undecided", reason=outcome.reason)


def _where_it_says_something(claim: Claim) -> Claim:
    """An implication where the sides of its premises do not vanish.

    Dividing an equation by a factor loses what holds where the factor is zero; such a step is not refuted there, it needs a
    condition, which is not found yet.
    """
    if claim.relation == "<=>":
        return claim
    premise, conclusion = (claim.left, claim.right) if claim.relation == "=>" else (claim.right, claim.left)
    members = premise.args if premise.op == "and" else (premise,)
    nonzero = tuple(Term("ne", (m.args[0], ZERO)) for m in members if m.op == "eq" and not m.args[0].shape and m.args[0] != ZERO)
    if not nonzero:
        return claim
    narrowed = Term("and", (*members, *nonzero))
    left, right = (narrowed, conclusion) if claim.relation == "=>" else (conclusion, narrowed)
    return Claim(left, claim.relation, right, claim.context)


def _together(a: Evidence, b: Evidence) -> Evidence:
    """The evidence of two searches for one claim."""
    undefined = None if a.instances or b.instances else b.undefined or a.undefined
    lost, gained = a.lost or b.lost, a.gained or b.gained
    return Evidence(a.instances + b.instances, a.refutation or b.refutation, lost, gained, undefined, b.reason or a.reason)


def _why_no_instance(evidence: Evidence) -> str:
    match evidence.undefined:
        case "left" | "right" as side:
            return f"the {side} side was defined at none of the instances tried"
        case "both":
            return "neither side was defined at any of the instances tried"
        case _:
            return evidence.reason or "no instance was found at which both sides are defined"
