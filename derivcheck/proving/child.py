"""A process of our own that answers questions one after the other, and is ended when it takes too long.

It is not one of ``multiprocessing``, which would run a user's script again in it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from time import monotonic
from typing import IO, Any


class Silent(Exception):
    """There is no answer; ran: the process had started; late: only time ran out."""

    def __init__(self, ran: bool, late: bool) -> None:
        super().__init__()
        self.ran = ran
        self.late = late


@dataclass(slots=True)
class Child:
    """The process of a module of ours: started when first needed, kept, and started anew after it had to be ended.

    The module writes its version when it is ready, and then a line of JSON for each line of JSON (see ``serving``).  One that is
    not ready in time is let be: it will be for a later question.
    """

    module: str

    running: subprocess.Popen[str] | None = None
    version: str = ""
    lines: SimpleQueue[str] = field(default_factory=SimpleQueue)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        atexit.register(self.stop)

    def answer(self, request: dict[str, Any], timeout: float) -> tuple[str, dict[str, Any]]:
        """The version of what answers and its answer; raises ``Silent``."""
        end = monotonic() + timeout
        with self.lock:
            running = self.running if self.running and self.running.poll() is None else self._start()
            if not self.version:
                self.version = str(self._next(timeout, started=False)["version"])
            try:
                if running.stdin is not None:
                    running.stdin.write(json.dumps(request) + "\n")
                    running.stdin.flush()
            except OSError:
                self.stop()
                raise Silent(ran=True, late=False) from None
            return self.version, self._next(end - monotonic(), started=True)

    def _start(self) -> subprocess.Popen[str]:
        self.stop()
        path = [str(Path(__file__).parents[2]), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-P", "-m", self.module]
        pipe = subprocess.PIPE
        self.running = running = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment, text=True, encoding="utf-8"
        )
        self.lines = SimpleQueue()
        threading.Thread(target=_read, args=(running.stdout, self.lines), daemon=True).start()
        return running

    def _next(self, timeout: float, started: bool) -> dict[str, Any]:
        """The next line of the process; raises ``Silent`` where it ends, or has to be ended for its time."""
        try:
            line = self.lines.get(timeout=max(timeout, 0.0))
        except Empty:
            if started:
                self.stop()
            raise Silent(started, late=True) from None
        if not line.endswith("\n"):
            self.stop()
            raise Silent(started, late=started)  # SymPy's ends itself once it has computed for too long
        found: dict[str, Any] = json.loads(line)
        return found

    def stop(self) -> None:
        """End the process."""
        self.version = ""
        if self.running is None:
            return
        self.running.kill()
        self.running.wait()
        if self.running.stdin:
            with contextlib.suppress(OSError):  # what was not sent is lost anyway
                self.running.stdin.close()
        self.running = None


def _read(stream: IO[str], lines: SimpleQueue[str]) -> None:
    """Hand on what a process writes, line by line, and an empty text at its end."""
    with contextlib.suppress(OSError, ValueError), stream:
        for line in stream:
            lines.put(line)
    lines.put("")
