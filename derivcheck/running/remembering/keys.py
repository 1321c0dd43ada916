"""What results are kept under: digests of everything that they follow from, the versions of what judged included."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from derivcheck.running.settings import Settings

_LIBRARIES = frozenset({"lark", "mpmath", "numpy", "python_flint", "pyyaml", "sympy"})
_METADATA = (".dist-info", ".egg-info")
_CODE = (".py", ".lark")


def key(kind: str, settings: Settings, parts: Iterable[bytes]) -> bytes:
    """The key of a result that follows from these parts; of the settings the limits are left out, for results say them."""
    judged = f"{kind} {settings.samples} {settings.seed} {settings.strict}".encode()
    return digest((engine(), judged, *parts))


def digest(parts: Iterable[bytes]) -> bytes:
    """A digest of parts, of which no other parts give the same."""
    found = blake2b(digest_size=20)
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()


@lru_cache(maxsize=1)
def engine() -> bytes:
    """A digest of the code that judges: this package as it stands, Python, and the libraries that verdicts rest on."""
    versions = (sys.version, *_installed())
    return digest([*(text.encode() for text in versions), *_code(Path(__file__).parents[2])])


def _installed() -> list[str]:
    """The libraries that read and judge as they stand installed, such as ``numpy-2.1.0.dist-info``.

    ``importlib.metadata`` takes longer to import.
    """
    found = []
    for folder in filter(os.path.isdir, sys.path):
        names = (name for name in os.listdir(folder) if name.endswith(_METADATA))
        found += [name for name in names if name.partition("-")[0].lower() in _LIBRARIES]
    return sorted(found)


def _code(package: Path) -> Iterable[bytes]:
    for folder, inner, files in os.walk(package):
        inner.sort()
        for file in sorted(files):
            if file.endswith(_CODE):
                yield Path(folder, file).read_bytes()
