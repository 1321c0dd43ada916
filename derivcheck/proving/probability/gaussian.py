"""Integrals of polynomials times exponentials of quadratic functions over the whole line, by completing the square."""

from __future__ import annotations

from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, free_symbols, number
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.probability.laws import MOMENTS
from derivcheck.proving.probability.polynomial import NotPolynomial, Parts, parts, whole


def integral(body: Term, by: Symbol) -> tuple[Term, Term] | None:
    """The integral over all values of a symbol, and what makes it exist; ``None`` for another body.

    ``exp(-a*x**2 + b*x + c)`` is ``exp(c + b**2/(4*a) + log(pi/a)/2)`` times the normal density of mean ``b/(2*a)`` and
    variance ``1/(2*a)``, where ``a > 0``.
    """
    rest, exponent = exponentials(body)
    try:
        powers, factor = parts(exponent, by), parts(rest, by)
    except NotPolynomial:
        return None
    if set(powers) - {(k, ZERO) for k in range(3)} or (2, ZERO) not in powers or any(t != ZERO for _, t in factor):
        return None
    bent = powers[2, ZERO]
    steep = bent.args[0] if bent.op == "neg" else build("neg", bent)
    slope, level = (_coefficient(powers, k) for k in (1, 0))
    variance = build("div", ONE, build("mul", number(2), steep))
    law = Term("law", (build("mul", slope, variance), variance), "normal")
    peak = build("div", build("mul", build("pow", slope, number(2)), variance), number(2))
    width = build("div", build("log", build("div", Term("constant", (), "pi"), steep)), number(2))
    mass = build("exp", build("add", level, peak, width))
    mean = whole(factor, lambda k, _: MOMENTS["normal"](law, k))
    return mass if mean == ONE else build("mul", mass, mean), Term("gt", (steep, ZERO))


def _coefficient(powers: Parts, k: int) -> Term:
    return powers.get((k, ZERO), ZERO)


def exponentials(term: Term) -> tuple[Term, Term]:
    """A product or quotient as what is no exponential in it, and the exponent of the rest."""
    above, below = [term], list[Term]()
    rest: list[list[Term]] = [[], []]
    exponents: list[Term] = []
    while above or below:
        factor, place = (above.pop(), 0) if above else (below.pop(), 1)
        here, there = (above, below) if place == 0 else (below, above)
        match factor.op:
            case "mul":
                here += factor.args
            case "div":
                here.append(factor.args[0])
                there.append(factor.args[1])
            case "exp" if not factor.shape:
                exponents.append(build("neg", factor.args[0]) if place else factor.args[0])
            case _ if factor != ONE:
                rest[place].append(factor)
    top, bottom = (_times(some) for some in rest)
    return build("div", top, bottom) if bottom != ONE else top, _plus(exponents)


def _times(factors: list[Term]) -> Term:
    return build("mul", *factors) if len(factors) > 1 else factors[0] if factors else ONE


def _plus(terms: list[Term]) -> Term:
    return build("add", *terms) if len(terms) > 1 else terms[0] if terms else ZERO


def over_the_line(term: Term) -> bool:
    """Whether a term is an integral from ``-oo`` to ``oo``."""
    if term.op != "integrate" or len(term.args) != 3:
        return False
    lower, upper = term.args[1:]
    return lower.op == "neg" and _infinite(lower.args[0]) and _infinite(upper)


def _infinite(term: Term) -> bool:
    return term.op == "constant" and term.data == "oo"


def exponent(term: Term) -> Term | None:
    """The exponent of a term that is nothing but an exponential, written as a product or quotient of such; else ``None``."""
    if not any(t.op == "exp" for t in (term, *term.args)) or term.shape:
        return None
    rest, found = exponentials(term)
    return found if rest == ONE and free_symbols(found) else None
