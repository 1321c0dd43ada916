"""What is declared where a text is read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from derivcheck.kernel.terms import Context, Definition, Symbol, Term, free_symbols
from derivcheck.kernel.vocabulary import SPELLINGS
from derivcheck.syntax.latex.macros import Macro

CONSTANTS = ("pi", "e", "oo", "i")
"""Names that mean a number unless they are declared; ``i`` only where complex numbers are declared."""

MAX_CANDIDATES = 500
"""How many names are compared with a misspelt one, so that many mistakes among many names stay cheap."""

_MEANT = {"π": "pi", "inf": "oo", "infinity": "oo", "Inf": "oo", "trans": "x.T", "I": "eye(n)", "E": "e", "Pi": "pi"}


@dataclass(frozen=True, slots=True)
class Scope:
    """The declarations that a text may use; every act of declaring returns a new scope.

    defined: names that have a definition, or get one in the same file, so that a derivative by them can be refused.
    latex: how LaTeX spells names, where that does not follow from the name itself; macros: what the document defines commands
    of LaTeX to stand for.
    """

    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    assumptions: tuple[Term, ...] = ()
    layout: str = "mixed"
    defined: frozenset[str] = frozenset()
    latex: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    macros: Mapping[str, Macro] = field(default_factory=dict)

    def context(self) -> Context:
        """The same declarations as the kernel wants them."""
        return Context(self.symbols, self.definitions, self.assumptions)

    def has_random(self) -> bool:
        """Whether a random variable is declared, so that E, Var, Cov and P speak of it."""
        return any("random" in s.type.attributes for s in self.symbols.values())

    def has_complex(self) -> bool:
        """Whether complex numbers are declared, so that ``i`` is the imaginary unit."""
        return any(s.type.kind == "complex" for s in self.symbols.values())


def reached(scope: Scope, symbols: Iterable[Symbol]) -> set[Symbol]:
    """Symbols and all that their definitions use, directly or through other definitions."""
    found = set(symbols)
    waiting = [it for it in found if it.name in scope.definitions]
    while waiting:
        it = waiting.pop()
        definition = scope.definitions.get(it.name)
        if definition is None or definition.symbol != it:
            continue
        free = free_symbols(definition.body) - found
        found |= free
        waiting += free
    return found


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint for a name that is not known: ``; did you mean yhat?``, or nothing."""
    from difflib import get_close_matches  # only a mistake needs it

    candidates = [k for k in known if k != name][:MAX_CANDIDATES]
    if name in _MEANT:
        return f"; did you mean {_MEANT[name]}?"
    same = [k for k in candidates if k.lower() == name.lower()]
    near = same or (get_close_matches(name, candidates, n=1, cutoff=0.6) if len(name) > 1 else [])
    return f"; did you mean {near[0]}?" if near else ""


def undeclared(name: str, scope: Scope, also: Iterable[str] = ()) -> str:
    """The message for a name that is not declared."""
    hint = did_you_mean(name, [*scope.symbols, *also, *(f for f in SPELLINGS if len(name) > 2)])
    if name == "i" and not hint:
        hint = "; i is the imaginary unit only where a complex symbol is declared"
    return f"{name} is not declared{hint}" if hint else f"{name} is not declared; add it to symbols, such as {name}: real"
