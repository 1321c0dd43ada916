"""Files that are there whole or not at all, whenever somebody looks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from derivcheck.files.finding import displayed
from derivcheck.usage import UsageError


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream that becomes the file when it is done; raises ``UsageError`` where that cannot be written."""
    beside = _beside(path)
    try:
        beside.unlink(missing_ok=True)  # what a run that was killed has left
        with beside.open("xb") as stream:  # never through a link that somebody has put in its place
            yield stream
        os.replace(beside, path)
    except OSError as error:
        raise UsageError(f"{displayed(path)} cannot be written: {error.strerror or error}") from None
    finally:
        beside.unlink(missing_ok=True)


def made(folder: Path) -> None:
    """See to it that a folder is there; raises ``UsageError`` where it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{displayed(folder)} cannot be written: {error.strerror or error}") from None


def write(path: Path, data: bytes) -> None:
    """Give a file new contents, if they are new; raises ``UsageError`` where it cannot be written."""
    if _holds(path, data) and not _beside(path).exists():
        return
    with replacing(path) as stream:
        stream.write(data)


def _beside(path: Path) -> Path:
    """Where it is written before it is whole."""
    return path.with_name(f".{path.name}.part")


def _holds(path: Path, data: bytes) -> bool:
    try:
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False
