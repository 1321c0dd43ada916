"""Where binomial coefficients vary continuously, so that what holds at nearby real arguments holds at whole ones too."""

from __future__ import annotations

from collections.abc import Iterable

from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import Poly
from derivcheck.kernel.normal.requirement import KNOWN
from derivcheck.kernel.normal.signs import sign_of
from derivcheck.kernel.terms import Term, free_symbols

LARGEST_FACTOR = 3
"""For which m it is looked whether n is at least m*k."""


def continuous(n: Normaliser, terms: Iterable[Term]) -> bool:
    """Whether near every point some symbols can be varied so that all binomial coefficients in the terms follow continuously.

    ``binomial(n, k)`` is continuous in both arguments where n is no negative whole number.  Where it is one and k is 0 or
    more, it is a polynomial in n while k is fixed, and jumps in other directions: so a symbol of n must vary that stands in
    no k.  Such points are excluded where n cannot be negative, or k cannot where n is.
    """
    found = {t for term in terms for t in term.walk() if t.op == "binomial" and free_symbols(t.args[1])}
    jumping = [t for t in found if not _never_both(n, t, found)]
    fixed = {s for t in jumping for s in free_symbols(t.args[1])}
    return all(free_symbols(t.args[0]) - fixed for t in jumping)


def _never_both(n: Normaliser, term: Term, among: Iterable[Term]) -> bool:
    """Whether the upper argument is never negative where the lower is not, or another coefficient of it is undefined there."""
    top, lower = (n.scalar(a, {}) for a in term.args)
    if any(_nonnegative(n, n.alg.subtract(top, n.alg.scale(lower, m))) for m in range(LARGEST_FACTOR + 1)):
        return True
    others = (t for t in among if t != term and t.args[0] == term.args[0])
    return any(not n.alg.subtract(top, n.alg.add(lower, n.scalar(t.args[1], {}))) for t in others)


def _nonnegative(n: Normaliser, p: Poly) -> bool:
    return sign_of(n.alg, p) in KNOWN["nonnegative"]
