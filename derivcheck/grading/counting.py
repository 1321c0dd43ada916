"""What is counted of a class, submission by submission in any order; reports are not kept."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from math import fsum

from derivcheck.grading.marks import Graded, points
from derivcheck.grading.mistakes import Mistakes
from derivcheck.reports.html_parts import place
from derivcheck.reports.wording import shortened


@dataclass(frozen=True, slots=True)
class Row:
    """What is kept of a submission; reasons: why a person must look at it, each behind what it is about."""

    id: str
    status: str
    points: float
    most: float
    worth: float
    reasons: tuple[tuple[str, str], ...]


class Counts:
    """The submissions so far: a row of each, and what became of the points of each item."""

    def __init__(self) -> None:
        self._rows: list[Row] = []
        self._items: dict[tuple[str, str], Counter[tuple[float, float, float]]] = defaultdict(Counter)
        self._places: dict[tuple[str, str], tuple[int, int]] = {}
        self.mistakes = Mistakes()

    def add(self, graded: Graded) -> None:
        """Count one more submission."""
        self._rows.append(Row(graded.id, graded.status, graded.points, graded.most, graded.worth, tuple(_reasons(graded))))
        for at, answer in enumerate(graded.answers):
            self.mistakes.add(graded.id, answer)
            for number, mark in enumerate(answer.marks):
                name = mark.question, mark.item
                self._places[name] = min(self._places.get(name, (at, number)), (at, number))
                self._items[name][mark.points, mark.most, mark.worth] += 1

    def rows(self) -> list[Row]:
        """The submissions by their names."""
        return sorted(self._rows, key=lambda it: it.id)

    def shares(self) -> list[tuple[str, float, float]]:
        """Of each item's points, how many per cent are earned and how many are open, in the key's order."""
        names = sorted(self._items, key=lambda name: (self._places[name], name))
        return [(f"{question}/{item}", *_share(self._items[question, item])) for question, item in names]


def _reasons(graded: Graded) -> Iterator[tuple[str, str]]:
    """Why a person must look at a submission."""
    if graded.status != "review":
        return
    for it in graded.findings:
        yield place(it.place), f"{it.code}: {shortened(it.message)}"
    for answer in graded.answers:
        yield from ((answer.question, shortened(said)) for said in answer.open)
        for mark in answer.marks:
            if mark.most != mark.points:
                between = f"{points(mark.points)} to {points(mark.most)} points"
                yield f"{mark.question}/{mark.item}", shortened(f"{between}: {mark.reason}")


def _share(counted: Counter[tuple[float, float, float]]) -> tuple[float, float]:
    """How many per cent of an item's points are earned, and how many may be; sums in one order, whatever came first."""
    listed = sorted(counted.items())
    worth = fsum(worth * count for (_, _, worth), count in listed) or 1.0
    certain = fsum(points * count for (points, _, _), count in listed)
    most = fsum(most * count for (_, most, _), count in listed)
    return 100 * certain / worth, 100 * (most - certain) / worth
