"""The steps of one YAML scalar written in another syntax; comments and blank lines around them stay."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from derivcheck.files.source import Piece, Source
from derivcheck.running.judging.lines import Line
from derivcheck.syntax import show
from derivcheck.syntax.as_latex import as_latex
from derivcheck.syntax.latex.relations import LINKS, leading
from derivcheck.syntax.lettering import declared

COMMENTS = {"plain": "#", "latex": "%"}
"""What begins a comment in each syntax."""

_RELATIONS = {
    "=": "=", "<": "<", "<=": r"\le", ">": ">", ">=": r"\ge", "~": r"\approx", "<=>": r"\iff", "=>": r"\implies",
    "<==": r"\impliedby",
}
_GAP = "   "


@dataclass(frozen=True, slots=True)
class Edit:
    """Text that takes the place of the characters ``start`` to ``end`` of a source."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Extent:
    """Where a scalar is written, its quotes included; style as in YAML, empty for a plain scalar."""

    start: int
    end: int
    style: str


@dataclass(frozen=True, slots=True)
class Rewriting:
    """How the steps of one scalar are rewritten.

    old, new: the syntaxes; reasons, marks: whether the scalar itself says why a step holds and what is expected of it, rather
    than keys or a YAML comment beside it.
    """

    old: str
    new: str
    reasons: bool = True
    marks: bool = True

    def step(self, line: Line) -> str:
        """A step with its relation, without its comment."""
        if line.read is None:
            raise ValueError(f"step {line.index} was not read")
        written = leading(line.raw.text.text)[0]
        relation = line.read.relation or (line.read.link if written in LINKS else None)
        latex = self.new == "latex"
        text = as_latex(line.read.term, declared(line.scope)) if latex else show(line.read.term)
        if relation is None:
            return text.strip()
        return f"{_RELATIONS[relation] if latex else relation} {text.strip()}"

    def comment(self, line: Line) -> str:
        """The comment behind a step, with the gap before it; empty where there is none."""
        sign, expected = COMMENTS[self.new], line.raw.expectation
        said = []
        if self.reasons and (why := reason(line)):
            said.append(f"{sign} {why}")
        if self.marks and (expected.kind != "right" or expected.remark):
            said.append(" ".join(filter(None, [f"{sign}! {expected.kind}", expected.remark])))
        return _GAP + " ".join(said) if said else ""

    def rows(self, lines: Sequence[Line], last: bool) -> list[str]:
        """Steps one a line; last: no step follows them, so that no ``\\\\`` is needed."""
        written = []
        for place, line in enumerate(lines):
            more = self.new == "latex" and not (last and place == len(lines) - 1)
            written.append(self.step(line) + (r" \\" if more else "") + self.comment(line))
        return written


def reason(line: Line) -> str | None:
    """Why a step holds, in its author's words, remarks beside it included."""
    return " ".join(filter(None, [line.raw.by, *line.raw.notes])) or None


def rewritten(piece: Piece, extent: Extent, lines: Sequence[Line], how: Rewriting) -> list[Edit]:
    """The edits that write the steps of a scalar anew."""
    if extent.style == "|":
        return _Block(piece, lines, how).edits()
    rows = how.rows(lines, last=True)
    text = "'" + rows[0].replace("'", "''") + "'" if len(rows) == 1 else json.dumps("\n".join(rows), ensure_ascii=False)
    end = extent.start + len(piece.source.text[extent.start : extent.end].rstrip())  # a folded block takes in its line's end
    return [Edit(extent.start, end, text)]


@dataclass(frozen=True, slots=True)
class _Group:
    """Steps that share lines of a block: the numbers of the first and last of them."""

    first: int
    last: int
    steps: tuple[Line, ...]


class _Block:
    """A literal block: every line of it is a step's, a comment or blank, or belongs to LaTeX's layout and is left out."""

    def __init__(self, piece: Piece, lines: Sequence[Line], how: Rewriting) -> None:
        self.source = piece.source
        self.written = [line for line in piece.lines() if line.offsets[0] < piece.offsets[-1]]
        self.starts = [line.offsets[0] for line in self.written]
        self.lines = lines
        self.how = how

    def edits(self) -> list[Edit]:
        """The edits of the whole block."""
        groups = self._groups()
        made = [self._group(group, group is groups[-1]) for group in groups]
        taken = {number for group in groups for number in range(group.first, group.last + 1)}
        return made + [edit for number in range(len(self.written)) if number not in taken for edit in self._beside(number)]

    def _groups(self) -> list[_Group]:
        groups: list[_Group] = []
        for line in self.lines:
            offsets = line.raw.text.offsets
            first, last = (bisect_right(self.starts, at) - 1 for at in (offsets[0], max(offsets[0], offsets[-1] - 1)))
            if groups and first <= groups[-1].last:
                groups[-1] = _Group(groups[-1].first, max(last, groups[-1].last), (*groups[-1].steps, line))
            else:
                groups.append(_Group(first, last, (line,)))
        return groups

    def _group(self, group: _Group, last: bool) -> Edit:
        lines = self.written[group.first : group.last + 1]
        comments = [text for line in lines if (text := self._comment(line.text.strip()))]
        top = self.written[bisect_right(self.starts, self.lines[0].raw.text.offsets[0]) - 1].text
        indented = top[: len(top) - len(top.lstrip())]
        rows = [indented + row for row in (*comments, *self.how.rows(group.steps, last))]
        begin = _line_start(self.source, self.starts[group.first])
        between = _line_end(self.source) + self.source.text[begin : self.starts[group.first]]
        return Edit(lines[0].offsets[0], lines[-1].offsets[len(lines[-1].text)], between.join(rows))

    def _beside(self, number: int) -> list[Edit]:
        """The edits of a line that is no step's."""
        line = self.written[number]
        text = line.text.strip()
        if not text:
            return []
        comment = self._comment(text)
        if comment is not None:
            start = line.offsets[line.text.index(text)]
            return [Edit(start, start + len(text), comment)]
        start = _line_start(self.source, line.offsets[0])
        end = self.source.text.find("\n", start) + 1
        return [Edit(start, end or len(self.source.text), "")]

    def _comment(self, text: str) -> str | None:
        """A line of comment in the new syntax; ``None`` for what is none, or is only a mark, which stands with its step now."""
        old, new = COMMENTS[self.how.old], COMMENTS[self.how.new]
        if not text.startswith(old):
            return None
        if self.how.old == "latex":
            said = text.partition("%!")[0]
            return new + said[1:].rstrip() if said else None
        # only LaTeX reads a mark on a line of its own, so one that says nothing in plain text gets a space into it
        return (new + text[1:]).replace("%!", "% !")


def _line_start(source: Source, offset: int) -> int:
    return max(source.text.rfind("\n", 0, offset), source.text.rfind("\r", 0, offset)) + 1


def _line_end(source: Source) -> str:
    """How the lines of a source end."""
    return "\r\n" if "\r\n" in source.text else "\n"
