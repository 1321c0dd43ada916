"""Normal forms written back as terms that a person reads: what the kernel calculated, in the words of the author.

What is built here is only a proposal, which is proved before anything is said.  So this may be partial, and it is free to
write an atom in the way that is shortest: a sum of products as a product of vectors, a term of the right form as the
definition that it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from typing import TypeAlias

from flint import fmpq

from derivcheck.kernel.normal.arrays import entry_of
from derivcheck.kernel.normal.polynomials import (
    Algebra,
    AtomKey,
    Exponent,
    Monomial,
    Poly,
    PolyKey,
    constant,
    freeze,
    integral,
    thaw,
    variable,
)
from derivcheck.kernel.normal.sums import open_sum
from derivcheck.kernel.terms import BOUND, Context, Symbol, Term, number, symbol
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.differing.definitions import folded, folded_sum
from derivcheck.proving.differing.matrix_products import Link, linked, transposed_product
from derivcheck.proving.differing.waves import Wave, waves
from derivcheck.proving.differing.written_atoms import ATOMS, Unreadable, untransposed
from derivcheck.syntax.show import show

LETTERS = "kmjiabrstlpq"
"""Names for the indices of sums that the kernel made, the first that is free."""

MOST_TERMS = 8
"""How many terms a sum may have that is written at all."""


Axes: TypeAlias = "tuple[int, ...]"
"""The open index variables over which an array runs: none for a scalar, one for a vector, two for a matrix."""

Fold: TypeAlias = "tuple[Symbol, Callable[[tuple[Poly, ...]], Poly]]"
"""A defined symbol and its entry in normal form."""


class Rendering:
    """Writes polynomials of one algebra; names: the terms that index variables are written as."""

    def __init__(self, context: Context, alg: Algebra, folds: Sequence[Fold] = ()) -> None:
        self.context = context
        self.alg = alg
        self.folds = tuple(folds)
        self.names: dict[int, Term] = {}
        self.declared_at = {name: position for position, name in enumerate(context.symbols)}
        self.taken = set(context.symbols)

    @property
    def indices(self) -> list[int]:
        """The declared indices that the algebra has met so far."""
        names = (name for name, it in self.context.symbols.items() if it.type.kind == "index")
        return [self.alg.ids[key] for name in names if (key := ("index", name)) in self.alg.ids]

    @contextmanager
    def naming(self, variables: Sequence[int]) -> Iterator[tuple[Symbol, ...]]:
        """Bound symbols for open index variables, by names that are free."""
        free = [letter for letter in LETTERS if letter not in self.taken]
        if len(free) < len(variables):
            raise Unreadable
        symbols = tuple(Symbol(name, BOUND) for name in free[: len(variables)])
        self.taken.update(it.name for it in symbols)
        self.names.update((v, symbol(it)) for v, it in zip(variables, symbols, strict=True))
        try:
            yield symbols
        finally:
            self.taken.difference_update(it.name for it in symbols)
            for v in variables:
                del self.names[v]

    # -- sums of terms ---------------------------------------------------------------------------------------------------

    def polynomial(self, p: Poly, axes: Axes = ()) -> Term:
        """A polynomial as a term; over axes the array whose entry it is.  Raises ``Unreadable`` or ``ShapeError``."""
        complex_terms = not self.alg.complex and not self.alg.real(p)
        items = waves(self.alg, p) if complex_terms else ((m, c, None) for m, c in p.items())
        if not 0 < len(p) <= MOST_TERMS or items is None:
            raise Unreadable
        written = ((self.monomial(m, abs(c), axes, wave), c < 0, len(m)) for m, c, wave in items)
        terms = sorted(written, key=lambda it: (it[1], it[0].op == "number", -it[2], self.place(it[0])))
        first, *others = terms
        signed = [build("neg", term) if minus else term for term, minus, _ in others]
        leading = opposite(first[0]) if first[1] else first[0]
        return build("add", leading, *signed) if signed else leading

    def monomial(self, m: Monomial, c: fmpq, axes: Axes = (), wave: Wave = None) -> Term:
        """A positive multiple of a product of powers of atoms, and of a sine or cosine."""
        defined, m = folded(self, m, [*self.indices, *self.names])
        total, m = folded_sum(self, m, axes) or (None, m)
        arrays = tuple((a, e) for a, e in m if not self.alg.variables[a].isdisjoint(axes))
        powers = [(a, e) for a, e in m if (a, e) not in arrays and self.alg.keys[a][0] != "exp"]
        above = sorted([*defined, *(self._power(self.atom(a), e) for a, e in powers if e > 0)], key=self.place)
        below = sorted((self._power(self.atom(a), -e) for a, e in powers if e < 0), key=self.place)
        above += self._exponential([(a, e) for a, e in m if (a, e) not in arrays and self.alg.keys[a][0] == "exp"])
        if wave is not None:
            above.append(build(wave[0], self.polynomial(wave[1])))
        if c.p != 1:
            above.insert(0, number(int(c.p)))
        if c.q != 1:
            below.insert(0, number(int(c.q)))
        if total is not None:
            above.append(total)
        if axes and (total is None or not total.shape):
            above.append(self._array(arrays, axes))
        elif arrays:
            raise Unreadable
        return _quotient(above, below)

    def _exponential(self, powers: Sequence[tuple[int, Exponent]]) -> list[Term]:
        """The product of exponentials as one."""
        exponents = {self.alg.keys[a][1]: fmpq(Fraction(e).numerator, Fraction(e).denominator) for a, e in powers}
        return [build("exp", self.polynomial(exponents))] if exponents else []

    def place(self, term: Term) -> tuple[int, int, str]:
        """Where a term stands among factors or terms: as its symbols are declared, sums last, whatever was calculated before."""
        names = [part.symbol.name for part in term.walk() if part.op == "symbol"]
        first = next((self.declared_at[name] for name in names if name in self.declared_at), len(self.declared_at))
        rank = 0 if term.op == "symbol" else 2 if term.op in {"sum", "prod"} else 1
        return rank, first, show(term)

    def _power(self, base: Term, e: Exponent) -> Term:
        if e == 1:
            return base
        if isinstance(integral(2 * e), int) and not isinstance(integral(e), int) and _is_square(base):
            return self._power(build("norm", base.args[1]), integral(2 * e))
        return build("sqrt", base) if e == Fraction(1, 2) else build("pow", base, number(Fraction(e)))

    # -- atoms -----------------------------------------------------------------------------------------------------------

    def atom(self, a: int) -> Term:
        """An atom or an index variable as a term; raises ``Unreadable`` or ``ShapeError``."""
        if a in self.names:
            return self.names[a]
        key = self.alg.keys[a]
        writer = ATOMS.get(key[0])
        if writer is None:
            raise Unreadable
        return writer(self, key)

    def declared(self, name: str) -> Term:
        """A symbol of the author's."""
        it = self.context.symbols.get(name)
        if it is None:
            raise Unreadable
        return symbol(it)

    def summed(self, key: AtomKey, axes: Axes) -> Term:
        """Σ over the indices of a sum atom, of an array over the axes."""
        fresh, body = open_sum(self.alg, key)
        try:
            with self.naming(fresh) as bound:
                inner = self.polynomial(body, axes)
                for it, (lower, upper) in zip(reversed(bound), reversed(key[1]), strict=True):
                    ends = (self.polynomial(thaw(lower)), self.polynomial(thaw(upper)))
                    inner = build("sum", inner, *ends, data=it)
                return inner
        finally:
            for _ in fresh:
                self.alg.close()

    def chained(self, key: AtomKey) -> tuple[Term, list[Poly]] | None:
        """A sum of products of entries as one product of matrices and vectors, or a trace, and at which indices it stands."""
        fresh, body = open_sum(self.alg, key)
        try:
            ((m, c),) = body.items()
            copies = [a for a, e in m for _ in range(e if isinstance(e, int) and 0 < e <= 2 else 9)]
            links = [link for a in copies if (link := self.link(a)) is not None] if len(copies) < 9 else []
            if c != 1 or not links or len(links) != len(copies):
                return None
            links.sort(key=lambda link: self.place(link.array))
            return linked(links, {freeze(variable(v)): self._range(v) for v in fresh})
        except ShapeError:
            return None
        finally:
            for _ in fresh:
                self.alg.close()

    def _range(self, v: int) -> PolyKey | None:
        """The size that an index variable runs over, if it runs from 1."""
        lower, upper = self.alg.ranges[v]
        return freeze(upper) if lower == constant(1) else None

    def link(self, a: int) -> Link | None:
        """An entry as the vector or matrix that it is of, with its indices there and their sizes."""
        key = self.alg.keys[a]
        if key[0] == "inv":
            matrix = self.template((key[1], key[1]), key[2], key[3])
            indices = (key[5], key[4]) if matrix.op == "transpose" else (key[4], key[5])
            return Link(build("inv", untransposed(matrix)), indices, (key[1], key[1]))
        if key[0] != "entry" or key[1] not in self.context.symbols:
            return None
        array, parts = self.declared(key[1]), key[2]
        members = len(array.symbol.type.family) if array.symbol.type.shape else 0
        if members:
            array = build("entry", array, *(self.polynomial(thaw(part)) for part in parts[:members]))
        inner = tuple(parts[members:])
        sizes = tuple(freeze(size) for size in self.alg.sizes[key[1]][len(self.alg.sizes[key[1]]) - len(inner) :])
        return Link(array, inner, sizes) if 1 <= len(inner) <= 2 else None

    def template(self, sizes: tuple[PolyKey, ...], start: int, body: PolyKey) -> Term:
        """The array that stands inside an atom."""
        fresh = [self.alg.fresh(constant(1), thaw(size)) for size in sizes]
        try:
            return self.polynomial(entry_of(self.alg, (sizes, start, body), [variable(v) for v in fresh]), tuple(fresh))
        finally:
            for _ in fresh:
                self.alg.close()

    # -- arrays ----------------------------------------------------------------------------------------------------------

    def _array(self, m: Monomial, axes: Axes) -> Term:
        """The array whose entry is a product of factors that all depend on the axes."""
        if len(m) == 2 and len(axes) == 2 and all(e == 1 for _, e in m):
            return self._outer([a for a, _ in m], axes)
        if len(m) != 1 or m[0][1] != 1:
            raise Unreadable
        key = self.alg.keys[m[0][0]]
        match key[0]:
            case "entry" | "inv":
                return self._whole(m[0][0], axes)
            case "delta" if len(axes) == 2 and thaw(key[1]) in self._differences(axes):
                return build("eye", self._size(axes[0]))
            case "sum":
                found = self.chained(key)
                return self.summed(key, axes) if found is None else _turned(*found, axes)
        raise Unreadable

    def _differences(self, axes: Axes) -> tuple[Poly, Poly]:
        i, j = map(variable, axes)
        return self.alg.subtract(i, j), self.alg.subtract(j, i)

    def _size(self, v: int) -> Term:
        return self.polynomial(self.alg.ranges[v][1])

    def _whole(self, a: int, axes: Axes) -> Term:
        link = self.link(a)
        if link is None:
            raise Unreadable
        return _turned(link.array, [thaw(part) for part in link.indices], axes)

    def _outer(self, factors: Sequence[int], axes: Axes) -> Term:
        """x[i]*y[j] as x @ y.T."""
        by_axis = {v: [a for a in factors if v in self.alg.variables[a]] for v in axes}
        if any(len(found) != 1 for found in by_axis.values()):
            raise Unreadable
        column, row = (self._array(((by_axis[v][0], 1),), (v,)) for v in axes)
        return build("matmul", column, build("transpose", row))


def _is_square(term: Term) -> bool:
    """Whether a term is the product of a vector with itself."""
    return term.op == "matmul" and len(term.args[1].shape) == 1 and term.args[0] == transposed_product(term.args[1])


def opposite(term: Term) -> Term:
    """A term with a minus in front of its first factor, where ``show`` needs no parentheses, or without the one there."""
    match term.op:
        case "neg":
            return term.args[0]
        case "number" if term.number < 0:
            return number(-term.number)
        case "mul" | "div":
            return build(term.op, opposite(term.args[0]), *term.args[1:])
        case _:
            return build("neg", term)


def _turned(array: Term, indices: Sequence[Poly], axes: Axes) -> Term:
    """An array, or its transpose, whose entry at these indices is that at the axes; raises ``Unreadable`` for any other."""
    wanted = [variable(v) for v in axes]
    if list(indices) == wanted:
        return array
    if list(indices) == wanted[::-1]:
        return transposed_product(array)
    raise Unreadable


def _quotient(above: list[Term], below: list[Term]) -> Term:
    top = number(1) if not above else above[0] if len(above) == 1 else build("mul", *above)
    if not below:
        return top
    return build("div", top, below[0] if len(below) == 1 else build("mul", *below))
