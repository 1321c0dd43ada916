"""How fast a class is graded: submissions and steps a second, and memory, beside ``derivcheck run`` on the same steps.

    python benchmarks/graded_class.py [--submissions 1000] [--wrong 300] [--share 0.4] [--seed 0] [--jobs 2] [--question NAME]

A class is written (``classroom/submissions.py``) that answers one question of ``classroom/keys.yaml``, in 12 steps each, once as
a folder and once as the archive that Moodle exports.  ``derivcheck run`` judges the folder with an empty cache.
``derivcheck grade`` grades the folder with an empty cache; the archive with that cache and no journal, which must give the same
marks; the folder again from its journal; and the folder without a cache.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from classroom.handing_in import as_moodle_exports, write_key
from classroom.submissions import STEPS, write_class
from classroom.watching import Usage, watched


def run(words: list[str], work: Path) -> Usage:
    """One command, with the cache that is in the working folder."""
    environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
    usage = watched([sys.executable, "-m", "derivcheck", *words], environment, work / "output")
    if usage.status:
        sys.exit(f"{words[0]}: exit status {usage.status}\n{usage.output.decode()}")
    return usage


def told(name: str, usage: Usage, submissions: int, jobs: int, base: Usage) -> None:
    """Print the figures of a run; base: what ratios are to."""
    print(f"{name:25} {usage.wall:7.1f} s {usage.wall / base.wall:5.2f}"
          f" {usage.processor:7.1f} s {usage.processor / base.processor:5.2f}"
          f" {submissions / usage.wall:7.1f} {submissions * STEPS / usage.wall:7.0f} {usage.busy(jobs):6.0f} %"
          f" {usage.parent:6.0f} MB {max(usage.workers, default=0):6.0f} MB", flush=True)


def main() -> None:
    """Write the class, judge it, grade it in four ways, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--submissions", type=int, default=1000)
    parser.add_argument("--wrong", type=int, default=300, help="distinct mistakes")
    parser.add_argument("--share", type=float, default=0.4, help="of the submissions, how many have a mistake")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--question", default="softmax-centre", help="the question of classroom/keys.yaml that is asked")
    options = parser.parse_args()
    count, jobs = options.submissions, options.jobs
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        started = time.perf_counter()
        wrong = write_class(work / "class", count, options.wrong, options.share, options.seed, options.question, renamed=0)
        write_key(work / "key.yaml", options.question)
        as_moodle_exports(work / "class", work / "moodle.zip")
        print(f"{count} submissions, {wrong} distinct mistakes, written in {time.perf_counter() - started:.1f} s")
        grade = ["grade", str(work / "key.yaml"), "--jobs", str(jobs), "--output"]
        folder, archive = [str(work / "graded"), str(work / "class")], [str(work / "moodle"), str(work / "moodle.zip")]
        judged = run(["run", str(work / "class"), "--jobs", str(jobs), "--output-format", "json"], work)
        print(f"{'':25} {'wall':>9} ratio {'processor':>9} ratio {'subm./s':>7} {'steps/s':>7} {'busy':>8}"
              f" {'parent':>9} {'worker':>9}")
        told("run, cold", judged, count, jobs, judged)
        shutil.rmtree(work / "cache")
        told("grade a folder, cold", run([*grade, *folder], work), count, jobs, judged)
        told("grade a Moodle zip, warm", run([*grade, *archive], work), count, jobs, judged)
        told("grade again, from journal", run([*grade, *folder], work), count, jobs, judged)
        told("grade a folder, no cache", run([*grade, *folder, "--fresh", "--no-cache"], work), count, jobs, judged)
        if marks(work / "graded") != marks(work / "moodle"):
            sys.exit("the folder and the archive got other marks")


def marks(folder: Path) -> list[str]:
    """The rows of ``grades.csv`` without the ids, sorted."""
    return sorted(line.partition(",")[2] for line in (folder / "grades.csv").read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    main()
