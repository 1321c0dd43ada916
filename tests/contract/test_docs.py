"""The pages on diagnostics and the command line say what the program does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from derivcheck import configuration
from derivcheck.cli import main
from derivcheck.diagnostic import CODES
from derivcheck.files.reading import FILE_KEYS
from derivcheck.options import make_parser
from derivcheck.proving.diagnosis import OTHERS
from derivcheck.proving.mistakes.table import CODES as MISTAKES
from derivcheck.proving.mistakes.table import TABLE
from derivcheck.running.run import run
from derivcheck.running.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
SECTIONS = re.split(r"^### ", (DOCS / "diagnostics.md").read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
EXAMPLES = [
    (section.split("\n", 1)[0], *blocks)
    for section in SECTIONS
    if (blocks := re.findall(r"```yaml\n(.*?)```", section, re.DOTALL))
]


def codes(path: Path, text: str) -> set[str]:
    path.write_text(text, encoding="utf-8")
    report = run([str(path)], Settings())
    found = {finding.code for file in report.files for finding in file.findings}
    return found | {finding.code for step in report.judged() for finding in step.diagnostics}


def test_every_code_has_a_section() -> None:
    assert [section.split("\n", 1)[0] for section in SECTIONS] == list(CODES)


def test_every_mistake_has_its_row() -> None:
    page = (DOCS / "diagnostics.md").read_text(encoding="utf-8").split("## Diagnoses of refuted steps")[1]
    rows = set(re.findall(r"^\| `([a-z-]+)` \|", page, flags=re.MULTILINE))
    assert rows == MISTAKES | set(OTHERS)
    for code, (phrase, example) in OTHERS.items():
        left, wrong = (f"`{text}`" if text else "" for text in example or ("", ""))
        assert f"| `{code}` | {phrase} | {left} | {wrong} |".replace("|  ", "| ") in page
    for mistake in TABLE:
        left, wrong = mistake.wrong
        assert f"| `{mistake.code}` | {mistake.phrase} | `{left}` | `{wrong}` |" in page


@pytest.mark.parametrize(("code", "wrong", "right"), EXAMPLES, ids=[example[0] for example in EXAMPLES])
def test_each_example_gets_its_code_and_its_repair_gets_none(tmp_path: Path, code: str, wrong: str, right: str) -> None:
    assert codes(tmp_path / "wrong.yaml", wrong) == {code}
    assert codes(tmp_path / "right.yaml", right) == set()


def test_the_chapter_on_latex_judges_as_it_says(tmp_path: Path) -> None:
    page = (DOCS / "latex.md").read_text(encoding="utf-8")
    example = re.findall(r"````markdown\n(.*?)````", page, re.DOTALL)[0]
    path = tmp_path / "notes.md"
    path.write_text(example, encoding="utf-8")
    (file,) = run([str(path)], Settings()).files
    assert [(d.name, [step.verdict for step in d.steps]) for d in file.derivations] == [("eq-3", [None, "proved", "refuted"])]
    assert not file.findings and all(step.as_expected for step in file.derivations[0].steps)


def test_the_chapter_on_random_variables_judges_as_it_says(tmp_path: Path) -> None:
    examples = re.findall(r"```yaml\n(.*?)```", (DOCS / "probability.md").read_text(encoding="utf-8"), re.DOTALL)
    for place, example in enumerate(examples):
        (tmp_path / f"{place}.yaml").write_text(example, encoding="utf-8")
    report = run([str(tmp_path)], Settings())
    assert report.judged() and all(step.as_expected for step in report.judged())
    assert all(step.verdict == "proved" for step in report.judged() if step.expect != "wrong")


def test_the_spellings_in_the_chapter_on_latex_can_be_declared(tmp_path: Path) -> None:
    page = (DOCS / "latex.md").read_text(encoding="utf-8")
    (spellings,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    head = spellings.replace("symbols:", "symbols:\n  V, d, n, N, K: size")
    steps = r"""syntax: latex
steps: |
  p(o|c) V_C (w^*)^\top \Sigma z^{(1)} \\
  = p(0|c) v_c (w^{*})^\top \Sigma z^{(1)}
"""
    assert codes(tmp_path / "names.yaml", head + steps) == {"shape"}
    assert codes(tmp_path / "names.yaml", head + steps.replace(" z^{(1)}", "")) == set()


def test_the_format_page_names_every_key() -> None:
    page = (DOCS / "format.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in page for key in FILE_KEYS)


def test_the_command_line_page_names_every_option_of_run_and_of_the_configuration() -> None:
    page = (DOCS / "command-line.md").read_text(encoding="utf-8")
    (commands,) = (action for action in make_parser()._actions if action.dest == "command")
    assert isinstance(commands.choices, dict)
    shown = [a for a in commands.choices["run"]._actions if a.help != "==SUPPRESS==" and a.option_strings and a.dest != "help"]
    assert all(f"`{action.option_strings[0]}" in page for action in shown)
    assert all(f"`{key}`" in page for key in configuration.TYPES)


def test_the_report_in_the_readme_is_what_the_program_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    (tmp_path / "softmax.yaml").write_text(re.search(r"```yaml\n(.*?)```", readme, re.DOTALL)[1], encoding="utf-8")  # type: ignore[index]
    main(["run", "softmax.yaml", "--color", "never"])
    shown = re.search(r"\$ derivcheck run softmax.yaml\n(.*?)```", readme, re.DOTALL)[1]  # type: ignore[index]
    assert _without_time(shown) == _without_time(capsys.readouterr().out)


def _without_time(text: str) -> str:
    return re.sub(r"\([\d.]+ s\)", "", text)
