"""Fractions, and those of them that are derivatives in Leibniz's notation."""

from __future__ import annotations

from derivcheck.syntax.latex.names import read_identifier
from derivcheck.syntax.latex.scripts import scripts
from derivcheck.syntax.latex.tokens import Tokenizer
from derivcheck.syntax.latex.words import shown
from derivcheck.syntax.tokens import fail


def fraction(t: Tokenizer, at: int, end: int) -> int:
    """``\\frac{a}{b}``; a derivative where ∂ or d stands first above and below the bar."""
    word = t.words[at]
    top, bottom, after = _parts(t, at, end)
    above, below = _sign(t, *top), _sign(t, *bottom)
    if not above and not below and t.known("d") and _letter_d(t, *top) and _letter_d(t, *bottom):
        fail("ambiguous", "d is a declared name here and may be the sign of a derivative: write \\partial or \\mathrm{d} "
             "for that, d \\cdot for the name", t.words.span(at, after))
    if below and not above:
        fail("syntax", f"{below} stands below the bar but not above: write \\frac{{\\partial …}}{{\\partial x}}",
             t.words.span(*top))
    if above == "∂" and not below:
        written = t.words.text[t.words.span(*bottom).start:t.words.span(*bottom).end]
        fail("syntax", f"∂ stands above the bar but not below: write \\partial {written} for a derivative by {written}",
             t.words.span(*bottom))
    if above and below:
        _derivative(t, at, top, bottom, after)
        return scripts(t, after, end) if t.tokens[-1].kind == "RB" and _closed(t, top) else after
    t.emit("FRAC", shown(word), at, at + 1)
    t.group(*top)
    t.group(*bottom)
    return scripts(t, after, end)


def _parts(t: Tokenizer, at: int, end: int) -> tuple[tuple[int, int], tuple[int, int], int]:
    word = t.words[at]
    found: list[tuple[int, int]] = []
    after = at + 1
    for _ in range(2):
        if after >= end:
            fail("syntax", f"{shown(word)} lacks an argument: write \\frac{{a}}{{b}}", word.span)
        start, stop, after = t.words.argument(after, word)
        if start == stop:
            fail("syntax", "one side of this fraction is empty", word.span)
        found.append((start, stop))
    return found[0], found[1], after


def _sign(t: Tokenizer, start: int, stop: int) -> str:
    """``∂`` or ``d`` if the words begin with the sign of a derivative."""
    word = t.words[start]
    if word.kind == "command" and word.text == "partial":
        if start + 1 < stop and t.words[start + 1].is_("_"):
            return ""
        return "∂"
    identifier = read_identifier(t.words, start)
    if identifier is None or identifier.key != "d" or identifier.end > stop:
        return ""
    roman = word.kind == "command"
    if t.known("d") and not roman:
        return ""
    if identifier.end == stop:
        return "d"
    following = t.words[identifier.end]
    return "d" if roman or following.kind in {"letter", "command"} or following.text in {"^", "(", "["} else ""


def _letter_d(t: Tokenizer, start: int, stop: int) -> bool:
    """Whether the words begin with the letter d and another name right after it."""
    while start < stop and (t.words[start].blank or t.words[start].is_("{")):
        start += 1
    if start >= stop or t.words[start].kind != "letter" or t.words[start].text != "d":
        return False
    following = t.words[start + 1] if start + 1 < stop else None
    return following is None or following.is_("}") or (following.kind in {"letter", "command"} and following.text != "cdot")


def _after_sign(t: Tokenizer, start: int, stop: int) -> tuple[int, int]:
    """The order in ``\\partial^2`` and what follows the sign."""
    identifier = read_identifier(t.words, start)
    at = start + 1 if identifier is None or t.words[start].text == "partial" else identifier.end
    if at >= stop or not t.words[at].is_("^"):
        return 1, at
    first, last, after = t.words.argument(at + 1, t.words[at])
    digits = "".join(t.words[k].text for k in range(first, last))
    if not digits.isdigit() or not 1 <= int(digits) <= 20:
        fail("syntax", "the order of a derivative is written as a number from 1 to 20", t.words.span(first, last))
    return int(digits), after


def _closed(t: Tokenizer, top: tuple[int, int]) -> bool:
    """Whether something to differentiate stands above the bar."""
    return _after_sign(t, *top)[1] < top[1]


def _derivative(t: Tokenizer, at: int, top: tuple[int, int], bottom: tuple[int, int], after: int) -> None:
    """The tokens of a derivative or of an operator of differentiation."""
    order, body = _after_sign(t, *top)
    t.emit("DIFF" if body < top[1] else "DIFFOP", str(order), at, at + 1)
    if body < top[1]:
        t.group(body, top[1])
    t.emit("LB", "{", bottom[0], bottom[0])
    begin: int | None = None
    for place, behind in _signs(t, *bottom):
        if begin is not None:
            t.inner(begin, place)
            t.emit("PARTIAL", "∂", place, behind)
        begin = behind
    if begin is None or begin >= bottom[1]:
        fail("syntax", "the variable of this derivative is missing: write \\partial x below the bar", t.words.span(*bottom))
    t.inner(begin, bottom[1])
    t.emit("RB", "}", bottom[1], bottom[1])


def _signs(t: Tokenizer, start: int, stop: int) -> list[tuple[int, int]]:
    """The signs of a derivative below the bar, each with what follows it."""
    round_ = t.words[start].kind == "command" and t.words[start].text == "partial"
    found: list[tuple[int, int]] = []
    behind = start
    for at in t.words.steps(start, stop):
        if at < behind:
            continue
        sign = _sign(t, at, stop)
        if sign == ("∂" if round_ else "d"):
            behind = _after_sign(t, at, stop)[1]
            found.append((at, behind))
    return found


def partial_sign(t: Tokenizer, at: int, end: int) -> int:
    """``\\partial_x f``; a ∂ anywhere else is refused."""
    word = t.words[at]
    if at + 1 < end and t.words[at + 1].is_("_"):
        return _subscripted(t, at, end, "1")
    fail("syntax", "∂ stands alone: write \\frac{\\partial f}{\\partial x}", word.span)


def gradient(t: Tokenizer, at: int, end: int) -> int:
    """``\\nabla_x f``, the derivative by ``x``."""
    word = t.words[at]
    if at + 1 < end and t.words[at + 1].is_("_"):
        return _subscripted(t, at, end, "1")
    fail("ambiguous", "∇ does not say by what it differentiates: write \\nabla_{x} f or \\frac{\\partial f}{\\partial "
                      "x}", word.span)


def _subscripted(t: Tokenizer, at: int, end: int, order: str) -> int:
    start, stop, after = t.words.argument(at + 2, t.words[at + 1])
    if after < end and t.words[after].is_("^"):
        fail("ambiguous", "a power of an operator is not read: write \\frac{\\partial^2 f}{\\partial x^2}", t.words[after].span)
    t.emit("DIFFOP", order, at, at + 1)
    t.group(start, stop)
    return after
