"""What a row of a page is made of: marks, formulas beside the author's text, labelled facts, lines with a place marked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby

from markupsafe import Markup

from derivcheck.diagnostic import Place
from derivcheck.reports.as_text import MARKS
from derivcheck.reports.formulas import formula
from derivcheck.reports.markup import NOTHING, html, joined, source
from derivcheck.running.report import Ending, Finding, StepReport

_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "~": "≈", "<=>": "⇔", "=>": "⇒", "<==": "⇐"}
_WIDE = 30
"""From how many characters a formula may be wider than a phone, so that it must be reached with the keyboard to be moved."""


def row(it: StepReport, anchor: str, style: str, number: Markup, evidence: Markup) -> Markup:
    """One item of a list of steps: style: how it stands; number: its mark and number; evidence: what is known about it."""
    relation = html('<span class="relation">{}</span>', _SIGNS.get(it.relation, it.relation)) if it.relation else NOTHING
    return html(
        '<li id="{}" class="step {}"><span class="number">{}</span>{}<div class="body">{}{}</div></li>\n',
        anchor, style, number, relation, line(it), evidence,
    )


def mark(verdict: str | None) -> Markup:
    """The sign of a verdict, which those who cannot see it are spared: a word stands beside it."""
    return html('<span class="mark" aria-hidden="true">{}</span>', MARKS.get(verdict or "", "·"))


def line(it: StepReport) -> Markup:
    """The formula, and beside it the reason and the text of the author; the text alone where it could not be read."""
    drawn = formula(it.mathml) if it.mathml else None
    by = html('<p class="by" dir="auto">{}</p>', it.by) if it.by else NOTHING
    if drawn is None:
        beside = html('<div class="words">{}</div>', by) if by else NOTHING
        return html('<div class="line"><code class="unread" dir="ltr">{}</code>{}</div>', source(it.text), beside)
    reach = html(' tabindex="0" role="group" aria-label="formula of step {}"', it.index) if _is_wide(it) else NOTHING
    words = html('<div class="words">{}{}</div>', by, coded(it.text))
    return html('<div class="line"><div class="formula"{}>{}</div>{}</div>', reach, drawn, words)


def _is_wide(it: StepReport) -> bool:
    return len(it.reads_as or it.text) > _WIDE


def lists(steps: Sequence[StepReport], shown: Callable[[StepReport, int], Markup]) -> Iterator[Markup]:
    """The steps, in a list for each case; shown: the row of a step and of its place among them."""
    for case, together in groupby(enumerate(steps), key=lambda numbered: numbered[1].case):
        if case is not None:
            yield html('<p class="case">when {}</p>\n', coded(case))
        yield Markup('<ol class="steps" role="list">\n')
        for at, it in together:
            yield shown(it, at)
        yield Markup("</ol>\n")


def ending(it: Ending) -> Markup:
    """What the errors on the way have done to the result."""
    style, verdict = {True: ("good", "proved"), False: ("bad", "refuted"), None: ("warn", "undecided")}[it.sound]
    case = html("when {}: ", coded(it.case)) if it.case else NOTHING
    repair = html("<br/>The result should be {}", coded(it.repair)) if it.repair else NOTHING
    said = html('<span dir="auto">{}</span>', it.message)
    return html('<p class="ending {}">{}{}{}{}</p>\n', style, mark(verdict), case, said, repair)


def facts(rows: Iterable[Markup]) -> Markup:
    """A list of facts, nothing where there are none."""
    said = joined(rows)
    return html('<dl class="facts">{}</dl>', said) if said else NOTHING


def fact(label: str, value: Markup) -> Markup:
    """A value behind its label."""
    return html("<div><dt>{}</dt><dd>{}</dd></div>", label, value)


def prose(text: str) -> Markup:
    """A sentence, which runs as its own letters do."""
    return html('<span dir="auto">{}</span>', text)


def coded(text: str) -> Markup:
    """What is written in a language for programs."""
    return html('<code dir="ltr">{}</code>', source(text))


def finding(it: Finding, anchor: str) -> Markup:
    """A diagnostic of a file: what is wrong, the author's line with the place marked, and the notes."""
    return html(
        '<div class="finding {}" id="{}"><p><b>{}</b>: <span dir="auto">{}</span> <span class="place">{}</span></p>{}</div>\n',
        "bad" if it.severity == "error" else "warn", anchor, it.code, it.message, place(it.place), _marked(it),
    )


def found(it: Finding, said: str) -> Markup:
    """A diagnostic of a step, below the phrase that is said of it already."""
    also = html('<p dir="auto">{}</p>', it.message) if it.message not in said else NOTHING
    return html("{}{}", also, _marked(it))


def _marked(it: Finding) -> Markup:
    notes = joined(html('<p class="note" dir="auto">{}</p>', note) for note in it.notes)
    return html("{}{}", _excerpt(it.excerpt, it.place) if it.excerpt.strip() else NOTHING, notes)


def place(it: Place) -> str:
    """Where something stands in its file."""
    return f"line {it.line}, column {it.column}"


def _excerpt(text: str, at: Place) -> Markup:
    """The author's line, with the stretch at fault marked."""
    start = min(at.column - 1, len(text))
    end = at.end_column - 1 if at.end_line == at.line else len(text)
    before, inside, after = text[:start].lstrip(), text[start:max(start, end)], text[max(start, end):].rstrip()
    marked = html("<mark>{}</mark>", source(inside)) if inside.strip() else NOTHING
    return html('<code class="excerpt" dir="ltr">{}{}{}</code>', source(before), marked, source(after))
