"""How a run judges, apart from what does, so that whoever only passes it on waits for no mathematics."""

from __future__ import annotations

from dataclasses import dataclass

ENDING = 0.15
"""The seconds of a step's time that go to ending a process and to beginning another."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run judges.

    samples, seed: the number of random instances of a step and what they begin from; timeout: the seconds that a step may
    take; memory: the bytes that the process which judges it may have; strict: what is only checked, and a lost domain, fail.
    """

    samples: int = 32
    seed: int = 0
    timeout: float = 10.0
    memory: int = 1 << 30
    strict: bool = False

    @property
    def seconds(self) -> float:
        """After how many seconds a step is ended, so that it is over in its time."""
        return max(self.timeout - ENDING, self.timeout / 2)
