"""Matrices and distinctions of cases, cell by cell."""

from __future__ import annotations

from derivcheck.syntax.latex.scripts import scripts
from derivcheck.syntax.latex.tokens import Tokenizer
from derivcheck.syntax.tokens import fail

MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix", "array", "vmatrix"})
CASES = frozenset({"cases", "dcases", "rcases", "cases*"})
OTHERWISE = frozenset({"otherwise", "else", "o/w", "otherwise.", "else.", "o.w."})
CONDITIONAL = frozenset({"if", "for", "when", "where"})


def environment(t: Tokenizer, at: int, end: int) -> int:
    """A matrix or a distinction of cases."""
    name, start, stop = t.words.body(at)
    after = t.words.match[at] + 1
    if name in CASES:
        _cases(t, at, start, stop, after)
    elif name in MATRICES:
        if name == "array" and start < stop and t.words[start].is_("{"):
            start = t.words.match[start] + 1
        _matrix(t, name, at, start, stop, after)
    else:
        fail("undeclared-name", f"the environment {name} is not read inside a formula: write bmatrix for a matrix or cases for "
             "a distinction", t.words.span(at, start))
    return scripts(t, after, end)


def _cells(t: Tokenizer, start: int, stop: int) -> list[list[tuple[int, int]]]:
    """The rows of an environment, each a list of its cells."""
    rows: list[list[tuple[int, int]]] = [[]]
    begin = start
    for at in t.words.steps(start, stop):
        word = t.words[at]
        if word.is_("&") or (word.kind == "command" and word.text in {"\\", "cr"}):
            rows[-1].append((begin, at))
            begin = at + 1
            if not word.is_("&"):
                begin = _skip_gap(t, begin, stop)
                rows.append([])
    rows[-1].append((begin, stop))
    return rows[:-1] if len(rows) > 1 and rows[-1] == [(stop, stop)] else rows


def _skip_gap(t: Tokenizer, at: int, stop: int) -> int:
    """Behind the length of ``\\\\[2pt]``."""
    if at < stop and t.words[at].is_("[") and t.words[at].glued:
        close = next((k for k in range(at, stop) if t.words[k].is_("]")), None)
        if close is not None and any(t.words[k].kind == "letter" for k in range(at, close)) and t.words[at + 1].kind == "digit":
            return close + 1
    return at


def _matrix(t: Tokenizer, name: str, at: int, start: int, stop: int, after: int) -> None:
    t.emit("MATRIX", name, at, start)
    for number, row in enumerate(_cells(t, start, stop)):
        if number:
            t.emit("ROW", "\\\\", row[0][0], row[0][0])
        for place, (first, last) in enumerate(row):
            if place:
                t.emit("AMP", "&", first, first)
            if first == last:
                fail("syntax", "a cell of this matrix is empty: write 0", t.words.span(at, start))
            t.inner(first, last)
    t.emit("ENDMATRIX", name, stop, after)


def _cases(t: Tokenizer, at: int, start: int, stop: int, after: int) -> None:
    t.emit("CASES", "cases", at, start)
    for number, row in enumerate(_cells(t, start, stop)):
        if len(row) != 2:
            what = "has no condition behind an &" if len(row) == 1 else "has more than one &"
            fail("syntax", f"this case {what}: write value & condition", t.words.span(*row[0]))
        if number:
            t.emit("ROW", "\\\\", row[0][0], row[0][0])
        _value(t, *row[0])
        t.emit("AMP", "&", row[1][0], row[1][0])
        _condition(t, *row[1])
    t.emit("ENDCASES", "cases", stop, after)


def _value(t: Tokenizer, start: int, stop: int) -> None:
    """The value of a case, without a stray relation before and a comma behind it."""
    if start < stop and t.words[start].is_("="):
        t.note("the = inside a case is left out")
        start += 1
    while stop > start and (t.words[stop - 1].blank or t.words[stop - 1].is_(",") or t.words[stop - 1].is_(";")):
        stop -= 1
    t.inner(start, stop)


def _condition(t: Tokenizer, start: int, stop: int) -> None:
    """The condition of a case: words such as if are left out, any other prose is refused."""
    while stop > start and t.words[stop - 1].text in {",", ";", "."}:
        stop -= 1
    while start < stop:
        word = t.words[start]
        said = prose(t, start)
        if word.kind == "command" and word.text == "forall":
            t.note("\\forall before the condition of a case is left out")
            start += 1
        elif said is not None and said[0] in OTHERWISE and said[1] == stop:
            t.emit("OTHERWISE", "otherwise", start, stop)
            return
        elif said is not None and said[0] in CONDITIONAL:
            start = said[1]
        elif word.blank:
            start += 1
        else:
            break
    t.inner(start, stop)


def prose(t: Tokenizer, at: int) -> tuple[str, int] | None:
    """The words of a ``\\text{…}`` that begins here, and what follows it."""
    word = t.words[at]
    if word.kind != "command" or word.text not in {"text", "mbox", "textrm", "mathrm", "textit"} or at + 1 >= len(t.words):
        return None
    start, stop, after = t.words.argument(at + 1, word)
    return t.words.prose(start, stop).lower(), after


