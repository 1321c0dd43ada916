"""What a class fails at: how often each outcome happened, and the same mistake of several submissions once, with an example."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from derivcheck.grading.marks import Answer
from derivcheck.grading.wording import NOT_WRONG, RIGHT, base
from derivcheck.reports.wording import remarkable
from derivcheck.running.report import StepReport

_STEPS = re.compile(r"\bsteps? \d+(?:(?:, | and )\d+)*")
_LONGEST = 200
"""How much of a text is kept to be counted."""


@dataclass(frozen=True, slots=True)
class Example:
    """A line that fails and what it was held against; id: whose."""

    id: str
    before: StepReport | None
    line: StepReport

    @property
    def order(self) -> tuple[int, str, int]:
        """The shortest line makes the best example."""
        return len(self.line.text), self.id, self.line.index


@dataclass(slots=True)
class Cluster:
    """The same mistake; message: as it was first said; ids: whose it is."""

    question: str
    code: str
    example: Example
    ids: set[str] = field(default_factory=set)

    @property
    def message(self) -> str:
        """What the diagnosis says of the example."""
        return remarkable(self.example.line)


@dataclass(slots=True)
class Failure:
    """An outcome of a question's steps; ids: whose; texts: the lines as they were written."""

    question: str
    code: str
    ids: set[str] = field(default_factory=set)
    texts: Counter[str] = field(default_factory=Counter)

    @property
    def usual(self) -> str:
        """The text that was written most often."""
        return min(self.texts, key=lambda text: (-self.texts[text], len(text), text))


class Mistakes:
    """What has failed so far."""

    def __init__(self) -> None:
        self._clusters: dict[tuple[str, str, str], Cluster] = {}
        self._failures: dict[tuple[str, str], Failure] = {}

    def add(self, id: str, answer: Answer) -> None:
        """Count one more answer."""
        lines = {it.index: it for it in answer.report.steps} if answer.report else {}
        for outcome in answer.outcomes:
            code, line = base(outcome.code), lines.get(outcome.step)
            if code in RIGHT or line is None:
                continue
            self._count(id, answer.question, code, line)
            if code not in NOT_WRONG:
                before = lines.get(line.previous) if line.previous is not None else None
                self._cluster(id, answer.question, code, before, line)

    def _count(self, id: str, question: str, code: str, line: StepReport) -> None:
        found = self._failures.setdefault((question, code), Failure(question, code))
        found.ids.add(id)
        relation = f"{line.relation} " if line.relation else ""
        found.texts[relation + " ".join(line.text.split())[:_LONGEST]] += 1

    def _cluster(self, id: str, question: str, code: str, before: StepReport | None, line: StepReport) -> None:
        key = question, code, _normal(line)
        example = Example(id, _kept(before) if before else None, _kept(line))
        found = self._clusters.setdefault(key, Cluster(question, code, example))
        found.ids.add(id)
        found.example = min(found.example, example, key=lambda it: it.order)

    def clusters(self) -> list[Cluster]:
        """The same mistakes, the most frequent first."""
        return [it for _, it in sorted(self._clusters.items(), key=lambda pair: (-len(pair[1].ids), pair[0]))]

    def failures(self) -> list[Failure]:
        """What happened, the most frequent first."""
        return sorted(self._failures.values(), key=lambda it: (-len(it.ids), it.question, it.code))


def _normal(line: StepReport) -> str:
    """What makes two mistakes the same: the diagnosis whatever the number of the step, or without one what was written."""
    said = line.diagnosis.message if line.diagnosis else f"{line.reason}: {line.reads_as or line.text}"
    return " ".join(_STEPS.sub("step", said).split()).rstrip(".").casefold()


def _kept(it: StepReport) -> StepReport:
    """A line with what an example shows of it."""
    return replace(it, excerpt="", latex=None, notes=(), conditions=(), diagnostics=(), internal=None)
