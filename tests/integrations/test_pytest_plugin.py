"""Derivations as tests of pytest: which there are, which fail, what is said of them, and that nothing happens unasked."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import pytest

from derivcheck.integrations import pytest_items, pytest_plugin
from derivcheck.running.means import Means
from derivcheck.running.results import Report
from derivcheck.running.settings import Settings

pytest_plugins = ["pytester"]

FILE = """\
symbols: {x: real}
derivations:
  doubling:
    steps: |
      x + x
      = 2*x
      = 3*x
      = 5*x   #! wrong
  tripling:
    steps: |
      x + x + x
      = 3*x
"""
DOCUMENT = "# Title\n\n<!-- derivcheck\nsymbols: {x: real}\n-->\n\n$$\nx + x = 3x\n$$\n"
OTHER = "services: {web: {image: x}}\n"


def loaded(*words: str) -> tuple[str, ...]:
    """The arguments, with the plugin, which is imported here already."""
    return ("-p", pytest_plugin.__name__, *words, "-W", "ignore:Module already imported")


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No plugin is loaded but those that are named, whatever is installed."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture(scope="module", autouse=True)
def all_imported(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What judging imports, which each run within this process would import again and forget."""
    path = tmp_path_factory.mktemp("imported") / "a.yaml"
    path.write_text(FILE)
    list(pytest_items.run([str(path)], Settings(), Means(jobs=1)).files)


def run(pytester: pytest.Pytester, *words: str, **texts: str) -> pytest.RunResult:
    write(pytester.path, **texts)
    return pytester.runpytest_inprocess(*loaded(*words))


def write(folder: Path, **texts: str) -> None:
    for name, text in texts.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf-8")


def outcomes(result: pytest.RunResult) -> dict[str, str]:
    """What became of each test, from the lines of ``-v``."""
    found = [line.split(" ")[:2] for line in result.outlines if "::" in line and line.split(" ")[1:2] in (["PASSED"], ["FAILED"])]
    return {name: outcome for name, outcome in found}


def test_the_package_names_the_plugin() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    assert project["project"]["entry-points"]["pytest11"] == {"derivcheck": pytest_plugin.__name__}


def test_each_step_is_a_test(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--derivcheck", "-v", a_yaml=FILE, b_md=DOCUMENT, c_yml=OTHER, d_md="# Nothing\n\n$$x = 1$$\n")
    assert outcomes(result) == {
        "a.yaml::diagnostics": "PASSED",
        "a.yaml::doubling::step-1": "PASSED",
        "a.yaml::doubling::step-2": "FAILED",
        "a.yaml::doubling::step-3": "PASSED",
        "a.yaml::tripling::step-1": "PASSED",
        "b.md::diagnostics": "PASSED",
        "b.md::line-8::step-1": "FAILED",
    }
    assert result.ret == pytest.ExitCode.TESTS_FAILED


def test_a_failure_says_where_why_and_what_is_right(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--derivcheck", a_yaml=FILE)
    result.stdout.fnmatch_lines(
        [
            "*_ doubling::step-2 _*",
            "*1 = 2?x *",
            "*2 = 3?x  ?refuted?",
            "*a.yaml:7:7: wrong-number: the number should be 2, not 3",
            "*7 | = 3?x",
            "*| ^^^^^",
            "*right would be: 2?x",
            "*at x = 1: left is 2, right is 3",
            "FAILED a.yaml::doubling::step-2 - wrong-number: *",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")
    result.stdout.no_fnmatch_line("*pytest_items*")


def test_a_failure_names_the_file_as_the_user_would(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    (pytester.path / "inner").mkdir()
    (pytester.path / "outer").mkdir()
    write(pytester.path / "outer", a_yaml=FILE)
    monkeypatch.chdir(pytester.path / "inner")
    result = pytester.runpytest_inprocess(*loaded("--derivcheck", "../outer"))
    result.stdout.fnmatch_lines(["*../outer/a.yaml:7:7: wrong-number: *"])


def test_one_line_for_a_failure_is_its_place(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--derivcheck", "--tb=line", a_yaml=FILE)
    result.stdout.fnmatch_lines(["a.yaml:7: wrong-number: the number should be 2, not 3"])


def test_tests_stand_in_their_lines(pytester: pytest.Pytester) -> None:
    write(pytester.path, a_yaml=FILE)
    items, _ = pytester.inline_genitems(*loaded("--derivcheck"))
    assert [item.location for item in items] == [
        ("a.yaml", 0, "diagnostics"),
        ("a.yaml", 5, "doubling::step-1"),
        ("a.yaml", 6, "doubling::step-2"),
        ("a.yaml", 7, "doubling::step-3"),
        ("a.yaml", 11, "tripling::step-1"),
    ]


def test_nothing_is_collected_or_imported_unasked(pytester: pytest.Pytester) -> None:
    write(pytester.path, a_yaml=FILE)
    pytester.makepyfile("import sys\ndef test_it():\n    found = {m for m in sys.modules if m.startswith('derivcheck')}\n"
                        "    assert found <= {'derivcheck', 'derivcheck.integrations', 'derivcheck.integrations.pytest_plugin'}\n"
                        "    assert not {'yaml', 'flint', 'numpy', 'sympy', 'lark', 'msgspec'} & set(sys.modules)")
    result = pytester.runpytest_subprocess(*loaded())
    result.assert_outcomes(passed=1)


def test_the_configuration_of_pytest_may_ask_for_it(pytester: pytest.Pytester) -> None:
    pytester.makeini("[pytest]\nderivcheck = true\n")
    run(pytester, a_yaml=FILE).assert_outcomes(passed=4, failed=1)


def test_tests_are_selected_by_mark_by_keyword_and_by_name(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_doubling(): pass")
    pytester.makeini("[pytest]\nderivcheck = true\naddopts = --strict-markers\n")
    run(pytester, "-m", "derivcheck", a_yaml=FILE).assert_outcomes(passed=4, failed=1, deselected=1)
    run(pytester, "-m", "not derivcheck").assert_outcomes(passed=1, deselected=5)
    run(pytester, "-k", "tripling").assert_outcomes(passed=1, deselected=5)
    run(pytester, "-k", "doubling and step-2").assert_outcomes(failed=1, deselected=5)
    run(pytester, "a.yaml::doubling::step-2").assert_outcomes(failed=1)
    run(pytester, "a.yaml::tripling").assert_outcomes(passed=1)
    run(pytester, "a.yaml::diagnostics").assert_outcomes(passed=1)


@pytest.mark.parametrize("name", ["[x]", "a::b", "a b", r"\e[31m", "", "é ∂", "a/b.c", "step-1", "diagnostics", "[x] (x)"])
def test_any_name_can_be_printed_and_selected(pytester: pytest.Pytester, name: str) -> None:
    text = f'symbols: {{x: real}}\nderivations:\n  "{name}": {{steps: [x, = x]}}\n  other: {{steps: [x, = 2*x]}}\n'
    write(pytester.path, a_yaml=text)
    items, _ = pytester.inline_genitems(*loaded("--derivcheck"))
    nodeid = items[1].nodeid
    assert nodeid.isprintable() and nodeid.count("::") == 2
    run(pytester, "--derivcheck", nodeid).assert_outcomes(passed=1)


def test_names_are_unique(pytester: pytest.Pytester) -> None:
    names = ["a::b", "a--b", "a--b-2", "[a]", "(a)"]
    write(pytester.path, a_yaml="derivations:\n" + "".join(f'  "{name}": {{steps: [1, = 1]}}\n' for name in names))
    items, _ = pytester.inline_genitems(*loaded("--derivcheck"))
    assert len({item.nodeid for item in items}) == len(items) == 6


def test_what_is_wrong_with_a_file_is_a_test_of_its_own(pytester: pytest.Pytester) -> None:
    text = FILE.replace("x + x + x\n", "x + x +\n") + "note: [no]\ntitel: x\n"
    result = run(pytester, "--derivcheck", "-v", a_yaml=text)
    assert set(outcomes(result).values()) == {"FAILED"}
    result.stdout.fnmatch_lines(["*a.yaml:13:7: bad-value: note is text", "FAILED a.yaml::diagnostics - *"])
    assert "unknown-key: a file has no key titel; did you mean title?" in result.stdout.str()


def test_a_first_line_that_cannot_be_read_fails(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--derivcheck", "-v", a_yaml="symbols: {x: real}\nsteps: |\n  x +\n  = x +   #! invalid\n")
    assert outcomes(result) == {"a.yaml::diagnostics": "FAILED", "a.yaml::a::step-1": "PASSED"}
    result.stdout.fnmatch_lines(["*a.yaml:3:6: syntax: *"])


def test_a_file_that_is_not_yaml_is_one_failing_test(pytester: pytest.Pytester) -> None:
    result = run(pytester, "--derivcheck", "-v", a_yaml="steps: [\n")
    assert outcomes(result) == {"a.yaml::diagnostics": "FAILED"}


def test_a_file_that_is_named_must_hold_derivations(pytester: pytest.Pytester) -> None:
    run(pytester, "--derivcheck", c_yaml=OTHER).assert_outcomes()
    run(pytester, "--derivcheck", "c.yaml").assert_outcomes(failed=1)


def test_a_warning_is_one_of_pytest(pytester: pytest.Pytester) -> None:
    text = "symbols: {x: real}\nderivations: {one: {steps: [x]}}\n"
    run(pytester, "--derivcheck", a_yaml=text).assert_outcomes(passed=1, warnings=1)
    run(pytester, "--derivcheck", "-W", "error").assert_outcomes(failed=1)


LOST = "symbols: {x: real}\nsteps: |\n  log(x**2)\n  = 2*log(x)\n"


def test_strictness_comes_from_the_command_line_or_the_configuration(pytester: pytest.Pytester) -> None:
    run(pytester, "--derivcheck", a_yaml=LOST).assert_outcomes(passed=2)
    run(pytester, "--derivcheck-strict").assert_outcomes(passed=1, failed=1)
    (pytester.path / "derivcheck.toml").write_text("strict = true\ntimeout = 5\n")
    run(pytester, "--derivcheck").assert_outcomes(passed=1, failed=1)


def test_a_wrong_configuration_is_a_usage_error(pytester: pytest.Pytester) -> None:
    (pytester.path / "derivcheck.toml").write_text("stritc = true\n")
    result = run(pytester, "--derivcheck", a_yaml=FILE)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*derivcheck: *there is no option stritc*"])


def test_a_file_is_judged_once_when_a_test_of_it_runs(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[str] = []
    judge = pytest_items.run

    def told(paths: Sequence[str], settings: Settings, means: Means) -> Report:
        judged.extend(paths)
        return judge(paths, settings, means)

    monkeypatch.setattr(pytest_items, "run", told)
    run(pytester, "--derivcheck", "--collect-only", a_yaml=FILE, b_yaml=FILE)
    assert judged == []
    run(pytester, "--derivcheck", "-k", "b.yaml")
    assert judged == [str(pytester.path / "b.yaml")]


def test_an_interrupted_run_interrupts_pytest(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        "from derivcheck.integrations import pytest_items\nfrom derivcheck.running.results import Report, Results\n"
        "def files():\n    raise KeyboardInterrupt\n    yield\n"
        "pytest_items.run = lambda paths, settings, means: Report('0', 0, Results(files()))\n"
    )
    write(pytester.path, a_yaml=FILE)
    assert pytester.runpytest_subprocess(*loaded("--derivcheck")).ret == pytest.ExitCode.INTERRUPTED


def test_a_file_that_changes_before_it_is_judged_fails(pytester: pytest.Pytester) -> None:
    pytester.makeconftest("import pathlib\ndef pytest_collection_finish(session):\n"
                          "    pathlib.Path('a.yaml').write_text('symbols: {x: real}\\nsteps: [x, = x]\\n')\n")
    result = run(pytester, "--derivcheck", a_yaml=FILE)
    result.assert_outcomes(passed=1, failed=4)
    result.stdout.fnmatch_lines(["*has changed since its steps were collected*"])


def test_text_of_a_file_is_never_control(pytester: pytest.Pytester) -> None:
    text = 'symbols: {x: real}\nderivations:\n  one: {steps: ["x", "= x \\e[31m \\u202e"]}\n"k\\e[31m": x\n'
    result = run(pytester, "--derivcheck", "-v", "--color=no", a_yaml=text)
    shown = result.stdout.str() + result.stderr.str()
    assert "\x1b" not in shown and "\u202e" not in shown


def test_the_report_for_ci_has_the_reason_and_the_text(pytester: pytest.Pytester) -> None:
    run(pytester, "--derivcheck", "--junit-xml=out.xml", a_yaml=FILE)
    cases = ElementTree.parse(pytester.path / "out.xml").getroot().findall(".//testcase")
    assert len({(case.get("classname"), case.get("name")) for case in cases}) == len(cases) == 5
    (failure,) = [found for case in cases if (found := case.find("failure")) is not None]
    assert failure.get("message") == "wrong-number: the number should be 2, not 3"
    assert "right would be: 2*x" in (failure.text or "")


@pytest.mark.parametrize("distribution", ["load", "loadfile"])
def test_tests_may_be_distributed(pytester: pytest.Pytester, distribution: str) -> None:
    pytest.importorskip("xdist")
    write(pytester.path, a_yaml=FILE, b_md=DOCUMENT)
    result = pytester.runpytest_subprocess(*loaded("-p", "xdist", "--derivcheck", "-n", "2", "--dist", distribution))
    result.assert_outcomes(passed=5, failed=2)
    result.stdout.fnmatch_lines(["*a.yaml:7:7: wrong-number: *"])
