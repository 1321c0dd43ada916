"""Words of the plain language: text to tokens, with the limits of size and the letters that are refused."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import NoReturn

from derivcheck.diagnostic import Diagnostic, InputError, Span

MAX_TEXT = 100_000
MAX_NAME = 100
MAX_DIGITS = 1000
MAX_EXPONENT = 10_000

KEYWORDS = frozenset({"and", "or", "not", "in", "if", "otherwise", "true", "false"})
"""Words with a place of their own in the grammar."""

FORMS = frozenset({"sum", "prod", "diff", "integrate", "limit", "cases"})
"""Words that are written like functions but bind or choose."""

RESERVED = KEYWORDS | FORMS
"""Words that nobody may declare."""

_TOKEN = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)"
    r"|(?P<name>[^\W\d]\w*'*)"
    r"|(?P<op><=>|<==|=>|->|\*\*|\.\.|\.T(?!\w)|<=|>=|!=|[-+*/@^()\[\],=<>~!|])"
)

_WRITE_INSTEAD = {
    "−": "-", "–": "-", "—": "-", "·": "*", "×": "*", "⋅": "*", "∗": "*", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~",
    "→": "->", "∈": "in", "∧": "and", "∨": "or", "¬": "not", "∞": "oo", "∑": "sum(…, w in 1..V)", "Σ": "sum(…, w in 1..V)",
    "∏": "prod(…, w in 1..V)", "√": "sqrt(…)", "∂": "diff(f, x)", "∇": "diff(f, x)", "∫": "integrate(f, x)", "⊤": ".T",
    "⊗": "kron(A, B)", "⊙": "hadamard(a, b)", "∘": "hadamard(a, b)", "⟺": "<=>", "⇔": "<=>", "⇒": "=>", "⇐": "<==", "&": "and",
    "{": "( or cases(…)", "}": ")", "\\": "plain words, or put LaTeX between $ and $",
    "$": "LaTeX between two $ that enclose the whole step",
    ".": "0.5 for a decimal, .T for a transpose, or .. for a range",
    ":": "= for an equation", ";": ",", "%": "/100", "′": "'", "’": "'", "…": "a sum, or a range with ..",
}

_LOOKALIKES = str.maketrans("аеорсухіјѕАВЕКМНОРСТХοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijsABEKMHOPCTXoABEZHIKMNOPTYX")
_INVISIBLE = frozenset("\u115f\u1160\u3164\uffa0")


@dataclass(frozen=True, slots=True)
class Token:
    """A word: kind is ``number``, ``name``, ``end``, or the operator or keyword itself."""

    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Where the word stands."""
        return Span(self.start, self.end)


def fail(code: str, message: str, span: Span, *notes: str) -> NoReturn:
    """Raise ``InputError`` with one diagnostic."""
    raise InputError(Diagnostic(code, message, span, notes=notes))


def tokenize(text: str) -> list[Token]:
    """The words of a text, the last of kind ``end``; raises ``InputError`` (``syntax``, ``too-large``)."""
    if len(text) > MAX_TEXT:
        fail("too-large", f"the text is longer than {MAX_TEXT:,} characters; split it into definitions", Span(0, 0))
    tokens: list[Token] = []
    at, match = 0, _TOKEN.match
    while at < len(text):
        found = match(text, at)
        if found is None:
            _refuse_character(text, at)
        kind, word, end = found.lastgroup, found.group(), found.end()
        if kind == "name":
            if len(word) > MAX_NAME:
                fail("too-large", f"a name of more than {MAX_NAME} characters", Span(at, end))
            if not word.isascii():
                _check_letters(word, Span(at, end))
            tokens.append(Token(word if word in KEYWORDS else "name", word, at, end))
        elif kind == "number":
            _check_number(word, Span(at, end))
            tokens.append(Token("number", word, at, end))
        elif kind == "op":
            tokens.append(Token("**" if word == "^" else word, word, at, end))
        at = end
    tokens.append(Token("end", "", at, at))
    return tokens


def _refuse_character(text: str, at: int) -> NoReturn:
    character = text[at]
    span = Span(at, at + 1)
    if text.startswith("..", at - 1) and character == ".":
        fail("syntax", "write a range with two points: a..b", span)
    instead = _WRITE_INSTEAD.get(character)
    if instead:
        fail("syntax", f"“{character}” is not in the language; write {instead}", span)
    if unicodedata.combining(character):
        fail("syntax", "an accent stands apart from its letter; use the accented letter itself or a name such as yhat", span)
    named = f"“{character}”" if character.isprintable() else f"the character U+{ord(character):04X}"
    fail("syntax", f"{named} is not in the language", span)


def _check_letters(word: str, span: Span) -> None:
    """Refuse names that look like other names, since a reader could not tell a wrong step from a right one."""
    if any(c in _INVISIBLE for c in word):
        fail("syntax", f"“{word}” has letters that cannot be seen", span)
    plain = unicodedata.normalize("NFKC", word)
    if plain != word:
        if plain.endswith("T") and word[-1] in "ᵀ":
            fail("syntax", f"write {word[:-1]}.T for the transpose", span)
        if any(c in "⁰¹²³⁴⁵⁶⁷⁸⁹" for c in word):
            fail("syntax", f"a raised digit is not in the language; write {word[:-1]}**{plain[-1]}", span)
        fail("syntax", f"“{word}” has letters in a presentation form; write {plain}", span)
    if (ascii_twin := word.translate(_LOOKALIKES)) != word:
        fail("syntax", f"“{word}” has letters that only look like Latin ones; write {ascii_twin} in Latin letters", span)


def _check_number(word: str, span: Span) -> None:
    if len(word) > MAX_DIGITS:
        fail("too-large", f"a number of more than {MAX_DIGITS} digits; write it as a product or a power", span)
    if not word.isascii():
        fail("syntax", "write numbers in the digits 0 to 9", span)
    mantissa, _, exponent = word.lower().partition("e")
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        fail("too-large", f"an exponent beyond {MAX_EXPONENT:,}; write it as a power, {mantissa}*10**{exponent}", span)
