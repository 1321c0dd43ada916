"""What is finished, a line each in a file that only grows: whatever ends a run, the next one goes on from there.

A line is on the disk before anything that follows from it.  One that was cut off, or that says something about another key or
another submission than it did, is passed over and judged again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
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
_Place = tuple[int, int]
"""Where a line begins, and how long it is."""


class Line(msgspec.Struct, frozen=True):
    """A finished submission; of: what it follows from."""

    of: str
    graded: Graded


class Journal:
    """The finished submissions of a folder, looked up by what they follow from."""

    def __init__(self, path: Path, fresh: bool = False) -> None:
        """Raises ``UsageError`` where the file cannot be written."""
        self.path = path
        self._at: dict[str, _Place] = {}
        self._latest: dict[str, tuple[str, _Place]] = {}
        try:
            self._file: IO[bytes] = path.open("w+b" if fresh else "a+b")
            end = self._read()
            self._file.truncate(end)
        except OSError as error:
            raise self._unwritten(error) from None

    def _unwritten(self, error: OSError) -> UsageError:
        return UsageError(f"{displayed(self.path)} cannot be written: {error.strerror or error}")

    def _read(self) -> int:
        """Note where each whole line stands; the end of the last one."""
        self._file.seek(0)
        end = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            found = _opened(line)
            if found is not None:
                self._note(found.of, found.graded.id, (end, len(line)))
            end += len(line)
        return end

    def _note(self, of: str, id: str, place: _Place) -> None:
        self._at[of] = place
        self._latest[id] = (of, place)

    def __contains__(self, of: str) -> bool:
        return of in self._at

    def get(self, of: str, id: str) -> Graded | None:
        """The marks of what has been finished, of this submission or of one that is equal to it."""
        found = self._line(self._at[of]) if of in self._at else None
        return replace(found, id=id) if found is not None else None

    def put(self, of: str, graded: Graded) -> None:
        """Add a line and wait until it is on the disk, if it is not the last one on this submission anyway."""
        if graded.id in self._latest and self._latest[graded.id][0] == of:
            return
        try:
            start = self._file.seek(0, os.SEEK_END)
            line = _sealed(Line(of, graded))
            self._file.write(line)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            raise self._unwritten(error) from None
        self._note(of, graded.id, (start, len(line)))

    def lines(self) -> Iterator[Graded]:
        """The last that was said of each submission, in the order of their ids."""
        for _, (_, place) in sorted(self._latest.items()):
            found = self._line(place)
            if found is not None:
                yield found

    def _line(self, place: _Place) -> Graded | None:
        self._file.seek(place[0])
        found = _opened(self._file.read(place[1]))
        return found.graded if found is not None else None

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
    """A digest of all that the marks of a submission follow from: whose it is has no part in it."""
    parts = [engine(), key, repr(settings).encode()]
    for file in submission.files:
        said = (file.name, file.problem or "", file.code)
        parts += [file.data or b"", *(it.encode("utf-8", "surrogatepass") for it in said)]
    return digest(parts).hex()
