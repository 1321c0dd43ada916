"""Displays split into steps: relations at the top level, rows, remarks, numbers, comments."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.diagnostic import InputError
from derivcheck.syntax.latex.displays import leading, split

STEPS = [
    # a display, its parts, "|" in front of what begins a chain of its own
    (r"A", "|A"),
    (r"A = B = C", "|A", "= B", "= C"),
    (r"a \le b < c \approx d", "|a", r"\le b", "< c", r"\approx d"),
    (r"a := b", "|a", ":= b"),
    (r"a \ne b", r"|a \ne b"),
    (r"n!= 2", "|n!", "= 2"),
    (r"x -> 0", "|x -> 0"),
    # nothing inside brackets, arguments and environments parts a display
    (r"f(x = 1) = \left[ a = b \right) = \{c = d\}", "|f(x = 1)", r"= \left[ a = b \right)", r"= \{c = d\}"),
    (r"\sum_{i=1}^n x_i = \frac{a = b}{c}", r"|\sum_{i=1}^n x_i", r"= \frac{a = b}{c}"),
    (r"f = \begin{cases} = a & x = 1 \\ b & x \ne 1 \end{cases} = g", "|f",
     r"= \begin{cases} = a & x = 1 \\ b & x \ne 1 \end{cases}", "= g"),
    (r"f = \left\{\begin{aligned} a \\ b \end{aligned}\right.", "|f", r"= \left\{\begin{aligned} a \\ b \end{aligned}\right."),
    (r"A = \boxed{B}", "|A", r"= \boxed{B}"),
    (r"\boxed{A = B}.", "|A", "= B"),
    (r"{\displaystyle A = B}", "|A", "= B"),
    # rows
    (r"\begin{aligned} A &= B \\ &= C \end{aligned}", "|A", "= B", "= C"),
    (r"\begin{align*} A &= B \\ D &= E \\ &= F \end{align*}", "|A", "= B", "|D", "= E", "= F"),
    (r"\begin{array}{rcl} A &=& B \\ &=& C \end{array}", "|A", "= B", "= C"),
    (r"\begin{multline} a \\ b \\ = c \end{multline}", "|a b", "= c"),
    (r"A = \\ B = \\ = C", "|A", "= B", "= C"),
    (r"A &= B \\ C \\ &= D", "|A", "= B", "|C", "= D"),
    (r"a &= b \\ &\quad + c \\ &= d", "|a", "= b + c", "= d"),
    (r"\left( a \\ b \right) = c", r"|\left( a b \right)", "= c"),
    (r"\left( a \\ &= b", r"|\left( a", "= b"),
    (r"a = b \\[2pt] = c \\ [x]_1 = d", "|a", "= b", "= c", "|[x]_1", "= d"),
    (r"A, \quad B = 1", "|A", "|B", "= 1"),
    (r"A \quad B", r"|A \quad B"),
    # chains of statements
    (r"x + 1 = 2 \iff x = 1", "|x + 1 = 2", r"\iff x = 1"),
    (r"x = 1 \\ \Rightarrow x^2 = 1", "|x = 1", r"\Rightarrow x^2 = 1"),
    (r"a = b, \quad \Rightarrow \quad c = d", "|a = b", r"\Rightarrow c = d"),
    (r"x + 1 & = 2 \\ \iff x & \\ & = 1", "|x + 1 = 2", r"\iff x = 1"),
    (r"\Rightarrow x = 1", r"\Rightarrow x", "= 1"),
    # labels, numbers, points
    (r"\textcircled{A} \quad X = Y", "|X", "= Y"),
    (r"\textcircled{a} = X = Y", "|X", "= Y"),
    (r"(a) \quad X = Y", "|X", "= Y"),
    (r"(a) \quad = Y", r"|(a)", "= Y"),
    (r"3(b) \frac{a}{b}", r"|\frac{a}{b}"),
    (r"3(b) a = c", "|3(b) a", "= c"),
    (r"a = b; \quad (3)", "|a", "= b"),
    (r"a = b \, . \nonumber", "|a", "= b"),
    (r"a = b (3)", "|a", "= b (3)"),
    # texts that are names, and words between formulas, stay for the reader
    (r"L = \text{CE}", "|L", r"= \text{CE}"),
    (r"2 \text{CE} = \text{softmax}(x)_i", r"|2 \text{CE}", r"= \text{softmax}(x)_i"),
    (r"\text{ReLU}(x) = x", r"|\text{ReLU}(x)", "= x"),
    (r"J_\text{neg} = x^\text{T}", r"|J_\text{neg}", r"= x^\text{T}"),
    (r"x = 1 \text{ or } x = 2", "|x", r"= 1 \text{ or } x = 2"),
    (r"f = x \quad \text{for } x > 0", "|f", r"= x \quad \text{for } x > 0"),
    (r"\text{if } x = 1", r"|\text{if } x = 1"),
    # what does not close stays for the reader
    (r"\boxed{a = b", r"|\boxed{a", "= b"),
    (r"\begin{aligned} a = b", r"|\begin{aligned} a", "= b"),
    (r"a = b \end{aligned}", "|a", r"= b \end{aligned}"),
]


def shown(text: str, whole: bool = False) -> list[str]:
    return [("|" if p.first_of_chain else "") + " ".join(p.text.split()) for p in split(text, whole=whole).parts]


@pytest.mark.parametrize("row", STEPS, ids=[row[0] for row in STEPS])
def test_a_display_has_these_parts(row: tuple[str, ...]) -> None:
    assert shown(row[0]) == list(row[1:])


def test_whole_rows_are_statements() -> None:
    assert shown(r"x + 1 = 2 \\ x = 1", whole=True) == ["|x + 1 = 2", "|x = 1"]


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        (r"\text{Given } a = b", {0: ("Given",)}),
        (r"\text{So: } a = b", {0: ("So:",)}),
        (r"a = b \text{ assume } y_o \text{ is the class}", {1: ("assume y_o is the class",)}),
        (r"a = b \quad (\text{two or three})", {1: ("two or three",)}),
        (r"a = b, \quad \text{by symmetry}", {1: ("by symmetry",)}),
        (r"a = b \\ \text{as we know} \\ = c", {1: ("as we know",)}),
        (r"\intertext{and} a = b", {0: ("and",)}),
    ],
)
def test_remarks_become_notes(text: str, notes: dict[int, tuple[str, ...]]) -> None:
    parts = split(text).parts
    assert {i: part.notes for i, part in enumerate(parts) if part.notes} == notes
    assert not any("text" in part.text for part in parts)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (r"a = b \tag{4}", "eq-4"),
        (r"a = b \qquad (C)", "eq-C"),
        (r"\label{eq:one} a = b \tag{4}", "eq:one"),
        (r"\begin{align} a &= b \\ c &= d \label{two} \end{align}", "two"),
        (r"a = b \quad (\ast)", "eq-ast"),
        ("a = b", None),
    ],
)
def test_numbers_and_labels_name_a_display(text: str, name: str | None) -> None:
    assert split(text).name == name


def test_comments_are_reasons_and_marks_of_the_step_before_them() -> None:
    text = "a &= 100\\% % one\n\\\\ % two %! wrong why\n&= c\n  %! open\n% nothing\n&= d"
    parts = split(text).parts
    assert [part.by for part in parts] == [None, "one two", None, None]
    assert [part.mark and text[part.mark.start : part.mark.end] for part in parts] == [None, "%! wrong why", "%! open", None]


def test_a_second_mark_and_a_mark_before_all_steps_are_refused() -> None:
    assert [(d.code, d.span.start) for d in split("%! wrong\na = b %! open\n%! open").diagnostics] == [
        ("bad-expectation", 0),
        ("bad-expectation", 23),
    ]


def test_words_over_a_relation_are_its_reason() -> None:
    parts = split(r"a \stackrel{(i)}{=} b \overset{\text{so}}{\le} c").parts
    assert [(part.relation, part.by) for part in parts] == [(None, None), ("=", "(i)"), ("<=", "so")]


@pytest.mark.parametrize(("text", "is_open"), [("a =", True), (r"a = \quad (1)", True), ("a = b", False), (r"x = 1 \iff", True)])
def test_a_display_may_end_with_a_relation(text: str, is_open: bool) -> None:
    assert split(text).open is is_open


@pytest.mark.parametrize(
    ("text", "relation", "rest"),
    [
        (r"  \leqslant x", "<=", " x"),
        (r"\stackrel{!}= x", "=", " x"),
        (r"\overset{a}{\underset{b}{=}} c", "=", " c"),
        (r"\xRightarrow{\text{so}} x", "=>", " x"),
        (r"\impliedby x", "<==", " x"),
        (r"\leftarrow x", None, r"\leftarrow x"),
        (r"\ne x", None, r"\ne x"),
        (r" x = 1", None, "x = 1"),
    ],
)
def test_the_relation_in_front(text: str, relation: str | None, rest: str) -> None:
    found, at = leading(text)
    assert (found, text[at:]) == (relation, rest)


WORDS = st.sampled_from(
    [
        "a", "b_1", "=", r"\le", r"\iff", r"\\", "&", r"\quad", r"\,", ",", ".", "(", ")", r"\left(", r"\right)", "{", "}", r"\{",
        r"\}", r"\text{so }", r"\text{or}", r"\text{f}(", r"\tag{1}", r"\label{l}", "% c", "%! wrong", r"\boxed{", "+", "-",
        r"\begin{aligned}", r"\end{aligned}", r"\begin{cases}", r"\end{cases}", r"\frac{a}{b}", r"\stackrel{!}{=}",
        r"\textcircled{a}", r"\dots", "[", "]", r"\ne",
    ]
)


@given(st.lists(WORDS, max_size=25), st.sampled_from([" ", "\n"]), st.booleans())
def test_parts_are_the_display_at_their_places_and_no_letter_is_lost(words: list[str], blank: str, whole: bool) -> None:
    text = blank.join(words)
    parts = split(text, 1000, whole).parts
    end = 1000
    for part in parts:
        assert end <= part.start < part.end
        assert len(part.text) == part.end - part.start
        assert all(kept in {" ", written} for kept, written in zip(part.text, text[part.start - 1000 :], strict=False))
        end = part.end
    formulas = sum(line.split("%")[0].count("b_1") for line in text.split("\n"))
    assert sum(part.text.count("b_1") for part in parts) + sum(" ".join(p.notes).count("b_1") for p in parts) >= formulas


LONG = ["= ", r"\\ ", "(", "{", r"(\\", r"\text{ a }", r"\quad (a) ", r"\boxed{a", r"\begin{aligned}", "%!\n"]


@pytest.mark.parametrize("word", LONG)
def test_long_displays_take_linear_time(word: str) -> None:
    started = time.perf_counter()
    try:
        split("a = " + word * (90_000 // len(word)) + "}" * 9_000)
    except InputError as error:
        assert error.diagnostics[0].code == "too-large"
    assert time.perf_counter() - started < 5
