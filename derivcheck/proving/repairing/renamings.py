"""A name written for another in the wrong step and in the one before: with the other name in both the step is right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from derivcheck.kernel.outcome import Proof
from derivcheck.kernel.terms import Claim, Symbol, Term, free_symbols, substitute, symbol
from derivcheck.proving.decide import Judge
from derivcheck.proving.mistakes.names import marked, meant
from derivcheck.proving.mistakes.surroundings import Surroundings
from derivcheck.proving.repairing.agreement import Agreement

MOST_TRIED = 40
"""How many renamings are screened."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """Which names stand for which others in both steps."""

    pairs: tuple[tuple[Symbol, Symbol], ...]

    @property
    def code(self) -> str:
        """The row of the table of mistakes: a hat dropped, or another name."""
        return "dropped-hat" if any(marked(new, old) for old, new in self.pairs) else "wrong-symbol"

    def message(self) -> str:
        """What is meant, in one sentence."""
        said = "; and ".join(meant(new, old).format(new.name, old.name) for old, new in self.pairs)
        return f"{said}, here and in the step before"


def renaming(judge: Judge, left: Term, right: Term) -> Renaming | None:
    """The one or two names whose exchange in both sides makes the step right, proved; ``None`` if none was found."""
    around = Surroundings(left, right, judge.context)
    for tried, pairs in enumerate(_candidates(around, left, right)):
        if tried >= MOST_TRIED:
            return None
        values = {old: symbol(new) for old, new in pairs}
        one, other = substitute(left, values), substitute(right, values)
        agreement = Agreement(judge.drawn(), one)
        if one == other or not agreement.views or agreement.vanishes() or agreement.sign(other) != 1:
            continue
        if isinstance(judge.kernel.prove(Claim(one, "=", other, judge.context)), Proof):
            return Renaming(pairs)
    return None


def _same_kind(old: Symbol, new: Symbol) -> bool:
    """Whether as much is declared of one name as of another: if more, the step would be right by that alone."""
    return (old.type.kind, old.type.attributes) == (new.type.kind, new.type.attributes)


def _candidates(around: Surroundings, left: Term, right: Term) -> Iterator[tuple[tuple[Symbol, Symbol], ...]]:
    """One renaming of a name that both sides have, those of a mark first; then one of a mark with another."""
    shared = free_symbols(left) & free_symbols(right)
    variables = {s for t in (*left.walk(), *right.walk()) if t.op == "diff" for s in free_symbols(t.args[1])}
    every = [
        (old, new)
        for old in sorted(free_symbols(left) | free_symbols(right), key=lambda s: s.name)
        if old.type.kind not in {"index", "bound", "function", "size"}
        for new in around.alike(symbol(old))
        if not (old in variables and new.name in around.context.definitions) and (marked(new, old) or _same_kind(old, new))
    ]
    singles = sorted((pair for pair in every if pair[0] in shared), key=lambda pair: not marked(pair[1], pair[0]))
    yield from ((pair,) for pair in singles)
    for one in singles:
        if marked(one[1], one[0]):
            yield from ((one, two) for two in every if two[0] != one[0])
