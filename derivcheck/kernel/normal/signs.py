"""Signs of polynomials, from those of their atoms, from declared facts, and of constants from balls."""

from __future__ import annotations

from fractions import Fraction

from flint import fmpq

from derivcheck.kernel.normal.bounds import greatest, least
from derivcheck.kernel.normal.constants import constant_sign
from derivcheck.kernel.normal.polynomials import UNIT, Algebra, Exponent, Monomial, Poly, PolyKey, freeze, thaw, variable

LARGEST_BESIDE_ROOT = 4
"""Of how many terms a sum with a root may be."""

ONE_SIDED = frozenset({"+", "0+", "-", "0-"})

NEGATED = {"+": "-", "-": "+", "0+": "0-", "0-": "0+", "n": "n", "0": "0"}


def sign_of(alg: Algebra, p: Poly) -> str | None:
    """The sign of a polynomial where it is known: ``+``, ``0+``, ``-``, ``0-``, ``0``, ``n`` (nonzero), or ``None``."""
    if not p:
        return "0"
    if not alg.real(p):
        return None if alg.complex else constant_sign(alg, p)
    signs = [term_sign(alg, m, c) for m, c in p.items()]
    if None not in signs and "n" not in signs:
        if all(s in {"+", "0+"} for s in signs):
            return "+" if "+" in signs else "0+"
        if all(s in {"-", "0-"} for s in signs):
            return "-" if "-" in signs else "0-"
    if len(p) == 1 and signs[0] == "n":
        return "n"
    known = _sign_by_facts(alg, p) if alg.facts or alg.learned or alg.entry_facts else None
    known = known or (_sign_of_exponentials(alg, p) if len(p) == 2 else None)
    known = known or (_sign_beside_root(alg, p) if len(p) <= LARGEST_BESIDE_ROOT else None)
    return known or _sign_over_denominator(alg, p) or _sign_by_bounds(alg, p) or constant_sign(alg, p)


def _sign_of_exponentials(alg: Algebra, p: Poly) -> str | None:
    """The sign of ``exp(a) - exp(b)``, which is that of a - b."""
    (first, c), (second, d) = p.items()
    if c != -d or any(alg.keys[a][0] != "exp" for m in (first, second) for a, _ in m):
        return None
    exponents = [{alg.keys[a][1]: fmpq(int(e.numerator), int(e.denominator))} for a, e in first]
    exponents += [{alg.keys[a][1]: -fmpq(int(e.numerator), int(e.denominator))} for a, e in second]
    sign = sign_of(alg, alg.add({}, *exponents))
    return sign if c > 0 or sign is None else NEGATED[sign]


def _sign_beside_root(alg: Algebra, p: Poly) -> str | None:
    """The sign of ``a + c*sqrt(q)`` where ``c**2*q`` is more than ``a**2``: it is that of c."""
    for m, c in p.items():
        if len(m) == 1 and m[0][1] == Fraction(1, 2) and alg.keys[m[0][0]][0] == "base":
            rest = {other: k for other, k in p.items() if other != m}
            under = alg.scale(thaw(alg.keys[m[0][0]][1]), c * c)
            if rest and sign_of(alg, alg.subtract(under, alg.multiply(rest, rest))) == "+":
                return "+" if c > 0 else "-"
    return None


def _sign_by_bounds(alg: Algebra, p: Poly) -> str | None:
    """The sign of a polynomial in sizes and indices, from their ranges."""
    if any(alg.keys[a][0] not in {"size", "index", "fresh"} for m in p for a, _ in m):
        return None
    low, high = least(alg, p), greatest(alg, p)
    if low is not None and low >= 0:
        return "+" if low > 0 else "0+"
    if high is not None and high <= 0:
        return "-" if high < 0 else "0-"
    return None


def _sign_over_denominator(alg: Algebra, p: Poly) -> str | None:
    """The sign of a sum of fractions, from its common denominator and what stands over it."""
    if not any(e < 0 and alg.keys[a][0] == "base" for m in p for a, e in m):
        return None
    c, m, q = alg.content(p)
    outer, inner = term_sign(alg, m, c), sign_of(alg, q)
    if outer in ONE_SIDED and inner in ONE_SIDED:
        zero = "0" if {outer, inner} & {"0+", "0-"} else ""
        return zero + ("+" if outer[-1] == inner[-1] else "-")
    return None


def _sign_by_facts(alg: Algebra, p: Poly) -> str | None:
    lead = p[max(p)]
    for factor in (1, -1):
        known = _fact(alg, freeze(alg.scale(p, factor / abs(lead))))
        if known is not None:
            return known if factor == 1 else NEGATED[known]
    for factor in (1, -1):
        for fact in (*alg.facts, *alg.learned):
            sign = _fact(alg, fact)
            if sign in {"+", "0+"}:
                rest = [term_sign(alg, m, c) for m, c in alg.subtract(alg.scale(p, factor), thaw(fact)).items()]
                if all(s in {"+", "0+"} for s in rest):
                    strict = sign == "+" or "+" in rest
                    return ("+" if strict else "0+") if factor == 1 else ("-" if strict else "0-")
    return None


def _fact(alg: Algebra, key: PolyKey) -> str | None:
    """The assumed or learned sign of a primitive polynomial.

    An inequality that may be an equality is not used inside a derivative by what it speaks of: it need not hold nearby.
    """
    assumed = alg.facts.get(key) or _of_entry(alg, key)
    if assumed in {"0+", "0-"} and alg.blocked and alg.symbols_of(thaw(key)) & alg.blocked:
        assumed = None
    return both_signs(assumed, alg.learned.get(key))


def _of_entry(alg: Algebra, key: PolyKey) -> str | None:
    """The sign that is assumed for every entry of an array and holds of a multiple of one less a number."""
    if not alg.entry_facts or len(key) > 2:
        return None
    p = thaw(key)
    shift = p.pop(UNIT, fmpq(0))
    for m, c in p.items():
        if len(p) == len(m) == 1 and m[0][1] == 1 and alg.keys[m[0][0]][0] == "entry":
            return alg.entry_facts.get((alg.keys[m[0][0]][1], c / abs(c), shift / abs(c)))
    return None


def learn(alg: Algebra, p: Poly, sign: str) -> None:
    """Remember the sign (``+`` or ``0+``) of a value that its form shows but its expansion hides, as of a sum of squares."""
    if not p or sign_of(alg, p) in {"+", sign}:
        return
    c, m, q = alg.content(p)
    if len(q) > 1:
        outer = term_sign(alg, m, c)
        if outer in {"+", "-"}:
            alg.learned.setdefault(freeze(q), sign if outer == "+" else NEGATED[sign])
    elif len(m) == 1 and m[0][1] == 1:
        alg.learned.setdefault(freeze({m: fmpq(1)}), sign if c > 0 else NEGATED[sign])
        alg.signs.clear()


def term_sign(alg: Algebra, m: Monomial, c: fmpq) -> str | None:
    """The sign of one term."""
    negative, zero, known = c < 0, False, True
    for a, e in m:
        s = power_sign(alg, a, e)
        if s is None:
            return None
        if s == "n":
            known = False
        if s in {"-", "0-"}:
            negative = not negative
        if s in {"0+", "0-", "0"}:
            zero = True
    if not known:
        return None if zero else "n"
    return ("0" if zero else "") + ("-" if negative else "+")


def power_sign(alg: Algebra, a: int, e: Exponent) -> str | None:
    """The sign of a power of an atom."""
    s = atom_sign(alg, a)
    if a in alg.imaginary:
        return "n" if s == "n" and isinstance(e, int) else None
    if isinstance(e, int):
        if e % 2 == 0:
            return "+" if s in {"+", "-", "n"} or e < 0 else "0+"
        if e < 0 and s in {"0+", "0-"}:
            return s[1]
        return s
    return {"+": "+", "0+": "0+" if e > 0 else "+"}.get(s or "", "0+")


def atom_sign(alg: Algebra, a: int) -> str | None:
    """The sign of an atom, from its kind, its declaration or the facts."""
    memo = (a, alg.blocked)
    if memo not in alg.signs:
        alg.signs[memo] = None
        key = alg.keys[a]
        found = alg.kinds[key[0]].sign(alg, key)
        if found in {None, "n", "0+", "0-"} and (alg.facts or alg.learned or alg.entry_facts):
            found = both_signs(found, _fact(alg, freeze(variable(a))))
        alg.signs[memo] = found
    return alg.signs[memo]


def both_signs(a: str | None, b: str | None) -> str | None:
    """What is known of a value of which two signs are known."""
    if a is None or b is None or a == b:
        return a or b
    known = {a, b}
    for side in ("+", "-"):
        if side in known or known == {"n", "0" + side}:
            return side
    return a
