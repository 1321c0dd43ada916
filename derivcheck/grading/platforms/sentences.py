"""What other systems show of a mark: text, in which nothing that a student or a key says does more than stand there."""

from __future__ import annotations

from derivcheck.grading.marks import Answer, Graded, Mark, points
from derivcheck.reports.markup import legible

UNFINISHED = "Grading has not finished, and this is no grade."
PERSON = "A person decides."


def is_open(mark: Mark) -> bool:
    """Whether a person must decide."""
    return mark.points != mark.most


def title(answer: Answer) -> str:
    """What the question is called."""
    return legible(answer.title or answer.question)


def name(mark: Mark) -> str:
    """What the mark is for."""
    return legible(f"{mark.item} {mark.description}".strip())


def told(mark: Mark) -> str:
    """Why it has the points that it has, a sentence a line."""
    certain = f"{points(mark.points)} of {points(mark.worth)} points are certain, at most {points(mark.most)}. {PERSON}"
    return legible("\n".join(filter(None, (mark.reason, mark.explanation, mark.overridden, certain if is_open(mark) else ""))))


def unread(graded: Graded) -> tuple[str, ...]:
    """What could not be read, and that somebody will look at it."""
    return tuple(legible(f"{finding.message}. {PERSON}") for finding in graded.findings)
