"""From paths to documents: which files there are, and each one read or diagnosed; nothing here raises for a bad file."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files import limits, nodes, reading
from derivcheck.files.document import Document
from derivcheck.files.source import Source
from derivcheck.files.usage import UsageError
from derivcheck.syntax.latex.macros import Macro, macros

if TYPE_CHECKING:
    from derivcheck.files.blocks import Block

_YAML = (".yaml", ".yml")
DOCUMENTS = (".md", ".tex", ".ipynb")
SUFFIXES = (*_YAML, *DOCUMENTS)
LARGEST = 1_000_000
"""How many bytes of text a file may have."""
_LARGEST_NOTEBOOK = 50_000_000
"""How many bytes a notebook may have, most of them results."""
_START = Place(1, 1, 1, 1)
_SKIPPED = {"node_modules", "__pycache__"}
_MENTIONING = re.compile(r"<!--\s*derivcheck\b|```\s*\{?\.?derivcheck\b|%\s*derivcheck\b", re.IGNORECASE)
_TELLING = re.compile(r"""(?m)(?:^|[{,])[ \t\r\n]{0,200}+["']?(?:derivations|steps|symbols|define)["']?[ \t]{0,200}+:""")


@dataclass(frozen=True, slots=True)
class Input:
    """A file to read.

    explicit: the user named it, so it must hold derivations; one found in a folder may be some other YAML or document.
    names: the derivations selected in it; empty for all.
    within: the folder in which it was found, and out of which no link leads.
    """

    path: Path
    explicit: bool
    names: tuple[str, ...] = ()
    within: Path | None = None


def find(paths: Sequence[str]) -> tuple[Input, ...]:
    """The files that the paths stand for, each once, folders walked in alphabetical order.

    ``FILE::name`` selects a derivation.  Raises ``UsageError`` for a path that does not exist.
    """
    found: dict[Path, Input] = {}
    for written in paths:
        path, name = _selected(written)
        if not os.path.lexists(path):
            raise UsageError(f"there is no file or folder {path}")
        for item in _walk(path, name):
            key = Path(os.path.realpath(item.path))
            earlier = found.get(key)
            names = (*earlier.names, *item.names) if earlier and earlier.names and item.names else ()
            if earlier:
                explicit = item.explicit or earlier.explicit
                item = Input(item.path, explicit, names, None if explicit else item.within)
            found[key] = item
    return tuple(found.values())


def _selected(written: str) -> tuple[Path, str | None]:
    before, separator, name = written.rpartition("::")
    if not separator or os.path.lexists(written):
        return Path(written), None
    return Path(before), name


def _walk(path: Path, name: str | None) -> Iterator[Input]:
    if not path.is_dir():
        yield Input(path, True, (name,) if name is not None else ())
        return
    if name is not None:
        raise UsageError(f"{path} is a folder; write FILE::{name}")
    for folder, inner, files in os.walk(path):
        inner[:] = sorted(d for d in inner if not d.startswith(".") and d not in _SKIPPED)
        for file in sorted(files):
            if file.endswith(SUFFIXES) and not file.startswith("."):
                yield Input(Path(folder, file), False, (), path)


def load(item: Input) -> Document | None:
    """The document in a file, with diagnostics instead of what cannot be used; ``None`` for a file that is not ours.

    Raises ``UsageError`` where a selected derivation does not exist.
    """
    path = displayed(item.path)
    source: Source | None = None
    data = b""
    try:
        data = _bytes(item.path, item.within)
        source = Source(path, _decode(data, _largest(item.path)))
        document = _yaml(source, item) if item.path.suffix in _YAML else _document(source, item)
    except InputError as error:
        telling = _TELLING if item.path.suffix in _YAML else _MENTIONING
        ours = item.explicit or not data or telling.search(data.decode("utf-8", "replace"))
        return Document(path, source, (), error.diagnostics) if ours else None
    return select(limits.bounded(document), item.names) if document else None


def _yaml(source: Source, item: Input) -> Document | None:
    root = nodes.compose(source)
    if not item.explicit and not reading.holds_derivations(root):
        return None
    return reading.read(source, root, Path(source.path).stem)


def _document(source: Source, item: Input) -> Document | None:
    """What Markdown, TeX or a notebook holds."""
    from derivcheck.files import chains  # YAML does not wait for what reads LaTeX

    text, found = _blocks(source, item.path.suffix)
    if not item.explicit and not chains.ours(found):
        return None
    return with_macros(chains.read(text, found, Path(source.path).stem), macros(text.text, item.path.suffix == ".tex"))


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
    return _blocks(Source(displayed(path), _decode(_bytes(path), _largest(path))), path.suffix)


def displayed(path: Path) -> str:
    """A path as text that can be printed, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", "replace")


def _bytes(path: Path, within: Path | None = None) -> bytes:
    if path.suffix not in SUFFIXES:
        if path.suffix == ".py":
            raise _refused("unreadable-file", "a Python file is code: say --allow-python if it is to be run")
        kinds = f"{', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]}"
        kind = f"of kind {path.suffix}" if path.suffix else "without a suffix"
        raise _refused("unreadable-file", f"files {kind} are not read, {kinds} are")
    if within is not None and _leads_out(path, within):
        raise _refused("unreadable-file", "this link leads out of the folder; name the file itself if it is meant")
    try:
        _check_regular(os.stat(path))
        with open(path, "rb", opener=_without_waiting) as stream:
            _check_regular(os.fstat(stream.fileno()))
            data: bytes | None = stream.read(_largest(path) + 1)
    except OSError as error:
        raise _refused("unreadable-file", f"the file cannot be read: {error.strerror or error}") from None
    if data is None:
        raise _refused("unreadable-file", "the file cannot be read without waiting for what it says")
    return data


def _leads_out(path: Path, folder: Path) -> bool:
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _check_regular(found: os.stat_result) -> None:
    """Refuse a pipe or a device: it may never end, or do something when it is opened."""
    if not stat.S_ISREG(found.st_mode):
        raise _refused("unreadable-file", "this is not a regular file")


def _without_waiting(path: str, flags: int) -> int:
    """Open a file that may have become a pipe since it was looked at."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _largest(path: Path) -> int:
    return _LARGEST_NOTEBOOK if path.suffix == ".ipynb" else LARGEST


def _decode(data: bytes, largest: int) -> str:
    """Text of UTF-8 bytes, a byte-order mark removed."""
    if len(data) > largest:
        raise _refused("too-large", f"a file may have {largest:,} bytes; split it into several")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if b"\0" in data[:4096]:
            raise _refused("unreadable-file", "this is not a text file in UTF-8") from None
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
        message = f"the byte 0x{data[error.start]:02x} is not UTF-8; save the file as UTF-8"
        raise _refused("unreadable-file", message, Place(line, column, line, column + 1)) from None


def _refused(code: str, message: str, place: Place = _START) -> InputError:
    return InputError(Diagnostic(code, message, place=place))


def select(document: Document, names: tuple[str, ...]) -> Document:
    """The document with only the derivations of these names; raises ``UsageError`` where one does not exist."""
    if not names:
        return document
    known = [derivation.name for derivation in document.derivations]
    for name in names:
        if name not in known and not document.diagnostics:
            close = get_close_matches(name, known, 1)
            hint = f"did you mean {close[0]}?" if close else f"it holds {', '.join(known)}"
            raise UsageError(f"{document.path} has no derivation {name}; {hint}")
    chosen = tuple(d for d in document.derivations if d.name in names)
    return Document(document.path, document.source, chosen, document.diagnostics)
