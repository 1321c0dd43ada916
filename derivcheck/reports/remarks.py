"""What is told of a file, place by place: its diagnostics, and the steps that are not as expected or lose something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from derivcheck.diagnostic import Place
from derivcheck.reports.wording import asides, code, evidence, headline, severity, shortened
from derivcheck.running.report import DerivationReport, FileReport, Finding, StepReport


@dataclass(frozen=True, slots=True)
class Remark:
    """Something told of a place in a file.

    severity: ``error`` or ``warning``; code: its stable word; headline: one phrase; sentences: what goes with it; subject:
    the step that it is about, ``step 2 of grad-vc``, empty for a diagnostic of the file.
    """

    path: str
    place: Place
    excerpt: str
    severity: str
    code: str
    headline: str
    sentences: tuple[str, ...]
    subject: str = ""
    derivation: DerivationReport | None = None
    step: StepReport | None = None


def remarks(file: FileReport) -> Iterator[Remark]:
    """Everything that is told of a file, in the order of its diagnostics and then of its steps."""
    yield from (_finding(file, finding) for finding in file.findings)
    for derivation in file.derivations:
        for step in derivation.steps:
            grave = severity(step) if _by_itself(step) else None
            if grave:
                yield _step(file, derivation, step, grave)


def _by_itself(step: StepReport) -> bool:
    """Whether a step is told by itself; what makes a whole derivation invalid is a diagnostic of the file, and told once."""
    return step.verdict != "invalid" or bool(step.diagnostics)


def _finding(file: FileReport, finding: Finding) -> Remark:
    notes = tuple(f"note: {note}" for note in finding.notes)
    return Remark(file.path, finding.place, finding.excerpt, finding.severity, finding.code, finding.message, notes)


def _step(file: FileReport, derivation: DerivationReport, step: StepReport, grave: str) -> Remark:
    return Remark(
        path=file.path,
        place=step.diagnostics[0].place if step.verdict == "invalid" else step.place,
        excerpt=step.diagnostics[0].excerpt if step.verdict == "invalid" else step.excerpt,
        severity=grave,
        code=code(step),
        headline=headline(step),
        sentences=tuple(_sentences(step)),
        subject=f"step {step.index} of {derivation.name}",
        derivation=derivation,
        step=step,
    )


def _sentences(step: StepReport) -> Iterator[str]:
    for finding in step.diagnostics[1:]:
        yield f"{finding.code}: {finding.message}"
    yield from (f"note: {note}" for finding in step.diagnostics for note in finding.notes)
    said = headline(step)
    yield from (shortened(label + text) for label, text in (*evidence(step), *asides(step)) if text not in said)


def relative(path: str) -> str:
    """A path as other systems look for it: from the working folder where it lies in it, with slashes."""
    pure = PurePath(path)
    if pure.is_absolute() and pure.is_relative_to(Path.cwd()):
        pure = pure.relative_to(Path.cwd())
    return pure.as_posix()
