"""What a person must decide, asked one after the other in a terminal; each answer is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from pathlib import Path

from derivcheck.grading import overrides
from derivcheck.grading.marks import Answer, Graded, Mark, points
from derivcheck.grading.overrides import Override, Overrides, Place, machine_said

Ask = Callable[[str], str]
"""Shows a prompt and gives what is answered; raises ``EOFError`` at the end."""
Tell = Callable[[str], None]


class Skip(Exception):
    """The rest of a submission is left for later."""


def review(
    class_: Iterable[Graded], before: Overrides, path: Path, ask: Ask, tell: Tell, where: Mapping[str, str] | None = None
) -> tuple[int, int]:
    """Go through what is open; how many decisions were made, and how many are left.

    class_: the machine's marks; before, path: the overrides, and where they stand; where: of ids, where the submissions lie,
    shown to whoever decides and kept nowhere.
    """
    open_ = [found for machine in class_ for found in _open(machine, before)]
    made, skipped = 0, ""
    for number, (graded, answer, mark, said) in enumerate(open_, 1):
        if graded.id == skipped:
            continue
        tell("")
        place = (where or {}).get(graded.id)
        tell(f"{number} of {len(open_)}: submission {graded.id}{f', {place}' if place else ''}")
        for line in _shown(graded, answer, mark):
            tell(line)
        try:
            decided = _decided(mark, ask, tell)
        except Skip:
            skipped = graded.id
            continue
        except (EOFError, KeyboardInterrupt):
            break
        if decided is not None:
            value, reason = decided
            overrides.added(path, Override(graded.id, f"{mark.question}/{mark.item}", value, reason, said))
            made += 1
    return made, len(open_) - made


def _open(machine: Graded, before: Overrides) -> Iterator[tuple[Graded, Answer, Mark, str]]:
    """The marks that a person must decide, and what the machine says of each."""
    graded = before.apply(machine)
    if graded.status != "review":
        return
    said = {mark.place: machine_said(mark) for answer in machine.answers for mark in answer.marks}
    for answer, mark in _marks(graded, before.changed(machine)):
        yield graded, answer, mark, said[mark.place]


def _marks(graded: Graded, changed: Set[Place]) -> Iterator[tuple[Answer, Mark]]:
    """Where only the whole is in doubt, the first mark stands for it."""
    found = [
        (answer, mark) for answer in graded.answers for mark in answer.marks if mark.points != mark.most or mark.place in changed
    ]
    flagged = [(answer, answer.marks[0]) for answer in graded.answers if answer.open and answer.marks]
    yield from found or flagged or [(answer, answer.marks[0]) for answer in graded.answers[:1] if answer.marks]


def _shown(graded: Graded, answer: Answer, mark: Mark) -> Iterator[str]:
    """What is known of a mark that is open."""
    yield f"  question: {answer.title or answer.question}"
    outcomes = {it.step: it.code for it in answer.outcomes}
    for step in answer.report.steps if answer.report else ():
        sign = f"{step.relation} " if step.relation else ""
        yield f"    {step.index}  {sign}{step.text}    [{outcomes.get(step.index, '')}]"
    for finding in graded.findings:
        yield f"  {finding.message} (line {finding.place.line})"
    for why in answer.open:
        yield f"  for a person: {why}"
    if mark.grader_note:
        yield f"  note: {mark.grader_note}"
    said = f", {mark.description}" if mark.description else ""
    range_ = f"at least {points(mark.points)}, at most {points(mark.most)} of {points(mark.worth)}"
    yield f"  item {mark.item}{said}: {range_}: {mark.reason}"


def _decided(mark: Mark, ask: Ask, tell: Tell) -> tuple[float, str] | None:
    """Points and a reason; ``None`` to leave it open.

    Raises ``Skip`` to go on with the next submission, and ``EOFError`` to stop.
    """
    while True:
        ways = f"=: {points(mark.points)} as it is, Enter: later, s: next submission, q: stop"
        said = ask(f"  points for {mark.item}, from 0 to {points(mark.worth)} ({ways}): ").strip()
        if not said:
            return None
        if said == "q":
            raise EOFError
        if said == "s":
            raise Skip
        value = mark.points if said == "=" else _number(said)
        if value is None or not 0 <= value <= mark.worth:
            tell(f"  {said} is not a number from 0 to {points(mark.worth)}")
            continue
        reason = ask("  reason, for the student: ").strip()
        return value, reason or "decided by a person"


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
