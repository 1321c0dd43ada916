"""A verdict on a claim with its evidence."""

from __future__ import annotations

from dataclasses import dataclass

from derivcheck.kernel.outcome import Condition, Counterexample


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its evidence.

    verdict: ``proved``, ``checked``, ``refuted``, ``undecided``, ``invalid`` or ``conflict``; method: by what it was proved;
    reason: why it was not; instances: on how many instances both sides agreed; limit: ``time`` or ``memory`` where more of it
    might have given another verdict; evident: the code and the sentence of a diagnosis that is plain from how it was refuted.
    """

    verdict: str
    method: str | None = None
    conditions: tuple[Condition, ...] = ()
    reason: str | None = None
    instances: int = 0
    counterexample: Counterexample | None = None
    notes: tuple[str, ...] = ()
    limit: str | None = None
    evident: tuple[str, str] | None = None
