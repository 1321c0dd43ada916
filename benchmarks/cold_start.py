"""Wall time of ``derivcheck run derivations/`` from a cold start against ``python -c "import sympy"``, run in turns.

    python benchmarks/cold_start.py [PATH] [--pairs 7]

Prints both medians, their ratio, and which of SymPy and NumPy the run imported.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path


def seconds(command: Sequence[str]) -> float:
    """The wall time of a command."""
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - started


def imported(command: Sequence[str]) -> list[str]:
    """Which of SymPy and NumPy a Python command imports, as the interpreter itself tells."""
    timed = [command[0], "-X", "importtime", *command[1:]]
    told = subprocess.run(timed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False).stderr
    names = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    return [name for name in ("sympy", "numpy") if name in names]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", default=str(Path(__file__).parents[1] / "derivations"))
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args()
    run = [sys.executable, "-m", "derivcheck", "run", options.path]
    bare = [sys.executable, "-c", "import sympy"]
    modules = imported(run)  # also writes the bytecode of both, which a second start finds
    seconds(bare)
    pairs = [(seconds(run), seconds(bare)) for _ in range(options.pairs)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"derivcheck run: {ours:.2f} s; import sympy: {theirs:.2f} s; ratio {ours / theirs:.2f} (medians of {len(pairs)})")
    print(f"imported by the run: {', '.join(modules) or 'neither sympy nor numpy'}")


if __name__ == "__main__":
    main()
