"""What a process of ours that answers questions does: lines of JSON come in, a line goes out for each; see ``child``."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any


def serve(prepare: Callable[[], str], answer: Callable[[dict[str, Any]], dict[str, object]]) -> None:
    """Answer questions until the input ends; prepare: what is done first, and the version that is told."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a library prints must not pass for an answer

    def say(words: dict[str, object]) -> None:
        answers.write(json.dumps(words) + "\n")
        answers.flush()

    following = _lines()
    say({"version": prepare()})
    while True:
        say(answer(json.loads(following())))


def _lines() -> Callable[[], str]:
    """What waits for the next line of the input.

    Where that ends so does this process, whatever it is at: nobody is left who waits for an answer.
    """
    lines: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    return lines.get
