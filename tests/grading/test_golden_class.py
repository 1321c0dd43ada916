"""A class that was marked by hand from docs/grading.md, submission by submission: the grader must come to the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from grading_by_hand import Decision, decisions, given, graded

GOLDEN = Path(__file__).parent / "golden"
KEYS = sorted(path.parent for path in GOLDEN.glob("*/key.yaml"))
CLASS = [(key, name, decision) for key in KEYS for name, decision in decisions(key).items()]


def test_every_submission_is_decided() -> None:
    handed_in = {(key.name, path.name) for key in KEYS for path in (key / "submissions").iterdir()}
    assert handed_in == {(key.name, name) for key, name, _ in CLASS}
    assert len(KEYS) == 5
    assert len(CLASS) >= 70


@pytest.mark.parametrize(("key", "name", "decided"), [pytest.param(*it, id=f"{it[0].name}/{it[1]}") for it in CLASS])
def test_as_decided_by_hand(key: Path, name: str, decided: Decision) -> None:
    result = given(graded(key / "key.yaml", key / "submissions" / name))
    assert (result.marks, result.status, result.codes) == (decided.marks, decided.status, decided.codes), (
        f"{decided.why}\nthe grader says: {result.why}"
    )
