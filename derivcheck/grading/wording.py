"""What is said of marks, steps and submissions, in the same words on every page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from derivcheck.grading.marks import Answer, Graded, Mark, points
from derivcheck.reports.wording import condition_text, instance, recovery, remarkable, sides
from derivcheck.running.report import StepReport, numbered

STATUS = {
    "graded": "all points are decided",
    "review": "a person must look at it",
    "missing": "nothing was handed in that could be graded",
}
"""What each status of a submission says."""


UNREAD = (
    "What could not be read is not held against you: a person will look at it. To see these messages before you hand something "
    "in, check your file with `derivcheck run FILE`."
)
"""The way out for a student whose file could not be read."""

FOOTNOTE = "Each line is held against your own line before it, so an error is counted once."
"""What a student must know to understand the rest."""


@dataclass(frozen=True, slots=True)
class Told:
    """How an outcome is shown: style as of a page's steps, sign of this verdict, in a word, and as a sentence after it."""

    style: str
    sign: str | None
    word: str
    sentence: str = ""


_WRONG = Told("bad", "refuted", "wrong")
_UNMARKED = Told("noted", None, "not marked")
_OUTCOMES: Mapping[str, Told] = {
    "start": Told("good", "proved", "right", "this is where the question starts"),
    "other": Told("warn", "checked", "something else", "this is not where the question starts"),
    "ok": Told("good", "proved", "right"),
    "same": Told("noted", None, "no step", "the line before in another order, which counts neither for nor against you"),
    "jump": Told("warn", "checked", "right, but a step is missing", "it passes over too much; show what lies between"),
    "checked": Told("good", "proved", "tried", "it held for everything that was tried, though it is not proved"),
    "recovers": Told("good", "proved", "right by itself"),
    "undecided": Told("warn", "undecided", "undecided", "neither proved nor refuted, which is not held against you"),
    "unreadable": Told("warn", "invalid", "could not be read", "this is not held against you"),
}
_MARKS: Mapping[str, Told] = {
    "earned": Told("good", "proved", "earned"),
    "earned-ft": Told("good", "proved", "earned by follow-through"),
    "part": Told("warn", "checked", "earned in part"),
    "lost": Told("bad", "refuted", "not earned"),
    "depends": Told("bad", "refuted", "not earned, with what it depends on"),
    "open": Told("warn", "undecided", "for a person to decide"),
}
RIGHT = frozenset({"start", "ok", "same", "checked", "recovers"})
"""The outcomes in which nothing is amiss."""

NOT_WRONG = frozenset(_OUTCOMES)
"""The outcomes that are not a mistake."""


def base(code: str) -> str:
    """An outcome without what it rests on: ``sign`` for ``sign-ft``."""
    return code.removesuffix("-ft")


def outcome(code: str) -> Told:
    """How a step's outcome is shown; every code that is not in docs/grading.md's list of others is a mistake's."""
    return _OUTCOMES.get(base(code), _WRONG) if code else _UNMARKED


def mark(it: Mark) -> Told:
    """How a mark is shown."""
    if it.code == "override":
        style = "earned" if it.points >= it.worth else "part" if it.points > 0 else "lost"
        return Told(_MARKS[style].style, _MARKS[style].sign, "decided by a person")
    return _MARKS[it.code]


def score(it: Mark | Answer | Graded) -> str:
    """Points of what they are out of: ``3 of 4 points``, and both ends of what is open."""
    of = f"of {points(it.worth)} point{'' if it.worth == 1 else 's'}"
    if it.points == it.most:
        return f"{points(it.points)} {of}"
    return f"at least {points(it.points)}, at most {points(it.most)} {of}"


def standing(it: Graded) -> str:
    """The total, and what is still to come."""
    if it.status == "missing":
        return f"{score(it)}: {STATUS['missing']}"
    return f"{score(it)}; a person will still look at it" if it.status == "review" else score(it)


def sentences(it: Mark) -> Iterator[str]:
    """What is said of a mark, for the student."""
    yield from (said for said in (it.description, it.reason, it.explanation) if said)
    if it.overridden:
        yield f"Decided by a person: {it.overridden}"


def judgement(answer: Answer, it: StepReport) -> str:
    """The sentence on a step of an answer behind the word for its outcome."""
    code = code_of(answer, it.index)
    told = outcome(code)
    parts = [told.sentence] if told.sentence else []
    if told is _WRONG:
        parts.append(remarkable(it))
    elif base(code) == "recovers":
        parts.append(recovery(it) or "the error before it goes no further")
    elif it.verdict == "undecided" and it.reason:
        parts.append(it.reason)
    if base(code) in {"checked", "undecided", "unreadable"} and waits(answer, it.index):
        parts.append("a person will look at it")
    elif base(code) == "checked":
        parts.append("it is taken as right")
    if code.endswith("-ft"):
        parts.append(following(it, code, errors_before(answer, it.index)))
    return "; ".join(parts)


def following(it: StepReport, code: str, errors: Sequence[int]) -> str:
    """That a step is measured by the student's own line before it, and which errors are not counted again."""
    carried = tuple(it.carries) or tuple(errors)
    where = f" in {steps(carried)}" if carried else " before it"
    counted = f"the errors{where} are counted once" if len(carried) > 1 else f"the error{where} is counted once"
    if base(code) in RIGHT | {"jump"} and it.previous is not None:
        return f"this line follows from {yours(it.previous)}; {counted}"
    return f"{counted}, and not again here"


def steps(numbers: Sequence[int]) -> str:
    """Lines by the numbers of their steps: ``step 3``, ``the first line and step 2``."""
    others = [number for number in numbers if number]
    return " and ".join((["the first line"] if 0 in numbers else []) + ([numbered(others)] if others else []))


def yours(number: int) -> str:
    """The student's line by the number of its step."""
    return f"your step {number}" if number else "your first line"


def code_of(it: Answer, step: int) -> str:
    """The outcome of a step, empty where it has none."""
    return next((each.code for each in it.outcomes if each.step == step), "")


def waits(it: Answer, step: int) -> bool:
    """Whether a person must still look at a step: an open mark rests on it, or on nothing in particular."""
    resting = [mark.steps for mark in it.marks if mark.most != mark.points]
    return any(step in steps or not steps for steps in resting) or bool(it.open and not resting)


def errors_before(it: Answer, step: int) -> tuple[int, ...]:
    """The steps before this one that are wrong and not set right since, the first line if it is not the question's."""
    found: list[int] = []
    for each in it.outcomes:
        if each.step < step and (base(each.code) == "other" or outcome(each.code) is _WRONG):
            found.append(each.step)
        elif each.step < step and each.code == "recovers":
            found.clear()
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something known of a step behind its label; formula: whether it is written in a language for programs."""

    label: str
    text: str
    formula: bool = False


def facts(it: StepReport, said: str) -> Iterator[Fact]:
    """What a student may learn from about a step, beyond what is said already."""
    diagnosis, witness = it.diagnosis, it.counterexample
    if diagnosis and diagnosis.repair:
        yield Fact("right would be", diagnosis.repair, True)
    if diagnosis and diagnosis.holds_if and diagnosis.holds_if not in said:
        yield Fact("holds if", diagnosis.holds_if, True)
    if witness and (diagnosis or it.recovers is None):  # else the line is right, and only the one before it is not
        where = instance(witness)
        if where:
            yield Fact("for example at", where, True)
        yield Fact("there", sides(witness, *_names(it)), True)
        if witness.note:
            yield Fact("where", witness.note)
    recovered = recovery(it)
    if recovered and recovered not in said:
        yield Fact("recovers", recovered)
    yield from (Fact("needs", condition_text(condition)) for condition in it.conditions if it.verdict in {"proved", "checked"})
    yield from (Fact("note", note) for note in it.notes)
    if it.reads_as and it.reads_as.replace(" ", "") != it.text.replace(" ", ""):
        yield Fact("read as", it.reads_as, True)


def _names(it: StepReport) -> tuple[str, str]:
    """What the two sides of a counterexample are to whoever wrote the lines."""
    if it.relation in {"=>", "<=>", "<==", None} or it.previous is None:
        return "left", "right"
    return "the line before" if it.previous == it.index - 1 else yours(it.previous), "this line"


def capital(said: str) -> str:
    """A phrase as the beginning of a sentence."""
    return said[:1].upper() + said[1:]
