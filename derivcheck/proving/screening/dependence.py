"""What the value of a term depends on: bound symbols around it, and declared names, those of definitions included."""

from __future__ import annotations

from derivcheck.kernel.extents import Extents
from derivcheck.kernel.terms import BINDERS, Context, Symbol, Term

LOCAL = frozenset({"bound", "variable"})
"""The kinds of symbols that stand for what a binder or a call around them says."""


class Dependence:
    """Answers under one context, each term looked at once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.extents = Extents(context)
        self._known: dict[Term, tuple[tuple[Symbol, ...], frozenset[str]]] = {}

    def of(self, term: Term) -> tuple[tuple[Symbol, ...], frozenset[str]]:
        """The bound symbols that occur free in a term, and the names on which its value depends besides."""
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = self._found(term)
        return found

    def forget(self) -> None:
        """Forget the terms looked at so far."""
        self._known.clear()
        self.extents.forget()

    def _found(self, term: Term) -> tuple[tuple[Symbol, ...], frozenset[str]]:
        if term.op == "symbol" and term.symbol.type.kind in LOCAL:
            return (term.symbol,), frozenset()
        parts = [self.of(a) for a in term.args]
        bound = dict.fromkeys(s for symbols, _ in parts for s in symbols)
        names = frozenset[str]().union(*(n for _, n in parts))
        if term.op in BINDERS and isinstance(term.data, Symbol):
            pairs = [(k, s) for k, (symbols, _) in enumerate(parts) for s in symbols]
            bound = dict.fromkeys(s for k, s in pairs if s != term.data or 1 <= k <= 2)  # bounds lie outside the scope
        elif isinstance(term.data, Symbol):
            names |= self._named(term.data)
        return tuple(bound), names

    def _named(self, it: Symbol) -> frozenset[str]:
        definition = self.context.definitions.get(it.name)
        return frozenset({it.name}) if definition is None else self.of(definition.body)[1] | {it.name}
