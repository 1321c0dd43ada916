"""What a claim about integrals, limits and series becomes: a claim without them, and what that needs."""

from __future__ import annotations

from dataclasses import dataclass, replace

from derivcheck.kernel.analysis.integrals import Antiderivatives
from derivcheck.kernel.analysis.needs import Need
from derivcheck.kernel.analysis.series import Proposals
from derivcheck.kernel.outcome import Condition
from derivcheck.kernel.terms import ONE, ZERO, Claim, Term, free_symbols
from derivcheck.kernel.vocabulary import build


@dataclass(frozen=True, slots=True)
class Oracle:
    """Where antiderivatives and antidifferences are proposed; nothing is trusted of them."""

    antiderivatives: Antiderivatives
    antidifferences: Proposals


@dataclass(frozen=True, slots=True)
class Closed:
    """A claim that holds if and only if another does, where the conditions hold.

    conditions: where series converge, which is where they have a value; supposed: what the values found need besides, where the
    claim that was written may have values all the same; method: by what; exact: whether the claim stands for the other; where
    it does not, only its proof says something; up_to_constants: whether indefinite integrals were compared; poles: where
    integrals are infinite, by variable; edges: what integrands need to be positive, where they may have an integral at 0 too.
    """

    claim: Claim
    conditions: tuple[Condition, ...]
    supposed: tuple[Condition, ...]
    method: str
    exact: bool = True
    up_to_constants: bool = False
    poles: tuple[tuple[str, Term], ...] = ()
    edges: tuple[Term, ...] = ()

    def strict(self) -> Claim:
        """The claim where integrals have no value at the edges of what their integrands need."""
        inside = {build("mul", ZERO, build("sqrt", g)): build("mul", ZERO, build("log", g)) for g in self.edges}

        def without(side: Term) -> Term:
            return build("add", *(inside.get(a, a) for a in side.args)) if side.op == "add" else side

        return replace(self.claim, left=without(self.claim.left), right=without(self.claim.right))


def condition(need: Need, of_left: bool) -> Condition:
    """A need as a condition; of_left: of the left side, which the step may gain where it fails."""
    kind, g = need
    if kind == "positive":
        return Condition(Term("gt", (g, ZERO)), "domain")
    if kind == "below one":
        return Condition(Term("lt", (build("abs", g), ONE)), "domain", gained=of_left)
    return Condition(Term("ne", (g, ZERO)), "point" if _varies(g) else "domain")


def _varies(g: Term) -> bool:
    return any(s.type.kind in {"real", "positive", "nonnegative", "negative"} for s in free_symbols(g)) and not any(
        t.op in {"abs", "sign", "floor", "ceiling", "apply"} for t in g.walk()
    )
