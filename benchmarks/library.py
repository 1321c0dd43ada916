"""What becomes of the steps of files of derivations: proved, checked, refuted and named; and how long the kernel takes for each.

    python benchmarks/library.py [PATH ...] [--repeat 3] [--show]

By default PATH is ``derivations/machine-learning/``.  The verdicts are those of ``derivcheck run --output-format json --no-cache
--jobs 1``: of the steps that are expected to be right the shares proved and checked, of those that are marked wrong the shares
refuted and named.  Then every step is asked of a new kernel, as many times as ``--repeat`` says, and of each the least time
counts: median and 95th percentile in milliseconds, of all steps and file by file.  The whole of what a step takes, counterexample
and diagnosis included, is printed beside it.  ``--show`` lists the steps that are not as good as they could be.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from derivcheck.files import nodes, reading
from derivcheck.files.source import Source
from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.terms import Claim
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lines import read_lines

UNNAMED = {"differs", "shape-mismatch"}


def main() -> None:
    """Judge the files, time the kernel, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[str(Path(__file__).parents[1] / "derivations" / "machine-learning")])
    parser.add_argument("--repeat", type=int, default=3, help="how often each step is timed, the least counts (default 3)")
    parser.add_argument("--show", action="store_true", help="list the steps that are not proved, not refuted or not named")
    options = parser.parse_args()
    command = [sys.executable, "-m", "derivcheck", "run", "--output-format", "json", "--no-cache", "--jobs", "1", *options.paths]
    report = json.loads(subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False).stdout)
    steps = [(address, step) for address, step in judged(report) if step["verdict"] is not None]
    right = [(a, s) for a, s in steps if s["expect"] in {"right", "conditional"}]
    wrong = [(a, s) for a, s in steps if s["expect"] == "wrong"]
    refuted = [(a, s) for a, s in wrong if s["verdict"] == "refuted"]
    named = [(a, s) for a, s in refuted if is_named(s)]
    print(f"{len(report['files'])} files, {len(steps)} steps, {sum(not s['as_expected'] for _, s in steps)} not as expected")
    for verdict in ("proved", "checked"):
        print(f"right steps {verdict}: {share([s for _, s in right if s['verdict'] == verdict], right)}")
    print(f"wrong steps refuted: {share(refuted, wrong)}; named: {share(named, refuted)}")
    whole = [s["milliseconds"] for _, s in steps]
    if whole:
        print(f"a step in all: {times(whole)}")
    spent = [(path, list(kernel_times(Path(path), options.repeat))) for path in sorted(f["path"] for f in report["files"])]
    if any(own for _, own in spent):
        print(f"in the kernel: {times([t for _, own in spent for t in own])}")
    for path, own in spent:
        if own:
            print(f"  {Path(path).name}: {times(own)}")
    for address, step in [*right, *wrong] if options.show else []:
        if not (step["verdict"] == "proved" or (step["verdict"] == "refuted" and is_named(step))):
            print(f"{address}: {step['verdict']}: {step['text']}")


def judged(report: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every step of a report, with its address."""
    for file in report["files"]:
        for derivation in file["derivations"]:
            for step in derivation["steps"]:
                yield f"{file['path']}::{derivation['name']}:{step['index']}", step


def is_named(step: dict[str, Any]) -> bool:
    """Whether a refuted step is told to recover from an earlier error, or its mistake has a name or at least a repair."""
    diagnosis = step["diagnosis"]
    return step["recovers"] is not None or (diagnosis and (diagnosis["code"] not in UNNAMED or diagnosis["repair"]))


def share(some: list[Any], of: list[Any]) -> str:
    """``9 of 10 (90 %)``."""
    return f"{len(some)} of {len(of)} ({100 * len(some) / len(of):.0f} %)" if of else "none"


def times(found: list[float]) -> str:
    """Median and 95th percentile."""
    return f"median {statistics.median(found):.2f} ms, 95th percentile {sorted(found)[int(0.95 * (len(found) - 1))]:.1f} ms"


def kernel_times(path: Path, repeat: int) -> Iterator[float]:
    """What the kernel takes for each step after the one before, in milliseconds."""
    source = Source(str(path), path.read_text(encoding="utf-8"))
    if path.suffix not in {".yaml", ".yml"}:
        return
    for derivation in reading.read(source, nodes.compose(source), path.stem).derivations:
        context = scopes.build(derivation.declarations)[0].context()
        terms = [line.read.term for line in read_lines(derivation, scopes.build(derivation.declarations)[0]) if line.read]
        for left, right in pairwise(terms):
            claim = Claim(left, "=", right, context)
            yield min(timed(claim) for _ in range(repeat))


def timed(claim: Claim) -> float:
    """One proof by a kernel that has seen nothing else, in milliseconds."""
    kernel = Kernel(claim.context)
    start = time.perf_counter()
    kernel.prove(claim)
    return 1000 * (time.perf_counter() - start)


if __name__ == "__main__":
    main()
