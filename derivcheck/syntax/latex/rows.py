"""The rows of a display without their numbers, labels, remarks and last points."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass, field, replace

from derivcheck.diagnostic import Span
from derivcheck.syntax.latex.columns import NUMBER, RELATING, SPACING, equations, following, operator, written
from derivcheck.syntax.latex.items import Item, Items
from derivcheck.syntax.latex.relations import commands, unwrapped
from derivcheck.syntax.tokens import fail

_REMARK = re.compile(r"\((?:\\text\s*+\{[^{}]*+\}|~|\\ |\s)*+\)")
_BETWEEN_ROWS = re.compile(r"\\(?:short)?intertext")
_PART = re.compile(r"\s*[0-9]+\([a-z]\)(?=\s|\\)", re.ASCII)
_CONNECTIVES = frozenset({"and", "or", "if", "iff", "unless", "when", "whenever", "for", "where", "otherwise", "else"})
_ADVERBS = frozenset({"so", "thus", "hence", "then", "therefore", "since", "because", "now", "finally", "again", "also", "next"})
_OPERATING = frozenset({"times", "plus", "minus", "over", "divided", "multiplied", "equals", "equal", "exceeds"})
"""Words that say what a sign would: with a formula behind them they are a part of the formula."""
_SIGN = re.compile(r"[-+*/=<>]|\\(?:pm|mp|cdot|times|div)(?![A-Za-z])")
_ENDINGS = commands("square qed qedsymbol blacksquare Box checkmark")
_BRACKETED = re.compile(r"[(\[][^()\[\]]{2,}[)\]]")
_WIDE = commands("; : >") | {"\\ ", "~"}
_GAPS = frozenset({"quad", "apart"})
_ENDED = frozenset({"formula", "comma", "stop", "text"})


@dataclass(slots=True)
class Row:
    """The words of one row, or of one column of equations in it.

    before and after: remarks that stood there; named: what follows was given a name here; fresh: a column of equations begins.
    """

    items: list[Item]
    start: int
    end: int
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    named: bool = False
    fresh: bool = False


def rows(found: Items, names: Container[str] = ()) -> list[Row]:
    """The rows of a display, those of its first column of equations before those of the next; raises ``InputError``.

    What is cut out of them is added to the blanks.  names: letters that are no equation's number.
    """
    split: list[list[Item]] = [[]]
    starts = [0]
    for item in found.items:
        if item.kind == "row":
            split.append([])
            starts.append(item.end)
        else:
            split[-1].append(item)
    ends = [*starts[1:], len(found.text) + 1]
    columns: dict[int, list[Row]] = {}
    for items, start, end in zip(split, starts, ends, strict=True):
        cells = equations(found, items)
        begins = [start, *(words[0].start for _, words in cells[1:]), end]
        for place, (column, words) in enumerate(cells):
            columns.setdefault(column, []).append(Row(words, begins[place], begins[place + 1]))
    made = [row for column in sorted(columns) for row in columns[column]]
    _name(sorted(made, key=lambda row: row.start), found)
    _part_label(made[0], found)
    for row in made:
        _Trimming(found, row, names).trim()
    for column in sorted(columns)[1:]:
        _begin_column(columns[column][0], found)
    return made


def _begin_column(row: Row, found: Items) -> None:
    row.fresh = True
    if row.items and row.items[0].kind in RELATING:
        first = row.items[0]
        message = "nothing stands before this relation in its column: write what the equation begins with"
        fail("syntax", message, Span(found.origin + first.start, found.origin + first.end))


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


@dataclass(frozen=True, slots=True)
class _Trimming:
    """Cuts words off both ends of a row."""

    found: Items
    row: Row
    names: Container[str]

    def trim(self) -> None:
        self._columns()
        while self._number() or self._remark_behind() or self._ending() or self._point():
            pass
        while self._label() or self._remark_before():
            pass
        self._edges()

    def _columns(self) -> None:
        """A column of texts or numbers behind an equation is set apart from it; other columns only arrange it."""
        ahead = following(self.row.items)
        kept: list[Item] = []
        signs, before = 0, None
        for at, item in enumerate(self.row.items):
            signs += item.kind == "amp" or (item.kind == "relation" and not signs)
            place = ahead[at]
            if item.kind != "amp":
                kept.append(item)
                before = item if item.kind != "thin" else before
            elif place is not None and signs > 1 and before and not operator(before) and before.kind in _ENDED:
                after = self.row.items[place]
                if after.kind == "text" or (ahead[place] is None and self._number_of(after)):
                    kept.append(replace(item, kind="quad"))
        self.row.items = kept

    def _number_of(self, item: Item) -> str | None:
        """The equation's number that a formula in brackets is; a letter that stands for something is none."""
        number = NUMBER.fullmatch(written(self.found, item))
        if not number or (number[1].isalpha() and any(letter in self.names for letter in {number[1], *number[1]})):
            return None
        return number[1].replace("\\", "")

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
        while last and items[last - 1].kind in SPACING:
            last -= 1
        self._cut(last, len(items))
        first = 0
        while first < len(items) and items[first].kind in SPACING:
            first += 1
        self._cut(0, first)

    def _number(self) -> bool:
        r"""An equation's number, or a remark in brackets, behind a ``\quad``."""
        self._edges()
        items = self.row.items
        if len(items) < 3 or items[-1].kind != "formula" or items[-2].kind not in SPACING:
            return False
        first = len(items) - 1
        while first and items[first - 1].kind in SPACING:
            first -= 1
        text = written(self.found, items[-1])
        wide = any(item.value in _WIDE for item in items[first:-1]) and text[1:2].isdigit()
        if not (wide or any(item.kind in _GAPS for item in items[first:])):
            return False
        if number := self._number_of(items[-1]):
            self.row.numbers.append(number)
        elif _REMARK.fullmatch(text) and not _signed(unwrapped(text[1:-1])):
            self.row.after.insert(0, unwrapped(text[1:-1]))
        else:
            return False
        self._cut(first, len(items))
        return True

    def _remark_behind(self) -> bool:
        """Words from the first text to the row's end, if it ends with words and no relation stands among them."""
        self._edges()
        items = self.row.items
        if not items or not (items[-1].kind == "text" or self._refers()):
            return False
        first = len(items) - 1
        after: Item | None = None
        for at in range(len(items) - 1, -1, -1):
            if items[at].kind in RELATING | {"states"} or (items[at].kind == "text" and self._goes_on(at, after)):
                break
            if items[at].kind == "text" and self._says(at):
                first = at
            after = items[at] if items[at].kind not in SPACING else after
        if not self._says(first) or (first < len(items) - 1 and _connective(items[first].value)):
            return False
        self.row.after.insert(0, unwrapped(self.found.text[items[first].start : items[-1].end]))
        self._cut(first, len(items))
        return True

    def _refers(self) -> bool:
        """Whether the row ends with a text and the number of an equation that it speaks of."""
        before = next((item for item in reversed(self.row.items[:-1]) if item.kind != "thin"), None)
        return before is not None and before.kind == "text" and self._number_of(self.row.items[-1]) is not None

    def _goes_on(self, at: int, after: Item | None) -> bool:
        """Whether the formula before a text goes on behind it: with a sign, after a comma, or with what the text says."""
        if after is None or after.kind == "text":
            return False
        return operator(after) or after.kind == "comma" or not _OPERATING.isdisjoint(self.row.items[at].value.lower().split())

    def _ending(self) -> bool:
        """The sign that ends a proof."""
        self._edges()
        items = self.row.items
        if len(items) < 3 or items[-1].value not in _ENDINGS or items[-2].kind not in SPACING:
            return False
        self._cut(len(items) - 1, len(items))
        return True

    def _says(self, at: int) -> bool:
        """Whether the text behind a formula is a remark on it rather than an operand."""
        items = self.row.items
        words, end = items[at].value, items[at].end
        if words.strip() in _CONNECTIVES or self.found.text[end : end + 1] in {"(", "_", "^"} or _signed(unwrapped(words)):
            return False
        before = items[at - 1] if at else None
        if before is not None and (before.kind in RELATING or operator(before)):
            return False
        return _remarks(words) or (before is not None and before.kind in _GAPS | {"comma"})

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
        while first < len(items) and items[first].kind in SPACING:
            first += 1
        circled = items[0].kind == "circled"
        if first < len(items) and circled and items[first].kind == "relation":
            self.row.named = True
            self._cut(0, first + 1)
            return True
        spaced = any(item.kind in _GAPS or (circled and item.kind == "thin") for item in items[1:first])
        label = items[0].value if circled else self._number_of(items[0])
        if first == len(items) or not spaced or not label or operator(items[first]):
            return False
        if items[first].kind in RELATING and not label[:1].isdigit():
            return False
        self._cut(0, first)
        return True

    def _introduces(self) -> bool:
        """Whether the text in front of a formula is a remark rather than a name or a condition."""
        items = self.row.items
        words = items[0].value
        if _BETWEEN_ROWS.match(self.found.text, items[0].start) or words.rstrip().endswith((":", ",")):
            return True
        if words.strip().lower() in _ADVERBS:
            return True
        after = next((item for item in items[1:] if item.kind not in SPACING), None)
        attached = self.found.text[items[0].end : items[0].end + 1] in {"(", "_", "^"}
        taken = after is not None and (after.kind == "relation" or operator(after))
        return _remarks(words) and not (_connective(words) or attached or taken or _signed(unwrapped(words)))

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
    """Whether a text is a remark by its form: several words, or one in brackets or set apart by a blank, a comma or a colon."""
    return " " in words or "\n" in words or words.endswith((":", ",")) or _BRACKETED.fullmatch(words) is not None


def _signed(words: str) -> bool:
    """Whether a text begins or ends with a sign that would belong to the formula beside it."""
    return _SIGN.match(words) is not None or _SIGN.match(words[-1:]) is not None


def _connective(words: str) -> bool:
    """Whether a text begins as a condition or a further statement does."""
    return bool(words.split()) and words.split()[0].lower() in _CONNECTIVES
