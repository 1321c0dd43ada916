"""The values that files are read into: derivations as raw texts with their places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from derivcheck.diagnostic import Diagnostic, Place
from derivcheck.files.source import Piece, Source
from derivcheck.syntax.latex.macros import Macro

if TYPE_CHECKING:
    from derivcheck.files.nodes import Node  # documents of LaTeX do without YAML

EXPECTATIONS = ("right", "wrong", "conditional", "invalid", "open")
"""What an author may expect of a step."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the author expects of a step, and why, in the author's words."""

    kind: str = "right"
    remark: str | None = None


@dataclass(frozen=True, slots=True)
class RawStep:
    """One step as written.

    text: with its relation, without comments; by: the stated reason; assume: facts that hold from this step on;
    syntax: its language, if it says so itself; notes: remarks that stood beside it.
    """

    text: Piece
    by: str | None = None
    expectation: Expectation = Expectation()
    assume: tuple[Piece, ...] = ()
    syntax: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """Steps that continue from the last step before the cases, under a condition."""

    when: Piece
    steps: tuple[RawStep, ...]


@dataclass(frozen=True, slots=True)
class Declared:
    """A name and its type; latex is how LaTeX spells it, in one or several ways."""

    name: Piece
    type: Piece
    latex: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Declarations:
    """What a file or a derivation says before its steps.

    macros: commands of LaTeX that a document defines; renamed: further names, and which declared name each stands for.
    """

    symbols: tuple[Declared, ...] = ()
    definitions: tuple[tuple[Piece, Piece], ...] = ()
    assumptions: tuple[Piece, ...] = ()
    layout: str | None = None
    modulo: tuple[str, ...] | None = None
    syntax: str | None = None
    macros: Mapping[str, Macro] = field(default_factory=dict)
    renamed: tuple[tuple[Piece, str], ...] = ()

    @property
    def defined(self) -> frozenset[str]:
        """The names that the definitions define."""
        return frozenset(_head(left.text) for left, _ in self.definitions)

    @property
    def letters(self) -> frozenset[str]:
        """The names that are declared, as they are written in LaTeX too."""
        return frozenset(word.text for symbol in self.symbols for word in (symbol.name, *symbol.latex))

    def extended(self, own: Declarations) -> Declarations:
        """These declarations with those of a derivation, which take the place of any about the same name."""
        names = {declared.name.text for declared in own.symbols}
        redefined = own.defined | names
        return Declarations(
            (*(d for d in self.symbols if d.name.text not in names), *own.symbols),
            (*(d for d in self.definitions if _head(d[0].text) not in redefined), *own.definitions),
            (*self.assumptions, *own.assumptions),
            own.layout or self.layout,
            self.modulo if own.modulo is None else own.modulo,
            own.syntax or self.syntax,
            {**self.macros, **own.macros},
        )


def _head(left: str) -> str:
    """The name that a definition's left side defines."""
    return left.split("[")[0].split("(")[0].strip()


@dataclass(frozen=True, slots=True)
class Derivation:
    """A named chain of steps under declarations, the file's included; place is where its name or steps stand.

    fault: the first mistake in its keys or in the file's, with which it cannot be judged as it was meant; grading: how it is
    graded, read by graders only.
    """

    name: str
    declarations: Declarations
    steps: tuple[RawStep, ...]
    cases: tuple[Case, ...]
    place: Place
    title: str | None = None
    source: str | None = None
    note: str | None = None
    fault: str | None = None
    grading: Node | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """A file's derivations, and what is wrong with the rest of it; title: the file's own, if it has one."""

    path: str
    source: Source | None = field(repr=False)
    derivations: tuple[Derivation, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    title: str | None = None
