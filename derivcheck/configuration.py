"""Options from ``pyproject.toml`` or ``derivcheck.toml``; the command line wins over both."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from derivcheck.files.usage import UsageError

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "strict": bool,
    "jobs": int,
    "timeout": (int, float),
    "samples": int,
    "seed": int,
    "no-cache": bool,
    "color": str,
    "output-format": str,
    "output": list,
    "quiet": bool,
}
"""The keys, which are the options' names, and what their values are; ``allow-python`` is for the command line alone."""


def find(start: Path) -> Path | None:
    """The nearest configuration file in ``start`` or above it."""
    for folder in (start, *start.parents):
        for name in ("derivcheck.toml", "pyproject.toml"):
            if (folder / name).is_file():
                return folder / name
    return None


def read(path: Path) -> dict[str, Any]:
    """The options that a configuration file sets; raises ``UsageError`` for anything it must not hold."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    if path.name == "pyproject.toml":
        tool = table.get("tool", {})
        table = tool.get("derivcheck", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.derivcheck] is a table of options")
    for key, value in table.items():
        _check(path, key, value)
    return table


def _check(path: Path, key: str, value: object) -> None:
    if key == "allow-python":
        raise UsageError(f"{path}: allow-python runs code, so it stands on the command line only")
    if key not in TYPES:
        close = get_close_matches(key, TYPES, 1)
        hint = f"did you mean {close[0]}?" if close else f"the options are {', '.join(TYPES)}"
        raise UsageError(f"{path}: there is no option {key}; {hint}")
    wanted = TYPES[key]
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        names = " or ".join(t.__name__ for t in (wanted if isinstance(wanted, tuple) else (wanted,)))
        raise UsageError(f"{path}: {key} is a value of type {names}")
    if isinstance(value, list) and not all(isinstance(item, str) for item in value):
        raise UsageError(f"{path}: {key} is a list of texts such as json=report.json")
