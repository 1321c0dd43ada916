"""SymPy as the second prover: a claim goes to its process, the name of a strategy comes back, or why there is none.

SymPy is sometimes wrong, so this is its word and no proof: ``decide`` lets it stand only beside instances that agree.
The process is our own and not one of ``multiprocessing``, which would run a user's script again in it.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from derivcheck.kernel.terms import Claim, Symbol, Term, symbol
from derivcheck.proving.with_sympy.problem import NotCovered, decode, encode, problem

SECONDS = 5.0
"""Processor time that SymPy may take for a claim."""

PROPOSING = 2.5
"""Processor time that SymPy may take to propose antiderivatives of one function."""

STARTING = 120.0
"""Seconds that the process may take to start, which no claim pays for."""


@dataclass(frozen=True, slots=True)
class Word:
    """What SymPy says: the strategy that makes 0 of the difference, or a reason why it says nothing worth telling.

    points: at how many points a numeric integral or an approach to a limit agreed; limit: ``time`` or ``memory`` where it ran
    out.
    """

    strategy: str | None = None
    points: int = 0
    version: str = ""
    reason: str | None = None
    limit: str | None = None


def ask(claim: Claim, timeout: float) -> Word:
    """SymPy's word on an equation, within ``timeout`` seconds."""
    try:
        left, right = problem(claim)
    except (NotCovered, RecursionError):
        return Word()
    seconds = min(SECONDS, timeout)
    try:
        version, answer = _process.answer({"left": left, "right": right, "seconds": seconds}, timeout)
    except _Silent as silent:
        reason = f"SymPy found nothing in {seconds:g} s" if silent.ran else "SymPy could not be started"
        return Word(reason=reason, limit="time" if silent.ran else "crash")
    if answer.get("failure") == "MemoryError":
        return Word(version=version, reason="SymPy needed too much memory", limit="memory")
    return Word(answer.get("strategy"), answer.get("points", 0), version)


def antiderivatives(integrand: Term, variable: Symbol, timeout: float) -> list[Term] | None:
    """What SymPy proposes as antiderivatives of a function by a symbol; ``None`` where time ran out."""
    return _proposed(integrand, variable, timeout, ("integrand", "variable", "antiderivatives"))


def antidifferences(summand: Term, index: Symbol, timeout: float) -> list[Term] | None:
    """What SymPy proposes as functions whose change from one integer to the next is the summand."""
    return _proposed(summand, index, timeout, ("summand", "index", "antidifferences"))


def _proposed(function: Term, by: Symbol, timeout: float, words: tuple[str, str, str]) -> list[Term] | None:
    names = {s.name: s for t in (function, symbol(by)) for part in t.walk() if isinstance(s := part.data, Symbol)}
    try:
        request = {words[0]: encode(function), words[1]: encode(symbol(by)), "seconds": min(PROPOSING, timeout)}
        _, answer = _process.answer(request, timeout)
    except (NotCovered, RecursionError):
        return []
    except _Silent:
        return None
    return [_named(decode(plain), names) for plain in answer.get(words[2], ())]


def _named(term: Term, names: Mapping[str, Symbol]) -> Term:
    """The term with the symbols that its names stand for here."""
    data = names.get(term.data.name, term.data) if isinstance(term.data, Symbol) else term.data
    return replace(term, args=tuple(_named(a, names) for a in term.args), data=data)


class _Silent(Exception):
    """The process ended without an answer; ran: it had started."""

    def __init__(self, ran: bool) -> None:
        super().__init__()
        self.ran = ran


@dataclass(slots=True)
class _Process:
    """SymPy's process: started when first needed, kept, and started anew after it had to be ended."""

    running: subprocess.Popen[str] | None = None
    version: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: dict[str, Any], timeout: float) -> tuple[str, dict[str, Any]]:
        """SymPy's version and its answer; raises ``_Silent``."""
        with self.lock:
            running = self.running if self.running and self.running.poll() is None else self._start()
            line = self._exchange(running, json.dumps(request), timeout)
            if line is None:
                raise _Silent(ran=True)
            return self.version, line

    def _start(self) -> subprocess.Popen[str]:
        path = [str(Path(__file__).parents[2]), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONHASHSEED": "0"}
        command = [sys.executable, "-P", "-m", "derivcheck.proving.with_sympy.worker"]
        pipe = subprocess.PIPE
        self.running = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=environment, text=True, encoding="utf-8"
        )
        ready = self._exchange(self.running, None, STARTING)
        if ready is None:
            raise _Silent(ran=False)
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


_process = _Process()
atexit.register(_process.stop)
