"""Steps as lines of text: which lines belong together, what their comments say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import EXPECTATIONS, Expectation, RawStep
from derivcheck.files.source import Piece, join

RELATION = re.compile(r"\s*(<=>|<==|=>|<=|>=|!=|=|<|>|~)")
"""A relation, or a link between statements, at the beginning of a step."""

_EXPECTATION = re.compile(r"#!\s*([^\s#:,;]*)[\s:,;]*(.*)", re.DOTALL)


def from_block(block: Piece) -> tuple[RawStep, ...]:
    """The steps of a block string, one a line; raises ``InputError`` for marks that are not in the format."""
    return tuple(_step(lines) for lines in _grouped(block.lines()))


def from_text(text: Piece, comment: Piece | None) -> RawStep | None:
    """One item of a list of steps, on however many lines; ``None`` if it holds no step.  Raises ``InputError``.

    comment: what YAML took for a comment on the item's last line.
    """
    lines = [line for line in text.lines() if _code(line).text]
    return _step([*lines, comment] if comment else lines) if lines else None


def expectation(mark: Piece) -> Expectation:
    """What a mark such as ``#! wrong sign lost`` or the value ``wrong`` says; raises ``InputError`` for another word."""
    found = _EXPECTATION.match(mark.text)
    kind, remark = (found[1], found[2].strip() or None) if found else (mark.text.strip(), None)
    if kind not in EXPECTATIONS:
        message = f"{kind or 'nothing'} cannot be expected of a step: write one of {', '.join(EXPECTATIONS)}"
        raise InputError(Diagnostic("bad-expectation", message, place=mark.place()))
    return Expectation(kind, remark)


def _grouped(lines: Iterable[Piece]) -> list[list[Piece]]:
    """Lines gathered into steps: an indented line continues the one above unless it begins with a relation."""
    groups: list[list[Piece]] = []
    base, unclosed = -1, 0
    for line in lines:
        code = _code(line).text
        if not code:
            continue
        indentation = len(line.text) - len(line.text.lstrip())
        if base < 0:
            base = indentation
        if groups and indentation > base and (unclosed > 0 or not RELATION.match(code)):
            groups[-1].append(line)
        else:
            groups.append([line])
            unclosed = 0
        unclosed += sum(map(code.count, "([{")) - sum(map(code.count, ")]}"))
    return groups


def _code(line: Piece) -> Piece:
    """The line without its comment and without white space around it."""
    return line.part(0, _comment_start(line)).stripped()


def _comment_start(line: Piece) -> int:
    found = line.text.find("#")
    return len(line.text) if found < 0 else found


def _step(lines: Sequence[Piece]) -> RawStep:
    code = [part for part in map(_code, lines) if part.text]
    reasons: list[str] = []
    marks: list[Piece] = []
    for line in lines:
        comment = line.part(_comment_start(line), len(line.text))
        mark = comment.text.find("#!")
        reason = comment.text[1 : mark if mark >= 0 else None].strip() if mark else ""
        if reason:
            reasons.append(reason)
        if mark >= 0:
            marks.append(comment.part(mark, len(comment.text)).stripped())
    if len(marks) > 1:
        raise InputError(Diagnostic("bad-expectation", "a step has one mark #!; this is its second", place=marks[1].place()))
    return RawStep(join(code), " ".join(reasons) or None, expectation(marks[0]) if marks else Expectation())
