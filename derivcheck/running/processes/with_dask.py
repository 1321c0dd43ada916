"""Files judged by the workers of a Dask cluster, told in the order in which they came.

A batch goes to the cluster as bytes and comes back as bytes.  What is lost with a worker Dask gives to another; what the cluster
cannot do after all is judged here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import msgspec

from derivcheck.files.finding import displayed
from derivcheck.running.means import LOCAL, Means
from derivcheck.running.processes.batch import Batch, Reply, judge_batch
from derivcheck.running.processes.tasks import Answer, Numbered
from derivcheck.running.remembering.keys import engine
from derivcheck.running.report import FileReport
from derivcheck.running.run import by_workers
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Text
from derivcheck.usage import UsageError

FILES = 24
"""Files of a batch: enough to pay for the process that judges it."""

_AHEAD = 3
"""Batches for each thread of the cluster that are sent before they are needed."""

_PATIENCE = 20
"""Seconds in which a scheduler must answer."""


@dataclass(frozen=True, slots=True)
class _Lot:
    """Sources that travel together, and what will come of them; without a future they stay here."""

    items: tuple[Numbered, ...]
    future: Any = None


def judged_with_dask(items: Iterable[Numbered], settings: Settings, means: Means) -> Iterator[tuple[int, FileReport | None]]:
    """The number of each source and the report on it; raises ``UsageError`` where there is no cluster to be had."""
    with ExitStack() as open_things:
        client = _client(means, open_things)
        ahead = max(2, _AHEAD * sum(client.nthreads().values()))
        coming, queue = _lots(iter(items)), deque[_Lot]()
        while True:
            while len(queue) < ahead and (lot := next(coming, None)) is not None:
                queue.append(_sent(client, lot, settings, means))
            if not queue:
                return
            yield from _taken(queue.popleft(), settings, means)


def _client(means: Means, open_things: ExitStack) -> Any:
    """A client of the cluster, which is one of this machine where no address is given."""
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise UsageError("--dask needs what `pip install 'derivcheck[dask]'` installs") from None
    if means.dask == LOCAL:
        cluster = distributed.LocalCluster(n_workers=means.jobs or 1, threads_per_worker=1, dashboard_address=":0")
        return open_things.enter_context(distributed.Client(open_things.enter_context(cluster)))
    try:
        return open_things.enter_context(distributed.Client(means.dask, timeout=_PATIENCE))
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask scheduler answers at {means.dask}: {error}") from None


def _lots(items: Iterator[Numbered]) -> Iterator[_Lot]:
    """Texts in batches; whatever else there is by itself, for it stays here."""
    texts: list[Numbered] = []
    for number, item in items:
        if isinstance(item, Text):
            texts.append((number, item))
        if texts and (len(texts) == FILES or not isinstance(item, Text)):
            yield _Lot(tuple(texts))
            texts = []
        if not isinstance(item, Text):
            yield _Lot(((number, item),))
    if texts:
        yield _Lot(tuple(texts))


def _sent(client: Any, lot: _Lot, settings: Settings, means: Means) -> _Lot:
    # JSON holds no path that is not UTF-8, and none is opened there
    texts = tuple(replace(item, path=displayed(item.path)) for _, item in lot.items if isinstance(item, Text))
    if not texts:
        return lot
    batch = Batch(texts, settings, cached=means.cache is not None)
    return _Lot(lot.items, client.submit(judge_batch, msgspec.json.encode(batch), pure=False, retries=1))


def _taken(lot: _Lot, settings: Settings, means: Means) -> Iterator[tuple[int, FileReport | None]]:
    """The reports of a lot, from the cluster or else from here."""
    if lot.future is None:
        yield from _here(lot, settings, means)
        return
    data = lot.future.result() if lot.future.exception() is None else None
    if data is None:
        yield from _here(lot, settings, means)
        return
    reply = msgspec.json.decode(data, type=Reply)
    if reply.engine != engine():
        raise UsageError("the cluster runs another version of derivcheck, of Python or of their libraries than this machine")
    yield from zip((number for number, _ in lot.items), reply.reports, strict=True)


def _here(lot: _Lot, settings: Settings, means: Means) -> Iterator[tuple[int, FileReport | None]]:
    for number, item in lot.items:
        if isinstance(item, Answer):
            yield number, item.report
            return
    yield from by_workers(lot.items, settings, means)
