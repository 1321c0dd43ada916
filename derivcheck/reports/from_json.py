"""Reports read back from the JSON that ``as_json`` wrote, and the shares of one run put together again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from derivcheck.running.report import FileReport
from derivcheck.running.results import Report, Results
from derivcheck.running.shards import Shard
from derivcheck.usage import UsageError

_PLACE = ("line", "column", "end_line", "end_column")
_RENAMED = {"diagnostics": "findings"}
_RENAMED_IN_STEPS = {"reads_as_latex": "latex", "reads_as_mathml": "mathml"}


class _Head(msgspec.Struct):
    """What a report says of the whole run; its other keys follow from the files."""

    version: int
    engine: str
    seed: int
    summary: dict[str, float]
    files: list[dict[str, Any]]
    strict: bool = False
    interrupted: bool = False
    shard: str | None = None


def read(path: Path) -> Report:
    """The report in a file; raises ``UsageError`` for any other file."""
    try:
        head = msgspec.json.decode(path.read_bytes(), type=_Head)
        if head.version != 1:
            raise UsageError(f"{path} is a report of version {head.version}, and this derivcheck reads version 1")
        shard = str(Shard.parse(head.shard)) if head.shard else None
        files = [msgspec.convert(_file(file), FileReport) for file in head.files]
        results = Results(files, head.summary["seconds"], head.interrupted)
        return Report(head.engine, head.seed, results, head.strict, shard)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (msgspec.MsgspecError, KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON report of derivcheck: {error}") from None


def _file(file: dict[str, Any]) -> dict[str, Any]:
    """A file as ``FileReport`` has it."""
    steps = [step for derivation in file["derivations"] for step in derivation["steps"]]
    for step in steps:
        step["diagnostics"] = [_placed(finding, {}) for finding in step["diagnostics"]]
    for derivation in file["derivations"]:
        derivation["steps"] = [_placed(step, _RENAMED_IN_STEPS) for step in derivation["steps"]]
    file["diagnostics"] = [_placed(finding, {}) for finding in file["diagnostics"]]
    limits = sorted({step["limit"] for step in steps if step.get("limit")})
    return {**_renamed(file, _RENAMED), "limits": limits}


def _placed(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    place = {key: value[key] for key in _PLACE}
    return {**_renamed(value, names), "place": place}


def _renamed(value: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    return {names.get(key, key): inner for key, inner in value.items()}


def merged(reports: Sequence[tuple[Path, Report]]) -> tuple[Report, tuple[int, ...]]:
    """The reports as one, and the numbers of the shares that are missing; raises ``UsageError`` where they do not fit together.

    Shares of one run come in the order of their files, whatever the order in which they are given; other reports follow
    each other.
    """
    (first_path, first), *others = reports
    for path, report in others:
        if (report.engine, report.seed, report.strict) != (first.engine, first.seed, first.strict):
            raise UsageError(f"{first_path} and {path} were made by other versions, or with another --seed or --strict")
    shards = [(path, Shard.parse(report.shard)) for path, report in reports if report.shard]
    whole = bool(shards) and len(shards) == len(reports) and len({shard.count for _, shard in shards}) == 1
    if shards and not whole:
        raise UsageError(f"{shards[0][0]} is a share of a run, and not all the others are shares of the same")
    files = [file for _, report in reports for file in report.files]
    _distinct(files)
    if whole:
        files.sort(key=lambda file: file.number)
    seconds, interrupted = sum(r.seconds for _, r in reports), any(r.interrupted for _, r in reports)
    report = replace(first, files=Results(files, seconds, interrupted), shard=None)
    there = {shard.number for _, shard in shards}
    missing = (number for number in range(1, shards[0][1].count + 1) if number not in there) if whole else ()
    return report, tuple(missing)


def _distinct(files: Iterable[FileReport]) -> None:
    seen: set[str] = set()
    for file in files:
        if file.path in seen:
            raise UsageError(f"{file.path} stands in more than one of the reports")
        seen.add(file.path)
