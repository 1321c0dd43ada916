"""What must not get full marks for certain, however it is dressed up: a table of submissions that try."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from grading_by_hand import graded

PRODUCT = """\
symbols:
  x, y: real
derivations:
  d:
    grading: {points: 10}
    steps: |
      diff(x**2*exp(3*x), x)
      = diff(x**2, x)*exp(3*x) + x**2*diff(exp(3*x), x)
      = 2*x*exp(3*x) + x**2*diff(exp(3*x), x)
      = 2*x*exp(3*x) + 3*x**2*exp(3*x)
"""
SQUARES = """\
symbols:
  a, b: real
derivations:
  s:
    grading: {points: 10, form: [expanded]}
    steps: |
      (a + b)**2 - (a - b)**2
      = a**2 + 2*a*b + b**2 - (a - b)**2
      = a**2 + 2*a*b + b**2 - a**2 + 2*a*b - b**2
      = 4*a*b
"""
FACTORED = """\
symbols:
  a, b: real
derivations:
  f:
    grading: {points: 10, form: [factored]}
    steps: |
      (a + b)**2 - (a - b)**2 + 4*b**2
      = a**2 + 2*a*b + b**2 - (a - b)**2 + 4*b**2
      = 4*a*b + 4*b**2
      = 4*b*(a + b)
"""
INTEGRAL = """\
symbols:
  x: real
  a: positive
derivations:
  i:
    grading: {points: 10}
    steps: |
      integrate(x*exp(x), x in 0..a)
      = a*exp(a) - integrate(exp(x), x in 0..a)
      = a*exp(a) - exp(a) + 1
"""
CANCELLED = """\
symbols:
  x: real
derivations:
  q:
    grading: {points: 10}
    steps: |
      (x**2 - 1)/(x - 1)
      = (x - 1)*(x + 1)/(x - 1)
      = x + 1
"""
ONE = """\
symbols:
  x: real
derivations:
  o:
    grading: {points: 10}
    steps: |
      diff(x**3, x)
      = 3*x**2
"""
SOFTMAX = (Path(__file__).parent / "golden" / "log-softmax" / "key.yaml").read_text(encoding="utf-8")
KEYS = {"softmax": SOFTMAX, "one": ONE, "product": PRODUCT, "squares": SQUARES, "factored": FACTORED, "integral": INTEGRAL,
        "quotient": CANCELLED}

Q = "diff(x**2*exp(3*x), x)"
A = "= 2*x*exp(3*x) + 3*x**2*exp(3*x)"
RULE = "= diff(x**2, x)*exp(3*x) + x**2*diff(exp(3*x), x)"
HALF = "= 2*x*exp(3*x) + x**2*diff(exp(3*x), x)"
SQUARE = "(a + b)**2 - (a - b)**2"
EXPANDED = "= a**2 + 2*a*b + b**2 - (a - b)**2"
QUOTIENT = "(x**2 - 1)/(x - 1)"
LOGIT = "diff(log(yhat[o]), v_c)"
AREA = "integrate(x*exp(x), x in 0..a)"
SUM = "(a + b)**2 - (a - b)**2 + 4*b**2"
OUT = ("= a**2 + 2*a*b + b**2 - (a - b)**2 + 4*b**2", "= 4*a*b + 4*b**2")

CHEATS: list[tuple[str, str, float, Sequence[str]]] = [
    # a jump disguised by the question with something written around it
    ("added to the question", "product", 7, [Q, f"= {Q} + sin(x)**2 + cos(x)**2 - 1", A]),
    ("a derivative of nothing", "product", 7, [Q, f"= {Q} + diff(1, x)", A]),
    ("multiplied inside", "product", 7, [Q, "= diff(x**2*exp(3*x)*(sin(x)**2 + cos(x)**2), x)", A]),
    ("added to squares", "squares", 7, [SQUARE, f"= {SQUARE} + sin(a)**2 + cos(a)**2 - 1", "= 4*a*b"]),
    ("added to an integral", "integral", 7,
     [AREA, f"= {AREA} + sin(a)**2 + cos(a)**2 - 1", "= a*exp(a) - exp(a) + 1"]),
    ("called by a name", "product", 4, ["let D(x) = diff(x**2*exp(3*x), x)", Q, "= D(x)", A]),
    # what was to be done hides behind a name with arguments
    ("the derivative is a name", "product", 2, ["let D(t) = diff(t**2*exp(3*t), t)", Q, "= D(x)"]),
    ("the integral is a name", "integral", 0,
     ["let F(t) = integrate(x*exp(x), x in 0..t)", AREA, "= F(a)"]),
    ("the sum is a name", "factored", 4, ["let c(t) = 4*a*b + 4*b**2 + 0*t", SUM, *OUT, "= c(1)"]),
    # marks for steps that lead nowhere
    ("the answer again and again", "product", 4,
     [Q, A, *["= x*exp(3*x)*(2 + 3*x)", "= x*exp(3*x)*2 + x*exp(3*x)*3*x"]*3]),
    ("back and forth", "product", 6, [Q, *[RULE, f"= {Q}"]*3, *[RULE, HALF]*2, "= 2*x*exp(3*x) + x**2*exp(3*x)"]),
    ("the answer is the first line", "product", 4, [A.removeprefix("= "), "= x*exp(3*x)*(2 + 3*x)", A]),
    ("nothing again and again", "softmax", 0, [LOGIT, "= u[o] - u[o]", "= 0*u[o]", "= 0"]),
    ("nothing again and again in one step", "one", 0, ["diff(x**3, x)", "= 0", "= 0*x", "= x - x"]),
    # the key's words with another meaning
    ("a function of the language", "softmax", 0, ["let exp(t) = 1", LOGIT, "= 0"]),
    # the chain does not say that the ends are equal
    ("up and down", "product", 4, [Q, f"<= {Q} + 1", A.replace("=", ">=", 1)]),
    ("at most", "product", 4, [Q, A.replace("=", "<=", 1)]),
    # the question in other clothes is no result
    ("the question and nothing", "squares", 5, [SQUARE, EXPANDED, f"= {SQUARE} + sin(a)**2 + cos(a)**2 - 1"]),
    ("the quotient and nothing", "quotient", 4, [QUOTIENT, "= (x - 1)*(x + 1)/(x - 1)", f"= {QUOTIENT} + x - x"]),
]


@pytest.mark.parametrize(("key", "most", "lines"), [pytest.param(*row, id=name) for name, *row in CHEATS])
def test_earns_no_more(key: str, most: float, lines: Sequence[str], tmp_path: Path) -> None:
    result = graded(written(tmp_path, "key", KEYS[key]), written(tmp_path, "answer", steps(lines)))
    assert result.points <= most, (result.outcomes, [(m.item, m.points, m.reason) for a in result.answers for m in a.marks])


FOR_A_PERSON: list[tuple[str, str, Sequence[str]]] = [
    ("a sum in a logarithm", "factored", [SUM, *OUT, "= log(exp(4*a*b + 4*b**2))"]),
    ("a sum in a maximum", "factored", [SUM, *OUT, "= max(4*a*b + 4*b**2, 4*a*b + 4*b**2)"]),
    ("a sum of one term", "factored", [SUM, *OUT, "= sum(4*a*b + 4*b**2, k in 1..1)"]),
    ("right on a part of the domain", "quotient", [QUOTIENT, "= (x - 1)*(x + 1)/(x - 1)", "= exp(log(x + 1))"]),
    ("a number follows from anything", "product", [Q, "= diff(x, x) + 5", "= 1 + 5", "= 2 + 4"]),
    ("up and down again", "product", [Q, f"<= {Q} + 1", A.replace("=", ">=", 1)]),
    ("another meaning for a function", "softmax", ["let exp(t) = 1", LOGIT, "= 0"]),
]


@pytest.mark.parametrize(("key", "lines"), [pytest.param(*row, id=name) for name, *row in FOR_A_PERSON])
def test_a_person_must_see(key: str, lines: Sequence[str], tmp_path: Path) -> None:
    result = graded(written(tmp_path, "key", KEYS[key]), written(tmp_path, "answer", steps(lines)))
    assert result.status == "review", (result.outcomes, [(m.item, m.points, m.reason) for a in result.answers for m in a.marks])


def test_the_best_of_many_guesses_is_for_a_person(tmp_path: Path) -> None:
    guesses = [[Q, f"= {n}*x"] for n in range(5)]
    right = [Q, RULE, HALF, A]
    text = "derivations:\n" + "".join(
        f"  g{n}:\n    steps: |\n" + "".join(f"      {line}\n" for line in lines) for n, lines in enumerate([*guesses, right])
    )
    result = graded(written(tmp_path, "key", PRODUCT), written(tmp_path, "answer", text))
    assert result.status == "review"


def steps(lines: Sequence[str]) -> str:
    return "steps: |\n" + "".join(f"  {line}\n" for line in lines)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path
