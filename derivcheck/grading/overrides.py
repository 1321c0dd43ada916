"""What a person decided, applied after everything else; what the machine has changed its mind about since is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path

import yaml

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.finding import contents, displayed
from derivcheck.files.keys import Findings, free_text_of, keys_of
from derivcheck.files.nodes import Items, Node, Pairs, compose
from derivcheck.files.source import Source
from derivcheck.grading.marks import Answer, Graded, Mark, points
from derivcheck.grading.writing import write
from derivcheck.usage import UsageError

KEYS = ("submission", "item", "points", "reason", "was")
Place = tuple[str, str]
"""A question and an item of it."""


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
    """The decisions of a file; unused: those that changed nothing, and why, once all submissions are gone through."""

    found: Sequence[Override] = ()
    unused: dict[Override, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.unused = {it: "no such submission was graded" for it in self.found}

    def apply(self, machine: Graded) -> Graded:
        """The marks with the decisions on this submission; the last one on a mark counts."""
        decided = self._decided(machine)
        answers = tuple(_overridden(it, {item: made for (name, item), made in decided.items() if name == it.question})
                        for it in machine.answers)
        return replace(machine, answers=answers) if decided else machine

    def changed(self, machine: Graded) -> frozenset[Place]:
        """The marks of which the machine now says something else than when they were decided."""
        decided = self._decided(machine)
        marks = {(mark.question, mark.item): mark for answer in machine.answers for mark in answer.marks}
        return frozenset(place for place, override in decided.items() if _differs(override, marks[place]))

    def _decided(self, machine: Graded) -> dict[Place, Override]:
        """The last decision on each mark of a submission."""
        decided: dict[Place, Override] = {}
        for override in (it for it in self.found if it.submission == machine.id):
            meant = _meant(machine.answers, override.item)
            if len(meant) != 1:
                several = f"more than one question has an item {override.item}: write {'/'.join(meant[0].place)}" if meant else ""
                self.unused[override] = several or f"there is no item {override.item}"
            elif override.points > meant[0].worth:
                self.unused[override] = f"{override.item} is worth {points(meant[0].worth)} points"
            else:
                self.unused.pop(override, None)
                decided[meant[0].place] = override
        return decided


def machine_said(mark: Mark) -> str:
    """What the machine says of a mark, to be held against what it says later."""
    return f"{mark.code} {points(mark.points)} to {points(mark.most)}"


def _meant(answers: Iterable[Answer], item: str) -> list[Mark]:
    """The marks that a name may mean."""
    return [mark for it in answers for mark in it.marks if item in {"/".join(mark.place), mark.item}]


def _differs(override: Override, mark: Mark) -> bool:
    return bool(override.was) and override.was != machine_said(mark)


def _overridden(answer: Answer, decided: Mapping[str, Override]) -> Answer:
    """An answer with decisions on some of its marks: a person has looked at it, so that only other open marks remain."""
    if not decided:
        return answer
    marks = tuple(_with(mark, decided[mark.item]) if mark.item in decided else mark for mark in answer.marks)
    still = {mark.reason for mark in marks if mark.points != mark.most}
    changed = [
        f"{override.item} was decided by a person when the grader said “{override.was}”; it now says “{machine_said(mark)}”"
        for mark in answer.marks
        if (override := decided.get(mark.item)) and _differs(override, mark)
    ]
    return replace(answer, marks=marks, open=(*(reason for reason in answer.open if reason in still), *changed))


def _with(mark: Mark, override: Override) -> Mark:
    return replace(
        mark, points=override.points, most=override.points, code="override", reason=override.reason, explanation="",
        overridden=f"{machine_said(mark)}: {mark.reason}",
    )


def read(path: Path) -> Overrides:
    """The decisions in a file, none where there is no file; raises ``InputError`` for what cannot be used."""
    if not path.exists():
        return Overrides()
    return _parsed(path, contents(path))


def _parsed(path: Path, data: bytes) -> Overrides:
    root = compose(Source(str(path), data.decode("utf-8-sig", "replace")))
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


def _override(node: Node, findings: Findings) -> Override | None:
    if not isinstance(node, Pairs):
        findings.add("bad-value", "an override is {submission: …, item: …, points: …, reason: …}", node.place)
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
    """Write one more decision to the end of the file; raises ``UsageError`` where that cannot be done."""
    entry = {
        "submission": override.submission,
        "item": override.item,
        "points": int(override.points) if override.points == int(override.points) else override.points,
        "reason": _line(override.reason),
        "was": override.was,
    }
    try:
        before = path.read_bytes() if path.exists() else b""
        between = b"" if not before or before.endswith(b"\n") else b"\n"
        data = before + between + yaml.safe_dump([entry], allow_unicode=True, sort_keys=False, width=1 << 30).encode()
        _parsed(path, data)
    except OSError as error:
        raise UsageError(f"{displayed(path)} cannot be read: {error.strerror or error}") from None
    except InputError as error:
        why = error.diagnostics[0].message
        raise UsageError(f"no decision can be added to {displayed(path)}, which is no list in block form: {why}") from None
    write(path, data)


def _line(text: str) -> str:
    """A text on one line, in which every character can be written."""
    return " ".join(text.encode("utf-8", "replace").decode().split())
