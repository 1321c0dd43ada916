"""The logarithm of the normal density, and what is known of normal laws by it."""

from __future__ import annotations

from derivcheck.kernel.terms import BOUND, ONE, Symbol, Term, free_symbols, number, symbol
from derivcheck.kernel.vocabulary import build
from derivcheck.proving.probability.unlowered import Unlowered

TWICE_PI = build("mul", number(2), Term("constant", (), "pi"))


def _log(a: Term) -> Term:
    return build("log", a)


def _neg(a: Term) -> Term:
    return build("neg", a)


def _half(a: Term) -> Term:
    return build("div", a, number(2))


def normal_logarithm(x: Term, mean: Term, variance: Term) -> Term:
    """The logarithm of the normal density, of a scalar or a vector."""
    less = build("add", x, _neg(mean))
    if not x.shape:
        square = build("div", build("pow", less, number(2)), build("mul", number(2), variance))
        return build("add", _neg(square), _neg(_half(_log(build("mul", TWICE_PI, variance)))))
    constant = build("mul", x.shape[0], _log(TWICE_PI))
    return _neg(_half(build("add", _squared_distance(less, variance), _logarithm_of_determinant(variance), constant)))


def _diagonal(variance: Term, index: Term) -> Term | None:
    """The entry on the diagonal of a matrix that is written as diagonal: ``diag(v)``, ``eye(n)``, ``s**2*eye(n)``."""
    match variance.op:
        case "diag" if len(variance.args[0].shape) == 1:
            return build("entry", variance.args[0], index)
        case "eye":
            return ONE
        case "mul":
            parts = [_diagonal(a, index) if a.shape else a for a in variance.args]
            known = [p for p in parts if p is not None]
            return build("mul", *known) if len(known) == len(parts) else None
    return None


def _over_entries(size: Term, body: Term, index: Symbol) -> Term:
    return build("sum", body, ONE, size, data=index)


def _index(*terms: Term) -> Symbol:
    names = {s.name for t in terms for part in t.walk() for s in (*free_symbols(part), *_bound(part))}
    return Symbol(next(n for n in ("m", "k", "l", *(f"m_{count}" for count in range(1, 1000))) if n not in names), BOUND)


def _bound(part: Term) -> tuple[Symbol, ...]:
    return (part.data,) if isinstance(part.data, Symbol) else ()


def _squared_distance(less: Term, variance: Term) -> Term:
    index = _index(less, variance)
    entry = _diagonal(variance, symbol(index))
    if entry is None:
        return build("matmul", build("matmul", build("transpose", less), build("inv", variance)), less)
    square = build("pow", build("entry", less, symbol(index)), number(2))
    return _over_entries(less.shape[0], build("div", square, entry), index)


def _logarithm_of_determinant(variance: Term) -> Term:
    index = _index(variance)
    entry = _diagonal(variance, symbol(index))
    if entry is None:
        return _log(build("det", variance))
    return _over_entries(variance.shape[0], _log(entry), index)


def _trace_of_ratio(below: Term, above: Term) -> Term:
    """``tr(inv(below) @ above)``, of numbers their quotient."""
    if not below.shape:
        return build("div", above, below)
    index = _index(below, above)
    entry = _diagonal(below, symbol(index))
    if entry is None:
        return build("tr", build("matmul", build("inv", below), above))
    other = _diagonal(above, symbol(index)) or build("entry", above, symbol(index), symbol(index))
    return _over_entries(below.shape[0], build("div", other, entry), index)


def of_laws(op: str, laws: tuple[Term, ...]) -> Term:
    """Entropy, cross-entropy and divergence of normal laws, from the expectation of the logarithm of the density."""
    if any(law.data != "normal" for law in laws):
        raise Unlowered(f"{op} of {laws[0].data} has no formula here; write its sum or its integral")
    own = _cross_entropy(laws[0], laws[0])
    if op == "entropy":
        return own
    cross = _cross_entropy(laws[0], laws[1])
    return cross if op == "cross_entropy" else build("add", cross, _neg(own))


def _cross_entropy(of: Term, by: Term) -> Term:
    """``-E[log q(X)]`` for X of the first law and q the density of the second."""
    (m1, v1), (m2, v2) = of.args, by.args
    return build("add", _neg(normal_logarithm(m1, m2, v2)), _half(_trace_of_ratio(v2, v1)))
