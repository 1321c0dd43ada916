"""Signs of constants by ball arithmetic: a polynomial whose atoms hold no symbol has a value, and balls bound it."""

from __future__ import annotations

from flint import acb, ctx, fmpq

from derivcheck.kernel.normal.polynomials import UNIT, Algebra, AtomKey, Exponent, Poly, thaw

PRECISIONS = (64, 256, 1024)


def constant_sign(alg: Algebra, p: Poly) -> str | None:
    """``+`` or ``-`` of a real constant where balls decide it; ``None`` where they do not, or where p is none."""
    before = ctx.prec
    try:
        for bits in PRECISIONS:
            ctx.prec = bits
            value = _value(alg, p)
            if value is None or not value.imag.contains(0):
                return None
            if value.real > 0:
                return "+"
            if value.real < 0:
                return "-"
        return None
    finally:
        ctx.prec = before


def constant_floor(alg: Algebra, p: Poly) -> int | None:
    """The greatest whole number not above a real constant, where balls decide it; ``None`` where p is no constant."""
    if not p:
        return 0
    if p.keys() == {UNIT}:
        return int(p[UNIT].floor())
    before = ctx.prec
    try:
        for bits in PRECISIONS:
            ctx.prec = bits
            value = _value(alg, p)
            if value is None or not value.imag.contains(0):
                return None
            whole = value.real.floor().unique_fmpz()
            if whole is not None:
                return int(whole)
        return None
    finally:
        ctx.prec = before


def _value(alg: Algebra, p: Poly) -> acb | None:
    total = acb(0)
    for m, c in p.items():
        term = acb(c)
        for a, e in m:
            factor = _power(alg, alg.keys[a], e)
            if factor is None:
                return None
            term *= factor
        total += term
    return total if total.is_finite() else None


def _power(alg: Algebra, key: AtomKey, e: Exponent) -> acb | None:
    """The value of an atom's power; atoms that depend on anything, or are not elementary, have none."""
    match key[0]:
        case "exp":
            exponent = _value(alg, {key[1]: fmpq(1)})
            return None if exponent is None else (exponent * e.numerator / e.denominator).exp()
        case "pi":
            base = acb.pi()
        case "i":
            base = acb(0, 1)
        case "prime":
            base = acb(key[1])
        case "log":
            inside = _value(alg, thaw(key[1]))
            if inside is None or inside.real.contains(0):
                return None
            base = acb(abs(inside.real)).log()
        case "base" | "abs":
            inside = _value(alg, thaw(key[1]))
            if inside is None or inside.real.contains(0):
                return None
            base = inside if key[0] == "base" else acb(abs(inside.real))
        case "function" if key[1] in ELEMENTARY:
            inside = _value(alg, thaw(key[2][0]))
            if inside is None:
                return None
            base = getattr(inside.real, key[1])()
            base = acb(base)
        case _:
            return None
    return base**e if isinstance(e, int) else base ** (acb(e.numerator) / e.denominator)


ELEMENTARY = frozenset({"asin", "acos", "atan", "asinh", "acosh", "atanh", "erf"})
