"""Terms as MathML Core, which browsers show without help."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from derivcheck.kernel.terms import Term
from derivcheck.syntax.boxes import FENCES, Accent, Atom, Box, Fence, Fraction, Radical, Row, Scripts, Spelled, Table
from derivcheck.syntax.lettering import Names
from derivcheck.syntax.typeset import NO_NAMES, typeset

_TAGS = {"identifier": "mi", "number": "mn", "operator": "mo", "text": "mtext"}
_BRACKETS = {"bmatrix": ("[", "]"), "cases": ("{", "")}


def as_mathml(term: Term, names: Names = NO_NAMES) -> str:
    """The term as one ``math`` element; names: what is declared, as for ``as_latex``."""
    return mathml(typeset(term, names))


def mathml(box: Box) -> str:
    """A box as one ``math`` element.  Works through a stack of its own, so that no depth exhausts the interpreter's."""
    written = ['<math display="block">']
    waiting: list[Box | str] = [box]
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            written.append(piece)
        else:
            waiting.extend(reversed(_PARTS[type(piece)](piece)))
    return "".join([*written, "</math>"])


_Parts = list["Box | str"]


def _atom(box: Atom) -> _Parts:
    if box.kind == "space":
        return [f'<mspace width="{box.text}"/>' if box.text else ""]
    tag = _TAGS[box.kind]
    return [f"<{tag}>{escape(box.text)}</{tag}>"]


def _row(box: Row) -> _Parts:
    return ["<mrow>", *box.items, "</mrow>"]


def _fraction(box: Fraction) -> _Parts:
    if box.ruled:
        return ["<mfrac>", box.top, box.bottom, "</mfrac>"]
    return _between("(", ['<mfrac linethickness="0">', box.top, box.bottom, "</mfrac>"], ")")


def _scripts(box: Scripts) -> _Parts:
    below, above = ("under", "over") if box.limits else ("sub", "sup")
    tag = f"m{below if box.below is not None else ''}{above if box.above is not None else ''}"
    return [f"<{tag}>", *(part for part in (box.base, box.below, box.above) if part is not None), f"</{tag}>"]


def _accent(box: Accent) -> _Parts:
    return ['<mover accent="true">', box.base, f"<mo>{box.mark}</mo></mover>"]


def _fence(box: Fence) -> _Parts:
    _, _, left, right = FENCES[box.kind]
    return _between(left, [box.body], right)


def _between(left: str, inner: _Parts, right: str) -> _Parts:
    end = f'<mo fence="true" stretchy="true" form="postfix">{right}</mo>' if right else ""
    return [f'<mrow><mo fence="true" stretchy="true" form="prefix">{left}</mo>', *inner, f"{end}</mrow>"]


def _radical(box: Radical) -> _Parts:
    return ["<msqrt>", box.body, "</msqrt>"] if box.degree is None else ["<mroot>", box.body, box.degree, "</mroot>"]


def _table(box: Table) -> _Parts:
    parts: _Parts = ["<mtable>"]
    for row in box.rows:
        parts.append("<mtr>")
        for cell in row:
            parts += ["<mtd>", cell, "</mtd>"]
        parts.append("</mtr>")
    left, right = _BRACKETS[box.kind]
    return _between(left, [*parts, "</mtable>"], right)


def _spelled(box: Spelled) -> _Parts:
    return [box.shown]


_PARTS: dict[type, Callable[[Any], _Parts]] = {
    Atom: _atom, Row: _row, Fraction: _fraction, Scripts: _scripts, Accent: _accent, Fence: _fence, Radical: _radical,
    Table: _table, Spelled: _spelled,
}
