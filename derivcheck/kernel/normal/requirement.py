"""What a term may require to be defined, as a value, and as a condition in words of terms."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from flint import fmpq

from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import UNIT, Monomial, Poly, PolyKey, constant, thaw
from derivcheck.kernel.terms import FLIPPED, ONE, ZERO, Term, number, symbol

STRONGER = {"positive": {"positive"}, "nonnegative": {"positive", "nonnegative"}, "nonzero": {"positive", "nonzero"}}
"""The kinds of requirement that imply one on the same value."""


KNOWN: dict[str, frozenset[str | None]] = {
    "positive": frozenset({"+"}),
    "nonnegative": frozenset({"+", "0+", "0"}),
    "nonzero": frozenset({"+", "-", "n"}),
}
"""The signs that guarantee a requirement."""


Guard: TypeAlias = frozenset[PolyKey]
"""Indicators that must all be 1 for a requirement to be made: cases chosen, conditions of ranges, ranges that are not empty."""


EVERYWHERE: Guard = frozenset()


@dataclass(frozen=True, slots=True)
class Requirement:
    """``key`` must be of this kind: positive, nonnegative, nonzero, regular (not a pole of the Gamma function), in range
    (an index), covered (a case holds), a power (of a base of unknown sign), a whole power (of a base that may be zero only
    where the exponent is not negative), a binomial (not of two negative integers), smooth (nonzero where a kink is
    differentiated) or a divisor without a normal form.

    term: the same in words of terms; guard: where it is made at all (in a branch, in a restricted sum): one that is not made
    everywhere may be named but not assumed; exponent: of a power, or the lower argument of a binomial.
    """

    kind: str
    key: PolyKey | Term
    term: Term = field(compare=False)
    guard: Guard = EVERYWHERE
    exponent: PolyKey = ()

    @property
    def poly(self) -> Poly:
        """What the requirement is about, of a power its base; raises ``TypeError`` where the kernel has no normal form of it."""
        if isinstance(self.key, Term):
            raise TypeError(f"a requirement of kind {self.kind} has no normal form")
        return thaw(self.key)


def term_of(n: Normaliser, p: Poly) -> Term | None:
    """A polynomial in scalars, plain entries and sizes as a term, ``None`` where it holds anything else."""
    terms: list[Term] = []
    for m, c in sorted(p.items(), key=_by_degree):
        factors = [_atom_term(n, a, int(e)) if isinstance(e, int) and e > 0 else None for a, e in m]
        present = [f for f in factors if f is not None]
        if len(present) != len(factors):
            return None
        size = _rational_term(abs(c))
        if not present or abs(c) != 1:
            present.insert(0, size)
        product = present[0] if len(present) == 1 else Term("mul", tuple(present))
        terms.append(Term("neg", (product,)) if c < 0 else product)
    if not terms:
        return ZERO
    return terms[0] if len(terms) == 1 else Term("add", tuple(terms))


def _by_degree(item: tuple[Monomial, fmpq]) -> tuple[float, Monomial]:
    return -sum(e for _, e in item[0] if isinstance(e, int)), item[0]


def compared(n: Normaliser, relation: str, p: Poly) -> Term | None:
    """``p relation 0`` (``gt ge ne``) without minus signs: ``x**2 < 4`` of ``8 - 2*x**2``, ``a > b`` of ``a - b``.

    ``None`` where ``p`` is no polynomial in scalars, plain entries and sizes.
    """
    varying = {m: c for m, c in p.items() if m != UNIT}
    if not varying:
        return _related(relation, term_of(n, p), ZERO)
    if len(varying) == 1:
        ((m, c),) = varying.items()
        left, right = term_of(n, {m: fmpq(1)}), term_of(n, constant(-p.get(UNIT, fmpq(0)) / c))
        return _related(relation, left, right) if c > 0 else _related(FLIPPED.get(relation, relation), left, right)
    if relation == "ne" and varying[min(varying.items(), key=_by_degree)[0]] < 0:
        p = {m: -c for m, c in p.items()}
    above = term_of(n, {m: c for m, c in p.items() if c > 0})
    below = term_of(n, {m: -c for m, c in p.items() if c < 0})
    return _related(FLIPPED.get(relation, relation), below, above) if above == ZERO else _related(relation, above, below)


def _related(relation: str, left: Term | None, right: Term | None) -> Term | None:
    if left is None or right is None:
        return None
    if relation == "ne" and right == ONE and left.op == "symbol" and left.symbol.type.kind == "size":
        return Term("ge", (left, number(2)))
    return Term(relation, (left, right))


def compared_summands(relation: str, term: Term) -> Term:
    """``term relation 0`` with the summands that have a minus on the other side: ``exp(x) != 1`` of ``exp(x) - 1``."""
    summands = term.args if term.op == "add" else (term,)
    above = [a for a in summands if a.op != "neg"]
    below = [a.args[0] for a in summands if a.op == "neg"]
    if not above or (below and all(a.op == "number" for a in above)):
        above, below, relation = below, above, FLIPPED.get(relation, relation)
    left, right = (Term("add", tuple(side)) if len(side) > 1 else side[0] if side else ZERO for side in (above, below))
    return Term(relation, (left, right))


def _rational_term(c: fmpq) -> Term:
    top = number(int(c.p))
    return top if c.q == 1 else Term("div", (top, number(int(c.q))))


def _atom_term(n: Normaliser, a: int, e: int) -> Term | None:
    key = n.alg.keys[a]
    base: Term | None = None
    if key[0] in {"size", "index", "entry"}:
        it = n.context.symbols.get(key[1])
        if it is not None:
            base = symbol(it)
            if key[0] == "entry" and key[2]:
                places = [term_of(n, thaw(part)) for part in key[2]]
                base = Term("entry", (base, *(p for p in places if p is not None))) if None not in places else None
    return base if base is None or e == 1 else Term("pow", (base, number(e)))
