"""No regular expression of the program takes more than linear time on texts made to make it try in vain.

For each pattern texts are drawn that begin as what it matches, go on with one piece of that some ten thousand times over, and end
with what it cannot match.  Each is given to the pattern in the ways in which the program uses it.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from re import _parser  # type: ignore[attr-defined]  # the only reader of patterns that knows all of their syntax
from typing import Any

import pytest

import derivcheck

LENGTH = 30_000
SECONDS = 0.2
"""Linear time is a few milliseconds, quadratic time half a second and more."""

SEARCHING = {"search", "finditer", "findall", "sub", "split"}
LETTERS = [*map(chr, range(32, 127)), "\n", "\t", "\r", "é"]
SPECIALS = {"CATEGORY_SPACE": str.isspace, "CATEGORY_DIGIT": str.isdigit, "CATEGORY_WORD": lambda c: c.isalnum() or c == "_"}


def patterns() -> Iterator[tuple[str, re.Pattern[str], frozenset[str]]]:
    """Each pattern that a module keeps, by its name, with the methods that are called on it anywhere in that module."""
    for info in pkgutil.walk_packages(derivcheck.__path__, "derivcheck."):
        if info.name.endswith("__main__"):
            continue
        module = importlib.import_module(info.name)
        used = _methods(Path(module.__file__ or ""))
        for name, value in vars(module).items():
            if isinstance(value, re.Pattern) and (methods := used.get(name)):
                yield f"{info.name}.{name}", value, frozenset(methods)


def _methods(path: Path) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found.setdefault(node.value.id, set()).add("search" if node.attr in SEARCHING else node.attr)
    return found


class Example:
    """Texts that a pattern matches, drawn from its syntax tree."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw

    def of(self, tree: Any) -> str:
        return "".join(self.piece(str(kind), value) for kind, value in tree)

    def piece(self, kind: str, value: Any) -> str:
        match kind:
            case "LITERAL":
                return chr(value)
            case "NOT_LITERAL":
                return next(c for c in "ab" if ord(c) != value)
            case "ANY":
                return "a"
            case "IN":
                return self.draw.choice([c for c in LETTERS if _within(value, c)] or ["a"])
            case "BRANCH":
                return self.of(self.draw.choice(value[1]))
            case "SUBPATTERN":
                return self.of(value[3])
            case "ATOMIC_GROUP":
                return self.of(value)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                least, most, inside = value
                return "".join(self.of(inside) for _ in range(self.draw.randint(least, min(int(most), least + 2))))
        return ""


def _within(items: Any, letter: str) -> bool:
    """Whether a set of characters holds a letter."""
    hit = False
    for kind, value in items:
        match str(kind):
            case "LITERAL":
                hit |= ord(letter) == value
            case "RANGE":
                hit |= value[0] <= ord(letter) <= value[1]
            case "CATEGORY":
                name = str(value)
                hit |= SPECIALS[name.replace("_NOT", "")](letter) != ("_NOT" in name)
    return hit != any(str(kind) == "NEGATE" for kind, _ in items)


def texts(pattern: re.Pattern[str]) -> Iterator[str]:
    """Texts that a pattern may try in vain."""
    draw = Random(1)
    example = Example(draw)
    tree = _parser.parse(pattern.pattern, pattern.flags)
    for _ in range(6):
        begun = example.of(tree)
        cut = draw.randrange(len(begun) + 1)
        pieces = {" ", "\t", "\n", "a", begun[:12], begun[cut : cut + 1], begun[cut : cut + 2], begun[cut - 1 : cut]} - {""}
        for piece in sorted(pieces):
            for end in ("\0", begun[cut:] + "\0"):
                yield begun[:cut] + piece * (LENGTH // len(piece)) + end


USED = list(patterns())


@pytest.mark.parametrize(("pattern", "methods"), [(p, m) for _, p, m in USED], ids=[name for name, _, _ in USED])
def test_a_pattern_takes_linear_time(pattern: re.Pattern[str], methods: frozenset[str]) -> None:
    ways: list[Callable[[str], object]] = [getattr(pattern, name) for name in methods & {"match", "fullmatch", "search"}]
    for way in ways:
        for text in texts(pattern):
            assert _seconds(way, text) < SECONDS or _seconds(way, text) < SECONDS, (way, text[:60])


def _seconds(way: Callable[[str], object], text: str) -> float:
    started = time.process_time()
    way(text)
    return time.process_time() - started


@pytest.mark.parametrize("bad", [r"(?m)^\s*x", r"a[b-z]*c[a-z]*d"])
def test_a_pattern_that_tries_in_vain_is_seen(bad: str) -> None:
    pattern = re.compile(bad)
    assert any(_seconds(pattern.search, text) > SECONDS for text in texts(pattern))
