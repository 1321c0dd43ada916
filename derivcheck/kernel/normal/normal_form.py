"""Terms into polynomials: the entry of a term at given indices, in normal form.

Arrays never appear: ``(A @ B)[i, k]`` is Σ_j A[i, j] B[j, k], ``softmax(z)[k]`` is exp(z[k]) / Σ_j exp(z[j]), and two
arrays are equal when their entries are, for free indices.  Definitions expand where they stand, with the scope of the
place where they were written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from derivcheck.kernel.normal.arrays import Template, template
from derivcheck.kernel.normal.polynomials import (
    Algebra,
    Poly,
    Unsupported,
    constant,
    freeze,
    the_variable,
    variable,
)
from derivcheck.kernel.terms import ONE, Context, Shape, Symbol, Term, free_symbols


@dataclass(frozen=True, slots=True)
class Closure:
    """An array passed to a defined function: a term with the bindings of the place where it was written."""

    term: Term
    bindings: Bindings


Bindings: TypeAlias = "Mapping[Symbol, Poly | Closure]"


def axes(shape: Shape) -> Shape:
    """The sizes that an entry's indices run over; a row has one."""
    return shape[1:] if len(shape) == 2 and shape[0] == ONE else shape


@dataclass(slots=True)
class Normaliser:
    """Normal forms under one context; remembers what it has done.

    rules: for each operator how the entry of a term at given indices is found (``rules.RULES``).
    """

    context: Context
    alg: Algebra
    rules: Mapping[str, Rule]
    remembered: dict[object, Poly] = field(default_factory=dict)
    scoped: dict[Term, tuple[Symbol, ...]] = field(default_factory=dict)
    digits: dict[tuple[Term, int], Shape] = field(default_factory=dict)

    def entry(self, term: Term, indices: tuple[Poly, ...] = (), bindings: Bindings | None = None) -> Poly:
        """The normal form of the entry of ``term`` at ``indices`` (as many as ``axes`` of its shape).

        Raises ``Unsupported``, ``Undefined`` or ``OutOfBudget``.
        """
        bindings = bindings or {}
        bound = self._bound_in(term)
        local = tuple([(s, self._key(bindings[s])) for s in bound if s in bindings]) if bound else ()
        memo = (term, tuple(map(freeze, indices)) if indices else (), local, self.alg.blocked)
        found = self.remembered.get(memo)
        if found is None:
            self.alg.budget.spend()
            rule = self.rules.get(term.op)
            if rule is None:
                raise Unsupported(f"{term.op} has no rule in the kernel")
            found = rule(self, term, indices, bindings)
            self.remembered[memo] = found
        return found

    def _key(self, value: Poly | Closure) -> object:
        if isinstance(value, Closure):
            return (value.term, tuple((s, self._key(v)) for s, v in value.bindings.items()))
        return freeze(value)

    def _bound_in(self, term: Term) -> tuple[Symbol, ...]:
        found = self.scoped.get(term)
        if found is None:
            local = (s for s in free_symbols(term) if s.type.kind in {"bound", "variable"})
            found = self.scoped[term] = tuple(sorted(local, key=lambda s: s.name))
        return found

    def scalar(self, term: Term, bindings: Bindings) -> Poly:
        """The normal form of a scalar term."""
        return self.entry(term, (), bindings)

    def open(self, size: Term, bindings: Bindings) -> Poly:
        """A fresh index over 1..size; the caller closes it."""
        return variable(self.alg.fresh(constant(1), self.scalar(size, bindings)))

    def real_only(self, p: Poly, what: str) -> Poly:
        """``p``, which must be real for the rules for ``what`` to hold."""
        if self.alg.complex and not self.alg.real(p):
            raise Unsupported(f"{what} of a complex value")
        return p


Rule: TypeAlias = Callable[[Normaliser, Term, tuple[Poly, ...], "Bindings"], Poly]


def array_template(n: Normaliser, term: Term, env: Bindings) -> Template:
    """A whole array as a template: its entry at open indices."""
    places: list[Poly] = []
    try:
        for size in axes(term.shape):
            places.append(n.open(size, env))
        return template(n.alg, [the_variable(p) for p in places], n.entry(term, tuple(places), env))
    finally:
        for _ in places:
            n.alg.close()


PARTIAL = frozenset({
    "sqrt", "log", "asin", "acos", "acosh", "atanh", "asec", "acsc", "acoth", "asech", "cases", "apply", "integrate", "limit",
})
"""Operators that may have no value on more than isolated points."""


def dense(n: Normaliser, term: Term) -> bool:
    """Whether a term has a value but at isolated points, so that a sign that its form shows is one of its normal form.

    ``sqrt(z)**2`` is not negative where it has a value, but its normal form z is.
    """
    for part in term.walk():
        if part.op in PARTIAL or (part.op == "pow" and (part.args[1].op != "number" or part.args[1].number.denominator != 1)):
            return False
        definition = n.context.definitions.get(part.symbol.name) if part.op == "symbol" else None
        if definition is not None and not dense(n, definition.body):
            return False
    return True
