"""How far a run is, on one line of a terminal that goes when there is something to report."""

from __future__ import annotations

import os
import time
from typing import TextIO

from derivcheck.running.means import Progress

_PATIENCE = 1.0
"""Seconds in which a run may well be done, and nobody asks."""

_OFTEN = 0.2


class ProgressLine(Progress):
    """A line such as ``120 of 1000 files, about 40 s left``."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.started = time.monotonic()
        self.told = 0.0
        self.shown = False
        self.done = self.total = 0

    def begin(self, total: int) -> None:
        """So many sources are to be judged."""
        self.total = total

    def at(self, done: int) -> None:
        """So many of them are done."""
        self.done = done
        self.waiting()

    def waiting(self) -> None:
        """Show the line, if there has been time to wonder."""
        now = time.monotonic()
        if now - self.started < _PATIENCE or now - self.told < _OFTEN:
            return
        self.told, self.shown = now, True
        self.stream.write(f"\r\x1b[K{self._said(now - self.started)}")
        self.stream.flush()

    def clear(self) -> None:
        """Remove the line."""
        if self.shown:
            self.stream.write("\r\x1b[K")
            self.stream.flush()
            self.shown = False

    def _said(self, seconds: float) -> str:
        said = f"{self.done} of {self.total} files, {seconds:.0f} s"
        if not self.done:
            return said
        return f"{said}, about {seconds / self.done * (self.total - self.done):.0f} s left"


class OutOfTime(Exception):
    """The time for the whole of a run is over."""


class Deadline(Progress):
    """Tells another, and ends the run with ``OutOfTime`` when its time is over."""

    def __init__(self, told: Progress, seconds: float) -> None:
        self.told = told
        self.end = time.monotonic() + seconds

    def begin(self, total: int) -> None:
        """So many sources are to be judged."""
        self.told.begin(total)

    def at(self, done: int) -> None:
        """So many of them are done."""
        self.told.at(done)
        self._check()

    def waiting(self) -> None:
        """Something is waited for."""
        self.told.waiting()
        self._check()

    def clear(self) -> None:
        """Something is about to be reported."""
        self.told.clear()

    def _check(self) -> None:
        if time.monotonic() > self.end:
            raise OutOfTime


def progress(stream: TextIO) -> Progress:
    """What tells how far a run is: a line where somebody may be looking."""
    return ProgressLine(stream) if stream.isatty() and os.environ.get("TERM") != "dumb" else Progress()
