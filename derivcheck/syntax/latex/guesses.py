"""What the symbols of a document may be: a type for each name that its formulas hold, guessed from how it is written.

Nothing is judged by a guess: it is a proposal for the author to confirm or mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from derivcheck.syntax.latex.macros import Macro
from derivcheck.syntax.latex.uses import Found, Uses, collect

_DIMENSIONS = ("d", "n", "m", "D", "N")
_INDEX_LETTERS = frozenset("ijklmnpqrstw")
"""Letters that count something where they stand in a subscript, unless they are sizes."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A name with a guess at its type, and why; latex: its spelling, if that does not follow from the name."""

    name: str
    type: str
    why: str
    latex: str | None = None


def guess(formulas: Iterable[str], macros: Mapping[str, Macro] | None = None) -> tuple[Guess, ...]:
    """A guess at the type of every name in the formulas, sizes first, then indices; macros: what the document defines."""
    found = collect(formulas, macros or {})
    made = _Guesses.of(found)
    return tuple(sorted(made.all(), key=lambda it: (it.type != "size", not it.type.startswith("index"))))


@dataclass(slots=True)
class _Guesses:
    """What is guessed from: sizes: names that end a sum; dimension, default: sizes for arrays whose own does not show."""

    found: Found
    sizes: set[str]
    dimension: str
    default: str

    @classmethod
    def of(cls, found: Found) -> _Guesses:
        """The sizes first, on which all else depends."""
        sizes = {upper for upper in found.upper.values() if not upper.isdigit() and upper != "oo"}
        free = [name for name in _DIMENSIONS if name not in found.uses and name not in sizes] or ["dim", "size_1"]
        dimension = free[0]
        default = sorted(sizes)[0] if sizes else next((name for name in free if name != dimension), "size_1")
        return cls(found, sizes, dimension, default)

    def all(self) -> Iterator[Guess]:
        """The guesses, and the sizes that they need."""
        made = [it for key, use in self.found.uses.items() for it in self.of_name(key, use)]
        used = {word for it in made for word in re.findall(r"\w+", it.type)}
        yield from (Guess(name, "size", "it ends a sum") for name in sorted(self.sizes))
        for name in (self.dimension, self.default):
            if name in used and name not in self.sizes:
                self.sizes.add(name)
                yield Guess(name, "size", "a dimension that the formulas do not name")
        yield from made

    def of_name(self, key: str, use: Uses) -> Iterator[Guess]:
        """The guesses at what a name is: itself, and the names that it forms with a literal subscript."""
        if key in self.sizes or (key in self.found.bound and key not in self.found.free):
            return
        literals = sorted({subs[0] for subs in use.subscripts if len(subs) == 1 and self.is_literal(subs[0], key)})
        for sub in literals:
            made = self.plain(f"{key}_{''.join(filter(str.isalnum, sub))}", use, f"{sub} stands in no other subscript")
            yield made if sub.isalnum() else replace(made, latex=f"{key}_{{\\text{{{sub}}}}}")
        entries = [subs for subs in use.subscripts if subs and not (len(subs) == 1 and subs[0] in literals)]
        if entries:
            yield self.array(key, use, entries)
        elif use.subscript and not use.called:
            yield Guess(key, f"index({self.size_of([key])})", "it stands in subscripts")
        elif use.alone or not literals:
            yield self.plain(key, use, "")

    def is_literal(self, sub: str, key: str) -> bool:
        """Whether a subscript belongs to a name: a word, or a letter or number that counts nothing."""
        uses = self.found.uses
        subscripts = set(uses[key].subscripts)
        if sub.isdigit():
            return all(len(subs) == 1 and subs[0].isdigit() for subs in subscripts) and not uses[key].members
        if len(sub) > 1 and sub not in uses:
            return True
        if sub in self.found.bound or sub in self.sizes or sub in _INDEX_LETTERS:
            return False
        others = any(sub in subs for other, use in uses.items() if other != key for subs in use.subscripts)
        alone = sub in uses and uses[sub].alone and not uses[sub].subscript
        return not others and not alone and subscripts == {(sub,)}

    def size_of(self, subs: Iterable[str]) -> str:
        """The end of the range of one of these indices, or the size that stands for those that do not show."""
        return next((self.found.upper[sub] for sub in subs if sub in self.found.upper), self.default)

    def array(self, key: str, use: Uses, entries: list[tuple[str, ...]]) -> Guess:
        """A family of vectors, a matrix, a vector."""
        size = self.size_of([sub for subs in entries for sub in subs])
        why = f"it has subscripts such as {', '.join(entries[0])}"
        if any(len(subs) > 1 for subs in entries):
            return Guess(key, f"matrix({size}, {self.dimension})", "it has two subscripts")
        if use.members:
            return Guess(key, f"vector({self.dimension})[{size}]", f"{why}, and is written as a vector")
        return Guess(key, f"vector({size})", why)

    def argument(self, name: str) -> str:
        """The type of an argument: that of the name that it is, if that is an array."""
        use = self.found.uses.get(name)
        guesses = [] if use is None or use.called else [it.type for it in self.of_name(name, use) if it.name == name]
        return guesses[0] if guesses and guesses[0].startswith(("vector", "matrix")) and "[" not in guesses[0] else "real"

    def plain(self, name: str, use: Uses, why: str) -> Guess:
        """What has no index: a function, a matrix, a vector, a number."""
        base = name.split("_")[0]
        capital = len(base) == 1 and base.isupper()
        square = f"matrix({self.dimension}, {self.dimension})"
        if use.called and use.called == use.count:
            arguments = ", ".join(map(self.argument, use.arguments))
            return Guess(name, f"function({arguments}) -> real", "brackets always follow it")
        if name == "I":
            return Guess(name, square, f"the identity, if so add define: {{I: eye({self.dimension})}}")
        if capital and (use.bold or use.inverted or use.transposed):
            return Guess(name, square, "a capital that is bold, transposed or inverted")
        if use.bold or use.transposed or (use.vector and not capital):
            return Guess(name, f"vector({self.dimension})", "it is written as a vector")
        return Guess(name, "real", why or "nothing says that it is anything else")
