"""Terms: the inert, typed syntax trees in which every claim is stated.

A term is exactly what the author wrote.  Nothing here simplifies: normalising (``normal_form``), differentiating
(``calculus``) and evaluating (``evaluate``) are named acts that return something else.  Terms are made by
``vocabulary.build``, which computes the shape and refuses what does not type-check.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import TypeAlias

Data: TypeAlias = "Symbol | Fraction | str | None"
Shape: TypeAlias = "tuple[Term, ...]"
"""``()`` is a scalar, ``(n,)`` a column of n entries, ``(ONE, n)`` a row, ``(m, n)`` a matrix; sizes are terms."""


@dataclass(frozen=True, slots=True)
class Type:
    """What a symbol may stand for.

    kind: the domain of its entries (``real positive nonnegative negative nonzero integer natural sign complex``),
    or ``size``, ``index`` (from 1 to ``upper``), ``bound`` (the index of a sum or product), ``variable`` (bound by an
    integral, a limit or a function definition) or ``function``.
    shape: the shape of one member; family: the sizes of the family (``vector(d)[V]``: shape (d,), family (V,)).
    attributes: ``symmetric antisymmetric diagonal orthogonal invertible positive_definite positive_semidefinite idempotent
    structured onehot simplex``.
    hot: the index at which a ``onehot(n, o)`` is 1, if it was named.
    arguments: of a function, the types of its arguments; its values are real.
    """

    kind: str
    shape: Shape = ()
    family: Shape = ()
    attributes: frozenset[str] = frozenset()
    upper: Term | None = None
    hot: Term | None = None
    arguments: tuple[Type, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A name together with what it may stand for.  Equality and hash are structural; the hash is computed once."""

    name: str
    type: Type
    _hash: int = field(init=False, repr=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.name, self.type)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Symbol):
            return NotImplemented
        same = self._hash == other._hash and self.name == other.name
        return same and (self.type is other.type or self.type == other.type)


BOUND = Type("bound")
VARIABLE = Type("variable")


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """An operator of the vocabulary applied to terms.

    data: a ``Symbol`` (operators ``symbol``, ``apply``, ``derivative`` and the binders ``sum prod integrate limit``,
    whose bound symbol it is), a ``Fraction`` (``number``), a constant's name (``constant``), the layout (``diff``), or
    ``None``.  Arguments of the operators with a notation of their own:

    ``sum prod``: body, lower, upper, and a condition if there is one; ``integrate``: body, lower, upper (data is the
    bound variable), or body, variable (indefinite, data ``None``); ``limit``: body, point, and 1 for
    the limit from above or -1 for that from below; ``diff``: body, variable (a
    symbol or an entry); ``entry``: array, indices; ``cases``: value, condition, value, condition, …, and a last value
    without a condition for ``otherwise``; ``derivative`` (``f''(x)``): order, argument; ``matrix``: its rows, each a
    ``vector``; ``in`` : value, lower, upper.

    Equality and hash are structural; the hash is computed once.
    """

    op: str
    args: tuple[Term, ...] = ()
    data: Data = None
    shape: Shape = ()
    _hash: int = field(init=False, repr=False, default=0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash((self.op, self.args, self.data)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Term) or self._hash != other._hash:
            return NotImplemented if not isinstance(other, Term) else False
        same = self.op == other.op and (self.data is other.data or self.data == other.data)
        return same and self.args == other.args and self.shape == other.shape

    @property
    def symbol(self) -> Symbol:
        """The symbol that this term is, applies or binds; raises ``TypeError`` where it has none."""
        if not isinstance(self.data, Symbol):
            raise TypeError(f"{self.op} carries no symbol")
        return self.data

    @property
    def number(self) -> Fraction:
        """The value of a ``number``; raises ``TypeError`` for any other operator."""
        if not isinstance(self.data, Fraction):
            raise TypeError(f"{self.op} is not a number")
        return self.data

    def walk(self) -> Iterator[Term]:
        """This term and all its subterms, outermost first."""
        stack = [self]
        while stack:
            term = stack.pop()
            yield term
            stack.extend(reversed(term.args))


BINDERS = frozenset({"sum", "prod", "integrate", "limit"})
RELATIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
LOGIC = RELATIONS | {"and", "or", "not", "true", "false", "in"}
"""Operators whose terms are conditions or statements rather than values."""
FLIPPED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}
"""What an inequality becomes when its sides are exchanged, or multiplied by a negative number."""


def number(value: int | Fraction) -> Term:
    """The number ``value`` as a term."""
    return Term("number", (), Fraction(value))


ZERO, ONE = number(0), number(1)


@lru_cache(maxsize=5_000)
def symbol(it: Symbol) -> Term:
    """The occurrence of a symbol; a family stands with its family's sizes before its members' shape.

    The same object each time, as from ``vocabulary.build``, so that equal terms are mostly told equal at sight.
    """
    return Term("symbol", (), it, it.type.family + it.type.shape)


def is_family(term: Term) -> bool:
    """Whether the term is a whole family of arrays (``u`` of ``vector(d)[V]``), which only an index makes a value."""
    return term.op == "symbol" and bool(term.symbol.type.family) and bool(term.symbol.type.shape)


@lru_cache(maxsize=20_000)
def free_symbols(term: Term) -> frozenset[Symbol]:
    """The symbols that occur free, function symbols included; remembered, since terms share their parts."""
    if term.op == "symbol":
        return frozenset({term.symbol})
    if term.op in BINDERS and isinstance(term.data, Symbol):
        inner, *outer = term.args
        scoped = [inner, *outer[2:]] if term.op in {"sum", "prod"} else [inner]
        unscoped = outer[:2] if term.op in {"sum", "prod"} else outer
        found = frozenset[Symbol]().union(*map(free_symbols, scoped)) - {term.data}
        return found.union(*map(free_symbols, unscoped))
    found = frozenset[Symbol]().union(*map(free_symbols, term.args))
    return found | {term.symbol} if term.op in {"apply", "derivative"} else found


def substitute(term: Term, values: Mapping[Symbol, Term]) -> Term:
    """``term`` with each free occurrence of a symbol replaced by its value, without capture.

    A binder whose symbol occurs free in a value is renamed (``w`` to ``w_1``, ``w_2``, …).  Values must have the shape
    of what they replace.
    """
    if not values:
        return term
    if term.op == "symbol":
        return values.get(term.symbol, term)
    if term.op in BINDERS and isinstance(term.data, Symbol):
        return _substitute_binder(term, values)
    return Term(term.op, tuple(substitute(a, values) for a in term.args), term.data, _substitute_shape(term.shape, values))


def _substitute_shape(shape: Shape, values: Mapping[Symbol, Term]) -> Shape:
    return tuple(substitute(size, values) for size in shape)


def _substitute_binder(term: Term, values: Mapping[Symbol, Term]) -> Term:
    bound = term.symbol
    inner = {s: v for s, v in values.items() if s != bound}
    scope_from = 3 if term.op in {"sum", "prod"} else len(term.args)

    def scoped(i: int) -> bool:
        return i == 0 or i >= scope_from

    free_in_values = {s.name for v in inner.values() for s in free_symbols(v)}
    body_names = {s.name for i, a in enumerate(term.args) if scoped(i) for s in free_symbols(a)}
    fresh = bound
    if bound.name in free_in_values and inner:
        k = 1
        while (name := f"{bound.name}_{k}") in free_in_values | body_names:
            k += 1
        fresh = replace(bound, name=name)
        inner = {**inner, bound: symbol(fresh)}
    args = tuple(substitute(a, inner if scoped(i) else values) for i, a in enumerate(term.args))
    return Term(term.op, args, fresh, _substitute_shape(term.shape, values))


@dataclass(frozen=True, slots=True)
class Definition:
    """``symbol[parameters] := body``, or ``symbol(parameters) := body`` for a function; never recursive.

    Parameters of an indexed definition are ``bound`` symbols, those of a function ``variable`` symbols.  Without
    parameters the body has the symbol's whole shape.
    """

    symbol: Symbol
    parameters: tuple[Symbol, ...]
    body: Term


@dataclass(frozen=True, slots=True)
class Context:
    """The declarations under which claims are judged.

    symbols: declared names in the author's order; definitions: by name, acyclic; assumptions: conditions (terms of
    ``LOGIC``) taken as true, in which a ``bound`` symbol that occurs free is quantified over all its admissible values.
    """

    symbols: Mapping[str, Symbol] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    assumptions: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """``left relation right``, two terms of equal shape under a context; relation is ``=``, ``<``, ``<=``, ``>``, ``>=``."""

    left: Term
    relation: str
    right: Term
    context: Context
