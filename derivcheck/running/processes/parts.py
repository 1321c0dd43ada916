"""A part of a source judged: the work that one process does at a time, whichever process that is."""

from __future__ import annotations

import sys
import traceback
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from derivcheck.diagnostic import Diagnostic
from derivcheck.files.document import Derivation, Document
from derivcheck.files.finding import START, displayed
from derivcheck.running.judging.derivations import judge_derivation, unjudged
from derivcheck.running.judging.findings import finding
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.processes.tasks import Part, Task
from derivcheck.running.processes.watch import Attempt, Stage
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.report import DerivationReport, FileReport, Finding
from derivcheck.running.sources import Handed, Source, Text

STEPS = 32
"""How many steps a part has at least, so that reading the file again for each costs little beside judging them."""


DEEPEST = 4_000
"""How many calls may stand inside one another while a derivation is judged, however many stand around that."""


def judge_part(task: Task, watch: Attempt, cache: Cache | None = None) -> Part:
    """The report on a part of a source; cache: where claims that were judged before are looked up, and these are kept."""
    limit = watch.at(Stage.READING)
    if limit:
        said = Finding("unreadable-file", f"reading it: {limit.said}", START, "")
        return Part(FileReport(displayed(Path(task.source.path)), (said,), (), (limit.kind,)))
    document = _document(task.source)
    if document is None:
        return Part(None)
    whole = task.last is not None or not isinstance(task.source, (Text, Handed))  # a module is run once, not once for each part
    last, rest = (task.last, ()) if whole else _cut(document)
    around = Surroundings(task.settings, cache, watch)
    report = judge_document(document, around, task.first, last)
    around.memory.flush()
    return Part(report, rest)


@lru_cache(maxsize=1)
def _document(source: Source) -> Document | None:
    """The document that was read last, for the next part of it."""
    return source.document()


def _cut(document: Document) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The end of the first part, and the other parts, of a document."""
    ends, steps = [], 0
    for index, derivation in enumerate(document.derivations, 1):
        steps += len(derivation.steps) + sum(len(case.steps) for case in derivation.cases)
        if steps >= STEPS:
            ends.append(index)
            steps = 0
    ends = [*ends[:-1], len(document.derivations)]
    return ends[0], tuple(pairwise(ends))


def judge_document(document: Document, around: Surroundings, first: int = 0, last: int | None = None) -> FileReport:
    """The report on derivations of one file, all of them unless told otherwise."""
    reports: list[DerivationReport] = []
    diagnostics = dict.fromkeys(document.diagnostics)
    for around.watch.derivation, derivation in list(enumerate(document.derivations))[first:last]:
        report, wrong = _judged(derivation, around)
        reports.append(report)
        diagnostics |= dict.fromkeys(wrong)
    limits = around.memory.met.union(step.limit for report in reports for step in report.steps if step.limit)
    return FileReport(
        document.path, tuple(finding(document.source, d) for d in diagnostics), tuple(reports), tuple(sorted(limits))
    )


def _judged(derivation: Derivation, around: Surroundings) -> tuple[DerivationReport, tuple[Diagnostic, ...]]:
    """The report on a derivation; a defect met before its steps are judged makes conflicts of them, and other files go on."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len([*traceback.walk_stack(None)]) + DEEPEST)
    try:
        return judge_derivation(derivation, around)
    except MemoryError as error:
        around.exhausted()
        return unjudged(derivation, around.settings, "undecided", f"it is too large to be judged: {type(error).__name__}"), ()
    except Exception as error:  # noqa: BLE001 - the boundary at which a defect becomes exit status 101
        message = f"internal error: {type(error).__name__}: {error}"
        return unjudged(derivation, around.settings, "conflict", message, traceback.format_exc()), ()
    finally:
        sys.setrecursionlimit(limit)
