"""Sums of symbolic length, entries and products of vectors in statements: their normal forms as polynomials.

Each sum that the kernel does not take apart is one variable, of which its sign is known where the kernel knows it; equal
sums have one normal form, so they are one variable.
"""

from __future__ import annotations

from fractions import Fraction

from derivcheck.kernel.normal.facts import declared
from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import Undefined, Unsupported
from derivcheck.kernel.normal.polynomials import variable as the_atom
from derivcheck.kernel.normal.requirements import Requirements
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.outcome import Budget, OutOfBudget
from derivcheck.kernel.terms import Term
from derivcheck.proving.statements.algebra import Algebra, NotCovered
from derivcheck.proving.statements.formula import Formula, compared
from derivcheck.proving.statements.quotients import Poly, Quotient, constant

OPERATIONS = 20_000
"""The kernel operations that the normal forms of one set of statements may cost."""

COMPARED = {"+": "gt", "0+": "ge", "-": "lt", "0-": "le", "n": "ne"}

SYMBOLS = frozenset({"size", "index"})


def indexed(algebra: Algebra, term: Term) -> Quotient:
    """The term as a polynomial in sums and entries; raises ``NotCovered``."""
    if algebra.normaliser is None:
        algebra.normaliser = declared(algebra.context, Budget(OPERATIONS))[0]
    n = algebra.normaliser
    algebra.exact = False
    try:
        if Requirements(n).of(term):
            raise NotCovered(f"{term.op}, which is not defined everywhere")
        total, p = constant(0), n.entry(term, ())
        if n.alg.assumed:
            raise NotCovered(f"{term.op}, the normal form of which divides")
        for m, c in p.items():
            product = constant(Fraction(int(c.p), int(c.q)))
            for atom, e in m:
                if not isinstance(e, int):
                    raise NotCovered(term.op)
                value = _atom(algebra, n, atom, term)
                product = product * (value**e if e > 0 else algebra.over(value) ** -e)
            total = total + product
        return total
    except (Unsupported, Undefined, OutOfBudget, RecursionError) as reason:
        raise NotCovered(term.op) from reason


def _atom(algebra: Algebra, n: Normaliser, atom: int, term: Term) -> Quotient:
    """The variable of an atom: of a declared scalar that of its symbol."""
    key = n.alg.keys[atom]
    if key[0] in SYMBOLS or (key[0] == "entry" and not key[2]):
        it = algebra.context.symbols.get(str(key[1]))
        if it is None:
            raise NotCovered(term.op)
        return Quotient(algebra.of_symbol(it))
    if key[0] not in {"entry", "sum"}:
        raise NotCovered(term.op)
    return Quotient(algebra.variable(("atom", atom), lambda v: _sign(n, atom, v)))


def _sign(n: Normaliser, atom: int, v: Poly) -> list[Formula]:
    found = sign_of(n.alg, the_atom(atom))
    return [compared(COMPARED[found], v)] if found in COMPARED else []
