"""SymPy as the second prover: a claim goes to its process, the name of a strategy comes back, or why there is none.

SymPy is sometimes wrong, so this is its word and no proof: ``decide`` lets it stand only beside instances that agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from derivcheck.kernel.terms import Claim, Symbol, Term, symbol
from derivcheck.proving.child import Child, Silent
from derivcheck.proving.with_sympy.problem import NotCovered, decode, encode, problem

SECONDS = 5.0
"""Processor time that SymPy may take for a claim."""

PROPOSING = 2.5
"""Processor time that SymPy may take to propose antiderivatives of one function."""


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
        late = f"SymPy {'found nothing' if silent.ran else 'was not ready'} in {round(seconds, 1):g} s"
        return Word(reason=late if silent.late else "SymPy could not be started", limit="time" if silent.late else "crash")
    if answer.get("failure") == "MemoryError":
        return Word(version=version, reason="SymPy needed too much memory", limit="memory")
    return Word(answer.get("strategy"), answer.get("points", 0), version)


def antiderivatives(integrand: Term, variable: Symbol, timeout: float) -> list[Term] | None:
    """What SymPy proposes as antiderivatives of a function by a symbol; ``None`` where time ran out."""
    return _proposed(integrand, variable, timeout, ("integrand", "variable", "antiderivatives"))


def antidifferences(summand: Term, index: Symbol, timeout: float) -> list[Term] | None:
    """What SymPy proposes as functions whose change from one integer to the next is the summand."""
    return _proposed(summand, index, timeout, ("summand", "index", "antidifferences"))


def _proposed(function: Term, by: Symbol, timeout: float, words: tuple[str, str, str]) -> list[Term] | None:
    names = {s.name: s for t in (function, symbol(by)) for part in t.walk() if isinstance(s := part.data, Symbol)}
    try:
        request = {words[0]: encode(function), words[1]: encode(symbol(by)), "seconds": min(PROPOSING, timeout)}
        _, answer = _process.answer(request, timeout)
    except (NotCovered, RecursionError):
        return []
    except Silent:
        return None
    return [_named(decode(plain), names) for plain in answer.get(words[2], ())]


def _named(term: Term, names: Mapping[str, Symbol]) -> Term:
    """The term with the symbols that its names stand for here."""
    data = names.get(term.data.name, term.data) if isinstance(term.data, Symbol) else term.data
    return replace(term, args=tuple(_named(a, names) for a in term.args), data=data)


_process = Child("derivcheck.proving.with_sympy.worker")
