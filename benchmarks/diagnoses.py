"""How long a wrong step takes, verdict, counterexample and diagnosis together, against a right one of the same files.

    python benchmarks/diagnoses.py [PATH ...]

By default PATH is ``derivations/``.  Prints both medians in milliseconds and their ratio, the ninth decile and the most for
the wrong ones, and how many of these were named, repaired, or told to recover from an error before.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from derivcheck.running.run import run
from derivcheck.running.settings import Settings


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[str(Path(__file__).parents[1] / "derivations")])
    steps = list(run(parser.parse_args().paths, Settings()).judged())
    wrong = [step for step in steps if step.verdict == "refuted"]
    fresh = [step for step in wrong if step.recovers is None]
    times = sorted(step.milliseconds for step in fresh) or [0.0]
    right = statistics.median([step.milliseconds for step in steps if step.verdict == "proved"] or [0.0])
    middle = statistics.median(times)
    tenth = times[len(times) * 9 // 10]
    print(f"{len(fresh)} wrong steps: median {middle:.1f} ms, ninth decile {tenth:.1f} ms, most {times[-1]:.0f} ms")
    print(f"right steps: median {right:.2f} ms; ratio {middle / right if right else 0:.0f}")
    named = [step for step in fresh if step.diagnosis and step.diagnosis.code not in {"differs", "shape-mismatch"}]
    repaired = [step for step in fresh if step.diagnosis and step.diagnosis.repair]
    print(f"named: {len(named)}; repaired: {len(repaired)}; recovering from an error before: {len(wrong) - len(fresh)}")


if __name__ == "__main__":
    main()
