"""What judging a claim can come to: a proof, a refutation, or not knowing.  ``match`` over these; no booleans."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from derivcheck.kernel.terms import Term


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a proof needs: ``term`` is a condition of ``terms.LOGIC``.

    kind: ``point`` where it fails at isolated points only (``x != 1``), ``domain`` where it fails on more (``x > 0``),
    ``size`` where it restricts a size (``V >= 2``).  gained: it fails where the left side is undefined and the right
    side is defined, so the step loses nothing there.
    """

    term: Term
    kind: str
    gained: bool = False


@dataclass(frozen=True, slots=True)
class Proof:
    """The claim holds for all values and all sizes that its context allows and its conditions admit."""

    method: str
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Counterexample:
    """An instance of the declarations at which the two sides have different values.

    sizes: values of the size symbols; values: of the other symbols and of indices, as a reader would write them;
    left, right: the two sides there; entry: the indices (from 1) of the first entry that differs, for arrays; note:
    how the values are to be read where that is not plain.
    """

    sizes: Mapping[str, int]
    values: Mapping[str, str]
    left: str
    right: str
    entry: tuple[int, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Refutation:
    """The claim is false, by exact or ball arithmetic at an instance, or because the shapes differ (no instance)."""

    reason: str
    counterexample: Counterexample | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Neither was decided, and why; nowhere: because a side is certainly defined nowhere in the declared domain."""

    reason: str
    nowhere: bool = False


Outcome: TypeAlias = Proof | Refutation | Unknown


@dataclass(slots=True)
class Budget:
    """How many kernel operations a judgement may spend; counted, so that a verdict is the same on every machine."""

    left: int = 2_000_000
    spent: int = field(default=0, init=False)

    def spend(self, operations: int = 1) -> None:
        """Charge operations; raises ``OutOfBudget`` when none are left."""
        self.spent += operations
        if self.spent > self.left:
            raise OutOfBudget


class OutOfBudget(Exception):
    """The budget of kernel operations is spent."""
