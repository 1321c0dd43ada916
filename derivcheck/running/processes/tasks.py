"""What a process is given to judge, and what comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from derivcheck.running.processes.watch import Limit, Place
from derivcheck.running.report import FileReport
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Source


@dataclass(frozen=True, slots=True)
class Task:
    """Derivations ``first`` to ``last`` (excluded, ``None`` for as many as suit) of a source.

    ended: the places at which earlier attempts were ended, and by what.
    """

    source: Source
    settings: Settings
    first: int = 0
    last: int | None = None
    ended: tuple[tuple[Place, Limit], ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The report on a source that need not be judged again; ``None`` for a file that is not ours."""

    report: FileReport | None


Numbered: TypeAlias = "tuple[int, Source | Answer]"
"""A source by its number in the run, or what is known of it."""


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a task; report: ``None`` for a file that is not ours; rest: the parts that are still to be judged."""

    report: FileReport | None
    rest: tuple[tuple[int, int], ...] = ()


def joined(parts: Sequence[FileReport]) -> FileReport:
    """The report on a file from those on its parts, each finding once."""
    if len(parts) == 1:
        return parts[0]
    findings = dict.fromkeys(finding for part in parts for finding in part.findings)
    derivations = tuple(derivation for part in parts for derivation in part.derivations)
    limits = sorted({limit for part in parts for limit in part.limits})
    return replace(parts[0], findings=tuple(findings), derivations=derivations, limits=tuple(limits))
