"""How far the verdicts and diagnoses can be trusted: mistakes planted in steps that are right.

    python benchmarks/mutants.py [PATH ...] [--each 3] [--jobs 2] [--seed 0] [--show 5] [--only CODE]

A PATH is a file or folder of derivations, or a ``.jsonl`` file with a derivation a line and ``expect``, the verdict of
each of its steps; by default it is ``derivations/``.  Every mistake of the table is made at every place of every right
step where it applies, at most ``--each`` times per row and step, taken at random.  The independent judge
(``benchmarks/independent``: many digits, many instances, nothing of the engine's own) says which mutants are equal after
all; these are left out.  Where it and the engine disagree, both are printed.

Counted are: mutants; refuted, undecided, falsely accepted; right steps that are refuted; wrong steps whose diagnosis has
the code of the mistake that was made, or gives back the original step by a single edit; apart from these, those that are
mended by another edit that changes no more; repairs, and those that the independent judge finds wrong; the time that a
verdict and that a diagnosis takes.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from independent import Independent

from derivcheck.files.document import Document
from derivcheck.files.finding import find
from derivcheck.files.load import load
from derivcheck.kernel.terms import LOGIC, Context, Symbol, Term
from derivcheck.kernel.values.compare import PRINCIPAL
from derivcheck.kernel.vocabulary import ShapeError
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnose import REVERSED, diagnose
from derivcheck.proving.diagnosis import Diagnosis
from derivcheck.proving.mistakes.places import nodes, places, replaced
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.proving.mistakes.table import TABLE
from derivcheck.proving.screening.batch import Draws
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lines import Line, last_value, read_lines
from derivcheck.syntax import show

FORMAT = ("symbols", "assume", "define", "layout", "modulo", "syntax")
SLOW = 0.5
"""How many seconds of a diagnosis are too many."""
FEW = 12
"""On how many instances a repair is held against the step before."""


@dataclass(frozen=True)
class RightStep:
    """A step that its author expects to be right; origin: where it stands."""

    origin: str
    context: Context
    left: Term
    relation: str
    right: Term


@dataclass(frozen=True)
class Mutant:
    """A right step with a mistake in it; code: of the row of the table that made it."""

    step: RightStep
    code: str
    relation: str
    right: Term

    def __str__(self) -> str:
        return f"{self.step.origin} [{self.code}]: {show(self.step.left)}  {self.relation}  {show(self.right)}"


@dataclass
class Tally:
    """What was counted; shown: examples by what they show; made, named: by code."""

    counts: Counter[str] = field(default_factory=Counter)
    made: Counter[str] = field(default_factory=Counter)
    named: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[str]] = field(default_factory=dict)
    judging: list[float] = field(default_factory=list)
    diagnosing: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Take over another tally."""
        for name in ("counts", "made", "named"):
            getattr(self, name).update(getattr(other, name))
        for key, texts in other.shown.items():
            self.shown.setdefault(key, []).extend(texts)
        self.judging += other.judging
        self.diagnosing += other.diagnosing

    def note(self, key: str, text: str) -> None:
        """Count something and keep it as an example."""
        self.counts[key] += 1
        self.shown.setdefault(key, []).append(text)


# ---- right steps -----------------------------------------------------------------------------------------------------


def documents(paths: Sequence[str], work: Path) -> list[tuple[str, dict[int, str] | None]]:
    """The files to read, each with the expected verdict of its steps where the file does not say it itself."""
    found: list[tuple[str, dict[int, str] | None]] = []
    for path in paths:
        if path.endswith(".jsonl"):
            for k, text in enumerate(Path(path).read_text(encoding="utf-8").splitlines()):
                case = json.loads(text)
                file = work / f"{Path(path).stem}-{k}-{case['id']}.yaml"
                parts = {key: case[key] for key in FORMAT if case.get(key)}  # JSON is YAML
                file.write_text(json.dumps({**parts, "derivations": {"case": {"steps": case["steps"]}}}), encoding="utf-8")
                found.append((str(file), dict(enumerate(case["expect"]))))
        else:
            found.extend((str(item.path), None) for item in find([path]))
    return found


def right_steps(document: Document, expected: dict[int, str] | None) -> Iterator[RightStep]:
    """The steps of a document that are expected to be right, and each first line as a step from itself to itself."""
    for derivation in document.derivations:
        scope, wrong = scopes.build(derivation.declarations)
        lines = () if wrong or derivation.fault else read_lines(derivation, scope)
        for line in lines:
            if line.read is None or line.diagnostics or line.read.term.op in LOGIC:
                continue
            origin = f"{Path(document.path).stem}::{derivation.name}:{line.index}"
            term = line.read.term
            if not line.trail:
                yield RightStep(origin, line.scope.context(), term, "=", term)
            elif _right(line, expected) and (before := lines[line.trail[-1]]).read is not None:
                yield RightStep(origin, line.scope.context(), last_value(before), line.relation or "=", term)


def _right(line: Line, expected: dict[int, str] | None) -> bool:
    return (line.raw.expectation.kind if expected is None else expected.get(line.index)) == "right"


# ---- mutants ---------------------------------------------------------------------------------------------------------


def mutants(step: RightStep, each: int, rng: random.Random) -> Iterator[Mutant]:
    """The step with each mistake of the table in it, at most ``each`` of a kind; an inequality also the other way round."""
    if step.relation in REVERSED:
        yield Mutant(step, "wrong-relation", REVERSED[step.relation], step.right)
        return
    if step.relation != "=":
        return
    around = Surroundings(step.left, step.right, step.context)
    seen = {step.right, step.left}
    for mistake in TABLE:
        made: list[Term] = []
        for place in places(step.right):
            for make in mistake.make:
                with suppress(ShapeError):
                    for edit in make(place, around):
                        with suppress(ShapeError):
                            made.append(replaced(step.right, place.path, edit.new))
        rng.shuffle(made)
        count = 0
        for term in made:
            if term not in seen and count < each:
                seen.add(term)
                count += 1
                yield Mutant(step, mistake.code, "=", term)


# ---- what is made of them --------------------------------------------------------------------------------------------


def examined(task: tuple[str, dict[int, str] | None, int, int, str]) -> Tally:
    """The tally of one file."""
    path, expected, each, seed, only = task
    tally, draws = Tally(), Draws()
    (item,) = find([path])
    document = load(item)
    judges: dict[int, tuple[Judge, Independent]] = {}
    for step in right_steps(document, expected) if document else ():
        key = id(step.context)
        if key not in judges:
            judges[key] = Judge(step.context, draws=draws), Independent(step.context)
        judge, independent = judges[key]
        tally.counts["right steps"] += 1
        if judge.decide(step.left, step.relation, step.right).verdict in {"refuted", "conflict"}:
            tally.note("right steps refuted", step.origin)
        rng = random.Random(f"{seed} {step.origin}")
        for mutant in mutants(step, each, rng):
            if not only or mutant.code == only:
                try:
                    _examine(judge, independent, mutant, tally)
                except Exception as error:  # noqa: BLE001 - a defect is counted and shown, and the others go on
                    tally.note("crashes", f"{mutant}  ({type(error).__name__}: {error})")
    return tally


def _examine(judge: Judge, independent: Independent, mutant: Mutant, tally: Tally) -> None:
    step = mutant.step
    started = time.perf_counter()
    decision = judge.decide(step.left, mutant.relation, mutant.right)
    judged = time.perf_counter() - started
    finding = independent.compare(step.left, mutant.relation, mutant.right)
    verdict = decision.verdict
    if finding.verdict == "unsupported":
        tally.note("not settled by the independent judge", f"{mutant}  ({verdict}; {finding.reason})")
        return
    if finding.verdict == "nowhere" and verdict not in {"proved", "checked"}:
        tally.counts["defined nowhere"] += 1
        return
    if finding.lost and decision.counterexample is not None and PRINCIPAL in decision.counterexample.note:
        tally.counts["losing part of the domain"] += 1  # where only the engine knows values, principal ones
        return
    if finding.verdict == "holds":
        if verdict in {"refuted", "conflict"}:
            tally.note("disputed", f"{mutant}  ({verdict} at {decision.counterexample}; the independent judge: {finding})")
        else:
            tally.counts["equal after all"] += 1
        return
    tally.counts["mutants"] += 1
    tally.made[mutant.code] += 1
    tally.judging.append(judged)
    if verdict in {"proved", "checked", "conflict"}:
        tally.note("falsely accepted" if verdict != "conflict" else "conflicts", f"{mutant}  ({verdict}; {finding})")
    elif verdict == "refuted":
        tally.counts["refuted"] += 1
        _diagnosed(judge, independent, mutant, tally)
    else:
        tally.note(verdict, f"{mutant}  ({decision.reason})")


def _diagnosed(judge: Judge, independent: Independent, mutant: Mutant, tally: Tally) -> None:
    step = mutant.step
    started = time.perf_counter()
    found = diagnose(judge, step.left, mutant.relation, mutant.right)
    tally.diagnosing.append(time.perf_counter() - started)
    if tally.diagnosing[-1] > SLOW:
        tally.note("diagnosed slowly", f"{mutant}  ({tally.diagnosing[-1]:.2f} s)")
    own = found is not None and found.code == mutant.code
    back = found is not None and _gives_back(found, step)
    repair = found.repair if found is not None else None
    other = repair is not None and _distance(mutant.right, repair) <= _distance(mutant.right, step.right)
    tally.named[mutant.code] += own or back
    tally.counts["named by its code"] += own
    tally.counts["mended otherwise"] += other and not (own or back)
    if not (own or back or other):
        said = f"{found.code}: {found.message} -> {show(found.repair) if found.repair else None}" if found else "nothing"
        tally.note("not named", f"{mutant}\n        was {show(step.right)}\n        {said}")
    if found is not None and found.repair is not None:
        tally.counts["repairs"] += 1
        if independent.compare(step.left, "=", found.repair, FEW).verdict == "fails":
            tally.note("wrong repairs", f"{mutant} -> {show(found.repair)}")


def _gives_back(found: Diagnosis, step: RightStep) -> bool:
    """Whether a single edit of the wrong step gives the original: it is as small as the mistake, and has the same repair."""
    return found.repair is not None and "; and " not in found.message and _sorted(found.repair) == _sorted(step.right)


def _distance(one: Term, other: Term) -> int:
    """How many nodes have to be taken away and put in to make one term of another."""
    if one == other:
        return 0
    if one.op == other.op and one.data == other.data and len(one.args) == len(other.args):
        return sum(map(_distance, one.args, other.args)) or 1
    return nodes(one) + nodes(other)


def _sorted(term: Term) -> str:
    """The term up to the order and nesting of summands and factors, and where minus signs and divisions stand in products."""
    if term.op in {"neg", "mul", "div"}:
        sign, factors = _factors(term)
        return f"{sign}({'*'.join(sorted(factors))})"
    if term.op == "add":
        return f"({' + '.join(sorted(map(_sorted, term.args)))})"
    name = term.symbol.name if isinstance(term.data, Symbol) else str(term.data)
    return f"{term.op} {name} ({', '.join(map(_sorted, term.args))})"


def _factors(term: Term) -> tuple[int, list[str]]:
    """The sign of a product, and its factors; those below a line with a stroke in front."""
    match term.op:
        case "neg":
            sign, factors = _factors(term.args[0])
            return -sign, factors
        case "mul":
            parts = [_factors(a) for a in term.args]
            return math.prod(s for s, _ in parts), [f for _, fs in parts for f in fs]
        case "div":
            (one, over), (other, under) = map(_factors, term.args)
            return one * other, [*over, *(f"/{f}" for f in under)]
        case "number" if term.number == 1:
            return 1, []
    return 1, [_sorted(term)]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="*", default=[str(Path(__file__).parents[1] / "derivations")])
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--show", type=int, default=5, help="examples of each kind that are printed; disputes all are")
    parser.add_argument("--only", default="", help="only the mistakes of this code")
    options = parser.parse_args()
    total = Tally()
    with tempfile.TemporaryDirectory() as work, ProcessPoolExecutor(options.jobs) as pool:
        files = documents(options.paths, Path(work))
        tasks = [(path, expected, options.each, options.seed, options.only) for path, expected in files]
        for done, tally in enumerate(pool.map(examined, tasks), 1):
            total.add(tally)
            print(f"\r{done} of {len(tasks)} files, {total.counts['mutants']} mutants", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    report(total, options.show)


COUNTED = ("right steps", "right steps refuted", "mutants", "refuted", "undecided", "invalid", "falsely accepted", "conflicts",
           "crashes", "disputed", "equal after all", "losing part of the domain", "defined nowhere",
           "not settled by the independent judge", "repairs", "wrong repairs")
ALWAYS = {"falsely accepted", "conflicts", "crashes", "disputed", "right steps refuted", "wrong repairs"}


def report(total: Tally, show_: int) -> None:
    """Print what was counted."""
    for key, texts in sorted(total.shown.items()):
        print(f"\n{key}:")
        for text in texts if key in ALWAYS else random.Random(0).sample(texts, min(show_, len(texts))):
            print(f"    {text}")
    count, made, named = total.counts, total.counts["mutants"] or 1, total.named.total()
    print("\nmistake                 mutants    named")
    for code, number in sorted(total.made.items()):
        print(f"{code:22} {number:8} {100 * total.named[code] / number:7.1f} %")
    print()
    for key in COUNTED:
        print(f"{key}: {count[key]}")
    print(f"undecided: {100 * count['undecided'] / made:.2f} %; named: {100 * named / made:.1f} % "
          f"({100 * count['named by its code'] / made:.1f} % by the code of the mistake)")
    print(f"mended otherwise, by an edit that changes no more: {100 * count['mended otherwise'] / made:.1f} %")
    for name, times in (("verdict", total.judging), ("diagnosis", total.diagnosing)):
        ms = sorted(1000 * t for t in times) or [0.0]
        print(f"{name}: median {statistics.median(ms):.1f} ms, ninth decile {ms[len(ms) * 9 // 10]:.1f} ms, most {ms[-1]:.0f} ms")


if __name__ == "__main__":
    main()
