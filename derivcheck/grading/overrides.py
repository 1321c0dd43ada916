"""What a person decided, applied after everything else; what the machine has changed its mind about since is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.finding import contents
from derivcheck.files.keys import Findings, free_text_of, keys_of
from derivcheck.files.nodes import Items, Pairs, compose
from derivcheck.files.source import Source
from derivcheck.grading.marks import Answer, Graded, Mark, points

KEYS = ("submission", "item", "points", "reason", "was")


@dataclass(frozen=True, slots=True)
class Override:
    """A decision: submission: its id; item: ``question/item``, or the item's name where it is the only one; was: what the machine
    said when it was made, as ``machine_said``, empty where that was not noted."""

    submission: str
    item: str
    points: float
    reason: str
    was: str = ""


@dataclass(slots=True)
class Overrides:
    """The decisions of a file; unused: those that are about nothing that was handed in, once all submissions are gone through."""

    found: Sequence[Override] = ()
    unused: set[Override] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.unused = set(self.found)

    def apply(self, graded: Graded) -> Graded:
        """The marks with the decisions on this submission."""
        mine = [it for it in self.found if it.submission == graded.id]
        if not mine:
            return graded
        answers = graded.answers
        for override in mine:
            places = _meant(answers, override.item)
            if len(places) == 1:
                self.unused.discard(override)
                answers = tuple(_decided(it, override, places[0]) for it in answers)
        return replace(graded, answers=answers)


def machine_said(mark: Mark) -> str:
    """What the machine says of a mark, to be held against what it says later."""
    return f"{mark.code} {points(mark.points)} to {points(mark.most)}"


def _meant(answers: Iterable[Answer], item: str) -> list[tuple[str, str]]:
    """The questions and items that a name may mean."""
    marks = [(mark.question, mark.item) for it in answers for mark in it.marks]
    return [pair for pair in marks if item in {"/".join(pair), pair[1]}]


def _decided(answer: Answer, override: Override, place: tuple[str, str]) -> Answer:
    """An answer with a decision on one of its marks: a person has looked at it, so that only other open marks remain."""
    if answer.question != place[0]:
        return answer
    marks = tuple(_with(mark, override) if mark.item == place[1] else mark for mark in answer.marks)
    still = {mark.reason for mark in marks if mark.points != mark.most}
    opened = tuple(reason for reason in answer.open if reason in still)
    before = next(mark for mark in answer.marks if mark.item == place[1])
    if override.was and override.was != machine_said(before):
        now = machine_said(before)
        opened = (*opened, f"{override.item} was decided by a person when the grader said “{override.was}”; it now says “{now}”")
    return replace(answer, marks=marks, open=opened)


def _with(mark: Mark, override: Override) -> Mark:
    return replace(
        mark, points=override.points, most=override.points, code="override", reason=override.reason, explanation="",
        overridden=f"{machine_said(mark)}: {mark.reason}",
    )


def read(path: Path) -> Overrides:
    """The decisions in a file, none where there is no file; raises ``InputError`` for what cannot be used."""
    if not path.exists():
        return Overrides()
    source = Source(str(path), contents(path).decode("utf-8-sig", "replace"))
    root = compose(source)
    if root is None:
        return Overrides()
    findings = Findings()
    if not isinstance(root, Items):
        message = "overrides are a list of {submission: …, item: …, points: …, reason: …}"
        raise InputError(Diagnostic("bad-value", message, place=root.place))
    found = [made for item in root.items if (made := _override(item, findings)) is not None]
    if findings.found:
        raise InputError(*findings.found)
    return Overrides(found)


def _override(node: object, findings: Findings) -> Override | None:
    if not isinstance(node, Pairs):
        return None
    keys = keys_of(node, KEYS, "an override", findings)
    said = {name: free_text_of(keys, name, findings) or "" for name in KEYS}
    missing = [name for name in KEYS[:4] if not said[name]]
    if missing:
        findings.add("missing-key", f"an override needs {', '.join(missing)}", node.place)
        return None
    try:
        value = Decimal(said["points"])
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or not 0 <= value <= 100_000:
        findings.add("bad-value", "points is a number from 0", keys["points"][1].place)
        return None
    return Override(said["submission"], said["item"], float(value), said["reason"], said["was"])


def added(path: Path, override: Override) -> None:
    """Write one more decision to the end of the file."""
    text = (
        f"- submission: {override.submission}\n  item: {_quoted(override.item)}\n  points: {points(override.points)}\n"
        f"  reason: {_quoted(override.reason)}\n  was: {_quoted(override.was)}\n"
    )
    with path.open("a", encoding="utf-8", errors="replace") as stream:
        stream.write(text)


def _quoted(text: str) -> str:
    """A text as a YAML scalar between double quotes, as JSON writes it."""
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
