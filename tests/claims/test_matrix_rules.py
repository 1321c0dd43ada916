"""The rules for matrices of symbolic size prove their identities for all sizes, and name no needless condition."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from derivcheck.running.report import StepReport
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

HERE = Path(__file__).parent

LEFT_OPEN = frozenset({"projection-and-adjugate", "assumed-projection-and-adjugate"})
"""adj(P) = det(P)*inv(P) extends to singular matrices by continuity only where nothing keeps them singular."""


def steps(table: str) -> Iterator[tuple[str, StepReport]]:
    (report,) = run([str(HERE / table)], Settings()).files
    assert not report.findings
    for derivation in report.derivations:
        for step in derivation.steps[1:]:
            yield derivation.name, step


@pytest.mark.parametrize("table", ["true-matrix-rules.yaml", "true-definite.yaml"])
def test_each_rule_proves_its_identity_for_all_sizes(table: str) -> None:
    open_ = {name: step.reason for name, step in steps(table) if step.verdict != "proved" and name not in LEFT_OPEN}
    assert not open_


def test_what_is_not_proved_says_why() -> None:
    reasons = {name: step.reason or "" for name, step in steps("true-matrix-rules.yaml") if name in LEFT_OPEN}
    assert reasons.keys() == LEFT_OPEN
    assert all("the adjugate of a matrix" in reason for reason in reasons.values())


def test_definite_sums_need_no_condition() -> None:
    named = {name: [c.text for c in step.conditions] for name, step in steps("true-definite.yaml") if step.conditions}
    assert not named


def test_what_no_declaration_makes_invertible_is_named() -> None:
    silent = [name for name, step in steps("true-inverse-conditions.yaml") if step.verdict != "proved" or not step.conditions]
    assert not silent


def test_near_misses_are_refuted_with_a_counterexample() -> None:
    for name, step in steps("false-matrix-rules.yaml"):
        assert step.verdict == "refuted" and step.counterexample is not None, name
