"""Brackets and bars: which opens, which closes, and what belongs to what."""

from __future__ import annotations

from typing import NoReturn

from derivcheck.syntax.latex.names import read_identifier
from derivcheck.syntax.latex.scripts import scripts
from derivcheck.syntax.latex.tokens import OPERAND_ENDS, Tokenizer
from derivcheck.syntax.latex.words import shown
from derivcheck.syntax.tokens import fail

OPENING = {"(": ")", "[": "]", "\\{": "\\}", "\\lbrace": "\\}", "\\lbrack": "]", "\\lparen": ")"}
CLOSING = {")": ")", "]": "]", "\\}": "\\}", "\\rbrace": "\\}", "\\rbrack": "]", "\\rparen": ")"}
PAIRED = {"\\lvert": ("LBAR", "\\rvert"), "\\lVert": ("LNORM", "\\rVert"), "\\lfloor": ("LFLOOR", "\\rfloor"),
          "\\lceil": ("LCEIL", "\\rceil"), "\\langle": ("LANGLE", "\\rangle")}
BARS = {"|": "LBAR", "\\vert": "LBAR", "\\|": "LNORM", "\\Vert": "LNORM"}
_ENDING = {"\\rvert": "RBAR", "\\rVert": "RNORM", "\\rfloor": "RFLOOR", "\\rceil": "RCEIL", "\\rangle": "RANGLE",
           "|": "RBAR", "\\vert": "RBAR", "\\|": "RNORM", "\\Vert": "RNORM"}
FUNCTION = "f("
"""What stands for the bracket of a declared function among the open ones."""

SIGNS = (*OPENING, *CLOSING, *PAIRED, *BARS, *(closing for _, closing in PAIRED.values()))
"""Every bracket as it is written."""


def bracket(t: Tokenizer, at: int, end: int) -> int:
    """A bracket or bar; returns what follows it."""
    text, after = shown(t.words[at]), at + 1
    double = text == "|" and after < end and t.words[after].is_("|") and t.words[after].glued
    if double and not (t.open and t.open[-1][0] == "|"):
        text, after = "\\|", after + 1
    if text in {*BARS, "\\mid"} and t.open and t.open[-1][0] == FUNCTION and t.tokens[-1].kind in OPERAND_ENDS:
        t.note(f"{text} between the arguments of a function is read as a comma")
        t.emit("COMMA", text, at, after)
        return after
    if text == "\\mid":
        fail("syntax", "\\mid is read only between the arguments of a declared function, or in a spelling", t.words[at].span)
    return _delimiter(t, text, at, after, end, None)


def between(text: str, t: Tokenizer, at: int, end: int) -> int:
    """``\\abs{x}`` and ``\\norm{x}``: bars around an argument."""
    start, stop, after = t.words.argument(at + 1, t.words[at])
    t.emit(BARS[text], text, at, start)
    t.inner(start, stop)
    t.emit(_ENDING[text], text, stop, after)
    return scripts(t, after, end)


def _delimiter(t: Tokenizer, text: str, at: int, after: int, end: int, opens: bool | None) -> int:
    """A bracket, of which ``\\left`` and ``\\right`` say whether it opens; a bare bar closes behind an operand."""
    if opens is None:
        closes = bool(t.open) and t.open[-1][0] == text and bool(t.tokens) and t.tokens[-1].kind in OPERAND_ENDS
        opens = text in OPENING or text in PAIRED or (text in BARS and not closes)
    if not opens:
        return _close(t, text, at, after, end)
    if text not in OPENING and text not in PAIRED and text not in BARS:
        fail("syntax", f"{text} opens nothing: write ( or [ or |", t.words.span(at, after))
    kind, closing = PAIRED.get(text) or (BARS.get(text, "LPAR"), OPENING.get(text, text))
    calls = text == "(" and bool(t.tokens) and t.tokens[-1].kind in {"FN", "PRIMES"}
    t.open.append((FUNCTION if calls else text, closing, t.words[at]))
    t.emit(kind, text, at, after)
    return after


def _close(t: Tokenizer, text: str, at: int, after: int, end: int) -> int:
    """The bracket or bar that closes the innermost open one."""
    if not t.open:
        fail("syntax", f"this {text} closes nothing: remove it, or open a bracket before it", t.words.span(at, after))
    _, wanted, opener = t.open.pop()
    if CLOSING.get(text, text) != wanted:
        fail("syntax", f"this {shown(opener)} is closed by {text}: write {wanted}", opener.span)
    t.emit(_ENDING.get(text, "RPAR"), text, at, after)
    if text in BARS:
        _check_bars(t, text, after, end)
    return scripts(t, after, end)


def _check_bars(t: Tokenizer, text: str, after: int, end: int) -> None:
    """Refuse bars side by side whose pairs cannot be told: ``|a|b|c|``."""
    rest = [shown(t.words[k]) for k in range(after, end)]
    follows = read_identifier(t.words, after) is not None or rest[:1] in (["("], ["["]) or (bool(rest) and rest[0].isdigit())
    if follows and rest.count(text) % 2 == 0 and text in rest:
        fail("ambiguous", "which bars belong together cannot be told: write \\left| … \\right|", t.words.span(after - 1, after))


_OPERANDS = frozenset({"NAME", "NUMBER", "FN", "OP", "LPAR", "FRAC", "DIFF", "DIFFOP", "SQRT", "ROOT", "BINOM", "LBAR", "LNORM",
                       "INT", "LFLOOR", "LCEIL", "LANGLE", "MATRIX", "CASES", "ONEIF"})


def _several(t: Tokenizer, first: int) -> bool:
    """Whether the tokens from a place on are more than one operand with its indices."""
    depth, operands = 0, 0
    for token in t.tokens[first:]:
        operands += depth == 0 and token.kind in _OPERANDS
        operands += 2 * (depth == 0 and token.kind in {"PLUS", "MINUS", "TIMES", "REL", "BIG", "POW", "BANG"})
        depth += (token.kind in {"LB", "LPAR", "LBAR", "LNORM"}) - (token.kind in {"RB", "RPAR", "RBAR", "RNORM"})
    return operands > 1


def left(t: Tokenizer, at: int, end: int) -> int:
    """``\\left( … \\right)``, whose ends belong together whatever stands between."""
    close = t.words.match[at]
    opening, closing = shown(t.words[at + 1]), shown(t.words[close])
    if "." in {opening, closing}:
        fail("syntax", f"\\left{opening} … \\right{closing} has an invisible side: write both brackets, or \\begin{{cases}}",
             t.words.span(at, at + 2))
    around, t.open = t.open, []
    after = _delimiter(t, opening, at, at + 2, end, True)
    pair = t.open
    t.flow(after, close - 1)
    t.open = pair
    after = _delimiter(t, closing, close - 1, close + 1, end, False)
    t.open = around
    return after


def right(t: Tokenizer, at: int, end: int) -> NoReturn:
    """``\\right`` without its ``\\left``."""
    fail("syntax", "this \\right closes nothing: a \\left is missing", t.words[at].span)


def transparent(t: Tokenizer, at: int, end: int) -> int:
    """A style over more than one name, such as ``\\mathbf{A v}``: what is in its braces flows on."""
    return braces(t, at + 1, end)


def braces(t: Tokenizer, at: int, end: int) -> int:
    """Braces, which TeX does not show: what is in them flows on, unless a script would bind to more than is seen."""
    close = t.words.match[at]
    found = read_identifier(t.words, at)
    if found is not None:
        return t.rules["letter"](t, at, end)
    before = len(t.tokens)
    t.flow(at + 1, close)
    after = close + 1
    scripted = after < end and (t.words[after].is_("^") or t.words[after].is_("_"))
    if scripted and (len(t.tokens) == before or t.tokens[-1].kind not in OPERAND_ENDS | {"FN", "OP"}):
        fail("syntax", "this script has nothing before it to stand on", t.words[after].span)
    if scripted and _several(t, before):
        fail("ambiguous", "these braces are not seen on the page: put ( ) around what the script belongs to",
             t.words.span(at, after))
    return scripts(t, after, end) if len(t.tokens) > before and t.tokens[-1].kind in OPERAND_ENDS | {"FN", "OP"} else after


def bracket_end(t: Tokenizer, opens: int, end: int) -> int | None:
    """Where a bracket is closed; ``None`` where it is not."""
    wanted = {"{": "}", "[": "]", "(": ")"}[t.words[opens].text]
    depth = 0
    for at in range(opens, end):
        if t.words[at].kind == t.words[opens].kind and t.words[at].text in {t.words[opens].text, wanted}:
            depth += 1 if t.words[at].text == t.words[opens].text else -1
            if depth == 0:
                return at
    return None
