"""How each kind of atom is written, one row a kind; what it is made of is written by ``rendering``."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flint import fmpq

from derivcheck.kernel.normal.polynomials import AtomKey, Poly, PolyKey, thaw, variable
from derivcheck.kernel.terms import Term, number
from derivcheck.kernel.vocabulary import build

if TYPE_CHECKING:
    from derivcheck.proving.differing.rendering import Rendering


class Unreadable(Exception):
    """There is no short way to write this."""


def _inner(r: Rendering, key: PolyKey) -> Term:
    return r.polynomial(thaw(key)) if key else number(0)


def _imaginary_unit(r: Rendering, key: AtomKey) -> Term:
    if not r.alg.complex:
        raise Unreadable
    return Term("constant", (), "i")


def _entry(r: Rendering, key: AtomKey) -> Term:
    array, indices = r.declared(key[1]), [_inner(r, part) for part in key[2]]
    return build("entry", array, *indices) if indices else array


def _indicator(r: Rendering, relation: str, p: Poly) -> Term:
    """A condition on a difference, what has a minus brought to the other side."""
    left = {m: c for m, c in p.items() if c > 0}
    right = {m: -c for m, c in p.items() if c < 0}
    sides = [r.polynomial(side) if side else number(0) for side in (left, right)]
    if relation == "eq":
        sides.sort(key=lambda side: (side.op == "number", r.place(side)))
    return build("indicator", build(relation, *sides))


def _sum(r: Rendering, key: AtomKey) -> Term:
    found = r.chained(key)
    if found is None:
        return r.summed(key, ())
    whole, ends = found
    return build("entry", whole, *map(r.polynomial, ends)) if ends else whole


def _product(r: Rendering, key: AtomKey) -> Term:
    _, lower, upper, body, start = key
    v = r.alg.fresh(thaw(lower), thaw(upper))
    try:
        inner = r.alg.substitute(thaw(body), {r.alg.intern(("bound", start)): variable(v)})
        with r.naming((v,)) as (it,):
            return build("prod", r.polynomial(inner), _inner(r, lower), _inner(r, upper), data=it)
    finally:
        r.alg.close()


def _determinant(r: Rendering, key: AtomKey) -> Term:
    return build("det", untransposed(r.template((key[1], key[1]), key[2], key[3])))


def _inverse(r: Rendering, key: AtomKey) -> Term:
    link = r.link(r.alg.ids[key])
    if link is None:
        raise Unreadable
    return build("entry", link.array, *(_inner(r, part) for part in link.indices))


def _opaque(r: Rendering, key: AtomKey) -> Term:
    """A function, or a derivative of one of a single scalar."""
    _, name, orders, arguments = key
    function = r.context.symbols.get(name)
    if function is None or (orders and (len(arguments) != 1 or arguments[0][0])):
        raise Unreadable
    values = [r.template(*argument) if argument[0] else _inner(r, argument[2]) for argument in arguments]
    if orders:
        return build("derivative", number(len(orders)), values[0], data=function)
    return build("apply", *values, data=function)


def untransposed(matrix: Term) -> Term:
    """A matrix without the transposition around it."""
    return matrix.args[0] if matrix.op == "transpose" else matrix


ATOMS: dict[str, Callable[[Rendering, AtomKey], Term]] = {
    "size": lambda r, key: r.declared(key[1]),
    "index": lambda r, key: r.declared(key[1]),
    "entry": _entry,
    "pi": lambda r, key: Term("constant", (), "pi"),
    "i": _imaginary_unit,
    "prime": lambda r, key: number(key[1]),
    "delta": lambda r, key: _indicator(r, "eq", thaw(key[1])),
    "at_least_zero": lambda r, key: _indicator(r, "ge", thaw(key[1])),
    "condition": lambda r, key: _indicator(r, key[1], thaw(key[2])),
    "log": lambda r, key: build("log", _inner(r, key[1])),
    "base": lambda r, key: _inner(r, key[1]),
    "abs": lambda r, key: build("abs", _inner(r, key[1])),
    "sign": lambda r, key: build("sign", _inner(r, key[1])),
    "ipow": lambda r, key: build("pow", _inner(r, key[1]), r.polynomial({key[2]: fmpq(1)})),
    "rpow": lambda r, key: build("pow", _inner(r, key[1]), _inner(r, key[2])),
    "function": lambda r, key: build(key[1], *(_inner(r, part) for part in key[2])),
    "det": _determinant,
    "inv": _inverse,
    "sum": _sum,
    "prod": _product,
    "opaque": _opaque,
}
