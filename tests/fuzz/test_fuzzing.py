"""The fuzz targets keep their laws on a fixed number of inputs; by hand they run for as long as one likes."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import fuzz_documents
import fuzz_latex
import fuzz_plain
import fuzz_yaml
import pytest
from fuzzing import ROOT, loop, within_time

TARGETS = [(fuzz_plain, 3000), (fuzz_latex, 2500), (fuzz_yaml, 1000), (fuzz_documents, 700)]


@pytest.mark.parametrize(("target", "inputs"), TARGETS, ids=lambda it: getattr(it, "__name__", None))
def test_a_target_keeps_its_laws(target: ModuleType, inputs: int) -> None:
    loop(within_time(target.check), target.WORDS, list(target.seeds()), inputs, seed=5)


@pytest.mark.skipif(importlib.util.find_spec("atheris") is None, reason="there is no atheris for this platform")
@pytest.mark.parametrize("target", [target for target, _ in TARGETS], ids=lambda target: target.__name__)
def test_a_target_runs_under_atheris(tmp_path: Path, target: ModuleType) -> None:
    command = [sys.executable, str(target.__file__), "-runs=300", "-seed=5", "-max_len=500", f"-artifact_prefix={tmp_path}/"]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False, env={**os.environ,
    "PYTHONPATH": path})
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Done" in done.stderr


def test_a_broken_law_is_seen() -> None:
    def broken(data: bytes) -> None:
        assert b"=" not in data

    with pytest.raises(AssertionError):
        loop(broken, ["="], [b"x"], 1000, seed=0)
    with pytest.raises(TimeoutError):
        within_time(lambda data: sum(range(10**8)) and None)(b"")
