"""The command line as scripts rely on it: exit statuses, formats, configuration, and what the standard streams hold."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import derivcheck
from derivcheck.cli import entry, main
from derivcheck.usage import UsageError

RIGHT = "symbols: {x: real}\nsteps: |\n  x + x\n  = 2*x\n"
WRONG = "symbols: {x: real}\nsteps: |\n  x + x\n  = 3*x\n"
UNREADABLE = "symbols: {x: real}\nsteps: |\n  x + x\n  = 2*\n"
NOTHING = "symbols: {x: real}\nsteps: x\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with no configuration above it that counts."""
    (tmp_path / "derivcheck.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return python("-m", "derivcheck", *arguments, **environment)


def python(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A Python process that finds the package wherever it works."""
    around = {**os.environ, "PYTHONPATH": str(Path(derivcheck.__file__).parents[1]), **environment}
    return subprocess.run([sys.executable, *words], capture_output=True, encoding="utf-8", env=around, check=False)


@pytest.mark.parametrize(
    ("texts", "status"),
    [
        ([RIGHT], 0),
        ([WRONG], 1),
        ([WRONG.replace("3*x", "3*x #! wrong")], 0),
        ([RIGHT.replace("2*x", "2*x #! wrong")], 1),
        ([UNREADABLE], 2),
        ([UNREADABLE.replace("2*", "2*  #! invalid")], 0),
        (["a: [\nsteps: x\n"], 2),
        ([WRONG, UNREADABLE, RIGHT], 2),
        ([NOTHING], 5),
        ([], 5),
        (["services: {}\n"], 5),
    ],
)
def test_exit_status(folder: Path, texts: list[str], status: int) -> None:
    write(folder, **{f"file{i}": text for i, text in enumerate(texts)})
    assert main(["run", "."]) == status


def test_a_bad_file_does_not_stop_the_others(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, a="steps: [\n", b=RIGHT)
    assert main(["run", ".", "--output-format", "json"]) == 2
    report = json.loads(capsys.readouterr().out)
    assert [file["path"] for file in report["files"]] == ["a.yaml", "b.yaml"]
    assert report["summary"]["proved"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "none.yaml"], "there is no file or folder none.yaml"),
        (["run", ".::a"], "is a folder"),
        (["run", "a.yaml", "--output", "json=none/x.json"], "cannot be written"),
        (["explain", "a.yaml::a:7"], "steps 0 to 1"),
        (["new", "a.yaml"], "exists already"),
        (["new", "a.txt"], "should end in .yaml"),
    ],
)
def test_usage_errors_say_what_to_write(folder: Path, arguments: list[str], said: str) -> None:
    write(folder, a=RIGHT)
    with pytest.raises(UsageError, match=said):
        main(arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "a.yaml", "--output-format", "excel"], "write one of text, concise, json"),
        (["run", "a.yaml", "--output", "excel=x"], "write one of text, concise, json"),
        (["run", "a.yaml", "--output", "json"], "is not FORMAT=FILE"),
        (["run", "a.yaml", "--timeout", "0"], "not a positive number"),
        (["run", "a.yaml", "--samples", "none"], "not a whole number"),
        (["run"], "required: PATH"),
        (["nonsense"], "invalid choice"),
    ],
)
def test_wrong_arguments_exit_with_2(folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert said in capsys.readouterr().err


def test_without_arguments_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "derivcheck run" in capsys.readouterr().out


def test_options_that_scripts_may_pass(folder: Path) -> None:
    write(folder, a=RIGHT)
    assert main(["run", "a.yaml", "--jobs", "4", "--no-cache", "--timeout", "2.5", "--samples", "8", "--seed", "3"]) == 0


def test_strict_fails_what_is_lost(folder: Path) -> None:
    write(folder, a="symbols: {x: real}\nsteps: |\n  log(x**2)\n  = 2*log(x)\n")
    assert main(["run", "a.yaml"]) == 0
    assert main(["run", "a.yaml", "--strict"]) == 1


def test_check(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "(a+b)**2", "a**2 + 2*a*b + b**2", "-s", "a, b: real"]) == 0
    assert main(["check", "-x", "-x*1", "-s", "x: real"]) == 0
    assert main(["check", "x", "= x + 1", "--symbols", "x: real"]) == 1
    assert main(["check", "x", "y", "-s", "x: real"]) == 2
    assert main(["check", "x", "x", "-s", "x real"]) == 2
    assert "<arguments>:3:1: bad-value" in capsys.readouterr().out


def test_explain(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, a="symbols: {x: real}\nderivations:\n  one: {steps: [x + x, = 2*x, '= 3*x  # why']}\n")
    assert main(["explain", "a.yaml::one:1"]) == 0
    first = capsys.readouterr().out
    assert "step 1: proved" in first
    assert "step 2" not in first
    assert main(["explain", "a.yaml::one"]) == 1
    second = capsys.readouterr().out
    assert "step 2: refuted" in second
    assert "because    why" in second


def test_new_writes_what_passes_and_never_overwrites(folder: Path) -> None:
    assert main(["new", "first.yaml"]) == 0
    assert main(["run", "first.yaml"]) == 0
    before = (folder / "first.yaml").read_text()
    with pytest.raises(UsageError):
        main(["new", "first.yaml"])
    assert (folder / "first.yaml").read_text() == before


def test_doctor_names_what_it_found(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "python-flint" in said
    assert "configuration: none" in said


def test_configuration_is_read_and_the_command_line_wins(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, a=RIGHT)
    (folder / "derivcheck.toml").write_text('seed = 7\noutput-format = "json"\noutput = ["concise=out.txt"]\n')
    assert main(["run", "a.yaml"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 7
    assert (folder / "out.txt").read_text() == ""
    assert main(["run", "a.yaml", "--seed", "8"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 8


def test_configuration_in_the_nearest_pyproject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.derivcheck]\nstrict = true\n")
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    write(tmp_path, a="symbols: {x: real}\nsteps: |\n  log(x**2)\n  = 2*log(x)\n")
    assert main(["run", "../a.yaml"]) == 1
    assert main(["run", "../a.yaml", "--no-strict"]) == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sed = 1\n", "did you mean seed"),
        ('seed = "1"\n', "seed is a whole number"),
        ("strict = 1\n", "strict is true or false"),
        ("jobs = true\n", "jobs is a whole number"),
        ("allow-python = true\n", "command line only"),
        ("seed = \n", "cannot be read"),
    ],
)
def test_wrong_configuration_is_an_error(folder: Path, text: str, said: str) -> None:
    write(folder, a=RIGHT)
    (folder / "derivcheck.toml").write_text(text)
    with pytest.raises(UsageError, match=said):
        main(["run", "a.yaml"])


def test_usage_errors_become_status_2(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["derivcheck", "run", "none.yaml"])
    assert entry() == 2
    assert capsys.readouterr().err.startswith("derivcheck: there is no file")


def test_a_defect_becomes_status_101_and_other_steps_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from derivcheck.running.judging import bench

    class Broken(bench.Judge):
        def decide(self, left: object, relation: str, right: object, named: object = ()) -> object:
            if relation == "<":
                raise KeyError("broken on purpose")
            return super().decide(left, relation, right, named)

    monkeypatch.setattr(bench, "Judge", Broken)
    write(folder, a="symbols: {x: real}\nsteps: |\n  x\n  < x + 1\n  = 1 + x\n", b=RIGHT)
    assert main(["run", ".", "--jobs", "0", "--no-cache", "--output-format", "json"]) == 101
    captured = capsys.readouterr()
    summary = json.loads(captured.out)["summary"]
    assert (summary["conflict"], summary["proved"]) == (1, 2)
    assert "broken on purpose" in captured.err
    assert "Traceback" not in captured.err
    main(["run", ".", "--jobs", "0", "--no-cache", "--output-format", "json", "--debug"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("stage", ["_diagnosis", "endings"])
def test_a_defect_in_what_is_said_of_a_wrong_step_leaves_its_verdict(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], stage: str
) -> None:
    from derivcheck.running.judging import derivations as judging

    def broken(*arguments: object) -> None:
        raise KeyError("broken on purpose")

    monkeypatch.setattr(judging, stage, broken)
    write(folder, a="symbols: {x: real}\nsteps: |\n  x + x\n  = 3*x\n  = 3*x + 0\n")
    assert main(["run", ".", "--jobs", "0", "--no-cache", "--output-format", "json"]) == 1
    captured = capsys.readouterr()
    steps = json.loads(captured.out)["files"][0]["derivations"][0]["steps"]
    assert [step["verdict"] for step in steps] == [None, "refuted", "proved"]
    assert any("broken on purpose" in note for step in steps for note in step["notes"])
    assert "broken on purpose" in captured.err
    assert "Traceback" not in captured.err


def test_help_and_version_import_nothing_heavy() -> None:
    code = (
        "import sys\nfrom derivcheck.cli import main\n"
        "try:\n    main(['run', '--help'])\nexcept SystemExit:\n    pass\n"
        "print(sorted({'rich', 'numpy', 'sympy', 'yaml', 'flint', 'shtab'} & set(sys.modules)))\n"
    )
    assert python("-c", code).stdout.endswith("[]\n")


@pytest.mark.parametrize("words", [["schema"], ["new", "b.yaml"]])
def test_setting_up_needs_no_library(folder: Path, words: list[str]) -> None:
    code = (
        f"import sys\nfrom derivcheck.cli import main\nmain({words})\n"
        "print(sorted({'rich', 'numpy', 'sympy', 'yaml', 'flint', 'shtab'} & set(sys.modules)))\n"
    )
    assert python("-c", code).stdout.endswith("[]\n")


def test_a_plain_report_does_without_rich_and_sympy(folder: Path) -> None:
    write(folder, a=RIGHT)
    code = (
        "import sys\nfrom derivcheck.cli import main\nmain(['run', 'a.yaml'])\n"
        "print(sorted({'rich', 'sympy'} & set(sys.modules)))\n"
    )
    assert python("-c", code).stdout.endswith("[]\n")


def test_the_command_runs_as_a_module(folder: Path) -> None:
    write(folder, a=WRONG)
    done = command("run", "a.yaml")
    assert (done.returncode, done.stderr) == (1, "")
    assert "a.yaml:4:3" in done.stdout
    assert command("--version").stdout.startswith("derivcheck 0.")


def test_json_is_utf8_whatever_the_locale(folder: Path) -> None:
    write(folder, a=RIGHT.replace("symbols", "title: é ∂\nsymbols"))
    done = command("run", "a.yaml", "--output-format", "json", PYTHONIOENCODING="ascii")
    assert json.loads(done.stdout)["files"][0]["derivations"][0]["title"] == "é ∂"


def test_completions_are_printed() -> None:
    assert "derivcheck" in command("--print-completion", "bash").stdout


def test_a_document_without_a_header_holds_nothing_to_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.md"
    path.write_text("# Notes\n\n$$x = 2x$$\n", encoding="utf-8")
    assert main(["run", str(path)]) == 5
    assert "derivcheck new" in capsys.readouterr().out
    assert main(["run", str(tmp_path)]) == 5


def test_a_box_around_an_equation_is_noted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "notes.md"
    path.write_text("<!-- derivcheck\nsymbols: {x: real}\n-->\n\n$$\\boxed{x + x = 2x}$$\n", encoding="utf-8")
    assert main(["run", str(path)]) == 0
    assert r"\boxed{X} is read as X" in capsys.readouterr().out


def test_paths_stand_on_both_sides_of_an_option(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, a=RIGHT, b=RIGHT)
    assert main(["run", "a.yaml", "--strict", "b.yaml"]) == 0
    assert "2 derivations" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["run", "a.yaml", "--wrong", "b.yaml"])
