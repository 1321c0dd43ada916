"""What is finished, a line each in a file that only grows: whatever ends a run, the next one goes on from there.

A line is on the disk before anything that follows from it.  One that was cut off, or that says something about another key or
another submission than it did, is passed over and judged again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import IO

import msgspec

from derivcheck.files.finding import displayed
from derivcheck.grading.marks import Graded
from derivcheck.grading.submissions import Submission
from derivcheck.running.remembering.keys import digest, engine
from derivcheck.running.settings import Settings
from derivcheck.usage import UsageError

_SEAL = 16
"""How many bytes of a digest stand before a line, in hexadecimal."""


class Line(msgspec.Struct, frozen=True):
    """A finished submission; of: what it follows from."""

    of: str
    graded: Graded


class Journal:
    """The finished submissions of a folder, looked up by what they follow from."""

    def __init__(self, path: Path, fresh: bool = False) -> None:
        """Raises ``UsageError`` where the file cannot be written."""
        self.path = path
        self._at: dict[str, tuple[int, int]] = {}
        try:
            self._file: IO[bytes] = path.open("w+b" if fresh else "a+b")
            end = self._read()
            self._file.truncate(end)
        except OSError as error:
            raise UsageError(f"{displayed(path)} cannot be written: {error.strerror or error}") from None

    def _read(self) -> int:
        """Note where each whole line stands; the end of the last one."""
        self._file.seek(0)
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            found = _opened(line)
            if found is not None:
                self._at[found.of] = (end, len(line))
            end += len(line)
        return end

    def get(self, of: str) -> Graded | None:
        """The marks of what has been finished."""
        place = self._at.get(of)
        if place is None:
            return None
        self._file.seek(place[0])
        found = _opened(self._file.read(place[1]))
        return found.graded if found is not None else None

    def put(self, of: str, graded: Graded) -> None:
        """Add a line and wait until it is on the disk."""
        self._file.seek(0, os.SEEK_END)
        start = self._file.tell()
        line = _sealed(Line(of, graded))
        self._file.write(line)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._at[of] = (start, len(line))

    def lines(self) -> Iterator[Graded]:
        """All that is finished, the latest of each."""
        for of in list(self._at):
            found = self.get(of)
            if found is not None:
                yield found

    def close(self) -> None:
        """No more is added."""
        self._file.close()


def _sealed(line: Line) -> bytes:
    data = msgspec.json.encode(line)
    return _seal(data) + b" " + data + b"\n"


def _opened(line: bytes) -> Line | None:
    """What a line says, if it says what was written."""
    seal, _, data = line.rstrip(b"\n").partition(b" ")
    if seal != _seal(data):
        return None
    try:
        return msgspec.json.decode(data, type=Line)
    except msgspec.MsgspecError:  # another version wrote it
        return None


def _seal(data: bytes) -> bytes:
    return blake2b(data, digest_size=_SEAL).hexdigest().encode()


def follows_from(submission: Submission, key: bytes, settings: Settings) -> str:
    """A digest of all that the marks of a submission follow from."""
    parts = [engine(), key, repr(settings).encode(), submission.id.encode()]
    for file in submission.files:
        parts += [file.name.encode("utf-8", "surrogateescape"), file.data or b"", (file.problem or "").encode("utf-8", "replace")]
    return digest(parts).hex()
