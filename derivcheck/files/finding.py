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
    """

    path: Path
    explicit: bool
    names: tuple[str, ...] = ()


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
            key = item.path.resolve()
            earlier = found.get(key)
            names = (*earlier.names, *item.names) if earlier and earlier.names and item.names else ()
            found[key] = Input(item.path, item.explicit or bool(earlier and earlier.explicit), names) if earlier else item
    return tuple(found.values())


def exists(written: str) -> bool:
    """Whether there is the file or folder of a path, which may name a derivation in it."""
    return os.path.lexists(_selected(written)[0])


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
                yield Input(Path(folder, file), False)


def displayed(path: Path) -> str:
    """A path as text that can be printed, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", "replace")


def contents(path: Path) -> bytes:
    """The bytes of a file, at most one more than it may have; raises ``InputError`` where it cannot be read."""
    if path.suffix not in SUFFIXES:
        if path.suffix == ".py":
            raise refused("unreadable-file", "a Python file is code: say --allow-python if it is to be run")
        kinds = f"{', '.join(SUFFIXES[:-1])} and {SUFFIXES[-1]}"
        kind = f"of kind {path.suffix}" if path.suffix else "without a suffix"
        raise refused("unreadable-file", f"files {kind} are not read, {kinds} are")
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise refused("unreadable-file", "this is not a regular file")
        with path.open("rb") as stream:
            return stream.read(largest(path) + 1)
    except OSError as error:
        raise refused("unreadable-file", f"the file cannot be read: {error.strerror or error}") from None


def largest(path: Path) -> int:
    """How many bytes a file of this kind may have."""
    return _LARGEST_NOTEBOOK if path.suffix == ".ipynb" else LARGEST


def refused(code: str, message: str, place: Place = START) -> InputError:
    """What to raise for a file that cannot be read."""
    return InputError(Diagnostic(code, message, place=place))
