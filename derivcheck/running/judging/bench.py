"""What the steps of one derivation are judged with, and how any two of its lines are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from derivcheck.kernel.outcome import Counterexample
from derivcheck.kernel.terms import Context, Term
from derivcheck.kernel.vocabulary import build, same_shape, transposed
from derivcheck.proving.decide import Judge, Options
from derivcheck.proving.decision import Decision
from derivcheck.proving.statements.known_bounds import cited
from derivcheck.running.judging.lines import Line, last_value
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.remembering.fingerprints import context_digest, in_use, term_digest
from derivcheck.running.report import NamedCondition, Witness
from derivcheck.syntax import Scope, show

Found = TypeVar("Found")

HOLDS = frozenset({"proved", "checked"})
"""The verdicts of a step that is right."""

_LINKS = frozenset({"<=>", "=>", "<=="})


_OUTSIDE = 0.8
"""The part of a step's time that a prover outside the kernel may take, so that what instances say can still be told."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A ``Decision`` in the words of a report."""

    verdict: str
    method: str | None = None
    conditions: tuple[NamedCondition, ...] = ()
    reason: str | None = None
    instances: int = 0
    counterexample: Witness | None = None
    notes: tuple[str, ...] = ()
    limit: str | None = None
    evident: tuple[str, str] | None = None


@dataclass(slots=True)
class Bench:
    """The judges of one derivation, one for each set of facts that holds in it, and what is known of the steps so far.

    judges, contexts: by scope and by judge, what was made of them; good: the steps that are right by all that comes before
    them; errors: for each other step the wrong steps, itself included, on whose errors it rests.
    """

    around: Surroundings
    modulo: tuple[str, ...]
    lines: Sequence[Line]
    judges: dict[int, Judge] = field(default_factory=dict)
    contexts: dict[int, bytes] = field(default_factory=dict)
    good: set[int] = field(default_factory=set)
    errors: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def told(self, error: RecursionError | MemoryError) -> None:
        """Let whoever watches know of an error that is about this process and not about the step."""
        if isinstance(error, MemoryError):
            self.around.exhausted()

    def judge(self, scope: Scope) -> Judge:
        """The judge under what the derivation uses of a scope: what it does not use changes nothing."""
        if id(scope) not in self.judges:
            terms = tuple(line.read.term for line in self.lines if line.read)
            self.judges[id(scope)] = self.judge_under(in_use(scope.context(), terms))
        return self.judges[id(scope)]

    def contradiction(self, scope: Scope) -> str | None:
        """Why all that a scope declares and assumes, used or not, contradicts itself."""
        whole, judge = scope.context(), self.judge(scope)
        used = judge.context
        same = len(used.symbols) == len(whole.symbols) and len(used.definitions) == len(whole.definitions)
        return (judge if same else self.judge_under(whole)).contradiction()

    def judge_under(self, context: Context) -> Judge:
        """A judge of claims under a context."""
        settings = self.around.settings
        options = Options(settings.samples, settings.seed, _OUTSIDE * settings.seconds)
        return Judge(context, options, self.around.draws, self.around.memory.met)

    def term(self, line: Line) -> Term:
        """What a line states or is equal to."""
        if line.read is None:
            raise ValueError(f"step {line.index} was not read")
        return line.read.term

    def left(self, index: int, relation: str) -> Term:
        """What a relation after a line continues."""
        before = self.lines[index]
        return self.term(before) if relation in _LINKS else last_value(before)

    def answer(self, kind: str, judge: Judge, terms: Sequence[Term], said: str, wanted: Any, find: Callable[[], Found]) -> Found:
        """What is found out about terms under a judge's context, unless it is remembered; said: what else it follows from."""

        def about() -> Iterator[bytes]:
            yield self._context(judge)
            yield f"{said} {' '.join(self.modulo)}".encode()
            yield from map(term_digest, terms)

        return self.around.memory.answer(kind, about, wanted, find)

    def _context(self, judge: Judge) -> bytes:
        if id(judge) not in self.contexts:
            self.contexts[id(judge)] = context_digest(judge.context)
        return self.contexts[id(judge)]

    def decide(self, judge: Judge, left: Term, relation: str, right: Term, by: str | None = None) -> Judgement:
        """The verdict on a claim; by: the reason that is stated for it."""

        def find() -> Judgement:
            return _in_words(self._decide(judge, left, relation, right, cited(by)))

        return self.answer("decision", judge, (left, right), said(relation, by), Judgement, find)

    def _decide(self, judge: Judge, left: Term, relation: str, right: Term, named: tuple[str, ...]) -> Decision:
        """The judge's decision, and if that fails and transposition is to be ignored, the one about the transpose."""
        facing = self.facing(left, relation, right)
        decision = judge.decide(facing, relation, right, named)
        if decision.verdict in {"refuted", "undecided"} and facing is left and self._transposes(left, relation, right):
            facing = build("transpose", left)
            other = judge.decide(facing, relation, right, named)
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

        def find() -> bool:
            fails = relation == "=" and not self.modulo and judge.fails(left, right)
            return not fails and self.decide(judge, left, relation, right).verdict in HOLDS

        return self.answer("holds", judge, (left, right), relation, bool, find)

    def relation(self, start: int, line: Line) -> str | None:
        """The relation between an earlier line on the trail of a line and that line; ``None`` where the chain says nothing."""
        after = line.trail[line.trail.index(start) + 1 :] if start in line.trail else ()
        relations = [self.lines[i].relation for i in (*after, line.index)]
        return composed([r for r in relations if r is not None])


def said(relation: str, by: str | None) -> str:
    """What else a decision follows from: the relation, and the known bounds that the stated reason names."""
    return " ".join((relation, *cited(by)))


def _in_words(decision: Decision) -> Judgement:
    """The decision as a report tells it."""
    return Judgement(
        decision.verdict,
        decision.method,
        tuple(NamedCondition(show(c.term), c.kind, c.gained) for c in decision.conditions),
        decision.reason,
        decision.instances,
        _witness(decision.counterexample),
        decision.notes,
        decision.limit,
        decision.evident,
    )


def _witness(found: Counterexample | None) -> Witness | None:
    if found is None:
        return None
    return Witness(dict(found.values), dict(found.sizes), found.left, found.right, found.entry, found.note)


def composed(relations: Sequence[str]) -> str | None:
    """The relation between the ends of a chain, such as ``<`` for ``= <= <``; ``None`` where the chain says nothing."""
    kinds = set(relations)
    for strict, weak, none in (("<", "<=", "="), (">", ">=", "="), ("=>", "=>", "<=>"), ("<==", "<==", "<=>"), ("~", "~", "=")):
        if kinds <= {strict, weak, none}:
            return strict if strict in kinds and strict != weak else weak if kinds & {strict, weak} else none
    return None
