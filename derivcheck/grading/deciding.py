"""One item of a rubric decided: the share that is certain, the most that a person may make of it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from derivcheck.files.grading import Grading, Item
from derivcheck.grading.course import JUMP, OPEN, RIGHT, SKIPPED, WRONG, Course, Taken
from derivcheck.running.report import numbered

_FORM_SAID = {
    "no derivative": "it still has a derivative",
    "no integral": "it still has an integral",
    "no limit": "it still has a limit",
    "no sum": "it still has a sum",
    "expanded": "it is not expanded",
    "factored": "it is not factored",
    "simplified": "it is not simplified",
}




@dataclass(frozen=True, slots=True)
class Decided:
    """The share of an item that is certain, the most that it may come to, and why."""

    share: Fraction
    most: Fraction
    reason: str
    follows: bool = False
    steps: tuple[int, ...] = ()


def earned(reason: str, follows: bool = False, steps: tuple[int, ...] = ()) -> Decided:
    return Decided(Fraction(1), Fraction(1), reason, follows, steps)


def lost(reason: str, steps: tuple[int, ...] = ()) -> Decided:
    return Decided(Fraction(0), Fraction(0), reason, steps=steps)


def undecided(reason: str, steps: tuple[int, ...] = ()) -> Decided:
    return Decided(Fraction(0), Fraction(1), reason, steps=steps)


def decided(item: Item, course: Course) -> Decided:
    match item.wanted[0]:
        case "start":
            return _start(course)
        case "steps":
            return _steps(item, course)
        case "result":
            return _result(item, course)
    return _milestones(item, course)


def _start(course: Course) -> Decided:
    match course.first.counts:
        case "right":
            return earned("the first line is the question", steps=(0,))
        case "wrong":
            return lost("the first line is something else than the question", (0,))
    return undecided(f"the first line is {_unclear(course.first)}", (0,))


def _unclear(it: Taken) -> str:
    if it.line is None:
        return "not readable"
    if it.line.weaker:
        return f"linked by {it.step.relation}, by which the question's steps are not"
    return "after a line that cannot be read, and far from the one before" if _jumps(it) else "neither proved nor refuted"


def _jumps(it: Taken) -> bool:
    return it.code.removesuffix("-ft") == "jump"


def _steps(item: Item, course: Course) -> Decided:
    right, wrong, unclear, jumps = (course.counted(what) for what in (RIGHT, WRONG, OPEN, JUMP))
    said = _blame(wrong, jumps, unclear)
    if not course.taken:
        return lost("there is no step, only one line")
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
        return lost("no step leads to the result")
    whole = max(1, taken + missing)
    share, most = Fraction(len(right), whole), Fraction(len(right) + len(unclear), whole)
    if missing:
        said = "; ".join(filter(None, [said, "the derivation does not arrive"]))
    if course.first.counts != RIGHT and share:
        begun = "begins with something else than the question" if course.first.counts == WRONG else f"begins {_begun(course)}"
        return Decided(Fraction(0), most, f"it {begun}: whether its steps count is for a person to say")
    follows = any(it.follows for it in right)
    steps = tuple(it.step.index for it in (*wrong, *jumps, *unclear))
    counted = f"{len(right)} of {whole} steps"
    verb = "is" if len(right) == 1 else "are"
    if share == 1:
        right_said = f"{'all steps are' if whole > 1 else 'the step is'} right"
        if len(wrong) < len(course.errors):
            right_said = f"the steps before the result are right; {said}, which costs the result"
        return earned(right_said, follows and item.follows, steps)
    return Decided(share, most, f"{counted} {verb} right: {said}", follows, steps)


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


def _result(item: Item, course: Course) -> Decided:
    last = course.last
    at = (last.step.index,)
    if course.arrives:
        return earned("the result is right", steps=at)
    if course.arrives is None:
        said = "the last line cannot be read" if last.line is None else "whether the last line is the result is not known"
        return undecided(f"{said}: a person decides", at)
    following = course.arrives_by_following if item.follows else False
    if following:
        errors = numbered([it.step.index for it in course.errors])
        return earned(f"the result is right for what it follows from; the error in {errors} is counted there", True, at)
    if following is None:
        return undecided("whether the result follows from the lines before it is for a person to say", at)
    return lost(_missed(course), at)


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


def _milestones(item: Item, course: Course) -> Decided:
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
    return earned(said, follows, steps)


def _milestone(item: Item, name: str, course: Course) -> Decided:
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
            return earned(f"{called} appears in line {it.step.index}", steps=(it.step.index,))
        if name in line.may_show or (name in line.shows and doubtful):
            unclear.append(it.step.index)
        if name in line.reaches and not reached:
            reached = True
            if it.follows and it.counts == RIGHT:
                follows = it.step.index
    if follows is not None and item.follows and course.first.counts == RIGHT:
        return earned(f"{called} is passed in line {follows}, by what follows from an error before it", True, (follows,))
    if unclear or (follows is not None and item.follows):
        return undecided(f"whether {called} appears is for a person to say", tuple(unclear))
    return lost(f"{called} does not appear")
