"""Keys of a mapping and the texts under them, whatever they are about; what is wrong is gathered."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import islice
from typing import TypeVar

from derivcheck.diagnostic import Diagnostic, Place
from derivcheck.files.limits import MOST, refuse
from derivcheck.files.nodes import Items, Node, Pairs, Scalar
from derivcheck.files.source import Piece

Keys = dict[str, tuple[Scalar, Node]]
_Entry = TypeVar("_Entry")


@dataclass(slots=True)
class Findings:
    """The diagnostics gathered while a file is read."""

    found: list[Diagnostic] = field(default_factory=list)

    def add(self, code: str, message: str, place: Place) -> None:
        """Add one more."""
        self.take((Diagnostic(code, message, place=place),))

    def take(self, wrong: Iterable[Diagnostic]) -> None:
        """Add what is wrong; raises ``InputError`` (``too-large``) where that is too much."""
        self.found.extend(wrong)
        if len(self.found) > MOST:
            refuse(self.found, f"only {MOST:,} mistakes are told, and there are more")

    def first(self, start: int = 0) -> str | None:
        """The message of the first diagnostic from a number on."""
        return self.found[start].message if len(self.found) > start else None


def keys_of(node: Pairs, known: Iterable[str], what: str, findings: Findings) -> Keys:
    """The values of the known keys of a mapping; ``what`` is said to have them."""
    found: Keys = {}
    for key, value in unique(node, findings):
        name = key.piece.text
        if name in known:
            found[name] = (key, value)
        else:
            close = get_close_matches(name, tuple(known), 1)
            hint = f"did you mean {close[0]}?" if close else f"its keys are {', '.join(known)}"
            findings.add("unknown-key", f"{what} has no key {name}; {hint}", key.place)
    return found


def unique(node: Pairs, findings: Findings) -> list[tuple[Scalar, Node]]:
    """The pairs of a mapping without those whose key stood already."""
    first: dict[str, Scalar] = {}
    kept = []
    for key, value in node.pairs:
        earlier = first.setdefault(key.piece.text, key)
        if earlier is key:
            kept.append((key, value))
        else:
            findings.add("duplicate-key", f"the key {key.piece.text} stands already on line {earlier.place.line}", key.place)
    return kept


def at_most(keys: Keys, name: str, found: Iterable[_Entry], findings: Findings) -> tuple[_Entry, ...]:
    """The entries under a key; raises ``InputError`` (``too-large``) where there are too many."""
    entries = tuple(islice(found, MOST + 1))
    if len(entries) > MOST:
        refuse(findings.found, f"{name} may have {MOST:,} entries", keys[name][0].place)
    return entries


def pairs_of(keys: Keys, name: str, what: str, findings: Findings) -> list[tuple[Scalar, Node]]:
    """The pairs of the mapping under a key."""
    if name not in keys:
        return []
    node = keys[name][1]
    if isinstance(node, Pairs):
        return unique(node, findings)
    if not (isinstance(node, Scalar) and not node.piece.text):
        findings.add("bad-value", f"{name} maps {what}", node.place)
    return []


def texts_of(keys: Keys, name: str, findings: Findings) -> tuple[Piece, ...] | None:
    """The texts under a key, one or a list; ``None`` without the key."""
    if name not in keys:
        return None
    node = keys[name][1]
    if isinstance(node, Scalar):
        return tuple(line.stripped() for line in node.piece.lines() if line.text.strip())
    items = node.items if isinstance(node, Items) else ()
    if isinstance(node, Pairs):
        findings.add("bad-value", f"{name} is a list of texts", node.place)
    for item in items:
        if not isinstance(item, Scalar):
            findings.add("bad-value", f"an item of {name} is text; put it in quotes", item.place)
    return tuple(item.piece.flat() for item in items if isinstance(item, Scalar))


def text_of(keys: Keys, name: str, findings: Findings) -> Piece | None:
    """The text under a key as a piece; ``None`` without it."""
    if name not in keys:
        return None
    node = keys[name][1]
    if isinstance(node, Scalar):
        return node.piece
    findings.add("bad-value", f"{name} is text", node.place)
    return None


def free_text_of(keys: Keys, name: str, findings: Findings) -> str | None:
    """The text under a key that is for people only."""
    piece = text_of(keys, name, findings)
    return piece.text.strip() if piece else None
