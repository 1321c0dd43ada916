"""Notebooks: the Markdown of their cells, in order, as one document; places are those of the file's JSON text."""

from __future__ import annotations

from dataclasses import dataclass, field

from derivcheck.diagnostic import Diagnostic, InputError
from derivcheck.files import json_values, markdown
from derivcheck.files.blocks import Block
from derivcheck.files.json_values import Text, Value
from derivcheck.files.source import Excerpt, Source

_BETWEEN = "\n\n"


@dataclass(slots=True)
class _Cells:
    """The text of the cells so far, the place of each character, and where each cell begins and ends."""

    letters: list[str] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)
    bounds: list[tuple[int, int]] = field(default_factory=list)

    def add(self, texts: list[Text]) -> None:
        """A cell of several texts."""
        start = len(self.offsets)
        last = 0
        for text in texts:
            piece = text.read()
            self.letters.append(piece.text)
            self.offsets.extend(piece.offsets[:-1])
            last = piece.offsets[-1]
        self.bounds.append((start, len(self.offsets)))
        self.letters.append(_BETWEEN)
        self.offsets += [last] * len(_BETWEEN)


def blocks(source: Source, largest: int) -> tuple[Source, list[Block]]:
    """The text of a notebook's Markdown, of so many characters at most, and what it holds; raises ``InputError``."""
    cells = _Cells()
    for cell in _cells(source, json_values.parse(source)):
        texts = _markdown(cell)
        if texts:
            cells.add(texts)
        if len(cells.offsets) > largest:
            message = f"the Markdown of a notebook may have {largest:,} characters; split it into several"
            raise InputError(Diagnostic("too-large", message, place=source.place(0, 1)))
    text = Excerpt(source.path, "".join(cells.letters), source, [*cells.offsets, len(source.text)])
    return text, markdown.blocks(text, cells.bounds)


def _cells(source: Source, root: Value) -> list[Value]:
    cells = root.get("cells") if isinstance(root, dict) else None
    if not isinstance(cells, list):
        message = "this is no notebook of format 4: it has no list of cells; save it anew"
        raise InputError(Diagnostic("unreadable-file", message, place=source.place(0, 1)))
    return cells


def _markdown(cell: Value) -> list[Text]:
    """The texts of a Markdown cell; nothing for other cells."""
    if not isinstance(cell, dict):
        return []
    kind, written = cell.get("cell_type"), cell.get("source")
    if not isinstance(kind, Text) or kind.read().text != "markdown":
        return []
    texts = written if isinstance(written, list) else [written]
    return [text for text in texts if isinstance(text, Text)]
