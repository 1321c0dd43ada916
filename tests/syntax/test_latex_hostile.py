"""Broken LaTeX: whatever is done to a formula, it is read or refused with a diagnostic that stands inside it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from test_latex_grammar import published
from test_latex_reading import READS, scope

from derivcheck.diagnostic import InputError
from derivcheck.syntax import Scope, show
from derivcheck.syntax.latex.reading import read_latex

FORMULAS = [*((text, made) for text, made in published()), *((text, scope()) for text, _ in READS)]
MUTATIONS = 30_000
SIGNS = [
    *"{}[]()_^&|!'=+-*/,.~%#$ \\0123xyuvwTde", r"\frac", r"\partial", r"\sum_{", r"\left(", r"\right)", r"\begin{cases}", r"\\",
    r"\end{cases}", r"\hat", r"\mathbf", r"\text{", r"\dots", r"\int", r"\lim_{", r"\cdot", r"\|", "\u2212", "\0", "é", "𝛼",
]


def survives(text: str, made: Scope) -> bool:
    """Whether a text is read; a refusal must say where in the text."""
    try:
        read_latex(text, made)
    except InputError as error:
        assert error.diagnostics
        assert all(0 <= found.span.start <= found.span.end <= len(text) + 1 for found in error.diagnostics), text
        return False
    return True


def test_every_beginning_of_every_formula() -> None:
    read = sum(survives(text[:end], made) for text, made in FORMULAS for end in range(0, len(text), 3))
    assert read > 100  # x + y cut before the + is a formula


def test_every_brace_and_bracket_dropped() -> None:
    cases = [(text[:at] + text[at + 1:], made) for text, made in FORMULAS for at, c in enumerate(text) if c in "{}()[]"]
    assert sum(survives(text, made) for text, made in cases) < len(cases) / 2


def mutated(draw: random.Random) -> Iterator[tuple[str, Scope]]:
    """A formula with some of its words dropped, doubled, exchanged, replaced or added."""
    while True:
        text, made = draw.choice(FORMULAS)
        words = re.findall(r"\\[A-Za-z]+|\\.|.", text, re.DOTALL) if draw.random() < 0.7 else list(text)
        for _ in range(draw.randint(1, 4)):
            at, other = draw.randrange(len(words)), draw.randrange(len(words))
            match draw.randrange(5):
                case 0:
                    words[at] = ""
                case 1:
                    words[at] += " " + words[other]
                case 2:
                    words[at], words[other] = words[other], words[at]
                case 3:
                    words[at] = draw.choice(SIGNS)
                case _:
                    words.insert(at, draw.choice(SIGNS))
        yield " ".join(words) if draw.random() < 0.5 else "".join(words), made


def test_random_mutations_are_read_or_refused() -> None:
    source = mutated(random.Random(3))
    read = 0
    for _ in range(MUTATIONS):
        text, made = next(source)
        try:
            read += survives(text, made)
        except InputError:
            raise
        except Exception as error:
            raise AssertionError(text) from error
    assert 0 < read < MUTATIONS / 2


DEEP = {
    "roots": r"\sqrt" * 400 + "x", "hats": r"\hat" * 400 + "x", "styles": r"\mathbf" * 400 + "x",
    "integrals": r"\int" * 400 + " x dx",
    "fractions": r"\frac1" * 600 + "x", "factorials": "x" + "!" * 600, "braces": "{" * 5000 + "x" + "}" * 5000,
    "scripts": "x" + "^{x" * 300 + "}" * 300, "bracketed": r"\left(" * 300 + "x" + r"\right)" * 300,
    "long": "x + " * 40_000 + "x",
    "digits": "1" * 2000, "environments": r"\begin{cases}" * 200, "sums": r"\sum_{l=1}^{n}" * 300 + "x",
    "functions": r"\sin " * 2000 + "x", "signs": "-" * 3000 + "x", "derivatives": r"\frac{\partial}{\partial x}" * 300 + "x",
}


@pytest.mark.parametrize("name", DEEP)
def test_depth_and_length_have_limits(name: str) -> None:
    with pytest.raises(InputError):
        read_latex(DEEP[name], scope())


LONG = {
    "sum": "x" + " + x" * 9999, "product": "x" + r" \cdot x" * 4999, "letters": "ab" * 2000,
    "integrals": "+".join([r"\int x dx"] * 900),
    "brackets": "(" * 90 + "x" + ")" * 90, "alternatives": " x < a" + r" \lor x < a" * 900,
}


@pytest.mark.parametrize("name", LONG)
def test_long_formulas_are_read(name: str) -> None:
    assert show(read_latex(LONG[name], scope()))


