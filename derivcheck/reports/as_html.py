"""The report as one page that needs nothing else: no script, no network, no file; a policy in it forbids them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from markupsafe import Markup

from derivcheck.reports.html_page import foot, head
from derivcheck.reports.html_parts import ending, finding, lists, mark
from derivcheck.reports.html_steps import standing, step
from derivcheck.reports.markup import NOTHING, html, joined
from derivcheck.reports.wording import MEANING, headline, is_told, shortened, summary
from derivcheck.running.report import VERDICTS, DerivationReport, FileReport, StepReport
from derivcheck.running.results import Report, Tally

_SHORT = 40
"""Up to how many steps the whole report stands open, and up to how many links their list."""

def render(report: Report) -> Iterator[str]:
    """The page: what came out and where to look first, then file by file."""
    said = _outcome(report.tally)
    yield head(f"{said} - derivcheck", said, summary(report), ("derivations", "Skip to the derivations"))
    yield _overview(report)
    yield from _links(report)
    yield Markup('</section>\n<section id="derivations" aria-label="Derivations" tabindex="-1">\n')
    short = report.tally.steps <= _SHORT
    for number, file in enumerate(report.files, 1):
        yield _file(file, f"f{number}", short)
    yield Markup("</section>\n")
    yield foot(f"derivcheck {report.engine}, seed {report.seed}{', strict' if report.strict else ''}")


def _outcome(tally: Tally) -> str:
    """The heading: the one thing that a reader wants to know."""
    steps = f"{tally.steps} step{'' if tally.steps == 1 else 's'}"
    if tally.unexpected:
        return f"{tally.unexpected} of {steps} not as expected"
    if tally.errors:
        return f"{tally.errors} error{'' if tally.errors == 1 else 's'} in the input"
    return f"{steps}, all as expected" if tally.steps else "Nothing to check"


def _overview(report: Report) -> Markup:
    """The counts, with what each verdict means."""
    counted = [verdict for verdict in VERDICTS if report.tally.verdicts[verdict]]
    rows = joined(
        html(
            '<div class="{}"><dt>{}{}</dt><dd><b>{}</b> <span>{}</span></dd></div>\n',
            verdict, mark(verdict), verdict, report.tally.verdicts[verdict], MEANING[verdict],
        )
        for verdict in counted
    )
    stopped = "The run was interrupted: what is here was finished before." if report.interrupted else ""
    counts = html('<dl class="counts">\n{}</dl>\n', rows) if rows else NOTHING
    notice = html('<p class="notice">{}</p>\n', stopped) if stopped else NOTHING
    return html('<section class="overview" aria-labelledby="summary">\n<h2 id="summary">Summary</h2>\n{}{}', notice, counts)


def _links(report: Report) -> Iterator[Markup]:
    """A link to everything that is not as expected."""
    count = report.tally.unexpected + report.tally.findings
    if not count:
        return
    open_ = Markup(' open="open"') if count <= _SHORT else NOTHING
    style = "bad" if report.tally.unexpected or report.tally.errors else "warn"
    yield html('<nav class="{}" aria-labelledby="unexpected"><details{}><summary>', style, open_)
    yield Markup('<h3 id="unexpected">Look here first</h3></summary>\n<ol role="list">\n')
    for number, file in enumerate(report.files, 1):
        yield joined(_file_links(file, f"f{number}"))
    yield Markup("</ol></details></nav>\n")


def _file_links(file: FileReport, anchor: str) -> Iterator[Markup]:
    for number, found in enumerate(file.findings, 1):
        said, style = f"{found.code}: {shortened(found.message)}", "bad" if found.severity == "error" else "warn"
        yield _link(f"{anchor}-e{number}", "invalid", f"{file.path}:{found.place.line}", said, style)
    for number, derivation in enumerate(file.derivations, 1):
        for at, it in enumerate(derivation.steps):
            if not it.as_expected and not (_is_told_once(it) and file.findings):
                where = f"{file.path}::{derivation.name}, step {it.index}"
                yield _link(f"{anchor}-d{number}-s{at}", it.verdict, where, shortened(headline(it)), standing(it))


def _is_told_once(it: StepReport) -> bool:
    """Whether a step is invalid only because its derivation is, which is a finding of the file."""
    return it.verdict == "invalid" and not it.diagnostics


def _link(target: str, verdict: str | None, where: str, said: str, style: str) -> Markup:
    place = html('<a href="#{}"><bdi>{}</bdi></a>', target, where)
    return html('<li class="{}">{}{} <span dir="auto">{}</span></li>\n', style, mark(verdict), place, said)


def _file(file: FileReport, anchor: str, short: bool) -> Markup:
    steps = [it for derivation in file.derivations for it in derivation.steps]
    findings = joined(finding(it, f"{anchor}-e{number}") for number, it in enumerate(file.findings, 1))
    before: DerivationReport | None = None
    shown: list[Markup] = []
    for number, derivation in enumerate(file.derivations, 1):
        shown.append(_derivation(derivation, before, f"{anchor}-d{number}", short or len(file.derivations) == 1))
        before = derivation
    return html(
        '<details class="file"{}><summary><h2><bdi>{}</bdi></h2> {}</summary>\n{}{}</details>\n',
        _open(short or bool(file.findings), steps), file.path, _standing(steps, len(file.findings)), findings, joined(shown),
    )


def _open(asked: bool, steps: Sequence[StepReport]) -> Markup:
    return Markup(' open="open"') if asked or not all(it.as_expected for it in steps) else NOTHING


def _standing(steps: Sequence[StepReport], findings: int = 0) -> Markup:
    """In one phrase how many steps are as expected."""
    judged = [it for it in steps if it.verdict is not None]
    bad = sum(not it.as_expected for it in judged)
    counted = f"{len(judged)} step{'' if len(judged) == 1 else 's'}"
    said = f"{bad} of {counted} not as expected" if bad else f"{counted}, as expected" if judged else "no step"
    also = f"; {findings} diagnostic{'' if findings == 1 else 's'}" if findings else ""
    sign = mark("refuted" if bad else "invalid" if findings else "proved" if judged else None)
    return html('<span class="standing {}">{}{}{}</span>', "bad" if bad or findings else "good", sign, said, also)


def _derivation(it: DerivationReport, before: DerivationReport | None, anchor: str, shown: bool) -> Markup:
    """One derivation, which stands open if it is to be shown; what the one before says of itself too is left out."""
    about = joined(
        html('<p class="{}" dir="auto">{}</p>\n', name, text)
        for name in ("title", "source", "note")
        if (text := getattr(it, name)) and (before is None or getattr(before, name) != text)
    )
    endings = joined(ending(each) for each in it.endings if not is_told(each, it))
    return html(
        '<details class="derivation" id="{}"{}><summary><h3><bdi>{}</bdi></h3> {}</summary>\n{}{}{}</details>\n',
        anchor, _open(shown, it.steps), it.name, _standing(it.steps), about, joined(_lists(it.steps, anchor)), endings,
    )


def _lists(steps: Sequence[StepReport], anchor: str) -> Iterator[Markup]:
    """The steps, in a list for each case; a note is said once."""
    said: set[str] = set()

    def shown(it: StepReport, at: int) -> Markup:
        new = tuple(note for note in it.notes if note not in said)
        said.update(it.notes)
        return step(replace(it, notes=new), f"{anchor}-s{at}")

    return lists(steps, shown)
