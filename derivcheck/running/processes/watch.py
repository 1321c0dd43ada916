"""Where judging is at any moment, told to whoever watches over it, so that the one step that hangs can be ended alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum


class Stage(IntEnum):
    """What is done at a place: to a file, to a derivation as a whole, or to one of its lines."""

    READING = 0
    DECLARING = 1
    JUDGING = 2
    DIAGNOSING = 3
    ENDING = 4
    COMPARING = 5


@dataclass(frozen=True, slots=True)
class Place:
    """A stage, the derivation of the file that it is about, and its line; -1 where it is about more than one."""

    stage: Stage
    derivation: int = -1
    line: int = -1


@dataclass(frozen=True, slots=True)
class Limit:
    """What ended an attempt: kind ``time``, ``memory`` or ``crash``, and the same as a phrase.

    verdict: that of the line at hand, encoded, where it was known by then.
    """

    kind: str
    said: str
    verdict: bytes = b""


class Watch:
    """Watches over nothing: for judging in the process that asks.  derivation: the number of the one at hand, in its file."""

    derivation: int = -1

    def at(self, stage: Stage, line: int = -1) -> Limit | None:
        """Judging has come to a place of the derivation at hand; the limit that ended an earlier attempt there, if one did."""
        return None

    def judged(self, verdict: bytes) -> None:
        """The verdict on the line at hand, encoded: it is to outlive what is still to be done about that line."""

    def verdict(self, line: int) -> bytes:
        """The verdict on a line from an earlier attempt that was ended after it; empty where there was none."""
        return b""

    def exhausted(self) -> None:
        """Memory has run out; whoever watches may end the process, for what it remembers may be incomplete."""


class Attempt(Watch):
    """A watch that knows where earlier attempts at the same task were ended, and passes by there."""

    def __init__(self, ended: Sequence[tuple[Place, Limit]] = ()) -> None:
        self.ended = dict(ended)

    def at(self, stage: Stage, line: int = -1) -> Limit | None:
        """The limit that ended an earlier attempt at this place."""
        place = Place(stage, self.derivation, line)
        limit = self.ended.get(place)
        if limit is None:
            self.come(place)
        return limit

    def verdict(self, line: int) -> bytes:
        """What was kept of the attempt that was ended while this line was diagnosed."""
        limit = self.ended.get(Place(Stage.DIAGNOSING, self.derivation, line))
        return limit.verdict if limit else b""

    def come(self, place: Place) -> None:
        """Judging begins at a place."""
