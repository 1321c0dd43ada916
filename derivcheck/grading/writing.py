"""Files written as a whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from derivcheck.files.finding import displayed
from derivcheck.usage import UsageError


def write(path: Path, pieces: Iterable[str | bytes]) -> None:
    """Replace a file, so that nobody finds half of it; raises ``UsageError`` where it cannot be written."""
    aside = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as stream:
            for piece in pieces:
                stream.write(piece.encode("utf-8", "replace") if isinstance(piece, str) else piece)
        os.replace(aside, path)
    except OSError as error:
        raise UsageError(f"{displayed(path)} cannot be written: {error.strerror or error}") from None
