"""Derivations as pytest sees them: a file holds derivations, a derivation steps, and a step is a test.

A file is judged when the first of its tests runs, and once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from derivcheck import configuration
from derivcheck.files.document import Derivation, Document, RawStep
from derivcheck.files.finding import SUFFIXES, Input
from derivcheck.files.load import load
from derivcheck.integrations.pytest_failures import NotAsExpected, of_file, of_step
from derivcheck.reports.wording import printable
from derivcheck.running.means import Means
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.report import FileReport, StepReport
from derivcheck.running.run import run
from derivcheck.running.settings import Settings
from derivcheck.usage import UsageError

_BRACKETS = str.maketrans("[]", "()")
"""Behind a bracket pytest expects the parameters of a test."""

_KNOWN = frozenset({"samples", "seed", "timeout", "strict"})

_SETTINGS = pytest.StashKey[Settings]()


def configure(config: pytest.Config) -> None:
    """Keep how steps are judged: as the configuration of the project says, and strictly if the command line does."""
    path = configuration.find(config.rootpath)
    try:
        options = configuration.read(path) if path else {}
    except UsageError as error:
        raise pytest.UsageError(f"derivcheck: {error}") from None
    settings = Settings(**{key: value for key, value in options.items() if key in _KNOWN})
    config.stash[_SETTINGS] = replace(settings, strict=settings.strict or config.getoption("--derivcheck-strict"))


def collect(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """The node of a file that holds derivations, or that was named on the command line; ``None`` for any other."""
    if path.suffix not in SUFFIXES:
        return None
    document = load(Input(path, explicit=parent.session.isinitpath(path)))
    return None if document is None else DerivationFile.from_parent(parent, path=path, document=document)


class DerivationFile(pytest.File):
    """A file, and its report once that is asked for."""

    def __init__(self, *, document: Document, **known: Any) -> None:
        super().__init__(**known)
        self.document = document
        self.add_marker("derivcheck")

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """What is wrong with the file itself, and its derivations."""
        yield Diagnostics.from_parent(self, name="diagnostics")
        taken: set[str] = set()
        for derivation in self.document.derivations:
            yield DerivationNode.from_parent(self, name=_node_name(derivation.name, taken), derivation=derivation)

    @cached_property
    def report(self) -> FileReport:
        """The report on the file, which names it as the user would from where pytest was started."""
        report = run([str(self.path)], self.config.stash[_SETTINGS], Means(jobs=1, cache=Cache()))
        found = list(report.files)
        if report.interrupted:
            raise KeyboardInterrupt
        if not found:
            raise UsageError(f"{self.path} holds no derivation any more")
        return replace(found[0], path=printable(os.path.relpath(self.path, self.config.invocation_params.dir)))

    def step(self, derivation: str, index: int) -> StepReport:
        """The report on a step."""
        for it in self.report.derivations:
            if it.name == derivation and index < len(it.steps):
                return it.steps[index]
        raise UsageError(f"{self.path} has changed since its steps were collected")


def _node_name(name: str, taken: set[str]) -> str:
    """A derivation's name as a part of a test's: something to print, without what pytest parts names at, not taken yet."""
    plain = printable(name).replace("::", "--").translate(_BRACKETS) or "unnamed"
    unique, number = plain, 1
    while unique in taken:
        number += 1
        unique = f"{plain}-{number}"
    taken.add(unique)
    return unique


class DerivationNode(pytest.Collector):
    """A derivation."""

    def __init__(self, *, derivation: Derivation, **known: Any) -> None:
        super().__init__(**known)
        self.derivation = derivation

    def collect(self) -> Iterator[pytest.Item]:
        """Its steps but for the first line, which nothing stands before."""
        raws = [*self.derivation.steps, *(raw for case in self.derivation.cases for raw in case.steps)]
        for index, raw in enumerate(raws[1:], 1):
            yield Step.from_parent(self, name=f"step-{index}", derivation=self.derivation.name, index=index, raw=raw)


class _Test(pytest.Item):
    """A test that fails with what a report says."""

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What the text report says; the traceback of anything else."""
        if isinstance(excinfo.value, NotAsExpected):
            return excinfo.value.failure
        return super().repr_failure(excinfo, style)

    @property
    def file(self) -> DerivationFile:
        """The file in which it stands."""
        found = self.getparent(DerivationFile)
        assert found is not None
        return found


class Step(_Test):
    """A step, which fails if it is not as its author expects."""

    def __init__(self, *, derivation: str, index: int, raw: RawStep, **known: Any) -> None:
        super().__init__(**known)
        self.derivation, self.index, self.line = derivation, index, raw.text.place().line

    def runtest(self) -> None:
        """Judge the file, if that has not been done, and look at the step."""
        step = self.file.step(self.derivation, self.index)
        if not step.as_expected:
            before = None if step.previous is None else self.file.step(self.derivation, step.previous)
            raise NotAsExpected(of_step(self.file.report, step, before))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where it stands, with the line counted from 0."""
        parent = self.parent.name if self.parent else ""
        return self.path, self.line - 1, f"{parent}::{self.name}"


class Diagnostics(_Test):
    """What is wrong with a file itself: it fails with errors, and with first lines that cannot be read."""

    def runtest(self) -> None:
        """Judge the file, if that has not been done, and look at its diagnostics."""
        report = self.file.report
        for finding in report.findings:
            if finding.severity != "error":
                at = f"{report.path}:{finding.place.line}:{finding.place.column}"
                self.warn(pytest.PytestWarning(printable(f"{at}: {finding.code}: {finding.message}")))
        wrong = of_file(report)
        if wrong is not None:
            raise NotAsExpected(wrong)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The beginning of the file."""
        return self.path, 0, self.name
