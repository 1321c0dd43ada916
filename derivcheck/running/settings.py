"""How a run judges, apart from what does, so that whoever only passes it on waits for no mathematics."""

from __future__ import annotations

from dataclasses import dataclass


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
