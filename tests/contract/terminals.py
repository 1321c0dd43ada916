"""Processes on a pseudo-terminal, as a person has them."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

PATIENCE = 60
"""Seconds after which nothing more is hoped for: this machine may be busy."""


class Terminal:
    """A process whose standard streams are a terminal, but for those that are taken away."""

    def __init__(self, words: Sequence[str], folder: Path, environment: Mapping[str, str], **streams: int) -> None:
        self.descriptor, inner = pty.openpty()
        known = {"stdin": inner, "stdout": inner, "stderr": inner} | streams
        self.process = subprocess.Popen(words, cwd=folder, env=dict(environment), start_new_session=True, **known)  # type: ignore[call-overload]
        os.close(inner)
        self.shown = ""

    def send(self, text: str) -> None:
        """Type a text."""
        os.write(self.descriptor, text.encode())

    def until(self, text: str) -> str:
        """What has been shown up to and with a text, from where the last look ended."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown and time.monotonic() < deadline and self._read():
            pass
        before, found, self.shown = self.shown.partition(text)
        assert found, f"{text!r} was not shown: {before!r}"
        return before + found

    def to_the_end(self) -> str:
        """All that is shown until the process ends."""
        while self._read():
            pass
        self.process.wait(PATIENCE)
        return self.shown

    def _read(self) -> bool:
        ready, _, _ = select.select([self.descriptor], [], [], PATIENCE)
        try:
            data = os.read(self.descriptor, 65536) if ready else b""
        except OSError:  # the other end is closed
            data = b""
        self.shown += data.decode("utf-8", "replace")
        return bool(data)

    def close(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        os.close(self.descriptor)
