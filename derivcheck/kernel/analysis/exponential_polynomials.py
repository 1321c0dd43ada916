"""Antiderivatives of sums of polynomials times exponentials of quadratic polynomials, as densities of normal laws bring them.

A summand ``P*exp(q)`` has an antiderivative ``R*exp(q)`` but for a constant times ``exp(q)``, the antiderivative of which is an
error function where q is quadratic.  Coefficients are terms without the variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from derivcheck.kernel.analysis import coefficients as c
from derivcheck.kernel.analysis.knowledge import occurs
from derivcheck.kernel.analysis.needs import rational
from derivcheck.kernel.analysis.segments import Segment
from derivcheck.kernel.analysis.slopes import slope
from derivcheck.kernel.terms import ONE, ZERO, Symbol, Term, number, symbol
from derivcheck.kernel.vocabulary import build

Polynomial = tuple[Term, ...]
"""Coefficients, the constant one first; the last is not written as 0."""

Summand = tuple[Polynomial, Polynomial]
"""A polynomial and the exponent of the exponential beside it."""

MOST_SUMMANDS = 40
HIGHEST_DEGREE = 12


class _Other(Exception):
    """A function is no such sum."""


def exponential_polynomial(integrand: Term, variable: Symbol) -> Iterator[Term]:
    """An antiderivative of such a sum, if the integrand is one with an exponential in it."""
    try:
        summands = _collected(_read(integrand, variable))
    except _Other:
        return
    if any(len(q) > 1 for _, q in summands):
        yield build("add", *(_antiderivative(p, q, symbol(variable)) for p, q in summands), ZERO)


def _read(f: Term, x: Symbol) -> list[Summand]:
    """The summands of a function; raises ``_Other``."""
    if not occurs(x, f):
        return [((f,), ())]
    match f.op:
        case "symbol":
            return [((ZERO, ONE), ())]
        case "neg":
            return _times([((number(-1),), ())], _read(f.args[0], x))
        case "add":
            return _collected([summand for a in f.args for summand in _read(a, x)])
        case "mul":
            product: list[Summand] = [((ONE,), ())]
            for a in f.args:
                product = _times(product, _read(a, x))
            return product
        case "div":
            return _times(_read(f.args[0], x), _inverted(f.args[1], x))
        case "pow":
            return _raised(_read(f.args[0], x), rational(f.args[1]))
        case "exp":
            return [((ONE,), _plain(_read(f.args[0], x), 2))]
        case "log" if len(f.args) == 1:
            factor, exponent = _single(_read(f.args[0], x))
            return _collected([((build("log", factor),), ()), (exponent, ())])
    raise _Other


def _inverted(f: Term, x: Symbol) -> list[Summand]:
    factor, exponent = _single(_read(f, x))
    return [((c.inverse(factor),), tuple(c.mul(number(-1), a) for a in exponent))]


def _single(summands: Sequence[Summand]) -> tuple[Term, Polynomial]:
    """The factor and the exponent of what is a multiple of one exponential."""
    if len(summands) != 1 or len(summands[0][0]) != 1:
        raise _Other
    (factor,), exponent = summands[0]
    return factor, exponent


def _plain(summands: Sequence[Summand], degree: int) -> Polynomial:
    """The polynomial of a degree at most that a function is."""
    if any(q for _, q in summands) or len(summands) > 1 or any(len(p) > degree + 1 for p, _ in summands):
        raise _Other
    return summands[0][0] if summands else ()


def _raised(summands: list[Summand], exponent: Fraction | None) -> list[Summand]:
    if exponent is None or exponent.denominator != 1 or not 0 <= exponent <= HIGHEST_DEGREE:
        raise _Other
    product: list[Summand] = [((ONE,), ())]
    for _ in range(int(exponent)):
        product = _times(product, summands)
    return product


def _times(a: Sequence[Summand], b: Sequence[Summand]) -> list[Summand]:
    if len(a) * len(b) > MOST_SUMMANDS:
        raise _Other
    return _collected([(_product(p, r), _sum(q, s)) for p, q in a for r, s in b])


def _collected(summands: Sequence[Summand]) -> list[Summand]:
    """Summands with different exponents."""
    found: dict[Polynomial, Polynomial] = {}
    for p, q in summands:
        found[q] = _sum(found.get(q, ()), p)
    return [(p, q) for q, p in found.items() if p]


def _sum(p: Polynomial, q: Polynomial) -> Polynomial:
    length = max(len(p), len(q))
    padded = [(*a, *[ZERO] * (length - len(a))) for a in (p, q)]
    return _trimmed([c.add(a, b) for a, b in zip(*padded, strict=True)])


def _product(p: Polynomial, q: Polynomial) -> Polynomial:
    if len(p) + len(q) > HIGHEST_DEGREE + 2:
        raise _Other
    total = [ZERO] * (len(p) + len(q))
    for i, a in enumerate(p):
        for j, b in enumerate(q):
            total[i + j] = c.add(total[i + j], c.mul(a, b))
    return _trimmed(total)


def _trimmed(p: Sequence[Term]) -> Polynomial:
    length = len(p)
    while length and rational(p[length - 1]) == 0:
        length -= 1
    return tuple(p[:length])


def _slope(p: Polynomial) -> Polynomial:
    return tuple(c.scale(a, Fraction(k)) for k, a in enumerate(p))[1:]


def _antiderivative(p: Polynomial, q: Polynomial, x: Term) -> Term:
    """An antiderivative of ``p*exp(q)``."""
    if len(q) < 2:
        factor = build("exp", q[0]) if q else ONE
        raised = (ZERO, *(c.scale(a, Fraction(1, k + 1)) for k, a in enumerate(p)))
        return c.mul(_written(raised, x), factor)
    solved, left = _reduced(p, q)
    main = c.mul(_written(solved, x), build("exp", _written(q, x)))
    return main if left == ZERO else c.add(main, c.mul(left, _error_function(q, x)))


def _reduced(p: Polynomial, q: Polynomial) -> tuple[Polynomial, Term]:
    """A polynomial r and a constant c with ``p = r' + r*q' + c``."""
    steepness = _slope(q)
    turned, degree = c.inverse(steepness[-1]), len(steepness) - 1
    solved: list[Term] = [ZERO] * max(len(p) - degree, 0)
    left = list(p)
    for k in range(len(solved) - 1, -1, -1):
        solved[k] = c.mul(left[k + degree], turned)
        for j, a in enumerate(steepness[:-1]):
            left[k + j] = c.add(left[k + j], c.mul(number(-1), c.mul(solved[k], a)))
        if k:
            left[k - 1] = c.add(left[k - 1], c.scale(solved[k], Fraction(-k)))
    return _trimmed(solved), left[0] if degree else ZERO


def over_the_line(integrand: Term, on: Segment) -> Term | None:
    """The integral over all reals of a sum of polynomials times exponentials that vanish at both ends, or ``None``.

    What is trusted is the integral of a normal density; how the integrand is reduced to it the kernel proves.
    """
    x = symbol(on.variable)
    try:
        summands = _collected(_read(integrand, on.variable))
    except _Other:
        return None
    total: list[Term] = [ZERO]
    reduced: list[Term] = [ZERO]
    for p, q in summands:
        if len(q) != 3 or on.around.sign(q[2]) != "-":
            return None
        solved, left = _reduced(p, q)
        total.append(c.mul(c.mul(number(2), left), _width_and_peak(q)))
        power = build("exp", _written(q, x))
        reduced += [slope(c.mul(_written(solved, x), power), on.variable), c.mul(left, power)]
    return build("add", *total) if on.inside.proves(integrand, "=", build("add", *reduced)) else None


def _error_function(q: Polynomial, x: Term) -> Term:
    """An antiderivative of the exponential of a quadratic polynomial, the leading coefficient of which is negative."""
    distance = c.add(x, c.mul(number(-1), _centre(q)))
    return build("mul", _width_and_peak(q), build("erf", c.mul(build("sqrt", _negated(q[2])), distance)))


def _centre(q: Polynomial) -> Term:
    return c.mul(q[1], c.inverse(c.scale(q[2], Fraction(-2))))


def _width_and_peak(q: Polynomial) -> Term:
    """Half of the integral of the exponential of such a polynomial over all reals."""
    peak = build("exp", c.add(q[0], c.mul(c.scale(q[1], Fraction(1, 2)), _centre(q))))
    root = build("sqrt", _negated(q[2]))
    return build("mul", build("div", build("sqrt", Term("constant", (), "pi")), c.mul(number(2), root)), peak)


def _negated(a: Term) -> Term:
    if a.op == "neg":
        return a.args[0]
    return a.args[1] if a.op == "mul" and len(a.args) == 2 and rational(a.args[0]) == -1 else c.mul(number(-1), a)


def _written(p: Sequence[Term], x: Term) -> Term:
    total: Term = ZERO
    for k, a in enumerate(p):
        total = c.add(total, c.mul(a, c.power(x, Fraction(k))))
    return total
