"""How far a line of an answer has come on the way that a key takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from derivcheck.kernel.terms import Context, Symbol, Term
from derivcheck.running.answering.forms import CALCULUS, left_to_do
from derivcheck.running.answering.gathered import gathered, has_part
from derivcheck.running.answering.ordered import Key, ordered


@dataclass(frozen=True, slots=True)
class Task:
    """A derivative, integral or limit gathered: as a whole, what it is of, and what it is besides that."""

    whole: Key
    of: Key
    frame: Key


@dataclass(frozen=True, slots=True)
class Stand:
    """How far a line has come.

    key: what it is but for order; gathered: and but for like terms and numbers; left: how much it leaves to differentiate,
    integrate or take limits of; tasks: the derivatives, integrals and limits in it.
    """

    key: Key
    gathered: Key
    left: int
    tasks: frozenset[Task]

    @classmethod
    def of(cls, term: Term, context: Context) -> Stand:
        """The stand of a term."""
        tasks = frozenset(map(_task, _tasks(term)))
        return cls(ordered(term), gathered(term), left_to_do(term, context), tasks)


def _tasks(term: Term) -> Iterator[Term]:
    """The derivatives, integrals and limits in a term that stand in no other."""
    if term.op in CALCULUS:
        yield term
        return
    for a in term.args:
        yield from _tasks(a)


def _task(term: Term) -> Task:
    body, *others = map(gathered, term.args)
    said = term.data.name if isinstance(term.data, Symbol) else term.data
    return Task(gathered(term), body, (term.op, said, *others))


def is_padded(stand: Stand, start: Stand) -> bool:
    """Whether the question still stands in a line as it was, whatever has been written around it."""
    if not start.tasks:
        return has_part(stand.gathered, start.gathered)
    return all(any(_is_in(asked, task) for task in stand.tasks) for asked in start.tasks)


def _is_in(asked: Task, task: Task) -> bool:
    return asked.whole == task.whole or (asked.frame == task.frame and has_part(task.of, asked.of))


def positions(stand: Stand, stands: Sequence[Stand]) -> tuple[int, int]:
    """Between which of the key's lines a line stands, first and last taken together: the numbers that it may have."""
    same = [i for i, it in enumerate(stands) if it.key == stand.key]
    if same:
        return same[0], same[-1]
    if stand.gathered == stands[0].gathered:  # the question with something added and taken away is the question
        return 0, 0
    if is_padded(stand, stands[0]):
        return 0, max(i for i, it in enumerate(stands) if i == 0 or is_padded(it, stands[0]))
    reached = sum(1 for _ in takewhile(lambda it: it.left >= stand.left, stands)) - 1
    first = next(i for i, it in enumerate(stands) if i >= reached or it.left <= stands[reached].left) if reached > 0 else 0
    if stand.left <= stands[-1].left:
        return first, len(stands) - 1
    unfinished = max(i for i, it in enumerate(stands) if it.left > stands[-1].left or not i)
    return first, max(first, unfinished)  # along another road than the key's, as far as what is left allows
