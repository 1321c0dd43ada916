"""HTML from templates of ours and texts of strangers: whatever is not ``Markup`` is made legible and escaped."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup

from derivcheck.reports.wording import printable

NOTHING = Markup()


def html(template: str, *values: str | int) -> Markup:
    """The template, which is ours, with the values in its places; texts that are not ``Markup`` cannot become markup."""
    return Markup(template).format(*map(_safe, values))


def joined(parts: Iterable[Markup]) -> Markup:
    """Pieces of a page one after another."""
    return Markup("").join(parts)


def legible(text: str) -> str:
    """A text whose lines stay lines, with every other character that cannot be seen shown as an escape."""
    return "\n".join(map(printable, text.replace("\t", " ").split("\n")))


def _safe(value: str | int) -> str | int:
    return value if isinstance(value, (Markup, int)) else legible(value)
