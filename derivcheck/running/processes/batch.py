"""A batch of files judged by a process that is told all of it on its input: ``python -m derivcheck.running.processes.batch``.

On a machine that shares in a run this is the whole of derivcheck.  It reads no file there, and has a worker of its own, so that
a step that hangs is ended there as it is at home.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import msgspec

from derivcheck.running.means import Means
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.remembering.keys import engine
from derivcheck.running.report import FileReport
from derivcheck.running.run import judged
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Text


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts to be judged; cached: whether results are kept on the machine that judges."""

    texts: tuple[Text, ...]
    settings: Settings
    cached: bool


@dataclass(frozen=True, slots=True)
class Reply:
    """The reports on the texts of a batch, in order, and what judged them, as of ``keys.engine``."""

    engine: bytes
    reports: tuple[FileReport | None, ...]


def judge_batch(data: bytes) -> bytes:
    """The reply to an encoded batch, encoded, from a process of its own; raises ``RuntimeError`` where that fails."""
    command = [sys.executable, "-P", "-m", "derivcheck.running.processes.batch"]
    done = subprocess.run(command, input=data, capture_output=True, check=False)
    if done.returncode:
        raise RuntimeError(f"judging a batch ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def main() -> None:
    """Judge the batch on standard input."""
    batch = msgspec.json.decode(sys.stdin.buffer.read(), type=Batch)
    means = Means(1, Cache() if batch.cached else None)
    reports = tuple(file for _, file in judged(enumerate(batch.texts), batch.settings, means))
    if means.cache:
        means.cache.close()
    sys.stdout.buffer.write(msgspec.json.encode(Reply(engine(), reports)))


if __name__ == "__main__":
    main()
