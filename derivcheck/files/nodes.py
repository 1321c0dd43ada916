"""YAML as texts with places.

The events of PyYAML's C parser are checked and stacked into nodes in one pass without recursion, so a deep file cannot
exhaust the stack; nothing is ever constructed from a tag, and every scalar stays the text that was written.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

import yaml

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files import scalars
from derivcheck.files.source import Piece, Source

DEEPEST = 100
"""How many collections may stand inside one another."""


class _Mark(Protocol):
    index: int


_TRAILING = re.compile(r"(?:[ \t]*+,)?[ \t]++(#[^\r\n]*+)")
_FOREIGN_LINE_END = re.compile("[\x85\u2028\u2029]")
"""What ends a line for YAML 1.1, and for no editor: a step would stand where nobody sees a line."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text; ``comment`` is the YAML comment after it on the same line, from its ``#``."""

    piece: Piece
    comment: Piece | None = None

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.piece.place()


@dataclass(frozen=True, slots=True)
class Items:
    """A sequence."""

    source: Source = field(repr=False)
    start: int
    items: tuple[Node, ...]

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.source.place(self.start, self.start + 1)


@dataclass(frozen=True, slots=True)
class Pairs:
    """A mapping, in the order of the file; keys may repeat."""

    source: Source = field(repr=False)
    start: int
    pairs: tuple[tuple[Scalar, Node], ...]

    @property
    def place(self) -> Place:
        """Where it begins."""
        return self.source.place(self.start, self.start + 1)


Node: TypeAlias = "Scalar | Items | Pairs"


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been reached."""

    start: int
    mapping: bool
    nodes: list[Node] = field(default_factory=list)


def compose(source: Source) -> Node | None:
    """The file's one document; ``None`` if it is empty.  Raises ``InputError`` for YAML outside the accepted part."""
    if foreign := _FOREIGN_LINE_END.search(source.text):
        message = f"the line end U+{ord(foreign.group()):04X} cannot be told from a space; end the line with a line feed"
        raise _refused(source, foreign.start(), message)
    try:
        return _compose(source)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(source, index(mark), _explain(source, error)) from None
    except yaml.reader.ReaderError as error:
        found = f"#x{error.character:04x}" if isinstance(error.character, int) else repr(error.character)
        offset = next((i for i, c in enumerate(source.text) if ord(c) == error.character), 0)
        raise _refused(source, offset, f"the control character {found} cannot stand in YAML; remove it") from None


def _compose(source: Source) -> Node | None:
    stack: list[_Open] = []
    root: list[Node] = []
    documents = 0
    for event in yaml.parse(source.text, Loader=yaml.CSafeLoader):
        at = index(event.start_mark)
        _check(source, event, at)
        node: Node | None = None
        match event:
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise _refused(source, at, "a file holds one YAML document; put the second one in a file of its own")
            case yaml.ScalarEvent():
                node = _scalar(source, event)
            case yaml.CollectionStartEvent():
                if len(stack) == DEEPEST:
                    raise _refused(source, at, f"collections are nested more than {DEEPEST} deep", "too-large")
                stack.append(_Open(at, isinstance(event, yaml.MappingStartEvent)))
            case yaml.CollectionEndEvent():
                node = _close(source, stack.pop())
        if node is not None:
            (stack[-1].nodes if stack else root).append(node)
    return root[0] if root and source.text.strip() else None


def index(mark: _Mark | None) -> int:
    """The offset of a mark; the parser leaves it out only where it speaks of the whole text."""
    return mark.index if mark else 0


def _check(source: Source, event: yaml.Event, at: int) -> None:
    """Refuse what lets one part of a file stand for another, or for anything but text."""
    if isinstance(event, yaml.AliasEvent):
        raise _refused(source, at, f"aliases are not read: write out what *{event.anchor} stands for")
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        raise _refused(source, at, f"anchors are not read: remove &{event.anchor}")
    if getattr(event, "tag", None) is not None:
        raise _refused(source, at, "tags are not read: every value is text; put text that begins with ! in quotes")


def _scalar(source: Source, event: yaml.ScalarEvent) -> Scalar:
    start, end = index(event.start_mark), index(event.end_mark)
    style = event.style if event.style in set("|>'\"") else None
    piece = Piece(source, event.value, scalars.offsets(source, event.value, style, start, end))
    trailing = None if style in {"|", ">"} else _TRAILING.match(source.text, end)
    return Scalar(piece, Piece.whole(source, *trailing.span(1)) if trailing else None)


def _close(source: Source, opened: _Open) -> Node:
    if not opened.mapping:
        return Items(source, opened.start, tuple(opened.nodes))
    keys, values = opened.nodes[::2], opened.nodes[1::2]
    pairs = []
    for key, value in zip(keys, values, strict=True):
        if not isinstance(key, Scalar):
            raise InputError(Diagnostic("yaml", "a key is a name; put a key that begins with [ or { in quotes", place=key.place))
        if key.piece.text == "<<":
            raise InputError(Diagnostic("yaml", "merge keys are not read: write the keys out", place=key.place))
        pairs.append((key, value))
    return Pairs(source, opened.start, tuple(pairs))


def _refused(source: Source, offset: int, message: str, code: str = "yaml") -> InputError:
    return InputError(Diagnostic(code, message, place=source.place(offset, offset + 1)))


def _explain(source: Source, error: yaml.MarkedYAMLError) -> str:
    """What is wrong in words of what to write; the parser's own words where there is nothing better."""
    problem, context = error.problem or "not YAML", error.context or ""
    at = index(error.problem_mark)
    character = source.text[at : at + 1]
    if "cannot start any token" in problem and character == "\t":
        return "a tab cannot indent YAML; write spaces"
    if "cannot start any token" in problem:
        return f"text that begins with {character} needs quotes around it"
    if "block scalar" in context:
        return "> and | begin a block of text in YAML; put a step that begins with > in quotes"
    if "flow mapping" in context:
        return "between braces, text that holds [ ] { } or a comma stands in quotes, as in {type: 'real[n]', latex: 'x'}"
    if "mapping values are not allowed" in problem:
        return "a value that holds ': ' needs quotes around it, or the block form |"
    return f"{problem}{' ' + context if context else ''}"
