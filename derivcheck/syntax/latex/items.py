"""What stands at the top level of a display: formulas, relations, ends of rows, remarks, and what only sets the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from derivcheck.diagnostic import Span
from derivcheck.syntax.latex.arrangement import JOINING, arrangement, columns
from derivcheck.syntax.latex.relations import LINKS, commands, group_end, relation_at
from derivcheck.syntax.tokens import fail

DEEPEST = 200
"""How many brackets and environments may stand inside one another."""

_WORD = re.compile(
    r"(?P<comment>%[^\r\n]*)"
    r"|(?P<row>\\\\\*?(?:\[\s*-?[\d.]+\s*(?:pt|em|ex|mm|cm|in|mu|\\[a-z]+)\s*\])?)"
    r"|(?P<begin>\\begin\s*\{(?P<begun>[A-Za-z]*)\*?\})"
    r"|(?P<end>\\end\s*\{(?P<ended>[A-Za-z]*)\*?\})"
    r"|(?P<left>\\left(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.))"
    r"|(?P<right>\\right(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.))"
    r"|(?P<command>\\(?:[A-Za-z]+|.))"
    r"|(?P<space>\s+)"
    r"|(?P<character>.)",
    re.DOTALL,
)
_REFERENCES = commands("eqref ref")
_TEXTS = _REFERENCES | commands("text mbox textrm textnormal textit textbf hbox intertext shortintertext")
_QUADS = commands("quad qquad hfill hskip")
_THIN = commands(", ; : ! > / thinspace medspace thickspace") | {"\\ ", "\\\n", "\\\r", "~"}
_SETTING = commands(
    "displaystyle textstyle allowdisplaybreaks noindent small large Large normalsize footnotesize qedhere centering"
)
_APART = commands("nonumber notag hline hfill hskip")
_SETTING_ONE = commands("vphantom vspace label")
_APART_ONE = commands("hspace phantom hphantom tag")
OPENERS = commands("{ lbrace lbrack lparen lfloor lceil langle lvert lVert") | set("([")
CLOSERS = commands("} rbrace rbrack rparen rfloor rceil rangle rvert rVert") | set(")]")
_PAIRS = ("->", "!=")
_STATING = frozenset({r"\ne", r"\neq", r"\not", "!="})
_NEXT_RELATION = re.compile(r"(?:\s|&|\{\}|~|\\[,;:! ]|\\q?quad\b)*")
_FAR = 100
"""How many signs without meaning are passed over on the way back to what stands before a brace."""
_SOFT, _HARD, _CLEAR = "soft", "hard", "clear"
_BESIDE = frozenset({"row", "amp", "relation", "link", "quad", "apart", "comma", "stop", "text", "circled"})
"""What may stand beside braces that hold a relation; a formula beside them would belong to one side only."""


@dataclass(slots=True)
class Item:
    """A word at the top level.

    kind: ``formula`` (a bracketed group is one), ``relation``, ``link``, ``states`` (a relation that continues nothing),
    ``row``, ``comma``, ``stop``, ``quad``, ``apart`` (a gap that the reader of a formula does not see), ``thin``, ``amp``,
    ``text``, ``circled``, and among the names ``tag``, ``label``;
    value: the plain relation, the words of a text, the name; over: what stands over a relation.
    """

    kind: str
    start: int
    end: int
    value: str = ""
    over: str | None = None


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment from its ``%`` on; alone: nothing else stands on its line."""

    start: int
    end: int
    alone: bool


@dataclass(slots=True)
class _Frame:
    """Something open: hard (a brace, an environment), soft (a bracket), or clear (a brace that may turn out not to count)."""

    kind: str
    name: str
    start: int
    item: int = 0


@dataclass(slots=True)
class Items:
    """The words of a display's top level, its names and comments, and the stretches that are no formula.

    origin: the offset of the text; joining: all rows are one formula; columns: how many belong to one equation; deep: how
    many brackets are open; cleared: the numbers of the items at both ends of what only arranges a relation.
    """

    text: str
    origin: int = 0
    items: list[Item] = field(default_factory=list)
    names: list[Item] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    blanks: list[tuple[int, int]] = field(default_factory=list)
    joining: bool = False
    columns: int = 2
    cleared: list[tuple[int, int]] = field(default_factory=list)
    frames: list[_Frame] = field(default_factory=list)
    deep: int = 0

    def read(self) -> Items:
        """Walk over the text once; raises ``InputError`` (``too-large``)."""
        at = 0
        while at < len(self.text):
            found = _WORD.match(self.text, at)
            if found is None:
                break
            at = max(at + 1, self._word(found))
        self._unwind(0)
        self._blank_cleared()
        return self

    def _blank_cleared(self) -> None:
        """Blank what only arranges a relation; beside a formula it stays for the reader to report."""
        kinds = [item.kind for item in self.items]
        before, after = _neighbours(kinds), _neighbours(kinds[::-1])[::-1]
        for first, last in self.cleared:
            ends = (self.items[first], self.items[last])
            if before[first] in _BESIDE and after[last] in _BESIDE:
                self.blanks += [(end.start, end.end) for end in ends]
            else:
                for end in ends:
                    end.kind = "formula"

    def _word(self, found: re.Match[str]) -> int:
        """Take one word; returns where the next one begins."""
        kind, start, end = found.lastgroup or "", found.start(), found.end()
        match kind:
            case "comment":
                self._comment(start, end)
            case "row":
                self._row(start, end)
            case "begin":
                return self._begin(found["begun"], start, end)
            case "end":
                self._end(found["ended"], start, end)
            case "left":
                self._open(_SOFT, "left", start, end)
            case "right":
                self._right(start, end)
            case "command" | "character":
                return self._sign(found.group(), start, end)
        return end

    def _comment(self, start: int, end: int) -> None:
        line = max(self.text.rfind("\n", 0, start), self.text.rfind("\r", 0, start)) + 1
        self.comments.append(Comment(start, end, not self.text[line:start].strip()))
        self.blanks.append((start, end))

    def _row(self, start: int, end: int) -> None:
        """The end of a row, unless a formula goes on: in a matrix, or in a bracket that is still open."""
        if any(frame.kind == _HARD for frame in self.frames):
            self._formula(start, end)
            return
        self.blanks.append((start, end))
        if self.deep:
            ahead = _NEXT_RELATION.match(self.text, end)
            if ahead is None or not relation_at(self.text, ahead.end()):
                return
            self._unwind(next(level for level, frame in enumerate(self.frames) if frame.kind == _SOFT))
        self.items.append(Item("row", start, end))

    def _begin(self, name: str, start: int, end: int) -> int:
        arguments = arrangement(self.text, end, name)
        if arguments is None or self.deep:
            self._open(_HARD, name, start, end)
            return end
        self.joining |= name in JOINING
        self.columns = max(self.columns, columns(name))
        self._clear(name, start, arguments.end())
        return arguments.end()

    def _end(self, name: str, start: int, end: int) -> None:
        for level in range(len(self.frames) - 1, -1, -1):
            frame = self.frames[level]
            if frame.name == name:
                self._unwind(level + 1)
                self.frames.pop()
                if frame.kind == _CLEAR:
                    self._clear_up(frame, start, end)
                else:
                    self.deep -= 1
                    self._extend(end)
                return
        self._formula(start, end)

    def _clear_up(self, frame: _Frame, start: int, end: int) -> None:
        """What only arranges formulas closes."""
        self.cleared.append((frame.item, len(self.items)))
        self.items.append(Item("thin", start, end))

    def _sign(self, word: str, start: int, end: int) -> int:
        if word == "{":
            self._brace(start, end)
        elif word == "}":
            self._close_brace(start, end)
        elif word in OPENERS:
            self._open(_SOFT, "bracket", start, end)
        elif word in CLOSERS:
            self._bracket(start, end)
        elif word == "&" and not any(frame.kind == _HARD for frame in self.frames):
            self._amp(start, end)
        elif word in _SETTING | _APART:
            self._set(word, start, end)
        elif word in _SETTING_ONE | _APART_ONE:
            return self._setting(word, start, end)
        elif not self.deep:
            return self._shallow(word, start, end)
        else:
            self._extend(end)
        return end

    def _amp(self, start: int, end: int) -> None:
        self.blanks.append((start, end))
        if not self.deep:
            self.items.append(Item("amp", start, end))

    def _set(self, word: str, start: int, end: int) -> None:
        """A command that sets the page is no formula; one that sets formulas apart is a word of its own."""
        self.blanks.append((start, end))
        if word in _APART | _APART_ONE and not self.deep:
            self.items.append(Item("apart", start, end, word))

    def _setting(self, word: str, start: int, end: int) -> int:
        """A command that sets the page, with its argument."""
        brace = _after_star(self.text, end)
        if self.text[brace : brace + 1] != "{":
            self._formula(start, end)
            return end
        close = self._closing(brace)
        self._set(word, start, close + 1)
        if word in {r"\tag", r"\label"}:
            self.names.append(Item(word[1:], start, close + 1, self.text[brace + 1 : close].strip()))
        return close + 1

    def _closing(self, brace: int) -> int:
        """The offset of the brace that closes this one; raises ``InputError`` where there is none."""
        close = group_end(self.text, brace)
        if close == len(self.text):
            fail("syntax", "this { is never closed: } is missing", Span(self.origin + brace, self.origin + brace + 1))
        return close

    def _shallow(self, word: str, start: int, end: int) -> int:
        """A word outside all brackets."""
        relation = relation_at(self.text, start)
        if relation:
            kind = "link" if relation.plain in LINKS else "relation"
            self.items.append(Item(kind, start, relation.end, relation.plain, relation.label))
            return relation.end
        if word in _TEXTS or word == r"\textcircled":
            return self._worded(word, start, end)
        if word == r"\boxed":
            return self._boxed(start, end)
        if self.text.startswith(_PAIRS, start):
            end += 1
            word = self.text[start:end]
        self.items.append(Item(_simple_kind(word), start, end, word))
        if word == r"\not" and (negated := relation_at(self.text, end)):
            self._extend(negated.end)
            return negated.end
        return end

    def _worded(self, word: str, start: int, end: int) -> int:
        brace = _after_star(self.text, end)
        if self.text[brace : brace + 1] != "{":
            self._formula(start, end)
            return end
        close = self._closing(brace)
        words = f"(see {self.text[brace + 1 : close]})" if word in _REFERENCES else self.text[brace + 1 : close]
        kind = "circled" if word == r"\textcircled" else {",": "comma", ";": "comma", ".": "stop"}.get(words.strip(), "text")
        if self.items and self.items[-1].end == start and self.text[start - 1] in "_^":
            kind = "formula"
        self.items.append(Item(kind, start, close + 1, words))
        return close + 1

    def _boxed(self, start: int, end: int) -> int:
        brace = _after_star(self.text, end)
        if self.text[brace : brace + 1] != "{":
            self._formula(start, end)
            return end
        self._clear("{", start, brace + 1)
        return brace + 1

    def _brace(self, start: int, end: int) -> None:
        """A brace that opens: a group that only groups may hold a relation of the display."""
        recent = self.items[: -_FAR - 1 : -1]
        before = next((item.kind for item in recent if item.kind != "thin"), "row" if len(recent) < _FAR else "formula")
        if self.deep or before not in {"row", "amp", "relation", "link", "quad"}:
            self._open(_HARD, "{", start, end)
            return
        self._clear("{", start, end)

    def _clear(self, name: str, start: int, end: int) -> None:
        self._nest(_Frame(_CLEAR, name, start, len(self.items)))
        self.items.append(Item("thin", start, end))

    def _close_brace(self, start: int, end: int) -> None:
        level = next((i for i in range(len(self.frames) - 1, -1, -1) if self.frames[i].kind != _SOFT), -1)
        if level < 0 or self.frames[level].name != "{":
            self._formula(start, end)
            return
        frame = self.frames[level]
        self._unwind(level + 1)
        self.frames.pop()
        if frame.kind == _CLEAR:
            self._settle(frame, start, end)
        else:
            self.deep -= 1
            self._extend(end)

    def _settle(self, frame: _Frame, start: int, end: int) -> None:
        """Braces around a relation, or around nothing, do not count; others make one formula of what they hold."""
        opener, inside = self.items[frame.item], self.items[frame.item + 1 :]
        if not inside:
            self.blanks += [(opener.start, opener.end), (start, end)]
        elif any(item.kind in {"relation", "link", "row", "states"} for item in inside):
            self._clear_up(frame, start, end)
        else:
            while self.cleared and self.cleared[-1][0] > frame.item:
                self.blanks += [(self.items[number].start, self.items[number].end) for number in self.cleared.pop()]
            self.items[frame.item :] = [Item("formula", frame.start, end)]

    def _open(self, kind: str, name: str, start: int, end: int) -> None:
        self._formula(start, end)
        self._nest(_Frame(kind, name, start))
        self.deep += 1

    def _nest(self, frame: _Frame) -> None:
        if len(self.frames) == DEEPEST:
            at = self.origin + frame.start
            fail("too-large", f"brackets and environments are nested more than {DEEPEST} deep", Span(at, at + 1))
        self.frames.append(frame)

    def _bracket(self, start: int, end: int) -> None:
        """A bracket closes the last one if nothing else was opened since; what does not fit is left to the reader."""
        if self.frames and self.frames[-1].name == "bracket":
            self._unwind(len(self.frames) - 1)
            self._extend(end)
        else:
            self._formula(start, end)

    def _right(self, start: int, end: int) -> None:
        r"""A ``\right`` closes the last ``\left`` of its group, whatever brackets are open between them."""
        for level in range(len(self.frames) - 1, -1, -1):
            if self.frames[level].name == "left":
                self._unwind(level)
                self._extend(end)
                return
            if self.frames[level].kind != _SOFT:
                break
        self._formula(start, end)

    def _unwind(self, level: int) -> None:
        """Forget what was opened since; what arranges formulas and is not closed stays for the reader to report."""
        for frame in self.frames[level:]:
            if frame.kind == _CLEAR:
                self.items[frame.item].kind = "formula"
        self.deep -= sum(frame.kind != _CLEAR for frame in self.frames[level:])
        del self.frames[level:]

    def _formula(self, start: int, end: int) -> None:
        if self.deep:
            self._extend(end)
        else:
            self.items.append(Item("formula", start, end))

    def _extend(self, end: int) -> None:
        """The word belongs to the group that is open, or was just closed."""
        if self.items:
            self.items[-1].end = max(self.items[-1].end, end)


def _neighbours(kinds: Sequence[str]) -> list[str]:
    """Before each word the kind of the last one that is more than a thin blank; at the beginning that of a row's end."""
    found: list[str] = []
    last = "row"
    for kind in kinds:
        found.append(last)
        last = last if kind == "thin" else kind
    return found


def _simple_kind(word: str) -> str:
    if word in _STATING:
        return "states"
    if word in _QUADS:
        return "quad"
    if word in _THIN:
        return "thin"
    return {",": "comma", ";": "comma", ".": "stop"}.get(word, "formula")


def _after_star(text: str, at: int) -> int:
    """The offset of what follows a command's star and blanks."""
    if text[at : at + 1] == "*":
        at += 1
    while text[at : at + 1].isspace():
        at += 1
    return at
