"""How long derivcheck takes to start: help, an unchanged run, a first run, each in turns with what it is compared to.

    python benchmarks/starting.py [PATH] [--pairs 7]

Prints medians and ratios, and which of SymPy and NumPy each process of derivcheck's own imported.  Help is compared with
``python -c pass``, a run from an empty cache with ``python -c "import sympy"``, and an unchanged run with ``python -c pass``.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

PASS = ("-c", "pass")
SYMPY = ("-c", "import sympy")
HELP = ("-m", "derivcheck", "--help")


def seconds(words: Sequence[str], around: dict[str, str]) -> float:
    """The wall time of Python with these arguments."""
    started = time.perf_counter()
    subprocess.run([sys.executable, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, env=around)
    return time.perf_counter() - started


def imported(words: Sequence[str], around: dict[str, str]) -> list[str]:
    """Which of SymPy and NumPy the process imports, as the interpreter itself tells."""
    command = [sys.executable, "-X", "importtime", *words]
    told = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False, env=around).stderr
    names = {line.rpartition("|")[2].strip() for line in told.splitlines()}
    return [name for name in ("sympy", "numpy") if name in names]


def compared(name: str, ours: Sequence[str], theirs: Sequence[str], around: dict[str, str], pairs: int) -> None:
    """Time two commands in turns, and print."""
    seconds(ours, around)  # writes the bytecode, and fills the cache if there is one
    times = [(seconds(ours, around), seconds(theirs, around)) for _ in range(pairs)]
    a, b = (statistics.median(column) for column in zip(*times, strict=True))
    modules = ", ".join(imported(ours, around)) or "neither sympy nor numpy"
    print(f"{name:14} {a * 1000:7.0f} ms, {' '.join(theirs[1:]):12} {b * 1000:5.0f} ms, ratio {a / b:5.2f}; imports {modules}")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", default=str(Path(__file__).parents[1] / "derivations"))
    parser.add_argument("--pairs", type=int, default=7)
    options = parser.parse_args()
    run = ("-m", "derivcheck", "run", options.path)
    with tempfile.TemporaryDirectory() as cache:
        around = {**os.environ, "XDG_CACHE_HOME": cache}
        compared("--help", HELP, PASS, around, options.pairs)
        compared("unchanged run", run, PASS, around, options.pairs)
        compared("first run", (*run, "--no-cache"), SYMPY, around, options.pairs)


if __name__ == "__main__":
    main()
