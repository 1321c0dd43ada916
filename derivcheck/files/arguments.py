"""A derivation of one step from the words of a command line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from derivcheck.diagnostic import Diagnostic
from derivcheck.files.document import Declarations, Declared, Derivation, Document, RawStep
from derivcheck.files.source import Piece, Source
from derivcheck.files.steps import RELATION

NAME = "<arguments>"
"""What stands for the file's path."""


def document(
    left: str,
    right: str,
    symbols: Sequence[str] = (),
    define: Sequence[str] = (),
    assume: Sequence[str] = (),
    layout: str = "mixed",
) -> Document:
    """The step from ``left`` to ``right``, which may begin with its relation; ``=`` is meant where it does not.

    symbols and define hold texts such as ``x: real``; in messages each argument is a line of its own.
    """
    written = right if RELATION.match(right) else f"= {right.strip()}"
    texts = [" ".join(_text(it).split()) for it in (left, written, *symbols, *define, *assume)]
    source = Source(NAME, "\n".join(texts))
    first, second, *rest = Piece.whole(source, 0, len(source.text)).lines()
    declared, defined, facts = rest[: len(symbols)], rest[len(symbols) : len(rest) - len(assume)], rest[len(rest) - len(assume) :]
    found: list[Diagnostic] = []
    declarations = Declarations(
        tuple(Declared(name, type_) for names, type_ in _pairs(declared, "x: real", found) for name in names.split(",")),
        tuple(_pairs(defined, "f(x): x**2", found)),
        tuple(facts),
        layout,
    )
    derivation = Derivation("check", declarations, (RawStep(first), RawStep(second)), (), first.place())
    return Document(NAME, source, (derivation,), tuple(found))


def _text(argument: str) -> str:
    """An argument as text, with signs of replacement for bytes that are none."""
    return argument.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def _pairs(pieces: Iterable[Piece], example: str, found: list[Diagnostic]) -> list[tuple[Piece, Piece]]:
    pairs = []
    for piece in pieces:
        before, colon, _ = piece.text.partition(":")
        if colon:
            end = len(before)
            pairs.append((piece.part(0, end).stripped(), piece.part(end + 1, len(piece.text)).stripped()))
        else:
            found.append(Diagnostic("bad-value", f"a colon is missing: write it as in {example}", place=piece.place()))
    return pairs
