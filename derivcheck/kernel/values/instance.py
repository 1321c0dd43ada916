"""Instances of a context, and the values of terms at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from flint import fmpq

from derivcheck.kernel.terms import Symbol, Term
from derivcheck.kernel.values.arithmetic import Gaussian, Number
from derivcheck.kernel.values.jets import Calculus, Scalar

OUTSIDE = "an entry outside its range"
"""Why an entry whose index is out of range is undefined."""


class Function(Protocol):
    """A concrete function of scalars and arrays, in whose place an opaque function stands at an instance."""

    def at(self, calculus: Calculus, arguments: Sequence[Scalar], order: int) -> Scalar:
        """The derivative of the given order (0: the value) at the arguments' entries, arrays flattened row by row."""
        ...


Value: TypeAlias = "int | fmpq | Gaussian | Function | Term | tuple[Value, ...]"
"""A scalar, an array as nested tuples (family first; a row of n as n entries), a function, or a term without free
symbols that says the value (``sqrt(2)``)."""


@dataclass(frozen=True, slots=True)
class Instance:
    """Values of size symbols and of all other symbols that are not defined, by name."""

    sizes: Mapping[str, int] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Undefined:
    """An entry that has no value, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Undetermined:
    """An entry whose value could not be told, and why."""

    reason: str


Entry: TypeAlias = "Number | Undefined | Undetermined"
Item: TypeAlias = "Scalar | Undefined | Undetermined"


@dataclass(frozen=True, slots=True)
class Values:
    """The entries of an array, row by row, and its sizes; a scalar has sizes ``()``, a row of n ``(1, n)``."""

    sizes: tuple[int, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """As ``Values``, with jets."""

    sizes: tuple[int, ...]
    items: tuple[Item, ...]


Operand: TypeAlias = "Scalar | Array"


class World:
    """What symbols stand for at one place of an evaluation: the instance, with the variables of ``diff`` as jets.

    changed: by name, the symbols that are jets here; defined: the values of definitions at their indices, once known.
    """

    __slots__ = ("changed", "defined")

    def __init__(self, changed: Mapping[str, Operand]) -> None:
        self.changed = changed
        self.defined: dict[tuple[str, tuple[int, ...]], Operand | ArithmeticError] = {}


Local: TypeAlias = "dict[Symbol, Operand]"
"""The values of bound indices and of the parameters of a definition."""
