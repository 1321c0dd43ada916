"""Whether ``left relation right`` holds, by its two sides in many digits at random instances of its context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from derivcheck.kernel.terms import LOGIC, Context, Term
from derivcheck.kernel.vocabulary import describe, same_shape
from independent import draws, solving
from independent.agreement import LINKS, confirmed, decimals, related
from independent.arrays import Array, entries
from independent.evaluate import Evaluator
from independent.instances import Sampler, Values, loaded
from independent.reach import Reach
from independent.values import NOTHING, Gaussian, Inconclusive, Numbers, Undefined, Unsupported

ENOUGH_WORK, FEWEST = 40_000, 12
"""After so many evaluated operators a comparison stops if at least the fewest instances agreed."""
LARGEST_MEMORY = 2_000


@dataclass(frozen=True, slots=True)
class Finding:
    """What the numbers say.

    verdict: ``fails`` (at ``instance``, where the sides are ``left`` and ``right``; without one the shapes differ), ``holds``
    (at ``agreed`` instances), ``nowhere`` (both sides are defined at none), or ``unsupported``, with the reason.
    lost: instances at which only the left side is defined; gained: only the right one; unsure: too close to tell.
    """

    verdict: str
    reason: str | None = None
    instance: dict[str, str] = field(default_factory=dict)
    left: str | None = None
    right: str | None = None
    agreed: int = 0
    lost: int = 0
    gained: int = 0
    unsure: int = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A comparison to be made.

    depth: how many derivatives are taken one of the other; principal: whether complex principal values are meant.
    """

    left: Term
    relation: str
    right: Term
    depth: int
    principal: bool

    def premises(self) -> Sequence[Term]:
        """The side of an implication from which the other one follows."""
        return {"=>": (self.left,), "<==": (self.right,)}.get(self.relation, ())

    def focus(self, k: int) -> Sequence[Term]:
        """Equations that every other instance of a link satisfies: statements are seldom true at random."""
        if self.relation not in LINKS or k % 2:
            return ()
        forward = self.relation == "=>" or (self.relation == "<=>" and k % 4)
        sides = (self.left, self.right) if forward else (self.right, self.left)
        return next((found for side in sides if (found := solving.equations(side))), ())


class Independent:
    """The judge of one context; the same findings for the same seed and the same calls."""

    def __init__(self, context: Context, seed: int = 0, digits: int = 60) -> None:
        self.context, self.seed, self.digits = context, seed, digits
        self.reach = Reach(context)
        self._samplers: dict[tuple[int, bool], tuple[Sampler, list[Values | None]]] = {}
        self._numbers: dict[tuple[int, bool, int], Numbers] = {}
        self._known: dict[tuple[Term, int, int, bool], Any] = {}
        self._work = 0

    def compare(self, left: Term, relation: str, right: Term, instances: int = 40) -> Finding:
        """The finding on ``left relation right``; relation is ``= < <= > >= ~ <=> => <==``."""
        if relation not in LINKS and not same_shape(left.shape, right.shape):
            return Finding("fails", f"{describe(left.shape)} and {describe(right.shape)} differ in shape")
        if relation == "~" and decimals(right) is None:
            return Finding("unsupported", "an approximation needs a decimal number on its right side")
        depth = max(map(self.reach.depth, (left, right, *self.context.assumptions)))
        try:
            return self._compared(Question(left, relation, right, depth, self._complex(left, right)), instances)
        except Unsupported as error:
            return Finding("unsupported", str(error))
        except RecursionError:
            return Finding("unsupported", "the terms are nested too deeply")

    def _complex(self, *terms: Term) -> bool:
        """Whether principal values are meant: something complex is declared, or ``i`` occurs."""
        bodies = [d.body for d in self.context.definitions.values()]
        return any(s.type.kind == "complex" for s in self.context.symbols.values()) or any(
            t.op == "constant" and t.data == "i" for term in (*terms, *bodies, *self.context.assumptions) for t in term.walk())

    def _compared(self, question: Question, instances: int) -> Finding:
        counts = {"agreed": 0, "lost": 0, "gained": 0, "unsure": 0, "neither": 0}
        self._work, missed = 0, 0
        for k in range(3 * instances if self._varies(question) else 1):
            values = self._instance(k, question)
            if values is None:
                missed += 1
                if missed > max(2, k // 2):
                    break
                continue
            outcome, sides = self._at(k, values, question)
            if outcome == "differs":
                del counts["neither"]
                return Finding("fails", None, described(values), *_both(sides), **counts)
            counts[outcome] += 1
            if self._enough(counts, instances):
                break
        return _summary(counts)

    def _varies(self, question: Question) -> bool:
        return bool(self.reach.names(question.left) | self.reach.names(question.right))

    def _enough(self, counts: dict[str, int], instances: int) -> bool:
        if counts["agreed"] >= instances or (counts["agreed"] >= FEWEST and self._work > ENOUGH_WORK):
            return True
        return sum(counts.values()) >= instances and not counts["agreed"] + counts["unsure"]

    def _instance(self, k: int, question: Question) -> Values | None:
        """The k-th instance of the context; that of a link is drawn anew where it is to satisfy a side."""
        key = (question.depth, question.principal)
        if key not in self._samplers:
            self._samplers[key] = (Sampler(self.context, self.reach, *key, self.digits, self.seed), [])
        sampler, drawn = self._samplers[key]
        if focus := question.focus(k):
            return sampler.draw(focus) or sampler.draw()
        while len(drawn) <= k:
            drawn.append(sampler.draw())
        return drawn[k]

    def _at(self, k: int, values: Values, question: Question) -> tuple[str, tuple[Any, Any]]:
        """What one instance says, and both values; a difference counts only if twice the digits and other steps show it."""
        outcome, sides = self._once(k, values, question, 1)
        if outcome != "differs":
            return outcome, sides
        again, more = self._once(k, values, question, 2)
        if again != "differs" or question.relation != "=":
            return "differs" if again == "differs" else "unsure", sides
        return confirmed(sides, more), sides

    def _once(self, k: int, values: Values, question: Question, factor: int) -> tuple[str, tuple[Any, Any]]:
        key = (question.depth, question.principal, factor)
        if key not in self._numbers:
            self._numbers[key] = Numbers(self.digits * factor, *key[:2])
        numbers = self._numbers[key]
        evaluator = Evaluator(self.reach, numbers, loaded(numbers, values))
        numbers.floor = NOTHING
        try:
            left = self._left(k, evaluator, question) if factor == 1 else _side(evaluator, question.left)
            sides = left, _side(evaluator, question.right)
        except Inconclusive:
            return "unsure", (None, None)
        finally:
            self._work += evaluator.work
        if question.relation in LINKS and any(_vanishes(evaluator, term) for term in question.premises()):
            return "neither", sides
        undefined = tuple(isinstance(side, Undefined) for side in sides)
        if question.relation not in LINKS and any(undefined):
            return {(False, True): "lost", (True, False): "gained"}.get(undefined, "neither"), sides
        return related(numbers, question.relation, *sides, question.depth > 0, decimals(question.right)), sides

    def _left(self, k: int, evaluator: Evaluator, question: Question) -> Any:
        """The left side, which is remembered: many right sides are held against it."""
        if question.relation in LINKS:
            return _side(evaluator, question.left)
        key = (question.left, k, question.depth, question.principal)
        if key not in self._known:
            if len(self._known) > LARGEST_MEMORY:
                self._known.clear()
            self._known[key] = _side(evaluator, question.left), evaluator.numbers.floor
        found, floor = self._known[key]
        evaluator.numbers.floor = max(evaluator.numbers.floor, floor)
        return found


def _vanishes(evaluator: Evaluator, statement: Term) -> bool:
    """Whether both sides of an equation are 0: what follows from it by a division says nothing there."""
    if statement.op != "eq":
        return False
    sides = [_side(evaluator, a) for a in statement.args]
    return all(not isinstance(side, Undefined) and not any(entries(side)) for side in sides)


def _summary(counts: dict[str, int]) -> Finding:
    """The finding on a comparison in which nothing differed."""
    neither = counts.pop("neither")
    if counts["agreed"]:
        return Finding("holds", **counts)
    if counts["unsure"]:
        return Finding("unsupported", "no instance is clear enough", **counts)
    if neither + counts["lost"] + counts["gained"]:
        return Finding("nowhere", **counts)
    return Finding("unsupported", "no instance of the assumptions was found")


def _side(evaluator: Evaluator, term: Term) -> Any:
    """The value of a side with all its entries, or the ``Undefined`` that says why there is none."""
    try:
        found = int(evaluator.truth(term, {})) if term.op in LOGIC else evaluator.value(term, {})
    except Undefined as error:
        return error
    return next((x for x in entries(found) if isinstance(x, Undefined)), found)


def _both(sides: tuple[Any, Any]) -> tuple[str, str]:
    """Both values to twenty digits, or to as many as show that they differ."""
    few, many = (tuple(shown(side, digits) for side in sides) for digits in (20, 70))
    left, right = few if few[0] != few[1] else many
    return left, right


def shown(value: Any, digits: int) -> str:
    """A value to so many digits."""
    if isinstance(value, Array):
        return "[" + ", ".join(shown(x, digits) for x in value.items) + "]"
    return str(value.context.nstr(value, digits)) if hasattr(value, "context") else str(value)


def described(values: Values) -> dict[str, str]:
    """The values of an instance for a reader."""
    return {name: _described(value) for name, value in values.items()}


def _described(value: Any) -> str:
    if isinstance(value, Array):
        return f"{'x'.join(map(str, value.sizes))}: [{', '.join(map(_described, value.items))}]"
    if isinstance(value, Gaussian):
        return f"{_described(value.re)} + {_described(value.im)}*i"
    text = str(value)
    return text if isinstance(value, draws.Smooth) or len(text) < 40 else f"{float(value):.17g}"
