"""What a run judges, as plain values that travel to any process, which reads them there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from derivcheck.files.document import Document  # what only passes sources on does without documents


class Source(Protocol):
    """Something that holds derivations; hashable, and equal where it holds the same."""

    def __hash__(self) -> int: ...

    @property
    def path(self) -> str:
        """What reports call it."""

    def document(self) -> Document | None:
        """The derivations read; ``None`` for a file that is not ours."""

    def content(self) -> tuple[bytes, ...] | None:
        """All that the report follows from; ``None`` where more may have a part in it."""


@dataclass(frozen=True, slots=True)
class Text:
    """A file and its bytes; explicit, names: as of ``finding.Input``."""

    path: str
    data: bytes
    explicit: bool
    names: tuple[str, ...] = ()

    def document(self) -> Document | None:
        """The document that the bytes are."""
        from derivcheck.files.finding import Input
        from derivcheck.files.load import load

        return load(Input(Path(self.path), self.explicit, self.names), self.data)

    def content(self) -> tuple[bytes, ...]:
        """The file's name, what is wanted of it, and its bytes."""
        said = (self.path, str(self.explicit), *self.names)
        return (*(word.encode("utf-8", "surrogateescape") for word in said), self.data)


@dataclass(frozen=True, slots=True)
class Refused:
    """A file whose bytes cannot be had; why: codes and messages that say so."""

    path: str
    why: tuple[tuple[str, str], ...]

    def document(self) -> Document | None:
        """The document that only says what is wrong."""
        from derivcheck.files.document import Document
        from derivcheck.files.finding import displayed, refused

        wrong = tuple(it for code, message in self.why for it in refused(code, message).diagnostics)
        return Document(displayed(Path(self.path)), None, (), wrong)

    def content(self) -> None:
        """Why it cannot be read is not in it."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that was handed in, to be judged as answers to a key; path: what it is called, by its suffix what it is."""

    path: str
    data: bytes
    key_path: str
    key: bytes

    def document(self) -> Document | None:
        """Its answers, bound to the questions."""
        from derivcheck.running.answering.handed import read

        return read(self.path, self.data, self.key_path, self.key)

    def content(self) -> tuple[bytes, ...]:
        """What it is called, its bytes, and those of the key."""
        return (b"handed", self.path.encode("utf-8", "surrogateescape"), self.data, self.key)


@dataclass(frozen=True, slots=True)
class Words:
    """A step given on the command line: its sides, and what is said of its symbols."""

    left: str
    right: str
    symbols: tuple[str, ...] = ()
    define: tuple[str, ...] = ()
    assume: tuple[str, ...] = ()
    layout: str = "mixed"
    path: str = "<arguments>"

    def document(self) -> Document | None:
        """The document of one step."""
        from derivcheck.files.arguments import document

        return document(self.left, self.right, self.symbols, self.define, self.assume, self.layout)

    def content(self) -> None:
        """One step is judged as soon as looked up."""
