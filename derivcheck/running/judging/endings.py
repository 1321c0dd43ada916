"""An error followed to the end: whether the result is right all the same, and if not by how much it is off and what is right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from derivcheck.kernel.terms import Term
from derivcheck.kernel.vocabulary import describe
from derivcheck.proving.decide import Judge
from derivcheck.running.judging.bench import HOLDS, Bench
from derivcheck.running.judging.lines import Line
from derivcheck.running.report import Ending, StepReport, numbered
from derivcheck.syntax import show


def endings(bench: Bench, steps: Sequence[StepReport]) -> tuple[Ending, ...]:
    """What became of the errors at each end of a derivation: that of each case, or its own where it has no cases."""
    last = [list(lines)[-1] for _, lines in groupby(bench.lines, key=_case_of)]
    ends = last[1:] or last
    return tuple(ending for line in ends if (ending := _ending(bench, steps, line)) is not None)


def _case_of(line: Line) -> str | None:
    return line.case


def _ending(bench: Bench, steps: Sequence[StepReport], line: Line) -> Ending | None:
    """What became of the errors on the way to a last line; ``None`` where there are none, or where the chain is not one of =."""
    if line.read is None or line.diagnostics:
        return None
    if line.index in bench.good:
        return _corrected(bench, steps, line)
    errors = bench.errors.get(line.index, ())
    start = next((index for index in reversed(line.trail) if index in bench.good), None)
    if not errors or start is None or bench.relation(start, line) != "=":
        return None
    if line.trail[-1] == start and steps[line.index].verdict == "refuted":  # its diagnosis is about the same claim
        found = steps[line.index].diagnosis
        message = f"{_errors(errors)} in the result"
        return Ending(line.index, start, errors, False, message, found.repair if found else None, line.case)

    def find() -> Ending:
        return _followed(bench, line, start, errors)

    try:
        return bench.answer("ending", bench.judge(line.scope), _chain(bench, line), _story(bench, line, start), Ending, find)
    except (RecursionError, MemoryError) as error:
        bench.told(error)
        return None


def _chain(bench: Bench, line: Line) -> list[Term]:
    return [bench.term(bench.lines[index]) for index in (*line.trail, line.index)]


def _story(bench: Bench, line: Line, start: int) -> str:
    """What an ending follows from beside the terms: which lines are about what, and which of them are wrong."""
    steps = [(index, bench.lines[index].relation, bench.errors.get(index)) for index in (*line.trail, line.index)]
    return f"{start} {line.case} {steps}"


def _corrected(bench: Bench, steps: Sequence[StepReport], line: Line) -> Ending | None:
    """The end of a chain in which each error was corrected on the way."""
    mended = [(steps[i].corrects, i) for i in (*line.trail, line.index) if steps[i].corrects]
    if not mended or bench.relation(line.trail[0], line) != "=":
        return None
    said = "; ".join(f"step {index} corrects {numbered(wrong)}" for wrong, index in mended)
    errors = tuple(error for wrong, _ in mended for error in wrong)
    return Ending(line.index, line.trail[0], errors, True, f"the result is right all the same: {said}", None, line.case)


def _followed(bench: Bench, line: Line, start: int, errors: tuple[int, ...]) -> Ending:
    judge, right = bench.judge(line.scope), bench.term(line)
    left = bench.facing(bench.left(start, "="), "=", right)
    sound, said = _compared(bench, judge, left, right)
    if sound:
        message = f"the result is right all the same: {_errors(errors, cancel=True)}"
        return Ending(line.index, start, errors, True, message, None, line.case)
    if sound is None:
        message = f"{_errors(errors)} before the result, and whether that is right is not known: {said}"
        return Ending(line.index, start, errors, None, message, None, line.case)
    before = "the first line" if start == 0 else f"step {start}"
    from derivcheck.proving.differing.differences import Sides, difference  # right steps do not wait for what explains wrong ones

    different = difference(judge, left, right, Sides(before, "the result", before))
    shapes = f"the result is {describe(right.shape)}, {before} is {describe(left.shape)}"
    said = different.said if different else shapes
    repair = _repair(judge, left, right)
    message = f"{_staying(bench, judge, line, errors)} to the end: {said}"
    return Ending(line.index, start, errors, False, message, repair, line.case)


def _staying(bench: Bench, judge: Judge, line: Line, errors: tuple[int, ...]) -> str:
    """Which errors stay: those before the first wrong step that the result agrees with; what was done after it cancels."""
    right = bench.term(line)
    for index in line.trail:
        stay = bench.errors.get(index, ())
        fewer = 0 < len(stay) < len(errors) and bench.relation(index, line) == "="
        if fewer and bench.holds(judge, bench.left(index, "="), "=", right):
            return f"{_errors(errors[len(stay):], cancel=True)}, and {_errors(stay)}"
    return _errors(errors)


def _compared(bench: Bench, judge: Judge, left: Term, right: Term) -> tuple[bool | None, str]:
    """Whether the result agrees with a line before all errors, and why that is not known."""
    if not bench.modulo and judge.fails(left, right):
        return False, ""
    decision = bench.decide(judge, left, "=", right)
    if decision.verdict in HOLDS:
        return True, ""
    return (False, "") if decision.verdict == "refuted" else (None, decision.reason or decision.verdict)


def _repair(judge: Judge, left: Term, right: Term) -> str | None:
    """What the result should be: an edit of it that is proved, else the line before the errors in its simplest form."""
    from derivcheck.proving.diagnose import diagnose  # right steps do not wait for what explains wrong ones

    found = diagnose(judge, left, "=", right)
    return None if found is None or found.repair is None else show(found.repair)


def _errors(errors: Sequence[int], cancel: bool = False) -> str:
    """The subject of a sentence on the errors, with its verb."""
    noun = "error" if len(errors) == 1 else "errors"
    verb = ("does no harm" if len(errors) == 1 else "cancel") if cancel else "stays" if len(errors) == 1 else "stay"
    return f"the {noun} of {numbered(errors)} {verb}"
