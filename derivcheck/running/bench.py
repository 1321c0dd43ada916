"""What the steps of one derivation are judged with, and how any two of its lines are compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import build, same_shape, transposed
from derivcheck.proving.decide import Decision, Judge, Options
from derivcheck.proving.screening.batch import Draws
from derivcheck.running.lines import Line, last_value
from derivcheck.running.settings import Settings
from derivcheck.running.watch import Watch
from derivcheck.syntax import Scope

HOLDS = frozenset({"proved", "checked"})
"""The verdicts of a step that is right."""

_LINKS = frozenset({"<=>", "=>", "<=="})


_OUTSIDE = 0.8
"""The part of a step's time that a prover outside the kernel may take, so that what instances say can still be told."""


@dataclass(slots=True)
class Bench:
    """The judges of one derivation, one for each set of facts that holds in it, and what is known of the steps so far.

    good: the steps that are right by all that comes before them; errors: for each other step the wrong steps, itself
    included, on whose errors it rests.
    """

    settings: Settings
    modulo: tuple[str, ...]
    lines: Sequence[Line]
    draws: Draws
    watch: Watch
    judges: dict[int, Judge] = field(default_factory=dict)
    good: set[int] = field(default_factory=set)
    errors: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def told(self, error: RecursionError | MemoryError) -> None:
        """Let whoever watches know of an error that is about this process and not about the step."""
        if isinstance(error, MemoryError):
            self.watch.exhausted()

    def judge(self, scope: Scope) -> Judge:
        """The judge under the facts of a scope."""
        if id(scope) not in self.judges:
            options = Options(self.settings.samples, self.settings.seed, _OUTSIDE * self.settings.timeout)
            self.judges[id(scope)] = Judge(scope.context(), options, self.draws)
        return self.judges[id(scope)]

    def term(self, line: Line) -> Term:
        """What a line states or is equal to."""
        if line.read is None:
            raise ValueError(f"step {line.index} was not read")
        return line.read.term

    def left(self, index: int, relation: str) -> Term:
        """What a relation after a line continues."""
        before = self.lines[index]
        return self.term(before) if relation in _LINKS else last_value(before)

    def decide(self, judge: Judge, left: Term, relation: str, right: Term) -> Decision:
        """The judge's decision, and if that fails and transposition is to be ignored, the one about the transpose."""
        facing = self.facing(left, relation, right)
        decision = judge.decide(facing, relation, right)
        if decision.verdict in {"refuted", "undecided"} and facing is left and self._transposes(left, relation, right):
            facing = build("transpose", left)
            other = judge.decide(facing, relation, right)
            decision = other if other.verdict in HOLDS else decision
        if facing is left or decision.verdict not in HOLDS:
            return decision
        return replace(decision, notes=(*decision.notes, "equal up to transposition"))

    def facing(self, left: Term, relation: str, right: Term) -> Term:
        """The left side, or its transpose where transposition is to be ignored and only that has the right side's shape."""
        turned = self._transposes(left, relation, right) and not same_shape(left.shape, right.shape)
        return build("transpose", left) if turned else left

    def _transposes(self, left: Term, relation: str, right: Term) -> bool:
        ignored = "transpose" in self.modulo and relation in {"=", "~"} and 1 <= len(left.shape) <= 2
        return ignored and same_shape(transposed(left.shape), right.shape)

    def holds(self, judge: Judge, left: Term, relation: str, right: Term) -> bool:
        """Whether a claim is right; where an instance at hand refutes it, no proof is tried."""
        if relation == "=" and not self.modulo and judge.fails(left, right):
            return False
        return self.decide(judge, left, relation, right).verdict in HOLDS

    def relation(self, start: int, line: Line) -> str | None:
        """The relation between an earlier line on the trail of a line and that line; ``None`` where the chain says nothing."""
        after = line.trail[line.trail.index(start) + 1 :] if start in line.trail else ()
        relations = [self.lines[i].relation for i in (*after, line.index)]
        return composed([r for r in relations if r is not None])


def composed(relations: Sequence[str]) -> str | None:
    """The relation between the ends of a chain, such as ``<`` for ``= <= <``; ``None`` where the chain says nothing."""
    kinds = set(relations)
    for strict, weak, none in (("<", "<=", "="), (">", ">=", "="), ("=>", "=>", "<=>"), ("<==", "<==", "<=>"), ("~", "~", "=")):
        if kinds <= {strict, weak, none}:
            return strict if strict in kinds and strict != weak else weak if kinds & {strict, weak} else none
    return None
