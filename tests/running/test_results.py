"""What has come is kept, and anyone may go through it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from derivcheck.running import results
from derivcheck.running.report import FileReport
from derivcheck.running.results import Results


def files(count: int) -> Iterator[FileReport]:
    return (FileReport(f"{i}.yaml" * 50, (), ()) for i in range(count))


def test_files_are_told_again_and_counted_once() -> None:
    found = Results(files(20))
    first = [next(iter(found)), next(iter(found))]
    assert first[0] == first[1]
    assert list(found) == list(found) == list(files(20))
    assert found.tally().files == 20


def test_a_consumer_that_stops_early_leaves_the_rest_to_come() -> None:
    told: list[int] = []

    def coming() -> Iterator[FileReport]:
        for i, file in enumerate(files(5)):
            told.append(i)
            yield file

    found = Results(coming())
    next(iter(found))
    assert told == [0]
    assert len(list(found)) == 5


def test_what_is_too_much_for_memory_is_kept_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_IN_MEMORY", 1000)
    assert list(Results(files(50))) == list(files(50))


def test_without_a_temporary_folder_everything_stays_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "_IN_MEMORY", 1000)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    found = Results(files(50))
    assert list(found) == list(found) == list(files(50))
    assert found.tally().files == 50


def test_stopping_while_a_report_is_written_ends_with_what_is_done() -> None:
    found = Results(files(10))
    coming = iter(found)
    next(coming)
    found.stop()
    assert list(coming) == []
    assert (found.interrupted, found.tally().files) == (True, 1)
    with pytest.raises(KeyboardInterrupt):
        found.stop()
