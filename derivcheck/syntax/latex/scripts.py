"""Subscripts, superscripts and primes: indices, powers, transposes, inverses, derivatives."""

from __future__ import annotations

from typing import NoReturn, TypeAlias

from derivcheck.diagnostic import Span
from derivcheck.syntax.latex.names import read_identifier
from derivcheck.syntax.latex.tokens import Tokenizer
from derivcheck.syntax.latex.words import Word, shown
from derivcheck.syntax.tokens import fail

Script: TypeAlias = "tuple[int, int, Word]"
"""The inside of a script, from one word to another, and its sign."""

TRANSPOSES = frozenset({"\\top", "\\intercal", "\\mathsf{T}", "\\mathrm{T}", "\\mathsfT", "\\mathrmT", "\\rmT", "\\bfT",
                        "\\text{T}", "\\textrm{T}", "\\mathtt{T}", "\\mathbf{T}"})
"""Superscripts that mean transposition."""
_NAMES_ONLY = frozenset({"*", "\\ast", "\\star", "\\dagger", "\\dag", "\\ddagger", "+", "\\circ", "H", "\\perp", "\\times",
                         "\\mathsf{H}", "\\mathrm{H}", "\\mathrm{c}", "\\prime*"})
"""Superscripts without a meaning of their own."""

MAX_ORDER = 100


def scripts(t: Tokenizer, at: int, end: int) -> int:
    """The scripts of the operand that was just emitted, the subscript first wherever it stands; returns what follows."""
    return attach(t, at, end, (0, 0))


def attach(t: Tokenizer, at: int, end: int, tail: tuple[int, int]) -> int:
    """The same where a subscript stands already inside the braces of an accent."""
    below: Script | None = None
    above: Script | None = None
    if tail[1]:
        start, stop, _ = t.words.argument(tail[0] + 1, t.words[tail[0]])
        below = (start, stop, t.words[tail[0]])
    while at < end:
        word = t.words[at]
        if word.is_("_") and above is not None and _is_matrix(t):
            fail("ambiguous", "this may be an entry of the power or the power of an entry: write (A^{2})_{ij} or "
                              "A_{ij}^{2}", word.span)
        if word.is_("_") or word.is_("^"):
            if (below if word.is_("_") else above) is not None:
                _refuse_second(word)
            start, stop, after = t.words.argument(at + 1, word)
            if word.is_("_"):
                below = (start, stop, word)
            else:
                above = (start, stop, word)
            _note_short(t, at, after, end)
            at = after
        elif word.is_("'"):
            at = primes(t, at, end)
        elif word.kind == "command" and word.text in {"limits", "nolimits"}:
            at += 1
        else:
            break
    _emit(t, below, above)
    if at < end and t.words[at].is_("!"):
        if at + 1 < end and t.words[at + 1].is_("=") and t.words[at + 1].glued:
            fail("ambiguous", "write \\ne for unequal, or a blank between ! and = for a factorial", t.words.span(at, at + 2))
        if at + 1 < end and t.words[at + 1].is_("!"):
            fail("ambiguous", "n!! has a meaning of its own: put brackets around what is meant", t.words.span(at, at + 2))
        t.emit("BANG", "!", at, at + 1)
        at = scripts(t, at + 1, end)
    return at


def _is_matrix(t: Tokenizer) -> bool:
    """Whether the scripts stand on the name of a matrix."""
    it = t.spellings.symbols.get(t.tokens[-1].text) if t.tokens and t.tokens[-1].kind == "NAME" else None
    return it is not None and not it.type.family and len(it.type.shape) == 2


def _refuse_second(word: Word) -> NoReturn:
    if word.is_("_"):
        fail("syntax", "there are two subscripts: write the indices in one, as in x_{i, j}", word.span)
    fail("syntax", "there are two superscripts: put the inner one into brackets", word.span)


def _note_short(t: Tokenizer, at: int, after: int, end: int) -> None:
    """Remark that an exponent or index without braces is one digit."""
    if after >= end or after != at + 2 or t.words[at + 1].kind != "digit" or t.words[after].kind != "digit":
        return
    if t.words[after].glued:
        one, two = t.words[at + 1].text, t.words[after].text
        sign = t.words[at].text
        t.note(f"{sign}{one}{two} is {sign}{{{one}}} and the factor {two} behind it, as TeX sets it; {sign}{{{one}{two}}} "
               "keeps them together")


def primes(t: Tokenizer, at: int, end: int) -> int:
    """``'``, ``''``, … after the name of a function; returns what follows."""
    start = at
    while at < end and t.words[at].is_("'"):
        at += 1
    _primed(t, at - start, start, at)
    return at


def _primed(t: Tokenizer, order: int, start: int, end: int) -> None:
    if not t.tokens or t.tokens[-1].kind != "FN":
        fail("type", "a prime marks the derivative of a declared function: declare it as function(real) -> real, or write "
             "\\frac{\\partial …}{\\partial x}", t.words.span(start, end))
    t.emit("PRIMES", "'" * order, start, end)


def _emit(t: Tokenizer, below: Script | None, above: Script | None) -> None:
    """The tokens of scripts; a superscript in brackets is the index of a family, and comes before the subscript."""
    if below is not None and above is not None and t.tokens[-1].kind == "RPAR" and t.tokens[-1].text.endswith("]"):
        fail("ambiguous", "square brackets with both scripts may be the difference of two values: write that out, or use ( )",
             t.words.span(below[0], below[1]))
    if above is not None and t.tokens[-1].kind == "NAME" and _is_member(t, below, above):
        t.note(f"the superscript of the family {t.tokens[-1].text} is read as the number of its member")
        _index(t, above[0], above[1])
        above = None
    transposed = _split_transposed(t, above)
    member = above if transposed is None else transposed
    if member is not None and t.tokens[-1].kind == "NAME" and _is_bracketed(t, member) and _is_family(t, member):
        _index(t, member[0] + 1, member[1] - 1)
        above = None if transposed is None or above is None else (member[1], above[1], above[2])
    if below is not None:
        _index(t, below[0], below[1])
    if above is not None:
        _superscript(t, above)


def _is_member(t: Tokenizer, below: Script | None, above: Script) -> bool:
    """Whether ``z^l_j`` is entry j of member l: z is a family of arrays, of which a power would have no meaning."""
    it = t.spellings.symbols.get(t.tokens[-1].text)
    if it is None or not it.type.family or not it.type.shape or not (identifier := read_identifier(t.words, above[0])):
        return False
    text = "".join(shown(t.words[k]) for k in range(above[0], above[1]))
    plain = identifier.key != "T" and not _transposes(t, text) and t.words[above[0]].text != "("
    return plain and (below is None or _count(t, below) == len(it.type.shape))


def _count(t: Tokenizer, script: Script) -> int:
    """How many indices a subscript holds."""
    commas = sum(t.words[k].is_(",") for k in t.words.steps(*script[:2]))
    at, names = script[0], 0
    while (found := read_identifier(t.words, at)) is not None and found.end <= script[1]:
        at, names = found.end, names + 1
    return commas + 1 if commas or at != script[1] else names


def _split_transposed(t: Tokenizer, above: Script | None) -> Script | None:
    """The ``(l)`` of ``^{(l)T}``."""
    if above is None or not t.words[above[0]].is_("("):
        return None
    close = next((k for k in range(*above[:2]) if t.words[k].is_(")")), above[1])
    rest = "".join(shown(t.words[k]) for k in range(close + 1, above[1]))
    return (above[0], close + 1, above[2]) if _transposes(t, rest) else None


def _is_bracketed(t: Tokenizer, script: Script) -> bool:
    """Whether a superscript is ``(i)`` or ``[i]``."""
    start, stop, _ = script
    if stop - start < 3:
        return False
    ends = shown(t.words[start]) + shown(t.words[stop - 1])
    return ends in {"()", "[]"} and not any(t.words[k].text in {"(", ")", "[", "]"} for k in range(start + 1, stop - 1))


def _is_family(t: Tokenizer, script: Script) -> bool:
    """Whether the name before a superscript in brackets is a family; refuses an index on anything else."""
    name = t.tokens[-1].text
    it = t.spellings.symbols.get(name)
    if it is not None and it.type.family:
        return True
    inside = read_identifier(t.words, script[0] + 1)
    single = (inside is not None and inside.end == script[1] - 1) or script[1] - script[0] == 3
    if single and name != "e":
        fail("ambiguous", f"{name} is no family, so this superscript in brackets is no index: write a power without "
             "brackets, or declare the whole as a name with latex:", script[2].span)
    return False


def _index(t: Tokenizer, start: int, stop: int) -> None:
    """A subscript: an index, the base of a logarithm, which norm."""
    if start == stop:
        fail("syntax", "the subscript is empty", t.words.span(start - 1, stop + 1))
    for at in t.words.steps(start, stop):
        word = t.words[at]
        if t.relates(at, at + 1) or (word.kind == "command" and word.text in {"in", "notin"}):
            fail("ambiguous", "a condition is no index: write the index alone, and what it excludes as the condition of a "
                 "sum or of a case", t.words.span(start, stop))
    t.emit("SUB", "_", start, stop)
    if t.tokens[-2].kind == "RNORM" and stop == start + 1:
        t.emit("LB", "{", start, start)
        t.emit("NAME", t.words[start].text, start, stop)
        t.emit("RB", "}", stop, stop)
    else:
        t.indexing += 1
        t.group(start, stop)
        t.indexing -= 1


def _superscript(t: Tokenizer, script: Script) -> None:
    """A power, a transposition, an inverse, a derivative."""
    start, stop, word = script
    parts = [shown(t.words[k]) for k in range(start, stop) if not t.words[k].blank]
    text = "".join(parts)
    if _transposes(t, text):
        t.emit("TRANSPOSE", "T", start, stop)
    elif parts[:1] == ["-"] and _transposes(t, text[1:]):
        _inverse_transpose(t, start, stop)
    elif parts and set(parts) <= {"\\prime", "'"}:
        _primed(t, len(parts), start, stop)
    elif text == "-":
        fail("syntax", "only the sign is raised: put the whole exponent in braces, as in x^{-1}", Span(word.start, word.end + 1))
    elif text in _NAMES_ONLY and not (text.isalpha() and t.known(text)):
        fail("ambiguous", f"^{text} has no meaning of its own: declare the whole as a name, such as x_opt: {{type: real, latex: "
             f"'x^{text}'}}", Span(word.start, t.words.span(start, stop).end))
    else:
        _power(t, script)


def _transposes(t: Tokenizer, text: str) -> bool:
    return text in TRANSPOSES or (text == "T" and not t.known("T"))


def _inverse_transpose(t: Tokenizer, start: int, stop: int) -> None:
    """``A^{-T}``"""
    t.emit("POW", "^", start, start)
    t.emit("LB", "{", start, start)
    t.emit("MINUS", "-", start, start + 1)
    t.emit("NUMBER", "1", start + 1, stop)
    t.emit("RB", "}", stop, stop)
    t.emit("TRANSPOSE", "T", start + 1, stop)


def _power(t: Tokenizer, script: Script) -> None:
    """An exponent; of a bare function it is a derivative, ``f^{(2)}``, or is refused."""
    start, stop, word = script
    if start == stop:
        fail("syntax", "the exponent is empty", word.span)
    if t.tokens[-1].kind == "FN":
        bracketed = _is_bracketed(t, script) and t.words[start].is_("(")
        order = "".join(t.words[k].text for k in range(start + 1, stop - 1)) if bracketed else ""
        if not (order.isdecimal() and order.isascii()) or not 1 <= int(order) <= MAX_ORDER:
            name = t.tokens[-1].text
            fail("ambiguous", f"a power of the function {name} can be read in two ways: write {name}(…)^{{2}} for the "
                 f"power of its value, {name}'' for a derivative", Span(word.start, t.words.span(start, stop).end))
        t.emit("PRIMES", "'" * int(order), start, stop)
        return
    t.emit("POW", "^", start, stop)
    t.group(start, stop)
