"""The walk over the words of a formula that emits the tokens of the grammar.

What stands at a word is read by a rule of the table ``commands.RULES``: by the command, by the sign, or as a letter, a digit.
Only these rules know TeX; what a letter is (a value, a function, an index, part of a name), which bracket belongs to which and
what an argument without braces takes is settled before the grammar sees anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from derivcheck.syntax.latex.grammar import Token
from derivcheck.syntax.latex.names import Spellings
from derivcheck.syntax.latex.words import Word, Words, shown
from derivcheck.syntax.parse import MAX_DEPTH
from derivcheck.syntax.tokens import fail

RELATIONS = {"=": "=", "<": "<", ">": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=", "geq": ">=", "geqslant": ">=",
             "ne": "!=", "neq": "!=", "lt": "<", "gt": ">", "equiv": "=", "coloneqq": "=", "triangleq": "="}
"""Relations and what they are in the plain language."""

OPERAND_ENDS = frozenset({"NAME", "NUMBER", "RB", "RPAR", "RBAR", "RNORM", "RFLOOR", "RCEIL", "RANGLE", "TRANSPOSE", "BANG", "DX",
                          "ENDMATRIX", "ENDCASES", "TRUTH", "DOTS"})
"""Kinds of tokens with which an operand may end."""

Rule: TypeAlias = "Callable[[Tokenizer, int, int], int]"
"""Reads what begins at a word, at most up to another, and returns the word that follows it."""


@dataclass(slots=True)
class Tokenizer:
    """The state of the walk over one formula.

    rules: how to read what begins at a word, by its text; bound: names that sums, products, integrals and limits of the formula
    introduce; notes: remarks for the report; laws: what stands below expectations, ``""`` for nothing; open: brackets not yet
    closed, each with what closes it; depth: how many braces, cells and scripts are around; level: how deep the walk is nested;
    indexing: how many subscripts are around.
    """

    words: Words
    spellings: Spellings
    bound: frozenset[str]
    rules: Mapping[str, Rule]
    tokens: list[Token] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    laws: set[str] = field(default_factory=set)
    open: list[tuple[str, str, Word]] = field(default_factory=list)
    depth: int = 0
    level: int = 0
    indexing: int = 0

    def note(self, text: str) -> None:
        """Remark something once."""
        if text not in self.notes:
            self.notes.append(text)

    def emit(self, kind: str, value: str, start: int, end: int) -> None:
        """Add a token that stands at the words ``start`` to ``end`` (excluded)."""
        span = self.words.span(start, end)
        self.tokens.append(Token(kind, value, span.start, span.end))

    def flow(self, at: int, end: int) -> None:
        """The tokens of the words ``at`` to ``end``, in which every bracket is closed; raises ``InputError``."""
        around, self.open = self.open, []
        self.level += 1
        if self.level > MAX_DEPTH:
            fail("too-large", f"the formula is nested more than {MAX_DEPTH} deep; split the step", self.words.span(at, at + 1))
        while at < end:
            at = self.step(at, end)
        if self.open:
            _, closing, opener = self.open[-1]
            fail("syntax", f"this {shown(opener)} is never closed: {closing} is missing", opener.span)
        self.level -= 1
        self.open = around

    def step(self, at: int, end: int) -> int:
        """The tokens of what begins at a word; returns what follows it."""
        word = self.words[at]
        if self.spellings.patterns and (after := self.rules["pattern"](self, at, end)) > at:
            return after
        if word.kind == "command":
            return self.rules.get("\\" + word.text, self.rules["command"])(self, at, end)
        return self.rules.get(word.text if word.kind == "sign" else word.kind, self.rules["unknown"])(self, at, end)

    def group(self, start: int, end: int) -> None:
        """The words ``start`` to ``end`` in braces."""
        self.emit("LB", "{", start, start)
        self.inner(start, end)
        self.emit("RB", "}", end, end)

    def inner(self, start: int, end: int) -> None:
        """The words ``start`` to ``end`` of a script, an argument, a cell."""
        self.depth += 1
        self.flow(start, end)
        self.depth -= 1

    def argument(self, at: int, end: int, owner: Word) -> int:
        """The argument of a command, in braces; returns what follows it."""
        if at >= end:
            fail("syntax", f"{shown(owner)} lacks its argument: write {shown(owner)}{{…}}", owner.span)
        start, stop, after = self.words.argument(at, owner)
        if start == stop:
            fail("syntax", f"{shown(owner)} has an empty argument", self.words.span(at, after))
        self.group(start, stop)
        return after

    def known(self, key: str) -> bool:
        """Whether a key is that of a declared or bound name."""
        return key in self.spellings.plain or key in self.bound

    def written(self, start: int, end: int) -> str:
        """The author's text of the words ``start`` to ``end``."""
        span = self.words.span(start, end)
        return self.words.text[span.start:span.end]

    def relates(self, start: int, end: int) -> bool:
        """Whether a relation stands among the words."""
        return any(word.text in RELATIONS and word.kind != "letter" for word in self.words.words[start:end])
