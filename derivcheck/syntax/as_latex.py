"""Terms as LaTeX; reading the text gives back the term."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from derivcheck.kernel.terms import Term
from derivcheck.syntax.boxes import FENCES, Accent, Atom, Box, Fence, Fraction, Radical, Row, Scripts, Spelled, Table
from derivcheck.syntax.lettering import Names
from derivcheck.syntax.typeset import NO_NAMES, typeset


def as_latex(term: Term, names: Names = NO_NAMES) -> str:
    """The term in LaTeX, without dollars; names: what is declared where the text is to be read."""
    return latex(typeset(term, names))


def latex(box: Box) -> str:
    """A box in LaTeX.  Works through a stack of its own, so that no depth exhausts the interpreter's."""
    written: list[str] = []
    waiting: list[Box | str] = [box]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            written.append(piece)
        elif isinstance(piece, Atom):
            written.append(piece.latex)
        else:
            waiting.extend(reversed(_PARTS[type(piece)](piece)))
    return "".join(written)


_Parts = list["Box | str"]


def _row(box: Row) -> _Parts:
    return list(box.items)


def _fraction(box: Fraction) -> _Parts:
    return [r"\frac{" if box.ruled else r"\binom{", box.top, "}{", box.bottom, "}"]


def _scripts(box: Scripts) -> _Parts:
    below: _Parts = ["_{", box.below, "}"] if box.below is not None else []
    above: _Parts = ["^{", box.above, "}"] if box.above is not None else []
    return [box.base, *below, *above]


def _accent(box: Accent) -> _Parts:
    return [box.latex, "{", box.base, "}"]


def _fence(box: Fence) -> _Parts:
    left, right, _, _ = FENCES[box.kind]
    return [rf"\left{left}", box.body, rf"\right{right}"]


def _radical(box: Radical) -> _Parts:
    degree: _Parts = ["[", box.degree, "]"] if box.degree is not None else []
    return [r"\sqrt", *degree, "{", box.body, "}"]


def _table(box: Table) -> _Parts:
    parts: _Parts = [rf"\begin{{{box.kind}}} "]
    for place, row in enumerate(box.rows):
        parts.append(r" \\ " if place else "")
        for column, cell in enumerate(row):
            parts += [" & " if column else "", cell]
    return [*parts, rf" \end{{{box.kind}}}"]


def _spelled(box: Spelled) -> _Parts:
    return [box.latex]


_PARTS: dict[type, Callable[[Any], _Parts]] = {
    Row: _row, Fraction: _fraction, Scripts: _scripts, Accent: _accent, Fence: _fence, Radical: _radical, Table: _table,
    Spelled: _spelled,
}
