"""The spellings of relations and links in LaTeX, and how one is found at a place in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass

CONTINUING = {
    "=": "=", ":=": "=", "=:": "=", r"\equiv": "=", r"\coloneqq": "=", r"\coloneq": "=", r"\eqqcolon": "=", r"\triangleq": "=",
    r"\doteq": "=", "<": "<", r"\lt": "<", ">": ">", r"\gt": ">", r"\approx": "~",
    "<=": "<=", r"\le": "<=", r"\leq": "<=", r"\leqslant": "<=", r"\leqq": "<=",
    ">=": ">=", r"\ge": ">=", r"\geq": ">=", r"\geqslant": ">=", r"\geqq": ">=",
}
"""What continues a chain of expressions, and its plain spelling."""

LINKING = {
    "<=>": "<=>", r"\iff": "<=>", r"\Leftrightarrow": "<=>", r"\Longleftrightarrow": "<=>",
    "=>": "=>", r"\implies": "=>", r"\Rightarrow": "=>", r"\Longrightarrow": "=>", r"\therefore": "=>",
    "<==": "<==", r"\impliedby": "<==", r"\Leftarrow": "<==", r"\Longleftarrow": "<==",
}
"""What links a statement to the one before, and its plain spelling."""

LINKS = frozenset(LINKING.values())

_SPELLINGS = CONTINUING | LINKING
_UNDER_ARGUMENT = {r"\xlongequal": "=", r"\xRightarrow": "=>", r"\xLeftarrow": "<==", r"\xLeftrightarrow": "<=>"}
_BLANKS = re.compile(r"\s*")
_BRACED = re.compile(r"\\mathrel\s*\{\s*(->|<=>|<==|=>|<=|>=|:=|=:|=|<|>|\\[A-Za-z]+)\s*\}")
_PLAIN = re.compile(r"->|<=>|<==|=>|<=|>=|:=|=:|=|<|>|\\[A-Za-z]+")
_LABELLED = re.compile(r"\\(?:stackrel|overset|underset|x[Ll]ongequal|x(?:Right|Left|Leftright)arrow)(?![A-Za-z])")
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_WORD = re.compile(r"\\(?:[A-Za-z]+|.)|.", re.DOTALL)
_DEEPEST = 3
_LONGEST_LABEL = 2000
"""How many characters may stand over a relation, so that many that are never closed stay cheap."""
_TEXT = re.compile(r"\\(?:text|textrm|textit|mathrm|mbox)\s*\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation or link: its plain spelling, where what follows it begins, and what stands over it."""

    plain: str
    end: int
    label: str | None = None


def commands(names: str) -> frozenset[str]:
    r"""The commands ``\name`` of several names, blanks between them."""
    return frozenset(rf"\{name}" for name in names.split())


def leading(text: str) -> tuple[str | None, int]:
    """The plain spelling of the relation or link at the beginning of a text, and the offset of what follows it."""
    start = _past_blanks(text, 0)
    found = relation_at(text, start)
    return (found.plain, found.end) if found else (None, start)


def relation_at(text: str, at: int) -> Relation | None:
    """The relation or link that begins at an offset."""
    word = _PLAIN.match(text, at)
    if word and (plain := _SPELLINGS.get(word.group())):
        return Relation(plain, word.end())
    braced = _BRACED.match(text, at)
    if braced and (plain := _SPELLINGS.get(braced[1])):
        return Relation(plain, braced.end())
    return _labelled(text, at)


def unwrapped(text: str) -> str:
    r"""Words as they are read, without ``\text{…}`` around them."""
    return " ".join(_TEXT.sub(r"\1", text).replace("$", "").split())


def _labelled(text: str, at: int) -> Relation | None:
    r"""A relation under or over something, as in ``\stackrel{(a)}{=}``, also under several such."""
    labels: list[str] = []
    braces = 0
    for _ in range(_DEEPEST):
        found = _LABELLED.match(text, at)
        if not found:
            break
        start, end, after = _argument(text, _past_blanks(text, found.end()))
        labels.append(unwrapped(text[start:end]))
        if plain := _UNDER_ARGUMENT.get(found.group()):
            return _closed(text, plain, after, braces, labels)
        at = _past_blanks(text, after)
        if text[at : at + 1] == "{":
            braces += 1
            at = _past_blanks(text, at + 1)
    word = _PLAIN.match(text, at)
    plain = _SPELLINGS.get(word.group()) if word and labels else None
    return _closed(text, plain, word.end(), braces, labels) if word and plain else None


def _closed(text: str, plain: str, end: int, braces: int, labels: list[str]) -> Relation | None:
    """The relation, if only it stands between its braces."""
    for _ in range(braces):
        end = _past_blanks(text, end)
        if text[end : end + 1] != "}":
            return None
        end += 1
    return Relation(plain, end, " ".join(filter(None, labels)) or None)


def _argument(text: str, at: int) -> tuple[int, int, int]:
    """Where a command's argument, in braces or of one word, begins and ends, and where what follows it begins."""
    if text[at : at + 1] != "{":
        word = _WORD.match(text, at)
        end = word.end() if word else at
        return at, end, end
    end = group_end(text, at, at + _LONGEST_LABEL)
    return at + 1, end, min(end + 1, len(text))


def group_end(text: str, at: int, limit: int | None = None) -> int:
    """The offset of the brace that closes the one at an offset, or the text's end where none does before the limit."""
    depth = 0
    for found in _BRACE.finditer(text, at, len(text) if limit is None else limit):
        depth += {"{": 1, "}": -1}.get(found.group(), 0)
        if depth == 0 and found.group() == "}":
            return found.start()
    return len(text)


def _past_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
