"""Z3's arithmetic of the reals, asked for a point at which formulas hold together.

It runs in a process of its own; the effort is counted in its steps, so that an answer does not depend on how fast the machine
is, and a limit of time stands behind that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from derivcheck.proving.child import Child, Silent
from derivcheck.proving.statements.formula import FALSE, All, Formula, both, variables, written

EFFORT = 3_000_000
"""The steps that a question may take."""

SECONDS = 4.0
"""The seconds that a question may take at most, on a machine on which the effort takes so long."""

Root: TypeAlias = "tuple[tuple[Fraction, ...], int]"
"""The coefficients of a polynomial, the constant first, and which of its real roots is meant, from 1."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``none``: no point; ``some``: a point, with values of the variables; ``unknown``, with the reason."""

    kind: str
    values: dict[str, Fraction | Root]
    reason: str = ""
    limit: str | None = None


def ask(formulas: Sequence[Formula], wanted: Sequence[str], whole: Sequence[str], timeout: float, effort: int = EFFORT) -> Answer:
    """Whether formulas hold together somewhere; wanted: the variables whose values there are asked for; whole: those that are
    whole numbers."""
    everything = both(formulas)
    if everything == FALSE:
        return Answer("none", {})
    names = sorted(variables(everything) | set(wanted))
    question = "".join(f"(declare-const {name} Real)\n" for name in names)
    among = [name for name in whole if name in names]
    question += "".join(f"(declare-const {name}_ Int)\n(assert (= {name} (to_real {name}_)))\n" for name in among)
    parts = everything.parts if isinstance(everything, All) else (everything,)
    question += "".join(f"(assert {written(part)})\n" for part in parts)
    request = {"question": question, "variables": list(wanted), "effort": effort, "whole": bool(whole)}
    try:
        _, found = _process.answer(request, min(SECONDS, timeout))
    except Silent as silent:
        if not silent.late:
            return Answer("unknown", {}, "Z3 ended without an answer" if silent.ran else "Z3 could not be started", "crash")
        return Answer("unknown", {}, "Z3 found nothing in time", "time")
    match found["result"]:
        case "unsat":
            return Answer("none", {})
        case "sat":
            return Answer("some", {name: _value(value) for name, value in found["values"].items()})
    return Answer("unknown", {}, "Z3 found nothing within its effort")


def _value(said: object) -> Fraction | Root:
    if isinstance(said, dict):
        return tuple(Fraction(c) for c in said["coefficients"]), int(said["root"])
    return Fraction(str(said))


_process = Child("derivcheck.proving.statements.worker")
