"""Sources judged by several processes at once, told in the order in which they came.

Each process is one of pebble's over a forkserver that has loaded what is needed.  One that dies takes one step with it: the part
that it was at is given to another process, which passes by that step and reports it as undecided.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections import deque
from collections.abc import Iterable, Iterator, MutableSequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from pebble import ProcessExpired, ProcessPool

from derivcheck.running.means import Means
from derivcheck.running.processes import worker
from derivcheck.running.processes.tasks import Answer, Numbered, Part, Task, joined
from derivcheck.running.processes.unbroken import unbroken
from derivcheck.running.processes.watch import Limit, Place, Stage
from derivcheck.running.report import FileReport
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Source

if TYPE_CHECKING:
    from multiprocessing.context import BaseContext

_LOADED = (
    "derivcheck.running.processes.worker",
    "derivcheck.running.processes.parts",
    "derivcheck.proving.diagnose",
    "derivcheck.proving.refuting.shrink",
)
"""What the server imports, so that no process has to."""

_AHEAD = 2
"""Tasks that each process has, the one that it is at included."""

_WAITING = 64_000_000
"""Bytes of results that may wait for an earlier file before no further file is begun."""

_GRACE = 2.0
"""Seconds beyond a step's time after which its process is taken to be gone, or beyond the reach of its own alarm."""

_STARTING = 20.0
"""Seconds in which a process must have begun with what it was given; else it is replaced by another."""

_RENEWALS = 5
"""How often a process is replaced for nothing before it is taken that none can be started."""

_POLL = 0.25


@dataclass(slots=True)
class _Job:
    """A source that is being judged: its parts by where they begin, once they are there, and how many bytes these take.

    suspected: places at which a process died that may have been killed from outside.
    """

    source: Source
    awaited: set[int] = field(default_factory=lambda: {0})
    parts: dict[int, Part] = field(default_factory=dict)
    size: int = 0
    suspected: set[Place] = field(default_factory=set)

    def report(self) -> FileReport | None:
        """The report on the whole source; ``None`` for a file that is not ours."""
        found = [part.report for _, part in sorted(self.parts.items())]
        reports = [report for report in found if report is not None]
        return joined(reports) if reports else None


@dataclass(slots=True)
class _Flight:
    """A task that a process has, and the slot of shared memory that it writes its places to.

    seen: the count of places when they were last looked at, and since when there are so many.
    """

    job: _Job
    task: Task
    slot: int
    seen: int = 0
    since: float = field(default_factory=time.monotonic)


_Item: TypeAlias = "tuple[int, _Job | Answer]"
"""The number of a source, and what is or becomes of it."""


class Workers:
    """Processes that judge, started with the first source; a context, at whose end they are gone."""

    def __init__(self, settings: Settings, means: Means) -> None:
        self.settings = settings
        self.means = means
        self.jobs = jobs = max(1, means.jobs)
        self._context = _forkserver()
        self._slots: MutableSequence[int] = self._context.RawArray("q", worker.FIELDS * jobs * _AHEAD)
        self._verdicts: MutableSequence[int] = self._context.RawArray("B", worker.KEPT * jobs * _AHEAD)
        self._free = set(range(jobs * _AHEAD))
        self._tasks: deque[tuple[_Job, Task]] = deque()
        self._flights: dict[Future[bytes], _Flight] = {}
        self._pools: list[ProcessPool | None] = [None] * jobs
        self._renewals = 0

    def judged(self, items: Iterable[Numbered]) -> Iterator[tuple[int, FileReport | None]]:
        """The number of each source and the report on it, in order; an answer among the items is passed on in its place.

        Interrupted from the keyboard, it still tells what is finished, then raises ``KeyboardInterrupt``.
        """
        coming, queue = iter(items), deque[_Item]()
        try:
            while self._fill(coming, queue) or queue:
                while queue and not _awaited(queue[0]):
                    yield _told(queue.popleft())
                if queue:
                    with unbroken():
                        self._wait()
        except KeyboardInterrupt:
            yield from [_told(item) for item in queue if not _awaited(item)]
            raise
        finally:
            self.stop()

    def stop(self) -> None:
        """End the processes at once, whatever they are at."""
        with unbroken():
            for number in range(self.jobs):
                self._stop(number)

    def _stop(self, number: int) -> None:
        pool, self._pools[number] = self._pools[number], None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]
            pool.join()

    # -- handing out ---------------------------------------------------------------------------------------------------

    def _fill(self, coming: Iterator[Numbered], queue: deque[_Item]) -> bool:
        """Hand out what there is room for; whether anything was taken."""
        taken = False
        while self._free and sum(job.size for _, job in queue if isinstance(job, _Job)) < _WAITING:
            if not self._tasks:
                found = next(coming, None)
                if found is None:
                    break
                taken, (index, item) = True, found
                queue.append((index, item if isinstance(item, Answer) else self._job(item)))
            if self._tasks:
                self._hand_out(*self._tasks.popleft())
        return taken

    def _job(self, source: Source) -> _Job:
        job = _Job(source)
        self._tasks.append((job, Task(source, self.settings)))
        return job

    def _hand_out(self, job: _Job, task: Task) -> None:
        slot = min(self._free, key=self._load)
        self._free.remove(slot)
        self._slots[slot * worker.FIELDS : (slot + 1) * worker.FIELDS] = [0] * worker.FIELDS
        with unbroken():
            future: Future[bytes] = self._process(slot // _AHEAD).schedule(worker.work, args=(task, slot))
            self._flights[future] = _Flight(job, task, slot)

    def _load(self, slot: int) -> tuple[int, int]:
        """How many tasks the process of a slot has."""
        number = slot // _AHEAD
        return sum(flight.slot // _AHEAD == number for flight in self._flights.values()), slot

    def _process(self, number: int) -> ProcessPool:
        """A pool of one process: in one of several, pebble can lose the task of a process that dies as it begins."""
        pool = self._pools[number]
        if pool is None:
            cache = self.means.cache
            path = cache.path if cache and cache.trouble is None else None
            # a slot is written by one process at a time: no lock is needed
            arguments: tuple[Any, ...] = (self._slots, self._verdicts, self.settings.memory, path)
            pool = ProcessPool(1, initializer=worker.begin, initargs=arguments, context=self._context)
            self._pools[number] = pool
        return pool

    # -- taking back ---------------------------------------------------------------------------------------------------

    def _wait(self) -> None:
        """Take in what is done, and look after what is not."""
        done, _ = wait(self._flights, timeout=_POLL, return_when=FIRST_COMPLETED)
        self.means.progress.waiting()
        for future in done:
            if future in self._flights:  # not put back with those of another that its process had
                self._take(future, self._flights.pop(future))
        now = time.monotonic()
        for future, flight in [*self._flights.items()]:
            self._look(future, flight, now)
        for number in range(self.jobs):
            self._look_at_process(number, now)
        self._renewals = 0 if done else self._renewals

    def _take(self, future: Future[bytes], flight: _Flight) -> None:
        self._free.add(flight.slot)
        error = None if future.cancelled() else future.exception()
        if future.cancelled():
            self._again(flight, self._time())
        elif error is None:
            self._add(flight, future.result())
        elif isinstance(error, ProcessExpired):
            self._again(flight, self._limit(error.exitcode))
        elif isinstance(error, BrokenExecutor):
            self._put_back(flight)
            self._renew(flight.slot // _AHEAD)
        else:
            self.stop()
            raise error

    def _renew(self, number: int) -> None:
        """Replace a process that died before pebble knew what it was at, and give what it had to others."""
        self._stop(number)
        for future, flight in [*self._flights.items()]:
            if flight.slot // _AHEAD == number:
                del self._flights[future]
                self._free.add(flight.slot)
                self._put_back(flight)

    def _put_back(self, flight: _Flight) -> None:
        """A task whose process is lost: shared memory knows whether it had begun."""
        if self._slots[flight.slot * worker.FIELDS]:
            self._again(flight, self._limit(None))
        else:
            self._tasks.appendleft((flight.job, flight.task))

    def _add(self, flight: _Flight, data: bytes) -> None:
        job, part = flight.job, msgspec.json.decode(data, type=Part)
        job.parts[flight.task.first] = part
        job.awaited.discard(flight.task.first)
        job.size += len(data)
        for first, last in part.rest:
            job.awaited.add(first)
            self._tasks.append((job, replace(flight.task, first=first, last=last, ended=())))

    def _again(self, flight: _Flight, limit: Limit) -> None:
        """Give a part to another process, which is to pass by the place where the last one ended.

        After a crash that place is tried once more: it need not have been the step that did it.
        """
        start = flight.slot * worker.FIELDS
        count, stage, derivation, line, kept = self._slots[start : start + worker.FIELDS]
        place = Place(Stage(stage), derivation, line) if count else Place(Stage.READING)
        if limit.kind == "crash" and place not in flight.job.suspected:
            flight.job.suspected.add(place)
            self._tasks.appendleft((flight.job, flight.task))
        else:
            verdict = bytes(self._verdicts[flight.slot * worker.KEPT : flight.slot * worker.KEPT + kept])
            ended = (*flight.task.ended, (place, replace(limit, verdict=verdict)))
            self._tasks.appendleft((flight.job, replace(flight.task, ended=ended)))

    def _look(self, future: Future[bytes], flight: _Flight, now: float) -> None:
        """End a process that has been at one place for too long, or that died before its task was known to have begun."""
        count = self._slots[flight.slot * worker.FIELDS]
        if count != flight.seen:
            flight.seen, flight.since = count, now
        elif count and now - flight.since > 2 * self.settings.timeout + _GRACE:
            future.cancel()

    def _look_at_process(self, number: int, now: float) -> None:
        """Replace a process that begins with nothing: one that dies while it takes a task may leave a lock behind."""
        flights = [flight for flight in self._flights.values() if flight.slot // _AHEAD == number]
        if flights and not any(flight.seen for flight in flights) and now - max(f.since for f in flights) > _STARTING:
            self._renewals += 1
            if self._renewals > _RENEWALS:
                raise RuntimeError("no process that judges can be started")
            self._renew(number)

    def _limit(self, code: int | None) -> Limit:
        if hasattr(signal, "SIGALRM") and code == -signal.SIGALRM:
            return self._time()
        if code == worker.OUT_OF_MEMORY:
            most = f"{self.settings.memory / (1 << 20):,.0f} MB"
            return Limit("memory", f"the memory allowed for a step, {most}, did not suffice (--memory)")
        return Limit("crash", f"the process that judged it died{_ending(code)}")

    def _time(self) -> Limit:
        return Limit("time", f"the time allowed for a step, {self.settings.timeout:g} s, did not suffice (--timeout)")


def _awaited(item: _Item) -> bool:
    return isinstance(item[1], _Job) and bool(item[1].awaited)


def _told(item: _Item) -> tuple[int, FileReport | None]:
    index, found = item
    return index, found.report() if isinstance(found, _Job) else found.report


def _ending(code: int | None) -> str:
    """How a process ended, as its exit code says, if that is known."""
    if code is None:
        return ""
    if code < 0:
        return f" ({signal.Signals(-code).name if -code in set(signal.Signals) else f'signal {-code}'})"
    return f" (exit status {code})"


def _forkserver() -> BaseContext:
    """How processes are made: by a server that has loaded what they need, where there is one."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # each process has one core, and threads take address space
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(_LOADED))
    return context
