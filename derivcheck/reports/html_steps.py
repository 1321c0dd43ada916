"""A step of a derivation as a row of a page: mark, relation, formula and the author's text, and what is known about it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from derivcheck.diagnostic import Place
from derivcheck.reports.as_text import MARKS
from derivcheck.reports.formulas import formula
from derivcheck.reports.markup import NOTHING, html, joined, source
from derivcheck.reports.wording import carried, code, condition_text, headline, instance, recovery, sides
from derivcheck.running.report import Finding, StepReport

_SIGNS = {"<=": "≤", ">=": "≥", "!=": "≠", "~": "≈", "<=>": "⇔", "=>": "⇒", "<==": "⇐"}
_WIDE = 30
"""From how many characters a formula may be wider than a phone, so that it must be reached with the keyboard to be moved."""


def step(it: StepReport, anchor: str) -> Markup:
    """One item of the list of steps."""
    relation = html('<span class="relation">{}</span>', _SIGNS.get(it.relation, it.relation)) if it.relation else NOTHING
    return html(
        '<li id="{}" class="step {}"><span class="number">{}</span>{}<div class="body">{}{}</div></li>\n',
        anchor, standing(it), _number(it), relation, _line(it), _evidence(it),
    )


def standing(it: StepReport) -> str:
    """How a step stands to what its author expects: ``good``, ``bad``, or ``noted``, ``warn`` for what lies between."""
    if it.as_expected:
        return "good" if it.verdict == "proved" else "warn" if it.verdict in {"checked", "undecided"} else "noted"
    return "warn" if it.verdict in {"checked", "undecided"} else "bad"


def mark(verdict: str | None) -> Markup:
    """The sign of a verdict, which those who cannot see it are spared: a word stands beside it."""
    return html('<span class="mark" aria-hidden="true">{}</span>', MARKS.get(verdict or "", "·"))


def _number(it: StepReport) -> Markup:
    if it.verdict is None:
        return Markup('<span class="unseen">first line</span>')
    said = it.verdict if it.as_expected else f"{it.verdict}, not as expected"
    return html('{}<span class="unseen">step </span>{}<span class="unseen">: {}</span>', mark(it.verdict), it.index, said)


def _line(it: StepReport) -> Markup:
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


def _evidence(it: StepReport) -> Markup:
    """What is known about the step: it stands open where the step is not as expected."""
    rows = joined(_rows(it))
    if it.verdict is None:
        return html('<dl class="facts">{}</dl>', rows) if rows else NOTHING
    open_ = NOTHING if it.as_expected else Markup(' open="open"')
    found = joined(_found(each, headline(it)) for each in it.diagnostics)
    facts = html('<dl class="facts">{}</dl>', rows) if rows else NOTHING
    return html('<details class="evidence"{}><summary>{}</summary>{}{}</details>', open_, _summary(it), found, facts)


def _summary(it: StepReport) -> Markup:
    expected = ", as expected" if it.expect != "right" and it.as_expected else ""
    said = headline(it)
    after = html(': <span dir="auto">{}</span>', said) if said and said != it.verdict else NOTHING
    rest = carried(it)
    more = html(" (it carries on {})", rest) if rest and it.verdict in {"proved", "checked"} else NOTHING
    return html("<b>{}</b>{}{}{}", it.verdict or "", expected, after, more)


def _rows(it: StepReport) -> Iterator[Markup]:
    yield from _mended(it)
    yield from _refuted(it)
    said = recovery(it)
    if said and said not in headline(it):
        yield _row("recovers", _prose(said))
    yield from (_row("needs", _prose(condition_text(condition))) for condition in it.conditions)
    if it.remark:
        yield _row("the author says", _prose(it.remark))
    yield from (_row("note", _prose(note)) for note in it.notes)
    if it.verdict is not None:
        yield from _circumstances(it)


def _mended(it: StepReport) -> Iterator[Markup]:
    """What would be right, or have to be assumed."""
    if it.diagnosis and it.diagnosis.repair:
        yield _row("right would be", coded(it.diagnosis.repair))
    if it.diagnosis and it.diagnosis.holds_if and it.diagnosis.holds_if not in headline(it):
        yield _row("holds if", coded(it.diagnosis.holds_if))


def _refuted(it: StepReport) -> Iterator[Markup]:
    """The counterexample, or else why the step fails."""
    found = it.counterexample
    if found is None:
        if it.reason and it.reason not in headline(it):
            yield _row("reason", _prose(it.reason))
        return
    where = instance(found)
    if where:
        yield _row("at", coded(where))
    yield _row("there", coded(sides(found)))
    if found.note:
        yield _row("where", _prose(found.note))


def _circumstances(it: StepReport) -> Iterator[Markup]:
    """How and where the step was judged."""
    if it.previous is not None and it.previous != it.index - 1 and it.verdict != "invalid":
        yield _row("held against", _prose(f"step {it.previous}" if it.previous else "the first line"))
    if it.reads_as and it.reads_as.replace(" ", "") != it.text.replace(" ", ""):
        yield _row("reads as", coded(it.reads_as))
    if it.method:
        yield _row("method", _prose(it.method))
    if it.instances:
        yield _row("instances", html("{} random instance{}", it.instances, "" if it.instances == 1 else "s"))
    word = html(", <code>{}</code>", code(it)) if it.verdict in {"refuted", "invalid"} and code(it) != it.verdict else NOTHING
    yield _row("place", html("{}{}", _place(it.place), word))


def _row(label: str, value: Markup) -> Markup:
    return html("<div><dt>{}</dt><dd>{}</dd></div>", label, value)


def _prose(text: str) -> Markup:
    return html('<span dir="auto">{}</span>', text)


def coded(text: str) -> Markup:
    """What is written in a language for programs."""
    return html('<code dir="ltr">{}</code>', source(text))


def finding(it: Finding, anchor: str) -> Markup:
    """A diagnostic of a file: what is wrong, the author's line with the place marked, and the notes."""
    return html(
        '<div class="finding {}" id="{}"><p><b>{}</b>: <span dir="auto">{}</span> <span class="place">{}</span></p>{}</div>\n',
        "bad" if it.severity == "error" else "warn", anchor, it.code, it.message, _place(it.place), _marked(it),
    )


def _found(it: Finding, said: str) -> Markup:
    """A diagnostic of a step, below the phrase that is said of it already."""
    also = html('<p dir="auto">{}</p>', it.message) if it.message not in said else NOTHING
    return html("{}{}", also, _marked(it))


def _marked(it: Finding) -> Markup:
    notes = joined(html('<p class="note" dir="auto">{}</p>', note) for note in it.notes)
    return html("{}{}", _excerpt(it.excerpt, it.place) if it.excerpt.strip() else NOTHING, notes)


def _place(it: Place) -> str:
    return f"line {it.line}, column {it.column}"


def _excerpt(line: str, place: Place) -> Markup:
    """The author's line, with the stretch at fault marked."""
    start = min(place.column - 1, len(line))
    end = place.end_column - 1 if place.end_line == place.line else len(line)
    before, inside, after = line[:start].lstrip(), line[start:max(start, end)], line[max(start, end):].rstrip()
    marked = html("<mark>{}</mark>", source(inside)) if inside.strip() else NOTHING
    return html('<code class="excerpt" dir="ltr">{}{}{}</code>', source(before), marked, source(after))
