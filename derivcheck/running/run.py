"""The whole road: paths to sources, to what the cache or the workers say of each, to a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain

from derivcheck import __version__
from derivcheck.diagnostic import InputError
from derivcheck.files.finding import Input, contents, find
from derivcheck.running.means import HERE, Means
from derivcheck.running.processes.tasks import Answer, Numbered
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.remembering.keys import key
from derivcheck.running.report import FileReport
from derivcheck.running.results import Report, Results, decode, encode
from derivcheck.running.settings import Settings
from derivcheck.running.shards import Shard
from derivcheck.running.sources import Refused, Source, Text

_ALL = Shard(1, 1)

Opening = Callable[[Input], Source]
"""From a file to what is judged."""

Judges = Callable[[Iterable[Numbered], Settings, Means], Iterator[tuple[int, FileReport | None]]]
"""Who gives each source's number and report, in order."""


def run(paths: Sequence[str], settings: Settings, means: Means = HERE) -> Report:
    """Judge every derivation that the paths hold; raises ``UsageError`` for a path that does not exist."""
    return run_files(find(paths), settings, means)


def run_files(
    files: Sequence[Input], settings: Settings, means: Means = HERE, opening: Opening | None = None, shard: Shard | None = None
) -> Report:
    """Judge every derivation in the files, or in a share of them; they are judged while whoever reports goes through them."""
    inputs = (shard or _ALL).of(tuple(enumerate(files)))
    means.progress.begin(len(inputs))
    sources = ((number, (opening or open_file)(item)) for number, item in inputs)
    return make_report(reports(sources, settings, means), settings, str(shard) if shard else None)


def judge(sources: Iterable[Source], settings: Settings, means: Means = HERE) -> Report:
    """The report on sources."""
    return make_report(reports(enumerate(sources), settings, means), settings)


def make_report(files: Iterable[FileReport], settings: Settings, shard: str | None = None) -> Report:
    """The report on files that have been judged, or are judged as they come."""
    return Report(__version__, settings.seed, Results(files), settings.strict, shard)


def open_file(item: Input) -> Source:
    """The source that a file is."""
    path = os.fspath(item.path)
    try:
        return Text(path, contents(item.path, item.within), item.explicit, item.names)
    except InputError as error:
        return Refused(path, tuple((it.code, it.message) for it in error.diagnostics))


def reports(sources: Iterable[tuple[int, Source]], settings: Settings, means: Means) -> Iterator[FileReport]:
    """The reports on those of numbered sources that are ours, in order, each kept in the cache before it is told."""
    asked = _Asked(settings, means.cache)
    means.progress.at(0)
    try:
        for done, (number, file) in enumerate(judged(asked.answers(sources), settings, means), 1):
            asked.keep(number, file)
            means.progress.clear()
            if file is not None:
                yield replace(file, number=number)
            means.progress.at(done)
    finally:
        means.progress.clear()
        if means.cache:
            means.cache.close()


class _Asked:
    """What the cache was asked; keys: of the sources that it knows nothing of, by their number."""

    def __init__(self, settings: Settings, cache: Cache | None) -> None:
        self.settings = settings
        self.cache = cache
        self.keys: dict[int, bytes] = {}

    def answers(self, sources: Iterable[tuple[int, Source]]) -> Iterator[Numbered]:
        """What the cache says of each source, or the source itself."""
        for number, source in sources:
            content = source.content() if self.cache else None
            if self.cache is None or content is None:
                yield number, source
                continue
            name = key("file", self.settings, content)
            known = self.cache.get(name, self.settings)
            if known is None:
                self.keys[number] = name
            yield number, source if known is None else Answer(decode(known))

    def keep(self, number: int, file: FileReport | None) -> None:
        """Keep what was found out, unless a defect had a part in it."""
        name = self.keys.pop(number, None)
        if self.cache and name and not (file and _defective(file)):
            self.cache.put(name, encode(file), file.limits if file else (), self.settings)


def _defective(file: FileReport) -> bool:
    steps = (step for derivation in file.derivations for step in derivation.steps)
    return any(step.verdict == "conflict" or step.internal for step in steps)


def judged(items: Iterable[Numbered], settings: Settings, means: Means) -> Iterator[tuple[int, FileReport | None]]:
    """The number of each item and its report, in order; whoever judges is called at the first one that is not answered."""
    coming = iter(items)
    for number, item in coming:
        if isinstance(item, Answer):
            yield number, item.report
        else:
            yield from _judges(means)(chain([(number, item)], coming), settings, means)


def _judges(means: Means) -> Judges:
    if means.dask is None:
        return by_workers if means.jobs else _here
    from derivcheck.running.processes.with_dask import judged_with_dask

    return judged_with_dask


def _here(items: Iterable[Numbered], settings: Settings, means: Means) -> Iterator[tuple[int, FileReport | None]]:
    from derivcheck.running.judging.surroundings import Surroundings
    from derivcheck.running.processes.parts import judge_document

    for number, item in items:
        if isinstance(item, Answer):
            yield number, item.report
            continue
        document = item.document()
        yield number, None if document is None else judge_document(document, Surroundings(settings, means.cache))


def by_workers(items: Iterable[Numbered], settings: Settings, means: Means) -> Iterator[tuple[int, FileReport | None]]:
    """The same from processes of this machine."""
    from derivcheck.running.processes.workers import Workers

    return Workers(settings, means).judged(items)
