"""``derivcheck grade``: a class, a key that is checked, a review, an example to try it on."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from derivcheck.diagnostic import InputError
from derivcheck.files.finding import displayed
from derivcheck.grading import overrides
from derivcheck.grading.checking import checked, described
from derivcheck.grading.delivery import Delivery
from derivcheck.grading.grade import Key, graded, label, read_key
from derivcheck.grading.gradebooks.filling import filled
from derivcheck.grading.journal import Journal
from derivcheck.grading.marks import Graded
from derivcheck.grading.platforms.results import Platforms
from derivcheck.grading.submissions import gather
from derivcheck.grading.writing import made, write
from derivcheck.progress import Deadline, OutOfTime, progress
from derivcheck.reports import terminal
from derivcheck.reports.wording import printable
from derivcheck.running.means import Means
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.settings import Settings
from derivcheck.usage import UsageError

_JOURNAL, _OVERRIDES = "results.jsonl", "overrides.yaml"
_GRADESCOPE_SECONDS, _GRADESCOPE_MEMORY = 540.0, 512 << 20
"""What the smallest container of Gradescope leaves to one process: it has 768 MB and ends after ten minutes."""


def run_grade(parsed: argparse.Namespace) -> int:
    """``derivcheck grade``."""
    if parsed.paths and (parsed.demo or parsed.check):
        raise UsageError(f"nothing is graded with --demo and --check: {displayed(parsed.paths[0])} is one too many")
    if parsed.demo:
        from derivcheck.grading.demo import write_demo

        for line in write_demo(parsed.demo):
            _say(line)
        return 0
    if parsed.review:
        return _review(parsed)
    if parsed.check:
        return _check(parsed.check, parsed)
    if len(parsed.paths) < 2:
        raise UsageError("a key and what was handed in are needed: derivcheck grade KEY SUBMISSIONS… --output DIR")
    if parsed.output is None:
        raise UsageError("where should the marks go? Add --output DIR")
    try:
        return _grade(parsed, _key(parsed.paths[0]), parsed.paths[1:])
    except KeyboardInterrupt:
        terminal.tell("derivcheck: interrupted; the same command goes on from what is finished")
        return 130


def _key(path: Path) -> Key:
    """A key that can be used; raises ``UsageError`` with all that is wrong with it."""
    if not path.exists():
        raise UsageError(f"there is no key {displayed(path)}")
    try:
        key, wrong = read_key(path)
    except InputError as error:
        raise UsageError(f"{displayed(path)}: {error.diagnostics[0].message}") from None
    for it in wrong:
        terminal.tell(f"{displayed(path)}:{it.place.line}:{it.place.column}: {it.message}")
    if wrong:
        raise UsageError(f"the key {displayed(path)} cannot be used")
    return key


def _check(path: Path, parsed: argparse.Namespace) -> int:
    key = _key(path)
    found = checked(key, path.suffix, _settings(parsed), Means(1))
    for line in described(key, found):
        _say(line)
    for wrong in found.wrong:
        _say(f"wrong: {wrong}")
    _say("the key can be used" if not found.wrong else "the key's own steps do not earn full marks")
    return 1 if found.wrong else 0


def _review(parsed: argparse.Namespace) -> int:
    from derivcheck.grading.reviewing import review

    folder: Path = parsed.review
    path = parsed.overrides or folder / _OVERRIDES
    if not (folder / _JOURNAL).exists():
        name = displayed(folder)
        raise UsageError(f"nothing has been graded in {name}: derivcheck grade KEY SUBMISSIONS… --output {name}")
    decided = _overrides(path)
    with _journal(folder, False) as journal:
        latest = list(journal.lines())
        count, left = review(latest, decided, path, _ask, _say, _where(parsed, latest))
    _say(f"{count} decided, {left} left; grade again as before to apply what was decided: nothing is judged anew")
    return 0


def _where(parsed: argparse.Namespace, graded: Iterable[Graded]) -> dict[str, str]:
    """Where the submissions that are named on the command line lie, by their ids."""
    some = next(iter(graded), None)
    if some is None or not parsed.paths:
        return {}
    found = gather(parsed.paths, label(answer.question for answer in some.answers), _bytes(parsed.secret))
    return {it.id: it.identity.path or it.identity.name for it in found}


def _ask(prompt: str) -> str:
    sys.stdout.write(printable(prompt))
    sys.stdout.flush()
    line = sys.stdin.readline()
    if not line:
        raise EOFError
    return line


def _grade(parsed: argparse.Namespace, key: Key, paths: Sequence[Path]) -> int:
    folder: Path = parsed.output
    name = displayed(folder)
    if within := next((path for path in paths if folder.resolve().is_relative_to(path.resolve())), None):
        raise UsageError(f"{name} lies in {displayed(within)} and would be graded the next time: choose another DIR")
    submissions = gather(paths, key.label, _bytes(parsed.secret))
    decided = _overrides(parsed.overrides or folder / _OVERRIDES)
    gradebook = _bytes(parsed.gradebook)
    if parsed.gradebook and parsed.gradebook.resolve().parent == folder.resolve():
        raise UsageError(f"{displayed(parsed.gradebook)} lies in {name}, where a filled copy is written: keep it elsewhere")
    made(folder)
    delivery = Delivery(folder, key.title, key.items, decided)
    platforms = Platforms(parsed.gradescope, parsed.prairielearn, parsed.nbgrader, Path(displayed(key.path)).stem)
    platforms.begin(len(submissions))
    settings, means = _settings(parsed), _means(parsed)
    means.progress.begin(len(submissions))
    ended = ""
    with _journal(folder, parsed.fresh) as journal:
        try:
            for submission, machine in graded(key, submissions, settings, means, journal):
                platforms.add(submission, delivery.add(submission, machine))
        except KeyboardInterrupt:
            ended = "interrupted"
        except OutOfTime:
            ended = f"the time for all of it is over (--budget {_budget(parsed):g})"
    if delivery.done == len(submissions):
        ended = ""  # with the last one
    if not delivery.done and not ended:
        raise UsageError("nothing was handed in there: no file, folder or archive of a submission")
    delivery.finish()
    _tell_of(delivery, decided, len(submissions), ended)
    if ended:
        return 130 if ended == "interrupted" else 1
    platforms.finish()
    if gradebook:
        _fill(parsed, gradebook, delivery)
    return 0


def _means(parsed: argparse.Namespace) -> Means:
    """Who judges: on Gradescope's small machines one process."""
    told = progress(sys.stderr)
    seconds = _budget(parsed)
    jobs = min(parsed.jobs, 1) if parsed.gradescope else parsed.jobs
    return Means(jobs, None if parsed.no_cache else Cache(), Deadline(told, seconds) if seconds else told)


def _budget(parsed: argparse.Namespace) -> float | None:
    """The seconds that everything may take; Gradescope ends an autograder after ten minutes."""
    return parsed.budget or (_GRADESCOPE_SECONDS if parsed.gradescope else None)


def _tell_of(delivery: Delivery, decided: overrides.Overrides, total: int, ended: str) -> None:
    """What was done, and what to do next."""
    folder = displayed(delivery.folder)
    if ended:
        terminal.tell(f"derivcheck: {ended}; {delivery.done} of {total} are graded, and the same command goes on from there")
    _say(f"{delivery.done} submissions graded: {folder}/grades.csv, {folder}/class.html, {folder}/feedback.zip")
    if delivery.waiting:
        _say(f"{delivery.waiting} of them are for a person to look at: derivcheck grade --review {folder}")
    for override, why in () if ended else decided.unused.items():
        terminal.tell(f"derivcheck: the override of {override.submission} {override.item} is not used: {why}")


def _bytes(path: Path | None) -> bytes:
    """The bytes of a file that was named, none where none was."""
    try:
        return path.read_bytes() if path else b""
    except OSError as error:
        raise UsageError(f"{displayed(path or Path())} cannot be read: {error.strerror or error}") from None


def _fill(parsed: argparse.Namespace, gradebook: bytes, delivery: Delivery) -> None:
    """Fill the gradebook that a platform exported: a copy of it in the folder, under a name that nothing else there has."""
    found = filled(gradebook, delivery.results, parsed.column, delivery.worth)
    path = delivery.folder / f"filled-{parsed.gradebook.name}"
    write(path, found.data)
    _say(f"{found.filled} students have points in {displayed(path)}")
    for warning in found.warnings:
        terminal.tell(f"derivcheck: {warning}")
    if found.missing:
        terminal.tell(f"derivcheck: not found in the gradebook: {', '.join(found.missing)}")


def _settings(parsed: argparse.Namespace) -> Settings:
    memory = min(parsed.memory, _GRADESCOPE_MEMORY) if parsed.gradescope else parsed.memory
    return Settings(parsed.samples, parsed.seed, parsed.timeout, memory, False)


def _overrides(path: Path) -> overrides.Overrides:
    try:
        return overrides.read(path)
    except InputError as error:
        for it in error.diagnostics:
            terminal.tell(f"{displayed(path)}:{it.place.line if it.place else 1}: {it.message}")
        raise UsageError(f"the overrides {displayed(path)} cannot be used") from None


@contextmanager
def _journal(folder: Path, fresh: bool) -> Iterator[Journal]:
    journal = Journal(folder / _JOURNAL, fresh)
    try:
        yield journal
    finally:
        journal.close()


def _say(text: str) -> None:
    """A line on standard output that may hold a text of others."""
    print(printable(text))
