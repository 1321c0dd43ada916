"""What a process has found out, and what the cache says that others have; without a cache nothing is remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import msgspec

from derivcheck.running.remembering.cache import Cache
from derivcheck.running.remembering.keys import key
from derivcheck.running.settings import Settings

Found = TypeVar("Found")

_MOST = 20_000
"""How many results a process keeps at hand before it begins to forget."""


class Memory:
    """Answers to questions, each found once.

    met: the limits, as of ``StepReport.limit``, that kept any of them from being more; whoever meets one adds it.
    """

    def __init__(self, settings: Settings, cache: Cache | None = None) -> None:
        self.settings = settings
        self.met: set[str] = set()
        self._cache = cache
        self._known: dict[bytes, bytes] = {}

    def answer(
        self, kind: str, about: Callable[[], Iterable[bytes]], wanted: Any, find: Callable[[], Found]
    ) -> Found:
        """The answer to a question of a kind about something; found now if it is not known.

        wanted: the answer's type, one that JSON holds.  Limits that are met while it is found were met by all that follows from
        it, however often it is remembered.
        """
        if self._cache is None:
            return find()
        name = key(kind, self.settings, about())
        known = self._known.get(name) or self._cache.get(name, self.settings)
        if known is None:
            return self._found(name, find)
        self._known[name] = known
        answer: Found
        answer, limits = msgspec.json.decode(known, type=tuple[wanted, tuple[str, ...]])
        self.met.update(limits)
        return answer

    def _found(self, name: bytes, find: Callable[[], Found]) -> Found:
        """The answer found now, and kept with the limits that it met itself."""
        before = {*self.met}
        self.met.clear()
        try:
            found = find()
            self._keep(name, msgspec.json.encode((found, sorted(self.met))), self.met)
        finally:
            self.met |= before
        return found

    def flush(self) -> None:
        """Let others know of what was found out."""
        if self._cache is not None:
            self._cache.flush()

    def _keep(self, name: bytes, value: bytes, limits: Iterable[str]) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[name] = value
        if self._cache is not None:
            self._cache.put(name, value, limits, self.settings)
