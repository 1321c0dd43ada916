"""Fuzzing files of YAML: whatever the bytes, there is a document, and no step of it that cannot be read gets a verdict."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import fuzzing

if __name__ == "__main__":
    fuzzing.prepare()

with fuzzing.instrumented():
    from derivcheck.diagnostic import CODES, Place
    from derivcheck.files.finding import Input, find
    from derivcheck.files.load import load
    from derivcheck.files.reading import FILE_KEYS, LAYOUTS
    from derivcheck.reports import as_explanation, terminal
    from derivcheck.reports.formats import render
    from derivcheck.running.judging.surroundings import Surroundings
    from derivcheck.running.processes.parts import judge_document
    from derivcheck.running.report import FileReport, StepReport
    from derivcheck.running.run import make_report
    from derivcheck.running.settings import Settings

SETTINGS = Settings(samples=2, timeout=1)
FOLDER = tempfile.TemporaryDirectory()
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")

WORDS = (
    *(f"{key}: " for key in FILE_KEYS), *LAYOUTS, *fuzzing.LETTERS, "steps: |\n  x\n  = x\n", "\n  = x", "\n  ", "- ", "? ",
    ": ", "{", "}",
    "[", "]", ", ", "|", ">", "|+2\n", ">-\n", "'",
    '"', "\\x41", "\\ud800", "&a ", "*a", "<<: ", "!!python/object ", "!x ", "%YAML 1.1\n",
    "---\n", "...\n", "# a", "#! wrong", "#! invalid", "x: real", "n: size", "v: vector(n)", "define:\n  y: x\n",
    "syntax: latex\n",
    "$x$", "{type: real, latex: x}", "cases:\n  - when: x > 0\n    steps: = x\n", "step: ", "by: ", "expect: wrong", "when: ",
    "- x\n",
)


def check(data: bytes, suffix: str = ".yaml") -> None:
    """One file, read and judged by a judge that proves everything, and reported."""
    path = Path(FOLDER.name, f"a{suffix}")
    path.write_bytes(data)
    load(Input(path, explicit=False))
    document = load(Input(path, explicit=True))
    assert document is not None
    assert all(found.code in CODES for found in document.diagnostics)
    with fuzzing.judging_nothing():
        report = judge_document(document, Surroundings(SETTINGS))
    for derivation in report.derivations:
        for step in derivation.steps:
            lawful(step)
    for finding in report.findings:
        inside(finding.place)
    written(report)


def lawful(step: StepReport) -> None:
    """A step that could not be read has no verdict but ``invalid``, and nothing failed inside."""
    assert step.internal is None, step.internal
    assert step.verdict in {None, "proved", "invalid", "undecided"}
    if step.diagnostics or step.reads_as is None:
        assert step.verdict in {None, "invalid"}
    inside(step.place)


def inside(place: Place) -> None:
    """A place is one in a file, and does not end before it begins."""
    assert (1, 1) <= (place.line, place.column) <= (place.end_line, place.end_column)


def written(report: FileReport) -> None:
    """The report can be written, and nothing in it acts on a terminal."""
    for name in ("text", "concise", "json"):
        text = "".join(render(make_report([report], SETTINGS), name))
        text.encode()
        assert name == "json" or not ACTING.search(text)
    for derivation in report.derivations[:2]:
        assert not ACTING.search("".join(terminal.plain(as_explanation.lines(report, derivation, None, 80), 80)))


def seeds() -> Iterator[bytes]:
    """The derivations, whole or their beginnings, and the attacks that are short."""
    for item in find([str(fuzzing.ROOT / "derivations")]):
        if item.path.suffix == ".yaml":
            yield item.path.read_bytes()[:3000]
    yield from attack_files(".yaml")


def attack_files(suffix: str) -> Iterator[bytes]:
    """The attacks that are files of a kind."""
    import sys

    sys.path.insert(0, str(fuzzing.ROOT / "tests" / "hostile"))
    from hostile_files import attacks

    yield from (attack.data for attack in attacks() if attack.file.endswith(suffix) and len(attack.data) < 3000)


if __name__ == "__main__":
    fuzzing.main(check, WORDS, seeds())
