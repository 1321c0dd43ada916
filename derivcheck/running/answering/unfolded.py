"""A term with the names that a student defined in their places, so that nothing hides behind a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from derivcheck.kernel.terms import BINDERS, Definition, Symbol, Term, free_symbols, substitute
from derivcheck.kernel.vocabulary import build

_MOST = 20_000
"""How many operators are unfolded: names that stand for more stay, and what they hide is looked at by itself."""


@dataclass(slots=True)
class Unfolding:
    """Unfolds terms; definitions: a student's own, acyclic; left: how many operators may still be made."""

    definitions: Mapping[Symbol, Definition]
    left: int = field(default=_MOST)

    def of(self, term: Term) -> Term:
        """A term with the definitions in their places, as far as they can stand there."""
        self.left = _MOST
        return self._of(term, frozenset()) if self.definitions else term

    def hidden(self, term: Term) -> Iterator[Term]:
        """What the names stand for that are left in a term, and the names in that."""
        waiting, seen = [term], set[Symbol]()
        while waiting:
            for it in free_symbols(waiting.pop()) & self.definitions.keys() - seen:
                seen.add(it)
                body = self.definitions[it].body
                waiting.append(body)
                yield body

    def _of(self, term: Term, around: frozenset[Symbol]) -> Term:
        """around: the names that are bound where the term stands."""
        self.left -= 1
        if self.left < 0 or not free_symbols(term) & self.definitions.keys():
            return term
        if term.op == "symbol":
            return self._filled(term.symbol, (), around) or term
        inner = around | {term.data} if term.op in BINDERS and isinstance(term.data, Symbol) else around
        head = term.args[0] if term.op == "entry" else None
        if head is not None and head.op == "symbol" and head.symbol in self.definitions:
            places = tuple(self._of(a, inner) for a in term.args[1:])
            filled = self._filled(head.symbol, places, around)
            return filled or build("entry", head, *places)
        args = tuple(self._of(a, inner) for a in term.args)
        if term.op == "apply" and isinstance(term.data, Symbol):
            filled = self._filled(term.data, args, around)
            if filled is not None:
                return filled
        return Term(term.op, args, term.data, term.shape)

    def _filled(self, name: Symbol, places: tuple[Term, ...], around: frozenset[Symbol]) -> Term | None:
        """What a name stands for with arguments or indices; ``None`` where it cannot stand there."""
        it = self.definitions.get(name)
        if it is None or len(it.parameters) > len(places) or any(p.shape for p in places):
            return None
        if not all(_may_stand(value, parameter, it) for parameter, value in zip(it.parameters, places, strict=False)):
            return None
        if len(places) - len(it.parameters) > len(it.body.shape):
            return None
        if (free_symbols(it.body) - set(it.parameters)) & around:  # a bound name would take the place of another
            return None
        count = len(it.parameters)
        body = self._of(substitute(it.body, dict(zip(it.parameters, places[:count], strict=True))), around)
        return build("entry", body, *places[count:]) if places[count:] else body


def _may_stand(value: Term, parameter: Symbol, it: Definition) -> bool:
    """Whether a value may take a parameter's place: where a derivative is by it, only another name can, and a new one."""
    if not any(t.op == "diff" and parameter in free_symbols(t.args[1]) for t in it.body.walk()):
        return True
    return value.op == "symbol" and value.symbol not in free_symbols(it.body)
