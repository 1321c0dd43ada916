"""The cache answers what was asked before, and nothing else; whatever happens to it costs time and no verdict."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from classroom.ill_behaved import GOOD, ill

from derivcheck.running.judging import derivations as judging
from derivcheck.running.means import Means
from derivcheck.running.remembering import cache as caching
from derivcheck.running.remembering.cache import Cache
from derivcheck.running.run import judge
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Source, Text
from derivcheck.syntax.latex import grammar

HEAD = "symbols:\n  x, y: real\n"
RIGHT = HEAD + f"steps: |\n  (x + y)**2\n  = {GOOD}\n"
WRONG = HEAD + "steps: |\n  (x + y)**2\n  = x**2 + y**2\n  = x**2 + y**2 + 1\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.sqlite"


def text(content: str, path: str = "a.yaml") -> Text:
    return Text(path, content.encode(), True)


def verdicts(path: Path, *sources: Source, settings: Settings | None = None) -> list[str | None]:
    cache = Cache(path)
    report = judge(sources, settings or Settings(), Means(0, cache))
    found = [step.verdict for step in report.judged()]
    assert cache.trouble is None
    return found


@pytest.fixture
def claims(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The claims that are really judged, by their right sides."""
    asked: list[str] = []
    decide = judging.Bench._decide

    def counted(self: judging.Bench, judge: object, left: object, relation: str, right: object, named: object) -> object:
        asked.append(judging.show(right))  # type: ignore[arg-type]
        return decide(self, judge, left, relation, right, named)  # type: ignore[arg-type]

    monkeypatch.setattr(judging.Bench, "_decide", counted)
    return asked


def test_what_is_unchanged_is_not_judged_again(path: Path, claims: list[str]) -> None:
    first = verdicts(path, text(WRONG))
    asked = len(claims)
    assert (first, verdicts(path, text(WRONG))) == (["refuted", "refuted"], first)
    assert len(claims) == asked > 0


def test_an_equal_step_of_another_file_is_not_judged_again(path: Path, claims: list[str]) -> None:
    verdicts(path, text(RIGHT))
    claims.clear()
    assert verdicts(path, text("title: Another\n" + RIGHT, "b.yaml")) == ["proved"]
    assert claims == []


@pytest.mark.parametrize(
    ("changed", "settings"),
    [
        (RIGHT.replace("x, y: real", "x, y: positive"), Settings()),
        (RIGHT.replace("steps:", "assume: [x > 0]\nsteps:"), Settings()),
        (RIGHT.replace("x, y: real", "x, y, f: real\ndefine: {y: f + 1}"), Settings()),
        (RIGHT.replace("(x + y)**2\n", "(y + x)**2\n"), Settings()),
        (RIGHT, Settings(seed=1)),
        (RIGHT, Settings(samples=33)),
    ],
)
def test_whatever_a_verdict_follows_from_is_asked_for(path: Path, claims: list[str], changed: str, settings: Settings) -> None:
    verdicts(path, text(RIGHT))
    claims.clear()
    verdicts(path, text(changed), settings=settings)
    assert len(claims) == 1


def test_what_a_derivation_does_not_use_is_not_asked_for(path: Path, claims: list[str]) -> None:
    verdicts(path, text(RIGHT))
    claims.clear()
    verdicts(path, text(RIGHT.replace("x, y: real", "x, y, unused: real\ndefine: {unused: x**2}")))
    assert claims == []


def test_another_version_of_the_program_judges_anew(path: Path, claims: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    verdicts(path, text(RIGHT))
    claims.clear()
    monkeypatch.setattr("derivcheck.running.remembering.keys.engine", lambda: b"another")
    verdicts(path, text(RIGHT))
    assert len(claims) == 1


def test_a_step_that_was_ended_is_tried_again_with_more_time_only(path: Path) -> None:
    source = ill("bad", GOOD, f"{GOOD} + 0*hang")

    def reason(timeout: float) -> str | None:
        found = list(judge([source], Settings(timeout=timeout), Means(1, Cache(path))).judged())
        assert [step.verdict for step in found] == ["proved", "undecided"]
        return found[1].reason

    assert "1 s" in str(reason(1.0))
    assert "1 s" in str(reason(0.9))  # answered: less time would not have sufficed either
    assert "1.5 s" in str(reason(1.5))


def test_a_step_that_crashed_is_tried_again(path: Path) -> None:
    source = ill("bad", f"{GOOD} + 0*die")
    for _ in range(2):
        (step,) = judge([source], Settings(), Means(1, Cache(path))).judged()
        assert step.limit == "crash"
    assert Cache(path).contents().results == 0


def _scribble(path: Path, at: int, count: int) -> None:
    data = bytearray(path.read_bytes())
    generator = random.Random(at)
    for _ in range(count):
        data[generator.randrange(at, len(data))] ^= 1 << generator.randrange(8)
    path.write_bytes(data)


@pytest.mark.parametrize("harm", ["noise", "bits", "empty", "text", "cut", "other"])
def test_a_damaged_cache_is_begun_anew(path: Path, harm: str) -> None:
    right = verdicts(path, text(RIGHT), text(WRONG, "b.yaml"))
    match harm:
        case "noise":
            path.write_bytes(random.Random(0).randbytes(20_000))
        case "bits":
            _scribble(path, 200, 500)
        case "empty":
            path.write_bytes(b"")
        case "text":
            path.write_text("this is no table")
        case "cut":
            path.write_bytes(path.read_bytes()[:5000])
        case "other":
            path.unlink()
            with sqlite3.connect(path) as connection:
                connection.execute("CREATE TABLE results (something)")
    for _ in range(2):
        assert verdicts(path, text(RIGHT), text(WRONG, "b.yaml")) == right


@pytest.mark.parametrize("forged", [b"", b"short", b"x" * 400])
def test_a_value_that_was_not_written_is_not_read(path: Path, forged: bytes) -> None:
    right = verdicts(path, text(WRONG))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE results SET value = ?", (forged,))
    assert verdicts(path, text(WRONG)) == right


def test_a_value_under_another_key_is_not_read(path: Path) -> None:
    right = verdicts(path, text(WRONG), text(RIGHT, "b.yaml"))
    with sqlite3.connect(path) as connection:
        values = [value for (value,) in connection.execute("SELECT value FROM results ORDER BY key")]
        keys = [key for (key,) in connection.execute("SELECT key FROM results ORDER BY key")]
        for key, value in zip(keys, values[1:] + values[:1], strict=True):
            connection.execute("UPDATE results SET value = ? WHERE key = ?", (value, key))
    assert verdicts(path, text(WRONG), text(RIGHT, "b.yaml")) == right


def test_a_locked_cache_costs_time_only(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "_BUSY", 0.1)
    right = verdicts(path, text(WRONG))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN EXCLUSIVE")
    cache = Cache(path)
    report = judge([text(WRONG), text(RIGHT, "b.yaml")], Settings(), Means(0, cache))
    assert [step.verdict for step in report.judged()] == [*right, "proved"]
    other.close()


def test_a_cache_that_cannot_be_made_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    cache = Cache(tmp_path / "file" / "results.sqlite")
    assert [step.verdict for step in judge([text(RIGHT)], Settings(), Means(0, cache)).judged()] == ["proved"]
    assert cache.trouble is not None


@pytest.mark.parametrize("home", ["~/.cache/derivcheck", RuntimeError("no home")])
def test_without_a_home_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, home: str | Exception) -> None:
    def folder(name: str) -> str:
        if isinstance(home, Exception):
            raise home
        return home

    monkeypatch.setattr("platformdirs.user_cache_dir", folder)
    monkeypatch.chdir(tmp_path)
    grammar.load.cache_clear()
    latex = "syntax: latex\n" + HEAD + "steps: |\n  \\frac{x}{2}\n  = \\frac12 x\n"
    cache = Cache()
    report = judge([text(RIGHT), text(latex, "b.yaml")], Settings(), Means(0, cache))
    assert [step.verdict for step in report.judged()] == ["proved", "proved"]
    assert "home" in str(cache.trouble)
    assert (cache.contents().results, [*tmp_path.iterdir()]) == (0, [])
    grammar.load.cache_clear()


def test_a_table_that_has_grown_too_large_forgets_the_older_half(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caching, "LARGEST", 50_000)
    cache = Cache(path)
    for i in range(100):
        cache.put(b"%d" % i, random.Random(i).randbytes(2000), [], Settings())
    cache.close()
    kept = [i for i in range(100) if Cache(path).get(b"%d" % i, Settings()) is not None]
    assert kept
    assert set(kept) <= set(range(40, 100))


def test_a_run_that_is_killed_leaves_a_cache_that_can_be_used(tmp_path: Path) -> None:
    for i in range(30):
        (tmp_path / f"{i:03}.yaml").write_text(WRONG.replace("+ 1", f"+ {i}"))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    command = [sys.executable, "-m", "derivcheck", "run", str(tmp_path), "--jobs", "2", "--output-format", "json"]

    def told(*more: str) -> list[str]:
        done = subprocess.run([*command, *more], capture_output=True, text=True, env=environment, timeout=120)
        assert (done.returncode, done.stderr) == (1, "")
        files = json.loads(done.stdout)["files"]
        return [step["verdict"] for file in files for derivation in file["derivations"] for step in derivation["steps"]]

    right = told("--no-cache")
    for moment in (0.3, 0.6, 0.9):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        time.sleep(moment)
        running.send_signal(signal.SIGKILL)
        running.wait()
        assert told() == right


def test_the_command_shows_and_clears_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from derivcheck.cli import main

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (tmp_path / "a.yaml").write_text(RIGHT)
    assert main(["run", str(tmp_path / "a.yaml")]) == 0
    capsys.readouterr()
    assert main(["cache", "info"]) == 0
    assert "2 results" in capsys.readouterr().out
    assert main(["cache", "clear"]) == 0
    assert main(["cache", "info"]) == 0
    assert "0 results" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("head", "steps", "changing"),
    [
        ("x: negative", "log(x) - log(x)\n  = 0", "z: complex"),  # with complex numbers about, the logarithm is principal
        ("n: size\n  x: vector(n)", "sum(log(x[i]**2), i in 1..n)\n  = sum(2*log(x[i]), i in 1..n)", "k: index(n)"),
    ],
)
def test_a_declaration_that_changes_what_others_mean_is_asked_for(path: Path, claims: list[str], head: str, steps: str,
                                                                 changing: str) -> None:
    verdicts(path, text(f"symbols:\n  {head}\nsteps: |\n  {steps}\n"))
    claims.clear()
    verdicts(path, text(f"symbols:\n  {head}\n  {changing}\nsteps: |\n  {steps}\n"))
    assert len(claims) == 1
