"""Indicators: ``1\\{i = j\\}``, ``\\mathbb{1}_{i = j}``, ``\\mathbf{1}[i = j]``."""

from __future__ import annotations

from derivcheck.syntax.latex.brackets import bracket_end, transparent
from derivcheck.syntax.latex.identifiers import identifier, named
from derivcheck.syntax.latex.names import BLACKBOARD, read_identifier
from derivcheck.syntax.latex.scripts import scripts
from derivcheck.syntax.latex.tokens import Tokenizer
from derivcheck.syntax.latex.words import shown


def styled(t: Tokenizer, at: int, end: int) -> int:
    """``\\mathbb{1}\\{…\\}`` is an indicator, ``\\mathbf{0}`` is zero, any other letter a name in its style."""
    found = read_identifier(t.words, at)
    braced = at + 1 < end and t.words[at + 1].is_("{")
    several = found is not None and len(found.key) > 1 and not t.known(found.key) and t.words[at].text not in BLACKBOARD
    letters = several and found is not None and all(map(t.known, found.key))
    if braced and (found is None or letters):
        return transparent(t, at, end)
    if found is None or found.end > end or t.spellings.find(found):
        return identifier(t, at, end)
    if found.key in {"1", "bb1", "bbI"} and (after := indicator(t, at, found.end, end)) is not None:
        return after
    if found.key == "0":
        t.emit("NUMBER", "0", at, found.end)
        return scripts(t, found.end, end)
    return named(t, found, at, end)


def indicator(t: Tokenizer, at: int, after: int, end: int) -> int | None:
    """An indicator whose sign is the words ``at`` to ``after``, if a condition in braces or below follows it; else ``None``."""
    if after < end and t.words[after].is_("_"):
        start, stop, behind = t.words.argument(after + 1, t.words[after])
        if not t.relates(start, stop):
            return None
        _emit_sign(t, at, after)
        t.group(start, stop)
        return scripts(t, behind, end)
    opens = after
    while opens < end and t.words[opens].kind == "command" and t.words[opens].text in {"left", ","}:
        opens += 1
    if opens >= end or shown(t.words[opens]) not in {"\\{", "[", "("}:
        return None
    close = bracket_end(t, opens, end)
    if close is None or not (shown(t.words[opens]) == "\\{" or t.relates(opens + 1, close)):
        return None
    _emit_sign(t, at, after)
    t.group(opens + 1, close - (t.words[close - 1].text == "right"))
    return scripts(t, close + 1, end)


def _emit_sign(t: Tokenizer, at: int, after: int) -> None:
    t.note("1 before a condition is its indicator: 1 where it holds, else 0")
    t.emit("ONEIF", "1", at, after)
