"""The value of a term at one instance: exact where it is rational, else as rigorous balls.

Independent of the normal form: refutations rest on this module.  Definedness is strict, entry by entry: an undefined
subterm makes the entry undefined, except that nothing is evaluated in an empty range, under a range's condition that
fails, or in the branches that ``cases`` does not choose.  Where a ball is too wide to decide something, or an operation
is not covered, the entry is ``Undetermined``; nothing is ever guessed.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache, partial
from typing import TypeAlias

import flint
from flint import arb, fmpq

from derivcheck.kernel.outcome import Budget, OutOfBudget
from derivcheck.kernel.terms import LOGIC, Context, Definition, Symbol, Term, is_family
from derivcheck.kernel.values import arithmetic, closed_functions, differentials, integration, matrices
from derivcheck.kernel.values.arithmetic import ONE, ZERO, UndefinedHere, UndeterminedHere
from derivcheck.kernel.values.instance import (
    OUTSIDE,
    Array,
    Entry,
    Instance,
    Item,
    Local,
    Operand,
    Undefined,
    Undetermined,
    Value,
    Values,
    World,
)
from derivcheck.kernel.values.jets import ENTRYWISE, Calculus, Jet, Scalar, base
from derivcheck.kernel.values.jets import sign as jet_sign


def uses_complex(context: Context, *terms: Term) -> bool:
    """Whether a claim is about complex numbers: some are declared, or ``i`` occurs."""
    if any(s.type.kind == "complex" for s in context.symbols.values()):
        return True
    return any(map(_mentions_i, terms)) or any(_mentions_i(d.body) for d in context.definitions.values())


@lru_cache(maxsize=10_000)
def _mentions_i(term: Term) -> bool:
    """Whether ``i`` occurs; remembered, since it is asked at every instance."""
    return any(t.op == "constant" and t.data == "i" for t in term.walk())


def evaluate(term: Term, instance: Instance, context: Context, precision: int = 64, *, principal: bool | None = None,
             budget: Budget | None = None) -> Values:
    """The entries of a term at an instance, by balls of ``precision`` bits where they are not rational.

    principal: complex principal values, also of intermediate results; by default where the term is about complex
    numbers.  A truth value is 1 or 0.  When the budget is spent the entries are undetermined.
    """
    mode = uses_complex(context, term) if principal is None else principal
    evaluator = Evaluator(instance, context, mode, budget or Budget(100_000))
    with flint.ctx.workprec(precision):
        return evaluator.values(term)


class Evaluator:
    """Evaluates terms at one instance at the precision that is set in ``flint.ctx``; keeps the values of definitions."""

    def __init__(self, instance: Instance, context: Context, principal: bool, budget: Budget, closed: bool = False) -> None:
        self.instance = instance
        self.context = context
        self.calculus = Calculus(principal, closed)
        self.budget = budget
        self.root = World({})
        self.known: dict[str, Operand] = {}
        self.tags = 0
        self.nested = 0

    def values(self, term: Term) -> Values:
        """The entries of a term, never raising for what the term says."""
        sizes: tuple[int, ...] = ()
        try:
            if term.op in LOGIC:
                return Values((), (ONE if self.truth(term, self.root, {}) else ZERO,))
            sizes = self.sizes_of(term, self.root, {})
            self.budget.spend(math.prod(sizes))
            value = self.as_array(self.value(term, self.root, {}))
            return Values(sizes, tuple(base(x) if isinstance(x, Jet) else x for x in value.items))
        except UndefinedHere as error:
            entry: Entry = Undefined(str(error))
        except UndeterminedHere as error:
            entry = Undetermined(str(error))
        except OutOfBudget:
            return Values((), (Undetermined("the budget of operations is spent"),))
        except RecursionError:
            return Values((), (Undetermined("the term is nested too deeply"),))
        return Values(sizes, (entry,) * math.prod(sizes))

    # ---- arrays ----------------------------------------------------------------------------------------------

    @staticmethod
    def as_array(value: Operand) -> Array:
        return value if isinstance(value, Array) else Array((), (value,))

    def _map(self, function: Callable[..., Scalar], sizes: tuple[int, ...], *operands: Operand) -> Operand:
        """A scalar function entry by entry; scalars go with every entry."""
        arrays = [v for v in operands if isinstance(v, Array)]
        if not arrays:
            return function(*operands)
        count = len(arrays[0].items)
        self.budget.spend(count * max((len(x.parts) for v in arrays for x in v.items[:1] if isinstance(x, Jet)), default=1))
        columns = [v.items if isinstance(v, Array) else (v,) * count for v in operands]
        return Array(sizes, tuple(self._attempt(function, row) for row in zip(*columns, strict=True)))

    @staticmethod
    def _attempt(function: Callable[..., Scalar], arguments: Sequence[Item]) -> Item:
        for kind in (Undefined, Undetermined):
            for x in arguments:
                if isinstance(x, kind):
                    return x
        try:
            return function(*arguments)
        except UndefinedHere as error:
            return Undefined(str(error))
        except UndeterminedHere as error:
            return Undetermined(str(error))

    @staticmethod
    def item(x: Item) -> Scalar:
        if isinstance(x, Undefined):
            raise UndefinedHere(x.reason)
        if isinstance(x, Undetermined):
            raise UndeterminedHere(x.reason)
        return x

    def _scalars(self, array: Array) -> list[Scalar]:
        """All entries, each of which must be defined."""
        for kind in (Undefined, Undetermined):
            for x in array.items:
                if isinstance(x, kind):
                    self.item(x)
        return [self.item(x) for x in array.items]

    def sizes_of(self, term: Term, world: World, local: Local) -> tuple[int, ...]:
        return tuple(self._size(size, world, local) for size in term.shape)

    def _size(self, size: Term, world: World, local: Local) -> int:
        value = self.whole(size, world, local)
        if value < 0:
            raise UndefinedHere("an array of negative size")
        return value

    # ---- terms -----------------------------------------------------------------------------------------------

    def value(self, term: Term, world: World, local: Local) -> Operand:
        self.budget.spend()
        handler = HANDLERS.get(term.op)
        if handler is not None:
            return handler(self, term, world, local)
        if term.op in LOGIC:
            return ONE if self.truth(term, world, local) else ZERO
        operands = [self.value(a, world, local) for a in term.args]
        sizes = self.sizes_of(term, world, local)
        if term.op in ENTRYWISE:
            function = ENTRYWISE[term.op]
            return self._map(lambda *xs: function(self.calculus, *xs), sizes, *operands)
        if term.op in WHOLE:
            if sizes:
                self.budget.spend(math.prod(sizes))
            lists = [(a.sizes, self._scalars(a)) for a in map(self.as_array, operands)]
            self.budget.spend(sum(len(items) * matrices.weight(items) for _, items in lists))
            value = WHOLE[term.op](self.calculus, self.budget, *lists)
            if not isinstance(value, list):
                return value
            return Array(sizes, tuple(value)) if sizes else value[0]
        if len(operands) != 1:
            raise UndeterminedHere(f"{term.op} is not evaluated")
        return self._map(lambda x: self.calculus.call(term.op, x), sizes, *operands)

    def scalar(self, term: Term, world: World, local: Local) -> Scalar:
        """The value of a scalar term."""
        value = self.value(term, world, local)
        return self.item(value.items[0]) if isinstance(value, Array) else value

    def whole(self, term: Term, world: World, local: Local) -> int:
        """The value of an integer term, such as an index or the end of a range; undefined for other values."""
        if term.op == "number":
            value: int | None = int(term.number) if term.number.denominator == 1 else None
        else:
            value = arithmetic.integer(base(self.scalar(term, world, local)))
        if value is None:
            raise UndefinedHere("an index or the end of a range is not an integer")
        return value

    def _number(self, term: Term, world: World, local: Local) -> Operand:
        return fmpq(term.number.numerator, term.number.denominator)

    def _constant(self, term: Term, world: World, local: Local) -> Operand:
        if self.calculus.closed and term.data in {"pi", "e"}:
            return closed_functions.constant(str(term.data))
        match term.data:
            case "pi":
                return arb.pi()
            case "e":
                return arb.const_e()
            case "i":
                return arithmetic.Gaussian(ZERO, ONE)
        raise UndeterminedHere("infinity")

    # ---- symbols ---------------------------------------------------------------------------------------------

    def meaning(self, term: Term, world: World, local: Local) -> Operand:
        it = term.symbol
        if it in local:
            return local[it]
        if it.name in world.changed:
            return world.changed[it.name]
        if it.name in self.context.definitions:
            return self._defined(term, world, local)
        if it.name in self.instance.sizes:
            return fmpq(self.instance.sizes[it.name])
        if it.name not in self.known:
            self.known[it.name] = self._given(it.name, self.sizes_of(term, world, local))
        return self.known[it.name]

    def _given(self, name: str, sizes: tuple[int, ...]) -> Operand:
        if name not in self.instance.values:
            raise UndeterminedHere(f"{name} has no value at this instance")
        items: list[Item] = []
        self._flatten(self.instance.values[name], items)
        if len(items) != math.prod(sizes):
            raise UndeterminedHere(f"{name} has {len(items)} entries instead of {math.prod(sizes)}")
        return Array(sizes, tuple(items)) if sizes else self.item(items[0])

    def _flatten(self, value: Value, items: list[Item]) -> None:
        match value:
            case tuple():
                for part in value:
                    self._flatten(part, items)
            case Term():
                result = self.as_array(self.value(value, self.root, {}))
                items.extend(result.items)
            case int():
                items.append(fmpq(value))
            case fmpq() | arithmetic.Gaussian():
                items.append(value)
            case _:
                raise UndeterminedHere("a function is not a value")

    def _defined(self, term: Term, world: World, local: Local) -> Operand:
        """A whole defined array, entry by entry where its definition has indices."""
        it, definition = term.symbol, self.context.definitions[term.symbol.name]
        sizes, parameters = self.sizes_of(term, world, local), definition.parameters
        named = _without_row(definition, sizes, sizes)
        self.budget.spend(math.prod(sizes))
        if not parameters:
            return self._member(it, (), world)
        items: list[Item] = []
        inner = math.prod(named[len(parameters):])
        for index in itertools.product(*(range(1, n + 1) for n in named[: len(parameters)])):
            try:
                items.extend(self.as_array(self._member(it, index, world)).items)
            except UndefinedHere as error:
                items.extend([Undefined(str(error))] * inner)
            except UndeterminedHere as error:
                items.extend([Undetermined(str(error))] * inner)
        return Array(sizes, tuple(items))

    def _member(self, it: Symbol, index: tuple[int, ...], world: World) -> Operand:
        """The value of a definition at its indices, computed once."""
        key = (it.name, index)
        if key not in world.defined:
            definition = self.context.definitions[it.name]
            local: Local = {p: fmpq(k) for p, k in zip(definition.parameters, index, strict=True)}
            try:
                world.defined[key] = self.value(definition.body, world, local)
            except (UndefinedHere, UndeterminedHere) as error:
                world.defined[key] = error.with_traceback(None)
        value = world.defined[key]
        if isinstance(value, ArithmeticError):
            raise value
        return value

    def _entry(self, term: Term, world: World, local: Local) -> Operand:
        array, *indices = term.args
        while array.op == "entry":
            array, indices = array.args[0], [*array.args[1:], *indices]
        index = [self.whole(i, world, local) for i in indices]
        sizes = self.sizes_of(array, world, local)
        if len(index) == len(sizes) - 1 and sizes[-2:-1] == (1,) and (len(index) > 1 or not is_family(array)) and not term.shape:
            index.insert(len(index) - 1, 1)
        if any(not 1 <= k <= n for k, n in zip(index, sizes, strict=False)):
            raise UndefinedHere(OUTSIDE)
        if array.op == "symbol" and array.symbol not in local and array.symbol.name not in world.changed \
                and (definition := self.context.definitions.get(array.symbol.name)) is not None:
            count, at = len(definition.parameters), _without_row(definition, sizes, tuple(index))
            if 0 < count <= len(at):
                member = self._member(array.symbol, at[:count], world)
                return self._pick(member, _without_row(definition, sizes, sizes)[count:], list(at[count:]))
        return self._pick(self.value(array, world, local), sizes, index)

    def _pick(self, array: Operand, sizes: tuple[int, ...], index: list[int]) -> Operand:
        if not isinstance(array, Array):
            return array
        position = 0
        for k, n in zip(index, sizes, strict=False):
            position = position * n + k - 1
        rest = sizes[len(index):]
        if not rest:
            return self.item(array.items[position])
        step = math.prod(rest)
        return Array(rest, array.items[position * step: (position + 1) * step])

    def _apply(self, term: Term, world: World, local: Local) -> Operand:
        arguments = [self.value(a, world, local) for a in term.args]
        definition = self.context.definitions.get(term.symbol.name)
        if definition is not None:
            inner: Local = dict(zip(definition.parameters, arguments, strict=True))
            return self.value(definition.body, world, inner)
        return self.opaque(term.symbol, arguments, 0)

    def opaque(self, it: Symbol, arguments: Sequence[Operand], order: int) -> Scalar:
        function = self.instance.values.get(it.name)
        if function is None or isinstance(function, int | fmpq | arithmetic.Gaussian | Term | tuple):
            raise UndeterminedHere(f"{it.name} has no value at this instance")
        entries = [x for a in arguments for x in self._scalars(self.as_array(a))]
        self.budget.spend(10 * len(entries))
        return function.at(self.calculus, entries, order)

    # ---- binders ---------------------------------------------------------------------------------------------

    def _range(self, term: Term, world: World, local: Local) -> Iterable[Operand]:
        """The values of the body of a sum or product, where its condition holds."""
        body, lower, upper, *condition = term.args
        first, last = self.whole(lower, world, local), self.whole(upper, world, local)
        if last - first + 1 > self.budget.left - self.budget.spent:
            raise OutOfBudget
        for k in range(first, last + 1):
            inner = {**local, term.symbol: fmpq(k)}
            self.budget.spend()
            if not condition or self.truth(condition[0], world, inner):
                yield self.value(body, world, inner)

    def _sum(self, term: Term, world: World, local: Local) -> Operand:
        sizes = self.sizes_of(term, world, local)
        self.budget.spend(math.prod(sizes))
        total: Operand = Array(sizes, (ZERO,) * math.prod(sizes)) if sizes else ZERO
        for value in self._range(term, world, local):
            total = self._map(self.calculus.add, sizes, total, value)
        return total

    def _product(self, term: Term, world: World, local: Local) -> Operand:
        if term.shape:
            raise UndeterminedHere("a product of arrays")
        total: Scalar = ONE
        for value in self._range(term, world, local):
            total = self.calculus.mul(total, self.item(self.as_array(value).items[0]))
        return total

    def _cases(self, term: Term, world: World, local: Local) -> Operand:
        for value, condition in zip(term.args[::2], term.args[1::2], strict=False):
            if self.truth(condition, world, local):
                return self.value(value, world, local)
        if len(term.args) % 2:
            return self.value(term.args[-1], world, local)
        raise UndefinedHere("no case applies")

    def _indicator(self, term: Term, world: World, local: Local) -> Operand:
        return ONE if self.truth(term.args[0], world, local) else ZERO

    def _delta(self, term: Term, world: World, local: Local) -> Operand:
        a, b = (self.scalar(x, world, local) for x in term.args)
        return ONE if self._equal(a, b) else ZERO

    def _unsupported(self, term: Term, world: World, local: Local) -> Operand:
        raise UndeterminedHere("limits are not evaluated")

    def _integral(self, term: Term, world: World, local: Local) -> Operand:
        if not isinstance(term.data, Symbol):
            raise UndeterminedHere("an indefinite integral has a value only up to a constant")
        return integration.integral(self, term, world, local)

    def _filled(self, term: Term, world: World, local: Local) -> Operand:
        sizes = self.sizes_of(term, world, local)
        self.budget.spend(math.prod(sizes))
        if term.op == "eye":
            n = sizes[0]
            return Array(sizes, tuple(ONE if i == j else ZERO for i in range(n) for j in range(n)))
        if term.op == "unit":
            k = self.whole(term.args[0], world, local)
            if not 1 <= k <= sizes[0]:
                raise UndefinedHere("a unit vector outside its range")
            return Array(sizes, tuple(ONE if i == k else ZERO for i in range(1, sizes[0] + 1)))
        return Array(sizes, (ONE if term.op == "ones" else ZERO,) * math.prod(sizes))

    def _literal(self, term: Term, world: World, local: Local) -> Operand:
        leaves = [x for row in term.args for x in row.args] if term.op == "matrix" else list(term.args)
        items = [self._attempt(partial(self.scalar, t, world, local), ()) for t in leaves]
        return Array(self.sizes_of(term, world, local), tuple(items))

    def _columns(self, term: Term, world: World, local: Local) -> Operand:
        d, n = self.sizes_of(term, world, local)
        family = self.as_array(self.value(term.args[0], world, local))
        return Array((d, n), tuple(family.items[j * d + i] for i in range(d) for j in range(n)))

    # ---- conditions ------------------------------------------------------------------------------------------

    def _equal(self, a: Scalar, b: Scalar) -> bool:
        return jet_sign_is_zero(self.calculus, a, b)

    def truth(self, term: Term, world: World, local: Local) -> bool:
        """Whether a condition holds; ``and`` and ``or`` look at their operands from the left, as far as is needed."""
        self.budget.spend()
        match term.op:
            case "true" | "false":
                return term.op == "true"
            case "and":
                return all(self.truth(a, world, local) for a in term.args)
            case "or":
                return any(self.truth(a, world, local) for a in term.args)
            case "not":
                return not self.truth(term.args[0], world, local)
            case "in":
                value, low, high = (self.scalar(a, world, local) for a in term.args)
                inside = self._order(low, value) <= 0 and self._order(value, high) <= 0
                return inside and arithmetic.integer(base(value)) is not None
        left, right = (self.as_array(self.value(a, world, local)) for a in term.args)
        pairs = list(zip(self._scalars(left), self._scalars(right), strict=True))
        if term.op in {"eq", "ne"}:
            return all(self._equal(a, b) for a, b in pairs) == (term.op == "eq")
        holds = ORDERS[term.op]
        return all(holds(self._order(a, b)) for a, b in pairs)

    def _order(self, a: Scalar, b: Scalar) -> int:
        return jet_sign(self.calculus.add(a, self.calculus.neg(b)))


def _without_row(definition: Definition, sizes: tuple[int, ...], numbers: tuple[int, ...]) -> tuple[int, ...]:
    """Sizes or indices of a defined array without that of its one row, which a definition of a row's entries does not name."""
    by_entries = len(sizes) - len(definition.parameters) > len(definition.body.shape)
    return (*numbers[:-2], *numbers[-1:]) if by_entries and len(numbers) == len(sizes) else numbers


def jet_sign_is_zero(calculus: Calculus, a: Scalar, b: Scalar) -> bool:
    """Whether two scalars are equal; undetermined where they are, but can change."""
    difference = calculus.add(a, calculus.neg(b))
    zero = arithmetic.is_zero(base(difference))
    if zero and isinstance(difference, Jet):
        raise UndeterminedHere("a derivative where a condition changes")
    return zero


ORDERS: dict[str, Callable[[int], bool]] = {
    "lt": lambda s: s < 0, "le": lambda s: s <= 0, "gt": lambda s: s > 0, "ge": lambda s: s >= 0,
}


WHOLE = matrices.OPERATORS
"""Operators of whole arrays, from lists of their entries."""

Handler: TypeAlias = "Callable[[Evaluator, Term, World, Local], Operand]"


def _power(evaluator: Evaluator, term: Term, world: World, local: Local) -> Operand:
    if not term.shape:
        return evaluator.calculus.pow(*(evaluator.scalar(a, world, local) for a in term.args))
    array = evaluator.as_array(evaluator.value(term.args[0], world, local))
    exponent = evaluator.whole(term.args[1], world, local)
    items = matrices.power(evaluator.calculus, evaluator.budget, (array.sizes, evaluator._scalars(array)), exponent)
    return Array(array.sizes, tuple(items))


HANDLERS: dict[str, Handler] = {
    "number": Evaluator._number, "constant": Evaluator._constant, "symbol": Evaluator.meaning, "entry": Evaluator._entry,
    "apply": Evaluator._apply, "derivative": differentials.derivative_of_function, "diff": differentials.derivative,
    "sum": Evaluator._sum, "prod": Evaluator._product,
    "cases": Evaluator._cases, "indicator": Evaluator._indicator, "delta": Evaluator._delta,
    "integrate": Evaluator._integral, "limit": Evaluator._unsupported, "pow": _power,
    "eye": Evaluator._filled, "ones": Evaluator._filled, "zeros": Evaluator._filled, "unit": Evaluator._filled,
    "vector": Evaluator._literal, "matrix": Evaluator._literal, "columns": Evaluator._columns,
}
"""Operators that bind, guard, name or build."""
