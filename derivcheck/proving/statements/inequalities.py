"""By what a relation between two numbers holds: arithmetic, a known bound, or an inequality of means."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Context, Term
from derivcheck.proving.statements.bounds import known_bound
from derivcheck.proving.statements.jensen import jensen
from derivcheck.proving.statements.link import Linker
from derivcheck.proving.statements.termwise import term_by_term

DEEPEST = 2
"""Inside how many sums summands are compared."""

WIDENED = {"<=": False, ">=": True}


@dataclass(frozen=True, slots=True)
class Inequalities:
    """Looks for the reason of a relation.

    seconds: how long a solver may take; named: the known bounds that are tried first; depth: inside how many sums this is.
    """

    seconds: float
    named: tuple[str, ...] = ()
    depth: int = 0

    def reason(self, kernel: Kernel, context: Context, left: Term, relation: str, right: Term) -> str | None:
        """By what the relation holds wherever both sides are defined, ``None`` if that was not found."""
        linker = Linker(context, kernel, self.seconds)
        found = linker.compared(left, relation, right) or known_bound(kernel, context, left, relation, right, self.named)
        if found is not None or relation not in WIDENED or left.shape:
            return found
        below, above = (right, left) if WIDENED[relation] else (left, right)
        found = jensen(kernel, context, below, above)
        if found is None and self.depth < DEEPEST:
            found = term_by_term(context, below, above, Inequalities(self.seconds, self.named, self.depth + 1).summands)
        return found

    def summands(self, kernel: Kernel, context: Context, below: Term, above: Term) -> str | None:
        """By what one summand is at most another."""
        outcome = kernel.prove(Claim(below, "<=", above, context))
        if isinstance(outcome, Proof) and not outcome.conditions:
            return outcome.method
        return self.reason(kernel, context, below, "<=", above)
