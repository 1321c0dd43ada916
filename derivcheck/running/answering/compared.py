"""The lines of an answer held against what the question asks for, beside what judging says of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass, replace

from derivcheck.files.document import Derivation
from derivcheck.kernel.terms import LOGIC, Symbol, Term, free_symbols
from derivcheck.kernel.vocabulary import build, same_shape, transposed
from derivcheck.proving.decide import Judge
from derivcheck.running.answering.forms import has, left_to_do
from derivcheck.running.answering.ordered import Key, ordered
from derivcheck.running.answering.questions import Question
from derivcheck.running.answering.stands import Stand, is_padded, positions
from derivcheck.running.answering.unfolded import Unfolding
from derivcheck.running.judging.bench import HOLDS, Bench
from derivcheck.running.judging.lines import Line, last_value
from derivcheck.running.remembering.fingerprints import in_use
from derivcheck.running.report import Compared, ComparedLine
from derivcheck.syntax import Scope

_SHAPES = frozenset({"expanded", "factored", "simplified"})
_ARITHMETIC = frozenset({"add", "neg", "mul", "div", "pow", "number", "symbol", "entry", "transpose", "matmul", "dot"})
_WORDS = {True: "yes", False: "no", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Attempt(Derivation):
    """A derivation that answers a question, bound to what the key declares.

    own: the names that it defines itself; turned: whether the layout is not the key's, so that what is equal may be transposed;
    remarks: what was done with its own declarations; flags: what a person should look at.
    """

    question: Question | None = None
    own: tuple[str, ...] = ()
    turned: bool = False
    remarks: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()


def compare(bench: Bench, attempt: Attempt) -> Compared | None:
    """What each line has to do with the question; ``None`` where nothing was asked."""
    if attempt.question is None:
        return None
    return _Comparison(bench, attempt, attempt.question).compared()


class _Comparison:
    """An answer beside its question."""

    def __init__(self, bench: Bench, attempt: Attempt, question: Question) -> None:
        self.bench = bench
        self.attempt = attempt
        self.question = question
        self.lines = [line for line in bench.lines if line.read is not None]
        self.beginning = "other"
        self.judges: dict[int, Judge] = {}

    def compared(self) -> Compared:
        q = self.question
        if self.lines:
            self.beginning = self._beginning(self.lines[0])
        found: list[ComparedLine] = []
        before: set[Key] = set()
        for line in self.lines:
            stand = self._stand(line)
            found.append(self._line(line, stand, before))
            before.add(stand.key)
        milestones = tuple((name, positions(q.shown[name], q.stands)[1]) for name in q.milestones)
        tells = q.stands[0].left > q.stands[-1].left
        length, largest = len(q.stands) - 1, q.largest_step
        remarks, flags = self.attempt.remarks, (*self.attempt.flags, *self._narrowed(found))
        return Compared(q.name, self.beginning, tuple(found), length, largest, tells, milestones, remarks, flags)

    def _judge(self, line: Line) -> Judge:
        """The judge of what a line has to do with the question, under all that either of them uses."""
        if id(line.scope) not in self.judges:
            q = self.question
            terms = (q.start, q.arrive, *q.milestones.values(), *q.terms, *(self.bench.term(it) for it in self.lines))
            self.judges[id(line.scope)] = self.bench.judge_under(in_use(line.scope.context(), terms))
        return self.judges[id(line.scope)]

    def _beginning(self, line: Line) -> str:
        """What the first line is: the question as it stands, something equal, something else, or nobody knows."""
        if self._stand(line).key == ordered(self.question.start):
            return "same"
        equal = self._equals_any(line, (self.question.start, *self.question.terms))
        return {True: "equal", False: "other", None: "unknown"}[equal]

    def _stand(self, line: Line) -> Stand:
        context = line.scope.context()
        value, *hidden = self._seen(line)
        stand = Stand.of(value, context)
        return replace(stand, left=stand.left + sum(left_to_do(it, context) for it in hidden)) if hidden else stand

    def _value(self, line: Line) -> Term:
        """What a line states, or is equal to."""
        if line.index == 0 or self.question.arrive.op in LOGIC:
            return self.bench.term(line)
        return last_value(line)

    def _line(self, line: Line, stand: Stand, before: Set[Key]) -> ComparedLine:
        q, judged = self.question, line is not self.lines[0]
        low, high = positions(stand, q.stands)
        seen = self._seen(line)
        last = line is self.lines[-1]
        as_asked = stand.key == q.stands[0].key or self._is_padded(stand)
        shows = {name: self._shows(line, stand, name) for name in q.milestones}
        arrived = self._agrees(line, q.arrive) if last else None
        if arrived and self._hides_its_form(seen):
            arrived = None
        return ComparedLine(
            line.index,
            _WORDS[arrived] if last else "",
            low,
            high,
            judged and stand.key in before,
            judged and line.relation not in q.relations,
            tuple(form for form in q.form if not all(has(form, it) for it in seen)),
            as_asked and len(q.stands) > 1,
            stand.left <= q.stands[-1].left,
            tuple(name for name, shown in shows.items() if shown),
            tuple(name for name, shown in shows.items() if shown is None),
            tuple(name for name, shown in q.shown.items() if shown.left < q.stands[0].left and self._reaches(stand, shown)),
            last and self._is_easier(line),
        )

    def _unfolding(self, line: Line) -> Unfolding:
        definitions = line.scope.definitions
        return Unfolding({it.symbol: it for name in self.attempt.own if (it := definitions.get(name))})

    def _seen(self, line: Line) -> tuple[Term, ...]:
        """A line's value with the names that the student defined in their places, and what hides behind those that stay."""
        unfolding = self._unfolding(line)
        value = unfolding.of(self._value(line))
        return value, *unfolding.hidden(value)

    def _hides_its_form(self, seen: Sequence[Term]) -> bool:
        """Whether a form is asked for of sums and products, and a line has functions that no line of the key has."""
        if not _SHAPES & set(self.question.form):
            return False
        bodies = [it.body for it in self.question.scope.definitions.values()]
        known = {t.op for term in (*self.question.terms, *bodies) for t in term.walk()}
        return any(t.op not in known | _ARITHMETIC for term in seen for t in term.walk())

    def _is_easier(self, line: Line) -> bool:
        """Whether none of the names of the key's result occurs in a line, through definitions neither."""
        wanted = _names(self.question.arrive, self.question.scope)
        return bool(wanted) and not wanted & _names(self.bench.term(line), line.scope)

    def _narrowed(self, found: Sequence[ComparedLine]) -> Iterator[str]:
        """What the result needs besides what the key's does, where it is equal on a part of the domain only."""
        q = self.question
        if not found or found[-1].arrives != "yes" or q.start.op in LOGIC:
            return
        last, judge = self.lines[-1], self._judge(self.lines[-1])
        if not same_shape(q.start.shape, self._value(last).shape):
            return
        theirs, ours = (self.bench.decide(judge, q.start, "=", it) for it in (self._value(last), q.arrive))
        needed = [it.text for it in theirs.conditions if it.kind == "domain" and not it.gained]
        more = [it for it in needed if it not in {condition.text for condition in ours.conditions}]
        if more:
            yield f"the result is right only where {' and '.join(more)}, which the question's does not need"

    def _is_padded(self, stand: Stand) -> bool:
        """Whether a line is the question with more written around it, where no form tells a result from that."""
        start, *_, arrive = self.question.stands
        return not self.question.form and is_padded(stand, start) and not is_padded(arrive, start)

    def _reaches(self, stand: Stand, milestone: Stand) -> bool:
        """Whether no more is left to do in a line than in a milestone, where that tells it from the question."""
        return stand.left <= milestone.left and stand.left < self.question.stands[0].left

    def _shows(self, line: Line, stand: Stand, name: str) -> bool | None:
        """Whether a milestone appears in a line; ``None`` where nobody knows."""
        milestone = self.question.shown[name]
        if stand.key == milestone.key:
            return True
        if line is self.lines[0] or not self._reaches(stand, milestone):
            return False
        return self._agrees(line, self.question.milestones[name])

    def _agrees(self, line: Line, target: Term) -> bool | None:
        """Whether a line equals something that the question equals, for which it is enough that it equals the question."""
        follows = self.beginning in {"same", "equal"} and line.index in self.bench.good and self.question.arrive.op not in LOGIC
        if follows and (line is self.lines[0] or self.bench.relation(self.lines[0].index, line) == "="):
            return True
        if self.question.arrive.op in LOGIC:
            return self._equal(line, target)
        return self._equals_any(line, (target, *self.question.terms))

    def _equals_any(self, line: Line, targets: Sequence[Term]) -> bool | None:
        """Whether a line equals things that are all equal: what cannot be told by one may be told by another."""
        for target in dict.fromkeys(targets):
            equal = self._equal(line, target)
            if equal is not None:
                return equal
        return None

    def _equal(self, line: Line, target: Term) -> bool | None:
        value = self._value(line)
        states = value.op in LOGIC
        if states != (target.op in LOGIC):
            return False
        if not states and not same_shape(value.shape, target.shape):
            turned = transposed(target.shape) if 1 <= len(target.shape) <= 2 else target.shape
            if not (self.attempt.turned or self.bench.modulo) or not same_shape(value.shape, turned):
                return False
            target = build("transpose", target)
        judge, relation = self._judge(line), "<=>" if states else "="
        if not states and judge.fails(target, value):
            return False
        verdict = self.bench.decide(judge, target, relation, value).verdict
        return True if verdict in HOLDS else False if verdict == "refuted" else None


def _names(term: Term, scope: Scope) -> set[Symbol]:
    """The names that occur in a term, of those that nothing defines, sizes left out."""
    found, waiting, seen = set[Symbol](), [term], set[Symbol]()
    while waiting:
        for it in free_symbols(waiting.pop()) - seen:
            seen.add(it)
            definition = scope.definitions.get(it.name)
            if definition is not None and definition.symbol == it:
                waiting.append(definition.body)
            elif it.type.kind not in {"size", "bound", "variable"}:
                found.add(it)
    return found
