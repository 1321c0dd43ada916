"""Why a formula that no relation links to another is not to be passed over in silence."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from derivcheck.diagnostic import Diagnostic, Span
from derivcheck.syntax.latex.columns import OPERATORS
from derivcheck.syntax.latex.items import CLOSERS, OPENERS
from derivcheck.syntax.latex.relations import commands, group_end, relation_at

_WORD = re.compile(
    r"\\(?P<end>begin|end)\s*\{(?P<name>[^{}]*)\}"
    r"|\\(?P<side>left|right)(?![A-Za-z])\s*(?:\\[A-Za-z]+|\\.|.)"
    r"|(?P<row>\\\\)|\\(?:[A-Za-z]+|.)|(?P<space>\s+)|.",
    re.DOTALL,
)
_TEXTS = commands("text mbox textrm textnormal textit textbf hbox tag label")
_OVER = commands("underset overset stackrel")
_UNKNOWN = commands(
    "ne neq sim simeq cong propto asymp approxeq thicksim eqsim ll gg lll ggg prec succ preceq succeq nless ngtr nleq ngeq "
    "nleqslant ngeqslant lesssim gtrsim lessgtr gtrless to rightarrow longrightarrow leftarrow longleftarrow leftrightarrow "
    "longleftrightarrow mapsto longmapsto leadsto rightsquigarrow models vdash parallel perp bowtie smile frown"
)
_SIGNED = commands("pm mp") | {"-"}
_ENVIRONMENT, _BRACE, _SCRIPT, _SIDE, _BRACKET = "environment", "brace", "script", "side", "bracket"


@dataclass(slots=True)
class _Open:
    """What is open; cell: its number in its row; filled: whether a formula stands in the cell."""

    kind: str
    word: str
    at: int
    factor: bool = False
    cell: int = 0
    filled: bool = False


def unjudged(text: str, start: int = 0) -> Diagnostic | None:
    """What makes a formula that begins at an offset more than a formula alone; ``None`` for one that states nothing.

    An error for brackets that do not match; a warning (``not-judged``) for a relation that cannot be judged where it stands.
    """
    walk = _Walk(text)
    walk.read()
    if walk.unmatched is not None:
        at, message = walk.unmatched
        return Diagnostic("syntax", message, Span(start + at, start + at + 1))
    if walk.stated is None:
        return None
    at, reason = walk.stated
    message = f"nothing of this display is judged: {reason}"
    return Diagnostic("not-judged", message, Span(start, start + len(text.rstrip())), severity="warning")


def lacking(text: str, start: int = 0) -> Diagnostic | None:
    """What is wrong with a formula, which begins at an offset, with a sign in front that needs something before it."""
    first = _WORD.match(text, len(text) - len(text.lstrip()))
    if not first or first.group() not in OPERATORS - _SIGNED:
        return None
    message = f"nothing stands before this {first.group()}: put it at the end of the formula above, or write a relation in front"
    return Diagnostic("syntax", message, Span(start + first.start(), start + first.end()))


@dataclass(slots=True)
class _Walk:
    """Brackets, and the first relation that is no condition; last: the last word that is no blank."""

    text: str
    open: list[_Open] = field(default_factory=list)
    last: str = ""
    hidden: int = 0
    stated: tuple[int, str] | None = None
    unmatched: tuple[int, str] | None = None

    def read(self) -> None:
        """Walk over the text once."""
        at = 0
        while at < len(self.text) and self.unmatched is None:
            found = _WORD.match(self.text, at)
            if found is None:
                break
            at = found.end()
            if found["space"] is None:
                at = max(at, self._word(found))
                self.last = found.group()
        if self.open and self.unmatched is None:
            inner = self.open[-1]
            self.unmatched = (inner.at, f"this {inner.word} is never closed")

    def _word(self, found: re.Match[str]) -> int:
        word, at = found.group(), found.start()
        if found["end"] or found["side"]:
            self._pair(found)
        elif word == "{":
            script = self.last in {"_", "^"} or self.last in _OVER
            self._enter(_SCRIPT if script else _BRACE, word, at)
        elif word == "}":
            self._leave({_BRACE, _SCRIPT}, word, at)
        elif word in OPENERS:
            self._enter(_BRACKET, word, at)
        elif word in CLOSERS:
            self._leave({_BRACKET}, word, at)
        elif word == "&" or found["row"]:
            self._cell(word)
        elif word in _TEXTS and self.text.startswith("{", found.end()):
            return group_end(self.text, found.end()) + 1
        else:
            return self._sign(word, at, found.end())
        return found.end()

    def _pair(self, found: re.Match[str]) -> None:
        """An environment or a pair of brackets begins or ends."""
        word, at = found.group(), found.start()
        match found["end"] or found["side"]:
            case "begin":
                self._enter(_ENVIRONMENT, word, at)
            case "left":
                self._enter(_SIDE, word, at)
            case "right":
                self._leave({_SIDE}, word, at)
            case _:
                self._leave({_ENVIRONMENT}, word, at)

    def _enter(self, kind: str, word: str, at: int) -> None:
        factor = bool(self.last) and self.last not in OPERATORS and word.removeprefix(r"\left").strip() in {"[", r"\{"}
        self.open.append(_Open(kind, word, at, factor))
        self.hidden += kind == _SCRIPT or factor

    def _leave(self, kinds: set[str], word: str, at: int) -> None:
        """What closes; brackets inside ``\\left … \\right`` need no partner, as in half-open intervals."""
        while self.open and self.open[-1].kind == _BRACKET and _SIDE in kinds:
            self._drop()
        if not self.open or self.open[-1].kind not in kinds:
            self.unmatched = (at, f"this {word} closes nothing that is open")
            return
        self._drop()

    def _drop(self) -> None:
        gone = self.open.pop()
        self.hidden -= gone.kind == _SCRIPT or gone.factor

    def _cell(self, word: str) -> None:
        if self.open:
            inner = self.open[-1]
            inner.cell = inner.cell + 1 if word == "&" else 0
            inner.filled = False

    def _sign(self, word: str, at: int, end: int) -> int:
        """A relation, or a word of a formula."""
        relation = relation_at(self.text, at)
        inner = self.open[-1] if self.open else None
        if relation or word in _UNKNOWN:
            condition = inner is not None and inner.kind == _ENVIRONMENT and inner.cell and inner.filled
            if self.stated is None and not self.hidden and not condition:
                self.stated = (at, _reason(word, relation is not None, inner))
            return relation.end if relation else end
        if inner is not None:
            inner.filled = True
        return end


def _reason(word: str, known: bool, inner: _Open | None) -> str:
    """Why a relation is not judged, and what to write."""
    if not known:
        return f"{word} is no relation that is judged; write =, <, \\le, >, \\ge or \\approx if one of them is meant"
    if inner is None:
        return f"the relation {word} stands in a formula that is not whole; write the equation in a display of its own"
    if inner.kind == _ENVIRONMENT:
        return f"its equations stand in {inner.word}, which is not parted into steps; give each a display of its own"
    return f"its relation {word} stands inside {inner.word}; write the equation outside of it"
