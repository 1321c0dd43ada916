"""A class graded: submissions become sources, their reports come back in order, and each is marked as soon as it is there."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from derivcheck.files.finding import START, contents, displayed
from derivcheck.grading.journal import Journal, follows_from
from derivcheck.grading.marking import marked
from derivcheck.grading.marks import Graded
from derivcheck.grading.submissions import Submission, gather
from derivcheck.running.answering.asked import Asked, asked
from derivcheck.running.means import HERE, Means
from derivcheck.running.report import DerivationReport, FileReport, Finding
from derivcheck.running.run import reports
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Handed
from derivcheck.usage import UsageError


@dataclass(frozen=True, slots=True)
class Key:
    """A key that can be used: its path as the user wrote it, its bytes, its questions, and its title."""

    path: str
    data: bytes
    questions: tuple[Asked, ...]
    title: str

    @property
    def items(self) -> tuple[tuple[str, str], ...]:
        """The questions and items, in the key's order."""
        return tuple((question.name, item.id) for question in self.questions for item in question.grading.items)

    @property
    def label(self) -> bytes:
        """What tells it from the keys of other assignments, and stays when it is mended: the names of its questions."""
        return label(question.name for question in self.questions)


def label(names: Iterable[str]) -> bytes:
    """What tells an assignment with questions of these names from others."""
    return "\0".join(names).encode()


def read_key(path: Path) -> tuple[Key, tuple[Finding, ...]]:
    """A key and what is wrong with it: with any finding it is not to be used.  Raises ``InputError`` where it cannot be read."""
    data = contents(path)
    found = asked(str(path), data)
    return Key(str(path), data, found.questions, found.title or displayed(path.stem)), found.findings


def grade_files(key: Path, submissions: Sequence[Path], settings: Settings | None = None, means: Means = HERE) -> list[Graded]:
    """The marks of submissions in files and folders; raises ``ValueError`` for a key that cannot be used."""
    made, wrong = read_key(key)
    if wrong:
        raise ValueError("; ".join(f"{it.place.line}: {it.message}" for it in wrong))
    return [marks for _, marks in graded(made, gather(submissions, made.label), settings or Settings(), means)]


@dataclass(slots=True)
class _Waiting:
    """A submission whose files are being judged; of: what its marks follow from; numbers: of the files that are not done,
    reports: on the others; known: whether the journal has its marks."""

    submission: Submission
    of: str
    numbers: list[int]
    known: bool = False
    reports: list[FileReport] = field(default_factory=list)


def graded(
    key: Key, submissions: Iterable[Submission], settings: Settings, means: Means, journal: Journal | None = None
) -> Iterator[tuple[Submission, Graded]]:
    """Submissions and their marks, in order, as they are judged; journal: where finished ones are looked up and noted."""
    waiting: deque[_Waiting] = deque()
    noted = _Noted(key, settings, journal)
    for report in reports(_sources(key, submissions, waiting, noted), settings, means):
        yield from _finished(waiting, report, noted)
    yield from _finished(waiting, None, noted)


@dataclass(slots=True)
class _Noted:
    """What the journal knows."""

    key: Key
    settings: Settings
    journal: Journal | None

    def waiting(self, submission: Submission) -> _Waiting:
        of = follows_from(submission, self.key.data, self.settings) if self.journal else ""
        return _Waiting(submission, of, [], self.journal is not None and of in self.journal)

    def marks(self, done: _Waiting) -> Graded:
        """What the journal says, or is told now."""
        if self.journal is None or not done.known:
            made = mark(self.key, done.submission, done.reports)
        else:
            made = self._known(self.journal, done)
        if self.journal and not any(map(defective, done.reports)):
            self.journal.put(done.of, made)
        return made

    def _known(self, journal: Journal, done: _Waiting) -> Graded:
        made = journal.get(done.of, done.submission.id)
        if made is None:
            raise UsageError(f"{displayed(journal.path)} was changed while it was in use: grade again")
        return made


def defective(file: FileReport) -> bool:
    """Whether a defect had a part in a report, or a process that died and may not die another time."""
    steps = [step for derivation in file.derivations for step in derivation.steps]
    return "crash" in file.limits or any(step.verdict == "conflict" or step.internal for step in steps)


def _sources(
    key: Key, submissions: Iterable[Submission], waiting: deque[_Waiting], noted: _Noted
) -> Iterator[tuple[int, Handed]]:
    """The files of submissions by their number; each submission waits for the reports on its own."""
    number = 0
    for submission in submissions:
        coming = noted.waiting(submission)
        waiting.append(coming)
        if coming.known:
            coming.submission = replace(submission, files=())
            continue
        readable = [file for file in submission.files if file.data is not None and file.data.strip()]
        coming.numbers += range(number, number + len(readable))
        for file in readable:
            yield number, Handed(file.name, file.data or b"", key.path, key.data)
            number += 1


def _finished(
    waiting: deque[_Waiting], report: FileReport | None, noted: _Noted
) -> Iterator[tuple[Submission, Graded]]:
    """The submissions that are complete with one more report, or without any more."""
    if report is not None:
        owner = next(it for it in waiting if report.number in it.numbers)
        owner.numbers.remove(report.number)
        owner.reports.append(report)
    while waiting and not waiting[0].numbers:
        done = waiting.popleft()
        yield done.submission, noted.marks(done)


def mark(key: Key, submission: Submission, found: Sequence[FileReport]) -> Graded:
    """The marks of one submission, given the reports on its files."""
    findings = [finding for file in found for finding in _located(file)]
    findings += [_unreadable(file.name, file.code, file.problem) for file in submission.files if file.problem]
    attempts: dict[str, list[DerivationReport]] = {}
    for file in found:
        for derivation in file.derivations:
            name = derivation.compared.question if derivation.compared else derivation.name
            attempts.setdefault(name, []).append(_timeless(derivation))
    unread = bool(findings)
    answers = tuple(marked(question, attempts.get(question.name, ()), unread) for question in key.questions)
    return Graded(submission.id, answers, tuple(findings))


def _timeless(report: DerivationReport) -> DerivationReport:
    """A report without the time that each step took, which is another each time."""
    return replace(report, steps=tuple(replace(step, milliseconds=0) for step in report.steps))


def _located(file: FileReport) -> Iterator[Finding]:
    """What is wrong with a file, and which file that is."""
    for finding in file.findings:
        yield replace(finding, message=f"{file.path}: {finding.message}")


def _unreadable(name: str, code: str, problem: str | None) -> Finding:
    return Finding(code or "unreadable-file", f"{name}: {problem}", START, "")
