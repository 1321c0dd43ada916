"""Environments that only arrange formulas on the page: their names, their arguments, their columns."""

from __future__ import annotations

import re

DISPLAYS = (
    "equation", "align", "gather", "multline", "alignat", "xalignat", "xxalignat", "flalign", "eqnarray", "displaymath", "math",
    "dmath", "dgroup", "dseries", "darray", "IEEEeqnarray", "empheq", "numcases", "subnumcases",
)
"""Environments that begin a display, also with a star behind their name."""

INNER = (
    "aligned", "alignedat", "split", "gathered", "multlined", "cases", "dcases", "rcases", "array", "matrix", "pmatrix",
    "bmatrix", "Bmatrix", "vmatrix", "Vmatrix", "smallmatrix",
)
"""Environments that stand in a display, or alone where a page is typeset by a browser."""

JOINING = frozenset({"multline", "multlined"})
"""Environments all of whose rows are one formula."""

_NO_ARGUMENT = re.compile("")
_PLACE = re.compile(r"(?:\[[tbc]\])?")
_NUMBER = re.compile(r"(?:\[[tbc]\])?\s*\{\s*\d+\s*\}")
_OPTIONS = re.compile(r"(?:\s*\[(?:[^\]{}]|\{[^{}]*\})*\])?")
_ARRAY = re.compile(r"\s*\{(?:[rlc]cl|rl)\}")
_TRIPLES = re.compile(r"(?:\s*\[[^\]]*\])?\s*\{\s*[rlcRLC][cC][lrcLRC](?:[^A-Za-z{}]*[rlcRLC][cC][lrcLRC])*\s*\}")
_EMPHASIS = re.compile(r"(?:\s*\[\s*box\s*=[^\],=]*\])?\s*\{\s*[a-z]+(?:=\d+)?\*?\s*\}")

_ARRANGING = {
    **dict.fromkeys(("align", "split", "flalign", "gather", "multline", "equation", "eqnarray", "displaymath", "math",
                     "subequations"), _NO_ARGUMENT),
    **dict.fromkeys(("aligned", "gathered"), _PLACE),
    **dict.fromkeys(("alignat", "alignedat", "xalignat", "xxalignat"), _NUMBER),
    **dict.fromkeys(("dmath", "dgroup", "dseries", "darray", "multlined"), _OPTIONS),
    "array": _ARRAY, "IEEEeqnarray": _TRIPLES, "empheq": _EMPHASIS,
}
_WITH_RELATION_COLUMN = frozenset({"array", "eqnarray", "IEEEeqnarray", "darray"})


def arrangement(text: str, at: int, name: str) -> re.Match[str] | None:
    """The arguments, which begin at an offset, of an environment that only arranges formulas; ``None`` for any other."""
    pattern = _ARRANGING.get(name)
    return pattern.match(text, at) if pattern else None


def columns(name: str) -> int:
    """How many columns of the environment belong to one equation: its sides, and in some its relation."""
    return 3 if name in _WITH_RELATION_COLUMN else 2
