"""The picture of a class as one page: marks, items, what failed and how often, and what a person must look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote

from markupsafe import Markup

from derivcheck.grading.class_pictures import failures, marks, shares, summary
from derivcheck.grading.counting import Counts, Row
from derivcheck.grading.feedback_html import STYLE, known
from derivcheck.grading.marks import STATUSES, Graded
from derivcheck.grading.mistakes import Cluster
from derivcheck.reports import html_parts as parts
from derivcheck.reports.html_page import foot, head
from derivcheck.reports.markup import NOTHING, html, joined
from derivcheck.reports.wording import shortened

_CLUSTERS = 100
"""How many mistakes are shown with an example."""


class ClassPicture(Counts):
    """A class as it is graded: ``add`` each submission, then write the ``page``."""

    def page(self, title: str) -> Iterator[str]:
        """The page, with links to the feedback beside it; the same for any order of the submissions."""
        rows = self.rows()
        yield head(f"{title} - the class", title, _lead(rows), ("summary", "Skip to the summary"), "The class", STYLE)
        yield summary(rows)
        yield marks([it for it in rows if it.status != "missing"])
        yield shares(self.shares())
        yield failures(self.mistakes.failures())
        yield from _clusters(self.mistakes.clusters())
        yield from _people(rows)
        yield foot("What is still open counts with the points that are certain.")


def class_page(graded: Iterable[Graded], title: str) -> Iterator[str]:
    """The page on submissions, gone through once."""
    picture = ClassPicture()
    for it in graded:
        picture.add(it)
    return picture.page(title)


def _lead(rows: Sequence[Row]) -> str:
    """The class in one line."""
    counted = Counter(it.status for it in rows)
    listed = ", ".join(f"{counted[status]} {status}" for status in STATUSES if counted[status])
    return f"{len(rows)} submission{'' if len(rows) == 1 else 's'}{': ' if listed else ''}{listed}"


def _clusters(clusters: Sequence[Cluster]) -> Iterator[Markup]:
    """The same mistakes, each with one example."""
    yield Markup('<section class="picture" aria-labelledby="mistakes">\n<h2 id="mistakes">The same mistake</h2>\n')
    if not clusters:
        yield Markup('<p class="nothing">No step is wrong.</p>\n')
    shown = [(_cluster(it, f"m{number}"), len(it.ids) > 1) for number, it in enumerate(clusters[:_CLUSTERS], 1)]
    yield from (it for it, several in shown if several)
    single = [it for it, several in shown if not several]
    if single:
        said = f"{len(single)} {'mistake' if len(single) == 1 else 'mistakes'} of a single submission"
        yield html("<details><summary>{}</summary>\n{}</details>\n", said, joined(single))
    if len(clusters) > _CLUSTERS:
        yield html("<p>{} more, each of {} at most, are not shown.</p>\n", len(clusters) - _CLUSTERS, _some(clusters[_CLUSTERS]))
    yield Markup("</section>\n")


def _cluster(it: Cluster, anchor: str) -> Markup:
    line, before = it.example.line, it.example.before
    shown = ((before, "noted"), (line, "bad"))
    rows = [parts.row(step, f"{anchor}-{style}", style, _sign(style), NOTHING) for step, style in shown if step]
    links = joined(html(" {}", _link(id)) for id in sorted(it.ids))
    return html(
        '<article class="cluster" aria-labelledby="{}">\n<h3 id="{}"><bdi>{}</bdi>: <code>{}</code>, {}</h3>\n'
        '<p dir="auto">{}</p>\n<ol class="steps" role="list">\n{}</ol>\n{}'
        '<details><summary>Whose</summary><p class="ids">{}</p></details>\n</article>\n',
        anchor, anchor, it.question, it.code, _some(it), shortened(it.message), joined(rows), known(line, it.message), links,
    )


def _some(it: Cluster) -> str:
    return f"{len(it.ids)} submission{'' if len(it.ids) == 1 else 's'}"


def _sign(style: str) -> Markup:
    said = "wrong" if style == "bad" else "held against"
    return html('{}<span class="unseen">{}</span>', parts.mark("refuted" if style == "bad" else None), said)


def _link(id: str) -> Markup:
    return html('<a href="submissions/{}/feedback.html"><bdi>{}</bdi></a>', quote(id, safe=""), id)


def _people(rows: Sequence[Row]) -> Iterator[Markup]:
    """What a person must look at, and who has handed in nothing."""
    open_ = [it for it in rows if it.status == "review"]
    yield Markup('<section class="picture" aria-labelledby="review">\n<h2 id="review">For a person</h2>\n')
    if not open_:
        yield Markup('<p class="nothing">All points are decided.</p>\n')
    else:
        yield Markup('<ul class="review" role="list">\n')
        for it in open_:
            listed = joined(html('<li><b>{}</b>: <span dir="auto">{}</span></li>', about, why) for about, why in it.reasons)
            yield html("<li>{}<ul>{}</ul></li>\n", _link(it.id), listed)
        yield Markup("</ul>\n")
    missing = joined(html(" {}", _link(it.id)) for it in rows if it.status == "missing")
    if missing:
        yield html('<h3>Nothing that could be graded</h3>\n<p class="ids">{}</p>\n', missing)
    yield Markup("</section>\n")
