"""Points at which one statement holds and another does not, confirmed by exact or ball arithmetic.

Values are rationals or terms without symbols (``sqrt(2)``, ``pi/2``); that an equation holds at irrational values is for the
kernel to prove, that it does not is seen from balls that do not meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction

import flint
from flint import arb, fmpq

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Budget, Proof
from derivcheck.kernel.terms import LOGIC, RELATIONS, ZERO, Claim, Context, Symbol, Term, number, substitute
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.arithmetic import UndefinedHere, UndeterminedHere
from derivcheck.kernel.values.evaluate import Evaluator
from derivcheck.kernel.values.instance import Instance, Undefined, Undetermined, Value
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.sampling.membership import of_type
from derivcheck.proving.statements.formula import HOLDS

PRECISIONS = (128, 512)
"""Bits of the attempts to tell whether a relation holds."""

OPERATIONS = 20_000
"""What one relation at one point may take."""

PROOFS = 80
"""How often the kernel is asked under one context of a link."""

Point = Mapping[str, Term]
"""A value for each symbol, by name: a term without symbols."""


@dataclass(slots=True)
class Points:
    """Tells where statements hold, under one context.

    kernel: proves what holds at irrational values, under no assumptions; none are left once values stand for the symbols.
    """

    context: Context
    kernel: Kernel = field(init=False)
    proofs: int = 0
    known: dict[tuple[Term, tuple[tuple[str, Term], ...]], bool | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.kernel = Kernel(replace(self.context, assumptions=()))

    def admits(self, point: Point) -> bool:
        """Whether a point is in the declared domain and satisfies all assumptions, for certain."""
        instance = self._instance(point)
        for name in point:
            if not self._typed(self.context.symbols[name], point[name], instance):
                return False
        return all(self.holds(fact, point) is True for fact in self.context.assumptions)

    def _typed(self, it: Symbol, value: Term, instance: Instance) -> bool:
        if it.type.shape or it.type.family:
            return False
        if value.op == "number":
            return of_type(it, instance, self.context)
        if it.type.kind == "real":
            return True
        wanted = {"positive": "gt", "negative": "lt", "nonnegative": "ge", "nonzero": "ne"}.get(it.type.kind)
        return wanted is not None and self.holds(Term(wanted, (value, ZERO)), {}) is True

    def holds(self, statement: Term, point: Point) -> bool | None:
        """Whether a statement holds at a point; ``None`` where that could not be told."""
        match statement.op:
            case "true" | "false":
                return statement.op == "true"
            case "and" | "or":
                told = [self.holds(a, point) for a in statement.args]
                decisive = statement.op == "or"
                return decisive if decisive in told else None if None in told else not decisive
            case "not":
                inner = self.holds(statement.args[0], point)
                return None if inner is None else not inner
        key = statement, tuple((n, point[n]) for n in sorted(point))
        if key not in self.known:
            self.known[key] = self._compared(statement, point) if statement.op in RELATIONS else self._judged(statement, point)
        return self.known[key]

    def _judged(self, statement: Term, point: Point) -> bool | None:
        """A statement about a range, which is evaluated as it stands."""
        if statement.op not in LOGIC:
            return None
        with flint.ctx.workprec(PRECISIONS[0]):
            entry = Evaluator(self._instance(point), self.context, False, Budget(OPERATIONS)).values(statement).entries[0]
        return None if isinstance(entry, Undetermined) else False if isinstance(entry, Undefined) else bool(entry == 1)

    def _compared(self, statement: Term, point: Point) -> bool | None:
        """A relation; where a side is undefined it does not hold."""
        instance = self._instance(point)
        for precision in PRECISIONS:
            for closed in (False, True):
                with flint.ctx.workprec(precision):
                    evaluator = Evaluator(instance, self.context, False, Budget(OPERATIONS), closed=closed)
                    sides = [evaluator.values(a) for a in statement.args]
                if any(isinstance(e, Undefined) for side in sides for e in side.entries):
                    return False
                if any(side.sizes for side in sides) or any(isinstance(side.entries[0], Undetermined) for side in sides):
                    continue
                a, b = (side.entries[0] for side in sides)
                sign = _sign(a, b)
                if sign is not None:
                    return HOLDS[statement.op](Fraction(sign))
        if self.proofs >= PROOFS:
            return None
        self.proofs += 1
        return self._equal(statement, point)

    def _equal(self, statement: Term, point: Point) -> bool | None:
        """A relation between sides that the kernel proves to be equal and everywhere defined."""
        values = {self.context.symbols[name]: value for name, value in point.items()}
        try:
            left, right = (substitute(a, values) for a in statement.args)
            outcome = self.kernel.prove(Claim(left, "=", right, self.kernel.context))
        except (ArithmeticError, ValueError):
            return None
        if not isinstance(outcome, Proof) or outcome.conditions or not all(map(self._defined, (left, right))):
            return None
        return statement.op in {"eq", "le", "ge"}

    def _defined(self, term: Term) -> bool:
        """Whether a term without symbols has a value, by balls."""
        with flint.ctx.workprec(PRECISIONS[-1]):
            entries = Evaluator(Instance(), self.context, False, Budget(OPERATIONS)).values(term).entries
        return all(isinstance(e, fmpq | arb) for e in entries)

    def _instance(self, point: Point) -> Instance:
        values: dict[str, Value] = {}
        for name, value in point.items():
            values[name] = fmpq(value.number.numerator, value.number.denominator) if value.op == "number" else value
        return Instance({}, values)


def _sign(a: object, b: object) -> int | None:
    """The sign of a difference, ``None`` where balls meet."""
    try:
        return arithmetic.sign(arithmetic.add(a, arithmetic.neg(b)))  # type: ignore[arg-type]
    except (UndeterminedHere, UndefinedHere):
        return None


def refuting(points: Points, holds: Term, fails: Term, candidates: Iterable[Point], attempts: int) -> Point | None:
    """The first of some points at which one statement holds and another does not, for certain."""
    for _, point in zip(range(attempts), candidates, strict=False):
        if points.holds(fails, point) is False and points.holds(holds, point) is True and points.admits(point):
            return point
    return None


def root_term(coefficients: tuple[Fraction, ...], which: int) -> Term | None:
    """A real root of a polynomial by radicals: of degree two, or of a power that is a number."""
    degree = len(coefficients) - 1
    if degree == 2:
        c, b, a = coefficients
        half, under = number(-b / (2 * a)), number((b * b / 4 - a * c) / (a * a))
        inner = build("sqrt", under)
        signed = inner if which == 2 else build("neg", inner)
        return build("add", half, signed) if b else signed
    if degree > 2 and not any(coefficients[1:-1]):
        value = -coefficients[0] / coefficients[-1]
        root = build("pow", number(abs(value)), number(Fraction(1, degree)))
        negative = value < 0 or (degree % 2 == 0 and which == 1)
        return build("neg", root) if negative else root
    return None
