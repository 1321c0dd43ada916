"""Tables of one-line theorems and of false steps that look right, judged by the public road.

The law: a false step is never proved and never checked, and a right one is never refuted.  Beyond it, every mark in the
tables is expected to be met.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from derivcheck.running.report import FileReport, StepReport
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

HERE = Path(__file__).parent
TABLES = sorted(path.name for path in HERE.glob("*.yaml"))
HOLDS = frozenset({"proved", "checked"})

UNDECIDED = frozenset({
    "conditional-deltas.yaml::cases-with-a-gap",
    "conditional-edges.yaml::guarded-derivative",
    "conditional-edges.yaml::step-cancelled",
    "false-depths.yaml::vanishing-tower",
    "false-draws.yaml::sign-at-zeros-of-sine",
    "false-draws.yaml::zeros-of-sine",
    "false-edges.yaml::boundary-fact-under-derivative",
    "false-edges.yaml::distant-solution",
    "false-edges.yaml::kink-of-cube",
    "false-edges.yaml::kink-of-root-of-fourth-power",
    "false-edges.yaml::kink-of-signed-square",
    "false-edges.yaml::kink-of-square",
    "false-edges.yaml::kink-of-squared-ramp",
    "false-edges.yaml::kinks-cancel-in-the-product",
    "false-edges.yaml::kinks-cancel-in-the-sum",
    "false-edges.yaml::power-tower-and-successor",
    "false-edges.yaml::sigmoid-saturated",
    "false-edges.yaml::thin-interval",
    "false-nested.yaml::geometric-beyond-empty",
    "false-powers.yaml::root-of-product-far-away",
    "false-nested.yaml::one-entry-far-away",
    "true-edges.yaml::integer-power-at-zero",
    "true-inequalities.yaml::reciprocal-pair",
    "true-integers.yaml::floor-doubled",
    "true-integers.yaml::power-of-zero",
    "true-signs.yaml::sign-of-product",
    "undefined.yaml::entry-at-zero",
    "undefined.yaml::pole-of-factorial",
    "undefined.yaml::pole-of-gamma",
})
"""Steps, as ``file::name``, that are known to stay undecided although they are right or wrong."""


@cache
def judged(table: str) -> FileReport:
    (report,) = run([str(HERE / table)], Settings()).files
    return report


def steps(*prefixes: str) -> Iterator[tuple[str, StepReport]]:
    """Every judged step of the tables whose names begin so, with its address."""
    for table in TABLES:
        if table.startswith(prefixes):
            for derivation in judged(table).derivations:
                for step in derivation.steps[1:]:
                    yield f"{table}::{derivation.name}", step


def shown(found: list[tuple[str, StepReport]]) -> str:
    return "\n".join(f"{address}: {step.verdict}: {step.text}  ({step.reason or step.method})" for address, step in found)


def tables(*prefixes: str) -> list[str]:
    return [table for table in TABLES if table.startswith(prefixes)]


@pytest.mark.parametrize("table", tables("false-", "undefined", "contradictory", "invalid-"))
def test_what_is_false_never_holds(table: str) -> None:
    held = [(address, step) for address, step in steps(table) if step.verdict in HOLDS]
    assert not held, shown(held)


@pytest.mark.parametrize("table", tables("true-"))
def test_what_is_true_is_never_refuted(table: str) -> None:
    rejected = [(address, step) for address, step in steps(table) if step.verdict in {"refuted", "invalid"}]
    assert not rejected, shown(rejected)


@pytest.mark.parametrize("table", tables("conditional-"))
def test_what_loses_part_of_the_domain_never_holds_silently(table: str) -> None:
    silent = [
        (address, step)
        for address, step in steps(table)
        if step.verdict in HOLDS and all(condition.gained or condition.kind == "point" for condition in step.conditions)
    ]
    assert not silent, shown(silent)


@pytest.mark.parametrize("table", TABLES)
def test_numbers_and_proofs_never_disagree(table: str) -> None:
    conflicts = [(address, step) for address, step in steps(table) if step.verdict == "conflict"]
    assert not conflicts, shown(conflicts)


@pytest.mark.parametrize("table", TABLES)
def test_every_mark_is_met(table: str) -> None:
    missed = [(address, step) for address, step in steps(table) if not step.as_expected and address not in UNDECIDED]
    assert not missed, shown(missed)


def test_contradictory_assumptions_are_themselves_a_diagnostic() -> None:
    report = judged("contradictory.yaml")
    contradictions = [finding for finding in report.findings if finding.code in {"contradiction", "bad-assumption"}]
    assert len(contradictions) >= sum(step.expect == "invalid" for _, step in steps("contradictory"))


def test_there_are_hundreds_of_false_and_of_true_steps() -> None:
    false = [step for _, step in steps("false-") if step.expect == "wrong"]
    true = [step for _, step in steps("true-") if step.expect == "right"]
    assert len(false) >= 600
    assert len(true) >= 500
