"""Power series that every course knows, recognised in a summand by the kernel."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from derivcheck.kernel.terms import ONE, Term, number
from derivcheck.kernel.vocabulary import build

MINUS, TWO = number(-1), number(2)


def _plus(a: Term, b: int) -> Term:
    return build("add", a, number(b))


def _fact(a: Term) -> Term:
    return build("factorial", a)


def _odd(k: Term) -> Term:
    return _plus(build("mul", TWO, k), 1)


def _even(k: Term) -> Term:
    return build("mul", TWO, k)


def _alternating(k: Term, shift: int = 0) -> Term:
    return build("pow", MINUS, _plus(k, shift) if shift else k)


def _signed(k: Term, power: Term, shift: int = 0) -> Term:
    return build("mul", _alternating(k, shift), power)


def _div(a: Term, b: Term) -> Term:
    return build("div", a, b)


def _pow(w: Term, e: Term) -> Term:
    return build("pow", w, e)


def _gap(w: Term) -> Term:
    return build("add", ONE, build("neg", w))


@dataclass(frozen=True, slots=True)
class Row:
    """``sum term(w, k) for k >= start = value(w)``; converges: everywhere (empty), where ``abs(w) < 1`` (``open``), and there
    also for w = 1 (``to 1``), for w = -1 (``to -1``) or for both (``closed``)."""

    name: str
    start: int
    term: Callable[[Term, Term], Term]
    value: Callable[[Term], Term]
    converges: str = ""


ROWS = (
    Row("exp", 0, lambda w, k: _div(_pow(w, k), _fact(k)), lambda w: build("exp", w)),
    Row("sin", 0, lambda w, k: _div(_signed(k, _pow(w, _odd(k))), _fact(_odd(k))), lambda w: build("sin", w)),
    Row("cos", 0, lambda w, k: _div(_signed(k, _pow(w, _even(k))), _fact(_even(k))), lambda w: build("cos", w)),
    Row("sinh", 0, lambda w, k: _div(_pow(w, _odd(k)), _fact(_odd(k))), lambda w: build("sinh", w)),
    Row("cosh", 0, lambda w, k: _div(_pow(w, _even(k)), _fact(_even(k))), lambda w: build("cosh", w)),
    Row("log", 1, lambda w, k: _div(_signed(k, _pow(w, k), 1), k), lambda w: build("log", _plus(w, 1)), "to 1"),
    Row("log", 1, lambda w, k: _div(_pow(w, k), k), lambda w: build("neg", build("log", _gap(w))), "to -1"),
    Row("atan", 0, lambda w, k: _div(_signed(k, _pow(w, _odd(k))), _odd(k)), lambda w: build("atan", w), "closed"),
    Row("derivative of the geometric series", 0, lambda w, k: build("mul", k, _pow(w, k)),
        lambda w: _div(w, _pow(_gap(w), TWO)), "open"),
    Row("derivative of the geometric series", 0, lambda w, k: build("mul", _plus(k, 1), _pow(w, k)),
        lambda w: _div(ONE, _pow(_gap(w), TWO)), "open"),
    Row("second derivative of the geometric series", 0, lambda w, k: build("mul", _pow(k, TWO), _pow(w, k)),
        lambda w: _div(build("mul", w, _plus(w, 1)), _pow(_gap(w), number(3))), "open"),
)


def missing(row: Row, w: Term, start: int) -> Iterator[Term]:
    """The summands of a row before a later start."""
    for k in range(row.start, start):
        yield row.term(w, number(k))
