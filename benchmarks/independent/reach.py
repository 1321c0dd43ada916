"""What the definitions of a context reach."""

from __future__ import annotations

from derivcheck.kernel.terms import Context, Definition, Symbol, Term, free_symbols


class Reach:
    """Which names a term depends on through the definitions of a context, and how deep derivatives are nested in it."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._names: dict[Term, frozenset[str]] = {}
        self._depths: dict[Term, int] = {}

    def definition(self, it: Symbol) -> Definition | None:
        found = self.context.definitions.get(it.name)
        return found if found is not None and found.symbol == it else None

    def names(self, term: Term) -> frozenset[str]:
        """The names that a term depends on, through definitions too."""
        if term not in self._names:
            found = {it.name for it in free_symbols(term)}
            for it in free_symbols(term):
                if definition := self.definition(it):
                    found |= self.names(definition.body)
            self._names[term] = frozenset(found)
        return self._names[term]

    def depth(self, term: Term) -> int:
        """How many derivatives are taken one of the other."""
        if term not in self._depths:
            inner = max(map(self.depth, term.args), default=0)
            known = self.definition(term.symbol) if term.op in {"symbol", "apply", "derivative"} else None
            if known is not None:
                inner = max(inner, self.depth(known.body) + self._order(term))
            self._depths[term] = inner + (term.op == "diff")
        return self._depths[term]

    @staticmethod
    def _order(term: Term) -> int:
        if term.op != "derivative":
            return 0
        return int(term.args[0].number) if term.args[0].op == "number" else 2
