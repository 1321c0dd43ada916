"""What stands around the derivations that a process judges, the same for all of them."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivcheck.proving.screening.batch import DRAWS, Draws
from derivcheck.running.processes.watch import Watch
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.remembering.memory import Memory
from derivcheck.running.settings import Settings


@dataclass(slots=True)
class Surroundings:
    """How to judge; where claims that were judged before are looked up; who watches; instances of equal declarations."""

    settings: Settings
    cache: Cache | None = None
    watch: Watch = field(default_factory=Watch)
    draws: Draws = DRAWS
    memory: Memory = field(init=False)

    def __post_init__(self) -> None:
        self.memory = Memory(self.settings, self.cache)

    def exhausted(self) -> None:
        """Memory has run out: as nobody knows how much there was, what follows is no answer for another run."""
        self.watch.exhausted()
        self.memory.met.add("crash")
