"""What a person must decide, asked one after the other in a terminal; each answer is kept at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from derivcheck.grading import overrides
from derivcheck.grading.marks import Answer, Graded, Mark, points
from derivcheck.grading.overrides import Override, machine_said

Ask = Callable[[str], str]
"""Shows a prompt and gives what is answered; raises ``EOFError`` at the end."""
Tell = Callable[[str], None]


def review(all_graded: Iterable[Graded], path: Path, ask: Ask, tell: Tell) -> tuple[int, int]:
    """Go through what is open; path: the overrides.  How many decisions were made, and how many are left."""
    open_ = [(graded, answer, mark) for graded in all_graded for answer, mark in _open(graded)]
    made = 0
    for number, (graded, answer, mark) in enumerate(open_, 1):
        tell("")
        tell(f"{number} of {len(open_)}: submission {graded.id}")
        for line in _shown(graded, answer, mark):
            tell(line)
        try:
            decided = _decided(mark, ask, tell)
        except (EOFError, KeyboardInterrupt):
            break
        if decided is not None:
            value, reason = decided
            overrides.added(path, Override(graded.id, f"{mark.question}/{mark.item}", value, reason, machine_said(mark)))
            made += 1
    return made, len(open_) - made


def _open(graded: Graded) -> Iterator[tuple[Answer, Mark]]:
    """The marks that a person must decide; where only the whole is in doubt, the first one stands for it."""
    if graded.status != "review":
        return
    found = [(answer, mark) for answer in graded.answers for mark in answer.marks if mark.points != mark.most]
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
    """Points and a reason; ``None`` to leave it open.  Raises ``EOFError`` to stop."""
    while True:
        said = ask(f"  points for {mark.item}, from 0 to {points(mark.worth)} (Enter: later, q: stop): ").strip()
        if not said:
            return None
        if said == "q":
            raise EOFError
        value = _number(said)
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
