"""What a run is done with, beside what is judged and how."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivcheck.running.remembering.cache import Cache

LOCAL = "local"
"""Stands for the address of a Dask cluster that is made for a run."""


class Progress:
    """Told how far a run is; this one keeps it to itself."""

    def begin(self, total: int) -> None:
        """So many sources are to be judged."""

    def at(self, done: int) -> None:
        """So many sources are done, and the next one is waited for."""

    def waiting(self) -> None:
        """Told some times a second while nothing is done."""

    def clear(self) -> None:
        """Something is about to be reported."""


@dataclass(frozen=True, slots=True)
class Means:
    """Who judges, who is asked before and told after.

    jobs: processes of this machine, 0 for this one alone, in which no limit of time or memory holds; dask: the address of a
    cluster, or ``LOCAL`` for one of this machine.
    """

    jobs: int = 0
    cache: Cache | None = None
    progress: Progress = field(default_factory=Progress)
    dask: str | None = None


HERE = Means()
