"""Times every proved step of ``derivations/`` in the kernel, and the same steps, at small literal sizes, in SymPy.

    python benchmarks/kernel_against_sympy.py [PATH] [--repeats 5] [--limit 20] [--every 1]

The kernel proves a step for all sizes; SymPy gets it written out at V = 3 and d = 2, and is asked
``simplify(left - right) == 0`` for every entry.  The kernel remembers nothing from step to step; SymPy does, and its cache is
emptied before each derivation.  A step that SymPy does not finish within the limit counts with the limit.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import FrameType

import sympy
from expansion import Expansion, NotExpanded
from sympy.core.cache import clear_cache

from derivcheck.files.finding import find
from derivcheck.files.load import load
from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import LOGIC, Claim
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lines import last_value, read_lines


class OutOfTime(BaseException):
    """The limit is over; no ``except Exception`` on the way stops it."""


def chains(path: str) -> Iterator[list[Claim]]:
    """For each set of declarations of each derivation its steps as claims, every one against the step before it."""
    for item in find([path]):
        document = load(item)
        for derivation in document.derivations if document else ():
            scope, wrong = scopes.build(derivation.declarations)
            lines = () if wrong else read_lines(derivation, scope)
            claims: dict[int, list[Claim]] = {}
            for line in lines:
                if line.read and line.trail and line.read.term.op not in LOGIC and line.relation == "=":
                    claim = Claim(last_value(lines[line.trail[-1]]), "=", line.read.term, line.scope.context())
                    claims.setdefault(id(line.scope), []).append(claim)
            yield from claims.values()


def kernel_times(claims: Sequence[Claim], repeats: int) -> dict[int, float]:
    """The median milliseconds of each claim that the kernel proves."""
    measured: dict[int, list[float]] = {}
    for _ in range(repeats):
        kernel = Kernel(claims[0].context)
        for k, claim in enumerate(claims):
            started = time.perf_counter()
            outcome = kernel.prove(claim)
            elapsed = (time.perf_counter() - started) * 1000
            if isinstance(outcome, Proof):
                measured.setdefault(k, []).append(elapsed)
    return {k: statistics.median(times) for k, times in measured.items()}


def sympy_time(claim: Claim, limit: float) -> tuple[str, float]:
    """What SymPy says of a claim (``equal``, ``not shown``, ``out of time``), and the milliseconds it took, at most the limit."""
    expansion = Expansion(claim.context)
    started = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, limit)
    try:
        pairs = zip(expansion.entries(claim.left), expansion.entries(claim.right), strict=True)
        word = "equal" if all(sympy.simplify(a - b) == 0 for a, b in pairs) else "not shown"
    except OutOfTime:
        word = "out of time"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return word, min(time.perf_counter() - started, limit) * 1000


def _ring(signum: int, frame: FrameType | None) -> None:
    raise OutOfTime


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("path", nargs="?", default=str(Path(__file__).parents[1] / "derivations"))
    parser.add_argument("--repeats", type=int, default=5, help="measurements of each step in the kernel")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for a step in SymPy")
    parser.add_argument("--every", type=int, default=1, help="take every n-th step only")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _ring)
    pairs: list[tuple[float, float]] = []
    every_step: list[float] = []
    words: Counter[str] = Counter()
    count = 0
    for claims in chains(options.path):
        clear_cache()
        for k, milliseconds in kernel_times(claims, options.repeats).items():
            every_step.append(milliseconds)
            count += 1
            if count % options.every:
                continue
            try:
                word, theirs = sympy_time(claims[k], options.limit)
            except NotExpanded as reason:
                words[f"not written out: {reason}"] += 1
                continue
            words[word] += 1
            pairs.append((milliseconds, theirs))
    print(f"{len(every_step)} proved steps, kernel alone: median {statistics.median(every_step):.2f} ms, "
          f"mean {statistics.mean(every_step):.2f} ms, most {max(every_step):.1f} ms")
    for word, number in words.most_common():
        print(f"SymPy {sympy.__version__}: {number} steps {word}")
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    print(f"medians over the {len(pairs)} steps timed in both: kernel {ours:.2f} ms, SymPy {theirs:.1f} ms, "
          f"ratio {theirs / ours:.0f}")
    print(f"median of the ratios of single steps: {statistics.median(b / a for a, b in pairs):.0f}")


if __name__ == "__main__":
    main()
