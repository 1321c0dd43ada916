"""Fuzzing the plain language: steps, facts, types, names and definitions are read or refused, and what is read is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.etree import ElementTree

import fuzzing

if __name__ == "__main__":
    fuzzing.prepare()

with fuzzing.instrumented():
    from derivcheck.diagnostic import CODES, InputError
    from derivcheck.kernel.terms import LOGIC, Term
    from derivcheck.kernel.vocabulary import SPELLINGS
    from derivcheck.syntax import (
        Scope,
        assume,
        declare_all,
        define_all,
        read_condition,
        read_expression,
        read_names,
        read_step,
        read_type,
        show,
    )
    from derivcheck.syntax.as_latex import latex
    from derivcheck.syntax.as_mathml import mathml
    from derivcheck.syntax.lettering import declared
    from derivcheck.syntax.tokens import FORMS, KEYWORDS
    from derivcheck.syntax.types import ARRAYS, ATTRIBUTES, DOMAINS
    from derivcheck.syntax.typeset import typeset

SYMBOLS = [
    ("V, d, m, n", "size"), ("u", "vector(d)[V]"), ("v", "vector(d)"), ("p", "real[V]"), ("o, w", "index(V)"), ("k, l",
    "index(n)"),
    ("x, y, z", "real"), ("a", "positive"), ("c", "complex"), ("N", "integer"), ("A, B", "matrix(n, n)"), ("M", "matrix(m, n)"),
    ("r", "row(n)"), ("q", "vector(n)"), ("f, g", "function(real) -> real"), ("F", "function(vector(d), vector(d)) -> real"),
    ("label", "onehot(V, o)"), ("S", "matrix(n, n) symmetric"), ("h", "vector(n)"), ("t", "simplex(n)"),
]


def scope() -> Scope:
    """Names of every kind of type, one of them defined."""
    made, problems = declare_all(Scope(), SYMBOLS)
    made, more = define_all(made, [("p[k]", "exp(u[k].T @ v)/sum(exp(u[w].T @ v), w in 1..V)"), ("g(s)", "s**2 + f(s)")])
    assert not problems and not more
    return made


SCOPE = scope()
EQUATION, EXPRESSION = read_expression("x", SCOPE), read_condition("x = y", SCOPE)

WORDS = (
    *SPELLINGS, *KEYWORDS, *FORMS, *DOMAINS, *ARRAYS, *ATTRIBUTES, *fuzzing.LETTERS, "size", "function", *"+-*/@^()[],=<>~!.'",
    "**", "!=", "<=", ">=", "<=>", "=>", "<==", "->", "..", ".T", "1..n", "w in 1..V", "pi", "oo", "e", "i", "0", "1", "2.5",
    "1e9",
    "1e-12", "10**10", "f'(x)", "u[w]", "A[k, l]", "diff(f(x), x)", "cases(x if x > 0, 0 otherwise)", "#! wrong", "columns(u)",
)


def keeps(term: Term) -> None:
    """The laws of a term that was read: its text gives it back, and it can be set in LaTeX and MathML."""
    shown = show(term)
    again = (read_condition if term.op in LOGIC else read_expression)(shown, SCOPE)
    assert again == term, f"{shown} is read as {show(again)}"
    formula = typeset(term, declared(SCOPE))
    assert latex(formula)
    ElementTree.fromstring(mathml(formula))


def attempt(text: str, act: Callable[[], object]) -> object:
    """What an act gives; ``None`` where it refuses the text, which it must say with a known code and a place in the text."""
    try:
        return act()
    except InputError as error:
        assert error.diagnostics
        for found in error.diagnostics:
            assert found.code in CODES and found.message, found
            assert 0 <= found.span.start <= found.span.end <= len(text), found
        return None


def check(data: bytes) -> None:
    """One text, read as everything that it could be."""
    text = data.decode("utf-8", "replace")
    for previous in (None, EQUATION, EXPRESSION):
        step = attempt(text, lambda before=previous: read_step(text, SCOPE, before))  # type: ignore[misc]
        if step is not None:
            keeps(step.term)  # type: ignore[attr-defined]
    attempt(text, lambda: assume(SCOPE, text))
    attempt(text, lambda: read_type(text, SCOPE))
    attempt(text, lambda: read_names(text))
    for part in (text, *text.split(":", 1)):
        _, problems = define_all(SCOPE, [(part, text), ("h", part)])
        assert all(problem[2].code in CODES for problem in problems)


def seeds() -> Iterator[bytes]:
    """The steps, definitions and types of the derivations, and attacks that are short."""
    from derivcheck.files.finding import find
    from derivcheck.files.load import load

    for item in find([str(fuzzing.ROOT / "derivations")]):
        document = load(item) if item.path.suffix == ".yaml" else None
        for derivation in document.derivations if document else ():
            yield from (step.text.text.encode() for step in derivation.steps)
            yield from (right.text.encode() for _, right in derivation.declarations.definitions)
            yield from (symbol.type.text.encode() for symbol in derivation.declarations.symbols)
    yield from attack_texts()


def attack_texts() -> Iterator[bytes]:
    """What stands in the tables of attacks."""
    import sys

    sys.path.insert(0, str(fuzzing.ROOT / "tests" / "hostile"))
    from hostile_files import HARD_CLAIMS, UNREADABLE_STEPS

    yield from (text.encode() for text, _ in UNREADABLE_STEPS if len(text) < 200)
    yield from (f"= {left}".encode() for left, _, _ in HARD_CLAIMS if len(left) < 500)


if __name__ == "__main__":
    fuzzing.main(check, WORDS, seeds())
