"""What was found out before, by the content that it was found out about: a table in the user's cache directory.

Nothing rests on it: what cannot be read, or is not what was written, counts as not known.
"""

from __future__ import annotations

import os
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

from derivcheck import user_cache
from derivcheck.running.settings import Settings

LARGEST = 512 << 20
"""Bytes beyond which the older half of the results is given up."""

_BUSY = 1.0
"""Seconds to wait for another process that writes."""

_OUTSIDE = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT,
})
"""Errors that are not about what stands in the table; after any other it is begun anew."""

_PRIMARY = 0xFF
"""The part of an error's number that says its kind."""

_TOGETHER = 64
"""Results that are written at once."""

_NAME = "results.sqlite"
_SEAL = 16
_LARGEST_VALUE = 1 << 28

Found = TypeVar("Found")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS results (
    key BLOB PRIMARY KEY, value BLOB NOT NULL, seconds REAL, memory INTEGER, written REAL NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Contents:
    """How many results a cache holds, in how many bytes."""

    path: Path
    results: int
    size: int


class Cache:
    """Results by key.  Whatever fails turns the cache off, and says so in ``trouble``; nothing is ever raised.

    A result that a limit of time or memory kept from being more is an answer only for limits up to those.
    """

    def __init__(self, path: Path | None = None) -> None:
        """path: the file of the table; in the user's folder unless told otherwise."""
        self.trouble: str | None = None
        try:
            self.path = path or user_cache.folder() / _NAME
        except OSError as error:
            self.path, self.trouble = Path(os.devnull, _NAME), str(error)
        self._connection: sqlite3.Connection | None = None
        self._waiting: list[tuple[bytes, bytes, float | None, int | None, float]] = []

    def get(self, key: bytes, settings: Settings) -> bytes | None:
        """The result under a key, if it answers under these settings."""
        query = "SELECT value, seconds, memory FROM results WHERE key = ?"
        rows = self._run(lambda connection: connection.execute(query, (key,)).fetchall()) or []
        for packed, *budget in rows:
            value = _opened(key, budget, packed)  # before the budget is looked at, which may be as damaged as the value
            if value is not None and (budget[0] is None or (settings.timeout <= budget[0] and settings.memory <= budget[1])):
                return value
        return None

    def put(self, key: bytes, value: bytes, limits: Iterable[str], settings: Settings) -> None:
        """Keep a result until ``flush``; one that a crash has cut short is not kept, for the next attempt may go well."""
        limits = set(limits)
        if self.trouble is None and "crash" not in limits:
            budget = (float(settings.timeout), settings.memory) if limits else (None, None)
            self._waiting.append((key, _sealed(key, budget, value), *budget, time.time()))
        if len(self._waiting) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write what was kept, at once and whole."""
        rows, self._waiting = self._waiting, []
        if rows:
            self._run(lambda connection: _write(connection, rows))

    def close(self) -> None:
        """Write what was kept, and give up what is too much."""
        self.flush()
        if self._connection is not None:
            self._run(_shrink)
            self._disconnect()

    def contents(self) -> Contents:
        """What the cache holds."""
        count = self._run(lambda connection: connection.execute("SELECT count(*) FROM results").fetchone()[0]) or 0
        return Contents(self.path, count, sum(file.stat().st_size for file in self._files() if file.exists()))

    def clear(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        self._disconnect()
        for file in self._files():
            file.unlink(missing_ok=True)

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()

    def _files(self) -> list[Path]:
        return [self.path.with_name(self.path.name + end) for end in ("", "-wal", "-shm")]

    def _run(self, act: Callable[[sqlite3.Connection], Found]) -> Found | None:
        """What an act on the table returns; ``None`` once the cache has failed.  A damaged table is begun anew."""
        if self.trouble is not None:
            return None
        try:
            try:
                return act(self._connected())
            except (sqlite3.Error, UnicodeDecodeError) as error:
                if getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & _PRIMARY in _OUTSIDE:
                    raise
                self.clear()
                return act(self._connected())
        except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
            self.trouble = str(error)
            self._waiting.clear()
            return None

    def _connected(self) -> sqlite3.Connection:
        if self._connection is None:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None)
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            self._connection.execute(_SCHEMA)
        return self._connection


def _write(connection: sqlite3.Connection, rows: Iterable[tuple[object, ...]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executemany("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", rows)
        connection.execute("COMMIT")
    except sqlite3.Error:
        connection.rollback()
        raise


def _shrink(connection: sqlite3.Connection) -> None:
    """Give up the older half of a table that has grown too large."""
    pages, page_size = (connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
    if pages * page_size > LARGEST:
        middle = "(SELECT written FROM results ORDER BY written LIMIT 1 OFFSET (SELECT count(*) / 2 FROM results))"
        connection.execute(f"DELETE FROM results WHERE written < {middle}")
        connection.execute("VACUUM")


def _seal(key: bytes, budget: Sequence[object], value: bytes) -> bytes:
    return blake2b(key + repr((*budget,)).encode() + value, digest_size=_SEAL).digest()


def _sealed(key: bytes, budget: Sequence[object], value: bytes) -> bytes:
    """A value packed, with a digest of it, of the key that it belongs to, and of the limits up to which it is an answer."""
    return _seal(key, budget, value) + zlib.compress(value, 1)


def _opened(key: bytes, budget: Sequence[object], packed: object) -> bytes | None:
    """The value that was sealed; ``None`` for anything else."""
    if not isinstance(packed, bytes):
        return None
    try:
        unpacking = zlib.decompressobj()
        value = unpacking.decompress(packed[_SEAL:], _LARGEST_VALUE)
    except zlib.error:
        return None
    return value if _seal(key, budget, value) == packed[:_SEAL] else None
