"""What stands around a step: the pieces that its author may have forgotten, and the names that could have been meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from itertools import permutations
from itertools import product as tuples

from derivcheck.kernel.terms import LOGIC, ONE, Context, Symbol, Term, free_symbols, is_family, number, symbol
from derivcheck.kernel.vocabulary import FUNCTIONS, ShapeError, build, build_diff, same_shape, same_size
from derivcheck.proving.mistakes.places import nodes

LARGEST_PIECE = 14
"""The most subterms of a piece that is taken to have been forgotten."""

LARGEST_SUM = 40
"""The most subterms of a piece that is compared by its values only."""

MOST_PIECES = 60
"""How many pieces are tried at one place, the smallest first."""

SIZED = frozenset({"eye", "ones", "zeros"})
"""Functions of a size."""

PARTNERS = {"sin": "cos", "cos": "sin", "sinh": "cosh", "cosh": "sinh"}
"""Functions that come together in the laws of sums and derivatives."""

MOST_NUMBERS = 4
"""How many of the numbers that occur are tried as factors."""

_VALUES = frozenset({"size", "integer", "natural", "sign", "real", "positive", "nonnegative", "negative", "nonzero", "complex"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A term that may be missing, and how large an oversight that would be.

    kind: ``factor``, ``inner derivative`` (of an argument), or ``complement`` (``1 - p``, which is no summand).
    """

    term: Term
    size: float
    kind: str = "factor"


@dataclass(frozen=True)
class Surroundings:
    """The step before, the step, and the declarations."""

    left: Term
    right: Term
    context: Context
    _pieces: dict[tuple[Symbol, ...], tuple[Piece, ...]] = field(default_factory=dict)

    @cached_property
    def terms(self) -> tuple[Term, ...]:
        """Both sides, and the bodies of the definitions that they use."""
        found, seen = [self.left, self.right], set[str]()
        for term in found:
            for name in sorted(s.name for s in free_symbols(term)):
                if name in self.context.definitions and name not in seen:
                    seen.add(name)
                    found.append(self.context.definitions[name].body)
        return tuple(found)

    @cached_property
    def subterms(self) -> tuple[Term, ...]:
        """The distinct values among the subterms of ``terms``."""
        found = {t: None for term in self.terms for t in term.walk() if t.op not in LOGIC and not is_family(t)}
        return tuple(found)

    @cached_property
    def symbols(self) -> tuple[Symbol, ...]:
        """The declared symbols that the sides and their definitions use, in the author's order."""
        used = frozenset[Symbol]().union(*map(free_symbols, self.terms))
        return tuple(s for s in self.context.symbols.values() if s in used)

    @cached_property
    def functions(self) -> tuple[Term, ...]:
        """One application of each function of one argument that occurs."""
        found: dict[object, Term] = {}
        for t in self.subterms:
            if len(t.args) == 1 and (t.op == "apply" or (t.op in FUNCTIONS and t.op not in SIZED)):
                found.setdefault(t.data if t.op == "apply" else t.op, t)
        return tuple(found.values())

    @cached_property
    def numbers(self) -> tuple[Term, ...]:
        """The numbers that occur."""
        return tuple(t for t in self.subterms if t.op == "number")

    def unfolded(self, term: Term) -> Term:
        """What a symbol is defined as without parameters, also under a transpose; else the term."""
        if term.op == "transpose":
            inner = self.unfolded(term.args[0])
            return term if inner is term.args[0] else build("transpose", inner)
        definition = self.context.definitions.get(term.symbol.name) if term.op == "symbol" else None
        return definition.body if definition is not None and not definition.parameters else term

    def indices(self, bound: Iterable[Symbol]) -> tuple[Term, ...]:
        """What can be an index under these binders, the innermost bound symbol first."""
        inner = {s.name: s for s in bound if s.type.kind == "bound"}
        outer = [s for s in self.context.symbols.values() if s.type.kind == "index" and not s.type.family and s.name not in inner]
        return tuple(symbol(s) for s in (*reversed(inner.values()), *outer))

    def readable(self, term: Term, bound: Iterable[Symbol]) -> bool:
        """Whether a term, written under these binders, means what it is: nothing captured, nothing out of scope."""
        inner = {s.name: s for s in bound}
        for s in free_symbols(term):
            if s.name in inner and s != inner[s.name]:
                return False
            if s.type.kind in {"bound", "variable"} and s.name not in inner:
                return False
        return True

    def pieces(self, bound: tuple[Symbol, ...]) -> tuple[Piece, ...]:
        """What may be missing under these binders, the smallest first."""
        if bound not in self._pieces:
            smallest: dict[Term, Piece] = {}
            for piece in self._all_pieces(bound):
                known = smallest.get(piece.term)
                smaller = known is None or piece.size < known.size
                if smaller and piece.term != self.left and self.readable(piece.term, bound):
                    smallest[piece.term] = piece
            self._pieces[bound] = tuple(sorted(smallest.values(), key=lambda p: p.size)[:MOST_PIECES])
        return self._pieces[bound]

    @cached_property
    def all_pieces(self) -> tuple[Piece, ...]:
        """What may be missing outside of all binders, also what is large or a sum, but no whole side, the smallest first."""
        smallest: dict[Term, Piece] = {}
        sides = {self.left, self.right}
        larger = (Piece(t, 1 + nodes(t) / 4) for t in self.subterms if t.op not in {"number", "neg"} and nodes(t) <= LARGEST_SUM)
        for piece in (*self._all_pieces(()), *larger):
            known = smallest.get(piece.term)
            said = piece.term.op == "number" or piece.term in sides or not self.readable(piece.term, ())
            if not said and (known is None or piece.size < known.size):
                smallest[piece.term] = piece
        return tuple(sorted(smallest.values(), key=lambda p: p.size))

    def _all_pieces(self, bound: tuple[Symbol, ...]) -> Iterator[Piece]:
        yield Piece(number(2), 1)
        for s in self.symbols:
            if not is_family(symbol(s)) and s.type.kind in _VALUES:
                yield Piece(symbol(s), 1)
        for name in self.leaves(bound):
            yield Piece(name, 1)
        kept = set(self.right.walk())
        for term in self._parts_of_left():
            yield Piece(term, 2 if term in kept else 1)
        for term in self.subterms:
            if term.op not in {"number", "neg", "add"} and (count := nodes(term)) <= LARGEST_PIECE:
                yield Piece(term, 1 + count / 4)
                if not term.shape and term.op not in {"mul", "div"} and term != self.left:
                    yield Piece(build("add", ONE, build("neg", term)), 1.5 + count / 4, "complement")
        for term in [t for t in self.numbers if t.number not in {0, 1, 2}][:MOST_NUMBERS]:
            yield Piece(term, 1.25)
        for term in self.subterms:
            if term.op in PARTNERS and nodes(term) <= LARGEST_PIECE:
                yield Piece(build(PARTNERS[term.op], *term.args), 1.75)
        for term in self._derivatives():
            yield Piece(term, 1.75)
        for term in self._inner_derivatives():
            yield Piece(term, 2.5, "inner derivative")

    def leaves(self, bound: tuple[Symbol, ...]) -> Iterator[Term]:
        """The entries and members that can be named under these binders."""
        indices = self.indices(bound)
        for s in self.symbols:
            sizes = symbol(s).shape
            count = len(s.type.family) or len(sizes)
            if s.type.kind in _VALUES and 1 <= count <= 2:
                for chosen in tuples(indices, repeat=count):
                    if all(_ranges_over(i, size) for i, size in zip(chosen, sizes, strict=False)):
                        yield build("entry", symbol(s), *chosen)
            if len(s.type.family) == len(s.type.shape) == 1 and s in self._taken_apart:
                for chosen in permutations(indices, 2):
                    if all(_ranges_over(i, size) for i, size in zip(chosen, (*s.type.family, *s.type.shape), strict=True)):
                        yield build("entry", symbol(s), *chosen)

    @cached_property
    def _taken_apart(self) -> frozenset[Symbol]:
        """The families of vectors whose entries occur."""
        entries = (t.args[0] for t in self.subterms if t.op == "entry" and not t.shape)
        return frozenset(a.symbol for e in entries for a in (e.args[0] if e.op == "entry" else e,) if a.op == "symbol")

    def _parts_of_left(self) -> Iterator[Term]:
        """The summands and factors of the step before, which may have been lost in copying."""
        stack = [self.left]
        while stack:
            term = stack.pop()
            if term.op in {"add", "neg", "mul"}:
                stack.extend(term.args)
            elif term is not self.left:
                yield term

    def _derivatives(self) -> Iterator[Term]:
        """The derivatives of the opaque functions under each derivative of the step before."""
        for term in self.left.walk():
            for t in term.args[0].walk() if term.op == "diff" else ():
                if t.op == "apply" and len(t.args) == 1 and not t.args[0].shape and t.symbol.name not in self.context.definitions:
                    yield build("derivative", ONE, t.args[0], data=t.symbol)

    def _inner_derivatives(self) -> Iterator[Term]:
        """The derivatives of the arguments under each derivative of the step before, as the chain rule wants them."""
        for term in self.left.walk():
            if term.op == "diff":
                body, variable = term.args
                for t in body.walk():
                    if t.op in FUNCTIONS or t.op in {"apply", "pow"}:
                        yield from _inner_derivative(t.args[0], variable, str(term.data))

    def alike(self, term: Term) -> Iterator[Symbol]:
        """The other declared names that could stand where a symbol stands."""
        it = term.symbol
        for s in self.context.symbols.values():
            value = s.type.kind in _VALUES and it.type.kind in _VALUES and (s.type.kind == "size") == (it.type.kind == "size")
            if s != it and value and same_shape(symbol(s).shape, term.shape) and is_family(symbol(s)) == is_family(term):
                yield s


def _inner_derivative(inner: Term, variable: Term, layout: str) -> Iterator[Term]:
    if inner != variable and free_symbols(inner) & free_symbols(variable):
        with suppress(ShapeError):
            yield build_diff(inner, variable, layout)


def _ranges_over(index: Term, size: Term) -> bool:
    """Whether an index may run over a size: a declared one up to another size does not."""
    upper = index.symbol.type.upper
    return upper is None or same_size(upper, size)
