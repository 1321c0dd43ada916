"""Archives that strangers have made, unpacked in memory: what is in them, and each file's bytes or why there are none.

Nothing an archive says of itself is believed: bytes are counted as they come out of it, and names are names only.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

_MOST_MEMBERS = 100_000
"""How many files and folders an archive may list."""
_STEEP = 200
"""How many bytes may come out of one, beyond the first of them: text and notebooks come nowhere near."""
_HARMLESS = 1_000_000
_KNOWN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The compressions that need no more memory than they give; others may ask for gigabytes before their first byte."""
_ENCRYPTED = 0x1 | 0x40
_IN_UTF8 = 0x800
_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    ValueError,
    OverflowError,
    RuntimeError,  # of which NotImplementedError is one
)
_DRIVE = re.compile(r"[A-Za-z]:")
_IGNORED = {"__macosx", "thumbs.db", "desktop.ini", "node_modules", "__pycache__"}


class Refused(Exception):
    """Bytes that are not there, and why: code of a diagnostic, message for the student and the grader."""

    def __init__(self, message: str, code: str = "unreadable-file") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that was handed in.

    parts: its path, without the names that lead out of it; read: its bytes, at most so many and one more, or raises
    ``Refused``; folder: it is one, and there may be nothing in it.
    """

    parts: tuple[str, ...]
    read: Callable[[int], bytes]
    folder: bool = False


def ignored(name: str) -> bool:
    """Whether a file or folder of this name was left by a machine and handed in by nobody."""
    return name.startswith((".", "~$")) or name.lower() in _IGNORED


def contents(archive: Path | bytes) -> list[Entry]:
    """What is in an archive, by its path, without what machines leave behind; raises ``Refused`` if it is none."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive) if isinstance(archive, bytes) else archive)
        listed = opened.infolist()
    except _BROKEN:
        raise Refused("this is not a zip archive, or it is damaged") from None
    if len(listed) > _MOST_MEMBERS:
        raise Refused(f"an archive may hold {_MOST_MEMBERS:,} files", "too-large")
    return sorted(_entries(opened, listed), key=lambda entry: entry.parts)


def _entries(archive: zipfile.ZipFile, listed: list[zipfile.ZipInfo]) -> Iterator[Entry]:
    named = [(info, _parts(_name(info))) for info in listed]
    times = Counter(parts for info, parts in named if not info.is_dir())
    for info, parts in named:
        if not parts or any(map(ignored, parts)):
            continue
        wrong = _wrong(info) or ("the archive has several files of this name" if times[parts] > 1 else None)
        if not info.is_dir():
            yield Entry(parts, refusing(wrong) if wrong else partial(_read, archive, info))
        elif not wrong:
            yield Entry(parts, refusing("this is a folder"), folder=True)


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name as it was given: in UTF-8 even where that is not said, as on a Mac."""
    if member.flag_bits & _IN_UTF8:
        return member.orig_filename
    try:
        return member.orig_filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return member.orig_filename


def _parts(name: str) -> tuple[str, ...]:
    """The names on a path, separated by either slash, of which none leads anywhere else."""
    parts = unicodedata.normalize("NFC", name).replace("\\", "/").split("/")
    return tuple(part for part in parts if part not in ("", ".", ".."))


def _wrong(member: zipfile.ZipInfo) -> str | None:
    """What is wrong with a member, before a byte of it is read."""
    name = _name(member).replace("\\", "/")
    kind = stat.S_IFMT(member.external_attr >> 16)
    if not name.isprintable():
        return "its name in the archive holds control characters"
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return "its name leads out of the archive"
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "this is a link, or no regular file; links are not followed"
    if member.flag_bits & _ENCRYPTED:
        return "it is encrypted"
    if member.compress_type not in _KNOWN:
        return "it is compressed in a way that is not read; store or deflate it"
    return None


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, most: int) -> bytes:
    """A member's bytes, at most one more than asked for; whatever its header says of its size, they are counted."""
    data = bytearray()
    try:
        with archive.open(member) as stream:
            while piece := stream.read(min(_HARMLESS, most + 1 - len(data))):
                data += piece
                if len(data) > max(_HARMLESS, _STEEP * member.compress_size):
                    raise Refused("it unpacks to suspiciously many bytes", "too-large")
    except _BROKEN:
        raise Refused("it is damaged in the archive") from None
    return bytes(data)


def refusing(message: str, code: str = "unreadable-file") -> Callable[[int], bytes]:
    """The ``read`` of something that cannot be read."""

    def refuse(_: int) -> bytes:
        raise Refused(message, code)

    return refuse
