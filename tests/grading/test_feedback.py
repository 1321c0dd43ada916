"""Feedback says all that a student must be told, nothing that is for graders only, and a stranger's text is only ever text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st
from made import NOTE, RECOVERS, RIGHT, UNREAD, WRONG, answer, holding, mark, sample, square, submission
from page_checks import (
    ATTACKS,
    contrast,
    headings_are_in_order,
    needs_nothing_else,
    schemes,
    skeleton,
    text,
    text_of_style,
    the_policy_allows_its_one_style_sheet_only,
)

from derivcheck.grading import feedback_html, feedback_markdown
from derivcheck.grading.marks import Answer, Graded, Mark, Outcome
from derivcheck.grading.wording import errors_before, following, outcome, score, standing
from derivcheck.grading.wording import mark as shown_as
from derivcheck.reports.html_page import STYLE

SHEET = feedback_html.STYLE.read_text(encoding="utf-8")
UNSAFE = Options.CMARK_OPT_UNSAFE
"""HTML in Markdown stays."""

TITLE = "Word vectors, sheet 3"


def page(graded: Graded) -> Element:
    """The page as a tree: it is well-formed as XML too, so that nothing depends on how a browser mends it."""
    return ElementTree.fromstring("".join(feedback_html.page(graded, TITLE)))


def seen(graded: Graded) -> str:
    return text(page(graded).find("body"))


def read(graded: Graded) -> str:
    """What a reader of the Markdown sees."""
    found = Shown(github_flavored_markdown_to_html(feedback_markdown.text(graded, TITLE), options=UNSAFE))
    return " ".join(found.said.split())


class Shown(HTMLParser):
    """The tags and the text of a page, and the text outside of ``code``."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.said = self.prose = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert not attributes
        self.tags.add(tag)
        self.open.append(tag)
        self.said += "" if tag in {"code", "b"} else " "

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data
        self.prose += "" if "code" in self.open else data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


FORMATS: list[Callable[[Graded], str]] = [seen, read]


# what is said

@pytest.mark.parametrize("shown", FORMATS)
@pytest.mark.parametrize("said", [
    TITLE, "7f3a09c2", "t least 8, at most 10 of 22 points; a person will still look at it", "There were two attempts",
    "The square of a sum", "7 of 13 points", "The gradient by the centre vector", "t least 1, at most 3 of 6 points",
    "last", "0 of 3 points", "There is no answer to this question.",
    "M1", "2 of 6 points", "earned in part", "Every step follows from the one before", "1 of 3 steps is right",
    "earned by follow-through", "The result follows from your own line 1", "not earned, with what it depends on",
    "The cross term comes first.", "decided by a person", "Decided by a person: the sign was copied wrongly from the sheet",
    "for a person to decide", "Your assumption `a > 0` was not used.",
    "x**2 + a*a + 0*x", "the logarithm of a quotient",
    "a function of a sum or product is not the sum or product of its values", "x**2 + a**2 + 2*x*a", "x = 1, a = 1",
    "the line before is 4, this line is 2",
    "this line follows from your step 2; the error in step 1 is counted once", "stays to the end", "The result should be",
    "What could not be read", "undeclared-name", "q is not declared", "ine 7, column 3", "q = 3", "declare it in `define:`",
    "is not held against you", "derivcheck run FILE", "S0:start S1:split-function S2:ok-ft S3:ok-ft",
])
def test_everything_is_said(said: str, shown: Callable[[Graded], str]) -> None:
    assert said in shown(sample())


@pytest.mark.parametrize("shown", FORMATS)
def test_what_is_for_graders_is_not_said(shown: Callable[[Graded], str]) -> None:
    assert NOTE not in shown(sample())
    assert "for the grader" not in shown(sample())


@pytest.mark.parametrize("shown", FORMATS)
@pytest.mark.parametrize(("lines", "said"), [
    (RIGHT, ["Right"]), (RECOVERS, ["Right by itself: step 2 silently corrects step 1: it agrees with the first line"]),
    (UNREAD, ["Could not be read: this is not held against you", "ine 12, column 24", "y is not declared"]),
    (WRONG, ["Wrong: a function of a sum", "the error in step 1 is counted once"]),
])
def test_each_line_is_told_by_its_outcome(lines: tuple[str, ...], said: list[str], shown: Callable[[Graded], str]) -> None:
    found = shown(submission("s", *lines))
    assert [it for it in said if it not in found] == []


@pytest.mark.parametrize(("code", "word", "style"), [
    ("start", "right", "good"), ("other", "something else", "warn"), ("ok", "right", "good"), ("ok-ft", "right", "good"),
    ("same", "no step", "noted"), ("jump", "right, but a step is missing", "warn"), ("checked", "tried", "good"),
    ("recovers", "right by itself", "good"), ("undecided", "undecided", "warn"), ("unreadable", "could not be read", "warn"),
    ("sign", "wrong", "bad"), ("missing-factor-ft", "wrong", "bad"), ("wrong", "wrong", "bad"), ("", "not marked", "noted"),
])
def test_an_outcome_is_a_sign_and_a_word_and_not_a_colour_alone(code: str, word: str, style: str) -> None:
    report = square(*RIGHT)
    outcomes = (Outcome(0, "start"), Outcome(1, code)) if code else ()
    tree = page(Graded("s", (answer(report, [mark("M1", 1)], outcomes=outcomes),)))
    found = [it for it in tree.iter("li") if it.get("class", "").startswith("step ")][1]
    assert found.get("class") == f"step {style}"
    assert text(found.find("span")).endswith(f"step 1: {word}")
    assert (outcome(code).word, outcome(code).style) == (word, style)


@pytest.mark.parametrize(("code", "points", "word", "style"), [
    ("earned", 4, "earned", "good"), ("earned-ft", 4, "earned by follow-through", "good"), ("part", 1, "earned in part", "warn"),
    ("lost", 0, "not earned", "bad"), ("depends", 0, "not earned, with what it depends on", "bad"),
    ("open", 0, "for a person to decide", "warn"), ("override", 4, "decided by a person", "good"),
    ("override", 1, "decided by a person", "warn"), ("override", 0, "decided by a person", "bad"),
])
def test_every_code_of_a_mark_has_its_words(code: str, points: float, word: str, style: str) -> None:
    told = shown_as(Mark("q", "M1", points, points, 4, "M", code, ""))
    assert (told.word, told.style) == (word, style)


@pytest.mark.parametrize(("points", "most", "worth", "said"), [
    (4, 4, 4, "4 of 4 points"), (0.5, 0.5, 1, "0.5 of 1 point"), (0, 2.5, 4, "at least 0, at most 2.5 of 4 points"),
])
def test_points_are_told_with_both_ends_of_what_is_open(points: float, most: float, worth: float, said: str) -> None:
    assert score(Mark("q", "M1", points, most, worth, "M", "open", "")) == said


def test_a_submission_in_which_all_is_decided_or_nothing_handed_in_says_so() -> None:
    assert standing(submission("s", *RIGHT)) == "10 of 10 points"
    missing = Graded("s", (answer(None, [mark("M1", 0)]),))
    assert standing(missing) == "0 of 4 points: nothing was handed in that could be graded"


@pytest.mark.parametrize(("index", "code", "carries", "errors", "said"), [
    (3, "ok-ft", (1,), (), "this line follows from your step 2; the error in step 1 is counted once"),
    (3, "ok-ft", (), (0, 2), "this line follows from your step 2; the errors in the first line and step 2 are counted once"),
    (1, "ok-ft", (), (0,), "this line follows from your first line; the error in the first line is counted once"),
    (3, "sign-ft", (1, 2), (), "the errors in steps 1 and 2 are counted once, and not again here"),
    (3, "undecided-ft", (), (), "the error before it is counted once, and not again here"),
])
def test_follow_through_is_said_plainly(
    index: int, code: str, carries: tuple[int, ...], errors: tuple[int, ...], said: str
) -> None:
    it = replace(square(*RIGHT).steps[1], index=index, previous=index - 1, carries=carries)
    assert following(it, code, errors) == said


def test_an_error_that_was_set_right_is_not_carried_any_further() -> None:
    codes = ["other", "ok-ft", "sign", "recovers", "exponent", "ok-ft"]
    found = Answer("q", None, (), tuple(Outcome(at, code) for at, code in enumerate(codes)))
    assert [errors_before(found, at) for at in range(6)] == [(), (0,), (0,), (0, 2), (), (4,)]


@pytest.mark.parametrize("shown", FORMATS)
@pytest.mark.parametrize(("code", "marks", "said"), [
    ("checked", [mark("M1", 4)], "though it is not proved; it is taken as right"),
    ("checked", [mark("M1", 0, most=4, steps=(2,))], "though it is not proved; it is taken as right"),
    ("checked", [mark("M1", 0, most=4, steps=(1,))], "though it is not proved; a person will look at it"),
    ("unreadable", [mark("M1", 4)], "this is not held against you"),
    ("unreadable", [mark("M1", 0, most=4)], "this is not held against you; a person will look at it"),
    ("undecided-ft", [mark("M1", 0, most=4, steps=(1,))], "a person will look at it; the error before it is counted once"),
])
def test_a_person_is_promised_only_where_one_will_look(
    code: str, marks: list[Mark], said: str, shown: Callable[[Graded], str]
) -> None:
    graded = Graded("s", (answer(square(*RIGHT), marks, outcomes=(Outcome(0, "start"), Outcome(1, code))),))
    found = shown(graded).replace("ill still look at it", "")
    assert said in found
    assert ("a person will look" in found) == ("a person will look" in said)


@pytest.mark.parametrize("shown", FORMATS)
def test_a_line_that_is_right_by_itself_has_no_counterexample(shown: Callable[[Graded], str]) -> None:
    assert "the line before is 2" not in shown(submission("s", *RECOVERS))


# the page

LINKS = r"#(q\d+|questions)"


def test_the_page_needs_nothing_else_and_forbids_it() -> None:
    tree = page(sample())
    needs_nothing_else(tree, frozenset({"ul"}), links=LINKS)
    the_policy_allows_its_one_style_sheet_only(tree)
    assert text_of_style(tree) == STYLE.read_text(encoding="utf-8") + SHEET
    assert not re.search(r"url|@import|@font-face|<|&|\r", SHEET)


def test_headings_landmarks_language_and_links_are_there() -> None:
    tree = page(sample())
    headings_are_in_order(tree)
    assert [len(list(tree.iter(tag))) for tag in ("header", "main", "footer")] == [1, 1, 1]
    ids = [it.get("id") for it in tree.iter() if it.get("id")]
    assert len(ids) == len(set(ids))
    wanted = [it.get(key, "").lstrip("#") for it in tree.iter() for key in ("href", "aria-labelledby") if it.get(key)]
    assert set(wanted) <= set(ids)
    assert all(it.get("aria-hidden") for it in tree.iter("span") if it.get("class") == "mark")


def test_every_line_that_can_be_read_is_drawn() -> None:
    assert len(list(page(sample()).iter("math"))) == 7
    assert len(list(page(submission("s", *UNREAD)).iter("math"))) == 2


def test_texts_can_be_read_in_both_schemes_and_only_named_colours_are_used() -> None:
    for colours, ours in zip(schemes(STYLE.read_text(encoding="utf-8")), schemes(SHEET), strict=True):
        for bar in ("first", "second"):
            assert contrast(ours[bar], colours["paper"]) >= 3
        assert contrast(ours["first"], ours["second"]) >= 2
    used = set(re.findall(r"(?<![a-z-])(?:color|background|fill|stroke): ([^;]+);", SHEET))
    assert used <= {*(f"var(--{it})" for it in ("first", "second", *schemes(STYLE.read_text(encoding="utf-8"))[0])), "none"}


# a stranger's text

PLAIN = skeleton(page(holding("x")))


@pytest.mark.parametrize("attack", ATTACKS)
def test_whatever_a_text_says_it_changes_nothing_but_text(attack: str) -> None:
    assert skeleton(page(holding(attack))) == PLAIN
    assert "<script" not in "".join(feedback_html.page(holding(attack), attack))


@settings(max_examples=50, deadline=None)
@given(st.text())
def test_every_text_becomes_text(said: str) -> None:
    assert skeleton(page(holding(f"§{said}§"))) == PLAIN


OURS = {"h1", "h2", "h3", "p", "ul", "li", "b", "code", "br"}
MORE = [
    *ATTACKS, "[x](javascript:alert(1))", "![i](http://a.bb/c.png)", "<http://a.bb> www.a.bb", "@everyone #1 !3", "```\n<b>x</b>",
    "\n\n</ul>\n\n# a *b* _c_", "| a | b |", "$x$ :smile: `", "=1+1", "- [ ] x", "/close",
]
LINKED = re.compile(r"@\w|#\d|[&!~$]\d|://|www\.|:\w+:|\$\w|[<>|`\[\]{}*_\\]")


@pytest.mark.parametrize("attack", MORE)
def test_no_text_is_markdown_or_a_link(attack: str) -> None:
    said = feedback_markdown.text(holding(attack, "s"), attack)
    found = Shown(github_flavored_markdown_to_html(said, options=UNSAFE))
    assert found.tags <= OURS
    assert not LINKED.search(found.prose), LINKED.search(found.prose)
    assert all(line.startswith(("<", "\n")) or not line for line in said.splitlines())
    assert all(c.isprintable() or c == "\n" for c in said)


def test_the_name_of_a_submission_is_text() -> None:
    assert skeleton(page(holding("x", "<b>"))) == PLAIN
    assert Shown(github_flavored_markdown_to_html(feedback_markdown.text(holding("x", "<i>"), "t"), options=UNSAFE)).tags <= OURS
