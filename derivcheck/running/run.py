"""The whole road: paths to sources to a report."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from derivcheck import __version__
from derivcheck.diagnostic import InputError
from derivcheck.files.finding import Input, contents, find
from derivcheck.running.report import FileReport
from derivcheck.running.results import Report, Results
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Refused, Source, Text

Opening = Callable[[Input], Source]
"""From a file to what is judged."""


def run(paths: Sequence[str], settings: Settings, jobs: int = 0, opening: Opening | None = None) -> Report:
    """Judge every derivation that the paths hold; raises ``UsageError`` for a path that does not exist.

    jobs: the number of processes that judge, 0 for this one alone, in which no limit of time or memory holds.
    The files are judged while whoever reports goes through them.
    """
    inputs = find(paths)
    return judge(map(opening or open_file, inputs), settings, jobs)


def judge(sources: Iterable[Source], settings: Settings, jobs: int = 0) -> Report:
    """The report on sources."""
    judged = _here(sources, settings) if jobs == 0 else _by_workers(sources, settings, jobs)
    return make_report((file for file in judged if file is not None), settings)


def open_file(item: Input) -> Source:
    """The source that a file is."""
    path = os.fspath(item.path)
    try:
        return Text(path, contents(item.path), item.explicit, item.names)
    except InputError:
        return Refused(path)


def _here(sources: Iterable[Source], settings: Settings) -> Iterator[FileReport | None]:
    from derivcheck.running.parts import judge_document  # an answer from the cache does not wait for the mathematics

    for source in sources:
        document = source.document()
        yield None if document is None else judge_document(document, settings)


def _by_workers(sources: Iterable[Source], settings: Settings, jobs: int) -> Iterator[FileReport | None]:
    from derivcheck.running.workers import Workers

    return Workers(settings, jobs).judged(sources)


def make_report(files: Iterable[FileReport], settings: Settings) -> Report:
    """The report on a run."""
    return Report(__version__, settings.seed, Results(files), settings.strict)
