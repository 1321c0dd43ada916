"""Which files the paths of a command line stand for, and their bytes.

Nothing here looks into a file, so that a run that answers from the cache waits for no reader.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.usage import UsageError

YAML = (".yaml", ".yml")
DOCUMENTS = (".md", ".tex", ".ipynb")
SUFFIXES = (*YAML, *DOCUMENTS)
LARGEST = 1_000_000
"""How many bytes of text a file may have."""
_LARGEST_NOTEBOOK = 50_000_000
"""How many bytes a notebook may have, most of them results."""
START = Place(1, 1, 1, 1)
_SKIPPED = {"node_modules", "__pycache__"}


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


def exists(written: str) -> bool:
    """Whether there is the file or folder of a path, which may name a derivation in it."""
    return os.path.lexists(_selected(written)[0])


def _selected(written: str) -> tuple[Path, str | None]:
    before, separator, name = written.rpartition("::")
    if not separator or os.path.lexists(written):
        return Path(written), None
    return Path(before), displayed(name)


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


def displayed(path: Path | str) -> str:
    """A path, or a word of the command line, as text that can be printed, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", "replace")


def contents(path: Path, within: Path | None = None) -> bytes:
    """The bytes of a file, at most one more than it may have; raises ``InputError`` where it cannot be read."""
    if path.suffix not in SUFFIXES:
        if path.suffix == ".py":
            raise refused("unreadable-file", "a Python file is code: say --allow-python if it is to be run")
        kinds = f"{', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]}"
        kind = f"of kind {path.suffix}" if path.suffix else "without a suffix"
        raise refused("unreadable-file", f"files {kind} are not read, {kinds} are")
    return beginning(path, largest(path) + 1, within)


def beginning(path: Path, most: int, within: Path | None = None) -> bytes:
    """The first bytes of a file of any kind; raises ``InputError`` where it cannot be read."""
    if within is not None and _leads_out(path, within):
        raise refused("unreadable-file", "this link leads out of the folder; name the file itself if it is meant")
    try:
        _check_regular(os.stat(path))
        with open(path, "rb", opener=_without_waiting) as stream:
            _check_regular(os.fstat(stream.fileno()))
            data: bytes | None = stream.read(most)
    except OSError as error:
        raise refused("unreadable-file", f"the file cannot be read: {error.strerror or error}") from None
    if data is None:
        raise refused("unreadable-file", "the file cannot be read without waiting for what it says")
    return data


def _leads_out(path: Path, folder: Path) -> bool:
    return path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _check_regular(found: os.stat_result) -> None:
    """Refuse a pipe or a device: it may never end, or do something when it is opened."""
    if not stat.S_ISREG(found.st_mode):
        raise refused("unreadable-file", "this is not a regular file")


def _without_waiting(path: str, flags: int) -> int:
    """Open a file that may have become a pipe since it was looked at."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def largest(path: Path) -> int:
    """How many bytes a file of this kind may have."""
    return _LARGEST_NOTEBOOK if path.suffix == ".ipynb" else LARGEST


def refused(code: str, message: str, place: Place = START) -> InputError:
    """What to raise for a file that cannot be read."""
    return InputError(Diagnostic(code, message, place=place))
