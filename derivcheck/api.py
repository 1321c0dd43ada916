"""Derivations built in Python, judged on the same road as those in files."""

from __future__ import annotations

import linecache
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from derivcheck.diagnostic import Diagnostic, InputError, Place
from derivcheck.files import document, reading
from derivcheck.files import steps as reading_steps
from derivcheck.files.document import Declarations, Declared, Document, RawStep
from derivcheck.files.source import Piece, Source
from derivcheck.running.judging import scopes
from derivcheck.running.judging.derivations import judge_derivation
from derivcheck.running.judging.surroundings import Surroundings
from derivcheck.running.report import DerivationReport
from derivcheck.running.settings import Settings
from derivcheck.syntax import show

RELATIONS = ("=", "<", "<=", ">", ">=", "~", "<=>", "=>", "<==")
"""How a step may continue the one before."""


@dataclass(frozen=True, slots=True)
class _Written:
    """Something as it was given: a text or a SymPy expression, and the line of the call that gave it."""

    given: Any
    line: int
    prefix: str = ""
    by: str | None = None
    expect: str | None = None


@dataclass(slots=True)
class _Texts:
    """Finds each text in the module that gave it, or else writes it on a line of its own."""

    source: Source
    known: bool
    line: int = 0
    starts: list[int] = field(default_factory=list)

    def piece(self, text: str, line: int, prefix: str = "") -> Piece:
        """The text as a piece whose characters know where in the source they stand."""
        self.line += 1
        start = self._found(text, self._start(line)) if self.known else self._start(self.line)
        if start < 0 or not self.source.text.startswith(text, start):
            return self._anywhere(prefix + text, line if self.known else self.line)
        offsets = (*(start for _ in prefix), *range(start, start + len(text) + 1))
        return Piece(self.source, prefix + text, offsets)

    def _found(self, text: str, start: int) -> int:
        """Where a text stands between quotation marks, from the line on at which it was given; -1 if nowhere."""
        places = [self.source.text.find(f"{mark}{text}{mark}", start) for mark in "\"'"]
        return min((place + 1 for place in places if place >= 0), default=-1)

    def _start(self, line: int) -> int:
        if not self.starts:
            self.starts = [0]
            for content in self.source.text.splitlines(keepends=True):
                self.starts.append(self.starts[-1] + len(content))
        return self.starts[min(line - 1, len(self.starts) - 1)]

    def _anywhere(self, text: str, line: int) -> Piece:
        """A text that does not stand in the source as it is, such as a SymPy expression: its line stands for it."""
        start = self._start(line)
        content = self.source.text[start:].split("\n", 1)[0]
        first, end = start + len(content) - len(content.lstrip()), start + len(content.rstrip())
        middle = [first] * max(0, len(text) - 1) + [max(first, end - 1)]
        return Piece(self.source, text, (*middle[: len(text)], end))


class Derivation:
    """A chain of steps under declarations, as in a file; texts are in the plain language, expressions are SymPy's.

    symbols, define: as the keys of a file; assume: facts; name: how reports call it.  Mistakes in the declarations are
    raised by ``verify`` as ``InputError``; a step that cannot be read is reported as ``invalid``.
    """

    def __init__(
        self,
        symbols: Mapping[str, str] | None = None,
        define: Mapping[str, Any] | None = None,
        assume: Iterable[Any] = (),
        *,
        layout: str = "mixed",
        name: str = "",
        title: str | None = None,
        steps: Iterable[Any] = (),
    ) -> None:
        caller = sys._getframe(1)
        self.file, line = caller.f_code.co_filename, caller.f_lineno
        self.symbols = dict(symbols or {})
        self.define = dict(define or {})
        for key, given in (("assume", assume), ("steps", steps)):
            if isinstance(given, str):
                raise _refused("bad-value", f"{key} is a list of texts: write [{given!r}]")
        self.assume = list(assume)
        self.layout, self.name, self.title = layout, name, title
        self.line = line
        if layout not in reading.LAYOUTS:
            raise _refused("bad-value", f"the layout {layout} is none of {', '.join(reading.LAYOUTS)}")
        self._steps: list[_Written] = []
        for given in steps:
            self._add(given, "=", None, None, line)

    def step(self, given: Any, relation: str = "=", by: str | None = None, expect: str = "right") -> Derivation:
        """Add a step, a text or a SymPy expression, and return the derivation.

        relation: how it continues the step before, unless the text begins with one; by: its reason; expect: ``right``,
        ``wrong``, ``conditional``, ``invalid`` or ``open``.
        """
        self._add(given, relation, by, expect, sys._getframe(1).f_lineno)
        return self

    def verify(self, *, samples: int = 32, seed: int = 0, timeout: float = 10.0, strict: bool = False) -> DerivationReport:
        """Judge every step; raises ``InputError`` where the declarations or these settings cannot be used."""
        if not isinstance(samples, int) or samples < 1:
            raise _refused("bad-value", f"samples is a whole number from 1, not {samples!r}")
        if not isinstance(timeout, int | float) or not timeout > 0:
            raise _refused("bad-value", f"timeout is a positive number of seconds, not {timeout!r}")
        if not isinstance(seed, int):
            raise _refused("bad-value", f"seed is a whole number, not {seed!r}")
        made = self.document()
        if made.diagnostics:
            raise InputError(*made.diagnostics)
        report, wrong = judge_derivation(made.derivations[0], Surroundings(Settings(samples, seed, timeout, strict=strict)))
        errors = [d for d in wrong if d.severity == "error"]
        if errors:
            raise InputError(*errors)
        return report

    def document(self, path: str | None = None, name: str = "") -> Document:
        """The derivation as a document of its own; ``path`` stands for its file in messages."""
        texts = self._texts(path)
        try:
            declarations = self._declarations(texts)
            steps = self._raw_steps(texts, declarations)
        except InputError as error:
            return Document(texts.source.path, texts.source, (), error.diagnostics)
        place = texts.source.place(0, 0) if not texts.known else Place(self.line, 1, self.line, 1)
        called = self.name or name or "derivation"
        made = document.Derivation(called, declarations, steps, (), place, self.title)
        return Document(texts.source.path, texts.source, (made,))

    def _add(self, given: Any, relation: str, by: str | None, expect: str | None, line: int) -> None:
        if relation not in RELATIONS:
            raise _refused("bad-value", f"{relation} is no relation between steps: write one of {' '.join(RELATIONS)}")
        if expect is not None and expect not in document.EXPECTATIONS:
            raise _refused("bad-expectation", f"{expect} cannot be expected: write one of {', '.join(document.EXPECTATIONS)}")
        written = isinstance(given, str) and reading_steps.RELATION.match(given)
        self._steps.append(_Written(given, line, f"{relation} " if self._steps and not written else "", by, expect))

    def _texts(self, path: str | None) -> _Texts:
        content = "".join(linecache.getlines(self.file))
        if content:
            return _Texts(Source(path or self.file, content), True)
        given = [*self.symbols, *self.symbols.values(), *self.define, *self.define.values(), *self.assume]
        given += [step.given for step in self._steps]
        return _Texts(Source(path or "<python>", "\n".join(" ".join(str(it).split()) for it in given)), False)

    def _declarations(self, texts: _Texts) -> Declarations:
        names = [texts.piece(name, self.line) for name in self.symbols]
        types = [texts.piece(type_, self.line) for type_ in self.symbols.values()]
        declared = [Declared(one, t) for n, t in zip(names, types, strict=True) for one in n.split(",")]
        before = Declarations(tuple(declared), (), (), self.layout)
        lefts = [texts.piece(left, self.line) for left in self.define]
        rights = [_piece(texts, right, self.line, "", before) for right in self.define.values()]
        facts = [_piece(texts, fact, self.line, "", before) for fact in self.assume]
        return Declarations(tuple(declared), tuple(zip(lefts, rights, strict=True)), tuple(facts), self.layout)

    def _raw_steps(self, texts: _Texts, declarations: Declarations) -> tuple[RawStep, ...]:
        found = []
        for step in self._steps:
            raw = reading_steps.from_text(_piece(texts, step.given, step.line, step.prefix, declarations), None)
            if raw is None:
                raise _refused("bad-value", "a step is empty", step.line)
            expected = raw.expectation if step.expect in {None, "right"} else document.Expectation(step.expect or "right")
            found.append(replace(raw, by=step.by or raw.by, expectation=expected))
        if not found:
            raise _refused("no-derivation", "there are no steps: add some with step()", self.line)
        return tuple(found)


def _piece(texts: _Texts, given: Any, line: int, prefix: str, declarations: Declarations) -> Piece:
    """A text as it is, or the text of a SymPy expression."""
    if isinstance(given, str):
        return texts.piece(given, line, prefix)
    return texts.piece(_shown(given, declarations, line), line, prefix)


def _shown(expression: object, declarations: Declarations, line: int) -> str:
    from derivcheck.proving.with_sympy.from_sympy import from_sympy  # imports SymPy, which the caller has done already
    from derivcheck.proving.with_sympy.terms import Untranslatable

    scope, wrong = scopes.build(declarations)
    if wrong:
        raise InputError(*wrong)
    try:
        return show(from_sympy(expression, scope.symbols, scope.layout))
    except Untranslatable as error:
        raise _refused("syntax", f"the SymPy expression {expression} cannot be read: {error}", line) from None


def _refused(code: str, message: str, line: int = 1) -> InputError:
    return InputError(Diagnostic(code, message, place=Place(line, 1, line, 1)))

