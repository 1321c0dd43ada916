"""How deep a term is nested, its definitions in place: what is too deep is said to be so before anybody descends into it.

How far a recursion gets depends on who called it and on what is remembered of the parts; a verdict must not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from derivcheck.kernel.terms import BINDERS, Context, Symbol, Term

HIGHEST = 200
"""The most operators that may stand inside one another in a term that is judged."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How many operators, and how many derivatives, stand inside one another in a term; definitions stand where they are used."""

    height: int = 0
    derivatives: int = 0


@dataclass(slots=True)
class Extents:
    """Answers under one context, each term looked at once and none by recursion."""

    context: Context
    _known: dict[Term, Extent] = field(default_factory=dict)

    def of(self, term: Term) -> Extent:
        """How deep a term is nested, whatever is known of its parts."""
        stack = [term]
        while stack:
            top = stack[-1]
            inside = [] if top in self._known else list(self._parts(top))
            unknown = [t for t in inside if t not in self._known]
            if unknown:
                stack += unknown
                continue
            stack.pop()
            if top not in self._known:
                self._known[top] = self._around(top, [self._known[t] for t in inside])
        return self._known[term]

    def too_deep(self, *terms: Term) -> bool:
        """Whether one of the terms is nested too deeply to be judged."""
        return any(self.of(term).height > HIGHEST for term in terms)

    def forget(self) -> None:
        """Forget the terms looked at so far."""
        self._known.clear()

    def _parts(self, term: Term) -> Iterator[Term]:
        yield from term.args
        if isinstance(term.data, Symbol) and term.op not in BINDERS and term.data.type.kind not in {"bound", "variable"}:
            definition = self.context.definitions.get(term.data.name)
            if definition is not None:
                yield definition.body

    @staticmethod
    def _around(term: Term, inside: list[Extent]) -> Extent:
        height = 1 + max((it.height for it in inside), default=0)
        return Extent(height, (term.op == "diff") + max((it.derivatives for it in inside), default=0))
