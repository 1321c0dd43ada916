"""Germs of functions in pieces: near a point, from one side, one of their pieces is all that counts."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import floor
from typing import Protocol

from flint import arb, fmpq

from derivcheck.kernel.analysis.germs import Germ, Germs
from derivcheck.kernel.analysis.knowledge import NoValues, Refused
from derivcheck.kernel.terms import ONE, ZERO, Term, number


class Expanding(Protocol):
    """What expands the parts of a function."""

    @property
    def germs(self) -> Germs:
        """How germs are reckoned with."""

    def of(self, term: Term) -> Germ:
        """The germ of a term."""


def sign_near(germs: Germs, f: Germ) -> str:
    """``+`` or ``-``, the sign that a function has close to the point; raises ``Refused`` where that is not known."""
    known = germs.knowledge.sign(germs.leading(f)[1])
    if known not in {"+", "-"}:
        raise Refused("the sign of a function near the point is not known")
    return known


def _vanishes(f: Germ) -> bool:
    """Whether a function is 0 close to the point."""
    return not f.terms and f.error is None


def absolute(x: Expanding, term: Term) -> Germ:
    """abs."""
    f = x.of(term.args[0])
    return f if _vanishes(f) or sign_near(x.germs, f) == "+" else x.germs.scale(f, number(-1))


def signum(x: Expanding, term: Term) -> Germ:
    """sign, which is 0 at 0."""
    f = x.of(term.args[0])
    return x.germs.constant(ZERO if _vanishes(f) else number(1 if sign_near(x.germs, f) == "+" else -1))


def whole_part(x: Expanding, term: Term) -> Germ:
    """floor and ceiling."""
    turn = 1 if term.op == "floor" else -1
    f = x.germs.scale(x.of(term.args[0]), number(turn))
    large, constant, small = x.germs.parted(f)
    if large:
        raise Refused(f"{term.op} of what grows is not expanded")
    value = x.germs.knowledge.value(constant)
    if isinstance(value, fmpq):
        below = floor(Fraction(int(value.p), int(value.q)))
        if value.q == 1 and not _vanishes(small) and sign_near(x.germs, small) == "-":
            below -= 1
    elif isinstance(value, arb) and (whole := value.floor()).is_exact():
        below = int(whole.fmpz())
    else:
        raise Refused(f"{term.op} of a value that is not known closely enough")
    return x.germs.constant(number(turn * below))


def extreme(x: Expanding, term: Term) -> Germ:
    """max, min and relu."""
    parts = [x.of(a) for a in term.args]
    if term.op == "relu":
        parts.append(x.germs.constant(ZERO))
    best = parts[0]
    for f in parts[1:]:
        gap = _difference(x, f, best)
        if not _vanishes(gap) and (sign_near(x.germs, gap) == "-") == (term.op == "min"):
            best = f
    return best


def by_cases(x: Expanding, term: Term) -> Germ:
    """cases: the value of the first condition that holds close to the point."""
    for k in range(0, len(term.args), 2):
        if k + 1 == len(term.args) or _holds(x, term.args[k + 1]):
            return x.of(term.args[k])
    raise NoValues("no case holds near the point")


def indicator(x: Expanding, term: Term) -> Germ:
    """1 where a condition holds close to the point, else 0."""
    return x.germs.constant(ONE if _holds(x, term.args[0]) else ZERO)


def _difference(x: Expanding, f: Germ, g: Germ) -> Germ:
    return x.germs.add(f, x.germs.scale(g, number(-1)))


def _holds(x: Expanding, condition: Term) -> bool:
    """Whether a condition holds at all points close to the point, or at none; raises ``Refused`` where that is not known."""
    match condition.op:
        case "true" | "false":
            return condition.op == "true"
        case "and":
            return all([_holds(x, a) for a in condition.args])
        case "or":
            return any([_holds(x, a) for a in condition.args])
        case "not":
            return not _holds(x, condition.args[0])
    holds = COMPARED.get(condition.op)
    if holds is None or condition.args[0].shape:
        raise Refused("a condition that is not looked at near a point")
    gap = _difference(x, x.of(condition.args[0]), x.of(condition.args[1]))
    return holds(0 if _vanishes(gap) else 1 if sign_near(x.germs, gap) == "+" else -1)


COMPARED: dict[str, Callable[[int], bool]] = {
    "lt": lambda s: s < 0, "le": lambda s: s <= 0, "gt": lambda s: s > 0, "ge": lambda s: s >= 0, "eq": lambda s: s == 0,
    "ne": lambda s: s != 0,
}
"""Whether a relation holds between two numbers, by the sign of their difference."""

RULES: dict[str, Callable[[Expanding, Term], Germ]] = {
    "abs": absolute, "sign": signum, "floor": whole_part, "ceiling": whole_part, "max": extreme, "min": extreme, "relu": extreme,
    "cases": by_cases, "indicator": indicator,
}
