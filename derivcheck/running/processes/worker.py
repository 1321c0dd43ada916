"""A worker process: judges one part after another, and dies with the step that takes too long or too much.

A step is ended by the kernel's alarm and by the limit on memory, whatever code it is in; what the process had in its memory
goes with it, so nothing half done is ever read again.  Which step that was stands in memory shared with the parent.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
from collections.abc import MutableSequence, Sequence
from pathlib import Path

import msgspec

from derivcheck.running.processes.tasks import Task
from derivcheck.running.processes.watch import Attempt, Limit, Place, Stage
from derivcheck.running.remembering.cache import Cache

OUT_OF_MEMORY = 77
"""The exit code of a process that ran out of memory."""

FIELDS = 5
"""Numbers of a slot: a count of the places so far, the stage, derivation and line of the last, and the bytes of its verdict."""

KEPT = 1 << 14
"""Most bytes of a verdict that a slot keeps; what is longer is found again."""

_slots: MutableSequence[int] = [0] * FIELDS
_verdicts: MutableSequence[int] = bytearray(KEPT)
_cache: Cache | None = None
_RESERVE = 1 << 28
"""Bytes of address space that the interpreter and its libraries take before any step is judged."""


def begin(slots: MutableSequence[int], verdicts: MutableSequence[int], memory: int, cache: Path | None) -> None:
    """Prepare this process: shared memory for places and verdicts, the cache's file, and the limits that it cannot lift again."""
    global _slots, _verdicts, _cache
    _slots, _verdicts, _cache = slots, verdicts, Cache(cache) if cache else None
    gc.set_threshold(100_000)  # terms and numbers hold no cycles; looking for some takes a tenth of a run
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it too, and ends its workers
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # not on every platform

        resource.setrlimit(resource.RLIMIT_AS, (memory + _RESERVE, memory + _RESERVE))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def work(task: Task, slot: int) -> bytes:
    """The part that a task asks for, encoded."""
    from derivcheck.running.processes.parts import (
        judge_part,  # the parent, which knows this module too, does without the mathematics
    )

    watch = _Shared(task.ended, slot, task.settings.seconds)
    try:
        return msgspec.json.encode(judge_part(task, watch, _cache))
    except MemoryError:
        watch.exhausted()
        raise
    finally:
        _alarm(0)


class _Shared(Attempt):
    """Writes each place into shared memory, and sets the alarm for it."""

    def __init__(self, ended: Sequence[tuple[Place, Limit]], slot: int, timeout: float) -> None:
        super().__init__(ended)
        self.slot = slot
        self.start = slot * FIELDS
        self.timeout = timeout

    def come(self, place: Place) -> None:
        """The alarm runs on where a step that was judged is diagnosed: both are one step to its author."""
        if place.stage is not Stage.DIAGNOSING:
            _alarm(self.timeout)
            _slots[self.start + FIELDS - 1] = 0
        count = _slots[self.start] + 1
        _slots[self.start : self.start + FIELDS - 1] = [count, place.stage, place.derivation, place.line]

    def judged(self, verdict: bytes) -> None:
        """Keep the verdict where the parent finds it, if there is room."""
        if len(verdict) <= KEPT:
            _verdicts[self.slot * KEPT : self.slot * KEPT + len(verdict)] = list(verdict)
            _slots[self.start + FIELDS - 1] = len(verdict)

    def exhausted(self) -> None:
        """End the process."""
        os._exit(OUT_OF_MEMORY)


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)
