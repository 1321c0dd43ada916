"""The report as one page that needs nothing else: no script, no network, no file; a policy in it forbids them all."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from markupsafe import Markup

from derivcheck.reports.html_steps import coded, finding, mark, standing, step
from derivcheck.reports.markup import NOTHING, html, joined
from derivcheck.reports.wording import MEANING, headline, is_told, shortened, summary
from derivcheck.running.report import VERDICTS, DerivationReport, Ending, FileReport, StepReport
from derivcheck.running.results import Report, Tally

STYLE = Path(__file__).with_name("page.css")
"""The one style sheet, which stands in the page."""

_SHORT = 40
"""Up to how many steps the whole report stands open, and up to how many links their list."""

_HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="{}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<title>{}</title>
<style>{}</style>
</head>
<body>
<a class="skip" href="#derivations">Skip to the derivations</a>
<header>
<p class="name">derivcheck</p>
<h1>{}</h1>
<p>{}</p>
</header>
<main>
"""

_FOOT = """\
</section>
</main>
<footer><p>derivcheck {}, seed {}{}</p></footer>
</body>
</html>
"""


def render(report: Report) -> Iterator[str]:
    """The page: what came out and where to look first, then file by file."""
    style = Markup(STYLE.read_text(encoding="utf-8"))
    said = _outcome(report.tally)
    yield html(_HEAD, policy(style), f"{said} - derivcheck", style, said, summary(report))
    yield _overview(report)
    yield from _links(report)
    yield Markup('</section>\n<section id="derivations" aria-label="Derivations" tabindex="-1">\n')
    short = report.tally.steps <= _SHORT
    for number, file in enumerate(report.files, 1):
        yield _file(file, f"f{number}", short)
    yield html(_FOOT, report.engine, report.seed, ", strict" if report.strict else "")


def policy(style: str) -> str:
    """What the page may load and do: use this style sheet, and nothing else."""
    digest = b64encode(sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


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
    endings = joined(_ending(ending) for ending in it.endings if not is_told(ending, it))
    return html(
        '<details class="derivation" id="{}"{}><summary><h3><bdi>{}</bdi></h3> {}</summary>\n{}{}{}</details>\n',
        anchor, _open(shown, it.steps), it.name, _standing(it.steps), about, joined(_lists(it.steps, anchor)), endings,
    )


def _lists(steps: Sequence[StepReport], anchor: str) -> Iterator[Markup]:
    """The steps, in a list for each case; a note is said once."""
    said: set[str] = set()
    for case, together in groupby(enumerate(steps), key=lambda numbered: numbered[1].case):
        if case is not None:
            yield html('<p class="case">when {}</p>\n', coded(case))
        yield Markup('<ol class="steps" role="list">\n')
        for at, it in together:
            yield step(replace(it, notes=tuple(note for note in it.notes if note not in said)), f"{anchor}-s{at}")
            said.update(it.notes)
        yield Markup("</ol>\n")


def _ending(it: Ending) -> Markup:
    """What the errors on the way have done to the result."""
    style, verdict = {True: ("good", "proved"), False: ("bad", "refuted"), None: ("warn", "undecided")}[it.sound]
    case = html("when {}: ", coded(it.case)) if it.case else NOTHING
    repair = html("<br/>The result should be {}", coded(it.repair)) if it.repair else NOTHING
    said = html('<span dir="auto">{}</span>', it.message)
    return html('<p class="ending {}">{}{}{}{}</p>\n', style, mark(verdict), case, said, repair)
