"""Expectations under a law with a name: exactly, by its moments, its moment generating function, or its few values.

Nothing here is approximate or assumed of other laws: what is no polynomial or exponential of the variable is refused.  The
moments are those of Johnson, Kotz and Kemp (discrete) and Johnson, Kotz and Balakrishnan (continuous univariate distributions).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import comb, factorial

from derivcheck.kernel.terms import BOUND, ONE, ZERO, Symbol, Term, Type, free_symbols, number, substitute, symbol
from derivcheck.kernel.vocabulary import build, build_diff
from derivcheck.proving.probability.polynomial import NotPolynomial, parts, power, whole

SUPPORT = {
    "normal": "real", "bernoulli": "real", "binomial": "real", "poisson": "real", "geometric": "real", "exponential": "positive",
    "uniform": "real", "gamma": "positive", "beta": "positive", "categorical": "index",
}
"""The kinds of symbols as which their values are known."""


class NoMoment(Exception):
    """The expectation has no closed form that is known; the message says why."""


def _neg(a: Term) -> Term:
    return build("neg", a)


def _less(a: Term, b: Term) -> Term:
    return build("add", a, _neg(b))


def _times(*factors: Term) -> Term:
    kept = [f for f in factors if f != ONE]
    return build("mul", *kept) if len(kept) > 1 else kept[0] if kept else ONE


def _sum(terms: list[Term]) -> Term:
    return build("add", *terms) if len(terms) > 1 else terms[0] if terms else ZERO


def stirling(k: int) -> list[int]:
    """``x**k`` in falling factorials: the numbers of Stirling of the second kind."""
    row = [1]
    for n in range(1, k + 1):
        row = [0] + [row[j - 1] + j * (row[j] if j < n else 0) for j in range(1, n + 1)]
    return row


def _from_falling(k: int, falling: Callable[[int], Term]) -> Term:
    return _sum([_times(number(c), falling(j)) for j, c in enumerate(stirling(k)) if c])


def _rising(a: Term, k: int) -> list[Term]:
    return [build("add", a, number(j)) if j else a for j in range(k)]


def _normal(law: Term, k: int) -> Term:
    mean, variance = law.args
    ways = [comb(k, 2 * j) * factorial(2 * j) // (2**j * factorial(j)) for j in range(k // 2 + 1)]
    return _sum([_times(number(c), power(mean, k - 2 * j), power(variance, j)) for j, c in enumerate(ways)])


def _binomial(law: Term, k: int) -> Term:
    n, p = law.args
    return _from_falling(k, lambda j: _times(*(_less(n, number(i)) if i else n for i in range(j)), power(p, j)))


def _poisson(law: Term, k: int) -> Term:
    return _from_falling(k, lambda j: power(law.args[0], j))


def _geometric(law: Term, k: int) -> Term:
    (p,) = law.args

    def falling(j: int) -> Term:
        return ONE if not j else build("div", _times(number(factorial(j)), power(_less(ONE, p), j - 1)), power(p, j))

    return _from_falling(k, falling)


def _exponential(law: Term, k: int) -> Term:
    return build("div", number(factorial(k)), power(law.args[0], k))


def _uniform(law: Term, k: int) -> Term:
    a, b = law.args
    return build("div", _sum([_times(power(a, j), power(b, k - j)) for j in range(k + 1)]), number(k + 1))


def _gamma(law: Term, k: int) -> Term:
    a, rate = law.args
    return build("div", _times(*_rising(a, k)), power(rate, k))


def _beta(law: Term, k: int) -> Term:
    a, b = law.args
    return build("div", _times(*_rising(a, k)), _times(*_rising(build("add", a, b), k)))


MOMENTS: dict[str, Callable[[Term, int], Term]] = {
    "normal": _normal, "binomial": _binomial, "poisson": _poisson, "geometric": _geometric, "exponential": _exponential,
    "uniform": _uniform, "gamma": _gamma, "beta": _beta,
}
"""``E[X**k]`` for k of at least 1."""


@dataclass(frozen=True, slots=True)
class Generated:
    """``E[exp(t*X)*g(X)] = factor * E[g(X)]`` under the tilted law; needs: where the expectation exists, or nothing."""

    factor: Term
    tilted: Term | None
    needs: Term | None = None


def _law(law: Term, *args: Term) -> Term:
    return Term("law", args, law.data, law.shape)


def _tilted(law: Term, t: Term) -> Generated:
    """The moment generating function at ``t``, and the law that the factor ``exp(t*x)`` makes of a law."""
    exp = build("exp", t)
    match law.data, law.args:
        case "normal", (mean, variance):
            half = build("div", _times(variance, power(t, 2)), number(2))
            shifted = build("add", mean, _times(variance, t))
            return Generated(build("exp", build("add", _times(mean, t), half)), _law(law, shifted, variance))
        case "poisson", (rate,):
            return Generated(build("exp", _times(rate, _less(exp, ONE))), _law(law, _times(rate, exp)))
        case "binomial", (n, p):
            base = build("add", _less(ONE, p), _times(p, exp))
            return Generated(build("pow", base, n), _law(law, n, build("div", _times(p, exp), base)))
        case "exponential", (rate,):
            less = _less(rate, t)
            return Generated(build("div", rate, less), _law(law, less), build("gt", less, ZERO))
        case "gamma", (a, rate):
            less = _less(rate, t)
            return Generated(build("pow", build("div", rate, less), a), _law(law, a, less), build("gt", less, ZERO))
        case "geometric", (p,):
            rest = _less(ONE, _times(_less(ONE, p), exp))
            return Generated(build("div", _times(p, exp), rest), _law(law, rest), build("gt", rest, ZERO))
        case "uniform", (a, b):
            ends = _less(build("exp", _times(t, b)), build("exp", _times(t, a)))
            return Generated(build("div", ends, _times(t, _less(b, a))), None, build("ne", t, ZERO))
    raise NoMoment(f"the moment generating function of {law.data} is no elementary function")


def expectation(law: Term, by: Symbol, body: Term, fresh: Callable[[], str]) -> tuple[Term, tuple[Term, ...]]:
    """The expectation of a term over a symbol that follows a law, and where it exists; raises ``NoMoment``."""
    if law.data == "categorical":
        return _over_values(law, by, body, fresh()), ()
    if law.data == "bernoulli":
        p = law.args[0]
        at = [substitute(body, {by: number(k)}) for k in (0, 1)]
        return build("add", _times(_less(ONE, p), at[0]), _times(p, at[1])), ()
    if law.shape:
        return _vector_normal(law, by, body, fresh), ()
    return _by_moments(law, by, body)


def _over_values(law: Term, by: Symbol, body: Term, name: str) -> Term:
    (probabilities,) = law.args
    index = Symbol(name, BOUND)
    weighted = _times(build("entry", probabilities, symbol(index)), substitute(body, {by: symbol(index)}))
    return build("sum", weighted, ONE, probabilities.shape[0], data=index)


def _by_moments(law: Term, by: Symbol, body: Term) -> tuple[Term, tuple[Term, ...]]:
    needs: list[Term] = []

    def value(k: int, t: Term) -> Term:
        if t == ZERO:
            return MOMENTS[str(law.data)](law, k)
        found = _tilted(law, t)
        if found.needs is not None:
            needs.append(found.needs)
        if not k:
            return found.factor
        if found.tilted is None:
            raise NoMoment(f"a power times an exponential under the law {law.data}")
        return _times(found.factor, MOMENTS[str(law.data)](found.tilted, k))

    try:
        found = whole(parts(body, by), value)
    except NotPolynomial as reason:
        raise NoMoment(f"the expectation of {reason} is not known under the law {law.data}") from None
    return found, tuple(dict.fromkeys(needs))


def degree(term: Term, by: Symbol) -> int:
    """A bound on the degree of a term as a polynomial in the entries of a symbol; raises ``NoMoment`` where it is none."""
    if by not in free_symbols(term):
        return 0
    match term.op:
        case "symbol":
            return 1
        case "add" | "vector" | "matrix":
            return max(degree(a, by) for a in term.args)
        case "neg" | "transpose" | "tr" | "diag" | "vec":
            return degree(term.args[0], by)
        case "mul" | "matmul" | "dot" | "outer" | "hadamard" | "kron":
            return sum(degree(a, by) for a in term.args)
        case "div" if by not in free_symbols(term.args[1]):
            return degree(term.args[0], by)
        case "entry" | "sum" if not any(by in free_symbols(a) for a in term.args[1:]):
            return degree(term.args[0], by)
        case "pow" if term.args[0].op == "norm" and term.args[1] == number(2):
            return 2 * degree(term.args[0].args[0], by)
        case "pow" if term.args[1].op == "number" and term.args[1].number in {1, 2, 3, 4}:
            return degree(term.args[0], by) * int(term.args[1].number)
        case "diff" if by not in free_symbols(term.args[1]):
            return degree(term.args[0], by)
    raise NoMoment(f"{term.op} of {by.name} is no polynomial, and the law is that of a vector")


def _vector_normal(law: Term, by: Symbol, body: Term, fresh: Callable[[], str]) -> Term:
    """``f(mu) + sum(Sigma[i, j]*diff(diff(f, x[i]), x[j]), i, j)/2`` for f of degree 2 at most, or ``exp(t.T @ x)``."""
    mean, spread = law.args
    point = Symbol(f"{by.name}_0", Type("real", by.type.shape))  # derivatives of the highest order are the same at all points
    if body.op == "exp" and degree(body.args[0], by) == 1:
        slope = build_diff(substitute(body.args[0], {by: symbol(point)}), symbol(point), "mixed")
        quadratic = build("matmul", build("matmul", build("transpose", slope), spread), slope)
        middle = substitute(body.args[0], {by: mean})
        return build("exp", build("add", middle, build("div", quadratic, number(2))))
    if degree(body, by) > 2:
        raise NoMoment("only moments of up to the second order are known of a normal vector")
    i, j = (Symbol(fresh(), BOUND) for _ in range(2))
    entries = [build("entry", symbol(point), symbol(k)) for k in (i, j)]
    second = build_diff(build_diff(substitute(body, {by: symbol(point)}), entries[0], "mixed"), entries[1], "mixed")
    weighted = _times(build("entry", spread, symbol(i), symbol(j)), second)
    inner = build("sum", weighted, ONE, mean.shape[0], data=j)
    total = build("sum", inner, ONE, mean.shape[0], data=i)
    return build("add", substitute(body, {by: mean}), build("div", total, number(2)))


def placeholder(it: Symbol, law: Term) -> Symbol:
    """The symbol of a value of a random variable with a law: no longer random, and within its support."""
    kind = SUPPORT[str(law.data)]
    return Symbol(it.name, Type(kind, it.type.shape, upper=it.type.upper))
