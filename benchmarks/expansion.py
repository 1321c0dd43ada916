"""Terms written out for SymPy at given sizes: every sum, array and derivative entry by entry."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sympy

from derivcheck.kernel.terms import LOGIC, Context, Symbol, Term
from derivcheck.kernel.values.evaluate import evaluate
from derivcheck.kernel.values.instance import Instance

Expression = Any
"""A SymPy expression; SymPy is not typed."""


class NotExpanded(Exception):
    """A term is not written out; the message says what is in the way."""


@dataclass(frozen=True)
class Table:
    """An array: its sizes and its entries, row by row."""

    sizes: tuple[int, ...]
    items: tuple[Expression, ...]


FUNCTIONS: dict[str, Callable[..., Expression]] = {"exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "abs": sympy.Abs}
CONSTANTS: dict[str, Expression] = {"e": sympy.E, "pi": sympy.pi, "i": sympy.I}
KINDS: dict[str, dict[str, bool]] = {
    "real": {"real": True}, "positive": {"positive": True}, "nonnegative": {"nonnegative": True}, "integer": {"integer": True},
}


SIZES = {"d": 2, "m": 1, "M": 1}
"""The dimension, and half the width of a window; every other size is 3."""


def chosen(context: Context) -> Instance:
    """The sizes, and the first values of the indices and whole numbers that satisfy the assumptions, different where possible."""
    sizes = {name: SIZES.get(name, 3) for name, s in context.symbols.items() if s.type.kind == "size"}
    whole = [s for s in context.symbols.values() if s.type.kind in {"index", "natural", "integer"} and not s.type.family]
    choices = itertools.product(*(_range(s, Instance(sizes), context) for s in whole))
    for choice in sorted(choices, key=lambda c: -len(set(c))):
        instance = Instance(sizes, dict(zip((s.name for s in whole), choice, strict=True)))
        if all(evaluate(fact, instance, context).entries[0] == 1 for fact in context.assumptions):
            return instance
    raise NotExpanded("no values of the indices satisfy the assumptions")


def _range(it: Symbol, instance: Instance, context: Context) -> Sequence[int]:
    """The values to try: all of an index; 2, 1, 3, for the middle of a window is the second of three."""
    if it.type.upper is None:
        return (2, 1, 3)
    (upper,) = evaluate(it.type.upper, instance, context).entries
    return range(1, int(str(upper)) + 1)


class Expansion:
    """Writes out the terms of one context at one choice of sizes and indices."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.instance = chosen(context)
        self.known: dict[str, Any] = {}

    def entries(self, term: Term) -> tuple[Expression, ...]:
        """The entries of a term."""
        value = self.value(term, {})
        return value.items if isinstance(value, Table) else (value,)

    def value(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        """A ``Table`` or an expression."""
        special = getattr(self, f"_{term.op}", None)
        if special is not None:
            return special(term, local)
        if term.op in LOGIC:
            return sympy.Integer(int(self.truth(term, local)))
        arguments = [self.value(a, local) for a in term.args]
        if term.op in FUNCTIONS:
            return self._each(FUNCTIONS[term.op], term, local, arguments)
        raise NotExpanded(term.op)

    def sizes(self, term: Term, local: Mapping[Symbol, Any]) -> tuple[int, ...]:
        """The sizes of an array."""
        return tuple(int(self.value(size, local)) for size in term.shape)

    def _each(self, function: Callable[..., Expression], term: Term, local: Mapping[Symbol, Any], arguments: Sequence[Any]) \
            -> Any:
        """A function entry by entry; scalars go with every entry."""
        if not any(isinstance(a, Table) for a in arguments):
            return function(*arguments)
        sizes = self.sizes(term, local)
        columns = [a.items if isinstance(a, Table) else (a,) * math.prod(sizes) for a in arguments]
        return Table(sizes, tuple(function(*row) for row in zip(*columns, strict=True)))

    def truth(self, term: Term, local: Mapping[Symbol, Any]) -> bool:
        """Whether a condition about whole numbers holds."""
        if term.op in {"and", "or"}:
            return (all if term.op == "and" else any)(self.truth(a, local) for a in term.args)
        a, b = (self.value(x, local) for x in term.args)
        if not (a.is_Integer and b.is_Integer):
            raise NotExpanded("a condition on numbers that are not whole")
        relations: dict[str, bool] = {"eq": a == b, "ne": a != b, "lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b}
        return bool(relations[term.op])

    # -- names -------------------------------------------------------------------------------------------------------

    def _number(self, term: Term, local: Mapping[Symbol, Any]) -> Expression:
        return sympy.Rational(term.number.numerator, term.number.denominator)

    def _constant(self, term: Term, local: Mapping[Symbol, Any]) -> Expression:
        return CONSTANTS[str(term.data)]

    def _symbol(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        it = term.symbol
        if it in local:
            return local[it]
        if it.name in self.instance.sizes:
            return sympy.Integer(self.instance.sizes[it.name])
        if it.name in self.instance.values:
            return sympy.Integer(self.instance.values[it.name])
        if it.name not in self.known:
            defined = it.name in self.context.definitions
            self.known[it.name] = self._defined(it, term) if defined else self._free(it, self.sizes(term, local))
        return self.known[it.name]

    def _free(self, it: Symbol, sizes: tuple[int, ...]) -> Any:
        if it.type.kind not in KINDS:
            raise NotExpanded(f"a symbol of the type {it.type.kind}")
        if "onehot" in it.type.attributes and it.type.hot is not None:
            hot = self.value(it.type.hot, {})
            return Table(sizes, tuple(sympy.Integer(int(k == hot)) for k in range(1, sizes[0] + 1)))
        places = itertools.product(*(range(1, n + 1) for n in sizes))
        items = [sympy.Symbol("_".join(map(str, (it.name, *place))), **KINDS[it.type.kind]) for place in places]
        if it.type.attributes & {"simplex", "onehot"} and len(sizes) == 1:
            items[-1] = 1 - sum(items[:-1])
        return Table(sizes, tuple(items)) if sizes else items[0]

    def _defined(self, it: Symbol, term: Term) -> Any:
        definition, sizes = self.context.definitions[it.name], self.sizes(term, {})
        if not definition.parameters:
            return self.value(definition.body, {})
        items: list[Expression] = []
        for index in itertools.product(*(range(1, n + 1) for n in sizes[: len(definition.parameters)])):
            member = self.value(definition.body, dict(zip(definition.parameters, map(sympy.Integer, index), strict=True)))
            items += member.items if isinstance(member, Table) else (member,)
        return Table(sizes, tuple(items))

    def _entry(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        array = self.value(term.args[0], local)
        index = [int(self.value(i, local)) for i in term.args[1:]]
        if len(index) < len(array.sizes) and array.sizes[0] == 1 and not term.shape:
            index.insert(0, 1)
        if any(not 1 <= k <= n for k, n in zip(index, array.sizes, strict=False)):
            raise NotExpanded("an entry outside its range")
        position = 0
        for k, n in zip(index, array.sizes, strict=False):
            position = position * n + k - 1
        rest = array.sizes[len(index):]
        step = math.prod(rest)
        return Table(rest, array.items[position * step: (position + 1) * step]) if rest else array.items[position]

    def _apply(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        arguments = [self.value(a, local) for a in term.args]
        definition = self.context.definitions.get(term.symbol.name)
        if definition is not None:
            return self.value(definition.body, dict(zip(definition.parameters, arguments, strict=True)))
        flat = [x for a in arguments for x in (a.items if isinstance(a, Table) else (a,))]
        return sympy.Function(term.symbol.name, real=True)(*flat)

    def _derivative(self, term: Term, local: Mapping[Symbol, Any]) -> Expression:
        variable, at = sympy.Dummy(real=True), self.value(term.args[1], local)
        definition = self.context.definitions.get(term.symbol.name)
        made = sympy.Function(term.symbol.name, real=True)(variable)
        body = made if definition is None else self.value(definition.body, {definition.parameters[0]: variable})
        return sympy.diff(body, variable, int(term.args[0].number)).subs(variable, at)

    # -- operators ---------------------------------------------------------------------------------------------------

    def _add(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        return self._each(lambda *xs: sum(xs), term, local, [self.value(a, local) for a in term.args])

    def _mul(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        return self._each(lambda *xs: math.prod(xs), term, local, [self.value(a, local) for a in term.args])

    def _neg(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        return self._each(lambda x: -x, term, local, [self.value(term.args[0], local)])

    def _div(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        return self._each(lambda x, y: x / y, term, local, [self.value(a, local) for a in term.args])

    def _pow(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        if term.shape:
            raise NotExpanded("a power of a matrix")
        return self.value(term.args[0], local) ** self.value(term.args[1], local)

    def _sum(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        body, lower, upper, *condition = term.args
        first, last = int(self.value(lower, local)), int(self.value(upper, local))
        inside = [{**local, term.symbol: sympy.Integer(k)} for k in range(first, last + 1)]
        values = [self.value(body, inner) for inner in inside if not condition or self.truth(condition[0], inner)]
        sizes = self.sizes(term, local)
        if not values:
            return Table(sizes, (sympy.S.Zero,) * math.prod(sizes)) if sizes else sympy.S.Zero
        return self._each(lambda *xs: sum(xs), term, local, values)

    def _indicator(self, term: Term, local: Mapping[Symbol, Any]) -> Expression:
        return sympy.Integer(int(self.truth(term.args[0], local)))

    def _cases(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        for value, condition in zip(term.args[::2], term.args[1::2], strict=False):
            if self.truth(condition, local):
                return self.value(value, local)
        return self.value(term.args[-1], local)

    def _matmul(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        a, b = (self.value(x, local) for x in term.args)
        rows, inner = a.sizes if len(a.sizes) == 2 else (a.sizes[0], 1)
        columns = b.sizes[1] if len(b.sizes) == 2 else 1
        if len(b.sizes) == 1 and inner == 1 and b.sizes[0] != 1:
            inner, columns = 1, b.sizes[0]
        places = itertools.product(range(rows), range(columns))
        items = [sum(a.items[i * inner + j] * b.items[j * columns + k] for j in range(inner)) for i, k in places]
        return Table(self.sizes(term, local), tuple(items)) if term.shape else items[0]

    _outer = _matmul

    def _transpose(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        a = self.value(term.args[0], local)
        if not isinstance(a, Table):
            return a
        rows, columns = a.sizes if len(a.sizes) == 2 else (a.sizes[0], 1)
        items = tuple(a.items[i * columns + j] for j in range(columns) for i in range(rows))
        return Table(self.sizes(term, local), items)

    def _columns(self, term: Term, local: Mapping[Symbol, Any]) -> Table:
        family = self.value(term.args[0], local)
        n, d = family.sizes
        return Table((d, n), tuple(family.items[j * d + i] for i in range(d) for j in range(n)))

    def _softmax(self, term: Term, local: Mapping[Symbol, Any]) -> Table:
        z = self.value(term.args[0], local)
        total = sum(map(sympy.exp, z.items))
        return Table(z.sizes, tuple(sympy.exp(x) / total for x in z.items))

    def _diag(self, term: Term, local: Mapping[Symbol, Any]) -> Table:
        x = self.value(term.args[0], local)
        if len(x.sizes) == 2:
            raise NotExpanded("the diagonal of a matrix")
        n = x.sizes[0]
        return Table((n, n), tuple(x.items[i] if i == j else sympy.S.Zero for i in range(n) for j in range(n)))

    def _ones(self, term: Term, local: Mapping[Symbol, Any]) -> Table:
        sizes = self.sizes(term, local)
        return Table(sizes, (sympy.Integer(int(term.op == "ones")),) * math.prod(sizes))

    _zeros = _ones

    def _unit(self, term: Term, local: Mapping[Symbol, Any]) -> Table:
        sizes, hot = self.sizes(term, local), self.value(term.args[0], local)
        return Table(sizes, tuple(sympy.Integer(int(k == hot)) for k in range(1, sizes[0] + 1)))

    def _vector(self, term: Term, local: Mapping[Symbol, Any]) -> Table:
        leaves = [x for row in term.args for x in row.args] if term.op == "matrix" else term.args
        return Table(self.sizes(term, local), tuple(self.value(x, local) for x in leaves))

    _matrix = _vector

    def _diff(self, term: Term, local: Mapping[Symbol, Any]) -> Any:
        body, variable = (self.value(a, local) for a in term.args)
        of = body.items if isinstance(body, Table) else (body,)
        by = variable.items if isinstance(variable, Table) else (variable,)
        if not all(x.is_Symbol for x in by):
            raise NotExpanded("a derivative by what is not free")
        if not term.shape:
            return sympy.diff(of[0], by[0])
        if term.data == "denominator":
            items = [sympy.diff(f, x) for x in by for f in of]
        elif term.data == "numerator" and len(of) == 1 and isinstance(variable, Table) and len(variable.sizes) == 2:
            rows, columns = variable.sizes
            items = [sympy.diff(of[0], by[i * columns + j]) for j in range(columns) for i in range(rows)]
        else:
            items = [sympy.diff(f, x) for f in of for x in by]
        return Table(self.sizes(term, local), tuple(items))
