"""Arrays that satisfy an assumed equation between arrays: solved for a factor, or of a kind that such equations speak of."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flint import fmpq, fmpq_mat

from derivcheck.kernel.terms import Symbol, Term, free_symbols, number
from derivcheck.kernel.values.instance import Entry, Instance
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.sampling.drawn_matrices import conjugated, orthogonal

Evaluate = Callable[[Term, Instance], Sequence[Entry]]


def solutions(fact: Term, instance: Instance, evaluate: Evaluate, rng: random.Random) -> Iterator[Instance]:
    """Instances with one array changed so that the equation may hold."""
    yield from _annihilating(fact, instance, rng)
    for it, value in _solved(fact, rng):
        candidate = _with_array(instance, it, evaluate(value, instance))
        if candidate is not None:
            yield candidate


def _annihilating(fact: Term, instance: Instance, rng: random.Random) -> Iterator[Instance]:
    """``A @ B = 0`` by an A that takes a vector to 0 and a B that goes nowhere but along it."""
    product, zero = fact.args
    if product.op != "matmul" or zero.op != "zeros" or any(x.op != "symbol" or len(x.shape) != 2 for x in product.args):
        return
    a, b = (instance.values.get(x.symbol.name) for x in product.args)
    if product.args[0] == product.args[1] or not isinstance(a, tuple) or not isinstance(b, tuple):
        return
    entries = [x for row in a if isinstance(row, tuple) for x in row if isinstance(x, fmpq)]
    if len(entries) != len(a) * len(b):
        return
    old, width = fmpq_mat(len(a), len(b), entries), len(b[0]) if isinstance(b[0], tuple) else 0
    v = fmpq_mat(len(b), 1, [rng.randint(1, 3) for _ in b])
    w = fmpq_mat(1, width, [rng.randint(-2, 2) for _ in range(width)])
    moved = old - old * v * v.transpose() * (1 / (v.transpose() * v)[0, 0])
    changed = {x.symbol.name: tuple(map(tuple, m.tolist())) for x, m in zip(product.args, (moved, v * w), strict=True)}
    yield replace(instance, values={**instance.values, **changed})


def _solved(fact: Term, rng: random.Random) -> Iterator[tuple[Symbol, Term]]:
    for side, other in (fact.args, fact.args[::-1]):
        for it, value in _solutions_of(side, other, rng):
            if it not in free_symbols(value) or it in free_symbols(side):
                yield it, value


def _solutions_of(side: Term, other: Term, rng: random.Random) -> Iterator[tuple[Symbol, Term]]:
    """Values of a symbol at which ``side = other``, by undoing what stands around it."""
    if side.op == "symbol":
        if side.symbol not in free_symbols(other):
            yield side.symbol, other
        return
    if side.op == "transpose":
        yield from _solutions_of(side.args[0], build("transpose", other), rng)
        return
    if side.op != "matmul":
        return
    a, b = side.args
    try:
        if a.op == b.op == "symbol" and other == build("matmul", b, a):
            yield b.symbol, _polynomial(a, rng)
            return
        if b.op == "symbol" and b.symbol not in free_symbols(a) | free_symbols(other):
            yield b.symbol, build("matmul", _right_inverse(a), other)
        if a.op == "symbol" and a.symbol not in free_symbols(b) | free_symbols(other):
            if len(b.shape) == 1:
                yield from ((a.symbol, value) for value in _moved(a, b, other))
            else:
                yield a.symbol, build("matmul", other, build("transpose", _right_inverse(build("transpose", b))))
    except ShapeError:
        return


def _polynomial(a: Term, rng: random.Random) -> Term:
    """A matrix that commutes with another."""
    summands = (build("mul", number(rng.randint(-2, 2)), build("eye", a.shape[0])), build("mul", number(rng.randint(1, 2)), a),
                build("mul", number(rng.randint(-1, 1)), build("matmul", a, a)))
    return build("add", *summands)


def _right_inverse(a: Term) -> Term:
    if a.shape[0] == a.shape[1]:
        return build("inv", a)
    mirrored = build("transpose", a)
    return build("matmul", mirrored, build("inv", build("matmul", a, mirrored)))


def _moved(a: Term, v: Term, value: Term) -> Iterator[Term]:
    """Matrices near A that take v to a value; the first is symmetric where A is and the value is a multiple of v."""
    square = build("matmul", build("transpose", v), v)
    onto = build("div", build("matmul", v, build("transpose", v)), square)
    image = build("div", build("matmul", value, build("transpose", v)), square)
    if a.shape[0] == a.shape[1]:
        rest = build("add", build("eye", a.shape[0]), build("neg", onto))
        yield build("add", build("matmul", build("matmul", rest, a), rest), image)
    yield build("add", a, build("neg", build("matmul", a, onto)), image)


def _with_array(instance: Instance, it: Symbol, entries: Sequence[Entry]) -> Instance | None:
    old = instance.values.get(it.name)
    numbers = [x for x in entries if isinstance(x, fmpq)]
    if not isinstance(old, tuple) or len(numbers) < len(entries):
        return None
    if not isinstance(old[0], tuple):
        return replace(instance, values={**instance.values, it.name: tuple(numbers)}) if len(old) == len(numbers) else None
    width = len(old[0])
    rows = tuple(tuple(numbers[k : k + width]) for k in range(0, len(numbers), width))
    return replace(instance, values={**instance.values, it.name: rows}) if len(rows) == len(old) else None


def likely_matrices(instance: Instance, names: Sequence[str], rng: random.Random) -> Iterator[Instance]:
    """Matrices replaced by orthogonal ones, by their columns or rows, by projections, involutions and nilpotent ones."""
    for name in names:
        old = instance.values.get(name)
        if not isinstance(old, tuple) or not isinstance(old[0], tuple):
            continue
        m, n = len(old), len(old[0])
        size = max(m, n)
        found = [orthogonal(size, rng)]
        if m == n:
            found += [conjugated(n, values, rng) for values in ((0, 1), (1, -1), (0,))]
        rng.shuffle(found)
        for a in found:
            rows = tuple(tuple(a[i, j] for j in range(n)) for i in range(m))
            yield replace(instance, values={**instance.values, name: rows})


