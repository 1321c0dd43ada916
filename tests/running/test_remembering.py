"""What was judged before, with whatever limits and in whatever order, changes no word of what is judged now."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from derivcheck.files.finding import Input
from derivcheck.files.load import load
from derivcheck.proving.decide import TOO_DEEP
from derivcheck.proving.with_sympy import prover
from derivcheck.running.judging import derivations as judging
from derivcheck.running.judging import surroundings
from derivcheck.running.means import Means
from derivcheck.running.processes import parts
from derivcheck.running.processes.parts import judge_document
from derivcheck.running.processes.watch import Attempt, Limit, Place, Stage
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.report import FileReport
from derivcheck.running.run import judge
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Text

LITTLE, MUCH = Settings(timeout=1.0), Settings(timeout=10.0)

SUM = "sum(binomial(n, k)**2, k in 0..n)"

SIXTH = "diff(" * 6 + "exp(x)" + ", x)" * 6


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.sqlite"


def document(*steps: str, head: str = "x, y: real\n  n: natural") -> str:
    return f"symbols:\n  {head}\nsteps:\n" + "".join(f"  - {step}\n" for step in steps)


def judged(content: str, cache: Path | None = None, settings: Settings = MUCH) -> FileReport:
    """The report without times, by a process that has seen nothing yet but its cache."""
    surroundings.DRAWS._known.clear()
    (file,) = judge([Text("a.yaml", content.encode(), True)], settings, Means(0, Cache(cache) if cache else None)).files
    timeless = (replace(d, steps=tuple(replace(s, milliseconds=0.0) for s in d.steps)) for d in file.derivations)
    return replace(file, derivations=tuple(timeless))


# -- limits ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """A SymPy that proves whatever it is asked, if it may take a second and more."""

    def ask(claim: object, timeout: float) -> prover.Word:
        if timeout < 1:
            return prover.Word(reason="SymPy found nothing", limit="time")
        return prover.Word("luck", 3, "1.0")

    monkeypatch.setattr(prover, "ask", ask)


@pytest.mark.parametrize("wrong", [("= 1", "= 2"), ("= [1, 2]",)])
@pytest.mark.usefixtures("slow")
def test_what_a_limit_kept_from_being_found_out_is_found_out_with_more(path: Path, wrong: tuple[str, ...]) -> None:
    content = document(SUM, *wrong, "= binomial(2*n, n) + 0*y")
    little = judged(content, path, LITTLE)
    assert little.limits == ("time",)
    assert judged(content, path, LITTLE) == little
    much = judged(content, path)
    assert much == judged(content)
    assert much.limits == ()
    assert any(step.recovers is not None for derivation in much.derivations for step in derivation.steps)


@pytest.mark.usefixtures("slow")
def test_a_limit_that_was_met_is_met_by_all_that_follows_from_it(path: Path) -> None:
    content = document(SUM, "= [1, 2]", "= binomial(2*n, n)")
    assert judged(content, path, LITTLE).limits == ("time",)
    assert judged("title: another\n" + content, path, LITTLE).limits == ("time",)  # no step asks, all is remembered
    assert judged("title: another\n" + content, path) == judged("title: another\n" + content)


@pytest.mark.parametrize("right", ["= x**2 + 2*x*y + y**2", "= x**2 + y**2"])
def test_a_step_that_was_ended_here_and_is_known_from_elsewhere_is_not_kept_as_the_whole_answer(path: Path, right: str) -> None:
    content = document("(x + y)**2", right)
    whole = judged(content, path)
    read = load(Input(Path("a.yaml"), True), content.encode())
    assert read is not None
    ended = Attempt([(Place(Stage.JUDGING, 0, 1), Limit("time", "too slow"))])
    ended.derivation = 0
    file = judge_document(read, surroundings.Surroundings(MUCH, Cache(path), ended))
    (step,), (known,) = (file.derivations[0].steps[1:], whole.derivations[0].steps[1:])
    assert step.verdict == known.verdict
    assert (step.diagnosis, file.limits) == ((known.diagnosis, ()) if known.verdict == "proved" else (None, ("time",)))


def test_memory_that_ran_out_in_the_process_that_asks_is_no_answer_for_another_run(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = document("(x + y)**2", "= x**2 + 2*x*y + y**2")

    def exhausted(*_: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(judging.Bench, "_decide", exhausted)
        assert judged(content, path).derivations[0].verdict == "undecided"
    assert judged(content, path) == judged(content)


@pytest.mark.parametrize("budget", ["1e9", "NULL", "'1e9'", "x'00'"])
@pytest.mark.usefixtures("slow")
def test_a_budget_that_was_not_written_is_not_believed(path: Path, budget: str) -> None:
    content = document(SUM, "= [1, 2]", "= binomial(2*n, n)")
    judged(content, path, LITTLE)
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE results SET seconds = {budget} WHERE seconds IS NOT NULL")
    assert judged(content, path) == judged(content)


# -- the order of questions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", ["1e5000", "-1e5000", "1e-5000", "1e5000/3"])
def test_numbers_of_any_length_are_remembered(path: Path, number: str) -> None:
    content = document(f"x*({number})", f"= ({number})*x")
    assert judged(content).derivations[0].verdict == "proved"
    assert judged(content, path) == judged(content)


def chain(length: int, value: Callable[[str], str]) -> str:
    """Declarations of y0 to y of a length, each made of the one before."""
    names = "\n".join(f"  y{k}: real" for k in range(length + 1))
    made = "\n".join(f"  y{k + 1}: {value(f'y{k}')}" for k in range(length))
    return f"symbols:\n  x: real\n{names}\ndefine:\n  y0: x\n{made}\n"


@pytest.mark.parametrize(
    ("head", "first", "last"),
    [
        ("symbols:\n  x, y: real\n", (SIXTH, "= exp(x) + 0*y"), f"= diff(y*{SIXTH}, y)"),
        (chain(240, "sin({})".format), ("0*y120", "= 0"), "= 0*y240"),
    ],
)
def test_what_is_known_of_parts_does_not_decide_what_is_said_of_the_whole(
    path: Path, head: str, first: tuple[str, str], last: str
) -> None:
    """The last step is reached with its parts evaluated before, or with what was said of these remembered."""
    start = head + "steps:\n" + "".join(f"  - {step}\n" for step in first)
    judged(start + f"  - {last} + 1\n", path)
    assert judged(start + f"  - {last}\n", path) == judged(start + f"  - {last}\n")


def test_calls_around_the_judging_leave_it_as_much_room_as_ever() -> None:
    content = chain(98, "sin({})".format) + "steps: |\n  y98\n  = sin(y97)\n"

    def within(calls: int) -> FileReport:
        return within(calls - 1) if calls else judged(content)

    before = sys.getrecursionlimit()
    assert within(60) == judged(content)
    assert sys.getrecursionlimit() == before
    assert judged(content).derivations[0].steps[1].verdict == "proved"


@pytest.mark.parametrize("length", [120, 240, 900])
@pytest.mark.parametrize("step", ["= 0*y{}", "= y{} + 1"])
def test_what_is_nested_too_deeply_is_said_to_be_whatever_room_there_is(
    length: int, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """How far a recursion would get depends on the caller and on what is remembered: nobody descends to find out."""
    content = chain(length, "sin({})".format) + f"steps:\n  - 0\n  - {step.format(length)}\n"
    said = judged(content)
    assert [s.reason for s in said.derivations[0].steps[1:]] == [TOO_DEEP]
    monkeypatch.setattr(parts, "DEEPEST", parts.DEEPEST // 4)
    assert judged(content) == said


def test_an_assumption_that_is_nested_too_deeply_proves_nothing() -> None:
    content = chain(240, "sin({})".format) + "assume:\n  - y240 > 0\nsteps:\n  - abs(y240)\n  - = y240\n"
    file = judged(content)
    assert not file.findings
    assert file.derivations[0].steps[1].verdict == "undecided"
