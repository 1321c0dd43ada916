"""Every row of the table of mistakes: its example is refuted and named by it, its near miss is right."""

from __future__ import annotations

from functools import cache

import pytest
from declared import scope_of

from derivcheck.kernel.terms import Term
from derivcheck.proving.decide import Judge
from derivcheck.proving.diagnose import diagnose
from derivcheck.proving.mistakes.mistake import Mistake
from derivcheck.proving.mistakes.table import CODES, DECLARED, TABLE
from derivcheck.syntax import Scope, read_expression


@cache
def scope() -> Scope:
    return scope_of(DECLARED.items())


@cache
def judge() -> Judge:
    return Judge(scope().context())


def read(text: str) -> Term:
    return read_expression(text, scope())


def by_code(mistake: Mistake) -> str:
    return mistake.code


def test_no_two_rows_have_one_name() -> None:
    assert len(CODES) == len(TABLE)


@pytest.mark.parametrize("mistake", TABLE, ids=by_code)
def test_the_example_is_refuted_and_named(mistake: Mistake) -> None:
    left, wrong = map(read, mistake.wrong)
    assert judge().decide(left, "=", wrong).verdict == "refuted"
    found = diagnose(judge(), left, "=", wrong)
    assert found is not None and found.code == mistake.code
    assert found.repair is not None
    assert judge().decide(left, "=", found.repair).verdict == "proved"


@pytest.mark.parametrize("mistake", TABLE, ids=by_code)
def test_the_near_miss_is_right(mistake: Mistake) -> None:
    left, near = map(read, mistake.near)
    assert judge().decide(left, "=", near).verdict == "proved"
