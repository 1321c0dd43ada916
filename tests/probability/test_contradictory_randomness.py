"""Declarations about random variables that contradict each other are diagnostics, and so are expectations under several laws."""

from __future__ import annotations

import pytest

from derivcheck.diagnostic import InputError
from derivcheck.running.run import run
from derivcheck.running.settings import Settings
from derivcheck.syntax.latex.reading import read_latex, read_latex_step
from tests.probability.test_reading_random import assume, scope


@pytest.mark.parametrize("fact", [
    "independent(X, X)", "independent(X, [X, Y])", "independent(X, Y | X)", "independent([X, Y], [Y, Z])",
])
def test_nothing_is_independent_of_itself(fact: str) -> None:
    with pytest.raises(InputError) as error:
        assume(scope(), fact)
    assert error.value.diagnostics[0].code == "type"


@pytest.mark.parametrize("latex", [r"\mathbb{E}_{X}[X Y]", r"\mathbb{E}_{X \sim q}[X Y]", r"\operatorname{Var}_Y(X Y)",
                                   r"\mathbb{E}_{X}[\mathbb{E}_{Y}[X Y]]"])
def test_an_expectation_over_some_variables_alone_is_refused(latex: str) -> None:
    with pytest.raises(InputError) as error:
        read_latex(latex, scope())
    assert error.value.diagnostics[0].code == "ambiguous"


@pytest.mark.parametrize(("latex", "laws"), [
    (r"\mathbb{E}_{X, Y}[X Y]", {""}), (r"\mathbb{E}_{q}[X]", {"q"}), (r"\mathbb{E}_{X \sim q}[X] - \mathbb{E}_p[Y]", {"q", "p"}),
    (r"\mathbb{E}_q[X] - \mathbb{E}[X]", {"q", ""}), (r"\operatorname{Var}(X)", set()), ("1", set()),
])
def test_what_stands_below_expectations_is_known_of_a_step(latex: str, laws: set[str]) -> None:
    assert read_latex_step(latex, scope(), None).laws == laws


STEPS = "syntax: latex\nsymbols: {X: real random}\nsteps: |\n  %s \\\\\n  = %s\n"


@pytest.mark.parametrize(("first", "second", "verdict"), [
    (r"\mathbb{E}_p[2 X]", r"2 \mathbb{E}_p[X]", "proved"), (r"\mathbb{E}_p[2 X]", r"2 \mathbb{E}_q[X]", "invalid"),
    (r"\mathbb{E}_p[2 X]", r"2 \mathbb{E}[X]", "invalid"),
])
def test_expectations_under_different_laws_are_never_taken_for_equal(tmp_path, first: str, second: str, verdict: str) -> None:
    path = tmp_path / "laws.yaml"
    path.write_text(STEPS % (first, second))
    (report,) = run([str(path)], Settings()).files
    assert report.derivations[0].steps[1].verdict == verdict


@pytest.mark.parametrize(("kind", "law", "code"), [
    ("positive", "normal(0, 1)", "type"), ("negative", "exponential(2)", "type"), ("positive", "poisson(1)", "type"),
    ("natural", "poisson(1)", "type"), ("natural", "geometric(1/2)", None),
    ("integer", "uniform(0, 1)", "type"), ("real", "poisson(1)", None), ("positive", "exponential(2)", None),
    ("nonnegative", "binomial(3, 1/2)", None),
])
def test_a_variable_can_have_the_values_of_its_law(tmp_path, kind: str, law: str, code: str | None) -> None:
    path = tmp_path / "type.yaml"
    path.write_text(f"symbols: {{X: {kind} random}}\nassume: ['X ~ {law}']\nsteps: |\n  E[X]\n  = E[X]\n")
    (report,) = run([str(path)], Settings()).files
    assert (report.derivations[0].steps[1].verdict == "proved") == (code is None)
