"""The cases that a claim falls into: the signs of what it turns at, and the two values of a declared sign."""

from __future__ import annotations

from dataclasses import replace

from derivcheck.kernel.normal.facts import declare_equation
from derivcheck.kernel.normal.normal_form import Normaliser
from derivcheck.kernel.normal.polynomials import Algebra, Poly, constant, freeze, thaw
from derivcheck.kernel.normal.rules import RULES
from derivcheck.kernel.normal.signs import sign_of


def turning_point(alg: Algebra, p: Poly) -> Poly | None:
    """The first polynomial at whose zeros a condition, a sign or an absolute value in ``p`` turns, normalised."""
    for m in p:
        for a, _ in m:
            key = alg.keys[a]
            if key[0] in {"condition", "sign", "abs"}:
                inside = thaw(key[2] if key[0] == "condition" else key[1])
                scaled = alg.scale(inside, 1 / inside[max(inside)])
                if alg.real(inside) and sign_of(alg, inside) not in {"+", "-", "0"}:
                    return scaled
    return None


def undecided_sign(alg: Algebra, p: Poly) -> Poly | None:
    """A declared sign that occurs in ``p``, alone or at declared indices, and is not yet taken for 1 or -1."""
    for key in alg.keys_in(p):
        if key[0] == "entry" and alg.kind_of(key[1]) == "sign":
            places = [k for part in key[2] for k in alg.keys_in(thaw(part))]
            if all(k[0] in {"index", "size"} for k in places):
                return alg.atom(key)
    return None


def with_sign(normaliser: Normaliser, sign: Poly, value: int) -> Normaliser | None:
    """The normaliser where a declared sign is 1, or where it is -1."""
    return supposing(normaliser, normaliser.alg.subtract(sign, constant(value)), "0")


def supposing(normaliser: Normaliser, p: Poly, sign: str) -> Normaliser | None:
    """The normaliser where ``p`` has a sign (``+``, ``-`` or ``0``); ``None`` where ``p = 0`` cannot be solved for an entry."""
    alg = normaliser.alg
    facts, rewrites, equations = dict(alg.facts), dict(alg.rewrites), list(alg.equations)
    known = replace(alg, facts=facts, rewrites=rewrites, equations=equations, signs={}, substituted={}, templates={})
    branch = Normaliser(normaliser.context, known, RULES)
    if sign == "0":
        declare_equation(branch, p, [])
        return branch if len(known.equations) == len(alg.equations) else None
    known.facts[freeze(p)] = sign
    return branch
