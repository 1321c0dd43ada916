"""One answer step by step: what became of each step, and what that says about the steps as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from derivcheck.files.grading import Grading
from derivcheck.grading.marks import Outcome
from derivcheck.running.report import Compared, ComparedLine, DerivationReport, StepReport

RIGHT, WRONG, OPEN, JUMP, SAME, SKIPPED = "right", "wrong", "open", "jump", "same", "skipped"
_BEGINNINGS = {"same": "start", "equal": "start", "other": "other", "unknown": "undecided"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken: what it counts as, its outcome code, whether it rests on an error before it, and the line's
    comparison with the question, ``None`` where it could not be read."""

    step: StepReport
    counts: str
    code: str
    follows: bool
    line: ComparedLine | None


@dataclass(slots=True)
class Course:
    """An answer's steps in order; first: the first line."""

    report: DerivationReport
    compared: Compared
    grading: Grading
    first: Taken = field(init=False)
    taken: list[Taken] = field(init=False)

    def __post_init__(self) -> None:
        lines = {line.step: line for line in self.compared.lines}
        self.first = self._begun(lines)
        self.taken = list(self._walk(lines))

    def _begun(self, lines: dict[int, ComparedLine]) -> Taken:
        step = self.report.steps[0]
        line = lines.get(0)
        if line is None:
            return Taken(step, OPEN, "unreadable", False, None)
        code = _BEGINNINGS[self.compared.beginning]
        counts = {"start": RIGHT, "other": WRONG}.get(code, OPEN)
        return Taken(step, counts, code, False, line)

    def _walk(self, lines: dict[int, ComparedLine]) -> Iterator[Taken]:
        before = self.first.line
        wrong: set[int] = set()
        gap = before is None
        for step in self.report.steps[1:]:
            line = lines.get(step.index)
            counts, code = self._judged(step, line, lines.get(step.recovers, before) if step.recovers is not None else before)
            if counts == JUMP and gap:  # what cannot be read may stand between
                counts = OPEN
            gap = line is None and counts == OPEN
            if step.recovers is not None or (step.verdict in {"proved", "checked"} and step.corrects):
                wrong.clear()
            follows = bool(wrong) and counts != OPEN
            yield Taken(step, counts, f"{code}-ft" if follows else code, follows, line)
            if counts == WRONG:
                wrong.add(step.index)
            before = line or before

    def _judged(self, step: StepReport, line: ComparedLine | None, before: ComparedLine | None) -> tuple[str, str]:
        """What a step counts as, and its code."""
        if line is None or step.verdict == "invalid":
            return (SKIPPED if self.grading.unreadable == "skip" else OPEN), "unreadable"
        if step.verdict in {"undecided", "conflict"} or step.verdict is None:
            return (RIGHT if self.grading.undecided == "accept" and step.verdict == "undecided" else OPEN), "undecided"
        if step.verdict == "refuted" and step.recovers is None:
            return WRONG, step.diagnosis.code if step.diagnosis else "wrong"
        mends = step.recovers is not None and (step.verdict == "refuted" or bool(step.corrects))
        if line.repeats and not mends:
            return SAME, "same"
        if line.weaker:
            return OPEN, "undecided"
        if before is not None and line.low - before.high > self.compared.largest:
            return JUMP, "recovers" if mends else "jump"
        if mends:
            return RIGHT, "recovers"
        if step.verdict == "checked":
            return (RIGHT if self.grading.checked == "accept" else OPEN), "checked"
        return RIGHT, "ok"

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """The code of every step."""
        return tuple(Outcome(it.step.index, it.code) for it in (self.first, *self.taken))

    @property
    def last(self) -> Taken:
        """The last line."""
        return self.taken[-1] if self.taken else self.first

    def counted(self, what: str) -> list[Taken]:
        """The steps that count as something."""
        return [it for it in self.taken if it.counts == what]

    @property
    def errors(self) -> list[Taken]:
        """The steps that are wrong by themselves."""
        return self.counted(WRONG)

    @property
    def formed(self) -> bool:
        """Whether the last line looks like a result: it has the form, leaves nothing to do, and is not the question again."""
        line = self.last.line
        return line is not None and not line.lacks and line.done and not line.asks

    @property
    def begins_late(self) -> bool:
        """Whether the first line equals the question, and has come further than a step may pass over, or to the end."""
        line = self.first.line
        return self.first.counts == RIGHT and line is not None and line.low > min(self.compared.largest, self.compared.length - 1)

    def rewrites(self, it: Taken) -> bool:
        """Whether a step only goes on from the result to the result."""
        before = next((other.line for other in (self.first, *self.taken) if other.step.index == it.step.previous), None)
        return all(line is not None and line.low == self.compared.length for line in (before, it.line))

    @property
    def arrives(self) -> bool | None:
        """Whether the last line is the result; ``None`` where nobody knows."""
        line = self.last.line
        if line is None:
            return None if self.last.counts == OPEN else False
        if not self.formed or line.arrives == "no":
            return False
        return True if line.arrives == "yes" else None

    @property
    def arrives_by_following(self) -> bool | None:
        """Whether the last line is what would be the result if the errors before it were none; ``None`` for a person to say."""
        if not self.formed or self.last.counts == WRONG:
            return False
        if self.first.counts != RIGHT:
            return None if self.taken else False
        errors = self.errors
        if not errors:
            return None if self.counted(OPEN) else False
        after = [it for it in self.taken if it.step.index > errors[-1].step.index]
        if not any(it.counts == RIGHT for it in after) or self.leaps(errors[-1]):
            return None if any(it.counts == OPEN for it in after) else False
        if self._ends(errors[-1]) or any(it.counts == JUMP for it in after):
            return False
        easier = self.last.line is not None and self.last.line.easier
        return None if easier or any(it.counts == OPEN for it in after) else True

    @property
    def missed(self) -> Taken | None:
        """The wrong step that costs the result and nothing else: the one to what stands for the result."""
        errors = self.errors
        if not errors or not self.formed or self.arrives is not False or self.arrives_by_following is not False:
            return None
        it = errors[-1]
        return it if (it is self.last or self._ends(it)) and not self.leaps(it) else None

    def _ends(self, it: Taken) -> bool:
        """Whether a wrong step comes to a line behind which nothing of the key is left to do."""
        return it.line is not None and it.line.low >= self.compared.length and not it.line.lacks

    def leaps(self, it: Taken) -> bool:
        """Whether a wrong step would have been too large a step if it were right."""
        earlier = [other.line for other in (self.first, *self.taken) if other.line and other.step.index < it.step.index]
        return bool(earlier) and it.line is not None and it.line.low - earlier[-1].high > self.compared.largest
