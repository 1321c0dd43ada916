"""Definite integrals in numbers: balls that certainly hold the value, by flint's rigorous quadrature.

The integrand is continued to complex arguments, where flint bounds it; a function that cannot be continued, or an integral
that it does not bound (an improper one, one that diverges), is undetermined.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flint import acb, arb, ctx, fmpq, fmpz

from derivcheck.kernel.outcome import OutOfBudget
from derivcheck.kernel.terms import Symbol, Term, free_symbols
from derivcheck.kernel.values import arithmetic
from derivcheck.kernel.values.arithmetic import Number, UndefinedHere, UndeterminedHere
from derivcheck.kernel.values.jets import Jet, Scalar

if TYPE_CHECKING:
    from derivcheck.kernel.values.evaluate import Evaluator
    from derivcheck.kernel.values.instance import Local, World

INSIDE = tuple(fmpq(k, 24) for k in (1, 5, 9, 12, 15, 19, 23))
"""Where in its range an integrand is asked whether the reals have a value for it at all."""

EVALUATIONS = 4_000
"""How often flint may evaluate an integrand."""

Continued = Callable[[acb, bool], acb]
MEROMORPHIC = frozenset({
    "exp", "sin", "cos", "sinh", "cosh", "erf", "tan", "cot", "sec", "csc", "tanh", "coth", "sech", "csch",
})


def integral(evaluator: Evaluator, term: Term, world: World, local: Local) -> Number:
    """The value of ``integrate(body, x in a..b)`` as a ball; raises ``UndeterminedHere`` where none is known."""
    body, lower, upper = term.args
    a, b = (_real(evaluator.scalar(end, world, local)) for end in (lower, upper))
    variable = term.symbol
    if variable not in free_symbols(body):
        return arithmetic.mul(_number(evaluator.scalar(body, world, local)), arithmetic.add(b, arithmetic.neg(a)))
    if evaluator.calculus.principal:
        raise UndeterminedHere("integrals are not evaluated among complex numbers")
    for share in INSIDE:
        place = arithmetic.add(a, arithmetic.mul(share, arithmetic.add(b, arithmetic.neg(a))))
        try:
            evaluator.scalar(body, world, {**local, variable: place})
        except UndefinedHere:
            raise UndeterminedHere("an integrand without a value inside its range") from None
    function = _continued(evaluator, body, variable, world, local)
    evaluator.budget.spend(5_000)
    limit = EVALUATIONS

    def counted(z: acb, analytic: bool) -> acb:
        nonlocal limit
        limit -= 1
        try:  # what is raised here flint would not pass on
            return function(z, analytic) if limit > 0 else acb("nan")
        except (UndefinedHere, UndeterminedHere, OutOfBudget):
            limit = 0
            return acb("nan")

    ends = (acb(arithmetic.ball(a)), acb(arithmetic.ball(b)))
    value = acb.integral(counted, *ends, eval_limit=EVALUATIONS, rel_tol=arb(2) ** -min(ctx.prec, 100))
    if not value.is_finite() or not value.imag.contains(0) or value.real.rad() > arb(10) ** -6 * (1 + abs(value.real)):
        raise UndeterminedHere("an integral that is not bounded numerically")
    return value.real


def _number(value: Scalar) -> Number:
    if isinstance(value, Jet):
        raise UndeterminedHere("derivatives of integrals are not evaluated")
    return arithmetic.plain(value)


def _real(value: Scalar) -> Number:
    number = _number(value)
    if not arithmetic.is_real(number):
        raise UndeterminedHere("the end of an integral is not real")
    return number


def _continued(evaluator: Evaluator, term: Term, variable: Symbol, world: World, local: Local) -> Continued:
    """The function of a complex variable that a term is; not finite where it is not analytic and that is asked for."""
    if variable not in free_symbols(term):
        value = acb(arithmetic.ball(_number(evaluator.scalar(term, world, local))))
        return lambda z, analytic: value
    if term.op == "symbol":
        return lambda z, analytic: z
    definition = evaluator.context.definitions.get(term.symbol.name) if term.op == "apply" else None
    if definition is not None or term.op in {"integrate", "limit", "sum", "prod", "diff", "cases"}:
        raise UndeterminedHere(f"{term.op} inside an integral is not evaluated")
    parts = [_continued(evaluator, a, variable, world, local) for a in term.args]
    if term.op in MEROMORPHIC:
        method = getattr(acb, term.op)
        return lambda z, analytic: method(parts[0](z, analytic))
    match term.op:
        case "apply" if len(parts) == 1:
            return _opaque(evaluator, term, parts[0], 0)
        case "derivative":
            return _opaque(evaluator, term, parts[1], int(term.args[0].number))
        case "add":
            return lambda z, analytic: sum((p(z, analytic) for p in parts[1:]), parts[0](z, analytic))
        case "neg":
            return lambda z, analytic: -parts[0](z, analytic)
        case "mul":
            return lambda z, analytic: _product([p(z, analytic) for p in parts])
        case "div":
            return lambda z, analytic: parts[0](z, analytic) / parts[1](z, analytic)
        case "log" if len(parts) == 1:
            return lambda z, analytic: parts[0](z, analytic).log(analytic=analytic)
        case "sqrt":
            return lambda z, analytic: parts[0](z, analytic).sqrt(analytic=analytic)
        case "abs":
            return lambda z, analytic: parts[0](z, analytic).real_abs(analytic=analytic)
        case "atan" | "asinh":
            return _cut_off_axis(term.op, parts[0])
        case "pow":
            return _power(term, parts)
    raise UndeterminedHere(f"{term.op} inside an integral is not evaluated")


def _opaque(evaluator: Evaluator, term: Term, part: Continued, order: int) -> Continued:
    """A function in whose place a polynomial stands at an instance."""
    return lambda z, analytic: acb(arithmetic.ball(_number(evaluator.opaque(term.symbol, [part(z, analytic)], order))))


def _product(factors: list[acb]) -> acb:
    value = factors[0]
    for factor in factors[1:]:
        value = value * factor
    return value


def _cut_off_axis(op: str, part: Continued) -> Continued:
    """atan and asinh, whose cuts lie on the imaginary axis beyond i and -i."""
    method = getattr(acb, op)

    def value(z: acb, analytic: bool) -> acb:
        w = part(z, analytic)
        crosses = w.real.contains(0) and not abs(w.imag) < 1
        return acb("nan") if analytic and crosses else method(w)

    return value


def _power(term: Term, parts: list[Continued]) -> Continued:
    exponent = term.args[1]
    if exponent.op == "neg" and exponent.args[0].op == "number":
        exponent = Term("number", (), -exponent.args[0].number)
    if exponent.op == "number" and exponent.number.denominator == 1:
        k = fmpz(int(exponent.number))
        return lambda z, analytic: parts[0](z, analytic) ** k
    return lambda z, analytic: parts[0](z, analytic).pow(parts[1](z, analytic), analytic=analytic)
