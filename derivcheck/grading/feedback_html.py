"""What a student is told of a submission, as one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from derivcheck.grading.marks import Answer, Graded, Mark
from derivcheck.grading.wording import (
    FOOTNOTE,
    UNREAD,
    Told,
    capital,
    code_of,
    facts,
    judgement,
    outcome,
    score,
    sentences,
    standing,
)
from derivcheck.grading.wording import mark as shown_as
from derivcheck.reports import html_parts as parts
from derivcheck.reports.html_page import foot, head
from derivcheck.reports.markup import NOTHING, html, joined
from derivcheck.reports.wording import is_told
from derivcheck.running.report import DerivationReport, Finding, StepReport

STYLE = Path(__file__).with_name("grading.css")
"""The style sheet of the pages on marks, behind that of every page."""

def page(graded: Graded, title: str) -> Iterator[str]:
    """The page: the total, then question by question what was earned and why, and the derivation line by line."""
    name = f"Feedback for submission {graded.id}"
    skip = ("questions", "Skip to the questions")
    yield head(f"{title} - {graded.id}", title, capital(standing(graded)), skip, name, STYLE)
    yield _overview(graded)
    if graded.findings:
        yield _unread(graded.findings)
    yield Markup('<div id="questions" tabindex="-1">\n')
    for number, answer in enumerate(graded.answers, 1):
        yield from _question(answer, f"q{number}")
    yield Markup("</div>\n")
    yield foot(FOOTNOTE)


def _overview(graded: Graded) -> Markup:
    """Points by question where there are several, and what is said on the whole."""
    rows = joined(
        html(
            '<li><a href="#q{}"><bdi>{}</bdi></a> <span class="points">{}</span></li>\n',
            number, it.title or it.question, score(it),
        )
        for number, it in enumerate(graded.answers, 1)
    )
    questions = html('<ol class="scores" role="list">\n{}</ol>\n', rows) if len(graded.answers) > 1 else NOTHING
    if not questions and not graded.remarks:
        return NOTHING
    return html(
        '<section class="overview" aria-labelledby="summary">\n<h2 id="summary">Summary</h2>\n{}{}</section>\n',
        _remarks(graded.remarks), questions,
    )


def _remarks(remarks: tuple[str, ...]) -> Markup:
    return joined(html('<p class="notice" dir="auto">{}</p>\n', remark) for remark in remarks)


def _unread(findings: tuple[Finding, ...]) -> Markup:
    listed = joined(parts.finding(it, f"e{number}") for number, it in enumerate(findings, 1))
    return html(
        '<section class="question" aria-labelledby="unread">\n<h2 id="unread">What could not be read</h2>\n'
        "<p>{}</p>\n{}</section>\n",
        _ticked(UNREAD), listed,
    )


def _question(answer: Answer, anchor: str) -> Iterator[Markup]:
    name = answer.title or answer.question
    title = html('<h2 id="{}"><bdi>{}</bdi></h2>\n<p class="score">{}</p>\n', anchor, name, capital(score(answer)))
    yield html('<section class="question" aria-labelledby="{}">\n{}{}', anchor, title, _remarks(answer.remarks))
    yield html('<h3>Points</h3>\n<ul class="marks" role="list">\n{}</ul>\n', joined(map(_mark, answer.marks)))
    if answer.report is None:
        yield Markup('<p class="nothing">There is no answer to this question.</p>\n')
    else:
        yield from _derivation(answer, answer.report, anchor)
    yield Markup("</section>\n")


def _mark(it: Mark) -> Markup:
    told = shown_as(it)
    said = joined(html('<p dir="auto">{}</p>', capital(sentence)) for sentence in sentences(it))
    return html(
        '<li class="{}">{}<div><p><b>{}</b> <span class="points">{}</span> <span class="word">{}</span></p>{}</div></li>\n',
        told.style, parts.mark(told.sign), it.item, score(it), told.word, said,
    )


def _derivation(answer: Answer, report: DerivationReport, anchor: str) -> Iterator[Markup]:
    """The student's lines, with what is known of each."""

    def row(it: StepReport, at: int) -> Markup:
        told = outcome(code_of(answer, it.index))
        return parts.row(it, f"{anchor}-s{at}", told.style, _number(it, told), _evidence(it, told, judgement(answer, it)))

    yield Markup("<h3>Your derivation, line by line</h3>\n")
    yield from parts.lists(report.steps, row)
    yield from (parts.ending(it) for it in report.endings if not is_told(it, report))
    if answer.outcomes:
        yield html('<p class="codes">In short: <code>{}</code></p>\n', " ".join(map(str, answer.outcomes)))


def _number(it: StepReport, told: Told) -> Markup:
    """The sign, for the ear a word, and the number, which the first line has none of."""
    name = html('<span class="unseen">step </span>{}', it.index) if it.index else Markup('<span class="unseen">first line</span>')
    return html('{}{}<span class="unseen">: {}</span>', parts.mark(told.sign), name, told.word)


def _evidence(it: StepReport, told: Told, said: str) -> Markup:
    """The outcome in a word and a sentence, and what there is to learn from; a line that is right has one line."""
    unread = joined(
        html("<p>{} of your file:</p>{}", capital(parts.place(each.place)), parts.found(each, said)) for each in it.diagnostics
    )
    after = html(': <span dir="auto">{}</span>', said) if said else NOTHING
    return html(
        '<div class="evidence"><p class="verdict"><b>{}</b>{}</p>{}{}</div>', capital(told.word), after, unread, known(it, said)
    )


def known(it: StepReport, said: str) -> Markup:
    """What there is to learn from about a step, beyond what is said already."""
    return parts.facts(
        parts.fact(each.label, parts.coded(each.text) if each.formula else parts.prose(each.text)) for each in facts(it, said)
    )


def _ticked(said: str) -> Markup:
    """A sentence of ours, with what stands between backticks as code."""
    pieces = said.split("`")
    return joined(html("<code>{}</code>", it) if at % 2 else html("{}", it) for at, it in enumerate(pieces))
