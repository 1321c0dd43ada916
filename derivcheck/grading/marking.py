"""From verdicts to marks: every item of a rubric decided, with the reason, by the rules of docs/grading.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcheck.files.grading import Grading, Item
from derivcheck.grading.course import JUMP, OPEN, RIGHT, SKIPPED, WRONG, Course, Taken
from derivcheck.grading.marks import Answer, Mark
from derivcheck.running.answering.asked import Asked
from derivcheck.running.report import DerivationReport, numbered

_FORM_SAID = {
    "no derivative": "it still has a derivative",
    "no integral": "it still has an integral",
    "no limit": "it still has a limit",
    "no sum": "it still has a sum",
    "expanded": "it is not expanded",
    "factored": "it is not factored",
    "simplified": "it is not simplified",
}


_GUESSES = 2
"""From how many wrong results on a person says whether a right one beside them counts."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """The share of an item that is certain, the most that it may come to, and why."""

    share: Fraction
    most: Fraction
    reason: str
    follows: bool = False
    steps: tuple[int, ...] = ()


def _all(reason: str, follows: bool = False, steps: tuple[int, ...] = ()) -> _Decided:
    return _Decided(Fraction(1), Fraction(1), reason, follows, steps)


def _none(reason: str, steps: tuple[int, ...] = ()) -> _Decided:
    return _Decided(Fraction(0), Fraction(0), reason, steps=steps)


def _open(reason: str, steps: tuple[int, ...] = ()) -> _Decided:
    return _Decided(Fraction(0), Fraction(1), reason, steps=steps)


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
    decided = (_open if unread else _none)(reason)
    marks = tuple(_mark(question, item, decided) for item in question.grading.items)
    return Answer(question.name, question.title, marks, open=(reason,) if unread else ())


def _attempt(question: Asked, report: DerivationReport) -> Answer:
    compared = report.compared
    if compared is None or not report.steps:
        reason = "the answer could not be judged"
        marks = tuple(_mark(question, item, _open(reason)) for item in question.grading.items)
        return Answer(question.name, question.title, marks, report=report, open=(reason,))
    course = Course(report, compared, question.grading)
    found: list[Mark] = []
    for item in question.grading.items:
        found.append(_depending(item, _mark(question, item, _decided(item, course)), found))
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


def _mark(question: Asked, item: Item, decided: _Decided) -> Mark:
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


def _decided(item: Item, course: Course) -> _Decided:
    match item.wanted[0]:
        case "start":
            return _start(course)
        case "steps":
            return _steps(item, course)
        case "result":
            return _result(item, course)
    return _milestones(item, course)


def _start(course: Course) -> _Decided:
    match course.first.counts:
        case "right":
            return _all("the first line is the question", steps=(0,))
        case "wrong":
            return _none("the first line is something else than the question", (0,))
    return _open(f"the first line is {_unclear(course.first)}", (0,))


def _unclear(it: Taken) -> str:
    if it.line is None:
        return "not readable"
    if it.line.weaker:
        return f"linked by {it.step.relation}, by which the question's steps are not"
    return "after a line that cannot be read, and far from the one before" if _jumps(it) else "neither proved nor refuted"


def _jumps(it: Taken) -> bool:
    return it.code.removesuffix("-ft") == "jump"


def _steps(item: Item, course: Course) -> _Decided:
    right, wrong, unclear, jumps = (course.counted(what) for what in (RIGHT, WRONG, OPEN, JUMP))
    said = _blame(wrong, jumps, unclear)
    if not course.taken:
        return _none("there is no step, only one line")
    skipped = len(jumps) + course.begins_late
    if skipped or course.missed or any(map(course.leaps, wrong)):  # however often the answer is written anew, nothing led to it
        right = [it for it in right if not course.rewrites(it)]
    if course.begins_late:
        said = "; ".join(filter(None, ["it begins where its steps should lead", said]))
    if course.missed is not None and _asks_result(course.grading):
        wrong = wrong[:-1]
    taken = len(right) + len(wrong) + len(unclear) + skipped
    missing = 0 if course.formed else _missing(course, taken)
    if course.arrives and not course.counted(SKIPPED) and not taken:
        return _none("no step leads to the result")
    whole = max(1, taken + missing)
    share, most = Fraction(len(right), whole), Fraction(len(right) + len(unclear), whole)
    if missing:
        said = "; ".join(filter(None, [said, "the derivation does not arrive"]))
    if course.first.counts != RIGHT and share:
        begun = "begins with something else than the question" if course.first.counts == WRONG else f"begins {_begun(course)}"
        return _Decided(Fraction(0), most, f"it {begun}: whether its steps count is for a person to say")
    follows = any(it.follows for it in right)
    steps = tuple(it.step.index for it in (*wrong, *jumps, *unclear))
    counted = f"{len(right)} of {whole} steps"
    verb = "is" if len(right) == 1 else "are"
    if share == 1:
        right_said = f"{'all steps are' if whole > 1 else 'the step is'} right"
        if len(wrong) < len(course.errors):
            right_said = f"the steps before the result are right; {said}, which costs the result"
        return _all(right_said, follows and item.follows, steps)
    return _Decided(share, most, f"{counted} {verb} right: {said}", follows, steps)


def _missing(course: Course, taken: int) -> int:
    """How many steps of the key an answer that does not arrive has still to do, at least one.

    Where lines do not tell how far they have come, each step taken is one of them.
    """
    line, length = course.last.line, course.compared.length
    if line is None:
        return 0
    told = course.compared.tells or line.low == line.high
    return max(1, length - line.low if told else length - taken)


def _asks_result(grading: Grading) -> bool:
    return any("result" in item.wanted for item in grading.items)


def _begun(course: Course) -> str:
    return "with a line that cannot be read" if course.first.line is None else "with a line that may or may not be the question"


def _blame(wrong: Sequence[Taken], jumps: Sequence[Taken], unclear: Sequence[Taken]) -> str:
    said = []
    for it in wrong:
        why = it.step.diagnosis.message if it.step.diagnosis else "it does not follow"
        said.append(f"step {it.step.index} is wrong: {why}")
    said += [f"step {it.step.index} passes over too much to be one step" for it in jumps]
    for why in dict.fromkeys(map(_unclear, unclear)):
        steps = [it.step.index for it in unclear if _unclear(it) == why]
        said.append(f"{numbered(steps)} {'is' if len(steps) == 1 else 'are'} {why}")
    return "; ".join(said)


def _result(item: Item, course: Course) -> _Decided:
    last = course.last
    at = (last.step.index,)
    if course.arrives:
        return _all("the result is right", steps=at)
    if course.arrives is None:
        said = "the last line cannot be read" if last.line is None else "whether the last line is the result is not known"
        return _open(f"{said}: a person decides", at)
    following = course.arrives_by_following if item.follows else False
    if following:
        errors = numbered([it.step.index for it in course.errors])
        return _all(f"the result is right for what it follows from; the error in {errors} is counted there", True, at)
    if following is None:
        return _open("whether the result follows from the lines before it is for a person to say", at)
    return _none(_missed(course), at)


def _missed(course: Course) -> str:
    """Why the last line is no result."""
    line = course.last.line
    if line is None:
        return "there is no result"
    if line.asks:
        return "the last line is the question again"
    if line.lacks:
        return f"the last line is not the result: {'; '.join(_FORM_SAID[form] for form in line.lacks)}"
    if not line.done:
        return "the derivation stops before the result"
    return "the last line does not equal the result"


def _milestones(item: Item, course: Course) -> _Decided:
    found = [(name, _milestone(item, name, course)) for name in item.wanted]
    for name, decided in found:
        if not decided.most:
            return replace(decided, reason=f"{name}: {decided.reason}" if len(found) > 1 else decided.reason)
    unclear = next((decided for _, decided in found if not decided.share), None)
    if unclear is not None:
        return unclear
    steps = tuple(dict.fromkeys(step for _, decided in found for step in decided.steps))
    follows = any(decided.follows for _, decided in found)
    said = "; ".join(dict.fromkeys(decided.reason for _, decided in found))
    return _all(said, follows, steps)


def _milestone(item: Item, name: str, course: Course) -> _Decided:
    place = dict(course.compared.milestones)[name]
    called = "it" if item.description and len(item.wanted) == 1 else name  # the key's word for a student is the description
    unclear: list[int] = []
    reached = False
    follows: int | None = None
    for it in (course.first, *course.taken):
        line = it.line
        if line is None:
            unclear += [it.step.index] if it.counts == OPEN else []
            continue
        passed = it.counts == JUMP and not line.low <= place <= line.high
        doubtful = it.counts == OPEN and _jumps(it)
        if name in line.shows and not passed and not doubtful:
            return _all(f"{called} appears in line {it.step.index}", steps=(it.step.index,))
        if name in line.may_show or (name in line.shows and doubtful):
            unclear.append(it.step.index)
        if name in line.reaches and not reached:
            reached = True
            if it.follows and it.counts == RIGHT:
                follows = it.step.index
    if follows is not None and item.follows and course.first.counts == RIGHT:
        return _all(f"{called} is passed in line {follows}, by what follows from an error before it", True, (follows,))
    if unclear or (follows is not None and item.follows):
        return _open(f"whether {called} appears is for a person to say", tuple(unclear))
    return _none(f"{called} does not appear")
