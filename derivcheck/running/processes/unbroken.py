"""Ctrl-C heard at the end of what it must not break off."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unbroken() -> Iterator[None]:
    """Let Ctrl-C wait for the end of this.

    ``KeyboardInterrupt`` may be raised between any two steps of the main thread: within a queue of pebble's, or where futures are
    waited for, it leaves a lock held or a word unsaid, and a thread that waits for ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
        if heard:
            signal.raise_signal(heard[0])
