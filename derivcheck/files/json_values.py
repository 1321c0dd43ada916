"""JSON whose every text knows where it stands; read in one pass without recursion, so a deep file cannot exhaust the stack.

What lies deeper than the text of a notebook's cells is read and not kept: results may be large.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TypeAlias

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files.nodes import DEEPEST
from derivcheck.files.source import Piece, Source

_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n]+)"
    r"|(?P<text>\"(?:[^\"\\\x00-\x1f]|\\(?:[\"\\/bfnrt]|u[0-9a-fA-F]{4}))*+\")"
    r"|(?P<scalar>-?(?:[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?|Infinity)|true|false|null|NaN)"
    r"|(?P<sign>[][{},:])"
)
_PIECES = re.compile(
    r"[^\\]+|\\u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})|\\u(?P<code>....)|\\(?P<letter>.)",
    re.DOTALL,
)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True)
class Text:
    """A text between its quotation marks, from ``start`` to ``end``, as it is written."""

    source: Source = field(repr=False)
    start: int
    end: int

    def read(self) -> Piece:
        """What it says, every character with its place."""
        letters: list[str] = []
        offsets: list[int] = []
        for found in _PIECES.finditer(self.source.text, self.start, self.end):
            said = _said(found)
            letters.append(said)
            offsets.extend(range(found.start(), found.end()) if found.lastgroup is None else [found.start()] * len(said))
        return Piece(self.source, "".join(letters), [*offsets, self.end])


@dataclass(frozen=True, slots=True)
class Other:
    """A number, a truth value or null."""


_OTHER = Other()
_KEPT = 4
"""How deep values are kept: in a list of texts, of a cell, in the list of cells, in the notebook."""
MOST_KEPT = 1_000_000
"""How many values are kept."""

Value: TypeAlias = "Text | Other | list[Value] | dict[str, Value]"


def _said(found: re.Match[str]) -> str:
    if found["high"]:
        return chr(0x10000 + ((int(found["high"], 16) - 0xD800) << 10) + int(found["low"], 16) - 0xDC00)
    if found["code"]:
        code = int(found["code"], 16)
        return _REPLACEMENT if 0xD800 <= code < 0xE000 else chr(code)  # half a pair is no character
    if found["letter"]:
        return _LETTERS.get(found["letter"], found["letter"])
    return found.group()


def parse(source: Source) -> Value:
    """The value that a JSON text holds; raises ``InputError`` (``unreadable-file``, ``too-large``) with its place."""
    reader = _Reader(source)
    at, text = 0, source.text
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise _refused(source, at, "this is not JSON")
        if found.lastgroup != "space":
            reader.take(found)
        at = found.end()
    if not reader.done:
        raise _refused(source, len(text), "the JSON text ends too early")
    return reader.roots[0]


@dataclass(slots=True)
class _Reader:
    """What is open, innermost last; wants: what may come next; kept: how many values are."""

    source: Source
    roots: list[Value] = field(default_factory=list)
    open: list[list[Value] | dict[str, Value]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    wants: str = "value"
    kept: int = 0

    @property
    def done(self) -> bool:
        return bool(self.roots) and not self.open

    def take(self, found: re.Match[str]) -> None:
        """One word of the text."""
        word, start = found.group(), found.start()
        match self.wants, word:
            case ("value" | "first value", "{" | "["):
                self._enter({} if word == "{" else [], start)
            case ("first value" | "separator", "]") if isinstance(self.open[-1], list):
                self._leave()
            case ("first key" | "separator", "}") if isinstance(self.open[-1], dict):
                self._leave()
            case ("separator", ","):
                self.wants = "value" if isinstance(self.open[-1], list) else "key"
            case ("key" | "first key", _) if found.lastgroup == "text":
                self.keys.append(Text(self.source, start + 1, found.end() - 1).read().text)
                self.wants = "colon"
            case ("colon", ":"):
                self.wants = "value"
            case ("value" | "first value", _) if found.lastgroup in {"text", "scalar"}:
                self._put(Text(self.source, start + 1, found.end() - 1) if found.lastgroup == "text" else _OTHER)
            case _:
                what = "nothing more" if self.wants == "end" else f"a {self.wants.removeprefix('first ')}"
                raise _refused(self.source, start, f"this is not JSON: {what} is expected here")

    def _enter(self, made: list[Value] | dict[str, Value], start: int) -> None:
        if len(self.open) == DEEPEST:
            raise _refused(self.source, start, f"collections are nested more than {DEEPEST} deep", "too-large")
        self.open.append(made)
        self.wants = "first key" if isinstance(made, dict) else "first value"

    def _leave(self) -> None:
        self._put(self.open.pop())

    def _put(self, value: Value) -> None:
        if not self.open:
            self.roots.append(value)
            self.wants = "end"
            return
        self.wants = "separator"
        inside = self.open[-1]
        key = self.keys.pop() if isinstance(inside, dict) else ""
        if len(self.open) > _KEPT:
            return
        self.kept += 1
        if self.kept > MOST_KEPT:
            raise _refused(self.source, 0, f"a notebook may have {MOST_KEPT:,} values outside of results", "too-large")
        if isinstance(inside, dict):
            inside[key] = value
        else:
            inside.append(value)


def _refused(source: Source, offset: int, message: str, code: str = "unreadable-file") -> InputError:
    return InputError(Diagnostic(code, message, place=source.place(offset, offset + 1)))
