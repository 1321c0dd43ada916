"""Displays split into steps: relations at the top level, rows, remarks, numbers, comments."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from derivcheck.diagnostic import InputError
from derivcheck.syntax.latex.displays import leading, split
from derivcheck.syntax.latex.unjudged import lacking, unjudged

STEPS = [
    # a display, its parts, "|" in front of what begins a chain of its own
    (r"A", "|A"),
    (r"A = B = C", "|A", "= B", "= C"),
    (r"a \le b < c \approx d", "|a", r"\le b", "< c", r"\approx d"),
    (r"a := b", "|a", ":= b"),
    (r"a \ne b", r"|a \ne b"),
    (r"n!= 2", "|n!= 2"),
    (r"n! = 2", "|n!", "= 2"),
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
    # columns of equations
    (r"a &= b & c &= d", "|a", "= b", "|c", "= d"),
    (r"a &= b & c &= d \\ &= e & &= f", "|a", "= b", "= e", "|c", "= d", "= f"),
    (r"a &= b & c &= d \\ & & &= f", "|a", "= b", "|c", "= d", "= f"),
    (r"\begin{alignat}{2} a &= b &\quad& c &= d \end{alignat}", "|a", "= b", "|c", "= d"),
    (r"\begin{IEEEeqnarray}{rCl+rCl} a &=& b & c &=& d \end{IEEEeqnarray}", "|a", "= b", "|c", "= d"),
    (r"a &= b &= c", "|a", "= b", "= c"),
    (r"a &= b & + c", "|a", "= b + c"),
    (r"\begin{eqnarray} a &=& b \\ && + c \end{eqnarray}", "|a", "= b + c"),
    (r"a &= b && (1) \\ &= c & \text{(def)}", "|a", "= b", "= c"),
    (r"a &= b & (x > 0)", "|a", "= b", "|(x > 0)"),
    # a row without a link is no statement; a chain ends with the statement that a link goes on with
    (r"x = y \iff y = x \\ y = 3 y", "|x = y", r"\iff y = x", "|y", "= 3 y"),
    (r"a = b \\ = c \\ \Rightarrow d = e", "|a", "= b", "= c", r"\Rightarrow d = e"),
    (r"a = b = c, \quad \Rightarrow d = e", "|a", "= b", "= c", r"\Rightarrow d = e"),
    # remarks, unless what they stand beside goes on
    (r"a = b \text{ by that } + c \text{ again}", "|a", r"= b \text{ by that } + c"),
    (r"a = b \text{ times } c \text{,}", "|a", r"= b \text{ times } c"),
    (r"a = b \text{ by that}, c \text{ again}", "|a", r"= b \text{ by that}, c"),
    (r"a = b \text{ + c}", "|a", r"= b \text{ + c}"),
    (r"a = b \text{ by } (1)", "|a", "= b"),
    (r"a = b \text{ by } \eqref{one}.", "|a", "= b"),
    (r"a = b \\ \text{so} & = c", "|a", "= b", "= c"),
    (r"a = b \quad\square", "|a", "= b"),
    (r"a = b ~ (1)", "|a", "= b"),
    (r"a = b \, (1)", "|a", r"= b \, (1)"),
    (r"(2) \quad = b", "= b"),
    # braces and wrappers beside which a formula stands
    (r"\boxed{a = b}^2", r"|\boxed{a", "= b}^2"),
    (r"3 \boxed{a = b}", r"|3 \boxed{a", "= b}"),
    (r"{a = b} + c", "|{a", "= b} + c"),
    (r"\begin{aligned} a &= b \end{aligned} c", r"|\begin{aligned} a", r"= b \end{aligned} c"),
    (r"\begin{split}{}={} a \end{split}", "= a"),
    (r"\begin{aligned} \begin{split} a &= b \end{aligned}", r"|\begin{split} a", "= b"),
    (r"\begin{equation} [t] = a \end{equation}", "|[t]", "= a"),
    (r"a \mathrel{=} b", "|a", r"\mathrel{=} b"),
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


@pytest.mark.parametrize(
    ("text", "code", "start"),
    [
        (r"a &= b & &= c", "syntax", 10),
        (r"a = b \text{ so = c", "syntax", 11),
        (r"a = b \tag{c = d", "syntax", 10),
        (r"a = b \\ \intertext{c = d", "syntax", 19),
    ],
)
def test_what_cannot_be_split_is_refused_at_its_place(text: str, code: str, start: int) -> None:
    with pytest.raises(InputError) as caught:
        split(text, 100)
    assert [(d.code, d.span.start) for d in caught.value.diagnostics] == [(code, 100 + start)]


@pytest.mark.parametrize("gap", [r"\hspace{1cm}", r"\hfill", r"\phantom{=}", r"\notag", r"\hline", r"\tag{a}"])
def test_what_sets_formulas_apart_is_no_product(gap: str) -> None:
    assert [(d.code, d.span.start) for d in split(f"a = b {gap} c").diagnostics] == [("ambiguous", 6)]
    assert not split(f"a {gap} = b {gap} + c {gap}").diagnostics


@pytest.mark.parametrize(
    ("text", "declared", "name"),
    [
        (r"a = b \quad (x)", "a b x", None),
        (r"a = b \quad (n)", "a b x", "eq-n"),
        (r"a = b \quad (iv)", "a i", None),
        (r"a = b \quad (2a)", "a b", "eq-2a"),
        (r"a = b \quad (3.1)", "a b", "eq-3.1"),
        (r"(a) \quad a = b", "a b", None),
    ],
)
def test_a_letter_that_is_declared_is_no_number(text: str, declared: str, name: str | None) -> None:
    found = split(text, names=declared.split())
    assert found.name == name
    assert any("quad" in part.text for part in found.parts) is (name is None)


UNJUDGED = [
    # a formula, the code of what it states, and where
    (r"x + x", None, 0),
    (r"\sum_{i = 1}^n x_i", None, 0),
    (r"f \begin{cases} a & x = 1 \\ b & x \ne 1 \end{cases}", None, 0),
    (r"2 [i = j]", None, 0),
    (r"\left[ a, b \right)", None, 0),
    (r"a \text{ if $x = 1$}", None, 0),
    (r"(x = y)", "not-judged", 0),
    (r"\left( x = y \right)", "not-judged", 0),
    (r"\frac{x = y}{2}", "not-judged", 0),
    (r"x {=} y", "not-judged", 0),
    (r"  x \propto y", "not-judged", 0),
    (r"\begin{cases} x = 1 \\ y = 2 \end{cases}", "not-judged", 0),
    (r"\begin{array}{lll} x & = & y \end{array}", "not-judged", 0),
    (r"\left\{ \begin{aligned} x &= y \end{aligned} \right.", "not-judged", 0),
    (r"x + ( x = y", "syntax", 4),
    (r"\lvert x = y", "syntax", 0),
    (r"x \end{aligned}", "syntax", 2),
    (r"\left( x", "syntax", 0),
]


@pytest.mark.parametrize(("text", "code", "start"), UNJUDGED, ids=[row[0] for row in UNJUDGED])
def test_a_formula_alone_that_states_something_is_told(text: str, code: str | None, start: int) -> None:
    found = unjudged(text, 100)
    assert (found and found.code) == code
    if found:
        assert found.span.start == 100 + start
        assert (found.severity == "warning") is (code == "not-judged")


@pytest.mark.parametrize(
    ("text", "code"), [("+ x", "syntax"), (r" \cdot x", "syntax"), ("- x", None), (r"\pm x", None), ("x", None)]
)
def test_a_sign_that_needs_something_before_it(text: str, code: str | None) -> None:
    found = lacking(text)
    assert (found and found.code) == code


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
        r"\textcircled{a}", r"\dots", "[", "]", r"\ne", r"\boxed{", "&", "&", r"\eqref{b}", r"\hspace{1cm}", "!=", r"\Rightarrow",
    ]
)


@given(st.lists(WORDS, max_size=25), st.sampled_from([" ", "\n"]), st.booleans())
def test_parts_are_the_display_at_their_places_and_no_letter_is_lost(words: list[str], blank: str, whole: bool) -> None:
    text = blank.join(words)
    try:
        parts = split(text, 1000, whole).parts
    except InputError:
        return  # a column that begins with a relation
    end = 1000
    for part in sorted(parts, key=lambda part: part.start):
        assert end <= part.start < part.end
        assert len(part.text) == part.end - part.start
        assert all(kept in {" ", written} for kept, written in zip(part.text, text[part.start - 1000 :], strict=False))
        end = part.end
    formulas = sum(line.split("%")[0].count("b_1") for line in text.split("\n"))
    assert sum(part.text.count("b_1") for part in parts) + sum(" ".join(p.notes).count("b_1") for p in parts) >= formulas


LONG = ["= ", r"\\ ", "(", "{", r"(\\", r"\text{ a }", r"\quad (a) ", r"\boxed{a", r"\begin{aligned}", "%!\n", "x & ", "&",
        r"\boxed{x=y}", r"\notag ", r"x \notag ", r"\eqref{a}", r"~ (1)"]


@pytest.mark.parametrize("word", LONG)
def test_long_displays_take_linear_time(word: str) -> None:
    started = time.process_time()
    try:
        split("a = " + word * (90_000 // len(word)) + "}" * 9_000)
    except InputError as error:
        assert error.diagnostics[0].code == "too-large"
    assert time.process_time() - started < 5
