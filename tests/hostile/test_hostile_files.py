"""Every attack ends in time, with the diagnostic that it deserves or a verdict that is allowed, and nothing of it gets out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile_files import DECIDED, Attack, attacks

from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.reports import as_explanation, terminal
from derivcheck.reports.formats import FORMATS, render
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.processes.parts import judge_document
from derivcheck.running.report import FileReport
from derivcheck.running.run import make_report
from derivcheck.running.settings import Settings

SETTINGS = Settings(samples=8, timeout=2)
SECONDS = 20
"""How long one file may take on a slow machine; what this is for takes minutes, hours or for ever where it goes wrong."""

ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")
"""What does something in a terminal or an editor, or cannot be seen there."""


def judged(attack: Attack, folder: Path) -> FileReport:
    path = folder / attack.file
    path.write_bytes(attack.data)
    document = load(Input(path, explicit=True))
    assert document is not None
    return judge_document(document, Surroundings(SETTINGS))


def codes(report: FileReport) -> Iterator[str]:
    """The codes of all diagnostics."""
    yield from (finding.code for finding in report.findings)
    yield from (found.code for derivation in report.derivations for step in derivation.steps for found in step.diagnostics)


def verdicts(report: FileReport) -> set[str]:
    return {step.verdict for derivation in report.derivations for step in derivation.steps if step.verdict}


@pytest.mark.parametrize("attack", list(attacks()), ids=lambda attack: attack.name)
def test_an_attack_is_answered_in_time(attack: Attack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    started = time.process_time()
    report = judged(attack, tmp_path)
    assert time.process_time() - started < SECONDS
    if isinstance(attack.expected, str):
        assert attack.expected in set(codes(report))
        assert not verdicts(report) & DECIDED
    else:
        assert verdicts(report)
        assert verdicts(report) <= attack.expected
    assert not any(step.internal for derivation in report.derivations for step in derivation.steps)
    assert [path.name for path in tmp_path.iterdir()] == [attack.file]
    check_written(report)
    assert time.process_time() - started < 2 * SECONDS


def check_written(report: FileReport) -> None:
    """Every format writes a report, and those for a terminal nothing that acts on it."""
    for name in FORMATS:
        written = "".join(render(make_report([report], SETTINGS), name))
        assert name not in {"text", "concise"} or not ACTING.search(written)
        written.encode()
    for derivation in report.derivations[:1]:
        explained = "".join(terminal.plain(as_explanation.lines(report, derivation, None, 100), 100))
        assert not ACTING.search(explained)
