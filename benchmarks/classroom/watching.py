"""What a command and the processes that it starts take, read from ``/proc`` while it runs (Linux)."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.05
"""Seconds between two looks at the processes: what one spends after the last look is not counted."""
TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Usage:
    """Seconds on the clock and of the processors, all processes together; parent, workers: their peak resident memory in MB."""

    status: int
    output: bytes
    wall: float
    processor: float
    parent: float
    workers: tuple[float, ...]

    def busy(self, cores: int) -> float:
        """The share of the time of so many cores that was used, as a percentage."""
        return 100 * self.processor / (self.wall * cores)


def watched(command: Sequence[str], environment: Mapping[str, str], output: Path) -> Usage:
    """Run a command to its end, its standard output going to a file."""
    seconds: dict[int, float] = {}
    peaks: dict[int, float] = {}
    with output.open("wb") as stream:
        started = time.perf_counter()
        process = subprocess.Popen(command, env=environment, stdout=stream)
        while process.poll() is None:
            for pid in _family(process.pid):
                _look(pid, seconds, peaks)
            time.sleep(INTERVAL)
        wall = time.perf_counter() - started
    parent = peaks.pop(process.pid, 0.0)
    return Usage(process.returncode, output.read_bytes(), wall, sum(seconds.values()), parent, tuple(sorted(peaks.values())))


def _family(pid: int) -> Iterator[int]:
    """A process and all that it started, as far as they are there."""
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return
    for child in children:
        yield from _family(int(child))


def _look(pid: int, seconds: dict[int, float], peaks: dict[int, float]) -> None:
    """Note the processor time and the peak memory of a process; one that has just ended keeps what was seen last."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return
    user, system = int(fields[11]), int(fields[12])
    if user + system:
        seconds[pid] = (user + system) / TICK
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            peaks[pid] = int(line.split()[1]) / 1024
