"""A class in numbers: tables, and pictures above them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from statistics import fmean, median, quantiles

from markupsafe import Markup

from derivcheck.grading.counting import Row
from derivcheck.grading.marks import STATUSES, points
from derivcheck.grading.mistakes import Failure
from derivcheck.grading.pictures import Bars, lying, upright
from derivcheck.grading.wording import STATUS
from derivcheck.reports import html_parts as parts
from derivcheck.reports.markup import NOTHING, html, joined

_BINS = 12
"""How many bars a histogram has at most."""

_BARS = 30
"""How many bars stand below each other at most; the table has them all."""


def summary(rows: Sequence[Row]) -> Markup:
    """How many submissions there are, and what they have earned."""
    counted = Counter(it.status for it in rows)
    scores = sorted(it.points for it in rows if it.status != "missing")
    worth = max((it.worth for it in rows), default=0.0)
    table = [("submissions", str(len(rows)), "")]
    table += [(status, str(counted[status]), STATUS[status]) for status in STATUSES]
    if scores:
        lower, middle, upper = _quartiles(scores)
        of = f"of {points(worth)} points"
        table += [("mean", f"{fmean(scores):.2f}", of), ("median", f"{middle:.2f}", of)]
        table += [("quartiles", f"{lower:.2f} to {upper:.2f}", "the middle half of the submissions")]
        table += [("lowest to highest", f"{points(scores[0])} to {points(scores[-1])}", of)]
    about = html("<p>{}</p>\n", "Mean, median and quartiles are of what was handed in, with the points that are certain.")
    return html(
        '<section class="picture" id="summary" tabindex="-1" aria-labelledby="summary-name">\n'
        '<h2 id="summary-name">Summary</h2>\n{}{}</section>\n',
        _table(("", "number", "meaning"), table, "table: Summary"), about if scores else NOTHING,
    )


def _quartiles(scores: Sequence[float]) -> tuple[float, float, float]:
    if len(scores) == 1:
        return scores[0], scores[0], scores[0]
    lower, _, upper = quantiles(scores, n=4, method="inclusive")
    return lower, median(scores), upper


def marks(rows: Sequence[Row]) -> Markup:
    """How many submissions have how many points."""
    worth = max((it.worth for it in rows), default=0.0)
    width = _width(worth)
    count = max(1, -int(-worth // width))
    bins: list[Counter[bool]] = [Counter() for _ in range(count)]
    for it in rows:
        bins[min(max(int(it.points / width + 1e-9), 0), count - 1)][it.status == "review"] += 1
    ends = [points(min(width * at, worth)) for at in range(count + 1)]
    table = [(f"{low}–{high}", str(it[False]), str(it[True])) for (low, high), it in zip(pairwise(ends), bins, strict=True)]
    bars = Bars(
        "marks", "Distribution of marks", f"Histogram of {len(rows)} submissions by their points out of {points(worth)}.",
        tuple(ends), tuple(it[False] for it in bins), tuple(it[True] for it in bins), f"points out of {points(worth)}",
    )
    drawing = upright(bars) if rows else NOTHING
    return _picture("distribution", "Marks", drawing, ("points", "graded", "for a person"), table if rows else [])


def _width(worth: float) -> float:
    """A round width, so that there are not too many bars; the upper end belongs to the last one only."""
    unit = 0.001
    while True:
        for factor in (1, 2, 2.5, 5):
            if worth <= _BINS * factor * unit:
                return factor * unit
        unit *= 10


def shares(listed: Sequence[tuple[str, float, float]]) -> Markup:
    """The share of its points that each item has brought."""
    table = [(label, f"{certain:.1f} %", f"{still:.1f} %") for label, certain, still in listed]
    top = listed[:_BARS]
    bars = Bars(
        "shares", "Share of points by item", "Bars: of each item's points, how many per cent were earned and are open.",
        tuple(it for it, _, _ in top), tuple(it for _, it, _ in top), tuple(it for _, _, it in top),
        "per cent of the points", 100,
    )
    return _picture("items", "Points by item", lying(bars) if listed else NOTHING, ("item", "earned", "open"), table)


def failures(listed: Sequence[Failure]) -> Markup:
    """How many submissions have which outcome, and what they wrote."""
    labels = [f"{it.question}: {it.code}" for it in listed]
    counts = [len(it.ids) for it in listed]
    table = [
        (it.question, html("<code>{}</code>", it.code), str(count), parts.coded(it.usual), str(it.texts[it.usual]))
        for it, count in zip(listed, counts, strict=True)
    ]
    bars = Bars(
        "failures", "Where steps fail", "Bars: how many submissions have a step with each outcome, the most frequent first.",
        tuple(labels[:_BARS]), tuple(counts[:_BARS]), (0,) * len(labels[:_BARS]), "submissions",
    )
    columns = ("question", "outcome", "submissions", "the line written most often", "times")
    return _picture("steps", "Where steps fail", lying(bars) if labels else NOTHING, columns, table, two=False)


def _picture(
    anchor: str, name: str, drawing: Markup, columns: Sequence[str], table: Sequence[Sequence[str]], two: bool = True
) -> Markup:
    """A picture and its numbers below it; two: whether its bars have two parts."""
    if not table:
        said = html('<p class="nothing">{}</p>\n', "There is nothing to show.")
    else:
        legend = html(
            '<p class="legend"><span class="first"></span> {} <span class="second"></span> {}</p>\n', columns[1], columns[2]
        )
        first = html("<p>The picture has the first {} of {}.</p>\n", _BARS, len(table)) if len(table) > _BARS else NOTHING
        said = html(
            '<div class="pair"><div class="drawn">\n'
            '<div class="reach" tabindex="0" role="group" aria-label="picture: {}">{}</div>\n{}</div>\n{}</div>\n',
            name, drawing, joined([legend if two else NOTHING, first]), _table(columns, table, f"table: {name}"),
        )
    return html('<section class="picture" aria-labelledby="{}">\n<h2 id="{}">{}</h2>\n{}</section>\n', anchor, anchor, name, said)


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]], name: str) -> Markup:
    """A table whose first column names its rows; it moves in its own box where it is too wide."""
    heads = joined(html('<th scope="col">{}</th>', it) if it else Markup("<td></td>") for it in columns)
    body = joined(
        html('<tr><th scope="row"><bdi>{}</bdi></th>{}</tr>\n', first, joined(html("<td>{}</td>", it) for it in rest))
        for first, *rest in rows
    )
    return html(
        '<div class="reach" tabindex="0" role="group" aria-label="{}"><table>\n<thead><tr>{}</tr></thead>\n'
        "<tbody>\n{}</tbody></table></div>\n",
        name, heads, body,
    )
