"""``--watch``: when a file changes, what it holds is judged again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from derivcheck.files.finding import Input, displayed, exists, find
from derivcheck.files.load import load
from derivcheck.reports.wording import printable
from derivcheck.usage import UsageError

Once = Callable[[Sequence[Input]], int]
"""Judges what files hold, reports it, and returns the exit status."""

_INTERRUPTED = 130
_PATIENCE = 200
"""How many milliseconds the changes of some folders are waited for before those of the others are looked at."""


@dataclass(frozen=True, slots=True)
class _Batch:
    """What has changed together: files that are there, and files that were."""

    changed: tuple[Input, ...]
    gone: tuple[Path, ...]

    @property
    def names(self) -> str:
        """What to say of it."""
        files = [f"{displayed(item.path)} has changed" for item in self.changed]
        return printable(", ".join(files + [f"{displayed(path)} is gone" for path in self.gone]))


@dataclass(frozen=True, slots=True)
class Watch:
    """What is watched: paths as ``run`` takes them.

    outputs: the reports that are written, whose own changes do not count; stream: where to say what is waited for.
    """

    paths: Sequence[str]
    outputs: Sequence[Path]
    stream: TextIO

    def run(self, once: Once) -> int:
        """Judge everything, then what changes, until that is interrupted; raises ``UsageError`` for a path that is missing."""
        batches = self._batches()
        next(batches)  # from here on no change is missed
        status = once(find(self.paths))
        while status != _INTERRUPTED:
            self._say(f"derivcheck: waiting for changes of {printable(', '.join(self.paths))}; Ctrl-C ends this")
            status = self._again(once, next(batches))
        return status

    def _again(self, once: Once, batch: _Batch) -> int:
        """Judge what has changed; everything where reports are written, for these are on everything."""
        self._say(f"\n--- {time.strftime('%H:%M:%S')} {batch.names}")
        files = tuple(self._there().values()) if self.outputs else batch.changed
        try:
            return once(files) if files else 0
        except UsageError as error:  # such as a folder for a report that is gone
            self._say(f"derivcheck: {error}")
            return 2

    def _batches(self) -> Iterator[_Batch]:
        """An empty batch when watching has begun, then what changes together and concerns us."""
        known = {item.path.resolve(): item for item in find(self.paths)}
        folders = [Path(path) for path in self.paths if Path(path).is_dir()]
        files = [item.path for item in known.values() if item.explicit]
        own = {path.resolve() for path in self.outputs}
        for number, changes in enumerate(_changes(folders, files)):
            changed = changes - own
            there = self._there() if changed else known
            touched = _ours([item for path, item in there.items() if path in changed])
            gone = tuple(item.path for path, item in known.items() if path in changed and path not in there)
            known = there
            if touched or gone or not number:
                yield _Batch(touched, gone)

    def _there(self) -> dict[Path, Input]:
        """The files that there are now; one that is gone may come back."""
        try:
            return {item.path.resolve(): item for item in find([path for path in self.paths if exists(path)])}
        except UsageError:  # gone between two looks
            return {}

    def _say(self, text: str) -> None:
        print(text, file=self.stream, flush=True)


def _ours(files: Sequence[Input]) -> tuple[Input, ...]:
    """The files without those found in a folder that hold nothing for us."""
    return tuple(item for item in files if item.explicit or load(item) is not None)


def _changes(folders: Sequence[Path], files: Sequence[Path]) -> Iterator[Set[Path]]:
    """Nothing at first, then what changes below the folders or where the files are; mostly nothing.

    What is watched are the folders of files: an editor that saves a file by renaming another one leaves no trace at the file.
    A link is watched where it stands and where what it points to stands.
    """
    watch = _library()
    parents = {place for file in files for place in (file.absolute().parent, file.resolve().parent)}
    settings = {"rust_timeout": _PATIENCE, "yield_on_timeout": True, "ignore_permission_denied": True}
    several = [
        watch(*places, watch_filter=None, recursive=deep, **settings)
        for places, deep in ((folders, True), (sorted(parents), False))
        if places
    ]
    while True:
        try:
            yield {Path(path).resolve() for changes in several for _, path in next(changes)}
        except OSError as error:
            raise UsageError(f"the files cannot be watched: {error.strerror or error}") from None


def _library() -> Callable[..., Iterator[Set[tuple[object, str]]]]:
    try:
        from watchfiles import watch
    except ImportError:
        raise UsageError("--watch needs the package watchfiles: pip install 'derivcheck[watch]'") from None
    return watch
