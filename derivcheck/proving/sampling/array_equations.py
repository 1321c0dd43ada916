"""Arrays that satisfy an assumed equation between arrays: solved for a factor, or of a kind that such equations speak of."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from flint import fmpq, fmpq_mat

from derivcheck.kernel.terms import Symbol, Term, free_symbols, number
from derivcheck.kernel.values.instance import Entry, Instance, Value
from derivcheck.kernel.vocabulary import ShapeError, build
from derivcheck.proving.sampling.drawn_matrices import conjugated, of_finite_order, orthogonal

VANISHING = 0.2
"""How often a factor in an assumed equation is taken to be 0."""

Evaluate = Callable[[Term, Instance], Sequence[Entry]]


def solutions(
    fact: Term, instance: Instance, evaluate: Evaluate, rng: random.Random, facts: Sequence[Term] = ()
) -> Iterator[Instance]:
    """Instances with one array changed so that the equation may hold; facts: what else is assumed, which should go on to hold."""
    yield from _annihilating(fact, instance, rng)
    yield from _sharing(fact, instance, evaluate, rng)
    for it, value in _solved(fact, rng, [side for other in facts if other != fact for side in other.args]):
        candidate = _with_array(instance, it, evaluate(value, instance))
        if candidate is not None:
            yield candidate


def _annihilating(fact: Term, instance: Instance, rng: random.Random) -> Iterator[Instance]:
    """``A @ B = 0``, or at times ``A @ B = c*C``, by an A that takes a vector to 0 and a B that goes nowhere but along it."""
    product, zero = fact.args
    scalars = [x.symbol.name for x in zero.args if x.op == "symbol" and not x.shape] if zero.op == "mul" else []
    vanishing = zero.op == "zeros" or (scalars and rng.random() < VANISHING)
    if product.op != "matmul" or not vanishing or product.args[0] == product.args[1]:
        return
    a, b = (_matrix(x, instance) for x in product.args)
    if a is not None and b is not None:
        moved, along = _degenerate(a, b.ncols(), rng)
        changed = {x.symbol.name: _rows(m) for x, m in zip(product.args, (moved, along), strict=True)}
        yield replace(instance, values={**instance.values, **changed, **{name: fmpq(0) for name in scalars[:1]}})


def _sharing(fact: Term, instance: Instance, evaluate: Evaluate, rng: random.Random) -> Iterator[Instance]:
    """``A @ B = A @ C`` or ``B @ A = C @ A`` by an A that takes a vector to 0 and a B other than C."""
    if any(side.op != "matmul" for side in fact.args):
        return
    for mirrored in (False, True):
        (a, b), (again, c) = (side.args[::-1] if mirrored else side.args for side in fact.args)
        old, like = _matrix(a, instance), _matrix(b, instance)
        if a != again or a == b or old is None or like is None or b.symbol in free_symbols(c):
            continue
        moved, along = _degenerate(old.transpose() if mirrored else old, like.nrows() if mirrored else like.ncols(), rng)
        moved, along = (moved.transpose(), along.transpose()) if mirrored else (moved, along)
        candidate = replace(instance, values={**instance.values, a.symbol.name: _rows(moved)})
        entries = [x for x in evaluate(c, candidate) if isinstance(x, fmpq)]
        if len(entries) == along.nrows() * along.ncols():
            found = fmpq_mat(along.nrows(), along.ncols(), entries) + along
            yield replace(candidate, values={**candidate.values, b.symbol.name: _rows(found)})


def _matrix(term: Term, instance: Instance) -> fmpq_mat | None:
    """The value of a symbol that is a matrix of rationals."""
    value = instance.values.get(term.symbol.name) if term.op == "symbol" and len(term.shape) == 2 else None
    rows = [row for row in value if isinstance(row, tuple)] if isinstance(value, tuple) else []
    entries = [x for row in rows for x in row if isinstance(x, fmpq)]
    return fmpq_mat(len(rows), len(rows[0]), entries) if rows and len(entries) == len(rows) * len(rows[0]) else None


def _rows(a: fmpq_mat) -> Value:
    return tuple(map(tuple, a.tolist()))


def _degenerate(a: fmpq_mat, width: int, rng: random.Random) -> tuple[fmpq_mat, fmpq_mat]:
    """A matrix near this one that takes a vector to 0, and one of so many columns along that vector."""
    v = fmpq_mat(a.ncols(), 1, [rng.randint(1, 3) for _ in range(a.ncols())])
    w = fmpq_mat(1, width, [rng.randint(-2, 2) for _ in range(width)])
    return a - a * v * v.transpose() * (1 / (v.transpose() * v)[0, 0]), v * w


def _solved(fact: Term, rng: random.Random, kept: Sequence[Term]) -> Iterator[tuple[Symbol, Term]]:
    for side, other in (fact.args, fact.args[::-1]):
        for it, value in _solutions_of(side, other, rng, kept):
            if it not in free_symbols(value) or it in free_symbols(side):
                yield it, value


def _solutions_of(side: Term, other: Term, rng: random.Random, kept: Sequence[Term]) -> Iterator[tuple[Symbol, Term]]:
    """Values of a symbol at which ``side = other``, by undoing what stands around it; kept: what should stay as it is."""
    if side.op == "symbol":
        if side.symbol not in free_symbols(other):
            yield side.symbol, other
        return
    if side.op == "transpose":
        yield from _solutions_of(side.args[0], build("transpose", other), rng, kept)
        return
    if side.op != "matmul":
        return
    a, b = side.args
    try:
        if a.op == b.op == "symbol" and len(b.shape) == 2 and other == build("matmul", b, a):
            yield b.symbol, _polynomial(a, rng)
            return
        if b.op == "symbol" and b.symbol not in free_symbols(a) | free_symbols(other):
            yield b.symbol, _factor_near(a, b, other)
        if a.op == "symbol" and a.symbol not in free_symbols(b) | free_symbols(other):
            if len(b.shape) == 1:
                elsewhere = [t.args[1] for t in kept if t.op == "matmul" and t.args[0] == a and len(t.args[1].shape) == 1]
                yield from ((a.symbol, value) for value in (*_moved_beside(a, b, other, elsewhere), *_moved(a, b, other)))
            else:
                turned = (build("transpose", x) for x in (b, a, other))
                yield a.symbol, build("transpose", _factor_near(*turned))
    except ShapeError:
        return


def _polynomial(a: Term, rng: random.Random) -> Term:
    """A matrix that commutes with another."""
    summands = (build("mul", number(rng.randint(-2, 2)), build("eye", a.shape[0])), build("mul", number(rng.randint(1, 2)), a),
                build("mul", number(rng.randint(-1, 1)), build("matmul", a, a)))
    return build("add", *summands)


def _factor_near(a: Term, b: Term, product: Term) -> Term:
    """A matrix near b of which the product with a is this: where a takes something to 0, there are many."""
    inverse = _right_inverse(a)
    found = build("matmul", inverse, product)
    if a.shape[0] == a.shape[1]:
        return found
    return build("add", found, b, build("neg", build("matmul", inverse, build("matmul", a, b))))


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


def _moved_beside(a: Term, v: Term, value: Term, elsewhere: Sequence[Term]) -> Iterator[Term]:
    """Matrices near A that take v to a value, and another vector to where A takes it: neither equation breaks the other."""
    for u in elsewhere:
        shadow = build("div", build("dot", u, v), build("dot", u, u))
        across = build("add", v, build("neg", build("mul", shadow, u)))
        step = build("add", value, build("neg", build("matmul", a, v)))
        turn = build("matmul", step, build("transpose", across))
        yield build("add", a, build("div", turn, build("dot", across, v)))


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
    """Matrices replaced by orthogonal ones, by their columns or rows, by projections, involutions, nilpotent ones, turns."""
    for name in names:
        old = instance.values.get(name)
        if not isinstance(old, tuple) or not isinstance(old[0], tuple):
            continue
        m, n = len(old), len(old[0])
        size = max(m, n)
        found = [orthogonal(size, rng)]
        if m == n:
            found += [conjugated(n, values, rng) for values in ((0, 1), (1, -1), (0,))]
            found += [of_finite_order(n, rng) for _ in range(3)]
        rng.shuffle(found)
        for a in found:
            rows = tuple(tuple(a[i, j] for j in range(n)) for i in range(m))
            yield replace(instance, values={**instance.values, name: rows})


