"""What hanging and memory-eating steps cost a run: the time of all against what each takes by itself.

    python benchmarks/ill_behaved_steps.py [--good 1000] [--hanging 20] [--eating 5] [--timeout 2] [--jobs 2]

The good steps are judged alone, then all together.  Ideal is the time of the good ones, and that which the others are given (the
time limit, or what it takes to fill the memory allowed, measured alone), shared out between the processes.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from collections.abc import Sequence

from classroom.ill_behaved import GOOD, ill

from derivcheck.running.means import Means
from derivcheck.running.run import judge
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Source

STEPS = 10
"""Steps of a file of good ones."""


def timed(sources: Sequence[Source], settings: Settings, jobs: int) -> tuple[float, Counter[tuple[str | None, str | None]]]:
    """The seconds of a run, and how often each verdict came with each limit."""
    started = time.perf_counter()
    found = Counter((step.verdict, step.limit) for step in judge(sources, settings, Means(jobs)).judged())
    return time.perf_counter() - started, found


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("good", 1000), ("hanging", 20), ("eating", 5), ("jobs", 2)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--timeout", type=float, default=2.0)
    options = parser.parse_args()
    settings = Settings(timeout=options.timeout, memory=256 << 20)
    good = [ill(f"good{i}", *(f"{GOOD} + {i + k} - {i + k}" for k in range(STEPS))) for i in range(options.good // STEPS)]
    hanging = [ill(f"hanging{i}", f"{GOOD} + {i}*hang*0") for i in range(options.hanging)]
    eating = [ill(f"eating{i}", f"{GOOD} + {i}*eat*0") for i in range(options.eating)]
    start, _ = timed(good[:1], settings, options.jobs)
    alone, _ = timed(good, settings, options.jobs)
    filling = max(0.0, timed(eating[:1], Settings(timeout=60, memory=settings.memory), 1)[0] - start)
    ideal = alone + (options.hanging * options.timeout + options.eating * min(filling, options.timeout)) / options.jobs
    mixed = [*good, *hanging, *eating]
    random.Random(0).shuffle(mixed)
    wall, found = timed(mixed, settings, options.jobs)
    print(f"good alone {alone:.1f} s, filling the memory {filling:.1f} s, ideal {ideal:.1f} s")
    print(f"together {wall:.1f} s, {wall / ideal:.2f} times the ideal")
    for (verdict, limit), count in sorted(found.items(), key=str):
        print(f"{count:6} {verdict} {limit or ''}")


if __name__ == "__main__":
    main()
