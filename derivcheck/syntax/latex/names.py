"""How names are spelled: identifiers of LaTeX to declared names.

An identifier has two keys, one with its styles (``mathbf{y}``) and one without (``y``); accents are part of both
(``\\hat{\\mathbf y}`` is ``yhat``).  A key without styles is enough unless two declared names differ only by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from derivcheck.kernel.terms import Symbol
from derivcheck.syntax.latex.macros import Macro
from derivcheck.syntax.latex.words import SIZES, STYLES, Words, read_words
from derivcheck.syntax.scope import Scope
from derivcheck.syntax.tokens import fail

ACCENTS = {"hat": "hat", "widehat": "hat", "bar": "bar", "overline": "bar", "tilde": "tilde", "widetilde": "tilde", "dot": "dot",
           "ddot": "ddot", "check": "check", "breve": "breve", "mathring": "ring"}
"""Accents by their commands, and what they add to a name."""

_GREEK = """
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho sigma tau upsilon phi chi psi omega
    Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar imath jmath aleph wp
"""
GREEK = frozenset(_GREEK.split())
"""Commands that are letters."""

VARIANTS = {"varepsilon": "epsilon", "vartheta": "theta", "varpi": "pi", "varrho": "rho", "varsigma": "sigma", "varphi": "phi",
            "varkappa": "kappa", "Alpha": "A", "Beta": "B", "infty": "oo"}
"""Letters in another shape."""


BLACKBOARD = frozenset({"mathbb", "mathds"})
"""Styles that make another letter: an expectation is no E."""


@dataclass(frozen=True, slots=True)
class Identifier:
    """A letter or word with its decorations; key: without styles; styled: with them; end: the word after it.

    tail: words inside its braces that belong behind it, as the subscript in ``\\hat{y_i}``.
    """

    key: str
    styled: str
    end: int
    tail: tuple[int, int] = (0, 0)


MAX_DECORATIONS = 10
"""How many accents and styles may stand around a letter."""


def read_identifier(words: Words, at: int, depth: int = 0) -> Identifier | None:
    """The identifier that begins at a word, without scripts; ``None`` if none does."""
    if at >= len(words) or depth > MAX_DECORATIONS:
        return None
    word = words[at]
    if word.kind == "letter":
        return Identifier(word.text, word.text, at + 1)
    if word.kind == "command":
        return _command(words, at, depth + 1)
    if word.is_("{"):
        inner = read_identifier(words, at + 1, depth + 1)
        if inner is not None and inner.end == words.match[at] and not inner.tail[1]:
            return Identifier(inner.key, inner.styled, words.match[at] + 1)
    return None


def _command(words: Words, at: int, depth: int) -> Identifier | None:
    name = words[at].text
    if name in GREEK:
        return Identifier(name, name, at + 1)
    if name in VARIANTS:
        return Identifier(VARIANTS[name], name, at + 1)
    if (name in ACCENTS or name in STYLES) and at + 1 < len(words) and not words[at + 1].is_("}"):
        start, end, after = words.argument(at + 1, words[at])
        inner = read_identifier(words, start, depth)
        decorated = _accented if name in ACCENTS else _styled
        return decorated(name, inner, words, start, end, after)
    return None


def _accented(name: str, inner: Identifier | None, words: Words, start: int, end: int, after: int) -> Identifier | None:
    if inner is None or (inner.end > end and end - start > 1):
        return None
    suffix = ACCENTS[name]
    whole = max(after, inner.end)
    tail = (inner.end, end) if inner.end < end and words[inner.end].is_("_") else inner.tail
    if inner.end < end and not tail[1]:
        return None
    return Identifier(inner.key + suffix, f"{suffix}{{{inner.styled}}}", whole, tail)


def _styled(name: str, inner: Identifier | None, words: Words, start: int, end: int, after: int) -> Identifier | None:
    own = "bb" if name in BLACKBOARD else ""
    if inner is not None and inner.end >= end:
        return Identifier(own + inner.key, f"{name}{{{inner.styled}}}", max(after, inner.end), inner.tail)
    word = plain_word(words, start, end)
    return None if word is None else Identifier(own + word, f"{name}{{{word}}}", after)


def plain_word(words: Words, start: int, end: int) -> str | None:
    """Letters, digits and underscores that stand side by side, as one word; ``None`` for anything else."""
    parts: list[str] = []
    for at in range(start, end):
        word = words[at]
        if word.kind in {"letter", "digit"} or (word.is_("-") and parts):
            parts.append(word.text)
        elif word.kind == "command" and word.text == "_":
            parts.append("_")
        else:
            return None
        if at > start and not word.glued:
            return None
    return "".join(parts) or None


def literal(words: Words, start: int, end: int) -> str | None:
    """A script as the part of a name that it may be: ``c``, ``0``, ``neg``, ``b_c``; ``None`` if it cannot be one."""
    parts: list[str] = []
    at = start
    while at < end:
        word = words[at]
        identifier = read_identifier(words, at)
        if identifier is not None and identifier.end <= end:
            parts.append(identifier.key)
            at = identifier.end
        elif word.kind == "digit" or (word.is_("-") and parts) or (word.kind == "command" and word.text == "_"):
            parts.append("_" if word.kind == "command" else word.text)
            at += 1
        elif word.is_("_") and parts:
            parts.append("_")
            at += 1
        elif word.is_("{") and at > start and words[at - 1].is_("_"):
            inner = literal(words, at + 1, words.match[at])
            if inner is None:
                return None
            parts.append(inner)
            at = words.match[at] + 1
        else:
            return None
    return "".join(parts) or None


def signature(words: Words, start: int, end: int) -> tuple[str, ...]:
    """The words of a spelling, without styles, spaces and sizes of brackets, for comparing spellings of several words."""
    found: list[str] = []
    at = start
    while at < end:
        word = words[at]
        identifier = read_identifier(words, at)
        if identifier is not None and identifier.end <= end:
            found.append(identifier.key)
            at = identifier.end
            continue
        skipped = word.blank or (word.kind == "command" and (word.text in SIZES or word.text in {"left", "right"}))
        if not skipped and not (word.is_("{") or word.is_("}")):
            found.append("^T" if word.text == "top" else word.text)
        at += 1
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Spellings:
    """What LaTeX a scope's names may be written in.

    plain and styled: names by the keys of identifiers; patterns: spellings of several words, the longest first, with ``cdot``
    for an index between brackets, and whether each is an alias; numerals: names of indices by the number that stands for them;
    aliases: keys with their names that are further spellings than the first; longest: how long a name of letters may be;
    macros: what the document defines commands to stand for.
    """

    plain: Mapping[str, tuple[str, ...]]
    styled: Mapping[str, str]
    patterns: tuple[tuple[tuple[str, ...], str, bool], ...]
    numerals: Mapping[str, str]
    aliases: frozenset[tuple[str, str]]
    symbols: Mapping[str, Symbol]
    longest: int
    macros: Mapping[str, Macro]

    def find(self, identifier: Identifier) -> tuple[str, ...]:
        """The declared names that an identifier may be; more than one where they differ only by style."""
        return self.of(identifier.key, identifier.styled)

    def of(self, key: str, styled: str) -> tuple[str, ...]:
        """The declared names of a key."""
        names = self.plain.get(key, ())
        exact = self.styled.get(styled) if len(names) > 1 else None
        return names if exact is None else (exact,)


def spellings(scope: Scope) -> Spellings:
    """The spellings of a scope's names: each name's own unless ``latex:`` gives others."""
    return _spellings(tuple(scope.symbols.values()), tuple(scope.latex.items()), tuple(scope.macros.items()))


@lru_cache(maxsize=64)
def _spellings(
    symbols: tuple[Symbol, ...], latex: tuple[tuple[str, tuple[str, ...]], ...], macros: tuple[tuple[str, Macro], ...]
) -> Spellings:
    declared = {it.name: it for it in symbols}
    given = {name: texts for name, texts in latex if name in declared}
    table = _Table(dict(macros))
    for name in declared:
        texts = given.get(name, ())
        if all(text.strip().isdigit() for text in texts):
            table.add(name, name, False)
        for place, text in enumerate(texts):
            table.add(text, name, place > 0)
    patterns = tuple(sorted(table.patterns, key=lambda row: -len(row[0])))
    plain = {key: tuple(dict.fromkeys(names)) for key, names in table.plain.items()}
    longest = max((len(key) for key in plain if key.isalnum()), default=1)
    return Spellings(plain, table.styled, patterns, table.numerals, frozenset(table.aliases), declared, longest, table.macros)


@dataclass(slots=True)
class _Table:
    """The spellings that have been entered."""

    macros: Mapping[str, Macro]
    plain: dict[str, list[str]] = field(default_factory=dict)
    styled: dict[str, str] = field(default_factory=dict)
    patterns: list[tuple[tuple[str, ...], str, bool]] = field(default_factory=list)
    numerals: dict[str, str] = field(default_factory=dict)
    aliases: set[tuple[str, str]] = field(default_factory=set)

    def add(self, text: str, name: str, alias: bool) -> None:
        """Enter a spelling of a name; a name is itself one."""
        if text.strip().isdigit():
            self.numerals[text.strip()] = name
            return
        words = read_words(text, self.macros) if text != name else None
        keys = (name, name) if words is None else whole_key(words)
        if keys is None:
            assert words is not None
            self.patterns.append((signature(words, 0, len(words)), name, alias))
            return
        self.plain.setdefault(keys[0], []).append(name)
        self.styled[keys[1]] = name
        if alias and keys[0] != name:
            self.aliases.add((keys[1], name))


def whole_key(words: Words) -> tuple[str, str] | None:
    """The keys of a text that is one identifier with at most a literal subscript."""
    identifier = read_identifier(words, 0)
    if identifier is None:
        word = plain_word(words, 0, len(words))
        return None if word is None else (word, word)
    if identifier.end == len(words) and not identifier.tail[1]:
        return identifier.key, identifier.styled
    if words[identifier.end].is_("_") if identifier.end < len(words) else False:
        start, end, after = words.argument(identifier.end + 1, words[identifier.end])
        sub = literal(words, start, end)
        if after == len(words) and sub is not None:
            return f"{identifier.key}_{sub}", f"{identifier.styled}_{sub}"
    word = plain_word(words, 0, len(words))
    return None if word is None else (word, word)


def check_spelling(text: str) -> None:
    """Raise ``InputError`` for a spelling that cannot be read as LaTeX or is empty."""
    words = read_words(text)
    if not signature(words, 0, len(words)):
        fail("bad-value", "a spelling is LaTeX such as \\hat{y}", words.span(0, 0))
