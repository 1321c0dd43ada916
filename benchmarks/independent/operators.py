"""The value of each operator of the vocabulary, by its meaning there."""

from __future__ import annotations

import math
from collections.abc import Callable

from derivcheck.kernel.terms import Symbol, Term
from independent import arrays, differences
from independent.arrays import Array, attempt, entries, entrywise, item
from independent.values import ELEMENTARY, INVERTED, OWN, QUOTIENTS, Inconclusive, Number, Undefined, Unsupported
from independent.world import Local, World, is_row

LARGEST_RANGE = 3_000
SCALAR_FUNCTIONS = frozenset({*OWN, *INVERTED, *QUOTIENTS, *ELEMENTARY})


def _number(self: World, term: Term, local: Local) -> Number:
    return self.numbers.of(term.number)


def _constant(self: World, term: Term, local: Local) -> Number:
    match term.data:
        case "pi":
            return +self.numbers.mp.pi
        case "e":
            return +self.numbers.mp.e
        case "i":
            return self.numbers.mp.mpc(0, 1)
    raise Unsupported("infinity")


def _add(self: World, term: Term, local: Local) -> Number:
    operands, loose = [self.value(a, local) for a in term.args], self.loose(term)
    return entrywise(lambda *xs: self.numbers.add(xs, loose), *operands)


def _mul(self: World, term: Term, local: Local) -> Number:
    return entrywise(lambda *xs: math.prod(xs), *(self.value(a, local) for a in term.args))


def _div(self: World, term: Term, local: Local) -> Number:
    above, below = (self.value(a, local) for a in term.args)
    return entrywise(lambda x: self.numbers.div(x, below), above)


def _pow(self: World, term: Term, local: Local) -> Number:
    base = self.value(term.args[0], local)
    if not isinstance(base, Array):
        return self.numbers.pow(base, self.scalar(term.args[1], local))
    exponent = self.whole(term.args[1], local, "a power of a matrix")
    if abs(exponent) > 60:
        raise Inconclusive("a power is too large")
    return Array(base.sizes, arrays.flat(arrays.power(self.numbers, arrays.whole(base), exponent, self.loose(term))))


def _matmul(self: World, term: Term, local: Local) -> Number:
    a, b = (self.value(x, local) for x in term.args)
    # a column times a row, and a row times anything, are matrices of their sizes
    found = arrays.product(self.numbers, a, b, self.loose(term))
    if not term.shape:
        return item(found[0])
    return Array(self.sizes(term, local), found)


def _transpose(self: World, term: Term, local: Local) -> Number:
    a = self.value(term.args[0], local)
    if not term.args[0].shape:
        return a
    if len(a.sizes) == 1:
        return Array((1, a.sizes[0]), a.items)
    if is_row(term.args[0]):
        return Array((a.sizes[1],), a.items)
    return Array((a.sizes[1], a.sizes[0]), tuple(x for column in zip(*arrays.rows(a), strict=True) for x in column))


def _literal(self: World, term: Term, local: Local) -> Number:
    found = [x for a in term.args for x in entries(attempt(lambda a=a: self.value(a, local)))]
    return Array((len(term.args),) if term.op == "vector" else (len(term.args), len(found) // len(term.args)), tuple(found))


def _range(self: World, term: Term, local: Local) -> list[Number]:
    """The body at each index of a sum or a product at which its condition holds."""
    lower, upper = (self.whole(a, local, "the end of a range") for a in term.args[1:3])
    if upper - lower > LARGEST_RANGE:
        raise Inconclusive("a long range")
    found = []
    for k in range(lower, upper + 1):
        inner = {**local, term.symbol: k}
        if len(term.args) < 4 or self.truth(term.args[3], inner):
            found.append(self.value(term.args[0], inner))
    return found


def _sum(self: World, term: Term, local: Local) -> Number:
    summands, loose = _range(self, term, local), self.loose(term)
    if not summands and term.shape:
        sizes = self.sizes(term, local)
        return Array(sizes, (0,) * math.prod(sizes))
    return entrywise(lambda *xs: self.numbers.add(xs, loose), *summands) if summands else 0


def _prod(self: World, term: Term, local: Local) -> Number:
    if term.shape:
        raise Unsupported("a product of arrays")
    return math.prod(map(item, _range(self, term, local)))


def _indicator(self: World, term: Term, local: Local) -> Number:
    return int(self.truth(term.args[0], local))


def _cases(self: World, term: Term, local: Local) -> Number:
    for k in range(0, len(term.args), 2):
        if k + 1 == len(term.args) or self.truth(term.args[k + 1], local):
            return self.value(term.args[k], local)
    raise Undefined("no case holds")


def _apply(self: World, term: Term, local: Local) -> Number:
    return self.function(term.symbol)([self.value(a, local) for a in term.args])


def _integrate(self: World, term: Term, local: Local) -> Number:
    if not isinstance(term.data, Symbol) or term.shape or any(a.op == "constant" and a.data == "oo" for a in term.args):
        raise Unsupported("an indefinite or improper integral")
    lower, upper = (self.scalar(a, local) for a in term.args[1:])
    found, error = self.numbers.mp.quad(lambda t: self.scalar(term.args[0], {**local, term.symbol: t}), [lower, upper],
                                        error=True, maxdegree=7)
    if error > 1e-30:
        raise Inconclusive("an integral without enough digits")
    return found


def _unsupported(self: World, term: Term, local: Local) -> Number:
    raise Unsupported(term.op)


def _scalar_function(self: World, term: Term, local: Local) -> Number:
    found = [self.value(a, local) for a in term.args]
    if term.op == "log" and len(found) == 2:
        logs = [entrywise(lambda x: self.numbers.function("log", x), a) for a in found]
        return entrywise(self.numbers.div, *logs)
    return entrywise(lambda x: self.numbers.function(term.op, x), found[0])


def _extreme(self: World, term: Term, local: Local) -> Number:
    choose = min if term.op == "min" else max
    return entrywise(lambda *xs: choose(map(self.numbers.real, xs)), *(self.value(a, local) for a in term.args))


def _binomial(self: World, term: Term, local: Local) -> Number:
    return self.numbers.binomial(*(self.scalar(a, local) for a in term.args))


def _delta(self: World, term: Term, local: Local) -> Number:
    return int(not self.difference(term, *(self.scalar(a, local) for a in term.args)))


def _exponentials(self: World, term: Term, local: Local) -> tuple[Array, list[Number], Number]:
    z = self.value(term.args[0], local)
    powers = [self.numbers.exp(item(x)) for x in z.items]
    return z, powers, self.numbers.add(powers)


def _softmax(self: World, term: Term, local: Local) -> Number:
    z, powers, total = _exponentials(self, term, local)
    return Array(z.sizes, tuple(self.numbers.div(p, total) for p in powers))


def _logsumexp(self: World, term: Term, local: Local) -> Number:
    return self.numbers.function("log", _exponentials(self, term, local)[2])


def _norm(self: World, term: Term, local: Local) -> Number:
    squares = [abs(item(x)) ** 2 for x in self.value(term.args[0], local).items]
    return self.numbers.function("sqrt", self.numbers.add(squares))


def _dot(self: World, term: Term, local: Local) -> Number:
    a, b = (self.value(x, local) for x in term.args)
    return self.numbers.add([item(x) * item(y) for x, y in zip(a.items, b.items, strict=True)], self.loose(term))


def _outer(self: World, term: Term, local: Local) -> Number:
    a, b = (self.value(x, local) for x in term.args)
    return Array(a.sizes + b.sizes, tuple(attempt(lambda x, y: x * y, x, y) for x in a.items for y in b.items))


def _trace(self: World, term: Term, local: Local) -> Number:
    table = arrays.rows(self.value(term.args[0], local))
    return self.numbers.add([item(table[k][k]) for k in range(len(table))], self.loose(term))


def _of_matrix(self: World, term: Term, local: Local) -> Number:
    a = self.value(term.args[0], local)
    found = {"det": arrays.det, "inv": arrays.inv, "adj": arrays.adj}[term.op](self.numbers, arrays.whole(a), self.loose(term))
    return found if term.op == "det" else Array(a.sizes, arrays.flat(found))


def _diag(self: World, term: Term, local: Local) -> Number:
    a = self.value(term.args[0], local)
    n = a.sizes[0]
    if len(a.sizes) == 2:
        return Array((n,), tuple(a.items[k * n + k] for k in range(n)))
    return Array((n, n), tuple(a.items[i] if i == j else 0 for i in range(n) for j in range(n)))


def _kron(self: World, term: Term, local: Local) -> Number:
    return Array(self.sizes(term, local), arrays.kron(*(self.value(a, local) for a in term.args)))


def _hadamard(self: World, term: Term, local: Local) -> Number:
    return entrywise(lambda *xs: math.prod(xs), *(self.value(a, local) for a in term.args))


def _vec(self: World, term: Term, local: Local) -> Number:
    table = arrays.rows(self.value(term.args[0], local))
    return Array(self.sizes(term, local), tuple(x for column in zip(*table, strict=True) for x in column))


def _filled(self: World, term: Term, local: Local) -> Number:
    sizes = self.sizes(term, local)
    if any(n < 0 for n in sizes) or math.prod(sizes) > LARGEST_RANGE:
        raise Undefined("a size that is negative or too large")
    if term.op == "eye":
        return Array(sizes, tuple(int(i == j) for i in range(sizes[0]) for j in range(sizes[0])))
    return Array(sizes, (int(term.op == "ones"),) * math.prod(sizes))


def _unit(self: World, term: Term, local: Local) -> Number:
    k, n = (self.whole(a, local) for a in term.args)
    if not 1 <= k <= n:
        raise Undefined("a unit vector outside its range")
    return Array((n,), tuple(int(j == k) for j in range(1, n + 1)))


def _columns(self: World, term: Term, local: Local) -> Number:
    family = self.value(term.args[0], local)
    count, size = family.sizes
    return Array((size, count), tuple(family.items[j * size + i] for i in range(size) for j in range(count)))


OPERATORS: dict[str, Callable[[World, Term, Local], Number]] = {
    "number": _number, "constant": _constant, "symbol": lambda self, term, local: self.meaning(term.symbol, (), local),
    "add": _add, "neg": lambda self, term, local: entrywise(lambda x: -x, self.value(term.args[0], local)), "mul": _mul,
    "div": _div, "pow": _pow, "matmul": _matmul, "transpose": _transpose, "entry": World.entry, "vector": _literal,
    "matrix": _literal, "sum": _sum, "prod": _prod, "integrate": _integrate, "limit": _unsupported, "indicator": _indicator,
    "cases": _cases, "apply": _apply, "derivative": differences.of_function, "diff": differences.of_term,
    "softmax": _softmax, "logsumexp": _logsumexp, "norm": _norm, "frobenius": _norm, "dot": _dot, "outer": _outer,
    "tr": _trace, "det": _of_matrix, "inv": _of_matrix, "adj": _of_matrix, "diag": _diag, "kron": _kron,
    "hadamard": _hadamard, "vec": _vec, "eye": _filled, "ones": _filled, "zeros": _filled, "unit": _unit,
    "columns": _columns, "delta": _delta, "binomial": _binomial, "min": _extreme, "max": _extreme,
    **dict.fromkeys(SCALAR_FUNCTIONS, _scalar_function),
}
