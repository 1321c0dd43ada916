"""The summary in Markdown, read back with the parser that GitHub uses: short enough, and nothing of an author's is markup."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from cmarkgfm import github_flavored_markdown_to_html
from cmarkgfm.cmark import Options
from hypothesis import given, settings
from hypothesis import strategies as st
from nasty_texts import NASTY, SAMPLE, SURROGATES, WRONG, Held, file, holding, report, step

from derivcheck.reports import as_markdown
from derivcheck.reports.wording import printable, shortened
from derivcheck.running.results import Report

OURS = {"h3", "p", "table", "tr", "th", "td", "details", "summary", "pre", "code", "ul", "li"}
LINKED = re.compile(r"@\w|#\d|[&!%~$]\d|GH-|\w/\w|://|www\.|\b[0-9a-f]{7,40}\b|:\w+:|\$\w|[<>|`\[\]{}*_\\]")
"""What GitHub or GitLab make links, pictures or formulas of outside of ``code`` and ``pre``, and what looks like markup."""


class Page(HTMLParser):
    """What a reader is shown: the tags, the text in ``code`` and ``pre`` piece by piece, and the text outside of them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.code: list[str] = []
        self.prose = ""
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert not attributes
        self.open.append(tag)
        self.tags.add(tag)
        if tag in {"code", "pre"}:
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if {"code", "pre"} & set(self.open):
            self.code[-1] += data
        else:
            self.prose += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def text_of(found: Report) -> str:
    return "".join(as_markdown.render(found))


def page(found: Report) -> Page:
    return Page(github_flavored_markdown_to_html(text_of(found), options=Options.CMARK_OPT_UNSAFE))


def test_what_is_not_as_expected_has_a_row_and_a_fold() -> None:
    text = text_of(report(file(step(0, None), step(1, "proved"), WRONG)))
    assert text.splitlines()[:7] == [
        "### ✗ derivcheck: 1 step not as expected",
        "",
        f"{text.splitlines()[2]}",
        "",
        "<table>",
        "<tr><th>where</th><th>step</th><th>what is wrong</th><th>right would be</th></tr>",
        "<tr><td><code>folder/file.yaml:12</code></td><td><code>= x - 1</code></td>"
        "<td>the sign of 1 is lost</td><td><code>x + 1</code></td></tr>",
    ]
    assert "<li>there: left is <code>3/2</code>, right is <code>-1/2</code> in entry <code>[1, 2]</code></li>" in text


def test_every_remark_is_there() -> None:
    assert text_of(SAMPLE).count("<tr><td>") == text_of(SAMPLE).count("<details>") == 8


def test_a_good_run_is_two_lines() -> None:
    assert text_of(report(file(step(0, None), step(1, "proved")))).startswith("### ✓ derivcheck: all as expected\n\n1 step in ")
    assert text_of(report()).startswith("### ? derivcheck: nothing to check\n")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_no_text_is_markup_or_a_link(text: str) -> None:
    shown = page(report(holding(text, text or "x")))
    assert shown.tags <= OURS
    assert not LINKED.search(shown.prose), LINKED.search(shown.prose)
    assert {line[:1] for line in text_of(report(holding(text))).splitlines()} == {"#", "2", "<", ""}  # "/close" orders GitLab
    assert all(c.isprintable() or c == "\n" for c in (shown.prose, *shown.code) for c in c)
    assert text.startswith("=") or printable(shortened(f"= {text}")) in shown.code


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_a_text_in_a_sentence_stays_in_it(text: str) -> None:
    said = f"the sign of {text} is lost: it should be {text}, not f(a, {text})"
    shown = page(report(file(step(0, None), replace(WRONG, index=1, previous=0, diagnosis=replace(DIAGNOSIS, message=said)))))
    assert shown.tags <= OURS
    assert not LINKED.search(shown.prose)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_is_markup(text: str) -> None:
    shown = page(report(holding(text)))
    assert shown.tags <= OURS
    assert not LINKED.search(shown.prose)


def test_names_of_files_that_are_no_text_are_shown_as_escapes() -> None:
    text = text_of(Report("0.1.0", 0, Held([holding(SURROGATES, SURROGATES)])))
    assert "<code>a\\ud800b\\udcffc:1</code>" in text


@pytest.mark.parametrize("text", ["x - 1", "&" * 10_000, "\u202e" * 10_000, "𝑥" * 10_000])
def test_it_fits_into_a_comment_and_says_how_many_are_left_out(text: str) -> None:
    steps = tuple(replace(WRONG, index=i, previous=i - 1, text=text, excerpt=text, by=text) for i in range(1, 1_001))
    found = text_of(report(file(step(0, None), *steps)))
    assert len(found.encode()) <= as_markdown.LARGEST
    rows, folds = found.count("<tr><td>"), found.count("<details>")
    assert rows >= 4 and folds >= 2
    assert f"{1_000 - rows} more rows of the table, {1_000 - folds} of the folded explanations" in found
    page(report(file(step(0, None), *steps)))


assert WRONG.diagnosis is not None
DIAGNOSIS = WRONG.diagnosis
