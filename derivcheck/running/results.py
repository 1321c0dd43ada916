"""The Report on a run, whose files come while they are judged, and are counted and kept as they come."""

from __future__ import annotations

import time
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import IO

import msgspec

from derivcheck.running.report import DerivationReport, FileReport, StepReport

_IN_MEMORY = 16_000_000
"""How many bytes of finished reports are held before the rest goes to a temporary file without a name."""


@dataclass(slots=True)
class Tally:
    """Counts over the files so far.

    verdicts: how many steps have each; unexpected: how many are not as their author expects; unreadable: how many of those
    are invalid; findings: diagnostics of files and declarations; errors: those that say something could not be read.
    """

    files: int = 0
    derivations: int = 0
    verdicts: Counter[str] = field(default_factory=Counter)
    unexpected: int = 0
    unreadable: int = 0
    findings: int = 0
    errors: int = 0

    def add(self, file: FileReport) -> None:
        """Count one more file."""
        self.files += 1
        self.derivations += len(file.derivations)
        self.findings += len(file.findings)
        self.errors += sum(finding.severity == "error" for finding in file.findings)
        for derivation in file.derivations:
            for step in derivation.steps:
                self._add(step)

    def _add(self, step: StepReport) -> None:
        if step.verdict is None:
            return
        self.verdicts[step.verdict] += 1
        self.unexpected += not step.as_expected
        self.unreadable += step.verdict == "invalid" and not step.as_expected

    @property
    def steps(self) -> int:
        """How many steps have a verdict."""
        return self.verdicts.total()


class Results:
    """The reports on files, as they come; whoever goes through them first waits, and anyone may go through them again.

    A run that is interrupted from the keyboard ends with the files that are done.  Memory does not grow with their number.
    """

    def __init__(self, coming: Iterable[FileReport], seconds: float | None = None, interrupted: bool = False) -> None:
        """seconds, interrupted: what is known of a run that is over."""
        self._coming = iter(coming)
        self._started = time.perf_counter()
        kept = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - it lives as long as the results
        weakref.finalize(self, kept.close)
        self._kept: IO[bytes] = kept
        self._ends = [0]
        self._tally = Tally()
        self.finished = False
        self.interrupted = interrupted
        self._drawing = self._stopping = False
        self._over = seconds
        self.seconds = seconds or 0.0

    def __iter__(self) -> Iterator[FileReport]:
        index = 0
        while index < len(self._ends) - 1 or self._draw():
            yield self._read(index)
            index += 1

    def tally(self) -> Tally:
        """The counts over all files, once the last one is there."""
        while self._draw():
            pass
        return self._tally

    def _draw(self) -> bool:
        """Whether one more file has come."""
        if self.finished:
            return False
        file = self._next()
        if file is None:
            self.finished = True
            self.seconds = time.perf_counter() - self._started if self._over is None else self._over
            return False
        self._tally.add(file)
        self._keep(encode(file))
        return True

    def _keep(self, data: bytes) -> None:
        """Put a report behind the others; in memory, where a temporary file cannot be had or has no room."""
        self._kept.seek(self._ends[-1])
        try:
            self._kept.write(data)
            self._kept.flush()
        except OSError:
            self._kept.seek(0)
            self._kept = BytesIO(self._kept.read(self._ends[-1]))
            self._kept.seek(self._ends[-1])
            self._kept.write(data)
        self._ends.append(self._ends[-1] + len(data))

    def _next(self) -> FileReport | None:
        """The next file, once it has come; ``None`` after the last one, or when no more are wanted."""
        try:
            self._drawing = True
            if not self._stopping:
                return next(self._coming, None)
        except KeyboardInterrupt:
            pass
        finally:
            self._drawing = False
        self.interrupted = True
        return None

    def stop(self) -> None:
        """End the run with the files that are done.

        Where one is waited for, or where there is nothing to end, that is a ``KeyboardInterrupt``; a report that is being
        written meanwhile is not cut off.
        """
        if self._drawing or self._stopping or self.finished:
            raise KeyboardInterrupt
        self._stopping = True

    def _read(self, index: int) -> FileReport:
        start, end = self._ends[index : index + 2]
        self._kept.seek(start)
        kept: FileReport = msgspec.json.decode(self._kept.read(end - start), type=FileReport)
        return kept


def encode(file: FileReport | None) -> bytes:
    """The report on a file as JSON, key by key its fields; ``None`` for a file that is not ours."""
    return msgspec.json.encode(file)


def decode(data: bytes) -> FileReport | None:
    """The report that was encoded; raises ``msgspec.ValidationError`` or ``DecodeError`` for anything else."""
    found: FileReport | None = msgspec.json.decode(data, type=FileReport | None)
    return found


@dataclass(frozen=True, slots=True)
class Report:
    """One run; engine: the version that judged; strict: what is only checked, and lost domains, were to fail; shard: which share
    of the files it is about, if not all."""

    engine: str
    seed: int
    files: Results
    strict: bool = False
    shard: str | None = None

    @property
    def tally(self) -> Tally:
        """The counts over the whole run; waits for its end."""
        return self.files.tally()

    @property
    def seconds(self) -> float:
        """How long the run took; waits for its end."""
        self.files.tally()
        return self.files.seconds

    @property
    def interrupted(self) -> bool:
        """Whether the run was stopped from the keyboard before its end; waits for it."""
        self.files.tally()
        return self.files.interrupted

    def derivations(self) -> Iterator[DerivationReport]:
        """Every derivation of every file."""
        for file in self.files:
            yield from file.derivations

    def judged(self) -> Iterator[StepReport]:
        """Every step with a verdict."""
        for derivation in self.derivations():
            yield from (step for step in derivation.steps if step.verdict is not None)


def exit_status(report: Report) -> int:
    """For the shell: 0 as expected, 1 a step is not, 2 unreadable, 5 nothing judged, 101 internal, 130 interrupted."""
    tally = report.tally
    if report.interrupted:
        return 130
    if tally.verdicts["conflict"]:
        return 101
    if tally.errors or tally.unreadable:
        return 2
    if not tally.steps:
        return 5
    return 1 if tally.unexpected else 0
