"""Links held against exact evaluation on a grid: what is proved holds at each of its points, what is refuted fails somewhere."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest

from derivcheck.kernel.terms import number
from derivcheck.proving.decide import Judge, Options
from derivcheck.proving.statements.witness import Points
from derivcheck.syntax import Scope, read_condition
from derivcheck.syntax.declarations import declare_all

GRID = tuple(number(Fraction(k, 2)) for k in (-8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 18))
PARTS = ("x", "y", "1", "2", "-1", "(x - 1)", "(x + y)", "x**2", "x*y", "1/x", "1/(x - 1)",
         "sqrt(x)", "sqrt(y + 1)", "abs(x)",
         "abs(x - y)", "exp(x)", "log(x)", "sign(y)", "max(x, y)", "cbrt(x)", "x/(y - 1)", "sin(x)", "cos(y)", "log(y**2)",
         "2**x",
         "x**(3/2)", "(x - 2)*(y + 1)", "exp(x - y)", "tan(x)", "min(x, 1)", "log(x*y)", "y**(-2)", "tanh(x)", "log(x, 2)")
RELATIONS = ("=", "=", "=", "<", "<=", ">", "!=")
CHANGES = ("({l})**2 {r} ({s})**2", "({l})*({p}) {r} ({s})*({p})", "({l})/({p}) {r} ({s})/({p})", "({l}) - ({s}) {r} 0",
           "({s}) {r} ({l})", "exp({l}) {r} exp({s})", "log({l}) {r} log({s})", "sqrt({l}) {r} sqrt({s})", "-({l}) {r} -({s})",
           "({l}) + ({p}) {r} ({s}) + ({p})", "({l})**3 {r} ({s})**3", "1/({l}) {r} 1/({s})", "abs({l}) {r} abs({s})",
           "({l}) {r} ({s}) and ({p}) {r} ({p})", "({l}) {r} ({s}) or ({p}) = 0", "{p} = 0 or ({l}) {r} ({s})",
           "({l})*({l} - ({s})) {r} 0")


def links(seed: int, count: int) -> list[tuple[str, str, str]]:
    made = random.Random(seed)
    found = []
    for _ in range(count):
        left, right, part = (made.choice(PARTS) for _ in range(3))
        if made.random() < 0.4:
            left = f"{left} {made.choice('+-*')} {made.choice(PARTS)}".replace("- -", "- 2*").replace("+ -", "- ")
        relation = made.choice(RELATIONS)
        there = made.choice(CHANGES).format(l=left, s=right, p=part, r=relation)
        found.append((f"{left} {relation} {right}", made.choice(("<=>", "<=>", "=>", "<==")), there))
    return found


def scope() -> Scope:
    declared, problems = declare_all(Scope(), [("x", "real"), ("y", "real")])
    assert not problems
    return declared


@pytest.mark.parametrize("seed", range(4))
def test_a_proved_link_holds_on_a_grid(seed: int) -> None:
    names = scope()
    wrong = []
    for before, link, there in links(seed, 30):
        left, right = (read_condition(text.replace("*-1", "*(-1)"), names) for text in (before, there))
        judge = Judge(names.context(), Options(timeout=2.0))
        decision = judge.decide(left, link, right)
        assert decision.verdict != "conflict", (before, link, there, decision)
        if decision.verdict != "proved":
            continue
        points = Points(names.context())
        for x, y in itertools.product(GRID, GRID):
            point = {"x": x, "y": y}
            if any(points.holds(c.term, point) is not True for c in decision.conditions):
                continue
            a, b = points.holds(left, point), points.holds(right, point)
            if None not in (a, b) and not {"<=>": a == b, "=>": not a or b, "<==": a or not b}[link]:
                wrong.append((before, link, there, x.number, y.number, decision.method))
                break
    assert not wrong
