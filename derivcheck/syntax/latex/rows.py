"""The rows of a display without their numbers, labels, remarks and last points."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from derivcheck.syntax.latex.items import Item, Items
from derivcheck.syntax.latex.relations import commands, unwrapped

_SPACING = frozenset({"thin", "quad", "amp"})
RELATING = frozenset({"relation", "link"})
_NUMBER = re.compile(r"\(\s*([0-9]+(?:\.[0-9]+)*[a-z]?|[A-Za-z]|[ivx]+|\*+|(?:\\ast|\\star|\\dagger)+)\s*\)", re.ASCII)
_REMARK = re.compile(r"\(\s*(?:\\text\s*\{[^{}]*\}|~|\\ |\s)*\)")
_BETWEEN_ROWS = re.compile(r"\\(?:short)?intertext")
_PART = re.compile(r"\s*[0-9]+\([a-z]\)(?=\s|\\)", re.ASCII)
_CONNECTIVES = frozenset({"and", "or", "if", "iff", "unless", "when", "whenever", "for", "where", "otherwise", "else"})
_OPERATORS = commands("pm mp cdot times div odot otimes oplus circ") | set("+-/*")


@dataclass(slots=True)
class Row:
    """The words of one row; before and after: remarks that stood there; named: what follows was given a name here."""

    items: list[Item]
    start: int
    end: int
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    named: bool = False

    def holds(self, *kinds: str) -> bool:
        """Whether a word of one of these kinds stands in the row."""
        return any(item.kind in kinds for item in self.items)


def rows(found: Items) -> list[Row]:
    """The rows of a display; what is cut out of them is added to the blanks."""
    split: list[list[Item]] = [[]]
    starts = [0]
    for item in found.items:
        if item.kind == "row":
            split.append([])
            starts.append(item.end)
        else:
            split[-1].append(item)
    ends = [*starts[1:], len(found.text) + 1]
    made = [Row(items, start, end) for items, start, end in zip(split, starts, ends, strict=True)]
    _name(made, found)
    _part_label(made[0], found)
    for row in made:
        _Trimming(found, row).trim()
    return made


def _name(made: Sequence[Row], found: Items) -> None:
    """Give each row the tags and labels that stand in it."""
    at = 0
    for name in found.names:
        while name.start >= made[at].end:
            at += 1
        (made[at].labels if name.kind == "label" else made[at].numbers).append(name.value.replace("$", ""))


def _part_label(row: Row, found: Items) -> None:
    """The number of an exercise such as 3(b) in front of a display that says nothing, only names what follows."""
    label = _PART.match(found.text)
    if label and not any(item.kind in RELATING for item in found.items):
        row.items = [item for item in row.items if item.start >= label.end()]
        found.blanks.append(label.span())


def operator(item: Item) -> bool:
    """Whether this is a sign between two formulas."""
    return item.kind == "formula" and item.value in _OPERATORS


@dataclass(frozen=True, slots=True)
class _Trimming:
    """Cuts words off both ends of a row."""

    found: Items
    row: Row

    def trim(self) -> None:
        self.row.items = [item for item in self.row.items if item.kind != "amp"]
        while self._number() or self._remark_behind() or self._point():
            pass
        while self._label() or self._remark_before():
            pass
        self._edges()

    def _cut(self, start: int, end: int) -> None:
        """Blank the words of these numbers."""
        items = self.row.items
        if start < end:
            self.found.blanks.append((items[start].start, items[end - 1].end))
            del items[start:end]

    def _edges(self) -> None:
        """Blank the spacing at both ends."""
        items = self.row.items
        last = len(items)
        while last and items[last - 1].kind in _SPACING:
            last -= 1
        self._cut(last, len(items))
        first = 0
        while first < len(items) and items[first].kind in _SPACING:
            first += 1
        self._cut(0, first)

    def _number(self) -> bool:
        r"""An equation's number, or a remark in brackets, behind a ``\quad``."""
        self._edges()
        items = self.row.items
        if len(items) < 3 or items[-1].kind != "formula" or items[-2].kind not in _SPACING:
            return False
        first = len(items) - 1
        while first and items[first - 1].kind in _SPACING:
            first -= 1
        text = self.found.text[items[-1].start : items[-1].end]
        if not any(item.kind == "quad" for item in items[first:]):
            return False
        if number := _NUMBER.fullmatch(text):
            self.row.numbers.append(number[1].replace("\\", ""))
        elif _REMARK.fullmatch(text):
            self.row.after.insert(0, unwrapped(text[1:-1]))
        else:
            return False
        self._cut(first, len(items))
        return True

    def _remark_behind(self) -> bool:
        """Words from the first text to the row's end, if it ends with words and no relation stands among them."""
        self._edges()
        items = self.row.items
        if not items or items[-1].kind != "text":
            return False
        first = len(items) - 1
        for at in range(len(items) - 1, -1, -1):
            if items[at].kind in RELATING | {"states"}:
                break
            if items[at].kind == "text" and self._says(at):
                first = at
        if not self._says(first) or (first < len(items) - 1 and _connective(items[first].value)):
            return False
        self.row.after.insert(0, unwrapped(self.found.text[items[first].start : items[-1].end]))
        self._cut(first, len(items))
        return True

    def _says(self, at: int) -> bool:
        """Whether the text behind a formula is a remark on it rather than an operand."""
        items = self.row.items
        words, end = items[at].value, items[at].end
        if words.strip() in _CONNECTIVES or self.found.text[end : end + 1] in {"(", "_", "^"}:
            return False
        before = items[at - 1] if at else None
        if before is not None and (before.kind in RELATING or operator(before)):
            return False
        return _remarks(words) or (before is not None and before.kind in {"quad", "comma"})

    def _point(self) -> bool:
        """The comma or full stop behind a formula."""
        self._edges()
        items = self.row.items
        if len(items) < 2 or items[-1].kind not in {"comma", "stop"} or items[-2].kind in {"comma", "stop"}:
            return False
        self._cut(len(items) - 1, len(items))
        return True

    def _label(self) -> bool:
        r"""A label such as ``\textcircled{A} \quad`` or ``(a) \quad`` in front."""
        self._edges()
        items = self.row.items
        if len(items) < 2:
            return False
        first = 1
        while first < len(items) and items[first].kind in _SPACING:
            first += 1
        circled = items[0].kind == "circled"
        if first < len(items) and circled and items[first].kind == "relation":
            self.row.named = True
            self._cut(0, first + 1)
            return True
        spaced = any(item.kind == "quad" or (circled and item.kind == "thin") for item in items[1:first])
        label = circled or _NUMBER.fullmatch(self.found.text, items[0].start, items[0].end)
        if first == len(items) or not spaced or not label or items[first].kind in RELATING or operator(items[first]):
            return False
        self._cut(0, first)
        return True

    def _introduces(self) -> bool:
        """Whether the text in front of a formula is a remark rather than a name or a condition."""
        items = self.row.items
        words = items[0].value
        if _BETWEEN_ROWS.match(self.found.text, items[0].start) or words.rstrip().endswith((":", ",")):
            return True
        after = next((item for item in items[1:] if item.kind not in _SPACING), None)
        attached = self.found.text[items[0].end : items[0].end + 1] in {"(", "_", "^"}
        taken = after is not None and (after.kind == "relation" or operator(after))
        return _remarks(words) and not (_connective(words) or attached or taken)

    def _remark_before(self) -> bool:
        """Words in front of a formula."""
        self._edges()
        items = self.row.items
        if not items or items[0].kind != "text" or not self._introduces():
            return False
        self.row.before.append(unwrapped(items[0].value))
        self._cut(0, 1)
        return True


def prose(words: str) -> bool:
    """Whether a text is words rather than a name."""
    return _remarks(words) or _connective(words)


def _remarks(words: str) -> bool:
    """Whether a text is a remark by its form: several words, or one that is set apart by a blank, a comma or a colon."""
    return " " in words or "\n" in words or words.endswith((":", ","))


def _connective(words: str) -> bool:
    """Whether a text begins as a condition or a further statement does."""
    return bool(words.split()) and words.split()[0].lower() in _CONNECTIVES
