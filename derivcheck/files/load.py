"""From files to documents: each one read or diagnosed; nothing here raises for a bad file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files import limits, nodes, reading
from derivcheck.files.document import Document
from derivcheck.files.finding import LARGEST, START, YAML, Input, contents, displayed, largest, refused
from derivcheck.files.source import Source
from derivcheck.syntax.latex.macros import Macro, macros

if TYPE_CHECKING:
    from derivcheck.files.blocks import Block

_MOST_LINES = 2_000_000
"""How many lines a notebook may have: where each begins is kept."""
_MENTIONING = re.compile(r"<!--\s*derivcheck\b|```\s*\{?\.?derivcheck\b|%\s*derivcheck\b", re.IGNORECASE)
_TELLING = re.compile(r"""(?m)(?:^|[{,])[ \t\r\n]{0,200}+["']?(?:derivations|steps|symbols|define)["']?[ \t]{0,200}+:""")


def load(item: Input, data: bytes | None = None, bare: bool = False) -> Document | None:
    """The document in a file, with diagnostics instead of what cannot be used; ``None`` for a file that is not ours.

    data: the file's bytes, if they have been read; bare: whether displays under no header are read too.
    """
    path = displayed(item.path)
    source: Source | None = None
    try:
        data = contents(item.path, item.within) if data is None else data
        source = Source(path, _decode(data, largest(item.path)))
        document = _yaml(source, item) if item.path.suffix in YAML else _document(source, item, bare)
    except InputError as error:
        telling = _TELLING if item.path.suffix in YAML else _MENTIONING
        ours = item.explicit or not data or telling.search(data.decode("utf-8", "replace"))
        return Document(path, source, (), error.diagnostics) if ours else None
    return select(limits.bounded(document), item.names) if document else None


def _yaml(source: Source, item: Input) -> Document | None:
    root = nodes.compose(source)
    if not item.explicit and not reading.holds_derivations(root):
        return None
    return reading.read(source, root, Path(source.path).stem)


def _document(source: Source, item: Input, bare: bool) -> Document | None:
    """What Markdown, TeX or a notebook holds."""
    from derivcheck.files import chains  # YAML does not wait for what reads LaTeX

    text, found = _blocks(source, item.path.suffix)
    if not item.explicit and not chains.ours(found):
        return None
    heading = reading.Heading() if bare else None
    return with_macros(chains.read(text, found, Path(source.path).stem, heading), macros(text.text, item.path.suffix == ".tex"))


def with_macros(document: Document, found: Mapping[str, Macro]) -> Document:
    """The document whose derivations know the commands that it defines."""
    if not found:
        return document
    derivations = (replace(it, declarations=replace(it.declarations, macros=found)) for it in document.derivations)
    return replace(document, derivations=tuple(derivations))


def _blocks(source: Source, suffix: str) -> tuple[Source, list[Block]]:
    """The blocks of a document, and the text in which they stand."""
    match suffix:
        case ".ipynb":
            from derivcheck.files import notebooks

            return notebooks.blocks(source, LARGEST)
        case ".tex":
            from derivcheck.files import tex

            return source, tex.blocks(source)
        case _:
            from derivcheck.files import markdown

            return source, markdown.blocks(source)


def document_blocks(path: Path) -> tuple[Source, list[Block]]:
    """The text and the blocks of a Markdown, TeX or notebook file; raises ``InputError`` where it cannot be read."""
    return _blocks(Source(displayed(path), _decode(contents(path), largest(path))), path.suffix)


def _decode(data: bytes, largest: int) -> str:
    """Text of UTF-8 bytes, a byte-order mark removed."""
    if len(data) > largest:
        raise refused("too-large", f"a file may have {largest:,} bytes; split it into several")
    if data.count(b"\n") + data.count(b"\r") > _MOST_LINES:
        raise refused("too-large", f"a file may have {_MOST_LINES:,} lines; split it into several")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data[:4096]:
            raise refused("unreadable-file", "this is not a text file in UTF-8") from None
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise refused("unreadable-file", message, Place(line, column, line, column + 1)) from None


def select(document: Document, names: tuple[str, ...]) -> Document:
    """The document with only the derivations of these names, and a diagnostic for each that does not exist."""
    if not names:
        return document
    known = [derivation.name for derivation in document.derivations]
    missing = [] if document.diagnostics else [name for name in names if name not in known]
    chosen = tuple(d for d in document.derivations if d.name in names)
    diagnostics = (*document.diagnostics, *(_missing(name, known) for name in missing))
    return Document(document.path, document.source, chosen, diagnostics)


def _missing(name: str, known: Sequence[str]) -> Diagnostic:
    close = get_close_matches(name, known, 1)
    hint = f"did you mean {close[0]}?" if close else f"it holds {', '.join(known)}"
    return Diagnostic("no-derivation", f"the file has no derivation {name}; {hint}", place=START)
