"""A run shared out, put together again, is the run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from derivcheck.cli import main
from derivcheck.reports import as_json, from_json
from derivcheck.running.results import Report
from derivcheck.running.run import run
from derivcheck.running.settings import Settings
from derivcheck.running.shards import Shard
from derivcheck.usage import UsageError

DERIVATIONS = Path(__file__).parents[2] / "derivations"
STEP = "symbols: {{x: real}}\nsteps: |\n  x + x\n  = {0}*x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "class").mkdir()
    for i in range(7):
        (tmp_path / "class" / f"{i}.yaml").write_text(STEP.format(i))
    (tmp_path / "class" / "other.yaml").write_text("services: {}\n")
    (tmp_path / "class" / "wrong.yaml").write_text("steps: [\n")
    return tmp_path


def rows(report: Report) -> str:
    written = "".join(as_json.render(report)).splitlines()
    return "\n".join(row for row in written if '"seconds"' not in row and "millisec" not in row)


def shares(count: int) -> list[Path]:
    for number in range(1, count + 1):
        main(["run", "class", "--shard", f"{number}/{count}", "--output", f"json={number}.json", "--output-format", "concise"])
    return [Path(f"{number}.json") for number in range(1, count + 1)]


@pytest.mark.parametrize("count", [1, 3, 20])
def test_the_shares_of_a_run_make_the_run(folder: Path, count: int) -> None:
    found = [(path, from_json.read(path)) for path in reversed(shares(count))]
    report, missing = from_json.merged(found)
    assert missing == ()
    assert rows(report) == rows(run(["class"], Settings()))


def test_a_report_read_back_is_the_report(tmp_path: Path) -> None:
    report = run([str(sorted(DERIVATIONS.glob("*.yaml"))[-1])], Settings(strict=True))
    text = "".join(as_json.render(report))
    (tmp_path / "report.json").write_text(text, encoding="utf-8")
    assert "".join(as_json.render(from_json.read(tmp_path / "report.json"))) == text


def test_a_share_that_is_missing_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shares(3)
    capsys.readouterr()
    assert main(["merge", "1.json", "3.json"]) == 2
    assert "shares of the run are missing: 2" in capsys.readouterr().err


def test_the_status_is_that_of_the_whole_run(folder: Path) -> None:
    (folder / "class" / "wrong.yaml").unlink()
    assert main(["merge", *map(str, shares(2))]) == 1
    (folder / "class" / "0.yaml").write_text("steps: [\n")
    assert main(["merge", *map(str, shares(2))]) == 2


def test_what_does_not_fit_together_is_refused(folder: Path) -> None:
    one, two = shares(2)
    whole = json.loads(one.read_text())
    Path("other.json").write_text(json.dumps({**whole, "seed": 5}))
    Path("twice.json").write_text(json.dumps({**whole, "shard": None}))
    Path("none.json").write_text('{"version": 1}')
    Path("newer.json").write_text(json.dumps({**whole, "version": 2}))
    Path("forged.json").write_text(json.dumps({**whole, "files": [{"path": 1}]}))
    Path("deep.json").write_text('{"version": 1, "files": ' + "[" * 100_000)
    for arguments, said in [
        (["1.json", "other.json"], "--seed"),
        (["1.json", "1.json"], "more than one"),
        (["1.json", "twice.json"], "not all the others are shares"),
        (["none.json"], "no JSON report"),
        (["newer.json"], "version 2"),
        (["forged.json"], "no JSON report"),
        (["deep.json"], "no JSON report"),
        (["absent.json"], "cannot be read"),
    ]:
        with pytest.raises(UsageError, match=said):
            main(["merge", *arguments])
    assert two.exists()


@pytest.mark.parametrize("text", ["0/3", "4/3", "3", "1/0", "-1/2", "1/2/3", "a/b", "", "1 /2"])
def test_a_share_is_written_in_one_way(text: str) -> None:
    with pytest.raises(ValueError, match="not a share"):
        Shard.parse(text)


def test_every_item_is_in_one_share() -> None:
    items = list(range(50))
    for count in (1, 2, 7, 60):
        found = [item for number in range(1, count + 1) for item in Shard(count, number).of(items)]
        assert sorted(found) == items
