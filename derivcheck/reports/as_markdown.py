"""A summary in Markdown, for a comment on a pull request or for a job, on GitHub and on GitLab.

All but the headline is written in HTML, in which nothing that an author wrote is read as Markdown, and of a sentence whatever
is not a plain word stands in ``code``: there neither mentions nor references nor addresses become links.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import groupby

from derivcheck.reports.remarks import Remark, relative, remarks
from derivcheck.reports.wording import facts, line_of, outcome, printable, shortened, summary
from derivcheck.running.results import Report

LARGEST = 65_536
"""How many characters a comment may have on GitHub, a job's summary more; kept in bytes, of which no count is larger."""
_TABLE = LARGEST // 2
_DETAILS = LARGEST - _TABLE - 2_000
"""What is left when all else, the headline and the counts of what is left out, is taken away with room to spare."""

_WORD = re.compile(r"[(“\"']?(?:[A-Za-z]{2,}(?:[’'-][a-z]+)*|a|\d{1,4})[)”\"',;:.?!]*")
_HASH = re.compile(r"[0-9a-f]{7,}")
_FORMULAS = {"relation", "reads as", "in LaTeX", "at", "right", "holds if"}


def render(report: Report) -> Iterator[str]:
    """The headline, a table of what is told, and what is known of each, folded; what is too long is left out and counted."""
    yield f"### {outcome(report)}\n\n{summary(report)}\n"
    rows, missing = _fitting(_row, _told(report), _TABLE)
    if rows or missing:
        yield "\n<table>\n<tr><th>where</th><th>step</th><th>what is wrong</th><th>right would be</th></tr>\n"
        yield from rows
        yield "</table>\n"
    details, unexplained = _fitting(_detail, _told(report), _DETAILS)
    yield from details
    if missing or unexplained:
        yield f"\nNot shown here: {missing} more rows of the table, {unexplained} of the folded explanations.\n"


def _told(report: Report) -> Iterator[Remark]:
    return (remark for file in report.files for remark in remarks(file))


def _fitting(write: Callable[[Remark], str], told: Iterable[Remark], room: int) -> tuple[list[str], int]:
    """The first of what is told, as long as there is room for it, and how many are left out."""
    pieces: list[str] = []
    missing = 0
    for remark in told:
        piece = "" if missing else write(remark)
        room -= len(piece.encode())
        if missing or room < 0:
            missing += 1
        else:
            pieces.append(piece)
    return pieces, missing


def _row(remark: Remark) -> str:
    repair = remark.step.diagnosis.repair if remark.step and remark.step.diagnosis else None
    right = code(repair) if repair else ""
    return f"<tr><td>{_where(remark)}</td><td>{_written(remark)}</td><td>{prose(remark.headline)}</td><td>{right}</td></tr>\n"


def _where(remark: Remark) -> str:
    return code(f"{relative(remark.path)}:{remark.place.line}")


def _written(remark: Remark) -> str:
    step = remark.step
    if step is None:
        return ""
    relation = f"{step.relation} " if step.relation and not step.text.startswith(step.relation) else ""
    return code(relation + step.text)


def _detail(remark: Remark) -> str:
    """One block of HTML: it holds no empty line, which would end it."""
    name = f"{prose(remark.subject)}: " if remark.subject else ""
    excerpt = f"<pre>{_safe(line_of(remark.excerpt))}</pre>\n" if line_of(remark.excerpt) else ""
    head = f"<summary>{_where(remark)} {name}{code(remark.code)}</summary>"
    return f"\n<details>{head}\n{excerpt}<ul>\n{''.join(_known(remark))}</ul>\n</details>\n"


def _known(remark: Remark) -> Iterator[str]:
    if remark.step is None or remark.derivation is None or remark.step.diagnostics:
        yield from (f"<li>{prose(sentence)}</li>\n" for sentence in (remark.headline, *remark.sentences))
        return
    for label, text in facts(remark.derivation, remark.step):
        said = code(text) if label in _FORMULAS else prose(text)
        yield f"<li>{f'{label}: ' if label else ''}{said}</li>\n"


def _safe(text: str) -> str:
    return escape(printable(shortened(text)), quote=False)


def code(text: str) -> str:
    """What is written in a language for programs."""
    return f"<code>{_safe(text)}</code>"


def prose(text: str) -> str:
    """A sentence with formulas in it: plain words as they are, everything else in ``code``."""
    runs = groupby(_words(printable(shortened(text))), key=lambda pair: pair[0])
    return " ".join(_run(plain, " ".join(word for _, word in pairs)) for plain, pairs in runs)


def _run(plain: bool, text: str) -> str:
    if plain:
        return escape(text, quote=False)
    formula = text.rstrip(",;:.") or text
    return f"<code>{escape(formula, quote=False)}</code>{text[len(formula):]}"


def _words(text: str) -> Iterator[tuple[bool, str]]:
    """Each word, and whether it is a plain one: a formula goes on until its brackets are closed."""
    depth = 0
    for word in text.split(" "):
        plain = depth <= 0 and _WORD.fullmatch(word) is not None and not _HASH.match(word)
        if not plain:
            depth = max(0, depth + sum(word.count(c) for c in "([{") - sum(word.count(c) for c in ")]}"))
        yield plain, word
