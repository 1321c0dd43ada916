"""Derivatives by evaluation: the variable's entries become jets, and the changes of the result are laid out as an array."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from derivcheck.kernel.terms import Symbol, Term
from derivcheck.kernel.values.arithmetic import ONE, ZERO, UndefinedHere
from derivcheck.kernel.values.instance import OUTSIDE, Array, Item, Local, Operand, Undefined, Undetermined, World
from derivcheck.kernel.values.jets import Jet
from derivcheck.kernel.vocabulary import structured_derivative

if TYPE_CHECKING:
    from derivcheck.kernel.values.evaluate import Evaluator

_GROWTH = 2.5
"""How many times more operations a derivative takes than what it is taken of: what budgets are charged for one inside others."""


def derivative_of_function(evaluator: Evaluator, term: Term, world: World, local: Local) -> Operand:
    """``f'(x)``, ``f''(x)``, … of an opaque or a defined function of one real."""
    order, point = evaluator.whole(term.args[0], world, local), evaluator.scalar(term.args[1], world, local)
    definition = evaluator.context.definitions.get(term.symbol.name)
    if definition is None:
        return evaluator.opaque(term.symbol, [point], order)
    tags = list(range(evaluator.tags + 1, evaluator.tags + order + 1))
    evaluator.tags += order
    evaluator.budget.spend(int(_GROWTH ** (evaluator.nested + len(tags))))
    for tag in tags:
        point = Jet(tag, point, {0: ONE})
    body = evaluator.value(definition.body, world, {definition.parameters[0]: point})
    value = evaluator.item(evaluator.as_array(body).items[0])
    for tag in reversed(tags):
        value = value.parts.get(0, ZERO) if isinstance(value, Jet) and value.tag == tag else ZERO
    return value


def derivative(evaluator: Evaluator, term: Term, world: World, local: Local) -> Operand:
    """``diff(body, variable)``; the entries of the variable are independent unless it is declared to be structured."""
    apart = structured_derivative(term)
    if apart is not None:
        return evaluator.value(apart, world, local)
    evaluator.tags += 1
    tag = evaluator.tags
    evaluator.nested += 1
    try:
        evaluator.budget.spend(int(_GROWTH**evaluator.nested))
        rows, directions = _rows(evaluator, term, tag, world, local)
    finally:
        evaluator.nested -= 1
    return _laid_out(evaluator, term, rows, directions, world, local)


def _rows(evaluator: Evaluator, term: Term, tag: int, world: World, local: Local) -> tuple[list[list[Item]], int]:
    """For each entry of the body its derivatives by the entries of the variable, and how many these are."""
    body, variable = term.args
    it, directions, value = _perturbed(evaluator, variable, tag, world, local)
    if it in local:
        result = evaluator.value(body, world, {**local, it: value})
    else:
        result = evaluator.value(body, World({**world.changed, it.name: value}), local)
    return [_changes(x, tag, directions) for x in evaluator.as_array(result).items], directions


def _perturbed(evaluator: Evaluator, variable: Term, tag: int, world: World, local: Local) -> tuple[Symbol, int, Operand]:
    """The variable's symbol, how many entries are differentiated by, and the symbol's value with these as jets."""
    array, indices = variable, list[Term]()
    while array.op == "entry":
        array, indices = array.args[0], [*array.args[1:], *indices]
    value = evaluator.meaning(array, world, local)
    if not isinstance(value, Array):
        return array.symbol, 1, Jet(tag, value, {0: ONE})
    index = [evaluator.whole(i, world, local) for i in indices]
    sizes = value.sizes
    if len(index) == 1 and len(sizes) == 2 and sizes[0] == 1 and not variable.shape:
        index.insert(0, 1)
    if any(not 1 <= k <= n for k, n in zip(index, sizes, strict=False)):
        raise UndefinedHere(OUTSIDE)
    count = math.prod(sizes[len(index):])
    first = 0
    for k, n in zip(index, sizes, strict=False):
        first = first * n + k - 1
    first *= count
    chosen = range(first, first + count)
    items = [Jet(tag, evaluator.item(x), {p - first: ONE}) if p in chosen else x for p, x in enumerate(value.items)]
    return array.symbol, count, Array(sizes, tuple(items))


def _changes(x: Item, tag: int, directions: int) -> list[Item]:
    if isinstance(x, Undefined | Undetermined):
        return [x] * directions
    if not isinstance(x, Jet) or x.tag != tag:
        return [ZERO] * directions
    return [x.parts.get(k, ZERO) for k in range(directions)]


def _laid_out(evaluator: Evaluator, term: Term, rows: list[list[Item]], directions: int, world: World, local: Local) -> Operand:
    sizes = evaluator.sizes_of(term, world, local)
    if not sizes:
        return evaluator.item(rows[0][0])
    if term.data == "denominator":
        rows = [list(column) for column in zip(*rows, strict=True)]
    elif term.data == "numerator" and not term.args[0].shape and len(sizes) == 2 and len(term.args[1].shape) == 2:
        rows = [rows[0][i:: sizes[0]] for i in range(sizes[0])]
    return Array(sizes, tuple(x for row in rows for x in row))
