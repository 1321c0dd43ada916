"""Where each character of a YAML scalar stands in the file.

YAML unescapes and folds: ``value`` is what a scalar means, the source text between its marks is how it is written.
"""

from __future__ import annotations

from collections.abc import Sequence

from derivcheck.files.source import Source

_ESCAPE_LENGTHS = {"x": 4, "u": 6, "U": 10}
_BLANK = " \t\r\n"


def offsets(source: Source, value: str, style: str | None, start: int, end: int) -> Sequence[int]:
    """The offset of each character of ``value``, and of its end; ``start`` and ``end`` enclose the scalar's writing.

    style: ``|``, ``>``, ``'``, ``"``, or ``None`` for a plain scalar.
    """
    text = source.text
    if style == "|":
        return _literal(text, value, start)
    if style == ">":
        return _aligned(text, value, _next_line(text, start), end, style)
    if style in {"'", '"'}:
        start, end = start + 1, end - 1
    if text[start:end] == value:
        return range(start, end + 1)
    return _aligned(text, value, start, end, style)


def _next_line(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found + 1


def _literal(text: str, value: str, start: int) -> list[int]:
    """Block literals keep their lines: each one is the source's line less the indentation."""
    found: list[int] = []
    position = _next_line(text, start)
    for line in value.split("\n"):
        end = _next_line(text, position)
        written = text[position:end].rstrip("\r\n")
        first = position + max(0, len(written) - len(line))
        found.extend(range(first, first + len(line) + 1))
        position = end
    return found


def _aligned(text: str, value: str, start: int, end: int, style: str | None) -> list[int]:
    """Folding changes white space only, so the other characters are found in their order."""
    found: list[int] = []
    position = start
    for character in value:
        escape = _escape(text, position) if style == '"' else 0
        if not escape and character not in _BLANK:
            position = _skip(text, position, end, style)
            escape = _escape(text, position) if style == '"' else 0
        found.append(min(position, end))
        if escape:
            position += escape
        elif character not in _BLANK:
            position += 2 if style == "'" and character == "'" else 1
        elif text[position : position + 1] == character and text[position + 1 : position + 2] not in _BLANK:
            position += 1
    return [*found, min(position, end)]


def _escape(text: str, position: int) -> int:
    """The length of the escape that starts here; 0 where there is none, or it only joins two lines."""
    if text[position : position + 1] != "\\" or text[position + 1 : position + 2] in "\r\n":
        return 0
    return _ESCAPE_LENGTHS.get(text[position + 1], 2)


def _skip(text: str, position: int, end: int, style: str | None) -> int:
    while position < end and (text[position] in _BLANK or (style == '"' and text[position : position + 2] in {"\\\n", "\\\r"})):
        position += 1
    return position
