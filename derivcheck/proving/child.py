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
from typing import Any

STARTING = 120.0
"""Seconds that the process may take to start, which no claim pays for."""


class Silent(Exception):
    """The process ended without an answer; ran: it had started."""

    def __init__(self, ran: bool) -> None:
        super().__init__()
        self.ran = ran


@dataclass(slots=True)
class Child:
    """The process of a module of ours: started when first needed, kept, and started anew after it had to be ended.

    The module writes its version when it is ready, and then a line of JSON for each line of JSON.
    """

    module: str

    running: subprocess.Popen[str] | None = None
    version: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        atexit.register(self.stop)

    def answer(self, request: dict[str, Any], timeout: float) -> tuple[str, dict[str, Any]]:
        """The version of what answers and its answer; raises ``Silent``."""
        with self.lock:
            running = self.running if self.running and self.running.poll() is None else self._start()
            line = self._exchange(running, json.dumps(request), timeout)
            if line is None:
                raise Silent(ran=True)
            return self.version, line

    def _start(self) -> subprocess.Popen[str]:
        path = [str(Path(__file__).parents[2]), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-P", "-m", self.module]
        pipe = subprocess.PIPE
        self.running = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment, text=True, encoding="utf-8"
        )
        ready = self._exchange(self.running, None, STARTING)
        if ready is None:
            raise Silent(ran=False)
        self.version = str(ready["version"])
        return self.running

    def _exchange(self, running: subprocess.Popen[str], line: str | None, timeout: float) -> dict[str, Any] | None:
        """The next line of the process, after it was sent one; ``None`` where it ends or has to be ended."""
        timer = threading.Timer(timeout, running.kill)
        timer.daemon = True
        timer.start()
        try:
            if running.stdin is None or running.stdout is None:
                return None
            if line is not None:
                running.stdin.write(line + "\n")
                running.stdin.flush()
            text = running.stdout.readline()
        except OSError:
            text = ""
        finally:
            timer.cancel()
        if not text.endswith("\n"):
            self.stop()
            return None
        found: dict[str, Any] = json.loads(text)
        return found

    def stop(self) -> None:
        """End the process."""
        if self.running is None:
            return
        self.running.kill()
        self.running.wait()
        for stream in (self.running.stdin, self.running.stdout):
            if stream:
                with contextlib.suppress(OSError):  # what was not sent is lost anyway
                    stream.close()
        self.running = None
