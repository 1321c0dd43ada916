"""Sums, products, integrals and limits: their ranges, and the names that they introduce."""

from __future__ import annotations

from typing import TypeAlias

from derivcheck.syntax.latex.names import Identifier, read_identifier
from derivcheck.syntax.latex.tokens import RELATIONS, Tokenizer
from derivcheck.syntax.latex.words import Words
from derivcheck.syntax.tokens import fail

BIG = {"sum": "sum", "prod": "prod"}

_TOWARDS = {"downarrow": "+", "searrow": "+", "uparrow": "-", "nearrow": "-"}
"""Arrows that say from which side a point is approached."""

Range: TypeAlias = "tuple[int, int]"
"""Words from one to another, excluded."""


def big(t: Tokenizer, at: int, end: int) -> int:
    """A sum or product with its range."""
    word = t.words[at]
    lower, upper, after = _limits(t, at + 1, end)
    sample = f"\\{word.text}_{{i=1}}^{{n}}"
    if lower is None:
        fail("syntax", f"this \\{word.text} has no index: write {sample}, or declare a name for what it abbreviates", word.span)
    t.emit("BIG", BIG[word.text], at, at + 1)
    t.emit("LB", "{", lower[0], lower[0])
    for number, (start, stop) in enumerate(_pieces(t.words, *lower)):
        if number:
            t.emit("COMMA", ",", start, start)
        t.inner(start, stop)
    t.emit("RB", "}", lower[1], lower[1])
    if upper is not None:
        t.emit("UPPER", "^", upper[0], upper[0])
        t.group(*upper)
    return after


def _limits(t: Tokenizer, at: int, end: int) -> tuple[Range | None, Range | None, int]:
    """What stands under and over the big operator before a word, and what follows."""
    below, above = _around(t.words, at - 1)
    for part in (below, above):
        if part is not None:
            at = max(at, part[1] + t.words.words[part[0] - 1].is_("{"))
    return below, above, at


def _pieces(words: Words, start: int, stop: int) -> list[Range]:
    """The conditions under a big operator: rows of a ``\\substack``, parts between commas."""
    if start < stop and words[start].kind == "command" and words[start].text == "substack":
        start, stop, _ = words.argument(start + 1, words[start])
    found: list[Range] = []
    begin = start
    for at in words.steps(start, stop):
        word = words[at]
        if word.is_(",") or (word.kind == "command" and word.text == "\\"):
            found.append((begin, at))
            begin = at + 1
    found.append((begin, stop))
    return [(a, b) for a, b in found if any(not words[k].blank for k in range(a, b))]


def bound_names(words: Words) -> frozenset[str]:
    """The names that sums, products, limits and integrals of a formula introduce."""
    found: set[str] = set()
    for at in range(len(words) - 1):
        word = words[at]
        if word.kind != "command":
            continue
        if word.text in BIG or word.text == "lim":
            found.update(_bound_under(words, at))
    if any(word.kind == "command" and word.text == "int" for word in words.words):
        found.update(it.key for at in range(len(words)) if (it := _differential(words, at)) is not None)
    return frozenset(found)


def ranges(words: Words) -> list[tuple[str, str]]:
    """The indices of sums and products whose upper end is one name, with that name."""
    found: list[tuple[str, str]] = []
    for at in range(len(words) - 1):
        if words[at].kind == "command" and words[at].text in BIG:
            below, above = _around(words, at)
            if below is None or above is None:
                continue
            index, start = _bound_in(words, *below), above[0]
            relations = [k for k in range(*above) if words[k].is_("=")]
            upper = read_identifier(words, relations[0] + 1 if relations else start)
            if index is not None and upper is not None and upper.end == above[1]:
                found.append((index, upper.key))
    return found


def _around(words: Words, at: int) -> tuple[Range | None, Range | None]:
    """What stands under and over the big operator at a word."""
    found: dict[str, Range] = {}
    at += 1
    while at + 1 < len(words) and words[at].text in {"_", "^", "limits", "nolimits"}:
        if words[at].kind == "command":
            at += 1
            continue
        start, stop, after = words.argument(at + 1, words[at])
        found[words[at].text] = (start, stop)
        at = after
    return found.get("_"), found.get("^")


def _bound_under(words: Words, at: int) -> list[str]:
    below, _ = _around(words, at)
    pieces = [] if below is None else _pieces(words, *below)
    return [name for piece in pieces if (name := _bound_in(words, *piece)) is not None]


def _bound_in(words: Words, start: int, stop: int) -> str | None:
    """The name that a condition under a big operator is about: the first one, or the middle of ``a \\le j \\le b``."""
    relations = [at for at in words.steps(start, stop) if words[at].text in RELATIONS]
    identifier = read_identifier(words, relations[0] + 1 if len(relations) == 2 else start)
    return None if identifier is None else identifier.key


def _differential(words: Words, at: int) -> Identifier | None:
    """The variable of ``dx`` or ``\\mathrm{d}x`` that begins at a word."""
    sign = read_identifier(words, at)
    if sign is None or sign.key != "d":
        return None
    variable = read_identifier(words, sign.end)
    scripted = variable is not None and variable.end < len(words) and words[variable.end].text in {"^", "_"}
    return None if scripted else variable


def integral(t: Tokenizer, at: int, end: int) -> int:
    """``\\int_a^b f \\, dx``."""
    word = t.words[at]
    lower, upper, body = _limits(t, at + 1, end)
    stop = _integral_end(t, body, end)
    if stop is None:
        fail("syntax", "this integral lacks its variable: write \\int … \\, dx", word.span)
    if (lower is None) != (upper is None):
        fail("syntax", "this integral has one bound: write \\int_{a}^{b} or no bound", word.span)
    t.emit("INT", "\\int", at, at + 1)
    if lower is not None and upper is not None:
        t.emit("FROM", "_", lower[0], lower[0])
        t.group(*lower)
        t.group(*upper)
    if body == stop:
        _check_alone(t, stop, end)
        t.emit("NUMBER", "1", stop, stop)
    t.flow(body, stop)
    variable = _differential(t.words, stop)
    assert variable is not None
    declared = t.spellings.find(variable)
    t.emit("DX", declared[0] if declared else variable.key, stop, variable.end)
    return variable.end


def _check_alone(t: Tokenizer, stop: int, end: int) -> None:
    """Refuse an integrand behind ``dx``."""
    variable = _differential(t.words, stop)
    if variable is not None and variable.end < end and not t.words[variable.end].is_("+") and not t.words[variable.end].is_("-"):
        fail("syntax", "the integrand stands behind dx: write \\int f(x) \\, dx", t.words.span(stop, variable.end))


def _integral_end(t: Tokenizer, at: int, end: int) -> int | None:
    """Where the ``dx`` that belongs to an integral stands."""
    inner = 0
    for k in t.words.steps(at, end):
        word = t.words[k]
        if word.kind == "command" and word.text == "int":
            inner += 1
        elif _differential(t.words, k) is not None:
            if not inner:
                _check_letter(t, k, end)
                return k
            inner -= 1
    return None


def _check_letter(t: Tokenizer, at: int, end: int) -> None:
    """Refuse ``\\int x d dx`` where d is a declared name: which d is the integral's sign does not show."""
    if t.words[at].kind != "letter" or not t.known("d"):
        return
    for k in t.words.steps(at + 1, end):
        if t.words[k].text in {"+", "-", "=", "int"}:
            return
        if t.words[k].kind == "letter" and _differential(t.words, k) is not None:
            fail("ambiguous", "d is a declared name here and may be the sign of the integral's variable: write \\mathrm{d}x "
                              "for that",
                 t.words[at].span)


def limit(t: Tokenizer, at: int, end: int) -> int:
    """``\\lim_{x \\to a}``, ``\\lim_{x \\to a^+}``, ``\\lim_{x \\downarrow a}``."""
    word = t.words[at]
    lower, _, after = _limits(t, at + 1, end)
    if lower is None:
        fail("syntax", "this limit lacks its variable: write \\lim_{x \\to a}", word.span)
    start, stop = lower
    side, end_of_point = _side(t.words, start, stop)
    t.emit("LIM", "\\lim", at, at + 1)
    t.group(start, end_of_point)
    if side is not None:
        t.emit("SIDE", side, end_of_point, stop)
    return after


def _side(words: Words, start: int, stop: int) -> tuple[str | None, int]:
    """The side from which a limit is taken, and where the words for the point end."""
    said = [at for at in words.steps(start, stop) if not words[at].blank]
    arrows = [at for at in said if words[at].kind == "command" and words[at].text in _TOWARDS]
    if arrows:
        return _TOWARDS[words[arrows[0]].text], stop
    if said and words[said[-1]].is_("{") and len(said) > 1 and words[said[-2]].is_("^"):
        inner = [words[at] for at in range(said[-1] + 1, stop) if not words[at].blank and not words[at].is_("}")]
        if len(inner) == 1 and inner[0].text in {"+", "-"}:
            return inner[0].text, said[-2]
    if said and words[said[-1]].text in {"+", "-"}:
        return words[said[-1]].text, said[-2] if len(said) > 1 and words[said[-2]].is_("^") else said[-1]
    return None, stop


