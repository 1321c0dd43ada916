"""The page on reports shows what the program writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derivcheck.cli import main
from derivcheck.reports.formats import FORMATS

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = re.split(r"^## ", (DOCS / "reports.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
EXCERPTS = {section.split("\n", 1)[0]: re.findall(r"```\w*\n(.*?)```", section, re.DOTALL)[0] for section in SECTIONS}


def test_every_format_for_another_system_has_a_section() -> None:
    assert list(EXCERPTS) == [name for name in FORMATS if name not in {"text", "concise", "json", "html"}]


@pytest.mark.parametrize("name", EXCERPTS)
def test_each_excerpt_is_what_the_program_writes(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    (tmp_path / "softmax.yaml").write_text(re.search(r"```yaml\n(.*?)```", readme, re.DOTALL)[1], encoding="utf-8")  # type: ignore[index]
    monkeypatch.chdir(tmp_path)
    assert main(["run", "softmax.yaml", "--output-format", name]) == 1
    written = timeless(capsys.readouterr().out)
    for line in EXCERPTS[name].splitlines():
        assert timeless(line.strip()) in written


def timeless(text: str) -> str:
    return re.sub(r'time="[\d.]+"|\([\d.]+ s\)', "", text)
