"""A step of a derivation as a row of a page: mark, relation, formula and the author's text, and what is known about it."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from derivcheck.reports.html_parts import coded, fact, facts, found, mark, place, prose, row
from derivcheck.reports.markup import NOTHING, html, joined
from derivcheck.reports.wording import carried, code, condition_text, headline, instance, recovery, sides
from derivcheck.running.report import StepReport


def step(it: StepReport, anchor: str) -> Markup:
    """One item of the list of steps."""
    return row(it, anchor, standing(it), _number(it), _evidence(it))


def standing(it: StepReport) -> str:
    """How a step stands to what its author expects: ``good``, ``bad``, or ``noted``, ``warn`` for what lies between."""
    if it.as_expected:
        return "good" if it.verdict == "proved" else "warn" if it.verdict in {"checked", "undecided"} else "noted"
    return "warn" if it.verdict in {"checked", "undecided"} else "bad"


def _number(it: StepReport) -> Markup:
    if it.verdict is None:
        return Markup('<span class="unseen">first line</span>')
    said = it.verdict if it.as_expected else f"{it.verdict}, not as expected"
    return html('{}<span class="unseen">step </span>{}<span class="unseen">: {}</span>', mark(it.verdict), it.index, said)


def _evidence(it: StepReport) -> Markup:
    """What is known about the step: it stands open where the step is not as expected."""
    if it.verdict is None:
        return facts(_rows(it))
    open_ = NOTHING if it.as_expected else Markup(' open="open"')
    told = joined(found(each, headline(it)) for each in it.diagnostics)
    return html('<details class="evidence"{}><summary>{}</summary>{}{}</details>', open_, _summary(it), told, facts(_rows(it)))


def _summary(it: StepReport) -> Markup:
    expected = ", as expected" if it.expect != "right" and it.as_expected else ""
    said = headline(it)
    after = html(': <span dir="auto">{}</span>', said) if said and said != it.verdict else NOTHING
    rest = carried(it)
    more = html(" (it carries on {})", rest) if rest and it.verdict in {"proved", "checked"} else NOTHING
    return html("<b>{}</b>{}{}{}", it.verdict or "", expected, after, more)


def _rows(it: StepReport) -> Iterator[Markup]:
    said = headline(it)
    yield from _mended(it)
    yield from _refuted(it)
    recovered = recovery(it)
    if recovered and recovered not in said:
        yield fact("recovers", prose(recovered))
    yield from (fact("needs", prose(condition_text(condition))) for condition in it.conditions)
    if it.remark:
        yield fact("the author says", prose(it.remark))
    yield from (fact("note", prose(note)) for note in it.notes)
    if it.verdict is not None:
        yield from _circumstances(it)


def _mended(it: StepReport) -> Iterator[Markup]:
    """What would be right, or have to be assumed."""
    if it.diagnosis and it.diagnosis.repair:
        yield fact("right would be", coded(it.diagnosis.repair))
    if it.diagnosis and it.diagnosis.holds_if and it.diagnosis.holds_if not in headline(it):
        yield fact("holds if", coded(it.diagnosis.holds_if))


def _refuted(it: StepReport) -> Iterator[Markup]:
    """The counterexample, or else why the step fails."""
    witness = it.counterexample
    if witness is None:
        if it.reason and it.reason not in headline(it):
            yield fact("reason", prose(it.reason))
        return
    where = instance(witness)
    if where:
        yield fact("at", coded(where))
    yield fact("there", coded(sides(witness)))
    if witness.note:
        yield fact("where", prose(witness.note))


def _circumstances(it: StepReport) -> Iterator[Markup]:
    """How and where the step was judged."""
    if it.previous is not None and it.previous != it.index - 1 and it.verdict != "invalid":
        yield fact("held against", prose(f"step {it.previous}" if it.previous else "the first line"))
    if it.reads_as and it.reads_as.replace(" ", "") != it.text.replace(" ", ""):
        yield fact("reads as", coded(it.reads_as))
    if it.method:
        yield fact("method", prose(it.method))
    if it.instances:
        yield fact("instances", html("{} random instance{}", it.instances, "" if it.instances == 1 else "s"))
    word = html(", <code>{}</code>", code(it)) if it.verdict in {"refuted", "invalid"} and code(it) != it.verdict else NOTHING
    yield fact("place", html("{}{}", place(it.place), word))
