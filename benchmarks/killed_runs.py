"""Runs killed at random moments, each followed by one that must succeed and agree with a run without a cache.

    python benchmarks/killed_runs.py [--kills 50] [--submissions 60] [--seed 0] [--jobs 2]

The cache is cleared now and then, so that kills fall into its making, its filling and its use.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from classroom.submissions import write_class


def told(command: list[str], environment: dict[str, str]) -> str:
    """What a run says but for times."""
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode not in {0, 1} or done.stderr:
        sys.exit(f"exit status {done.returncode}: {done.stderr}")
    report = json.loads(done.stdout)
    del report["summary"]["seconds"]
    for file in report["files"]:
        for derivation in file["derivations"]:
            for step in derivation["steps"]:
                del step["milliseconds"]
    return json.dumps(report)


def main() -> None:
    """Kill, run again, and compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("kills", 50), ("submissions", 60), ("seed", 0), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    generator, disagreeing = random.Random(options.seed), 0
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        write_class(work / "class", options.submissions, 20, 0.4, options.seed)
        environment = {**os.environ, "XDG_CACHE_HOME": str(work / "cache")}
        command = [sys.executable, "-m", "derivcheck", "run", str(work / "class"), "--jobs", str(options.jobs)]
        command += ["--output-format", "json"]
        started = time.perf_counter()
        right = told([*command, "--no-cache"], environment)
        cold = time.perf_counter() - started
        for turn in range(options.kills):
            if turn % 5 == 0:
                shutil.rmtree(work / "cache" / "derivcheck", ignore_errors=True)
            running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
            time.sleep(generator.uniform(0.05, 1.0) * cold)
            running.send_signal(signal.SIGKILL)
            running.wait()
            disagreeing += told(command, environment) != right
        print(f"{options.kills} runs killed; of the runs after them {disagreeing} disagreed with one without a cache")
    sys.exit(bool(disagreeing))


if __name__ == "__main__":
    main()
