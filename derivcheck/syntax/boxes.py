"""Boxes: a formula as it stands on paper, whatever language it is then written in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Atom:
    """What is written in one piece.

    kind: ``identifier``, ``number``, ``operator``, ``text``, or ``space`` (``text`` is then its width, or empty);
    latex: as LaTeX writes it, with the white space that must stand around it; text: its characters.
    """

    kind: str
    latex: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side."""

    items: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    """One box above another; ruled: with a bar between them, otherwise in parentheses (a binomial coefficient)."""

    top: Box
    bottom: Box
    ruled: bool = True


@dataclass(frozen=True, slots=True)
class Scripts:
    """A box with others below and above its end, or, where they are limits, below and above all of it."""

    base: Box
    below: Box | None = None
    above: Box | None = None
    limits: bool = False


@dataclass(frozen=True, slots=True)
class Accent:
    """A box under a mark such as a hat; latex: the command, mark: its character."""

    base: Box
    latex: str
    mark: str


@dataclass(frozen=True, slots=True)
class Fence:
    """A box between two delimiters that grow with it; kind: a key of ``FENCES``."""

    kind: str
    body: Box


@dataclass(frozen=True, slots=True)
class Radical:
    """A root; degree: ``None`` for the square root."""

    body: Box
    degree: Box | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells; kind: ``bmatrix`` (in brackets) or ``cases`` (behind a brace)."""

    kind: str
    rows: tuple[tuple[Box, ...], ...]


@dataclass(frozen=True, slots=True)
class Spelled:
    """A box that its author writes in LaTeX in a way of their own; shown: as it stands elsewhere."""

    latex: Box
    shown: Box


Box: TypeAlias = "Atom | Row | Fraction | Scripts | Accent | Fence | Radical | Table | Spelled"

FENCES: dict[str, tuple[str, str, str, str]] = {
    "parentheses": ("(", ")", "(", ")"),
    "brackets": ("[", "]", "[", "]"),
    "braces": (r"\{", r"\}", "{", "}"),
    "bars": ("|", "|", "|", "|"),
    "norm": (r"\|", r"\|", "‖", "‖"),
    "floor": (r"\lfloor ", r"\rfloor ", "⌊", "⌋"),
    "ceiling": (r"\lceil ", r"\rceil ", "⌈", "⌉"),
}
"""Delimiters, left and right: as LaTeX writes them, and as characters."""
