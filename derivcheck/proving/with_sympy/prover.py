"""SymPy as the second prover: a claim goes to its process, the name of a strategy comes back, or why there is none.

SymPy is sometimes wrong, so this is its word and no proof: ``decide`` lets it stand only beside instances that agree.
"""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.kernel.terms import Claim
from derivcheck.proving.child import Child, Silent
from derivcheck.proving.with_sympy.problem import NotCovered, problem

SECONDS = 5.0
"""Processor time that SymPy may take for a claim."""


@dataclass(frozen=True, slots=True)
class Word:
    """What SymPy says: the strategy that makes 0 of the difference, or a reason why it says nothing worth telling.

    points: at how many points a numeric integral or an approach to a limit agreed; limit: ``time`` or ``memory`` where it ran
    out.
    """

    strategy: str | None = None
    points: int = 0
    version: str = ""
    reason: str | None = None
    limit: str | None = None


def ask(claim: Claim, timeout: float) -> Word:
    """SymPy's word on an equation, within ``timeout`` seconds."""
    try:
        left, right = problem(claim)
    except (NotCovered, RecursionError):
        return Word()
    seconds = min(SECONDS, timeout)
    try:
        version, answer = _process.answer({"left": left, "right": right, "seconds": seconds}, timeout)
    except Silent as silent:
        reason = f"SymPy found nothing in {round(seconds, 1):g} s" if silent.ran else "SymPy could not be started"
        return Word(reason=reason, limit="time" if silent.ran else "crash")
    if answer.get("failure") == "MemoryError":
        return Word(version=version, reason="SymPy needed too much memory", limit="memory")
    return Word(answer.get("strategy"), answer.get("points", 0), version)


_process = Child("derivcheck.proving.with_sympy.worker")
