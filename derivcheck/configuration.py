"""Options from ``pyproject.toml`` or ``derivcheck.toml``; the command line wins over both."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path, PurePath
from typing import Any, NoReturn

from derivcheck.usage import UsageError

TYPES: Mapping[str, type | tuple[type, ...]] = {
    "strict": bool,
    "jobs": int,
    "timeout": (int, float),
    "memory": (int, str),
    "samples": int,
    "seed": int,
    "no-cache": bool,
    "color": str,
    "output-format": str,
    "output": list,
    "quiet": bool,
}
"""The keys, which are the options' names, and what their values are."""

COMMAND_LINE_ONLY: Mapping[str, str] = {
    "allow-python": "it runs code",
    "skip-others": "it says what the paths beside it are",
    "watch": "a command with it does not end",
    "shard": "each machine has its own",
    "dask": "it says where files are sent",
    "debug": "it is for one look at one error",
}
"""The other options of ``run``, and why no file can set them."""

_SAID = {bool: "true or false", int: "a whole number", float: "a number", str: "text in quotes", list: "a list of texts"}


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
        text = path.read_text(encoding="utf-8")
        table: Any = tomllib.loads(text)
    except (OSError, ValueError, RecursionError) as error:
        raise UsageError(f"{path} cannot be read: {error}") from None
    if path.name == "pyproject.toml":
        tool = table.get("tool", {})
        table = tool.get("derivcheck", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise UsageError(f"{path}: [tool.derivcheck] is a table of options")
    for key, value in table.items():
        wrong = _wrong(key, value)
        if wrong:
            _refuse(path, text, key, wrong)
    return table


def _wrong(key: str, value: object) -> str | None:
    """What is wrong with an option and its value; ``None`` if nothing is."""
    if key in COMMAND_LINE_ONLY:
        return f"{key} stands on the command line only: {COMMAND_LINE_ONLY[key]}"
    if key not in TYPES:
        close = get_close_matches(key, TYPES, 1)
        return f"there is no option {key}; " + (f"did you mean {close[0]}?" if close else f"the options are {', '.join(TYPES)}")
    wanted = TYPES[key]
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        return f"{key} is {_SAID[wanted[-1] if isinstance(wanted, tuple) else wanted]}"
    if isinstance(value, list):
        return next((wrong for item in value if (wrong := _wrong_output(key, item))), None)
    return None


def _wrong_output(key: str, item: object) -> str | None:
    """What is wrong with a report to write; that a project is checked must not mean that it chooses any file to write."""
    if not isinstance(item, str):
        return f"{key} is a list of texts, such as json=report.json"
    file = PurePath(item.partition("=")[2])
    if file.is_absolute() or ".." in file.parts:
        return f"{key} names files below the folder in which derivcheck runs; {item} can be written by the command line only"
    return None


def _refuse(path: Path, text: str, key: str, message: str) -> NoReturn:
    """Say what is wrong, and in which line if it can be found: the TOML parser keeps none."""
    begin = text.find("[tool.derivcheck]") if path.name == "pyproject.toml" else 0
    found = re.compile(rf"""^[ \t]*["']?{re.escape(key)}["']?[ \t]*[=.]""", re.MULTILINE).search(text, max(begin, 0))
    line = f":{text.count(chr(10), 0, found.start()) + 1}" if found and begin >= 0 else ""
    raise UsageError(f"{path}{line}: {message}")
