"""Names of a formula to tokens: declared names, spellings of several words, functions, constants."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NoReturn

from derivcheck.kernel.vocabulary import SPELLINGS
from derivcheck.syntax.latex.means import mean
from derivcheck.syntax.latex.names import Identifier, literal, read_identifier
from derivcheck.syntax.latex.scripts import attach, scripts
from derivcheck.syntax.latex.sums import BIG
from derivcheck.syntax.latex.tokens import Tokenizer
from derivcheck.syntax.latex.words import SIZES, STYLES
from derivcheck.syntax.scope import CONSTANTS, did_you_mean
from derivcheck.syntax.tokens import fail

WORDS = {"ln": "log", "Tr": "tr", "Trace": "tr", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "sgn": "sign",
         "ReLU": "relu", "Gamma": "gamma", "vector": "vector", "Softmax": "softmax", "SoftMax": "softmax", "Diag": "diag",
         "LogSumExp": "logsumexp", "Sigmoid": "sigmoid", "O": "O"}
"""Functions by their words where the plain language has another name for them."""

_NO_OPERANDS = frozenset({")", "]", "}", "+", "-", "=", "<", ">", ",", "/", "&", "cdot", "times", "right", "le", "ge",
                          "ne"})
"""What may follow a bare ``\\sum`` that is declared as a name; anything else is what it sums."""

_UPRIGHT = frozenset({"mathrm", "text", "textrm", "mathsf", "textsf", "mathit", "textit", "mathtt", "texttt", "mbox",
                      "mathnormal"})
"""Styles in which writers set the d of a derivative or an integral apart from a name."""

_INDICES = {"index", "integer", "natural", "size"}


def function_of(word: str) -> str | None:
    """The function of the language that a word names."""
    return WORDS.get(word) or (SPELLINGS.get(word) if len(word) > 1 else None)


def identifier(t: Tokenizer, at: int, end: int) -> int:
    """A letter or word with its decorations and scripts."""
    found = read_identifier(t.words, at)
    if found is None or found.end > end:
        fail("syntax", f"\\{t.words[at].text} holds more than one letter or word: write it around each name", t.words[at].span)
    if found.key == "d" and not _UPRIGHT.isdisjoint(found.styled.split("{")) and found.styled not in t.spellings.styled:
        refuse_upright(t, at, found.end)
    return named(t, found, at, end)


def refuse_upright(t: Tokenizer, start: int, stop: int) -> NoReturn:
    """Refuse a d in the style of a differential where it is none: as a factor it would cancel in d f / d x."""
    fail("ambiguous", "an upright d is the sign of a derivative or an integral, and stands in no other place: write "
         "\\frac{\\mathrm{d} f}{\\mathrm{d} x}, or d for the name", t.words.span(start, stop))


def font(t: Tokenizer, at: int, end: int) -> int:
    """``\\rm`` and ``\\it``, which set what follows in another font and mean nothing by it, but for a d alone."""
    seen = at + 1
    while seen < end and (t.words[seen].blank or t.words[seen].is_("{")):
        seen += 1
    if seen < end and t.words[seen].kind == "letter" and t.words[seen].text == "d":
        found = _longest(t, Identifier("d", "d", seen + 1), seen, end)
        if found.key == "d":
            refuse_upright(t, at, found.end)
    return at + 1


def named(t: Tokenizer, found: Identifier, at: int, end: int) -> int:
    """The name that an identifier is, with the scripts behind it; letters side by side may be one declared name."""
    if t.words[at].kind == "letter":
        found = _longest(t, found, at, end)
    names = t.spellings.of(found.key, found.styled)
    if not names and (meant := mean(t, found.key, at, found.end, end)) is not None:
        return meant
    if found.key == "delta" and not names and (after := _kronecker(t, found, at, end)) is not None:
        return after
    sub = _subscript(t, found, end)
    if sub is not None:
        key, styled = f"{found.key}_{sub[0]}", f"{found.styled}_{sub[0]}"
        joined = t.spellings.of(key, styled)
        if joined:
            _check_literal(t, joined[0], names, sub[0], at, sub[1])
            _check_bound(t, (sub[0],), joined[0], at, sub[1])
            _name(t, Identifier(key, styled, sub[1]), joined, at, sub[1])
            return scripts(t, sub[1], end)
    _name(t, found, names, at, found.end)
    return attach(t, found.end, end, found.tail)


def _kronecker(t: Tokenizer, found: Identifier, at: int, end: int) -> int | None:
    """``\\delta_{ij}``, Kronecker's delta; returns what follows it."""
    if found.end + 1 >= end or not t.words[found.end].is_("_"):
        return None
    start, stop, after = t.words.argument(found.end + 1, t.words[found.end])
    commas = [k for k in t.words.steps(start, stop) if t.words[k].is_(",")]
    first = read_identifier(t.words, start)
    middle = commas[0] if commas else first.end if first is not None else stop
    second = read_identifier(t.words, middle) if not commas else None
    if len(commas) > 1 or not start < middle < stop or (not commas and (second is None or second.end != stop)):
        return None
    t.note("\\delta with two indices is Kronecker's delta")
    t.emit("OP", "delta", at, found.end)
    t.emit("LPAR", "(", start, start)
    t.inner(start, middle)
    t.emit("COMMA", ",", middle, middle)
    t.inner(middle + len(commas), stop)
    t.emit("RPAR", ")", stop, stop)
    return scripts(t, after, end)


def _longest(t: Tokenizer, first: Identifier, at: int, end: int) -> Identifier:
    """The longest declared name in the letters and digits that begin here."""
    stop, text, best = at + 1, first.key, first
    while stop < end and len(text) < t.spellings.longest and t.words[stop].kind in {"letter", "digit"} \
            and t.words[stop].glued:
        text += t.words[stop].text
        stop += 1
        if text in t.spellings.plain or text in t.bound:
            best = Identifier(text, text, stop)
    if best is not first and all(map(t.known, best.key)):
        fail("ambiguous", f"{best.key} may be the name or the product of its letters, which are declared too: write "
             f"\\mathrm{{{best.key}}} for the name or put \\cdot between the letters", t.words.span(at, best.end))
    return best


def _subscript(t: Tokenizer, found: Identifier, end: int) -> tuple[str, int] | None:
    """What stands in the subscript of an identifier if it can be part of a name, and what follows it."""
    start, stop = found.tail
    if stop:
        inside = literal(t.words, *t.words.argument(start + 1, t.words[start])[:2])
        return None if inside is None else (inside, found.end)
    at = found.end
    if at + 1 >= end or not t.words[at].is_("_"):
        return None
    start, stop, after = t.words.argument(at + 1, t.words[at])
    inside = literal(t.words, start, stop)
    return None if inside is None else (inside, after)


def _check_literal(t: Tokenizer, name: str, bases: tuple[str, ...], sub: str, at: int, after: int) -> None:
    """Refuse what may be a declared name or an entry of another declared name."""
    indices = {t.spellings.symbols[n].type.kind for n in t.spellings.of(sub, sub)}
    entry = sub in t.bound or sub in t.spellings.numerals or (sub.isdigit() and sub != "0") or bool(indices & _INDICES)
    for base in bases:
        it = t.spellings.symbols[base]
        if entry and (it.type.family or it.type.shape):
            fail("ambiguous", f"this may be the declared name {name} or the entry {sub} of {base}: give one of them "
                 "another spelling with latex: in symbols", t.words.span(at, after))


def _name(t: Tokenizer, found: Identifier, names: tuple[str, ...], start: int, end: int) -> None:
    """The token of a name: a declared one, a bound one, a constant, a function of the language."""
    if len(names) > 1:
        fail("ambiguous", f"this may be {' or '.join(names)}, whose spellings differ only by style: say with latex: in "
             "symbols how each is written", t.words.span(start, end))
    if names:
        if (found.styled, names[0]) in t.spellings.aliases or (found.key, names[0]) in t.spellings.aliases:
            t.note(f"{t.written(start, end)} is read as {names[0]}")
        declared(t, names[0], start, end)
    elif found.key in t.bound or found.key in CONSTANTS:
        t.emit("NAME", found.key, start, end)
    elif (function := function_of(found.key)) is not None and (
        found.key == "Gamma" or t.words[start].text in STYLES or _is_order(t, found, end)
    ):
        t.emit("OP", function, start, end)
    else:
        _undeclared(t, found, start, end)


def _is_order(t: Tokenizer, found: Identifier, after: int) -> bool:
    """Whether an undeclared O with brackets behind it stands here: what is left of an expansion."""
    return found.key == "O" and after < len(t.words) and (t.words[after].text == "(" or t.words[after].text in SIZES | {"left"})


def _check_bound(t: Tokenizer, parts: Iterable[str], name: str, at: int, after: int) -> None:
    """Refuse a name whose spelling holds the index of a sum around it."""
    for part in parts:
        if part in t.bound and part not in t.spellings.plain:
            fail("ambiguous", f"this is the spelling of {name}, and its {part} is the index of a sum here: let \\cdot "
                 "stand for the index in the spelling, or declare an array and write its entry", t.words.span(at, after))


def declared(t: Tokenizer, name: str, start: int, end: int) -> None:
    """The token of a declared name."""
    t.emit("FN" if t.spellings.symbols[name].type.kind == "function" else "NAME", name, start, end)


def _undeclared(t: Tokenizer, found: Identifier, start: int, end: int) -> None:
    """Refuse a name that nothing declares."""
    span, written = t.words.span(start, end), t.written(start, end)
    run = _run(t, start)
    if len(run) > 1 and run in SPELLINGS:
        fail("syntax", f"{run} in letters is a product of variables in LaTeX: write \\{run} or \\operatorname{{{run}}}", span)
    if t.words[start].text in {"text", "mbox", "textrm"}:
        fail("syntax", f"{written} is prose inside a formula: put it at the end of the step, or into a comment after %", span)
    if found.key[0].isdigit():
        fail("undeclared-name", f"{written} is not declared; declare a name for it in symbols, with latex: '{written}'", span)
    hint = did_you_mean(found.key, [*t.spellings.plain, *t.bound])
    kind = "index(n)" if t.indexing else "real"
    add = hint or f"; add {found.key}: {kind} to symbols, or latex: '{written}' to the name that it stands for"
    fail("undeclared-name", f"{written} is not declared{add}" if found.key == written else f"{written} ({found.key}) is not "
                                                                                           f"declared{add}",
         span)


def _run(t: Tokenizer, at: int) -> str:
    """The letters that stand side by side here."""
    parts = []
    while at < len(t.words) and t.words[at].kind == "letter":
        parts.append(t.words[at].text)
        at += 1
    return "".join(parts)


def pattern(t: Tokenizer, at: int, end: int) -> int:
    """A declared spelling of several words that stands here, with its scripts; ``at`` if none does."""
    for words, name, alias in t.spellings.patterns:
        found = _matched(t, words, at, end)
        if found is None:
            continue
        after, hole = found
        if words[-1] in BIG and after < end and t.words[after].text not in _NO_OPERANDS:
            continue
        if alias:
            t.note(f"{t.written(at, after)} is read as {name}")
        _check_bound(t, words, name, at, after)
        declared(t, name, at, after)
        if hole is not None:
            t.emit("SUB", "_", *hole)
            t.group(*hole)
        return scripts(t, after, end)
    return at


def _matched(t: Tokenizer, pattern_: tuple[str, ...], at: int, end: int) -> tuple[int, tuple[int, int] | None] | None:
    """Where a spelling that begins at a word ends, and what fills its place for an index."""
    hole: tuple[int, int] | None = None
    opened: list[int] = []
    for place, part in enumerate(pattern_):
        if part == "cdot" and place and pattern_[place - 1] in {"_", "^"} and at < end:
            start, stop, at = t.words.argument(at, t.words[at - 1])
            hole = (start, stop)
            continue
        at = _visible(t, at, end, opened)
        if at >= end:
            return None
        if part == "cdot" and 0 < place < len(pattern_) - 1:
            start = at
            while at < end and _unit(t, at, end)[0] != pattern_[place + 1]:
                at = t.words.match.get(at, at) + 1
            hole = (start, at)
            if at in {start, end}:
                return None
        elif (unit := _unit(t, at, end))[0] == part:
            at = unit[1]
        else:
            return None
    while opened:
        if at != opened.pop():
            return None
        at += 1
    return at, hole


def _unit(t: Tokenizer, at: int, end: int) -> tuple[str, int]:
    """A word or identifier as spellings compare them, and what follows it."""
    found = read_identifier(t.words, at)
    if found is not None and found.end <= end:
        return found.key, found.end
    word = t.words[at]
    return ("^T" if word.text == "top" else word.text), at + 1


def _visible(t: Tokenizer, at: int, end: int, opened: list[int]) -> int:
    """The next word that spellings compare; the ends of the braces passed on the way are kept in ``opened``."""
    while at < end:
        word = t.words[at]
        if opened and at == opened[-1]:
            opened.pop()
        elif word.is_("{") and read_identifier(t.words, at) is None:
            opened.append(t.words.match[at])
        elif not (word.blank or (word.kind == "command" and (word.text in SIZES or word.text in {"left", "right"}))):
            return at
        at += 1
    return at
