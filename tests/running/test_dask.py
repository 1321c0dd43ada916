"""A real cluster of this machine judges as this machine does, and a worker that is lost loses nothing."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from derivcheck.running.means import LOCAL, Means
from derivcheck.running.processes import with_dask
from derivcheck.running.run import judge, run
from derivcheck.running.settings import Settings
from derivcheck.running.sources import Refused, Text
from derivcheck.usage import UsageError

distributed = pytest.importorskip("distributed")

SOURCES = [Text(f"{i}.yaml", f"symbols: {{x: real}}\nsteps: [x + {i}, = {i % 5} + x]\n".encode(), True) for i in range(100)]
NO_UTF_8 = Text("caf\udce9.yaml", SOURCES[0].data, True, ("caf\ufffd",))
SOURCES_AND_OTHERS = [NO_UTF_8, *SOURCES[:40], Refused("absent.yaml", (("unreadable-file", "it is not there"),)), *SOURCES[40:]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    os.environ["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as made:
        yield made


def verdicts(means: Means) -> list[tuple[str, list[str | None]]]:
    report = judge(SOURCES_AND_OTHERS, Settings(), means)
    return [(file.path, [step.verdict for d in file.derivations for step in d.steps]) for file in report.files]


def test_a_cluster_judges_as_this_machine_does(cluster: Any) -> None:
    assert verdicts(Means(dask=cluster.scheduler_address)) == verdicts(Means())


def test_a_worker_that_is_lost_loses_nothing(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    taken = with_dask._taken

    def killing(lot: Any, *more: Any) -> Any:
        yield from taken(lot, *more)
        if lot.items[0][0] == 0:
            with distributed.Client(cluster.scheduler_address) as client:
                pid = next(iter(client.run(os.getpid).values()))
            os.kill(pid, signal.SIGKILL)

    monkeypatch.setattr(with_dask, "_taken", killing)
    assert verdicts(Means(dask=cluster.scheduler_address)) == verdicts(Means())


def test_what_the_cluster_cannot_judge_is_judged_here(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_dask, "judge_batch", _failing)
    assert verdicts(Means(jobs=1, dask=cluster.scheduler_address)) == verdicts(Means())


def _failing(data: bytes) -> bytes:
    raise RuntimeError("broken on purpose")


def test_another_version_on_the_cluster_is_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_dask, "engine", lambda: b"another")
    with pytest.raises(UsageError, match="another version"):
        verdicts(Means(dask=cluster.scheduler_address))


def test_a_cluster_is_made_where_no_address_is_given(tmp_path: Path) -> None:
    for i in range(3):
        (tmp_path / f"{i}.yaml").write_text(f"symbols: {{x: real}}\nsteps: [x + x, = {i}*x]\n")
    here, there = (list(run([str(tmp_path)], Settings(), means).judged()) for means in (Means(), Means(1, dask=LOCAL)))
    assert [step.verdict for step in here] == [step.verdict for step in there] == ["refuted", "refuted", "proved"]


def test_an_address_where_nobody_answers_is_a_usage_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(with_dask, "_PATIENCE", 0.5)
    with pytest.raises(UsageError, match="no Dask scheduler answers"):
        list(judge(SOURCES, Settings(), Means(dask="tcp://127.0.0.1:9")).files)
