"""Sources whose steps hang, crash, or take all memory in the process that judges them; told by a name in the step."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

from derivcheck.files.document import Document
from derivcheck.running.judging import derivations as judging
from derivcheck.running.sources import Text

GOOD = "x**2 + 2*x*y + y**2"
PLAIN = "symbols:\n  x, y, hang, eat, crash, die, broken: real\nsteps: |\n  (x + y)**2\n"
_judge_line, _explained = judging._judge_line, judging._explained


def sleep() -> None:
    """Hang as code outside Python does, which hears no exception."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    time.sleep(600)


def eat() -> None:
    """Take memory until there is none."""
    held = []
    while True:
        held.append(bytearray(1 << 24))


def _misbehave(text: str) -> None:
    if "hang" in text:
        sleep()
    if "eat" in text:
        eat()
    if "crash" in text:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "die" in text:
        os._exit(3)


def _ill_judged(bench: Any, line: Any) -> Any:
    _misbehave(line.text)
    return _judge_line(bench, line)


def _ill_explained(bench: Any, judge: Any, line: Any, left: Any, decision: Any) -> Any:
    if "broken" in line.text:
        sleep()
    return _explained(bench, judge, line, left, decision)


@dataclass(frozen=True, slots=True)
class Ill(Text):
    """A text that is judged by a process in which some steps misbehave."""

    def document(self) -> Document | None:
        """The document, after which the judging of this process is no longer what it was."""
        judging._judge_line, judging._explained = _ill_judged, _ill_explained
        if b"unreadable" in self.data:
            sleep()
        return Text(self.path, self.data, self.explicit).document()


def ill(name: str, *steps: str) -> Ill:
    """A source of steps after ``(x + y)**2``."""
    return Ill(f"{name}.yaml", (PLAIN + "".join(f"  = {step}\n" for step in steps)).encode(), True)
