"""From verdicts to marks: every item of a rubric decided, with the reason, by the rules of docs/grading.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from derivcheck.files.grading import Item
from derivcheck.grading import deciding
from derivcheck.grading.course import JUMP, RIGHT, Course
from derivcheck.grading.marks import Answer, Mark
from derivcheck.running.answering.asked import Asked
from derivcheck.running.report import DerivationReport, numbered

_GUESSES = 2
"""From how many wrong results on a person says whether a right one beside them counts."""


def marked(question: Asked, attempts: Sequence[DerivationReport], unread: bool) -> Answer:
    """The best of the attempts at a question; unread: whether an answer may stand in what could not be read."""
    answers = [_attempt(question, report) for report in attempts]
    if not answers:
        return _unanswered(question, unread)
    best = max(answers, key=lambda it: (it.points, it.most))
    if len(answers) == 1:
        return best
    best = replace(best, remarks=(*best.remarks, f"there are {len(answers)} answers to this question: the best one counts"))
    guesses = sum(_is_wrong(question, report) for report in attempts)
    if guesses < _GUESSES or not best.points:
        return best
    said = f"{guesses} of the {len(answers)} answers end in something else: whether the best one counts is for a person to say"
    return replace(best, open=(*best.open, said))


def _is_wrong(question: Asked, report: DerivationReport) -> bool:
    """Whether an answer begins with the question, and ends in what is not its result."""
    if report.compared is None or not report.steps:
        return False
    course = Course(report, report.compared, question.grading)
    return course.first.counts == RIGHT and course.formed and course.arrives is False


def _unanswered(question: Asked, unread: bool) -> Answer:
    reason = "no answer to this question could be read" if unread else "there is no answer to this question"
    share = (deciding.undecided if unread else deciding.lost)(reason)
    marks = tuple(_mark(question, item, share) for item in question.grading.items)
    return Answer(question.name, question.title, marks, open=(reason,) if unread else ())


def _attempt(question: Asked, report: DerivationReport) -> Answer:
    compared = report.compared
    if compared is None or not report.steps:
        reason = "the answer could not be judged"
        marks = tuple(_mark(question, item, deciding.undecided(reason)) for item in question.grading.items)
        return Answer(question.name, question.title, marks, report=report, open=(reason,))
    course = Course(report, compared, question.grading)
    found: list[Mark] = []
    for item in question.grading.items:
        found.append(_depending(item, _mark(question, item, deciding.decided(item, course)), found))
    unclear = (*compared.flags, *dict.fromkeys(mark.reason for mark in found if mark.points != mark.most))
    lost = any(not item.follows and it.code == "lost" for item, it in zip(question.grading.items, found, strict=True))
    remarks = (*compared.remarks, *compared.flags, *(() if lost else _followed(course)))
    return Answer(question.name, question.title, tuple(found), course.outcomes, report, remarks, unclear)


def _followed(course: Course) -> tuple[str, ...]:
    """That an error is counted once, where something follows from it."""
    resting = [it.step.index for it in course.taken if it.follows and it.counts in {RIGHT, JUMP}]
    errors = [it.step.index for it in course.errors]
    if not (resting and errors):
        return ()
    verb = "is" if len(resting) == 1 else "are"
    return (f"the error in {numbered(errors)} is counted once: {numbered(resting)} {verb} judged by what stands before",)


def _depending(item: Item, mark: Mark, before: Sequence[Mark]) -> Mark:
    """The mark of an item that needs others."""
    needed = [it for it in before if it.item in item.depends]
    lost = [it.item for it in needed if not it.most]
    if lost and mark.most:
        return replace(mark, points=0, most=0, code="depends", reason=f"it needs a point of {lost[0]}, which earned none")
    if any(not it.points for it in needed) and mark.points:
        return replace(mark, points=0, code="open", reason="it needs a point of an item that a person must decide first")
    return mark


def _mark(question: Asked, item: Item, decided: deciding.Decided) -> Mark:
    rounding = question.grading.rounding
    points, most = (_rounded(share, item.points, rounding) for share in (decided.share, decided.most))
    if points != most:
        code = "open"
    elif points == item.points:
        code = "earned-ft" if decided.follows else "earned"
    else:
        code = "part" if points else "lost"
    explanation = item.explanation if most < item.points or code == "open" else ""
    return Mark(question.name, item.id, points, most, item.points, item.kind, code, decided.reason, item.description, explanation,
                item.grader_note, decided.steps)


def _rounded(share: Fraction, worth: float, rounding: float) -> float:
    """A share of what an item is worth as a multiple of the rounding; less than all of it only where the share is all."""
    if share >= 1:
        return worth
    unit = Fraction(str(rounding))
    whole = Fraction(str(worth))
    times = (share * whole / unit + Fraction(1, 2)).__floor__()
    while times and times * unit >= whole:
        times -= 1
    return float(times * unit)
