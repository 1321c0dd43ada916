"""HTML from templates of ours and texts of strangers: whatever is not ``Markup`` is made legible and escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

from derivcheck.reports.wording import printable

NOTHING = Markup()

_LETTERS = "\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\U00010800-\U00010fff\U0001e800-\U0001efff"
_LEFTWARD = re.compile(f"[{_LETTERS}](?:[{_LETTERS} ]*[{_LETTERS}])?")
"""Words of the scripts that run from right to left."""


def html(template: str, *values: str | int) -> Markup:
    """The template, which is ours, with the values in its places; texts that are not ``Markup`` cannot become markup."""
    return Markup(template.format(*map(_safe, values)))  # Markup.format escapes too, and takes five times as long


def joined(parts: Iterable[Markup]) -> Markup:
    """Pieces of a page one after another."""
    return Markup("").join(parts)


def source(text: str) -> Markup:
    """A formula or a line as its author typed it, from left to right whatever the letters.

    Words that run from right to left are set apart, or they would take the numbers and signs that follow to their left.
    """
    if text.isascii():
        return html("{}", text)
    shown, end = [], 0
    for found in _LEFTWARD.finditer(text):
        shown += [html("{}", text[end : found.start()]), html("<bdi>{}</bdi>", found[0])]
        end = found.end()
    return html("{}{}", joined(shown), text[end:])


def legible(text: str) -> str:
    """A text whose lines stay lines, with every other character that cannot be seen shown as an escape."""
    return text if text.isprintable() else "\n".join(map(printable, text.replace("\t", " ").split("\n")))


def _safe(value: str | int) -> str | int:
    return value if isinstance(value, (Markup, int)) else escape(legible(value))
