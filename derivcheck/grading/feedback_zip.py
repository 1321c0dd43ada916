"""``feedback.zip``: the feedback under the names that Moodle or Canvas wants back, the same bytes in every run."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from pathlib import Path

from derivcheck.files.finding import displayed
from derivcheck.grading.writing import replacing
from derivcheck.usage import UsageError

_THEN = (1980, 1, 1, 0, 0, 0)
_FILE = 0o100644


def write(path: Path, feedback: Iterable[tuple[str, bytes | Path]]) -> None:
    """An archive of what is given, each under the path that its ``Submission`` wants; a file is read when its turn has come.

    Raises ``UsageError`` where something cannot be read or written, and ``ValueError`` if two are wanted under one path.
    """
    ordered = sorted(feedback, key=lambda pair: pair[0])
    if len({wanted for wanted, _ in ordered}) < len(ordered):
        raise ValueError("feedback for two submissions is wanted under one path")
    with replacing(path) as stream, zipfile.ZipFile(stream, "w") as archive:
        for wanted, data in ordered:
            member = zipfile.ZipInfo(wanted, _THEN)
            member.create_system, member.external_attr, member.compress_type = 3, _FILE << 16, zipfile.ZIP_DEFLATED
            archive.writestr(member, data if isinstance(data, bytes) else _contents(data))


def _contents(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{displayed(path)} cannot be read: {error.strerror or error}") from None
