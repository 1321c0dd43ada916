"""The whole road: paths to documents to a report."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence

from derivcheck import __version__
from derivcheck.diagnostic import Diagnostic
from derivcheck.files.document import Derivation, Document
from derivcheck.files.load import Input, find, load
from derivcheck.proving.screening.batch import Draws
from derivcheck.running.bench import Settings
from derivcheck.running.findings import finding
from derivcheck.running.judging import judge_derivation, unjudged
from derivcheck.running.report import DerivationReport, FileReport
from derivcheck.running.results import Report, Results

Progress = Callable[[int, int, str], None]
"""Told before each file: how many are done, how many there are, and its path."""

Reader = Callable[[Input], Document | None]
"""From a file to its document; ``None`` for a file that is not ours."""


def run(paths: Sequence[str], settings: Settings, progress: Progress | None = None, read: Reader = load) -> Report:
    """Judge every derivation that the paths hold; raises ``UsageError`` for a path or name that does not exist.

    read: what makes a document of a file.  The files are judged while whoever reports goes through them.
    """
    return make_report(_judged_files(find(paths), settings, progress, read), settings)


def _judged_files(inputs: Sequence[Input], settings: Settings, progress: Progress | None, read: Reader) -> Iterator[FileReport]:
    for done, item in enumerate(inputs):
        if progress:
            progress(done, len(inputs), str(item.path))
        document = read(item)
        if document is not None:
            yield judge_document(document, settings)


def judge_document(document: Document, settings: Settings) -> FileReport:
    """The report on one file."""
    reports: list[DerivationReport] = []
    diagnostics = dict.fromkeys(document.diagnostics)
    draws = Draws()
    for derivation in document.derivations:
        report, wrong = _judged(derivation, settings, draws)
        reports.append(report)
        diagnostics |= dict.fromkeys(wrong)
    return FileReport(document.path, tuple(finding(document.source, d) for d in diagnostics), tuple(reports))


def _judged(derivation: Derivation, settings: Settings, draws: Draws) -> tuple[DerivationReport, tuple[Diagnostic, ...]]:
    """The report on a derivation; a defect met before its steps are judged makes conflicts of them, and other files go on."""
    try:
        return judge_derivation(derivation, settings, draws)
    except Exception as error:  # noqa: BLE001 - the boundary at which a defect becomes exit status 101
        message = f"internal error: {type(error).__name__}: {error}"
        return unjudged(derivation, settings, "conflict", message, traceback.format_exc()), ()


def make_report(files: Iterable[FileReport], settings: Settings) -> Report:
    """The report on a run."""
    return Report(__version__, settings.seed, Results(files), settings.strict)
