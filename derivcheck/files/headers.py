"""A header proposed for a document: its symbols with a guess at each type, for the author to confirm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from derivcheck.diagnostic import InputError
from derivcheck.files import chains, load
from derivcheck.files.blocks import Formula, Header
from derivcheck.files.document import Document
from derivcheck.files.source import Piece, Source
from derivcheck.syntax.latex.displays import Part, split
from derivcheck.syntax.latex.guesses import Guess, guess
from derivcheck.syntax.latex.macros import macros

_COLUMN = 36


def formulas(path: Path) -> tuple[Piece, ...]:
    """The steps of the displays of a document, whether or not it has a header; raises ``InputError`` where it cannot be read."""
    source, blocks = load.document_blocks(path)
    found: list[Piece] = []
    for block in blocks:
        if isinstance(block, Formula):
            found += (Piece(source, part.text, range(part.start, part.end + 1)) for part in _parts(block))
    return tuple(found)


def _parts(block: Formula) -> tuple[Part, ...]:
    try:
        return split(block.text, block.start).parts
    except InputError:
        return ()  # a display that cannot be split is told when the document is judged


def propose(path: Path, found: tuple[Piece, ...]) -> str:
    """The header as it stands in this kind of document."""
    lines = list(_lines(_guesses(found, path.suffix == ".tex")))
    if path.suffix == ".tex":
        return "".join(f"% {line}".rstrip() + "\n" for line in ["derivcheck:", *lines])
    return "\n".join(["<!-- derivcheck", *lines, "-->", ""])


def tried(path: Path) -> Document:
    """The document as it would be read under the header that is proposed for it."""
    source, blocks = load.document_blocks(path)
    yaml = "\n".join(_lines(_guesses(formulas(path), path.suffix == ".tex"))) + "\n"
    header = Header(0, 0, Source(source.path, yaml))
    read = chains.read(source, [header, *(block for block in blocks if isinstance(block, Formula))], Path(source.path).stem)
    return load.with_macros(read, macros(source.text, path.suffix == ".tex"))


def _guesses(found: tuple[Piece, ...], tex: bool) -> tuple[Guess, ...]:
    return guess((piece.text for piece in found), macros(found[0].source.text, tex) if found else {})


def _lines(guesses: tuple[Guess, ...]) -> Iterator[str]:
    yield "# Guesses, to be confirmed or mended one by one: nothing is judged by a guess."
    yield "symbols:"
    for it in guesses:
        value = f"{{type: '{it.type}', latex: '{it.latex}'}}" if it.latex else it.type
        yield f"  {it.name}: {value}".ljust(_COLUMN) + f"  # a guess: {it.why}"
    yield "# define:                          # what stands for something else, such as"
    yield "#   yhat[k]: exp(z[k])/sum(exp(z[j]), j in 1..n)"
    yield "# assume:                          # what holds, such as"
    yield "#   - i != j"
