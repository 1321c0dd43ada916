"""How fast a class is judged: steps a second, memory, and how busy the cores are, cold and warm.

    python benchmarks/class_of_a_thousand.py [--submissions 1000] [--wrong 300] [--share 0.4] [--seed 0] [--jobs 2] [--folder DIR]

A class is written into a folder (``classroom/submissions.py``): submissions of 12 steps each, a share of them with one of so
many distinct mistakes, the same for the same seed.  ``derivcheck run`` then judges it as a user would, once with an empty
cache and once again; ``--share 0`` measures steps alone that the kernel decides.  That every step was judged as it should
be is held against the marks in the files.  Busy is the processors' time of all processes by that of so many cores.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path

from classroom.submissions import write_class
from classroom.watching import Usage, watched


def measured(folder: Path, jobs: int, work: Path, more: list[str]) -> Usage:
    """One run over a folder, with the cache that is in the working folder."""
    command = [sys.executable, "-m", "derivcheck", "run", str(folder), "--jobs", str(jobs), "--output-format", "json", *more]
    return watched(command, {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}, work / "report.json")


def told(name: str, usage: Usage, jobs: int) -> None:
    """Print the figures of a run; exits where a step was not judged as its mark says."""
    if usage.status:
        sys.exit(f"{name}: exit status {usage.status}")
    summary = json.loads(usage.output)["summary"]
    rate = summary["steps"] / usage.wall
    print(f"{name:8} {usage.wall:7.1f} s {rate:8.0f} steps/s {rate / jobs:8.0f} a core {usage.busy(jobs):6.0f} % busy"
          f"{usage.parent:9.0f} MB {max(usage.workers, default=0):8.0f} MB")


def main() -> None:
    """Write the class, judge it cold and warm, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--wrong", type=int, default=300, help="distinct mistakes")
    parser.add_argument("--share", type=float, default=0.4, help="of the submissions, how many have a mistake")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where the class is written and stays; else it is thrown away")
    options, more = parser.parse_known_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        folder = options.folder or work / "class"
        started = time.perf_counter()
        wrong = write_class(folder, options.submissions, options.wrong, options.share, options.seed)
        print(f"{options.submissions} submissions, {wrong} distinct mistakes, written in {time.perf_counter() - started:.1f} s")
        print(f"{'':8} {'wall':>9} {'':16} {'':15} {'':13} {'parent':>10} {'worker':>11}")
        for run in ("cold", "warm"):
            told(run, measured(folder, options.jobs, work, more), options.jobs)


if __name__ == "__main__":
    main()
