"""What a student is told of a submission, in Markdown, for systems that show nothing else.

All of it is HTML that stands in Markdown, block by block without an empty line, so that nothing a student wrote is read as
Markdown; in sentences whatever is not a plain word stands in ``code``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from derivcheck.grading.marks import Answer, Graded, Mark
from derivcheck.grading.wording import (
    FOOTNOTE,
    UNREAD,
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
from derivcheck.reports.as_markdown import code, prose
from derivcheck.reports.as_text import MARKS
from derivcheck.reports.html_parts import place
from derivcheck.reports.wording import is_told, line_of
from derivcheck.running.report import DerivationReport, Ending, Finding, StepReport


def text(graded: Graded, title: str) -> str:
    """The total, then question by question what was earned and why, and the derivation line by line."""
    return "\n".join(_blocks(graded, title))


def _blocks(graded: Graded, title: str) -> Iterator[str]:
    yield f"<h1>{prose(title)}</h1>\n"
    yield f"<p>Feedback for submission {code(graded.id)}: <b>{prose(standing(graded))}</b></p>\n"
    yield from map(_paragraph, graded.remarks)
    if graded.findings:
        yield "<h2>What could not be read</h2>\n"
        yield _paragraph(UNREAD.replace("`", ""))
        yield _list(map(_finding, graded.findings))
    for answer in graded.answers:
        yield from _question(answer)
    yield _paragraph(FOOTNOTE)


def _question(answer: Answer) -> Iterator[str]:
    yield f"<h2>{prose(answer.title or answer.question)}</h2>\n"
    yield f"<p><b>{prose(capital(score(answer)))}</b></p>\n"
    yield from map(_paragraph, answer.remarks)
    yield "<h3>Points</h3>\n"
    yield _list(map(_mark, answer.marks))
    if answer.report is None:
        yield _paragraph("There is no answer to this question.")
    else:
        yield from _derivation(answer, answer.report)


def _mark(it: Mark) -> str:
    told = shown_as(it)
    said = "".join(f"<br/>{prose(capital(sentence))}" for sentence in sentences(it))
    return f"{MARKS[told.sign or '']} <b>{prose(it.item)}</b>: {prose(score(it))}, {told.word}{said}"


def _derivation(answer: Answer, report: DerivationReport) -> Iterator[str]:
    yield "<h3>Your derivation, line by line</h3>\n"
    for case, together in groupby(report.steps, key=lambda it: it.case):
        if case is not None:
            yield f"<p>when {code(case)}</p>\n"
        yield _list(_step(answer, it) for it in together)
    yield from (_ending(it) for it in report.endings if not is_told(it, report))
    if answer.outcomes:
        yield f"<p>In short: {code(' '.join(map(str, answer.outcomes)))}</p>\n"


def _step(answer: Answer, it: StepReport) -> str:
    told, said = outcome(code_of(answer, it.index)), judgement(answer, it)
    relation = f"{it.relation} " if it.relation and not it.text.startswith(it.relation) else ""
    name = f"step {it.index}" if it.index else "first line"
    by = f" ({prose(it.by)})" if it.by else ""
    head = f"{MARKS.get(told.sign or '', '·')} {name}: {code(relation + it.text)}{by}"
    after = f": {prose(said)}" if said else ""
    known = [f"{each.label}: {code(each.text) if each.formula else prose(each.text)}" for each in facts(it, said)]
    rows = [*map(_finding, it.diagnostics), *known]
    return f"{head}<br/><b>{capital(told.word)}</b>{after}{_inner(rows)}"


def _finding(it: Finding) -> str:
    excerpt = f"<br/>{code(line_of(it.excerpt))}" if line_of(it.excerpt) else ""
    notes = "".join(f"<br/>{prose(note)}" for note in it.notes)
    return f"{capital(place(it.place))} of your file: {code(it.code)}: {prose(it.message)}{excerpt}{notes}"


def _ending(it: Ending) -> str:
    case = f"when {code(it.case)}: " if it.case else ""
    repair = f"<br/>The result should be {code(it.repair)}" if it.repair else ""
    return f"<p>{case}{prose(capital(it.message))}{repair}</p>\n"


def _paragraph(said: str) -> str:
    return f"<p>{prose(said)}</p>\n"


def _list(rows: Iterable[str]) -> str:
    return f"<ul>\n{''.join(f'<li>{row}</li>{chr(10)}' for row in rows)}</ul>\n"


def _inner(rows: Iterable[str]) -> str:
    listed = "".join(f"<li>{row}</li>" for row in rows)
    return f"<ul>{listed}</ul>" if listed else ""
