"""Claims from one line of text, under declarations that all tables of the kernel share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from derivcheck.kernel.judge import Kernel
from derivcheck.kernel.outcome import Condition, Outcome, Proof
from derivcheck.kernel.terms import Claim, Context
from derivcheck.syntax.declarations import assume, declare_all, define_all
from derivcheck.syntax.reading import read_expression
from derivcheck.syntax.scope import Scope
from derivcheck.syntax.show import show

SYMBOLS = {
    "n, m": "size", "i, j, k": "index(n)", "c": "index(m)", "x, y, h": "real", "p": "positive", "q": "nonnegative",
        "N, M": "integer",
    "t": "natural", "s": "sign", "u, v": "vector(n)", "r, z": "real[n]", "A, B": "matrix(n, n)", "S": "matrix(n, n) symmetric",
    "K": "matrix(n, n) antisymmetric", "Q": "matrix(n, n) orthogonal", "D": "matrix(n, n) diagonal",
        "P": "matrix(n, n) positive_definite",
    "o": "onehot(n)", "g": "onehot(n, j)", "b": "simplex(n)", "Y": "simplex(n)[m]", "f, l": "function(real) -> real",
    "F": "function(vector(n), vector(n)) -> real", "H": "function(real, real) -> real",
}


def scope(facts: Sequence[str] = (), define: Mapping[str, str] | None = None, symbols: Mapping[str, str] | None = None) -> Scope:
    """The shared declarations, or others, with definitions and assumptions."""
    found, problems = declare_all(Scope(), list((symbols or SYMBOLS).items()))
    assert not problems, problems
    found, problems = define_all(found, list((define or {}).items()))
    assert not problems, problems
    for fact in facts:
        found = assume(found, fact)
    return found


def claim(text: str, where: Scope) -> Claim:
    """The claim that ``left = right`` states."""
    depth, at = 0, -1
    for place, character in enumerate(text):
        depth += (character in "([") - (character in ")]")
        if depth == 0 and at < 0 and text.startswith(" = ", place):
            at = place
    left, right = text[:at], text[at + 3:]
    return Claim(read_expression(left, where), "=", read_expression(right, where), where.context())


def proved(text: str, *facts: str, define: Mapping[str, str] | None = None, symbols: Mapping[str, str] | None = None) -> Outcome:
    """What the kernel alone says of a claim, in a kernel that has seen nothing else."""
    it = claim(text, scope(facts, define, symbols))
    return Kernel(it.context).prove(it)


def shown(condition: Condition) -> str:
    """``lost domain: x > 0``."""
    return f"{'gained' if condition.gained else 'lost'} {condition.kind}: {show(condition.term)}"


def conditions(outcome: Outcome) -> set[str]:
    """The conditions of a proof, each in words."""
    assert isinstance(outcome, Proof), outcome
    return {shown(c) for c in outcome.conditions}


def without_facts() -> Context:
    """The shared declarations alone."""
    return scope().context()
