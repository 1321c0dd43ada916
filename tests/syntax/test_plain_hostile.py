"""Texts made to exhaust the reader: each is answered in well under a second, by a term or a diagnostic."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_sample import declared

from derivcheck.diagnostic import CODES, InputError
from derivcheck.syntax import Scope, assume, declare_all, define_all, read_names, read_step, read_type, show

LARGE = {
    "brackets": "(" * 10_000 + "x" + ")" * 10_000, "open brackets": "(" * 50_000, "square brackets": "[" * 10_000,
    "calls": "f(" * 10_000, "minuses": "-" * 10_000 + "x", "nots": "not " * 10_000 + "true", "powers": "2" + "**2" * 10_000,
    "quotients": "x" + "/x" * 10_000, "products of matrices": "A" + " @ A" * 10_000, "transposes": "A" + ".T" * 10_000,
    "factorials": "x" + "!" * 10_000, "indices": "u" + "[1]" * 10_000, "primes": "f" + "'" * 1000 + "(x)",
    "digits": "1" * 1001, "exponent": "1e99999999999", "text": "x + " * 50_000 + "x",
    "ranges": "sum(1" + ", i in 1..2" * 5000 + ")", "orders": "diff(x" + ", x" * 5000 + ")",
    "twentieths": "diff(x" + ", x, 20" * 100 + ")", "name": "x" * 101, "alternation": "x" + "*x/x" * 5000,
    "implicit": "2(" * 5000, "cases": "cases(" * 5000,
}


@pytest.mark.parametrize("name", LARGE)
def test_refused_as_too_large(name: str) -> None:
    start = time.process_time()
    with pytest.raises(InputError) as caught:
        read_step(LARGE[name], declared(), None)
    assert caught.value.diagnostics[0].code == "too-large"
    assert time.process_time() - start < 10


LONG = {
    "sum": "x" + " + x" * 9999, "differences": "x" + " - 1" * 9999, "product": "x" + "*x" * 9999,
    "relations": "x" + " < x" * 9999, "disjunction": "x = 1" + " or x = 1" * 9999, "vector": "[" + "1, " * 9999 + "1]",
    "maximum": "max(" + "x, " * 9999 + "x)", "nested 90 deep": "f(" * 90 + "x" + ")" * 90, "tower": "10**10**10**10",
    "nines": "x^9^9^9^9", "brackets": "(" * 90 + "x" + ")" * 90, "large range": "sum(1, j in 1..10**12)",
}


@pytest.mark.parametrize("name", LONG)
def test_long_texts_are_read_and_shown(name: str) -> None:
    scope = declared()
    start = time.process_time()
    term = read_step(LONG[name], scope, None).term
    shown = show(term)
    assert time.process_time() - start < 1.5
    assert read_step(shown, scope, None).term == term


WORDS = [
    "x", "u", "p", "A", "f", "f'", "g", "F", "n", "o", "k", "q", "e", "i", "T", "2", "0", "0.5", "1e-3", "+", "-", "*", "/",
    "@", "**", "^", "(", ")", "[", "]", ",", "=", "!=", "<", "<=", ">=", "~", "!", ".T", "..", "->", "<=>", "=>", " ",
    "and", "or", "not", "in", "if", "otherwise", "true", "sum(", "prod(", "diff(", "integrate(", "limit(", "cases(", "exp(",
    "zeros(", "unit(", "w in 1..V", "é", "²", "\n", "∑", "\x00",
]
SCOPE = declared()


@settings(max_examples=400, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join) | st.text(max_size=20))
def test_any_text_is_read_or_refused_with_a_place_inside_it(text: str) -> None:
    acts = (lambda: read_step(text, SCOPE, None), lambda: assume(SCOPE, text), lambda: read_type(text, SCOPE),
            lambda: read_names(text))
    for act in acts:
        try:
            act()
        except InputError as error:
            for diagnostic in error.diagnostics:
                assert diagnostic.code in CODES and diagnostic.message
                assert 0 <= diagnostic.span.start <= diagnostic.span.end <= len(text)


def test_many_declarations_and_definitions() -> None:
    start = time.process_time()
    scope, problems = declare_all(Scope(), [(f"x{i}", "real") for i in range(1000)])
    assert not problems
    scope, problems = define_all(scope, [(f"x{i}", f"x{i + 1}*x{i + 1}") for i in range(998)])
    assert not problems
    assert time.process_time() - start < 2
