"""Files whose steps are written in the other syntax: the same steps, and everything else as it was."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from derivcheck.cli import main
from derivcheck.files import nodes, reading
from derivcheck.files.document import Document
from derivcheck.files.source import Source
from derivcheck.kernel.terms import Term
from derivcheck.running.converting.conversion import Conversion, convert
from derivcheck.running.judging import scopes
from derivcheck.running.judging.lets import begun
from derivcheck.running.judging.lines import Line, read_lines

ROOT = Path(__file__).parents[2]
CORPUS = sorted((ROOT / "derivations").rglob("*.yaml"))
HEAD = "symbols:\n  x, y: real\n  n: size\n  v: vector(n)\n  k: index(n)\n"


def document(text: str, name: str = "file.yaml") -> Document:
    source = Source(name, text)
    return reading.read(source, nodes.compose(source), Path(name).stem)


def lines(read: Document) -> dict[str, tuple[Line, ...]]:
    return {d.name: read_lines(d, scopes.build(d.declarations)[0]) for d in read.derivations}


def meaning(read: Document) -> dict[str, list[tuple[object, ...]]]:
    """Of every derivation its steps: term, relation, case, expectation, reason."""
    return {
        name: [(line.read and line.read.term, line.relation, line.case, line.raw.expectation, line.raw.by) for line in found]
        for name, found in lines(read).items()
    }


def converted(text: str, syntax: str) -> Conversion:
    """The conversion, whose every derivation has been found to mean the same."""
    before, made = document(text), convert(document(text), syntax)
    assert meaning(document(made.text)) == meaning(before)
    return made


def both_ways(text: str) -> str:
    """The text in LaTeX; converted back it means the same."""
    made = converted(text, "latex")
    assert not made.diagnostics
    back = converted(made.text, "plain")
    assert not back.diagnostics and {d.declarations.syntax for d in document(back.text).derivations} == {"plain"}
    return made.text


def convertible(found: tuple[Line, ...]) -> bool:
    """Whether LaTeX can say it all: a sum must bind neither the index of a variable of differentiation nor a name's subscript.

    Laws of random variables stand in facts only.
    """
    return all(line.read is not None and not any(_confused(t) or t.op == "law" for t in line.read.term.walk())
               and not _hidden(line.read.term) for line in found)


def defining(read: Document) -> set[str]:
    """The derivations with lines that define a name, which a block of LaTeX has not."""
    return {d.name for d in read.derivations if any(begun(step, d.declarations.syntax) for step in d.steps)}


def _hidden(term: Term) -> bool:
    bound = {t.symbol.name for t in term.walk() if t.op in {"sum", "prod"}}
    return any(t.op == "symbol" and t.symbol.name.partition("_")[2] in bound for t in term.walk())


def _confused(term: Term) -> bool:
    bound = {t.symbol.name for t in term.args[0].walk() if t.op in {"sum", "prod"}} if term.op == "diff" else set()
    return any(t.op == "symbol" and t.symbol.name in bound for t in term.args[-1].walk()) if bound else False


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_corpus_means_the_same_in_latex_and_back(path: Path) -> None:
    original = document(path.read_text(encoding="utf-8"), path.name)
    found = lines(original)
    made = convert(original, "latex")
    latex = document(made.text, path.name)
    back = convert(latex, "plain")
    assert meaning(original) == meaning(latex) == meaning(document(back.text, path.name))
    assert {name for name in found if not convertible(found[name])} | defining(original) == set(made.kept)
    assert {d.name for d in latex.derivations if d.declarations.syntax != "latex"} == set(made.kept)


def test_a_block_is_written_row_by_row_with_its_comments() -> None:
    assert both_ways(HEAD + """\
# about the steps
steps: |
  # what follows is easy

  (x + y)**2
  = x**2 + 2*x*y
      + y**2          # multiplied out
  = (x - y)**2        # by mistake #! wrong the sign is lost
""") == HEAD + r"""# about the steps
syntax: latex
steps: |
  % what follows is easy

  \left(x + y\right)^{2} \\
  = x^{2} + 2 \cdot x \cdot y + y^{2} \\   % multiplied out
  = \left(x - y\right)^{2}   % by mistake %! wrong the sign is lost
"""


def test_rows_of_several_relations_become_lines() -> None:
    made = converted(HEAD + r"""syntax: latex
steps: |
  \begin{aligned}
  x^2 &= x \cdot x = \frac{x^3}{x} \\  % expanded
      % a remark on its own
      &\le x^2
  %! wrong why not
  \end{aligned}
""", "plain")
    assert made.text == HEAD + """syntax: plain
steps: |
  x**2
  = x*x
  = x**3/x   # expanded
      # a remark on its own
  <= x**2   #! wrong why not
"""


def test_lists_mappings_and_cases() -> None:
    latex = both_ways(HEAD + """\
derivations:
  one:
    steps:
    - sin(x)**2
    - "= 1 - cos(x)**2"      # Pythagoras
    - '= 1 - cos(x)*cos(x)  #! right of course'
    - step: = 2 - cos(x)**2 - 1
      by: arithmetic
      expect: right
    cases:
    - when: x > 0
      steps: |
        = 1 - cos(abs(x))**2
    - {when: x <= 0, steps: ["= 1 - cos(-x)**2"]}
""")
    assert "    - '\\left(\\sin\\left(x\\right)\\right)^{2}'\n" in latex
    assert "- '= 1 - \\left(\\cos\\left(x\\right)\\right)^{2}'      # Pythagoras\n" in latex
    assert "%! right of course'\n" in latex and "      by: arithmetic\n      expect: right\n" in latex
    assert "steps: ['= 1 -" in latex


def test_steps_with_a_syntax_of_their_own() -> None:
    text = HEAD + r"""steps:
- x/y
- = $\frac{x}{y}$
- {step: '= \frac{2 x}{2 y}', syntax: latex}
"""
    assert converted(text, "plain").text == HEAD + """steps:
- x/y
- '= x/y'
- {step: '= 2*x/(2*y)', syntax: plain}
"""
    assert converted(text, "latex").text == HEAD + r"""syntax: latex
steps:
- '\frac{x}{y}'
- = $\frac{x}{y}$
- {step: '= \frac{2 x}{2 y}', syntax: latex}
"""


@pytest.mark.parametrize("steps", [
    "steps: '[x > 0]'",
    "steps: \"x\\n= 1*x\"",
    "steps: >\n  x\n\n  = 1*x",
    "steps: |-\n    x\n    = 1*x",
    "steps: [x, '= 1*x']",
    "steps:\n- |\n  x\n  + y\n- = y + x",
    "steps: |\n  x + 1 = 2\n  <=> x = 1\n  => x > 0",
    "steps: |\n  x + 1 = 2\n  x = 1",
    "steps: |\n  x\n  ~ 1*x\n  >= 0 + x",
    "steps: |\n  x    # 100% sure, a:b, {c}\n  = 1*x #! open",
])
def test_every_form_of_steps(steps: str) -> None:
    both_ways(HEAD + steps + "\n")


def test_a_mark_on_a_line_of_its_own_says_nothing_in_plain_text_and_goes_on_doing_so() -> None:
    assert "% ! wrong" in both_ways(HEAD + "steps: |\n  x\n  = 1*x\n  #! wrong\n")


def test_line_ends_stay() -> None:
    text = (HEAD + "steps: |\n  x\n  = 1*x   # so\n").replace("\n", "\r\n")
    latex = both_ways(text)
    assert latex.count("\n") == latex.count("\r\n") == text.count("\n") + 1


def test_what_cannot_be_converted_stays_in_its_own_syntax() -> None:
    text = HEAD + """\
derivations:
  good:
    steps: |
      x
      = 1*x
  bad:
    note: as it is
    steps: |
      x
      = (x
"""
    made = converted(text, "latex")
    assert made.kept == ("bad",) and [(d.code, d.place and d.place.line) for d in made.diagnostics] == [("syntax", 15)]
    assert made.text == HEAD + r"""syntax: latex
derivations:
  good:
    steps: |
      x \\
      = 1 \cdot x
  bad:
    note: as it is
    syntax: plain
    steps: |
      x
      = (x
"""


def test_keys_that_say_the_syntax_are_changed_where_they_stand() -> None:
    text = HEAD + r"""syntax: latex   # the default here
derivations:
  one: {syntax: "plain", steps: [x, "= 1*x"]}
  two:
    steps: x
"""
    made = converted(text, "plain").text
    assert made == text.replace("syntax: latex", "syntax: plain").replace("steps: x", "steps: 'x'")
    assert "syntax: latex, steps: ['x', '= 1 \\cdot x']}" in converted(text, "latex").text


def test_a_line_that_continues_a_statement_is_kept_where_a_block_of_latex_would_split_it() -> None:
    made = converted(HEAD + "derivations:\n  one:\n    steps: |\n      x = y\n      = 1*y\n", "latex")
    assert made.kept == ("one",) and "item of its own" in made.diagnostics[0].message


def test_nothing_changes_where_the_syntax_is_the_same() -> None:
    for path in CORPUS:
        text = path.read_text(encoding="utf-8")
        assert convert(document(text, path.name), "plain").text == text


def _file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.yaml"
    path.write_bytes(text.encode())
    return path


def test_the_command_writes_to_standard_output(tmp_path: Path) -> None:
    path = _file(tmp_path, "\ufeff" + HEAD + "steps: |\n  x\n  = x*1\n")
    command = [sys.executable, "-m", "derivcheck", "convert", str(path), "--to", "latex"]
    done = subprocess.run(command, capture_output=True, check=True)
    assert done.stdout.decode() == "\ufeff" + HEAD + "syntax: latex\nsteps: |\n  x \\\\\n  = x \\cdot 1\n" and not done.stderr


def test_the_command_replaces_the_file_itself_and_keeps_its_mode(tmp_path: Path) -> None:
    path = _file(tmp_path, HEAD + "steps: |\n  x\n  = x*1\n")
    path.chmod(0o640)
    assert main(["convert", str(path), "--to", "latex", "--in-place"]) == 0
    assert "x \\cdot 1" in path.read_text() and path.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [path]
    assert main(["convert", str(path), "--to", "plain", "-o", str(tmp_path / "new.yaml")]) == 0
    assert "= x*1" in (tmp_path / "new.yaml").read_text() and "cdot" in path.read_text()


def test_the_command_names_the_place_of_what_cannot_be_converted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, text := HEAD + "steps: |\n  x\n  = z\n")
    assert main(["convert", str(path), "--to", "latex", "--in-place"]) == 2
    assert capsys.readouterr().err.startswith(f"{path}:8:5: undeclared-name z is not declared")
    assert path.read_text() == text


def test_the_command_leaves_a_file_with_mistakes_in_its_keys(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = _file(tmp_path, text := "stepps: x\nsteps: |\n  1\n  = 1\n")
    assert main(["convert", str(path), "--to", "latex", "--in-place"]) == 2
    assert f"{path}:1:1: unknown-key" in capsys.readouterr().err and path.read_text() == text
