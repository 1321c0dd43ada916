"""Steps as lines of text or rows of LaTeX: what belongs together, what the comments say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.document import EXPECTATIONS, Expectation, RawStep
from derivcheck.files.source import Piece, join
from derivcheck.syntax.reading import LINKS

if TYPE_CHECKING:
    from derivcheck.syntax.latex.displays import Display, Part

RELATION = re.compile(r"\s*(<=>|<==|=>|<=|>=|!=|=|<|>|~)")
"""A relation, or a link between statements, at the beginning of a step."""

_DOLLARS = re.compile(r"(\s*+(?:<=>|<==|=>|<=|>=|=|<|>|~)?\s*+)\$((?:[^$\\]|\\.)++)\$(\s*+)", re.DOTALL)
_EXPECTATION = re.compile(r"[#%]!\s*([^\s#:,;]*)[\s:,;]*(.*)", re.DOTALL)


def from_block(block: Piece) -> tuple[RawStep, ...]:
    """The steps of a block string, one a line; raises ``InputError`` for marks that are not in the format."""
    return tuple(_step(lines) for lines in _grouped(block.lines()))


def from_text(text: Piece, comment: Piece | None) -> RawStep | None:
    """One item of a list of steps, on however many lines; ``None`` if it holds no step.  Raises ``InputError``.

    comment: what YAML took for a comment on the item's last line.
    """
    lines = [line for line in text.lines() if _code(line).text]
    return _step([*lines, comment] if comment else lines) if lines else None


def from_latex(block: Piece) -> tuple[RawStep, ...]:
    """The steps of a block of LaTeX; raises ``InputError`` for marks that are not in the format.

    Where every row is a complete statement the rows are the steps, otherwise each relation begins one.
    """
    display = _split(block, False)
    if _states(display.parts):
        display = _split(block, True)
    return tuple(latex_step(block, part) for part in display.parts)


def from_latex_text(text: Piece, comment: Piece | None) -> tuple[RawStep, ...]:
    """One item of a list of steps in LaTeX, in dollars or not, each of its rows a step.  Raises ``InputError``.

    comment: what YAML took for a comment on the item's last line.
    """
    inside, _ = _undollared(text)
    made = tuple(latex_step(inside, part) for part in _split(inside, True).parts)
    if not made or comment is None:
        return made
    reasons, marks = _said([comment])
    last = made[-1]
    if marks and last.expectation != Expectation():
        raise InputError(Diagnostic("bad-expectation", "a step has one mark %!; this is its second", place=marks[0].place()))
    by = " ".join(filter(None, [last.by, *reasons])) or None
    return (*made[:-1], replace(last, by=by, expectation=expectation(marks[0]) if marks else last.expectation))


def _split(block: Piece, whole: bool) -> Display:
    from derivcheck.syntax.latex.displays import split  # plain steps do not wait for what reads LaTeX

    try:
        display = split(block.text, whole=whole)
    except InputError as error:
        raise InputError(*block.locate(error.diagnostics)) from None
    if display.diagnostics:
        raise InputError(*block.locate(display.diagnostics))
    return display


def _states(parts: Sequence[Part]) -> bool:
    """Whether each of several rows is a complete statement."""
    begins = [number for number, part in enumerate(parts) if part.first_of_row]
    ends = [*begins[1:], len(parts)]
    return len(begins) > 1 and all(
        (parts[begin].relation is None or parts[begin].relation in LINKS) and (end - begin > 1 or parts[begin].states)
        for begin, end in zip(begins, ends, strict=True)
    )


def unjudged(first: RawStep) -> Diagnostic | None:
    """What is wrong with the mark of a first step, which is not judged."""
    if first.expectation.kind in {"right", "invalid"}:
        return None
    message = f"the first step is not judged, so it cannot be expected to be {first.expectation.kind}"
    return Diagnostic("bad-expectation", message, place=first.text.place())


def latex_step(block: Piece, part: Part) -> RawStep:
    """The step that a part of a block is; raises ``InputError`` for a mark that is not in the format."""
    text = replace(block.part(part.start, part.end), text=part.text)
    mark = part.mark and block.part(part.mark.start, part.mark.end)
    return RawStep(text, part.by, expectation(mark) if mark else Expectation(), notes=part.notes)


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
    reasons, marks = _said([line.part(_comment_start(line), len(line.text)) for line in lines])
    if len(marks) > 1:
        raise InputError(Diagnostic("bad-expectation", "a step has one mark #!; this is its second", place=marks[1].place()))
    expected = expectation(marks[0]) if marks else Expectation()
    text, syntax = _undollared(join(code))
    return RawStep(text, " ".join(reasons) or None, expected, (), syntax)


def _said(comments: Iterable[Piece]) -> tuple[list[str], list[Piece]]:
    """The reasons and the marks in comments."""
    reasons: list[str] = []
    marks: list[Piece] = []
    for comment in comments:
        mark = comment.text.find("#!")
        reason = comment.text[1 : mark if mark >= 0 else None].strip() if mark else ""
        if reason:
            reasons.append(reason)
        if mark >= 0:
            marks.append(comment.part(mark, len(comment.text)).stripped())
    return reasons, marks


def _undollared(text: Piece) -> tuple[Piece, str | None]:
    """A step in dollars without them, and its syntax; its relation may stand before the dollars."""
    found = _DOLLARS.fullmatch(text.text)
    if not found:
        return text, None
    return replace(text, text=f"{found[1]} {found[2]} {found[3]}"), "latex"
