"""Derivatives by central differences in many digits: nothing of the rules of differentiation is used.

The step is 10**-40 (in a derivative inside another one smaller, so that no step of one lands where the other's does), the
digits many more: a value is good to about 10**-60.  Where the difference quotients from both sides differ there is a kink
or a jump, and no derivative.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from derivcheck.kernel.terms import Symbol, Term
from independent.arrays import Array, attempt, entries, item, position
from independent.values import Number, Undefined, Unsupported

if TYPE_CHECKING:
    from independent.world import Local, World

KINK = 1e-9


def of_function(self: World, term: Term, local: Local) -> Number:
    """``f'(x)``, ``f''(x)``, …: of an opaque function its own derivative, of a defined one by differences."""
    order, point = self.whole(term.args[0], local), self.scalar(term.args[1], local)
    if self.reach.definition(term.symbol) is None:
        return self.values[term.symbol.name].derivative(self.numbers, order, point)
    function = self.function(term.symbol)

    def derivative(k: int, x: Number) -> Number:
        if k == 0:
            return function([x])
        return item(quotients(self, lambda y: derivative(k - 1, y), x)[0])

    return derivative(order, point)


def of_term(self: World, term: Term, local: Local) -> Number:
    """``diff(body, variable)``, one entry of the variable after the other; the entries are independent."""
    body, variable = term.args
    it, start, count = _place(self, variable, local)
    if it not in local and it.name not in self.values:
        raise Unsupported(f"a derivative by {it.name}, which is defined")
    whole = local[it] if it in local else self.values[it.name]

    def at(k: int, x: Number) -> Number:
        if not isinstance(whole, Array):
            return _with(self, it, x, body, local)
        return _with(self, it, Array(whole.sizes, (*whole.items[:k], x, *whole.items[k + 1:])), body, local)

    points = whole.items if isinstance(whole, Array) else (whole,)
    around = it.type.kind == "complex"
    columns = [quotients(self, lambda x, k=k: at(k, x), item(points[k]), around) for k in range(start, start + count)]
    return _laid_out(self, term, columns, local)


def _place(self: World, variable: Term, local: Local) -> tuple[Symbol, int, int]:
    """The variable's symbol, and which of its entries are differentiated by."""
    array, indices = variable, tuple[int, ...]()
    while array.op == "entry":
        base, here = array.args[0], tuple(self.whole(i, local) for i in array.args[1:])
        indices = ((1, *here) if len(base.shape) == 2 and len(array.shape) == 0 and len(here) == 1 else here) + indices
        array = base
    value = self.meaning(array.symbol, (), local)
    return (array.symbol, *(position(value.sizes, indices) if isinstance(value, Array) else (0, 1)))


def _with(self: World, it: Symbol, value: Number, body: Term, local: Local) -> Number:
    """The body where a symbol has another value."""
    if it in local:
        return self.value(body, {**local, it: value})
    kept, memo = self.values[it.name], self.memo
    definitions = self.reach.context.definitions
    self.memo = {key: x for key, x in memo.items() if it.name not in self.reach.names(definitions[key[0]].body)}
    self.values[it.name] = value
    try:
        return self.value(body, local)
    finally:
        self.values[it.name], self.memo = kept, memo


def quotients(self: World, function: Callable[[Number], Number], x: Number, around: bool = False) -> list[Number]:
    """The derivative of every entry of a function of one number; around: it must be the same in the imaginary direction."""
    h = self.numbers.mp.mpf(10) ** -self.numbers.exponent(self.level)
    self.level += 1
    try:
        values = [entries(function(x + shift)) for shift in (-h, 0, h)]
        found = [attempt(lambda *v: _quotient(self, h, *v), *three) for three in zip(*values, strict=True)]
        if around:
            sideways = [entries(function(x + shift)) for shift in (-1j * h, 1j * h)]
            found = [attempt(_same, d, (b - a) / (2j * h)) if not isinstance(d, Undefined) else d
                     for d, a, b in zip(found, *sideways, strict=True)]
        return found
    finally:
        self.level -= 1


def _quotient(self: World, h: Number, before: Number, here: Number, after: Number) -> Number:
    left, right = (here - before) / h, (after - here) / h
    if abs(right - left) > KINK * max(1, abs(left), abs(right)):
        raise Undefined("no derivative at a kink or a jump")
    found = (after - before) / (2 * h)
    self.numbers.lose(max(map(self.numbers.magnitude, (before, after))) - self.numbers.magnitude(h))
    return 0 if self.level == 1 and _noise(self, h, found, before, here, after) else found


def _noise(self: World, h: Number, found: Number, before: Number, here: Number, after: Number) -> bool:
    """Whether a quotient is only rounding, or the error of the method at a zero of the derivative, as of x**3 at 0."""
    size = abs(found)
    rounding = size < max(abs(before), abs(after)) * h * self.numbers.mp.mpf(10) ** -5
    return rounding or (h**5 < size < h / 2**16 and abs(here) <= h * size)


def _same(along: Number, across: Number) -> Number:
    if abs(along - across) > KINK * max(1, abs(along)):
        raise Undefined("no complex derivative")
    return along


def _laid_out(self: World, term: Term, columns: list[list[Number]], local: Local) -> Number:
    """The derivatives, by entry of the variable and entry of the body, in the layout of the term."""
    body, variable = term.args
    if not term.shape:
        return item(columns[0][0])
    sizes = self.sizes(term, local)
    if not variable.shape:
        return Array(sizes, tuple(columns[0]))
    if not body.shape:
        gradient = [column[0] for column in columns]
        if term.data == "numerator" and len(variable.shape) == 2 and len(sizes) == 2:
            gradient = [gradient[i] for k in range(sizes[0]) for i in range(k, len(gradient), sizes[0])]
        return Array(sizes, tuple(gradient))
    table = columns if term.data == "denominator" else list(zip(*columns, strict=True))
    return Array(sizes, tuple(x for row in table for x in row))
