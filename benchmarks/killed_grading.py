"""Grading killed at random moments and started again until it ends; every byte must be as if it had never been killed.

    python benchmarks/killed_grading.py [--kills 20] [--submissions 60] [--seed 0] [--jobs 2] [--question NAME]

All processes of a run are killed at once (``SIGKILL``), with and without a cache in turn.  Then one run is interrupted as by
Ctrl-C: it must say how to go on, have whole files for what is done, and be gone on from.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from classroom.handing_in import write_key
from classroom.submissions import write_class


class Grading:
    """The command that is killed, in a folder of its own."""

    def __init__(self, work: Path, jobs: int) -> None:
        self.environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
        self.command = [sys.executable, "-m", "derivcheck", "grade", str(work / "key.yaml"), str(work / "class")]
        self.command += ["--jobs", str(jobs)]

    def start(self, output: Path, *more: str) -> subprocess.Popen[str]:
        """Begin a run in a process group of its own."""
        return subprocess.Popen(
            [*self.command, "--output", str(output), *more], env=self.environment, start_new_session=True, text=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )

    def end(self, output: Path, *more: str) -> float:
        """The seconds that a run to its end takes, which must succeed."""
        started = time.perf_counter()
        running = self.start(output, *more)
        said = running.communicate()[1]
        if running.returncode or said:
            sys.exit(f"exit status {running.returncode}: {said}")
        return time.perf_counter() - started

    def ended(self, output: Path, sign: signal.Signals, after: float, *more: str) -> tuple[int, str]:
        """The exit status of a run to which all its processes were sent a signal, and what it said."""
        running = self.start(output, *more)
        time.sleep(after)
        with suppress(ProcessLookupError):  # it was done
            os.killpg(running.pid, sign)
        said = running.communicate()[1]
        return running.returncode, said


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def disagreeing(folder: Path, right: dict[str, bytes]) -> list[str]:
    """The files that are not what they should be."""
    found = contents(folder)
    return sorted(name for name in found.keys() | right.keys() if found.get(name) != right.get(name))


def interrupted(grading: Grading, output: Path, right: dict[str, bytes], cold: float) -> list[str]:
    """What is wrong with a run that was interrupted half-way, and with the one that goes on from it."""
    status, said = grading.ended(output, signal.SIGINT, 0.6 * cold, "--no-cache")
    wrong = [] if status == 130 and "goes on" in said else [f"exit status {status}: {said}"]
    with (output / "grades.csv").open(encoding="utf-8", newline="") as table:
        done = [row["id"] for row in csv.DictReader(table)]
    print(f"interrupted with {len(done)} submissions graded: {said.strip()}")
    whole = {name: data for name, data in contents(output).items() if name.startswith("submissions/")}
    wrong += [name for name, data in whole.items() if right[name] != data]
    wrong += [id for id in done if f"submissions/{id}/result.json" not in whole]
    grading.end(output, "--no-cache")
    return wrong + disagreeing(output, right)


def main() -> None:
    """Kill, go on, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 20), ("submissions", 60), ("seed", 0), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--question", default="completing-the-square", help="the question of classroom/keys.yaml that is asked")
    options = parser.parse_args()
    generator, wrong, journals = random.Random(options.seed), [], []
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        write_class(work / "class", options.submissions, 20, 0.4, options.seed, options.question, renamed=0)
        write_key(work / "key.yaml", options.question)
        grading = Grading(work, options.jobs)
        cold = grading.end(work / "right", "--no-cache")
        right = contents(work / "right")
        for turn in range(options.kills):
            more = ["--no-cache"] if turn % 2 else []
            grading.ended(work / "killed", signal.SIGKILL, generator.uniform(0.05, 0.5) * cold, *more)
            lines = work / "killed" / "results.jsonl"
            journals.append(lines.read_bytes().count(b"\n") if lines.exists() else 0)
            if journals[-1] == options.submissions or turn == options.kills - 1:
                grading.end(work / "killed", *more)
                wrong += disagreeing(work / "killed", right)
                shutil.rmtree(work / "killed")
                shutil.rmtree(work / "cache", ignore_errors=True)
        print(f"{options.kills} runs killed, after which {', '.join(map(str, journals))} submissions were finished")
        wrong += interrupted(grading, work / "interrupted", right, cold)
        print(f"{len(right)} files, of which {len(wrong)} were not as those of a run that was never ended")
    sys.exit("\n".join(wrong) if wrong else 0)


if __name__ == "__main__":
    main()
