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
    """Answers to questions, each found once."""

    def __init__(self, settings: Settings, cache: Cache | None = None) -> None:
        self.settings = settings
        self._cache = cache
        self._known: dict[bytes, bytes] = {}

    def answer(
        self, kind: str, about: Callable[[], Iterable[bytes]], wanted: Any, find: Callable[[], Found]
    ) -> Found:
        """The answer to a question of a kind about something; found now if it is not known.

        wanted: the answer's type, one that JSON holds.  Where a limit cut the answer short, it says so in its ``limit``.
        """
        if self._cache is None:
            return find()
        name = key(kind, self.settings, about())
        known = self._known.get(name) or self._cache.get(name, self.settings)
        if known is None:
            found = find()
            self._keep(name, msgspec.json.encode(found), getattr(found, "limit", None))
            return found
        self._known[name] = known
        answer: Found = msgspec.json.decode(known, type=wanted)
        return answer

    def flush(self) -> None:
        """Let others know of what was found out."""
        if self._cache is not None:
            self._cache.flush()

    def _keep(self, name: bytes, value: bytes, limit: str | None) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[name] = value
        if self._cache is not None:
            self._cache.put(name, value, [limit] if limit else [], self.settings)
